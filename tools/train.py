"""Train the learned choices (scope, measure, aggregation, event time) on gold files: python tools/train.py GOLD.jsonl...

Each GOLD line holds `text` and `figures` as in docs/annotation.md. The weights land in src/tallyroom/weights/*.json; the same input
gives the same bytes.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from tallyroom.aggregation import aggregation_features
from tallyroom.attribution import Attributor
from tallyroom.counting import Counting, count
from tallyroom.document import Document
from tallyroom.event_times import STEPS, Option, TimedReading, TimesOfReport, step_between, step_features, time_options
from tallyroom.figures import can_count
from tallyroom.model import AGGREGATIONS, MEASURES, make_report
from tallyroom.readings import Reading
from tallyroom.scope import Choice, features, measure_features, topic

WEIGHTS = Path(__file__).resolve().parent.parent / "src" / "tallyroom" / "weights"


class Row:
    """One candidate of a gold report: what is seen of it, and which gold figure it is."""

    def __init__(self, doc_id: str, counting: Counting, seen: dict[str, float], gold: dict[str, Any] | None) -> None:
        self.doc_id, self.counting, self.seen, self.gold = doc_id, counting, seen, gold
        self.optional = bool(gold and gold.get("optional"))
        self.measures: dict[str, dict[str, float]] = {}
        self.aggregation: dict[str, float] = {}


def rows_of(document: dict[str, Any]) -> list[Row]:
    report = make_report(
        document["text"], id=document["id"], published=document.get("published"), title=document.get("title")
    )
    doc = Document(report)
    shared = topic(doc)
    rows: list[Row] = []
    used: set[str] = set()
    last: list[Counting] = []
    for i, quantities in enumerate(doc.quantities):
        countings = [count(doc.parse(i), q, i) for q in quantities if can_count(doc, q)]
        for c in countings:
            gold = _gold_of(c, document["figures"], used)
            rows.append(
                Row(
                    document["id"],
                    c,
                    features(doc, c, shared, countings, last if last and last[0].sentence == i - 1 else []),
                    gold,
                )
            )
        last = countings
    figures: list[Reading] = []
    for row in rows:
        if row.gold is None:
            continue
        row.measures = measure_features(row.counting, row.seen)
        reading = Reading(row.counting, row.seen, 1.0, {})
        reading.measure, reading.unit = row.gold["measure"], row.gold.get("unit") or "people"
        row.aggregation = aggregation_features(doc, reading, figures)
        reading.aggregation = _aggregation(row)
        figures.append(reading)
    return rows


def _gold_of(counting: Counting, figures: list[dict[str, Any]], used: set[str]) -> dict[str, Any] | None:
    q = counting.quantity
    overlaps = [(min(q.end, f["end"]) - max(q.start, f["start"]), f) for f in figures if f["id"] not in used]
    overlaps = [pair for pair in overlaps if pair[0] > 0]
    if not overlaps:
        return None
    best = max(overlaps, key=lambda pair: pair[0])[1]
    used.add(best["id"])
    return best


def _vectors(samples: list[dict[str, float]], least: int) -> tuple[DictVectorizer, Any]:
    counts = collections.Counter(f for s in samples for f in s)
    vectorizer = DictVectorizer()
    return vectorizer, vectorizer.fit_transform([{f: v for f, v in s.items() if counts[f] >= least} for s in samples])


def fit_classes(samples: list[dict[str, float]], labels: list[str], strength: float, least: int = 3) -> dict[str, Any]:
    """A multinomial choice with weights for each label."""
    vectorizer, x = _vectors(samples, least)
    model = LogisticRegression(C=strength, max_iter=400).fit(x, labels)
    names = [str(c) for c in model.classes_]
    coefficients, bias = model.coef_, model.intercept_
    if len(names) == 2:
        coefficients, bias = np.vstack([np.zeros_like(coefficients[0]), coefficients[0]]), np.array([0.0, bias[0]])
    weights = {}
    for feature, column in sorted(vectorizer.vocabulary_.items()):
        row = [
            [i, round(float(coefficients[i, column]), 3)]
            for i in range(len(names))
            if abs(coefficients[i, column]) >= 0.005
        ]
        if row:
            weights[feature] = row
    return {"labels": names, "bias": [round(float(b), 4) for b in bias], "weights": weights}


Group = tuple[dict[str, dict[str, float]], str]


def fit_conditional(groups: list[Group], penalty: float, least: int) -> dict[str, Any]:
    """One set of weights shared by all options, each option with features of its own; a group is (options, the right one).

    Features seen on fewer than `least` options are left out.
    """
    counts = collections.Counter(f for options, _ in groups for seen in options.values() for f in seen)
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform(
        [{f: v for f, v in seen.items() if counts[f] >= least} for options, _ in groups for seen in options.values()]
    )
    right = np.array([name == gold for options, gold in groups for name in options])
    sizes = np.array([len(options) for options, _ in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(groups)), sizes)
    gold = np.asarray(x[right].sum(0)).ravel()

    def loss(w: Any) -> tuple[float, Any]:
        scores = x @ w
        top = np.maximum.reduceat(scores, starts)
        powers = np.exp(scores - top[group])
        sums = np.add.reduceat(powers, starts)
        likelihood = (scores[right] - top - np.log(sums)).sum()
        return -likelihood + 0.5 * penalty * w @ w, x.T @ (powers / sums[group]) - gold + penalty * w

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    weights = {f: [[0, round(float(w[i]), 3)]] for f, i in sorted(vectorizer.vocabulary_.items()) if abs(w[i]) >= 0.005}
    return {"labels": ["it"], "bias": [0.0], "weights": weights}


def measure_groups(rows: list[Row]) -> list[Group]:
    """The measures of each figure; words seen on too few right measures are left out."""
    counts = collections.Counter(f for r in rows for f in r.measures[_measure(r)])

    def kept(own: dict[str, float]) -> dict[str, float]:
        return {f: v for f, v in own.items() if counts[f] >= 3 or not (": " in f or f.startswith("word "))}

    return [({m: kept(r.measures[m]) for m in MEASURES}, _measure(r)) for r in rows]


class Run:
    """The figures of one report in text order: the times that each may have, and the right one where it is among them."""

    def __init__(self, readings: list[TimedReading], options: list[dict[str, Option]], right: list[str | None]) -> None:
        self.readings, self.options, self.right = readings, options, right


def run_of(document: dict[str, Any], guessed: dict[tuple[str, str], str]) -> Run | None:
    """The times of a gold report, beside the aggregations that are guessed for its figures, as when it is read."""
    report = make_report(
        document["text"], id=document["id"], published=document.get("published"), title=document.get("title")
    )
    if not report.published:
        return None
    doc = Document(report)
    room, attributor = TimesOfReport(doc), Attributor(doc)
    run = Run([], [], [])
    for figure in sorted(document["figures"], key=lambda f: int(f["start"])):
        start, end = figure["start"], figure["end"]
        sentence = next((i for i, (a, b) in enumerate(doc.spans) if a <= start < b), None)
        if sentence is None:
            continue
        attribution = attributor.attribute(sentence, start, end)
        reading = TimedReading(
            start=start, end=end, sentence=sentence, measure=figure["measure"],
            aggregation=guessed.get((document["id"], figure["id"])) or figure.get("aggregation") or "incident", polarity=figure.get("polarity") or "stated",
            cue=attribution.cue, source=attribution.source.span if attribution.source else None,
        )  # fmt: skip
        options = time_options(room, reading)
        gold = figure.get("event_time") or ""
        run.readings.append(reading)
        run.options.append(options)
        run.right.append(gold if gold in options else None)
    return run if run.readings else None


def fit_runs(runs: list[Run], penalty: float, least: int) -> dict[str, Any]:
    """Weights of a linear-chain conditional random field: for each option, and for each step from one figure to the next."""
    sides = [
        [list(option.seen) for options in run.options for option in options.values()]
        + [list(step_features(a, b, step)) for a, b in itertools.pairwise(run.readings) for step in STEPS]
        for run in runs
    ]
    counts = collections.Counter(f for side in sides for seen in side for f in seen)
    known = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= least))}
    every = [[known[f] for f in seen if f in known] for side in sides for seen in side]
    lengths = [len(seen) for seen in every]
    x = csr_matrix(
        (np.ones(sum(lengths)), np.concatenate(every).astype(int), np.concatenate([[0], np.cumsum(lengths)])),
        shape=(len(every), len(known)),
    )
    chains = [_Chain(run) for run in runs]

    def loss(w: Any) -> tuple[float, Any]:
        scores = x @ w
        push = np.zeros(len(every))
        total, at = 0.0, 0
        for chain in chains:
            here = slice(at, at + chain.size)
            fault, push[here] = chain.fault(scores[here])
            total += fault
            at += chain.size
        return total + 0.5 * penalty * float(w @ w), x.T @ push + penalty * w

    w = minimize(loss, np.zeros(len(known)), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    weights = {f: [[0, round(float(w[i]), 3)]] for f, i in known.items() if abs(w[i]) >= 0.005}
    return {"labels": ["it"], "bias": [0.0], "weights": weights}


class _Chain:
    """The figures of one report as numbers: which step leads from each option to each of the next figure."""

    def __init__(self, run: Run) -> None:
        self.ends = np.cumsum([len(options) for options in run.options])
        self.steps = [
            np.array([[STEPS.index(step_between(a, b)) for b in later] for a in earlier])
            for earlier, later in itertools.pairwise(run.options)
        ]
        self.mask = np.concatenate(
            [
                [0.0 if right in (None, value) else -np.inf for value in options]
                for right, options in zip(run.right, run.options, strict=True)
            ]
        )
        self.size = int(self.ends[-1]) + len(STEPS) * len(self.steps)

    def fault(self, scores: Any) -> tuple[float, Any]:
        """How much less likely the right run is than all, and the slope of that."""
        last = int(self.ends[-1])
        by_step = scores[last:].reshape(-1, len(STEPS))
        pairs = [by_step[n][step] for n, step in enumerate(self.steps)]
        free, expected = self._expected(scores[:last], pairs)
        held, seen = self._expected(scores[:last] + self.mask, pairs)
        return free - held, expected - seen

    def _expected(self, own: Any, pairs: list[Any]) -> tuple[float, Any]:
        total, options, each_pair = _expected(np.split(own, self.ends[:-1]), pairs)
        steps = [
            np.bincount(step.ravel(), weights=pair.ravel(), minlength=len(STEPS))
            for step, pair in zip(self.steps, each_pair, strict=True)
        ]
        return total, np.concatenate([*options, *steps])


def _expected(own: list[Any], pairs: list[Any]) -> tuple[float, list[Any], list[Any]]:
    """The log of the sum over all runs, and how likely each option and each pair of neighbours is."""
    ahead = [own[0]]
    for score, pair in zip(own[1:], pairs, strict=True):
        ahead.append(score + _log_sum(ahead[-1][:, None] + pair, 0))
    back = [np.zeros(len(own[-1]))]
    for score, pair in zip(own[:0:-1], pairs[::-1], strict=True):
        back.append(_log_sum(pair + (score + back[-1])[None, :], 1))
    back.reverse()
    total = float(_log_sum(ahead[-1], 0))
    return (
        total,
        [np.exp(a + b - total) for a, b in zip(ahead, back, strict=True)],
        [
            np.exp(ahead[n][:, None] + pair + (own[n + 1] + back[n + 1])[None, :] - total)
            for n, pair in enumerate(pairs)
        ],
    )


def _log_sum(scores: Any, axis: int) -> Any:
    top = scores.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.log(np.exp(scores - top).sum(axis=axis)) + top.squeeze(axis)


def train(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    rows = [row for document in documents for row in rows_of(document)]
    certain = [r for r in rows if not r.optional]
    figures = [r for r in certain if r.gold]
    guessed = guessed_aggregations(figures)
    runs = [run for document in documents if (run := run_of(document, guessed))]
    return {
        "scope": fit_classes([r.seen for r in certain], ["figure" if r.gold else "none" for r in certain], 0.2),
        "measure": fit_conditional(measure_groups(figures), 0.5, 1),
        "aggregation": fit_aggregation(figures),
        "event_time": fit_runs(runs, 1.0, 2),
    }


def fit_aggregation(figures: list[Row]) -> dict[str, Any]:
    return fit_classes([r.aggregation for r in figures], [_aggregation(r) for r in figures], 0.3)


def guessed_aggregations(figures: list[Row], folds: int = 5) -> dict[tuple[str, str], str]:
    """(report, figure) → the aggregation that weights learned from other reports give: what leans on it learns to doubt it."""
    reports = sorted({r.doc_id for r in figures})
    fold_of = {report: n % folds for n, report in enumerate(reports)}
    guessed: dict[tuple[str, str], str] = {}
    for fold in range(folds):
        learned = Choice(fit_aggregation([r for r in figures if fold_of[r.doc_id] != fold]))
        for row in (r for r in figures if fold_of[r.doc_id] == fold):
            likely = learned.probabilities(row.aggregation)
            assert row.gold is not None
            guessed[row.doc_id, row.gold["id"]] = max(likely, key=lambda a: likely[a])
    return guessed


def _measure(row: Row) -> str:
    assert row.gold is not None
    return str(row.gold["measure"])


def _aggregation(row: Row) -> str:
    value = (row.gold or {}).get("aggregation") or "incident"
    assert value in AGGREGATIONS
    return str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    if any(path.name.startswith("check") for path in args.gold):
        parser.error("nothing is learned from a check file")
    documents = [
        json.loads(line) for path in args.gold for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    args.out.mkdir(parents=True, exist_ok=True)
    for name, weights in train(documents).items():
        path = args.out / f"{name}.json"
        path.write_text(
            json.dumps(weights, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
        )
        print(f"{path.name}: {len(weights['weights'])} features, {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
