"""The tables of a bulk folder: their columns, and rows from an extraction; documented in docs/bulk.md."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from tallyroom.bulk.records import Place, Reject
from tallyroom.model import Extraction

_PLACE = {
    "archive": "VARCHAR", "record_id": "VARCHAR", "record_offset": "BIGINT", "target_uri": "VARCHAR",
    "warc_date": "VARCHAR", "payload_digest": "VARCHAR", "extractor": "VARCHAR",
}  # fmt: skip
#: table → {column: type}; `month` stands in the path.
TABLES: dict[str, dict[str, str]] = {
    "claims": {
        "claim_id": "VARCHAR", "report_id": "VARCHAR", "uid": "VARCHAR", "id": "VARCHAR", "quote": "VARCHAR",
        "start": "BIGINT", "end": "BIGINT", "low": "DOUBLE", "best": "DOUBLE", "high": "DOUBLE", "bound": "VARCHAR",
        "unit": "VARCHAR", "measure": "VARCHAR", "population": "VARCHAR", "place": "VARCHAR", "event_time": "VARCHAR",
        "source": "VARCHAR", "source_id": "VARCHAR", "relays": "VARCHAR[]", "said_at": "VARCHAR", "cue": "VARCHAR",
        "polarity": "VARCHAR", "modality": "VARCHAR", "aggregation": "VARCHAR", "part_of": "VARCHAR", "repeat": "BOOLEAN",
        "evidence": "VARCHAR", "confidence": "MAP(VARCHAR, DOUBLE)", "rivals": "VARCHAR", "url": "VARCHAR",
        "published": "VARCHAR", "outlet": "VARCHAR", "title": "VARCHAR", **_PLACE,
    },
    "reports": {
        "report_id": "VARCHAR", "uid": "VARCHAR", "url": "VARCHAR", "published": "VARCHAR", "published_latest": "VARCHAR",
        "outlet": "VARCHAR", "title": "VARCHAR", "language": "VARCHAR", "retrieved_at": "VARCHAR", "text": "VARCHAR",
        "text_sha256": "VARCHAR", "characters": "BIGINT", "figures": "BIGINT", "problems": "BIGINT", **_PLACE,
    },
    "problems": {
        "report_id": "VARCHAR", "uid": "VARCHAR", "kind": "VARCHAR", "quote": "VARCHAR", "start": "BIGINT", "end": "BIGINT",
        "message": "VARCHAR", "suggestion": "VARCHAR", **_PLACE,
    },
    "rejects": {"reason": "VARCHAR", "detail": "VARCHAR", **_PLACE},
    "copies": {
        "uid": "VARCHAR", "report_id": "VARCHAR", "kind": "VARCHAR", "copy_of": "VARCHAR", "copy_group": "VARCHAR",
        "shared": "BIGINT", "containment": "DOUBLE",
    },
    "series": {
        "series_id": "VARCHAR", "measure": "VARCHAR", "population": "VARCHAR", "place": "VARCHAR", "event": "VARCHAR",
        "unit": "VARCHAR", "kind": "VARCHAR", "points": "VARCHAR", "derived": "VARCHAR", "origins": "VARCHAR",
        "independent_origins": "BIGINT", "problems": "VARCHAR",
    },
}  # fmt: skip
#: Written by each shard, by month.
BY_MONTH = ("claims", "reports", "problems", "rejects")
UNKNOWN = "unknown"
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?!\d)")

Row = dict[str, Any]


def rows_of(extraction: Extraction, place: Place, *, with_text: bool) -> tuple[str, Row, list[Row], list[Row]]:
    """Month, the row of the report, those of its claims, those of its problems."""
    report, found = extraction.report, _place(place, extraction.extractor)
    own = {"report_id": report.id, "uid": report.uid}
    header = {"url": report.url, "published": report.published, "outlet": report.outlet, "title": report.title}
    claims = [{**_figure(msgspec.to_builtins(figure)), **own, **header, **found} for figure in extraction.figures]
    problems = [{**own, "suggestion": None, **msgspec.to_builtins(problem), **found} for problem in extraction.problems]
    row = {
        **own, **header, "published_latest": report.published or (place.warc_date or "")[:10] or None,
        "language": report.language, "retrieved_at": report.retrieved_at, "text": report.text if with_text else None,
        "text_sha256": hashlib.sha256(report.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "characters": len(report.text), "figures": len(claims), "problems": len(problems), **found,
    }  # fmt: skip
    return month_of(report.published, place), row, claims, problems


def reject_row(reject: Reject, extractor: str) -> tuple[str, Row]:
    """Month and row of a reject."""
    return month_of(None, reject.place), {
        "reason": reject.reason,
        "detail": reject.detail or None,
        **_place(reject.place, extractor),
    }


def month_of(published: str | None, place: Place) -> str:
    """The month that rows stand under: of publication, else of the record's date, which is its latest bound."""
    for date in (published, place.warc_date):
        if date and (found := _MONTH.match(date)):
            return found[0]
    return UNKNOWN


def _place(place: Place, extractor: str) -> Row:
    return {**msgspec.to_builtins(place), "extractor": extractor}


def _figure(figure: Row) -> Row:
    """Fields of free form travel as JSON, so that none is lost."""
    return {
        **figure,
        "evidence": msgspec.json.encode(figure["evidence"]).decode(),
        "rivals": msgspec.json.encode(figure["rivals"]).decode(),
    }
