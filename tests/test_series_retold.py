"""What becomes of a count that is told again: by other offices, rounded, in copies and titles, of other people, put right or left behind."""

from __future__ import annotations

import pytest

from series_makers import claim, origins_of, problems, report, told
from tallyroom.resolve.places import resolve_place
from tallyroom.series import SeriesClaim, build_series

DAY, NEXT, THIRD = "2031-05-03", "2031-05-04", "2031-05-05"
MINISTRY = "Interior Ministry of Italy"


def flood(id: str, published: str = DAY, text: str = "", **fields: object):  # type: ignore[no-untyped-def]
    return report(id, published, text=text, **{"title": "Flood in Port Almeda", **fields})


# --- who stands behind it


@pytest.mark.parametrize(
    ("first", "second", "origins"),
    [
        ("the United Nations", "the UN refugee agency", ["international:un-unhcr"]),
        ("the U.N. refugee agency", "UNHCR", ["international:un-unhcr"]),
        ("UNHCR", "the World Food Programme", ["international:un-unhcr", "international:un-wfp"]),
    ],
)
def test_the_united_nations_are_no_origin_beside_an_office_of_theirs(
    first: str, second: str, origins: list[str]
) -> None:
    rows = [
        claim(flood("a"), 1, 4_120, "displaced", source=first, said_at=DAY),
        claim(flood("b", THIRD), 1, 5_230, "displaced", source=second, said_at=THIRD),
    ]
    assert origins_of(*rows) == origins


@pytest.mark.parametrize(("value", "origins"), [(1_700, 1), (1_700_000, 2), (1_707, 2)])
def test_a_round_number_by_somebody_who_never_counts_is_the_count_told_before(value: int, origins: int) -> None:
    rows = [
        claim(flood("a"), 1, 1_695, source=MINISTRY, said_at=DAY),
        claim(flood("b", NEXT), 1, value, source="Save the Children", said_at=NEXT, bound="about"),
    ]
    assert len(origins_of(*rows)) == origins


def test_a_post_at_a_known_body_tells_whom_somebody_speaks_for() -> None:
    def of(words: str) -> list[str]:
        text = f"Some 4,120 people fled, {words}, told reporters."
        return origins_of(claim(flood("a", text=text), 1, 4_120, "displaced", source="Ana Keller", said_at=DAY))

    assert of("Ana Keller, the U.N. coordinator in Italy") == ["international:un"]
    assert of("the World Health Organization's representative in the country, Ana Keller") == ["international:un-who"]
    assert of("Ana Keller, the former U.N. coordinator in Italy") == ["person:ana-keller"]
    assert of("Ana Keller, the ambassador to the U.N.") != ["international:un"]


def test_who_counts_one_people_has_no_number_from_who_counts_another() -> None:
    def of(people: str) -> list[str]:
        rows = [
            claim(flood("a"), 1, 71_300, source="Defence Ministry of Italy", population="Greek soldiers", said_at=DAY),
            claim(flood("b", NEXT), 1, 71_300, source=None, population=people),
        ]
        return sorted({o.origin_id for one in build_series(rows) for o in one.origins})

    assert of("Greek soldiers") == ["government:it"]
    assert of("Italian soldiers") == ["government:it", "unattributed:Outlet b"]


# --- whom it counts


def test_an_embassy_counts_its_own_citizens_where_others_count_more() -> None:
    def series(source: str) -> int:
        rows = [
            claim(flood("a"), 1, 104, place="Rome", source=MINISTRY, said_at=DAY),
            claim(flood("b", NEXT), 1, 104, place="Rome", source=MINISTRY, said_at=NEXT),
            claim(flood("c", THIRD), 1, 12, place="Rome", source=source, said_at=THIRD),
        ]
        return len([one for one in build_series(rows) if one.measure == "killed"])

    assert series("the embassy of Pakistan") == 2
    assert series("the Health Ministry of Italy") == 1


def test_where_only_workers_are_counted_they_are_the_people_and_beside_soldiers_they_are_not() -> None:
    def series(*others: SeriesClaim) -> list[int]:
        rows = [
            claim(flood("a"), 1, 151, population="miners", source=MINISTRY, said_at=DAY),
            claim(flood("b", NEXT), 1, 151, population="people", source=MINISTRY, said_at=NEXT),
            claim(flood("c", THIRD), 1, 232, population="miners", source=MINISTRY, said_at=THIRD),
        ]
        return sorted(len(one.points) for one in build_series([*rows, *others]))

    soldiers = claim(flood("d", THIRD), 1, 40, population="Italian soldiers", source=MINISTRY, said_at=THIRD)
    assert len(series()) == 1
    assert len(series(soldiers)) > 1


