"""Is a quantity a figure, and of which measure? A choice among the measures, learned over what the grammar shows.

`features` says what can be seen of a candidate; `Choice` weighs it. The weights are a small file, made by `tools/train.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from tallyroom.counting import Counting, measure_words, people_nouns
from tallyroom.document import Document
from tallyroom.model import MEASURES
from tallyroom.parses import Parse, Token

#: Paths that say what happened, and not only what those counted are or which words stand near.
STRONG = ("patient", "actor", "state", "noun")


class Choice:
    """A multinomial choice: weights of features for each label, and how sure the choice is."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.labels: list[str] = list(raw["labels"])
        self._bias: list[float] = list(raw["bias"])
        self._weights: dict[str, list[tuple[int, float]]] = {
            feature: [(int(i), w) for i, w in row] for feature, row in raw["weights"].items()
        }
        self._shared: dict[str, float] = {feature: row[0][1] for feature, row in self._weights.items() if row}
        #: feature → option → weight of "option: feature", what an option has of a feature that all are asked for.
        self._of_each: dict[str, dict[str, float]] = {}
        for feature, weight in self._shared.items():
            option, is_of_one, own = feature.partition(": ")
            if is_of_one:
                self._of_each.setdefault(own, {})[option] = weight

    def probabilities(self, seen: Mapping[str, float]) -> dict[str, float]:
        """label → probability, for what is seen of one candidate."""
        scores = list(self._bias)
        for feature, value in seen.items():
            for i, weight in self._weights.get(feature, ()):
                scores[i] += weight * value
        top = max(scores)
        powers = [math.exp(s - top) for s in scores]
        total = sum(powers)
        return {label: p / total for label, p in zip(self.labels, powers, strict=True)}

    def score(self, seen: Mapping[str, float]) -> float:
        """The weight of what is seen of one option, where all options share one set of weights."""
        total, weights = 0.0, self._shared
        for feature, value in seen.items():
            if feature in weights:
                total += weights[feature] * value
        return total

    def conditional(
        self, seen: Mapping[str, Mapping[str, float]], of_each: Sequence[tuple[str, float]] = ()
    ) -> dict[str, float]:
        """option → probability, where each option has features of its own and all share one set of weights.

        `of_each` is seen of all options alike, and weighs for each what "option: feature" weighs.
        """
        scores = {option: self.score(own) for option, own in seen.items()}
        for feature, value in of_each:
            for option, weight in self._of_each.get(feature, {}).items():
                scores[option] += weight * value
        top = max(scores.values())
        powers = {option: math.exp(score - top) for option, score in scores.items()}
        total = sum(powers.values())
        return {option: power / total for option, power in powers.items()}


@lru_cache(maxsize=8)
def choice(name: str) -> Choice:
    """The learned choice of this name, loaded once."""
    return Choice(json.loads((files("tallyroom.weights") / f"{name}.json").read_text(encoding="utf-8")))


_HYPOTHETICAL = frozenset(
    [
        "if",
        "could",
        "would",
        "might",
        "may",
        "should",
        "unless",
        "whether",
        "plan",
        "planned",
        "expect",
        "expected",
        "fear",
        "feared",
        "likely",
    ]
)


#: A text of fewer words tells little of its topic: what is seen of a candidate weighs otherwise in it.
_SHORT = 60
_OF_SHORT = ("first path", "person ", "kind ", "relation ", "no strong", "no evidence", "no noun")


def topic(document: Document) -> dict[str, float]:
    """How much a report speaks of what can happen to people: words of the lexicon for each 100 words."""
    counts: dict[str, int] = {}
    is_short = len(document.text.split()) < _SHORT
    words = (document.text + " " + (document.report.title or "")).lower().split()
    known = _surface_words()
    for word in words:
        measure = known.get(word.strip(".,;:!?\"'()"))
        if measure:
            counts[measure] = counts.get(measure, 0) + 1
    total = sum(counts.values())
    rate = 100 * total / max(60, len(words))
    found = {"topic": min(2.0, rate / 4)}
    if is_short:
        found["short"] = 1.0
    deadly = counts.get("killed", 0) + counts.get("injured", 0) + counts.get("missing", 0)
    found["topic deadly"] = min(2.0, 50 * deadly / max(60, len(words)))
    for measure, n in counts.items():
        if n >= 2:
            found[f"topic {measure}"] = 1.0
    title = (document.report.title or "").lower().split()
    for word in title:
        if (measure := known.get(word.strip(".,;:!?\"'()"))) is not None:
            found[f"title {measure}"] = 1.0
            found["title event"] = 1.0
    return found


