"""Estimates: each rule and each convention by a number that can be checked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tallyroom.errors import UsageError
from tallyroom.estimates import CONVENTIONS, compare, estimate, recode
from tallyroom.series import Origin, Point, Series


def point(
    origin: str, said_at: str, low: int | None, best: int | None, high: int | None, bound: str = "exact"
) -> Point:
    return Point(
        said_at=said_at, as_of=None, low=low, best=best, high=high, bound=bound, source_id=None, origin=origin,
        claim_ids=(f"{origin}-{said_at}",), report_ids=("r",), relation="first",
    )  # fmt: skip


def series(*points: Point) -> Series:
    origins = tuple(
        Origin(
            origin_id=key,
            source_ids=(),
            name=key.title(),
            independent=not key.startswith("unattributed"),
            report_ids=("r",),
            reason="",
        )
        for key in sorted({p.origin for p in points})
    )
    return Series(
        series_id="s",
        measure="killed",
        population="people",
        place=None,
        event=None,
        unit="people",
        kind="cumulative",
        points=points,
        origins=origins,
    )


TWO = series(
    point("a", "2031-05-03", 90, 90, 90),
    point("b", "2031-05-04", 120, 120, 120),
    point("a", "2031-05-05", 100, 100, 100),
)


def summary(found: Any) -> tuple[Any, Any, Any]:
    return found.low, found.best, found.high


def test_range_takes_the_latest_of_each_and_no_best_where_they_do_not_overlap() -> None:
    found = estimate(TWO)
    assert summary(found) == (100, None, 120)
    assert found.claim_ids == ("a-2031-05-05", "b-2031-05-04")


def test_range_has_the_latest_best_where_the_intervals_overlap() -> None:
    overlapping = series(point("a", "2031-05-03", 80, 90, 130), point("b", "2031-05-04", 100, 110, 120))
    assert summary(estimate(overlapping)) == (80, 110, 130)


def test_an_open_bound_stays_open() -> None:
    found = estimate(
        series(point("a", "2031-05-03", 90, 90, None, "at_least"), point("b", "2031-05-04", 100, 100, 100))
    )
    assert summary(found) == (90, 100, None)


def test_as_of_leaves_out_what_was_said_later() -> None:
    assert summary(estimate(TWO, as_of="2031-05-03")) == (90, 90, 90)
    assert summary(estimate(TWO, as_of="2031-05-01")) == (None, None, None)


def test_latest() -> None:
    assert summary(estimate(TWO, rule="latest")) == (100, 100, 100)


def test_majority_of_origins_and_nothing_on_a_tie() -> None:
    assert summary(estimate(TWO, rule="majority")) == (None, None, None)
    three = series(*TWO.points, point("c", "2031-05-05", 120, 120, 120))
    found = estimate(three, rule="majority")
    assert summary(found) == (120, 120, 120)
    assert len(found.claim_ids) == 2


def test_hierarchy_takes_the_first_that_speaks() -> None:
    assert summary(estimate(TWO, rule="hierarchy", hierarchy=["nobody", "B"])) == (120, 120, 120)
    with pytest.raises(UsageError, match="list of sources"):
        estimate(TWO, rule="hierarchy")


def test_lowest() -> None:
    assert summary(estimate(TWO, rule="lowest")) == (100, 100, 100)


def test_the_unattributed_do_not_vote_where_somebody_speaks() -> None:
    found = estimate(series(*TWO.points, point("unattributed:x", "2031-05-06", 500, 500, 500)))
    assert summary(found) == (100, None, 120)


@pytest.mark.parametrize(
    ("low", "best", "high", "bound", "convention", "expected"),
    [
        (200, None, 999, "vague", "interval", (200, None, 999)),
        (200, None, 999, "vague", "acled", (100, 100, 100)),
        (24, None, 99, "vague", "acled", (12, 12, 12)),
        (200, None, 999, "vague", "ccc", (200, 200, 200)),
        (24, None, 99, "vague", "ccc", (None, None, None)),
        (200, None, 999, "vague", "minimum", (200, 200, None)),
        (601, 600, None, "more_than", "acled", (600, 600, 600)),
        (600, 600, None, "at_least", "minimum", (600, 600, None)),
        (10000, None, 12000, "range", "acled", (10000, 10000, 10000)),
        (10000, None, 12000, "range", "ccc", (10000, 11000, 12000)),
        (None, 50, 50, "at_most", "minimum", (None, None, None)),
    ],
)
def test_conventions(
    low: Any, best: Any, high: Any, bound: str, convention: str, expected: tuple[Any, Any, Any]
) -> None:
    assert tuple(recode(point("a", "2031-05-03", low, best, high, bound), convention)) == expected


def test_a_convention_recodes_a_copy() -> None:
    vague = series(point("a", "2031-05-03", 200, None, 999, "vague"))
    estimate(vague, convention="acled")
    assert vague.points[0].low == 200


def test_compare_holds_every_rule_and_convention() -> None:
    rows = compare(TWO)
    assert {(row.rule, row.convention) for row in rows} == {
        (r, c) for r in ("range", "latest", "majority", "lowest") for c in CONVENTIONS
    }


def test_wrong_words_are_told() -> None:
    with pytest.raises(UsageError, match="unknown rule"):
        estimate(TWO, rule="mean")
    with pytest.raises(UsageError, match="unknown convention"):
        estimate(TWO, convention="none")
    with pytest.raises(UsageError, match="no date"):
        estimate(TWO, as_of="yesterday")
