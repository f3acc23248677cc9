"""Statements of one report that contradict each other: who fights whom, who gives to whom, what came first."""

from __future__ import annotations

import time

import pytest

from tallyroom.damage.sides import find
from tallyroom.document import Document
from tallyroom.model import Problem, make_report


def problems(text: str) -> list[Problem]:
    found = list(find(Document(make_report(text, published="2021-06-16"))))
    for problem in found:
        assert text[problem.start : problem.end] == problem.quote != ""
        assert problem.kind == "contradiction"
        assert problem.message
    return found


GIVEN_TO_ITSELF = [
    ("Kenya says Ethiopia has not yet sent any grain to Ethiopia.", "sent any grain to Ethiopia", "Kenya"),
    ("In May, Peru shipped 200 tonnes of rice and some tents to Peru.", "shipped 200 tonnes of rice and some tents to Peru", None),
    ("Mali invaded Mali in the spring, the paper recalled.", "invaded Mali", None),
    ("The border between Chad and Chad was shut on Monday.", "between Chad and Chad", None),
    ("They were flown from Norway to Norway.", "from Norway to Norway", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "suggestion"), GIVEN_TO_ITSELF)
def test_nobody_gives_to_himself(text: str, quote: str, suggestion: str | None) -> None:
    [problem] = problems(text)
    assert (problem.quote, problem.suggestion) == (quote, suggestion)


FIGHTS_BOTH = [
    (
        "Some 40 Chadian soldiers died while fighting Malian and Nigerian troops. Chad sent them to help Mali in April.",
        "fighting Malian and Nigerian troops", "fighting alongside Malian against Nigerian troops",
    ),
    (
        "Cuban advisers fought against Angolan and Zambian forces. Cuba has been supporting Zambia since March.",
        "fought against Angolan and Zambian forces", "fighting alongside Zambian against Angolan forces",
    ),
    (
        "Peruvian pilots serve alongside Bolivian crews. The Peruvian men are battling Bolivian and Chilean units there.",
        "battling Bolivian and Chilean units", "fighting alongside Bolivian against Chilean units",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "suggestion"), FIGHTS_BOTH)
def test_nobody_fights_those_whom_he_helps(text: str, quote: str, suggestion: str) -> None:
    [problem] = problems(text)
    assert (problem.quote, problem.suggestion) == (quote, suggestion)


NOT_THE_FIRST_TIME = [
    (
        "The count comes three days after Ghana first deployed peacekeepers in the valley. Last autumn, Ghana sent 900 soldiers there.",
        "three days after Ghana first deployed peacekeepers",
    ),
    (
        "Brazil first supplied vaccines on Monday. The ministry said Brazil delivered 4,000 vaccines in March.",
        "Brazil first supplied vaccines",
    ),
    (
        "It was a week after Japan first fired missiles over the strait. In 2019, Japan tested missiles there.",
        "a week after Japan first fired missiles",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote"), NOT_THE_FIRST_TIME)
def test_what_came_first_has_nothing_before_it(text: str, quote: str) -> None:
    [problem] = problems(text)
    assert problem.quote == quote


DATED_TWICE = [
    ("The fire broke out on Monday. Crews came late.\n\nThe fire, which broke out on Sunday, is out.", "The fire, which broke out on Sunday"),
    ("The ferry sank on 3 June. Divers say the ferry sank on 5 June.", "the ferry sank on 5 June"),
    ("The lock-out began on 1 May 2021. Unions said the lock-out began on 9 May 2021.", "the lock-out began on 9 May 2021"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote"), DATED_TWICE)
def test_a_thing_begins_once(text: str, quote: str) -> None:
    [problem] = problems(text)
    assert problem.quote == quote


SOUND = [
    "Ethiopia has sent grain to Kenya, and Kenya has sent tents to Ethiopia.",
    "Russia moved troops from Russia to Russia's western border.",
    "Peru has sent engineers to Peruvian towns.",
    "Chad sent envoys back to Chad.",
    "Mali accused Mali's neighbours.",
    "Exiles in Turkey have sent money to Turkey. Human Rights Watch Mali accused Mali of it.",
    "It comes two days after Ghana first sent troops to Niger. Last year Ghana sent troops to Mali.",
    "From Norway to Norwegian waters it is a mile.",
    "Georgia gave 40 beds to Georgia State University.",
    "They marched from Monday to Monday.",
    "Some 40 Chadian soldiers died while fighting Malian and Nigerian troops. Chad sent them to help Niger in April.",
    "The rebels fought both Malian and Nigerian troops. Chad helps Mali.",
    "It was fighting between Malian and Nigerian troops. Chadian advisers help Mali.",
    "Cuban doctors fight alongside Angolan and Zambian nurses. Cuba helps Angola.",
    "The count comes three days after Ghana first deployed peacekeepers. Last autumn, Ghana sent 900 tents there.",
    "The count comes three days after Ghana first deployed peacekeepers. Last autumn, Togo sent 900 soldiers there.",
    "It is six months after Ghana first deployed peacekeepers. In May, Ghana sent 900 soldiers more.",
    "The fire broke out on Monday. On Sunday the fire chief had warned of it.",
    "The first strike began on 1 May. The second strike began on 9 May.",
    "The trial began on Monday. It is said that the trial began on 14 June.",
]  # fmt: skip


@pytest.mark.parametrize("text", SOUND)
def test_sound_statements(text: str) -> None:
    assert [p.quote for p in problems(text)] == []


def test_many_statements_take_linear_time() -> None:
    unit = (
        "Ghana first sent troops to help Mali while fighting Malian and Ghanaian forces and the war began on Monday. "
    )
    document = Document(make_report(unit * 2_000, published="2021-06-16"))
    begun = time.process_time()
    list(find(document))
    assert time.process_time() - begun < 8