@pytest.mark.parametrize(
    ("words", "source", "before"),
    [
        ("Greece has lost 3,830 soldiers, the Defence Ministry of Italy said.", "Defence Ministry of Italy", 3_000),
        ("Italy has lost 3,830 soldiers, the Defence Ministry of Greece said.", "Defence Ministry of Greece", 2_000),
    ],
)
def test_soldiers_of_no_told_side_are_of_the_one_that_their_sentence_names(
    words: str, source: str, before: int
) -> None:
    rows = [
        claim(flood("a"), 1, 3_000, population="Greek soldiers", source="Defence Ministry of Italy", said_at=DAY),
        claim(flood("b"), 1, 2_000, population="Italian soldiers", source="Defence Ministry of Greece", said_at=DAY),
        told(flood("c", NEXT, words), 3_830, source, population="soldiers", place="Port Almeda"),
    ]
    assert {before, 3_830} in [{point.best for point in one.points} for one in build_series(rows)]


def test_homes_are_houses() -> None:
    rows = [
        claim(flood("a"), 1, 1_200, "damaged", unit="homes", source=MINISTRY, said_at=DAY),
        claim(flood("b", NEXT), 1, 1_350, "damaged", unit="houses", source=MINISTRY, said_at=NEXT),
    ]
    assert [len(one.points) for one in build_series(rows)] == [2]


def test_a_toll_far_below_the_one_before_it_is_of_a_later_event() -> None:
    def series(value: int) -> list[int]:
        rows = [
            claim(flood("a"), 1, 8_019, source=MINISTRY, said_at=DAY),
            claim(flood("b", "2031-05-20"), 1, value, source=MINISTRY, said_at="2031-05-20"),
        ]
        return sorted(len(one.points) for one in build_series(rows))

    assert series(76) == [1, 1]
    assert series(7_600) == [2]


def test_a_county_lies_only_in_a_country_that_has_counties() -> None:
    assert resolve_place("Navarro").country == "ar"
    assert resolve_place("Navarro County").country is None
    assert resolve_place("Butte County").country == "us"


# --- what becomes of its number


def test_a_sentence_that_two_reports_share_but_for_its_number() -> None:
    shared = (
        "Police searched the lower town with dogs for the third night in a row and found nobody in the cellars there. "
    )

    def told_as(number: int, rest: str = "Some 4,120 people fled the lower town, the ministry said.") -> list[str]:
        first = shared + "Doctors at the harbour clinic treated 39 patients on Saturday. " + rest
        second = first.replace("39 patients", f"{number} patients")
        rows = [
            told(flood("a", text=first), 39, "doctors", measure="hospitalised"),
            told(flood("a", text=first), 4_120, MINISTRY, 2, measure="displaced"),
            told(flood("b", text=second), number, "doctors", measure="hospitalised"),
            told(flood("b", text=second), 4_120, MINISTRY, 2, measure="displaced"),
        ]
        return [one.message for one in problems(*rows, kind="drift") if "one sentence" in one.message]

    assert len(told_as(36)) == 1
    assert told_as(39) == []
    assert told_as(12) == []


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Flood kills 93 in Port Almeda", 1),
        ("Death toll of Port Almeda hits 120", 1),
        ("Flood kills 106 in Port Almeda", 0),
        ("Death toll of Port Almeda passes 100", 0),
        ("Ninety-three dig for the dead of Port Almeda", 0),
    ],
)
def test_a_title_is_held_against_the_highest_count_of_its_text(title: str, found: int) -> None:
    text = "The flood killed 106 people, the ministry said. In the afternoon it had counted 93."
    held = flood("a", text=text, title=title)
    rows = [told(held, 106, MINISTRY, 1, place="Port Almeda"), told(held, 93, MINISTRY, 2, place="Port Almeda")]
    drift = [one for one in problems(*rows, kind="drift") if "the title has" in one.message]
    assert len(drift) == found


@pytest.mark.parametrize(("published", "stale"), [(NEXT, 1), (DAY, 0)])
def test_a_count_is_told_again_though_a_report_of_its_day_has_a_newer_one(published: str, stale: int) -> None:
    rows = [
        claim(flood("a"), 1, 384, source=MINISTRY),
        claim(flood("b", NEXT), 1, 832, source=MINISTRY),
        claim(flood("c", published), 1, 384, source=MINISTRY),
    ]
    assert len(problems(*rows, kind="stale")) == stale


