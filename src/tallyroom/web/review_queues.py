"""What waits for a person, in order: least sure first, new today, contradicting, undecided numerals, people differ."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from tallyroom.ledger import Ledger
from tallyroom.ledger.dump import confidential_reports
from tallyroom.ledger.effective import not_withdrawn
from tallyroom.ledger.words import now
from tallyroom.model import Figure, Report
from tallyroom.series import SeriesProblem
from tallyroom.web.lineup import Board, Lineup, sequence_of
from tallyroom.web.review_spots import Spot

QUEUES = {
    "unsure": "Least sure first", "new": "New today", "contradicting": "Contradicting",
    "undecided": "Undecided numerals", "differ": "People differ",
}  # fmt: skip
#: The standing that a figure of a queue has while it waits there.
STANDING = {"unsure": "unreviewed", "new": "unreviewed", "contradicting": "unreviewed", "differ": "disputed"}
#: Problems that set a figure against another.
CONTRADICTIONS = ("contradiction", "arithmetic", "falling_total", "retraction", "number_word", "drift")
#: So many places of a queue are ranked at once.
MOST = 5000
#: After a queue was ranked it holds for so many times as long as that took.
REST = 20.0
LEAST_REST = 2.0
#: How long one request looks for undecided numerals.
LOOK_SECONDS = 2.0
MOST_READ = 2000
_CONFIDENCE = {
    "sqlite": "coalesce(json_extract(c.body, '$.figure.confidence.record'), 1)",
    "postgres": "coalesce((c.body::json #>> '{figure,confidence,record}')::float, 1)",
}
_AT_ONCE = 500


class Ranked(msgspec.Struct, frozen=True):
    """A queue as it stood when it was ranked: its places in order, and how many figures wait in all."""

    spots: tuple[Spot, ...]
    total: int
    sequence: int
    made: float
    took: float


class Coming(msgspec.Struct, frozen=True):
    """The next places of a queue; `more` where there was no time to look further; `total` None where nobody counted."""

    spots: tuple[Spot, ...]
    total: int | None
    more: bool = False


class Queues:
    """Ranks the queues of a ledger now and then; what was decided since is left out when a place comes up."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, bool], Ranked] = {}
        self._ranking = threading.Lock()
        self._boards: dict[bool, tuple[Board, float, float]] = {}
        self._problems: dict[bool, tuple[Board, dict[str, list[SeriesProblem]]]] = {}
        self._doubts: OrderedDict[str, tuple[Figure, ...]] = OrderedDict()

    def coming(
        self, ledger: Ledger, name: str, *, board: Callable[[], Board], confidential: bool, count: int,
        without: Collection[str] = (), after: Spot | None = None,
    ) -> Coming:  # fmt: skip
        """The next places of a queue that still wait; `without` holds short spots that are seen to already."""
        ranked = self._ranked(ledger, name, board, confidential)
        spots = ranked.spots
        if after is not None and after in spots:
            spots = spots[spots.index(after) + 1 :]
        found: list[Spot] = []
        for spot in spots:
            if spot.short not in without and spot != after and _standing(ledger, spot) == STANDING[name]:
                found.append(spot)
                if len(found) == count:
                    break
        return Coming(tuple(found), ranked.total)

    def board(self, lineup: Lineup, ledger: Ledger, *, confidential: bool) -> Board:
        """The stories as they stood not long ago: each decision changes the ledger, and no item waits for a new line-up."""
        held = self._boards.get(confidential)
        began = time.monotonic()
        if held is not None and began - held[1] < REST * held[2]:
            return held[0]
        board = lineup.seen(ledger, confidential=confidential, wait=0).board
        ended = time.monotonic()
        self._boards[confidential] = board, ended, max(LEAST_REST / REST, ended - began)
        return board

    def problems_of(
        self, claim_id: str, lineup: Lineup, ledger: Ledger, *, confidential: bool
    ) -> Sequence[SeriesProblem]:  # fmt: skip
        """The problems of several figures or reports that a figure stands in."""
        board = self.board(lineup, ledger, confidential=confidential)
        if self._problems.get(confidential, (None,))[0] is not board:
            by_claim: dict[str, list[SeriesProblem]] = {}
            for _, problem in board.problems.values():
                for claim in problem.claim_ids:
                    by_claim.setdefault(claim, []).append(problem)
            self._problems[confidential] = board, by_claim
        return self._problems[confidential][1].get(claim_id, ())

    def _ranked(self, ledger: Ledger, name: str, board: Callable[[], Board], confidential: bool) -> Ranked:
        key = name, confidential
        held, sequence = self._held.get(key), sequence_of(ledger)
        if held is not None and (held.sequence == sequence or time.monotonic() - held.made < REST * held.took):
            return held
        if not self._ranking.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            began = time.monotonic()
            spots, total = _rank(ledger, name, board, confidential)
            ended = time.monotonic()
            self._held[key] = Ranked(spots, total, sequence, ended, ended - began)
        finally:
            self._ranking.release()
        return self._held[key]

    def undecided(
        self, ledger: Ledger, read: Callable[[Report], tuple[Figure, ...]], *, confidential: bool, count: int,
        without: Collection[str] = (), after: Spot | None = None,
    ) -> Coming:  # fmt: skip
        """The next undecided numerals that nobody decided on, of the newest reports first."""
        until = time.monotonic() + LOOK_SECONDS
        hidden = set() if confidential else confidential_reports(ledger)
        begun = after is None
        found: list[Spot] = []
        for (uid,) in ledger.database.rows("select uid from report where newest = 1 order by report_key desc"):
            begun = begun or (after is not None and after.uid == uid)
            if not begun or uid in hidden:
                continue
            if uid not in self._doubts and time.monotonic() > until:
                return Coming(tuple(found), None, more=True)
            decided = {(j.start, j.end) for j in not_withdrawn(ledger.log.judgements_on([uid])) if j.start >= 0}
            for figure in self.doubts(ledger, uid, read):
                spot = Spot(uid, figure.start, figure.end)
                passed = after is not None and after.uid == uid and spot <= after
                if not passed and spot.short not in without and (figure.start, figure.end) not in decided:
                    found.append(spot)
                    if len(found) == count:
                        return Coming(tuple(found), None)
        return Coming(tuple(found), None)

    def doubts(self, ledger: Ledger, uid: str, read: Callable[[Report], tuple[Figure, ...]]) -> tuple[Figure, ...]:
        """The undecided numerals of a report, as the figures that they would be; read once."""
        if uid not in self._doubts:
            held = ledger.log.report(uid)
            self._doubts[uid] = read(held.report) if held is not None else ()
            if len(self._doubts) > MOST_READ:
                self._doubts.popitem(last=False)
        return self._doubts[uid]


