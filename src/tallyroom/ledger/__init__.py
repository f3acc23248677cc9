"""The ledger: what was read and what was decided, kept for good, on SQLite or PostgreSQL."""

from collections.abc import Mapping, Sequence

from tallyroom.ledger.query import Page, Query
from tallyroom.ledger.records import Judgement, LedgerClaim, LedgerProblem, LedgerReport, TwoReports
from tallyroom.ledger.store import Ledger


def _reports_by_event(ledger: Ledger, query: Query) -> Mapping[str, Sequence[str]]:
    from tallyroom.ledger.lineup import reports_by_event

    return reports_by_event(ledger, confidential=query.confidential, known_at=query.known_at)


# The line-up stands on the ledger, and the ledger asks it for events: tied here, neither knows the other.
Ledger.reports_by_event = staticmethod(_reports_by_event)

__all__ = [
    "Judgement",
    "Ledger",
    "LedgerClaim",
    "LedgerProblem",
    "LedgerReport",
    "Page",
    "Query",
    "TwoReports",
]
