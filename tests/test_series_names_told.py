"""Who is meant: what bodies are called behind their names, offices with their holders, state media, home countries; one count
under two names for those counted; digits swapped between tellings; invented stories."""

from __future__ import annotations

import pytest

from series_makers import listed, origins_of, problems, report, told
from tallyroom.leaders import countries_led_by
from tallyroom.series import ReportHeader, build_series, stories_of
from tallyroom.series.names import one_name, persons_in
from tallyroom.series.speaker_words import is_outlet, kind_of, members_of, name_key, titled_person
from tallyroom.series.words import population

DAY, NEXT, THIRD = "2031-05-03", "2031-05-04", "2031-05-05"
MINISTRY = "Interior Ministry of Italy"


def unrest(id: str, published: str, text: str, **fields: object) -> ReportHeader:
    return report(id, published, text=text, **{"title": "Unrest in Vorrento", **fields})


# --- what a body is called


@pytest.mark.parametrize(
    ("behind", "origin"),
    [
        (", a group of activists in Rome,", "charity:varna"),
        (", a union of dockers,", "union:varna"),
        (",", "government:it"),  # nothing tells what it is, and an agency is one of the state
    ],
)
def test_what_a_body_is_called_behind_its_name_tells_its_kind(behind: str, origin: str) -> None:
    a = unrest("a", DAY, f"VARNA{behind} counted 31 dead in Vorrento in Italy.")
    b = unrest("b", NEXT, "44 died in Vorrento in Italy, the agency VARNA said.")
    assert origins_of(told(a, 31, "VARNA"), told(b, 44, "the agency VARNA")) == [origin]


@pytest.mark.parametrize(
    ("words", "origin"),
    [
        ("Ana Ruiz, who directs emergencies for the World Health Organization in the region,", "international:un-who"),
        ("The UNHCR representative, Ana Ruiz,", "international:un-unhcr"),
        ("Ana Ruiz, a painter,", "person:ana-ruiz"),
    ],
)
def test_a_person_speaks_for_the_body_that_an_apposition_names(words: str, origin: str) -> None:
    held = unrest("a", DAY, f"{words} said 31 had died in Vorrento.")
    assert origins_of(told(held, 31, "Ana Ruiz")) == [origin]


def test_a_city_manager_is_of_the_city_and_no_body_with_its_name() -> None:
    a = unrest("a", DAY, "Ana Ruiz, city manager of Vorrento, said 31 had died.")
    b = unrest("b", NEXT, "44 have died, Vorrento City Manager Ana Ruiz said.")
    (origin,) = origins_of(told(a, 31, "Ana Ruiz"), told(b, 44, "Ana Ruiz"))
    assert origin.startswith("local:")


def test_a_body_known_by_another_name_is_of_the_kind_that_its_words_tell() -> None:
    a = unrest("a", DAY, "The crisis centre of the government, known as Cecolan, said 31 died in Vorrento in Italy.")
    b = unrest("b", NEXT, "Cecolan said 44 had died in Vorrento in Italy.")
    assert origins_of(told(a, 31, "the crisis centre of the government"), told(b, 44, "Cecolan")) == ["government:it"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Fuat Oktan", "Fuad Oktan", True),
        ("Tamer Ramzi", "Tamar Ramzi", True),
        ("Mahmood Amiry-Vaziri", "Mahmoud Amiri-Vaziri", True),
        ("Jean Ruiz", "Joan Ruiz", False),
        ("John Ruiz", "Joan Ruiz", False),
        ("Maria Ruiz", "Mario Ruiz", False),
        ("Ana Ruiz", "Ane Ruiz", False),
    ],
)
def test_short_given_names_that_are_heard_alike_may_be_one(one: str, other: str, same: bool) -> None:
    assert one_name(one, other) is same
    assert one_name(other, one) is same


def test_a_name_of_three_words_is_told_misspelled_in_passing() -> None:
    a = unrest("a", DAY, "Ana Maria Torres, a doctor, counted 31 dead in Vorrento.")
    b = unrest("b", NEXT, "The doctor Ana Maria Torrez went home. 44 died in Vorrento, police said.")
    (found,) = problems(told(a, 31, "Ana Maria Torres"), told(b, 44, "police"), kind="name")
    assert set(found.report_ids) == {"a", "b"}


