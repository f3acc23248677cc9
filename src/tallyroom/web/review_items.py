"""One thing to decide on, as the page shows it: the sentence, the fields with their rivals, the problems beside it."""

from __future__ import annotations

from typing import Any

import msgspec

from tallyroom.ledger import Ledger, LedgerClaim, LedgerReport
from tallyroom.ledger.effective import CORRECTABLE, sentence_at
from tallyroom.model import AGGREGATIONS, BOUNDS, MEASURES, MODALITIES, POLARITIES, Figure, Problem
from tallyroom.series import SeriesProblem
from tallyroom.web.marks import Marked, Offsets, anchor_of, marked
from tallyroom.web.pages import not_found
from tallyroom.web.reports import claims_of, open_report
from tallyroom.web.review_acts import seen_of
from tallyroom.web.review_spots import Spot
from tallyroom.web.words import number

#: A longer text is shown as far as this around the figure; its report holds the rest.
MOST_TEXT = 200_000
#: Sentences longer than this are cut around the figure.
MOST_SENTENCE = 1500
MOST_RIVALS = 9
#: The fields that a person corrects on the page, in this order.
EDITED = (
    "best", "low", "high", "bound", "measure", "unit", "population", "source", "relays", "place", "event_time", "said_at",
    "aggregation", "polarity", "modality",
)  # fmt: skip
CLOSED = {
    "bound": BOUNDS, "measure": MEASURES, "aggregation": AGGREGATIONS, "polarity": POLARITIES, "modality": MODALITIES,
}  # fmt: skip
LABELS = {
    "best": "Number", "low": "At least", "high": "At most", "event_time": "Happened", "said_at": "Said",
    "relays": "Through", "source": "Said by", "source_id": "Who that is", "population": "Counted", "aggregation": "Kind",
}  # fmt: skip


class Rival(msgspec.Struct, frozen=True):
    """Another value that a field may have; `number` is the key that chooses it."""

    number: int
    field: str
    value: str
    sure: float | None

    @property
    def label(self) -> str:
        return label_of(self.field)


class Field(msgspec.Struct, frozen=True):
    """A field as a form shows it."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    sure: float | None = None


class Doubted(msgspec.Struct, frozen=True):
    """A problem that touches the figure, with what dismisses it."""

    kind: str
    message: str
    suggestion: str | None
    dismiss: str


class Item(msgspec.Struct, frozen=True):
    """One thing to decide on; `claim` is None for an undecided numeral."""

    spot: Spot
    figure: Figure
    claim: LedgerClaim | None
    held: LedgerReport
    before: str
    after: str
    rivals: tuple[Rival, ...]
    problems: tuple[Doubted, ...]
    seen: int

    @property
    def anchor(self) -> str:
        return anchor_of(self.figure.claim_id)

    @property
    def fields(self) -> list[Field]:
        return fields_of(self.figure)


class Beside(msgspec.Struct, frozen=True):
    """The text beside, as far as it is shown: where it begins in the report, in code points."""

    marked: Marked
    offsets: Offsets
    begin: int
    cut: bool


def item_of(
    ledger: Ledger, spot: Spot, *, confidential: bool, doubts: tuple[Figure, ...] = (), across: tuple[SeriesProblem, ...] = (),
) -> Item:  # fmt: skip
    """What stands at a place; 404 where nothing does that may be seen."""
    held = open_report(ledger, spot.uid, confidential=confidential)
    claim = next((past for past in ledger.history(*spot) if past.until is None), None)
    figure = claim.figure if claim else next((f for f in doubts if (f.start, f.end) == spot[1:]), None)
    if figure is None:
        raise not_found("Nothing to decide on stands at this place now.")
    text = held.report.text
    first, last = sentence_at(text, spot.start, spot.end)
    before, after = text[first : spot.start], text[spot.end : last]
    if len(before) > MOST_SENTENCE:
        before = "…" + before[-MOST_SENTENCE:]
    if len(after) > MOST_SENTENCE:
        after = after[:MOST_SENTENCE] + "…"
    own = [p for p in ledger.extraction(held).problems if p.start < last and first < p.end]
    return Item(
        spot=spot, figure=figure, claim=claim, held=held, before=before, after=after, rivals=_rivals(figure, claim),
        problems=(*map(_of_report, own), *map(_across, across)), seen=seen_of(ledger, spot.uid),
    )  # fmt: skip


def beside(ledger: Ledger, item: Item, doubts: tuple[Figure, ...] = ()) -> Beside:
    """The whole text with its figures in place; of a very long one, the part around the figure."""
    text = item.held.report.text
    begin, end = 0, len(text)
    if end > MOST_TEXT:
        begin = max(0, item.spot.start - MOST_TEXT // 2)
        begin = text.rfind("\n", 0, begin) + 1 if text.rfind("\n", 0, begin) > begin - 2000 else begin
        end = min(end, begin + MOST_TEXT)
    claims = claims_of(ledger, item.held)
    taken = {(claim.figure.start, claim.figure.end) for claim in claims}
    figures = [claim.figure for claim in claims]
    figures += [figure for figure in doubts if (figure.start, figure.end) not in taken]
    reviews = {claim.claim_id: claim.review for claim in claims}
    shown = [_shifted(f, begin) for f in figures if begin <= f.start and f.end <= end]
    part = text[begin:end]
    return Beside(marked(part, shown, (), reviews), Offsets(part), begin, len(part) < len(text))


def _shifted(figure: Figure, by: int) -> Figure:
    if not by:
        return figure
    evidence = {}
    for name, span in figure.evidence.items():
        spans = span if name == "relays" else [span]
        moved = [[s[0] - by, s[1] - by] for s in spans if s[0] >= by]
        if moved:
            evidence[name] = moved if name == "relays" else moved[0]
    return msgspec.structs.replace(figure, start=figure.start - by, end=figure.end - by, evidence=evidence)


def fields_of(figure: Figure) -> list[Field]:
    """The fields of a figure that a person may correct here."""
    return [
        Field(name, label_of(name), shown(getattr(figure, name)),
              CLOSED.get(name, ()), figure.confidence.get(name))
        for name in EDITED
    ]  # fmt: skip


def label_of(field: str) -> str:
    """The words for a field of a figure."""
    return LABELS.get(field, field.replace("_", " ").capitalize())


def shown(value: Any) -> str:
    """A value as it stands in a form, and as `read_fields` reads it."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _rivals(figure: Figure, claim: LedgerClaim | None) -> tuple[Rival, ...]:
    found: list[tuple[str, str, float | None]] = [
        (name, shown(rival.value), rival.confidence)
        for name, rivals in figure.rivals.items()
        for rival in rivals
        if name in CORRECTABLE and rival.value != getattr(figure, name)
    ]
    source = claim.resolved.source if claim else None
    if source is not None and not source.sure:
        found += [("source_id", rival, None) for rival in source.rivals]
    return tuple(Rival(n, *rival) for n, rival in enumerate(found[:MOST_RIVALS], 1))


def _of_report(problem: Problem) -> Doubted:
    return Doubted(problem.kind, problem.message, problem.suggestion, f"{problem.kind} {problem.start} {problem.end}")


def _across(problem: SeriesProblem) -> Doubted:
    return Doubted(problem.kind, problem.message, None, problem.key)
