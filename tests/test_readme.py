"""The README is true: its files are written, its commands are run, and what they print is what it shows.

`python tests/test_readme.py` writes what they print now into the README.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.*\n)", re.MULTILINE)


def prepared(folder: Path) -> dict[str, str]:
    """The environment in which a reader's commands run: the named blocks as files, `tallyroom` and `python` on the path."""
    for _, name, body in _BLOCK.findall(README.read_text(encoding="utf-8")):
        if name:
            (folder / name).write_text(body, encoding="utf-8")
    programs = folder / "bin"
    programs.mkdir()
    for name, line in (
        ("tallyroom", f"#!{sys.executable}\nfrom tallyroom.cli import main\nmain()\n"),
        ("python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'),
    ):
        (programs / name).write_text(line)
        (programs / name).chmod(0o755)
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}


def printed(command: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def as_run(block: str, folder: Path, environment: dict[str, str]) -> str:
    """A block of commands with what they print now."""
    return "".join(f"$ {line}" + printed(line, folder, environment) for line in _COMMAND.findall(block))


def consoles(words: str) -> Iterator[re.Match[str]]:
    return (match for match in _BLOCK.finditer(words) if match[1] == "console")


def test_every_command_prints_what_the_readme_shows(tmp_path: Path) -> None:
    environment = prepared(tmp_path)
    blocks = [match[3] for match in consoles(README.read_text(encoding="utf-8"))]
    assert len(blocks) >= 3
    for block in blocks:
        assert as_run(block, tmp_path, environment).splitlines() == block.splitlines()


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)|`make (\w+)`", README.read_text(encoding="utf-8"), re.M))
def test_every_target_of_make_is_there(target: tuple[str, str]) -> None:
    name = target[0] or target[1]
    assert re.search(rf"^{name}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_file_that_it_links_is_there() -> None:
    links = re.findall(r"\]\(([\w./-]+)\)", README.read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_door_that_it_names_is_there() -> None:
    from tallyroom.cli import COMMANDS

    rows = re.findall(r"^\| \w+ \| (.*) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted(COMMANDS)


def write() -> None:
    words = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = prepared(folder)
        for match in list(consoles(words)):
            words = words.replace(match[0], f"```console\n{as_run(match[3], folder, environment)}```")
    README.write_text(words, encoding="utf-8")


if __name__ == "__main__":
    write()
