"""`Ledger`: open, add extractions, ask, judge; what all doors use."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from tallyroom.errors import LedgerError, UsageError
from tallyroom.ledger.connect import connect
from tallyroom.ledger.effective import Standing, not_withdrawn, refuse_numbers_apart, sentence_at, standing, with_fields
from tallyroom.ledger.log import Log, ReadingBody, address_of
from tallyroom.ledger.pages import Pages, page_of
from tallyroom.ledger.query import Page, Query, ReportsThen, Sort
from tallyroom.ledger.records import (
    KINDS,
    ClaimBody,
    Judgement,
    LedgerClaim,
    LedgerReport,
    claimed_of,
    with_identity,
)
from tallyroom.ledger.resolution import NAME_KINDS, NameKind
from tallyroom.ledger.sameness import Pair, groups, judged_names
from tallyroom.ledger.words import bare, hash_of, moment, now
from tallyroom.model import Claimed, Extraction, Figure, Problem, with_claim_ids

if TYPE_CHECKING:
    from tallyroom.series import Judgements, ReportHeader, SeriesClaim

#: The beginning of a claim id, as lists show it.
_BEGINNING = re.compile("[0-9a-f]{6,63}")


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

    #: Event → the uids of the reports that tell of it, as `ledger.lineup` makes it of the whole ledger; set by the package.
    reports_by_event: ClassVar[Callable[[Ledger, Query], Mapping[str, Sequence[str]]]]

    def __init__(self, database: Any) -> None:
        self.database = database
        self.log = Log(database)
        self.pages = Pages(database)
        self.run_id = uuid.uuid4().hex
        self._told: tuple[tuple[Any, ...], Mapping[str, Sequence[str]]] | None = None
        self._then: tuple[tuple[Any, ...], ReportsThen] | None = None

    @classmethod
    def open(
        cls, where: str | Path, *, create: bool = True, read_only: bool = False,
        tell: Callable[[int, int], None] | None = None,
    ) -> Ledger:  # fmt: skip
        """The ledger at a path or `postgresql://` URL; raises `LedgerError` where it cannot be opened.

        Where the lists that tell what words mean changed, every report is resolved anew: `tell` is given, from time to
        time, how many are done, and how many there are.
        """
        held = cls(connect(str(where), create=create, read_only=read_only))
        if not held.database.read_only:
            try:
                held.log.resolve_the_unresolved()
                held.log.names.write_down_the_past()
                # Who may only ask, and finds old answers, asks on.
                with nullcontext() if create else suppress(LedgerError):
                    held.log.resolve_anew(tell)
            except BaseException:
                held.close()
                raise
        return held

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

    def known_extractor(self, name: str) -> str:
        """The name of who read reports here; raises `UsageError` where nobody of that name did."""
        if not self.log.has_readings_by(name):
            rows = self.database.rows("select distinct extractor from claim order by extractor")
            raise UsageError(f"{name!r} read nothing here; readers are {', '.join(one for (one,) in rows) or 'none'}")
        return name

    def add(self, extraction: Extraction, *, collection: str | None = None, at: str | None = None) -> Added:
        """Keep a report and its reading. The same again changes nothing; a new reading supersedes the one before."""
        at, report = at or now(), extraction.report
        figures = extraction.figures
        if any(not f.claim_id for f in figures):
            figures = with_claim_ids(report.uid, list(figures))
        body = ReadingBody(extraction.extractor, figures, extraction.problems)
        identity = f"reading:{report.uid}:{hash_of(msgspec.json.encode(body).decode())}"
        with self.transaction():
            held, new_report = self.log.add_report(report, collection, at, self.run_id)
            if not new_report and self.log.is_redacted(report.uid):
                return Added(report.uid, False, False)
            new_reading = self.log.append("reading", identity, report.uid, body, at, self.run_id)
            if new_reading:
                self.log.settle_read(held, body, at, fresh=new_report)
        return Added(report.uid, new_report, new_reading)

    # Ask

    def claims(self, query: Query | None = None) -> Iterator[LedgerClaim]:
        """The claims that fit, as a stream; without a query all that count, in the order in which reports came."""
        query = query or Query(sort="recorded", descending=False, limit=None)
        for _, claim in self.pages.claims(query, 0, self.event_names(query)):
            yield claim

    def claim_page(self, query: Query) -> Page:
        """A page of claims."""
        return page_of(query, list(self.pages.claims(query, 1, self.event_names(query))))

    def count_claims(self, query: Query) -> int:
        """How many claims fit, counted up to 1,001: more is told as "1,000+"."""
        return self.pages.count("claim", self.pages.claims_where(query, self.event_names(query)), "c")

    def count_reports(self, query: Query) -> int:
        """How many reports fit, counted up to 1,001."""
        return self.pages.count_reports(query, self.event_names(query), self._reports_then(query))

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
        for _, report in self.pages.reports(query, 0, self.event_names(query), self._reports_then(query)):
            yield report

    def report_page(self, query: Query) -> Page:
        """A page of reports."""
        return page_of(query, list(self.pages.reports(query, 1, self.event_names(query), self._reports_then(query))))

    def problem_page(self, query: Query) -> Page:
        """A page of problems of single reports."""
        return page_of(query, list(self.pages.problems(query, 1, self.event_names(query))))

    def names(self, kind: NameKind, query: Query, *, unsure: bool = False) -> list[dict[str, Any]]:
        """Sources, populations or places as `name_page` tells them, the most named first, from the first on."""
        return list(self.name_page(kind, msgspec.structs.replace(query, after=None), unsure=unsure).rows)

    def name_page(
        self, kind: NameKind, query: Query, *, unsure: bool = False, order: Sort | None = None
    ) -> Page:  # fmt: skip
        """A page of sources, populations or places as resolved across reports: each with its names, what is known of
        it, its number of claims and reports, first and last date; the most named first where no order is asked for.

        `unsure`: only what stays apart because its words do not decide, with what it may be.
        """
        where = self.pages.claims_where(query, self.event_names(query))
        page = page_of(query, self.log.names.listed(kind, where, query, unsure=unsure, order=order))
        pairs = self.same_and_different(kind, query.known_at)
        for row in page.rows:
            own = {bare(name) for name in (*row["names"], row[f"{kind}_id"], row[kind])}
            row["judged"] = [
                f"{pair.a} {'=' if pair.same else '≠'} {pair.b} ({pair.by}{', disputed' if pair.disputed else ''})"
                for pair in pairs
                if own & {bare(pair.a), bare(pair.b), bare(pair.a_id), bare(pair.b_id)}
            ]
        return page

    def sources(self, query: Query, *, unsure: bool = False) -> list[dict[str, Any]]:
        """Who speaks, as resolved across reports; see `names`."""
        return self.names("source", query, unsure=unsure)

    def history(self, uid: str, start: int, end: int) -> list[LedgerClaim]:
        """All that a span of a report ever counted as, oldest first."""
        return self.pages.history(uid, start, end)

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
            yield self.extraction(
                held, confidential=query is None or query.confidential, known_at=query.known_at if query else None
            )

    def extraction(self, held: LedgerReport, *, confidential: bool = True, known_at: str | None = None) -> Extraction:
        """What counts of one report now, or counted at a moment; `confidential` tells whether what confidential sources
        said is in it.
        """
        counting, values = _counting(known_at)
        problems = self.database.rows(
            f"select body from problem where report_key = :key and {counting} and review = 'open' order by problem_key",
            {"key": held.key, **values},
        )
        reading = self.log.reading(held.report.uid, known_at)
        return Extraction(
            report=held.report, extractor=reading[0].extractor if reading else "",
            figures=tuple(
                msgspec.json.decode(body, type=ClaimBody).figure
                for body in self._bodies(held, confidential=confidential, known_at=known_at)
            ),
            problems=tuple(msgspec.json.decode(body, type=Problem) for (body,) in problems),
        )  # fmt: skip

    def _bodies(self, held: LedgerReport, *, confidential: bool, known_at: str | None) -> list[str]:
        """The claims of a report that count, in text order, as JSON."""
        counting, values = _counting(known_at)
        rows = self.database.rows(
            f"select body from claim where report_key = :key and {counting} and review <> 'rejected' "
            "and confidential <= :confidential order by start_at, end_at, claim_key",
            {"key": held.key, "confidential": int(confidential), **values},
        )
        return [body for (body,) in rows]

    # Decide

    def judge(self, judgement: Judgement) -> Judgement:
        """Record a judgement and let it count; raises `UsageError` where it cannot be meant."""
        if not judgement.by.strip():
            raise UsageError("a judgement needs a name: --by NAME")
        judgement = self.anchored(judgement)
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
        elif judgement.kind == "report":
            for uid in {judgement.fields.get("a_id", judgement.a), judgement.fields.get("b_id", judgement.b)}:
                if self.log.report(uid):
                    self.log.settle(uid, at)
        elif judgement.kind in NAME_KINDS:
            names = self.log.names
            changed = names.apply(judgement.kind, at)
            names.refresh_relations(changed, at)
            if judgement.kind == "source":
                self._settle_confidential(judgement, changed, at)

    def _settle_confidential(self, judgement: Judgement, changed: set[int], at: str) -> None:
        """A source is confidential under all its names."""
        if judgement.action in ("same", "different") and not self.log.confidential_names():
            return
        spoken_of = self.log.names.identities("source", [name for name in (judgement.a, judgement.b) if name])
        uids: set[str] = set()
        for identity in spoken_of:
            uids |= self.log.names.reports_of("source", identity)
        for key in changed:
            uids |= self.log.names.reports_of("source", self.log.names.identity(key))
        for uid in sorted(uids):
            self.log.settle(uid, at)

    def _later_versions(self, uid: str) -> list[str]:
        rows = self.database.rows(
            "select uid from report where address = (select address from report where uid = :uid) and report_key >= "
            "(select report_key from report where uid = :uid) order by report_key",
            {"uid": uid},
        )
        return [found for (found,) in rows]

    def anchored(self, judgement: Judgement) -> Judgement:
        """The judgement with the place or the things that it speaks of; raises `UsageError` where it cannot be meant."""
        if judgement.action in ("same", "different") and judgement.kind not in KINDS:
            raise UsageError(f"no kind {judgement.kind!r}; the kinds are {', '.join(KINDS)}")
        if judgement.kind == "series" and judgement.action in ("same", "different"):
            judgement = msgspec.structs.replace(judgement, a=self._whole_id(judgement.a), b=self._whole_id(judgement.b))
        if judgement.action in ("same", "different"):
            return self._with_ids(judgement)
        if not judgement.uid or judgement.start < 0 or judgement.action in ("undo", "redact"):
            return judgement
        text = self.report(judgement.uid).report.text
        start, end = judgement.start, judgement.end
        if not 0 <= start <= end <= len(text) or (start == end and judgement.action != "dismiss"):
            raise UsageError(f"{start}-{end} is no place in this report, which has {len(text)} characters")
        if judgement.action == "add":
            blank = Figure(id="a1", quote="", start=start, end=end, low=None, best=None, high=None)
            refuse_numbers_apart(with_fields(blank, judgement.fields))
        first, last = sentence_at(text, start, end)
        return msgspec.structs.replace(judgement, sentence=text[first:last], sentence_start=first)

    def _with_ids(self, judgement: Judgement) -> Judgement:
        """The pair with what its names stand for now; raises `UsageError` where a name stands for several."""
        names = (judgement.a, judgement.b)
        if not all(name.strip() for name in names):
            raise UsageError("name two: judge same KIND A B")
        if bare(names[0]) == bare(names[1]):
            raise UsageError(f"{names[0]!r} and {names[1]!r} are one name; name two")
        if judgement.kind == "report":
            ids = [self.report(name).report.uid for name in names]
        elif judgement.kind in NAME_KINDS:
            ids = [self.log.names.known_id(judgement.kind, name) for name in names]
        else:
            return judgement
        if judgement.kind == "report" and ids[0] == ids[1]:
            raise UsageError(f"{names[0]!r} and {names[1]!r} are one report already")
        return msgspec.structs.replace(judgement, fields={"a_id": ids[0], "b_id": ids[1]})

    def _whole_id(self, name: str) -> str:
        """The claim id that begins so; another name as it is. Raises `UsageError` where several begin so."""
        found = self.pages.claim_ids(name) if _BEGINNING.fullmatch(name) else []
        if len(found) > 1:
            raise UsageError(f"several figures begin with {name!r}; write more of the id")
        return found[0] if found else name

    def problem_key(self, words: str) -> str:
        """The key of a problem of several reports, of whose claim ids the beginnings suffice."""
        kind, colon, ids = words.partition(":")
        return f"{kind}{colon}{','.join(map(self._whole_id, ids.split(',')))}"

    def check_problem(self, judgement: Judgement) -> None:
        """Raises `UsageError` where a judgement dismisses a problem that the ledger cannot have."""
        if judgement.uid:
            found = self.pages.problems_of(judgement.uid)
            if (judgement.problem, judgement.start, judgement.end) not in found:
                there = ", ".join(f"{kind} {start} {end}" for kind, start, end in found) or "none"
                raise UsageError(
                    f"no problem {judgement.problem} {judgement.start} {judgement.end} here; those of this report: {there}; "
                    "one that several reports show is named by its key, as `tallyroom problems` lists it"
                )
            return
        _, colon, ids = judgement.problem.partition(":")
        if not colon or not all(self.pages.knows(one) for one in ids.split(",")):
            raise UsageError(
                f"{judgement.problem!r} is no problem here; `tallyroom problems` lists them, with the key of each that "
                "several reports show"
            )

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
                action="undo",
                by=by,
                why=why,
                uid=last.uid,
                kind=last.kind,
                a=last.a,
                b=last.b,
                undoes=last.identity,
                fields=last.fields if last.action in ("same", "different") else {},
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

    def same_and_different(self, kind: str, known_at: str | None = None) -> list[Pair]:
        """What people said of two things of a kind (see `KINDS`), in force now or at a moment, oldest first; nothing
        that was undone.

        For `origin` and `series` this is the door: a pair of `origin` holds source words or origin ids, one of `series`
        holds claim ids or series ids, each as the person wrote it. A later word on a pair stands above an earlier one;
        where two people differ the pair is `disputed` and the later counts.
        """
        return self.log.names.pairs(kind, known_at)

    def event_names(self, query: Query) -> set[str]:
        """What else tells the event that a query asks for: names that people joined to it, uids of reports that tell of it."""
        if not query.event:
            return set()
        joined = groups(self.same_and_different("event", query.known_at), lambda pair: (pair.a, pair.b))
        names = {query.event, *joined.get(query.event, ())}
        asked = (self._newest(), query.confidential, query.known_at)
        if self._told is None or self._told[0] != asked:
            self._told = asked, Ledger.reports_by_event(self, query)
        told = self._told[1]
        return {*names, *(uid for name in names for uid in told.get(name, ()))} - {query.event}

    def _reports_then(self, query: Query) -> ReportsThen | None:
        if not query.known_at:
            return None
        asked = (self._newest(), query.known_at)
        if self._then is None or self._then[0] != asked:
            self._then = asked, self.log.reports_then(query.known_at)
        return self._then[1]

    def _newest(self) -> Any:
        """The number of the last entry: what was made of the log before it holds no more."""
        return self.database.rows("select max(sequence) from entry")[0][0]

    # For series

    def series_claims(
        self, query: Query | None = None, events: Mapping[str, str] | None = None
    ) -> Iterator[SeriesClaim]:
        """The claims that count, each with the header of its report and its text, for `build_series`.

        `events`: what `judged_events` told of more reports than these; else it is asked of these.
        """
        yield from self._series_claims(query, self.judged_events(query) if events is None else events)

    def series_claims_of(self, uids: Sequence[str], events: Mapping[str, str]) -> Iterator[SeriesClaim]:
        """The same of some reports, as they stand now, asked for together; reports that are no more, or not the newest, have none."""
        from tallyroom.series import SeriesClaim

        names = {f"u{n}": uid for n, uid in enumerate(uids)}
        held = {one.report.uid: one for one in self.log.newest_reports(names)}
        keys = {f"k{n}": one.key for n, one in enumerate(held.values())}
        figures: dict[int, list[Claimed]] = defaultdict(list)
        if keys:
            rows = self.database.stream(
                f"select report_key, body from claim where report_key in ({', '.join(':' + name for name in keys)}) "
                "and valid_to = '9999' and review <> 'rejected' order by report_key, start_at, end_at, claim_key",
                keys,
            )
            for key, body in rows:
                figures[key].append(claimed_of(body))
        for uid in uids:
            one = held.get(uid)
            header = _header_of(one, events) if one is not None and one.key in figures else None
            if header is not None and one is not None:
                yield from (SeriesClaim(header, figure) for figure in figures[one.key])

    def judged_events(self, query: Query | None = None) -> dict[str, str]:
        """report uid → event, of the reports whose events people joined or parted."""
        from tallyroom.ledger.event_names import events_as_judged
        from tallyroom.series import stories_of

        pairs = self.same_and_different("event", query.known_at if query else None)
        return events_as_judged(stories_of(self._series_claims(query, {})), pairs) if pairs else {}

    def _series_claims(self, query: Query | None, events: Mapping[str, str]) -> Iterator[SeriesClaim]:
        from tallyroom.series import SeriesClaim

        for held in self.reports(query):
            header = _header_of(held, events)
            known_at = query.known_at if query else None
            for body in self._bodies(held, confidential=query is None or query.confidential, known_at=known_at):
                yield SeriesClaim(header, claimed_of(body))

    def series_judgements(self, known_at: str | None = None) -> Judgements:
        """What people decided about sameness (until now, or until a moment), for `build_series`."""
        from tallyroom.series import Judgements

        def pairs(same: bool, *kinds: str) -> tuple[tuple[str, str], ...]:
            held = (pair for kind in kinds for pair in self.same_and_different(kind, known_at))
            return tuple((pair.a, pair.b) for pair in held if pair.same == same)

        general = not_withdrawn(self.log.names.judgements_until(known_at))
        return Judgements(
            same_origins=pairs(True, "origin", "source"), different_origins=pairs(False, "origin", "source"),
            same_claims=pairs(True, "series"), different_claims=pairs(False, "series"),
            dismissed=frozenset(j.problem for j in general if j.action == "dismiss"),
            **judged_names(lambda kind: self.same_and_different(kind, known_at)),
        )  # fmt: skip


def _header_of(held: LedgerReport, events: Mapping[str, str]) -> ReportHeader:
    from tallyroom.series import ReportHeader

    report = held.report
    return ReportHeader(
        uid=report.uid, id=report.id, published=report.published, outlet=report.outlet, url=report.url,
        title=report.title, collection=held.collection, event=events.get(report.uid, held.event),
        text=report.text,
    )  # fmt: skip


def _counting(known_at: str | None) -> tuple[str, dict[str, Any]]:
    """The condition on rows that count now, or counted at a moment, and its values."""
    if known_at:
        return "valid_from <= :at and valid_to > :at", {"at": moment(known_at)}
    return "valid_to = '9999'", {}