# --- offices


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("the governor of Casalmira, Ana Ruiz", "the governor of Casalmira"),
        ("the aid coordinator of the United Nations, Ana Ruiz", "the aid coordinator of the United Nations"),
        ("Ana Ruiz", ""),
        ("Rome, Italy", ""),
        ("the ministry, officials", ""),
    ],
)
def test_a_source_may_name_an_office_and_who_holds_it(source: str, title: str) -> None:
    assert titled_person(source)[0] == title
    assert bool(titled_person(source)[1]) is bool(title)


def test_an_office_with_its_holder_speaks_for_its_body() -> None:
    held = unrest("a", DAY, "31 died in Vorrento, the aid coordinator of the United Nations, Ana Ruiz, said.")
    assert origins_of(told(held, 31, "the aid coordinator of the United Nations, Ana Ruiz")) == ["international:un"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("The Government Media Office", "government"),
        ("the press service of the ministry", "government"),
        ("the judiciary", "government"),
        ("the Revolutionary Guard", "government"),
        ("the White Helmets", "charity"),
        ("the Evening Post", "media"),
    ],
)
def test_the_kind_that_words_tell(words: str, kind: str) -> None:
    assert kind_of(words) == kind


def test_a_press_office_speaks_for_a_state_and_publishes_what_it_has_from_others() -> None:
    assert is_outlet("Media Office of the Government of Italy")
    a = unrest("a", DAY, "31 died in Vorrento.", outlet="Media Office of the Government of Italy")
    b = unrest("b", DAY, "31 died in Vorrento.", outlet="Interior Ministry of Italy")
    assert origins_of(told(a, 31, None)) == []
    assert origins_of(told(b, 31, None)) == ["government:it"]


def test_state_television_tells_what_its_state_counts_and_other_television_does_not() -> None:
    held = unrest("a", DAY, "31 died in Vorrento in Italy, state television said.")
    assert origins_of(told(held, 31, "state television")) == ["government:it"]
    other = unrest("a", DAY, "31 died in Vorrento in Italy, Channel 9 television said.")
    assert origins_of(told(other, 31, "Channel 9 television")) == []


def test_one_authority_with_two_nouns_makes_no_joint_statement() -> None:
    assert members_of("the Ambulance and Emergency Authority") == ()
    assert members_of("the army and the health ministry") == ("the army", "the health ministry")


def test_organizers_are_organisers() -> None:
    assert name_key("the organizers", ()) == name_key("its organisers", ())


def test_leaders_are_known_by_their_names() -> None:
    assert countries_led_by("Pedro Sánchez") == countries_led_by("Pedro Sanchez") == {"es"}
    assert countries_led_by("Pedro") == set()


# --- at home


def test_a_country_that_one_of_many_reports_begins_with_is_not_what_the_story_is_about() -> None:
    texts = ["A Tunisian consul asked after 31 dead in Vorrento, the ministry said."]
    texts += [f"{31 + n} have died in Vorrento, the ministry said." for n in range(1, 7)]
    held = [unrest(str(n), f"2031-05-{3 + n:02d}", text) for n, text in enumerate(texts)]
    claims = [told(one, 31 + n, "the ministry") for n, one in enumerate(held)]
    assert "government:tn" not in origins_of(*claims)


@pytest.mark.parametrize(
    ("words", "origin"),
    [("the British defence ministry said first", "government:gb"), ("a British visitor had fled", "government:it")],
)
def test_a_ministry_of_defence_is_that_of_the_country_of_the_story_unless_another_is_named(
    words: str, origin: str
) -> None:
    a = unrest("a", DAY, f"In Italy 31 died in Vorrento, {words}.")
    b = unrest("b", NEXT, "In Italy 44 died in Vorrento, the Ministry of Defence said.")
    first = told(a, 31, "the British Ministry of Defence" if origin == "government:gb" else None)
    assert origins_of(first, told(b, 44, "the Ministry of Defence")) == [origin]


def test_some_officials_are_of_one_of_the_authorities_that_are_named() -> None:
    a = unrest(
        "a", DAY, "31 died in Vorrento, the mayor of Vorrento said. 34 died, the interior ministry of Italy said."
    )
    b = unrest("b", NEXT, "44 died in Vorrento, officials said.")
    mayor, ministry = told(a, 31, "the mayor of Vorrento"), told(a, 34, MINISTRY, 2)
    counted = origins_of(mayor, ministry, told(b, 44, "officials"))
    assert counted == origins_of(mayor, ministry)
    assert counted[0] == "government:it"
    assert listed(mayor, ministry, told(b, 44, "officials")) == ["government:officials"]


