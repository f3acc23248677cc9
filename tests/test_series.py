"""Series: grouping, points, origins; every story here is invented."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from series_makers import built, claim, report, values
from tallyroom.series import Judgements, SeriesClaim, build_series


def flood(id: str, published: str, **fields: Any) -> Any:
    return report(id, published, title="Flood in Port Almeda", **fields)


MINISTRY = "Interior Ministry of Italy"


def test_a_total_that_rises_is_one_series_of_revisions() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 19, source=MINISTRY, said_at="2031-05-04"),
        claim(flood("c", "2031-05-06"), 1, 31, source=MINISTRY, said_at="2031-05-06"),
    )
    assert values(series) == [12, 19, 31]
    assert [point.relation for point in series.points] == ["first", "revision", "revision"]
    assert series.independent_origins == 1
    assert series.problems == ()


def test_bare_total_and_another_are_one_cumulative_series() -> None:
    """An event's toll said bare, as a running total, or as "another N" after the dead is one series."""
    a = flood("a", "2031-05-03")
    b = flood("b", "2031-05-04")
    series = built(
        claim(a, 1, 12, aggregation="incident", source=MINISTRY, said_at="2031-05-03", start=10),
        claim(a, 2, 30, "injured", aggregation="additional", source=MINISTRY, said_at="2031-05-03", start=40),
        claim(b, 1, 44, "injured", aggregation="cumulative", source=MINISTRY, said_at="2031-05-04"),
        measure="injured",
    )
    assert values(series) == [30, 44]


def test_another_of_the_same_measure_is_added_and_never_a_point() -> None:
    a, b = flood("a", "2031-05-03"), flood("b", "2031-05-05")
    series = built(
        claim(
            a, 1, 1500, "deployed", aggregation="incident", population="soldiers", source=MINISTRY, said_at="2031-05-03"
        ),
        claim(
            b,
            1,
            700,
            "deployed",
            aggregation="additional",
            population="soldiers",
            source=MINISTRY,
            said_at="2031-05-05",
        ),
        measure="deployed",
    )
    assert values(series) == [1500]
    assert [(row.best, row.formula) for row in series.derived] == [(2200, "1,500 + 700 = 2,200")]


def test_an_addition_is_never_made_across_origins() -> None:
    a, b = flood("a", "2031-05-03"), flood("b", "2031-05-05")
    series = built(
        claim(
            a, 1, 1500, "deployed", aggregation="incident", population="soldiers", source=MINISTRY, said_at="2031-05-03"
        ),
        claim(
            b,
            1,
            700,
            "deployed",
            aggregation="additional",
            population="soldiers",
            source="Red Cross",
            said_at="2031-05-05",
        ),
        measure="deployed",
    )
    assert series.derived == ()


def test_a_stock_stands_apart_and_may_fall_without_fault() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 80, "missing", aggregation="stock", source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 41, "missing", aggregation="stock", source=MINISTRY, said_at="2031-05-04"),
        measure="missing", kind="stock",
    )  # fmt: skip
    assert values(series) == [80, 41]
    assert series.problems == ()


def test_planned_and_counted_never_share_a_series() -> None:
    a = flood("a", "2031-05-03")
    found = build_series(
        [
            claim(a, 1, 900, "deployed", population="soldiers", source=MINISTRY, said_at="2031-05-03"),
            claim(
                a,
                2,
                4000,
                "deployed",
                population="soldiers",
                polarity="hypothetical",
                source=MINISTRY,
                said_at="2031-05-03",
            ),
            claim(a, 3, 5000, polarity="hypothetical", source="US Geological Survey"),
        ]
    )
    assert {(s.measure, s.kind) for s in found} == {
        ("deployed", "cumulative"),
        ("deployed", "planned"),
        ("killed", "forecast"),
    }


def test_denied_figures_are_never_points() -> None:
    a, b = flood("a", "2031-05-03"), flood("b", "2031-05-04")
    series = built(
        claim(a, 1, 300, source="Red Cross", said_at="2031-05-03"),
        claim(b, 1, 300, source=MINISTRY, said_at="2031-05-04", polarity="denied"),
    )
    assert [point.report_ids for point in series.points] == [("a",)]
    assert [problem.kind for problem in series.problems] == ["retraction"]


