"""Numbers that are dates, years or clock times by the words beside them."""

from __future__ import annotations

import re
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.model import Number

CLOCK_AFTER = re.compile(
    r"\s*(?:[ap]\.?\s?m\b\.?|o['’]clock|hours\s+(?:GMT|UTC|local)|(?:GMT|UTC|BST|EST|EDT|CET|CEST|IST|JST|PST|PDT)\b|local\s+time)",
    re.IGNORECASE,
)
_DAY_BEFORE_MONTH = re.compile(r"(?:st|nd|rd|th)?(?:\s+(?:of\s+)?|-)(?P<month>[A-Z][a-z]{2,8})\b")
_WORD_BEFORE = re.compile(r"(?P<word>[A-Za-z]{3,9})(?:\.?,?\s|-)(?:the\s)?\Z")
_LISTED_DAY = re.compile(
    r"(?P<word>[A-Z][a-z]{2,8})\.?\s+\d{1,2}(?:st|nd|rd|th)?\s*(?:-|–|and|to|,|or)\s*(?:\d{1,2}\s*(?:,|and)\s*)?\Z"
)
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)\b")
_NEXT_WORD = re.compile(r"\s+([A-Za-z]+)")
_LAST_WORD = re.compile(r"(?:([\w.]+)['’]?,?\s+[(\[]?|(\w+)-)\Z")
_VERBS_NO_PLURALS = frozenset(
    ("was", "is", "has", "as", "versus", "its", "his", "this", "sees", "elections", "plus", "thus", "perhaps")
)


@lru_cache(maxsize=1)
def month_names() -> frozenset[str]:
    """The names of the months and their short forms, in small letters."""
    return frozenset(table("not_figures.toml")["months"])


@lru_cache(maxsize=1)
def counted_nouns() -> frozenset[str]:
    """Words behind a number that make it a count, whatever stands before."""
    return frozenset(table("not_figures.toml")["counted"])


@lru_cache(maxsize=1)
def _before_year() -> frozenset[str]:
    return frozenset(table("not_figures.toml")["before_year"])


@lru_cache(maxsize=1)
def _day_pair_before_month() -> re.Pattern[str]:
    names = "|".join(sorted(month_names()))
    return re.compile(rf"(?:\s*[-–]\s*|\s+(?:and|to|or)\s+)\d{{1,2}}\s+(?i:{names})\b")


@lru_cache(maxsize=1)
def _weekday_before() -> re.Pattern[str]:
    names = "|".join(table("not_figures.toml")["weekdays"])
    return re.compile(rf"\b(?:{names}),?\s(?:the\s)?\Z", re.IGNORECASE)


def is_month(word: str) -> bool:
    """Is this word, as written, the name of a month ("May", never "may")?"""
    return word[:1].isupper() and word.lower() in month_names()


def is_day(before: str, after: str, word: str, value: Number | None) -> bool:
    """Is this number the day of a month: "March 12", "12 March", "March 12 and 13"?"""
    if value is None or value > 31 or not word.isdigit() or len(word) > 2:
        return False
    last = _WORD_BEFORE.search(before)
    if last and is_month(last.group("word")):
        following = _NEXT_WORD.match(after)
        return not (following and following.group(1) in counted_nouns())
    following = _DAY_BEFORE_MONTH.match(after)
    if following and is_month(following.group("month")):
        return True
    listed = _LISTED_DAY.search(before)
    if listed and is_month(listed.group("word")):
        return True
    if _day_pair_before_month().match(after):
        return True
    return bool(_ORDINAL_END.match(after) and _weekday_before().search(before))


def is_ordinal_day(before: str, after: str) -> bool:
    """Is this ordinal the day of a month: "the 12th of March", "March 12th", "12th March"?"""
    last = _WORD_BEFORE.search(before)
    if last and is_month(last.group("word")):
        return True
    following = re.match(r"\s+(?:of\s+)?([A-Z][a-z]{2,8})\b", after)
    return bool(following and is_month(following.group(1)))


def is_year(before: str, after: str, word: str, value: Number | None) -> bool:
    """Is this number of four digits a year, not a count?"""
    if len(word) != 4 or not word.isdigit() or value is None or not 1500 <= value <= 2100:
        return False
    following = _NEXT_WORD.match(after)
    noun = following.group(1) if following else ""
    if noun.lower() in counted_nouns() and noun not in ("were", "had", "dead"):
        return False
    last = _LAST_WORD.search(before)
    if last:
        previous = (last.group(1) or last.group(2)).lower().rstrip(".")
        if previous in _before_year() or previous in month_names() or previous.isdigit():
            return True
    if value < 1900:
        return False
    is_plural = noun.islower() and noun.endswith("s") and not noun.endswith("ss") and noun not in _VERBS_NO_PLURALS
    return not is_plural
