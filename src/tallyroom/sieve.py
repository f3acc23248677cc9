"""Which sentences can hold a figure at all, told from their words alone, so that the others need no parse.

A weighted sum of what is seen on the surface; `tools/sieve.py` learns the weights from what the whole reading finds, and
measures what is lost.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from tallyroom.counting import measure_words, people_nouns
from tallyroom.document import Document
from tallyroom.quantities import Quantity

#: Below this probability a sentence is taken to hold no figure.
THRESHOLD = 0.16
#: A report of which no sentence comes up to this is taken to hold none at all.
GATE = 0.5
#: ... but where so few can hold one there is nothing to go by, and nothing to save.
FEW = 3

_WORD = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?")
_AFTER, _BEFORE = 40, 30


def may_hold(document: Document) -> list[bool]:
    """For each sentence: can it hold a figure? Never where the words beside each of its numbers set them aside."""
    bias, weights = _weights()
    scores: dict[int, float] = {}
    for i, seen in surface(document).items():
        score = 0.0
        for name, value in seen.items():
            if name in weights:
                score += weights[name] * value
        scores[i] = bias + score
    found = [False] * len(document.spans)
    if scores and (len(scores) < FEW or max(scores.values()) >= _logit(GATE)):
        for i, score in scores.items():
            found[i] = score >= _logit(THRESHOLD)
    return found


def surface(document: Document) -> dict[int, dict[str, float]]:
    """Sentence → what is seen of it, for those with a number that nothing beside it sets aside."""
    low = document.text.lower()
    if len(low) != len(document.text):  # a few letters grow when they are made small
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in document.text)
    told = _told()
    bare = [_WORD.findall(low, start, end) for start, end in document.spans]
    measures = [[told[word] for word in own if word in told] for own in bare]
    rate = 100 * sum(map(len, measures)) / max(60, sum(map(len, bare)))
    out: dict[int, dict[str, float]] = {}
    for i, quantities in enumerate(document.quantities):
        open_ones = [q for q in quantities if q.aside is None]
        if not open_ones:
            continue
        seen: dict[str, float] = {"rate": min(2.0, rate / 4), "measures": float(min(3, len(measures[i])))}
        for measure in measures[i]:
            seen[f"measure {measure}"] = 1.0
        start, end = document.spans[i]
        words = [(m.start(), m[0]) for m in _WORD.finditer(low, start, end)]
        seen.update({f"w {word}": 1.0 for word in bare[i]})
        for name, is_so in (
            ("any measure", bool(measures[i])), ("measure before", i > 0 and bool(measures[i - 1])),
            ("measure after", i + 1 < len(measures) and bool(measures[i + 1])), ("first", i == 0), ("early", i < 3),
        ):  # fmt: skip
            if is_so:
                seen[name] = 1.0
        for quantity in open_ones:
            _see_quantity(quantity, words, seen)
        out[i] = seen
    return out


def _see_quantity(q: Quantity, words: list[tuple[int, str]], seen: dict[str, float]) -> None:
    seen[f"kind {q.kind}"] = seen[f"bound {q.bound}"] = 1.0
    if q.additional:
        seen["additional"] = 1.0
    value = q.best or q.low or 0
    seen["one" if value == 1 else "small" if value < 10 else "middle" if value < 1000 else "large"] = 1.0
    within = [word for at, word in words if q.start <= at < q.end]
    after = [word for at, word in words if q.end <= at < q.end + _AFTER]
    before = [word for at, word in words if q.start - _BEFORE <= at < q.start]
    if any(_is_people(word) for word in (*within, *after[:3])):
        seen["people" if q.kind != "article" else "people article"] = 1.0
    if any(word in _told() for word in (*after, *before)):
        seen["measure near"] = 1.0
    seen.update({f"after {word}": 1.0 for word in after[:2]})
    seen.update({f"before {word}": 1.0 for word in before[-2:]})


@lru_cache(maxsize=16384)
def _is_people(word: str) -> bool:
    known = people_nouns()
    return word in known or word.removesuffix("s") in known or word.removesuffix("ies") + "y" in known or word in ("men", "women", "children", "people")  # fmt: skip


@lru_cache(maxsize=1)
def _told() -> dict[str, str]:
    """Surface form → the first measure that it can tell of, roughly inflected."""
    found: dict[str, str] = {}
    for role in ("noun", "state", "actor", "patient"):
        for word, measures in measure_words(role).items():
            if " " in word:
                continue
            stem = word.removesuffix("e")
            forms = [word, word + "s"] + ([stem + "ed", stem + "ing"] if role in ("actor", "patient") else [])
            for form in forms:
                found.setdefault(form, measures[0])
    return found


@lru_cache(maxsize=1)
def _weights() -> tuple[float, Mapping[str, float]]:
    raw = json.loads((files("tallyroom.weights") / "sieve.json").read_text(encoding="utf-8"))
    return raw["bias"], raw["weights"]


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))
