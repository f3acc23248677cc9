"""Figures of one report that cannot stand together: two counts of one thing, an older count below a newer one."""

from __future__ import annotations

import pytest

from tallyroom.extract import extract

CONTRADICTIONS = [
    ("A blast in Orle killed 12 people on Monday. Crews came at dawn.\n\nThe blast in Orle killed 14 people on Monday.", "14"),
    (
        "Police said on Monday that 30 soldiers were arrested in Orle. Shops stayed shut.\n\nPolice said on Monday that 34 soldiers were arrested in Orle.",
        "34",
    ),
    ("No one was killed in the quake in Orle. Walls fell.\n\nThe quake in Orle killed nine people.", "nine"),
    ("The ferry fire in Orle injured 40 passengers. It is out.\n\nThe ferry fire in Orle injured 45 passengers.", "45"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote"), CONTRADICTIONS)
def test_two_counts_of_one_thing(text: str, quote: str) -> None:
    found = [(p.kind, p.quote) for p in extract(text, published="2021-06-16").problems]
    assert found == [("contradiction", quote)]


STALE = [
    ("The death toll in Orle has risen to 25, officials say. Rain fell.\n\nAt least 12 people have been killed in Orle.", "At least 12", "25"),
    ("The number of dead in the flood rose to 340. Roads are cut.\n\nThe flood has killed 290 people.", "290", "340"),
    ("Orle's quake toll now stands at 61. Aid came.\n\nThe quake killed at least 50 people.", "at least 50", "61"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "suggestion"), STALE)
def test_an_older_count_below_a_newer_one(text: str, quote: str, suggestion: str) -> None:
    found = [(p.kind, p.quote, p.suggestion) for p in extract(text, published="2021-06-16").problems]
    assert found == [("stale", quote, suggestion)]


SOUND = [
    "A blast in Orle killed 12 people on Monday. A second blast in Orle killed 14 people on Tuesday.",
    "A blast in Orle killed 12 people. Police said 14 people were killed.",
    "A blast in Orle killed 12 people. In Kule a blast killed 14 people.",
    "A blast in Orle killed 12 soldiers. It killed 14 children too.",
    "Twenty-eight people were hurt in Orle. Twenty-five were struck by bullets and three were trampled.",
    "Police first said 12 people were killed in Orle. Police later said 14 people were killed in Orle.",
    "The death toll in Orle has risen to 25. Officials had earlier said that 12 people were killed in Orle.",
    "The death toll in Orle has risen to 25. In Kule 12 people were killed.",
    "The death toll in Orle has risen to 25. Of them, 12 people died in one house.",
    "At least 12 people have been killed in Orle. Late on Monday the toll rose to 25.",
    "The death toll in Orle has risen to 25. Some 12 people are still missing.",
]


@pytest.mark.parametrize("text", SOUND)
def test_counts_that_can_stand_together(text: str) -> None:
    assert [(p.kind, p.quote) for p in extract(text, published="2021-06-16").problems] == []
