"""What was added, revised and withdrawn between two ledgers, two moments of one, or two extractors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from tallyroom.ledger.log import ReadingBody
from tallyroom.ledger.records import ClaimBody
from tallyroom.ledger.store import Ledger
from tallyroom.ledger.words import moment
from tallyroom.model import Figure, Span

_IGNORED = frozenset({"id", "claim_id", "confidence", "rivals", "evidence", "part_of"})


class Side(msgspec.Struct, frozen=True):
    """One of the two: a ledger, at a moment (None: now), as one extractor read it (None: as it counts)."""

    ledger: Ledger
    known_at: str | None = None
    extractor: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is not on both sides alike."""

    change: Literal["added", "revised", "withdrawn"]
    report_id: str
    uid: str
    start: int
    end: int
    quote: str
    #: field → [before, after], of a revision.
    fields: dict[str, tuple[object, object]] = msgspec.field(default_factory=dict)
    before: Figure | None = None
    after: Figure | None = None


_Held = tuple[str, str, dict[Span, Figure]]


def diff(first: Side, second: Side) -> Iterator[Change]:
    """The changes from the first side to the second, report by report, in a stream."""
    ones, others = _reports(first), _reports(second)
    one, other = next(ones, None), next(others, None)
    while one or other:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield from _changes(one, (one[0], one[1], {}))
            one = next(ones, None)
        elif one is None or other[0] < one[0]:
            yield from _changes((other[0], other[1], {}), other)
            other = next(others, None)
        else:
            yield from _changes(one, other)
            one, other = next(ones, None), next(others, None)


def _changes(before: _Held, after: _Held) -> Iterator[Change]:
    uid, report_id = after[0], after[1]
    for start, end in sorted({*before[2], *after[2]}):
        a, b = before[2].get((start, end)), after[2].get((start, end))
        where = {"report_id": report_id, "uid": uid, "start": start, "end": end}
        if a is None and b is not None:
            yield Change(change="added", quote=b.quote, after=b, **where)  # type: ignore[arg-type]
        elif b is None and a is not None:
            yield Change(change="withdrawn", quote=a.quote, before=a, **where)  # type: ignore[arg-type]
        elif a is not None and b is not None:
            fields = {
                name: (getattr(a, name), getattr(b, name))
                for name in a.__struct_fields__
                if name not in _IGNORED and getattr(a, name) != getattr(b, name)
            }
            if fields:
                yield Change(change="revised", quote=b.quote, fields=fields, before=a, after=b, **where)  # type: ignore[arg-type]


def _reports(side: Side) -> Iterator[_Held]:
    if side.extractor:
        sql = (
            "select r.uid, r.id, e.body from report r join entry e on e.uid = r.uid and e.kind = 'reading' "
            "where e.recorded_at <= :at order by r.uid, e.sequence"
        )
        rows = side.ledger.database.stream(sql, {"at": moment(side.known_at) if side.known_at else "9999"})
        yield from _by_report((uid, report_id, _read_by(body, side.extractor)) for uid, report_id, body in rows)
        return
    sql = (
        "select r.uid, r.id, c.body from claim c join report r on r.report_key = c.report_key "
        "where c.newest = 1 and c.review <> 'rejected' and "
        + ("c.valid_from <= :at and c.valid_to > :at" if side.known_at else "c.valid_to = '9999'")
        + " order by r.uid, c.claim_key"
    )
    rows = side.ledger.database.stream(sql, {"at": moment(side.known_at)} if side.known_at else {})
    yield from _by_report(
        (uid, report_id, {(f.start, f.end): f})
        for uid, report_id, body in rows
        for f in [msgspec.json.decode(body, type=ClaimBody).figure]
    )


def _read_by(body: str, extractor: str) -> dict[Span, Figure] | None:
    reading = msgspec.json.decode(body, type=ReadingBody)
    return {(f.start, f.end): f for f in reading.figures} if reading.extractor == extractor else None


def _by_report(rows: Iterator[tuple[str, str, dict[Span, Figure] | None]]) -> Iterator[_Held]:
    current: _Held | None = None
    for uid, report_id, figures in rows:
        if figures is None:
            continue
        if current and current[0] == uid:
            current[2].update(figures)
            continue
        if current:
            yield current
        current = (uid, report_id, dict(figures))
    if current:
        yield current
