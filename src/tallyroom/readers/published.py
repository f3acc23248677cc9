"""What a publication date may look like: a day, a partial date (EDTF), or a timestamp with its offset."""

from __future__ import annotations

import re
from datetime import date, datetime

from tallyroom.errors import UsageError

_PARTIAL = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]|2[1-4]))?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)")
_WANTED = (
    "a day (2025-03-04), a month, season or year (2025-03, 2024-23, 2025), "
    "or a time with its offset (2025-03-04T10:00+09:00)"
)


def is_published(value: object) -> bool:
    """Whether the value can stand as `Report.published`."""
    if not isinstance(value, str) or not value.isascii():
        return False
    if _PARTIAL.fullmatch(value):
        return value[:4] != "0000"
    try:
        if _DAY.fullmatch(value):
            date.fromisoformat(value)
        elif _TIMESTAMP.fullmatch(value):
            _without_fine_fractions(value)
        else:
            return False
    except ValueError:
        return False
    return True


def check_published(value: str) -> str:
    """The value itself; UsageError, saying what is wanted, where it is no publication date."""
    if is_published(value):
        return value
    raise UsageError(f"{value[:60]!r} is no publication date; write {_WANTED}")


def _without_fine_fractions(value: str) -> datetime:
    return datetime.fromisoformat(re.sub(r"\.\d+", "", value))
