"""Rows for the tables that follow from the log: a claim as columns to filter by, a report's text to search."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from tallyroom.edtf import bounds
from tallyroom.ledger.records import ClaimBody, LedgerReport
from tallyroom.ledger.words import fold
from tallyroom.model import Figure, Problem

#: Beside the keys, the columns of a claim; all that `same row` means.
CLAIM_COLUMNS = (
    "report_key", "claim_id", "start_at", "end_at", "measure", "unit", "population", "place", "source", "relay",
    "outlet",
    "collection", "event", "value", "published", "happened_from", "happened_to", "said_from", "said_to", "speaks_of",
    "review", "newest", "confidential", "extractor", "recorded_at", "body", "source_key", "population_key", "place_key",
    "relation",
)  # fmt: skip
PROBLEM_COLUMNS = (
    "report_key", "kind", "start_at", "end_at", "review", "newest", "confidential", "published", "outlet",
    "collection", "body",
)  # fmt: skip
INSERT_CLAIM = (
    f"insert into claim ({', '.join(CLAIM_COLUMNS)}, valid_from) "
    f"values ({', '.join(':' + name for name in CLAIM_COLUMNS)}, :valid_from)"
)
INSERT_PROBLEM = (
    f"insert into problem ({', '.join(PROBLEM_COLUMNS)}, valid_from) "
    f"values ({', '.join(':' + name for name in PROBLEM_COLUMNS)}, :valid_from)"
)


def claim_row(
    held: LedgerReport, body: ClaimBody, review: str, confidential: bool, extractor: str, at: str,
    resolved: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The columns of a claim; `resolved` holds those that tell what its words mean."""
    figure, report = body.figure, held.report
    happened, said = span_of(figure.event_time), span_of(figure.said_at)
    published = report.published or ""
    return {
        "report_key": held.key, "claim_id": figure.claim_id, "start_at": figure.start, "end_at": figure.end,
        "measure": figure.measure, "unit": figure.unit, "population": fold(figure.population),
        "place": fold(figure.place),
        "source": fold(figure.source), "relay": fold("; ".join(figure.relays)), "outlet": fold(report.outlet),
        "collection": held.collection or "", "event": held.event or "", "value": value_of(figure),
        "published": published,
        "happened_from": happened[0], "happened_to": happened[1], "said_from": said[0], "said_to": said[1],
        "speaks_of": happened[1] or said[1] or span_of(published[:10])[1], "review": review, "newest": int(held.newest),
        "confidential": int(confidential), "extractor": extractor, "recorded_at": at,
        "body": msgspec.json.encode(body).decode(), **resolved,
    }  # fmt: skip


def problem_row(held: LedgerReport, problem: Problem, review: str) -> dict[str, Any]:
    """The columns of a problem."""
    return {
        "report_key": held.key, "kind": problem.kind, "start_at": problem.start, "end_at": problem.end,
        "review": review,
        "newest": int(held.newest), "confidential": int(held.confidential), "published": held.report.published or "",
        "outlet": fold(held.report.outlet), "collection": held.collection or "",
        "body": msgspec.json.encode(problem).decode(),
    }  # fmt: skip


def terms_of(row: dict[str, Any], figure: Figure | None, outlet: str | None) -> list[tuple[str, str, str]]:
    """(kind, folded, words) that a filter can find."""
    found = [("outlet", row["outlet"], outlet or "")]
    if figure is not None:
        found.append(("relay", row["relay"], "; ".join(figure.relays)))
    return [term for term in found if term[1]]


def value_of(figure: Figure) -> float:
    """The number to sort and filter by: best, else low, else high; -1 where none was said."""
    return float(next((n for n in (figure.best, figure.low, figure.high) if n is not None), -1))


@lru_cache(maxsize=16384)
def span_of(edtf: str | None) -> tuple[str, str]:
    """First and last day of an EDTF value; an open side is the far past or future, nothing known is empty."""
    if not edtf:
        return "", ""
    try:
        found = bounds(edtf)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        return "", ""
    return (found[0].isoformat() if found[0] else "0000"), (found[1].isoformat() if found[1] else "9999")
