"""Title drift: a number that a title tells otherwise than its own text does, under another measure or bound or not at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.numeral_atoms import words as number_words
from tallyroom.quantities import Quantity, find_quantities
from tallyroom.series.compare import ABOUT, bound_class, rounds_to, said
from tallyroom.series.drift import LEAST_BOUNDED, PARTS, TOTAL
from tallyroom.series.problem import problem
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row
from tallyroom.series.speaker_words import nouns_for_people
from tallyroom.series.words import population

#: So many characters before a number tell what a title counts.
NEAR_IN_A_TITLE = 60
#: A count so many times that of a title is of something else.
MOST_GROWTH = 10


def title_drift(rows: Sequence[Row]) -> Iterator[SeriesProblem]:
    """Titles that say something else than the text: another bound, another measure."""
    by_report: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_report[row.report.uid].append(row)
    for own in by_report.values():
        title = own[0].report.title
        if title and _may_count(title):
            for quantity in _quantities_of_title(title):
                if quantity.aside is None and quantity.kind == "count" and quantity.best:
                    yield from _title_against(title, quantity, own)


#: Words that numbers below ten are made of, and no others.
_SMALL = ("unit", "article", "zero", "no", "any", "ordinal", "part", "suffix", "sign")


@lru_cache(maxsize=1)
def _large_number_words() -> frozenset[str]:
    return frozenset(word.split()[0] for word, (kind, _) in number_words().items() if kind not in _SMALL)


def _may_count(title: str) -> bool:
    """May a title have a number from ten up?"""
    words = re.findall(r"[^\W\d_]+", title.lower())
    return any(map(str.isdigit, title)) or not _large_number_words().isdisjoint(words)


@lru_cache(maxsize=1024)
def _quantities_of_title(title: str) -> tuple[Quantity, ...]:
    """The quantities of a title, which every series of its story is held against."""
    return tuple(find_quantities(title, 0, len(title)))


def _title_against(title: str, quantity: Quantity, rows: Sequence[Row]) -> Iterator[SeriesProblem]:
    quote = title[quantity.start : quantity.end]
    same = [row for row in rows if row.figure.best == quantity.best and row.figure.best is not None]
    is_small = float(quantity.best or 0) < LEAST_BOUNDED
    hurt = [row for row in same or _covered(quantity, rows) if row.figure.measure in (*PARTS, TOTAL)]
    if not is_small and hurt and len(hurt) == len(same or _covered(quantity, rows)) and not _any_hurt().search(title):
        yield problem(
            "drift", hurt, f'the title has "{quote}" without a word for killed or hurt; the text has {said(hurt)}'
        )
        return
    before = title[: quantity.start].lower().split()[-2:]
    after = title[quantity.end : quantity.end + 40]
    told = {measure for measure, pattern in _measure_words().items() if pattern.search(after.split(",")[0])}
    is_bounded = any(word in table("series.toml")["title"]["verbs"] for word in before)
    counted = {measure for measure in told if _counts_right_behind(measure, after)}
    of_some = {measure for measure in told - counted if _counts_right_behind(measure, after, anybody=True)}
    if _counts_the_dead(title[max(0, quantity.start - NEAR_IN_A_TITLE) : quantity.start], after):
        told, counted = {"killed"}, {"killed"}
    if len(told) == len(counted | of_some) == 1:
        measure = (counted | of_some).pop()
        is_floor = is_bounded or bound_class(quantity.bound) == "floor"
        others = (
            _other_count(quantity, rows, measure, is_floor=is_floor)
            if counted and not is_small and not _has_a_count_of(title, rows)
            else _higher_count(quantity, rows, measure)
        )
        if others:
            yield problem("drift", others, f'the title has "{quote}" {measure}, the text {said(others)}')
            return
    if not same or is_bounded or is_small:
        return
    measures = {row.figure.measure for row in same}
    if len(told) == 1 and not told & measures and measures & {TOTAL, *PARTS}:
        yield problem("drift", same, f'the title has "{quote}" {told.pop()}, the text {said(same)}')
        return
    if all(bound_class(row.figure.bound) != bound_class(quantity.bound) for row in same) or (
        quantity.bound == "about" and all(row.figure.bound not in ("about", "exact") for row in same)
    ):
        yield problem("drift", same, f'the title has "{quote}", the text {said(same)}: the bound is not the same')


def _counts_the_dead(before: str, after: str) -> bool:
    """Is a number of a title one of the dead by the words before it, "Landslides kill", "Death toll in Soma mine hits", and of people
    by those behind it: no "30 dogs"?"""
    if not _dead_before().search(before):
        return False
    words = re.findall(r"[^\W\d_]+|[^\w\s]", after.lower())[:1]
    return (
        not words
        or not words[0].isalpha()
        or words[0] in table("series.toml")["title"]["ends_a_count"]
        or _is_of_people(words[0])
    )


@lru_cache(maxsize=1)
def _any_hurt() -> re.Pattern[str]:
    """A word of a title that tells that people were killed or hurt."""
    return _any_of(table("series.toml")["title"]["hurt"])


@lru_cache(maxsize=1)
def _measure_words() -> dict[str, re.Pattern[str]]:
    """{measure: the words beside a number of a title that tell it}."""
    return {measure: _any_of(own) for measure, own in table("series.toml")["title"]["measures"].items()}


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def _is_of_people(word: str) -> bool:
    return word.removesuffix("s") in nouns_for_people() or population(word).kind in (
        "people",
        "civilian",
        "military",
        "workers",
    )


@lru_cache(maxsize=1)
def _dead_before() -> re.Pattern[str]:
    rises = "|".join(table("series.toml")["title"]["rises"])
    return re.compile(
        rf"\bkill(?:s|ed|ing)?\s*$|\b(?:toll|deaths)\s*$|\btoll\b[^,;:]{{0,{NEAR_IN_A_TITLE}}}\b(?:{rises})\s*$"
        rf"|\bdeaths (?:{rises})\s*$",
        re.IGNORECASE,
    )


def _higher_count(quantity: Quantity, rows: Sequence[Row], measure: str) -> list[Row]:
    """The count of a text that its title has, and a higher one of the same people that stands above it or beside it."""
    wanted = float(quantity.best or 0)
    of_all = _totals_of(rows, measure)
    own = [row for row in of_all if row.size == wanted]
    if not own or bound_class(quantity.bound) == "floor":
        return []
    higher = [
        row
        for row in of_all
        if wanted * (1 + ABOUT) < row.size <= wanted * MOST_GROWTH
        and row.population == own[0].population
        and row.place == own[0].place
        and row.origin == own[0].origin
        and (row.happened == own[0].happened or not row.happened.known or row.happened.width > 0)
    ]
    return [*own, *higher] if higher else []


def _totals_of(rows: Sequence[Row], measure: str) -> list[Row]:
    """The whole counts of people of a measure in a text that somebody stands behind."""
    return [
        row
        for row in rows
        if row.figure.measure == measure
        and row.unit == "people"
        and row.figure.aggregation != "subset"
        and row.stands
        and row.tense == "counted"
        and row.figure.best is not None
        and not row.population.part
    ]


def _counts_right_behind(measure: str, after: str, *, anybody: bool = False) -> bool:
    """Does a number count what happened to people, "22 dead", "22 people killed", and not those who look for them, "50 dig for dead"?

    `anybody`: people of some kind, too: "22 miners killed".
    """
    words = re.findall(r"[^\W\d_]+|[^\w\s]", after)[:2]
    at = next((n for n, word in enumerate(words) if _measure_words()[measure].fullmatch(word)), None)
    return at == 0 or (at == 1 and (population(words[0]).bare or (anybody and not population(words[0]).part)))


def _has_a_count_of(title: str, rows: Sequence[Row]) -> bool:
    """Does any number of a title stand in its text, so that the others may be of something else: "13 killed, days after 40 died"?"""
    values = {row.figure.best for row in rows}
    return any(other.best in values for other in _quantities_of_title(title))


def _other_count(quantity: Quantity, rows: Sequence[Row], measure: str, *, is_floor: bool) -> list[Row]:
    """The counts of a text to which its title, which counts the same, does not come near: 22 dead where the text has 13."""
    wanted = float(quantity.best or 0)
    of_all = _totals_of(rows, measure)
    limits = {limit for row in rows for limit in (row.figure.low, row.figure.best, row.figure.high)}
    if not of_all or not wanted or not limits.isdisjoint((wanted, wanted + 1, wanted - 1)):
        return []
    if any(rounds_to(row.size, wanted) for row in of_all) and not is_floor:
        return []
    if is_floor:
        return of_all if max(row.size for row in of_all) < wanted else []
    return (
        of_all if all(abs(row.size - wanted) > ABOUT * wanted or row.figure.bound == "exact" for row in of_all) else []
    )


def _covered(quantity: Quantity, rows: Sequence[Row]) -> list[Row]:
    """Figures of the text that a rounded title may mean: "more than 4,000" for 4,700."""
    if bound_class(quantity.bound) != "floor" or not quantity.best:
        return []
    return [
        row for row in rows if row.figure.best is not None and quantity.best < row.figure.best < quantity.best * 1.5
    ]
