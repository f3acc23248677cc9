"""Drift: one number of one origin that became another on its way: casualties told as deaths, a remainder as the wounded, a bound dropped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations, product

from tallyroom.lexicon import table
from tallyroom.series.compare import ABOUT, bound_class, is_swapped, said
from tallyroom.series.problem import problem
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row, sentence_around
from tallyroom.series.same_count import is_unrounded, may_be_one_people, may_be_one_place

#: A number reappears under another measure within so many days.
SPAN_DAYS = 45
#: A count is told on, and garbled on the way, within so many days.
TOLD_ON_DAYS = 3
#: With so many rows of one value, or totals of one origin, a row is compared: enough for any story.
MOST_HOLDERS = 64
#: A smaller number may well be told of two things.
LEAST_TELLING = 20
#: Of its words a sentence shares so many with its copy.
SHARED_WORDS = 0.5
#: A number that is so much of another off is another's.
MOST_OFF = 0.2
#: Of one count so many ways to say it are quoted.
MOST_QUOTED = 6
#: A number of so many or more is one count under whatever bound, and may drift in a title.
LEAST_BOUNDED = 10
#: Measures that are taken for each other.
_TAKEN_FOR = (
    ("killed", "injured"),
    ("killed", "missing"),
    ("killed", "involved"),
    ("killed", "killed_or_injured"),
    ("killed", "hospitalised"),
    ("killed", "kidnapped"),
    ("killed", "captured"),
    ("killed", "arrested"),
    ("kidnapped", "missing"),
    ("kidnapped", "arrested"),
    ("affected", "evacuated"),
    ("affected", "displaced"),
)
_MAY_BE_TAKEN = frozenset(measure for pair in _TAKEN_FOR for measure in pair)
#: The dead and the wounded together, and apart.
TOTAL = "killed_or_injured"
PARTS = ("killed", "injured")


def drifted_rows(rows: Sequence[Row], copies: Mapping[str, Collection[str]]) -> tuple[list[SeriesProblem], set[str]]:
    """Figures that drifted on the way, and the ids of those claims: they are findings, never points.

    `copies`: {report: reports that share its text}.
    """
    found: list[SeriesProblem] = []
    claims: set[str] = set()
    stated = [row for row in rows if row.tense == "counted" and row.figure.polarity == "stated"]
    counted = [row for row in stated if row.unit == "people"]
    by_digits: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    alike: list[tuple[Row, list[Row]]] = []
    for row in stated:
        of_these_digits = by_digits[row.figure.measure, row.unit, row.origin, _digits(row)]
        of_these_digits.append(row)
        alike.append((row, of_these_digits))
    hurt = _Hurt(counted)
    briefings = _Briefings(stated, copies)
    for row, of_these_digits in alike:
        is_part = row.figure.measure in PARTS and row.unit == "people"
        others = _remainder_of(row, hurt) or _told_as_total(row, hurt) if is_part else None
        if len(of_these_digits) > 1:
            others = others or _miswritten(row, of_these_digits, briefings)
        if row.figure.measure == "killed" and all(other.value == row.value for other in of_these_digits):
            others = others or _wounded_told_as_dead(row, hurt)
        if others:
            found.append(problem("drift", [row, *others[1]], others[0]))
            claims.add(row.claim_id)
    return found, claims


class _Briefings:
    """Which reports tell of one briefing: one shares the text of the other, or another unrounded count of the same origin."""

    def __init__(self, rows: Sequence[Row], copies: Mapping[str, Collection[str]]) -> None:
        self._rows = rows
        self._copies = copies

    @cached_property
    def _counts(self) -> dict[str, set[tuple[object, ...]]]:
        found: dict[str, set[tuple[object, ...]]] = defaultdict(set)
        for row in self._rows:
            if is_unrounded(row):
                found[row.report.uid].add((*row.count, row.origin))
        return found

    def share_a_text(self, a: Row, b: Row) -> bool:
        """Are the reports of two figures copies of one text?"""
        return b.report.uid in self._copies.get(a.report.uid, ())

    def are_one(self, a: Row, b: Row) -> bool:
        """Do the reports of two figures tell of one briefing?"""
        if self.share_a_text(a, b):
            return True
        shared = self._counts[a.report.uid] & self._counts[b.report.uid]
        return a.day == b.day and any(origin == a.origin for *_, origin in shared)


class _Hurt:
    """The dead, the injured and both together, found by what they are compared by."""

    def __init__(self, rows: Iterable[Row]) -> None:
        #: Totals of both with a best value: by it, by origin, by report and origin.
        self.totals: dict[object, list[Row]] = defaultdict(list)
        self.totals_of: dict[str, list[Row]] = defaultdict(list)
        self.totals_in: dict[tuple[str, str], float] = defaultdict(float)
        #: The dead and the injured of an origin by their number; reports by measure and value.
        self.dead: dict[tuple[str, float], list[Row]] = defaultdict(list)
        self.injured: dict[tuple[str, float], list[Row]] = defaultdict(list)
        self.reports: dict[tuple[str, object], set[str]] = defaultdict(set)
        for row in rows:
            measure = row.figure.measure
            if measure == TOTAL:
                key = (row.report.uid, row.origin)
                self.totals_in[key] = max(self.totals_in[key], row.size)
                if row.figure.best is not None:
                    self.totals[row.figure.best].append(row)
                    self.totals_of[row.origin].append(row)
            elif measure in PARTS:
                self.reports[measure, row.value].add(row.report.uid)
                if row.figure.best is not None:
                    of_measure = self.dead if measure == "killed" else self.injured
                    of_measure[row.origin, row.size].append(row)
        self._wider: dict[str, list[Row]] = {}

    def wider_totals_of(self, origin: str) -> list[Row]:
        """The totals of an origin whose sentence says that they hold the missing or the captured too."""
        if origin not in self._wider:
            words = "|".join(table("series.toml")["wider_total"]["words"])
            wider = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
            self._wider[origin] = [row for row in self.totals_of[origin] if wider.search(sentence_around(row))]
        return self._wider[origin]


def _told_as_total(row: Row, hurt: _Hurt) -> tuple[str, list[Row]] | None:
    """4,000 casualties that one report tells as 4,000 dead."""
    if row.figure.best is None or row.size < 10 or row.figure.best not in hurt.totals:
        return None
    if (
        hurt.reports[row.figure.measure, row.value] - {row.report.uid}
        or hurt.totals_in.get((row.report.uid, row.origin), 0) > row.size
    ):
        return None
    totals = [r for r in hurt.totals[row.figure.best][:MOST_HOLDERS] if _close(row, r) and _same_people(row, r)]
    return (
        (f"{said([row])} {row.figure.measure}, where {said(totals)} are dead and wounded together", totals)
        if totals
        else None
    )


def _wounded_told_as_dead(row: Row, hurt: _Hurt) -> tuple[str, list[Row]] | None:
    """58 wounded that one report tells as 58 dead, where others had fewer dead."""
    if (row.origin, row.size) not in hurt.injured or not is_unrounded(row):
        return None
    if hurt.reports["killed", row.value] - {row.report.uid} or row.report.uid in hurt.reports["injured", row.value]:
        return None
    wounded = [
        other
        for other in hurt.injured[row.origin, row.size][:MOST_HOLDERS]
        if abs(other.day - row.day) <= TOLD_ON_DAYS and _same_people(row, other)
    ]
    return (f"{said([row])} killed, where {said(wounded)} are wounded", wounded) if wounded else None


def _remainder_of(row: Row, hurt: _Hurt) -> tuple[str, list[Row]] | None:
    """What is left of a total after the dead, told as the wounded, though the total holds missing and captured too."""
    if row.figure.measure != "injured" or row.figure.best is None:
        return None
    totals: list[Row] = []
    dead: list[Row] = []
    for total in hurt.wider_totals_of(row.origin)[:MOST_HOLDERS]:
        killed = [r for r in hurt.dead.get((row.origin, total.size - row.size), ())[:MOST_HOLDERS] if _close(row, r)]
        if killed and _close(row, total):
            totals.append(total)
            dead.extend(killed)
    if not totals:
        return None
    words = f"{said([row])} wounded is what {said(totals)} leaves after {said(dead[:1])}, but that total holds missing and captured too"
    return words, totals


def _miswritten(row: Row, rows: Sequence[Row], briefings: _Briefings) -> tuple[str, list[Row]] | None:
    """One report with swapped digits or a zero too many, where several others agree on the day, or one of the same briefing, or its own
    title has another."""
    if row.figure.best is None or row.size < 10 or not row.origin:
        return None
    around = _told_before_and_after(row, rows[:MOST_HOLDERS])
    if around:
        return f"{said([row])}, where {said(around)} is told before it and after it: digits swapped", around
    same = [
        r for r in rows[:MOST_HOLDERS]
        if r.figure.measure == row.figure.measure and r.origin == row.origin and r.figure.best is not None
        and abs(r.day - row.day) <= 2 and r.report.uid != row.report.uid
        and (may_be_one_place(r, row) or briefings.share_a_text(r, row))
    ]  # fmt: skip
    if any(r.value == row.value for r in same):
        return None
    twins = [r for r in same if is_swapped(row.size, r.size) or row.size in (r.size * 10, r.size / 10)]
    if not twins:
        return None
    by_value: dict[float, set[str]] = defaultdict(set)
    for r in twins:
        by_value[r.size].add(r.report.uid)
    in_title = {number.replace(",", "") for number in re.findall(r"\d[\d,]*", row.report.title or "")}
    told_first = [r for r in twins if r.sort_key < row.sort_key and briefings.are_one(row, r)]
    if told_first:
        return (
            f"{said([row])}, where {said(told_first)} of the same briefing has other digits: {_how_miswritten(row, told_first[0])}",
            told_first,
        )
    titled = any(str(int(size)) in in_title for size in by_value) and str(int(row.size)) not in in_title
    if not titled and (row.size < 100 or max(map(len, by_value.values())) < 2):
        return None
    return (
        f"{said([row])}, where other reports of the day have {said(twins)}: digits swapped, or a zero too many or too few",
        twins,
    )


def _told_before_and_after(row: Row, rows: Sequence[Row]) -> list[Row]:
    """The figures of its origin with one value, of which its digits are swapped, where several reports tell it on both sides
    of the one report that has it so; empty where none does."""
    if row.size < 100 or any(r.value == row.value and r.report.uid != row.report.uid for r in rows):
        return []
    twins = [
        r
        for r in rows
        if r.origin == row.origin
        and r.figure.best is not None
        and _same_people(r, row)
        and is_swapped(r.size, row.size)
    ]
    before = {r.report.uid for r in twins if r.published_last < row.earliest}
    after = {r.report.uid for r in twins if r.earliest > row.published_last}
    return twins if len({r.value for r in twins}) == 1 and before and after and len(before | after) > 2 else []


def _how_miswritten(row: Row, other: Row) -> str:
    return "swapped" if is_swapped(row.size, other.size) else "a zero too many or too few"


def _digits(row: Row) -> str:
    """The digits of a number, sorted, without its zeros: equal for swapped digits and for a zero too many."""
    return _digits_of(row.size)


@lru_cache(maxsize=65536)
def _digits_of(size: float) -> str:
    return "".join(sorted(str(int(size)).replace("0", "")))


def _close(a: Row, b: Row) -> bool:
    return abs(a.day - b.day) <= (SPAN_DAYS if a.origin == b.origin else SPAN_DAYS // 3)


def _same_people(a: Row, b: Row) -> bool:
    return not a.population.part and not b.population.part and may_be_one_people(a, b)


def swapped_in_a_day(rows: Sequence[Row], drifted: Collection[str]) -> Iterator[SeriesProblem]:
    """Two counts of one speaker that reports tell of one day, or the next, and that differ by two digits swapped, too far apart for a
    rise within the day; without the claims that are known to have drifted."""
    alike: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.figure.best is not None and row.size >= 10 and row.stands and row.claim_id not in drifted:
            origin = row.origin if row.figure.source else ""
            alike[row.figure.measure, row.unit, origin, _digits(row)].append(row)
    for own in alike.values():
        values = dict.fromkeys(row.value for row in own) if 1 < len(own) <= MOST_HOLDERS else ()
        if len(values) < 2:
            continue
        for a, b in combinations(values, 2):
            first, second = ([row for row in own if row.value == value] for value in (a, b))
            less, more = sorted((first[0].size, second[0].size))
            if is_swapped(less, more) and more > (1 + ABOUT) * less and (held := _told_near(first, second, 1)):
                message = f"{said(first)} and {said(second)} of one day: two digits are swapped in one of them"
                yield problem("drift", held, message)


def _told_near(first: Sequence[Row], second: Sequence[Row], days: int) -> list[Row]:
    """The figures that reports tell of one place and people within so many days of one of the others; none where one report has both."""
    if {row.report.uid for row in first} & {row.report.uid for row in second}:
        return []
    near = [
        (a, b)
        for a, b in product(first, second)
        if a.day and b.day and abs(a.day - b.day) <= days
        if may_be_one_place(a, b) and _same_people(a, b)
    ]
    return [*dict.fromkeys(row for pair in near for row in pair)]


def told_as_another(rows: Sequence[Row]) -> Iterator[SeriesProblem]:
    """A count of one origin that another report tells within days as one of something else: 31 abducted as 31 missing."""
    by_count: dict[tuple[str, object], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.size >= LEAST_TELLING and row.unit == "people" and row.figure.measure in _MAY_BE_TAKEN:
            by_count[row.origin, row.value][row.figure.measure].append(row)
    for told in by_count.values():
        for one, other in _TAKEN_FOR if len(told) > 1 else ():
            if one not in told or other not in told:
                continue
            first, second = (list(filter(_is_telling, told[measure]))[:MOST_HOLDERS] for measure in (one, other))
            if held := _told_near(first, second, TOLD_ON_DAYS):
                measures = f"{one.replace('_', ' ')} in one report and {other.replace('_', ' ')} in another"
                yield problem("drift", held, f"{said(held)} is {measures}")


def _is_telling(row: Row) -> bool:
    """Is a number that somebody stands behind hardly told of two things by chance: 238, 13,067, 25,000, but not 30 or 200?"""
    return row.stands and row.tense == "counted" and (is_unrounded(row) or row.size >= 10_000)


def bounds_of_one_count(rows: Sequence[Row]) -> Iterator[SeriesProblem]:
    """One count of one origin that reports tell under several bounds: "at least 201" and "201", "about 90" and "more than 90".

    A number below ten may be of two things on other days, and "about" it says little.
    """
    alike: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.figure.best is not None and row.stands and row.tense == "counted" and row.origin:
            people = row.population.kind if row.population.kind in ("civilian", "military") else ""
            alike[row.figure.measure, row.unit, row.figure.best, row.origin, people].append(row)
    for own in alike.values():
        if len(own) < 2:
            continue
        is_small = own[0].size < LEAST_BOUNDED
        if is_small:
            first = min(row.day for row in own)
            own = [row for row in own if row.day <= first + TOLD_ON_DAYS]
        kinds = {bound_class(row.figure.bound) if is_small else row.figure.bound for row in own}
        if len(kinds) < 2 or len({row.report.uid for row in own}) < 2:
            continue
        first_with = {(row.figure.bound, row.figure.quote.lower()): row for row in reversed(own)}
        told = [f'"{row.figure.quote}" ({row.report.id})' for row in reversed(first_with.values())]
        yield problem("drift", own, f"one count under several bounds: {', '.join(told[:MOST_QUOTED])}")


def changed_in_copies(rows: Sequence[Row], copies: Mapping[str, Collection[str]]) -> Iterator[SeriesProblem]:
    """A sentence that two reports share but for its number, which neither has elsewhere: 39 patients that are 36 in the copy."""
    by_report: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.report.uid in copies and row.figure.best is not None:
            by_report[row.report.uid].append(row)
    counts = {uid: {row.count for row in own} for uid, own in by_report.items()}
    for uid, own in by_report.items():
        here, day = counts[uid], own[0].published_last
        later = [other for other in copies[uid] if other >= uid and other in by_report]
        for other in sorted(other for other in later if abs(day - by_report[other][0].published_last) <= 1):
            theirs, there = by_report[other], counts[other]
            if here.isdisjoint(there) or here <= there or there <= here:
                continue
            changed = [
                (a, b)
                for a in own[:MOST_HOLDERS]
                if a.count not in there
                for b in theirs[:MOST_HOLDERS]
                if b.count not in here and _is_changed(a, b)
            ]
            if changed:
                told = "; ".join(said(pair) for pair in changed[:MOST_QUOTED])
                held = [*dict.fromkeys(row for pair in changed for row in pair)]
                yield problem("drift", held, f"one sentence in two reports, with other numbers: {told}")


def _is_changed(a: Row, b: Row) -> bool:
    """Do two reports tell a count in one sentence, but not with one number?"""
    alike = a.figure.measure == b.figure.measure and a.unit == b.unit
    first, later = sorted((a, b), key=lambda row: row.sort_key)
    is_newer = later.report.published != first.report.published and later.size > first.size
    return alike and not is_newer and abs(a.size - b.size) <= MOST_OFF * max(a.size, b.size) and _share_a_sentence(a, b)


def _share_a_sentence(a: Row, b: Row) -> bool:
    x, y = (set(re.findall(r"[^\W\d_]+", sentence_around(row).lower())) for row in (a, b))
    return len(x & y) >= SHARED_WORDS * max(1, len(x | y))
