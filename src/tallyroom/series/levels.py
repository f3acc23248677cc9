"""Do offices of one state, of the country and of its regions, give one count or rival ones?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tallyroom.lexicon import table
from tallyroom.series.rows import Row, sentence_around, states
from tallyroom.series.words import certainty

#: A running total that stands below another's so many days later was not put right meanwhile: two count.
RIVAL_DAYS = 14
#: Figures of parts and of what comes on top are no totals to hold against each other.
_NO_TOTALS = ("subset", "additional")


def rival_counts(one: Sequence[Row], other: Sequence[Row]) -> bool:
    """Do two offices contradict each other: other totals of one thing side by side, or a running total under the other's?"""
    return any(_contradict(a, b) for a in one for b in other)


def _contradict(a: Row, b: Row) -> bool:
    if not _one_thing(a, b) or not _apart(a, b):
        return False
    if a.report.uid == b.report.uid and a.day == b.day:
        return True
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


def _is_corrected(row: Row) -> bool:
    words = "|".join(map(re.escape, table("series.toml")["order"]["corrected"]))
    return re.search(rf"\b(?:{words})\b", sentence_around(row), re.IGNORECASE) is not None