def test_a_part_by_its_population_is_not_the_whole() -> None:
    a = flood("a", "2031-05-03")
    found = build_series(
        [
            claim(a, 1, 12, source=MINISTRY, said_at="2031-05-03"),
            claim(
                a,
                2,
                3,
                population="children",
                aggregation="subset",
                part_of="f1",
                source=MINISTRY,
                said_at="2031-05-03",
            ),
        ]
    )
    assert sorted(values(s) for s in found if s.measure == "killed") == [[3], [12]]


def test_workers_are_not_soldiers_though_the_number_is_equal() -> None:
    a = flood("a", "2031-05-03")
    found = build_series(
        [
            claim(a, 1, 15000, "deployed", population="Italian soldiers", source=MINISTRY, said_at="2031-05-03"),
            claim(a, 2, 15000, "deployed", population="Italian workers", source=MINISTRY, said_at="2031-05-03"),
        ]
    )
    assert len(found) == 2


def test_a_noun_that_has_the_figure_of_the_people_is_the_same_population() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 42, population="miners", source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-03"), 1, 42, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("c", "2031-05-05"), 1, 47, source=MINISTRY, said_at="2031-05-05"),
    )
    assert values(series) == [42, 47]


def test_two_countries_are_two_series() -> None:
    a, b = flood("a", "2031-05-03"), flood("b", "2031-05-04")
    found = build_series(
        [
            claim(a, 1, 1200, place="Italy", source=MINISTRY, said_at="2031-05-03"),
            claim(a, 2, 9, place="France", source="government of France", said_at="2031-05-03"),
            claim(b, 1, 1900, place="Italy", source=MINISTRY, said_at="2031-05-04"),
        ]
    )
    assert sorted(values(s) for s in found) == [[9], [1200, 1900]]


def test_an_older_event_told_for_comparison_stays_outside() -> None:
    a = flood("a", "2031-05-03")
    series = built(
        claim(a, 1, 12, event_time="2031-05-02", source=MINISTRY, said_at="2031-05-03"),
        claim(a, 2, 85, event_time="2019", place="Velmora", aggregation="incident"),
    )
    assert values(series) == [12]


def test_relays_are_followed_and_a_wire_counts_once() -> None:
    """Five reports, three outlets, one origin."""
    rows = [
        claim(flood("a", "2031-05-03"), 1, 1244, source=MINISTRY, relays=("Reuters",), said_at="2031-05-03"),
        claim(flood("b", "2031-05-03"), 1, 1244, source="Reuters"),
        claim(flood("c", "2031-05-04"), 1, 1244),
        claim(flood("d", "2031-05-04"), 1, 1244, source="Marta Rossi", said_at="2031-05-04"),
    ]
    series = built(*rows)
    assert series.independent_origins == 1
    (point,) = series.points
    assert point.report_ids == ("a", "b", "c", "d")
    assert all(origin.reason for origin in series.origins)


def test_two_governments_with_one_round_number_are_two_origins() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 4000, source="government of France", said_at="2031-05-03"),
        claim(flood("b", "2031-05-03"), 1, 4000, source="government of Italy", said_at="2031-05-03"),
    )
    assert series.independent_origins == 2


def test_two_agencies_of_one_government_are_one_origin() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 310, source="South Korea's spy agency", said_at="2031-05-03"),
        claim(flood("b", "2031-05-05"), 1, 450, source="the South Korean military", said_at="2031-05-05"),
    )
    assert series.independent_origins == 1


def test_a_joint_statement_is_not_one_more_beside_its_members() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 310, source="government of France", said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 330, source="French and Italian officials", said_at="2031-05-04"),
    )
    assert series.independent_origins == 1
    assert sorted(origin.independent for origin in series.origins) == [False, True]


def test_without_source_and_without_an_earlier_equal_it_is_listed_not_counted() -> None:
    series = built(claim(flood("a", "2031-05-03"), 1, 77))
    assert series.independent_origins == 0
    assert series.origins[0].origin_id.startswith("unattributed")


def test_an_undated_repeat_joins_the_point_and_does_not_move_it() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 31, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-20"), 1, 31, source=MINISTRY),
    )
    (point,) = series.points
    assert (point.said_at, point.report_ids) == ("2031-05-03", ("a", "b"))


def test_a_value_that_comes_back_after_another_is_a_point_of_its_own() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 99, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-09"), 1, 115, source=MINISTRY, said_at="2031-05-09"),
        claim(flood("c", "2031-06-01"), 1, 99, source=MINISTRY, said_at="2031-06-01"),
    )
    assert values(series) == [99, 115, 99]


