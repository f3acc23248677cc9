"""Figures that are less than the total beside them: increments, parts of parts; and those counted, under other nouns."""

from __future__ import annotations

import pytest

from series_makers import claim, problems, report, told
from tallyroom.series import Series, SeriesClaim, build_series

DAYS = ["2031-05-03", "2031-05-04", "2031-05-05", "2031-05-06"]
MINISTRY = "Interior Ministry of Italy"


def flood(id: str, published: str = DAYS[0], text: str = "", **fields: object):  # type: ignore[no-untyped-def]
    return report(id, published, text=text, **{"title": "Flood in Port Almeda", **fields})


def bests(series: Series) -> list[object]:
    return [point.best for point in series.points]


def totals() -> list[SeriesClaim]:
    return [claim(flood(f"t{i}", day), 1, 42 + 10 * i, source=MINISTRY, said_at=day) for i, day in enumerate(DAYS[:3])]


# --- less than the whole


@pytest.mark.parametrize(("value", "is_apart"), [(7, True), (68, False)])
def test_bodies_found_on_one_day_are_no_point_of_the_running_total(value: int, is_apart: bool) -> None:
    held = flood("x", DAYS[3])
    missing = claim(held, 1, 300, "missing", source=MINISTRY, start=10)
    more = claim(held, 2, value, source=MINISTRY, said_at=DAYS[3], aggregation="additional", start=60)
    found = [bests(one) for one in build_series([*totals(), missing, more]) if one.measure == "killed"]
    assert sorted(found) == ([[value], [42, 52, 62]] if is_apart else [[42, 52, 62, value]])


def test_a_part_of_a_part_stands_apart_from_the_part() -> None:
    text = "Of the dead 26 were foreigners, five of them from Chile."
    held = flood("x", DAYS[3], text=text)
    whole = claim(held, 1, 72, source=MINISTRY, said_at=DAYS[3])
    parts = [
        claim(held, 2, 26, population="foreigners", aggregation="subset", part_of="f1", source=MINISTRY, start=12),
        claim(held, 3, 5, population="foreigners", aggregation="subset", part_of="f2", source=MINISTRY, start=31),
    ]
    found = sorted(bests(one) for one in build_series([*totals(), whole, *parts]) if one.population == "foreigners")
    assert found == [[5], [26]]


# --- other nouns for the same people


@pytest.mark.parametrize(
    ("first", "second", "series"),
    [
        ("convicts", "inmates", 1),
        ("prisoners", "convicts", 1),
        ("protesters", "demonstrators", 1),
        ("passengers", "convicts", 2),
        ("Wagner's dead", "Wagner men", 1),
        ("Ukraine's dead", "Ukrainian soldiers", 1),
    ],
)
def test_nouns_for_the_same_people_make_one_series(first: str, second: str, series: int) -> None:
    rows = [
        claim(flood("a"), 1, 4_120, population=first, source=MINISTRY, said_at=DAYS[0]),
        claim(flood("b", DAYS[1]), 1, 5_230, population=second, source=MINISTRY, said_at=DAYS[1]),
    ]
    assert len(build_series(rows)) == series


def test_its_soldiers_are_of_the_state_that_counts_unless_another_lost_them() -> None:
    def of(population: str, text: str) -> str | None:
        rows = [
            claim(report("a", DAYS[0]), 1, 900, population="Greek soldiers", source="Defence Ministry of Italy"),
            claim(report("b", DAYS[1]), 1, 950, population="Greek soldiers", source="Defence Ministry of Italy"),
            claim(report("c", DAYS[1]), 1, 300, population="Italian soldiers", source="Defence Ministry of Greece"),
            told(
                report("d", DAYS[2], text=text),
                410,
                "Defence Ministry of Italy",
                population=population,
                place="Port Almeda",
            ),
        ]
        (found,) = (one.population for one in build_series(rows) if 410 in bests(one))
        return found

    assert (
        of("its soldiers", "The Defence Ministry of Italy said that 410 of its soldiers had died.") != "Greek soldiers"
    )
    assert (
        of("its soldiers", "Greece has lost 410 of its soldiers, the Defence Ministry of Italy said.")
        == "Greek soldiers"
    )


