"""Runs what a page of the docs tells: its files are written, its commands run, one after the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def walked(page: str, folder: Path, *, mark: str = "====") -> list[str]:
    """What each block of commands of the page prints, in order; files are the blocks that have a name."""
    words = (DOCS / page).read_text(encoding="utf-8")
    for name, held in re.findall(r"```(?:jsonl|txt) ([\w.]+)\n(.*?)```", words, re.DOTALL):
        (folder / name).write_text(held, encoding="utf-8")
    command = folder / "bin" / "tallyroom"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom tallyroom.cli import main\nmain()\n")
    command.chmod(0o755)
    script = "set -eu\n" + f"echo {mark}\n".join(re.findall(r"```sh\n(.*?)```", words, re.DOTALL))
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(f"{mark}\n")
