"""The log of a ledger: append, read back in order, and bring the derived tables in step with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from tallyroom.errors import LedgerError
from tallyroom.ledger import derive
from tallyroom.ledger.database import Database
from tallyroom.ledger.edits import edited_numbers
from tallyroom.ledger.effective import Standing, not_withdrawn, standing
from tallyroom.ledger.names import Names
from tallyroom.ledger.query import ReportThen
from tallyroom.ledger.records import ClaimBody, Judgement, LedgerReport, TwoReports
from tallyroom.ledger.resolution import RESOLVED_FIELDS
from tallyroom.ledger.sameness import Pair
from tallyroom.ledger.words import fold, hash_of, moment, now
from tallyroom.model import Figure, Problem, Report
from tallyroom.resolve import resolved_by


class ReportBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a report entry holds."""

    report: Report
    text_hash: str
    collection: str | None = None


class ReadingBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reading entry holds."""

    extractor: str
    figures: tuple[Figure, ...] = ()
    problems: tuple[Problem, ...] = ()


REPORT_COLUMNS = (
    "report_key, uid, id, published, outlet, collection, event, confidential, newest, copy_of, recorded_at, text_hash"
)


class Log:
    """Writes go through here; each call stands inside a transaction of the caller."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.names = Names(database)
        self._terms: set[tuple[str, str]] = set()

    def append(self, kind: str, identity: str, uid: str, body: Any, at: str, run_id: str) -> bool:
        """Add an entry; False where it is there already."""
        return bool(
            self.database.rows(
                "insert into entry (kind, identity, uid, recorded_at, run_id, body) values "
                "(:kind, :identity, :uid, :at, :run_id, :body) on conflict (identity) do nothing returning sequence",
                {
                    "kind": kind, "identity": identity, "uid": uid, "at": at, "run_id": run_id,
                    "body": msgspec.json.encode(body).decode(),
                },
            )
        )  # fmt: skip

    def report(self, uid: str) -> LedgerReport | None:
        """The report of a uid with its standing."""
        rows = self.database.rows(
            f"select {REPORT_COLUMNS}, (select body from entry where identity = :identity) from report where uid = "
            f":uid",
            {"uid": uid, "identity": f"report:{uid}"},
        )
        return report_of(rows[0]) if rows else None

    def newest_reports(self, uids: Mapping[str, str]) -> list[LedgerReport]:
        """The reports of these uids ({name of a value: uid}) that are the newest of their texts."""
        columns = ", ".join("r." + name for name in REPORT_COLUMNS.split(", "))
        rows = self.database.rows(
            f"select {columns}, e.body from report r join entry e on e.identity = 'report:' || r.uid "
            f"where r.newest = 1 and r.uid in ({', '.join(':' + name for name in uids)})",
            uids,
        )
        return [report_of(row) for row in rows]

    def add_report(
        self, report: Report, collection: str | None, at: str, run_id: str, text_hash: str | None = None
    ) -> tuple[LedgerReport, bool]:
        """Keep a report; (as held, whether it is new). Raises `LedgerError` where its id names another text elsewhere.

        `text_hash` is that of the text before a redaction.
        """
        held = self.report(report.uid)
        if held:
            return held, False
        text_hash = text_hash or hash_of(report.text)
        self._refuse_second_owner(report, text_hash)
        self.append("report", f"report:{report.uid}", report.uid, ReportBody(report, text_hash, collection), at, run_id)
        copies = self.database.rows(
            "select uid from report where text_hash = :hash order by report_key limit 1", {"hash": text_hash}
        )
        address = address_of(report)
        copy_of = copies[0][0] if copies else ""
        older = self._versions(address)
        key = self.database.rows(
            "insert into report (uid, id, address, text_hash, published, outlet, collection, event, copy_of, "
            "recorded_at) "
            "values (:uid, :id, :address, :hash, :published, :outlet, :collection, '', :copy_of, :at) returning "
            "report_key",
            {
                "uid": report.uid, "id": report.id, "address": address, "hash": text_hash, "copy_of": copy_of, "at": at,
                "published": report.published or "", "outlet": fold(report.outlet), "collection": collection or "",
            },
        )[0][0]  # fmt: skip
        self.index_text(key, report)
        for uid in older:
            self.database.execute("update report set newest = 0 where uid = :uid", {"uid": uid})
            self.settle(uid, at)
        fresh = LedgerReport(
            report=report, key=key, collection=collection, event=None, confidential=False, newest=True,
            copy_of=copy_of or None, recorded_at=at, text_hash=text_hash,
        )  # fmt: skip
        return fresh, True

    def is_redacted(self, uid: str) -> bool:
        """Whether words were removed from a report: a new reading of it would bring them back."""
        rows = self.database.rows(
            "select redacted from entry where identity = :identity", {"identity": f"report:{uid}"}
        )
        return bool(rows and rows[0][0])

    def _refuse_second_owner(self, report: Report, own: str) -> None:
        if report.id == report.uid[:16]:
            return
        others = self.database.rows(
            "select address, text_hash from report where id = :id and address <> :address order by report_key",
            {"id": report.id, "address": address_of(report)},
        )
        for address, text_hash in others:
            if text_hash != own:
                raise TwoReports(
                    f"the id {report.id!r} stands for two reports: {_shown(address)} (in the ledger) and "
                    f"{_shown(address_of(report))} (new); give one of them another id"
                )

    def _versions(self, address: str) -> list[str]:
        rows = self.database.rows(
            "select uid from report where address = :address order by report_key", {"address": address}
        )
        return [uid for (uid,) in rows]

    def index_text(self, key: int, report: Report) -> None:
        title = report.title or ""
        if self.database.kind == "sqlite":
            self.database.execute(
                "insert into report_text (rowid, title, text) values (:key, :title, :text)",
                {"key": key, "title": title, "text": report.text},
            )
        else:
            # A tsvector holds one megabyte at most; words beyond are not searched, the text itself is whole.
            self.database.execute(
                "insert into report_text (rowid, words) values (:key, to_tsvector('simple', :text))",
                {"key": key, "text": f"{title}\n{report.text}"[:400_000]},
            )

    def unindex_text(self, key: int) -> None:
        """Forget the words of a report in the search index."""
        self.database.execute("delete from report_text where rowid = :key", {"key": key})

    def settle(self, uid: str, at: str) -> Standing:
        """Bring the claims and problems of a report in step with the log."""
        held = self.report(uid)
        if held is None:
            raise LedgerError(f"the ledger holds no report {uid}")
        reading = self.reading(uid)
        return self._settle(held, reading, at)

    def settle_read(self, held: LedgerReport, body: ReadingBody, at: str, *, fresh: bool = False) -> None:
        """The same after a reading that was just appended, without reading again what is at hand.

        `fresh`: the report came with it, so that nothing of it counts so far.
        """
        self._settle(held, (body, at), at, fresh=fresh)

    def _settle(
        self, held: LedgerReport, reading: tuple[ReadingBody, str] | None, at: str, *, fresh: bool = False
    ) -> Standing:
        with self.names.steady():
            return self._settled(held, reading, at, fresh)

    def _settled(self, held: LedgerReport, reading: tuple[ReadingBody, str] | None, at: str, fresh: bool) -> Standing:
        uid, text = held.report.uid, held.report.text
        address = address_of(held.report)
        family = self._versions(address)
        older = family[: family.index(uid)] if uid in family else []
        judgements = self.judgements_on([*older, uid])
        held = self._apply_to_report(held, [j for j in judgements if j.uid == uid])
        held = self._as_copy(held)
        body, read_at = reading or (ReadingBody(""), held.recorded_at)
        result = standing(uid, text, body.figures, judgements)
        resolved = self._resolved(held, [claim for claim, _ in result.claims], at)
        hidden = self.confidential_keys([columns["source_key"] for columns in resolved])
        rows, terms = [], []
        for (claim, review), columns in zip(result.claims, resolved, strict=True):
            secret = held.confidential or columns["source_key"] in hidden
            row = derive.claim_row(held, claim, review, secret, body.extractor, read_at, columns)
            rows.append(row)
            terms += derive.terms_of(row, claim.figure, held.report.outlet)
        problems = self._problem_rows(held, body, older, judgements)
        self._replace("claim", derive.CLAIM_COLUMNS, derive.INSERT_CLAIM, held.key, rows, at, fresh)
        self._replace("problem", derive.PROBLEM_COLUMNS, derive.INSERT_PROBLEM, held.key, problems, at, fresh)
        if not fresh:
            self._hide_the_past(held)
        if held.report.outlet:
            terms.append(("outlet", fold(held.report.outlet), held.report.outlet))
        self.keep_terms(terms)
        return result

    def _hide_the_past(self, held: LedgerReport) -> None:
        """What is confidential now is so at every moment that is asked for: what counted before is no way around it."""
        past = "report_key = :key and valid_to <> '9999'"
        rows = self.database.rows(
            f"select distinct source_key, confidential from claim where {past}", {"key": held.key}
        )
        hidden = self.confidential_keys([source for source, _ in rows])
        for source, was_secret in rows:
            secret = int(held.confidential or source in hidden)
            if secret != was_secret:
                named = "source_key is null" if source is None else "source_key = :source"
                self.database.execute(
                    f"update claim set confidential = :secret where {past} and {named}",
                    {"secret": secret, "key": held.key, **({} if source is None else {"source": source})},
                )
        self.database.execute(
            f"update problem set confidential = :secret where {past} and confidential <> :secret",
            {"secret": int(held.confidential), "key": held.key},
        )

    def _resolved(self, held: LedgerReport, claims: Sequence[ClaimBody], at: str) -> list[dict[str, Any]]:
        stated = [_stated(claim) for claim in claims]
        report = held.report
        return self.names.resolve(report.text, report.title, [claim.figure for claim in claims], stated, at)

    def resolve_the_unresolved(self) -> None:
        """Resolve the words of claims that an older Tallyroom kept, some reports at a time; what is done stays done."""
        while keys := self.database.rows("select distinct report_key from claim where relation is null limit 100"):
            with self.database.transaction():
                for (key,) in keys:
                    self._resolve_report(key)

    def _resolve_report(self, key: int) -> None:
        held = self.report(self.database.rows("select uid from report where report_key = :key", {"key": key})[0][0])
        rows = self.database.rows(
            "select claim_key, body from claim where report_key = :key and relation is null", {"key": key}
        )
        claims = [msgspec.json.decode(body, type=ClaimBody) for _, body in rows]
        assert held is not None
        columns = self._resolved(held, claims, now())
        self.database.execute_many(
            "update claim set source_key = :source_key, population_key = :population_key, place_key = :place_key, "
            "relation = :relation where claim_key = :claim_key",
            [{"claim_key": row[0], **found} for row, found in zip(rows, columns, strict=True)],
        )

    def resolve_anew(self, tell: Callable[[int, int], None] | None = None) -> None:
        """Settle every report again where the lists that tell what words mean are others than before.

        Some reports at a time, and what is done stays done; `tell` is given how many are done, and how many there are.
        """
        if self._note("resolved_by") == resolved_by():
            return
        of_all = int(self.database.rows("select count(*) from report")[0][0])
        done = 0
        while done >= 0:
            with self.database.transaction():
                done = self._resolve_some_anew()
            if tell and done > 0:
                tell(done, of_all)

    def _resolve_some_anew(self) -> int:
        """How many reports are done; -1: all. Several that open one ledger share the work."""
        if self._note("resolved_by") == resolved_by():
            return -1
        by, last, done = (self._note("resolving") or " 0 0").split(" ")
        if by != resolved_by():
            last = done = "0"
        reports = self.database.rows(
            "select report_key, uid from report where report_key > :last order by report_key limit 100",
            {"last": int(last)},
        )
        if not reports:
            self._keep_note("resolving", None)
            self._keep_note("resolved_by", resolved_by())
            return -1
        for _, uid in reports:
            self.settle(uid, now())
        count = int(done) + len(reports)
        self._keep_note("resolving", f"{resolved_by()} {reports[-1][0]} {count}")
        return count

    def _note(self, name: str) -> str | None:
        rows = self.database.rows("select value from ledger_meta where name = :name", {"name": name})
        return rows[0][0] if rows else None

    def _keep_note(self, name: str, value: str | None) -> None:
        self.database.execute("delete from ledger_meta where name = :name", {"name": name})
        if value is not None:
            self.database.execute("insert into ledger_meta values (:name, :value)", {"name": name, "value": value})

    def _as_copy(self, held: LedgerReport) -> LedgerReport:
        copy_of = self._original(held, self.names.pairs("report"))
        if copy_of != held.copy_of:
            self.database.execute(
                "update report set copy_of = :copy_of where uid = :uid",
                {"copy_of": copy_of or "", "uid": held.report.uid},
            )
        return msgspec.structs.replace(held, copy_of=copy_of)

    def _original(self, held: LedgerReport, pairs: Sequence[Pair]) -> str | None:
        """A report is a copy of the first of its text, or of what people say it is one of."""
        uid = held.report.uid
        rows = self.database.rows(
            "select uid from report where text_hash = :hash and report_key < :key order by report_key limit 1",
            {"hash": held.text_hash, "key": held.key},
        )
        copy_of = rows[0][0] if rows else None
        for pair in pairs:
            pair_of = {pair.a_id or pair.a, pair.b_id or pair.b}
            if uid not in pair_of:
                continue
            (other,) = pair_of - {uid} or {uid}
            first = self.database.rows(
                "select 1 from report where uid = :uid and report_key < :key", {"uid": other, "key": held.key}
            )
            if pair.same and first:
                copy_of = other
            elif not pair.same and copy_of == other:
                copy_of = None
        return copy_of

    def _problem_rows(
        self, held: LedgerReport, body: ReadingBody, older: Sequence[str], judgements: Sequence[Judgement]
    ) -> list[dict[str, Any]]:
        problems = [*held.report.problems, *(p for p in body.problems if p not in held.report.problems)]
        if held.copy_of:
            original = self.report(held.copy_of)
            name = original.report.url or original.report.id if original else held.copy_of
            what = "the same text as" if original and original.text_hash == held.text_hash else "judged a copy of"
            problems.append(Problem(kind="copy", quote="", start=0, end=0, message=f"{what} {name}"))
        if older:
            before = self.report(older[-1])
            reading = self.reading(older[-1])
            if before and reading:
                problems += edited_numbers(before.report.text, reading[0].figures, held.report.text, body.figures)
        dismissed = {(j.problem, j.start, j.end) for j in not_withdrawn(judgements) if j.action == "dismiss"}
        return [
            derive.problem_row(held, p, "dismissed" if (p.kind, p.start, p.end) in dismissed else "open")
            for p in problems
        ]

    def _replace(
        self,
        table: str,
        columns: Sequence[str],
        insert: str,
        key: int,
        rows: list[dict[str, Any]],
        at: str,
        first: bool,
    ) -> None:
        """Close the rows that no longer hold, open the new ones; rows that stay the same stay. `first`: none is there."""
        names = ", ".join(columns)
        there = f"select {names}, valid_from, {table}_key from {table} where report_key = :key and valid_to = '9999'"
        open_rows = [] if first else self.database.rows(there, {"key": key})
        standing_rows = {row[:-2]: row[-1] for row in open_rows}
        # An imported entry may be older than what counts here already.
        at = max(at, *(row[-2] for row in open_rows)) if open_rows else at
        values_of = itemgetter(*columns)
        wanted = {values_of(row): row for row in rows}
        for values, own_key in standing_rows.items():
            if values not in wanted:
                self.database.execute(
                    f"update {table} set valid_to = :at where {table}_key = :own_key", {"at": at, "own_key": own_key}
                )
        fresh = [{**row, "valid_from": at} for values, row in wanted.items() if values not in standing_rows]
        self.database.execute_many(insert, fresh)

    def keep_terms(self, terms: Sequence[tuple[str, str, str]]) -> None:
        fresh = {(kind, folded): words for kind, folded, words in terms if (kind, folded) not in self._terms}
        self.database.execute_many(
            "insert into term (kind, folded, words) values (:kind, :folded, :words) on conflict (kind, folded) do "
            "nothing",
            [{"kind": kind, "folded": folded, "words": words} for (kind, folded), words in sorted(fresh.items())],
        )
        if len(self._terms) < 50_000:
            self._terms.update(fresh)

    def forget_terms(self) -> None:
        """After a rollback, no term and no name is known to be kept."""
        self._terms.clear()
        self.names.forget()

    def _apply_to_report(self, held: LedgerReport, judgements: Sequence[Judgement]) -> LedgerReport:
        fields = _of_whole_report(judgements)
        # What was said and withdrawn has changed the collection too.
        ever = any(judgement.action == "correct" and judgement.start < 0 for judgement in judgements)
        settled = msgspec.structs.replace(
            held, confidential=bool(fields.get("confidential", False)), event=fields.get("event"),
            collection=fields.get("collection", self._given_collection(held.report.uid)) if ever else held.collection,
        )  # fmt: skip
        if settled != held:
            self.database.execute(
                "update report set confidential = :confidential, event = :event, collection = :collection where uid = "
                ":uid",
                {
                    "confidential": int(settled.confidential), "event": settled.event or "",
                    "collection": settled.collection or "", "uid": held.report.uid,
                },
            )  # fmt: skip
        return settled

    def reports_then(self, known_at: str) -> dict[str, ReportThen]:
        """How those reports stood at a moment on which people ever decided as a whole: their event, collection, original."""
        until = moment(known_at)
        pairs = self.names.pairs("report", known_at)
        judged = {str(uid) for j in self.names.judgements() if j.kind == "report" for uid in j.fields.values()}
        for uid, body in self.database.stream(
            "select uid, body from entry where kind = 'judgement' and uid <> '' order by sequence"
        ):
            judgement = msgspec.json.decode(body, type=Judgement)
            if judgement.action == "correct" and judgement.start < 0:
                judged.add(uid)
        found = {}
        for uid in sorted(judged):
            held = self.report(uid)
            if held is not None:
                fields = _of_whole_report([j for j in self.judgements_on([uid]) if j.recorded_at <= until])
                collection = fields["collection"] if "collection" in fields else self._given_collection(uid)
                found[uid] = ReportThen(
                    fields.get("event") or "", collection or "", self._original(held, pairs) or ""
                )  # fmt: skip
        return found

    def _given_collection(self, uid: str) -> str | None:
        rows = self.database.rows("select body from entry where identity = :identity", {"identity": f"report:{uid}"})
        return msgspec.json.decode(rows[0][0], type=ReportBody).collection if rows else None

    def reading(self, uid: str, known_at: str | None = None) -> tuple[ReadingBody, str] | None:
        """The newest reading of a report (now, or at a moment) and when it was recorded."""
        rows = self.database.rows(
            "select body, recorded_at from entry where uid = :uid and kind = 'reading' and recorded_at <= :until "
            "order by sequence desc limit 1",
            {"uid": uid, "until": moment(known_at) if known_at else "9999"},
        )
        return (msgspec.json.decode(rows[0][0], type=ReadingBody), rows[0][1]) if rows else None

    def has_readings_by(self, extractor: str) -> bool:
        """Whether anything was read by an extractor."""
        named = self.database.rows("select 1 from claim where extractor = :name limit 1", {"name": extractor})
        # A reader that found no figure left no claim.
        entries = () if named else self.database.stream("select body from entry where kind = 'reading'")
        return bool(named) or any(
            msgspec.json.decode(body, type=ReadingBody).extractor == extractor for (body,) in entries
        )

    def readings(self, uid: str) -> list[tuple[ReadingBody, str]]:
        """All readings of a report, oldest first, each with its moment."""
        rows = self.database.rows(
            "select body, recorded_at from entry where uid = :uid and kind = 'reading' order by sequence", {"uid": uid}
        )
        return [(msgspec.json.decode(body, type=ReadingBody), at) for body, at in rows]

    def judgements_on(self, uids: Sequence[str]) -> list[Judgement]:
        """The judgements on reports, in order."""
        found: list[tuple[int, str]] = []
        for uid in uids:
            found += self.database.rows(
                "select sequence, body from entry where uid = :uid and kind = 'judgement' order by sequence",
                {"uid": uid},
            )
        return [msgspec.json.decode(body, type=Judgement) for _, body in sorted(found)]

    def confidential_names(self) -> frozenset[str]:
        """The names of sources that people marked confidential."""
        hidden: dict[str, bool] = {}
        for j in not_withdrawn(self.names.judgements()):
            if j.action == "correct" and j.kind == "source":
                hidden[j.a] = bool(j.fields.get("confidential"))
        return frozenset(name for name, secret in hidden.items() if secret)

    def confidential_keys(self, keys: Sequence[int | None]) -> frozenset[int]:
        """Of these resolutions, those of sources that people marked confidential, under whatever name."""
        names = self.confidential_names()
        if not names:
            return frozenset()
        hidden = self.names.identities("source", names)
        return frozenset(key for key in set(keys) if key is not None and self.names.identity(key) in hidden)

    def entries(self, known_at: str | None = None) -> Iterator[tuple[Any, ...]]:
        """(sequence, kind, identity, uid, recorded_at, run_id, redacted, body) of all entries in order."""
        return self.database.stream(
            "select sequence, kind, identity, uid, recorded_at, run_id, redacted, body from entry "
            "where recorded_at <= :at order by sequence",
            {"at": known_at or "9999"},
        )


