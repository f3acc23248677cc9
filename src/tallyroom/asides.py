"""Why a numeral is no figure, where the words beside it tell: an age, a distance, a flight number, a score, a rank."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from tallyroom.calendar_marks import CLOCK_AFTER, counted_nouns, is_day, is_ordinal_day, is_year
from tallyroom.lexicon import table
from tallyroom.model import Number

_WINDOW = 48


@dataclass(frozen=True, slots=True)
class Place:
    """Where a numeral stands: its quote, the numeral itself, and the sentence around it."""

    text: str
    start: int
    end: int
    numeral_start: int
    numeral_end: int
    low: int
    high: int

    @property
    def word(self) -> str:
        return self.text[self.numeral_start : self.numeral_end]

    @property
    def before(self) -> str:
        return self.text[max(self.low, self.numeral_start - _WINDOW) : self.numeral_start]

    @property
    def after(self) -> str:
        return self.text[self.numeral_end : min(self.high, self.numeral_end + _WINDOW)]


class _Counted(Protocol):
    @property
    def end(self) -> int: ...
    @property
    def aside(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def numeral_start(self) -> int: ...
    @property
    def numeral_end(self) -> int: ...
    @property
    def start(self) -> int: ...


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    """Each word behind a number with its reason."""
    return {word: reason for reason, words in table("not_figures.toml")["after"].items() for word in words}


@lru_cache(maxsize=1)
def _heads() -> dict[str, str]:
    """Each word before a number with its reason."""
    heads: dict[str, str] = {}
    for reason, words in table("not_figures.toml")["before"].items():
        for word in words:
            heads.setdefault(word, reason)
    return heads


def _near(name: str) -> re.Pattern[str]:
    return _near_words()[name]


@lru_cache(maxsize=1)
def _near_words() -> dict[str, re.Pattern[str]]:
    """Words anywhere near that tell a score from a vote."""
    lists = table("not_figures.toml")["near"]
    return {name: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE) for name, words in lists.items()}


_FORMS = {"clock": "clock time", "date": "date", "phone": "phone", "code": "name"}
_PRICE_AFTER = re.compile(
    r"\s*(?:a|an|per|each|/)\s*(?:share|barrel|lit(?:re|er)|gallon|kg|kilo|kilogram|tonne|ton|ounce|pound|hour|head|unit|"
    r"[km]wh|ticket|bushel)\b",
    re.IGNORECASE,
)
_OF = re.compile(r"[\s-]?(?:%|percent|per\s?cent|pct)?\s*(?:of|or\s+more\s+of)\b", re.IGNORECASE)
_RATE_BEFORE = re.compile(r"\b(?:per|every|each|out\s+of|(?:one|two|three|\d)\s+(?:in|out\s+of))\s+\Z", re.IGNORECASE)
_RATE_AFTER = re.compile(
    r"\s+(?:in|out\s+of)\s+(?:every\s+)?(?:\d+|ten|a\s+(?:hundred|thousand|million))\b", re.IGNORECASE
)


def reason_no_figure(
    place: Place, form: str, kind: str, value: Number | None, is_range: bool, is_bounded: bool
) -> str | None:
    """The reason why a numeral is no figure, or None where the surface does not tell.

    `form` and `kind` say how it was read, `value` its lowest value, `is_range` and `is_bounded` what stands beside it.
    """
    if form in _FORMS:
        return _FORMS[form] if form != "clock" else _clock_or_score(place.word)
    if form == "article":
        return None
    if kind == "money":
        return "price" if _PRICE_AFTER.match(place.text, place.end, min(place.high, place.end + 24)) else None
    before, after, word = place.before, place.after, place.word
    if form == "ordinal":
        return _ordinal(before, after)
    if word in _EVENTS:
        return "name"
    if kind == "percent":
        return None if _OF.match(after) else ("fraction" if form == "fraction" else "percentage")
    if _RATE_BEFORE.search(before):
        return "rate"
    is_digits = word[0].isdigit()
    if is_digits:
        reason = _digits(place, before, after, word, value, is_range, is_bounded)
        if reason:
            return reason
    elif before[-1:] in ("-", "‐") and before[-2:-1].isalpha():
        return "name"
    reason = _beside(before, after, value, is_digits, is_bounded, is_digits or word[0].isupper())
    if reason:
        return reason
    if word.lower() == "one" and not is_bounded:
        return _pronoun(before, after)
    if value is not None and value < 10 and _RATE_AFTER.match(after):
        return "rate"
    return None


_LIST_GAP = re.compile(r"(?:,\s+|,?\s+and\s+|,?\s+or\s+|\s+to\s+|[-–])\Z")
_LIST_END = re.compile(r"\s*(?:[,.;)]|and\b|or\b|to\b|[-–]|\Z)")
_LISTED = (
    "age",
    "date",
    "year",
    "clock time",
    "law or section",
    "score",
    "vote",
    "latitude",
    "duration",
    "distance",
    "name",
)


def carries_on(text: str, last: _Counted, this: _Counted, end: int) -> bool:
    """Is `this` the next of a list whose last member is no figure: "aged nine, ten and twelve"?"""
    if last.aside not in _LISTED or this.kind != "count" or this.start != this.numeral_start:
        return False
    gap = text[last.end : this.start] if this.start - last.end < 8 else ""
    if not _LIST_GAP.match(gap) or not _LIST_END.match(text, this.numeral_end, min(end, this.numeral_end + 8)):
        return False
    return last.aside == "age" or text[this.numeral_start].isdigit() == text[last.numeral_start].isdigit()


def _clock_or_score(word: str) -> str:
    hours, minutes = word.split(":")[:2]
    return "score" if int(hours) > 24 or int(minutes) > 59 else "clock time"


# -- digits ---------------------------------------------------------------------------------------------------------

_NAME_BEFORE = re.compile(r"(?<!\w)[A-Z][A-Za-z.]*[-‐‑–]\Z|[A-Za-z_]\Z")
_PREFIX = re.compile(r"(?<!\w)(?:mid|pre|post|early|late|under|over|non|sub|all|top|ex)[-‐]\Z", re.IGNORECASE)
_EVENTS = ("9/11", "7/7", "24/7", "26/11")
_DEGREES = re.compile(r"\s?[°º](?!\s?[CF]\b)|['’′]\s?[NSEW]\b|[′″]")
_CIRCLE = re.compile(r"[NSEW]\b|[′″]")
_DASHED_AFTER = re.compile(r"\s?[-–]\s?\d")
_DASHED_BEFORE = re.compile(r"\d\s?[-–]\s?\Z")
_YEAR_DASH = re.compile(r"\b(?:1[789]|20)\d\d\s*[-–]\s*\Z")
_TAG = re.compile(r"(?:[#№]|\bno\.\s?|\bnos\.\s?|\bnumber\s|\bnum\.\s?)\Z", re.IGNORECASE)
#: Groups of digits after a word for a telephone, so many characters before at most.
_PHONE = re.compile(r"\d{2,4}(?:[ \u00a0\u202f]\d{2,4}){2,}\Z|0\d{2,}")
_TO_PHONE = 40
_ZONE = re.compile(r"(?:UTC|GMT)[+−–-]\Z")
_SCORE_LIST = re.compile(r"\d[-–]\d\d?,\s\Z")
_SCORE_LIST_AFTER = re.compile(r",\s\d\d?[-–]\d")


def _digits(
    place: Place, before: str, after: str, word: str, value: Number | None, is_range: bool, is_bounded: bool
) -> str | None:
    ahead = after[:1]
    if _PHONE.match(word) and _near("phone").search(before[-_TO_PHONE:]) and not _PLURAL_AFTER.match(after):
        return "phone"
    if _ZONE.search(before):
        return "clock time"
    if _DEGREES.match(after):
        return "latitude" if _CIRCLE.search(after[:14]) else "temperature"
    is_modified = place.start < place.numeral_start and is_bounded
    if not is_modified and _NAME_BEFORE.search(before) and not _PREFIX.search(before):
        return "name"
    if ahead.isalpha() or ahead == "_":
        return _written_on(after, word)
    if before[-1:] == "/" or (ahead == "/" and after[1:2].isalnum()):
        return "date" if after[1:2].isdigit() or before[-2:-1].isdigit() else "name"
    if CLOCK_AFTER.match(after) and len(word) <= 5:
        return "clock time"
    if is_range and (_SCORE_LIST.search(before) or _SCORE_LIST_AFTER.match(after)) and len(word) <= 5:
        return "score"
    if (not is_range and _DASHED_AFTER.match(after)) or _DASHED_BEFORE.search(before):
        return _pair(place, before, word)
    tag = _TAG.search(before)
    if tag:
        return "rank" if tag.group()[:1].lower() == "n" else "name"
    if len(word) <= 3 and re.match(r"[.)]\s", after) and not before.strip():
        return "list number"
    if before.endswith("[") and ahead == "]" and len(word) <= 3:
        return "footnote"
    if is_day(before, after, word, value):
        return "date"
    if not is_bounded and not is_range and is_year(before, after, word, value):
        return "year"
    if len(word) <= 3 and value is not None and value <= 115 and not is_range and _is_age(before, after):
        return "age"
    return None


_FULL_NAME = re.compile(r"(?:[A-Z][\w'’.-]+\s[A-Z][\w'’-]+,\s|[A-Z][\w'’-]+\s\()\Z")
_SHORT_NAME = re.compile(r"(?:[A-Z][\w'’-]+|\b[a-z]+[a-rt-z]),\s\Z")
_IN_PLACE = re.compile(
    r"\b(?:in|at|near|of|from|to|around|outside|the)\s(?:[A-Z][\w'’.-]+\s){0,2}[A-Za-z][\w'’-]+,\s\Z"
)
_NO_NAME_COMMA = re.compile(
    r"(?:\d|January|February|March|April|May|June|July|August|September|October|November|December|[A-Z][a-z]+day|However|Meanwhile|So|Overall|"
    r"Total|total|and|or|that|but|[a-z]+ly|then|however|meanwhile|this|area|one|Area),\s\Z"
)
_AGE_END = re.compile(r"(?:,|\)|;|\.(?:\s|\Z)|\sand\s\d\d?[,.])")
_AGE_COMMA = re.compile(r"(?:,|\sand\s\d\d?,)")
_AGE_GROUP = re.compile(
    r"\b(?:children|people|those|women|men|kids|anyone|everyone|adults|girls|boys|patients|residents|youths|seniors|teenagers|persons|citizens|aged|"
    r"workers)\s+(?:(?:who\s+(?:are|were)|aged)\s+)?(?:under|over|above|below|older\s+than|younger\s+than)\s+(?:the\s+age\s+of\s+)?\Z",
    re.IGNORECASE,
)
_DIED_AT = re.compile(
    r"\b(?:died|dies|passed\s+away|retired|retires|married|school)\s+at\s\Z|\b(?:[Hh]e|[Ss]he)\s+(?:was|is|turned)\s+(?:only\s+|just\s+)?\Z"
)
_PLURAL_AFTER = re.compile(r"\s+(?:[a-z]+s|people|men|women|children)\b")
_AGE_AFTER = re.compile(
    r"[\s-]*(?:(?:and|to|or|[-–])\s*\w+[\s-]+)?(?:years?|months?|weeks?|days?|yrs?)[\s-]+(?:olds?|of\s+age)\b|-?(?:year|yr)s?-?olds?\b|\s?y/?o\b",
    re.IGNORECASE,
)


_ONE_PERSON_OF = re.compile(
    r"\b(?:man|woman|boy|girl|youth|lad|teenager|pensioner|widow|widower|grandmother|grandfather|mother|father|student|schoolboy|schoolgirl)"
    r"\s+of\s+\Z",
    re.IGNORECASE,
)


def _is_age(before: str, after: str) -> bool:
    """ "Smith, 49, said", "(49)", "children under 5", "died at 84", "she was 68", "a man of 34"; but not "a crew of 34"."""
    if not _NO_NAME_COMMA.search(before) and not _IN_PLACE.search(before):
        if _FULL_NAME.search(before) and _AGE_END.match(after):
            return True
        if _SHORT_NAME.search(before) and _AGE_COMMA.match(after):
            return True
    told = _AGE_GROUP.search(before) or _DIED_AT.search(before) or _ONE_PERSON_OF.search(before)
    return bool(told) and not _PLURAL_AFTER.match(after)


def _written_on(after: str, word: str) -> str | None:
    """Letters written on to digits: 1990s, 29km, 10am, 5G."""
    letters = re.match(r"[^\W\d_]+", after)
    unit = letters.group().lower() if letters else ""
    if unit in counted_nouns():
        return None
    if unit == "s":
        return "year" if len(word) == 4 else "age"
    if unit in ("am", "pm", "gmt", "utc", "hrs", "hours", "h") and len(word) <= 4:
        return "clock time"
    return _units().get(unit, "name")


def _pair(place: Place, before: str, word: str) -> str:
    """One of two numbers tied by a dash that are no range: a score, a vote, a span of years, a code."""
    if (len(word) == 4 and word.isdigit() and 1700 <= int(word) <= 2100) or _YEAR_DASH.search(before):
        return "year"
    near = place.text[max(place.low, place.numeral_start - 60) : min(place.high, place.numeral_end + 40)]
    if _near("vote").search(near):
        return "vote"
    if len(word) > 3:
        return "code"
    return "score" if len(word) <= 2 or _near("score").search(near) else "code"


# -- words beside ---------------------------------------------------------------------------------------------------

_NEXT = re.compile(
    r"(?P<gap>[\s\u00a0]*[-‐‑–]?[\s\u00a0]*)(?P<one>°[CF]?|[A-Za-z][\w'’./²]*)"
    r"(?:[\s-]+(?P<two>[A-Za-z][\w'’./²]*))?(?:[\s-]+(?P<three>[A-Za-z][\w'’./²]*))?"
)
_LAST = re.compile(r"(?:(?P<three>[\w'’.]+)\s+)?(?:(?P<two>[\w'’.]+)\s+)?(?P<one>[\w'’.]+)(?P<gap>[\s\u00a0,(-]*)\Z")
_FILLERS = frozenset(
    (
        "more",
        "other",
        "additional",
        "further",
        "full",
        "straight",
        "consecutive",
        "whole",
        "long",
        "short",
        "entire",
        "calendar",
    )
)
_FILLED = ("duration", "distance", "vote", "score", "magnitude")
_NOT_PLURAL = frozenset(("is", "was", "has", "as", "crashes", "says", "its", "his", "this", "continues"))
#: Words that name by a number also where they are not capitalised.
_NAMING = frozenset(
    ("flight", "page", "phase", "stage", "episode", "chapter", "day", "week", "round", "lap", "covid", "game", "runway")
)


def _beside(
    before: str, after: str, value: Number | None, is_digits: bool, is_bounded: bool, may_name: bool
) -> str | None:
    """The unit behind the number, or the head before it."""
    if _AGE_AFTER.match(after):
        return "age"
    if value is not None and value <= 24 and CLOCK_AFTER.match(after):
        return "clock time"
    following = _NEXT.match(after)
    if following:
        reason = _unit(following, is_digits)
        if reason:
            return reason
    last = _LAST.search(before)
    return _head(last, following, value, is_bounded, may_name) if last else None


def _unit(following: re.Match[str], is_digits: bool) -> str | None:
    units, gap = _units(), following.group("gap")
    one, two, three = ((following.group(name) or "").lower().rstrip(".,'’") for name in ("one", "two", "three"))
    if gap.count("\n") > 1:
        return None
    if gap.strip() and f"-{one}" in units:
        return units[f"-{one}"]
    for phrase in (f"{one} {two} {three}", f"{one} {two}", one):
        reason = units.get(phrase) or units.get(_singular(phrase))
        if reason is None or (len(phrase) <= 2 and not is_digits):
            continue
        if reason == "idiom" and phrase != one:
            continue
        if reason in ("weight", "volume") and following.group("two") == "of" and phrase == one:
            return None
        return reason
    if not gap.strip() and one in _FILLERS and two:
        reason = units.get(two) or units.get(_singular(two))
        return reason if reason in _FILLED else None
    if is_digits and not gap.strip() and following.group("one")[:1].isupper():
        addresses = table("not_figures.toml")["places"]["address"]
        if one in addresses or (two in addresses and following.group("two")[:1].isupper()):
            return "address"
    return None


def _singular(phrase: str) -> str:
    """The phrase without a plural s; short forms like "ha" have none ("has" is no hectare)."""
    stem = phrase.removesuffix("s")
    return phrase if phrase.endswith("ss") or len(stem) < 3 else stem


def _head(
    last: re.Match[str], following: re.Match[str] | None, value: Number | None, is_bounded: bool, may_name: bool
) -> str | None:
    one, gap = last.group("one"), last.group("gap")
    two = f"{last.group('two')} {one}" if last.group("two") else ""
    three = f"{last.group('three')} {two}" if last.group("three") and two else ""
    for phrase in (three.lower(), two.lower(), one.lower()):
        reason = _heads().get(phrase) or _heads().get(phrase.rstrip("."))
        if not phrase or reason is None or (is_bounded and reason not in ("age", "magnitude")):
            continue
        if reason == "age":
            return reason if value is None or value <= 120 else None
        if reason == "magnitude":
            return reason if value is not None and value < 10 else None
        if "(" in gap or ("," in gap and reason != "law or section"):
            continue
        if reason == "name" and not may_name:
            continue
        if reason == "latitude" or (reason != "score" and _is_named_by(one, value, following, reason, phrase)):
            return reason
    return None


def _is_named_by(head: str, value: Number | None, following: re.Match[str] | None, reason: str, phrase: str) -> bool:
    """ "Flight 214", "page 3", "number one"; but not "the station 12 people" or "the company 200 workers"."""
    if value is None or value > 9999:
        return False
    noun = following.group("one") if following and not following.group("gap").strip() else ""
    is_plural = noun.islower() and noun.endswith("s") and noun not in _NOT_PLURAL
    if (is_plural or noun.lower() in counted_nouns()) and not phrase.startswith(("number", "no", "ranked")):
        return False
    return head[:1].isupper() or reason != "name" or head.lower() in _NAMING


# -- one, first -----------------------------------------------------------------------------------------------------

_PRONOUN_AFTER = re.compile(
    r"\s+(?:another|of\s+(?:the|his|her|its|their|our|my|your)\s+(?:most|best|worst|few|main|major|first|last|only|more|\w+est|\w+ing\s+\w+s)|"
    r"can|could|should|must|may|might|would|thing|such|way|hand|point|reason|or\s+the\s+other|and\s+only)\b|['’]s\b|"
    r"-(?:sided|off|way|on-one|party|time)\b",
    re.IGNORECASE,
)
_PRONOUN_BEFORE = re.compile(
    r"\b(?:this|that|the|which|each|every|any|new|big|right|wrong|good|great|old|young|loved|no|my|his|her|only|same|first|last|latest|"
    r"previous|current|such\s+an?)\s\Z",
    re.IGNORECASE,
)
_PERSON_AFTER = re.compile(
    r"\s+(?:[a-z-]+\s+)?(?:person|man|woman|child|soldier|body|victim|death|case|civilian|officer|survivor|patient)\b"
)


def _pronoun(before: str, after: str) -> str | None:
    if _PRONOUN_AFTER.match(after):
        return "pronoun"
    return "pronoun" if _PRONOUN_BEFORE.search(before) and not _PERSON_AFTER.match(after) else None


def _ordinal(before: str, after: str) -> str | None:
    if is_ordinal_day(before, after):
        return "date"
    nouns = table("not_figures.toml")["ordinal"]["counted"]
    following = re.match(r"\s+([A-Za-z-]+)(?:\s+([A-Za-z-]+))?", after)
    return None if following and any(w and w.lower() in nouns for w in following.groups()) else "ordinal"
