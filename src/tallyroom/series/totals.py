"""Running totals that do not run: falls, older counts left below newer ones, patched reports, values that nothing orders."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence, Set
from functools import cached_property, lru_cache
from itertools import accumulate, combinations, pairwise, permutations

from tallyroom.lexicon import table
from tallyroom.series.compare import FLOOR, conflict, number, rounds_to, said
from tallyroom.series.groups import PART, Group
from tallyroom.series.origins import UNATTRIBUTED
from tallyroom.series.pages import older_parts
from tallyroom.series.points import Run, is_put_right, words_about
from tallyroom.series.problem import Found, problem
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row, sentence_around
from tallyroom.series.same_count import may_be_one_people, may_be_one_place
from tallyroom.series.words import may_admit, words_that_admit

#: Two counts of one briefing that differ by less are the same count, misread or rounded; by more, one of them is older.
NEAR = 0.02
#: A count that is so many times as large as another of its report is no newer state of it.
MOST_GROWTH = 10
#: Counts of which a smaller one is no correction.
_NO_TOTAL = ("additional", "subset")
#: A total that replaces a higher one of its origin is no less than so much of it.
LEAST_LEFT = 0.8
#: A count put right was no more than so many times as large.
MOST_PUT_RIGHT = 3
#: A report with more values below its newest is a list of how the count went.
MOST_LEFT = 3
#: Reports of one briefing appear within so many days.
BRIEFING_DAYS = 2
#: What is so many times as much as the last count of somebody, or less, may be the next.
CLOSE = 1.1
#: A count is held against so many told last before it.
MOST_RECALLED = 64


def falls(group: Group, runs: Sequence[Run]) -> Iterator[SeriesProblem]:
    """A running total of one origin that goes down."""
    if group.kind != "cumulative" or group.apart == PART:
        return
    for own in _by_origin(runs).values():
        dated = [run for run in own if run.exact]
        # What a text says was put right is so wherever its day is told: the days of publication order the two.
        told = [
            (a, b) for a, b in pairwise(own) if not (a.exact and b.exact) and b.relation in ("correction", "retraction")
        ]
        seen: set[object] = set()
        for before, after in (*pairwise(dated), *told):
            a, b = before.rows[0], after.rows[0]
            is_old = b.value in seen
            seen.add(a.value)
            if after.day <= before.day or after.size >= before.size or not _falls(a, b):
                continue
            if is_old and after.relation not in ("correction", "retraction"):
                if not all(map(is_ordered, after.rows)):
                    yield _told_again(after.rows, before)
                continue
            if rounds_to(before.size, after.size):
                why = "probably the older count, rounded: no fall"
            elif after.relation == "correction":
                why = "the text says that the count was put right"
            elif after.relation == "retraction":
                why = "the text says that the count was taken back"
            else:
                why = "no text says why"
            rows = [*after.rows, *before.rows]
            yield problem(
                "falling_total",
                rows,
                f"{group.measure} falls from {number(before.size)} to {number(after.size)}: {why}",
            )
            if after.relation == "retraction" and is_put_right(after):
                yield problem(
                    "retraction", rows, f"{said(before.rows)} no longer stands: {said(after.rows)} took its place"
                )


def undated_falls(group: Group, runs: Sequence[Run], known: Collection[str]) -> Iterator[SeriesProblem]:
    """A lower total that nobody had told before, published after a higher one of its origin that it may have replaced."""
    if group.kind != "cumulative" or group.apart:
        return
    first: dict[object, int] = {}
    for row in group.rows:
        first[row.value] = min(first.get(row.value, row.published_last), row.published_last)
    for own in _by_origin(runs).values():
        rows = [row for run in own for row in run.rows if row.figure.best is not None and row.published.known]
        rows.sort(key=lambda row: (row.published_last, row.size, row.claim_id))
        last = rows[0] if rows else None
        for row in rows[1:]:
            if last is None or row.size >= last.size:
                last = row
            elif (
                first[row.value] == row.published_last > last.published_last
                and row.figure.aggregation not in _NO_TOTAL
                and _may_replace(row, last)
                and not is_ordered(row)
            ):
                if row.claim_id not in known:
                    message = f"{group.measure} falls from {number(last.size)} to {number(row.size)}: only the days of publication order the two"
                    yield problem("falling_total", [row, last], message)
                last = row


def _may_replace(row: Row, other: Row) -> bool:
    """Is a total a little lower than another, and not the same one rounded?"""
    is_near = LEAST_LEFT * other.size <= row.size < other.size and _falls(other, row)
    is_rounded = rounds_to(other.size, row.size) or (
        other.figure.bound not in FLOOR and rounds_to(row.size, other.size)
    )
    return is_near and not is_rounded


def put_right(rows: Sequence[Row], told: Collection[str]) -> Iterator[SeriesProblem]:
    """A count of which the words beside it say that it corrects, or takes back, a higher one of its origin, in whatever group either stands;
    without the claims of which a fall is told."""
    by_thing: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.tense == "counted" and row.figure.best is not None and row.published.known:
            by_thing[row.figure.measure, row.unit, row.origin].append(row)
    admit: dict[str, bool] = {}
    for own in by_thing.values():
        if len(own) < 2:
            continue
        own.sort(key=lambda row: (row.published_last, row.sort_key))
        days = [row.published_last for row in own]
        most = list(accumulate((row.size for row in own), max))
        for row in own:
            end = bisect_left(days, row.published_last + 1)
            if (
                not row.stands
                or row.size >= most[end - 1]
                or row.claim_id in told
                or row.figure.aggregation in _NO_TOTAL
            ):
                continue
            if row.report.uid not in admit:
                admit[row.report.uid] = may_admit(row.report.text or "")
            if not admit[row.report.uid]:
                continue
            near = words_about(row)
            is_withdrawn = words_that_admit("withdrawn").search(near) is not None
            if not is_withdrawn and not words_that_admit("corrected").search(near):
                continue
            higher = [
                other
                for other in own[max(0, end - MOST_RECALLED) : end]
                if row.size < other.size <= row.size * MOST_PUT_RIGHT and _may_be_same(row, other)
            ]
            is_total = row.figure.aggregation != "incident" and row.place
            named = [other for other in higher if _is_named(other, near) or (is_total and other.place == row.place)]
            if named:
                other = named[-1]
                held = [row, *(one for one in higher if one.value == other.value)]
                change = f"from {number(other.size)} to {number(row.size)}"
                words = (
                    f"{said([other])} no longer stands"
                    if is_withdrawn
                    else "the text says that the count was put right"
                )
                yield problem("falling_total", held, f"{row.figure.measure} falls {change}: {words}")
                if is_withdrawn:
                    yield problem("retraction", held, f"{words}: {said([row])} took its place")


def _is_named(row: Row, words: str) -> bool:
    """Do words have the number of a figure as it is told, and not within another?"""
    return re.search(rf"(?<![\w.,]){re.escape(row.figure.quote)}(?![\w]|[.,]\d)", words) is not None


def _may_be_same(a: Row, b: Row) -> bool:
    """May two counts of one measure and origin be of the same people?"""
    x, y = a.population, b.population
    return may_be_one_place(a, b) and may_be_one_people(a, b) and x.part == y.part and x.kind == y.kind


def _falls(a: Row, b: Row) -> bool:
    if a.figure.low is None:
        return False
    high = b.figure.high
    return high is not None and float(high) < float(a.figure.low)


def _by_origin(runs: Sequence[Run]) -> dict[str, list[Run]]:
    out: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if run.attributed:
            out[run.origin].append(run)
    return out


def told_again(group: Group, runs: Sequence[Run]) -> Iterator[SeriesProblem]:
    """An older count that a report gives as the latest word, long enough after its own origin had given another."""
    if group.kind == "stock" and group.measure in _only_fall() and not group.apart:
        yield from _states_told_again(runs)
    if group.kind != "cumulative" or group.apart:
        return
    told: set[str] = set()
    for one in _by_origin(runs).values():
        for found in _told_after_another(one):
            told.update(found.claim_ids)
            yield found
    for found in _told_after_all(runs, told):
        told.update(found.claim_ids)
        yield found
    yield from _retold(runs, told)


def _retold(runs: Sequence[Run], told: set[str]) -> Iterator[SeriesProblem]:
    """A count that its origin had given on an earlier day, told again though a report of that day or before has a newer one."""
    rows = [
        row
        for run in runs
        if run.attributed
        for row in run.rows
        if row.published.known and row.figure.aggregation != "subset" and row.stands
    ]
    before = _Before(rows)
    first: dict[tuple[str, object], int] = {}
    for row in rows:
        key = (row.origin, row.value)
        first[key] = min(first.get(key, row.day), row.day)
    for row in rows:
        begun = first[row.origin, row.value]
        if row.claim_id in told or row.dated or row.earliest <= begun or is_ordered(row):
            continue
        newer = next(
            (
                other
                for other in before.of(row.origin, row.earliest + 1)
                if first[other.origin, other.value] > begun
                and other.report.uid != row.report.uid
                and _has_passed(other, row)
            ),
            None,
        )
        if newer is not None:
            message = f"{said([row])} is told again, though {said([newer])} came no later: an older count"
            yield problem("stale", [row, newer], message)


@lru_cache(maxsize=1)
def _only_fall() -> frozenset[str]:
    """Measures of a state to whose old value nothing leads back: who was found is not lost again, where hospitals fill anew."""
    return frozenset(table("series.toml")["states"]["only_fall"])


def _told_after_all(runs: Sequence[Run], told: set[str]) -> Iterator[SeriesProblem]:
    """A count that had been passed by the one of its origin when it was told; where nobody is named by that of anybody, unless it runs on
    with another's."""
    corrections = ("correction", "retraction")
    rows = [row for run in runs for row in run.rows if row.published.known and row.figure.aggregation != "subset"]
    before = _Before([row for row in rows if not row.origin.startswith(UNATTRIBUTED)])
    is_right = {row.claim_id for run in runs if run.relation in corrections and is_put_right(run) for row in run.rows}
    found: dict[tuple[str, object], tuple[list[Row], Row]] = {}
    for row in rows:
        if row.claim_id in told or row.claim_id in is_right or row.dated or not row.stands or not before.has_more(row):
            continue
        held = (row.origin,) if row.figure.source else before.origins
        last = [other for origin in held if (other := before.last_other(origin, row)) is not None]
        passed = [other for other in last if _has_passed(other, row)]
        runs_on = any(other.size <= row.size <= other.size * CLOSE for other in last)
        if passed and not runs_on and not is_ordered(row):
            newer = max(passed, key=lambda other: (other.published_last, other.size, other.claim_id))
            found.setdefault((row.origin, row.value), ([], newer))[0].append(row)
    for late, newer in found.values():
        newest = [
            newer,
            *(other for row in late[:1] if (other := before.newest(row)) is not None and other is not newer),
        ]
        message = f"{said(late)} is told, though {said(newest)} came before it: an older count"
        yield problem("stale", [*late, *newest], message)


