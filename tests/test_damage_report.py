"""All damage of one report together: spans inside the text, one problem of a kind a place, cost linear in length."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyroom.damage.report import find_damage
from tallyroom.document import Document
from tallyroom.model import Problem, make_report


def damage_of(text: str, title: str | None = None) -> list[Problem]:
    return find_damage(Document(make_report(text, title=title, published="2021-06-16")), [])


WORDS = ["Ghana", "Mali", "the", "said", "that", "sent", "to", "troops", "quoted", "Salt Lake City", "as saying", "first", "help", "fighting", "and",
    "12", "4,7OO", "people", "including", "from", "rose", "on", "Monday", "June 31", ",", ".", ":", "(", ")", "“", "President", "Putin", "Ukrainian",
    "Roe", "Row", "UNRWA", "UNWRA", "34,", "began", "between", "9:15 p.m. JST", "10:15 UTC", "\n\n", "Ã©", "\ufffd", "%", "of", "in", "were", "tw0"]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=50))
def test_problems_lie_in_the_text_and_apart(words: list[str]) -> None:
    text = " ".join(words)
    found = damage_of(text)
    for problem in found:
        assert text[problem.start : problem.end] == problem.quote != ""
        assert problem.message
        assert problem.suggestion != ""
    for one, other in pairwise(found):
        assert (one.start, one.end, one.kind) <= (other.start, other.end, other.kind)
        assert one.kind != other.kind or one.end <= other.start


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_no_text_breaks_it(text: str) -> None:
    for problem in damage_of(text, title=text[:40]):
        assert problem.start <= problem.end <= len(text)


def test_the_same_text_gives_the_same_problems() -> None:
    text = "Ghana first sent 4,7OO troops on Monday, June 31. Ghana has sent aid to Ghana. UNRWA and UNWRA met. " * 3
    assert damage_of(text) == damage_of(text)


UNITS = [
    "Ghana has sent ", "Anna Roe ", "12 people, including ", "from 12 to ", "Monday, June ", "President Putin ", "9:15 p.m. JST (", "fighting Mali and ",
    "quoted Salt Lake ", "said that the Kenyan agency ", "34, ", "(", "A", "Aa-", "a ", "U.", "4,", "tw0 ", "homes in were ", "Rowan Rowen ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_cost_is_linear(unit: str) -> None:
    def cost(times: int) -> float:
        document = Document(make_report(unit * times, published="2021-06-16"))
        _ = document.quantities
        begun = time.process_time()
        find_damage(document, [])
        return time.process_time() - begun

    cost(50)
    short, long = max(cost(500), 0.02), cost(4_000)
    assert long < 8 * 3 * short
