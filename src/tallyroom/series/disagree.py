"""Who contradicts whom: rival origins, figures told as done and as planned, denials, sources that rest on each other."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from tallyroom.series.compare import conflict, counted, interval, number, said
from tallyroom.series.groups import PART, Group
from tallyroom.series.origins import Origins
from tallyroom.series.points import Run
from tallyroom.series.problem import Found, LinedUp, problem
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row
from tallyroom.series.speaker_words import bare_words
from tallyroom.series.totals import is_ordered

#: Counts of a state are compared when they speak of days so close together.
STATE_DAYS = 1
#: Of a report so many counts of one thing are held against each other.
MOST_IN_A_REPORT = 24
#: Something done and the same thing planned contradict each other when told within so many days.
PLAN_DAYS = 7


def between_origins(group: Group, runs: Sequence[Run], origins: Origins) -> Iterator[SeriesProblem]:
    """Pairs of independent origins whose counts at one date cannot both hold; one finding a pair."""
    if group.apart == "another event":
        yield from _told_differently(group)
        return
    if group.kind not in ("cumulative", "stock") or group.apart == PART:
        return
    counted = origins.independent({run.origin for run in runs})
    own: dict[str, list[Run]] = {key: [] for key in sorted(counted)}
    for run in sorted(runs, key=_latest):
        if run.origin in own:
            own[run.origin].append(run)
    keys = list(own)
    for i, a in enumerate(keys):
        for b in keys[i + 1 :]:
            clashes = _clashes(group, own[a], own[b])
            if clashes:
                rows = [row for first, second in clashes for run in (first, second) for row in run.rows]
                yield problem("contradiction", rows, _told(clashes))


def _told(clashes: Sequence[tuple[Run, Run]]) -> str:
    """The last clash in words, and the first where there are several."""

    def words(clash: tuple[Run, Run]) -> str:
        return " and ".join(f"{said(run.rows[:2])} by {run.said_at or 'an unknown date'}" for run in clash)

    message = f"{words(clashes[0])} cannot both hold"
    if len(clashes) > 1:
        message += f"; nor could {words(clashes[-1])}" + (f" ({len(clashes)} times)" if len(clashes) > 2 else "")
    return message


def _clashes(group: Group, a: Sequence[Run], b: Sequence[Run]) -> list[tuple[Run, Run]]:
    """Where what one origin had counted is more than what the other counts at that date: the latest first, as the runs come."""
    if group.kind == "stock":
        a, b = ([run for run in own if run.exact] for own in (a, b))
    return sorted(
        [*_against(group, a, b), *_against(group, b, a)],
        key=lambda clash: (-clash[1].day, -clash[0].day, clash[1].size, clash[0].size),
    )


def _against(group: Group, earlier: Sequence[Run], later: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    i = 0
    for second in later:
        while i < len(earlier) and earlier[i].day > second.day:
            i += 1
        if i == len(earlier):
            return
        first = earlier[i]
        if group.kind == "cumulative" and interval(first.rows[0])[0] > interval(second.rows[0])[1]:
            yield first, second
        if group.kind == "stock" and second.day - first.day <= STATE_DAYS and conflict(first.rows[0], second.rows[0]):
            yield first, second


def _latest(run: Run) -> tuple[int, float]:
    return -run.day, -run.size


def _told_differently(group: Group) -> Iterator[SeriesProblem]:
    """The toll of an event long over no longer changes: two values contradict each other."""
    told = [row for row in group.rows if row.figure.best is not None][:MOST_IN_A_REPORT]
    if any(conflict(a, b) for a, b in itertools.combinations(told, 2) if a.report.uid != b.report.uid):
        numbers = " and ".join(number(value[0]) for value in dict.fromkeys(row.value for row in told))
        message = f"{numbers} {group.measure} in one past event, {group.place or 'place not told'}"
        yield problem("contradiction", told, message)


def side_by_side(group: Group, origins: Origins, told: Collection[str]) -> Iterator[SeriesProblem]:
    """Counts of two origins, or of two offices of one, that one report tells as of one time, and that cannot both hold; without those
    that are known to disagree."""
    if group.kind not in ("cumulative", "stock") or group.apart == "another event":
        return
    by_report: dict[str, list[Row]] = defaultdict(list)
    for row in group.rows:
        if row.figure.source and row.claim_id not in told:
            by_report[row.report.uid].append(row)
    several = [own for own in by_report.values() if len(own) > 1]
    counted = origins.independent({row.origin for row in group.rows}) if several else set()
    held: list[tuple[set[frozenset[object]], dict[Row, None]]] = []
    for own in several:
        pairs = [(a, b) for a, b in itertools.combinations(own[:MOST_IN_A_REPORT], 2) if _speak_against(a, b, counted)]
        if not pairs:
            continue
        values: set[frozenset[object]] = {frozenset((a.value, b.value)) for a, b in pairs}
        rows: dict[Row, None] = dict.fromkeys(row for pair in pairs for row in pair)
        same = next((one for one in held if not one[0].isdisjoint(values)), None)
        if same is None:
            held.append((values, rows))
        else:
            same[0].update(values)
            same[1].update(rows)
    for _, rows in held:
        reports = len({row.report.uid for row in rows})
        where = "one report" if reports == 1 else f"{reports} reports"
        yield problem("contradiction", list(rows), f"{said(rows)} side by side in {where}: they cannot both hold")


def _speak_against(a: Row, b: Row, counted: Collection[str]) -> bool:
    """Do two figures of a report that speak of one time contradict each other, told by independent origins or by two offices?"""
    if (
        not conflict(a, b)
        or ("subset" in (a.figure.aggregation, b.figure.aggregation) and not _is_one_part(a, b))
        or (a.dated and b.dated and abs(a.day - b.day) > STATE_DAYS)
        or is_ordered(a, by_tense=False)
        or is_ordered(b, by_tense=False)
    ):
        return False
    if a.origin != b.origin:
        return a.origin in counted and b.origin in counted
    one, other = str(a.figure.source), str(b.figure.source)
    return bare_words(one).isdisjoint(bare_words(other)) and a.population == b.population


def _is_one_part(a: Row, b: Row) -> bool:
    """Can two figures, one of them of a part, be of the same people at the same place?"""
    return a.population == b.population and (not a.place or not b.place or a.place == b.place)


def done_and_planned(lined_up: Sequence[tuple[Group, list[Run]]]) -> list[Found]:
    """The same number of the same people, told as done and as still to come."""
    found: list[Found] = []
    planned = [g for g, _ in lined_up if g.kind == "planned"]
    for group, _ in lined_up:
        if group.kind not in ("cumulative", "incident", "stock"):
            continue
        for other in planned:
            if other.measure != group.measure or other.unit != group.unit:
                continue
            for a in group.rows:
                twins = [
                    b for b in other.rows
                    if a.value == b.value and a.population == b.population and abs(a.day - b.day) <= PLAN_DAYS and a.report.uid != b.report.uid
                ]  # fmt: skip
                if twins:
                    message = f"{said([a])} is told as done, {said(twins)} as still to come"
                    found.append((problem("contradiction", [a, *twins], message), group))
    return found


def denials(rows: Sequence[Row], lined_up: Sequence[tuple[Group, list[Run]]]) -> list[Found]:
    """A figure that its own origin takes back, or that another disputes, and who goes on telling it."""
    found: list[Found] = []
    for row in rows:
        if row.figure.polarity not in ("denied", "negated"):
            continue
        for group, _ in lined_up:
            if group.measure != row.figure.measure or group.unit != row.unit:
                continue
            told = [
                r
                for r in group.rows
                if r.value == row.value
                and (() in (nations := (r.population.nations, row.population.nations)) or nations[0] == nations[1])
            ]
            if not told:
                continue
            own = [r for r in told if r.origin == row.origin and r.day <= row.day]
            after = [r for r in told if r.day > row.day and r.report.uid != row.report.uid]
            what = (
                f"{said([row])} is taken back by its own origin"
                if own
                else f"{said(told[:2])} is disputed by {row.figure.source or row.report.id}"
            )
            still = f"; told on in {counted(len({r.report.uid for r in after}), 'report')}" if after else ""
            found.append((problem("retraction", [row, *told], what + still), group))
    return found


def circular(rows: Sequence[Row], lined_up: LinedUp) -> list[Found]:
    """A source that rests on an outlet which rests on that source: each link of a chain rests on the one before."""
    rests: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        chain = [row.figure.source, *row.figure.relays, row.report.outlet]
        names = [_plain(name) for name in chain if name]
        for origin, carrier in itertools.pairwise(names):
            if origin != carrier:
                rests[carrier, origin].append(row)
    home_of: dict[str, Group] = {}
    found: list[Found] = []
    for carrier, origin in sorted(pair for pair in rests if pair[0] < pair[1] and pair[::-1] in rests):
        held, back = rests[carrier, origin], rests[origin, carrier]
        home_of = home_of or {row.claim_id: group for group, _ in reversed(lined_up) for row in group.rows}
        of_count: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in (*held, *back):
            of_count[row.count].append(row)
        here, there = ({row.count for row in own} for own in (held, back))
        for count, involved in of_count.items():
            if count not in here or count not in there or len({row.report.uid for row in involved}) == 1:
                continue
            told = said(involved[:1])
            message = f"{carrier} rests on {origin}, which rests on {carrier}: no one else stands behind {told}"
            home = next((home_of[row.claim_id] for row in involved if row.claim_id in home_of), None)
            found.append((problem("circular", involved, message), home))
    return found


_CALLED = re.compile(r"^(?:[Tt]he )?(?:[a-z][\w-]* )+(?=[^\W\d_a-z])")


@lru_cache(maxsize=65536)
def _plain(name: str) -> str:
    """The name of an outlet or a source without what it is called: "the weekly Evening Lantern"."""
    name = _CALLED.sub("", name) or name
    words = name.lower().replace("’", "'").removeprefix("the ")
    return words.split(" (")[0].split(", ")[0].strip()
