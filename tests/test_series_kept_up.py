"""What a careful reader holds against what was told before: counts that were passed, sums that nearly hold, names spelled otherwise, reports
that look back."""

from __future__ import annotations

import pytest

from series_makers import built, claim, origins_of, problems, report, told
from tallyroom.extract import extract
from tallyroom.model import make_report
from tallyroom.series import SeriesClaim, build_series, stories_of
from tallyroom.series.body_names import name_words
from tallyroom.series.names import persons_in
from tallyroom.series.speaker_words import kind_of
from tallyroom.series.words import place_words

DAY = "2031-05-03"
NEXT = "2031-05-04"
MINISTRY = "Interior Ministry of Italy"


def flood(id: str, published: str = DAY, text: str = "", **fields: object):  # type: ignore[no-untyped-def]
    return report(id, published, text=text, **{"title": "Flood in Port Almeda", **fields})


# --- counts that were passed


@pytest.mark.parametrize(
    ("bound", "lower", "upper", "stale"),
    [("at_least", 113, 135, 1), ("at_least", 130, 135, 0), ("exact", 113, 135, 1), ("at_least", 135, 113, 0)],
)
def test_at_least_so_many_below_a_higher_count_is_an_older_one_unless_it_rounds_it(
    bound: str, lower: int, upper: int, stale: int
) -> None:
    held = flood("a", text="")
    rows = [claim(held, 1, upper, source=MINISTRY), claim(held, 2, lower, bound=bound, source=MINISTRY)]
    assert len(problems(*rows, kind="stale")) == stale


@pytest.mark.parametrize(
    ("published", "source", "stale"),
    [("2031-05-12", None, 1), ("2031-05-12", "the Harbour Foundation", 0), ("2031-05-04", None, 0)],
)
def test_what_is_told_without_a_source_is_held_against_what_anybody_had_told(
    published: str, source: str | None, stale: int
) -> None:
    rows = [
        claim(flood("a"), 1, 70, source="the Harbour Foundation", said_at=DAY),
        claim(flood("b", NEXT), 1, 115, source=MINISTRY, said_at=NEXT),
        claim(flood("c", published), 1, 70, source=source),
    ]
    assert len(problems(*rows, kind="stale")) == stale


def test_counts_that_rise_after_a_correction_are_no_older_ones() -> None:
    words = "The ministry corrected the death toll to 300 from 500."
    rows = [
        claim(flood("a", "2031-05-03"), 1, 500, source=MINISTRY),
        claim(flood("b", "2031-05-06", words), 1, 300, source=MINISTRY, start=words.index("300")),
        claim(flood("c", "2031-05-12"), 1, 310, source=MINISTRY),
        claim(flood("d", "2031-05-15"), 1, 320, source=MINISTRY),
    ]
    assert problems(*rows, kind="stale") == []


def test_a_bare_count_that_runs_on_with_somebody_is_no_older_one_of_another() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 115, source=MINISTRY),
        claim(flood("b", "2031-05-04"), 1, 300, source="the Harbour Foundation"),
        claim(flood("c", "2031-05-12"), 1, 120, source=None),
    ]
    assert problems(*rows, kind="stale") == []


@pytest.mark.parametrize(("published", "stale"), [("2031-05-15", 1), ("2031-05-05", 0)])
def test_a_state_that_its_origin_had_given_up_is_told_again(published: str, stale: int) -> None:
    def missing(id: str, day: str, number: int) -> SeriesClaim:
        return claim(flood(id, day), 1, number, "missing", source=MINISTRY, aggregation="stock")

    rows = [missing("a", DAY, 206), missing("b", "2031-05-08", 138), missing("c", published, 206)]
    assert len(problems(*rows, kind="stale")) == stale


def test_a_count_taken_back_is_a_retraction_and_one_put_right_is_a_fall_alone() -> None:
    def of(words: str) -> list[str]:
        held = flood("b", "2031-05-09", words)
        rows = [
            claim(flood("a"), 1, 58, source=MINISTRY, said_at=DAY),
            claim(held, 1, 44, source=MINISTRY, said_at="2031-05-09", start=words.index("44")),
        ]
        return sorted(problem.kind for one in build_series(rows) for problem in one.problems)

    assert of("The ministry withdrew its figure. It has now registered 44 deaths.") == ["falling_total", "retraction"]
    assert of("The ministry corrected its figure. It has now registered 44 deaths.") == ["falling_total"]