def _has_passed(other: Row, row: Row) -> bool:
    return row.size < other.size <= row.size * MOST_GROWTH and is_behind(row, other)


class _Before:
    """What each origin had told before a day."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._told: dict[str, list[Row]] = defaultdict(list)
        in_order = sorted(rows, key=lambda row: (row.published_last, row.size, row.claim_id))
        for row in in_order:
            self._told[row.origin].append(row)
        self._all_days = [row.published_last for row in in_order]
        self._most = list(accumulate((row.size for row in in_order), max))
        self._days = {origin: [row.published_last for row in own] for origin, own in self._told.items()}
        self.origins = tuple(sorted(self._told))

    def of(self, origin: str, day: int) -> Iterator[Row]:
        """The last figures, latest first."""
        own = self._told.get(origin, [])
        last = bisect_left(self._days[origin], day) if own else 0
        return reversed(own[max(0, last - MOST_RECALLED) : last])

    def newest(self, row: Row) -> Row | None:
        """The last figure of its origin, no later than a row, that has passed it."""
        return next((other for other in self.of(row.origin, row.earliest + 1) if _has_passed(other, row)), None)

    def has_more(self, row: Row) -> bool:
        """Had any origin told a higher number long enough before a row?"""
        last = bisect_left(self._all_days, row.earliest - BRIEFING_DAYS)
        return last > 0 and self._most[last - 1] > row.size

    def last_other(self, origin: str, row: Row) -> Row | None:
        """The last figure of an origin that is another than that of a row, told long enough before it."""
        own = self.of(origin, row.earliest - BRIEFING_DAYS)
        return next((other for other in own if other.value != row.value), None)


def is_behind(lower: Row, upper: Row) -> bool:
    """Is a total below another no rounding of it, though it may be "at least" so many?"""
    if lower.figure.bound in FLOOR:
        return upper.size > lower.size and not rounds_to(upper.size, lower.size)
    return _falls(upper, lower)


def _states_told_again(runs: Sequence[Run]) -> Iterator[SeriesProblem]:
    """The value of a state that its origin had given up for another, told again without a day of its own."""
    rows = [row for own in _by_origin(runs).values() if len(own) > 1 for run in own for row in run.rows]
    rows = [row for row in rows if row.published.known]
    before = _Before(rows)
    first: dict[tuple[str, object], int] = {}
    for row in rows:
        key = (row.origin, row.value)
        first[key] = min(first.get(key, row.published_last), row.published_last)
    found: dict[tuple[str, object], tuple[list[Row], Row]] = {}
    for row in rows:
        key = (row.origin, row.value)
        if row.dated or is_ordered(row):
            continue
        for other in before.of(row.origin, row.earliest - BRIEFING_DAYS):
            if other.published_last > first[key] and conflict(other, row):
                found.setdefault(key, ([], other))[0].append(row)
                break
    for late, newer in found.values():
        message = f"{said(late)} is told again, though {said([newer])} came between: an older count"
        yield problem("stale", [*late, newer], message)


def _told_after_another(own: Sequence[Run]) -> Iterator[SeriesProblem]:
    """A count of an origin, told again long after its next one."""
    dated = [run for run in own if run.exact or (run.day and run.rows[0].published.known)]
    for place, (run, newer) in enumerate(pairwise(dated)):
        known = newer.day if newer.exact else min(row.published_last for row in newer.rows)
        late = [
            row
            for row in run.rows
            if run.exact and row.day - known > BRIEFING_DAYS and conflict(row, newer.rows[0]) and not is_ordered(row)
        ]
        if late:
            after = [other for other in dated[place + 2 :] if other.day <= late[0].day and other.size >= newer.size]
            yield _told_again(late, newer, *after[-1:])


def _told_again(rows: Sequence[Row], *newer: Run) -> SeriesProblem:
    newest = [row for run in newer for row in run.rows]
    message = f"{said(rows)} is told again, though {said(newest)} came before it: an older count"
    return problem("stale", [*rows, *newest], message)


# --- inside one report


def older_below(group: Group) -> Iterator[SeriesProblem]:
    """A lower total that stands below a higher one of the same origin in one report, with no word that orders them."""
    if group.kind != "cumulative" or group.apart:
        return
    by_report: dict[str, list[Row]] = defaultdict(list)
    for row in group.rows:
        if row.figure.aggregation != "subset":
            by_report[row.report.uid].append(row)
    for own in by_report.values():
        if len(own) < 2 or len({row.value for row in own}) > MOST_OF_A_DAY:
            continue
        left: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
        text = own[0].report.text or ""
        begin = older_parts(text)
        parts = [bisect_right(begin, row.figure.start) for row in own]
        for i, lower in enumerate(own):
            uppers = [
                upper
                for upper, part in zip(own[:i], parts, strict=False)
                if (_is_in_older_part(upper, lower) if part < parts[i] else _is_left_below(upper, lower))
            ]
            if uppers:
                left[lower.origin].append((max(uppers, key=lambda row: row.size), lower))
        for pairs in left.values():
            lowers = list({lower.value: lower for _, lower in reversed(pairs)}.values())[::-1]
            if len(lowers) <= MOST_LEFT:
                upper = max((upper for upper, _ in pairs), key=lambda row: row.size)
                message = f"{said(lowers)} is left below {said([upper])}: an older count in the same report"
                yield problem("stale", [upper, *lowers], message)


def _is_left_below(upper: Row, lower: Row) -> bool:
    return (
        upper.origin == lower.origin
        and lower.size < upper.size <= lower.size * MOST_GROWTH
        and is_behind(lower, upper)
        and not _dated_apart(upper, lower)
        and not is_ordered(lower)
        and not is_ordered(upper)
    )


def _is_in_older_part(upper: Row, lower: Row) -> bool:
    """Is a total that stands in an older part of a page behind one of a newer part, whoever gives them?"""
    return lower.size < upper.size <= lower.size * MOST_GROWTH and is_behind(lower, upper)


def _dated_apart(a: Row, b: Row) -> bool:
    return a.dated and b.dated and (a.said.first, a.said.last) != (b.said.first, b.said.last)


def is_ordered(row: Row, *, by_tense: bool = True) -> bool:
    """Do the words around a figure say that it is an earlier one? "up from 36", "the 1,002 reported hours earlier", and `by_tense`
    "had been 36"."""
    sentence = sentence_around(row).lower()
    quote = row.figure.quote.lower()
    if any(sentence.startswith(quote, before.end()) for before in _BEFORE_AN_EARLIER.finditer(sentence)):
        return True
    return _words_of_order(by_tense).search(sentence) is not None


#: What stands before an earlier value: "up from 36", "replaces the 1,002".
_BEFORE_AN_EARLIER = re.compile(r"\b(?:from|than|replac\w+|supersed\w+)\s+(?:the\s+|about\s+|at least\s+)?")


@lru_cache(maxsize=2)
def _words_of_order(by_tense: bool) -> re.Pattern[str]:
    order = table("series.toml")["order"]
    told = (*order["words"], *order["withdrawn"], *(order["before"] if by_tense else ()))
    words = "|".join(map(re.escape, told))
    return re.compile(rf"\b(?:{words})\b")


# --- values that nothing orders


def unordered(group: Group, runs: Sequence[Run], fallen: Set[str]) -> Iterator[SeriesProblem]:
    """One origin with two values, of which no text says which came first; without the claims of which a fall is told."""
    if group.kind not in ("cumulative", "stock") or group.apart == PART:
        return
    for own in _by_origin(runs).values():
        dated = [run for run in own if run.exact]
        loose = [
            run
            for run in own
            if not run.exact and not any(row.dated for row in run.rows) and all(r.figure.source for r in run.rows)
        ]
        for run in loose:
            x = run.rows[0]
            rivals = [
                other
                for other in dated
                if other.day < x.day and (conflict(x, other.rows[0]) or _falls(other.rows[0], x))
            ]
            if group.kind == "cumulative" and rivals:
                last = max(rivals, key=lambda other: other.day)
                same_report = {r.report.uid for r in run.rows} & {r.report.uid for r in last.rows}
                is_put_right = run.relation in ("correction", "retraction")
                is_told = is_put_right or not fallen.isdisjoint(row.claim_id for row in run.rows)
                if run.size < last.size and not same_report and not is_told and not is_ordered(x):
                    message = f"{said(run.rows)} and {said(last.rows)}: one origin, two values, and no text tells which came first"
                    yield problem("contradiction", [*run.rows, *last.rows], message)
    if group.kind == "stock":
        yield from _two_earlier_counts(group, runs)


def _two_earlier_counts(group: Group, runs: Sequence[Run]) -> Iterator[SeriesProblem]:
    """Two reports of one count that name different counts before it, one of them without a date."""
    by_report: dict[str, list[Row]] = defaultdict(list)
    for row in group.rows:
        by_report[row.report.uid].append(row)
    for run in runs:
        carriers = sorted({row.report.uid for row in run.rows})
        for i, first in enumerate(carriers):
            for second in carriers[i + 1 :]:
                ours, theirs = (_before(by_report[uid], run) for uid in (first, second))
                for x in ours:
                    for y in theirs:
                        if x.value != y.value and not (x.dated and y.dated) and conflict(x, y):
                            message = f"{number(run.size)} came down from {said([x])} or from {said([y])}: two different earlier counts"
                            yield problem("contradiction", [x, y], message)


def _before(rows: Sequence[Row], run: Run) -> list[Row]:
    return [
        r
        for r in rows
        if r.value != run.value and r.figure.source != "" and (r.day < run.day or not r.dated) and r.size > run.size
    ][:1]


# --- several measures of one briefing


def across_groups(lined_up: Sequence[tuple[Group, list[Run]]]) -> list[Found]:
    """Reports that share one count of a briefing and differ in another: contradiction, patched report, or a fall."""
    found: list[Found] = []
    told: set[tuple[int, object, object]] = set()
    totals = [
        _Totals(g, runs)
        for g, runs in lined_up
        if g.kind in ("cumulative", "stock") and not g.apart and g.unit == "people"
    ]
    for own in totals:
        rises = own.group.kind == "cumulative" and own.exact_of_a_day
        for theirs in totals if own.carried or rises else ():
            if theirs is own:
                continue
            for lower, upper, one in _same_briefing(own, theirs) if own.carried else ():
                if (id(theirs), lower, upper) not in told:
                    told.add((id(theirs), lower, upper))
                    found.append((one, theirs.group))
            if rises and theirs.of_a_day and theirs.group.kind == "cumulative":
                found.extend((one, theirs.group) for one in _fall_in_order(own, theirs))
    return found


class _Totals:
    """The runs of a group, as comparing them with those of other groups needs them."""

    def __init__(self, group: Group, runs: Sequence[Run]) -> None:
        self.group = group
        self.runs = runs
        self.carried = list(_newest_of_several(group, runs))
        self.exact_of_a_day = _several_of_a_day([run for run in runs if run.attributed and run.exact])

    @cached_property
    def of_a_day(self) -> dict[tuple[str, int], list[Run]]:
        """The runs of each origin and day that have more than one."""
        return _several_of_a_day(self.runs)

    @cached_property
    def places(self) -> dict[tuple[str, str], list[int]]:
        """Where the runs of each report and origin stand among all."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, run in enumerate(self.runs):
            for uid in {row.report.uid for row in run.rows}:
                found[uid, run.origin].append(place)
        return found