# --- falls that no day orders


@pytest.mark.parametrize(
    ("value", "said", "falls"),
    [
        (86, "The sheriff put the dead at 86.", True),
        (80, "The sheriff put the dead at some 80.", False),
        (86, "The toll was put at 86 a week ago.", False),
        (30, "The sheriff put the dead at 30.", False),
    ],
)
def test_a_new_lower_total_without_a_day_falls_from_the_one_published_before(
    value: int, said: str, falls: bool
) -> None:
    rows = [
        told(flood("a", DAYS[0], text="The fire killed 88, the sheriff said."), 88, MINISTRY, said_at=None),
        told(flood("b", DAYS[3], text=said), value, MINISTRY, said_at=None),
    ]
    assert len(problems(*rows, kind="falling_total")) == falls


def test_a_number_told_before_is_an_older_one_and_no_fall() -> None:
    rows = [
        told(flood(id, day), value, MINISTRY, said_at=None)
        for id, day, value in (("a", DAYS[0], 86), ("b", DAYS[1], 88), ("c", DAYS[3], 86))
    ]
    assert problems(*rows, kind="falling_total") == []


def test_a_withdrawn_number_and_the_one_put_back_are_a_fall() -> None:
    text = "The ministry withdrew the number of 51 deaths that it had published, and put the toll back to 43."
    held = flood("a", text=text)
    rows = [
        told(held, 51, MINISTRY, 1, polarity="denied"),
        told(held, 43, MINISTRY, 2),
    ]
    (found,) = problems(*rows, kind="falling_total")
    assert len(found.claim_ids) == 2


def test_the_first_hours_at_a_narrower_place_begin_the_count() -> None:
    def series(first: int) -> int:
        rows = [told(flood("a", DAYS[0]), first, MINISTRY, place="Vorrento railway station")]
        rows += [
            told(flood(id, day), value, MINISTRY, place="Italy")
            for id, day, value in (("b", DAYS[0], 120), ("c", DAYS[1], 233), ("d", DAYS[2], 261))
        ]
        return len(build_series(rows))

    assert series(50) == 1
    assert series(2) == 2


def test_two_events_on_days_of_their_own_are_two_series() -> None:
    """The fighting of two days, and the explosion a week later, each told by several reports and revised."""
    fighting, explosion = "2031-05-03/2031-05-04", "2031-05-10"
    told_of = [
        ("a", "2031-05-04", 25, fighting), ("b", "2031-05-05", 32, fighting), ("c", "2031-05-06", 200, fighting),
        ("d", "2031-05-11", 20, explosion), ("e", "2031-05-12", 68, explosion), ("f", "2031-05-13", 170, explosion),
    ]  # fmt: skip
    rows = [
        claim(
            flood(id, day, event="war"), 1, value, source=MINISTRY, said_at=day, event_time=when, aggregation="incident"
        )
        for id, day, value, when in told_of
    ]
    assert sorted(bests(one) for one in build_series(rows)) == [[20, 68, 170], [25, 32, 200]]


@pytest.mark.parametrize(("measure", "is_apart"), [("killed", True), ("arrested", False)])
def test_the_accused_are_people_where_they_are_held_and_no_victims_where_they_die(measure: str, is_apart: bool) -> None:
    people = [told(flood(f"p{i}", day), 5 + i, "police", measure=measure) for i, day in enumerate(DAYS[:2])]
    accused = told(flood("s", DAYS[2]), 8, "police", measure=measure, population="suspects")
    found = sorted(bests(one) for one in build_series([*people, accused]))
    assert found == ([[5, 6], [8]] if is_apart else [[5, 6, 8]])
