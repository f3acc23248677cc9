"""The ledger: what was read and what was decided, kept for good, on SQLite or PostgreSQL."""

from tallyroom.ledger.query import Page, Query
from tallyroom.ledger.records import Judgement, LedgerClaim, LedgerProblem, LedgerReport, TwoReports
from tallyroom.ledger.store import Ledger

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
