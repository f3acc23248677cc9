"""Same thing: the claims of one story that count one measure, of one population, at one place, in one event, of one kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tallyroom.series.counted_people import by_certainty, by_population
from tallyroom.series.counted_places import Places, by_place, place_names
from tallyroom.series.naming import Naming
from tallyroom.series.records import Kind
from tallyroom.series.rows import Row, actions, states

#: A finer place or a count of one event stands for the whole only where it is not dwarfed by it.
SHARE_OF_WHOLE = 0.5
#: A count of no day, by an origin that had none before, may be that origin's whole though far below the others'.
SHARE_WITHOUT_A_DAY = 0.1
#: A total so far below the one before it of its origin is of something else.
SHARE_OF_A_SECOND = 0.05
#: So many totals before one are looked at.
MOST_BEFORE = 16
#: Events that ended so long before the first report are other events, told for comparison.
PAST_DAYS = 60


#: A past event is told to so many days where its day is.
EXACT_DAYS = 4
#: What is told of one event, or comes on top of a total, and may be far less than it.
_NO_TOTALS = ("incident", "additional")
#: An event on a day of its own is told by so many reports; what is told of the next day may be the same night's.
LEAST_REPORTS, NEXT_DAY = 3, 1
_YEAR = re.compile(r"\d{4}")
#: Why counts stand apart that are a stated part of others.
PART = "a part of a wider total"


@dataclass(slots=True)
class Group:
    """Claims that are one series in the making."""

    measure: str
    unit: str
    kind: Kind
    population: str | None
    place: str | None
    rows: list[Row]
    #: Why the claims stand apart from a larger series of the measure, where they do.
    apart: str = ""
    #: Claims that come on top of another.
    additions: list[Row] = field(default_factory=list)
    #: {claim id of a whole: its stated parts}, of any group.
    parts: dict[str, list[Row]] = field(default_factory=dict)
    #: The day of the one event that is counted, where most figures name one.
    event_day: int | None = None


def group_rows(rows: Sequence[Row], naming: Naming) -> list[Group]:
    """The groups of one story; denied and negated figures are in none, and what people hold apart is never in one."""
    buckets: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        figure = row.figure
        if not row.stands or not row.value or row.value == (None, None):
            continue
        buckets[figure.measure, row.unit if row.unit == "people" else "things", row.tense].append(row)
    names = place_names(rows)
    first_day = min((row.published.first or 0 for row in rows), default=0)
    groups: list[Group] = []
    for (measure, _, tense), own in sorted(buckets.items(), key=lambda item: item[0]):
        for unit_rows in _by_unit(own):
            groups.extend(_split(measure, tense, unit_rows, names, first_day, naming))
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.whole is not None and not row.figure.repeat:
            parts[row.whole.claim_id].append(row)
    for group in groups:
        group.parts = {r.claim_id: parts[r.claim_id] for r in group.rows if r.claim_id in parts}
    return groups


def _by_unit(rows: list[Row]) -> list[list[Row]]:
    by_unit: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_unit[row.unit].append(row)
    return [by_unit[unit] for unit in sorted(by_unit)]


def _split(measure: str, tense: str, rows: list[Row], names: Places, first_day: int, naming: Naming) -> list[Group]:
    out: list[Group] = []
    past = [row for row in rows if _is_past(row, first_day)]
    by_past: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in past:
        by_past[_year(row), names.root(row.place)].append(row)
    of_years = sorted(by_past.items(), key=lambda item: repr(item[0]))
    for own in (of_event for _, of_year in of_years for of_event in _by_event(of_year)):
        for same_people in naming.populations.apart(own, _population_words):
            for same_place in naming.places.apart(same_people, _place_words):
                out.append(_group(measure, "incident", same_place, "another event"))
    gone = set(past)
    present = [row for row in rows if row not in gone]
    for alike in (own for sure in by_certainty(measure, present) for own in by_population(sure)):
        for same_people in naming.populations.apart(alike, _population_words):
            for near, reason in by_place(same_people, names):
                for i, same_place in enumerate(naming.places.apart(near, _place_words)):
                    for n, same_event in enumerate(_by_event_day(measure, same_place)):
                        why = "another place" if i else "another event" if n else reason
                        out.extend(_by_kind(measure, tense, same_event, why))
    return out


def _year(row: Row) -> str:
    """The first year that the time of an event names."""
    found = _YEAR.search(row.figure.event_time or "")
    return found[0] if found else ""


def _by_event(rows: list[Row]) -> list[list[Row]]:
    """Past events of one year and place, apart where their days are; what names no more than the year is of the one most told."""
    by_day: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.happened.width <= EXACT_DAYS:
            by_day[(row.happened.first or 0) // EXACT_DAYS].append(row)
    if len(by_day) < 2:
        return [rows]
    main = max(by_day, key=lambda day: (len(by_day[day]), day))
    by_day[main] += [row for row in rows if row.happened.width > EXACT_DAYS]
    return [sorted(by_day[day], key=lambda row: row.sort_key) for day in sorted(by_day)]


def _by_event_day(measure: str, rows: list[Row]) -> list[list[Row]]:
    """Tolls of events on days of their own, each told by several reports and revised: the most told first, with all that names no such day."""
    if measure in states():
        return [rows]
    of_day: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.happened.width <= NEXT_DAY and row.happened.first is not None and row.figure.aggregation != "subset":
            of_day[row.happened.first].append(row)
    events = [day for day, own in of_day.items() if _is_revised(own)]
    if len(events) < 2:
        return [rows]
    main = max(events, key=lambda day: (len(of_day[day]), -day))
    apart: list[list[Row]] = []
    gone: set[int] = set()
    for day in sorted(events):
        if abs(day - main) > NEXT_DAY:
            apart.append(of_day[day])
            gone.update(map(id, of_day[day]))
    return [[row for row in rows if id(row) not in gone], *apart]


def _is_revised(rows: Sequence[Row]) -> bool:
    """Is an event told by several reports, of more than one day, with more than one number? A day that only its own reports name is
    that up to which a running total counts."""
    reports = {row.report.uid for row in rows}
    days = {row.report.published for row in rows}
    return len(reports) >= LEAST_REPORTS and len(days) > 1 and len({row.value for row in rows}) > 1


def _population_words(row: Row) -> str | None:
    return row.figure.population


def _place_words(row: Row) -> str | None:
    return row.figure.place


def _is_past(row: Row, first_day: int) -> bool:
    last = row.happened.last
    started = row.happened.first
    return (
        last is not None and started is not None and last < first_day - PAST_DAYS and row.figure.measure not in states()
    )


# --- kind


def _by_kind(measure: str, tense: str, rows: list[Row], reason: str) -> list[Group]:
    if not rows:
        return []
    if tense != "counted":
        return [_group(measure, "planned" if tense == "planned" else "forecast", rows, reason)]
    additions = [row for row in rows if row.added_to is not None]
    totals = [row for row in rows if row.added_to is None]
    values = {row.value for row in totals if row.figure.aggregation != "subset"}
    parts = [row for row in totals if _loose_part(row) and row.value not in values]
    apart = set(map(id, parts))
    totals = [row for row in totals if id(row) not in apart]
    labelled = [row for row in totals if row.figure.aggregation == "stock"]
    if measure in states() or len(labelled) * 2 > len(totals):
        stock, flow = totals, []
    else:
        known = {row.value for row in totals if row.figure.aggregation != "stock"}
        stock = [row for row in labelled if row.value not in known]
        still = set(map(id, stock))
        flow = [row for row in totals if id(row) not in still]
    out = []
    if stock:
        out.append(_group(measure, "stock", stock, reason))
    if flow:
        out.extend(_running_and_incidents(measure, flow, reason))
    for own in _by_level(parts):
        out.append(_group(measure, "cumulative", own, PART))
    if additions and out:
        out[0].additions.extend(additions)
    return out


def _by_level(parts: Sequence[Row]) -> list[list[Row]]:
    """Parts, and apart from them those that are parts of one of them: five Iranians of the 26 foreigners."""
    wholes = set(map(id, parts))
    inner = [row for row in parts if row.whole is not None and id(row.whole) in wholes]
    within = set(map(id, inner))
    return [own for own in ([row for row in parts if id(row) not in within], inner) if own]


def _loose_part(row: Row) -> bool:
    return row.figure.aggregation == "subset" and (row.whole is None or row.is_stated_part)


def _running_and_incidents(measure: str, rows: list[Row], reason: str) -> list[Group]:
    """One event's toll, however it is said, is one running total; counts of a period of its own or of far less stand apart."""
    base = _base_day(rows)
    of_a_period = {row for row in rows if _is_period(row, base)}
    running = [row for row in rows if row not in of_a_period]
    # A toll told again is the toll, whatever span it is told of; what somebody did may have been done twice.
    totals = set() if measure in actions() else {row.value for row in running}
    periods = [row for row in rows if row in of_a_period and row.value not in totals]
    running = [row for row in rows if row not in of_a_period or row.value in totals]
    total = sorted((row for row in running if row.figure.aggregation not in _NO_TOTALS), key=lambda row: row.day)
    by_origin: dict[str, list[Row]] = defaultdict(list)
    for row in total:
        by_origin[row.origin].append(row)
    small = [
        row
        for row in running
        if total
        and (
            _is_dwarfed(row, total)
            if row.figure.aggregation in _NO_TOTALS
            else _is_of_another_size(row, by_origin[row.origin])
        )
    ]
    aside = set(map(id, small))
    running = [row for row in running if id(row) not in aside]
    # A count that was the toll when it was first told is the toll still where it is told again.
    tolls = {row.value for row in running}
    running = sorted([*running, *(row for row in small if row.value in tolls)], key=lambda row: row.sort_key)
    small = [row for row in small if row.value not in tolls]
    out = []
    if running:
        out.append(_group(measure, "cumulative", running, reason))
    if periods:
        out.append(_group(measure, "incident", periods, "counts of a period of its own"))
    if small:
        out.append(_group(measure, "incident", small, "counts of single events within the total"))
    return out


