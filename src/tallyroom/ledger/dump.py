"""A ledger as JSON Lines, entry by entry, and back: the way to move, back up and compare ledgers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger.log import ReadingBody, ReportBody
from tallyroom.ledger.records import Judgement
from tallyroom.ledger.resolution import NAME_KINDS
from tallyroom.ledger.store import Ledger
from tallyroom.ledger.words import bare
from tallyroom.model import SCHEMA

#: The key that tells a line of a ledger from extraction JSON.
MARK = "ledger_entry"


def dump_lines(ledger: Ledger, *, confidential: bool = False) -> Iterator[bytes]:
    """The log, one JSON object an entry, in order; what is confidential only where asked for."""
    hidden = set() if confidential else confidential_reports(ledger)
    secret = None if confidential else _Secret(ledger, hidden)
    for sequence, kind, identity, uid, recorded_at, run_id, redacted, body in ledger.log.entries():
        if uid in hidden or (secret and not uid and secret.is_told_by(msgspec.json.decode(body, type=Judgement))):
            continue
        yield msgspec.json.encode(
            {
                MARK: kind, "schema": SCHEMA, "sequence": sequence, "identity": identity, "uid": uid,
                "recorded_at": recorded_at, "run_id": run_id, "redacted": redacted, "body": msgspec.Raw(body.encode()),
            }
        )  # fmt: skip


class _Secret:
    """What judgements on names may not tell: confidential sources, and what only reports that are hidden name."""

    def __init__(self, ledger: Ledger, hidden: Collection[str]) -> None:
        self._ledger, self._hidden = ledger, hidden
        self._names = ledger.log.confidential_names()
        self._sources = ledger.log.names.identities("source", self._names)
        reports = (held.report for uid in hidden if (held := ledger.log.report(uid)))
        self._reports = {name for one in reports for name in (one.uid, one.id, one.title) if name}

    def is_told_by(self, judgement: Judgement) -> bool:
        """Whether a judgement tells of it."""
        own = [name for name in (judgement.a, judgement.b) if name]
        if judgement.kind in ("source", "origin"):
            identities = self._ledger.log.names.identities("source", own)
            if any(name in self._names for name in own) or identities & self._sources:
                return True
        if judgement.kind in ("event", "report"):
            return any(name in self._reports for name in own)
        kind = "source" if judgement.kind == "origin" else judgement.kind
        return kind in NAME_KINDS and any(self._is_only_hidden(kind, name) for name in own)

    def _is_only_hidden(self, kind: str, name: str) -> bool:
        if not self._hidden:
            return False
        rows = self._ledger.database.rows(
            "select distinct r.uid from claim c join report r on r.report_key = c.report_key "
            f"where c.{kind} in (:bare, :whole)",
            {"bare": bare(name), "whole": f"the {bare(name)}"},
        )
        return bool(rows) and all(uid in self._hidden for (uid,) in rows)


def confidential_reports(ledger: Ledger) -> set[str]:
    """The uids of reports that are confidential, or of which any reading holds a figure of a confidential source."""
    rows = ledger.database.rows(
        "select uid from report where confidential = 1 union select r.uid from claim c "
        "join report r on r.report_key = c.report_key where c.confidential = 1"
    )
    return {uid for (uid,) in rows}


def is_entry(row: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a line of a ledger."""
    return MARK in row


def load_entry(ledger: Ledger, row: Mapping[str, Any], where: str = "this line") -> bool:
    """Add one line of `dump_lines`, with its own moment; False where the ledger holds it already."""
    try:
        kind, identity, uid = row[MARK], row["identity"], row["uid"]
        at, run_id = row["recorded_at"], row["run_id"]
        body = msgspec.convert(
            row["body"], {"report": ReportBody, "reading": ReadingBody, "judgement": Judgement}[kind]
        )
        texts = (kind, identity, uid, at, run_id)
        if not all(isinstance(part, str) for part in texts):
            raise UsageError(f"{where}: no line of a ledger's JSON Lines")
    except (KeyError, TypeError, msgspec.ValidationError) as fault:
        raise UsageError(f"{where}: no line of a ledger's JSON Lines ({fault})") from None
    with ledger.transaction():
        if isinstance(body, ReportBody):
            _, fresh = ledger.log.add_report(body.report, body.collection, at, run_id, body.text_hash)
        else:
            fresh = ledger.log.append(kind, identity, uid, body, at, run_id)
        if not fresh:
            return False
        if row.get("redacted"):
            ledger.database.execute(
                "update entry set redacted = :redacted where identity = :identity",
                {"redacted": int(row["redacted"]), "identity": identity},
            )
        if isinstance(body, Judgement):
            ledger.settle_after(body, at)
        else:
            ledger.log.settle(uid, at)
    return True