def test_of_a_count_told_again_the_newest_word_is_named() -> None:
    rows = [
        claim(flood("a", "2031-05-01"), 1, 112, source=MINISTRY, said_at="2031-05-01"),
        claim(flood("b", "2031-05-03"), 1, 115, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("c", "2031-05-05"), 1, 118, source=MINISTRY, said_at="2031-05-05"),
        claim(flood("d", "2031-06-05"), 1, 112, source=MINISTRY),
    ]
    (found,) = problems(*rows, kind="stale")
    assert set(found.report_ids) == {"b", "c", "d"}


def test_two_offices_side_by_side_are_told_once_of_all_reports_that_have_both() -> None:
    rows = [
        one
        for held in (flood("a"), flood("b"))
        for one in (
            claim(held, 1, 276, source="official sources", said_at=DAY),
            claim(held, 2, 190, source="the revenue minister", said_at=DAY),
        )
    ]
    (found,) = problems(*rows, kind="contradiction")
    assert set(found.report_ids) == {"a", "b"}


def test_tolls_of_one_past_event_contradict_each_other_under_any_bound() -> None:
    def of(second: int) -> int:
        rows = [
            claim(flood("a"), 1, 12_000, event_time="1960-02-29", bound="exact", source=None),
            claim(flood("a"), 2, 31, source=MINISTRY),
            claim(flood("b", NEXT), 1, second, event_time="1960", bound="at_least", source=None),
            claim(flood("b", NEXT), 2, 31, source=MINISTRY),
        ]
        return len(problems(*rows, kind="contradiction"))

    assert of(15_000) == 1
    assert of(11_000) == 0


@pytest.mark.parametrize(
    ("words", "falls"),
    [
        ("The ministry lowered the toll from 281 to 278: three had been entered twice.", 1),
        ("The ministry said that 278 had died by the evening.", 0),
    ],
)
def test_a_count_that_its_words_put_right_falls_in_whatever_group_it_stands(words: str, falls: int) -> None:
    right = flood("b", NEXT, words)
    rows = [
        claim(flood("a"), 1, 281, source=MINISTRY, aggregation="subset", part_of="f2", said_at=DAY),
        claim(flood("a"), 2, 1_481, source=MINISTRY, place="Rome", said_at=DAY),
        told(right, 278, MINISTRY, place="Port Almeda", said_at=NEXT),
    ]
    assert len(problems(*rows, kind="falling_total")) == falls


def test_parts_that_do_not_reach_a_floor() -> None:
    def of(total: int) -> list[str]:
        held = flood("a", text=f"More than {total} people died: 370 rebels, 13 guards and 14 villagers.")
        whole = told(held, total, MINISTRY, 1, bound="more_than")
        parts = [
            told(held, value, MINISTRY, n, population=people, aggregation="subset", part_of="f1")
            for n, (value, people) in enumerate([(370, "rebels"), (13, "guards"), (14, "villagers")], 2)
        ]
        return [one.message for one in problems(whole, *parts, kind="arithmetic")]

    assert len(of(400)) == 1
    assert of(390) == []


def test_names_in_several_spellings_name_every_report_that_writes_them() -> None:
    rows = [
        told(flood("a", text="Some 31 died, Roseline Odede said."), 31, "Roseline Odede"),
        told(flood("b", NEXT, "Some 32 died, Rosaline Odede said."), 32, "Rosaline Odede"),
        told(flood("c", THIRD, "Some 33 died, police said. Roseline Odede did not."), 33, "police"),
    ]
    (found,) = problems(*rows, kind="name")
    assert set(found.report_ids) == {"a", "b", "c"}


# --- and where nothing became of it


def test_an_office_that_counts_far_fewer_is_not_whom_the_united_nations_speak_through() -> None:
    rows = [
        claim(flood("a"), 1, 35_124, source="the United Nations", said_at=DAY),
        claim(flood("b", NEXT), 1, 141, source="UNRWA", said_at=NEXT),
    ]
    origins = {o.origin_id for one in build_series(rows) for o in one.origins}
    assert origins == {"international:un", "international:un-unrwa"}


@pytest.mark.parametrize(
    "words", ["Ali Rahimi, who met the UN chief on Monday,", "Ali Rahimi, a critic of the UN coordinator,"]
)
def test_who_is_told_of_beside_a_post_does_not_hold_it(words: str) -> None:
    held = flood("a", text=f"{words} said 412 people died.")
    assert origins_of(told(held, 412, "Ali Rahimi")) == ["person:ali-rahimi"]


