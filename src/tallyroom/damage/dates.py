"""Dates, hours and ages that cannot be: a weekday that the day was not, a day that no month has, clocks that do not agree."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from heapq import merge

from tallyroom.damage.found import CAPITAL, any_word, capitals_before, from_starts, problem, starts_of, words_in
from tallyroom.document import Document
from tallyroom.edtf import day_of
from tallyroom.lexicon import rows, table
from tallyroom.model import Problem

#: A date without a year is that nearest to the publication; farther off in days its year is not sure.
_NEAR = 60
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK_MINUTES = 7 * 24 * 60


def find(document: Document) -> Iterator[Problem]:
    """Every `contradiction` among dates, hours and ages."""
    yield from _days(document.text, document.published)
    yield from _clocks(document.text)
    yield from _spans(document.text)
    yield from _ages(document.text)


# -- days -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {name.lower(): number for name, number in table("times.toml")["months"].items()}


@lru_cache(maxsize=1)
def _month_names() -> frozenset[str]:
    return frozenset(name.title() for name in _months())


@lru_cache(maxsize=1)
def _day() -> re.Pattern[str]:
    month = any_word(_month_names())
    after = r"(?=[,.;:)\]\s]|\Z)(?:,?\s(?P<{year}>(?:19|20)\d\d)\b)?"
    return re.compile(
        rf"(?:\b(?P<weekday>{'|'.join(_WEEKDAYS)}),?\s\(?(?:the\s)?)?\b(?:(?P<month>{month})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
        + after.format(year="year")
        + rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month2>{month})\b(?:\.(?=,?\s\d{{4}}))?"
        + after.format(year="year2")
        + ")"
    )


_LONGEST_BEFORE_MONTH = len("Wednesday, (the 31st of ")
_DAY_BEFORE_MONTH = re.compile(r"(?<!\w)\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?[A-Z]")
#: What follows a day of the month; a noun there would make the number a count ("in June 31 people died").
_NO_COUNT = re.compile(
    r"[,.;:)\]]|\s*\Z|\s(?:at|in|on|to|and|or|when|after|before|the|for|with|by|while|as|but|until|from|near|during|that|which)\b"
)


def _days(text: str, published: str | None) -> Iterator[Problem]:
    """ "Monday, March 6" where the sixth was a Tuesday; "June 31"."""
    months = starts_of(text, _month_names() & words_in(text))
    if not months:
        return
    days = (match.start() for match in _DAY_BEFORE_MONTH.finditer(text))
    weekdays = capitals_before(text, months, _LONGEST_BEFORE_MONTH)
    for match in from_starts(_day(), text, merge(months, weekdays, days)):
        month = _months()[(match["month"] or match["month2"]).lower()]
        number, said_year = int(match["day"] or match["day2"]), match["year"] or match["year2"]
        start = match.start("month") if match["month"] else match.start("day2")
        longest = monthrange(int(said_year) if said_year else 2000, month)[1]
        if not 1 <= number <= longest:
            if number <= 31 and (match["month2"] or said_year or _NO_COUNT.match(text, match.end())):
                message = f"the month has {longest} days" if number else "no month has a day of that number"
                yield problem(text, "contradiction", start, match.end(), message)
            continue
        if not match["weekday"]:
            continue
        day = date(int(said_year), month, number) if said_year else _nearest(month, number, published)
        if day is not None and _WEEKDAYS[day.weekday()] != match["weekday"]:
            right = _WEEKDAYS[day.weekday()]
            yield problem(text, "contradiction", *match.span(), f"{day.isoformat()} was a {right}", right)


def _nearest(month: int, number: int, published: str | None) -> date | None:
    """The day of that month and number nearest to the publication, where one is near."""
    today = day_of(published or "")
    if today is None:
        return None
    days = [
        date(year, month, number)
        for year in (today.year - 1, today.year, today.year + 1)
        if 1 <= year <= 9999 and number <= monthrange(year, month)[1]
    ]
    near = min(days, key=lambda day: abs((day - today).days), default=None)
    return near if near is not None and abs((near - today).days) <= _NEAR else None


# -- hours ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[int, ...]]:
    """Minutes ahead of UTC by name of a zone: two values where one name is used for winter and summer."""
    return {name: tuple(map(int, minutes.split("|"))) for name, minutes in rows("time_zones.tsv")}


@lru_cache(maxsize=1)
def _two_clocks() -> re.Pattern[str]:
    zone, weekday = any_word(_zones()), "|".join(_WEEKDAYS)

    def clock(n: int) -> str:
        return (
            rf"(?P<hour{n}>\d{{1,2}})[:.]?(?P<minute{n}>\d\d)?\s?(?P<half{n}>[aApP]\.?[mM]\.?)?\s?(?P<zone{n}>{zone})\b"
            rf"(?:,?\s(?:on\s)?(?P<weekday{n}>{weekday}))?"
        )

    return re.compile(rf"(?<![\d:.]){clock(1)}\s?[(\[/,]\s?{clock(2)}")


#: Where a second clock may begin: something to look for quickly.
_SECOND_CLOCK = re.compile(r"[(\[/,]\s?\d{1,2}[:.]?(?:\d\d)?\s?(?:[aApP]\.?[mM]\.?)?\s?[^\W\d_]")


def _clocks(text: str) -> Iterator[Problem]:
    """ "11:30 PM VUT (10:30 UTC)": two clocks for one moment, whose zones lie another number of hours apart."""
    if not _SECOND_CLOCK.search(text):
        return
    for match in _two_clocks().finditer(text):
        first, second = _minutes(match, 1), _minutes(match, 2)
        if first is None or second is None:
            continue
        whole = _WEEK_MINUTES if match["weekday1"] and match["weekday2"] else 24 * 60
        one, two = match["zone1"], match["zone2"]
        if all((first - a - second + b) % whole for a in _zones()[one] for b in _zones()[two]):
            apart = (_zones()[one][0] - _zones()[two][0]) / 60
            message = f"{one} is {abs(apart):g} hours {'ahead of' if apart > 0 else 'behind'} {two}: the two times are not one moment"
            yield problem(text, "contradiction", *match.span(), message)


def _minutes(match: re.Match[str], n: int) -> int | None:
    """The time of a clock in minutes, from Monday where both weekdays are told."""
    hour, minute, half = int(match[f"hour{n}"]), int(match[f"minute{n}"] or 0), (match[f"half{n}"] or "").lower()
    if hour > 24 or minute > 59 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    weekday = match[f"weekday{n}"]
    day = _WEEKDAYS.index(weekday) if weekday and match["weekday1"] and match["weekday2"] else 0
    return day * 24 * 60 + hour * 60 + minute


# -- spans ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _span() -> re.Pattern[str]:
    month = any_word(_month_names())
    return re.compile(
        rf"\bbetween\s(?:(?P<first>(?:19|20)\d\d)\sand\s(?P<last>(?:19|20)\d\d)\b(?![-,.]?\d)"
        rf"|(?P<day>\d{{1,2}})\sand\s(?P<day2>\d{{1,2}})\s{month}\b)"
    )


def _spans(text: str) -> Iterator[Problem]:
    """ "between 1990 and 1985", "between 12 and 9 May"."""
    if "between" not in words_in(text):
        return
    for match in _span().finditer(text):
        first, last = int(match["first"] or match["day"]), int(match["last"] or match["day2"])
        if last < first and (match["day"] or _NO_COUNT.match(text, match.end())):
            yield problem(text, "contradiction", *match.span(), "the end lies before the beginning")


# -- ages -----------------------------------------------------------------------------------------------------------

_PERSON = rf"(?:{CAPITAL}\s){{0,3}}{CAPITAL}"
_AGE = re.compile(
    rf"(?P<behind>,\s(?:aged\s)?(?P<age>\d{{1,3}}),|\s\((?P<age3>\d{{1,3}})\))|\b(?P<age2>\d{{1,3}})-year-old\s(?P<name>{_PERSON})\b"
)
_AGE_BEHIND = re.compile(r"\s\(?\d{1,3}[,)]")
_NAME_BEFORE = re.compile(rf"\b{_PERSON}\Z")


def _ages(text: str) -> Iterator[Problem]:
    """ "Ana Roe, 34, ..." who is "43-year-old Ana Roe", or "Roe, 43,", further down; two of one surname may be kin."""
    if "-year-old" not in text and not _AGE_BEHIND.search(text):
        return
    told: dict[str, list[tuple[str, int]]] = {}
    for match in _AGE.finditer(text):
        before = _NAME_BEFORE.search(text, max(0, match.start() - 60), match.start()) if match["behind"] else None
        name = before.group() if before is not None else match["name"]
        if name is None:
            continue
        start = before.start() if before is not None else match.start()
        *given, surname = name.split()
        first, age = " ".join(given), int(match["age"] or match["age2"] or match["age3"])
        known = told.setdefault(surname, [])
        bearers = {known_as for known_as, _ in known if known_as} | {first} - {""}
        other = next((years for _, years in known if len(bearers) == 1 and abs(years - age) > 1), None)
        if other is not None and age < 120 and other < 120:
            message = f"the report also gives {surname} as {other} years old"
            yield problem(text, "contradiction", start, match.end(), message)
        known.append((first, age))
        del known[_MOST_AGES:]


#: So many ages of one surname are kept.
_MOST_AGES = 10
