"""Figures, reports, problems and events as flat rows: what the JSON API answers and what tables export."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from tallyroom.ledger import LedgerClaim, LedgerProblem, LedgerReport
from tallyroom.series import Series, SeriesProblem
from tallyroom.web.lineup import Story, event_id_of

Number = int | float


class FigureRow(BaseModel):
    """A figure with who said it, and the way back to its words."""

    claim_id: str
    report: str
    uid: str
    start: int
    end: int
    quote: str
    low: Number | None
    best: Number | None
    high: Number | None
    bound: str
    unit: str
    measure: str
    population: str | None
    place: str | None
    event_time: str | None
    source: str | None
    source_id: str | None
    relays: list[str]
    said_at: str | None
    cue: str | None
    polarity: str
    modality: str
    aggregation: str
    published: str | None
    outlet: str | None
    title: str | None
    url: str | None
    collection: str | None
    event: str | None
    review: str
    confidence: float | None
    extractor: str
    recorded_at: str


class ReportRow(BaseModel):
    """A report without its text."""

    report: str
    uid: str
    published: str | None
    outlet: str | None
    title: str | None
    url: str | None
    language: str | None
    collection: str | None
    event: str | None
    newest: bool
    copy_of: str | None
    confidential: bool
    characters: int
    recorded_at: str


class ProblemRow(BaseModel):
    """A problem of one report (with its place) or of several (with the key to dismiss it by)."""

    kind: str
    report: str
    uid: str | None
    start: int | None
    end: int | None
    quote: str | None
    message: str
    suggestion: str | None
    published: str | None
    outlet: str | None
    review: str
    key: str | None


class EventRow(BaseModel):
    """What happened once, as the reports tell it."""

    event_id: str
    event: str
    first: str | None
    last: str | None
    happened: str | None
    place: str | None
    reports: int
    figures: int
    measures: list[str]
    series: list[str]
    report_ids: list[str]


class SeriesRow(BaseModel):
    """A series without its points; the numbers are those of the newest."""

    series_id: str
    event: str | None
    measure: str
    population: str | None
    place: str | None
    unit: str
    kind: str
    points: int
    independent_origins: int
    origins: list[str]
    first_said: str | None
    last_said: str | None
    low: Number | None
    best: Number | None
    high: Number | None
    bound: str | None
    problems: list[str]
    report_ids: list[str]


class SourceRow(BaseModel):
    """Somebody who speaks, under all names by which reports name them."""

    source: str
    source_id: str
    source_kind: str | None
    country: str | None
    affiliation: str | None
    sure: bool
    method: str
    names: list[str]
    rivals: list[str]
    claims: int
    reports: int
    first: str | None
    last: str | None
    confidential: bool
    judged: list[str]


def figure_row(claim: LedgerClaim) -> FigureRow:
    """A claim as a flat row."""
    figure = claim.figure
    own = {
        name: getattr(figure, name)
        for name in (
            "claim_id", "start", "end", "quote", "low", "best", "high", "bound", "unit", "measure", "population", "place",
            "event_time", "source", "source_id", "said_at", "cue", "polarity", "modality", "aggregation",
        )
    }  # fmt: skip
    report = {
        name: getattr(claim, name)
        for name in ("uid", "published", "outlet", "title", "url", "collection", "event", "review", "extractor", "recorded_at")
    }  # fmt: skip
    return FigureRow.model_construct(
        **own, **report, report=claim.report_id, relays=list(figure.relays), confidence=figure.confidence.get("record")
    )


def report_row(held: LedgerReport) -> ReportRow:
    """A report as a flat row."""
    report = held.report
    own = {name: getattr(report, name) for name in ("uid", "published", "outlet", "title", "url", "language")}
    standing = {
        name: getattr(held, name)
        for name in ("collection", "event", "newest", "copy_of", "confidential", "recorded_at")
    }
    return ReportRow.model_construct(**own, **standing, report=report.id, characters=len(report.text))


def problem_row(held: LedgerProblem) -> ProblemRow:
    """A problem of one report as a flat row."""
    problem = held.problem
    return ProblemRow.model_construct(
        kind=problem.kind, report=held.report_id, uid=held.uid, start=problem.start, end=problem.end, quote=problem.quote,
        message=problem.message, suggestion=problem.suggestion, published=held.published, outlet=held.outlet,
        review=held.review, key=None,
    )  # fmt: skip


def across_row(story: Story, problem: SeriesProblem) -> ProblemRow:
    """A problem of several figures or reports as a flat row."""
    return ProblemRow.model_construct(
        kind=problem.kind, report=", ".join(problem.report_ids), uid=None, start=None, end=None, quote=None,
        message=problem.message, suggestion=None, published=story.last, outlet=None, review="open", key=problem.key,
    )  # fmt: skip


def event_id(story: Story) -> str:
    """What names a story in an address: its first report."""
    return event_id_of(story.reports[0].uid)


def event_row(story: Story) -> EventRow:
    """A story as a flat row."""
    return EventRow.model_construct(
        event_id=event_id(story), event=story.event, first=story.first, last=story.last, happened=story.happened,
        place=story.place, reports=len(story.reports), figures=story.figures, measures=list(story.measures),
        series=[one.series_id for one in story.series], report_ids=[report.id for report in story.reports],
    )  # fmt: skip


def series_row(one: Series) -> SeriesRow:
    """A series as a flat row."""
    own = {
        name: getattr(one, name)
        for name in ("series_id", "event", "measure", "population", "place", "unit", "kind", "independent_origins")
    }
    newest = one.points[-1] if one.points else None
    said = [point.said_at for point in one.points if point.said_at]
    return SeriesRow.model_construct(
        **own, **{name: getattr(newest, name, None) for name in ("low", "best", "high", "bound")},
        points=len(one.points), origins=[origin.name for origin in one.origins if origin.independent],
        first_said=min(said, default=None), last_said=max(said, default=None), problems=[p.kind for p in one.problems],
        report_ids=list(dict.fromkeys(report for point in one.points for report in point.report_ids)),
    )  # fmt: skip


def flat(row: BaseModel) -> dict[str, Any]:
    """A row as cells: lists joined."""
    values = row.model_dump()
    return {name: "; ".join(map(str, value)) if isinstance(value, list) else value for name, value in values.items()}
