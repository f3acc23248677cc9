"""A series as its page shows it: each point with the words it rests on, now or as the ledger knew it at an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tallyroom.ledger import Ledger, LedgerClaim, Query
from tallyroom.ledger.effective import sentence_at
from tallyroom.ledger.words import moment
from tallyroom.model import Figure
from tallyroom.series import Point, Series, SeriesClaim, build_series
from tallyroom.series.terminal import steps, value_words
from tallyroom.web.lineup import Board, Story, series_now
from tallyroom.web.review_queues import CONTRADICTIONS

#: Words of so many reports of a point stand open; its copies are folded.
MOST_WORDS = 30
MOST_SENTENCE = 600


class Words(msgspec.Struct, frozen=True):
    """The exact words of one claim of a point."""

    claim: LedgerClaim
    before: str
    quote: str
    after: str

    @property
    def figure(self) -> Figure:
        return self.claim.figure


class Row(msgspec.Struct, frozen=True):
    """A point as a row: what it says, what it changes, who said it, in which words."""

    number: int
    point: Point
    value: str
    step: str
    origin: str
    contradicted: bool
    words: tuple[Words, ...]
    more: int


def series_of(ledger: Ledger, board: Board, story: Story, known_at: str | None) -> list[Series]:
    """The series of a story as they stand now, or as the ledger knew them at the end of a day or at a moment."""
    if known_at is None:
        return series_now(ledger, board, story)
    claims = _claims_then(ledger, [report.uid for report in story.reports], board, known_at)
    return build_series(claims, ledger.series_judgements(known_at))


def same_series(found: Iterable[Series], wanted: Series) -> Series | None:
    """The series that a series is now: of the same id, else the one that shares most of its claims."""
    every = list(found)
    for one in every:
        if one.series_id == wanted.series_id:
            return one
    own = claims_in(wanted)
    best = max(every, key=lambda one: len(own & claims_in(one)), default=None)
    return best if best is not None and own & claims_in(best) else None


def claims_in(one: Series) -> set[str]:
    """The ids of the claims of a series."""
    return {claim for point in one.points for claim in point.claim_ids}


def contradicted(one: Series) -> set[str]:
    """The claims that a problem of the series sets against others."""
    return {claim for problem in one.problems if problem.kind in CONTRADICTIONS for claim in problem.claim_ids}


def rows_of(ledger: Ledger, one: Series, known_at: str | None, *, confidential: bool) -> list[Row]:
    """The points in order of time, each with its words."""
    names = {origin.origin_id: origin.name for origin in one.origins}
    against = contradicted(one)
    texts: dict[str, str] = {}
    rows = []
    for number, (point, step) in enumerate(zip(one.points, steps(one.points), strict=True), 1):
        words = tuple(_words(ledger, point.claim_ids[:MOST_WORDS], texts, known_at, confidential=confidential))
        rows.append(
            Row(
                number=number, point=point, value=value_words(point.low, point.best, point.high, point.bound), step=step,
                origin=names.get(point.origin, point.origin), contradicted=not against.isdisjoint(point.claim_ids),
                words=words, more=len(point.claim_ids) - len(words),
            )
        )  # fmt: skip
    return rows


def _words(
    ledger: Ledger, claim_ids: Iterable[str], texts: dict[str, str], known_at: str | None, *, confidential: bool
) -> Iterator[Words]:
    for claim_id in claim_ids:
        claim = _claim(ledger, claim_id, known_at)
        if claim is None or (claim.confidential and not confidential):
            continue
        if claim.uid not in texts:
            texts[claim.uid] = ledger.report(claim.uid).report.text
        text, start, end = texts[claim.uid], claim.figure.start, claim.figure.end
        first, last = sentence_at(text, start, end)
        first, last = max(first, start - MOST_SENTENCE), min(last, end + MOST_SENTENCE)
        yield Words(claim, text[first:start], text[start:end], text[end:last])


def _claim(ledger: Ledger, claim_id: str, known_at: str | None) -> LedgerClaim | None:
    """A claim as it counts now, or counted at a moment at which it was there."""
    place = ledger.database.rows(
        "select r.uid, c.start_at, c.end_at from claim c join report r on r.report_key = c.report_key "
        "where c.claim_id = :claim limit 1",
        {"claim": claim_id},
    )
    until = moment(known_at) if known_at else None
    held = (past for past in ledger.history(*place[0]) if past.claim_id == claim_id) if place else iter(())
    return next((past for past in held if past.until is None or (until and past.until > until)), None)


def _claims_then(ledger: Ledger, uids: Iterable[str], board: Board, known_at: str) -> Iterator[SeriesClaim]:
    for uid in uids:
        query = Query(report=uid, known_at=known_at, all_versions=True, limit=None)
        yield from ledger.series_claims(query, board.events)
