"""Series from readings that differ a little, as programs read: bare names, loose places, units and dates; invented stories."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from commands import command
from series_makers import built, claim, report, values
from tallyroom.series import ReportHeader, SeriesClaim, build_series, stories_of

EVALS = Path(__file__).parent.parent / "evals"
MINISTRY = "Interior Ministry of Italy"


def flood(id: str, published: str, text: str = "", **fields: object) -> ReportHeader:
    return report(id, published, title="Flood in Port Almeda", text=text or None, **fields)


# --- whose


def test_a_ministry_without_its_country_is_the_one_that_another_report_names_in_full() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 19, source="the interior ministry", said_at="2031-05-04"),
    )
    assert series.independent_origins == 1
    assert values(series) == [12, 19]


def test_a_ministry_that_two_countries_have_is_not_guessed() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-03"), 1, 14, source="the interior ministry of France", said_at="2031-05-03"),
        claim(flood("c", "2031-05-04"), 1, 19, source="the interior ministry", said_at="2031-05-04"),
    )
    assert series.independent_origins == 3


def test_officials_are_those_that_the_report_named_just_before() -> None:
    text = "Western officials said on Monday that 12 had died. The officials spoke of 30 injured."
    held = flood("a", "2031-05-05", text)
    rows = [
        claim(held, 1, 12, source="Western officials", said_at="2031-05-05", place="Rome", start=40),
        claim(held, 2, 30, "injured", source="officials", said_at="2031-05-05", place="Rome", start=70),
    ]
    origins = {origin.origin_id for one in build_series(rows) for origin in one.origins}
    assert len(origins) == 1


def test_a_known_body_speaks_for_its_country_beside_a_name() -> None:
    a = flood("a", "2031-05-03", "12 are missing, Sam Ollis, the FBI special agent in charge, said on Saturday.")
    series = built(
        claim(a, 1, 12, "missing", source="Sam Ollis", said_at="2031-05-03", aggregation="stock"),
        claim(flood("b", "2031-05-04"), 1, 9, "missing", source="FBI", said_at="2031-05-04", aggregation="stock"),
        measure="missing", kind="stock",
    )  # fmt: skip
    assert series.independent_origins == 1


def test_what_a_report_has_from_an_outlet_rests_on_the_source_that_it_names_behind_it() -> None:
    held = flood("a", "2031-05-03")
    series = built(
        claim(held, 1, 1500, "deployed", source="a US official", relays=("The Daily Mail",), said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 1600, "deployed", source="The Daily Mail", said_at="2031-05-04"),
        claim(held, 2, 1700, "deployed", source="The Daily Mail", said_at="2031-05-03"),
        measure="deployed",
    )
    origin = {point.best: point.origin for point in series.points}
    assert origin[1500] == origin[1700] == "government:us"
    assert origin[1600] != "government:us", "another report does not say whom the outlet had it from"


# --- what and where


def test_names_on_a_list_are_people() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 388, "missing", aggregation="stock", source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 371, "missing", unit="names", aggregation="stock", source=MINISTRY, said_at="2031-05-04"),
        measure="missing", kind="stock",
    )  # fmt: skip
    assert values(series) == [388, 371]


def test_a_first_count_told_bare_begins_the_total() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 20, aggregation="incident", source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 58, source=MINISTRY, said_at="2031-05-04"),
        claim(flood("c", "2031-05-05"), 1, 97, source=MINISTRY, said_at="2031-05-05"),
    )
    assert values(series) == [20, 58, 97]


def test_a_toll_told_again_of_a_span_is_the_toll() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 300, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-06-20"), 1, 300, source=MINISTRY, event_time="2031-06-01/2031-06-09"),
    ]
    assert [len(s.points[0].report_ids) for s in build_series(rows)] == [2]
    sent = [claim(c.report, 1, 300, "deployed", source=MINISTRY, event_time=c.figure.event_time) for c in rows]
    assert len(build_series(sent)) == 2, "what somebody did may have been done twice"


def test_a_count_without_a_place_stands_with_its_equal_not_with_its_neighbour() -> None:
    a, b = flood("a", "2031-05-03"), flood("b", "2031-05-04")
    found = build_series(
        [
            claim(a, 1, 1644, place="Myanmar", source="Myanmar's military", said_at="2031-05-03"),
            claim(b, 1, 1644, place=None, source="Myanmar's military", said_at="2031-05-03"),
            claim(b, 2, 10, place="Bangkok", source="Bangkok city hall", said_at="2031-05-04"),
            claim(b, 3, 11, place="Bangkok", source="Bangkok city hall", said_at="2031-05-04"),
        ]
    )
    reports = {s.place: {r for p in s.points for r in p.report_ids} for s in found if 1644 in values(s)}
    assert reports == {"Myanmar": {"a", "b"}}


def test_no_part_exceeds_its_whole_so_that_count_is_the_countrys_told_from_its_capital() -> None:
    def quake(id: str, value: int, place: str, source: str) -> SeriesClaim:
        return claim(
            report(id, "2031-05-04", event="quake"), 1, value, place=place, source=source, said_at="2031-05-04"
        )

    found = build_series(
        [
            quake("a", 1200, "Myanmar", "Myanmar's military"),
            quake("b", 1900, "Myanmar", "Myanmar's military"),
            quake("c", 6, "Thailand", "Thai police"),
            quake("d", 10, "Bangkok", "Bangkok city hall"),
            quake("e", 2, "Phuket", "Phuket city hall"),
        ]
    )
    assert sorted(values(s) for s in found) == [[2], [6, 10], [1200, 1900]]


def test_a_country_in_a_report_that_names_the_town_is_the_town_told_less_exactly() -> None:
    text = "A dam broke at Port Almeda in Italy. 20 people died in Italy, the interior ministry said."
    rows = [
        claim(flood("a", "2031-05-03", text), 1, 20, place="Italy", source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 58, source=MINISTRY, said_at="2031-05-04"),
        claim(flood("c", "2031-05-05"), 1, 97, source=MINISTRY, said_at="2031-05-05"),
    ]
    assert values(built(*rows)) == [20, 58, 97]
    both = claim(flood("c", "2031-05-05"), 2, 400, place="Italy", source=MINISTRY, said_at="2031-05-05")
    assert len(build_series([*rows, both])) == 2, "a report gives both: the country is another whole"


def test_a_source_that_told_it_some_day_of_the_month_may_have_told_it_before() -> None:
    series = built(
        claim(flood("a", "2031-05-22"), 1, 115),
        claim(flood("b", "2031-06-16"), 1, 115, source=MINISTRY, said_at="2031-05"),
    )
    assert series.independent_origins == 1
    assert len(series.points) == 1


# --- which story


def test_short_reports_of_one_town_and_one_hazard_are_one_story() -> None:
    a = report(
        "a", "2031-05-03", title="Quake hits Valdora", text="A quake shook Valdora in Chile. 12 people died there."
    )
    b = report(
        "b", "2031-05-05", title="Rescue goes on", text="After the quake, rescuers in Valdora dug on. 19 are dead."
    )
    c = report("c", "2031-05-05", title="Fire in Chile", text="A fire in Lota, Chile, killed 4 people on a farm.")
    found = build_series(
        [
            claim(a, 1, 12, place="Valdora", source="Chile's government", said_at="2031-05-03"),
            claim(b, 1, 19, place="Valdora", source="Chile's government", said_at="2031-05-05"),
            claim(c, 1, 4, place="Lota", source="Chile's government", said_at="2031-05-05"),
        ]
    )
    assert sorted(values(s) for s in found) == [[4], [12, 19]]
    assert len({s.event for s in found}) == 2


def test_one_country_and_two_hazards_are_two_stories() -> None:
    a = report("a", "2031-05-03", text="A quake in Chile killed 12 people, the government said.")
    b = report("b", "2031-05-04", text="A ferry sank off Chile. 19 people drowned, the government said.")
    found = build_series(
        [
            claim(a, 1, 12, place="Chile", source="government", said_at="2031-05-03"),
            claim(b, 1, 19, place="Chile", source="government", said_at="2031-05-04"),
        ]
    )
    assert sorted(values(s) for s in found) == [[12], [19]]


def test_an_unlisted_place_holds_reports_of_one_event_together_though_no_word_names_its_kind() -> None:
    a = report("a", "2031-05-03", title="Talks at Corvestia", text="At Corvestia 12 men were held, the ministry said.")
    b = report("b", "2031-05-06", title="The end", text="It is over at Corvestia. 19 men were held, the ministry said.")
    far = report(
        "c", "2031-07-06", title="The end", text="It is over at Corvestia. 4 men were held, the ministry said."
    )
    rows = [
        claim(a, 1, 12, "kidnapped", place="Corvestia", source="the ministry", said_at="2031-05-03"),
        claim(b, 1, 19, "kidnapped", place="the jail of Corvestia", source="the ministry", said_at="2031-05-06"),
        claim(far, 1, 4, "kidnapped", place="Corvestia", source="the ministry", said_at="2031-07-06"),
    ]
    assert sorted(values(one) for one in build_series(rows)) == [[4], [12, 19]]
    city = [msgspec.structs.replace(row, figure=msgspec.structs.replace(row.figure, place="Baghdad")) for row in rows]
    assert sorted(values(one) for one in build_series(city)) == [[4], [12], [19]]


def test_a_report_that_knows_only_the_country_joins_the_one_story_of_its_kind_there() -> None:
    a = report("a", "2031-05-03", title="Riot in Corvestia", text="A prison riot in Corvestia, Moldova, left 3 dead.")
    b = report("b", "2031-05-04", title="Moldovan riot", text="A prison riot in Moldova has left 5 people dead.")
    found = build_series(
        [
            claim(a, 1, 3, place="Corvestia", source="Moldova's government", said_at="2031-05-03"),
            claim(b, 1, 5, place="Moldova", source="Moldova's government", said_at="2031-05-04"),
        ]
    )
    assert len({one.event for one in found}) == 1


# --- the project's own stories


@pytest.mark.parametrize(
    ("group", "from_text"),
    [("stories", False), ("stories", True), ("stories_2", False), ("stories_3", False), ("stories_4", False)],
)
def test_the_projects_own_stories_hold_their_floors_alone_and_beside_other_reports(
    group: str, from_text: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(EVALS)
    stories = command("evals/stories.py")
    folders = stories.folders_of(group)
    scores, misses = stories.evaluate(folders, stories.build(folders, from_text=from_text))
    floors = json.loads((EVALS / "floors.json").read_text(encoding="utf-8"))[group]["read" if from_text else "gold"]
    assert stories.below_floors(scores, floors) == [], misses
    if group == "stories" and not from_text:
        beside = stories.build(folders, from_text=False, beside=[EVALS / "reports" / "train.jsonl"])
        assert stories.evaluate(folders, beside)[0] == scores


# --- who denies, who speaks for whom


def test_who_denies_a_number_is_not_one_voice_with_who_gave_it() -> None:
    a = flood("a", "2031-05-03")
    rows = [
        claim(a, 1, 14, source="Prisoners' Legal Aid", said_at="2031-05-03"),
        claim(a, 2, 14, source=MINISTRY, said_at="2031-05-03", polarity="denied"),
        claim(a, 3, 5, source=MINISTRY, said_at="2031-05-03"),
    ]
    assert built(*rows).independent_origins == 2


@pytest.mark.parametrize("name", ["Its coordinator, Jonas Keller,", "The group's head of mission, Jonas Keller,"])
@pytest.mark.parametrize("source", ["Jonas Keller", None])
def test_somebody_told_as_its_coordinator_speaks_for_the_body_heard_before(name: str, source: str | None) -> None:
    text = f"Save the Wells said that 40 people had died in Port Almeda. {name} said that 63 had died."
    a = flood("a", "2031-05-03", text)
    rows = [
        claim(a, 1, 40, source="Save the Wells", said_at="2031-05-03", start=text.index("40")),
        claim(a, 2, 63, source=source or name.partition(",")[0], said_at="2031-05-03", start=text.index("63")),
        claim(flood("b", "2031-05-04"), 1, 70, source="Save the Wells", said_at="2031-05-04"),
    ]
    assert built(*rows).independent_origins == 1


# --- local offices


def test_bare_officials_are_not_the_country_where_a_town_speaks_too() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 53, place="Maui", source="Maui County", said_at="2031-05-03"),
        claim(flood("b", "2031-05-03"), 1, 53, place="Maui", source="officials", said_at="2031-05-03"),
        claim(flood("c", "2031-05-04"), 1, 40, "displaced", place="Maui", source="FEMA", said_at="2031-05-04"),
        claim(
            flood("d", "2031-05-04"), 1, 45, "displaced", place="Maui", source="Federal officials", said_at="2031-05-04"
        ),
    ]
    found = {one.measure: one for one in build_series(rows)}
    assert found["killed"].independent_origins == 1
    assert "government:us" not in {origin.origin_id for origin in found["killed"].origins}
    assert [origin.origin_id for origin in found["displaced"].origins] == ["government:us"]


def test_a_chief_set_off_by_a_comma_speaks_for_the_police_of_the_place() -> None:
    a = flood("a", "2031-05-03", "The list of the Maui police chief, John Ollis, has 31 names, he said.")
    b = flood("b", "2031-05-04", "Police Chief John Ollis said on Sunday that 29 were missing.")
    series = built(
        claim(a, 1, 31, "missing", source="John Ollis", said_at="2031-05-03", aggregation="stock"),
        claim(b, 1, 29, "missing", source="Ollis", said_at="2031-05-04", aggregation="stock"),
        claim(flood("c", "2031-05-05"), 1, 12, "missing", source="Maui police", said_at="2031-05-05", aggregation="stock"),
        measure="missing", kind="stock",
    )  # fmt: skip
    assert series.independent_origins == 1


def test_a_stock_told_again_later_keeps_its_date() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 850, "missing", source=MINISTRY, said_at="2031-05-03", aggregation="stock"),
        claim(flood("b", "2031-05-09"), 1, 850, "missing", source=MINISTRY, event_time="2031-05-01/2031-05-09", aggregation="stock"),
        measure="missing", kind="stock",
    )  # fmt: skip
    assert [(point.said_at, point.as_of) for point in series.points] == [("2031-05-03", None)]


def test_the_sum_of_anothers_figures_is_no_second_origin() -> None:
    a = flood("a", "2031-05-03")
    rows = [
        claim(a, 1, 100, source="Red Cross", said_at="2031-05-03"),
        claim(a, 2, 1000, "injured", source="Red Cross", said_at="2031-05-03"),
        claim(flood("b", "2031-05-06"), 1, 1100, "killed_or_injured", source="Volunteer Network", said_at="2031-05-06"),
        claim(flood("c", "2031-05-07"), 1, 1300, "killed_or_injured", source="Red Cross", said_at="2031-05-07"),
    ]
    found = {one.measure: one for one in build_series(rows)}
    assert found["killed_or_injured"].independent_origins == 1
    assert "the sum of that origin's figures" in found["killed_or_injured"].origins[0].reason
    early = [*rows[:2], claim(flood("d", "2031-05-01"), 1, 1100, "killed_or_injured", source="Volunteer Network", said_at="2031-05-01"), rows[3]]  # fmt: skip
    assert {one.measure: one for one in build_series(early)}["killed_or_injured"].independent_origins == 2


def test_a_total_of_a_day_long_before_its_saying_is_a_date_misread() -> None:
    series = built(
        claim(
            flood("a", "2031-10-03"),
            1,
            3000,
            "deployed",
            source=MINISTRY,
            said_at="2031-10-03",
            event_time="../2030-12",
        ),
        measure="deployed",
    )
    assert [(point.said_at, point.as_of) for point in series.points] == [("2031-10-03", None)]


def test_the_bound_of_a_point_is_that_of_those_who_told_it_first() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 100, bound="at_least", source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-09"), 1, 100, source=MINISTRY),
        claim(flood("c", "2031-05-10"), 1, 100, source=MINISTRY),
    )
    assert [(point.bound, point.high, len(point.report_ids)) for point in series.points] == [("at_least", None, 3)]


def test_a_joint_statement_does_not_make_one_voice_of_those_who_join_in_it() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 53, place="Maui", source="Maui police", said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 61, place="Maui", source="Red Cross", said_at="2031-05-04"),
        claim(
            flood("c", "2031-05-05"), 1, 72, place="Maui", source="the Red Cross and Maui police", said_at="2031-05-05"
        ),
    ]
    series = built(*rows)
    assert series.independent_origins == 2
    assert [origin.origin_id for origin in series.origins if not origin.independent] == [
        "joint:maui police+the red cross"
    ]


def test_a_spokesman_without_a_country_speaks_for_the_house_named_just_before() -> None:
    told = "1,200 fell, the White House said. In all 1,300 fell, national security spokesman Jon Calder told the press."
    a = flood("a", "2031-05-03", told)
    rows = [
        claim(a, 1, 1300, place="Kursk", source="Jon Calder", said_at="2031-05-03", start=told.index("1,300")),
        claim(flood("b", "2031-05-04"), 1, 1350, place="Kursk", source="Pentagon", said_at="2031-05-04"),
    ]
    assert built(*rows).independent_origins == 1


def test_a_bare_count_is_held_against_its_own_origins_total_and_not_a_rivals() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 58, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-03"), 1, 200, source="the mayor of Port Almeda", said_at="2031-05-03"),
        claim(flood("c", "2031-05-04"), 1, 97, source=MINISTRY, said_at="2031-05-04", aggregation="incident"),
    ]
    assert values(built(*rows)) == [58, 200, 97]


@pytest.mark.parametrize(
    ("first", "second", "stories"),
    [
        ("A bomb killed 9 people in {}.", "Gunmen in {} shot 12 people dead.", 2),
        ("An earthquake killed 9 people in {}.", "The earthquake in {} has killed 12 people.", 1),
    ],
)
@pytest.mark.parametrize("place", ["Baghdad", "Lahore"])
def test_two_attacks_in_one_big_town_are_two_stories_and_two_counts_of_one_quake_are_one(
    first: str, second: str, stories: int, place: str
) -> None:
    rows = [
        claim(report("a", "2031-05-03", title="", text=first.format(place)), 1, 9, place=place),
        claim(report("b", "2031-05-07", title="", text=second.format(place)), 1, 12, place=place),
    ]
    assert len(list(stories_of(rows))) == stories


def test_a_fire_brigade_is_no_fire_and_a_blast_may_be_told_as_an_explosion() -> None:
    a = report("a", "2031-05-03", title="Explosion at depot", text="An explosion in Tarvenholm killed 9, the fire brigade said. The fire brigade left.")  # fmt: skip
    b = report("b", "2031-05-05", title="Blast toll", text="11 died in the blast, the mayor of Tarvenholm said.")
    rows = [
        claim(a, 1, 9, place="a depot in Tarvenholm"),
        claim(b, 1, 11, place="the depot", source="mayor of Tarvenholm"),
    ]
    assert len(list(stories_of(rows))) == 1