def _newest_of_several(group: Group, runs: Sequence[Run]) -> Iterator[tuple[Run, dict[str, Row]]]:
    """The runs of a known origin that several reports carry as their highest count, each with its rows by report."""
    if all(len(run.rows) == 1 for run in runs):
        return
    newest: dict[str, float] = {}
    for row in group.rows:
        newest[row.report.uid] = max(newest.get(row.report.uid, 0.0), row.size)
    for run in runs:
        if run.attributed and len(run.rows) > 1:
            held = {row.report.uid: row for row in run.rows if row.size >= newest[row.report.uid]}
            if len(held) > 1:
                yield run, held


def _same_briefing(own: _Totals, theirs: _Totals) -> Iterator[tuple[object, object, SeriesProblem]]:
    for run, held in own.carried:
        near = sorted({place for uid in held for place in theirs.places.get((uid, run.origin), ())})
        if len(near) < 2:
            continue
        beside = [theirs.runs[place] for place in near if any(_beside(row, held) for row in theirs.runs[place].rows)]
        for i, first in enumerate(beside):
            for second in beside[i + 1 :]:
                lower, upper = sorted((first, second), key=lambda r: r.size)
                a = [row for row in lower.rows if _beside(row, held)]
                b = [row for row in upper.rows if _beside(row, held)]
                shared = {r.report.uid for r in lower.rows} & {r.report.uid for r in upper.rows}
                if shared or not conflict(a[0], b[0]) or min(abs(x.day - y.day) for x in a for y in b) > BRIEFING_DAYS:
                    continue
                if _are_of_two_days(a, b):
                    continue
                if _may_stand(a, b) and _may_stand(b, a):
                    rounded = rounds_to(upper.size, lower.size) or rounds_to(lower.size, upper.size)
                    message = (
                        f"{said(a)} and {said(b)} in reports that give the same {_words(run)}: one briefing, two values"
                    )
                    one = problem("contradiction", [*a, *b], message + (" (one may be rounded)" if rounded else ""))
                else:
                    message = f"{said(a)} beside {_words(run)}, where {said(b)} goes with it: one number of the report is newer than its neighbours"
                    one = problem("stale", [*a, *b], message)
                yield lower.value, upper.value, one


