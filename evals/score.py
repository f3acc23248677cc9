#!/usr/bin/env python3
"""Score predicted figures against gold figures; docs/annotation.md says what every field means.

    score.py GOLD.jsonl PRED.jsonl [--by-field] [--misses N] [--calibration] [--against OTHER.jsonl]

Both files hold one JSON object a line, {"id": report, "figures": [...]}; an extraction as `tallyroom extract` prints it
will do. A figure is right where its quote overlaps a gold figure's quote; each gold figure is paired with at most one
prediction, the longest overlap first. Levels, each with precision, recall and F1:

    found       the quote was found
    figure      ... and low, best, high and the measure are right
    attributed  ... and the source is right (none where gold has none)
    record      ... and population, event_time, aggregation and polarity are right too

Gold figures marked "optional" neither help nor hurt. `--against` compares PRED with OTHER on the same reports by a
paired bootstrap. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Fig = dict[str, Any]

STOP = frozenset(
    {
        "the", "a", "an", "of", "in", "on", "at", "by", "for", "to", "and", "'s", "its", "their", "his", "her", "some",
        "about", "nearly",
    }
)  # fmt: skip

#: A name that has a word of a row and another name that has a different word of that row are not one thing.
SIDES = tuple(
    frozenset(row.split())
    for row in (
        "north south east west northern southern eastern western",
        "russian russia ukrainian ukraine",
        "israeli israel palestinian palestinians hamas",
        "korean korea american us chinese china japanese japan",
        "soldiers troops workers civilians police rebels militants",
        "men women children",
        "dead killed injured wounded missing",
    )
)
SAME = {
    "soldiers": "troops", "soldier": "troops", "killed": "dead", "wounded": "injured", "russia": "russian",
    "ukraine": "ukrainian", "israel": "israeli", "palestinians": "palestinian", "korea": "korean", "us": "american",
    "china": "chinese", "japan": "japanese", "northern": "north", "southern": "south", "eastern": "east",
    "western": "west",
}  # fmt: skip

LEVELS = {
    "found": (),
    "figure": ("value", "measure"),
    "attributed": ("value", "measure", "source"),
    "record": ("value", "measure", "source", "population", "event_time", "aggregation", "polarity"),
}
FIELDS = (
    "value", "measure", "bound", "population", "place", "event_time", "said_at", "source", "chain", "aggregation",
    "polarity",
)  # fmt: skip
BINS = 10


def words(name: str | None) -> list[str]:
    """The words of a name that count when two names are compared."""
    plain = (name or "").lower().replace("'s", "").replace(".", "")
    return [word for word in re.findall(r"[a-z0-9]+", plain) if word not in STOP]


def opposed(first: list[str], second: list[str]) -> bool:
    """Do the names stand for different sides: North and South, soldiers and workers?"""
    for row in SIDES:
        a = {SAME.get(word, word) for word in first if word in row}
        b = {SAME.get(word, word) for word in second if word in row}
        if a and b and not a & b:
            return True
    return False


def same_name(first: str | None, second: str | None) -> bool:
    """Two names of one thing: the same words, one within the other, or initials; never of opposite sides."""
    a, b = words(first), words(second)
    if not a or not b:
        return a == b
    if opposed(a, b):
        return False
    if set(a) <= set(b) or set(b) <= set(a) or _initials(a, b) or _initials(b, a):
        return True
    shared = (Counter(a) & Counter(b)).total()
    return 2 * shared / (len(a) + len(b)) >= 0.6


def _initials(short: list[str], long: list[str]) -> bool:
    return len(short) == 1 and len(short[0]) > 1 and short[0] == "".join(word[0] for word in long)


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)


def field_hits(gold: Fig, pred: Fig) -> dict[str, bool]:
    """Which fields of a paired prediction are right."""
    source = same_name(gold.get("source"), pred.get("source"))
    ours, theirs = gold.get("relays") or [], pred.get("relays") or []
    return {
        "value": all(_number(gold.get(k)) == _number(pred.get(k)) for k in ("low", "best", "high")),
        "measure": gold.get("measure") == pred.get("measure"),
        "bound": (gold.get("bound") or "exact") == (pred.get("bound") or "exact"),
        "population": same_name(gold.get("population"), pred.get("population")),
        "place": same_name(gold.get("place"), pred.get("place")),
        "event_time": (gold.get("event_time") or None) == (pred.get("event_time") or None),
        "said_at": (gold.get("said_at") or None) == (pred.get("said_at") or None),
        "source": source,
        "chain": source and len(ours) == len(theirs) and all(same_name(a, b) for a, b in zip(ours, theirs)),
        "aggregation": (gold.get("aggregation") or "incident") == (pred.get("aggregation") or "incident"),
        "polarity": (gold.get("polarity") or "stated") == (pred.get("polarity") or "stated"),
    }


def pair(gold: list[Fig], pred: list[Fig]) -> list[tuple[int, int]]:
    """Pairs of gold and predicted figures by longest overlap of quotes; each figure in at most one pair."""
    overlaps = []
    for i, g in enumerate(gold):
        for j, p in enumerate(pred):
            size = min(g["end"], p["end"]) - max(g["start"], p["start"])
            if size > 0:
                overlaps.append((-size, abs(g["start"] - p["start"]), i, j))
    used_gold: set[int] = set()
    used_pred: set[int] = set()
    pairs = []
    for _, _, i, j in sorted(overlaps):
        if i not in used_gold and j not in used_pred:
            used_gold.add(i)
            used_pred.add(j)
            pairs.append((i, j))
    return pairs


@dataclass(frozen=True, slots=True)
class Miss:
    """A figure that is wrong, not found, or not in gold."""

    report: str
    quote: str
    wrong: tuple[str, ...]
    gold: Fig | None
    pred: Fig | None


@dataclass(slots=True)
class Tally:
    """Counts of one report or of many; they add up."""

    gold: int = 0
    pred: int = 0
    paired: int = 0
    right: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    #: (confidence in the record, was the record right) of each prediction that counts.
    sureness: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.gold += other.gold
        self.pred += other.pred
        self.paired += other.paired
        self.right.update(other.right)
        self.fields.update(other.fields)
        self.sureness.extend(other.sureness)

    def scores(self) -> dict[str, dict[str, float]]:
        """Precision, recall and F1 of each level, to four decimals."""
        return {level: dict(zip(("precision", "recall", "f1"), self._scores(level))) for level in LEVELS}

    def _scores(self, level: str) -> tuple[float, float, float]:
        hits = self.right[level]
        precision, recall = (hits / self.pred if self.pred else 0.0), (hits / self.gold if self.gold else 0.0)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return round(precision, 4), round(recall, 4), round(f1, 4)

    def f1(self, level: str) -> float:
        return self._scores(level)[2]

    def accuracies(self) -> dict[str, float]:
        """Share of the paired figures that have each field right."""
        return {name: round(self.fields[name] / self.paired, 4) if self.paired else 0.0 for name in FIELDS}


def score_report(gold_doc: Document, pred_doc: Document) -> tuple[Tally, list[Miss]]:
    """The counts of one report, and what is wrong in it."""
    gold = gold_doc["figures"]
    pred = [p for p in pred_doc.get("figures", []) if p.get("field", "text") == "text"]
    pairs = pair(gold, pred)
    tally, misses = Tally(), []
    paired_gold, paired_pred = {i for i, _ in pairs}, {j for _, j in pairs}
    tally.gold = sum(1 for g in gold if not g.get("optional"))
    tally.pred = len(pred) - sum(1 for i, _ in pairs if gold[i].get("optional"))
    for i, j in pairs:
        g, p = gold[i], pred[j]
        if g.get("optional"):
            continue
        hits = field_hits(g, p)
        tally.paired += 1
        tally.fields.update(name for name, hit in hits.items() if hit)
        for level, needed in LEVELS.items():
            tally.right[level] += all(hits[name] for name in needed)
        wrong = tuple(name for name in LEVELS["record"] if not hits[name])
        _note_sureness(tally, p, not wrong)
        if wrong:
            misses.append(Miss(gold_doc["id"], g["quote"], wrong, g, p))
    for i, g in enumerate(gold):
        if i not in paired_gold and not g.get("optional"):
            misses.append(Miss(gold_doc["id"], g["quote"], ("not found",), g, None))
    for j, p in enumerate(pred):
        if j not in paired_pred:
            _note_sureness(tally, p, False)
            misses.append(Miss(gold_doc["id"], p.get("quote") or "", ("not in gold",), None, p))
    return tally, misses


def _note_sureness(tally: Tally, pred: Fig, right: bool) -> None:
    sure = (pred.get("confidence") or {}).get("record")
    if sure is not None:
        tally.sureness.append((float(sure), right))


def score(gold_docs: Iterable[Document], pred_docs: dict[str, Document]) -> tuple[Tally, list[Miss]]:
    """The counts over many reports, and what is wrong in them; a report without predictions counts as read empty."""
    total, misses = Tally(), []
    for gold_doc in gold_docs:
        tally, wrong = score_report(gold_doc, pred_docs.get(gold_doc["id"], {}))
        total.add(tally)
        misses.extend(wrong)
    return total, misses


@dataclass(frozen=True, slots=True)
class Bin:
    """One tenth of the scale of confidence: how many figures, how sure on average, how often right."""

    low: float
    count: int
    sure: float
    right: float


def calibration(sureness: list[tuple[float, bool]]) -> tuple[list[Bin], float]:
    """Ten bins of confidence, and how far confidence and truth lie apart on average, weighed by the bins' sizes."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for sure, right in sureness:
        rows[min(BINS - 1, max(0, int(sure * BINS + 1e-9)))].append((sure, right))
    bins = [
        Bin(
            n / BINS, len(row), round(sum(s for s, _ in row) / len(row), 4), round(sum(r for _, r in row) / len(row), 4)
        )
        for n, row in enumerate(rows)
        if row
    ]
    count = sum(b.count for b in bins)
    return bins, round(sum(b.count * abs(b.sure - b.right) for b in bins) / count, 4) if count else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """F1 of one reading less that of another: the point, its 95 % interval, and how often the first is no better."""

    level: str
    point: float
    low: float
    high: float
    p: float