@lru_cache(maxsize=1)
def _surface_words() -> dict[str, str]:
    """Surface forms of the words of the lexicon, roughly: enough to tell a report's topic."""
    found: dict[str, str] = {}
    for role in ("noun", "state", "actor", "patient"):
        for word, measures in measure_words(role).items():
            if " " in word or measures[0] in ("money", "other"):
                continue
            stem = word[:-1] if word.endswith("e") else word
            forms = [word, word + "s"] + ([stem + "ed", stem + "ing"] if role in ("actor", "patient") else [])
            for form in forms:
                found[form] = measures[0]
    return found


def features(
    document: Document, reading: Counting, shared: Mapping[str, float], neighbours: list[Counting], last: list[Counting]
) -> dict[str, float]:
    """What can be seen of one candidate: its kind, noun, verb, evidence, neighbours in the sentence, and the report's topic."""
    q = reading.quantity
    seen: dict[str, float] = {f"kind {q.kind}": 1.0, f"bound {q.bound}": 1.0}
    if q.additional:
        seen["additional"] = 1.0
    value = q.best if q.best is not None else (q.low if q.low is not None else q.high)
    if value is not None:
        seen["one" if value == 1 else "small" if value < 10 else "middle" if value < 1000 else "large"] = 1.0
    if q.unit:
        seen[f"unit {'currency' if q.kind == 'money' else q.unit}"] = 1.0
    _noun_features(reading, seen)
    _governor_features(reading, seen)
    _evidence_features(reading, seen)
    _word_features(document, reading, seen)
    before = [o for o in neighbours if o.quantity.end <= q.start and o.best is not None and o.best.path != "near"]
    for other in before:
        assert other.best is not None
        seen[f"before {other.best.measure}"] = 1.0
    nearest = before[-1].best if before else None
    if nearest is not None:
        seen[f"nearest {nearest.measure}"] = 1.0
    for other in last:
        if other.best is not None and other.best.path != "near":
            seen[f"last sentence {other.best.measure}"] = 1.0
    for name, amount in shared.items():
        seen[name] = amount
    if q.kind == "article":
        for name in ("topic", "topic deadly", "title event"):
            if name in shared:
                seen[f"article {name}"] = shared[name]
    if "short" in shared:
        seen.update({f"short {name}": 1.0 for name in list(seen) if name.startswith(_OF_SHORT)})
    return seen


def _noun_features(reading: Counting, seen: dict[str, float]) -> None:
    noun = reading.noun
    if noun is None:
        seen["no noun"] = 1.0
        seen["person " + str(reading.is_person)] = 0.5
        return
    seen[f"person {reading.is_person}"] = 1.0
    seen[f"noun {noun.lemma}"] = 1.0
    seen[f"noun is {noun.pos}"] = 1.0
    if noun.child("possessive") is not None:
        seen["noun possessed"] = 1.0
    known = measure_words("noun").get(noun.lemma)
    for measure in known or ():
        seen[f"role {measure}"] = 1.0
    for child in noun.kids("adjective", "compound"):
        seen[f"noun with {child.lower}"] = 0.7
        if child.lower in measure_words("state"):
            seen["noun state " + measure_words("state")[child.lower][0]] = 1.0
    if reading.is_person:
        seen["person + " + ("event" if reading.evidence and reading.evidence[0].path != "near" else "no event")] = 1.0


def _governor_features(reading: Counting, seen: dict[str, float]) -> None:
    verb = reading.governor
    if verb is None:
        return
    seen[f"relation {reading.relation}"] = 1.0
    if verb.pos == "verb":
        seen[f"verb {verb.lemma}"] = 1.0
        seen[f"verb {verb.lemma} {reading.relation}"] = 1.0
        for child in verb.kids("auxiliary"):
            if child.lower in _HYPOTHETICAL:
                seen["modal verb"] = 1.0
    else:
        seen[f"head {verb.lemma}"] = 1.0
    if reading.partitive:
        seen[f"partitive {reading.partitive}"] = 1.0


