"""Dates, hours and ages that cannot be."""

from __future__ import annotations

import time

import pytest

from tallyroom.damage.dates import find
from tallyroom.document import Document
from tallyroom.model import make_report

DAMAGED = [
    ("They met on Monday, March 6, 2018.", "Monday, March 6, 2018", "Tuesday"),
    ("They met on Friday 5 June.", "Friday 5 June", "Saturday"),
    ("It rained on Wednesday (June 15) in the hills.", "Wednesday (June 15", "Tuesday"),
    ("The road was shut until June 31, police said.", "June 31", None),
    ("Born on 29 February 2019, he lived.", "29 February 2019", None),
    ("It came on 31 November.", "31 November", None),
    ("It struck at 9:15 p.m. JST (10:15 UTC).", "9:15 p.m. JST (10:15 UTC", None),
    ("It struck at 11:30 PM VUT Saturday (12:30 UTC Sunday).", "11:30 PM VUT Saturday (12:30 UTC Sunday", None),
    ("The crash came at 08:00 CET (11:00 GMT).", "08:00 CET (11:00 GMT", None),
    ("It grew between 1998 and 1991.", "between 1998 and 1991", None),
    ("It rained between 14 and 11 May.", "between 14 and 11 May", None),
    ("Ana Roe Lind, 34, fell ill. Later 43-year-old Ana Roe Lind died.", "43-year-old Ana Roe Lind", None),
    ("Jan Berg (71) drove. Jan Berg, 17, was drunk.", "Jan Berg, 17,", None),
]


@pytest.mark.parametrize(("text", "quote", "suggestion"), DAMAGED)
def test_dates_that_cannot_be(text: str, quote: str, suggestion: str | None) -> None:
    [problem] = find(Document(make_report(text, published="2021-06-16")))
    assert (problem.kind, problem.quote, problem.suggestion) == ("contradiction", quote, suggestion)
    assert text[problem.start : problem.end] == quote


SOUND = [
    "They met on Tuesday, March 6, 2018, and on Saturday 5 June, and on Wednesday, December 2.",
    "It is shut until June 30; born on 29 February 2020, he lived.",
    "In June 31 people died. By May 40 had come.",
    "On Monday, March 12 people came.",
    "It struck at 9:15 p.m. JST (12:15 UTC). It hit at 11:30 PM VUT Saturday (12:30 UTC Saturday).",
    "It struck at 1:08 p.m. EST (17:08 UTC); the other at 1:08 p.m. EST (18:08 UTC).",
    "It struck at 00:30 JST (15:30 UTC).",
    "It grew between 1991 and 1998, and between 2010 and 1900 people came.",
    "It rained between 11 and 14 May.",
    "Ana Roe Lind, 34, fell ill. On her birthday 35-year-old Ana Roe Lind died. Jo Roe Lind, 12, did not.",
    "The May 40 Group met.",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_dates(text: str) -> None:
    assert [p.quote for p in find(Document(make_report(text, published="2021-06-16")))] == []


def test_without_a_date_of_publication_only_full_dates_are_held_to_their_weekday() -> None:
    text = "They met on Monday, March 6, 2018, and on Friday 5 June."
    assert [p.quote for p in find(Document(make_report(text)))] == ["Monday, March 6, 2018"]


@pytest.mark.parametrize(
    "unit", ["Monday, March 6, ", "9:15 p.m. JST (", "Ana Roe, 34, ", "1 of May 31 June ", "between 14 and "]
)
def test_many_dates_take_linear_time(unit: str) -> None:
    document = Document(make_report(unit * 8_000))
    begun = time.process_time()
    list(find(document))
    assert time.process_time() - begun < 8
