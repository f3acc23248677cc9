"""Ranges: two numerals that are the ends of one ("between 30 and 40"); a score or a span of years is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from tallyroom.modifiers import Quote, money_mark
from tallyroom.numerals import Numeral

_RANGED = ("number", "broken", "vague", "plural", "fraction")
_HEDGE = (
    r"(?:(?:over|about|around|nearly|almost|more\s+than|even|as\s+many\s+as|up\s+to|perhaps|possibly|maybe|"
    r"approximately|roughly)\s+)?"
)
_CHANGE = re.compile(
    r"\b(?:r[io]s(?:e|es|en|ing)|rais(?:ed?|es|ing)|increas\w*|f[ae]ll(?:en|ing|s)?|gr[eo]w\w*|climb\w*|went|go(?:es|ne|ing)|up|down|drop\w*|"
    r"revis\w*|lower\w*|cut\w*|jump\w*|surg\w*|reduc\w*|declin\w*|mov\w*|chang\w*|doubl\w*|expand\w*|\w+grad(?:ed|es|ing)|shr[aiu]nk\w*|"
    r"swell\w*|soar\w*|slash\w*|adjust\w*)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?:\s?%|\s(?:percent|per\s+cent))")
_NEW_CLAUSE = re.compile(r"\s*(?:$|[^\s\w]|(?:of|were|are|was|have|had|and|in|at|on|from)\b)")


@lru_cache(maxsize=1)
def _link() -> re.Pattern[str]:
    """What stands between the two ends, with the currency of the second."""
    mark = re.sub(r"\?P<\w+>", "?:", money_mark())
    return re.compile(rf"(?:\s*[-–—~‐‑]\s*|\s+(?P<word>to|or\s+even|or|until|and)\s+{_HEDGE}|-(?:to|or)-)(?:{mark})?\Z")


@lru_cache(maxsize=1)
def _opening() -> re.Pattern[str]:
    """What stands before the first end: "between", "from"."""
    mark = re.sub(r"\?P<\w+>", "?:", money_mark())
    return re.compile(
        rf"(?:^|\W)(?P<word>(?i:(?:(?:anywhere|somewhere)\s+)?between|from))\s+(?:about\s+|around\s+|an\s+estimated\s+)?(?:{mark})?\Z"
    )


def with_range(text: str, numerals: Sequence[Numeral], i: int, left: int) -> tuple[Quote, int]:
    """The numeral at i as a quote, joined with the next where both are the ends of one range; how many it took."""
    first = numerals[i]
    quote = Quote(first.start, first.end, first.start, first.end, first.low, first.high, first.form)
    if i + 1 >= len(numerals) or first.low is None or first.form not in _RANGED:
        return quote, 1
    second = numerals[i + 1]
    if second.start - first.end > 30 or second.form not in _RANGED or second.high is None:
        return quote, 1
    gap = text[first.end : second.start]
    is_percent = _PERCENT.match(gap) and _PERCENT.match(text, second.end)
    link = _link().match(_PERCENT.sub("", gap, count=1) if is_percent else gap)
    if link is None:
        return quote, 1
    word = link.group("word") or "-"
    opening = _opening().search(text[max(left, first.start - 40) : first.start])
    opened = opening.group("word").lower() if opening else ""
    if word == "and" and not opened.endswith("between"):
        return quote, 1
    if opened == "from" and _CHANGE.search(text[max(left, first.start - 70) : first.start]):
        return quote, 1
    low = _shared_scale(first, second)
    if not _is_range(text, first, second, low, word, gap):
        return quote, 1
    start = max(left, first.start - 40) + opening.start("word") if opening and opened != "from" else first.start
    high = None if re.search(r"\b(?:over|more\s+than)\b", gap) else second.high
    return Quote(first.start, second.end, start, second.end, low, high, first.form, is_range=True), 2


def _shared_scale(first: Numeral, second: Numeral) -> Decimal:
    """The lower end: "10 to 12 thousand" and "10-12,000" begin at ten thousand."""
    low, high = first.low or Decimal(0), second.high or Decimal(0)
    if low >= 1000 or low >= high:
        return low
    if second.scale > 1 and first.scale == 1 and low * second.scale < high:
        return low * second.scale
    is_short = first.digits and second.digits and high >= 1000 and high % 1000 == 0
    return low * 1000 if is_short and low * 1000 < high <= low * 10_000 else low


def _is_range(text: str, first: Numeral, second: Numeral, low: Decimal, word: str, gap: str) -> bool:
    high = second.high
    if high is None or low >= high or (first.form == "fraction") != (second.form == "fraction"):
        return False
    raw, raw_second = text[first.start : first.end], text[second.start : second.end]
    if _is_year(raw) and word != "or" and (raw_second.isdigit() and len(raw_second) in (2, 4)):
        return len(raw_second) == 4 and not _is_year(raw_second)
    if word != "-":
        return True
    is_code = raw.startswith("0") or (raw_second.startswith("0") and len(raw_second) > 1)
    is_spaced = bool(re.match(r"\s+[-–‐‑]\s+", gap))
    is_clause = "—" in gap or (is_spaced and bool(_NEW_CLAUSE.match(text, second.end)))
    return not is_code and not is_clause and (not is_spaced or (first.digits and second.digits))


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and 1700 <= int(word) <= 2100