# --- the bound of a point


@pytest.mark.parametrize(("second", "low", "high"), [(NEXT, 190, 190), (DAY, 190, None)])
def test_a_copy_of_a_later_day_that_adds_at_least_does_not_take_an_exact_count_back(
    second: str, low: int, high: int | None
) -> None:
    text = (
        "The crisis cell in Port Almeda has counted 190 dead since the harbour flooded, and says that the quays stay closed "
        "while divers look for those who slept in the sheds behind the customs house when the sluice gave way at night."
    )
    first, copy = flood("a", text=text), flood("b", second, text.replace("counted 190", "counted at least 190"))
    rows = [
        claim(first, 1, 190, source=MINISTRY, start=text.index("190")),
        claim(copy, 1, 190, bound="at_least", source=MINISTRY, start=text.index("190")),
    ]
    (point,) = built(*rows).points
    assert (point.low, point.high) == (low, high)


def test_more_than_so_many_and_so_many_is_told_as_it_was_first() -> None:
    rows = [
        claim(flood("a"), 1, 300, bound="more_than", source=MINISTRY),
        claim(flood("b", NEXT), 1, 300, source=MINISTRY),
    ]
    (point,) = built(*rows).points
    assert (point.low, point.high) == (301, None)


# --- sums


@pytest.mark.parametrize(
    ("words", "whole", "parts", "told"),
    [
        ("They are 41: {} in Nampula and {} in Zambezia.", 41, (31, 8), 1),
        ("They are 39: {} in Nampula and {} in Zambezia.", 39, (31, 8), 0),
        ("They are 41, including {} in Nampula and {} in Zambezia.", 41, (31, 8), 0),
        ("They are 41. Among them were {} in Nampula and {} in Zambezia.", 41, (31, 8), 0),
        ("They are 80: {} in Nampula and {} in Zambezia.", 80, (31, 8), 0),
    ],
)
def test_two_parts_of_one_sentence_that_nearly_make_up_their_whole(
    words: str, whole: int, parts: tuple[int, int], told: int
) -> None:
    text = words.format(*parts)
    held = flood("a", text=text)
    rows = [claim(held, 0, whole, source=MINISTRY, start=text.index(str(whole)), place="Mozambique")]
    rows += [
        claim(
            held, 1 + n, part, source=MINISTRY, start=text.index(f"{part} in"), aggregation="subset", part_of=rows[0].figure.id,
            place=place,
        )
        for n, (part, place) in enumerate(zip(parts, ("Nampula", "Zambezia"), strict=True))
    ]  # fmt: skip
    assert len(problems(*rows, kind="arithmetic")) == told


# --- names, digits, measures, titles


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Nikos Alexiou", "Nikolaos Alexiou", 1),
        ("Mustapha Baitas", "Moustapha Baitas", 1),
        ("Serhiy Dovhan", "Sergei Dovhan", 1),
        ("Maria Alexiou", "Mario Alexiou", 0),
        ("Carolina Rojas", "Carina Rojas", 0),
        ("Nikos Alexiou", "Nikos Alexiou", 0),
    ],
)
def test_names_of_who_speaks_without_a_figure_are_held_together(one: str, other: str, told: int) -> None:
    texts = [f"The flood took 31. {name} said that the search in Port Almeda goes on." for name in (one, other)]
    rows = [claim(flood(id, text=text), 1, 31, source=MINISTRY) for id, text in zip(("a", "b"), texts, strict=True)]
    assert len(problems(*rows, kind="name")) == told


def test_who_is_told_to_be_somebody_is_a_person_and_what_is_not_is_none() -> None:
    text = "The governor Ana Ruiz left. Port Almeda lies low. Omar Said, a fisherman, saw it. Red Cross teams came, said Li Wei."
    assert persons_in(text) == ("Ana Ruiz", "Omar Said", "Li Wei")


