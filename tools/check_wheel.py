#!/usr/bin/env python3
"""Builds sdist and wheel, checks what is in them, installs the wheel bare in a fresh venv and reads a report outside the tree."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Never part of what is handed on.
UNWANTED = (".venv/", "__pycache__", ".db-wal", ".git/", ".hypothesis")
REPORT = "The mayor of Lorne said on Monday that at least 12 people were killed and 30 injured in the fire.\n"


def package_files() -> list[str]:
    """Every file of the package that git keeps, and those that hatch would take: code, lexicons, weights, migrations."""
    listed = subprocess.run(["git", "ls-files", "src/tallyroom"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [line.removeprefix("src/") for line in listed.stdout.splitlines()]


def faults_of(names: set[str], wanted: list[str], what: str) -> list[str]:
    """What is missing from an archive or should not be in it."""
    missing = [f"{what} lacks {name}" for name in wanted if name not in names]
    return missing + [f"{what} holds {name}" for name in sorted(names) if any(part in name for part in UNWANTED)]


def check_contents(folder: Path) -> list[str]:
    """Faults of the two archives."""
    wheel, sdist = next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    licences = [f"{wheel.name.split('-py3')[0]}.dist-info/licenses/{name}" for name in ("LICENSE", "NOTICE")]
    own = package_files()
    needed = [
        "tallyroom/py.typed",
        "tallyroom/schema/extraction-1.json",
        "tallyroom/lexicon/measures.toml",
        "tallyroom/weights/event_time.json",
        "tallyroom/weights/scope.json",
    ]
    faults = faults_of(in_wheel, [*own, *needed, *licences], wheel.name)
    if not any(name.startswith("tallyroom/ledger/migrations/") and name.endswith(".sql") for name in in_wheel):
        faults.append(f"{wheel.name} lacks the migrations of the ledger")
    root_files = [
        "LICENSE",
        "NOTICE",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "pyproject.toml",
        "tests/test_cli.py",
    ]
    faults += faults_of(in_sdist, [*(f"src/{name}" for name in own), *root_files], sdist.name)
    print(
        f"{wheel.name}: {len(in_wheel)} files, {wheel.stat().st_size / 1e6:.1f} MB; {sdist.name}: {len(in_sdist)} files"
    )
    return faults


def run_bare(wheel: Path, folder: Path) -> list[str]:
    """Install the wheel without extras into a fresh venv and read a report there, away from the source tree."""
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")}
    subprocess.run([sys.executable, "-m", "venv", "venv"], cwd=folder, check=True)
    python = folder / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(pip, cwd=folder, check=True, env=clean)
    (folder / "report.txt").write_text(REPORT)
    door = str(folder / "venv" / "bin" / "tallyroom")
    done = subprocess.run(
        [door, "read", "report.txt", "--published", "2025-03-04", "--width", "120"],
        cwd=folder, capture_output=True, text=True, env=clean,
    )  # fmt: skip
    faults = (
        [] if done.returncode == 0 else [f"`read` of the installed wheel ended with {done.returncode}: {done.stderr}"]
    )
    wanted = ("≥ 12", "killed", "30", "injured", "mayor of Lorne", "2025-03-03")
    faults += [
        f"`read` of the installed wheel does not show {word!r}:\n{done.stdout}"
        for word in wanted
        if word not in done.stdout
    ]
    return faults


def main() -> int:
    """Build, check, install, read; 1 where anything is amiss."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
        built = subprocess.run(command, capture_output=True, text=True)
        if built.returncode:
            print(built.stdout, built.stderr, file=sys.stderr)
            return 1
        faults = check_contents(folder) or run_bare(next(folder.glob("*.whl")), folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    print("the wheel reads a report in a bare environment" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
