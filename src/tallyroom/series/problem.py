"""A problem of several reports, made of the claims that it stands on."""

from __future__ import annotations

from collections.abc import Sequence

from tallyroom.model import ProblemKind
from tallyroom.series.groups import Group
from tallyroom.series.points import Run
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row

#: A problem and the group it belongs to; None: the story as a whole.
Found = tuple[SeriesProblem, Group | None]
LinedUp = Sequence[tuple[Group, list[Run]]]


def problem(kind: ProblemKind, rows: Sequence[Row], message: str) -> SeriesProblem:
    """A problem that stands on rows, its reports in order, each once."""
    return SeriesProblem(
        kind=kind, report_ids=tuple(dict.fromkeys(row.report.id for row in rows)),
        claim_ids=tuple(dict.fromkeys(row.claim_id for row in rows)), message=message,
    )  # fmt: skip
