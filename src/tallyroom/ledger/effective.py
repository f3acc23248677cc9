"""What counts after all judgements: a pure function from a reading and its judgements to claims and a waiting queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger.records import REPORT_FIELDS, ClaimBody, Decision, Judgement
from tallyroom.ledger.resolution import NAME_KINDS, RESOLVED_FIELDS, checked_fields
from tallyroom.model import Figure, Span, claim_id_of, whole
from tallyroom.sentences import split_sentences

_OF_FIGURES = ("accept", "correct", "reject", "add")
_VERDICTS = {"accept": "accepted", "reject": "rejected", "correct": "corrected", "add": "added"}
_NUMBERS = ("low", "best", "high")
_PLACED = ("latitude", "longitude", "where_prec")
#: The reading itself, as far as a person may state it otherwise.
CORRECTABLE = (
    *_NUMBERS, "bound", "unit", "measure", "population", "place", "event_time", "source", "source_id", "relays",
    "said_at",
    "cue", "polarity", "modality", "aggregation", "part_of", "repeat",
)  # fmt: skip
#: All that a person may state of a figure: its reading, and what its words mean.
STATEABLE = (*CORRECTABLE, *(name for name in RESOLVED_FIELDS if name not in CORRECTABLE))


class Standing(msgspec.Struct, frozen=True):
    """The claims of a report after judgements: (body, review), and the judgements that found no place."""

    claims: tuple[tuple[ClaimBody, str], ...]
    waiting: tuple[Judgement, ...] = ()


def not_withdrawn(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The judgements that no `undo` of their own author took back, in order."""
    held = list(judgements)
    undone = {j.undoes for j in held if j.action == "undo"}
    return [j for j in held if j.action != "undo" and j.identity not in undone]


def standing(uid: str, text: str, figures: Sequence[Figure], judgements: Iterable[Judgement]) -> Standing:
    """Apply the judgements (in order of time, of this text or an older version of it) to the figures as read."""
    by_span: dict[Span, list[Judgement]] = {}
    waiting: list[Judgement] = []
    for judgement in not_withdrawn(judgements):
        if judgement.action not in _OF_FIGURES or judgement.start < 0:
            continue
        span = place_of(judgement, uid, text)
        if span is None:
            waiting.append(judgement)
        else:
            by_span.setdefault(span, []).append(judgement)
    claims = []
    for figure in figures:
        own = by_span.pop((figure.start, figure.end), [])
        claims.append(_decided(figure, own) if own else (ClaimBody(figure), "unreviewed"))
    for span, own in sorted(by_span.items()):
        if any(j.action == "add" for j in own):
            claims.append(_decided(_missed(uid, text, span, own, len(claims)), own))
        else:
            # Where nothing is read, what was rejected is not there already.
            waiting.extend(j for j in own if j.action != "reject")
    claims.sort(key=lambda held: (held[0].figure.start, held[0].figure.end))
    return Standing(tuple(claims), tuple(sorted(waiting, key=lambda j: j.recorded_at)))


def place_of(judgement: Judgement, uid: str, text: str) -> Span | None:
    """Where a judgement stands in a text: its own span, or that of the same sentence, where there is just one."""
    if judgement.uid == uid:
        return judgement.start, judgement.end
    if not judgement.sentence or text.count(judgement.sentence) != 1:
        return None
    shift = text.index(judgement.sentence) - judgement.sentence_start
    return judgement.start + shift, judgement.end + shift


def decisions_of(judgements: Sequence[Judgement]) -> tuple[Decision, ...]:
    """Where each person stands, oldest first: a later decision supersedes the same person's only."""
    stands: dict[str, Decision] = {}
    for j in judgements:
        before = stands.pop(j.by, None)
        fields: dict[str, Any] = dict(j.fields)
        verdict = _VERDICTS[j.action]
        if j.action == "correct" and before and before.verdict in ("corrected", "added"):
            fields = {**before.fields, **fields}
            verdict = before.verdict
        stands[j.by] = Decision(by=j.by, verdict=verdict, at=j.recorded_at, why=j.why, fields=fields)
    return tuple(stands.values())


