"""Events and their series: the stories of the ledger that fit a query, in order, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.query import report_conditions
from tallyroom.series import Series
from tallyroom.web.lineup import Board, Lineup, Story, fullness
from tallyroom.web.rows import event_id

#: What the stories themselves answer, or what only shapes the page.
_NO_FILTER: dict[str, Any] = {"event": None, "sort": "published", "descending": True, "limit": None, "after": None}


class Found(msgspec.Struct, frozen=True):
    """Stories that fit, and how many entries the ledger took in since they were lined up."""

    board: Board
    stories: list[Story]
    behind: int
    #: Nothing was left out.
    all: bool


def series_that_fit(found: Found, query: Query) -> list[Series]:
    """Of the stories found, the series that speak of what is asked for, the fullest first."""
    asked = _asked(query)
    if found.all:
        ranked = found.board.ranked
        return ranked if asked is None else [one for one in ranked if asked(one)]
    series = (one for story in found.stories for one in story.series if asked is None or asked(one))
    return sorted(series, key=fullness)


def series_of_story(story: Story, query: Query) -> list[Series]:
    """The series of one story that speak of what is asked for."""
    asked = _asked(query)
    return [one for one in story.series if asked is None or asked(one)]


def _asked(query: Query) -> Callable[[Series], bool] | None:
    """Whether a series is of the measure, population and place of a query; None where it names none."""
    population, place = (query.population or "").casefold(), (query.place or "").casefold()
    if not (query.measure or population or place):
        return None
    return lambda one: (
        query.measure in (None, one.measure)
        and population in (one.population or "").casefold()
        and place in (one.place or "").casefold()
    )


class StoryPage(msgspec.Struct, frozen=True):
    """A page of stories, and where the next begins."""

    stories: list[Story]
    next: str | None


def stories_that_fit(lineup: Lineup, ledger: Ledger, query: Query) -> Found:
    """The stories with a report that fits the query, now or as the ledger knew them at its moment, the latest first.

    Raises `NotYet` as the lineup does.
    """
    seen = lineup.seen(ledger, confidential=query.confidential, known_at=query.known_at)
    narrowed = msgspec.structs.replace(query, **_NO_FILTER)
    everything = Query(confidential=query.confidential, known_at=query.known_at, **_NO_FILTER)
    stories = list(seen.board.stories)
    if narrowed != everything:
        stories = seen.board.stories_of(_report_uids(ledger, narrowed))
    if query.event:
        stories = [story for story in stories if query.event in (story.event, *(one.event for one in story.series[:1]))]
    if query.sort == "happened":
        stories.sort(key=_happened, reverse=True)
    if not query.descending:
        stories.reverse()
    return Found(seen.board, stories, seen.behind, narrowed == everything and not query.event)


def _happened(story: Story) -> str:
    """The time for the order; what happened "until 2025-03" goes with 2025-03."""
    return (story.happened or "").removeprefix("../")


def page_of_stories(stories: list[Story], query: Query) -> StoryPage:
    """One page of them, beginning after the story that `query.after` names."""
    begin = 0
    if query.after:
        places = [i for i, story in enumerate(stories) if event_id(story) == query.after]
        if not places:
            raise UsageError("that page is gone; begin again at the first")
        begin = places[0] + 1
    end = begin + (query.limit or len(stories))
    last = stories[end - 1] if end < len(stories) else None
    return StoryPage(stories[begin:end], event_id(last) if last else None)


def _report_uids(ledger: Ledger, query: Query) -> set[str]:
    # The board holds nothing that may not be seen.
    query = msgspec.structs.replace(query, confidential=True)
    then = ledger.log.reports_then(query.known_at) if query.known_at else None
    where = report_conditions(query, ledger.database.kind, then=then)
    # The conditions are SQL that the ledger's own code wrote; the values are bound.
    rows = ledger.database.rows(f"select r.uid from report r where {where.sql}", where.values)  # noqa: S608
    return {uid for (uid,) in rows}
