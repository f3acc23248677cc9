"""Numbers of one sentence that do not add up."""

from __future__ import annotations

import time

import pytest

from tallyroom.damage.sums import find
from tallyroom.document import Document
from tallyroom.model import make_report

DAMAGED = [
    ("The fire killed 12 people, including 15 children.", "12 people, including 15"),
    ("At least eight were hurt, among them eleven soldiers.", "At least eight were hurt, among them eleven"),
    ("Of 40 passengers, 14 of the 12 crew survived.", "14 of the 12"),
    ("Three of the two attackers fled.", "Three of the two"),
    ("The boat held 30 people: 12 men and 15 women.", "30 people: 12 men and 15"),
    ("It killed 9 people (4 men, 3 women and 3 children).", "9 people (4 men, 3 women and 3"),
    ("Five people, two men and two women, were killed.", "Five people, two men and two"),
    ("The army counts 40 casualties – 12 dead and 30 wounded.", "40 casualties – 12 dead and 30"),
    ("They buried 12 men and 9 women, 22 in all.", "12 men and 9 women, 22 in all"),
    ("Of the 12 dead, seven were men and the other four women.", "12 dead, seven were men and the other four"),
    ("Seven of the 12 were men and the remaining six were women.", "Seven of the 12 were men and the remaining six"),
    ("It killed between 40 and 30 people.", "between 40 and 30"),
    ("The toll rose from 15 to 12 on Monday.", "15 to 12"),
    ("The number of cases fell from 300 to 340.", "300 to 340"),
    ("It left 12 dead, up from 15 a day before.", "12 dead, up from 15"),
    ("The ministry raised the toll to 12 from 15.", "12 from 15"),
    ("The flood drove out 120% of the residents.", "120%"),
    ("Two children, aged 3, 5 and 7, were found.", "Two children, aged 3, 5 and 7"),
]


@pytest.mark.parametrize(("text", "quote"), DAMAGED)
def test_numbers_that_do_not_add_up(text: str, quote: str) -> None:
    [problem] = find(Document(make_report(text)))
    assert (problem.kind, problem.quote) == ("arithmetic", quote)
    assert text[problem.start : problem.end] == quote
    assert problem.message


SOUND = [
    "The fire killed 15 people, including 12 children.",
    "Some 12 families fled, including 40 children.",
    "In 12 attacks, including 40 wounded, it failed.",
    "He sent 12 trucks, including 400 tents.",
    "Some 48 people had received the vaccine, of which 350 doses had come.",
    "Twelve of the 14 crew survived; one of the 3,000 died.",
    "The boat held 27 people: 12 men and 15 women.",
    "It killed at least 9 people (4 men, 3 women and 3 children).",
    "The fire killed 12 people, 30 sheep and 5 dogs.",
    "It killed five people, two men and two women and their driver.",
    "The dead were 30 people: 12 men, 15 women and some children.",
    "They buried 12 men and 9 women, 21 in all.",
    "Of the 12 dead, seven were men and the other five women.",
    "Of the 12 dead, seven, including four boys, were men and the other five women.",
    "Seven of the 12 were men and another six people were hurt.",
    "It killed between 30 and 40 people.",
    "The toll rose from 12 to 15 on Monday, up from 9 on Sunday.",
    "The number of cases fell from 340 to 300.",
    "Only nineteen of the 148 players are local, down from 40.",
    "Output rose 120% of the plan. Some 120% of last year's level was sold.",
    "Three children, aged 3, 5 and 7, were found. Ten men aged 20 and 40 left.",
    "It rose from page 12 to page 9. The score went from 12-9 to 9-7.",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_numbers(text: str) -> None:
    assert [p.quote for p in find(Document(make_report(text)))] == []


@pytest.mark.parametrize(
    "unit", ["12 people, including 15 children, ", "12 men and 9 women, ", "rose from 15 to 12 ", "of the 12, "]
)
def test_many_numbers_take_linear_time(unit: str) -> None:
    document = Document(make_report(unit * 3_000))
    _ = document.quantities
    begun = time.process_time()
    list(find(document))
    assert time.process_time() - begun < 8