def bootstrap(
    gold_docs: list[Document], ours: dict[str, Document], theirs: dict[str, Document], rounds: int = 1000, seed: int = 7
) -> list[Difference]:
    """Paired bootstrap over reports: the same drawn reports score both readings."""
    first = [score_report(g, ours.get(g["id"], {}))[0] for g in gold_docs]
    second = [score_report(g, theirs.get(g["id"], {}))[0] for g in gold_docs]
    draw = random.Random(seed)
    samples = [draw.choices(range(len(gold_docs)), k=len(gold_docs)) for _ in range(rounds)] if gold_docs else []
    found = []
    for level in LEVELS:
        gaps = sorted(_f1_of(first, sample, level) - _f1_of(second, sample, level) for sample in samples)
        everything = range(len(gold_docs))
        point = _f1_of(first, everything, level) - _f1_of(second, everything, level)
        low, high = (gaps[int(0.025 * rounds)], gaps[int(0.975 * rounds) - 1]) if gaps else (0.0, 0.0)
        p = sum(1 for gap in gaps if gap <= 0) / rounds if gaps else 1.0
        found.append(Difference(level, round(point, 4), round(low, 4), round(high, 4), round(p, 4)))
    return found


def _f1_of(tallies: list[Tally], chosen: Iterable[int], level: str) -> float:
    hits = gold = pred = 0
    for n in chosen:
        hits += tallies[n].right[level]
        gold += tallies[n].gold
        pred += tallies[n].pred
    return 2 * hits / (gold + pred) if gold + pred else 0.0


