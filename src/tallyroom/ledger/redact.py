"""Redaction: words and names leave the ledger; hash, span and decision stay."""

from __future__ import annotations

from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger import derive
from tallyroom.ledger.log import ReportBody
from tallyroom.ledger.records import ClaimBody, Judgement, fold
from tallyroom.ledger.store import Ledger

BLOCK = "█"
_NAMES = ("population", "place", "source", "cue")


def redact(ledger: Ledger, uid: str, start: int, end: int, *, by: str, why: str | None = None) -> Judgement:
    """Remove the words at a span of a report, and every repetition of them in it, from all that the ledger holds of it.

    Each character becomes a block, so that every span keeps its place. What cannot be found again is not kept.
    """
    held = ledger.report(uid)
    text = held.report.text
    if not 0 <= start < end <= len(text):
        raise UsageError(f"{start}-{end} is no place in this report, which has {len(text)} characters")
    words = text[start:end]
    veil = _Veil(words, text.replace(words, BLOCK * len(words)))
    with ledger.transaction():
        rows = ledger.database.rows(
            "select sequence, body from entry where uid = :uid order by sequence", {"uid": held.report.uid}
        )
        for sequence, body in rows:
            ledger.database.execute(
                "update entry set body = :body, redacted = redacted + 1 where sequence = :sequence",
                {"body": _json(veil.over(msgspec.json.decode(body))), "sequence": sequence},
            )
        _redact_rows(ledger, held.key, veil)
        report = msgspec.json.decode(
            ledger.database.rows("select body from entry where identity = :i", {"i": f"report:{held.report.uid}"})[0][
                0
            ],
            type=ReportBody,
        ).report
        ledger.log.unindex_text(held.key)
        ledger.log.index_text(held.key, report)
        ledger.database.execute(
            "delete from term where kind <> 'outlet' and not exists (select 1 from claim c where "
            "(term.kind = 'source' and c.source = term.folded) or (term.kind = 'population' and c.population = "
            "term.folded) "
            "or (term.kind = 'place' and c.place = term.folded) or (term.kind = 'relay' and c.relay = term.folded))"
        )
        done = ledger.judge(Judgement(action="redact", by=by, why=why, uid=held.report.uid, start=start, end=end))
    ledger.database.scrub()
    return done


class _Veil:
    def __init__(self, words: str, text: str) -> None:
        self.words, self.text = words, text

    def over(self, value: Any) -> Any:
        """The same JSON value without the words; quotes are read again from the redacted text."""
        if isinstance(value, str):
            return value.replace(self.words, BLOCK * len(self.words))
        if isinstance(value, list):
            return [self.over(item) for item in value]
        if not isinstance(value, dict):
            return value
        held = {key: self.over(item) for key, item in value.items()}
        if isinstance(held.get("quote"), str) and isinstance(held.get("start"), int) and "end" in held:
            held["quote"] = self.text[held["start"] : held["end"]]
            self._names(held)
        if held.get("sentence"):
            first = held["sentence_start"]
            held["sentence"] = self.text[first : first + len(held["sentence"])]
        return held

    def _names(self, figure: dict[str, Any]) -> None:
        for name in _NAMES:
            if figure.get(name) and figure[name] in self.words:
                figure[name] = BLOCK * len(figure[name])
        if figure.get("relays"):
            figure["relays"] = [BLOCK * len(r) if r in self.words else r for r in figure["relays"]]
        if figure.get("source") and BLOCK in figure["source"]:
            figure["source_id"] = None


def _redact_rows(ledger: Ledger, key: int, veil: _Veil) -> None:
    for claim_key, body in ledger.database.rows(
        "select claim_key, body from claim where report_key = :key", {"key": key}
    ):
        held = msgspec.json.decode(_json(veil.over(msgspec.json.decode(body))), type=ClaimBody)
        figure = held.figure
        ledger.database.execute(
            "update claim set body = :body, population = :population, place = :place, source = :source, relay = :relay "
            "where claim_key = :claim_key",
            {
                "body": _json(held), "population": fold(figure.population), "place": fold(figure.place),
                "source": fold(figure.source), "relay": fold("; ".join(figure.relays)), "claim_key": claim_key,
            },
        )  # fmt: skip
        row = {
            "outlet": "",
            **{n: fold(getattr(figure, n)) for n in ("population", "place", "source")},
            "relay": fold("; ".join(figure.relays)),
        }
        ledger.log.keep_terms(derive.terms_of(row, figure, None))
    for problem_key, body in ledger.database.rows(
        "select problem_key, body from problem where report_key = :key", {"key": key}
    ):
        ledger.database.execute(
            "update problem set body = :body where problem_key = :problem_key",
            {"body": _json(veil.over(msgspec.json.decode(body))), "problem_key": problem_key},
        )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
