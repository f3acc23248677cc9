"""Damaged numbers: digits broken by letters or separators, and a numeral whose word form says another number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from tallyroom.calendar_marks import counted_nouns
from tallyroom.damage.found import apart, problem
from tallyroom.model import Problem, Span
from tallyroom.numerals import Numeral, as_number, find_numerals

__all__ = ["find"]


def find(text: str, sentences: list[Span]) -> list[Problem]:
    """The damaged numbers of a report: `broken_number` and `number_word`, in text order."""
    found: list[Problem] = []
    for start, end in sentences:
        numerals = find_numerals(text, start, end)
        if not numerals:
            continue
        found.extend(_misread(text, numerals))
        found.extend(_two_forms(text, numerals))
        found.extend(_badly_grouped(text, start, end))
        found.extend(_run_together(text, start, end))
    return apart(found)


# -- letters among digits -------------------------------------------------------------------------------------------


def _misread(text: str, numerals: list[Numeral]) -> Iterator[Problem]:
    """ "4,7OO", "l2": letters that look like digits."""
    for numeral in numerals:
        if numeral.form != "broken":
            continue
        word = text[numeral.start : numeral.end]
        letters = "".join(sorted({c for c in word if c.isalpha()}))
        meant = as_number(numeral.low)
        yield problem(
            text, "broken_number", numeral.start, numeral.end,
            f"the number holds the letter{'s' if len(letters) > 1 else ''} {', '.join(letters)} in the place of digits",
            None if meant is None else f"{meant:,}",
        )  # fmt: skip


# -- separators -----------------------------------------------------------------------------------------------------

_GROUPED = re.compile(r"(?<![\d.,\w$£€¥/-])\d{1,3}(?:,\d+){1,5}(?![\d.,%/-]*[\d%/])")
_WELL_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d\d)+,\d{3}")
_DOTTED = re.compile(r"(?<![\d.,\w$£€¥-])(?P<number>\d{1,3}(?:\.\d{3})+)\s+(?P<noun>[a-z]+)\b")
_PARTED = re.compile(
    r"\b(?:about|around|some|nearly|almost|over|at\s+least|more\s+than|estimated|another|approximately|roughly)\s+"
    r"(?P<number>\d{1,3}(?:,\s\d{3}|\s,\d{3}|,,\d{3}))\s+(?P<noun>[a-z]+)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s+(?P<noun>[a-z]+)\b")


def _badly_grouped(text: str, start: int, end: int) -> Iterator[Problem]:
    """ "10,0000", "1,234,5", "4,70 people", "12.000 people", "some 4, 700 people": separators that stand wrong."""
    for match in _GROUPED.finditer(text, start, end):
        word = match.group()
        groups = word.split(",")
        if _WELL_GROUPED.fullmatch(word) or (len(groups) > 2 and all(len(g) <= 2 for g in groups[1:-1])):
            continue
        long = any(len(g) > 3 for g in groups[1:]) and len(groups[0]) < 4 and not groups[1].startswith("20")
        short = len(groups) > 2 and len(groups[-1]) < 3 and all(len(g) == 3 for g in groups[1:-1])
        noun = _NOUN.match(text, match.end(), end)
        two = len(groups) == 2 and len(groups[1]) == 2 and noun is not None and noun.group("noun") in counted_nouns()
        if long or short or two:
            message = "the commas stand where no number has them: a digit is missing or one too many"
            yield problem(text, "broken_number", match.start(), match.end(), message)
    for pattern, message in (
        (_DOTTED, "people and things are not counted in thousandths: the full stop stands for a comma"),
        (_PARTED, "the number is cut in two by a space or a second comma"),
    ):
        for match in pattern.finditer(text, start, end):
            if match.group("noun") in counted_nouns():
                whole = f"{int(re.sub(r'[^0-9]', '', match.group('number'))):,}"
                yield problem(text, "broken_number", *match.span("number"), message, whole)


# -- run together ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _glued() -> re.Pattern[str]:
    nouns = "|".join(sorted(w for w in counted_nouns() if len(w) > 4))
    before = r"killed|killing|least|than|about|over|nearly|around|another|injured|injuring|wounded|wounding|including"
    return re.compile(rf"(?<![\w.,-])(?P<after>\d[\d,]*)(?P<noun>{nouns})\b|\b(?P<word>{before})(?P<number>\d[\d,]*)\b")


_SIDE_BY_SIDE = re.compile(
    r"(?<![\w,.-])(?:(?P<word>one|two|three|four|five|six|seven|eight|nine|ten)\s+(?P<digits>\d{1,3}(?:,\d{3})+|\d{2,3})"
    r"|(?P<first>\d{1,3}(?:,\d{3})*)\s+(?P<second>(?P=first)))\s+(?P<noun>[a-z]+)\b",
    re.IGNORECASE,
)


def _run_together(text: str, start: int, end: int) -> Iterator[Problem]:
    """ "600soldiers", "killed12"; "over one 1,000 deaths", "600 600 soldiers"."""
    for match in _glued().finditer(text, start, end):
        meant = " ".join(part for part in match.group("word", "number", "after", "noun") if part)
        yield problem(text, "broken_number", *match.span(), "a number and a word are run together", meant)
    for match in _SIDE_BY_SIDE.finditer(text, start, end):
        if match.group("noun") not in counted_nouns():
            continue
        at = match.start(), match.end("digits") if match.group("word") else match.end("second")
        message = "two numbers stand side by side where one is meant"
        yield problem(text, "broken_number", *at, message, match.group("digits") or match.group("second"))


# -- two forms of one number ----------------------------------------------------------------------------------------


def _two_forms(text: str, numerals: list[Numeral]) -> Iterator[Problem]:
    """ "12 (thirteen) people": a numeral and its word form, or the other way round, that differ."""
    for first, second in pairwise(numerals):
        if (
            second.start - first.end > 3
            or first.form != "number"
            or second.form != "number"
            or first.low is None
            or second.low is None
        ):
            continue
        if text[first.end : second.start].strip() != "(" or text[second.end : second.end + 1] != ")":
            continue
        if first.digits == second.digits or first.low == second.low:
            continue
        one, two = text[first.start : first.end], text[second.start : second.end]
        yield problem(
            text, "number_word", first.start, second.end + 1, f"the numeral and its word form differ: {one} and {two}"
        )
