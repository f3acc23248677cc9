"""The scorer of damage, and what Tallyroom tells of the damaged reports of its evals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import command

EVALS = Path(__file__).resolve().parents[1] / "evals"


damage = command("evals/damage.py")


def test_marks_become_places(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "=== one | 2020-01-02 | Desk | Title\nIt fed {broken_number|12.000|12,000} people.\n", encoding="utf-8"
    )
    [report] = damage.read_marked(path)
    assert (report.id, report.published, report.title) == ("one", "2020-01-02", "Title")
    assert report.text == "It fed 12.000 people."
    assert report.damages == [("broken_number", 7, 13)]


@pytest.mark.parametrize("body", ["It {broken|12}.", "It {broken_number|12.", "It fed 12} people."])
def test_marks_that_do_not_hold_are_refused(tmp_path: Path, body: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"=== one | 2020-01-02 | Desk | Title\n{body}\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        list(damage.read_marked(path))


def test_gold_without_marks_counts_its_problems_as_others(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"id": "a", "published": "2020-01-02", "text": "Aid reached 12.000 people."},
        {"id": "b", "published": "2020-01-02", "text": "Aid reached 12.000 people.", "damage": [{"kind": "broken_number", "start": 12, "end": 18}]},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    tally = damage.score(damage.read_gold(path))
    assert (tally.damages, tally.overlapped, tally.right_kind, tally.others, tally.reports_with_others) == (
        1,
        1,
        1,
        1,
        1,
    )


@pytest.mark.parametrize(("pattern", "share"), [("tuned-*.txt", 0.95), ("kept.txt", 0.8)])
def test_marked_damage_is_told_and_little_else(pattern: str, share: float) -> None:
    for path in sorted((EVALS / "damaged").glob(pattern)):
        tally = damage.score(damage.read_marked(path))
        assert tally.overlapped >= share * tally.damages
        assert tally.right_kind >= share * tally.damages
        assert tally.others <= 1
