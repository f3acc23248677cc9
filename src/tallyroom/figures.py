"""From what the grammar shows to a figure's own fields: measure, unit, population, aggregation, part of what, polarity.

The choices among measures and aggregations are learned (`scope`); polarity is a rule on the parse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyroom.aggregation import aggregation_features
from tallyroom.counting import Counting, count
from tallyroom.denials import denial, is_unaccounted
from tallyroom.document import Document
from tallyroom.parts import listed_parts, whole_of
from tallyroom.populations import assign_population
from tallyroom.readings import Reading
from tallyroom.scope import choice, features, own_measure_features, told_of_each, topic
from tallyroom.sieve import may_hold

#: So many figures before (or after) one are looked at; without an end a list of thousands would take hours.
_NEAR = 40


def worth_parsing(document: Document) -> list[int]:
    """The sentences that can hold a figure."""
    return [i for i, holds in enumerate(may_hold(document)) if holds]


def candidates(document: Document, wanted: Sequence[int]) -> list[Reading]:
    """Every quantity of these sentences that nothing sets aside, with how sure it is a figure and of which measure."""
    readings: list[Reading] = []
    if not wanted:
        return readings
    document.parse_all(wanted)
    shared = topic(document)
    last: list[Counting] = []
    for i in wanted:
        countings = [count(document.parse(i), q, i) for q in document.quantities[i] if can_count(document, q)]
        just_before = last[-_NEAR:] if last and last[0].sentence == i - 1 else []
        for n, counting in enumerate(countings):
            seen = features(document, counting, shared, countings[max(0, n - _NEAR) : n], just_before)
            readings.append(
                Reading(counting, seen, choice("scope").probabilities(seen)["figure"], _measures(counting, seen))
            )
        last = countings
    return readings


def can_count(document: Document, quantity: object) -> bool:
    """What the words beside a numeral set aside counts nothing; `sieve` does without whole sentences."""
    return getattr(quantity, "aside", None) is None


def _measures(counting: Counting, seen: Mapping[str, float]) -> dict[str, float]:
    return choice("measure").conditional(own_measure_features(counting, seen), told_of_each(seen))


def settle(document: Document, readings: list[Reading], all_readings: list[Reading]) -> None:
    """Fill in the fields of those readings that are figures, in text order."""
    whole_of_listed = {id(part): whole for part, whole in listed_parts(document, readings, readings)}
    for n, reading in enumerate(readings):
        if id(reading) in whole_of_listed:
            reading.measures = whole_of_listed[id(reading)].measures
        reading.measure = max(reading.measures, key=lambda m: reading.measures[m])
        if reading.measure == "survived" and is_unaccounted(
            document.text, reading.end, document.spans[reading.sentence][1]
        ):
            reading.measure = "missing"
        earlier = readings[max(0, n - _NEAR) : n]
        assign_population(document, reading, earlier)
        _polarity(document, reading)
        reading.repeat = is_repeat(document, reading, earlier)
    for n, reading in enumerate(readings):
        near = readings[max(0, n - _NEAR) : n + _NEAR]
        seen = aggregation_features(document, reading, readings[max(0, n - _NEAR) : n])
        reading.aggregations = choice("aggregation").probabilities(seen)
        reading.aggregation = max(reading.aggregations, key=lambda a: reading.aggregations[a])
        if id(reading) in whole_of_listed:
            reading.aggregation, reading.part_of = "subset", whole_of_listed[id(reading)]
        elif reading.aggregation == "subset":
            reading.part_of = whole_of(document, reading, near)


# --- polarity ------------------------------------------------------------------------------------------------------------

_PLANNED = frozenset(
    [
        "plan",
        "intend",
        "pledge",
        "promise",
        "vow",
        "agree",
        "propose",
        "offer",
        "prepare",
        "threaten",
        "order",
        "authorise",
        "authorize",
        "approve",
        "want",
        "aim",
        "seek",
    ]
)
_FEARED = frozenset(["fear", "worry"])
_FORECAST = frozenset(["expect", "predict", "forecast", "project", "anticipate", "estimate"])


def _polarity(document: Document, reading: Reading) -> None:
    """Stated unless the clause is a plan, a fear, a forecast or a condition, or the text says that the number does not hold."""
    denied = denial(document.text, reading.start, reading.end, document.spans[reading.sentence])
    if denied is not None:
        reading.polarity = denied
        return
    anchor = reading.counting.anchor
    if anchor is None:
        return
    for token in (anchor, *anchor.ancestors()):
        if token.pos == "verb":
            modal = next((t.lower for t in token.kids("auxiliary") if t.pos == "modal"), "")
            if modal in ("will", "would", "'ll", "shall", "to", "must", "should"):
                reading.polarity, reading.modality = (
                    "hypothetical",
                    "planned"
                    if reading.measure in ("deployed", "money", "repatriated", "arms", "sent_to_work", "released")
                    else "forecast",
                )
                return
            if modal in ("could", "might", "may", "can"):
                reading.polarity, reading.modality = "hypothetical", "forecast" if modal != "can" else "conditional"
                if token.child("auxiliary") is not None and any(t.lower == "have" for t in token.kids("auxiliary")):
                    reading.modality = "feared"
                return
            if token.child("marker") is not None and any(
                t.lower in ("if", "unless", "whether") for t in token.kids("marker")
            ):
                reading.polarity, reading.modality = "hypothetical", "conditional"
                return
            if token.rel == "open_content" and token.head.lemma in _PLANNED and token.tag == "VB":
                reading.polarity, reading.modality = "hypothetical", "planned"
                return
            if token.lemma in _PLANNED and token.lemma in (
                "pledge",
                "promise",
                "plan",
                "propose",
                "offer",
                "vow",
                "threaten",
            ):
                reading.polarity, reading.modality = "hypothetical", "planned"
                return
            if (
                token.lemma in _FEARED
                or token.lemma in ("expect", "predict", "forecast", "project", "anticipate")
                and token is not anchor
            ):
                reading.polarity, reading.modality = "hypothetical", "feared" if token.lemma in _FEARED else "forecast"
                return
            if token.lemma == "deny" and token is not anchor and not token.kids("negation"):
                reading.polarity = "denied"
                return
        if token.rel == "root":
            return


def is_repeat(document: Document, reading: Reading, earlier: list[Reading]) -> bool:
    """The same phrase twice within one sentence, by mistake: "including 600 deaths, including 600 deaths"."""
    phrase = _around(document, reading)
    return len(phrase) > 8 and any(r.sentence == reading.sentence and _around(document, r) == phrase for r in earlier)


def _around(document: Document, reading: Reading) -> str:
    words_before = document.text[max(0, reading.start - 14) : reading.start].split()
    words_after = document.text[reading.end : reading.end + 24].replace(",", " ").replace(".", " ").split()
    if not words_before or not words_after:
        return ""
    return f"{words_before[-1]} {document.text[reading.start : reading.end]} {words_after[0]}".lower()
