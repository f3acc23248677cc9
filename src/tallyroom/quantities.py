"""Quantities: every numeral of a sentence with what limits it, its currency, and why it is no figure where the words beside it say so.

Only the surface is read here: the number itself, the words before and behind it. What is counted is the grammar's to say.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import msgspec

from tallyroom.asides import reason_no_figure
from tallyroom.lexicon import table
from tallyroom.model import Bound, Number
from tallyroom.numerals import Numeral, as_number, find_numerals, numeral_spans

__all__ = ["Quantity", "find_quantities", "numeral_spans"]


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A numeral with its modifiers, its value and bound, and why it is no figure where the surface alone tells."""

    #: The quote: the numeral with its modifiers ("at least 600", "another 2,700", "US$5 million").
    start: int
    end: int
    #: The bare numeral ("600", "5 million", "dozens").
    numeral_start: int
    numeral_end: int
    low: Number | None
    best: Number | None
    high: Number | None
    bound: Bound
    #: count, money, percent, none (no one, no + noun), article (a, an, another + noun), ordinal (156th).
    kind: str
    #: ISO 4217 for money, "percent", else None.
    unit: str | None = None
    #: Said to come on top of another: "another 12", "12 more".
    additional: bool = False
    #: The numeral in small letters with single spaces.
    words: str
    #: Why it is no figure ("date", "age", "distance", ...), where the words beside it are enough to tell.
    aside: str | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """A quote that grows: its numerals, its bounds so far, what was found beside it."""

    numeral_start: int
    numeral_end: int
    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    form: str
    bound: Bound | None = None
    unit: str | None = None
    additional: bool = False
    is_range: bool = False


def find_quantities(text: str, start: int, end: int) -> list[Quantity]:
    """Every numeral of text[start:end] as one quantity, in order; offsets count in the whole text."""
    numerals = find_numerals(text, start, end)
    found: list[Quantity] = []
    left, i = start, 0
    while i < len(numerals):
        span, used = _with_range(text, numerals, i, left)
        i += used
        right = numerals[i].start if i < len(numerals) else end
        span = _with_modifiers(text, span, left, right)
        if found and found[-1].kind == "article" and span.start <= found[-1].numeral_start:
            found.pop()
        if span.form == "article":
            span = _with_noun(text, span, right)
        else:
            left = span.end
        found.append(_quantity(text, span, start, end))
    return found


# -- ranges ---------------------------------------------------------------------------------------------------------

_HEDGE = r"(?:(?:over|about|around|nearly|almost|more than|even|as many as|up to|perhaps|possibly|maybe|approximately|roughly)\s+)?"
_LINK = re.compile(
    rf"(?:\s*[-–—~]\s*|\s*(?:to|or|or even|until|and|through)\s+{_HEDGE}|-to-|-or-)(?P<money>(?:US|U\.S\.|A|C|NZ|HK|S|R)?[$£€¥₹₽₴₩₿₪]\s?|(?:USD|EUR|GBP|AUD|CAD|Rs\.?)\s?)?\Z"
)
_BETWEEN = re.compile(
    r"(?:^|\W)(?P<word>(?:(?:anywhere|somewhere)\s+)?between|from)\s+(?:about\s+|around\s+|an estimated\s+)?(?:(?:US|A|C|NZ|HK)?[$£€¥₹]|(?:USD|EUR|Rs\.?)\s?)?\Z",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:r[io]se|risen|rising|rais(?:ed|ing|es)|increas\w*|f[ae]ll(?:en|ing|s)?|gr[eo]w\w*|climb\w*|went|go(?:es|ne|ing)|up|down|drop\w*|revis\w*|lower\w*|cut\w*|jump\w*|"
    r"surg\w*|reduc\w*|declin\w*|mov\w*|chang\w*|doubl\w*|expand\w*|upgrad\w*|downgrad\w*|shrink\w*|shrank|swell\w*|soar\w*|slash\w*|adjust\w*)\b",
    re.IGNORECASE,
)
_RANGED_FORMS = ("number", "broken", "vague", "plural", "fraction")


