"""Days that an EDTF value covers, as ordinals: enough to order, compare and place claims in time."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache
from typing import NamedTuple

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SEASONS = {21: 3, 22: 6, 23: 9, 24: 12}


class Days(NamedTuple):
    """First and last day (proleptic ordinals), None where a side is open or unknown."""

    first: int | None
    last: int | None

    @property
    def known(self) -> bool:
        return self.first is not None or self.last is not None

    @property
    def width(self) -> int:
        """Days covered beyond one; a large number where a side is open."""
        return 10**6 if self.first is None or self.last is None else self.last - self.first


UNKNOWN = Days(None, None)


@lru_cache(maxsize=65536)
def days(value: str | None) -> Days:
    """The days of an EDTF date, partial date, season, interval or timestamp; `UNKNOWN` where it cannot be read."""
    if not value:
        return UNKNOWN
    text = re.sub(r"[~?%]", "", value.strip())
    if "/" in text:
        first, last = text.split("/", 1)
        return Days(_single(first).first, _single(last).last)
    return _single(text)


def _single(text: str) -> Days:
    match = _DATE.match(text)
    if not match:
        return UNKNOWN
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if year is None:
            return UNKNOWN
        if day and month:
            ordinal = datetime.date(year, month, day).toordinal()
            return Days(ordinal, ordinal)
        if month and month <= 12:
            start = datetime.date(year, month, 1).toordinal()
            return Days(start, start + calendar.monthrange(year, month)[1] - 1)
        if month in _SEASONS:
            start = datetime.date(year, _SEASONS[month], 1).toordinal()
            return Days(start, start + 91)
        return Days(datetime.date(year, 1, 1).toordinal(), datetime.date(year, 12, 31).toordinal())
    except (ValueError, OverflowError):
        return UNKNOWN


def is_open_start(value: str | None) -> bool:
    """Is it "up to a date" (`../X`), the mark of a running total?"""
    return bool(value) and str(value).startswith(("../", "/"))


def closing(value: str) -> str:
    """The words of the later side of an interval: `../2024-12` → `2024-12`."""
    return value.split("/", 1)[1] if "/" in value else value


def day_of(timestamp: str | None) -> str | None:
    """The date of a timestamp; partial dates stay as they are."""
    return timestamp[:10] if timestamp and len(timestamp) > 10 and "/" not in timestamp else timestamp
