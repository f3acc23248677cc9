"""The JSON API: the same questions as the pages, under /api, described by /api/openapi.json, which comes from this code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tallyroom.errors import UsageError
from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.effective import sentence_at
from tallyroom.ledger.query import Page
from tallyroom.model import make_report, to_json
from tallyroom.readers.published import check_published
from tallyroom.series import to_json as series_json
from tallyroom.web.asking import CHOICES, FILTERS, LONGEST_VALUE, MOST_ROWS, Asked
from tallyroom.web.events import page_of_stories, series_of_story, stories_that_fit
from tallyroom.web.lineup import Lineup, NotYet, Story
from tallyroom.web.pages import ledgers, not_found, sees_confidential
from tallyroom.web.reading import Reader
from tallyroom.web.reports import open_report
from tallyroom.web.review_acts import seen_of
from tallyroom.web.routes_figures import open_claim
from tallyroom.web.routes_sources import by_date
from tallyroom.web.rows import (
    EventRow,
    FigureRow,
    ProblemRow,
    ReportRow,
    SourceRow,
    event_row,
    figure_row,
    problem_row,
    report_row,
)

LONGEST_TEXT = 2_000_000
Row = TypeVar("Row")


class Fault(BaseModel):
    """What was wrong with the request, or with the ledger."""

    detail: str


class PageOf(BaseModel, Generic[Row]):
    """A page of rows; `next` goes into `after` of the next request, null on the last page."""

    rows: list[Row]
    next: str | None


class LinedUp(PageOf[Row], Generic[Row]):
    """A page of rows made beside the page; `behind` counts the entries that the ledger took in since that was done."""

    behind: int


class FigureWhole(FigureRow):
    """A figure with its sentence, evidence, confidence, rivals and decisions; `seen` goes with a decision on it."""

    sentence: str
    seen: int
    evidence: dict[str, Any]
    confidences: dict[str, float]
    rivals: dict[str, Any]
    decisions: list[dict[str, Any]]


class Text(BaseModel):
    """A text to be read; nothing of it is kept."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
    published: Annotated[str | None, Field(description="A date, a partial date (EDTF) or a timestamp with offset.")] = (
        None
    )
    outlet: str | None = None
    title: str | None = None
    url: str | None = None


class ReadText(BaseModel):
    """The extraction (schema 1), and for each figure what the ledger knows of it; null while the ledger is lined up."""

    extraction: dict[str, Any]
    checks: list[dict[str, Any]] | None


def _parameters() -> list[dict[str, Any]]:
    """The filters as OpenAPI parameters, made from the query's own fields."""
    schema: dict[str, Any] = msgspec.json.schema(Query)
    fields = schema["$defs"]["Query"]["properties"]
    bounded = {"limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50}}
    closed = {**CHOICES, "review": (*CHOICES["review"], "open", "dismissed")}
    made = []
    for name in FILTERS:
        kinds = [kind for kind in fields[name].get("anyOf", [fields[name]]) if kind.get("type") != "null"]
        kind = bounded.get(name) or {key: value for key, value in kinds[0].items() if key != "default"}
        if name in closed:
            kind = {"type": "string", "enum": list(closed[name])}
        elif kind.get("type") == "string":
            kind["maxLength"] = LONGEST_VALUE
        made.append({"name": name, "in": "query", "required": False, "schema": kind})
    made.append({"name": "ascending", "in": "query", "required": False, "schema": {"type": "boolean"}})
    return made


FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "A filter cannot be meant"},
    401: {"model": Fault, "description": "A password is needed"},
    404: {"model": Fault, "description": "There is none"},
    422: {"model": Fault, "description": "The request does not fit"},
    503: {"model": Fault, "description": "The ledger cannot be asked now"},
}
ASKED = {"parameters": _parameters()}
AT_A_MOMENT = {"parameters": [one for one in ASKED["parameters"] if one["name"] == "known_at"]}
router = APIRouter(prefix="/api", tags=["ask"], responses=FAULTS)
Name = Annotated[str, Path(min_length=1, max_length=200)]


def _page(request: Request, ask: Callable[[Ledger, Query], Page], row: Callable[[Any], Row]) -> PageOf[Row]:
    """The answer of a door whose rows the ledger pages."""
    with ledgers(request).open() as ledger:
        found = ask(ledger, Asked(request).query)
    return PageOf.model_construct(rows=[row(one) for one in found.rows], next=found.next)


def _stories(request: Request, rows: Callable[[list[Story], Query], list[Row]]) -> LinedUp[Row]:
    """The answer of a door whose rows come from the line-up, an event a row of the page."""
    query = Asked(request).query
    with ledgers(request).open() as ledger:
        found = stories_that_fit(request.app.state.lineup, ledger, query)
    shown = page_of_stories(found.stories, query)
    return LinedUp.model_construct(rows=rows(shown.stories, query), next=shown.next, behind=found.behind)


