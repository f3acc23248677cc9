"""Why a numeral is no figure, where the words beside it are enough to tell: a date, an age, a distance, a flight number, a score."""

from __future__ import annotations

import re
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.model import Number

_WINDOW = 48


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


@lru_cache(maxsize=1)
def _sets() -> dict[str, frozenset[str]]:
    lists = table("not_figures.toml")
    return {
        "months": frozenset(lists["months"]), "weekdays": frozenset(lists["weekdays"]), "before_year": frozenset(lists["before_year"]),
        "counted": frozenset(lists["counted"]), "ordinal": frozenset(lists["ordinal"]["counted"]), "address": frozenset(lists["places"]["address"]),
    }  # fmt: skip


_NEXT = re.compile(
    r"(?P<gap>[\s\u00a0]*[-‐‑–]?[\s\u00a0]*)(?P<one>[A-Za-z°№#][\w'’./°²]*|°[CFNSEW]?|%)(?:(?P<gap2>[\s-]+)(?P<two>[A-Za-z][\w'’./²]*))?(?:[\s-]+(?P<three>[A-Za-z][\w'’./²]*))?"
)
_LAST = re.compile(
    r"(?:(?P<three>[\w'’.#№]+)(?P<gap3>[\s]+))?(?:(?P<two>[\w'’.#№]+)(?P<gap2>[\s]+))?(?P<one>[\w'’.#№]+)(?P<gap>[\s\u00a0,(-]*)\Z"
)
_CLOCK_AFTER = re.compile(
    r"\s*(?:[ap]\.?\s?m\b\.?|o['’]clock|hours\s+(?:GMT|UTC|local)|GMT|UTC|BST|EST|EDT|CET|CEST|IST|JST|PST|PDT|local\s+time)",
    re.IGNORECASE,
)
_AGE_AFTER = re.compile(
    r"[\s-]*(?:(?:and|to|or|[-–])\s*\w+[\s-]+)?(?:years?|months?|weeks?|days?|yrs?)[\s-]+(?:old|olds|of\s+age)\b|-?(?:year|yr)s?-?olds?\b|\s?y/?o\b",
    re.IGNORECASE,
)
_DATE_AFTER = re.compile(r"(?:st|nd|rd|th)?(?:\s+(?:of\s+)?|-)(?P<month>[A-Za-z]{3,9})\b")
_FORM_ASIDE = {"clock": "clock time", "date": "date", "phone": "phone", "code": "name"}
_AGE_GROUP = re.compile(
    r"\b(?:children|people|those|women|men|kids|anyone|everyone|adults|girls|boys|patients|residents|youths|seniors|teenagers|persons|citizens|aged|workers)\s+(?:(?:who\s+(?:are|were)|aged)\s+)?(?:under|over|above|below|older\s+than|younger\s+than)\s+(?:the\s+age\s+of\s+)?\Z",
    re.IGNORECASE,
)
_NAME_COMMA = re.compile(r"[A-Z][\w'’-]+,\s\Z|[A-Z][\w'’-]+\s\(\Z")
_COMMA_AFTER = re.compile(r"(?:,|\)|\.(?:\s|\Z)|;)")
_NOT_NAMES = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|However|Meanwhile|So|Overall),\s\Z"
)
_PRONOUN_AFTER = re.compile(
    r"\s+(?:another\b|of\s+the\s+(?:most|best|worst|few|main|major|first|last|only|\w+est)\b|of\s+(?:his|her|its|their|our|my|your)\s+(?:most|best|worst|\w+est)\b|can\b|could\b|should\b|must\b|may\b|might\b|would\b|thing\b|day\s|such\b|way\b|hand\b|point\b|reason\b|or\s+the\s+other\b|and\s+only\b)|['’]s\b|-(?:sided|off|way|on-one|party|time)\b",
    re.IGNORECASE,
)
_PRONOUN_BEFORE = re.compile(
    r"\b(?:this|that|the|which|each|every|any|new|big|right|wrong|good|great|old|young|another|loved|no|my|his|her|only|same|first|last|latest|previous|current|such\s+an?)\s\Z",
    re.IGNORECASE,
)
_SPEECH = re.compile(r"\b(?:by|to|of|with|from|for|as|in|at|on|against)\s+\Z", re.IGNORECASE)
_HYPHEN_NAME = re.compile(r"(?<![\w])[A-Z][A-Za-z.]*[-‐‑–]\Z|[A-Za-z_]\Z")
_PREFIX = re.compile(r"\b(?:mid|pre|post|early|late|under|over|non|sub|all|top|u|ex)[-‐]\Z", re.IGNORECASE)
_PRICE_AFTER = re.compile(
    r"\s*(?:a|an|per|each|/)\s*(?:share|barrel|litre|liter|gallon|kg|kilo|kilogram|tonne|ton|ounce|pound|hour|day|week|month|year|night|head|unit|kwh|mwh|ticket|bushel|euro|dollar)\b",
    re.IGNORECASE,
)
_VOTE_NEAR = re.compile(
    r"\b(?:vot(?:e|ed|es|ing)|ballot|ruling|majority|approved|passed\s+the|ratified|referendum|decision)\b",
    re.IGNORECASE,
)
_SCORE_NEAR = re.compile(
    r"\b(?:won|win|wins|beat|beats|lost|lose|loss|defeat\w*|victory|draw|drew|tied|tie|led|lead|trail\w*|score\w*|match|game|goals?|final|half-?time|penalt\w+|set|innings|aggregate|shootout|shutout|season|record|cup|league|champion\w*)\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"\s+(?:in|out\s+of)\s+(?:every\s+)?(?:\d+|two|three|four|five|six|seven|eight|nine|ten|a\s+hundred|a\s+thousand)\b",
    re.IGNORECASE,
)
_NUMBER_TAG = re.compile(r"(?:#|№|\bno\.\s?|\bnos\.\s?|\bnumber\s|\bnum\.\s?)\Z", re.IGNORECASE)