@pytest.mark.parametrize(
    ("measure", "number", "days", "told"),
    [("missing", 31, 1, 1), ("missing", 30, 1, 0), ("missing", 31, 20, 0), ("damaged", 31, 1, 0)],
)
def test_a_count_that_another_report_tells_as_one_of_something_else(
    measure: str, number: int, days: int, told: int
) -> None:
    first, second = flood("a"), flood("b", f"2031-05-{3 + days:02}")
    rows = [
        claim(first, 1, number, "kidnapped", source=MINISTRY),
        claim(second, 1, number, measure, source=MINISTRY, aggregation="stock"),
    ]
    assert len([one for one in problems(*rows, kind="drift") if "in another" in one.message]) == told


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("22 dead in Port Almeda", 1),
        ("22 people killed in Port Almeda", 1),
        ("13 dead in Port Almeda", 0),
        ("8 dead in Port Almeda", 0),
        ("Fire at 500-bed hospital: 13 dead", 0),
        ("50 rescuers dig for dead in Port Almeda", 0),
        ("Flood kills 13, days after 40 died in fire", 0),
    ],
)
def test_a_title_with_another_count_than_its_text(title: str, told: int) -> None:
    text = "13 people died in Port Almeda."
    row = claim(flood("a", text=text, title=title), 1, 13, source=MINISTRY, start=0)
    assert len(problems(row, kind="drift")) == told


# --- who disagrees in one report


@pytest.mark.parametrize(("words", "told"), [("the fire service", 1), ("the ministry's spokesman", 0)])
def test_two_offices_of_one_state_side_by_side_in_one_report(words: str, told: int) -> None:
    text = f"In Palermo, Italy, the interior ministry said 31 had drowned; {words} had 52."
    held = flood("a", text=text)
    rows = [
        claim(held, 1, 31, source="the interior ministry", place="Palermo, Italy", start=text.index("31")),
        claim(held, 2, 52, source=words, place="Palermo, Italy", start=text.index("52")),
    ]
    assert len(problems(*rows, kind="contradiction")) == told


# --- reports that look back


@pytest.mark.parametrize(
    ("published", "text", "source", "stories"),
    [
        ("2031-09-03", "In the war in Ukraine 4,700 Russians died, Mediazona says.", "Mediazona", 1),
        ("2031-09-03", "In Ukraine 4,700 Russians drowned on a lake.", "the fire service", 2),
        ("2034-09-03", "In the war in Ukraine 4,700 Russians died, Mediazona says.", "Mediazona", 2),  # too long after
    ],
)
def test_reports_of_one_war_between_two_countries_are_one_story_months_apart(
    published: str, text: str, source: str, stories: int
) -> None:
    def losses(id: str, day: str, text: str, source: str) -> SeriesClaim:
        held = report(id, day, title="Losses", text=text)
        return told(held, 4700, source, population="Russian soldiers", place="Ukraine")

    first = losses("a", "2031-01-03", "In the war in Ukraine 4,700 Russians were lost, Mediazona says.", "Mediazona")
    assert len(list(stories_of([first, losses("b", published, text, source)]))) == stories


# --- one thing under other names


def test_mexico_city_is_no_other_name_of_mexico() -> None:
    assert set(place_words("Mexico City")).isdisjoint(place_words("Mexico"))
    assert place_words("Surigao City") == place_words("Surigao")


@pytest.mark.parametrize(("number", "series"), [(76, 1), (120, 2), (30, 2)])
def test_a_count_placed_elsewhere_runs_on_where_it_stands_between_those_before_and_after(
    number: int, series: int
) -> None:
    text = "The flood that took Vorrento went on to Casalmira, where the quays of the harbour are under water."
    counts = ((56, "Vorrento"), (63, "Vorrento"), (number, "Casalmira"), (81, "Vorrento"))
    rows = [
        claim(flood(f"r{day}", f"2031-05-0{day}", text), 1, count, source=MINISTRY, place=place)
        for day, (count, place) in enumerate(counts, 3)
    ]
    assert len(list(build_series(rows))) == series


@pytest.mark.parametrize(("population", "series"), [("arrivals", 1), ("refugees", 1), ("soldiers", 2)])
def test_those_who_fled_are_people_under_several_names(population: str, series: int) -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 60, "displaced", source=MINISTRY),
        claim(flood("b", "2031-05-04"), 1, 190, "displaced", source=MINISTRY, population=population),
    ]
    assert len(list(build_series(rows))) == series


