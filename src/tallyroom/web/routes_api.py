"""The JSON API: the same questions as the pages, under /api, described by /api/openapi.json, which comes from this code."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tallyroom.errors import UsageError
from tallyroom.ledger import Query
from tallyroom.ledger.effective import sentence_at
from tallyroom.model import make_report, to_json
from tallyroom.readers.published import check_published
from tallyroom.series import to_json as series_json
from tallyroom.web.asking import CHOICES, FILTERS, LONGEST_VALUE, MOST_ROWS, Asked
from tallyroom.web.events import page_of_stories, series_of_story, stories_that_fit
from tallyroom.web.lineup import Lineup, NotYet
from tallyroom.web.pages import ledgers, not_found, sees_confidential
from tallyroom.web.reading import Reader
from tallyroom.web.reports import open_report
from tallyroom.web.review_acts import seen_of
from tallyroom.web.routes_figures import open_claim
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


class Fault(BaseModel):
    """What was wrong with the request, or with the ledger."""

    detail: str


class FigurePage(BaseModel):
    """A page of figures; `next` goes into `after` of the next request, null on the last page."""

    rows: list[FigureRow]
    next: str | None


class ReportPage(BaseModel):
    """A page of reports."""

    rows: list[ReportRow]
    next: str | None


class ProblemPage(BaseModel):
    """A page of problems of single reports."""

    rows: list[ProblemRow]
    next: str | None


class EventPage(BaseModel):
    """A page of events; `behind` counts the entries that the ledger took in since they were lined up."""

    rows: list[EventRow]
    next: str | None
    behind: int


class SourcePage(BaseModel):
    """The sources most named, as many as `limit` says; `behind` counts the entries that the ledger took in since the count."""

    rows: list[SourceRow]
    behind: int


class SeriesPage(BaseModel):
    """The series of the events that fit, in the form of `tallyroom series --format json`."""

    rows: list[dict[str, Any]]
    next: str | None
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
router = APIRouter(prefix="/api", tags=["ask"], responses=FAULTS)
Name = Annotated[str, Path(min_length=1, max_length=200)]


@router.get("/figures", openapi_extra=ASKED)
def figures(request: Request) -> FigurePage:
    """The figures that fit, with their sources and the way back to their words."""
    with ledgers(request).open() as ledger:
        found = ledger.claim_page(Asked(request).query)
    return FigurePage.model_construct(rows=[figure_row(claim) for claim in found.rows], next=found.next)


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
def reports(request: Request) -> ReportPage:
    """The reports that fit, without their texts."""
    with ledgers(request).open() as ledger:
        found = ledger.report_page(Asked(request).query)
    return ReportPage.model_construct(rows=[report_row(held) for held in found.rows], next=found.next)


@router.get("/reports/{name}")
def report(request: Request, name: Name) -> dict[str, Any]:
    """One report as an extraction (schema 1): its text, its figures as they count now, its problems."""
    with ledgers(request).open() as ledger:
        held = open_report(ledger, name, confidential=sees_confidential(request))
        return to_json(ledger.extraction(held))


@router.get("/sources", openapi_extra=ASKED)
def sources(request: Request) -> SourcePage:
    """Who speaks in the claims that fit, the most named first."""
    with ledgers(request).open() as ledger:
        found = request.app.state.names.listed(ledger, "source", Asked(request).query)
    return SourcePage.model_construct(
        rows=[SourceRow.model_construct(**row) for row in found.rows], behind=found.behind
    )


@router.get("/problems", openapi_extra=ASKED)
def problems(request: Request) -> ProblemPage:
    """The problems of single reports that fit."""
    with ledgers(request).open() as ledger:
        found = ledger.problem_page(Asked(request).query)
    return ProblemPage.model_construct(rows=[problem_row(held) for held in found.rows], next=found.next)


@router.get("/events", openapi_extra=ASKED)
def events(request: Request) -> EventPage:
    """The events that fit."""
    query = Asked(request).query
    with ledgers(request).open() as ledger:
        found = stories_that_fit(request.app.state.lineup, ledger, query)
    shown = page_of_stories(found.stories, query)
    return EventPage.model_construct(rows=[event_row(s) for s in shown.stories], next=shown.next, behind=found.behind)


@router.get("/series", openapi_extra=ASKED)
def series(request: Request) -> SeriesPage:
    """The series of the events that fit, an event a row of the page; of them those of the measure, population and place asked for."""
    query = Asked(request).query
    with ledgers(request).open() as ledger:
        found = stories_that_fit(request.app.state.lineup, ledger, query)
    shown = page_of_stories(found.stories, query)
    rows = [series_json(one) for s in shown.stories for one in series_of_story(s, query)]
    return SeriesPage.model_construct(rows=rows, next=shown.next, behind=found.behind)


@router.get("/series/{series_id}")
def one_series(request: Request, series_id: Name) -> dict[str, Any]:
    """One series, in the form of `tallyroom series --format json`."""
    with ledgers(request).open() as ledger:
        board = request.app.state.lineup.seen(ledger, confidential=sees_confidential(request)).board
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
