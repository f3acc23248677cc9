"""Events: what happened, as several reports tell it, and one event with its reports and series."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallyroom.web.asking import Asked
from tallyroom.web.downloads import FORMS, rows_file
from tallyroom.web.events import page_of_stories, stories_that_fit
from tallyroom.web.pages import Place, ledgers, not_found, page, sees_confidential, table
from tallyroom.web.rows import EventRow, event_id, event_row

router = APIRouter(include_in_schema=False)
PLACE = Place("Events", "/events")
FIRST = ("text", "measure", "population", "source", "place", "outlet")
MORE = ("event", "collection", "relay", "known_at")
PAIRS = (("published_from", "published_to"), ("happened_from", "happened_to"))


@router.get("/events")
def events(request: Request) -> Response:
    """The events that fit."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        found = stories_that_fit(request.app.state.lineup, ledger, asked.query)
    shown = page_of_stories(found.stories, asked.query)
    return table(
        request, "events.html", asked=asked, form=asked.form(FIRST, MORE, PAIRS), rows=shown.stories, after=shown.next,
        behind=found.behind, count=len(found.stories), forms=FORMS, event_id=event_id,
    )  # fmt: skip


@router.get("/events.{form}")
def events_as_file(request: Request, form: str) -> Response:
    """The same events, all pages, as a file."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        found = stories_that_fit(request.app.state.lineup, ledger, asked.query)
    return rows_file("events", (event_row(story) for story in found.stories), EventRow, form)


@router.get("/events/{name}")
def event(request: Request, name: str) -> Response:
    """One event: its reports and its series."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        seen = request.app.state.lineup.seen(
            ledger, confidential=sees_confidential(request), known_at=asked.query.known_at
        )
        story = seen.board.story_of_event(name)
        if story is None:
            raise not_found("There is no such event in this ledger.")
        reports = [held for report in story.reports if (held := ledger.log.report(report.uid)) is not None]
    reports.sort(key=lambda held: (held.report.published or "", held.report.id))
    return page(request, "event.html", asked=asked, story=story, reports=reports, behind=seen.behind)
