"""The tutorial is true: its reports are written, its commands are run, one after the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parent.parent / "docs" / "tutorial.md"


def test_the_tutorial_runs_from_three_reports_to_an_export(tmp_path):
    words = TUTORIAL.read_text(encoding="utf-8")
    (reports,) = re.findall(r"```jsonl ferry\.jsonl\n(.*?)```", words, re.DOTALL)
    (tmp_path / "ferry.jsonl").write_text(reports, encoding="utf-8")
    command = tmp_path / "bin" / "tallyroom"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom tallyroom.cli import main\nmain()\n")
    command.chmod(0o755)
    script = "set -eu\n" + "".join(re.findall(r"```sh\n(.*?)```", words, re.DOTALL))
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "⟦20⟧" in done.stdout
    assert "all hold" in done.stdout
    assert done.stdout.rstrip().endswith("0 added, 0 revised, 0 withdrawn")
