"""Who a bare count counts: the noun that it stands for, with its unit and its place in the text."""

from __future__ import annotations

import pytest

from tallyroom.document import Document
from tallyroom.figures import candidates
from tallyroom.model import make_report
from tallyroom.populations import assign_population, is_bare, population_options
from tallyroom.readings import Reading


def read(text: str) -> tuple[Document, list[Reading]]:
    document = Document(make_report(text, published="2025-03-06"))
    readings = candidates(document, range(len(document.spans)))
    for n, reading in enumerate(readings):
        assign_population(document, reading, readings[:n])
    return document, readings


def test_a_count_of_people_beside_a_share_of_them_is_no_share() -> None:
    _, (share, dead) = read("Some 40 per cent of people fell ill in the camp, and 12 died.")
    assert (share.unit, dead.unit) == ("percent", "people")


def test_a_share_beside_a_count_stays_a_share() -> None:
    _, (_, share) = read("Forty people fell ill in the camp, and 12 per cent of them died.")
    assert share.unit == "percent"


def test_a_bare_count_of_things_takes_their_unit() -> None:
    document, (tanks, more) = read("The army destroyed nine tanks on Monday and another four on Tuesday.")
    assert is_bare(more.counting)
    assert (tanks.unit, more.unit, more.population) == ("tanks", "tanks", "tanks")
    assert more.population_span is not None
    assert document.text[slice(*more.population_span)] == "tanks"


def test_nouns_near_are_offered_and_people_always() -> None:
    document, (miners, dead) = read("Forty miners were trapped near Orsk. Twelve died.")
    assert {"people", "miners"} <= set(population_options(document, dead, [miners]))


def test_the_number_of_the_whole_is_no_word_for_those_counted() -> None:
    _, readings = read("The army shot down 45 of 60 drones on Monday.")
    assert readings[0].population == "drones"


def test_who_stands_in_brackets_behind_a_count_is_not_counted() -> None:
    _, readings = read("Killed: 12 (Ministry of Health).")
    assert readings[0].population == "people"


def test_the_hurt_are_people() -> None:
    _, readings = read("The crash left at least 15 hurt.")
    assert readings[0].population == "people"


@pytest.mark.parametrize(
    ("text", "unit"), [("Police arrested 11 foreigners.", "people"), ("The herd lost 11 whales.", "whales")]
)
def test_nouns_for_people_count_people(text: str, unit: str) -> None:
    _, readings = read(text)
    assert readings[0].unit == unit


def test_a_count_before_words_for_an_earlier_time_counts_no_weeks() -> None:
    _, readings = read("The tents had 212 patients on Thursday, down from 300 a week earlier.")
    assert all("week" not in (reading.population or "") for reading in readings)
