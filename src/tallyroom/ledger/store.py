"""`Ledger`: open, add extractions, ask, judge; what all doors use."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger.database import connect
from tallyroom.ledger.effective import Standing, not_withdrawn, sentence_at, standing, with_fields
from tallyroom.ledger.log import REPORT_COLUMNS, Log, ReadingBody, address_of, report_of
from tallyroom.ledger.query import (
    COUNTED,
    Page,
    Query,
    Where,
    claim_conditions,
    cursor,
    order_of,
    problem_conditions,
    read_cursor,
    report_conditions,
)
from tallyroom.ledger.records import (
    KINDS,
    ClaimBody,
    Judgement,
    LedgerClaim,
    LedgerProblem,
    LedgerReport,
    fold,
    hash_of,
    now,
    with_identity,
)
from tallyroom.model import Extraction, Figure, Problem, with_claim_ids

if TYPE_CHECKING:
    from tallyroom.series import Judgements, SeriesClaim

_CLAIM_COLUMNS = (
    "c.claim_key, c.body, r.id, r.uid, c.published, c.review, c.confidential, c.newest, c.extractor, c.recorded_at, "
    "c.valid_to, c.collection, c.event"
)


#: Words that so few reports hold are looked up first, then the other filters.
RARE = 2000


class Added(msgspec.Struct, frozen=True):
    """What adding an extraction did."""

    uid: str
    new_report: bool
    new_reading: bool


class Ledger:
    """A ledger on SQLite or PostgreSQL. Use it as a context manager.

    >>> with Ledger.open("tallyroom.db") as ledger:            # doctest: +SKIP
    ...     for claim in ledger.claims(Query(measure="killed")):
    ...         print(claim.figure.quote, claim.figure.source)
    """

    def __init__(self, database: Any) -> None:
        self.database = database
        self.log = Log(database)
        self.run_id = uuid.uuid4().hex

    @classmethod
    def open(cls, where: str | Path, *, create: bool = True, read_only: bool = False) -> Ledger:
        """The ledger at a path or `postgresql://` URL; raises `LedgerError` where it cannot be opened."""
        return cls(connect(str(where), create=create, read_only=read_only))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    @property
    def where(self) -> str:
        """The path, or the URL without its password."""
        return str(self.database.where)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        try:
            with self.database.transaction():
                yield
        except BaseException:
            self.log.forget_terms()
            raise

    # Keep

    def has_reading(self, uid: str, extractor: str) -> bool:
        """Whether a report was read by this extractor."""
        return any(body.extractor == extractor for body, _ in self.log.readings(uid))

    def add(self, extraction: Extraction, *, collection: str | None = None, at: str | None = None) -> Added:
        """Keep a report and its reading. The same again changes nothing; a new reading supersedes the one before."""
        at, report = at or now(), extraction.report
        figures = extraction.figures
        if any(not f.claim_id for f in figures):
            figures = with_claim_ids(report.uid, list(figures))
        body = ReadingBody(extraction.extractor, figures, extraction.problems)
        identity = f"reading:{report.uid}:{hash_of(msgspec.json.encode(body).decode())}"
        with self.transaction():
            _, new_report = self.log.add_report(report, collection, at, self.run_id)
            if not new_report and self.log.is_redacted(report.uid):
                return Added(report.uid, False, False)
            new_reading = self.log.append("reading", identity, report.uid, body, at, self.run_id)
            if new_report or new_reading:
                self.log.settle(report.uid, at)
        return Added(report.uid, new_report, new_reading)

    # Ask

    def claims(self, query: Query | None = None) -> Iterator[LedgerClaim]:
        """The claims that fit, as a stream; without a query all that count, in the order in which reports came."""
        if query is None:
            query = Query(sort="recorded", descending=False, limit=None)
        for _, claim in self._claim_rows(query, 0):
            yield claim

    def claim_page(self, query: Query) -> Page:
        """A page of claims."""
        return self._page(query, list(self._claim_rows(query, 1)))

    def _claim_rows(self, query: Query, more: int) -> Iterator[tuple[tuple[Any, int], LedgerClaim]]:
        where = self._claims_where(query)
        column, order, after = order_of(query, "claim_key")
        limit = "" if query.limit is None else f" limit {int(query.limit) + more}"
        if query.after:
            value, key = read_cursor(query.after)
            where.add(after, after_value=value, after_key=key)
        sql = (
            f"select {column}, {_CLAIM_COLUMNS}, e.body from (select claim_key as page_key from claim c "
            f"where {where.sql} order by {order}{limit}) page join claim c on c.claim_key = page.page_key "
            "join report r on r.report_key = c.report_key join entry e on e.identity = 'report:' || r.uid "
            f"order by {order}"
        )
        headers: dict[str, Any] = {}
        for row in self.database.stream(sql, where.values):
            uid = row[4]
            if uid not in headers:
                headers = {uid: msgspec.json.decode(row[-1], type=_Header).report}
            yield (row[0], row[1]), _claim_of(row[1:-1], headers[uid])

    def _claims_where(self, query: Query) -> Where:
        where = claim_conditions(query, self.database.kind, self._same_names(query))
        if query.text and self.database.kind == "sqlite":
            hits = "select 1 from report_text where report_text match :words"
            sql = f"select count(*) from ({hits} limit {RARE + 1}) found"
            if self.database.rows(sql, {"words": where.values["words"]})[0][0] <= RARE:
                where.led_by_text()
        return where

    def _page(self, query: Query, rows: list[tuple[tuple[Any, int], Any]]) -> Page:
        if query.limit is not None and len(rows) > query.limit:
            rows = rows[: query.limit]
            return Page(tuple(row for _, row in rows), cursor(*rows[-1][0]))
        return Page(tuple(row for _, row in rows))

    def count_claims(self, query: Query) -> int:
        """How many claims fit, counted up to 1,001: more is told as "1,000+"."""
        return self._count("claim", self._claims_where(query), "c")

    def count_reports(self, query: Query) -> int:
        """How many reports fit, counted up to 1,001."""
        return self._count("report", report_conditions(query, self.database.kind), "r")

    def _count(self, table: str, where: Where, prefix: str) -> int:
        sql = f"select count(*) from (select 1 from {table} {prefix} where {where.sql} limit {COUNTED + 1}) found"
        return int(self.database.rows(sql, where.values)[0][0])

    def report(self, name: str) -> LedgerReport:
        """The report of an id or uid (the newest version of an id); raises `UsageError` where there is none."""
        rows = self.database.rows(
            "select uid from report where uid = :name or id = :name order by newest desc, report_key desc limit 1",
            {"name": name},
        )
        held = self.log.report(rows[0][0]) if rows else None
        if held is None:
            raise UsageError(f"no report {name!r} here; `tallyroom reports` lists them")
        return held

    def reports(self, query: Query | None = None) -> Iterator[LedgerReport]:
        """The reports that fit, as a stream."""
        query = query or Query(sort="recorded", descending=False, limit=None)
        for _, report in self._report_rows(query, 0):
            yield report

    def report_page(self, query: Query) -> Page:
        """A page of reports."""
        return self._page(query, list(self._report_rows(query, 1)))

    def _report_rows(self, query: Query, more: int) -> Iterator[tuple[tuple[Any, int], LedgerReport]]:
        where = report_conditions(query, self.database.kind)
        column, order, after = order_of(query, "report_key", "r")
        limit = "" if query.limit is None else f" limit {int(query.limit) + more}"
        if query.after:
            value, key = read_cursor(query.after)
            where.add(after, after_value=value, after_key=key)
        columns = ", ".join("r." + name for name in REPORT_COLUMNS.split(", "))
        sql = (
            f"select {column}, {columns}, e.body from report r join entry e on e.identity = 'report:' || r.uid "
            f"where {where.sql} order by {order}{limit}"
        )
        for row in self.database.stream(sql, where.values):
            yield (row[0], row[1]), report_of(row[1:])

    def problem_page(self, query: Query) -> Page:
        """A page of problems of single reports."""
        where = problem_conditions(query, self.database.kind)
        column, order, after = order_of(query, "problem_key")
        if query.after:
            value, key = read_cursor(query.after)
            where.add(after, after_value=value, after_key=key)
        limit = "" if query.limit is None else f" limit {int(query.limit) + 1}"
        sql = (
            f"select {column}, c.problem_key, c.body, r.id, r.uid, c.published, c.collection, c.review, e.body "
            "from problem c join report r on r.report_key = c.report_key join entry e on e.identity = 'report:' || "
            "r.uid "
            f"where {where.sql} order by {order}{limit}"
        )
        rows = []
        for value, key, body, report_id, uid, published, collection, review, entry in self.database.stream(
            sql, where.values
        ):
            problem = LedgerProblem(
                problem=msgspec.json.decode(body, type=Problem), report_id=report_id, uid=uid,
                published=published or None,
                outlet=msgspec.json.decode(entry, type=_Header).report.outlet, collection=collection or None,
                review=review,
            )  # fmt: skip
            rows.append(((value, key), problem))
        return self._page(query, rows)

    def sources(self, query: Query) -> list[dict[str, Any]]:
        """Who speaks: each name with its number of claims and reports, first and last date; the most named first."""
        where = claim_conditions(query, self.database.kind, self._same_names(query))
        rows = self.database.rows(
            "select t.words, count(*), count(distinct c.report_key), min(nullif(c.published, '')), max(c.published), "
            "max(c.confidential), c.source from claim c join term t on t.kind = 'source' and t.folded = c.source "
            f"where {where.sql} group by c.source, t.words order by count(*) desc, c.source"
            + (f" limit {int(query.limit)}" if query.limit else ""),
            where.values,
        )
        same = self.same_pairs("source")
        return [
            {
                "source": words, "claims": claims, "reports": reports, "first": first, "last": last or None,
                "confidential": bool(secret), "same_as": sorted(same.get(folded, set()) - {folded}),
            }
            for words, claims, reports, first, last, secret, folded in rows
        ]  # fmt: skip

    def history(self, uid: str, start: int, end: int) -> list[LedgerClaim]:
        """All that a span of a report ever counted as, oldest first."""
        sql = (
            f"select {_CLAIM_COLUMNS}, e.body from claim c join report r on r.report_key = c.report_key "
            "join entry e on e.identity = 'report:' || r.uid "
            "where r.uid = :uid and c.start_at = :start and c.end_at = :end order by c.claim_key"
        )
        rows = self.database.rows(sql, {"uid": uid, "start": start, "end": end})
        return [_claim_of(row[:-1], msgspec.json.decode(row[-1], type=_Header).report) for row in rows]

    def claim(self, claim_id: str) -> LedgerClaim:
        """The claim of an id or the beginning of one; raises `UsageError` where none or several fit."""
        query = Query(claim=claim_id, review="all", all_versions=True, limit=2)
        found = self.claim_page(query).rows
        if not found:
            raise UsageError(f"no figure {claim_id!r} here; `tallyroom figures` lists them with their ids")
        if len({claim.claim_id for claim in found}) > 1:
            raise UsageError(f"several figures begin with {claim_id!r}; write more of the id")
        claim: LedgerClaim = found[0]
        return claim

    def extractions(self, query: Query | None = None) -> Iterator[Extraction]:
        """Report by report what counts now: the text, the claims after judgements (not the rejected), the problems."""
        for held in self.reports(query):
            yield self.extraction(held)

    def extraction(self, held: LedgerReport) -> Extraction:
        """What counts now of one report."""
        claims = self.database.rows(
            "select body, extractor from claim where report_key = :key and valid_to = '9999' and review <> 'rejected' "
            "order by start_at, end_at, claim_key",
            {"key": held.key},
        )
        problems = self.database.rows(
            "select body from problem where report_key = :key and valid_to = '9999' and review = 'open' order by "
            "problem_key",
            {"key": held.key},
        )
        reading = self.log.reading(held.report.uid)
        return Extraction(
            report=held.report, extractor=reading[0].extractor if reading else "",
            figures=tuple(msgspec.json.decode(body, type=ClaimBody).figure for body, _ in claims),
            problems=tuple(msgspec.json.decode(body, type=Problem) for (body,) in problems),
        )  # fmt: skip

    # Decide

    def judge(self, judgement: Judgement) -> Judgement:
        """Record a judgement and let it count; raises `UsageError` where it cannot be meant."""
        if not judgement.by.strip():
            raise UsageError("a judgement needs a name: --by NAME")
        judgement = self._anchored(judgement)
        judgement = with_identity(judgement)
        with self.transaction():
            at = judgement.recorded_at
            self.log.append("judgement", f"judgement:{judgement.identity}", judgement.uid, judgement, at, self.run_id)
            self.settle_after(judgement, at)
        return judgement

    def settle_after(self, judgement: Judgement, at: str) -> None:
        """Let a judgement that stands in the log count."""
        if judgement.uid:
            for uid in self._later_versions(judgement.uid):
                self.log.settle(uid, at)
        elif judgement.kind == "source" and judgement.action in ("correct", "undo"):
            rows = self.database.rows(
                "select distinct r.uid from claim c join report r on r.report_key = c.report_key "
                "where c.valid_to = '9999' and c.source = :source",
                {"source": fold(judgement.a)},
            )
            for (uid,) in rows:
                self.log.settle(uid, at)

    def _later_versions(self, uid: str) -> list[str]:
        rows = self.database.rows(
            "select uid from report where address = (select address from report where uid = :uid) and report_key >= "
            "(select report_key from report where uid = :uid) order by report_key",
            {"uid": uid},
        )
        return [found for (found,) in rows]

    def _anchored(self, judgement: Judgement) -> Judgement:
        if judgement.action in ("same", "different") and judgement.kind not in KINDS:
            raise UsageError(f"no kind {judgement.kind!r}; the kinds are {', '.join(KINDS)}")
        if not judgement.uid or judgement.start < 0 or judgement.action in ("undo", "redact"):
            return judgement
        text = self.report(judgement.uid).report.text
        start, end = judgement.start, judgement.end
        if not 0 <= start <= end <= len(text) or (start == end and judgement.action != "dismiss"):
            raise UsageError(f"{start}-{end} is no place in this report, which has {len(text)} characters")
        if judgement.action == "add":
            with_fields(
                Figure(id="a1", quote="", start=start, end=end, low=None, best=None, high=None), judgement.fields
            )
        first, last = sentence_at(text, start, end)
        return msgspec.structs.replace(judgement, sentence=text[first:last], sentence_start=first)

    def undo(self, by: str, why: str | None = None) -> Judgement:
        """Withdraw a person's own last judgement; raises `UsageError` where there is none."""
        rows = self.database.stream("select body from entry where kind = 'judgement' order by sequence")
        own = [j for (body,) in rows if (j := msgspec.json.decode(body, type=Judgement)).by == by]
        left = [j for j in not_withdrawn(own) if j.action != "redact"]
        if not left:
            raise UsageError(f"{by} has no judgement to undo")
        last = left[-1]
        return self.judge(
            Judgement(
                action="undo", by=by, why=why, uid=last.uid, kind=last.kind, a=last.a, b=last.b, undoes=last.identity
            )
        )

    def judgements(self) -> Iterator[Judgement]:
        """All judgements in order, with those withdrawn."""
        for (body,) in self.database.stream("select body from entry where kind = 'judgement' order by sequence"):
            yield msgspec.json.decode(body, type=Judgement)

    def waiting(self) -> list[tuple[LedgerReport, Judgement]]:
        """Judgements whose words no longer stand in the newest version of their report."""
        found = []
        uids = self.database.rows("select distinct uid from entry where kind = 'judgement' and uid <> '' order by uid")
        newest = {self._later_versions(uid)[-1] for (uid,) in uids}
        for uid in sorted(newest):
            held = self.log.report(uid)
            if held:
                found += [(held, judgement) for judgement in self.standing(held).waiting]
        return found

    def standing(self, held: LedgerReport) -> Standing:
        """The claims of a report after judgements, and the judgements that wait."""
        family = self.database.rows(
            "select uid from report where address = :address and report_key <= :key order by report_key",
            {"address": address_of(held.report), "key": held.key},
        )
        reading = self.log.reading(held.report.uid)
        judgements = self.log.judgements_on([uid for (uid,) in family])
        return standing(held.report.uid, held.report.text, reading[0].figures if reading else (), judgements)

    def same_pairs(self, kind: str) -> dict[str, set[str]]:
        """Folded name → all names that people hold for the same (itself among them)."""
        groups: dict[str, set[str]] = {}
        for judgement in self._pairs(kind, "same"):
            a, b = fold(judgement.a), fold(judgement.b)
            joined = groups.get(a, {a}) | groups.get(b, {b})
            for name in joined:
                groups[name] = joined
        return groups

    def _pairs(self, kind: str, action: str) -> list[Judgement]:
        latest: dict[tuple[str, ...], Judgement] = {}
        for j in not_withdrawn(self.log.general_judgements()):
            if j.action in ("same", "different") and j.kind == kind:
                pair = tuple(sorted((fold(j.a), fold(j.b))))
                latest.pop(pair, None)
                latest[pair] = j
        return [j for j in latest.values() if j.action == action]

    def _same_names(self, query: Query) -> dict[str, set[str]]:
        found = {}
        for kind in ("source", "population", "place"):
            words = getattr(query, kind)
            if words:
                found[kind] = self.same_pairs(kind).get(fold(words), set())
        return found

    # For series

    def series_claims(self, query: Query | None = None) -> Iterator[SeriesClaim]:
        """The claims that count, each with the header of its report and its text, for `build_series`."""
        from tallyroom.series import ReportHeader, SeriesClaim

        for held in self.reports(query):
            report = held.report
            header = ReportHeader(
                uid=report.uid, id=report.id, published=report.published, outlet=report.outlet, url=report.url,
                title=report.title, collection=held.collection, event=held.event, text=report.text,
            )  # fmt: skip
            for figure in self.extraction(held).figures:
                yield SeriesClaim(header, figure)

    def series_judgements(self) -> Judgements:
        """What people decided about sameness, for `build_series`."""
        from tallyroom.series import Judgements

        def pairs(action: str, *kinds: str) -> tuple[tuple[str, str], ...]:
            return tuple((j.a, j.b) for kind in kinds for j in self._pairs(kind, action))

        general = not_withdrawn(self.log.general_judgements())
        return Judgements(
            same_origins=pairs("same", "origin", "source"), different_origins=pairs("different", "origin", "source"),
            same_claims=pairs("same", "series"), different_claims=pairs("different", "series"),
            dismissed=frozenset(j.problem for j in general if j.action == "dismiss"),
        )  # fmt: skip


class _ReportHeader(msgspec.Struct, frozen=True):
    """A report without its text, decoded fast."""

    outlet: str | None = None
    url: str | None = None
    title: str | None = None


class _Header(msgspec.Struct, frozen=True):
    report: _ReportHeader


def _claim_of(row: tuple[Any, ...], header: Any) -> LedgerClaim:
    _, body, report_id, uid, published, review, secret, newest, extractor, at, until, collection, event = row
    held = msgspec.json.decode(body, type=ClaimBody)
    return LedgerClaim(
        figure=held.figure, report_id=report_id, uid=uid, published=published or None, outlet=header.outlet,
        url=header.url, title=header.title, collection=collection or None, event=event or None, review=review,
        confidential=bool(secret), newest=bool(newest), extractor=extractor, recorded_at=at,
        until=None if until == "9999" else until, decisions=held.decisions, read=held.read,
    )  # fmt: skip


def open_ledger(where: str | Path, *, create: bool = False) -> Ledger:
    """The ledger at a path or URL, which must be there unless `create` is set."""
    return Ledger.open(where, create=create)
