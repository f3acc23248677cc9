"""What waits for a person, in order: least sure first, new today, contradicting, undecided numerals, people differ."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.effective import not_withdrawn
from tallyroom.ledger.query import Where, report_conditions
from tallyroom.ledger.words import now
from tallyroom.model import Figure
from tallyroom.series import SeriesProblem
from tallyroom.web.doubts import Doubts
from tallyroom.web.kept import Kept
from tallyroom.web.ledgers import Ledgers
from tallyroom.web.lineup import Board, Lineup
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
#: Queues that are kept ranked, each with its filters.
MOST_RANKED = 64
#: How long a request waits for a first undecided numeral while reports are read.
LOOK_SECONDS = 0.15
#: Reports that were not read yet, in one request.
MOST_UNREAD = 50
_CONFIDENCE = {
    "sqlite": "coalesce(json_extract(c.body, '$.figure.confidence.record'), 1)",
    "postgres": "coalesce((c.body::json #>> '{figure,confidence,record}')::float, 1)",
}
_AT_ONCE = 500
#: A report that holds a figure of a confidential source.
_HIDDEN = "exists (select 1 from claim s where s.report_key = {key} and s.confidential = 1 and s.valid_to = '9999')"


class Ranked(msgspec.Struct, frozen=True):
    """A queue as it stood when it was ranked: its places in order, and how many figures wait in all where that is known."""

    spots: tuple[Spot, ...]
    total: int | None


class Coming(msgspec.Struct, frozen=True):
    """The next places of a queue; `more` while reports are still looked through; `total` None where nobody counted."""

    spots: tuple[Spot, ...]
    total: int | None
    more: bool = False


class _Key(msgspec.Struct, frozen=True):
    name: str
    query: Query


class Queues:
    """Ranks the queues of a ledger now and then, beside the page; what was decided since is left out when a place comes up."""

    def __init__(self, ledgers: Ledgers, lineup: Lineup, doubts: Doubts) -> None:
        self.lineup, self.doubts = lineup, doubts
        self._kept: Kept[_Key, Ranked] = Kept(
            ledgers, self._ranked, matters=lambda ledger, since: False, most=MOST_RANKED, rest=REST
        )
        self._boards: dict[bool, tuple[Board, float, float]] = {}
        self._problems: dict[bool, tuple[Board, dict[str, list[SeriesProblem]]]] = {}

    def coming(
        self, ledger: Ledger, name: str, query: Query, *, count: int, without: Collection[str] = (), after: Spot | None = None
    ) -> Coming:  # fmt: skip
        """The next places of a queue that still wait, of figures that fit; `without` holds short spots that are seen to already."""
        query = _for_ranking(query)
        if name == "undecided":
            return self._undecided(ledger, query, count=count, without=without, after=after)
        ranked, _ = self._kept.get(ledger, _Key(name, query))
        spots = ranked.spots
        if after is not None and after in spots:
            spots = spots[spots.index(after) + 1 :]
        found: list[Spot] = []
        for spot in spots:
            if spot.short not in without and spot != after and _waits(ledger, spot, STANDING[name], query.confidential):
                found.append(spot)
                if len(found) == count:
                    break
        return Coming(tuple(found), ranked.total)

    def prepare(self, name: str, query: Query) -> None:
        """Begin to rank a queue that will be asked for."""
        self._kept.renew(_Key(name, _for_ranking(query)))

    def board(self, ledger: Ledger, *, confidential: bool) -> Board:
        """The stories as they stood not long ago: each decision changes the ledger, and no item waits for a new line-up."""
        held = self._boards.get(confidential)
        began = time.monotonic()
        if held is not None and began - held[1] < REST * held[2]:
            return held[0]
        board = self.lineup.seen(ledger, confidential=confidential, wait=0).board
        ended = time.monotonic()
        self._boards[confidential] = board, ended, max(LEAST_REST / REST, ended - began)
        return board

    def problems_of(self, claim_id: str, ledger: Ledger, *, confidential: bool) -> Sequence[SeriesProblem]:
        """The problems of several figures or reports that a figure stands in."""
        board = self.board(ledger, confidential=confidential)
        if self._problems.get(confidential, (None,))[0] is not board:
            by_claim: dict[str, list[SeriesProblem]] = {}
            for _, problem in board.problems.values():
                for claim in problem.claim_ids:
                    by_claim.setdefault(claim, []).append(problem)
            self._problems[confidential] = board, by_claim
        return self._problems[confidential][1].get(claim_id, ())

    def _ranked(self, ledger: Ledger, key: _Key) -> Ranked:
        if key.name == "contradicting":
            board = self.board(ledger, confidential=key.query.confidential)
            some = list(islice(_contradicting(ledger, key.query, board), MOST))
            spots = tuple(dict.fromkeys(some))
            return Ranked(spots, len(spots) if len(some) < MOST else None)
        return _rank(ledger, key.name, key.query)

    def _undecided(
        self, ledger: Ledger, query: Query, *, count: int, without: Collection[str], after: Spot | None
    ) -> Coming:  # fmt: skip
        """The next undecided numerals that nobody decided on, of the newest reports first."""
        found, unread = self._doubted(ledger, query, count, without, after)
        if unread and len(found) < count:
            self.doubts.want(unread, 0.0 if found else LOOK_SECONDS)
            if not found:
                found, unread = self._doubted(ledger, query, count, without, after)
        return Coming(tuple(found), None, more=bool(unread))

    def _doubted(
        self, ledger: Ledger, query: Query, count: int, without: Collection[str], after: Spot | None
    ) -> tuple[list[Spot], list[str]]:
        """Up to so many places in reports that were read, and the first reports that were not."""
        where = report_conditions(query, ledger.database.kind, ledger.event_names(query))
        if not query.confidential:
            where.add(f"not {_HIDDEN.format(key='r.report_key')}")
        begun = after is None
        found: list[Spot] = []
        unread: list[str] = []
        sql = f"select r.uid from report r where {where.sql} order by r.report_key desc"  # noqa: S608, values are bound
        for (uid,) in ledger.database.stream(sql, where.values):
            begun = begun or (after is not None and after.uid == uid)
            if not begun:
                continue
            doubts = self.doubts.known(uid)
            if doubts is None:
                unread.append(uid)
                if len(unread) == MOST_UNREAD:
                    break
            elif doubts:
                passed = after if after is not None and after.uid == uid else None
                found += _open_doubts(ledger, uid, doubts, without, passed)
                if len(found) >= count:
                    break
        return found[:count], unread

    def close(self) -> None:
        """Rank nothing more."""
        self._kept.close()


def _for_ranking(query: Query) -> Query:
    """The filters of a query, without what only shapes a page."""
    shape = Query()
    names = ("sort", "descending", "after", "kind", "review", "known_at", "all_versions")
    return msgspec.structs.replace(query, limit=None, **{name: getattr(shape, name) for name in names})


def _open_doubts(
    ledger: Ledger, uid: str, doubts: Sequence[Figure], without: Collection[str], passed: Spot | None
) -> Iterator[Spot]:
    decided = {(j.start, j.end) for j in not_withdrawn(ledger.log.judgements_on([uid])) if j.start >= 0}
    for figure in doubts:
        spot = Spot(uid, figure.start, figure.end)
        if spot.short not in without and (figure.start, figure.end) not in decided and (not passed or spot > passed):
            yield spot


def _waits(ledger: Ledger, spot: Spot, standing: str, confidential: bool) -> bool:
    """Does a figure with this standing, which may be seen, stand at a place now?"""
    seen = "" if confidential else f" and r.confidential = 0 and not {_HIDDEN.format(key='c.report_key')}"
    place = "r.uid = :uid and c.start_at = :start and c.end_at = :end and c.valid_to = '9999' and c.review = :standing"
    # Only names that this module and the ledger's own code hold are put into SQL, here and below; values are bound.
    waiting = f"from claim c join report r on r.report_key = c.report_key where {place}{seen}"
    return bool(ledger.database.rows(f"select 1 {waiting} limit 1", {**spot._asdict(), "standing": standing}))


def _conditions(ledger: Ledger, query: Query, standing: str) -> Where:
    """The conditions on claims `c` of a standing that fit and may be seen."""
    asked = msgspec.structs.replace(query, review=standing)
    where = ledger.pages.claims_where(asked, ledger.event_names(asked))
    if not query.confidential:
        where.add("c.report_key not in (select report_key from claim where confidential = 1 and valid_to = '9999')")
    return where


def _rank(ledger: Ledger, name: str, query: Query) -> Ranked:
    where = _conditions(ledger, query, STANDING[name])
    order = "c.claim_key desc"
    if name == "unsure":
        order = f"{_CONFIDENCE[ledger.database.kind]}, c.claim_key"
    elif name == "new":
        where.add("c.recorded_at >= :today", today=now()[:10])
        order = "c.report_key desc, c.start_at"
    chosen = f"from claim c join report r on r.report_key = c.report_key where {where.sql}"
    rows = ledger.database.rows(
        f"select r.uid, c.start_at, c.end_at {chosen} order by {order} limit {MOST}", where.values
    )
    total = int(ledger.database.rows(f"select count(*) {chosen}", where.values)[0][0]) if len(rows) == MOST else len(rows)  # fmt: skip
    return Ranked(tuple(Spot(*row) for row in rows), total)


def _contradicting(ledger: Ledger, query: Query, board: Board) -> Iterator[Spot]:
    where = _conditions(ledger, query, STANDING["contradicting"])
    across = (problem for _, problem in board.problems.values() if problem.kind in CONTRADICTIONS)
    yield from _spots_of(ledger, where, (claim for problem in across for claim in problem.claim_ids))
    values, kinds = _bound("k", CONTRADICTIONS)
    chosen = (
        "from problem p join report r on r.report_key = p.report_key "
        "join claim c on c.report_key = p.report_key and c.start_at < p.end_at and c.end_at > p.start_at "
        f"where p.valid_to = '9999' and p.newest = 1 and p.review = 'open' and p.kind in ({kinds}) and {where.sql}"
    )
    order = f"order by p.report_key desc, c.start_at limit {MOST}"
    for row in ledger.database.rows(f"select r.uid, c.start_at, c.end_at {chosen} {order}", {**where.values, **values}):
        yield Spot(*row)


def _spots_of(ledger: Ledger, where: Where, claim_ids: Iterable[str]) -> Iterator[Spot]:
    """The places of figures that fit, in the order of their ids as given."""
    ids = iter(dict.fromkeys(claim_ids))
    while batch := list(islice(ids, _AT_ONCE)):
        some, names = _bound("c", batch)
        chosen = (
            f"from claim c join report r on r.report_key = c.report_key where c.claim_id in ({names}) and {where.sql}"
        )
        rows = ledger.database.rows(
            f"select c.claim_id, r.uid, c.start_at, c.end_at {chosen}", {**where.values, **some}
        )
        found = {claim: Spot(uid, start, end) for claim, uid, start, end in rows}
        for claim in some.values():
            if claim in found:
                yield found[claim]


def _bound(prefix: str, values: Iterable[str]) -> tuple[dict[str, str], str]:
    """Values to be bound, and their names for the SQL."""
    named = {f"{prefix}{n}": value for n, value in enumerate(values)}
    return named, ", ".join(":" + name for name in named)
