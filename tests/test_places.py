"""The words for places in a sentence, and the choice among them for the figures of a report."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallyroom.document import Document
from tallyroom.extract import extract
from tallyroom.model import make_report
from tallyroom.place_words import find_place_words, place_key
from tallyroom.places import PlacesOfReport
from tallyroom.runs import STEPS, Option, step_between, value_likelihoods


def _places(text: str) -> list[str]:
    return [text[p.start : p.end] for p in find_place_words(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("They fought in Zarun, Belmar, north-west Afghanistan.", ["Zarun, Belmar, north-west Afghanistan"]),
        ("It crashed in the hills near the town of Olsted.", ["the hills near the town of Olsted"]),
        ("Rebels stormed the village of Kor on Monday.", ["the village of Kor"]),
        ("Shots were fired at the gate of Marle prison.", ["the gate of Marle prison"]),
        ("One person in the Philippines and one in Hong Kong died.", ["the Philippines", "Hong Kong"]),
        ("On 3 May in Paris, President Macron said so.", ["Paris"]),
        ("A lorry burned on Highway 20.", ["Highway 20"]),
        ("Cases rose worldwide in January.", ["worldwide"]),
        ("Twelve were taken to hospital in Lerwick.", ["Lerwick"]),
        ("According to the Red Cross, 75 people drowned.", []),
        ("The state of Minnesota found officers guilty.", ["The state of Minnesota"]),
        ("Greek police held two men.", []),
        ("Nine fled from Kenya’s north.", ["Kenya’s north"]),
    ],
)
def test_words_for_places(text: str, places: list[str]) -> None:
    assert _places(text) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The bloggers say that at least 20 Wagner men fell in Tindara.", ["Tindara"]),
        ("A week after Tuesday's blast in Port Almeda, 12 are missing.", ["Port Almeda"]),
        ("Storm Daniel killed 12 in Almeda.", ["Almeda"]),
        ("Roofs were lost in Hurricane Otis.", []),
        ("The consul in Auckland, Nikos Alexiou, who had come back, counted three.", ["Auckland"]),
        ("They died in Almeda, Tindara, and in Corbeth.", ["Almeda, Tindara", "Corbeth"]),
        ("A list at the Higher Committee has 12 names.", []),
        ("They tried to storm Parliament Square.", ["Parliament Square"]),
    ],
)
def test_days_bodies_storms_and_persons_are_no_places(text: str, places: list[str]) -> None:
    assert _places(text) == places


@given(st.text(max_size=200))
def test_words_for_places_lie_within_the_sentence_and_never_overlap(text: str) -> None:
    found = find_place_words(text, 0, len(text))
    assert all(0 <= p.start < p.end <= len(text) and p.key for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_place_is_the_same_with_and_without_its_article() -> None:
    assert place_key("the Kursk region") == place_key("Kursk Region")
    assert place_key("Theba") == "theba"


def test_a_dateline_is_no_place() -> None:
    room = PlacesOfReport(Document(make_report("KENYA (Agency) - Six people were hurt in Mombasa.")))
    assert [[p.key for p in room.of(i)] for i in (0, 1)] == [[], ["mombasa"]]


def test_of_two_places_told_the_lead_decides_what_it_is_led_by() -> None:
    led = {p.key: p.lead for p in find_place_words("They left Mombasa for work in Nairobi.", 0, 38)}
    assert led == {"mombasa": "verb", "nairobi": "in"}


def _place_of(text: str, quote: str) -> str | None:
    figures = extract(make_report(text, published="2020-03-05")).figures
    return next(f.place for f in figures if f.quote == quote)


def test_each_figure_takes_the_place_beside_it() -> None:
    text = "An earthquake killed 12 people in Lerida on Wednesday. In Tarra, 40 people were injured."
    assert _place_of(text, "12") == "Lerida"
    assert _place_of(text, "40") == "Tarra"


def test_places_of_listed_parts_are_not_that_of_the_whole() -> None:
    listed = "killed 31 people in Belmar province, the governor said: 18 in Lerwick, nine in Zarun and four in Olsted."
    found = extract("Floods " + listed).figures
    assert [figure.place for figure in found] == ["Belmar province", "Lerwick", "Zarun", "Olsted"]
    bare = extract("The governor said 31 people were killed: 18 in Lerwick, nine in Zarun and four in Olsted.").figures
    assert [figure.place for figure in bare] == [None, "Lerwick", "Zarun", "Olsted"]
    in_brackets = extract("Floods killed 30 people (12 in Lerwick, 18 in Zarun), the mayor said.").figures
    assert [figure.place for figure in in_brackets] == [None, "Lerwick", "Zarun"]
    behind = extract("Floods killed 30 people (12 of them women) in Lerwick.").figures
    assert behind[0].place == "Lerwick"


def test_a_place_holds_for_the_sentences_on_the_same_event() -> None:
    text = (
        "A bomb exploded at a market in Lerida on Wednesday. Nine people were killed and 30 were wounded, police said."
    )
    for quote in ("Nine", "30"):
        assert "Lerida" in (_place_of(text, quote) or "")


def test_the_place_of_a_figure_is_told_in_the_report_and_its_evidence_shows_where() -> None:
    text = "Floods in northern Sudan killed 31 people. Another 12 died in Egypt."
    for figure in extract(make_report(text, published="2020-03-05")).figures:
        start, end = figure.evidence["place"]
        assert text[start:end] == figure.place


def test_no_place_is_made_up() -> None:
    assert _place_of("Twelve people were killed on Wednesday.", "Twelve") is None


def _weigh(seen: dict[str, float]) -> float:
    return seen.get("score", 0.0)


def test_a_run_of_choices_weighs_what_stands_between_them() -> None:
    options = [
        {"a": Option(None, {"score": 1.0}), "b": Option(None, {"score": 0.0})},
        {"a": Option(None, {"score": 0.0}), "b": Option(None, {"score": 0.5})},
    ]
    apart = [{step: {"score": 0.0} for step in STEPS}]
    together = [{step: {"score": 3.0 if step == "same" else 0.0} for step in STEPS}]
    for steps, likeliest in ((apart, ["a", "b"]), (together, ["a", "a"])):
        likely = value_likelihoods(options, steps, lambda seen: _weigh(dict(seen)))
        assert [max(values, key=lambda v: values[v]) for values in likely] == likeliest


def test_every_pair_of_values_is_one_step() -> None:
    assert {step_between(a, b) for a in ("", "x", "y") for b in ("", "x", "y")} == set(STEPS)


@pytest.mark.parametrize(
    ("text", "quote", "place"),
    [
        ("The quake hit Italy and Greece on Monday. At least 40 people died in the two countries.", "At least 40", "Italy and Greece"),
        ("A storm came to Italy on Monday. Some 40 people died in the country.", "Some 40", "Italy"),
        ("Fire broke out in Naples on Monday. The mayor said 40 people had died in the city.", "40", "Naples"),
        ("A bomb hit Naples on Monday. The minister spoke in Paris. Police said 40 people had died in the city.", "40", "Naples"),
        ("A fire broke out on Monday. The mayor said 40 people had died in the city.", "40", "the city"),
    ],
)  # fmt: skip
def test_a_common_noun_takes_up_the_name_told_before(text: str, quote: str, place: str) -> None:
    assert _place_of(text, quote) == place


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("4,800 died in areas held by the government and 4,500 in the rebel-held north.", ["areas held by the government", "the rebel-held north"]),
        ("In the parts under Russian control 35 died.", ["the parts under Russian control"]),
        ("They died in the territory that Kyiv controls.", ["the territory that Kyiv controls"]),
        ("In part it fell on areas where few live.", ["areas"]),
    ],
)  # fmt: skip
def test_what_a_side_holds_is_one_place(text: str, places: list[str]) -> None:
    assert _places(text) == places
