"""The command line as a user meets it: help by groups, exit statuses, no traceback, no terminal escapes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def tallyroom(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from tallyroom.cli import main; main()", *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, check=False)


def test_help_shows_the_doors_in_groups() -> None:
    shown = tallyroom("--help").stdout
    assert [word for word in ("Read:", "Keep:", "Ask:", "Decide:", "Share:") if word not in shown] == []


def test_extract_gives_figures_that_stand_in_the_text(tmp_path: Path) -> None:
    """At least 12 people were killed and 30 wounded, the health ministry said."""
    report = tmp_path / "report.txt"
    report.write_text("At least 12 people were killed and 30 wounded, the health ministry said.")
    ran = tallyroom("extract", "--published", "2026-06-03", str(report))
    row = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert all(row["text"][f["start"] : f["end"]] == f["quote"] for f in row["figures"])
    assert [(f["measure"], f["low"]) for f in row["figures"]] == [("killed", 12), ("injured", 30)]
    assert row["figures"][0]["source"] == "health ministry"


def test_a_missing_file_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("Police arrested 15 people on Monday.")
    ran = tallyroom("extract", str(tmp_path / "none.txt"), str(report))
    assert ran.returncode == 1
    assert "none.txt" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stdout.splitlines()) == 1


def test_wrong_usage_is_two() -> None:
    assert tallyroom("extract").returncode == 2


def test_terminal_escapes_of_a_report_are_neutralised() -> None:
    ran = tallyroom("read", "-", given="\x1b]0;owned\x07Gunmen killed 12 people.")
    assert "\x1b]0" not in ran.stdout
    assert "12" in ran.stdout
