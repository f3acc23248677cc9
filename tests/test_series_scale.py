"""Reading the speakers and the drift of one huge story takes time that grows with it, and no faster."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from series_makers import claim, report
from tallyroom.series import Judgements, SeriesClaim, build_story
from tallyroom.series.drift import drifted_rows
from tallyroom.series.naming import Naming
from tallyroom.series.rows import Row, read_rows
from tallyroom.series.speakers import Speakers

FIRST = ("Ana", "Boris", "Carla", "Dmitri", "Elena", "Farid", "Gita", "Hugo", "Ivana", "Jonas")
MEASURES = ("killed", "injured", "killed_or_injured")


def surname(i: int) -> str:
    """A name of its own for every number."""
    letters = ""
    while True:
        letters += "aeiou"[i % 5] + "bdfgklmnprst"[i // 5 % 12]
        i //= 60
        if not i:
            return letters.title() + "ev"


def huge_story(reports: int) -> list[SeriesClaim]:
    """Reports with a speaker each, who gives the dead, the injured and both, in a text that names who that is."""
    rows = []
    for i in range(reports):
        name = f"{FIRST[i % 10]} {surname(i)}"
        body = f"the {surname(i)} Relief Society"
        text = f"{name}, a spokesman for {body}, said {i + 40} had died in Port Almeda. {surname(i + 7)} and lawmakers spoke of more."
        held = report(
            f"{i:05d}", f"2031-{i // 28 % 12 + 1:02d}-{i % 28 + 1:02d}", text=text, title="War in Port Almeda"
        )
        for number, measure in enumerate(MEASURES):
            value = 1000 + i * (3 + number)
            source = (name, body.removeprefix("the "), "officials", "lawmakers")[(i + number) % 4]
            fields = {"said_at": held.published, "source": source, "start": number * 9, "event_time": None}
            rows.append(claim(held, number, value, measure, **fields))  # type: ignore[arg-type]
    return rows


def cpu(rows: list[Row], work: Callable[[list[Row]], object]) -> float:
    began = time.process_time()
    work(rows)
    return time.process_time() - began


def who_speaks(rows: list[Row]) -> None:
    speakers = Speakers(rows)
    for row in rows:
        row.origin = speakers.of(row).key


def what_drifted(rows: list[Row]) -> None:
    drifted_rows(rows, {})


@pytest.mark.parametrize("work", [who_speaks, what_drifted], ids=["speakers", "drift"])
def test_four_times_the_reports_of_one_story_with_as_many_speakers_cost_far_less_than_sixteen_times_the_cpu(
    work: Callable[[list[Row]], object],
) -> None:
    naming = Naming(Judgements())
    few, many = (read_rows(huge_story(reports), naming) for reports in (250, 1000))
    for rows in (few, many):
        who_speaks(rows)
    small = min(cpu(few, work) for _ in range(3))
    large = min(cpu(many, work) for _ in range(3))
    assert large < 10 * small


def test_a_story_of_thousands_of_claims_is_built() -> None:
    assert sum(len(one.points) for one in build_story(huge_story(300))) > 600
