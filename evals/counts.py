"""How many were killed, injured, kidnapped, freed: counts of whole texts against a key (MUC-4's victims).

    python evals/counts.py KEY.jsonl[.gz] [--write PRED.jsonl] [--first N]

A line of the key is {"id", "text", "date", "counts": [{"effect", "low", "high", "alternatives", "vague", "optional"}]}. Texts in capitals
are read in sentence case. Printed: precision, recall and F1 of the stated figures, single persons left out, an effect and a number
right together. The keys hold single incidents, and neither soldiers nor rebels: totals and combatants are left out of the reading,
and precision stays understated. `--write` keeps what was read, in the
same form, for another scorer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from pathlib import Path
from typing import Any

from tallyroom.extract import extract_all
from tallyroom.model import Extraction, Figure, Number, make_report

Row = dict[str, Any]
EFFECTS = {"killed": "killed", "injured": "injured", "kidnapped": "kidnapped", "released": "freed"}
_COMBATANTS = re.compile(
    r"(?i)\b(?:soldiers?|troops?|guerrillas?|rebels?|terrorists?|subversives?|extremists?|combatants?|insurgents?|criminals?|attackers?|"
    r"military|army|hit men|lieutenants?|officers|police\w*)\b"
)
_HEADER = re.compile(r"\[[A-Z ,.]+\]")
_SENTENCE = re.compile(r"(?:\A|[.!?]\s+|\n\s*|\"|-- )([a-z])")
_MONTHS = "january february march april may june july august september october november december"
_NAMED = re.compile(rf"\b(?:{_MONTHS.replace(' ', '|')}|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b")


def in_sentence_case(text: str) -> str:
    """Words in capitals made small, but for the first of each sentence and the names of days and months."""
    if sum(c.isupper() for c in text) < 0.5 * sum(c.isalpha() for c in text):
        return text
    text = _HEADER.sub(lambda match: " " * len(match[0]), text).lower()
    text = _SENTENCE.sub(lambda match: match[0][:-1] + match[1].upper(), text)
    return _NAMED.sub(lambda match: match[0].capitalize(), text)


def limits(figure: Figure) -> tuple[Number | None, Number | None]:
    if figure.bound in ("at_least", "more_than"):
        return figure.low, None
    if figure.bound in ("at_most", "less_than"):
        return 0, figure.high
    return figure.low, figure.high


def counts(extraction: Extraction) -> list[Row]:
    """Each number of an effect once, however often it is told; no parts of another, nothing denied, planned or none."""
    found: dict[tuple[str, Any, Any], Row] = {}
    for figure in extraction.figures:
        effect = EFFECTS.get(figure.measure)
        low, high = limits(figure)
        if effect is None or figure.unit != "people" or figure.polarity != "stated" or high == 0:
            continue
        if figure.part_of is not None or figure.repeat or figure.aggregation in ("cumulative", "stock"):
            continue
        if _COMBATANTS.search(figure.population or ""):
            continue
        row = {"effect": effect, "low": low, "high": high, "vague": figure.bound == "vague"}
        found.setdefault((effect, low, high), row)
    return list(found.values())


def _is_figure(row: Row) -> bool:
    return not (row.get("low") == 1 and row.get("high") == 1) and not row.get("vague")


def _fits(key: Row, own: Row) -> bool:
    readings = [[key.get("low"), key.get("high")], *key.get("alternatives", [])]
    return any(low == own["low"] and high == own["high"] for low, high in readings)


def score(rows: list[Row], read: list[list[Row]]) -> None:
    for effect in EFFECTS.values():
        right = asked = given = 0
        for row, own in zip(rows, read, strict=True):
            wanted = [c for c in row["counts"] if c["effect"] == effect and _is_figure(c)]
            left = [c for c in own if c["effect"] == effect and _is_figure(c)]
            for key in sorted(wanted, key=lambda c: bool(c.get("optional"))):
                hit = next((c for c in left if _fits(key, c)), None)
                if hit is not None:
                    left.remove(hit)
                    right += not key.get("optional")
                    given += not key.get("optional")
                asked += not key.get("optional")
            given += len(left)
        precision, recall = right / max(1, given), right / max(1, asked)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        print(
            f"{effect:<10} P {100 * precision:5.1f}  R {100 * recall:5.1f}  F1 {100 * f1:5.1f}  ({right} of {asked}, {given} read)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("key", type=Path, metavar="KEY.jsonl")
    parser.add_argument("--write", type=Path, metavar="PRED.jsonl")
    parser.add_argument("--first", type=int, metavar="N", help="only the first N texts")
    given = parser.parse_args()
    opened = gzip.open if given.key.suffix == ".gz" else open
    with opened(given.key, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()][: given.first]
    reports = (make_report(in_sentence_case(row["text"]), id=row["id"], published=row.get("date")) for row in rows)
    read = [counts(extraction) for extraction in extract_all(reports)]
    score(rows, read)
    if given.write:
        out = (json.dumps({"id": row["id"], "counts": own}) for row, own in zip(rows, read, strict=True))
        given.write.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
