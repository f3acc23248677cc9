"""EDTF as news needs it: days, months, years, seasons, decades, intervals with open ends; first and last days."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache

_POINT = re.compile(r"(\d{3})(?:X|(\d)(?:-(\d{2})(?:-(\d{2}))?)?)[~?%]?", re.ASCII)
_SEASON_MONTH = {21: 3, 22: 6, 23: 9, 24: 12}


@lru_cache(maxsize=65536)
def bounds(value: str) -> tuple[date | None, date | None] | None:
    """The first and last day of an EDTF value, None for an open end; None for the whole where it cannot be read."""
    if "/" in value:
        left, _, right = value.partition("/")
        first, last = _end(left), _end(right)
        if first is None or last is None:
            return None
        return first[0], last[1]
    return _end(value) if value not in ("", "..") else None


def _end(part: str) -> tuple[date | None, date | None] | None:
    return (None, None) if part in ("..", "") else _point(part)


def _point(part: str) -> tuple[date, date] | None:
    match = _POINT.fullmatch(part)
    if match is None:
        return None
    decade, digit, month_digits, day_digits = match.groups()
    try:
        if digit is None:
            return date(int(decade + "0"), 1, 1), date(int(decade + "9"), 12, 31)
        year = int(decade + digit)
        if month_digits is None:
            return date(year, 1, 1), date(year, 12, 31)
        month = int(month_digits)
        if day_digits is not None:
            day = date(year, month, int(day_digits))
            return day, day
        if month in _SEASON_MONTH:
            start = date(year, _SEASON_MONTH[month], 1)
            end_year, end_month = (year + 1, 2) if month == 24 else (year, start.month + 2)
            return start, date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        return None


def is_edtf(value: str) -> bool:
    """Whether a value can be read, with its ends in order."""
    found = bounds(value)
    return found is not None and (found[0] is None or found[1] is None or found[0] <= found[1])


def overlap(one: str, other: str) -> bool:
    """Whether two values can speak of one moment; False where either cannot be read."""
    a, b = bounds(one), bounds(other)
    if a is None or b is None:
        return False
    return (a[0] or date.min) <= (b[1] or date.max) and (b[0] or date.min) <= (a[1] or date.max)


def day_of(value: str) -> date | None:
    """The day of a full date or a timestamp, else None."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def publication(value: str | None) -> str | None:
    """A publication date as EDTF: a timestamp loses its time, a partial date stays as it is, anything else is None."""
    if not value:
        return None
    text = value.strip()
    if len(text) > 10 and text[10] in "T ":
        text = text[:10]
    found = _point(text) if "X" not in text else None
    return text if found else None


def interval(start: str, end: str) -> str:
    """From start to end; one value where both are the same."""
    return start if start == end else f"{start}/{end}"


def month_of(day: date, shift: int = 0) -> str:
    """The month of a day, or one so many months later."""
    months = day.year * 12 + day.month - 1 + shift
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def week_of(day: date, shift: int = 0) -> str:
    """The week of a day, Monday to Sunday, or one so many weeks later."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=shift)
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
