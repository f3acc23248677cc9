#!/usr/bin/env python3
"""Read gold reports, score the reading, hold it to the pinned floors.

    run.py [GOLD.jsonl ...] [--pred FILE] [--misses N] [--out FILE] [--pin [--lower]]

Without files: builds `evals/reports/*.jsonl` from the marked reports, and takes those held out and a sample of those learned from. Prints scores by level and field, false figures in reports that have none,
and problems told of sound reports. Floors stand in `evals/floors.json`, by the file's name and the sha256 of its bytes;
the exit status is 1 where one is missed, or where a pinned file has changed and was not pinned anew.

`--pin` writes what is reached now as the floors of these files (cut to two decimals). A floor is never lowered, nor a
changed file pinned below its old floors, without `--lower`. The wrong figures of files that nobody tunes on
(`check*.jsonl`, `heldout*.jsonl`) are not shown, and of `check*.jsonl` only the totals.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import assemble  # noqa: E402
import score as scoring  # noqa: E402

FLOORS = HERE / "floors.json"
TOTALS_ONLY = ("check",)
NOT_TUNED_ON = ("check", "heldout")
#: Kinds of problems that a report may rightly show though its text is sound.
NOT_OF_THE_TEXT = frozenset({"undated"})

Document = dict[str, Any]
Floors = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Result:
    """What a reading of one gold file reached."""

    name: str
    sha256: str
    reports: int
    tally: scoring.Tally
    misses: list[scoring.Miss]
    #: Reports without any figure, and the figures that were read in them.
    empty_reports: int
    false_in_empty: int
    #: Reports without damage, and the problems that were told of them.
    sound_reports: int
    problems_on_sound: int
    problem_rows: list[str]

    def reached(self) -> dict[str, float]:
        """The numbers that floors are pinned on."""
        return {level: self.tally.f1(level) for level in scoring.LEVELS}

    def ceilings(self) -> dict[str, int]:
        """The numbers that must not rise."""
        return {"false_in_empty": self.false_in_empty, "problems_on_sound": self.problems_on_sound}


def read_all(documents: list[Document]) -> dict[str, Document]:
    """The project's own reading of gold reports, without a look at their figures."""
    from tallyroom.extract import extract
    from tallyroom.model import make_report, to_json

    read = {}
    for document in documents:
        report = make_report(
            document["text"], id=document["id"], published=document.get("published"), outlet=document.get("outlet"),
            title=document.get("title"), url=document.get("url"),
        )  # fmt: skip
        read[document["id"]] = to_json(extract(report), with_text=False)
    return read


def is_sound(document: Document) -> bool:
    """No figure of the report is marked as damaged or repeated."""
    return not document.get("damaged") and not any(f.get("damage") or f.get("repeat") for f in document["figures"])


def evaluate(path: Path, pred: dict[str, Document] | None) -> tuple[Result, dict[str, Document]]:
    """Score one gold file against given predictions, or against a fresh reading."""
    gold = list(scoring.load(path).values())
    read = pred if pred is not None else read_all(gold)
    tally, misses = scoring.score(gold, read)
    empty = [doc for doc in gold if not doc["figures"]]
    sound = [doc for doc in gold if is_sound(doc)]
    told = [
        f"{doc['id']}: {problem['kind']} {problem['quote']!r}: {problem['message']}"
        for doc in sound
        for problem in read.get(doc["id"], {}).get("problems", [])
        if problem["kind"] not in NOT_OF_THE_TEXT
    ]
    result = Result(
        name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), reports=len(gold), tally=tally,
        misses=misses, empty_reports=len(empty),
        false_in_empty=sum(len(read.get(doc["id"], {}).get("figures", [])) for doc in empty),
        sound_reports=len(sound), problems_on_sound=len(told), problem_rows=told,
    )  # fmt: skip
    return result, read


def show(result: Result, seconds: float) -> None:
    """Print one file's scores; of files nobody reads the totals only."""
    tally = result.tally
    print(f"{result.name}: {result.reports} reports, {tally.gold} figures, {tally.pred} read, {seconds:.1f} s")
    for level, row in tally.scores().items():
        print(f"  {level:<11} P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}")
    if not result.name.startswith(TOTALS_ONLY):
        print("  fields      " + "  ".join(f"{name} {share:.3f}" for name, share in tally.accuracies().items()))
    print(f"  reports without figures: {result.empty_reports}, figures read in them: {result.false_in_empty}")
    print(f"  sound reports: {result.sound_reports}, problems told of them: {result.problems_on_sound}")
    if tally.sureness:
        print(f"  confidence in the record is off by {scoring.calibration(tally.sureness)[1]:.3f} on average")