def reason_no_figure(
    text: str,
    start: int,
    end: int,
    numeral_start: int,
    numeral_end: int,
    low: int,
    high: int,
    form: str,
    kind: str,
    value: Number | None,
    is_range: bool,
    is_bounded: bool,
) -> str | None:
    """The reason why the numeral at [numeral_start, numeral_end) is no figure, or None where the surface does not tell.

    `start`, `end` are its quote, `low`, `high` the sentence; `form` and `kind` as the numeral was read.
    """
    if form in _FORM_ASIDE:
        return _score_or_clock(text, numeral_start, numeral_end, low, high) if form == "clock" else _FORM_ASIDE[form]
    before = text[max(low, numeral_start - _WINDOW) : numeral_start]
    after = text[numeral_end : min(high, numeral_end + _WINDOW)]
    if form == "article":
        return None
    if kind == "money":
        return "price" if _PRICE_AFTER.match(text[end : min(high, end + 24)]) else None
    if form == "ordinal":
        return _reason_ordinal(text, numeral_start, numeral_end, before, after)
    word = text[numeral_start:numeral_end]
    is_digits = word[:1].isdigit()
    if text.startswith("%", numeral_end) or kind == "percent":
        return (
            None
            if re.match(r"[\s-]?(?:%|percent|per\s*cent|pct)?\s*(?:of|or\s+more\s+of)\b", after, re.IGNORECASE)
            else ("percentage" if form != "fraction" else "fraction")
        )
    if is_digits:
        reason = _reason_digits(text, before, after, word, numeral_start, numeral_end, low, value, is_range, is_bounded)
        if reason:
            return reason
    elif before[-1:] in ("-", "‐") and before[-2:-1].isalpha():
        return "name"
    reason = _reason_beside(before, after, value, is_digits, is_bounded)
    if reason:
        return reason
    if word.lower() == "one" and form == "number" and not is_bounded:
        return _reason_one(before, after)
    if _RATE.match(after) and value is not None and value < 10:
        return "rate"
    return None


