"""What follows from a series at a date: low, best and high by a named rule, under a named convention for bounds and vague words.

Rules decide between points: `range`, `latest`, `majority`, `hierarchy`, `lowest`. Conventions recode a copy of what was said,
never the figure: `interval` (as read), `acled`, `ccc`, `minimum`. Every estimate names the claims it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from tallyroom.errors import UsageError
from tallyroom.model import Number
from tallyroom.series.records import Estimate, Point, Series
from tallyroom.series.times import days

Rule = Literal["range", "latest", "majority", "hierarchy", "lowest"]
Convention = Literal["interval", "acled", "ccc", "minimum"]

RULES: tuple[str, ...] = Rule.__args__  # type: ignore[attr-defined]
CONVENTIONS: tuple[str, ...] = Convention.__args__  # type: ignore[attr-defined]

#: What ACLED makes of the vague words: the least power of ten, and twelve for dozens.
_ACLED_VAGUE: Mapping[Number, Number] = {
    3: 3, 20: 10, 24: 12, 36: 12, 40: 20, 200: 100, 2000: 1000, 20000: 10000, 200000: 100000, 2000000: 1000000,
}  # fmt: skip
#: The Crowd Counting Consortium keeps vaguer words than "hundreds" as text, without a number.
_CCC_LEAST = 200


class Reading(NamedTuple):
    """A point's value under a convention."""

    low: Number | None
    best: Number | None
    high: Number | None


def recode(point: Point, convention: str) -> Reading:
    """What a convention makes of a point; the point itself stays as it was said."""
    low, best, high = point.low, point.best, point.high
    if convention == "interval":
        return Reading(low, best, high)
    if convention == "acled":
        value = _acled(point)
        return Reading(value, value, value)
    if convention == "ccc":
        if point.bound == "range" and low is not None and high is not None:
            return Reading(low, _whole((low + high) / 2), high)
        if point.bound == "vague" and (low is None or low < _CCC_LEAST):
            return Reading(None, None, None)
        value = best if best is not None else low if low is not None else high
        return Reading(value, value, value)
    if convention == "minimum":
        return Reading(low, low, None)
    raise UsageError(f"unknown convention {convention!r}: use one of {', '.join(CONVENTIONS)}")


def _acled(point: Point) -> Number | None:
    """The most conservative number: vague words by the table, the lower end of a range, N of "more than N"."""
    if point.bound == "vague" and point.low is not None:
        return _ACLED_VAGUE.get(point.low, point.low)
    if point.bound == "range":
        return point.low
    if point.best is not None:
        return point.best
    return point.low if point.low is not None else point.high


def _whole(value: float) -> Number:
    return int(value) if float(value).is_integer() else value


def estimate(
    series: Series, *, rule: str = "range", convention: str = "interval", as_of: str | None = None, hierarchy: Sequence[str] = (),
) -> Estimate:  # fmt: skip
    """Low, best and high of a series at `as_of` (a date; None: the newest), or null where nothing was known.

    `hierarchy` lists origins, sources or their names, the most trusted first; it is used by the rule of that name.
    Raises UsageError for an unknown rule or convention, or a date that is none.
    """
    check_names(rule, convention, hierarchy)
    known = _known(series, as_of)
    latest = _latest_of_each(known, {o.origin_id for o in series.origins if o.independent})
    if rule == "latest":
        low, best, high, used = _by_latest(latest, convention)
    elif rule == "majority":
        low, best, high, used = _by_majority(latest, convention)
    elif rule == "hierarchy":
        low, best, high, used = _by_hierarchy(series, latest, convention, hierarchy)
    elif rule == "lowest":
        low, best, high, used = _by_lowest(latest, convention)
    else:
        low, best, high, used = _by_range(latest, convention)
    claim_ids = tuple(dict.fromkeys(claim for point in used for claim in point.claim_ids))
    return Estimate(
        as_of=as_of or _newest(known),
        low=low,
        best=best,
        high=high,
        rule=rule,
        convention=convention,
        claim_ids=claim_ids,
    )


def check_names(rule: str, convention: str, hierarchy: Sequence[str] = ()) -> None:
    """Raises UsageError for a rule or a convention that there is not, and for a hierarchy of nobody."""
    if rule not in RULES:
        raise UsageError(f"unknown rule {rule!r}: use one of {', '.join(RULES)}")
    if convention not in CONVENTIONS:
        raise UsageError(f"unknown convention {convention!r}: use one of {', '.join(CONVENTIONS)}")
    if rule == "hierarchy" and not hierarchy:
        raise UsageError(
            "the rule 'hierarchy' needs a list of sources: --hierarchy NAME, once for each, the most trusted first"
        )


