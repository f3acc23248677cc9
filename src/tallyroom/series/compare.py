"""Can two figures both hold? Intervals with the slack that their words leave."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from tallyroom.model import Number
from tallyroom.series.rows import Row, states

#: "About 4,000" may be a tenth off either way.
ABOUT = 0.1

FLOOR = ("at_least", "more_than")
CEILING = ("at_most", "less_than")


def interval(row: Row) -> tuple[float, float]:
    """The least and the most that the words of a figure leave."""
    figure = row.figure
    low = -math.inf if figure.low is None else float(figure.low)
    high = math.inf if figure.high is None else float(figure.high)
    if figure.bound == "about" and figure.best is not None:
        slack = ABOUT * float(figure.best)
        return low - slack, high + slack
    return low, high


def conflict(a: Row, b: Row) -> bool:
    """Can the two not both hold at one time?"""
    (a_low, a_high), (b_low, b_high) = interval(a), interval(b)
    return a_low > b_high or b_low > a_high


def rounds_to(exact: float, rounded: float) -> bool:
    """Is one number the other, rounded? 3,408 to 3,400; 732 to 730."""
    text = str(int(rounded))
    step = 10 ** (len(text) - len(text.rstrip("0")))
    return step > 1 and abs(exact - rounded) < step and rounded != exact


#: The count of a state that is so many times more or less than the last one is another's.
MOST_CHANGE = 2


#: A count grows to no more than so many times as much within so many days of the first.
MOST_GROWTH = 10
FIRST_DAYS = 1


def runs_on(row: Row, told: Sequence[tuple[int, float]], *, may_begin: bool = False) -> bool:
    """Does a count stand between the one before it and the one after, and near the one before, as that of the same thing does?
    Or `may_begin` it, hours before the others?"""
    at = bisect_right(told, (row.day, float("inf")))
    is_state = row.figure.measure in states()
    first_day, first = told[0]
    if may_begin and not is_state and first_day - FIRST_DAYS <= row.day <= first_day and row.size <= first:
        return first / MOST_GROWTH <= row.size
    if at == 0 or (at == len(told) and not is_state):
        return False
    before = told[at - 1][1]
    if is_state:
        return before / MOST_CHANGE <= row.size <= before * MOST_CHANGE
    after = told[at][1]
    return before <= row.size <= after and row.size <= before * MOST_CHANGE


#: Of so many digits any two that are swapped tell a slip.
LONG = 5


def is_swapped(a: float, b: float) -> bool:
    """Is one number the other with two digits swapped, neighbours where it is short? 4,500 and 5,400; 80,278 and 80,872."""
    x, y = str(int(a)), str(int(b))
    differing = [i for i in range(min(len(x), len(y))) if x[i] != y[i]]
    near = len(differing) == 2 and (differing[1] - differing[0] == 1 or len(x) >= LONG)
    return len(x) == len(y) and near and sorted(x) == sorted(y)


def bound_class(bound: str) -> str:
    """Whether words set a floor, a ceiling or neither."""
    return "floor" if bound in FLOOR else "ceiling" if bound in CEILING else "plain"


def said(rows: Iterable[Row]) -> str:
    """The words of figures with who said them, for a message: "at least 93" (Maui County)."""
    seen = dict.fromkeys(
        f'"{row.figure.quote}" ({row.figure.source or row.report.outlet or row.report.id})' for row in rows
    )
    return ", ".join(list(seen)[:4])


def counted(number_of: int, noun: str) -> str:
    """A count with its noun: "1 report", "3 reports"."""
    return f"{number_of:,} {noun}" + ("" if number_of == 1 else "s")


def number(value: Number | float | None) -> str:
    """A number for people: 4,700."""
    if value is None:
        return "?"
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"