def _score_or_clock(text: str, start: int, end: int, low: int, high: int) -> str:
    hours = text[start:end].split(":")
    if int(hours[0]) > 24 or int(hours[1]) > 59:
        return "score"
    return "clock time"


def _reason_digits(
    text: str,
    before: str,
    after: str,
    word: str,
    start: int,
    end: int,
    low: int,
    value: Number | None,
    is_range: bool,
    is_bounded: bool,
) -> str | None:
    glued = after[:1]
    if before and _HYPHEN_NAME.search(before) and not _PREFIX.search(before):
        return "name"
    if word.replace(" ", "") in ("9/11", "7/7", "24/7", "26/11"):
        return "name"
    if glued.isalpha() or glued == "_":
        return _reason_glued(after, word)
    if before[-1:] == "/" or (glued == "/" and after[1:2].isalnum()):
        return "date" if after[1:2].isdigit() or before[-2:-1].isdigit() else "name"
    if _CLOCK_AFTER.match(after) and len(word) <= 5:
        return "clock time"
    if re.match(r"\s*[-–]\s*\d", after) and not is_range or re.search(r"\d\s*[-–]\s*\Z", before):
        return _reason_pair(text, before, after, word, start, end)
    tag = _NUMBER_TAG.search(before)
    if tag:
        return "rank" if tag.group().strip().lower().startswith("n") else "name"
    if (
        not before.strip()
        and re.match(r"[.)]\s", after)
        and len(word) <= 3
        and (start == low or text[start - 1 : start] == "\n")
    ):
        return "list number"
    if before.endswith(("[", "(")) and after[:1] in ("]", ")") and before.endswith("[") and len(word) <= 3:
        return "footnote"
    if _is_date(before, after, word, value):
        return "date"
    if _is_year(before, after, word, value, is_bounded, is_range):
        return "year"
    if len(word) <= 3 and value is not None and value <= 115 and not is_range:
        if (
            _NAME_COMMA.search(before)
            and not _NOT_NAMES.search(before)
            and _COMMA_AFTER.match(after)
            and not re.search(r"\d,\s\Z", before)
        ):
            return "age"
        if _AGE_GROUP.search(before) and not re.match(r"\s+[a-z]+s\b", after):
            return "age"
    return None


def _reason_glued(after: str, word: str) -> str:
    """Letters written on to digits: 1990s, 29km, 10am, 5G."""
    letters = re.match(r"[^\W\d_]+", after)
    unit = letters.group().lower() if letters else ""
    if unit == "s":
        return "year" if len(word) == 4 else "age"
    if unit in ("am", "pm") or (unit == "h" and len(word) <= 4):
        return "clock time"
    return _units().get(unit, "name")


def _reason_pair(text: str, before: str, after: str, word: str, start: int, end: int) -> str:
    """Two numbers tied by a dash that are no range: a score, a vote, a span of years, a code."""
    near = text[max(0, start - 60) : start] + " " + text[end : end + 40]
    if (
        len(word) == 4
        and word.isdigit()
        and 1700 <= int(word) <= 2100
        or re.search(r"\b(?:1[789]|20)\d\d\s*[-–]\s*\Z", before)
    ):
        return "year"
    if len(word) > 3:
        return "code"
    if _VOTE_NEAR.search(near):
        return "vote"
    if _SCORE_NEAR.search(near) or len(word) <= 2:
        return "score"
    return "code"