def _are_of_two_days(a: Sequence[Row], b: Sequence[Row]) -> bool:
    """Do all texts say of which day each of two values is, and of no day that is both? Then one is the next of the other."""
    days = [{row.day for row in rows} for rows in (a, b)]
    return all(row.dated for row in (*a, *b)) and days[0].isdisjoint(days[1])


def _may_stand(a: Sequence[Row], b: Sequence[Row]) -> bool:
    """Are these as good as those? A count with a date of its own, or one close by, is no left-over."""
    near = abs(a[0].size - b[0].size) <= NEAR * max(a[0].size, b[0].size)
    return near or any(row.dated for row in a)


def _beside(row: Row, held: dict[str, Row]) -> bool:
    """Is this figure told together with the other, as of one day?"""
    other = held.get(row.report.uid)
    if other is None:
        return False
    return not (row.dated and other.dated) or abs(row.day - other.day) <= 1


def _words(run: Run) -> str:
    return f'"{run.rows[0].figure.quote}" {run.rows[0].figure.measure.replace("_", " ")}'


#: Of one origin and day so many totals are compared: enough for any briefing, and a bound for damaged ledgers.
MOST_OF_A_DAY = 16


def _several_of_a_day(runs: Sequence[Run]) -> dict[tuple[str, int], list[Run]]:
    """The runs of each origin and day that have more than one."""
    found: dict[tuple[str, int], list[Run]] = defaultdict(list)
    for run in runs:
        own = found[run.origin, run.day]
        if len(own) < MOST_OF_A_DAY:
            own.append(run)
    return {key: own for key, own in found.items() if len(own) > 1}


def _fall_in_order(rising: _Totals, falling: _Totals) -> Iterator[SeriesProblem]:
    """Two totals of one day: one measure orders the reports by its rise, and another falls between them."""
    other = falling.group
    for key, own in rising.exact_of_a_day.items():
        if key not in falling.of_a_day:
            continue
        for before, after in combinations(own, 2):
            if before.size >= after.size or before.rows[0].figure.best is None or after.rows[0].figure.best is None:
                continue
            first = {row.report.uid for row in before.rows} - {row.report.uid for row in after.rows}
            second = {row.report.uid for row in after.rows} - {row.report.uid for row in before.rows}
            for x, y in permutations(falling.of_a_day[key], 2):
                if x.size <= y.size:
                    continue
                a = [row for row in x.rows if row.report.uid in first]
                b = [row for row in y.rows if row.report.uid in second]
                if a and b and _falls(a[0], b[0]):
                    message = (
                        f"{other.measure} falls from {number(x.size)} to {number(y.size)} on one day, while "
                        f"{before.rows[0].figure.measure} rises from {number(before.size)} to {number(after.size)}; no text tells the order"
                    )
                    yield problem("falling_total", [*a, *b], message)
