"""The records of series: what goes in (claims with the header of their report) and what comes out (the JSON of a series)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from tallyroom.model import Claimed, Figure, Number, ProblemKind, report_uid, with_claim_ids

Kind = Literal["cumulative", "stock", "incident", "planned", "forecast"]
Relation = Literal["first", "repeat", "revision", "correction", "retraction", "other_origin"]


class ReportHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What a series needs to know of a report: who published it when, and its words where they are at hand."""

    uid: str
    id: str
    #: A date, a partial date (EDTF) or a timestamp.
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    #: A person's grouping; reports of different collections are never put in one story by the program.
    collection: str | None = None
    #: A person's word on which event this is; it stands above any automatic grouping.
    event: str | None = None
    #: Copies and some findings need the words; without them they are not looked for.
    text: str | None = None


class SeriesClaim(msgspec.Struct, frozen=True):
    """One claim on its way into a series: the figure as read, and the header of the report it stands in."""

    report: ReportHeader
    figure: Claimed

    @property
    def claim_id(self) -> str:
        """The claim's identity, or report and number where none was given."""
        return self.figure.claim_id or f"{self.report.uid}#{self.figure.id}"


class Judgements(msgspec.Struct, frozen=True, kw_only=True):
    """What people decided about sameness: pairs that are the same, pairs that are not, by kind.

    `origins` holds pairs of source words, source ids or origin ids; `claims` pairs of claim ids or series ids; `populations`
    and `places` pairs of words, or of the keys that `resolve_population` and `resolve_place` give them.
    """

    same_origins: tuple[tuple[str, str], ...] = ()
    different_origins: tuple[tuple[str, str], ...] = ()
    same_claims: tuple[tuple[str, str], ...] = ()
    different_claims: tuple[tuple[str, str], ...] = ()
    same_populations: tuple[tuple[str, str], ...] = ()
    different_populations: tuple[tuple[str, str], ...] = ()
    same_places: tuple[tuple[str, str], ...] = ()
    different_places: tuple[tuple[str, str], ...] = ()
    #: Keys of problems that a person dismissed; see `SeriesProblem.key`.
    dismissed: frozenset[str] = frozenset()


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One origin's value at one time, however many reports carry it."""

    said_at: str | None
    as_of: str | None
    low: Number | None
    best: Number | None
    high: Number | None
    bound: str
    source_id: str | None
    origin: str
    claim_ids: tuple[str, ...]
    report_ids: tuple[str, ...]
    relation: Relation


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """A number that no one said, computed from claims of one origin; never among the points."""

    low: Number | None
    best: Number | None
    high: Number | None
    formula: str
    claim_ids: tuple[str, ...]


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where figures began: the sources that speak with one voice, and why they are taken for one."""

    origin_id: str
    source_ids: tuple[str, ...]
    name: str
    independent: bool
    report_ids: tuple[str, ...]
    reason: str


class SeriesProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not hold together across figures or reports."""

    kind: ProblemKind
    report_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]
    message: str

    @property
    def key(self) -> str:
        """What a dismissal remembers: the kind and the claims (or reports) it stands on."""
        return f"{self.kind}:" + ",".join(sorted(self.claim_ids or self.report_ids))


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """Low, best and high of a series at a date, by a named rule and convention, with the claims they rest on."""

    as_of: str | None
    low: Number | None
    best: Number | None
    high: Number | None
    rule: str
    convention: str
    claim_ids: tuple[str, ...]


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Claims on one measure, population, place, event and kind, lined up in time."""

    series_id: str
    measure: str
    population: str | None
    place: str | None
    event: str | None
    unit: str
    kind: Kind
    points: tuple[Point, ...]
    derived: tuple[Derived, ...] = ()
    origins: tuple[Origin, ...] = ()
    independent_origins: int = 0
    problems: tuple[SeriesProblem, ...] = ()
    estimate: Estimate | None = None


def to_json(series: Series) -> dict[str, Any]:
    """The JSON object of a series, every key present."""
    row: dict[str, Any] = msgspec.to_builtins(series)
    return row


def claims_of(extractions: Iterable[Mapping[str, Any]]) -> Iterable[SeriesClaim]:
    """The claims of extraction JSON (one object a report, with `figures`), for series without a ledger."""
    for row in extractions:
        text = row.get("text") or ""
        given = row.get("id")
        uid = row.get("uid") or report_uid(text, row.get("url"), given)
        header = ReportHeader(
            uid=uid, id=given or uid[:16], text=text or None,
            **{name: row.get(name) for name in ("published", "outlet", "url", "title", "collection", "event")},
        )  # fmt: skip
        known = set(Figure.__struct_fields__)
        figures = [
            msgspec.convert({k: v for k, v in figure.items() if k in known}, Figure)
            for figure in row.get("figures") or ()
        ]
        if any(not figure.claim_id for figure in figures):
            figures = list(with_claim_ids(uid, figures))
        for figure in figures:
            yield SeriesClaim(header, figure)