@router.get("/figures", openapi_extra=ASKED)
def figures(request: Request) -> PageOf[FigureRow]:
    """The figures that fit, with their sources and the way back to their words."""
    return _page(request, Ledger.claim_page, figure_row)


@router.get("/figures/{claim_id}")
def figure(request: Request, claim_id: Name) -> FigureWhole:
    """One figure, by its id or the beginning of it."""
    with ledgers(request).open() as ledger:
        claim = open_claim(ledger, claim_id, confidential=sees_confidential(request))
        text, seen = ledger.report(claim.uid).report.text, seen_of(ledger, claim.uid)
    first, last = sentence_at(text, claim.figure.start, claim.figure.end)
    own = claim.figure
    return FigureWhole.model_construct(
        **figure_row(claim).model_dump(), sentence=text[first:last], evidence=dict(own.evidence),
        confidences=dict(own.confidence), rivals=msgspec.to_builtins(own.rivals),
        decisions=msgspec.to_builtins(claim.decisions), seen=seen,
    )  # fmt: skip


@router.get("/reports", openapi_extra=ASKED)
def reports(request: Request) -> PageOf[ReportRow]:
    """The reports that fit, without their texts."""
    return _page(request, Ledger.report_page, report_row)


@router.get("/reports/{name}")
def report(request: Request, name: Name) -> dict[str, Any]:
    """One report as an extraction (schema 1): its text, its figures as they count now, its problems."""
    with ledgers(request).open() as ledger:
        held = open_report(ledger, name, confidential=sees_confidential(request))
        return to_json(ledger.extraction(held))


@router.get("/sources", openapi_extra=ASKED)
def sources(request: Request) -> LinedUp[SourceRow]:
    """Who speaks in the claims that fit, the most named first; with `sort=published` by the date of their last report."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        found = request.app.state.names.listed(ledger, "source", asked.query, by_date=by_date(asked))
    rows = [SourceRow.model_construct(**row) for row in found.rows]
    return LinedUp.model_construct(rows=rows, next=found.next, behind=found.behind)


@router.get("/problems", openapi_extra=ASKED)
def problems(request: Request) -> PageOf[ProblemRow]:
    """The problems of single reports that fit."""
    return _page(request, Ledger.problem_page, problem_row)


@router.get("/events", openapi_extra=ASKED)
def events(request: Request) -> LinedUp[EventRow]:
    """The events that fit."""
    return _stories(request, lambda stories, _: [event_row(story) for story in stories])


@router.get("/series", openapi_extra=ASKED)
def series(request: Request) -> LinedUp[dict[str, Any]]:
    """The series of the events that fit, in the form of `tallyroom series --format json`, an event a row of the page.

    Of them those of the measure, population and place asked for.
    """

    def rows(stories: list[Story], query: Query) -> list[dict[str, Any]]:
        return [series_json(one) for story in stories for one in series_of_story(story, query)]

    return _stories(request, rows)


@router.get("/series/{series_id}", openapi_extra=AT_A_MOMENT)
def one_series(request: Request, series_id: Name) -> dict[str, Any]:
    """One series, in the form of `tallyroom series --format json`; `known_at`: as the ledger knew it at a moment."""
    known_at = Asked(request).query.known_at
    with ledgers(request).open() as ledger:
        board = request.app.state.lineup.seen(ledger, confidential=sees_confidential(request), known_at=known_at).board
    if series_id not in board.series:
        raise not_found("There is no such series in this ledger.")
    return series_json(board.series[series_id])


@router.post("/read", tags=["read"])
async def read(request: Request, given: Text) -> ReadText:
    """Read a text, and hold its figures against the ledger. Nothing is kept."""
    if not given.text.strip():
        raise UsageError("there is no text to read")
    if given.published is not None:
        check_published(given.published)
    made = make_report(
        given.text, published=given.published, outlet=given.outlet, title=given.title, url=given.url, input="api"
    )
    reader: Reader = request.app.state.reader
    extraction = (await reader.text(made)).extractions[0]

    def check() -> list[dict[str, Any]] | None:
        lineup: Lineup = request.app.state.lineup
        try:
            with ledgers(request).open() as ledger:
                found = lineup.check(ledger, extraction, confidential=sees_confidential(request))
        except NotYet:
            return None
        checks: list[dict[str, Any]] = msgspec.to_builtins(list(found.values()))
        return checks

    return ReadText(extraction=to_json(extraction), checks=await run_in_threadpool(check))
