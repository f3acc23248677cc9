"""Was something hidden since: then nothing that was made before may be shown, however little else it is behind."""

from __future__ import annotations

import msgspec

from tallyroom.ledger import Judgement, Ledger

#: After more decisions than these nobody looks at each.
MOST_LOOKED_AT = 500


def hidden_since(ledger: Ledger, since: int) -> bool:
    """Did a judgement after an entry redact something, or change who may see a report or source?"""
    found = judgements_since(ledger, since)
    return found is None or any(_hides(ledger, judgement) for judgement in found)


def judgements_since(ledger: Ledger, since: int) -> list[Judgement] | None:
    """The judgements after an entry; None where they are too many to look at."""
    rows = ledger.database.rows(
        "select body from entry where kind = 'judgement' and sequence > :since order by sequence limit :most",
        {"since": since, "most": MOST_LOOKED_AT + 1},
    )
    if len(rows) > MOST_LOOKED_AT:
        return None
    return [msgspec.json.decode(body, type=Judgement) for (body,) in rows]


def _hides(ledger: Ledger, judgement: Judgement) -> bool:
    if judgement.action == "undo":
        undone = ledger.database.rows(
            "select body from entry where identity = :identity", {"identity": f"judgement:{judgement.undoes}"}
        )
        return any(_hides(ledger, msgspec.json.decode(body, type=Judgement)) for (body,) in undone)
    # A source that is joined with a confidential one becomes confidential itself, and with it its reports.
    joins = judgement.action in ("same", "different") and judgement.kind == "source"
    return (
        judgement.action == "redact"
        or "confidential" in judgement.fields
        or (joins and bool(ledger.log.confidential_names()))
    )
