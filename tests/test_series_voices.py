"""Who is one voice: names spelled as heard, offices, outlets, who sums up, circles, corrections; invented stories."""

from __future__ import annotations

import pytest

from series_makers import listed, origins_of, problems, report, told
from tallyroom.series import ReportHeader, SeriesClaim, build_series, stories_of
from tallyroom.series.persons import same_person
from tallyroom.series.speaker_words import is_outlet, region_of

MINISTRY = "Interior Ministry of Italy"
DAY = "2031-05-03"
NEXT = "2031-05-04"


def slide(id: str, published: str, text: str, **fields: object) -> ReportHeader:
    return report(id, published, text=text, **{"title": "Landslide buries Vorrento", **fields})


# --- one person under several spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oleksiy Tarasenko", "Oleksii Tarasenko"),
        ("Yacoub Darwish", "Yaqub Darwich"),
        ("Laxmi Prasad Dhakal", "Lakshmi Prasad Dhakal"),
        ("Faisal al-Mansour", "Faysal Elmansur"),
        ("Thérèse Moukala", "Teresa Mukala"),
        ("Tarasenko", "Oleksiy Tarasenko"),
        ("Zelenkovy", "Oleh Zelenkovyy"),
        ("A. Ruiz", "Ana Ruiz"),
    ],
)
def test_spellings_that_sound_alike_are_one_person(one: str, other: str) -> None:
    a, b = (tuple(name.lower().split()) for name in (one, other))
    assert same_person(a, b)
    assert same_person(b, a)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oleksiy Tarasenko", "Mykola Tarasenko"),
        ("Yacoub Darwish", "Yacoub Bishara"),
        ("Faisal al-Mansour", "Faisal al-Khatib"),
        ("Lee", "Ana Leo"),
        ("Ana Li", "Ina Lu"),
        ("Karim Haddad", "Samira Haddad"),
        ("Maria Santos", "Mario Santos"),
        ("Carlos Mendes", "Carla Mendes"),
        ("Samir Haddad", "Samira Haddad"),
        ("Omar Bashir", "Amir Bashar"),
        ("B. Ruiz", "Ana Ruiz"),
    ],
)
def test_persons_who_share_a_part_of_their_names_are_two(one: str, other: str) -> None:
    a, b = (tuple(name.lower().split()) for name in (one, other))
    assert not same_person(a, b)
    assert not same_person(b, a)


@pytest.mark.parametrize(
    ("second", "voices"),
    [("Yaqub Darwich", 1), ("Yakoub Darwish", 1), ("Yacoub Bishara", 2), ("Karima Darwish", 2)],
)
def test_a_surgeon_transliterated_otherwise_is_no_second_origin(second: str, voices: int) -> None:
    a = slide("a", DAY, "The surgeon Yacoub Darwish counted 12 dead in Vorrento.")
    b = slide("b", NEXT, f"The surgeon {second} counted 19 dead in Vorrento.")
    assert len(origins_of(told(a, 12, "Yacoub Darwish"), told(b, 19, second))) == voices


# --- one speaker for each name


def test_a_person_whose_office_one_report_tells_holds_it_in_all() -> None:
    a = slide("a", DAY, "12 died in Vorrento, Interior Minister Lorena Castagni of Italy said.")
    b = slide("b", NEXT, "19 died in Vorrento, Lorena Castagni said.")
    rows = (told(a, 12, "Lorena Castagni"), told(b, 19, "Lorena Castagni"))
    assert origins_of(*rows) == ["government:it"]
    c = slide("c", NEXT, "23 died in Vorrento, the farmer Ugo Bellandi said.")
    assert origins_of(*rows, told(c, 23, "Ugo Bellandi")) == ["government:it", "person:bellandi-ugo"]


@pytest.mark.parametrize(
    ("name", "origins"),
    [("Yaqub Darwich", ["government:tn"]), ("Yaqub Bishara", ["government:it", "government:tn"])],
)
def test_a_minister_speaks_for_one_country_under_all_spellings_wherever_heard(name: str, origins: list[str]) -> None:
    a = slide("a", DAY, "12 died in Vorrento, Interior Minister Yacoub Darwish of Tunisia said.")
    b = slide("b", NEXT, f"19 died in Vorrento, Italy. {name}, the interior minister, said so in Rome.")
    c = slide("c", "2031-05-05", "22 died in Vorrento, Minister Yacoub Darwish of Tunisia said.")
    rows = (told(a, 12, "Yacoub Darwish"), told(b, 19, name), told(c, 22, "Yacoub Darwish"))
    assert origins_of(*rows) == origins


# --- outlets


@pytest.mark.parametrize(
    ("name", "outlet"),
    [
        ("Vorrento Morning Express", True),
        ("Coastal Observer", True),
        ("Radio Vorrento", True),
        ("Regional Health Directorate", False),
        ("Vorrento County", False),
        ("Red Cross", False),
    ],
)
def test_a_name_tells_an_outlet_unless_its_other_words_tell_a_body(name: str, outlet: bool) -> None:
    assert is_outlet(name) is outlet


