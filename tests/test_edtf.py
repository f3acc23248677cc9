"""EDTF values: their first and last days, overlap, and publication dates in every form."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallyroom.edtf import bounds, interval, is_edtf, month_of, overlap, publication, week_of

BOUNDS = [
    ("2025-03-04", date(2025, 3, 4), date(2025, 3, 4)),
    ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ("199X", date(1990, 1, 1), date(1999, 12, 31)),
    ("2024-23", date(2024, 9, 1), date(2024, 11, 30)),
    ("2024-24", date(2024, 12, 1), date(2025, 2, 28)),
    ("2025-01/2025-03", date(2025, 1, 1), date(2025, 3, 31)),
    ("../2025-04-30", None, date(2025, 4, 30)),
]


@pytest.mark.parametrize(("value", "first", "last"), BOUNDS)
def test_bounds_are_the_first_and_last_day(value: str, first: date | None, last: date | None) -> None:
    assert bounds(value) == (first, last)


@pytest.mark.parametrize("value", ["", "..", "soon", "2025-13", "2025-02-30", "2025-3-4", "2025-01/soon", "0000"])
def test_what_is_no_date_has_no_bounds(value: str) -> None:
    assert bounds(value) is None
    assert not is_edtf(value)


def test_ends_in_the_wrong_order_are_no_interval() -> None:
    assert not is_edtf("2025-03/2025-01")


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ("2025-03", "2025-03-31", True),
        ("2025-03", "2025-04-01", False),
        ("../2025-03-01", "1999", True),
        ("2024-24", "2025-01", True),
        ("soon", "2025", False),
    ],
)
def test_overlap_is_the_same_both_ways(one: str, other: str, met: bool) -> None:
    assert overlap(one, other) is met
    assert overlap(other, one) is met


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("2025-01-31T23:59:00+09:00", "2025-01-31"),
        ("2025-01-31 08:00", "2025-01-31"),
        ("2025-01", "2025-01"),
        ("2025", "2025"),
        ("yesterday", None),
        (None, None),
    ],
)
def test_publication_keeps_what_is_known(given_value: str | None, expected: str | None) -> None:
    assert publication(given_value) == expected


@given(st.dates(min_value=date(100, 1, 1), max_value=date(9900, 1, 1)), st.integers(-50, 50))
def test_weeks_and_months_hold_the_day_they_are_counted_from(day: date, shift: int) -> None:
    assert is_edtf(week_of(day, shift))
    assert overlap(week_of(day), day.isoformat())
    assert overlap(month_of(day), day.isoformat())
    assert interval(day.isoformat(), day.isoformat()) == day.isoformat()
