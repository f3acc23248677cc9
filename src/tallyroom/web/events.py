"""Events: the stories of the ledger that fit a query, in order, page by page."""

from __future__ import annotations

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.query import report_conditions
from tallyroom.web.lineup import Lineup, Story
from tallyroom.web.rows import event_id


class Found(msgspec.Struct, frozen=True):
    """Stories that fit, and how many entries the ledger took in since they were lined up."""

    stories: list[Story]
    behind: int = 0


class StoryPage(msgspec.Struct, frozen=True):
    """A page of stories, and where the next begins."""

    stories: list[Story]
    next: str | None


def stories_that_fit(lineup: Lineup, ledger: Ledger, query: Query) -> Found:
    """The stories with a report that fits the query, the latest first; raises `NotYet` as the lineup does."""
    seen = lineup.seen(ledger, confidential=query.confidential)
    stories: list[Story] = list(seen.board.stories)
    if query.event:
        stories = [story for story in stories if query.event in (story.event, *(one.event for one in story.series[:1]))]
    narrowed = msgspec.structs.replace(query, event=None, sort="published", descending=True, limit=None, after=None)
    if narrowed != Query(confidential=query.confidential, limit=None):
        fitting = _report_uids(ledger, narrowed)
        stories = [story for story in stories if any(report.uid in fitting for report in story.reports)]
    stories.sort(key=lambda story: (story.last or "", story.event, event_id(story)), reverse=query.descending)
    return Found(stories, seen.behind)


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
    where = report_conditions(query, ledger.database.kind)
    # The conditions are SQL that the ledger's own code wrote; the values are bound.
    rows = ledger.database.rows(f"select r.uid from report r where {where.sql}", where.values)  # noqa: S608
    return {uid for (uid,) in rows}
