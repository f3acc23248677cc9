"""A source as its page shows it: what it says, how its figures moved, who passes them on, who else it may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from tallyroom.ledger import Ledger, LedgerClaim, Query
from tallyroom.series import Point, Series
from tallyroom.series.terminal import value_words
from tallyroom.web.lineup import Board

#: The latest figures that a source's page looks at.
MOST_CLAIMS = 2000
MOST_SHOWN = 30
MOST_MOVED = 20


class Moved(msgspec.Struct, frozen=True):
    """What one source said in a series, one value after the other."""

    series: Series
    values: tuple[tuple[Point, str], ...]


class Passed(msgspec.Struct, frozen=True):
    """Who carried figures of a source, and how many."""

    name: str
    figures: int


class Profile(msgspec.Struct, frozen=True):
    """All that the ledger knows of a source."""

    row: dict[str, Any]
    claims: tuple[LedgerClaim, ...]
    measures: tuple[tuple[str, int], ...]
    relays: tuple[Passed, ...]
    outlets: tuple[Passed, ...]
    moved: tuple[Moved, ...]


def profile(ledger: Ledger, source_id: str, board: Board | None, *, confidential: bool) -> Profile | None:
    """The source of an id; None where none that may be seen has said anything."""
    query = Query(source=source_id, review=None, confidential=confidential, limit=None)
    row = next((row for row in ledger.sources(query) if row["source_id"] == source_id), None)
    if row is None:
        return None
    found = ledger.log.names.identities("source", [source_id]) | {source_id}
    asked = msgspec.structs.replace(query, limit=MOST_CLAIMS)
    claims = [
        claim for claim in ledger.claims(asked)
        if claim.resolved.source is not None and claim.resolved.source.id in found
    ]  # fmt: skip
    relays = Counter(relay for claim in claims for relay in claim.figure.relays)
    outlets = Counter(claim.outlet for claim in claims if claim.outlet)
    return Profile(
        row=row, claims=tuple(claims[:MOST_SHOWN]), measures=tuple(Counter(c.figure.measure for c in claims).most_common()),
        relays=_passed(relays), outlets=_passed(outlets), moved=tuple(_moved(claims, board)) if board else (),
    )  # fmt: skip


def _passed(counted: Counter[str]) -> tuple[Passed, ...]:
    return tuple(Passed(name, figures) for name, figures in counted.most_common(20))


def _moved(claims: Iterable[LedgerClaim], board: Board) -> list[Moved]:
    own = {claim.claim_id for claim in claims}
    series = {one.series_id: one for claim in own if (one := board.series_of_claim.get(claim)) is not None}
    found = []
    for one in series.values():
        points = [point for point in one.points if not own.isdisjoint(point.claim_ids)]
        values = tuple((p, value_words(p.low, p.best, p.high, p.bound)) for p in points)
        if values:
            found.append(Moved(one, values))
    return sorted(found, key=lambda moved: (-len(moved.values), moved.series.series_id))[:MOST_MOVED]