def _evidence_features(reading: Counting, seen: dict[str, float]) -> None:
    if not reading.evidence:
        seen["no evidence"] = 1.0
        return
    strong = [e for e in reading.evidence if e.path in STRONG]
    first = (strong or reading.evidence)[0]
    seen[f"first {first.measure} {first.path}"] = 1.0
    seen[f"first {first.measure}"] = 1.0
    seen[f"first path {first.path}"] = 1.0
    for e in reading.evidence[:6]:
        seen[f"{e.path} {e.measure}"] = 1.0
        if e.path != "near":
            seen[f"any {e.measure}"] = 1.0
            seen[f"word {e.word.lemma} {e.path}"] = 1.0
    if not strong:
        seen["no strong"] = 1.0
        if first.path == "near":
            seen["only near"] = 1.0


def _word_features(document: Document, reading: Counting, seen: dict[str, float]) -> None:
    q = reading.quantity
    parse = document.parse(reading.sentence)
    before, after = parse.before(q.start, 3), parse.after(q.end, 4)
    for n, token in enumerate(reversed(before)):
        seen[f"left{n} {_shape(token)}"] = 1.0
    for n, token in enumerate(after):
        seen[f"right{n} {_shape(token)}"] = 1.0
    text = document.text[q.end : min(parse.end, q.end + 120)].lower()
    back = document.text[max(parse.start, q.start - 70) : q.start].lower()
    for phrase, measures in measure_words("phrase").items():
        if phrase in text:
            seen[f"phrase {measures[0]}"] = 1.0
        if phrase in back:
            seen[f"phrase before {measures[0]}"] = 1.0
    seen.update(_of_the_sentence(parse))


@lru_cache(maxsize=1)
def _of_the_sentence(parse: Parse) -> dict[str, float]:
    """What all the words of a sentence tell; every quantity of it asks in turn."""
    seen: dict[str, float] = {}
    for token in parse.tokens:
        known = measure_words("state").get(token.lower) or (
            measure_words("patient").get(token.lemma) if token.pos == "verb" else None
        )
        if known:
            seen[f"sentence {known[0]}"] = 1.0
    if parse.tokens and not any(t.pos == "verb" for t in parse.tokens):
        seen["no verb"] = 1.0
    return seen


def _shape(token: Token) -> str:
    if token.pos == "numeral":
        return "<number>"
    if token.pos == "name":
        return "<name>"
    if token.lemma in people_nouns():
        return "<person>"
    return token.lemma


#: Features that say the same of every measure: their weight is shared, so that a rare measure profits from the frequent ones.
_SHARED = frozenset(
    ["topic", "title", "phrase", "phrase before", "sentence", "before", "nearest", "last sentence", "noun state"]
)
_OF_EACH = ("verb ", "noun ", "head ", "left0", "right0", "partitive", "no evidence", "noun is")


def measure_features(reading: Counting, seen: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """What speaks for each measure of one candidate, with what `told_of_each` tells of it."""
    found = own_measure_features(reading, seen)
    of_each = told_of_each(seen)
    for measure, own in found.items():
        for name, value in of_each:
            own[f"{measure}: {name}"] = value
    return found


def told_of_each(seen: Mapping[str, float]) -> list[tuple[str, float]]:
    """What is seen of a candidate that may speak for any measure."""
    return [(name, value) for name, value in seen.items() if name.startswith(_OF_EACH) and name.count(" ") <= 2]


def own_measure_features(reading: Counting, seen: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """What speaks for each measure of one candidate alone: its own words first, then what is shared."""
    found: dict[str, dict[str, float]] = {}
    for measure in MEASURES:
        found[measure] = {f"= {measure}": 1.0, f"{measure} person {reading.is_person}": 1.0}
        if reading.quantity.kind == "money":
            found[measure][f"money {measure == 'money'}"] = 1.0
    strong = [e for e in reading.evidence if e.path in STRONG]
    weak = [e for e in reading.evidence if e.path not in STRONG]
    company = "beside" if strong else "alone"
    for n, e in enumerate(strong):
        own = found[e.measure]
        own[f"strong {min(n, 2)} {e.path}"] = 1.0
        own[f"word {e.word.lemma} {e.path} {e.measure}"] = 1.0
    for n, e in enumerate(weak):
        own = found[e.measure]
        own[f"weak {e.path} {company}"] = 1.0
        own[f"weak {min(n, 2)} {company}"] = 1.0
        own[f"word {e.word.lemma} {e.path} {e.measure}"] = 1.0
    for name in seen:
        kind, _, measure = name.rpartition(" ")
        if kind in _SHARED and measure in found:
            found[measure][f"{kind} it {company}"] = 1.0
            if reading.noun is None:
                found[measure][f"{kind} it, no noun"] = 1.0
    return found