def test_what_an_outlet_passes_on_is_of_whoever_gave_it_before() -> None:
    a = slide("a", DAY, "40 died in Vorrento, the interior ministry of Italy said.")
    b = slide("b", NEXT, "40 died in Vorrento, the Coastal Observer reported.", outlet="Coastal Observer")
    rows = (told(a, 40, MINISTRY), told(b, 40, "Coastal Observer"))
    assert origins_of(*rows) == ["government:it"]
    assert listed(*rows) == []
    c = slide("c", NEXT, "57 died in Vorrento, by a tally that the Coastal Observer keeps.")
    assert origins_of(*rows, told(c, 57, "Coastal Observer")) == ["government:it", "media:coastal-observer"]
    unrounded = (told(a, 41, MINISTRY), told(b, 41, "Coastal Observer"), told(c, 57, "Coastal Observer"))
    assert origins_of(*unrounded) == ["government:it", "media:coastal-observer"]


def test_a_namesake_holds_no_office() -> None:
    a = slide("a", DAY, "41 died in Vorrento, Interior Minister Lorena Castagni of Italy said.")
    b = slide("b", NEXT, "57 died in Vorrento, the farmer Ugo Castagni said.")
    found = origins_of(told(a, 41, "Lorena Castagni"), told(b, 57, "Ugo Castagni"))
    assert len(found) == 2
    assert "government:it" in found


# --- bodies that sum up others


@pytest.mark.parametrize(
    ("outlet", "text", "counted"),
    [
        ("UNHCR", "A total of 63 people died in Vorrento.", False),
        ("UNHCR", "UNHCR has verified that 63 people died in Vorrento.", True),
        ("Red Cross", "A total of 63 people died in Vorrento.", True),
        ("Ministry of Health of Italy", "A total of 63 people died in Vorrento.", True),
    ],
)
def test_an_international_issuer_is_listed_and_counts_only_where_it_counted(
    outlet: str, text: str, counted: bool
) -> None:
    row = told(slide("a", DAY, text, outlet=outlet), 63, None)
    assert len(origins_of(row)) == int(counted)
    assert len(listed(row)) == int(not counted)


def test_an_international_body_that_a_report_names_as_the_source_counts() -> None:
    row = told(slide("a", DAY, "63 people died in Vorrento, UNHCR said."), 63, "UNHCR")
    assert len(origins_of(row)) == 1


# --- offices in the regions


@pytest.mark.parametrize(
    ("words", "region"),
    [
        ("the prefect of Koulda", ""),
        ("Regional Health Directorate", ""),
        ("the district commissioner", ""),
        ("the governor of Koulda", "koulda"),
        ("Koulda State Ministry of Health", "koulda"),
    ],
)
def test_whom_a_state_appoints_in_its_regions_is_the_state(words: str, region: str) -> None:
    assert region_of(words, (), frozenset({"koulda"})) == region


@pytest.mark.parametrize(
    ("office", "origins"),
    [
        ("Prefect", ["government:it"]),
        ("Governor", ["government:it", "government:it/region"]),
        ("Mayor", ["government:it", "local:county:vorrento"]),
    ],
)
def test_rival_counts_of_one_day_part_elected_offices_from_the_state_and_no_prefect(
    office: str, origins: list[str]
) -> None:
    text = f"31 died in Vorrento in Italy, the civil protection said; {office} Dario Belfanti counted 44 of them."
    held = slide("a", DAY, text)
    assert origins_of(told(held, 31, "the civil protection"), told(held, 44, "Dario Belfanti", 2)) == origins


# --- live pages


@pytest.mark.parametrize(
    ("text", "voices"),
    [
        ("20:10 - 11 are dead, the disaster agency said.\n22:50 - 14 are dead, Governor Ugo Belfanti said.\n", 1),
        ("11 are dead, the disaster agency said.\n14 are dead, Governor Ugo Belfanti said.\n", 2),
        ("22:50 - 14 are dead, Governor Ugo Belfanti said.\n23:10 - 11 are dead, the disaster agency said.\n", 2),
    ],
)
def test_a_later_entry_of_a_live_page_is_a_rise_and_no_rival_count(text: str, voices: int) -> None:
    held = slide("a", DAY, "Landslide in Vorrento, Italy, as it happened.\n" + text)
    rows = (told(held, 11, "the disaster agency"), told(held, 14, "Ugo Belfanti", 2))
    assert len(origins_of(*rows)) == voices


# --- look-backs


@pytest.mark.parametrize(
    ("published", "event_time", "figures", "stories"),
    [
        ("2032-05-02", DAY, 3, 1),
        ("2032-05-02", DAY, 1, 2),  # told for comparison
        ("2032-05-02", "2032-05-01", 3, 2),  # another landslide
        ("2033-08-02", DAY, 3, 2),  # too long after
    ],
)
def test_a_report_a_year_later_that_counts_what_happened_that_day_joins_its_story(
    published: str, event_time: str, figures: int, stories: int
) -> None:
    a = slide("a", DAY, "A landslide buried Vorrento below Monte Salvo. 31 died on the road to Casalmira, police said.")
    b = slide(
        "b", published, "At Vorrento below Monte Salvo the landslide took 31, hurt 64 and made 118 of Casalmira flee."
    )
    rows = [
        told(a, 31, "police", event_time=DAY),
        told(b, 31, None, said_at=None, event_time=event_time),
        told(b, 64, None, 2, measure="injured", said_at=None, event_time=event_time),
        told(b, 118, None, 3, measure="displaced", said_at=None, event_time=event_time),
    ]
    assert len(list(stories_of(rows[: 1 + figures]))) == stories


