"""Whose count it is: people told of from home, numbers repeated abroad, guesses, those who saw it, bodies told by what they are called."""

from __future__ import annotations

import pytest

from series_makers import claim, origins_of, report, told
from tallyroom.series import ReportHeader, build_series, stories_of
from tallyroom.series.speaker_words import kind_of, region_of

DAY = "2031-05-03"
NEXT = "2031-05-04"


def wreck(id: str, published: str, text: str, **fields: object) -> ReportHeader:
    return report(id, published, text=text, **{"title": "Ferry sinks off Syros", **fields})


# --- people of one country in another


@pytest.mark.parametrize(
    ("dateline", "population", "origins"),
    [
        ("ISLAMABAD: ", "Pakistanis", ["government:gr", "government:pk"]),
        ("ISLAMABAD, May 4 (Sabah) -- ", "Pakistanis", ["government:gr", "government:pk"]),
        ("ISLAMABAD: ", "people", ["government:gr"]),  # nobody of its own is counted
        ("ATHENS: ", "Pakistanis", ["government:gr"]),
    ],
)
def test_a_minister_heard_at_home_of_his_own_people_abroad_is_no_minister_of_the_place(
    dateline: str, population: str, origins: list[str]
) -> None:
    a = wreck("a", DAY, "The Greek coast guard said 31 drowned when a ferry sank off Syros, Greece.")
    b = wreck("b", NEXT, f"{dateline}Some 64 were on the ferry that sank off Syros, the interior minister said.")
    rows = [
        told(a, 31, "the Greek coast guard", place="Syros, Greece"),
        told(b, 64, "the interior minister", place="Greece", measure="involved", population=population),
    ]
    assert origins_of(*rows) == origins


@pytest.mark.parametrize(("repeated", "origins"), [(31, 1), (34, 2)])
def test_another_government_that_repeats_the_count_of_the_place_has_not_counted(repeated: int, origins: int) -> None:
    a = wreck("a", DAY, "The Greek coast guard said 31 drowned when a ferry sank off Syros, Greece.")
    b = wreck("b", NEXT, f"Pakistan's foreign ministry said {repeated} had drowned when a ferry sank off Syros.")
    rows = [
        told(a, 31, "the Greek coast guard", place="Greece"),
        told(b, repeated, "Pakistan's foreign ministry", place="Greece"),
    ]
    assert len(origins_of(*rows)) == origins


# --- guesses and eyes


@pytest.mark.parametrize(("number", "origins"), [(748, 1), (750, 2), (950, 1)])
def test_a_number_at_which_many_guess_is_no_shared_count(number: int, origins: int) -> None:
    a = wreck("a", DAY, f"The Harbour Foundation believed {number} were on the ferry that sank off Syros, Greece.")
    b = wreck("b", NEXT, f"The Open Door Charity said {number} were on the ferry that sank off Syros, Greece.")
    rows = [
        told(a, number, "the Harbour Foundation", place="Syros", measure="involved"),
        told(b, number, "the Open Door Charity", place="Syros", measure="involved"),
    ]
    assert len(origins_of(*rows)) == origins


def test_those_who_survived_are_one_however_they_are_called() -> None:
    a = wreck("a", DAY, "The first survivors spoke of 41 dead off Syros, Greece.")
    b = wreck("b", NEXT, "44 drowned off Syros, Greece, survivors said.")
    rows = [told(a, 41, "the first survivors", place="Syros"), told(b, 44, "survivors", place="Syros")]
    assert origins_of(*rows) == ["witness:survivor"]


def test_first_reports_that_a_body_passes_on_are_of_that_body() -> None:
    a = wreck("a", DAY, "First reports suggested 412 were on board, the Harbour Foundation said at Syros, Greece.")
    row = told(a, 412, "first reports", place="Syros", measure="involved", relays=("the Harbour Foundation",))
    assert origins_of(row) == ["charity:foundation-harbour"]


def test_a_reporter_who_saw_them_counts_for_the_outlet() -> None:
    a = wreck("a", DAY, "A Reuters journalist saw five bodies on the quay of Syros, Greece.", outlet="Reuters")
    b = wreck("b", NEXT, "Reuters put the dead of Syros, Greece, at five.", outlet="Syros Gazette")
    assert origins_of(claim(a, 1, 5, source="A Reuters journalist", said_at=DAY)) != []
    assert origins_of(claim(b, 1, 5, source="Reuters", said_at=NEXT)) == []


# --- bodies by what they are called


