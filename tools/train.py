"""Train the learned choices (scope, measure, population, aggregation, event time, place) on gold files: python tools/train.py GOLD.jsonl... [--heavy GOLD.jsonl...]

Each GOLD line holds `text` and `figures` as in docs/annotation.md. The weights land in src/tallyroom/weights/*.json; the same input
gives the same bytes.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import os
from collections.abc import Iterator, Sequence
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
from tallyroom.document import Document, name_together
from tallyroom.event_times import TimedReading, TimesOfReport, time_options, times_steps
from tallyroom.figures import can_count
from tallyroom.model import AGGREGATIONS, MEASURES, make_report
from tallyroom.place_words import place_key
from tallyroom.places import PlacesOfReport, place_options, place_steps
from tallyroom.populations import assign_population, is_bare, population_options
from tallyroom.readings import Reading
from tallyroom.runs import STEPS, Option, step_between
from tallyroom.scope import Choice, features, measure_features, topic

#: So much more a report of real news counts for what is in scope.
_HEAVY = 4.0
NAMES = ("scope", "measure", "population", "aggregation", "event_time", "place")
WEIGHTS = Path(__file__).resolve().parent.parent / "src" / "tallyroom" / "weights"


class Row:
    """One candidate of a gold report: what is seen of it, and which gold figure it is."""

    def __init__(
        self, doc_id: str, document: Document, counting: Counting, seen: dict[str, float], gold: dict[str, Any] | None
    ) -> None:
        self.doc_id, self.document, self.counting, self.seen, self.gold = doc_id, document, counting, seen, gold
        self.optional = bool(gold and gold.get("optional"))
        #: How much it counts for scope.
        self.counts = 1.0
        self.measures: dict[str, dict[str, float]] = {}
        self.populations: dict[str, dict[str, float]] = {}
        self.aggregation: dict[str, float] = {}
        #: The figure as it is read, where it is one.
        self.reading: Reading | None = None


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
            seen = features(doc, c, shared, countings, last if last and last[0].sentence == i - 1 else [])
            rows.append(Row(document["id"], doc, c, seen, gold))
            rows[-1].counts = document.get("counts", 1.0)
        last = countings
    figures: list[Reading] = []
    for row in rows:
        if row.gold is None:
            continue
        row.measures = measure_features(row.counting, row.seen)
        reading = Reading(row.counting, row.seen, 1.0, {})
        reading.measure, reading.unit = row.gold["measure"], row.gold.get("unit") or "people"
        if is_bare(row.counting):
            options = population_options(doc, reading, figures)
            row.populations = {words: option.seen for words, option in options.items()}
        else:
            assign_population(doc, reading, figures)
        reading.population = row.gold.get("population") or reading.population
        row.aggregation = aggregation_features(doc, reading, figures)
        reading.aggregation = _aggregation(row)
        reading.polarity = row.gold.get("polarity") or "stated"
        row.reading = reading
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


def fit_classes(
    samples: list[dict[str, float]],
    labels: list[str],
    strength: float,
    least: int = 3,
    heavy: Sequence[float] | None = None,
) -> dict[str, Any]:
    """A multinomial choice with weights for each label; `heavy` tells how much each sample counts."""
    vectorizer, x = _vectors(samples, least)
    model = LogisticRegression(C=strength, max_iter=400).fit(x, labels, sample_weight=heavy)
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


def fit_conditional(groups: list[Group], penalty: float) -> dict[str, Any]:
    """One set of weights shared by all options, each option with features of its own; a group is (options, the right one)."""
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([seen for options, _ in groups for seen in options.values()])
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


def population_groups(rows: list[Row]) -> Iterator[Group]:
    """What each bare count can stand for, where what it does is among that; the very words before others of the same meaning."""
    for row in rows:
        gold = ((row.gold or {}).get("population") or "").lower()
        right = sorted(
            (words for words in row.populations if _same_words(words.lower(), gold)), key=lambda w: w.lower() != gold
        )
        if right:
            yield row.populations, right[0]


class Run:
    """One field of the figures of one report in text order: the options of each, those that are right, and the steps between.

    None is right where the right one is not among the options.
    """

    def __init__(self) -> None:
        self.options: list[dict[str, Option]] = []
        self.right: list[set[str] | None] = []
        self.steps: list[dict[str, dict[str, float]]] = []


def times_of(document: dict[str, Any], guessed: dict[tuple[str, str], str]) -> Run | None:
    """The times of a gold report, beside the aggregations that are guessed for its figures, as when it is read."""
    report = make_report(
        document["text"], id=document["id"], published=document.get("published"), title=document.get("title")
    )
    if not report.published:
        return None
    doc = Document(report)
    room, attributor = TimesOfReport(doc), Attributor(doc)
    run, readings = Run(), []
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
        readings.append(reading)
        run.options.append(options)
        run.right.append({gold} if gold in options else None)
    run.steps = [times_steps(a, b) for a, b in itertools.pairwise(readings)]
    return run if readings else None


def places_of(rows: list[Row]) -> Run | None:
    """The places of the figures of one gold report."""
    readings = [row.reading for row in rows if row.reading is not None]
    if not readings:
        return None
    document = rows[0].document
    name_together([(document, [reading.sentence for reading in readings])])
    room, run = PlacesOfReport(document), Run()
    for row in rows:
        if row.reading is None or row.gold is None:
            continue
        options = place_options(room, row.reading)
        gold = place_key(row.gold.get("place") or "")
        run.options.append(options)
        run.right.append({key for key in options if _same_words(key, gold)} or None)
    run.steps = [place_steps(room, a, b) for a, b in itertools.pairwise(readings)]
    return run


def _same_words(first: str, second: str) -> bool:
    """Whether one of two names holds all words of the other."""
    a, b = set(first.split()), set(second.split())
    return (a <= b or b <= a) if a and b else a == b


def fit_runs(runs: list[Run], penalty: float, least: int) -> dict[str, Any]:
    """Weights of a linear-chain conditional random field: for each option, and for each step from one figure to the next."""
    sides = [
        [list(option.seen) for options in run.options for option in options.values()]
        + [list(seen[step]) for seen in run.steps for step in STEPS]
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
        ends = list(itertools.accumulate(len(options) for options in run.options))
        self.bounds = list(zip([0, *ends[:-1]], ends, strict=True))
        self.last = ends[-1]
        self.steps = [
            np.array([[STEPS.index(step_between(a, b)) for b in later] for a in earlier])
            for earlier, later in itertools.pairwise(run.options)
        ]
        self.allowed = np.array(
            [
                float(right is None or value in right)
                for right, options in zip(run.right, run.options, strict=True)
                for value in options
            ]
        )
        self.size = self.last + len(STEPS) * len(self.steps)

    def fault(self, scores: Any) -> tuple[float, Any]:
        """How much less likely the right run is than all, and the slope of that."""
        own = [np.exp(np.maximum(scores[a:b] - scores[a:b].max(), _LEAST_LOG)) for a, b in self.bounds]
        by_step = np.exp(scores[self.last :]).reshape(-1, len(STEPS))
        pairs = [odds[step] for odds, step in zip(by_step, self.steps, strict=True)]
        free, expected = self._expected(own, pairs)
        held, seen = self._expected(
            [odds * self.allowed[a:b] for odds, (a, b) in zip(own, self.bounds, strict=True)], pairs
        )
        return free - held, expected - seen

    def _expected(self, own: list[Any], pairs: list[Any]) -> tuple[float, Any]:
        """The log of the sum over all runs, and how often each option and each step is to be expected."""
        sums = [own[0].sum()]
        ahead = [own[0] / sums[0]]
        for odds, pair in zip(own[1:], pairs, strict=True):
            reached = (ahead[-1] @ pair) * odds
            sums.append(reached.sum())
            ahead.append(reached / sums[-1])
        back = np.ones(len(own[-1]))
        options, steps = [ahead[-1]], []
        for n in range(len(pairs) - 1, -1, -1):
            onward = own[n + 1] * back / sums[n + 1]
            each = ahead[n][:, None] * pairs[n] * onward
            steps.append(np.bincount(self.steps[n].ravel(), weights=each.ravel(), minlength=len(STEPS)))
            back = pairs[n] @ onward
            options.append(ahead[n] * back)
        return float(np.log(sums).sum()), np.concatenate([*options[::-1], *steps[::-1]])


#: No option is taken for less likely than this beside the likeliest, lest a run have no weight at all.
_LEAST_LOG = -300.0


def train(documents: list[dict[str, Any]], names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The weights of the choices of these names."""
    reports = [rows_of(document) for document in documents]
    certain = [r for rows in reports for r in rows if not r.optional]
    figures = [r for r in certain if r.gold]
    if "scope" in names:
        is_figure = ["figure" if r.gold else "none" for r in certain]
        yield "scope", fit_classes([r.seen for r in certain], is_figure, 0.3, heavy=[r.counts for r in certain])
    if "measure" in names:
        yield "measure", fit_conditional(measure_groups(figures), 0.5)
    if "population" in names:
        yield "population", fit_conditional(list(population_groups(figures)), 1.0)
    if "aggregation" in names:
        yield "aggregation", fit_aggregation(figures)
    if "event_time" in names:
        guessed = guessed_aggregations(figures)
        yield "event_time", fit_runs([run for d in documents if (run := times_of(d, guessed))], 4.0, 2)
    if "place" in names:
        yield "place", fit_runs([run for rows in reports if (run := places_of(rows))], 10.0, 5)


def fit_aggregation(figures: list[Row]) -> dict[str, Any]:
    return fit_classes([r.aggregation for r in figures], [_aggregation(r) for r in figures], 0.15)


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
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help="train these choices alone"
    )
    parser.add_argument(
        "--heavy", nargs="+", type=Path, default=[], metavar="GOLD", help="of real news: count four times for scope"
    )
    args = parser.parse_args()
    if any(path.name.startswith("check") for path in [*args.gold, *args.heavy]):
        parser.error("nothing is learned from a check file")
    documents = [
        {**json.loads(line), "counts": counts}
        for paths, counts in ((args.heavy, _HEAVY), (args.gold, 1.0))
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    args.out.mkdir(parents=True, exist_ok=True)
    for name, weights in train(documents, args.only):
        path = args.out / f"{name}.json"
        path.write_text(
            json.dumps(weights, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
        )
        print(f"{path.name}: {len(weights['weights'])} features, {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