def with_estimate(series: Series, **options: object) -> Series:
    """The series with its estimate filled in; options as for `estimate`."""
    return msgspec.structs.replace(series, estimate=estimate(series, **options))  # type: ignore[arg-type]


def compare(
    series: Series, *, as_of: str | None = None, hierarchy: Sequence[str] = (), rules: Sequence[str] = (), conventions: Sequence[str] = CONVENTIONS,
) -> list[Estimate]:  # fmt: skip
    """All rules under all conventions, side by side: how far the rule alone moves the number."""
    chosen = rules or tuple(rule for rule in RULES if rule != "hierarchy" or hierarchy)
    return [
        estimate(series, rule=rule, convention=convention, as_of=as_of, hierarchy=hierarchy)
        for rule in chosen
        for convention in conventions
    ]


_Outcome = tuple[Number | None, Number | None, Number | None, list[Point]]


def _known(series: Series, as_of: str | None) -> list[Point]:
    if as_of is None:
        return list(series.points)
    end = days(as_of).last
    if end is None:
        raise UsageError(f"--as-of {as_of!r} is no date: use YYYY, YYYY-MM or YYYY-MM-DD")
    return [point for point in series.points if _day(point) <= end]


def _day(point: Point) -> int:
    """The day a point speaks of: its as-of date, else the day it was said."""
    for value in (point.as_of, point.said_at):
        span = days(value)
        if span.last is not None or span.first is not None:
            return span.last if span.last is not None else span.first or 0
    return 0


def _newest(points: Sequence[Point]) -> str | None:
    if not points:
        return None
    last = max(points, key=_day)
    return last.as_of or last.said_at


def _latest_of_each(points: Sequence[Point], independent: set[str]) -> list[Point]:
    """The last point of each independent origin; points without an origin that counts are left out where there is one."""
    counted = [point for point in points if point.origin in independent] or list(points)
    newest: dict[str, Point] = {}
    for point in sorted(counted, key=lambda p: (_day(p), p.best if p.best is not None else p.low or 0)):
        newest[point.origin] = point
    return [newest[key] for key in sorted(newest)]


def _by_range(latest: list[Point], convention: str) -> _Outcome:
    """Least low and greatest high over each origin's latest point; best only where their intervals overlap."""
    if not latest:
        return None, None, None, []
    readings = [recode(point, convention) for point in latest]
    lows, highs = [r.low for r in readings], [r.high for r in readings]
    low = None if any(value is None for value in lows) else min(value for value in lows if value is not None)
    high = None if any(value is None for value in highs) else max(value for value in highs if value is not None)
    floor = max((value for value in lows if value is not None), default=None)
    ceiling = min((value for value in highs if value is not None), default=None)
    best = None
    if floor is None or ceiling is None or floor <= ceiling:
        best = recode(max(latest, key=_day), convention).best
    return low, best, high, latest


def _by_latest(latest: list[Point], convention: str) -> _Outcome:
    if not latest:
        return None, None, None, []
    point = max(latest, key=lambda p: (_day(p), len(p.report_ids), p.origin))
    return *recode(point, convention), [point]


def _by_majority(latest: list[Point], convention: str) -> _Outcome:
    """The value that most independent origins give; nothing on a tie."""
    votes: dict[Reading, list[Point]] = {}
    for point in latest:
        votes.setdefault(recode(point, convention), []).append(point)
    ranked = sorted(votes.values(), key=len, reverse=True)
    if not ranked or (len(ranked) > 1 and len(ranked[0]) == len(ranked[1])):
        return None, None, None, latest
    return *recode(ranked[0][0], convention), ranked[0]


def _by_hierarchy(series: Series, latest: list[Point], convention: str, hierarchy: Sequence[str]) -> _Outcome:
    """The latest point of the most trusted origin that has one."""
    names = {
        o.origin_id: {o.origin_id.lower(), o.name.lower(), *(s.lower() for s in o.source_ids)} for o in series.origins
    }
    for wanted in hierarchy:
        meant = {wanted.lower(), re.sub(r"[^\w]+", "-", wanted.lower().removeprefix("the ")).strip("-")}
        for point in latest:
            if meant & names.get(point.origin, {point.origin.lower()}):
                return *recode(point, convention), [point]
    return None, None, None, []


def _by_lowest(latest: list[Point], convention: str) -> _Outcome:
    """The point with the least number, as the careful recorder takes it."""
    ranked = [(r, point) for point in latest if (r := recode(point, convention))[:3] != (None, None, None)]
    if not ranked:
        return None, None, None, []
    reading, point = min(ranked, key=lambda item: (_least(item[0]), item[1].origin))
    return *reading, [point]


def _least(reading: Reading) -> float:
    for value in (reading.low, reading.best, reading.high):
        if value is not None:
            return float(value)
    return float("inf")