# --- circles


def test_a_circle_is_found_across_the_places_of_a_story() -> None:
    a = slide("a", DAY, "In Vorrento 310 died, Harbour Radio said.", outlet="Vorrento Post")
    b = slide("b", DAY, "In the valley of Vorrento 310 died, as the Vorrento Post has it.", outlet="Harbour Radio")
    rows = (told(a, 310, "Harbour Radio"), told(b, 310, "the Vorrento Post", place="Italy"))
    (found,) = problems(*rows, kind="circular")
    assert set(found.report_ids) == {"a", "b"}
    other = told(b, 280, "the Vorrento Post", place="Italy")
    assert problems(rows[0], other, kind="circular") == []


# --- totals put right


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The ministry revised the toll in Vorrento downward to 97: some had been counted twice.", "put right"),
        ("The ministry put the toll in Vorrento at 97.", "only the days of publication"),
        ("The ministry put the toll in Vorrento at 97. The road is cut off.", "only the days of publication"),
        ("The ministry put the toll in Vorrento at 97, some of them executed.", "only the days of publication"),
    ],
)
def test_a_total_falls_though_no_day_is_told(text: str, why: str) -> None:
    a = slide("a", DAY, "115 died in Vorrento, the ministry said.")
    b = slide("b", "2031-05-09", text)
    rows = (told(a, 115, MINISTRY), told(b, 97, MINISTRY, said_at=None))
    (found,) = problems(*rows, kind="falling_total")
    assert why in found.message
    assert problems(*rows, kind="contradiction") == []


# --- swapped digits


def briefing(second: int, injured: int) -> list[SeriesClaim]:
    a = slide("a", DAY, "The ministry said 63 had died in Vorrento and 118 were hurt.")
    b = slide("b", DAY, f"The ministry said {second} had died in Vorrento and {injured} were hurt.")
    return [
        told(a, 63, MINISTRY),
        told(a, 118, MINISTRY, 2, measure="injured"),
        told(b, second, MINISTRY),
        told(b, injured, MINISTRY, 2, measure="injured"),
    ]


def test_swapped_digits_in_another_report_of_one_briefing_are_drift() -> None:
    (found,) = problems(*briefing(36, 118), kind="drift")
    assert "of the same briefing" in found.message
    assert set(found.report_ids) == {"a", "b"}
    assert not any("of the same briefing" in one.message for one in problems(*briefing(36, 90), kind="drift"))
    (zero,) = problems(*briefing(630, 118), kind="drift")
    assert "a zero too many" in zero.message
    assert problems(*briefing(41, 118), kind="drift") == []


# --- legislators


def test_a_legislator_speaks_alone_unless_another_is_passed_on() -> None:
    a = slide("a", DAY, "31 died in Vorrento in Italy, the interior ministry said.")
    b = slide("b", NEXT, "44 died in Vorrento, Senator Mira Castagni said.")
    ministry, senator = told(a, 31, MINISTRY), told(b, 44, "Mira Castagni")
    assert origins_of(ministry, senator) == ["government:it", "legislature:castagni-mira"]
    c = slide("c", NEXT, "The interior ministry told Senator Mira Castagni that 50 died in Vorrento.")
    assert origins_of(ministry, senator, told(c, 50, MINISTRY, relays=("Mira Castagni",))) == ["government:it"]


def test_lawmakers_who_are_told_by_an_agency_speak_for_it_and_else_each_alone() -> None:
    text = "31 died in Vorrento in Italy, lawmaker Mira Castagni said. 44 died, lawmaker Ugo Santi said."
    held = slide("a", DAY, text)
    rows = (told(held, 31, "Mira Castagni"), told(held, 44, "Ugo Santi", 2))
    assert origins_of(*rows) == ["legislature:castagni-mira", "legislature:santi-ugo"]
    b = slide("b", NEXT, "The spy agency of Italy told lawmakers that 50 died in Vorrento.")
    passed_on = told(b, 50, "the spy agency of Italy", relays=("lawmakers",))
    assert origins_of(*rows, passed_on) == ["government:it"]


# --- two countries


def test_two_countries_whose_governments_count_at_home_are_two_places() -> None:
    a = slide("a", DAY, "The slide killed 9 in Italy and 11 in Tunisia, both governments said.")
    b = slide("b", NEXT, "11 have died in Italy, the government said.")
    italy = (told(a, 9, "Italy's government", place="Italy"), told(b, 11, "Italy's government", place="Italy"))
    tunisia = told(a, 11, "Tunisia's government", 2, place="Tunisia")
    assert len(build_series([*italy, tunisia])) == 2
    abroad = told(a, 11, "the Red Cross", 2, place="Tunisia")
    assert len(build_series([*italy, abroad])) == 1
