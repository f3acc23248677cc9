"""From what the grammar shows to a figure's own fields: measure, unit, population, aggregation, part of what, polarity.

The choices among measures and aggregations are learned (`scope`); population, unit and polarity are rules on the parse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tallyroom.aggregation import aggregation_features, total_of
from tallyroom.counting import Counting, count, is_person, measure_words
from tallyroom.document import Document
from tallyroom.grammar import Token
from tallyroom.model import MEASURES, Span
from tallyroom.readings import Reading
from tallyroom.scope import choice, features, measure_features, topic
from tallyroom.sieve import may_hold

#: So many figures before (or after) one are looked at; without an end a list of thousands would take hours.
_NEAR = 40


def worth_parsing(document: Document) -> list[int]:
    """The sentences that can hold a figure."""
    return [i for i, holds in enumerate(may_hold(document)) if holds]


def candidates(document: Document, wanted: Sequence[int]) -> list[Reading]:
    """Every quantity of these sentences that nothing sets aside, with how sure it is a figure and of which measure."""
    document.parse_all(wanted)
    shared = topic(document)
    readings: list[Reading] = []
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
    return choice("measure").conditional(measure_features(counting, seen))


def settle(document: Document, readings: list[Reading], all_readings: list[Reading]) -> None:
    """Fill in the fields of those readings that are figures, in text order."""
    for n, reading in enumerate(readings):
        reading.measure = max(reading.measures, key=lambda m: reading.measures[m])
        earlier = readings[max(0, n - _NEAR) : n]
        _unit_and_population(document, reading, earlier)
        _polarity(document, reading)
        reading.repeat = _is_repeat(document, reading, earlier)
    for n, reading in enumerate(readings):
        near = readings[max(0, n - _NEAR) : n + _NEAR]
        seen = aggregation_features(document, reading, readings[max(0, n - _NEAR) : n])
        reading.aggregations = choice("aggregation").probabilities(seen)
        reading.aggregation = max(reading.aggregations, key=lambda a: reading.aggregations[a])
        if reading.aggregation == "subset":
            reading.part_of = total_of(reading, near)


# --- population and unit -------------------------------------------------------------------------------------------------

_PEOPLE_EVENT = frozenset(
    [
        "death",
        "fatality",
        "casualty",
        "loss",
        "life",
        "injury",
        "killing",
        "killings",
        "arrest",
        "detention",
        "toll",
        "victim",
    ]
)
_BARE = frozenset(
    ["dead", "injured", "wounded", "missing", "others", "other", "more", "homeless", "one", "ones", "deaths"]
)
_ANY_PEOPLE = frozenset(
    m for m in MEASURES if m not in ("damaged", "arms", "money", "other", "affected", "deployed", "involved")
)


def _unit_and_population(document: Document, reading: Reading, earlier: list[Reading]) -> None:
    counting, q = reading.counting, reading.counting.quantity
    if q.kind == "money":
        reading.unit = q.unit or "money"
        reading.population, reading.population_span = _money_of(document, counting)
        return
    noun = counting.noun
    if q.kind == "percent":
        reading.unit = "percent"
    if noun is None or noun.lower in _BARE or noun.lemma in _PEOPLE_EVENT:
        owner = _victims(noun) if noun is not None else None
        if owner is not None:
            reading.population, reading.population_span = _phrase(document, owner, counting)
        elif noun is not None and noun.lemma in _PEOPLE_EVENT:
            reading.population = "people"
        else:
            reading.population = _stands_for(document, reading, earlier)
        return
    reading.population, reading.population_span = _phrase(document, noun, counting)
    if q.kind != "percent":
        reading.unit = "people" if is_person(noun) else _plural(noun)
        if (
            reading.unit != "people"
            and reading.measure in _ANY_PEOPLE
            and reading.measure not in ("infected", "tested", "vaccinated")
        ):
            reading.unit = "people" if noun.pos == "name" else reading.unit
        if noun.lemma in ("case", "infection", "patient") and reading.measure in (
            "infected",
            "recovered",
            "killed",
            "hospitalised",
        ):
            reading.unit = "people"


def _plural(noun: Token) -> str:
    words = [t.lower for t in noun.kids("compound") if t.pos == "noun"] + [noun.lower]
    if noun.tag == "NN" and not noun.lower.endswith("s"):
        words[-1] = noun.lower[:-1] + "ies" if re.search(r"[^aeiou]y$", noun.lower) else noun.lower + "s"
    return " ".join(words)


def _victims(noun: Token) -> Token | None:
    """ "12 deaths of soldiers", "12 civilian deaths", "12 Palestinian dead"."""
    for child in noun.kids("preposition"):
        if child.lower in ("of", "among") and (inner := child.child("complement")) is not None and is_person(inner):
            return inner
    return next(
        (t for t in noun.kids("compound", "adjective") if is_person(t) and t.lower not in measure_words("state")), None
    )


_SKIP = (
    "determiner",
    "number",
    "relative",
    "participle",
    "apposition",
    "punctuation",
    "quantity_modifier",
    "adverb",
    "negation",
    "conjunct",
    "coordinator",
)


def _phrase(document: Document, noun: Token, counting: Counting) -> tuple[str | None, Span | None]:
    """The noun with its adjectives and "of"-phrases, without the number, relative clauses and appositions."""
    parse = document.parse(counting.sentence)
    first = noun.i
    q = counting.quantity
    while first > 0:
        token = parse[first - 1]
        within = token.head is noun or token.head.head is noun or token.head.i in range(first, noun.i + 1)
        if token.start < q.end and token.end > q.start or token.text in ("(", '"', ","):
            break
        if (
            token.rel
            in ("adjective", "compound", "possessive", "case", "punctuation", "noun_adverb", "number", "adverb")
            and within
            and token.lower not in ("other", "more", "another", "further", "additional", "new", "estimated")
        ):
            first -= 1
            continue
        break
    last = noun.i
    for child in noun.kids("preposition"):
        if child.lower in ("of", "from") and child.start > noun.start and child.i - last <= 1:
            inner = child.child("complement")
            if inner is not None and inner.pos != "numeral" and inner.i - child.i < 6:
                tail = [t.i for t in inner.subtree() if t.rel not in ("punctuation",)]
                cut = [
                    t.i
                    for t in inner.children
                    if t.rel in ("relative", "participle", "punctuation", "apposition")
                    or t.rel == "preposition"
                    and t.lower not in ("of",)
                ]
                stop = min([i for i in cut if i > inner.i], default=max(tail) + 1) - 1
                last = max(last, min(stop, max(tail)))
    start, end = parse[first].start, parse[last].end
    while first < noun.i and parse[first].text in ("-", "'", "'s"):
        first += 1
        start = parse[first].start
    return document.text[start:end].strip() or None, (start, end)


def _stands_for(document: Document, reading: Reading, earlier: list[Reading]) -> str:
    """The noun that a bare count stands for: that of the nearest figure before it in the text, else people."""
    parse = document.parse(reading.sentence)
    numeral = reading.counting.numeral
    if numeral is not None:
        before = [
            t
            for t in parse.tokens
            if t.i < numeral.i
            and t.pos == "noun"
            and is_person(t)
            and t.tag == "NNS"
            and t.lower not in ("casualties", "victims")
        ]
        of = numeral.child("preposition")
        if (
            of is not None
            and of.lower == "of"
            and (inner := of.child("complement")) is not None
            and inner.pos == "noun"
        ):
            return _phrase(document, inner, reading.counting)[0] or "people"
        if reading.counting.quantity.kind == "none":
            return "people"
        if before and earlier and earlier[-1].sentence == reading.sentence and earlier[-1].population:
            return earlier[-1].population
    for other in reversed(earlier):
        if reading.sentence - other.sentence > 1:
            break
        if (
            other.unit == "people"
            and other.population
            and not other.population.startswith("people")
            and reading.counting.quantity.kind not in ("article", "none")
            and other.counting.quantity.kind != "article"
        ):
            return other.population
    return "people"


def _money_of(document: Document, counting: Counting) -> tuple[str | None, Span | None]:
    """What the money is or is for: the noun it goes with ("in aid", "ransom", "damage")."""
    parse = document.parse(counting.sentence)
    known = measure_words("noun")
    after = [
        t for t in parse.tokens if counting.quantity.end <= t.start < counting.quantity.end + 45 and t.pos == "noun"
    ]
    before = [
        t for t in parse.tokens if counting.quantity.start - 45 < t.end <= counting.quantity.start and t.pos == "noun"
    ]
    for token in (*after[:3], *reversed(before[-3:])):
        if "money" in known.get(token.lemma, ()) or token.lemma in (
            "support",
            "assistance",
            "relief",
            "bond",
            "loss",
            "bounty",
            "package",
            "penalty",
            "investment",
            "payment",
            "budget",
        ):
            return token.text, (token.start, token.end)
    return None, None


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
            if token.lemma == "deny" and token is not anchor:
                reading.polarity = "denied"
                return
        if token.rel == "root":
            return


def _is_repeat(document: Document, reading: Reading, earlier: list[Reading]) -> bool:
    """The same phrase twice within one sentence, by mistake: "including 600 deaths, including 600 deaths"."""
    phrase = _around(document, reading)
    return len(phrase) > 8 and any(r.sentence == reading.sentence and _around(document, r) == phrase for r in earlier)


def _around(document: Document, reading: Reading) -> str:
    words_before = document.text[max(0, reading.start - 14) : reading.start].split()
    words_after = document.text[reading.end : reading.end + 24].replace(",", " ").replace(".", " ").split()
    if not words_before or not words_after:
        return ""
    return f"{words_before[-1]} {document.text[reading.start : reading.end]} {words_after[0]}".lower()