def test_a_name_that_looks_like_a_persons_is_a_body_where_a_text_calls_it_one() -> None:
    a = wreck("a", DAY, "Wave Lantern, a network that answers calls at sea, counted 64 off Syros, Greece.")
    b = wreck("b", NEXT, "The Harbour Foundation counted 71 off Syros, Greece.")
    rows = [told(a, 64, "Wave Lantern", place="Syros"), told(b, 71, "the Harbour Foundation", place="Syros")]
    assert origins_of(*rows) == ["charity:foundation-harbour", "charity:wave-lantern"]


def test_what_a_name_is_called_may_be_one_word_with_a_hyphen() -> None:
    a = wreck("a", DAY, "Wave Lantern, a non-profit, counted 64 off Syros, Greece.")
    assert len(origins_of(told(a, 64, "Wave Lantern", place="Syros"))) == 1


@pytest.mark.parametrize(
    "words",
    [
        "the Kordian National Commission on Human Rights",
        "Kordia's policing oversight authority",
        "the national rights watchdog",
    ],
)
def test_who_watches_over_a_state_is_independent_of_it(words: str) -> None:
    assert kind_of(words) == "independent"


def test_an_official_at_a_hospital_speaks_for_it() -> None:
    a = wreck("a", DAY, "31 are in Vostra General Hospital in Syros, an official at Vostra General Hospital said.")
    b = wreck("b", NEXT, "Vostra General Hospital in Syros still has 28, an official there said.")
    place = "Vostra General Hospital in Syros"
    rows = [
        told(a, 31, "an official at Vostra General Hospital", place=place, measure="hospitalised"),
        told(b, 28, "an official there", place=place, measure="hospitalised"),
    ]
    assert origins_of(*rows) == ["medical:general-hospital-vostra"]


# --- capitals


def test_the_governor_of_a_capital_has_a_region() -> None:
    assert region_of("Athens Governor", (), frozenset({"athens"})) == "athens"


@pytest.mark.parametrize(
    ("published", "happened", "stories"),
    [
        ("2032-05-02", DAY, 1),
        ("2032-05-02", "2031-06-14", 2),  # another explosion
        ("2034-05-02", DAY, 2),  # too long after
    ],
)
def test_what_happened_on_one_day_in_a_capital_is_one_story_a_year_later(
    published: str, happened: str, stories: int
) -> None:
    a = report("a", DAY, title="Explosion in Nairobi", text="An explosion in Nairobi killed 31, the police said.")
    b = report(
        "b", published, title="Explosion remembered", text="The explosion in Nairobi killed 44, Harbour Watch said."
    )
    rows = [
        told(a, 31, "the police", place="Nairobi", event_time=DAY),
        *(
            told(b, value, "Harbour Watch", n, place="Nairobi", event_time=happened, measure=measure)
            for n, (value, measure) in enumerate(((44, "killed"), (71, "injured"), (12, "missing")), 1)
        ),
    ]
    assert len(list(stories_of(rows))) == stories


# --- citizens of one country among the dead of another


def test_citizens_whom_their_state_counts_are_some_of_the_dead_and_no_name_for_all() -> None:
    a = wreck("a", DAY, "The Greek coast guard counted 310 dead off Syros, Greece. France spoke of 4 French citizens.")
    b = wreck("b", NEXT, "The Greek coast guard counted 346 dead off Syros, Greece. France spoke of 7 French citizens.")
    rows = [
        told(held, value, source, number, place="Greece", population=population)
        for held, dead, citizens in ((a, 310, 4), (b, 346, 7))
        for number, (value, source, population) in enumerate(
            ((dead, "the Greek coast guard", "people"), (citizens, "France", "French citizens")), 1
        )
    ]
    found = [[point.best for point in one.points] for one in build_series(rows) if one.measure == "killed"]
    assert sorted(found) == [[4, 7], [310, 346]]


def test_a_bare_ministry_is_of_the_country_that_it_counts_in_elsewhere_and_of_no_helper() -> None:
    a = wreck("a", DAY, "The interior ministry counted 310 dead in Greece, of them 41 at Old Vostra Bay.")
    b = wreck("b", NEXT, "Spain's interior ministry sent 30 divers to Greece.")
    rows = [
        told(a, 310, "the interior ministry", place="Greece"),
        told(a, 41, "the interior ministry", 2, place="Old Vostra Bay"),
        told(b, 30, "Spain's interior ministry", place="Greece", measure="deployed"),
    ]
    assert origins_of(*rows) == ["government:es", "government:gr"]
    (bay,) = [one for one in build_series(rows) if one.measure == "killed" and [p.best for p in one.points] == [41]]
    assert [one.origin_id for one in bay.origins] == ["government:gr"]