def _with_range(text: str, numerals: list[Numeral], i: int, left: int) -> tuple[_Span, int]:
    """The numeral at i, joined with the next where both are the ends of one range."""
    first = numerals[i]
    span = _Span(first.start, first.end, first.start, first.end, first.low, first.high, first.form)
    if i + 1 >= len(numerals):
        return span, 1
    second = numerals[i + 1]
    if second.start - first.end > 30 or first.form not in _RANGED_FORMS or second.form not in _RANGED_FORMS:
        return span, 1
    gap = text[first.end : second.start]
    link = _LINK.match(gap) or _LINK.match(re.sub(r"^(?:%|\s(?:percent|per cent))", "", gap))
    if not link or first.low is None or second.high is None:
        return span, 1
    before = _BETWEEN.search(text[max(left, first.start - 40) : first.start])
    word = gap.strip().split()[0].lower() if gap.strip()[:1].isalpha() else "-"
    if word == "and" and not (before and before.group("word").lower().endswith("between")):
        return span, 1
    if (
        before
        and before.group("word").lower() == "from"
        and _CHANGE.search(text[max(left, first.start - 70) : first.start])
    ):
        return span, 1
    low = _shared_scale(first, second)
    if not _is_range(text, first, second, low, word, tight=gap in ("-", "–", "‐")):
        return span, 1
    start = first.start
    if before:
        if before.group("word").lower() != "from":
            start = max(left, first.start - 40) + before.start("word")
    high = None if re.search(r"\b(?:over|more than)\b", gap) else second.high
    return replace(span, numeral_end=second.end, end=second.end, start=start, low=low, high=high, is_range=True), 2


def _shared_scale(first: Numeral, second: Numeral) -> Decimal:
    """ "10 to 12 thousand" and "10-12,000" mean ten thousand at the lower end."""
    low = first.low or Decimal(0)
    if second.high is None or low >= second.high:
        return low
    if second.scale > 1 and first.scale == 1 and low * second.scale < second.high and low < 1000:
        return low * second.scale
    if (
        second.digits
        and first.digits
        and low < 1000
        and second.high >= 1000
        and second.high % 1000 == 0
        and low * 1000 < second.high
        and low * 10 >= second.high / 1000
    ):
        return low * 1000
    return low


def _is_year(value: Decimal | None) -> bool:
    return value is not None and 1700 <= value <= 2100 and value == int(value)


def _is_range(text: str, first: Numeral, second: Numeral, low: Decimal, word: str, tight: bool) -> bool:
    high = second.high
    if high is None or low >= high:
        return False
    raw_first, raw_second = text[first.start : first.end], text[second.start : second.end]
    if (
        _is_year(first.low)
        and raw_first.isdigit()
        and len(raw_first) == 4
        and (word in ("-", "to", "and", "until", "through"))
    ):
        return not raw_second.isdigit() or (not tight and not _is_year(high) and len(raw_second) != 2)
    if word == "-" and (raw_first.startswith("0") or (raw_second.startswith("0") and len(raw_second) > 1)):
        return False
    if first.form != second.form and "fraction" in (first.form, second.form):
        return False
    if word == "-" and not tight and not first.digits:
        return second.form == "number" and bool(re.match(r"[–—-]", text[first.end : first.end + 1]))
    return not (word == "-" and not tight and re.match(r"\s+[-–—]\s+", text[first.end : second.start]))


# -- modifiers ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _before_words() -> dict[tuple[str, ...], tuple[str, str]]:
    bounds = table("bounds.toml")
    words: dict[tuple[str, ...], tuple[str, str]] = {}
    for phrase, bound in bounds["before"].items():
        words[tuple(phrase.split())] = ("bound", bound)
    for phrase in bounds["kept"]["before"]:
        words.setdefault(tuple(phrase.split()), ("kept", ""))
    for phrase in bounds["additional"]["before"]:
        words[tuple(phrase.split())] = ("additional", "")
    for verb, least in bounds["verbs"].items():
        words[(verb,)] = ("verb", str(least))
    return words


@lru_cache(maxsize=1)
def _after_words() -> re.Pattern[str]:
    bounds = table("bounds.toml")
    phrases = [*bounds["after"], *bounds["additional"]["after"], *bounds["kept"]["after"]]
    ordered = "|".join(re.escape(p).replace("\\ ", r"\s+") for p in sorted(phrases, key=lambda p: (-len(p), p)))
    return re.compile(rf"(?P<gap>\s*)(?P<word>{ordered})(?![^\W_])", re.IGNORECASE)


