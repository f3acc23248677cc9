"""What several reports show together: each finding with the reports and claims it stands on, and the reason."""

from __future__ import annotations

from collections.abc import Sequence

from tallyroom.copies import CopyPair
from tallyroom.series.groups import Group
from tallyroom.series.origins import Origins
from tallyroom.series.points import Run
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row


def find_problems(
    rows: Sequence[Row], lined_up: Sequence[tuple[Group, list[Run]]], origins: Origins, copies: Sequence[CopyPair]
) -> list[tuple[SeriesProblem, Group | None]]:
    """The problems of one story, each with the group it belongs to (None: the story as a whole)."""
    return []
