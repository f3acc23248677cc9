"""Countries counted together and apart, and the parts of one that each side holds and counts for itself."""

from __future__ import annotations

import pytest

from series_makers import claim, report, told
from tallyroom.series import SeriesClaim, build_series
from tallyroom.series.territories import compass, countries_together, territory

DAYS = ["2031-05-03", "2031-05-04", "2031-05-05", "2031-05-06"]


def quake(id: str, published: str, **fields: object):  # type: ignore[no-untyped-def]
    return report(id, published, **{"title": "Earthquake in Turkey and Syria", "event": "quake", **fields})


def points(*claims: SeriesClaim) -> list[list[object]]:
    return sorted([point.best for point in one.points] for one in build_series(claims) if one.measure == "killed")


@pytest.mark.parametrize(
    ("words", "source", "held"),
    [
        ("the rebel-held northwest", None, "held:rebels"),
        ("areas under government control", None, "held:government"),
        ("the part occupied by Russia", None, "held:ru"),
        ("the territory that Kyiv controls", None, "held:ua"),
        ("all the territory that they hold", "Russian proxies", "held:ru"),
        ("all the territory that they hold", "the Red Cross", ""),
        ("Russian-held Oleshky", None, ""),
        ("the Russian-held bank of the Dnipro", None, "held:ru"),
        ("a privately run clinic", None, ""),
        ("a state-run hospital", None, ""),
        ("southern Italy", None, ""),
    ],
)
def test_a_territory_is_known_by_who_holds_it(words: str, source: str | None, held: str) -> None:
    assert territory(words, source) == held


def test_a_compass_point_beside_another_name_is_none() -> None:
    assert [compass(words) for words in ("the north-west", "northwestern Syria", "northern Gaza City", "Italy")] == [
        "northwest", "northwest", "", "",
    ]  # fmt: skip


def test_only_countries_named_together_are_together() -> None:
    assert countries_together("southeast Turkey and Syria") == {"tr", "sy"}
    assert not countries_together("the Russian-Ukrainian border")
    assert not countries_together("Turkey")


def test_two_countries_and_both_together_are_three_series() -> None:
    rows = []
    for i, day in enumerate(DAYS):
        held = quake(f"a{i}", day)
        rows += [
            claim(held, 1, 3_010 * (i + 1), place="Turkey and Syria", source=None),
            claim(held, 2, 2_002 * (i + 1), place="Turkey", source="the Turkish president", aggregation="subset", part_of="f1", said_at=day),
            claim(held, 3, 1_008 * (i + 1), place="Syria", source="the Syrian government", aggregation="subset", part_of="f1", said_at=day),
        ]  # fmt: skip
    rows.append(claim(quake("b", DAYS[3]), 1, 9_500, place="Türkiye", source="the Turkish president", said_at=DAYS[3]))
    found = points(*rows)
    assert [2_002, 4_004, 6_006, 8_008, 9_500] in found
    assert [1_008, 2_016, 3_024, 4_032] in found
    assert [3_010, 6_020, 9_030, 12_040] in found


def test_each_side_counts_in_what_it_holds() -> None:
    rows = []
    for i, day in enumerate(DAYS):
        held = report(f"a{i}", day, title="Flood on the Dnipro")
        rows += [
            claim(held, 1, 10 + 7 * i, place="the part that Ukraine controls" if i % 2 else "Kherson region", source="Ukraine's interior ministry", said_at=day),
            claim(held, 2, 50 + 9 * i, place="the part occupied by Russia", source="the Russian-installed administration", said_at=day),
        ]  # fmt: skip
    assert points(*rows) == [[10, 17, 24, 31], [50, 59, 68, 77]]


def test_the_northwest_is_the_rebels_where_they_hold_it() -> None:
    rows = [
        told(quake("a", DAYS[0]), 733, "the White Helmets", place="the rebel-held northwest"),
        told(quake("b", DAYS[1]), 812, "the Syrian health ministry", place="areas under government control"),
        told(quake("c", DAYS[2]), 1_401, "the White Helmets", place="the north-west"),
        told(quake("d", DAYS[3]), 1_262, "the Syrian health ministry", place="areas under government control"),
    ]
    assert points(*rows) == [[733, 1_401], [812, 1_262]]


def test_the_region_that_most_reports_name_may_be_all_of_one_side() -> None:
    rows = [
        claim(report(f"a{i}", day, title="Flood on the Dnipro"), 1, 10 + 7 * i, place=place, source="Ukraine's interior ministry", said_at=day)
        for i, (day, place) in enumerate(zip(DAYS, ["Kherson region"] * 3 + ["the part that Ukraine controls"], strict=True))
    ]  # fmt: skip
    assert points(*rows) == [[10, 17, 24, 31]]


def test_a_long_run_of_letters_is_no_territory_and_takes_no_time() -> None:
    assert territory("a" * 200_000) == ""


def test_counts_of_another_side_of_the_border_stay_where_they_are() -> None:
    held = report("a", "2031-05-03", title="Flood")
    rows = [
        told(held, 48, "Russian government", 1, place="the Russian-held bank of the Dnipro"),
        told(held, 5, "Russian government", 2, place="Belgorod Oblast"),
    ]
    assert sorted(len(one.points) for one in build_series(rows)) == [1, 1]


def test_a_compass_point_of_another_country_is_not_what_the_rebels_hold() -> None:
    rows = [
        told(quake(f"{source[:1]}{n}", f"2031-05-0{n}"), count, source, place=place)
        for n, count, source, place in (
            (1, 912, "White Helmets", "the rebel-held northwest"),
            (2, 1000, "White Helmets", "the rebel-held northwest"),
            (1, 1200, "Turkish government", "northwestern Turkey"),
            (2, 1300, "Turkish government", "northwestern Turkey"),
        )
    ]
    assert points(*rows) == [[912, 1_000], [1_200, 1_300]]


def test_a_main_place_whose_counts_all_move_is_not_missed() -> None:
    rows = [
        told(report(f"r{day}", f"2031-05-0{day}", title="Flood"), count, "Red Cross", 1, place=place)
        for day, count, place in (
            (1, 100, "Turkey"), (5, 150, "Turkey"), (2, 110, "Vorrento"), (3, 120, "Vorrento"), (4, 130, "Vorrento")
        )
    ]  # fmt: skip
    assert sum(len(one.points) for one in build_series(rows)) == 5


def test_a_total_of_a_whole_war_is_not_that_of_a_flood_in_what_its_government_holds() -> None:
    held = [claim(report(f"a{i}", day, title="Flood on the Dnipro"), 1, 30 + i, place="Ukrainian-held areas", source="Ukrainian government", said_at=day) for i, day in enumerate(DAYS[:2])]  # fmt: skip
    whole = [claim(report(f"b{i}", day, title="Flood on the Dnipro"), 1, 12_000 + i, place="Ukraine", source="Ukrainian government", said_at=day) for i, day in enumerate(DAYS[:2])]  # fmt: skip
    assert points(*held, *whole) == [[30, 31], [12_000, 12_001]]