def _is_date(before: str, after: str, word: str, value: Number | None) -> bool:
    months = _sets()["months"]
    if value is None or value != int(value) or not re.fullmatch(r"\d{1,4}", word):
        return False
    last = re.search(r"([A-Za-z]{3,9})\.?,?\s\Z|([A-Za-z]{3,9})-\Z", before)
    if last and (last.group(1) or last.group(2)).lower() in months and value <= 31:
        if (last.group(1) or "").lower() in ("may", "march", "mar") and not (last.group(1) or "")[:1].isupper():
            return False
        return not re.match(r"\s+(?:people|soldiers|civilians|deaths|children)\b", after)
    if value <= 31:
        following = _DATE_AFTER.match(after)
        if following and following.group("month").lower() in months and following.group("month")[0].isupper():
            return True
        named = re.search(
            r"([A-Za-z]{3,9})\.?\s+\d{1,2}(?:st|nd|rd|th)?\s*(?:-|–|and|to|,|or)\s*(?:\d{1,2}\s*(?:,|and)\s*)?\Z",
            before,
        )
        if named and named.group(1).lower() in months and len(word) <= 2:
            return True
        if re.match(
            r"(?:\s*[-–]\s*|\s+(?:and|to|or)\s+)\d{1,2}\s+(?:" + "|".join(months) + r")\b", after, re.IGNORECASE
        ):
            return True
        return bool(
            re.search(r"\b(?:" + "|".join(_sets()["weekdays"]) + r"),?\s(?:the\s)?\Z", before, re.IGNORECASE)
            and re.match(r"(?:st|nd|rd|th)\b", after)
        )
    return False


def _is_year(before: str, after: str, word: str, value: Number | None, is_bounded: bool, is_range: bool) -> bool:
    if is_bounded and not re.search(r"\b(?:around|about|circa|c\.|before|over|some)\s\Z", before, re.IGNORECASE):
        return False
    if is_range:
        return False
    if not re.fullmatch(r"\d{4}", word) or value is None or not 1000 <= value <= 2100:
        return False
    if is_bounded:
        return False
    following = re.match(r"\s+([A-Za-z]+)", after)
    if (
        following
        and following.group(1).lower() in _sets()["counted"]
        and not (following.group(1) in ("were", "had", "dead"))
    ):
        return False
    last = re.search(r"([\w.]+)['’]?,?\s+[(\[]?\Z|(\w+)-\Z", before)
    if value >= 1700 and last:
        previous = (last.group(1) or last.group(2)).lower().rstrip(".")
        if previous in _sets()["before_year"] or previous in _sets()["months"] or previous.isdigit():
            return True
    if 1900 <= value <= 2100:
        return not (
            following
            and following.group(1).islower()
            and following.group(1).endswith("s")
            and not following.group(1).endswith("ss")
            and following.group(1)
            not in ("was", "is", "has", "as", "versus", "its", "his", "this", "sees", "elections")
        )
    return False


def _reason_beside(before: str, after: str, value: Number | None, is_digits: bool, is_bounded: bool) -> str | None:
    """The unit behind the number, or the head before it."""
    if _AGE_AFTER.match(after):
        return "age"
    if _CLOCK_AFTER.match(after) and value is not None and value <= 24:
        return "clock time"
    following = _NEXT.match(after)
    if following:
        reason = _reason_unit(following, after, is_digits)
        if reason:
            return reason
    last = _LAST.search(before)
    if last is None:
        return None
    one = last.group("one").lower()
    two = f"{last.group('two')} {last.group('one')}".lower() if last.group("two") else ""
    three = f"{last.group('three')} {two}".lower() if last.group("three") and two else ""
    gap = last.group("gap")
    for phrase in (three, two, one):
        reason = _heads().get(phrase.rstrip(".") if phrase not in _heads() else phrase) if phrase else None
        if reason is None or is_bounded and reason not in ("age", "magnitude"):
            continue
        if reason == "age":
            return reason if value is None or value <= 120 else None
        if "(" in gap or "," in gap and reason != "law or section":
            continue
        if reason in ("name", "rank", "law or section"):
            if _names_number(last.group("one"), value, following, reason, phrase):
                return reason
        elif reason == "magnitude":
            return reason if value is not None and value < 10 else None
        elif reason != "score":
            return reason
    return None


