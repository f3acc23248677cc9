"""What several reports show together: events proposed by the program, and problems across reports."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from tallyroom.ledger import lineup
from tallyroom.ledger.event_names import event_name
from tallyroom.ledger.pages import page_of
from tallyroom.ledger.query import Page, Query, Sort, read_cursor
from tallyroom.ledger.store import Ledger


def event_page(ledger: Ledger, query: Query, order: Sort | None = None) -> Page:
    """A page of events with their dates, place, reports and figures, the latest first where no order is asked for.

    By `value` they are sorted by their number of figures.
    """
    from tallyroom.series import stories_of

    wanted = msgspec.structs.replace(query, limit=None, after=None, event=None)
    order = order or "published"
    recorded = {uid: n for n, (uid,) in enumerate(ledger.database.rows("select uid from report order by report_key"))}
    rows: list[tuple[tuple[Any, str], dict[str, Any]]] = []
    for claims in stories_of(ledger.series_claims(wanted)):
        reports = {claim.report.uid: claim.report for claim in claims}
        times = sorted(claim.figure.event_time for claim in claims if claim.figure.event_time)
        days = sorted(report.published or "" for report in reports.values())
        places = Counter(claim.figure.place for claim in claims if claim.figure.place)
        row = {
            "event": event_name(reports), "first": days[0] or None, "last": days[-1] or None,
            "happened": times[0] if times else None, "place": places.most_common(1)[0][0] if places else None,
            "reports": len(reports), "figures": len(claims),
            "measures": sorted({claim.figure.measure for claim in claims}),
            "report_ids": sorted(report.id for report in reports.values()),
        }  # fmt: skip
        rank = {
            "published": row["last"] or "", "happened": row["happened"] or "", "value": len(claims),
            "recorded": max(recorded[uid] for uid in reports),
        }[order]  # fmt: skip
        rows.append(((rank, f"{row['event']}\n{min(reports)}"), row))
    if query.event:
        rows = [held for held in rows if held[1]["event"] == query.event]
    rows.sort(key=lambda held: held[0], reverse=query.descending)
    if query.after:
        end = read_cursor(query.after, str)
        rows = [held for held in rows if (held[0] < end if query.descending else held[0] > end)]
    return page_of(query, rows)


def series_problem_rows(ledger: Ledger, query: Query) -> list[dict[str, Any]]:
    """Problems across reports, each with the key by which a person dismisses it."""
    from tallyroom.series import build_series

    wanted = msgspec.structs.replace(query, limit=None, after=None, kind=None, review=None)
    whole = Query(
        collection=query.collection, confidential=query.confidential, sort=query.sort, descending=query.descending
    )
    if wanted == msgspec.structs.replace(whole, limit=None):
        lined_up = lineup.all_series(ledger, collection=query.collection, confidential=query.confidential)
    else:
        lined_up = build_series(ledger.series_claims(wanted), ledger.series_judgements(query.known_at))
    found: dict[str, dict[str, Any]] = {}
    for series in lined_up:
        for problem in series.problems:
            if query.kind in (None, problem.kind):
                found[problem.key] = {
                    "kind": problem.kind, "report": ", ".join(problem.report_ids), "start": None, "end": None,
                    "quote": None, "message": problem.message, "suggestion": None, "published": None, "outlet": None,
                    "review": "open", "key": problem.key,
                }  # fmt: skip
    return [found[key] for key in sorted(found)]