# --- who speaks


def test_initials_with_dots_are_a_short_form() -> None:
    assert name_words("the U.N. migration agency") == name_words("the UN's migration agency") == {"un"}
    rows = [
        told(
            flood("a", text="The U.N. refugee agency said 31 fled Vorrento."),
            31,
            "the U.N. refugee agency",
            measure="displaced",
        ),
        told(flood("b", text="The U.N. children's agency said 64 fled Vorrento."), 64, "UNICEF", measure="displaced"),
    ]
    assert origins_of(*rows) == ["international:un-unhcr", "international:un-unicef"]


def test_who_speaks_for_a_body_of_several_states_by_name() -> None:
    a = flood("a", text="The UN human rights office said 31 died in Vorrento, Haiti.")
    b = flood("b", NEXT, "High Commissioner Volker Türk said 44 had died in Vorrento, Haiti.")
    rows = [told(a, 31, "the UN human rights office"), told(b, 44, "Volker Türk")]
    assert origins_of(*rows) == ["international:un-ohchr"]


def test_a_minister_who_told_it_in_his_capital_is_of_that_country() -> None:
    a = flood("a", text="31 people died in Vorrento, Myanmar, Foreign Minister Rafiq Sarkar told diplomats in Dhaka.")
    b = flood("b", NEXT, "Myanmar's army said 12 died in Vorrento, Myanmar, and Bangladesh was wrong.")
    rows = [
        told(a, 31, "Rafiq Sarkar", place="Vorrento, Myanmar"),
        told(b, 12, "Myanmar's army", place="Vorrento, Myanmar"),
    ]
    assert origins_of(*rows) == ["government:bd", "government:mm"]


def test_what_happened_in_a_capital_does_not_tell_whose_minister_speaks() -> None:
    text = "A spokesman for the White House, the defence secretary Dan Gallo said 12 marines were killed in Beirut."
    row = told(flood("a", text=text), 12, "Dan Gallo", place="Beirut", population="marines")
    assert origins_of(row) == ["government:us"]


def test_outlets_with_one_first_word_are_several() -> None:
    a = flood("a", text="El País and El Mundo had found 412 names in Vorrento.")
    b = flood("b", NEXT, "El Mundo and Al Arabiya have 431 names in Vorrento.")
    rows = [told(a, 412, "El País and El Mundo"), told(b, 431, "El Mundo and Al Arabiya")]
    assert len({origin.origin_id for one in build_series(rows) for origin in one.origins}) == 2


def test_a_joint_statement_is_one_under_all_descriptions_of_who_makes_it() -> None:
    a = flood("a", text="The BBC and Mediazona had found 412 names in Vorrento.")
    b = flood("b", NEXT, "The BBC Russian Service and the independent website Mediazona have 431 names in Vorrento.")
    rows = [
        told(a, 412, "the BBC and Mediazona"),
        told(b, 431, "the BBC Russian Service and the independent website Mediazona"),
    ]
    (one,) = build_series(rows)
    assert [origin.origin_id for origin in one.origins] == ["joint:bbc+mediazona"]


def test_ministries_with_a_word_of_other_bodies_in_their_names_are_ministries() -> None:
    assert kind_of("the Union Home Ministry") == kind_of("National Emergency Operation Centre") == "government"
    assert kind_of("the Miners' Union") == "union"


def test_a_source_without_a_letter_ends_no_line_up() -> None:
    assert len(list(build_series([claim(flood("a", text="31 died."), 1, 31, source="")]))) == 1


# --- read from text


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (
            "The death toll is 2,946, and 5,674 people were injured, according to the latest tally of the Interior Ministry.",
            ["Interior Ministry"] * 2,
        ),
        ("By BNPB's count 1,703 people died in Palu.", ["BNPB"]),
        ("According to figures from the civil defence, 45 people died.", ["civil defence"]),
    ],
)
def test_whose_tally_it_is(text: str, sources: list[str]) -> None:
    found = extract(make_report(text, published="2023-09-15"))
    assert [figure.source for figure in found.figures] == sources
