"""A title that says other than its text: another number, another thing that happened, a bound that the text has and the title not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from tallyroom.damage.found import problem
from tallyroom.document import Document
from tallyroom.lexicon import table
from tallyroom.model import Figure, Problem
from tallyroom.quantities import Quantity, find_quantities

#: Of what happened to people: a title may call the dead and wounded together "casualties", not the other way round.
_HURT = ("killed", "injured", "killed_or_injured", "missing", "arrested")
#: A longer title is none.
_LONGEST = 400
#: How far from its number a title's word for what happened may stand, in characters.
_REACH = 40


def find(document: Document, figures: Sequence[Figure]) -> Iterator[Problem]:
    """Every `drift` between the title and the text; each stands on the figure of the text that says otherwise."""
    title = document.report.title
    if not title or len(title) > _LONGEST:
        return
    stated = [f for f in figures if f.polarity == "stated" and f.unit == "people"]
    if not stated:
        return
    for quantity in find_quantities(title, 0, len(title)):
        if quantity.kind != "count" or quantity.aside is not None or quantity.best is None:
            continue
        measure = _measure(title, quantity)
        if measure is not None:
            yield from _against(document, title, quantity, measure, stated)


@lru_cache(maxsize=1)
def _measure_words() -> tuple[re.Pattern[str], dict[str, str]]:
    measures = {word: measure for measure, listed in table("damage.toml")["title"].items() for word in listed}
    return re.compile(rf"\b(?:{'|'.join(sorted(measures))})\b", re.IGNORECASE), measures


def _measure(title: str, quantity: Quantity) -> str | None:
    """What the title says happened to them: by the verb before the number, else by the first such word behind it."""
    pattern, measures = _measure_words()
    before = list(pattern.finditer(title, max(0, quantity.start - _REACH), quantity.start))
    after = pattern.search(title, quantity.end, quantity.end + _REACH)
    close = before and not re.search(r"[\d,;:]", title[before[-1].end() : quantity.start])
    if close and len(title[before[-1].end() : quantity.start].split()) <= 2:
        pair = len(before) > 1 and title[before[-2].end() : before[-1].start()].strip().lower() in (
            "and",
            "or",
            "and the",
        )
        return "killed_or_injured" if pair else measures[before[-1].group().lower()]
    if after is None or re.search(r"[\d;:]|,\s|\band\b", title[quantity.end : after.start()]):
        return None
    second = pattern.match(title, after.end() + 5) or pattern.match(title, after.end() + 4)
    pair = second is not None and title[after.end() : second.start()] in (" and ", " or ")
    return "killed_or_injured" if pair else measures[after.group().lower()]


def _against(
    document: Document, title: str, quantity: Quantity, measure: str, stated: Sequence[Figure]
) -> Iterator[Problem]:
    said = " ".join(title[quantity.start : quantity.end].split())
    same_value = [f for f in stated if f.best == quantity.best]
    if same_value:
        first = same_value[0]
        if _is_other_measure(document, measure, same_value):
            message = f"the title has {said} {measure.replace('_', ' ')}, the text {first.quote} {first.measure.replace('_', ' ')}"
            yield problem(document.text, "drift", first.start, first.end, message)
        elif quantity.bound in ("exact", "at_least", "more_than") and all(
            f.bound in ("at_most", "less_than") for f in same_value
        ):
            message = f"the title has {said}, the text {first.quote}: the bound is dropped"
            yield problem(document.text, "drift", first.start, first.end, message)
        return
    rivals = [f for f in stated if f.measure == measure and f.best is not None and f.best > 1]
    if (
        rivals
        and quantity.bound == "exact"
        and quantity.best is not None
        and quantity.best > 1
        and not _stands(document, quantity, stated, measure)
    ):
        nearest = min(rivals, key=lambda f: (abs((f.best or 0) - (quantity.best or 0)), f.start))
        message = f"the title has {said} {measure.replace('_', ' ')}, the text {nearest.quote}"
        yield problem(document.text, "drift", nearest.start, nearest.end, message)


def _is_other_measure(document: Document, measure: str, figures: Sequence[Figure]) -> bool:
    """Is the number that of something else in the text, everywhere it stands?"""
    pattern, measures = _measure_words()
    for figure in figures:
        if figure.measure == measure or figure.measure not in _HURT or measure == "killed_or_injured":
            return False
        start, end = document.spans[document.sentence_of(figure.start)]
        if measure == "killed" and "fatal" in document.text[start:end].lower():
            return False
        told = {measures[m.group().lower()] for m in pattern.finditer(document.text, start, end)}
        if measure in told and figure.measure != "killed_or_injured":
            return False
    return True


def _stands(document: Document, quantity: Quantity, stated: Sequence[Figure], measure: str) -> bool:
    """Can the title's number be had from the text: as some number of it, within a range, or as a sum?"""
    wanted = quantity.best or 0
    for every in document.quantities:
        for q in every:
            if q.best == wanted or (q.low is not None and q.high is not None and q.low <= wanted <= q.high):
                return True
    counted = [f for f in stated if f.best is not None and f.measure in (measure, "killed_or_injured")]
    if any(f.aggregation == "additional" for f in stated) or any(f.best == wanted - 1 for f in counted):
        return True
    wholes = sorted(f.best for f in counted if f.best and f.aggregation != "subset")[-12:]
    parts = sorted(f.best for f in counted if f.best and f.aggregation == "subset")[-12:]
    return any(sum(some) == wanted for of in (wholes, parts) for size in (2, 3) for some in combinations(of, size))
