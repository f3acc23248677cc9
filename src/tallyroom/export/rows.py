"""One flat row a claim: the figure as it counts, its report, its review, and what its words were resolved to."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, Protocol

from tallyroom.ledger.resolution import Resolved
from tallyroom.model import Figure, whole

Row = dict[str, Any]


class Column(NamedTuple):
    """A column of the tables: its name, what it holds ("text", "number", "flag"), and one sentence on its meaning."""

    name: str
    type: Literal["text", "number", "integer", "flag"]
    meaning: str


class Claim(Protocol):
    """What a row is made of; `tallyroom.ledger.LedgerClaim` is one."""

    @property
    def figure(self) -> Figure: ...
    @property
    def report_id(self) -> str: ...
    @property
    def uid(self) -> str: ...
    @property
    def published(self) -> str | None: ...
    @property
    def outlet(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def collection(self) -> str | None: ...
    @property
    def event(self) -> str | None: ...
    @property
    def review(self) -> str: ...
    @property
    def resolved(self) -> Resolved: ...


COLUMNS: tuple[Column, ...] = tuple(
    Column(*entry)
    for entry in (
        ("claim_id", "text", "The identity of the claim: a hash of its report, place and fields."),
        ("report_id", "text", "The id of the report that it stands in."),
        ("outlet", "text", "Who published the report."),
        ("published", "text", "When the report was published: a date, a partial date (EDTF) or a timestamp."),
        ("url", "text", "The address of the report."),
        ("title", "text", "The title of the report."),
        ("quote", "text", "The exact characters of the quantity in the report's text."),
        ("start", "integer", "Where the quote begins in the text, counted in Unicode characters from 0."),
        ("end", "integer", "Where the quote ends, exclusive."),
        ("low", "number", "The least that was said; empty is no bound, never zero."),
        ("best", "number", "The number that was said; empty where only bounds were."),
        ("high", "number", "The most that was said; empty is no bound."),
        (
            "bound",
            "text",
            "How the words limit it: exact, about, at_least, more_than, at_most, less_than, range, vague.",
        ),
        ("unit", "text", "What is counted: people, a currency code for money, percent, or the thing."),
        ("measure", "text", "What happened to them, or what they did: killed, injured, missing, deployed, ..."),
        ("population", "text", "The words naming who or what is counted."),
        ("place", "text", "The words naming where it happened."),
        ("event_time", "text", "When it happened (EDTF)."),
        ("source", "text", "Who established the figure, as named; empty in the outlet's own voice."),
        ("source_id", "text", "The short name of the source as resolved; a source that is unsure keeps its own words."),
        ("relays", "text", "Through whom it came, from the origin outwards, with | between."),
        ("said_at", "text", "When the source said it (EDTF), where the text tells."),
        ("cue", "text", "The words that attribute."),
        ("polarity", "text", "stated, denied, hypothetical, negated."),
        ("modality", "text", "asserted, planned, forecast, feared, conditional."),
        ("aggregation", "text", "cumulative, incident, additional, subset, stock."),
        ("part_of", "text", "The figure of the same report of which it is a stated part."),
        ("repeat", "flag", "Whether it is a phrase repeated by mistake."),
        ("confidence", "number", "How sure the reading is that the record is right, 0 to 1."),
        ("review", "text", "unreviewed, accepted, corrected, rejected, added, disputed."),
        ("event", "text", "The event that a person put the report under."),
        ("collection", "text", "The collection of the report."),
        ("source_name", "text", "The full name of the source as resolved."),
        ("source_kind", "text", "government, armed force, intelligence service, media, NGO, ..."),
        ("source_country", "text", "The country of the source (ISO 3166-1, small letters)."),
        ("source_affiliation", "text", "The body that the source belongs to."),
        ("source_sure", "flag", "Whether the words decide who it is; if not, they stand for themselves."),
        ("source_method", "text", "How the source was resolved: name, function and country, place of the report, ..."),
        ("source_rivals", "text", "What else the source may be, with | between."),
        ("claimant_relation", "text", "Does the source speak of its own side, its opponent, or as a third party?"),
        ("population_sides", "text", "Countries or armed groups of those counted, with | between."),
        ("population_status", "text", "civilian, combatant, unknown."),
        ("population_age", "text", "child, adult, elderly; empty where not stated."),
        ("population_sex", "text", "female, male; empty where not stated."),
        ("population_rivals", "text", "Which sides an ambiguous word may mean, with | between."),
        ("place_name", "text", "The name of the town, division or country as resolved."),
        ("place_country", "text", "The country of the place (ISO 3166-1, small letters)."),
        ("place_admin1", "text", "The first-level division: country and GeoNames' code, else ISO 3166-2."),
        ("latitude", "number", "Degrees north, of the town named (GeoNames)."),
        ("longitude", "number", "Degrees east."),
        (
            "where_prec",
            "integer",
            "UCDP's precision: 1 exact, 2 near, 3 district, 4 province, 5 line, 6 country, 7 abroad or at sea.",
        ),
        ("place_method", "text", "How the place was resolved: only town of the name, country, division, ..."),
        ("place_rivals", "text", "What else the place may be, with | between."),
    )
)
#: The fields of a row that are a figure's own, under the same name.
_OWN = (
    "quote",
    "start",
    "end",
    "bound",
    "unit",
    "measure",
    "population",
    "place",
    "event_time",
    "source",
    "said_at",
    "cue",
    "polarity",
    "modality",
    "aggregation",
    "part_of",
    "repeat",
)


def row_of(claim: Claim) -> Row:
    """The flat row of a claim, keys in the order of `COLUMNS`; None where nothing is known."""
    figure = claim.figure
    found: Row = {name: getattr(figure, name) for name in _OWN}
    found.update(
        {
            name: getattr(claim, name)
            for name in ("report_id", "outlet", "published", "url", "title", "review", "event", "collection")
        }
    )
    found.update({name: _plain(getattr(figure, name)) for name in ("low", "best", "high")})
    found.update(claim_id=figure.claim_id, relays=" | ".join(figure.relays), confidence=figure.confidence.get("record"))
    found.update(_resolved(claim))
    return {column.name: (None if found.get(column.name) == "" else found.get(column.name)) for column in COLUMNS}


def _plain(value: int | float | None) -> int | float | None:
    return None if value is None else whole(value)


def _resolved(claim: Claim) -> Row:
    source, people, place = claim.resolved.source, claim.resolved.population, claim.resolved.place
    found: Row = {"claimant_relation": claim.resolved.relation}
    if source:
        found.update(
            source_id=source.id, source_name=source.name, source_kind=source.source_kind,
            source_country=source.country, source_affiliation=source.affiliation, source_method=source.method,
            source_sure=source.sure, source_rivals=" | ".join(source.rivals),
        )  # fmt: skip
    if people:
        found.update(
            population_sides=" | ".join(people.sides), population_age=people.age, population_sex=people.sex,
            population_status=people.status if claim.figure.unit == "people" else None,
            population_rivals=" | ".join(people.rivals),
        )  # fmt: skip
    if place:
        found.update(
            place_name=place.name if place.sure else None, place_country=place.country, place_admin1=place.admin1,
            latitude=place.latitude, longitude=place.longitude, where_prec=place.where_prec,
            place_method=place.method, place_rivals=" | ".join(place.rivals),
        )  # fmt: skip
    return found