_WORDS_BEFORE = re.compile(r"[^\s(\[“\"‘—–/;:]+")
_LONGEST_MODIFIER = 6


def _with_modifiers(text: str, span: _Span, left: int, right: int) -> _Span:
    span = _with_money(text, span, left, right)
    span = _with_words_before(text, span, left)
    return _with_words_after(text, span, right)


def _with_words_before(text: str, span: _Span, left: int) -> _Span:
    if span.form == "article":
        return span
    window_start = max(left, span.start - 60)
    window = text[window_start : span.start]
    if not window or not (window[-1].isspace() or window[-1] in "~≈>-"):
        return span
    if window[-1] in "~≈>":
        found = _before_words()[(window[-1],)]
        return replace(span, start=span.start - 1, bound=found[1])  # type: ignore[arg-type]
    words = [(m.start() + window_start, m.group().lower()) for m in _WORDS_BEFORE.finditer(window)]
    known = _before_words()
    while words and text[words[-1][0] + len(words[-1][1]) : span.start].strip() in ("", ","):
        comma = text[words[-1][0] + len(words[-1][1]) - 1] == ","
        for size in range(min(_LONGEST_MODIFIER, len(words)), 0, -1):
            phrase = tuple(w.rstrip(",") if k == size - 1 else w for k, (_, w) in enumerate(words[-size:]))
            found_word = known.get(phrase)
            if found_word is not None:
                break
        else:
            return span
        kind, value = found_word
        if comma and not (kind == "bound" and value == "about" and size == 1 and phrase[0].endswith("ly")):
            return span
        if not _may_modify(text, span, phrase, kind, value, words[: len(words) - size], text[span.end : span.end + 24]):
            return span
        bound = span.bound
        if kind == "bound" and (bound is None or (bound == "about" and value != "about")):
            bound = value  # type: ignore[assignment]
        elif kind == "verb":
            bound = "more_than"
        span = replace(span, start=words[-size][0], bound=bound, additional=span.additional or kind == "additional")
        words = words[: len(words) - size]
    return span


_SMALL_OVER = re.compile(
    r"(?:control|rule|power|war|fight|dispute|concerns?|clash\w*|argument|talks?|fears?|anger|protests?|all|handed|took|takes?|taken|come|came|charges?|trial|criticism|sanctions)\Z"
)
_OF_SPEECH = re.compile(
    r"(?:information|inform\w*|talk\w*|ask\w*|speak\w*|spoke|questions?|details?|reports?|news|story|stories|warn\w*|worr\w*|concern\w*|thing|know\w*|hear\w*|think\w*|care|just)\Z"
)


def _may_modify(
    text: str, span: _Span, phrase: tuple[str, ...], kind: str, value: str, before: list[tuple[int, str]], after: str
) -> bool:
    """Does the word limit this number, and not say something else ("talks about two men", "passed two bills")?"""
    last = before[-1][1] if before else ""
    low = span.low if span.low is not None else Decimal(0)
    if kind == "verb":
        return low >= int(value) and span.form in ("number", "plural", "vague") and last not in ("the", "a", "of")
    if phrase in (("over",), ("above",), ("beyond",)):
        return (
            not _SMALL_OVER.match(last) and not re.match(r"\s*-?(?:day|week|month|year|hour|decade)s?\b", after)
            if low < 10
            else True
        )
    if phrase == ("about",) and low < 10:
        return not _OF_SPEECH.match(last)
    if phrase in (("under",), ("below",)):
        return low >= 10 and span.form in ("number", "vague", "plural")
    if phrase == ("near",):
        return low >= 20
    if phrase == ("some",):
        return last not in ("and",) or low >= 1
    if phrase in (
        ("likely",),
        ("already",),
        ("considerably",),
        ("even",),
        ("possibly",),
        ("perhaps",),
        ("maybe",),
        ("presumably",),
        ("somewhere",),
        ("anywhere",),
    ):
        return span.bound is not None or span.is_range
    if phrase == ("further",) or phrase == ("additional",):
        return span.form in ("number", "vague", "plural", "collective", "broken")
    return True


_PEOPLE_OR_MORE = re.compile(r"\s+(?:people|persons|civilians|soldiers|men|women|children|others)\s+or\s+more\b")


