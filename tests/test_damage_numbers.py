"""Broken numbers and numerals whose word form differs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyroom.damage.numbers import find
from tallyroom.model import Problem
from tallyroom.sentences import split_sentences


def problems(text: str) -> list[Problem]:
    return find(text, split_sentences(text))


BROKEN = [
    ("Some 4,7OO soldiers fell.", "4,7OO", "4,700"),
    ("At least l2 people died.", "l2", "12"),
    ("About 2O people died.", "2O", "20"),
    ("The army lost 3l5 men.", "3l5", "315"),
    ("Some 4,S00 soldiers fell.", "4,S00", "4,500"),
    ("Aid reached 10,0000 people.", "10,0000", None),
    ("Aid reached 1,234,5 people.", "1,234,5", None),
    ("Aid reached 4,70 people.", "4,70", None),
    ("Aid reached 12.000 people.", "12.000", "12,000"),
    ("Aid reached some 4, 700 people.", "4, 700", "4,700"),
    ("Aid reached 600soldiers there.", "600soldiers", "600 soldiers"),
    ("The blast killed12 there.", "killed12", "killed 12"),
    ("It rose by over one 1,000 deaths.", "one 1,000", "1,000"),
    ("They sent 600 600 soldiers.", "600 600", "600"),
    ("Some 1,2000 homes are dark.", "1,2000", None),
    ("They fed 11,000 thousand people.", "11,000 thousand", "11,000"),
    ("They fed three million hundred people.", "three million hundred", None),
    ("In all 4.7 soldiers were killed there.", "4.7", None),
    ("At the gate tw0 guards fell.", "tw0", "two"),
    ("At the gate f1ve guards fell.", "f1ve", "five"),
]


@pytest.mark.parametrize(("text", "quote", "suggestion"), BROKEN)
def test_broken_numbers(text: str, quote: str, suggestion: str | None) -> None:
    [problem] = problems(text)
    assert (problem.kind, problem.quote, problem.suggestion) == ("broken_number", quote, suggestion)
    assert text[problem.start : problem.end] == quote


@pytest.mark.parametrize("text", ["They freed 12 (thirteen) people.", "They freed thirteen (12) people."])
def test_numeral_and_word_form_that_differ(text: str) -> None:
    [problem] = problems(text)
    assert (problem.kind, problem.quote) == ("number_word", text[11:-8])


SOUND = [
    "They freed 12 (twelve) people.", "They freed twelve (12) people.", "James Ford (49) ran.",
    "Nine people (three of them children) died.",
    "It cost 12,50 euros.", "Some 2,5 million people fled.", "About 1,234,567 people live there.",
    "10,00,000 people were moved.",
    "The ratio is 12.345 to one.", "The 2019,2020 seasons were lost.", "He won sets 1,2,3 in a row.",
    "A 1,000-bed ward opened.",
    "The F-16 flew over the G20.", "COVID-19 killed 12 people.", "Take 10l of water.", "It was 20o there.",
    "The H2O plant closed.",
    "Two 250 kg bombs fell.", "On page 4, 700 people are named.", "In 2019 300 people fled.",
    "It rose from 12 to 13.", "The Mil Mi-17 v5 crashed.",
    "Between 10,000-12,000 soldiers came.", "The I-95 was shut.", "She is in B12 ward.",
    "The 3D model and the 5G mast fell.", "one two three people",
    "It came on June 1,2000 and was over by 2001.", "He paid 1,200 hundred-dollar bills.", "It cost two thousand million pesos.",
    "On average 4.7 soldiers were killed a day.", "The 4.7 quake and the s10 phone were new.", "Those over seventy (7.6) were happier.",
]  # fmt: skip


@pytest.mark.parametrize("text", SOUND)
def test_sound_numbers(text: str) -> None:
    assert problems(text) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789,. lOoI()people\n", max_size=60))
def test_problems_lie_in_the_text(text: str) -> None:
    last = 0
    for problem in problems(text):
        assert text[problem.start : problem.end] == problem.quote != ""
        assert problem.start >= last
        last = problem.end