def missed(result: Result, floors: Floors) -> list[str]:
    """Why this file does not hold its floors; empty where it does, or where none are pinned."""
    pinned = floors.get(result.name)
    if pinned is None:
        return []
    if pinned["sha256"] != result.sha256:
        return ["the file has changed since its floors were pinned; look at the change, then pin anew with --pin"]
    reached, ceilings = result.reached(), result.ceilings()
    faults = [
        f"{level} {reached[level]:.3f} is below its floor of {floor:.3f}"
        for level, floor in pinned["floors"].items()
        if reached[level] < floor
    ]
    faults += [
        f"{name} {ceilings[name]} is above its ceiling of {ceiling}"
        for name, ceiling in pinned.get("ceilings", {}).items()
        if ceilings[name] > ceiling
    ]
    return faults


def pin(result: Result, floors: Floors, lower: bool) -> list[str]:
    """Write what is reached as the floors of a file; why not, where that would lower one without leave."""
    new = {level: math.floor(f1 * 100) / 100 for level, f1 in result.reached().items()}
    ceilings = result.ceilings()
    old = floors.get(result.name, {})
    if not lower:
        faults = [
            f"{level} would fall from {floor:.2f} to {new[level]:.2f}; say --lower where that is meant"
            for level, floor in old.get("floors", {}).items()
            if new[level] < floor
        ]
        faults += [
            f"{name} would rise from {ceiling} to {ceilings[name]}; say --lower where that is meant"
            for name, ceiling in old.get("ceilings", {}).items()
            if ceilings[name] > ceiling
        ]
        if faults:
            return faults
    floors[result.name] = {"sha256": result.sha256, "floors": new, "ceilings": ceilings}
    return []


def load_floors(path: Path) -> Floors:
    """The pinned floors by file name; none where the file is missing."""
    if not path.exists():
        return {}
    floors: Floors = json.loads(path.read_text(encoding="utf-8"))
    return floors


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path, help="gold files (default: heldout and sample of evals/reports)")
    parser.add_argument("--pred", type=Path, help="score these predictions instead of reading anew")
    parser.add_argument("--out", type=Path, help="write the reading as JSON lines")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="show N wrong figures and problems a file")
    parser.add_argument("--floors", type=Path, default=FLOORS, help=argparse.SUPPRESS)
    parser.add_argument("--pin", action="store_true", help="pin what is reached now")
    parser.add_argument("--lower", action="store_true", help="with --pin: allow a floor to fall")
    args = parser.parse_args(arguments)
    if args.lower and not args.pin:
        parser.error("--lower goes with --pin")
    if not args.gold and (wrong := assemble.write()):
        print("\n".join(wrong), file=sys.stderr)
        return 1
    paths = args.gold or [HERE / "reports" / f"{name}.jsonl" for name in ("heldout", "sample")]
    for path in paths:
        if not path.is_file():
            parser.error(f"{path}: no such file")
        if args.gold and args.misses and path.name.startswith(NOT_TUNED_ON):
            parser.error(f"{path.name}: its misses are not shown, for nobody may tune on them")
    pred = scoring.load(args.pred) if args.pred else None
    floors = load_floors(args.floors)
    faults: list[str] = []
    rows: list[Document] = []
    for path in paths:
        began = time.perf_counter()
        result, read = evaluate(path, pred)
        show(result, time.perf_counter() - began)
        rows.extend(read.values())
        if args.misses and not result.name.startswith(NOT_TUNED_ON):
            scoring.print_misses(result.misses, args.misses)
            print("\n".join(result.problem_rows[: args.misses]), file=sys.stderr)
        found = pin(result, floors, args.lower) if args.pin else missed(result, floors)
        faults += [f"{result.name}: {fault}" for fault in found]
        if not args.pin and result.name in floors and not found:
            print("  holds its floors")
    if args.out:
        args.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    if args.pin and not faults:
        args.floors.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