def _decided(figure: Figure, judgements: Sequence[Judgement]) -> tuple[ClaimBody, str]:
    decisions = decisions_of(judgements)
    last = decisions[-1]
    agreed = len({(d.verdict.replace("added", "corrected"), _key(d.fields)) for d in decisions}) == 1
    fields = {} if last.verdict in ("accepted", "rejected") else last.fields
    changed = with_fields(figure, fields)
    read = figure if changed != figure and last.verdict != "added" else None
    return ClaimBody(changed, decisions, read), last.verdict if agreed else "disputed"


def _key(fields: Mapping[str, Any]) -> str:
    return msgspec.json.encode(dict(sorted(fields.items()))).decode()


def _missed(uid: str, text: str, span: Span, judgements: Sequence[Judgement], count: int) -> Figure:
    added = next(j for j in judgements if j.action == "add")
    bare = Figure(
        id=f"a{count + 1}", quote=text[span[0] : span[1]], start=span[0], end=span[1], low=None, best=None, high=None
    )
    figure = with_fields(bare, added.fields)
    return msgspec.structs.replace(figure, claim_id=claim_id_of(uid, figure))


def with_fields(figure: Figure, fields: Mapping[str, Any]) -> Figure:
    """The figure with other values; raises `UsageError` where a value does not fit its field.

    What its words mean (`RESOLVED_FIELDS`) is checked here and kept with the decision.
    """
    if not fields:
        return figure
    for kind in NAME_KINDS:
        meant = {name: value for name, value in fields.items() if RESOLVED_FIELDS.get(name, ("",))[0] == kind}
        checked_fields(kind, {RESOLVED_FIELDS[name][1]: value for name, value in meant.items()})
    row = {**msgspec.to_builtins(figure), **fields}
    try:
        return msgspec.convert(row, Figure)
    except msgspec.ValidationError as fault:
        raise UsageError(f"that value does not fit: {fault}") from None


def refuse_numbers_apart(figure: Figure) -> None:
    """Raises `UsageError` where the least, the number and the most of a figure cannot all be meant."""
    low, best, high = figure.low, figure.best, figure.high
    # "More than 600" is 601 at least, and 600 is the number that was said.
    below = low is not None and best is not None and best < low and figure.bound != "more_than"
    above = high is not None and best is not None and best > high and figure.bound != "less_than"
    if below or above or (low is not None and high is not None and low > high):
        told = ", ".join(
            f"{name} {'unknown' if value is None else value}"
            for name, value in (("at least", low), ("number", best), ("at most", high))
        )
        raise UsageError(f"{told} do not go together; state all that are wrong (low, best, high)")


def read_fields(pairs: Iterable[str], *, of_report: bool = False) -> dict[str, Any]:
    """FIELD=VALUE as typed: numbers for low, best, high; "null" for unknown; relays and the like split at ";"."""
    known = REPORT_FIELDS if of_report else STATEABLE
    found: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        name, value = name.strip(), value.strip()
        if not sign or name not in known:
            raise UsageError(f"{pair!r}: write FIELD=VALUE; the fields are {', '.join(known)}")
        found[name] = _value(name, value)
    return found


def _value(name: str, value: str) -> Any:
    if value.lower() in ("null", "none", ""):
        return [] if name in ("relays", "population_sides") else None
    if name in (*_NUMBERS, *_PLACED):
        try:
            number = float(value.replace(",", ""))
        except ValueError:
            raise UsageError(f"{name}={value}: that is no number") from None
        if number != number or number in (float("inf"), float("-inf")):
            raise UsageError(f"{name}={value}: that is no number")
        return whole(number)
    if name in ("confidential", "repeat"):
        if value.lower() not in ("yes", "no", "true", "false"):
            raise UsageError(f"{name}={value}: write yes or no")
        return value.lower() in ("yes", "true")
    return [part.strip() for part in value.split(";")] if name in ("relays", "population_sides") else value


def sentence_at(text: str, start: int, end: int) -> Span:
    """The sentence (or sentences) that hold a span."""
    spans = [span for span in split_sentences(text) if span[0] < end and start < span[1]]
    return (min(spans[0][0], start), max(spans[-1][1], end)) if spans else (start, end)
