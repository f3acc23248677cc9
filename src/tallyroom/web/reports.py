"""A report of the ledger as pages show it: its claims, whether it may be seen, its other versions."""

from __future__ import annotations

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger import Ledger, LedgerClaim, LedgerReport, Query
from tallyroom.ledger.log import address_of
from tallyroom.ledger.words import hash_of
from tallyroom.web.pages import not_found


def open_report(ledger: Ledger, name: str, *, confidential: bool) -> LedgerReport:
    """The report of a uid or id; 404 where there is none that may be seen."""
    try:
        held = ledger.report(name)
    except UsageError:
        raise not_found("There is no such report in this ledger.") from None
    if not confidential and is_hidden(ledger, held):
        raise not_found("There is no such report in this ledger.")
    return held


def is_hidden(ledger: Ledger, held: LedgerReport) -> bool:
    """Is a report confidential, or does its text name a confidential source?"""
    return held.confidential or bool(
        ledger.database.rows(
            "select 1 from claim where report_key = :key and confidential = 1 and valid_to = '9999' limit 1",
            {"key": held.key},
        )
    )


def claims_of(ledger: Ledger, held: LedgerReport) -> list[LedgerClaim]:
    """All claims of a report, the rejected too, in the order of the text."""
    query = Query(
        report=held.report.uid, review="all", all_versions=True, sort="recorded", descending=False, limit=None
    )
    return sorted(ledger.claims(query), key=lambda claim: (claim.figure.start, claim.figure.end))


def same_text(ledger: Ledger, text: str, *, confidential: bool) -> list[LedgerReport]:
    """The reports with the very same text that may be seen, under whatever address."""
    rows = ledger.database.rows(
        "select uid from report where text_hash = :hash order by report_key", {"hash": hash_of(text)}
    )
    found = [held for (uid,) in rows if (held := ledger.log.report(uid)) is not None]
    return [held for held in found if confidential or not is_hidden(ledger, held)]


class Version(msgspec.Struct, frozen=True):
    """A text that once stood at the same address."""

    uid: str
    recorded_at: str


def versions_of(ledger: Ledger, held: LedgerReport) -> list[Version]:
    """All texts that stood at the address of a report, oldest first; itself among them."""
    rows = ledger.database.rows(
        "select uid, recorded_at from report where address = :address order by report_key",
        {"address": address_of(held.report)},
    )
    return [Version(*row) for row in rows]
