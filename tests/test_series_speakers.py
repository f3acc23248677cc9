"""Who speaks: names that texts spell out, bodies that are no persons, countries that only the text tells, for whom a person speaks."""

from __future__ import annotations

import pytest

from series_makers import claim, origins_of, report
from tallyroom.series import ReportHeader, SeriesClaim, build_series, stories_of
from tallyroom.series.speaker_words import kind_of, person_name
from tallyroom.series.stories import signature
from tallyroom.series.titles import name_spans
from tallyroom.series.words import nations


def sinking(id: str, published: str, text: str, **fields: object) -> ReportHeader:
    return report(id, published, title="Ferry sinks off Lumiko", text=text, **fields)


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
    assert origins_of(*rows) == ["government:home"]
    c = sinking("c", "2031-05-05", "By the tally of Evening Lantern, 27 drowned off Lumiko.")
    assert origins_of(*rows, told(c, 27, "Evening Lantern")) == ["government:home", "media:evening-lantern"]


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
    assert origins_of(*rows) == ["joint:lumiko county+police", "local:county:lumiko"]


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


# --- names, bodies and offices


@pytest.mark.parametrize(
    ("first", "second", "texts"),
    [
        ("the union Petrol-Ak", "Petrol-Ak", ("12 died, the union Petrol-Ak said.", "19 died, Petrol-Ak said.")),
        (
            "Sevgi Doğan",
            "Petrol-Ak",
            (
                "The union Petrol-Ak put it higher: 12 died, said Sevgi Doğan, who heads its Lumiko branch.",
                "19 died, Petrol-Ak said.",
            ),
        ),
        (
            "the Lumiko Response Room",
            "Yasir Adan",
            ("12 died, the Lumiko Response Room said.", "Yasir Adan, 26, of the Response Room, counts 19 dead."),
        ),
        (
            "the Lumiko Medical Chamber",
            "The medical chamber",
            ("12 died, the Lumiko Medical Chamber said.", "The medical chamber counts 19 dead."),
        ),
        (
            "Hatim al-Tayeb",
            "Hatem Eltayeb",
            ("12 died, said the surgeon Hatim al-Tayeb.", "19 died, said the surgeon Hatem Eltayeb."),
        ),
        (
            "the Food Workers Guild",
            "its spokesperson in Arlo, Lena Tor",
            (
                "12 died, the Food Workers Guild said.",
                "The Food Workers Guild made a list of 19, its spokesperson in Arlo, Lena Tor, said.",
            ),
        ),
    ],
)
def test_one_voice_under_two_names(first: str, second: str, texts: tuple[str, str]) -> None:
    a, b = sinking("a", "2031-05-03", texts[0]), sinking("b", "2031-05-04", texts[1])
    second = second.removeprefix("its spokesperson in Arlo, ")
    listed = (told(a, 12, first), told(b, 19, second))
    if first.startswith("Sevgi"):
        listed = (*listed, told(b, 7, "Petrol-Ak", number=2, measure="injured"))
    assert len(origins_of(*listed)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("the Lumiko Medical Chamber", "the Lumiko Relief Guild"),
        ("the Arlo Response Room", "the Arlo Relief Room"),
        ("Hatim al-Tayeb", "Hatem Karrar"),
        ("the union Petrol-Ak", "Petrol-Or"),
    ],
)
def test_two_voices_whose_names_share_words(first: str, second: str) -> None:
    a = sinking("a", "2031-05-03", f"12 died off Lumiko, said {first}.")
    b = sinking("b", "2031-05-04", f"19 died off Lumiko, said {second}.")
    assert len(origins_of(told(a, 12, first), told(b, 19, second))) == 2


def test_what_a_state_keeps_in_its_regions_is_of_its_government_and_a_mayor_is_not() -> None:
    a = sinking("a", "2031-05-03", "12 died off Lumiko in Turkey, Governor Serhat Altun said.")
    b = sinking("b", "2031-05-04", "19 died off Lumiko, the disaster agency said. Mayor Defne Kor said it was 25.")
    both = (told(a, 12, "Serhat Altun"), told(b, 19, "the disaster agency"))
    assert origins_of(*both) == ["government:tr"]
    assert origins_of(*both, told(b, 25, "Defne Kor", 2)) == ["government:tr", "local:county:lumiko"]


def test_whoever_publishes_a_report_speaks_in_it_unless_it_is_an_outlet() -> None:
    ministry = sinking("a", "2031-05-03", "A total of 12 drowned off Lumiko.", outlet="Ministry of Health of Tanzania")
    paper = sinking("b", "2031-05-04", "A total of 19 drowned off Lumiko.", outlet="Evening Lantern")
    assert origins_of(told(ministry, 12, None), told(paper, 19, None)) == ["government:tz"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("A driver who hid under his vehicle", None),
        ("WHO", "international"),
        ("the railway ministry", "government"),
        ("the state railway", "company"),
        ("the medical examiner", "local"),
        ("The town's Relief Room", None),
        ("general manager Ana Ruiz", "company"),
        ("the Suez Canal Authority", "government"),
        ("Energy Secretary Jane Orr", "government"),
        ("court papers", "government"),
        ("the royal palace", "government"),
    ],
)
def test_the_kind_of_a_speaker(words: str, kind: str | None) -> None:
    assert kind_of(words) == kind


