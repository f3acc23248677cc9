"""A new text against what is known: each of its figures is the same as, older than, newer than, contradicted by or drifted from a series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from tallyroom.series.build import NO_JUDGEMENTS, build_series
from tallyroom.series.records import Judgements, Point, Series, SeriesClaim, SeriesProblem
from tallyroom.series.terminal import value_words

Verdict = Literal["same", "older", "newer", "contradicts", "drifted", "unknown"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one figure of a new text, with the claims that the verdict rests on."""

    claim_id: str
    report_id: str
    quote: str
    start: int
    end: int
    measure: str
    verdict: Verdict
    message: str
    series_id: str | None
    claim_ids: tuple[str, ...]


def check_claims(
    new: Iterable[SeriesClaim], known: Iterable[SeriesClaim], judgements: Judgements = NO_JUDGEMENTS
) -> list[Check]:
    """One check for each new claim, in text order; nothing is added anywhere."""
    fresh = list(new)
    ids = {claim.claim_id for claim in fresh}
    held = [claim for claim in known if claim.claim_id not in ids]
    series = build_series([*held, *fresh], judgements)
    return [_check(claim, series, ids) for claim in fresh]


def _check(claim: SeriesClaim, series: Sequence[Series], new: set[str]) -> Check:
    own = claim.claim_id
    problems = [
        (one, found)
        for one in series
        for found in one.problems
        if own in found.claim_ids and not set(found.claim_ids) <= new
    ]
    if _is_known(series, own, new):
        problems = [(one, found) for one, found in problems if found.kind == "drift"]
    for kinds, verdict in (
        (("drift",), "drifted"),
        (("contradiction", "falling_total", "stale", "arithmetic", "retraction"), "contradicts"),
    ):
        for one, found in problems:
            if found.kind in kinds and not (
                _is_of_bounds(found) and (_keeps_bound(one, claim) or _is_older(one, claim))
            ):
                return _result(claim, verdict, found.message, one, _others(found, new))  # type: ignore[arg-type]
    for one in series:
        for place, point in enumerate(one.points):
            if own in point.claim_ids:
                return _in_series(claim, one, place, point, new)
    return _result(claim, "unknown", "no series speaks of this", None, ())


def _in_series(claim: SeriesClaim, one: Series, place: int, point: Point, new: set[str]) -> Check:
    def known(points: Sequence[Point]) -> list[Point]:
        return [p for p in points if not set(p.claim_ids) <= new]

    others = known(one.points)
    later = [p for p in known(one.points[place + 1 :]) if p.origin == point.origin and _value(p) != _value(point)]
    if not others:
        return _result(claim, "unknown", "no known report speaks of this", None, ())
    if later:
        last = later[-1]
        words = (
            f"{value_words(last.low, last.best, last.high, last.bound)} was said on {last.said_at or 'a later date'}"
        )
        return _result(claim, "older", words, one, last.claim_ids)
    if point in others:
        reports = [report for report in point.report_ids if report != claim.report.id]
        return _result(
            claim, "same", f"also in {', '.join(reports[:4])}", one, tuple(c for c in point.claim_ids if c not in new)
        )
    before = [p for p in known(one.points[:place]) if p.origin == point.origin] or others
    last = before[-1]
    words = (
        f"known so far: {value_words(last.low, last.best, last.high, last.bound)} ({last.said_at or 'date not told'})"
    )
    return _result(claim, "newer", words, one, last.claim_ids)


def _value(point: Point) -> tuple[object, ...]:
    return (point.best,) if point.best is not None else (point.low, point.high)


def _is_of_bounds(found: SeriesProblem) -> bool:
    return found.kind == "drift" and found.message.startswith("one count under several bounds")


def _keeps_bound(one: Series, claim: SeriesClaim) -> bool:
    """Has the claim the bound that its point has?"""
    figure = claim.figure
    return any(claim.claim_id in p.claim_ids and (p.low, p.high) == (figure.low, figure.high) for p in one.points)


def _is_known(series: Sequence[Series], own: str, new: set[str]) -> bool:
    """Did known reports carry the same point? Then what is wrong with it was known too."""
    return any(own in p.claim_ids and not set(p.claim_ids) <= new for one in series for p in one.points)


def _is_older(one: Series, claim: SeriesClaim) -> bool:
    """Has its origin given another value since?"""
    own = next((i for i, p in enumerate(one.points) if claim.claim_id in p.claim_ids), None)
    if own is None:
        return False
    point = one.points[own]
    return any(p.origin == point.origin and _value(p) != _value(point) for p in one.points[own + 1 :])


def _others(found: SeriesProblem, new: set[str]) -> tuple[str, ...]:
    return tuple(claim for claim in found.claim_ids if claim not in new)


def _result(
    claim: SeriesClaim, verdict: Verdict, message: str, one: Series | None, claim_ids: tuple[str, ...]
) -> Check:
    figure = claim.figure
    return Check(
        claim_id=claim.claim_id, report_id=claim.report.id, quote=figure.quote, start=figure.start, end=figure.end, measure=figure.measure,
        verdict=verdict, message=message, series_id=one.series_id if one else None, claim_ids=claim_ids,
    )  # fmt: skip
