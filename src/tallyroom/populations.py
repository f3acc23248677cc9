"""Who or what a figure counts: the words of its noun, or of the noun that a bare count stands for, and the unit.

"Forty people died, twelve of them at sea": what the twelve are is a learned choice among the nouns near and "people" itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from tallyroom.counting import Counting, is_person, measure_words
from tallyroom.document import Document
from tallyroom.model import MEASURES, Span
from tallyroom.parses import Parse, Token
from tallyroom.readings import Reading
from tallyroom.runs import Option
from tallyroom.scope import choice

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
    [
        "dead",
        "injured",
        "wounded",
        "hurt",
        "missing",
        "unaccounted",
        "others",
        "other",
        "more",
        "homeless",
        "one",
        "ones",
        "deaths",
    ]
)
_ANY_PEOPLE = frozenset(
    m for m in MEASURES if m not in ("damaged", "arms", "money", "other", "affected", "deployed", "involved")
)


def assign_population(document: Document, reading: Reading, earlier: Sequence[Reading]) -> None:
    """Settle the unit of a figure and the words for those counted, beside the figures before it."""
    counting, q = reading.counting, reading.counting.quantity
    if q.kind == "money":
        reading.unit = q.unit or "money"
        reading.population, reading.population_span = _money_of(document, counting)
        return
    noun = counting.noun
    if q.kind == "percent":
        reading.unit = "percent"
    if noun is None or is_bare(counting):
        options = population_options(document, reading, earlier)
        likely = choice("population").conditional({words: option.seen for words, option in options.items()})
        reading.populations = likely
        reading.population = max(likely, key=lambda words: (likely[words], words))
        reading.population_span = options[reading.population].span
        counts = (r for r in reversed(earlier) if r.counting.quantity.kind not in ("money", "percent"))
        if q.kind != "percent":
            reading.unit = next((r.unit for r in counts if r.population == reading.population), reading.unit)
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
        is_whole = token.pos == "numeral" and first > 1 and parse[first - 2].lower in ("of", "the", "these", "those")
        if is_whole:
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


# --- what a bare count stands for ------------------------------------------------------------------------------------------

#: So many figures before are looked at, and so many nouns for people of the sentence on each side.
_BEFORE, _NOUNS = 4, 3
_PEOPLE = "people"


def is_bare(counting: Counting) -> bool:
    """Whether a count names nobody itself: "twelve died", "twelve dead", "another twelve", "twelve deaths"."""
    noun = counting.noun
    return counting.quantity.kind != "money" and (noun is None or noun.lower in _BARE or noun.lemma in _PEOPLE_EVENT)


def population_options(document: Document, reading: Reading, earlier: Sequence[Reading]) -> dict[str, Option]:
    """words → option: where they stand, and what is seen of them as those that a bare count stands for; "people" is always there."""
    options = {_PEOPLE: Option()}
    counting = reading.counting
    parse = document.parse(reading.sentence)
    noun = counting.noun

    def offer(found: tuple[str | None, Span | None], *seen: str) -> None:
        words, span = found
        if words:
            options.setdefault(words, Option(span)).seen.update(dict.fromkeys(seen, 1.0))

    if noun is not None:
        owner = _victims(noun)
        if owner is not None:
            offer(_phrase(document, owner, counting), "owner")
        offer(_phrase(document, noun, counting), "own noun", f"own noun {noun.lemma}")
    if counting.numeral is not None:
        of = counting.numeral.child("preposition")
        inner = of.child("complement") if of is not None and of.lower == "of" else None
        if inner is not None and inner.pos in ("noun", "name"):
            offer(_phrase(document, inner, counting), "complement of of")
    for rank, other in enumerate(islice(reversed(earlier), _BEFORE)):
        gap = min(2, reading.sentence - other.sentence)
        if not other.population or other.counting.quantity.kind == "money":
            continue
        alike = "same" if other.measure == reading.measure else "other"
        offer(
            (other.population, other.population_span), f"figure {rank}", f"figure gap {gap}", f"figure {min(rank, 1)} gap {gap} {alike} measure",
            f"figure of {other.counting.quantity.kind} by {counting.quantity.kind}", f"figure gap {gap} additional {counting.quantity.additional}",
            f"figure gap {gap} {counting.partitive or 'no'} partitive", f"figure of people {other.unit == 'people'} {alike}",
            f"figure of {other.measure} by {reading.measure}",
        )  # fmt: skip
    for side, nouns in _people_nouns(document, parse, counting).items():
        for rank, token in enumerate(nouns):
            offer(
                _phrase(document, token, counting), f"{side} {rank}", f"{side} {token.rel}", f"{side} {token.tag} {rank}",
            )  # fmt: skip
    options[_PEOPLE].seen[f"people, others {min(3, len(options) - 1)}"] = 1.0
    for words, option in options.items():
        option.seen.update(dict.fromkeys(_of_option(reading, words), 1.0))
    return options


def _of_option(reading: Reading, words: str) -> list[str]:
    counting = reading.counting
    kind = "people" if words == _PEOPLE else "words"
    last = words.lower().rsplit(" ", 1)[-1]
    noun = counting.noun.lemma if counting.noun is not None else "none"
    return [
        f"{kind} of {counting.quantity.kind}", f"{kind} {reading.measure}", f"{kind} {counting.relation}", f"{kind} own {noun}",
        f"{kind} one {counting.quantity.best == 1}", f"{kind} additional {counting.quantity.additional}",
        f"{kind} partitive {counting.partitive or 'no'}", f"last word {last}", f"plural {last.endswith('s') or last in ('people', 'men', 'women', 'children')}",
        f"words {min(4, words.count(' '))}", f"name {words[:1].isupper()}", f"state {last in measure_words('state') or last in _BARE}",
    ]  # fmt: skip


def _people_nouns(document: Document, parse: Parse, counting: Counting) -> dict[str, list[Token]]:
    """The nearest nouns for people of the sentence, before the count and after it."""
    q = counting.quantity
    people = [t for t in parse.tokens if t.pos == "noun" and is_person(t) and t.lower not in _BARE]
    before = [t for t in people if t.end <= q.start][::-1]
    return {"before": before[:_NOUNS], "after": [t for t in people if t.start >= q.end][:_NOUNS]}


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
