#!/usr/bin/env python3
"""Score the problems that Tallyroom tells against damage that was marked by hand.

    damage.py [FILE ...] [--misses]

A FILE is a marked one (`evals/damaged/*.txt`, the default) or gold JSON Lines whose objects have `damage` or `damages`: a list of
{"kind", "start", "end"}. Prints how many damages some problem overlaps, how many of these it calls by the right kind, and how many
problems stand on nothing marked (`undated` apart). A gold file without marks counts its problems alone: its reports are held sound.

Marked reports stand under a head `=== id | published | outlet | title`; a damage is `{kind|words}` or `{kind|words|what is meant}`.
`kept.txt` is scored only: no rule is made or changed to fit it, and its misses are not shown.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tallyroom.extract import extract
from tallyroom.model import PROBLEM_KINDS, Problem, make_report

HERE = Path(__file__).resolve().parent
MARK = re.compile(r"\{(?P<kind>[a-z_]+)\|(?P<words>[^{}|]+)(?:\|(?P<meant>[^{}|]*))?\}")
#: Problems of the report and not of its words.
NOT_OF_THE_TEXT = frozenset({"undated"})


@dataclass(slots=True)
class Damaged:
    """A report with the places where it is damaged."""

    id: str
    published: str | None
    outlet: str | None
    title: str | None
    text: str
    #: (kind, start, end)
    damages: list[tuple[str, int, int]]


@dataclass(slots=True)
class Tally:
    """What the reading of one file told."""

    reports: int = 0
    damages: int = 0
    overlapped: int = 0
    right_kind: int = 0
    others: int = 0
    reports_with_others: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    rows: list[str] = field(default_factory=list)


def read_marked(path: Path) -> Iterator[Damaged]:
    """The reports of a marked file."""
    for part in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
        head, _, body = part.partition("\n")
        names = [name.strip() for name in head.split("|")]
        if len(names) != 4:
            raise SystemExit(f"{path.name}: {head!r}: a head is === id | published | outlet | title")
        text, damages, at = "", [], 0
        body = body.strip("\n")
        for match in MARK.finditer(body):
            if match["kind"] not in PROBLEM_KINDS:
                raise SystemExit(f"{path.name} {names[0]}: no problem is of the kind {match['kind']!r}")
            text += body[at : match.start()]
            damages.append((match["kind"], len(text), len(text) + len(match["words"])))
            text += match["words"]
            at = match.end()
        text += body[at:]
        if "{" in text or "}" in text:
            raise SystemExit(f"{path.name} {names[0]}: a mark is left open")
        yield Damaged(names[0], names[1] or None, names[2] or None, names[3] or None, text, damages)


def read_gold(path: Path) -> Iterator[Damaged]:
    """The reports of a gold file."""
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, filter(str.strip, lines)):
            listed: list[dict[str, Any]] = row.get("damage") or row.get("damages") or []
            damages = [(d["kind"], d["start"], d["end"]) for d in listed]
            yield Damaged(
                row["id"], row.get("published"), row.get("outlet"), row.get("title"), row["text"], damages
            )  # fmt: skip


def problems_of(report: Damaged) -> list[Problem]:
    """What Tallyroom tells of the words of a report."""
    made = make_report(
        report.text, id=report.id, published=report.published, outlet=report.outlet, title=report.title
    )  # fmt: skip
    return [p for p in extract(made).problems if p.kind not in NOT_OF_THE_TEXT]


def score(reports: Iterator[Damaged]) -> Tally:
    """Overlaps of problems and damages, over all reports."""
    tally = Tally()
    for report in reports:
        told = problems_of(report)
        tally.reports += 1
        for kind, start, end in report.damages:
            over = [p for p in told if p.start < end and start < p.end]
            tally.damages += 1
            tally.kinds[kind] += 1
            tally.overlapped += bool(over)
            tally.told[kind] += bool(over)
            tally.right_kind += any(p.kind == kind for p in over)
            if not over:
                tally.rows.append(f"{report.id}: {kind} {report.text[start:end]!r} is not told")
        others = [p for p in told if not any(p.start < end and start < p.end for _, start, end in report.damages)]
        tally.others += len(others)
        tally.reports_with_others += bool(others)
        tally.rows += [f"{report.id}: {p.kind} {p.quote[:80]!r}: {p.message}" for p in others]
    return tally


def show(name: str, tally: Tally) -> None:
    """Print one file's score."""
    print(
        f"{name}: {tally.reports} reports, {tally.damages} damages: {tally.overlapped} told, {tally.right_kind} by their kind; "
        f"{tally.others} other problems in {tally.reports_with_others} reports"
    )
    if tally.damages:
        print("  " + "  ".join(f"{kind} {tally.told[kind]}/{n}" for kind, n in sorted(tally.kinds.items())))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="marked or gold files (default: evals/damaged/*.txt)")
    parser.add_argument("--misses", action="store_true", help="show what is not told, and what is told beside")
    args = parser.parse_args(arguments)
    for path in args.files or sorted((HERE / "damaged").glob("*.txt")):
        if not path.is_file():
            parser.error(f"{path}: no such file")
        tally = score(read_marked(path) if path.suffix == ".txt" else read_gold(path))
        show(path.name, tally)
        if args.misses and not path.name.startswith(("kept", "check", "heldout")):
            print("\n".join(tally.rows), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
