"""Who speaks: names that texts spell out, bodies that are no persons, countries that only the text tells, for whom a person speaks."""

from __future__ import annotations

import pytest

from series_makers import claim, report
from tallyroom.series import ReportHeader, SeriesClaim, build_series, stories_of
from tallyroom.series.speaker_words import person_name


def sinking(id: str, published: str, text: str, **fields: object) -> ReportHeader:
    return report(id, published, title="Ferry sinks off Lumiko", text=text, **fields)


def origins_of(*claims: SeriesClaim) -> list[str]:
    """The independent origins of all series of the claims."""
    return sorted({o.origin_id for one in build_series(claims) for o in one.origins if o.independent})


def told(held: ReportHeader, value: int, source: str | None, number: int = 1, **fields: object) -> SeriesClaim:
    start = (held.text or "").find(str(value))
    return claim(
        held, number, value, source=source, said_at=held.published, place="Lumiko", start=max(start, 0), **fields
    )  # type: ignore[arg-type]


def test_an_acronym_is_the_body_that_a_text_spells_out_before_it() -> None:
    a = sinking("a", "2031-05-03", "12 drowned off Lumiko, the National Rescue Coordination Bureau (NARCOB) said.")
    b = sinking("b", "2031-05-04", "NARCOB counted 19 dead off Lumiko on Sunday.")
    assert len(origins_of(told(a, 12, "the National Rescue Coordination Bureau"), told(b, 19, "NARCOB"))) == 1


def test_letters_that_do_not_fit_the_words_before_them_are_no_acronym_of_them() -> None:
    a = sinking(
        "a", "2031-05-03", "12 drowned off Lumiko, the Harbour Masters Guild (see XQ) said of the Old Pier (XQ)."
    )
    b = sinking("b", "2031-05-04", "XQ counted 19 dead off Lumiko on Sunday.")
    assert len(origins_of(told(a, 12, "the Harbour Masters Guild"), told(b, 19, "XQ"))) == 2


def test_officials_of_a_small_town_speak_for_the_country_that_a_text_puts_it_in() -> None:
    a = sinking("a", "2031-05-03", "12 drowned off Lumiko in Tanzania, the emergency committee said.")
    b = sinking("b", "2031-05-04", "19 are dead, President Juma Salehe said of the ferry off Lumiko on Sunday.")
    assert origins_of(told(a, 12, "the emergency committee"), told(b, 19, "President Juma Salehe")) == ["government:tz"]


def test_a_neighbour_named_in_passing_does_not_give_its_country() -> None:
    a = sinking(
        "a", "2031-05-03", "12 drowned off Lumiko in Tanzania, the emergency committee said. Kenya sent divers."
    )
    b = sinking("b", "2031-05-04", "The navy of Kenya counted 19 dead off Lumiko on Sunday.")
    found = origins_of(told(a, 12, "the emergency committee"), told(b, 19, "The navy of Kenya"))
    assert found == ["government:ke", "government:tz"]


@pytest.mark.parametrize(
    "name",
    ["Lakeshore Passenger Lines", "the Silver Banner", "National Disaster Society", "Old Harbour Residents League"],
)
def test_names_of_bodies_are_no_persons(name: str) -> None:
    assert person_name(name) == ()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Transport Minister Ana Ruiz-Bono", ("ana", "ruiz-bono")),
        ("Commodore Issa Bello", ("issa", "bello")),
        ("Home Secretary Jane Orr", ("jane", "orr")),
    ],
)
def test_a_name_is_what_office_and_rank_leave(words: str, name: tuple[str, ...]) -> None:
    assert person_name(words) == name


def test_a_commander_speaks_for_the_front_that_a_text_names() -> None:
    a = sinking("a", "2031-05-03", "The commander of the Tidewater Front, Ana Ruiz, said 12 had died off Lumiko.")
    b = sinking("b", "2031-05-04", "The Tidewater Front counted 19 dead off Lumiko on Sunday.")
    assert len(origins_of(told(a, 12, "Ana Ruiz"), told(b, 19, "The Tidewater Front"))) == 1


def test_the_company_is_the_only_one_that_the_story_names() -> None:
    a = sinking("a", "2031-05-03", "Lakeshore Passenger Lines said 112 were on the ferry off Lumiko.")
    b = sinking("b", "2031-05-04", "There were 130 on the ferry off Lumiko, the company now says.")
    rows = (
        told(a, 112, "Lakeshore Passenger Lines", measure="involved"),
        told(b, 130, "the company", measure="involved"),
    )
    assert len(origins_of(*rows)) == 1
    c = sinking("c", "2031-05-04", "Blue Ocean Shipping said 90 were on the ferry off Lumiko.")
    assert len(origins_of(*rows, told(c, 90, "Blue Ocean Shipping", measure="involved"))) == 3


