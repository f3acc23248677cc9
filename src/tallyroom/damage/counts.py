"""Figures of one report that cannot stand together: two counts of one thing by one source, an older count below a newer one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tallyroom.damage.found import NAME, any_of, problem, words
from tallyroom.document import Document
from tallyroom.edtf import overlap
from tallyroom.model import Figure, Problem
from tallyroom.resolve.nations import fold
from tallyroom.resolve.populations import resolve_population

#: What happens to somebody once, so that two numbers of it are two counts.
_HAPPENS = frozenset(
    ("killed", "injured", "killed_or_injured", "missing", "trapped", "rescued", "captured", "kidnapped", "arrested", "hospitalised", "infected", "evacuated", "displaced", "deployed")
)  # fmt: skip


def find(document: Document, figures: Sequence[Figure]) -> Iterator[Problem]:
    """The `contradiction` and `stale` that the figures of a report show."""
    told: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        if _is_count(figure):
            told[figure.measure].append(figure)
    for own in told.values():
        yield from _stale(document, own)
        yield from _two_counts(document, own)


def _is_count(figure: Figure) -> bool:
    return (
        figure.measure in _HAPPENS
        and figure.polarity == "stated"
        and figure.modality == "asserted"
        and figure.aggregation in ("incident", "cumulative")
        and figure.part_of is None
        and not figure.repeat
        and figure.best is not None
    )


@lru_cache(maxsize=1)
def _revision() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of('revision')}\b", re.IGNORECASE)


def _sentence(document: Document, figure: Figure) -> str:
    start, end = document.spans[document.sentence_of(figure.start)]
    return document.text[start:end]


def _two_counts(document: Document, figures: Sequence[Figure]) -> Iterator[Problem]:
    """ "The blast killed 12 people ... In all 15 people were killed": one source, one event, two numbers, no word of change."""
    whole = [f for f in figures if f.bound == "exact" and _names_its_people(f)]
    for i, later in enumerate(whole):
        for earlier in whole[max(0, i - _BACK) : i]:
            if earlier.best != later.best and _same_count(document, earlier, later):
                message = f"the report also counts {earlier.quote} {_in_words(earlier)}, by the same source and of the same event"
                yield problem(document.text, "contradiction", later.start, later.end, message)
                break


#: A count is compared with so many before it.
_BACK = 8


def _in_words(figure: Figure) -> str:
    return figure.measure.replace("_", " ")


def _names_its_people(figure: Figure) -> bool:
    """Does the number stand right before those it counts? A bare number may be a part of a number before it."""
    span = figure.evidence.get("population")
    return figure.best == 0 or (span is not None and 0 <= span[0] - figure.end <= 2)


def _same_count(document: Document, one: Figure, other: Figure) -> bool:
    if document.sentence_of(one.start) == document.sentence_of(other.start):
        return False
    return (
        (one.unit == other.unit or 0 in (one.best, other.best))
        and one.aggregation == other.aggregation
        and one.source_id == other.source_id
        and one.event_time == other.event_time
        and one.said_at == other.said_at
        and _same_places(document, one, other)
        and _same_people(one, other)
        and not any(_revision().search(_sentence(document, f)) for f in (one, other))
    )


_WHERE = re.compile(
    rf"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Aa]round|of)\s(?:the\s)?(?:[a-z]+\s(?:of\s)?)?(?P<name>{NAME})"
)


def _same_places(document: Document, one: Figure, other: Figure) -> bool:
    """One place for both, and no sentence that names a place which the other does not have."""
    a, b = ({m["name"] for m in _WHERE.finditer(_sentence(document, f))} for f in (one, other))
    return _same_words(one.place, other.place) and (a <= b or b <= a)


def _same_words(one: str | None, other: str | None) -> bool:
    return fold(one or "").removeprefix("the ") == fold(other or "").removeprefix("the ")


def _same_people(one: Figure, other: Figure) -> bool:
    if _are_all(one) or _are_all(other):
        return _are_all(one) and _are_all(other)
    a, b = resolve_population(one.population), resolve_population(other.population)
    return (
        a.key == b.key and a.noun != "people" and all((f.population or "").split()[-1].islower() for f in (one, other))
    )


def _are_all(figure: Figure) -> bool:
    """Words for anybody: "people", "deaths"."""
    return figure.best == 0 or fold(figure.population or "people") in words("anybody")


# -- an older count below a newer one -------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _newest() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of('newest')}\s\Z", re.IGNORECASE)


@lru_cache(maxsize=1)
def _older() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of('older')}\b", re.IGNORECASE)


def _stale(document: Document, figures: Sequence[Figure]) -> Iterator[Problem]:
    """ "The toll has risen to 25 ... At least 12 people have been killed": the second was written before the first."""
    newest: Figure | None = None
    for figure in figures:
        before = document.text[max(0, figure.start - 40) : figure.start]
        if _newest().search(before):
            newest = figure
        elif newest is not None and _is_older(document, figure, newest):
            message = f"an older count: above it the report has {newest.quote} as the latest"
            yield problem(document.text, "stale", figure.start, figure.end, message, newest.quote)


def _is_older(document: Document, figure: Figure, newest: Figure) -> bool:
    sentence = _sentence(document, figure)
    top = figure.best if figure.best is not None else figure.high
    return (
        newest.best is not None
        and top is not None
        and 0 < top < newest.best
        and document.sentence_of(figure.start) > document.sentence_of(newest.start)
        and figure.bound in ("exact", "at_least", "more_than", "about")
        and figure.unit == newest.unit
        and _names_its_people(figure)
        and _same_places(document, figure, newest)
        and _same_people(figure, newest)
        and figure.source_id in (None, newest.source_id)
        and figure.said_at in (None, newest.said_at)
        and (figure.event_time is None or newest.event_time is None or overlap(figure.event_time, newest.event_time))
        and not _older().search(sentence)
    )