def _of_whole_report(judgements: Sequence[Judgement]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for judgement in not_withdrawn(judgements):
        if judgement.action == "correct" and judgement.start < 0:
            fields.update(judgement.fields)
    return fields


def _stated(claim: ClaimBody) -> dict[str, Any]:
    """What the last decision on a claim says of the meaning of its words."""
    last = claim.decisions[-1] if claim.decisions else None
    if last is None or last.verdict in ("accepted", "rejected"):
        return {}
    return {name: value for name, value in last.fields.items() if name in RESOLVED_FIELDS}


def report_of(row: tuple[Any, ...]) -> LedgerReport:
    """A report from `REPORT_COLUMNS` and the body of its entry."""
    key, _, _, _, _, collection, event, confidential, newest, copy_of, at, text_hash, body = row
    return LedgerReport(
        report=msgspec.json.decode(body, type=ReportBody).report, key=key, collection=collection or None,
        event=event or None, confidential=bool(confidential), newest=bool(newest), copy_of=copy_of or None,
        recorded_at=at, text_hash=text_hash,
    )  # fmt: skip


def address_of(report: Report) -> str:
    """What stays when a text is changed: its URL, else its given id, else (neither given) the report itself."""
    return report.url or (report.id if report.id != report.uid[:16] else report.uid)


def _shown(address: str) -> str:
    return address if len(address) < 200 else address[:199] + "…"