def _is_dwarfed(row: Row, total: list[Row]) -> bool:
    """Is the count of one event far below the running total of its day, and no value of it? Before any total it is the first.

    What its own origin had counted last weighs more than what others had. On the first day that has a total, a total
    of another report may be the newer word on the same event.
    """
    known = total[: bisect_right(total, row.day, key=lambda other: other.day)]
    if known and known[0].day == row.day:
        known = [other for other in known if other.report.uid == row.report.uid]
    if not known or any(row.value == other.value for other in total):
        return False
    own = [other for other in known if other.origin == row.origin]
    share = SHARE_OF_WHOLE if own or row.happened.known else SHARE_WITHOUT_A_DAY
    newest = [other for other in own if other.day == own[-1].day]
    return row.size < share * max(other.size for other in newest or known)


def _is_of_another_size(row: Row, total: list[Row]) -> bool:
    """Is a total a small part of what its origin had counted before, as that of a second quake is of the toll of the first?"""
    if row.figure.measure not in ("killed", "injured"):
        return False
    end = bisect_right(total, row.day - 1, key=lambda other: other.day)
    before = total[max(0, end - MOST_BEFORE) : end]
    return bool(before) and row.size < SHARE_OF_A_SECOND * max(other.size for other in before)


def _base_day(rows: list[Row]) -> int:
    return min(row.day for row in rows)


def _is_period(row: Row, base: int) -> bool:
    first, last = row.happened
    if first is None or last is None or first == last:
        return False
    return first > base + 1


def _group(measure: str, kind: Kind, rows: list[Row], reason: str) -> Group:
    return Group(
        measure=measure, unit=rows[0].unit, kind=kind, population=_most_named(rows, "population"),
        place=_most_named(rows, "place"), rows=rows, apart=reason, event_day=_event_day(rows),
    )  # fmt: skip


def _event_day(rows: list[Row]) -> int | None:
    told = [row.happened.first for row in rows if row.happened.first is not None and row.happened.width == 0]
    if len(told) < 2:
        return told[0] if told else None
    days = Counter(told)
    return min(days, key=lambda day: (-days[day], day)) if days else None


def _most_named(rows: list[Row], field_name: str) -> str | None:
    told: list[str] = [words for row in rows if (words := getattr(row.figure, field_name))]
    if len(told) < 2:
        return told[0] if told else None
    counts = Counter(told)
    return min(counts, key=lambda words: (-counts[words], len(words), words))