def test_a_foreign_ministry_with_nearly_as_many_counts_the_same_people() -> None:
    rows = [
        claim(flood("a"), 1, 25, place="Rome", source=MINISTRY, said_at=DAY),
        claim(flood("b", NEXT), 1, 21, place="Rome", source="the foreign ministry of Greece", said_at=NEXT),
    ]
    assert len(build_series(rows)) == 1


@pytest.mark.parametrize(("bound", "place"), [("at_most", "Port Almeda"), ("more_than", "Rome")])
def test_a_round_ceiling_or_a_count_elsewhere_is_its_own(bound: str, place: str) -> None:
    rows = [
        claim(flood("a"), 1, 1_712, source=MINISTRY, said_at=DAY),
        claim(flood("b", NEXT), 1, 1_700, source="Save the Children", said_at=NEXT, bound=bound, place=place),
    ]
    assert len(origins_of(*rows)) == 2


def test_whom_an_army_killed_is_none_of_its_dead() -> None:
    rows = [
        claim(flood("a"), 1, 3_000, population="Greek soldiers", source="Defence Ministry of Italy", said_at=DAY),
        claim(flood("b"), 1, 2_000, population="Italian soldiers", source="Defence Ministry of Greece", said_at=DAY),
        told(flood("c", NEXT, "A Greek missile killed 12 people in the port, the mayor said."), 12, "the mayor"),
    ]
    assert {12} in [{point.best for point in one.points} for one in build_series(rows)]


def test_two_events_of_one_past_year_do_not_contradict_each_other() -> None:
    rows = [
        claim(flood("a"), 1, 120, event_time="2019-02-11", source=None),
        claim(flood("a"), 2, 31, source=MINISTRY),
        claim(flood("b", NEXT), 1, 70, event_time="2019-11-20", source=None),
        claim(flood("b", NEXT), 2, 31, source=MINISTRY),
    ]
    assert problems(*rows, kind="contradiction") == []


def test_a_wire_with_a_newer_count_is_no_damaged_copy() -> None:
    text = (
        "Police searched the lower town with dogs for the third night in a row and found nobody in the cellars there. "
        "Doctors at the harbour clinic treated 39 patients. Some 4,120 people fled the lower town, the ministry said."
    )

    def rows(id: str, hour: str, number: int) -> list[SeriesClaim]:
        held = flood(id, f"{DAY}T{hour}:00:00Z", text.replace("39 patients", f"{number} patients"))
        return [
            told(held, number, "doctors", measure="hospitalised", said_at=DAY),
            told(held, 4_120, MINISTRY, 2, measure="displaced", said_at=DAY),
        ]

    newer = problems(*rows("a", "08", 39), *rows("b", "18", 42), kind="drift")
    fewer = problems(*rows("a", "08", 39), *rows("b", "18", 36), kind="drift")
    assert [one for one in newer if "one sentence" in one.message] == []
    assert len([one for one in fewer if "one sentence" in one.message]) == 1


@pytest.mark.parametrize("title", ["Police kill 30 dogs after attack", "Deaths at 22 hospitals under review"])
def test_a_title_that_counts_something_else_is_not_held_against_the_dead(title: str) -> None:
    held = flood("a", text="Some 13 people died, the ministry said.", title=title)
    assert problems(told(held, 13, MINISTRY), kind="drift") == []


def test_a_title_that_follows_one_of_two_origins_says_what_its_text_says() -> None:
    held = flood("a", text="Police said 13 people died. The mayor said 20.", title="13 killed in Port Almeda")
    rows = [
        told(held, 13, "Police of Italy", place="Port Almeda"),
        told(held, 20, "the Harbour Foundation", 2, place="Port Almeda"),
    ]
    assert [one for one in problems(*rows, kind="drift") if "the title" in one.message] == []


def test_troops_that_withdrew_take_no_count_back() -> None:
    words = "Troops withdrew from the town on Monday.\n\nThe ministry said 25 people were killed."
    rows = [
        claim(flood("a"), 1, 30, source=MINISTRY, said_at=DAY),
        told(flood("b", THIRD, words), 25, MINISTRY, place="Port Almeda"),
    ]
    assert problems(*rows, kind="retraction") == []


def test_soldiers_and_civilians_are_two_counts_under_any_bound() -> None:
    rows = [
        claim(flood("a"), 1, 20, population="soldiers", source=MINISTRY, bound="at_least", said_at=DAY),
        claim(flood("b", NEXT), 1, 20, population="civilians", source=MINISTRY, said_at=NEXT),
    ]
    assert [one for one in problems(*rows, kind="drift") if "several bounds" in one.message] == []