def _names_number(head: str, value: Number | None, following: re.Match[str] | None, reason: str, phrase: str) -> bool:
    """ "Flight 214", "page 3", "number one"; but not "the station 12 people" or "the company 200 workers"."""
    if value is None or value > 9999:
        return False
    word = following.group("one") if following and following.group("gap").strip() == "" else ""
    counted = bool(word) and (
        word.lower() in _sets()["counted"]
        or word.islower()
        and word.endswith("s")
        and word not in ("is", "was", "has", "as", "crashes", "says")
    )
    if counted and not phrase.startswith(("number", "no", "ranked")):
        return False
    return (
        head[:1].isupper()
        or reason != "name"
        or head.lower()
        in (
            "flight",
            "page",
            "phase",
            "stage",
            "episode",
            "chapter",
            "day",
            "week",
            "round",
            "lap",
            "covid",
            "category",
        )
    )


def _reason_unit(following: re.Match[str], after: str, is_digits: bool) -> str | None:
    units = _units()
    gap = following.group("gap")
    one = following.group("one").lower().rstrip(".,")
    two = (following.group("two") or "").lower().rstrip(".,")
    three = (following.group("three") or "").lower().rstrip(".,")
    if "\n" in gap and "\n\n" in gap:
        return None
    if gap.strip() and f"-{one}" in units:
        return units[f"-{one}"]
    for phrase in (f"{one} {two} {three}", f"{one} {two}", one):
        reason = units.get(phrase) or units.get(_singular(phrase))
        if reason is None or (reason == "idiom" and not (phrase == one)):
            continue
        if len(phrase) <= 2 and not is_digits:
            continue
        if phrase == "over" or phrase == "set":
            continue
        if (
            reason in ("score", "rank", "times")
            and gap.strip() == ""
            and phrase in ("run", "try", "win", "cap", "title", "lap", "inning")
        ):
            return None
        return reason
    if (
        gap.strip() == ""
        and one
        in (
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
            "hectic",
            "entire",
        )
        and two
    ):
        reason = units.get(two) or units.get(_singular(two))
        return reason if reason in ("duration", "distance", "vote", "score") else None
    if (
        is_digits
        and gap.strip() == ""
        and two in _sets()["address"]
        and following.group("one")[:1].isupper()
        and following.group("two")[:1].isupper()
    ):
        return "address"
    if is_digits and gap.strip() == "" and one in _sets()["address"] and following.group("one")[:1].isupper():
        return "address"
    return None


def _singular(phrase: str) -> str:
    return phrase.rstrip("'’").removesuffix("s") if not phrase.endswith("ss") else phrase


def _reason_one(before: str, after: str) -> str | None:
    if _PRONOUN_AFTER.match(after):
        return "pronoun"
    if _PRONOUN_BEFORE.search(before):
        nouns = re.match(
            r"\s+(?:[a-z-]+\s+)?(?:person|man|woman|child|soldier|body|victim|death|case|civilian|officer|survivor)\b",
            after,
        )
        return None if nouns else "pronoun"
    return None


def _reason_ordinal(text: str, start: int, end: int, before: str, after: str) -> str | None:
    word = text[start:end]
    following = re.match(r"[\s-]+([A-Za-z]+)(?:\s+([A-Za-z]+))?", after)
    months = _sets()["months"]
    last = re.search(r"([A-Za-z]{3,9})\.?\s(?:the\s)?\Z", before)
    if last and last.group(1).lower() in months and last.group(1)[:1].isupper():
        return "date"
    if following:
        words = [w.lower() for w in following.groups() if w]
        if (
            words[0] == "of"
            and len(words) > 1
            and words[1] in months
            or words[0] in months
            and following.group(1)[:1].isupper()
        ):
            return "date"
        if any(w in _sets()["ordinal"] for w in words):
            return None
    return "ordinal" if word else None
