"""Where each figure's event happened: the words of the report that name the place."""

from __future__ import annotations

from collections.abc import Sequence

from tallyroom.document import Document
from tallyroom.grammar import Parse, Token
from tallyroom.model import Span
from tallyroom.readings import Reading

_PLACE_PREPOSITIONS = frozenset(
    [
        "in",
        "at",
        "near",
        "to",
        "from",
        "across",
        "on",
        "off",
        "around",
        "outside",
        "into",
        "over",
        "throughout",
        "within",
        "of",
        "for",
    ]
)


def assign_places(document: Document, readings: Sequence[Reading]) -> None:
    """Fill in where each figure's event happened."""
    for reading in readings:
        _place(document, reading)


def _place(document: Document, reading: Reading) -> None:
    """The nearest explicit place: in the figure's own sentence, else the last one named before it, else that of the lead."""
    span = _place_in(document.parse(reading.sentence), reading)
    for index in range(reading.sentence - 1, max(-1, reading.sentence - 8), -1):
        if span is not None:
            break
        span = _place_in(document.parse(index), None)
    if span is None and reading.sentence > 0:
        span = _place_in(document.parse(0), None)
    if span is not None:
        reading.place_span = span
        reading.place = document.text[span[0] : span[1]]


def _place_in(parse: Parse, reading: Reading | None) -> Span | None:
    best: tuple[float, Span] | None = None
    for first, last, kind in parse.names:
        if kind != "place":
            continue
        head = parse[last - 1]
        outer = head
        for _ in range(4):
            if outer.rel in ("compound", "possessive", "apposition", "conjunct") and outer.head is not outer:
                outer = outer.head
        preposition = outer.head if outer.rel == "complement" else None
        if preposition is None or preposition.lower not in _PLACE_PREPOSITIONS:
            continue
        if (
            preposition.lower in ("of", "for")
            and preposition.head.pos != "name"
            and preposition.head.lemma
            not in ("city", "town", "province", "region", "state", "village", "area", "district", "island", "coast")
        ):
            continue
        start, end = _whole_place(parse, first, last, preposition)
        cost = (
            abs(start - reading.start) + (30 if preposition.lower in ("from", "of", "for") else 0)
            if reading
            else float(start)
        )
        if best is None or cost < best[0]:
            best = (cost, (start, end))
    return best[1] if best else None


def _whole_place(parse: Parse, first: int, last: int, preposition: Token) -> Span:
    """ "Meymaneh, Faryab, north-west Afghanistan" is one place; so is "the city of Homs"."""
    start = parse[first].start
    if first - 1 >= 0 and parse[first - 1].lower == "the" and parse[first - 1].i > preposition.i:
        start = parse[first - 1].start
    spans = {a: b for a, b, kind in parse.names if kind == "place"}
    end = last
    while end + 1 < len(parse) and parse[end].text == "," and end + 1 in spans:
        end = spans[end + 1]
    return start, parse[end - 1].end
