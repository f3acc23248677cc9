"""Quantities: every numeral of a sentence with what limits it, its currency, and why it may be no figure.

Only the number itself and the words beside it are read here. What is counted is the grammar's to say.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from tallyroom.asides import Place, carries_on, reason_no_figure
from tallyroom.model import Bound, Number
from tallyroom.modifiers import Quote, with_modifiers
from tallyroom.numerals import as_number, find_numerals, numeral_spans
from tallyroom.ranges import with_range

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


def find_quantities(text: str, start: int, end: int) -> list[Quantity]:
    """Every numeral of text[start:end] as one quantity, in order; offsets count in the whole text."""
    numerals = find_numerals(text, start, end)
    found: list[Quantity] = []
    left, i = start, 0
    while i < len(numerals):
        quote, used = with_range(text, numerals, i, left)
        i += used
        right = numerals[i].start if i < len(numerals) else end
        quote = with_modifiers(text, quote, left, right)
        if found and found[-1].kind == "article" and quote.start <= found[-1].numeral_start:
            found.pop()
        if quote.form == "article":
            quote = _with_noun(text, quote, right, end)
        else:
            left = quote.end
        quantity = _quantity(text, quote, start, end)
        if quantity.aside is None and found and found[-1].aside and carries_on(text, found[-1], quantity, end):
            quantity = msgspec.structs.replace(quantity, aside=found[-1].aside)
        found.append(quantity)
    return found


_PERCENT = re.compile(r"(?:[\s-]?%|[\s-]*(?:percent|per\s?cent|pct)\b)(?!age)", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"[^.;!?]{0,60}?\b(?:reports?|reported|reportedly|known|word|signs?|indications?|evidence|immediate|found|confirmed|recorded|information)\b"
)
_KNOWING = re.compile(
    r"\b(?:report(?:s|ed)?|know(?:s|n)?|knew|aware|found|record\w*|confirm\w*|seen?|saw|heard)\s+(?:of\s+)?\Z"
)
_DENIAL = re.compile(
    r"(?:n['’]t|\b(?:not|cannot|without|nor|never|no|denied|denies|deny|unaware|neither))\b", re.IGNORECASE
)
_ORDINAL = re.compile(
    r"\s+(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|2nd|3rd|[4-9]th)(?!-)(?:\s+[a-z][\w'’-]*)?\b"
)
_NOUN = re.compile(r"\s+[A-Za-z][\w'’.-]*")
_AGED_NOUN = re.compile(
    r"\s(?:\d{1,3}|[a-z]+(?:-[a-z]+)?)[-\s](?:year|month|week|day)s?[-\s]old(?:\s+[A-Za-z][\w'’-]*)?", re.IGNORECASE
)


def _with_noun(text: str, quote: Quote, right: int, end: int) -> Quote:
    """The quote of "a man" holds its noun, those of "a 92-year-old woman" and "a third man" the number between too."""
    ordinal = _ORDINAL.match(text, quote.end, min(end, quote.end + 40))
    if ordinal:
        return replace(quote, end=ordinal.end(), additional=True)
    noun = _AGED_NOUN.match(text, quote.end, min(end, quote.end + 60)) or _NOUN.match(
        text, quote.end, min(right, quote.end + 40)
    )
    return replace(quote, end=noun.end()) if noun else quote


def _quantity(text: str, quote: Quote, start: int, end: int) -> Quantity:
    kind, unit = _kind(quote), quote.currency
    low, high = quote.low, quote.high
    if quote.form in ("number", "fraction", "broken", "vague"):
        percent = _PERCENT.match(text, quote.numeral_end, end)
        if percent:
            quote = replace(quote, end=max(quote.end, percent.end()))
            kind, unit = "percent", "percent"
        elif quote.form == "fraction":
            kind, unit = "percent", "percent"
            low, high = _as_percent(low), _as_percent(high)
    if quote.form in ("no", "zero") and _is_only_unknown(text, quote, start, end):
        high = None
    bound = _bound(quote)
    numbers = _limits(low, high, bound)
    word = text[quote.numeral_start : quote.numeral_end]
    return Quantity(
        start=quote.start, end=quote.end, numeral_start=quote.numeral_start, numeral_end=quote.numeral_end,
        low=numbers[0], best=numbers[1], high=numbers[2], bound=bound, kind=kind, unit=unit,
        additional=quote.additional or (quote.form == "article" and word.lower() == "another"),
        words=" ".join(word[:200].lower().split()), aside=_aside(text, quote, kind, start, end),
    )  # fmt: skip


def _is_only_unknown(text: str, quote: Quote, start: int, end: int) -> bool:
    """Does "no" say that none is known, not that there is none: "no deaths were reported", "knows of no one"?"""
    before = text[max(start, quote.start - 24) : quote.start]
    return bool(_KNOWING.search(before) or _UNKNOWN.match(text, quote.end, min(end, quote.end + 90)))


def _kind(quote: Quote) -> str:
    if quote.currency:
        return "money"
    if quote.form in ("zero", "no", "any"):
        return "none"
    return quote.form if quote.form in ("article", "ordinal") else "count"


def _aside(text: str, quote: Quote, kind: str, start: int, end: int) -> str | None:
    if quote.form == "any":
        return None if _DENIAL.search(text[max(start, quote.start - 60) : quote.start]) else "no number"
    if quote.form in ("number", "broken") and as_number(quote.low) is None and as_number(quote.high) is None:
        return "too long"
    if quote.is_exception:
        return "all but"
    place = Place(text, quote.start, quote.end, quote.numeral_start, quote.numeral_end, start, end)
    value = as_number(quote.low if quote.low is not None else quote.high)
    return reason_no_figure(place, quote.form, kind, value, quote.is_range, quote.bound is not None)


def _as_percent(value: Decimal | None) -> Decimal | None:
    return None if value is None else (value * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _bound(quote: Quote) -> Bound:
    if quote.is_range:
        return "range"
    if quote.form in ("vague", "plural") and quote.bound in (None, "about"):
        return "vague"
    return quote.bound or "exact"


def _limits(
    low: Decimal | None, high: Decimal | None, bound: Bound
) -> tuple[Number | None, Number | None, Number | None]:
    """low, best and high as they are written for each bound: more than 600 is 601, 600, none."""
    first, last = as_number(low), as_number(high)
    if bound in ("range", "vague"):
        return first, None, last
    if bound == "at_least":
        return first, first, None
    if bound == "more_than":
        return (None if first is None else math.floor(first) + 1), first, None
    if bound == "at_most":
        return None, last, last
    if bound == "less_than":
        return None, last, (None if last is None else math.ceil(last) - 1)
    return first, first, last
