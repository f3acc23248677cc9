"""Which counts of one story are of the same place: names that stand for one whole, and counts told from within it or less exactly."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from tallyroom.resolve.places import COUNTRY, PROVINCE, resolve_place
from tallyroom.series.compare import MOST_GROWTH, runs_on
from tallyroom.series.rows import Row
from tallyroom.series.territories import MARK, countries_together
from tallyroom.series.words import nation_of_place, nations

#: A count within the country stands for the main whole only where it is not dwarfed by it.
SHARE_OF_WHOLE = 0.5
#: Of one value so many holders are compared: enough for any story, and a bound for damaged ledgers.
MOST_HOLDERS = 64
#: So many times as much as at a place is counted in its country for another reason.
WHOLE_COUNTRY = 10
#: A report that lists more totals of one day is a history.
MOST_SIDE_BY_SIDE = 4
_UNIT = re.compile(r"\b(?:City|County|Province|State|District|Region|Municipality|Governorate|Island|River)\b")


class Places:
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

    def standing_for(self, root: tuple[str, ...]) -> set[tuple[str, ...]]:
        """The places that are one with a root, and it."""
        return self._members.get(root, {root})

    def may_be_one(self, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
        """Are two places apart so far, and no report tells them apart?"""
        first, second = self.root(a), self.root(b)
        return first != second and self._apart[first].isdisjoint(self.standing_for(second))

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


def _of_several_countries(rows: Sequence[Row]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Where some counts are of "Turkey and Syria", what names the one, the other and both are three places."""
    countries = {row.place: frozenset(nations(row.figure.place)) for row in rows if row.place and row.figure.place}
    joint = {own for row in rows if (own := countries_together(row.figure.place))}
    if not joint:
        return set()
    of_one = sorted(place for place, own in countries.items() if own and any(own <= several for several in joint))
    return {(a, b) for a, b in combinations(of_one, 2) if countries[a] != countries[b]}


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


def place_names(rows: Sequence[Row]) -> Places:
    if len({row.place for row in rows if row.place}) < 2:
        return Places(set())
    places = Places(_told_apart(rows) | _of_several_countries(rows))
    by_value: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.place and not row.is_stated_part and row.tense == "counted":
            by_value[row.count].append(row)
    for own in by_value.values():
        distinct = {(row.place, row.report.uid): row for row in own}
        kept = list(distinct.values())[:MOST_HOLDERS]
        for a in kept:
            for b in kept:
                if a.place < b.place and _stand_for_one(a, b):
                    places.join(a.place, b.place)
    _whose_government(rows, places)
    by_word: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for place in sorted({row.place for row in rows if row.place}):
        for word in set(place):
            by_word[word].append(place)
    alike = {pair for own in by_word.values() for pair in combinations(own[:MOST_HOLDERS], 2)}
    for first, second in sorted(alike, key=lambda pair: (-_likeness(*pair), pair)):
        places.join(first, second)
    return places


def _whose_government(rows: Sequence[Row], places: Places) -> None:
    """ "The areas that the government controls", counted by the government in Damascus, are those that Syria's holds."""
    held = (f"{MARK}government",)
    whose = {row.origin.partition("/")[0] for row in rows if row.place == held and row.origin.startswith("government:")}
    if len(whose) == 1:
        places.join((f"{MARK}{whose.pop().removeprefix('government:')}",), held)