# --- whom a count is of


@pytest.mark.parametrize(
    ("values", "series"),
    [
        ((50, 76, 201), 1),  # on under another name, and back
        ((50, 76, 60), 2),  # back below
        ((76, 50, 201), 2),
    ],
)
def test_an_origin_counts_on_under_two_names_for_those_counted(values: tuple[int, ...], series: int) -> None:
    populations = ("people", "protesters", "people")
    held = [
        unrest(str(n), day, f"{value} {whom} died, Watch Italy said.")
        for n, (day, value, whom) in enumerate(zip((DAY, NEXT, THIRD), values, populations, strict=True))
    ]
    claims = [
        told(one, value, "Watch Italy", population=whom)
        for one, value, whom in zip(held, values, populations, strict=True)
    ]
    assert len(build_series(claims)) == series


def test_two_populations_of_one_report_are_two() -> None:
    a = unrest("a", DAY, "50 people died, 20 protesters among them, Watch Italy said.")
    b = unrest("b", NEXT, "76 protesters died, Watch Italy said.")
    c = unrest("c", THIRD, "201 people died, Watch Italy said.")
    claims = [
        told(a, 50, "Watch Italy"),
        told(a, 20, "Watch Italy", 2, population="protesters"),
        told(b, 76, "Watch Italy", population="protesters"),
        told(c, 201, "Watch Italy"),
    ]
    assert len(build_series(claims)) == 2


def test_men_women_and_children_are_everybody() -> None:
    assert population("men, women and children") == population("people")
    assert population("women and children") != population("people")


# --- swapped digits


@pytest.mark.parametrize(
    ("values", "drifts"), [((471, 471, 417, 471), 1), ((471, 471, 417, 512), 0), ((471, 471, 480, 471), 0)]
)
def test_a_number_with_swapped_digits_between_two_tellings_of_another_drifted(
    values: tuple[int, ...], drifts: int
) -> None:
    days = (DAY, NEXT, "2031-05-09", "2031-05-14")
    held = [
        unrest(str(n), day, f"{value} died, the ministry said.")
        for n, (day, value) in enumerate(zip(days, values, strict=True))
    ]
    claims = [told(one, value, MINISTRY) for one, value in zip(held, values, strict=True)]
    found = [one for one in problems(*claims, kind="drift") if "digits swapped" in one.message]
    assert len(found) == drifts
    if drifts:
        assert 417 not in [point.best for one in build_series(claims) for point in one.points]


# --- look-backs


def test_a_report_of_a_year_later_on_the_earthquake_of_one_day_and_country_joins_its_story() -> None:
    def quake(id: str, published: str, text: str) -> ReportHeader:
        return report(id, published, title="Earthquake", text=text)

    a = quake("a", DAY, "The earthquake killed 31 in Italy, Rosa Biondi said at Vorrento.")
    b = quake("b", "2032-05-02", "The earthquake killed 2,118 in Italy, Carlo Mele said in his new office.")

    def of(event: str) -> int:
        first = told(a, 31, "Rosa Biondi", event_time=DAY)
        measures = ("killed", "injured", "missing")
        later = [
            told(b, 2118 + n, "Carlo Mele", n, place="Italy", event_time=event, measure=measure)
            for n, measure in enumerate(measures)
        ]
        return len(list(stories_of([first, *later])))

    assert (of(DAY), of("2032-04-02")) == (1, 2)


@pytest.mark.parametrize(
    ("a", "b", "one"),
    [
        ("D.R. Alexiou", "D R Aleksiou", True),
        ("Minas Arko Alexiou", "Minas Alexsiou", True),
        ("Minas Arko Alexiou", "Minas Ariston", False),
        ("Jerry Chandos", "Gerry Chandos", True),
        ("Terry Chandos", "Jerry Chandos", False),
    ],
)
def test_initials_middle_names_and_letters_heard_alike_make_no_other_name(a: str, b: str, one: bool) -> None:
    assert one_name(a, b) is one is one_name(b, a)


def test_whoever_was_just_said_to_be_somebody_is_a_person_told_of() -> None:
    assert persons_in("The governor of the west, Khamis Abakar, was seized.") == ("Khamis Abakar",)
    assert persons_in("It was brokered by Governor Khamis Abakar.") == ("Khamis Abakar",)
    assert persons_in("They went to Khamis Abakar by boat.") == ()
