"""What a ledger answers: claims, reports and problems that fit a query, page by page or as a stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from tallyroom.ledger import resolution
from tallyroom.ledger.database import Database
from tallyroom.ledger.log import REPORT_COLUMNS, report_of
from tallyroom.ledger.query import (
    COUNTED,
    OF_REPORT,
    Page,
    Query,
    ReportsThen,
    ReportThen,
    Where,
    begins_with,
    claim_conditions,
    cursor,
    names_at,
    newest_at,
    order_of,
    problem_conditions,
    read_cursor,
    report_conditions,
)
from tallyroom.ledger.records import ClaimBody, LedgerClaim, LedgerProblem, LedgerReport
from tallyroom.model import Problem

#: Words that so few reports hold, and values that so few claims have, are looked up first, then the other filters.
RARE = 3000
_CLAIM_COLUMNS = (
    "c.claim_key, c.body, r.id, r.uid, c.published, c.review, c.confidential, c.newest, c.extractor, c.recorded_at, "
    "c.valid_from, c.valid_to, c.collection, c.event, coalesce(nullif(ns.settled, ''), ns.body), "
    "coalesce(nullif(np.settled, ''), np.body), coalesce(nullif(nl.settled, ''), nl.body), c.relation, e.body"
)


def _with_all(known_at: str | None = None) -> str:
    names = names_at(known_at)
    return (
        "join report r on r.report_key = c.report_key join entry e on e.identity = 'report:' || r.uid "
        f"left join {names} ns on ns.resolution_key = c.source_key "
        f"left join {names} np on np.resolution_key = c.population_key "
        f"left join {names} nl on nl.resolution_key = c.place_key"
    )


class Pages:
    """Reads a ledger's database; `events` of a query are further names of the event that it asks for."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def claims(
        self, query: Query, more: int, events: Collection[str] = ()
    ) -> Iterator[tuple[tuple[Any, int], LedgerClaim]]:
        """The claims that fit, each with its place in the order; `more` rows than the query's limit."""
        where = self.claims_where(query, events)
        column, order, after = order_of(query, "claim_key")
        if query.after:
            value, key = read_cursor(query.after)
            where.add(after, after_value=value, after_key=key)
        with_all = _with_all(query.known_at)
        chosen = f"claim c {with_all} where {where.sql}"
        if query.limit is not None:
            # A page is chosen by its keys alone; all claims come in the order of an index, with nothing to sort.
            chosen = (
                f"(select claim_key as page_key from claim c where {where.sql} order by {order} "
                f"limit {int(query.limit) + more}) page join claim c on c.claim_key = page.page_key {with_all}"
            )
        sql = f"select {column}, {_CLAIM_COLUMNS} from {chosen} order by {order}"
        headers: dict[str, Any] = {}
        for row in self.database.stream(sql, where.values):
            uid = row[4]
            if uid not in headers:
                headers = {uid: msgspec.json.decode(row[-1], type=_Header).report}
            yield (row[0], row[1]), _claim_of(row[1:-1], headers[uid])

    def claims_where(self, query: Query, events: Collection[str] = ()) -> Where:
        """The conditions of a query on claims, in the order that is fastest."""
        where = claim_conditions(query, self.database.kind, events)
        if self.database.kind != "sqlite":
            return where
        if query.report:
            where.led_by(OF_REPORT)
        elif query.text and self._rare("report_text where report_text match :words", where):
            where.led_by("report_text")
        elif None not in (query.value_from, query.value_to) and self._rare(
            "claim c where c.valid_to = '9999' and c.newest = 1 and c.value between :value_from and :value_to", where
        ):
            where.led_by("c.value")
        return where

    def _rare(self, hits: str, where: Where) -> bool:
        sql = f"select count(*) from (select 1 from {hits} limit {RARE + 1}) found"
        return int(self.database.rows(sql, where.values)[0][0]) <= RARE

    def history(self, uid: str, start: int, end: int) -> list[LedgerClaim]:
        """All that a span of a report ever counted as, oldest first."""
        sql = (
            f"select {_CLAIM_COLUMNS} from claim c {_with_all()} "
            "where r.uid = :uid and c.start_at = :start and c.end_at = :end order by c.claim_key"
        )
        rows = self.database.rows(sql, {"uid": uid, "start": start, "end": end})
        return [_claim_of(row[:-1], msgspec.json.decode(row[-1], type=_Header).report) for row in rows]

    def reports(
        self, query: Query, more: int, events: Collection[str] = (), then: ReportsThen | None = None
    ) -> Iterator[tuple[tuple[Any, int], LedgerReport]]:
        """The reports that fit, each with its place in the order; `then` tells how reports stood at `known_at`."""
        where = report_conditions(query, self.database.kind, events, then)
        column, order, after = order_of(query, "report_key", "r")
        limit = "" if query.limit is None else f" limit {int(query.limit) + more}"
        if query.after:
            value, key = read_cursor(query.after)
            where.add(after, after_value=value, after_key=key)
        columns = ", ".join("r." + name for name in REPORT_COLUMNS.split(", "))
        if query.known_at:
            columns = columns.replace("r.newest", f"case when {newest_at(query.known_at)} then 1 else 0 end")
        sql = (
            f"select {column}, {columns}, e.body from report r join entry e on e.identity = 'report:' || r.uid "
            f"where {where.sql} order by {order}{limit}"
        )
        for row in self.database.stream(sql, where.values):
            held = report_of(row[1:])
            if then and held.report.uid in then:
                held = _as_it_stood(held, then[held.report.uid])
            yield (row[0], row[1]), held

    def problems(
        self, query: Query, more: int, events: Collection[str] = ()
    ) -> Iterator[tuple[tuple[Any, int], LedgerProblem]]:
        """The problems of single reports that fit, each with its place in the order."""
        where = problem_conditions(query, self.database.kind, events)
        column, order, after = order_of(query, "problem_key")
        limit = "" if query.limit is None else f" limit {int(query.limit) + more}"
        if query.after:
            value, key = read_cursor(query.after)
            where.add(after, after_value=value, after_key=key)
        sql = (
            f"select {column}, c.problem_key, c.body, r.id, r.uid, c.published, c.collection, c.review, e.body "
            "from problem c join report r on r.report_key = c.report_key "
            f"join entry e on e.identity = 'report:' || r.uid where {where.sql} order by {order}{limit}"
        )
        for value, key, body, report_id, uid, published, collection, review, entry in self.database.stream(
            sql, where.values
        ):
            yield (
                (value, key),
                LedgerProblem(
                    problem=msgspec.json.decode(body, type=Problem), report_id=report_id, uid=uid,
                    published=published or None, outlet=msgspec.json.decode(entry, type=_Header).report.outlet,
                    collection=collection or None, review=review,
                ),
            )  # fmt: skip

    def problems_of(self, uid: str) -> list[tuple[str, int, int]]:
        """Kind, start and end of the problems of one report, those dismissed too."""
        sql = (
            "select p.kind, p.start_at, p.end_at from problem p join report r on r.report_key = p.report_key "
            "where r.uid = :uid and p.valid_to = '9999' order by p.problem_key"
        )
        return [(kind, start, end) for kind, start, end in self.database.rows(sql, {"uid": uid})]

    def claim_ids(self, start: str) -> list[str]:
        """The claim ids that begin so, two at most."""
        where = Where()
        begins_with(where, "claim_id", "claim", start)
        sql = f"select distinct claim_id from claim where {where.sql} limit 2"
        return [claim_id for (claim_id,) in self.database.rows(sql, where.values)]

    def knows(self, id: str) -> bool:
        """Whether an id is that of a claim or report, as it was ever read."""
        sql = "select 1 from claim where claim_id = :id union all select 1 from report where :id in (uid, id) limit 1"
        return bool(self.database.rows(sql, {"id": id}))

    def count(self, table: str, where: Where, prefix: str) -> int:
        """How many rows fit, counted up to 1,001."""
        sql = f"select count(*) from (select 1 from {table} {prefix} where {where.sql} limit {COUNTED + 1}) found"
        return int(self.database.rows(sql, where.values)[0][0])

    def count_reports(self, query: Query, events: Collection[str] = (), then: ReportsThen | None = None) -> int:
        """How many reports fit, counted up to 1,001."""
        return self.count("report", report_conditions(query, self.database.kind, events, then), "r")