def test_as_of_is_the_date_that_a_total_speaks_of() -> None:
    series = built(
        claim(flood("a", "2031-05-09"), 1, 99, source=MINISTRY, said_at="2031-05-09", event_time="../2031-05-08")
    )
    assert (series.points[0].said_at, series.points[0].as_of) == ("2031-05-09", "2031-05-08")


def test_stories_of_different_places_stay_apart() -> None:
    found = build_series(
        [
            claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY),
            claim(report("z", "2031-05-03", title="Fire in Velmora"), 1, 12, place="Velmora", source="Red Cross"),
        ]
    )
    assert len({s.event for s in found}) == 2


def test_a_collection_stands_above_the_program() -> None:
    one = claim(flood("a", "2031-05-03", collection="north"), 1, 12, source=MINISTRY)
    two = claim(flood("b", "2031-05-03", collection="south"), 1, 12, source=MINISTRY)
    assert len(build_series([one, two])) == 2


def test_a_persons_event_joins_what_the_program_would_not() -> None:
    one = claim(flood("a", "2031-05-03", event="flood-2031"), 1, 12, source=MINISTRY)
    two = claim(report("b", "2032-01-03", title="A year on", event="flood-2031"), 1, 19, source=MINISTRY)
    (series,) = build_series([one, two])
    assert values(series) == [12, 19]
    assert series.event == "flood-2031"


def test_judgement_joins_origins_and_keeps_others_apart() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 310, source="Red Cross", said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 330, source="Red Crescent", said_at="2031-05-04"),
    ]
    assert build_series(rows)[0].independent_origins == 2
    joined = build_series(rows, Judgements(same_origins=(("Red Cross", "Red Crescent"),)))
    assert joined[0].independent_origins == 1
    assert "judgement" in joined[0].origins[0].reason


def test_a_dismissed_problem_is_gone() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 115, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-09"), 1, 97, source=MINISTRY, said_at="2031-05-09"),
    ]
    (problem,) = build_series(rows)[0].problems
    assert build_series(rows, Judgements(dismissed=frozenset({problem.key})))[0].problems == ()


def _mixed() -> list[SeriesClaim]:
    rows = []
    for i in range(9):
        held = flood(f"r{i}", f"2031-05-{3 + i:02d}")
        rows.append(claim(held, 1, 10 + i * 7 % 23, source=MINISTRY, said_at=held.published if i % 2 else None))
        rows.append(claim(held, 2, 40 + i, "injured", aggregation="additional", source="Red Cross" if i % 3 else None))
        rows.append(
            claim(held, 3, 90 - i, "missing", aggregation="stock", place="Velmora" if i % 4 == 0 else "Port Almeda")
        )
    return rows


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 27))
def test_the_order_of_arrival_never_changes_a_series(seed: int, number: int) -> None:
    rows = _mixed()[:number]
    shuffled = rows[:] + rows[:3]
    random.Random(seed).shuffle(shuffled)
    assert build_series(shuffled) == build_series(rows)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 20), st.booleans()), min_size=1, max_size=14))
def test_every_counted_claim_is_in_one_point_or_an_addition_or_a_drift(rows: list[tuple[int, int, bool]]) -> None:
    claims = [
        claim(flood(f"r{i}", f"2031-05-{1 + day:02d}"), 1, value, source=MINISTRY if named else None)
        for i, (value, day, named) in enumerate(rows)
    ]
    series = build_series(claims)
    found = [claim_id for s in series for point in s.points for claim_id in point.claim_ids]
    drifted = {c for s in series for one in s.problems if one.kind == "drift" for c in one.claim_ids} - set(found)
    assert sorted((*found, *drifted)) == sorted(c.claim_id for c in claims)


def test_adding_unrelated_reports_changes_nothing() -> None:
    rows = _mixed()
    before = build_series(rows)
    others = [
        claim(
            report(f"x{i}", f"2031-05-{3 + i:02d}", title="Fire in Velmont"),
            1,
            11 + i,
            place="Velmont",
            source="Fire service",
        )
        for i in range(5)
    ]
    after = build_series(rows + others)
    kept = {s.series_id: s for s in after}
    assert all(kept.get(s.series_id) == s for s in before)
