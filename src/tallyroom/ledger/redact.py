"""Redaction: words and names leave the ledger; hash, span and decision stay."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger import lineup
from tallyroom.ledger.log import ReportBody, address_of
from tallyroom.ledger.records import ClaimBody, Judgement, LedgerReport
from tallyroom.ledger.resolution import NAME_KINDS
from tallyroom.ledger.store import Ledger
from tallyroom.ledger.words import BLOCK, fold, now

_NAMES = ("population", "place", "source", "cue")
#: What the program wrote, which holds no words of a report.
_MACHINE = frozenset(
    {
        "uid", "claim_id", "published", "retrieved_at", "recorded_at", "at", "event_time", "said_at", "identity",
        "undoes", "kind", "action", "measure", "bound", "unit", "language", "extractor", "text_hash", "verdict",
    }
)  # fmt: skip


def redact(ledger: Ledger, uid: str, start: int, end: int, *, by: str, why: str | None = None) -> Judgement:
    """Remove the words at a span of a report, and every repetition of them, from all that the ledger holds of it.

    Gone are the words in its text, title and address, in its copies and other versions, in what was read and decided of
    them, and in judgements on names, unless a report that is no copy still names them. Each character becomes a block,
    so that every span keeps its place. What cannot be found again is not kept.
    """
    held = ledger.report(uid)
    text = held.report.text
    if not 0 <= start < end <= len(text):
        raise UsageError(f"{start}-{end} is no place in this report, which has {len(text)} characters")
    if not text[start:end].strip():
        raise UsageError(f"at {start}-{end} of this report stand no words")
    words = _Words(text, start, end)
    with ledger.transaction():
        for each in _alike(ledger, held):
            _redact_report(ledger, each, words, (start, end) if each.text_hash == held.text_hash else None)
        _redact_names(ledger, words)
        lineup.forget(ledger)
        for table in ("outlet", "relay"):
            ledger.database.execute(
                f"delete from term where kind = '{table}' and not exists (select 1 from claim c where c.{table} = "
                "term.folded)" + (" and not exists (select 1 from report r where r.outlet = term.folded)"
                if table == "outlet" else "")
            )  # fmt: skip
        done = ledger.judge(Judgement(action="redact", by=by, why=why, uid=held.report.uid, start=start, end=end))
    ledger.database.scrub()
    return done


def _alike(ledger: Ledger, held: LedgerReport) -> list[LedgerReport]:
    """The report, its copies, and the versions of each."""
    rows = ledger.database.rows(
        "select uid from report where address in (select address from report where text_hash = :hash) "
        "order by report_key",
        {"hash": held.text_hash},
    )
    return [found for (uid,) in rows if (found := ledger.log.report(uid))]


class _Words:
    """The words to remove, as they may be written: in capitals, over a line break, with hyphens in an address."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.words = text[start:end]
        tokens = re.findall(r"[^\W_]+", self.words)
        between = r"(?:[\s\-_+.,'’]|%20)*" if tokens else ""
        inner = between.join(map(re.escape, tokens)) if tokens else re.escape(self.words)
        whole = re.compile(rf"(?<![^\W_]){inner}(?![^\W_])", re.IGNORECASE)
        self._pattern = whole if whole.search(text[max(0, start - 1) : end + 1]) else re.compile(inner, re.IGNORECASE)

    def are_in(self, words: str) -> bool:
        """Whether they stand somewhere in a text."""
        return bool(self._pattern.search(words))

    def hold(self, name: str) -> bool:
        """Whether a name is a part of them."""
        return f" {fold(name)} " in f" {fold(self.words)} "

    def out_of(self, words: str) -> str:
        """A text of the same length without them."""
        return self._pattern.sub(lambda found: BLOCK * len(found.group()), words)


