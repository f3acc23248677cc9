"""Public benchmarks of number reading: are the amounts of a text found, and is each number right?

    python evals/benchmarks.py KEY.jsonl... [--write FOLDER]

A key holds a JSON object a line: {"id", "text", "quantities": [{"start", "end", "value", ...}]}; a value is a number,
a pair for a range (null for an open end), or null where only the place is asked. Printed for each key: precision,
recall and F1 of values and of places, exact and overlapping. `--write` keeps what was read, in the same form, for
another scorer.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tallyroom.quantities import Quantity, find_quantities
from tallyroom.sentences import split_sentences

#: Numbers that name or order things; no benchmark of amounts asks for them.
NAMING = {
    "date", "year", "clock time", "name", "phone", "code", "ordinal", "law or section", "list number", "footnote",
    "rank", "score", "pronoun", "address", "no number",
}  # fmt: skip
CHANGES = {"more_than": ">", "at_least": ">", "less_than": "<", "at_most": "<"}


def value_of(q: Quantity) -> Any:
    """The number said; a range as [low, high]; null at an open end."""
    if q.bound == "range":
        return [q.low, q.high]
    return q.best if q.best is not None else ([q.low, q.high] if q.low is not None else None)


def amounts(text: str) -> list[dict[str, Any]]:
    """What is read in a text, in the form of the keys."""
    found = []
    for start, end in split_sentences(text):
        for q in find_quantities(text, start, end):
            if q.aside in NAMING or q.kind in ("article", "none", "ordinal"):
                continue
            bare = q.kind == "count"
            start_of, end_of = (q.numeral_start, q.numeral_end) if bare else (q.start, q.end)
            value = value_of(q)
            if q.kind == "percent" and q.end == q.numeral_end and isinstance(value, float | int):
                value = round(value / 100, 4)
            change = CHANGES.get(q.bound, "=")
            found.append({"start": start_of, "end": end_of, "value": value, "unit": q.unit or "", "change": change})
    return found


def same(key: Any, read: Any) -> bool:
    """Are two values the same, within a millionth?"""
    if isinstance(key, list) or isinstance(read, list):
        pair = isinstance(key, list) and isinstance(read, list) and len(key) == len(read)
        return pair and all(same(a, b) or (a is None and b is None) for a, b in zip(key, read, strict=True))
    return key is not None and read is not None and abs(float(key) - float(read)) <= 1e-6 * max(1.0, abs(float(key)))


def overlap(a: dict[str, Any], b: dict[str, Any]) -> int:
    return int(min(a["end"], b["end"]) - max(a["start"], b["start"]))


def pairs(key: list[dict[str, Any]], read: list[dict[str, Any]], fits: Any) -> int:
    """How many of the key have a partner of their own among those read, the greatest overlap first."""
    ranked = sorted(((-overlap(a, b), i, j) for i, a in enumerate(key) for j, b in enumerate(read) if fits(a, b)))
    used_key: set[int] = set()
    used_read: set[int] = set()
    for _, i, j in ranked:
        if i not in used_key and j not in used_read:
            used_key.add(i)
            used_read.add(j)
    return len(used_key)


MEASURES = {
    "value": lambda a, b: same(a["value"], b["value"]),
    "place, exact": lambda a, b: (a["start"], a["end"]) == (b["start"], b["end"]),
    "place, overlapping": lambda a, b: overlap(a, b) > 0,
}


def score(path: Path, folder: Path | None) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    read = [amounts(row["text"]) for row in rows]
    name = f"{path.parent.name}/{path.name}"
    asked = sum(len(row["quantities"]) for row in rows)
    given = sum(map(len, read))
    for measure, fits in MEASURES.items():
        if measure == "value" and all(q["value"] is None for row in rows for q in row["quantities"]):
            continue
        right = sum(pairs(row["quantities"], found, fits) for row, found in zip(rows, read, strict=True))
        f1 = 200 * right / (asked + given) if asked + given else 0.0
        precision, recall = (100 * right / n if n else 0.0 for n in (given, asked))
        print(f"{name:30} {measure:18} F1 {f1:5.1f}  P {precision:5.1f}  R {recall:5.1f}  ({right} of {asked})")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps({"id": row["id"], "quantities": found}) for row, found in zip(rows, read, strict=True))
        (folder / f"{path.parent.name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keys", nargs="+", type=Path, metavar="KEY.jsonl")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="keep what was read, a file for each key")
    options = parser.parse_args()
    for path in options.keys:
        score(path, options.write)


if __name__ == "__main__":
    main()
