"""Score series on stories: folders with `reports.jsonl` (reports and gold figures) and `series.json` (what should come out).

    evals/stories.py SCORE.py STORY_FOLDER... [--beside REPORTS.jsonl] [--read] [--out FOLDER] [--misses N]

By default from the gold figures; `--read` extracts the figures from the texts first (end to end). `--beside` adds other
reports to the same ledger, which must change nothing. SCORE.py is the scorer that comes with the stories.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallyroom.series import build_series, claims_of, to_json

HEADER = ("id", "published", "outlet", "title", "url", "text")


def reports(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as handle:
        for line in handle:
            if line.strip():
                yield json.loads(line)


def gold(row: dict[str, Any]) -> dict[str, Any]:
    return {**{name: row.get(name) for name in HEADER}, "figures": row["figures"]}


def read(row: dict[str, Any]) -> dict[str, Any]:
    from tallyroom.extract import extract
    from tallyroom.model import make_report, to_json

    names = ("id", "published", "outlet", "title", "url")
    return to_json(extract(make_report(row["text"], **{name: row.get(name) for name in names})))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("score", type=Path)
    parser.add_argument("stories", type=Path, nargs="+")
    parser.add_argument("--beside", type=Path, action="append", default=[])
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--misses", type=int, default=0)
    args = parser.parse_args()
    rows = [row for folder in args.stories for row in reports(folder / "reports.jsonl")]
    rows += [row for path in args.beside for row in reports(path)]
    series = [to_json(s) for s in build_series(claims_of((read if args.read else gold)(row) for row in rows))]
    out = args.out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    (out / "series.json").write_text(json.dumps(series, indent=1, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, str(args.score), *map(str, args.stories), "--series", str(out / "series.json")]
    subprocess.run([*command, "--misses", str(args.misses)], check=True)


if __name__ == "__main__":
    main()