class _Veil:
    """Takes the words out of JSON values that speak of one report; quotes are read again from its redacted text."""

    def __init__(self, words: _Words, text: str) -> None:
        self.words, self.text = words, text

    def over(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.words.out_of(value)
        if isinstance(value, list):
            return [self.over(item) for item in value]
        if not isinstance(value, dict):
            return value
        held = {key: item if key in _MACHINE else self.over(item) for key, item in value.items()}
        if isinstance(held.get("quote"), str) and isinstance(held.get("start"), int) and "end" in held:
            held["quote"] = self.text[held["start"] : held["end"]]
            self._names(held)
        if held.get("sentence"):
            first = held["sentence_start"]
            held["sentence"] = self.text[first : first + len(held["sentence"])]
        return held

    def _names(self, figure: dict[str, Any]) -> None:
        for name in _NAMES:
            if figure.get(name) and self.words.hold(figure[name]):
                figure[name] = BLOCK * len(figure[name])
        if figure.get("relays"):
            figure["relays"] = [BLOCK * len(relay) if self.words.hold(relay) else relay for relay in figure["relays"]]
        if figure.get("source") and BLOCK in figure["source"]:
            figure["source_id"] = None


def _redact_report(ledger: Ledger, held: LedgerReport, words: _Words, span: tuple[int, int] | None) -> None:
    database, report = ledger.database, held.report
    text = words.out_of(report.text)
    if span is not None:
        text = text[: span[0]] + BLOCK * (span[1] - span[0]) + text[span[1] :]
    veil = _Veil(words, text)
    entries = database.rows("select sequence, body from entry where uid = :uid order by sequence", {"uid": report.uid})
    for sequence, body in entries:
        before = msgspec.json.decode(body)
        after = veil.over(before)
        if "text_hash" in after:
            after["report"]["text"] = text
        if after != before:
            _write_entry(ledger, sequence, after)
    entry = {"i": f"report:{report.uid}"}
    fresh = msgspec.json.decode(
        database.rows("select body from entry where identity = :i", entry)[0][0], type=ReportBody
    ).report
    _redact_rows(ledger, held.key, veil)
    database.execute(
        "update report set id = :id, address = :address, outlet = :outlet where report_key = :key",
        {"id": fresh.id, "address": address_of(fresh), "outlet": fold(fresh.outlet), "key": held.key},
    )
    ledger.log.unindex_text(held.key)
    ledger.log.index_text(held.key, fresh)
    ledger.log.settle(report.uid, now())


def _write_entry(ledger: Ledger, sequence: int, body: Any) -> None:
    ledger.database.execute(
        "update entry set body = :body, redacted = redacted + 1 where sequence = :sequence",
        {"body": _json(body), "sequence": sequence},
    )


def _redact_rows(ledger: Ledger, key: int, veil: _Veil) -> None:
    database = ledger.database
    rows = database.rows("select claim_key, body, outlet from claim where report_key = :key", {"key": key})
    for claim_key, body, outlet in rows:
        held = msgspec.json.decode(_json(veil.over(msgspec.json.decode(body))), type=ClaimBody)
        figure = held.figure
        columns = ledger.log.names.resolve(veil.text, None, [figure], [{}], "")[0]
        database.execute(
            "update claim set body = :body, population = :population, place = :place, source = :source, relay = :relay, "
            "outlet = :outlet, source_key = :source_key, population_key = :population_key, place_key = :place_key, "
            "relation = :relation where claim_key = :claim_key",
            {
                "body": _json(held), "population": fold(figure.population), "place": fold(figure.place),
                "source": fold(figure.source), "relay": fold("; ".join(figure.relays)), "claim_key": claim_key,
                "outlet": veil.words.out_of(outlet), **columns,
            },
        )  # fmt: skip
    for problem_key, body, outlet in database.rows(
        "select problem_key, body, outlet from problem where report_key = :key", {"key": key}
    ):
        database.execute(
            "update problem set body = :body, outlet = :outlet where problem_key = :problem_key",
            {
                "body": _json(veil.over(msgspec.json.decode(body))), "outlet": veil.words.out_of(outlet),
                "problem_key": problem_key,
            },
        )  # fmt: skip


def _redact_names(ledger: Ledger, words: _Words) -> None:
    """Resolutions that no claim rests on any more, and judgements on names that no report names any more."""
    database, names = ledger.database, ledger.log.names
    left, used = [], False
    for key, body in database.stream("select resolution_key, body from resolution"):
        if words.are_in(" ".join(str(value) for value in msgspec.json.decode(body).values())):
            left.append(key)
    for key in left:
        if database.rows(
            "select 1 from claim where source_key = :key or population_key = :key or place_key = :key limit 1",
            {"key": key},
        ):
            used = True
        else:
            for table in ("resolution_past", "resolution"):
                database.execute(f"delete from {table} where resolution_key = :key", {"key": key})
    veil = _Veil(words, "")
    if not used:
        for sequence, body in database.rows(
            "select sequence, body from entry where uid = '' and kind = 'judgement' order by sequence"
        ):
            before = msgspec.json.decode(body)
            after = veil.over(before)
            if after != before:
                _write_entry(ledger, sequence, after)
    names.forget()
    at = now()
    for kind in NAME_KINDS:
        names.refresh_relations(names.apply(kind, at), at)
    if not used:
        _redact_past_names(ledger, veil)


def _redact_past_names(ledger: Ledger, veil: _Veil) -> None:
    columns = ("settled", "own_id", "identity", "name")
    for key, *held in ledger.database.rows(f"select past_key, {', '.join(columns)} from resolution_past"):
        fresh = [_json(veil.over(msgspec.json.decode(held[0]))) if held[0] else "", *map(veil.words.out_of, held[1:])]
        if fresh != held:
            ledger.database.execute(
                f"update resolution_past set {', '.join(f'{name} = :{name}' for name in columns)} where past_key = :key",
                {"key": key, **dict(zip(columns, fresh, strict=True))},
            )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
