"""Same count: whether the figures of two speakers are one count, by their numbers, their people and their words."""

from __future__ import annotations

import re
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.series.rows import Row, sentence_around
from tallyroom.series.speaker import Speaker

#: Sources that give the same unrounded number within so many days of each other give the same count.
SAME_COUNT_DAYS = 10
#: A rounded number lies no farther from its count.
NEAR = 0.05


def is_unrounded(row: Row) -> bool:
    """Has the number two or more digits that count? 388 and 4,715 have, 3,000 has not."""
    return row.figure.best is not None and len(str(int(row.size)).rstrip("0")) >= 2


def is_exact(size: float) -> bool:
    """Does a number end in no zero, or in one behind three digits or more: 388, 4,710?"""
    digits = str(int(size))
    zeros = len(digits) - len(digits.rstrip("0"))
    return zeros == 0 or (zeros == 1 and len(digits) > 3)


def is_rounding(rounded: Row, count: Row) -> bool:
    """Is a round number what a count comes to, in its zeros, and near it: "more than 1,700" of 1,712, "1,700" of 1,695?"""
    digits = str(int(rounded.size))
    unit = float(10 ** (len(digits) - len(digits.rstrip("0"))))
    if abs(count.size - rounded.size) > NEAR * rounded.size or rounded.figure.bound in (
        "at_most",
        "less_than",
        "range",
    ):
        return False
    if rounded.figure.bound in ("more_than", "at_least"):
        return rounded.size <= count.size < rounded.size + unit
    return abs(count.size - rounded.size) <= unit / 2


def may_be_one_place(a: Row, b: Row) -> bool:
    """Are two places one, or does either text tell none or name it by more words?"""
    return not a.place or not b.place or not set(a.place).isdisjoint(b.place)


def are_one_people(a: Row, b: Row) -> bool:
    """Are the same people counted, where they may be at one place?"""
    return (
        may_be_one_place(a, b)
        and a.population.nations == b.population.nations
        and a.population.part == b.population.part
    )


def what_is_counted(row: Row) -> tuple[object, ...]:
    """What a count is of: measure, unit and people."""
    return row.figure.measure, row.unit, row.population.nations, row.population.part


def may_be_one_people(a: Row, b: Row) -> bool:
    """Can the same people be counted? Ukrainian soldiers are no Russian ones."""
    first, second = a.population.nations, b.population.nations
    return not first or not second or first == second


def are_one_count(a: Row, b: Row, x: Speaker, y: Speaker) -> bool:
    if (x.kind == y.kind == "media") or not may_be_one_people(a, b):
        return False  # outlets that have a number from each other have not counted
    if "rival" in (x.kind, y.kind) or (x.nation and y.nation and x.nation != y.nation):
        return False
    if (a.figure.aggregation == "subset" or b.figure.aggregation == "subset") and not are_one_part(a, b):
        return False
    one_report = a.report.uid == b.report.uid
    loose = any(who.person and who.kind in ("person", "unnamed") for who in (x, y))
    if one_report and loose:
        return True
    return is_unrounded(a) and not is_a_guess(a) and (one_report or abs(a.day - b.day) <= SAME_COUNT_DAYS)


def is_a_guess(row: Row) -> bool:
    """Is it a number at which many guess alike: 150, 750, 2,500?"""
    return row.size >= 100 and str(int(row.size)).rstrip("0") in ("15", "25", "35", "45", "75")


def are_one_part(a: Row, b: Row) -> bool:
    """Can two counts, one of them of a part, be of one part: the same people, at the same place?"""
    return a.population == b.population and a.place == b.place


def counts_itself(row: Row) -> bool:
    """Does the sentence say that an outlet made the count: "a tally by the newspaper", "an AP reporter saw"?"""
    eyes = table("series.toml")["own_count"]["eyes"]
    seen = not row.figure.relays and any(word in eyes for word in str(row.figure.source).split())
    return seen or _own_count().search(sentence_around(row)) is not None


@lru_cache(maxsize=1)
def _own_count() -> re.Pattern[str]:
    words = "|".join(table("series.toml")["own_count"]["words"])
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def likeness(a: Row, b: Row) -> float:
    """How far the sentences of two figures share their words, in tenths."""
    x, y = (set(sentence_around(row).lower().split()) for row in (a, b))
    return round(len(x & y) / max(1, min(len(x), len(y))), 1)