def _likeness(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """How many of the words of two places are words of both."""
    return len(set(a) & set(b)) / len(set(a) | set(b))


def _stand_for_one(a: Row, b: Row) -> bool:
    if a.population.part or b.population.part or any(own.place[0].startswith(MARK) for own in (a, b)):
        return False
    return a.size >= 10 and a.report.uid != b.report.uid and not _are_two_divisions(a.figure.place, b.figure.place)


def _are_two_divisions(a: str | None, b: str | None) -> bool:
    """Are two places two provinces, which count apart though their numbers may be alike?"""
    one, other = _division(a), _division(b)
    return bool(one and other) and one != other


@lru_cache(maxsize=65536)
def _division(words: str | None) -> str:
    meaning = resolve_place(words) if words else None
    return (meaning.admin1 or "") if meaning is not None and meaning.where_prec == PROVINCE else ""


def by_place(rows: list[Row], names: Places) -> list[tuple[list[Row], str]]:
    places = [names.root(row.place) for row in rows if row.place]
    if not places or (len(places) == len(rows) and len(set(places)) == 1):
        return [(rows, "")]
    counted = Counter(places)
    by_root: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    main = max(counted, key=lambda place: (counted[place], place))
    in_report: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    of_origin: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    of_count: dict[tuple[object, ...], set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        if row.place:
            in_report[row.report.uid][names.root(row.place)] += 1
            of_origin[row.origin][names.root(row.place)] += 1
            of_count[row.origin, row.value].add(names.root(row.place))
    for row in rows:
        if row.place:
            by_root[names.root(row.place)].append(row)
            continue
        told = of_count[row.origin, row.value]
        own_places = in_report.get(row.report.uid)
        counted_by = of_origin.get(row.origin)
        if counted_by and len(counted_by) == 1 and counted_by.total() > 1 and not row.origin.startswith("unattributed"):
            own_places = counted_by
        near = max(own_places, key=lambda place: (own_places[place], place == main, place)) if own_places else main
        by_root[next(iter(told)) if len(told) == 1 else near].append(row)
    _to_own_territory(by_root, names)
    main = _most_told(by_root, main)
    _take_in_seats(by_root, main, names)
    main = _most_told(by_root, main)
    _take_in_less_exact(by_root, main)
    out = []
    for place, own in sorted(by_root.items()):
        if own:
            out.append((own, "" if place == main else "another place"))
    return out


def _most_told(by_root: dict[tuple[str, ...], list[Row]], main: tuple[str, ...]) -> tuple[str, ...]:
    """The main place, or another where its counts have all been moved."""
    return main if by_root[main] else max(by_root, key=lambda place: (len(by_root[place]), place))


def _to_own_territory(by_root: dict[tuple[str, ...], list[Row]], names: Places) -> None:
    """Where each side counts in the part that it holds, a government's count of no town, and not of many times as many, is of its part."""
    territories = [place for place in by_root if place[:1] and place[0].startswith(MARK)]
    split = _split_country(by_root, territories)
    for held in territories:
        holders = {f"government:{place[0].removeprefix(MARK)}" for place in names.standing_for(held)}
        most = MOST_GROWTH * max((row.size for row in by_root[held] if row.origin in holders), default=0)
        for place in sorted(by_root):
            if place == held:
                continue
            moving = [
                row
                for row in by_root[place]
                if row.origin in holders and row.size <= most and not _is_elsewhere(row.figure.place, split)
            ]
            by_root[held].extend(moving)
            gone = set(map(id, moving))
            by_root[place] = [row for row in by_root[place] if id(row) not in gone]


def _split_country(by_root: Mapping[tuple[str, ...], Sequence[Row]], territories: Sequence[tuple[str, ...]]) -> str:
    """The country that most places without a holder lie in, where somebody else holds a part of it; "" where there is none."""
    told = Counter(
        nation
        for place, own in by_root.items()
        if place not in territories
        for row in own
        if (nation := nation_of_place(row.figure.place))
    )
    most = max(told, key=lambda nation: (told[nation], nation), default="")
    return most if any(place[0] != f"{MARK}{most}" for place in territories) else ""


def _is_elsewhere(words: str | None, split: str) -> bool:
    """Is a place a town, or a province of another country than the one that is `split`?"""
    precision = _precision(words)
    return precision is not None and (
        precision < PROVINCE or (precision == PROVINCE and nation_of_place(words) != split)
    )


@lru_cache(maxsize=65536)
def _precision(words: str | None) -> int | None:
    return resolve_place(words).where_prec if words else None


def _take_in_seats(by_root: dict[tuple[str, ...], list[Row]], main: tuple[str, ...], names: Places) -> None:
    """A whole told from a place within it: a count near that of the main whole by its own origin, or no less than a country's; and one told
    from anywhere else that runs on with it, in a report that does not have it."""
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
        for place in (place for place in sorted(by_root) if place != whole_place):
            near = names.may_be_one(place, whole_place)
            moving = []
            for row in by_root[place]:
                nation = nation_of_place(row.figure.place)
                if (
                    row.report.uid in reports
                    or nation not in (country, "")
                    or (share < 1 and row.origin not in origins)
                ):
                    continue
                before = (size for day, size in told if day <= row.day)
                is_whole = near and nation == country and row.size >= share * max(before, default=told[0][1])
                if is_whole or (row.origin in origins and runs_on(row, told, may_begin=True)):
                    moving.append(row)
            whole.extend(moving)
            reports.update(row.report.uid for row in moving)
            gone = set(map(id, moving))
            by_root[place] = [row for row in by_root[place] if id(row) not in gone]


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
