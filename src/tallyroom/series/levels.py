"""Do offices of one state, of the country and of its regions, give one count or rival ones?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tallyroom.series.rows import Row, sentence_around, states
from tallyroom.series.words import certainty, words_that_admit

#: A running total that stands below another's so many days later was not put right meanwhile: two count.
RIVAL_DAYS = 14
#: Figures of parts and of what comes on top are no totals to hold against each other.
_NO_TOTALS = ("subset", "additional")

#: An entry of a live page: "22:50 - ", "10.10 p.m.".
_ENTRY = re.compile(r"^\W{0,3}([01]?\d|2[0-3])[:.h]([0-5]\d)(?!\d)(?: ?([ap])\.?m\b)?", re.MULTILINE | re.IGNORECASE)


def rival_counts(one: Sequence[Row], other: Sequence[Row]) -> bool:
    """Do two offices contradict each other: other totals of one thing side by side, or a running total under the other's?"""
    return any(_contradict(a, b) for a in one for b in other)


def _contradict(a: Row, b: Row) -> bool:
    if not _one_thing(a, b) or not _apart(a, b):
        return False
    if a.report.uid == b.report.uid and a.day == b.day:
        return not _is_entered_later(a, b)
    first, later = (a, b) if a.day <= b.day else (b, a)
    falls = (later.figure.high or later.size) < (first.figure.low or first.size)
    return (
        falls
        and 0 < later.day - first.day <= RIVAL_DAYS
        and first.figure.measure not in states()
        and not _is_corrected(later)
    )


def _one_thing(a: Row, b: Row) -> bool:
    return (
        a.figure.measure == b.figure.measure
        and a.unit == b.unit
        and a.population == b.population
        and a.place == b.place
        and certainty(a.figure.population) == certainty(b.figure.population)
        and all(
            row.tense == "counted" and row.stands and row.figure.aggregation not in _NO_TOTALS and not row.figure.repeat
            for row in (a, b)
        )
    )


def _apart(a: Row, b: Row) -> bool:
    """Can the two numbers not both hold?"""
    for one, other in ((a.figure, b.figure), (b.figure, a.figure)):
        if one.high is not None and other.low is not None and one.high < other.low:
            return True
    return False


def _is_entered_later(a: Row, b: Row) -> bool:
    """Does a page that is written as things happen have the higher of two numbers at a later time: "20:10 - eleven", "22:50 - fourteen"?"""
    low, high = sorted((a, b), key=lambda row: row.size)
    before, after = _entered_at(low), _entered_at(high)
    return before is not None and after is not None and before < after


def _entered_at(row: Row) -> int | None:
    """The time of the entry that a figure stands in, in minutes; None where its report has none."""
    times = _ENTRY.findall((row.report.text or "")[: row.figure.start])
    if not times:
        return None
    hour, minute, half = times[-1]
    return (int(hour) % 12 + 12 * (half.lower() == "p") if half else int(hour)) * 60 + int(minute)


def _is_corrected(row: Row) -> bool:
    return words_that_admit("corrected").search(sentence_around(row)) is not None