def _standing(ledger: Ledger, spot: Spot) -> str | None:
    rows = ledger.database.rows(
        "select c.review from claim c join report r on r.report_key = c.report_key "
        "where r.uid = :uid and c.start_at = :start and c.end_at = :end and c.valid_to = '9999'",
        spot._asdict(),
    )
    return rows[0][0] if rows else None


def _rank(
    ledger: Ledger, name: str, board: Callable[[], Board], confidential: bool
) -> tuple[tuple[Spot, ...], int]:  # fmt: skip
    hidden = set() if confidential else confidential_reports(ledger)
    if name == "contradicting":
        spots = list(dict.fromkeys(_contradicting(ledger, board())))
        visible = [spot for spot in spots if spot.uid not in hidden]
        return tuple(visible[:MOST]), len(visible)
    values: dict[str, Any] = {"standing": STANDING[name]}
    where = "c.valid_to = '9999' and c.newest = 1 and c.review = :standing"
    order = "c.claim_key desc"
    if name == "unsure":
        order = f"{_CONFIDENCE[ledger.database.kind]}, c.claim_key"
    elif name == "new":
        where += " and c.recorded_at >= :today"
        values["today"] = now()[:10]
        order = "c.report_key desc, c.start_at"
    # Only names that this module holds are put into SQL; values are bound.
    chosen = f"from claim c join report r on r.report_key = c.report_key where {where}"
    rows = ledger.database.rows(
        f"select r.uid, c.start_at, c.end_at {chosen} order by {order} limit {MOST + len(hidden)}",
        values,
    )
    total = int(ledger.database.rows(f"select count(*) {chosen}", values)[0][0])
    ranked = tuple(Spot(*row) for row in rows if row[0] not in hidden)
    return ranked, total if not hidden else min(total, len(ranked))


def _contradicting(ledger: Ledger, board: Board) -> Iterator[Spot]:
    across = (problem for _, problem in board.problems.values() if problem.kind in CONTRADICTIONS)
    yield from _spots_of(ledger, (claim for problem in across for claim in problem.claim_ids))
    values, kinds = _bound("k", CONTRADICTIONS)
    chosen = (
        "from problem p join report r on r.report_key = p.report_key join claim c on c.report_key = p.report_key "
        "and c.start_at < p.end_at and c.end_at > p.start_at where p.valid_to = '9999' and p.newest = 1 "
        f"and p.review = 'open' and c.valid_to = '9999' and c.review = 'unreviewed' and p.kind in ({kinds})"
    )
    rows = ledger.database.rows(
        f"select r.uid, c.start_at, c.end_at {chosen} order by p.report_key desc, c.start_at limit {MOST}", values
    )
    for row in rows:
        yield Spot(*row)


def _spots_of(ledger: Ledger, claim_ids: Iterable[str]) -> Iterator[Spot]:
    """The places of figures that nobody decided on, in the order of their ids as given."""
    ids = list(dict.fromkeys(claim_ids))
    for begin in range(0, len(ids), _AT_ONCE):
        some, names = _bound("c", ids[begin : begin + _AT_ONCE])
        chosen = (
            "from claim c join report r on r.report_key = c.report_key "
            f"where c.valid_to = '9999' and c.review = 'unreviewed' and c.claim_id in ({names})"
        )
        rows = ledger.database.rows(f"select c.claim_id, r.uid, c.start_at, c.end_at {chosen}", some)
        found = {claim: Spot(uid, start, end) for claim, uid, start, end in rows}
        for claim in some.values():
            if claim in found:
                yield found[claim]


def _bound(prefix: str, values: Iterable[str]) -> tuple[dict[str, str], str]:
    """Values to be bound, and their names for the SQL."""
    named = {f"{prefix}{n}": value for n, value in enumerate(values)}
    return named, ", ".join(":" + name for name in named)