def load(path: str | Path) -> dict[str, Document]:
    """The reports of a JSON Lines file by id."""
    with open(path, encoding="utf-8") as lines:
        return {doc["id"]: doc for doc in map(json.loads, filter(str.strip, lines))}


SHOWN = (
    "low", "best", "high", "measure", "population", "source", "relays", "event_time", "aggregation", "polarity",
)  # fmt: skip


def print_misses(misses: list[Miss], limit: int) -> None:
    """Print wrong figures with both sides on standard error."""
    for miss in misses[:limit]:
        print(f"{miss.report}: {miss.quote!r}: {', '.join(miss.wrong)}", file=sys.stderr)
        for side, figure in (("gold", miss.gold), ("pred", miss.pred)):
            if figure:
                kept = {key: figure.get(key) for key in SHOWN}
                print(f"    {side}: {json.dumps(kept, ensure_ascii=False)}", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold")
    parser.add_argument("pred")
    parser.add_argument("--by-field", action="store_true", help="accuracy of each field over the paired figures")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print N figures that are wrong, and how")
    parser.add_argument("--calibration", action="store_true", help="confidence in the record against truth, ten bins")
    parser.add_argument("--against", metavar="OTHER", help="paired bootstrap of PRED against another reading")
    args = parser.parse_args()
    gold, pred = load(args.gold), load(args.pred)
    tally, misses = score(gold.values(), pred)
    print(json.dumps(
        {"documents": len(gold), "gold": tally.gold, "predicted": tally.pred, "scores": tally.scores()}, indent=1
    ))  # fmt: skip
    if args.by_field:
        print(json.dumps({"fields": tally.accuracies()}, indent=1))
    if args.calibration:
        bins, error = calibration(tally.sureness)
        for b in bins:
            print(f"{b.low:.1f}  {b.count:5d} figures  sure {b.sure:.2f}  right {b.right:.2f}")
        print(f"off by {error:.3f} on average")
    if args.against:
        for d in bootstrap(list(gold.values()), pred, load(args.against)):
            print(f"{d.level:<11}{d.point:+.4f}  [{d.low:+.4f}, {d.high:+.4f}]  p {d.p:.3f}")
    print_misses(misses, args.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
