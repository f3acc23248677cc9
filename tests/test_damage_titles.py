"""A title that says other than its text."""

from __future__ import annotations

import pytest

from tallyroom.extract import extract
from tallyroom.model import Problem, make_report


def drift(title: str, text: str) -> list[Problem]:
    found = extract(make_report(text, title=title, published="2021-06-16")).problems
    for problem in found:
        assert text[problem.start : problem.end] == problem.quote
    return [p for p in found if p.kind == "drift"]


DRIFTED = [
    ("Blast in Orle kills 21", "A blast in Orle killed 12 people on Monday. Police shut the street.", "12"),
    ("Storm: 40 dead in Orle", "The storm left 14 people dead in Orle. Another front is near, but it is weak.", "14"),
    ("30 arrested at Orle march", "Police in Orle arrested 13 people at the march on Monday.", "13"),
    ("Up to the hills: 50 killed in Orle", "Up to 50 people were killed in the slide in Orle, the mayor fears.", None),
    ("At least 50 killed in Orle", "The slide killed up to 50 people in Orle on Monday.", "up to 50"),
    ("Army lost 400 dead in Orle", "The army had 400 casualties in Orle, killed and wounded together, the ministry said.", "400"),
    ("70 killed as bus falls in Orle", "The bus fell in Orle on Monday. It injured 70 people.", "70"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "text", "quote"), DRIFTED)
def test_title_says_other_than_text(title: str, text: str, quote: str | None) -> None:
    assert [p.quote for p in drift(title, text)] == ([quote] if quote else [])


SOUND = [
    ("Blast in Orle kills 12", "A blast in Orle killed 12 people on Monday."),
    (
        "Blast in Orle kills seven, injures twelve",
        "A blast in Orle killed at least seven people and injured at least 12.",
    ),
    ("Blast in Orle kills 12", "A blast in Orle killed five children and seven soldiers."),
    ("Blast in Orle kills 12", "A blast in Orle killed six children and six soldiers."),
    ("Blast in Orle kills 12", "A blast in Orle killed Ana Roe and 11 people beside her."),
    ("Over 100 killed in Orle", "A flood in Orle killed 110 people."),
    ("Three dead, 40 hurt in Orle", "In Orle three people died and 40 were injured."),
    ("12 dead and wounded in Orle", "A blast in Orle killed or wounded 12 people."),
    ("Fifty killed since May in Orle", "Nine people were killed in Orle on Monday. Since May the count is 50."),
    ("Blast at 12 High Street kills two", "A blast killed two people in Orle."),
    ("Dozens killed in Orle", "A blast killed 36 people in Orle."),
    ("Orle team kill off game, 3-0", "The fans hurt nine people in Orle."),
]


@pytest.mark.parametrize(("title", "text"), SOUND)
def test_title_says_the_same(title: str, text: str) -> None:
    assert [p.message for p in drift(title, text)] == []
