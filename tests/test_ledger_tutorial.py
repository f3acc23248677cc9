"""The tutorial is true: its reports are written, its commands are run, one after the other."""

from __future__ import annotations

from pathlib import Path

from walkthrough import walked


def test_the_tutorial_runs_from_three_reports_to_an_export(tmp_path: Path) -> None:
    told = "".join(walked("tutorial.md", tmp_path))
    assert "⟦20⟧" in told
    assert "Fire on ferry  2025-03-04" in told
    assert "\ncontradiction  courier-1" in told
    assert "all hold" in told
    assert told.rstrip().endswith("0 added, 0 revised, 0 withdrawn")