def test_an_outlet_that_is_named_as_the_source_is_listed_and_not_counted_unless_it_counted_itself() -> None:
    a = sinking("a", "2031-05-03", "12 drowned off Lumiko, the navy said.", outlet="Evening Lantern")
    b = sinking("b", "2031-05-04", "Evening Lantern reported that 19 had drowned off Lumiko.")
    rows = (told(a, 12, "the navy"), told(b, 19, "Evening Lantern"))
    assert origins_of(*rows) == ["government:navy"]
    c = sinking("c", "2031-05-05", "By the tally of Evening Lantern, 27 drowned off Lumiko.")
    assert origins_of(*rows, told(c, 27, "Evening Lantern")) == ["government:navy", "media:evening-lantern"]


def test_a_president_speaks_for_the_country_named_after_the_name() -> None:
    a = sinking("a", "2031-05-03", "President Ana Ruiz of Chile said 12 had drowned off Lumiko.")
    b = sinking("b", "2031-05-04", "19 had drowned off Lumiko, Chile's navy said.")
    assert origins_of(told(a, 12, "President Ana Ruiz"), told(b, 19, "Chile's navy")) == ["government:cl"]


def test_a_sinking_of_long_ago_told_for_comparison_does_not_keep_reports_of_one_story_apart() -> None:
    a = sinking("a", "2031-05-03", "A ferry sank on Lake Volta in Ghana on Friday. 12 drowned there.")
    b = report("b", "2031-05-04", title="Ferry toll in Ghana", text="19 drowned in Ghana. 20 died off Makango in 2012.")
    rows = [
        claim(a, 1, 12, place="Lake Volta", event_time="2031-05-02"),
        claim(b, 1, 19, place="Ghana", event_time="2031-05-02"),
        claim(b, 2, 20, place="Makango", event_time="2012"),
    ]
    assert len(list(stories_of(rows))) == 1


def test_a_town_that_the_gazetteer_knows_elsewhere_is_in_the_country_that_the_story_is_about() -> None:
    a = report(
        "a", "2031-05-03", title="Dengue on Tanna", text="4 died of dengue on Tanna, Vanuatu's health ministry said."
    )
    b = report(
        "b", "2031-05-04", title="Dengue on Tanna", text="9 have died of dengue on Tanna, the health ministry said."
    )
    rows = [
        claim(a, 1, 4, source="Vanuatu's health ministry", said_at="2031-05-03", place="Tanna"),
        claim(b, 1, 9, source="the health ministry", said_at="2031-05-04", place="Tanna"),
    ]
    assert origins_of(*rows) == ["government:vu"]


@pytest.mark.parametrize(
    "words",
    [
        "Deputy Commissioner Sana Qureshi said",
        "Sana Qureshi, who heads the disaster agency, said",
        "Sana Qureshi, the director of the health department, said",
    ],
)
def test_officials_speak_for_the_government_whatever_their_post(words: str) -> None:
    a = sinking("a", "2031-05-03", f"{words} that 12 had drowned off Lumiko in Tanzania.")
    assert origins_of(told(a, 12, "Sana Qureshi")) == ["government:tz"]


def test_officials_beside_a_joint_statement_that_may_hold_them_end_no_run() -> None:
    text = "12 drowned off Lumiko, the county said. 30 are hurt, Lumiko County and police said."
    held = sinking("a", "2031-05-03", text)
    rows = [told(held, 12, "the county"), told(held, 30, "Lumiko County and police", number=2, measure="injured")]
    assert len(origins_of(*rows)) == 1


def test_two_bare_names_that_each_pass_on_the_other_end_no_run() -> None:
    held = sinking(
        "a", "2031-05-03", "12 drowned off Lumiko, officials told lawmakers. 30 are hurt, lawmakers told officials."
    )
    rows = [
        told(held, 12, "officials", relays=("lawmakers",)),
        told(held, 30, "lawmakers", number=2, measure="injured", relays=("officials",)),
    ]
    assert origins_of(*rows)


def test_a_government_for_which_several_persons_speak_is_called_by_its_country() -> None:
    a = sinking("a", "2031-05-03", "President Juma Salehe of Tanzania said 12 had drowned off Lumiko.")
    b = sinking("b", "2031-05-04", "Transport Minister Asha Mosi said 19 had drowned off Lumiko in Tanzania.")
    rows = (told(a, 12, "Juma Salehe"), told(b, 19, "Asha Mosi"))
    assert {o.name for one in build_series(rows) for o in one.origins} == {"government of Tanzania"}
