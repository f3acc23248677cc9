"""Points: one origin's value at one time, however many reports carry it, in time order, each with its relation to what was before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter

from tallyroom.model import Claimed, Number
from tallyroom.series.compare import FLOOR
from tallyroom.series.groups import Group
from tallyroom.series.origins import UNATTRIBUTED
from tallyroom.series.records import Point, Relation
from tallyroom.series.rows import Row, sentence_around
from tallyroom.series.times import closing, is_open_start
from tallyroom.series.words import words_that_admit

_CLAIM_ID, _REPORT_ID = attrgetter("claim_id"), attrgetter("report.id")
#: A saying is dated exactly where its words leave no more than so many days.
EXACT_DAYS = 3


#: What nobody is named for may be anybody's newest count until so many days after a higher one.
RECALLED_DAYS = 30
#: So many letters before a value hold the sentence before its own in the paragraph.
JUST_BEFORE = 250
#: A total said to speak of a day so long before is a date misread: "by December" of the year to come.
LONG_AGO_DAYS = 120


@dataclass(slots=True)
class Run:
    """The claims of one point."""

    origin: str
    rows: list[Row]
    #: The day it was first said, for ordering; 0 where nothing tells.
    day: int
    said_at: str | None
    as_of: str | None
    exact: bool
    relation: Relation = "first"

    size: float = field(init=False)
    value: tuple[Number | None, ...] = field(init=False)
    attributed: bool = field(init=False)

    def __post_init__(self) -> None:
        self.size, self.value = self.rows[0].size, self.rows[0].value
        self.attributed = not self.origin.startswith(UNATTRIBUTED)


def runs_of(group: Group) -> list[Run]:
    """The runs of a group, in time order."""
    by_origin: dict[str, list[Row]] = defaultdict(list)
    for row in group.rows:
        by_origin[row.origin].append(row)
    runs: list[Run] = []
    for origin in sorted(by_origin):
        runs.extend(_runs_of_origin(origin, by_origin[origin], group))
    if group.kind == "cumulative":
        _put_back_recalled(runs)
    runs.sort(key=lambda run: (run.day, run.size, run.origin))
    _relate(runs, group)
    return runs


def _put_back_recalled(runs: Sequence[Run]) -> None:
    """A lower total without a date, told when its origin had given a higher one, is an older one recalled: its date is not known.

    Nobody's is held against what anybody had given, and only long after.
    """
    told: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for run in runs:
        if run.attributed:
            for origin in (run.origin, ""):
                told[origin].append((run.day, run.size))
    for own in told.values():
        own.sort()
    highest = {origin: list(accumulate((size for _, size in own), max)) for origin, own in told.items()}
    for run in runs:
        origin = run.origin if run.attributed else ""
        if run.exact or run.as_of or any(row.dated for row in run.rows) or origin not in told:
            continue
        higher = bisect_right(highest[origin], run.size)
        wait = 0 if run.attributed else RECALLED_DAYS
        if higher < len(told[origin]) and told[origin][higher][0] + wait < run.day and not is_put_right(run):
            run.day, run.said_at = told[origin][higher][0], None


def is_put_right(run: Run) -> bool:
    """Do the words just before or beside a lower value say that a higher one was put right or taken back?"""
    return any(
        words_that_admit("corrected").search(near) or words_that_admit("withdrawn").search(near)
        for near in map(words_about, run.rows)
    )


def words_about(row: Row) -> str:
    """The sentence of a figure and what its paragraph has just before it."""
    before = (row.report.text or "")[max(0, row.figure.start - JUST_BEFORE) : row.figure.start]
    return f"{before.rpartition(chr(10))[2]} {sentence_around(row)}"


def _runs_of_origin(origin: str, rows: list[Row], group: Group) -> list[Run]:
    exact: list[Row] = []
    open_rows: list[Row] = []
    for row in rows:
        (exact if _is_exact(row) else open_rows).append(row)
    exact.sort(key=lambda r: (r.day, r.sort_key))
    exact_days = [row.day for row in exact]
    sequences: dict[tuple[Number | None, ...], list[list[Row]]] = defaultdict(list)
    for row in exact:
        lists = sequences[row.value]
        if lists and not _changed_between(lists[-1][-1].day, row, exact, exact_days):
            lists[-1].append(row)
        else:
            lists.append([row])
    for row in sorted(open_rows, key=lambda r: (r.said.width if r.dated else 10**7, r.day, r.sort_key)):
        lists = sequences[row.value]
        fitting = [own for own in lists if _fits(row, own)]
        if fitting:
            fitting[-1].append(row)
        else:
            lists.append([row])
    return [
        _run(origin, own, group) for _, lists in sorted(sequences.items(), key=lambda i: repr(i[0])) for own in lists
    ]


def _is_exact(row: Row) -> bool:
    return row.dated and row.said.width <= EXACT_DAYS


def _changed_between(start: int, row: Row, exact: list[Row], exact_days: list[int]) -> bool:
    """Did the origin state another value between a day and this saying?"""
    between = exact[bisect_right(exact_days, start) : bisect_left(exact_days, row.day)]
    return any(other.value != row.value for other in between)


def _fits(row: Row, own: list[Row]) -> bool:
    """May an undated or loosely dated saying be the one of these rows?"""
    start = min(r.day for r in own)
    if row.dated:
        first, last = row.said
        return (first is None or start >= first - 1) and (last is None or start <= last + 1)
    return min(r.earliest for r in own) <= row.published_last + 1


def _run(origin: str, rows: list[Row], group: Group) -> Run:
    if len(rows) == 1:
        (row,) = rows
        said_at = row.said_at if row.dated else _published(row)
        as_of = _as_of(rows, group) if row.figure.event_time else None
        return Run(origin, rows, row.day, said_at, as_of, _is_exact(row))
    rows = sorted(rows, key=lambda row: row.sort_key)
    exact = [row for row in rows if _is_exact(row)]
    told = exact or [row for row in rows if row.dated]
    lead = min(told or rows, key=lambda row: (row.said.width if row.dated else 0, row.day, row.sort_key))
    if exact:
        lead = min(exact, key=lambda row: (row.day, row.sort_key))
    said_at = lead.said_at if lead.dated else _published(lead)
    return Run(origin, rows, lead.day, said_at, _as_of(rows, group), bool(exact))


def _published(row: Row) -> str | None:
    published = row.report.published
    return published[:10] if published else None


def _as_of(rows: Sequence[Row], group: Group) -> str | None:
    """The date that a total or a stock speaks of, where the words tell; a report that tells it again later does not move it."""
    if group.kind == "incident" or not any(row.figure.event_time for row in rows):
        return None
    found: Counter[str] = Counter()
    first = min(row.day for row in rows)
    for row in rows:
        event_time = row.figure.event_time
        if not event_time:
            continue
        if is_open_start(event_time) or (group.kind == "stock" and "/" in event_time):
            end = row.happened.last
            late = (
                end is not None
                and row.published.last is not None
                and end > row.published.last
                and group.kind != "planned"
            )
            retold = end is not None and end == row.published.last and end > first + 1
            long_ago = end is not None and end < first - LONG_AGO_DAYS
            if not late and not retold and not long_ago and not (end == group.event_day and row.day > (end or 0)):
                found[closing(event_time)] += 1
        elif group.kind == "stock" and row.dated and event_time == row.figure.said_at:
            found[event_time] += 1
    return min(found, key=lambda date: (-found[date], date)) if found else None


def _relate(runs: list[Run], group: Group) -> None:
    last: dict[str, Run] = {}
    for i, run in enumerate(runs):
        before = last.get(run.origin)
        if before is None:
            run.relation = "first" if i == 0 else "other_origin"
        elif before.value == run.value:
            run.relation = "repeat"
        elif run.size < before.size and group.kind == "cumulative" and _admits(run, "withdrawn"):
            run.relation = "retraction"
        elif run.size < before.size and group.kind == "cumulative" and _admits(run, "corrected"):
            run.relation = "correction"
        else:
            run.relation = "revision"
        last[run.origin] = run


def _admits(run: Run, which: str) -> bool:
    """Do the words around a lower value say that the higher one was put right or taken back?"""
    words = words_that_admit(which)
    return any(
        words.search(sentence_around(row)) or words.search((row.report.text or "")[: row.figure.end + 200])
        for row in run.rows
    )


def point_of(run: Run, copies: Mapping[str, Collection[str]]) -> Point:
    """The point of a run, with {report: reports that share its text}.

    The reports tell that have it first; a copy that drops a bound does not. A count is exact where one of them has it so:
    "at least" is what careful outlets put before it. Else the bound is the one that most of them give, those without a source
    too where they tie, and then the one told first.
    """
    if len(run.rows) == 1:
        row = run.rows[0]
        return _point(run, row.figure, row.figure.bound)
    variants: dict[tuple[object, ...], set[str]] = defaultdict(set)
    holders: dict[tuple[object, ...], Row] = {}
    attributed = [row for row in run.rows if row.figure.source is not None]
    told = attributed or run.rows
    told = [row for row in told if (row.published.first or 0) <= run.day + 1] or told
    told = _without_bare_copies(told, copies)
    if _is_told_exactly(told):
        return _point(run, next(row.figure for row in told if row.figure.bound == "exact"), "exact")
    for row in told:
        figure = row.figure
        key = (figure.low, figure.best, figure.high)
        variants[key].add(row.report.uid)
        kept = holders.get(key)
        if kept is None or (kept.figure.bound == "exact") < (figure.bound == "exact"):
            holders[key] = row
    everywhere: Counter[tuple[object, ...]] = Counter(
        (row.figure.low, row.figure.best, row.figure.high) for row in run.rows
    )
    first = {key: min(row.published_last for row in told if row.report.uid in variants[key]) for key in variants}
    best = min(variants, key=lambda key: (-len(variants[key]), -everywhere[key], first[key], repr(key)))
    figure = holders[best].figure
    bounds = Counter(row.figure.bound for row in run.rows if (row.figure.low, row.figure.best, row.figure.high) == best)
    return _point(run, figure, min(bounds, key=lambda bound: (-bounds[bound], bound)))


def _without_bare_copies(rows: list[Row], copies: Mapping[str, Collection[str]]) -> list[Row]:
    """The rows without those that have no bound in a report that has one beside, or in a copy of a text of its day or before that has one."""
    bound: dict[str, Row] = {}
    for row in rows:
        if row.figure.bound in FLOOR:
            bound.setdefault(row.report.uid, row)

    def drops_it(row: Row) -> bool:
        before = (bound[uid] for uid in copies.get(row.report.uid, ()) if uid in bound)
        return row.report.uid in bound or any(other.published_last <= row.published_last for other in before)

    return [row for row in rows if row.figure.bound != "exact" or not drops_it(row)]


def _is_told_exactly(rows: Sequence[Row]) -> bool:
    """Is it a number of which some say "at least" and some nothing?"""
    bounds = {row.figure.bound for row in rows}
    return "exact" in bounds and bounds <= {"exact", "at_least"}


def _point(run: Run, figure: Claimed, bound: str) -> Point:
    return Point(
        said_at=run.said_at, as_of=run.as_of, low=figure.low, best=figure.best, high=figure.high, bound=bound,
        source_id=next((row.figure.source_id for row in run.rows if row.figure.source_id), None), origin=run.origin,
        claim_ids=tuple(map(_CLAIM_ID, run.rows)), report_ids=tuple(dict.fromkeys(map(_REPORT_ID, run.rows))),
        relation=run.relation,
    )  # fmt: skip
