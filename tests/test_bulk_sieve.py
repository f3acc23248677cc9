"""The sieve loses next to nothing of what the whole reading finds, and spares most sentences of news without figures."""

from __future__ import annotations

from itertools import islice

import pytest

from commands import ROOT, command
from tallyroom.document import Document
from tallyroom.model import make_report
from tallyroom.sieve import may_hold

REPORTS = ROOT / "evals" / "reports" / "train.jsonl"


tool = command("tools/sieve.py")


def test_recall_on_own_reports() -> None:
    measured = tool.measure(islice(tool.reports(REPORTS), 0, None, 9))
    assert measured.figures > 150
    assert measured.recall >= tool.LEAST_RECALL


@pytest.mark.slow
def test_recall_on_all_own_reports() -> None:
    assert tool.measure(tool.reports(REPORTS)).recall >= tool.LEAST_RECALL


def test_what_is_lost_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool.sieve, "may_hold", lambda document: [False] * len(document.spans))
    measured = tool.measure([make_report("Twelve people were killed in Orsk. Nine were hurt.")])
    assert (measured.figures, measured.lost, measured.recall) == (2, 2, 0.0)


PLAIN = """The council approved the timetable on Tuesday by 12 votes to 9. Tickets cost 14.50 euros and are sold at the museum.
The film runs for 96 minutes and opens slowly. A visitor wrote that the garden reminded her of a quiet library.
Shares of the brewery fell 3.4 per cent in early trading. Norrby beat Selby 3-1, with two goals before the break.
The sample is 4.25 millimetres wide, cooled to 12 degrees. Take two onions, 90 grams of flour and a spoon of salt."""


def test_sentences_without_a_figure_are_spared_and_those_with_one_kept() -> None:
    document = Document(make_report(PLAIN))
    assert sum(may_hold(document)) <= len(document.spans) // 3
    document = Document(
        make_report("A bus left the road near Orsk. Four passengers died, and 11 were taken to hospital.")
    )
    assert may_hold(document) == [False, True]


def test_letters_that_grow_when_small_move_nothing() -> None:
    document = Document(make_report("İİİİ İİİİ was there. Four people were killed in İzmir, police said."))
    assert may_hold(document)[-1]
