"""Same thing: the claims of one story that count one measure, of one population, at one place, in one event, of one kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise

from tallyroom.lexicon import table
from tallyroom.resolve.places import COUNTRY, resolve_place
from tallyroom.series.naming import Naming
from tallyroom.series.records import Kind
from tallyroom.series.rows import Row, actions, sentence_around, states
from tallyroom.series.words import certainty, nation_of_place, nations

#: So many times as much as at a place is counted in its country for another reason.
WHOLE_COUNTRY = 10
#: The count of a state that is so many times more or less than the last one is another's.
MOST_CHANGE = 2
#: A finer place or a count of one event stands for the whole only where it is not dwarfed by it.
SHARE_OF_WHOLE = 0.5
#: A count of no day, by an origin that had none before, may be that origin's whole though far below the others'.
SHARE_WITHOUT_A_DAY = 0.1
#: Events that ended so long before the first report are other events, told for comparison.
PAST_DAYS = 60
#: Populations that a plain count of people never stands for by its number alone.
_CLASSES = ("military", "workers", "civilian")
#: Of one value so many holders are compared: enough for any story, and a bound for damaged ledgers.
MOST_HOLDERS = 64


#: Who counts on under one name and then under another may count others; who comes back to the first does not.
LEAST_CHANGES = 2
#: A report that lists more totals of one day is a history.
MOST_SIDE_BY_SIDE = 4
_UNIT = re.compile(r"\b(?:City|County|Province|State|District|Region|Municipality|Governorate|Island|River)\b")
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
    names = _place_names(rows)
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


def _split(measure: str, tense: str, rows: list[Row], names: _Places, first_day: int, naming: Naming) -> list[Group]:
    out: list[Group] = []
    past = [row for row in rows if _is_past(row, first_day)]
    by_past: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in past:
        by_past[row.happened, row.place].append(row)
    for _, own in sorted(by_past.items(), key=lambda item: repr(item[0])):
        for same_people in naming.populations.apart(own, _population_words):
            for same_place in naming.places.apart(same_people, _place_words):
                out.append(_group(measure, "incident", same_place, "another event"))
    present = [row for row in rows if not _is_past(row, first_day)]
    for alike in (own for sure in _by_certainty(measure, present) for own in _by_population(sure)):
        for same_people in naming.populations.apart(alike, _population_words):
            for near, reason in _by_place(same_people, names):
                for i, same_place in enumerate(naming.places.apart(near, _place_words)):
                    out.extend(_by_kind(measure, tense, same_place, "another place" if i else reason))
    return out


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


def _by_certainty(measure: str, rows: list[Row]) -> list[list[Row]]:
    """Suspected and confirmed cases apart, where a story counts both; cases of which nothing tells are of those with their number, else the most."""
    told: dict[str, list[Row]] = defaultdict(list)
    for row in rows if measure == "infected" else ():
        told[certainty(row.figure.population)].append(row)
    bare = told.pop("", [])
    if len(told) < 2:
        return [rows]
    most = max(told, key=lambda name: (len(told[name]), name))
    holds = {name: {row.value for row in own} for name, own in told.items()}
    for row in bare:
        with_it = [name for name, values in holds.items() if row.value in values]
        told[with_it[0] if len(with_it) == 1 else most].append(row)
    return [sorted(own, key=lambda row: row.sort_key) for _, own in sorted(told.items())]


# --- population


def _by_population(rows: list[Row]) -> list[list[Row]]:
    """Bare "people" and "soldiers" join the named population of the story where most figures name one."""
    if not rows:
        return []
    clear = _joined_by_value(rows)
    named = {key: own for key, own in clear.items() if key[0] and key[2] != "part"}
    if not named:
        _take_in_those_that_run_on(clear)
        return _with_parts({key: own for key, own in clear.items() if own})
    main = max(named, key=lambda key: (len(named[key]), repr(key)))
    values: set[object] = {row.value for row in clear[main]}
    for key in sorted(clear, key=repr):
        if key == main or key[2] == "part" or (key[0] and key[0] != main[0]):
            continue
        if key[1] not in ("people", main[1]):
            continue
        if key[0]:
            clear[main].extend(clear.pop(key))
            continue
        if _are_some_of_them(clear[main], clear[key]):
            continue
        moving: list[Row] = []
        here = {other.report.uid for other in clear[main]}
        left = clear[key]
        while left:
            found = [row for row in left if _is_of(row, key, main, values, here)]
            if not found:
                break
            moving += found
            values |= {row.value for row in found if row.size >= 10}
            gone = set(map(id, found))
            left = [row for row in left if id(row) not in gone]
        if len(clear[main]) * 2 >= len(clear[key]) or len(moving) == len(clear[key]):
            clear[main].extend(moving)
            gone = set(map(id, moving))
            clear[key] = [row for row in clear[key] if id(row) not in gone]
    _take_in_those_that_run_on(clear)
    return _with_parts({key: own for key, own in clear.items() if own})


def _take_in_those_that_run_on(clear: dict[tuple[object, ...], list[Row]]) -> None:
    """Counts of the same origins under other names for those counted, "arrivals" for "Rohingya", that run on with the most told."""
    wholes = [key for key in clear if key[2] != "part" and clear[key]]
    if len(wholes) < 2:
        return
    main = max(wholes, key=lambda key: (len(clear[key]), repr(key)))
    held = clear[main]
    reports, origins = {row.report.uid for row in held}, {row.origin for row in held}
    told = sorted((row.day, row.size) for row in held)
    for key in sorted(wholes, key=repr):
        if key == main or key[1] in _CLASSES or (key[0] and key[0] != main[0]):
            continue
        moving = [
            row
            for row in clear[key]
            if row.report.uid not in reports and row.origin in origins and row.figure.source and _runs_on(row, told)
        ]
        held.extend(moving)
        gone = set(map(id, moving))
        clear[key] = [row for row in clear[key] if id(row) not in gone]


def _are_some_of_them(named: Sequence[Row], plain: Sequence[Row]) -> bool:
    """Do others count, in every report that tells of both, more people than the state whose citizens alone it counts?"""

    def most(rows: Sequence[Row]) -> dict[str, float]:
        sizes: dict[str, float] = {}
        for row in rows:
            sizes[row.report.uid] = max(row.size, sizes.get(row.report.uid, 0))
        return sizes

    few, many = most(named), most(plain)
    both = few.keys() & many.keys()
    apart = {row.origin for row in named}.isdisjoint(row.origin for row in plain if row.origin)
    return bool(both) and apart and all(few[uid] < many[uid] for uid in both)


def _is_of(row: Row, key: tuple[object, ...], main: tuple[object, ...], values: set[object], reports: set[str]) -> bool:
    """Does a count of plain people stand for those whom most of the story counts? By number, whole, report or sentence."""
    tied = row.value in values or (row.whole is not None and _population_key(row.whole) == main)
    return key[1] == main[1] or tied or row.report.uid in reports or _sentence_names(row, main[0])


def _sentence_names(row: Row, countries: object) -> bool:
    """Does the sentence of a count of plain people name the country whose people the others count, not as the speaker?"""
    if not isinstance(countries, tuple) or not countries or set(countries) & set(nations(row.figure.source)):
        return False
    return set(countries) <= set(nations(sentence_around(row)))


def _joined_by_value(rows: list[Row]) -> dict[tuple[object, ...], list[Row]]:
    """Rows by population; nouns that reports give the same figure for ("42 miners", "42 people") are one population."""
    clear: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        clear[_population_key(row)].append(row)
    plain = ((), "people", "whole")
    if plain not in clear:
        return clear
    values = {(row.value, row.report.uid) for row in clear[plain]}
    numbers = {value for value, _ in values}
    for key in sorted(clear, key=repr):
        if key == plain or key[0] or key[2] == "part" or key[1] in _CLASSES:
            continue
        if any(
            row.size >= 10 and row.value in numbers and (row.value, row.report.uid) not in values for row in clear[key]
        ) or _one_count(clear[key], clear[plain]):
            clear[plain].extend(clear.pop(key))
    return clear


def _one_count(own: Sequence[Row], plain: Sequence[Row]) -> bool:
    """Do origins count on under two names for those counted, "50 people", "76 protesters", "201 people", each total as
    high as the one before, and none of them both in one report?"""
    by_origin: dict[str, list[tuple[int, float, bool, str]]] = defaultdict(list)
    for rows, is_plain in ((own, False), (plain, True)):
        for row in rows:
            if row.figure.source and row.figure.aggregation not in ("subset", "additional") and not row.figure.repeat:
                by_origin[row.origin].append((row.day, row.size, is_plain, row.report.uid))
    changes = 0
    for told in by_origin.values():
        if len({is_plain for _, _, is_plain, _ in told}) < 2:
            continue
        told.sort()
        here, there = ({uid for _, _, is_plain, uid in told if is_plain is of_plain} for of_plain in (True, False))
        if here & there or any(before[1] > after[1] for before, after in pairwise(told)):
            return False
        changes += sum(before[2] is not after[2] for before, after in pairwise(told))
    return changes >= LEAST_CHANGES


def _with_parts(clear: dict[tuple[object, ...], list[Row]]) -> list[list[Row]]:
    return [
        sorted(own, key=lambda row: row.sort_key) for _, own in sorted(clear.items(), key=lambda item: repr(item[0]))
    ]


def _population_key(row: Row) -> tuple[object, ...]:
    people = row.population
    kind = "military" if people.kind == "side" else people.kind
    if row.figure.measure == "displaced" and kind in table("series.toml")["refugees"]["words"]:
        kind = "people"
    if row.unit != "people" or row.figure.measure in ("damaged", "arms", "money"):
        return ((), row.unit, "whole")
    return (people.nations, kind, "part" if people.part or _is_stated_part(row) else "whole")


def _is_stated_part(row: Row) -> bool:
    """A part of a figure of the same measure: its own, narrower population."""
    whole = row.whole
    return (
        row.figure.aggregation == "subset"
        and whole is not None
        and whole.figure.measure == row.figure.measure
        and whole.value != row.value
    )


# --- place


class _Places:
    """Place names of one story that stand for one whole, since reports give them the same figure."""

    def __init__(self, told_apart: set[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        self.parent: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._members: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        self._apart: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
        for a, b in told_apart:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def root(self, place: tuple[str, ...]) -> tuple[str, ...]:
        while self.parent.setdefault(place, place) != place:
            place = self.parent[place]
        return place

    def may_be_one(self, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
        """Are two places apart so far, and no report tells them apart?"""
        first, second = self.root(a), self.root(b)
        return first != second and self._apart[first].isdisjoint(self._members.get(second, {second}))

    def join(self, a: tuple[str, ...], b: tuple[str, ...]) -> None:
        first, second = sorted((self.root(a), self.root(b)))
        own, other = (self._members.setdefault(root, {root}) for root in (first, second))
        if first == second or not self._apart[first].isdisjoint(other):
            return
        self.parent[second] = first
        own |= other
        self._apart[first] |= self._apart[second]


def _told_apart(rows: Sequence[Row]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Places for which one report gives other totals of one day, side by side: the town and its market, two counties.

    Rivals may only differ in how they name a place, unless its official name tells; a count told before may be stale.
    """
    first_told: dict[tuple[object, ...], str] = {}
    told: dict[tuple[object, ...], dict[tuple[str, ...], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        is_total = row.figure.aggregation not in ("subset", "additional") and not row.figure.repeat
        is_new = first_told.setdefault(row.count, row.report.uid) == row.report.uid
        if row.place and is_total and is_new and row.tense == "counted" and not row.population.part:
            thing = (row.report.uid, row.figure.measure, row.unit, row.population, row.day)
            told[thing][row.place].append(row)
    return {
        (a, b)
        for by_place in told.values()
        for a, b in combinations(sorted(by_place), 2)
        if _are_apart(by_place[a], by_place[b])
    }


def _are_apart(own: Sequence[Row], others: Sequence[Row]) -> bool:
    values, other_values = {row.value for row in own}, {row.value for row in others}
    if values & other_values or len(values | other_values) > MOST_SIDE_BY_SIDE:
        return False
    a, b = own[0], others[0]
    within = set(a.place) <= set(b.place) or set(b.place) <= set(a.place)
    if {row.origin for row in own} & {row.origin for row in others}:
        return True
    at_home, abroad = _counted_at_home(own), _counted_at_home(others)
    if at_home and abroad and at_home != abroad:
        return True
    units = _unit_of(a.figure.place), _unit_of(b.figure.place)
    if within:  # a city is not the province or the county that has its name
        return units[0] != units[1] and ("City" in units or all(units))
    return all(units)


def _counted_at_home(rows: Sequence[Row]) -> str:
    """The country of a place that its own government counts for."""
    nation = nation_of_place(rows[0].figure.place)
    is_home = nation and any(row.origin.partition("/")[0] == f"government:{nation}" for row in rows)
    return nation if is_home else ""


def _unit_of(place: str | None) -> str:
    """What kind of unit an official name tells: "Surigao City" is no province."""
    found = _UNIT.search(place or "")
    return found[0] if found else ""


def _place_names(rows: Sequence[Row]) -> _Places:
    places = _Places(_told_apart(rows))
    by_value: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.place and not _is_stated_part(row) and row.tense == "counted":
            by_value[row.count].append(row)
    for own in by_value.values():
        distinct = {(row.place, row.report.uid): row for row in own}
        kept = list(distinct.values())[:MOST_HOLDERS]
        for a in kept:
            for b in kept:
                if a.place < b.place and _stand_for_one(a, b):
                    places.join(a.place, b.place)
    by_word: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for place in sorted({row.place for row in rows if row.place}):
        for word in set(place):
            by_word[word].append(place)
    alike = {pair for own in by_word.values() for pair in combinations(own[:MOST_HOLDERS], 2)}
    for first, second in sorted(alike, key=lambda pair: (-_likeness(*pair), pair)):
        places.join(first, second)
    return places


def _likeness(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """How many of the words of two places are words of both."""
    return len(set(a) & set(b)) / len(set(a) | set(b))


def _stand_for_one(a: Row, b: Row) -> bool:
    if a.population.part or b.population.part:
        return False
    return a.size >= 10 and a.report.uid != b.report.uid


def _by_place(rows: list[Row], names: _Places) -> list[tuple[list[Row], str]]:
    places = [names.root(row.place) for row in rows if row.place]
    if not places or (len(places) == len(rows) and len(set(places)) == 1):
        return [(rows, "")]
    counted = Counter(places)
    by_root: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    main = max(counted, key=lambda place: (counted[place], place))
    in_report: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    of_count: dict[tuple[object, ...], set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        if row.place:
            in_report[row.report.uid][names.root(row.place)] += 1
            of_count[row.origin, row.value].add(names.root(row.place))
    for row in rows:
        if row.place:
            by_root[names.root(row.place)].append(row)
            continue
        told = of_count[row.origin, row.value]
        own_places = in_report.get(row.report.uid)
        near = max(own_places, key=lambda place: (own_places[place], place)) if own_places else main
        by_root[next(iter(told)) if len(told) == 1 else near].append(row)
    _take_in_seats(by_root, main, names)
    _take_in_less_exact(by_root, main)
    out = []
    for place, own in sorted(by_root.items()):
        if own:
            out.append((own, "" if place == main else "another place"))
    return out


def _take_in_seats(by_root: dict[tuple[str, ...], list[Row]], main: tuple[str, ...], names: _Places) -> None:
    """A whole told from a place within it: a count near that of the main whole by its own origin, or no less than a country's."""
    by_country: dict[str, tuple[str, ...]] = {}
    for place in sorted(by_root, key=lambda place: (place != main, place)):
        country = next((c for row in by_root[place] if (c := _country_itself(row.figure.place))), "")
        if country:
            by_country.setdefault(country, place)
    main_country = next((c for row in by_root[main] if (c := nation_of_place(row.figure.place))), "") or _country_of(
        by_root[main]
    )
    wholes = {main_country: (main, SHARE_OF_WHOLE)} if main_country else {}
    for country, place in by_country.items():
        wholes.setdefault(country, (place, 1.0))
    for country, (whole_place, share) in sorted(wholes.items()):
        whole = by_root[whole_place]
        reports = {row.report.uid for row in whole}
        origins = {row.origin for row in whole}
        told = sorted((row.day, row.size) for row in whole)
        for place in sorted(by_root):
            may_be_one = names.may_be_one(place, whole_place)
            for row in list(by_root[place]) if place != whole_place else ():
                nation = nation_of_place(row.figure.place)
                if (
                    row.report.uid in reports
                    or nation not in (country, "")
                    or (share < 1 and row.origin not in origins)
                ):
                    continue
                fits = row.origin in origins and _runs_on(row, told)
                if not fits and may_be_one and nation:
                    fits = row.size >= share * max((size for day, size in told if day <= row.day), default=told[0][1])
                if fits:
                    by_root[place].remove(row)
                    whole.append(row)


def _runs_on(row: Row, told: Sequence[tuple[int, float]]) -> bool:
    """Does a count stand between the one before it and the one after, and near the one before, as that of the same thing does?"""
    at = bisect_right(told, (row.day, float("inf")))
    if not 0 < at < len(told):
        return False
    before, after = told[at - 1][1], told[at][1]
    if row.figure.measure in states():
        return before / MOST_CHANGE <= row.size <= before * MOST_CHANGE
    return before <= row.size <= after and row.size <= before * MOST_CHANGE


def _country_of(rows: Sequence[Row]) -> str:
    """The country whose government counts most of the rows, for a place that no list of places has in one country."""
    counted = Counter(row.origin.partition("/")[0] for row in rows)
    origin, number = max(counted.items(), key=lambda item: (item[1], item[0]))
    return origin.removeprefix("government:") if origin.startswith("government:") and number * 2 > len(rows) else ""


def _take_in_less_exact(by_root: dict[tuple[str, ...], list[Row]], main: tuple[str, ...]) -> None:
    """A count placed no more exactly than by country, in a report that names the place of the others: told less exactly.

    Where some report gives both, by one origin, the country is another whole.
    """
    held = by_root[main]
    place = next((row.figure.place for row in held if row.figure.place), "") or ""
    if _country_itself(place) or len(by_root) < 2:
        return
    home = nation_of_place(place)
    here = {row.report.uid for row in held}
    origins = {row.origin for row in held}
    most = max(row.size for row in held)
    for other in sorted(by_root):
        rows = by_root[other]
        if other == main or not all(
            (country := _country_itself(row.figure.place)) and country == (home or country) for row in rows
        ):
            continue
        if any(row.report.uid in here and row.origin in origins for row in rows):
            continue
        moving = [
            row
            for row in rows
            if row.origin in origins and place in (row.report.text or "") and row.size <= most * WHOLE_COUNTRY
        ]
        held.extend(moving)
        gone = set(map(id, moving))
        by_root[other] = [row for row in rows if id(row) not in gone]


@lru_cache(maxsize=65536)
def _country_itself(words: str | None) -> str:
    """The country where words name no more than it: "Thailand"."""
    meaning = resolve_place(words) if words else None
    return (meaning.country or "") if meaning is not None and meaning.where_prec == COUNTRY else ""


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
    if parts:
        out.append(_group(measure, "cumulative", parts, PART))
    if additions and out:
        out[0].additions.extend(additions)
    return out


def _loose_part(row: Row) -> bool:
    return row.figure.aggregation == "subset" and (row.whole is None or _is_stated_part(row))


def _running_and_incidents(measure: str, rows: list[Row], reason: str) -> list[Group]:
    """One event's toll, however it is said, is one running total; counts of a period of its own or of far less stand apart."""
    base = _base_day(rows)
    running = [row for row in rows if not _is_period(row, base)]
    # A toll told again is the toll, whatever span it is told of; what somebody did may have been done twice.
    totals = set() if measure in actions() else {row.value for row in running}
    periods = [row for row in rows if _is_period(row, base) and row.value not in totals]
    running = [row for row in rows if not _is_period(row, base) or row.value in totals]
    total = sorted((row for row in running if row.figure.aggregation != "incident"), key=lambda row: row.day)
    small = [row for row in running if total and row.figure.aggregation == "incident" and _is_dwarfed(row, total)]
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