def _as_it_stood(held: LedgerReport, then: ReportThen) -> LedgerReport:
    return msgspec.structs.replace(
        held, event=then.event or None, collection=then.collection or None, copy_of=then.copy_of or None
    )


def page_of(query: Query, rows: Sequence[tuple[tuple[Any, int | str], Any]]) -> Page:
    """A page from its rows, of which there is one more than it holds where another page follows."""
    if query.limit is not None and len(rows) > query.limit:
        rows = rows[: query.limit]
        return Page(tuple(row for _, row in rows), cursor(*rows[-1][0]))
    return Page(tuple(row for _, row in rows))


class _ReportHeader(msgspec.Struct, frozen=True):
    """A report without its text, decoded fast."""

    outlet: str | None = None
    url: str | None = None
    title: str | None = None


class _Header(msgspec.Struct, frozen=True):
    report: _ReportHeader


def _claim_of(row: tuple[Any, ...], header: Any) -> LedgerClaim:
    (
        _, body, report_id, uid, published, review, secret, newest, extractor, at, since, until, collection, event,
        source, population, place, relation,
    ) = row  # fmt: skip
    held = msgspec.json.decode(body, type=ClaimBody)
    return LedgerClaim(
        figure=held.figure, report_id=report_id, uid=uid, published=published or None, outlet=header.outlet,
        url=header.url, title=header.title, collection=collection or None, event=event or None, review=review,
        confidential=bool(secret), newest=bool(newest), extractor=extractor, recorded_at=at, since=since,
        until=None if until == "9999" else until, decisions=held.decisions, read=held.read,
        resolved=resolution.Resolved(
            resolution.read(source) if source else None, resolution.read(population) if population else None,
            resolution.read(place) if place else None, relation or None,
        ),
    )  # fmt: skip
