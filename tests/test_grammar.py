"""The parse as neutral relations, and where the engine's is mended."""

from __future__ import annotations

import numpy
import pytest

from tallyroom.grammar import _engine, parse_sentences


@pytest.mark.parametrize("when", ["last month", "this week", "last year"])
def test_a_number_before_words_for_time_hangs_where_they_do(when: str) -> None:
    text = f"The army increased its estimated casualties to 4,000 {when}."
    (parse,) = parse_sentences(text, [(0, len(text))])
    number = next(token for token in parse if token.text == "4,000")
    assert (number.rel, number.head.text) == ("complement", "to")
    assert number in number.head.children


def test_a_number_of_months_counts_them() -> None:
    text = "He was held for four months."
    (parse,) = parse_sentences(text, [(0, len(text))])
    number = next(token for token in parse if token.text == "four")
    assert (number.rel, number.head.text) == ("number", "months")


@pytest.mark.parametrize(
    ("text", "number", "relation"),
    [
        ("In Norrby 40 have been injured.", "40", "passive_subject"),
        ("On Monday 12 were killed in Orsk.", "12", "passive_subject"),
        ("In Haiti 22 died.", "22", "subject"),
    ],
)
def test_a_number_between_a_place_and_a_verb_is_the_subject(text: str, number: str, relation: str) -> None:
    (parse,) = parse_sentences(text, [(0, len(text))])
    token = next(token for token in parse if token.text == number)
    assert (token.rel, token.head.pos) == (relation, "verb")
    assert token in token.head.children
    assert token not in parse[1].children


@pytest.mark.parametrize("rows", [1, 3, 17, 63, 64, 200])
@pytest.mark.parametrize(("given", "made"), [(288, 288), (96, 49)])
def test_a_sentence_is_weighed_alike_alone_and_among_others(rows: int, given: int, made: int) -> None:
    chance = numpy.random.default_rng(1)
    weights = chance.standard_normal((made, given)).astype("float32")
    words = chance.standard_normal((700, given)).astype("float32")
    product = _engine()[0].get_pipe("tagger").model.ops.gemm
    among = product(words, weights, trans2=True)
    for first in (0, 5, 301):
        alone = words[first : first + rows]
        assert numpy.array_equal(product(alone, weights, trans2=True), among[first : first + rows])
        into = numpy.empty((rows, made), dtype="float32")
        assert product(alone, weights, trans2=True, out=into) is into
        assert numpy.array_equal(into, among[first : first + rows])


def test_a_bare_number_opens_a_clause_of_its_own() -> None:
    text = "At least 11 migrants drowned and 28 were rescued when their boat capsized."
    (parse,) = parse_sentences(text, [(0, len(text))])
    by_text = {token.text: token for token in parse}
    assert by_text["migrants"].head is by_text["drowned"]
    assert (by_text["28"].rel, by_text["28"].head) == ("passive_subject", by_text["rescued"])
    assert [token.text for token in parse.roots] == ["drowned"]
