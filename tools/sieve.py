"""Learn the sieve's weights, and measure it: which of the figures that the whole reading finds stand in sentences it drops?

    tools/sieve.py REPORTS.jsonl...             recall, sentences kept, and each figure lost
    tools/sieve.py --learn evals/reports/train.jsonl    weights/sieve.json anew (needs scikit-learn)

Exit status 1 where the recall over all files is below 0.995.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tallyroom import figures, sieve
from tallyroom.document import Document
from tallyroom.extract import extract
from tallyroom.model import Report, make_report

LEAST_RECALL = 0.995
OUT = Path(sieve.__file__).parent / "weights" / "sieve.json"


@dataclass
class Measured:
    """What the sieve keeps and loses."""

    figures: int = 0
    lost: int = 0
    sentences: int = 0
    #: Sentences with a number that nothing beside it sets aside, and those of them that are kept.
    open: int = 0
    kept: int = 0

    @property
    def recall(self) -> float:
        return 1 - self.lost / max(1, self.figures)

    def __str__(self) -> str:
        return (
            f"{self.figures} figures, {self.lost} lost, recall {self.recall:.4f}; of {self.sentences} sentences {self.open} "
            f"have an open number, {self.kept} are kept"
        )


def reports(path: Path) -> Iterator[Report]:
    for line in path.open(encoding="utf-8"):
        if line.strip():
            row = json.loads(line)
            yield make_report(row["text"], **{k: row.get(k) for k in ("id", "published", "outlet", "title", "url")})


def whole_reading(report: Report) -> tuple[Document, Counter[int]]:
    """The report, and how many figures a reading without the sieve finds in each sentence."""
    with mock.patch.object(figures, "may_hold", lambda document: [True] * len(document.spans)):
        found = extract(report).figures
    document = Document(report)
    return document, Counter(document.sentence_of(figure.start) for figure in found)


def measure(all_reports: Iterable[Report], *, show: bool = False) -> Measured:
    out = Measured()
    for report in all_reports:
        document, counts = whole_reading(report)
        kept = sieve.may_hold(document)
        out.sentences += len(kept)
        out.kept += sum(kept)
        out.open += len(sieve.surface(document))
        out.figures += counts.total()
        for i, count in counts.items():
            if not kept[i]:
                out.lost += count
                if show:
                    start, end = document.spans[i]
                    print(f"lost in {report.id}: {document.text[start:end]}")
    return out


def learn(path: Path) -> None:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows, labels = [], []
    for report in reports(path):
        document, counts = whole_reading(report)
        for i, seen in sieve.surface(document).items():
            rows.append(seen)
            labels.append(counts[i] > 0)
    often = Counter(name for row in rows for name in row)
    rows = [{name: value for name, value in row.items() if often[name] >= 4} for row in rows]
    vectors = DictVectorizer()
    model = LogisticRegression(C=0.05, max_iter=3000, class_weight={False: 1, True: 3})
    model.fit(vectors.fit_transform(rows), labels)
    weights = {
        name: round(float(w), 3) for name, w in zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)
    }
    kept = {name: weights[name] for name in sorted(weights) if abs(weights[name]) >= 0.02}
    bias = round(float(model.intercept_[0]), 3)
    OUT.write_text(json.dumps({"bias": bias, "weights": kept}, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(rows)} sentences, {len(kept)} weights in {OUT.name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--learn", action="store_true")
    given = parser.parse_args()
    if given.learn:
        learn(given.files[0])
        sieve._weights.cache_clear()
    total = Measured()
    for path in given.files:
        one = measure(reports(path), show=True)
        print(f"{path}: {one}")
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    print(f"all: {total}")
    return 0 if total.recall >= LEAST_RECALL else 1


if __name__ == "__main__":
    sys.exit(main())
