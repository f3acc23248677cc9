"""Arithmetic: numbers that follow from others of the same origin, with their formula, and parts that do not add up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from tallyroom.lexicon import table
from tallyroom.model import Number, whole
from tallyroom.resolve.populations import resolve_population
from tallyroom.series.compare import FLOOR, number, said
from tallyroom.series.groups import PART, Group
from tallyroom.series.points import Run
from tallyroom.series.problem import Found, problem
from tallyroom.series.records import Derived
from tallyroom.series.rows import Row, sentence_around

_TOTAL = "killed_or_injured"
#: The dead and the injured told within so many characters after a total of both are its parts.
NEXT = 250
#: So many parts that make up so much of their total are meant to make up all of it.
WHOLE_LIST, NEARLY = 3, 0.95
#: Two parts or more of one sentence that make up more of their total than this, or less too much, are.
ALMOST = 0.9


def derived(group: Group, runs: Sequence[Run], lined_up: Sequence[tuple[Group, list[Run]]]) -> tuple[Derived, ...]:
    """The derived rows of a group; no sum is made across origins."""
    out = [*_additions(group, runs), *_rest_of_casualties(group), *_sums_of_parts(group)]
    if group.measure == "killed" and group.apart != PART:
        out.extend(_casualties(group, runs, lined_up))
    unique = {(row.formula, row.claim_ids): row for row in out}
    return tuple(unique.values())


def _additions(group: Group, runs: Sequence[Run]) -> Iterator[Derived]:
    """ "Another 1,500" on top of the last count of the same origin."""
    for row in group.additions:
        base = row.added_to if row.added_to is not None and row.added_to is not row else None
        if base is None:
            earlier = [
                run for run in runs if run.origin == row.origin and run.day <= row.day and run.value != row.value
            ]
            same = [
                run
                for run in runs
                if run.origin == row.origin
                and run.day <= row.day
                and run.value == row.value
                and run.rows[0].report.uid != row.report.uid
            ]
            pool = [run for run in same + earlier if run.size <= row.size * 100]
            base = min(pool, key=lambda run: (-run.day, run.size)).rows[0] if pool else None
        if base is not None and base.origin == row.origin:
            yield _sum([base, row], f"{number(base.size)} + {number(row.size)}")


def _rest_of_casualties(group: Group) -> Iterator[Derived]:
    """The dead among casualties leave the injured; of bare "casualties" they leave casualties other than killed."""
    if group.measure != _TOTAL:
        return
    for row in group.rows:
        for part in _parts_of(row, group):
            if part.figure.measure != "killed":
                continue
            words = f"{row.figure.quote} {row.figure.population or ''}".lower() + _sentence(row)
            both = ("killed" in words or "dead" in words) and ("injured" in words or "wounded" in words)
            name = "injured" if both else "casualties other than killed"
            low, best, high = _minus(row, part)
            formula = f"{number(row.size)} - {number(part.size)} = {number(best)} {name}"
            yield Derived(low=low, best=best, high=high, formula=formula, claim_ids=(row.claim_id, part.claim_id))


def _sentence(row: Row) -> str:
    return sentence_around(row).lower()


def _parts_of(row: Row, group: Group) -> list[Row]:
    return [part for part in group.parts.get(row.claim_id, ()) if part.origin == row.origin or not part.origin]


def _casualties(group: Group, runs: Sequence[Run], lined_up: Sequence[tuple[Group, list[Run]]]) -> Iterator[Derived]:
    """Killed and injured of one origin and day, told in one report, make its killed or injured."""
    for other, other_runs in lined_up:
        if other.measure != "injured" or other.kind != group.kind or other.population != group.population:
            continue
        if other.apart == PART:
            continue
        of_a_day: dict[tuple[str, int], list[Run]] = defaultdict(list)
        for beside in other_runs:
            of_a_day[beside.origin, beside.day].append(beside)
        for run in runs:
            for beside in of_a_day[run.origin, run.day] if run.attributed else ():
                in_report = {b.report.uid: b for b in reversed(beside.rows)}
                pair = next(((a, in_report[a.report.uid]) for a in run.rows if a.report.uid in in_report), None)
                if pair:
                    total = sum(row.size for row in pair)
                    numbers = " + ".join(number(row.size) for row in pair)
                    yield _sum(pair, f"{numbers} = {number(total)} killed or injured")


def _sums_of_parts(group: Group) -> Iterator[Derived]:
    """Parts by place, or by whom they count, that add up to a total of the same report."""
    for row in group.rows if group.parts else ():
        parts = [part for part in group.parts.get(row.claim_id, ()) if part.figure.measure == row.figure.measure]
        if _are_side_by_side(parts) and sum(p.size for p in parts) == row.size:
            numbers = " + ".join(number(part.size) for part in parts)
            yield _sum(parts, f"{numbers} = {number(row.size)}")


def _are_side_by_side(parts: Sequence[Row]) -> bool:
    """Can no one be in two of these parts: other places, or, in one sentence, people of other kinds ("nine inmates and two guards")?"""
    if len(parts) < 2:
        return False
    if len({part.place for part in parts}) == len(parts) and (
        all(part.place for part in parts) or (len(parts) >= WHOLE_LIST and all(part.place for part in parts[:-1]))
    ):  # the last of a list may be "and 1,149 in other towns"
        return True
    kinds = {(part.population.nations, part.population.kind) for part in parts}
    return (
        len(kinds) == len(parts)
        and (_are_of_other_age_or_sex(parts) or not any(part.population.part or part.population.bare for part in parts))
        and len({part.place for part in parts}) == 1
        and len({sentence_around(part) for part in parts if part.report.text}) == 1
    )


def _are_of_other_age_or_sex(parts: Sequence[Row]) -> bool:
    """Is nobody in two of these, as of men, women and children? The elderly are men and women too."""
    told = [resolve_population(part.figure.population or "") for part in parts]
    return all(one.age in ("child", "adult") for one in told) and all(
        a.age != b.age or (a.sex and b.sex and a.sex != b.sex) for a, b in combinations(told, 2)
    )


def _sum(rows: Sequence[Row], formula: str) -> Derived:
    def add(name: str) -> Number | None:
        values = [getattr(row.figure, name) for row in rows]
        return None if any(value is None for value in values) else whole(sum(values))

    if "=" not in formula:
        formula = f"{formula} = {number(sum(row.size for row in rows))}"
    return Derived(
        low=add("low"),
        best=add("best"),
        high=add("high"),
        formula=formula,
        claim_ids=tuple(r.claim_id for r in rows),
    )


def _minus(total: Row, part: Row) -> tuple[Number | None, Number | None, Number | None]:
    t, p = total.figure, part.figure
    low = None if t.low is None or p.high is None else whole(max(0, t.low - p.high))
    best = None if t.best is None or p.best is None else whole(max(0, t.best - p.best))
    high = None if t.high is None or p.low is None else whole(max(0, t.high - p.low))
    return low, best, high


def parts_that_do_not_add_up(rows: Sequence[Row], lined_up: Sequence[tuple[Group, list[Run]]]) -> list[Found]:
    """Parts that exceed their whole, or leave a bound of it unsupported; of a whole that drifted, too, which stands in no group."""
    found: list[Found] = []
    grouped = {row.claim_id for group, _ in lined_up for row in group.rows}
    of_astray: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.whole is not None and row.whole.claim_id not in grouped and not row.figure.repeat:
            of_astray[row.whole.claim_id].append(row)
    for row in rows:
        if (parts := of_astray.get(row.claim_id)) and (message := _misfit(row, parts)):
            found.append((problem("arithmetic", [row, *parts], message), None))
    beside = _dead_and_injured_by_report(lined_up)
    by_report: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for group, _ in lined_up:
        for row in group.rows:
            by_report[row.report.uid, row.figure.measure, row.unit].append(row)
    for group, runs in lined_up:
        for row in group.rows:
            parts = list(group.parts.get(row.claim_id, ())) or _told_next(row, beside)
            message = _misfit(row, parts)
            beside_it = by_report[row.report.uid, row.figure.measure, row.unit]
            if len(beside_it) > 2 and not parts and not message and row.whole is None:
                parts = _listed_next(row, beside_it)
                message = _almost_message(row, parts)
            if message:
                reports = next((run.rows for run in runs if row in run.rows), [row])
                others = [r for r in reports if r.report.uid != row.report.uid]
                found.append((problem("arithmetic", [row, *parts, *others], message), group))
    return found


def _dead_and_injured_by_report(lined_up: Sequence[tuple[Group, list[Run]]]) -> dict[str, list[Row]]:
    """The dead and the injured of the reports, where the story has figures of both together."""
    found: dict[str, list[Row]] = defaultdict(list)
    if any(group.measure == _TOTAL for group, _ in lined_up):
        for group, _ in lined_up:
            if group.measure in ("killed", "injured") and group.kind == "cumulative" and group.unit == "people":
                for row in group.rows:
                    found[row.report.uid].append(row)
    return found


def _told_next(total: Row, beside: Mapping[str, Sequence[Row]]) -> list[Row]:
    """The dead and the injured that the same origin puts right behind its total of both: one figure of each, else none."""
    if total.figure.measure != _TOTAL or total.figure.aggregation == "subset":
        return []
    end = total.figure.end
    near = [
        row
        for row in beside.get(total.report.uid, ())
        if end < row.figure.start <= end + NEXT and row.origin == total.origin and row.day == total.day
    ]
    return near if sorted(row.figure.measure for row in near) == ["injured", "killed"] else []


def _misfit(row: Row, parts: Sequence[Row]) -> str | None:
    if not parts:
        return None
    low, high = row.figure.low, row.figure.high
    for part in parts:
        part_low = part.figure.low
        if high is not None and part_low is not None and part_low > high and part.figure.measure != "survived":
            return f"a part larger than its whole: {said([part])} of {said([row])}"
    by_measure: dict[str, list[Row]] = defaultdict(list)
    for part in parts:
        by_measure[part.figure.measure].append(part)
    if row.figure.measure == _TOTAL and len(by_measure["killed"]) == 1 and len(by_measure["injured"]) == 1:
        both = [by_measure["killed"][0], by_measure["injured"][0]]
        highs = [part.figure.high for part in both]
        total = None if any(h is None for h in highs) else sum(h for h in highs if h is not None)
        lows = [part.figure.low or 0 for part in both]
        if total is not None and low is not None and total < low:
            return f"{number(both[0].size)} + {number(both[1].size)} = {number(total)}, which does not support {said([row])}"
        if high is not None and sum(lows) > high and row.figure.bound != "about":
            return f"{number(both[0].size)} + {number(both[1].size)} = {number(sum(lows))}, more than {said([row])}"
    own = by_measure[row.figure.measure]
    if _are_side_by_side(own):
        least = sum(part.figure.low or 0 for part in own)
        if high is not None and least > high:
            return f"the parts add up to {number(least)}, more than {said([row])}"
        if _are_all_of_it(row, own) and least < row.size:
            return f"the parts add up to {number(least)}, not to {said([row])}"
    elif _are_listed_behind(row, own) and _are_all_of_it(row, own):
        return f"the parts add up to {number(sum(part.size for part in own))}, not to {said([row])}"
    return _almost_message(row, parts)


def _almost_message(row: Row, parts: Sequence[Row]) -> str | None:
    almost = _almost_all(row, parts)
    if not almost:
        return None
    numbers = " + ".join(number(part.size) for part in almost)
    return f"{numbers} = {number(sum(part.size for part in almost))}, not {said([row])}"


def _listed_next(total: Row, beside: Sequence[Row]) -> list[Row]:
    """The smaller counts of the same thing by the same origin that one sentence lists right behind a total, if nobody says whose parts
    they are."""
    end = total.figure.end
    behind = [row for row in beside if end < row.figure.start <= end + NEXT]
    return behind if all(row.origin == total.origin and row.size < total.size for row in behind) else []


def _almost_all(row: Row, parts: Sequence[Row]) -> list[Row]:
    """The exact parts, listed in one sentence, that come so near their exact whole that they must be meant to be all of it; empty
    where none do, or where some others of them make it up."""
    if (
        row.figure.bound == "about"
        or row.figure.best is None
        or len(parts) < 2
        or any(part.report.uid != row.report.uid for part in parts)
    ):
        return []
    exact = [part for part in parts if part.figure.bound == "exact" and part.unit == row.unit]
    lists: list[list[Row]] = []
    by_sentence: dict[str, list[Row]] = defaultdict(list)
    for part in exact:
        by_sentence[sentence_around(part)].append(part)
    for own in by_sentence.values():
        lists.append(own)
        lists.append([part for part in own if part.population.nations])
        lists.append([part for part in own if part.place and part.place != row.place])
        lists.append([part for part in own if resolve_population(part.figure.population or "").sex])
    lists = [
        own for own in lists if len(own) > 1 and (sum(part.size for part in own) > row.size or not _are_some(row, own))
    ]
    if any(sum(part.size for part in own) == row.size for own in lists):
        return []
    if row.figure.bound in FLOOR:
        lists = [own for own in lists if sum(part.size for part in own) < float(row.figure.low or 0)]
    lists = [own for own in lists if sum(part.size for part in own) < row.size or not _may_overlap(own)]
    return next((own for own in lists if ALMOST < sum(part.size for part in own) / row.size < 1 / ALMOST), [])


def _may_overlap(parts: Sequence[Row]) -> bool:
    """May somebody be in two of the parts, of which one is told by sex or age: "nine inmates and three women"?"""
    told = [resolve_population(part.figure.population or "") for part in parts]
    return any(one.sex or one.age for one in told) and not _are_of_other_age_or_sex(parts)


def _are_some(row: Row, parts: Sequence[Row]) -> bool:
    """Do the words before parts say that they are not all: "including nine women and a child"?"""
    text, first = row.report.text or "", min(part.figure.start for part in parts)
    return _words_for_some().search(sentence_before(text, first)) is not None


@lru_cache(maxsize=1)
def _words_for_some() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(table('series.toml')['not_all']['words'])})\b", re.IGNORECASE)


def sentence_before(text: str, at: int) -> str:
    """The words of a sentence up to a place in it."""
    return re.split(r"[.!?]\s|\n", text[:at])[-1]


def _are_all_of_it(row: Row, parts: Sequence[Row]) -> bool:
    """Are so many exact parts so nearly their exact whole that they must be meant to be all of it, and are they not?"""
    total = sum(part.size for part in parts)
    exact = all(part.figure.bound == "exact" for part in (row, *parts))
    many = len(parts) >= WHOLE_LIST or (len(parts) > 1 and _are_listed_behind(row, parts))
    return exact and many and total != row.size and NEARLY * row.size <= total <= row.size / NEARLY


def _are_listed_behind(row: Row, parts: Sequence[Row]) -> bool:
    """Do parts stand in one list behind the colon of their whole: "57 people: 26 in Zurgena, 17 in Arboleas and nine in Cantoria"?"""
    if not parts or not row.report.text or any(part.report.uid != row.report.uid for part in parts):
        return False
    start, end = row.figure.end, max(part.figure.end for part in parts)
    between = row.report.text[start : min(part.figure.start for part in parts)]
    return start < end and ":" in between and not re.search(r"[.!?](?=\s)|\n", row.report.text[start:end])