def _with_words_after(text: str, span: _Span, right: int) -> _Span:
    if span.form in ("article", "ordinal"):
        return span
    limit = min(right, span.end + 40)
    for _ in range(3):
        match = _after_words().match(text, span.end, limit)
        if match is None:
            break
        word = " ".join(match.group("word").lower().split())
        if not match.group("gap") and word[0] not in "-+":
            break
        following = text[match.end() : match.end() + 12].lower()
        if word in ("more", "further", "fewer") and re.match(
            r"\s+(?:than|likely|of\s+the\s+same|[a-z]+ly|recent|important)", following
        ):
            break
        if word == "plus" and re.match(r"\s+\w", following) and span.form != "number":
            break
        if word == "at least" and re.match(
            r"\s+(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|a\s)", text[match.end() : match.end() + 10]
        ):
            break
        if word == "odd" and not text[span.numeral_start : span.numeral_end].isdigit():
            break
        bounds = table("bounds.toml")
        bound = bounds["after"].get(word)
        is_more = word in bounds["additional"]["after"]
        span = replace(span, end=match.end(), bound=bound or span.bound, additional=span.additional or is_more)
    people = _PEOPLE_OR_MORE.match(text, span.end, limit)
    if people and span.bound in (None, "about"):
        span = replace(span, end=people.end(), bound="at_least")
    return span


# -- money ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _money_before() -> re.Pattern[str]:
    lexicon = table("currencies.toml")
    letters = "|".join(re.escape(p) for p in sorted(lexicon["dollars"], key=lambda p: (-len(p), p)))
    codes = "|".join(re.escape(p) for p in sorted(lexicon["codes"], key=lambda p: (-len(p), p)))
    signs = "".join(re.escape(s) for s in lexicon["signs"] if s != "$")
    return re.compile(
        rf"(?:(?<![^\W_])(?P<letters>{letters})?(?P<dollar>\$)|(?P<sign>[{signs}])|(?<![^\W_])(?P<code>{codes})[$£€]?)[\s\u00a0]?\Z"
    )


@lru_cache(maxsize=1)
def _money_after() -> re.Pattern[str]:
    lexicon = table("currencies.toml")
    words = sorted({*lexicon["words"], *lexicon["words_if_large"]}, key=lambda p: (-len(p), p))
    codes = "|".join(c for c in lexicon["codes"] if c.isalpha() and len(c) > 2)
    signs = "".join(re.escape(s) for s in lexicon["signs"])
    names = "|".join(w.replace(".", r"\.").replace(" ", r"\s+") for w in words)
    return re.compile(
        rf"(?P<sign>[ \u00a0]?[{signs}](?!\s?\d))|(?:[\s\u00a0-]+|\s+of\s+)(?:(?P<code>{codes})\b|(?P<word>(?i:{names}))s?\b)"
    )


def _with_money(text: str, span: _Span, left: int, right: int) -> _Span:
    if span.form not in ("number", "vague", "plural", "broken", "collective"):
        return span
    lexicon = table("currencies.toml")
    window_start = max(left, span.numeral_start - 8)
    before = _money_before().search(text[window_start : span.numeral_start])
    if before and text[span.numeral_start].isdigit() | (before.group("dollar") is not None):
        if before.group("dollar"):
            unit = lexicon["dollars"][before.group("letters")] if before.group("letters") else "USD"
        else:
            unit = lexicon["signs"].get(before.group("sign")) or lexicon["codes"][before.group("code")]
        start = min(span.start, window_start + before.start())
        return replace(_with_money_after(text, replace(span, start=start), right), unit=unit)
    return _with_money_after(text, span, right)


def _with_money_after(text: str, span: _Span, right: int) -> _Span:
    match = _money_after().match(text, span.end, min(right, span.end + 40))
    if match is None:
        return span
    lexicon = table("currencies.toml")
    if match.group("sign"):
        unit = lexicon["signs"][match.group("sign").strip()]
    elif match.group("code"):
        unit = lexicon["codes"][match.group("code")]
    else:
        word = " ".join(match.group("word").lower().split())
        unit = lexicon["words"].get(word) or lexicon["words"].get(word + "s")
        if unit is None:
            large = span.low is not None and span.low >= 1000
            if not large or re.match(
                r"\s+(?:of\s|force|per\s|the\b|a\b|an\b|by\b)", text[match.end() : match.end() + 8]
            ):
                return span
            unit = lexicon["words_if_large"][word]
    return replace(span, end=match.end(), unit=unit)