@pytest.mark.parametrize("words", ["Investigators", "Farmers", "Insurers"])
def test_people_of_a_kind_that_open_a_sentence_are_no_name(words: str) -> None:
    assert person_name(words) == ()


def test_an_office_of_a_region_is_one_with_the_government_until_their_counts_contradict() -> None:
    a = sinking("a", "2031-05-03", "12 died off Lumiko in Turkey, the disaster agency said.")
    b = sinking("b", "2031-05-04", "19 died off Lumiko, Governor Serhat Altun said.")
    agreeing = (told(a, 12, "the disaster agency"), told(b, 19, "Serhat Altun"))
    assert origins_of(*agreeing) == ["government:tr"]
    c = sinking("c", "2031-05-05", "The disaster agency counts 21 dead off Lumiko, Governor Serhat Altun counts 34.")
    rival = (told(c, 21, "the disaster agency"), told(c, 34, "Serhat Altun", 2))
    assert origins_of(*agreeing, *rival) == ["government:tr", "government:tr/region"]


def test_diplomats_are_not_of_the_country_where_they_live() -> None:
    a = sinking("a", "2031-05-03", "12 died off Lumiko in Tanzania, two Western diplomats in Dodoma said.")
    b = sinking("b", "2031-05-04", "19 died off Lumiko, the army said. 20 are hurt, one of the diplomats said.")
    rows = (
        told(a, 12, "two Western diplomats in Dodoma"),
        told(b, 19, "the army"),
        told(b, 20, "one of the diplomats", 2, measure="injured"),
    )
    assert origins_of(*rows) == ["government:tz", "government:western"]


def test_an_outlet_that_keeps_a_count_counts_wherever_it_is_named() -> None:
    a = sinking("a", "2031-05-03", "12 died off Lumiko, by a tally that the newspaper Evening Lantern keeps.")
    b = sinking("b", "2031-05-04", "19 died off Lumiko, Evening Lantern said.", outlet="Radio Lumiko")
    assert origins_of(told(a, 12, "Evening Lantern"), told(b, 19, "Evening Lantern")) == ["media:evening-lantern"]


@pytest.mark.parametrize(
    ("words", "countries"),
    [
        ("Sofia Delis", ()),
        ("Germán Olarte", ()),
        ("Kenya Red Cross", ("ke",)),
        ("Jordan Armed Forces", ("jo",)),
        ("the German navy", ("de",)),
    ],
)
def test_a_given_name_is_no_country_and_a_country_before_an_institution_is(
    words: str, countries: tuple[str, ...]
) -> None:
    assert nations(words) == countries


def test_a_name_is_found_as_words_of_its_own_whatever_its_case() -> None:
    text = "KIM said Kim-Lee and İpek of the Kimmel house saw kim’s boat."
    assert [text[a:b] for a, b in name_spans("kim", text)] == ["KIM", "kim"]
    assert [text[a:b] for a, b in name_spans("ipek", text)] == []
    assert name_spans("", text) == ()


def test_a_person_speaks_for_one_body_in_all_reports() -> None:
    """Told with the hospital once, by a title alone a day later."""
    first = "The General Hospital in Yanti had received 19 wounded people by nightfall, its medical director, Rahila Bitro, said."
    later = "So far 33 people were treated for wounds, the medical director, Rahila Bitro, said."
    claims = [
        told(sinking("a", "2031-05-03", first), 19, "Rahila Bitro", measure="injured"),
        told(sinking("b", "2031-05-04", later), 33, "Rahila Bitro", measure="injured"),
        told(sinking("b", "2031-05-04", later), 30, "the General Hospital", 2, measure="injured"),
    ]
    (origin,) = origins_of(*claims)
    assert origin.startswith("medical:")


def test_an_acronym_beside_other_words_is_that_of_the_name_spelled_out() -> None:
    text = "The Provincial Disaster Management Authority (PDMA) said on Sunday that 14 people had drowned off Lumiko."
    claims = [
        told(sinking("a", "2031-05-03", text), 14, "the Provincial Disaster Management Authority"),
        told(sinking("b", "2031-05-04", "PDMA Lumiko counted 20 dead."), 20, "PDMA Lumiko"),
    ]
    assert len(origins_of(*claims)) == 1


def test_what_is_long_past_is_a_comparison_unless_several_figures_tell_of_it() -> None:
    back = report("a", "2031-12-20", title="Lumiko remembers")

    def counted(*numbers: int) -> frozenset[str]:
        claims = [
            claim(back, i, n, place="Lumiko", event_time="2031-05-03", source=None) for i, n in enumerate(numbers, 1)
        ]
        return signature(back, claims).counts

    assert counted(37, 83) == frozenset()
    assert counted(37, 83, 12) == {"killed 37", "killed 83", "killed 12"}
