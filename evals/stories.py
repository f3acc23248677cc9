"""Build the series of stories and score them against what a reader should end up with.

    evals/stories.py [SCORE.py] [STORY_FOLDER...] [--read] [--beside REPORTS.jsonl] [--out FOLDER] [--misses N]

A story is a folder: its reports with their gold figures (`reports.txt`, marked as `assemble.py` tells, or `reports.jsonl`)
and what should come out of them (`series.toml`, or `series.json` with points spelled out). Without folders: the project's
own, `evals/stories/*` and those written later, `evals/stories_2/*` to `evals/stories_4/*`, each group held to its floors in
`floors.json`.

By default series are built from the gold figures; `--read` extracts the figures from the texts first (end to end). `--beside`
adds other reports to the same ledger, which must change nothing. SCORE.py is another scorer, called with the folders,
`--series FILE` and `--misses N`; without one the scores are those of `score_series.py`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assemble import assemble_files, parse_value
from score_series import Scores, Tally, score_story
from tallyroom.series import build_series, claims_of, to_json

#: The project's own stories: those written first, and those written when the rules had seen these.
GROUPS = ("stories", "stories_2", "stories_3", "stories_4")
HERE = Path(__file__).resolve().parent
HEADER = ("id", "published", "outlet", "title", "url", "text")

Row = dict[str, Any]


def reports(path: Path) -> Iterator[Row]:
    """The reports of a file of JSON Lines, or of a marked one."""
    if path.suffix == ".txt":
        rows, faults = assemble_files([path])
        if faults:
            raise SystemExit("\n".join(faults))
        yield from rows
        return
    with path.open(encoding="utf-8") as handle:
        for line in handle:
            if line.strip():
                yield json.loads(line)


def reports_of(folder: Path) -> list[Row]:
    """The reports of a story."""
    marked = folder / "reports.txt"
    return list(reports(marked if marked.exists() else folder / "reports.jsonl"))


def expected(folder: Path) -> Row:
    """The series and findings that a story should give."""
    short = folder / "series.toml"
    if not short.exists():
        story: Row = json.loads((folder / "series.json").read_text(encoding="utf-8"))
        return story
    story = tomllib.loads(short.read_text(encoding="utf-8"))
    for one in story["series"]:
        one["points"] = [_point(words) for words in one["points"]]
    return story


def _point(words: str) -> Row:
    said, value, names = (part.strip() for part in words.split("|"))
    low, best, high, bound = parse_value(value)
    return {"said": said, "low": low, "best": best, "high": high, "bound": bound, "reports": names.split()}


def gold(row: Row) -> Row:
    return {**{name: row.get(name) for name in HEADER}, "figures": row["figures"]}


def read(row: Row) -> Row:
    from tallyroom.extract import extract
    from tallyroom.model import make_report
    from tallyroom.model import to_json as json_of

    names = ("id", "published", "outlet", "title", "url")
    return json_of(extract(make_report(row["text"], **{name: row.get(name) for name in names})))


def build(folders: Sequence[Path], *, from_text: bool, beside: Sequence[Path] = ()) -> list[Row]:
    """The series of the stories and of what stands beside them, all in one ledger, as JSON."""
    rows = [row for folder in folders for row in reports_of(folder)]
    rows += [row for path in beside for row in reports(path)]
    claims = claims_of((read if from_text else gold)(row) for row in rows)
    return [to_json(one) for one in build_series(claims)]


def evaluate(folders: Sequence[Path], series: Sequence[Row]) -> tuple[Scores, list[str]]:
    """The scores of all stories together, and what was missed."""
    tally = Tally()
    ids = [{row["id"] for row in reports_of(folder)} for folder in folders]
    for folder, own in zip(folders, ids, strict=True):
        built = [one for one in series if any(own & set(point["report_ids"]) for point in one["points"])]
        score_story(expected(folder), built, folder.name, tally)
    return tally.scores(), tally.misses


def below_floors(scores: Scores, floors: dict[str, float]) -> list[str]:
    """Which scores do not hold; problems have a ceiling."""
    reached = scores._asdict()
    return [
        f"{name} {reached[name]:.3f} does not hold {limit}"
        for name, limit in floors.items()
        if (reached[name] > limit if name == "problems" else reached[name] < limit)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="*")
    parser.add_argument("--beside", type=Path, action="append", default=[])
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--misses", type=int, default=0)
    args = parser.parse_args()
    scorer = next((path for path in args.paths if path.is_file()), None)
    given = [path for path in args.paths if path != scorer]
    if given:
        _build_and_score(given, scorer, args)
        return 0
    floors = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))
    failed = False
    for group in GROUPS:
        scores = _build_and_score(folders_of(group), scorer, args)
        faults = below_floors(scores, floors[group]["read" if args.read else "gold"]) if scores else []
        print("\n".join(faults) or f"{group}: holds its floors", file=sys.stderr if faults else sys.stdout)
        failed = failed or bool(faults)
    return 1 if failed else 0


def folders_of(group: str) -> list[Path]:
    """The stories of a group of the project's own."""
    return sorted(path for path in (HERE / group).iterdir() if path.is_dir())


def _build_and_score(folders: Sequence[Path], scorer: Path | None, args: argparse.Namespace) -> Scores | None:
    """Build the series of stories, keep and score them; None where another scorer prints its own."""
    series = build(folders, from_text=args.read, beside=args.beside)
    out = args.out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    (out / "series.json").write_text(json.dumps(series, indent=1, ensure_ascii=False), encoding="utf-8")
    if scorer:
        command = [sys.executable, str(scorer), *map(str, folders), "--series", str(out / "series.json")]
        subprocess.run([*command, "--misses", str(args.misses)], check=False)
        return None
    scores, misses = evaluate(folders, series)
    print(" ".join(f"{name} {value:.3f}" for name, value in scores._asdict().items()))
    for line in misses[: args.misses]:
        print(line, file=sys.stderr)
    return scores


if __name__ == "__main__":
    sys.exit(main())