# -- the finished quantity -------------------------------------------------------------------------------------------

_PERCENT = re.compile(r"(?:[\s-]?%|\s*(?:percent|per\s*cent|pct)\b)(?!age)", re.IGNORECASE)
_UNKNOWN_NONE = re.compile(
    r"[^.;!?]{0,60}?\b(?:reports?|reported|reportedly|known|word|signs?|indications?|evidence|immediate|found|confirmed|recorded|information)\b"
)
_NOT_BEFORE = re.compile(
    r"\b(?:not|n['’]t|cannot|without|nor|never|no|denied|denies|deny|unaware|neither)\b", re.IGNORECASE
)


def _quantity(text: str, span: _Span, start: int, end: int) -> Quantity:
    kind, unit = "count", span.unit
    low, high, form = span.low, span.high, span.form
    percent = _PERCENT.match(text, span.numeral_end, end) if form in ("number", "fraction", "broken", "vague") else None
    aside: str | None = None
    if percent:
        kind, unit = "percent", "percent"
        span = replace(span, end=max(span.end, percent.end()))
    elif form == "fraction":
        kind, unit = "percent", "percent"
        low, high = (_as_percent(v) for v in (low, high))
    elif unit:
        kind = "money"
    elif form in ("zero", "no", "any"):
        kind = "none"
    elif form in ("article", "ordinal"):
        kind = form
    if form == "no" and _UNKNOWN_NONE.match(text, span.end, min(end, span.end + 90)):
        high = None
    if form == "any":
        aside = None if _NOT_BEFORE.search(text[max(start, span.start - 60) : span.start]) else "no number"
    numbers = _limits(low, high, span)
    if aside is None:
        aside = (
            "too long"
            if _beyond(form, low, high)
            else reason_no_figure(
                text,
                span.start,
                span.end,
                span.numeral_start,
                span.numeral_end,
                start,
                end,
                form,
                kind,
                numbers[1],
                span.is_range,
                span.bound is not None,
            )
        )
    return Quantity(
        start=span.start, end=span.end, numeral_start=span.numeral_start, numeral_end=span.numeral_end,
        low=numbers[0], best=numbers[1], high=numbers[2], bound=_bound(span), kind=kind, unit=unit,
        additional=span.additional or (form == "article" and text[span.numeral_start : span.numeral_end].lower() == "another"),
        words=" ".join(text[span.numeral_start : span.numeral_end][:200].lower().split()), aside=aside,
    )  # fmt: skip


def _beyond(form: str, low: Decimal | None, high: Decimal | None) -> bool:
    return form in ("number", "broken") and as_number(low) is None and as_number(high) is None


def _as_percent(value: Decimal | None) -> Decimal | None:
    return None if value is None else (value * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


_NOUN = re.compile(r"\s+(?:[A-Za-z][\w'’.-]*)")


def _with_noun(text: str, span: _Span, end: int) -> _Span:
    """The quote of "a man" holds its noun; the grammar widens it over adjectives."""
    noun = _NOUN.match(text, span.end, end)
    return replace(span, end=noun.end()) if noun and noun.end() - span.end < 40 else span


def _bound(span: _Span) -> Bound:
    if span.is_range:
        return "range"
    if span.bound == "about" and span.form in ("vague", "plural"):
        return "vague"
    if span.bound:
        return span.bound
    return "vague" if span.form in ("vague", "plural") else "exact"


def _limits(
    low: Decimal | None, high: Decimal | None, span: _Span
) -> tuple[Number | None, Number | None, Number | None]:
    """low, best and high as the guidelines write them for each bound."""
    bound = _bound(span)
    first, last = as_number(low), as_number(high)
    if bound == "range" or bound == "vague":
        return first, None, last
    if bound == "at_least":
        return first, first, None
    if bound == "more_than":
        return (None if first is None else math.floor(first) + 1), first, None
    if bound == "at_most":
        return None, last, last
    if bound == "less_than":
        return None, last, (None if last is None else math.ceil(last) - 1)
    return first, (first if first is not None else last), last
