"""Which counts of one story are of the same people: cases as sure, and names for those counted that stand for each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from tallyroom.lexicon import table
from tallyroom.series.compare import runs_on
from tallyroom.series.rows import Row, sentence_around
from tallyroom.series.speaker_words import is_of_citizens
from tallyroom.series.words import certainty, nation_of_place, nations

#: Populations that a plain count of people never stands for by its number alone.
_CLASSES = ("military", "workers", "civilian")
#: What armies lose in a war: people told of beside it are hardly others.
_LOSSES = ("killed", "injured", "killed_or_injured")
_LOST = re.compile(r"\b(?:lost|loses?|losing|loss(?:es)?|casualties|suffer(?:s|ed)?)\b", re.IGNORECASE)
#: The subject of a loss ends so few letters before its verb.
JUST_BEFORE = 30
_OWN = re.compile(r"(?:its|our|their)\b", re.IGNORECASE)
#: Who counts on under one name and then under another may count others; who comes back to the first does not.
LEAST_CHANGES = 2


def by_certainty(measure: str, rows: list[Row]) -> list[list[Row]]:
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


def by_population(rows: list[Row]) -> list[list[Row]]:
    """Bare "people" and "soldiers" join the named population of the story where most figures name one."""
    if not rows:
        return []
    clear = _joined_by_value(rows)
    _put_on_sides(clear)
    named = {
        key: own
        for key, own in clear.items()
        if key[0] and key[2] != "part" and not all(is_of_citizens(row.figure.source or "") for row in own)
    }
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


def _put_on_sides(clear: dict[tuple[object, ...], list[Row]]) -> None:
    """Soldiers of no told side, in a story of two armies, are of the one that their sentence names beside who counts: "Ukraine has lost
    383,000, Moscow says"; and those told as people of a side are its soldiers, where no report has both."""
    sides = {key[0]: key for key in clear if key[0] and key[1] == "military" and key[2] == "whole"}
    if len(sides) < 2:
        return
    for kind in ("military", "people"):
        bare = ((), kind, "whole")
        left: list[Row] = []
        for row in clear.get(bare, ()):
            may_be = kind == "military" or row.figure.measure in _LOSSES
            side = _side_named(row) if may_be else ()
            (clear[sides[side]] if side in sides else left).append(row)
        if bare in clear:
            clear[bare] = left
    for nation, soldiers in sides.items():
        people = (nation, "people", "whole")
        here = {row.report.uid for row in clear[soldiers]}
        if people in clear and here.isdisjoint(row.report.uid for row in clear[people]):
            clear[soldiers].extend(clear.pop(people))


def _side_named(row: Row) -> tuple[str, ...]:
    """The one country that the sentence of a count names beside its source, where it tells of losses; "its soldiers", where nobody
    else is said to have lost them, are of the state that counts."""
    sentence = sentence_around(row)
    lost = _LOST.search(sentence)
    if row.origin.startswith("government:") and _OWN.match(row.figure.population or ""):
        counting = row.origin.removeprefix("government:").partition("/")[0]
        losing = nations(sentence[max(0, lost.start() - JUST_BEFORE) : lost.start()]) if lost else ()
        return losing if len(losing) == 1 else (counting,)
    if not lost:
        return ()
    if row.figure.source:
        sentence = sentence.replace(row.figure.source, " ")
    own = nations(row.figure.source)
    found = [nation for nation in nations(sentence) if nation not in own]
    return tuple(found) if len(found) == 1 else ()


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
            if row.report.uid not in reports and row.origin in origins and row.figure.source and runs_on(row, told)
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
    return len(both) > (0 if apart else 1) and all(few[uid] < many[uid] for uid in both)


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
    _at_home(clear)
    plain = ((), "people", "whole")
    if plain not in clear:
        return clear
    values = {(row.value, row.report.uid) for row in clear[plain]}
    numbers = {value for value, _ in values}
    # Where a mine burned its workers are the people, and where no soldiers are counted civilians are; of the sick, those of the
    # hospitals are a part.
    is_rival = rows[0].figure.measure == "infected" or any(key[0] or key[1] == "military" for key in clear)
    for key in sorted(clear, key=repr):
        if key == plain or key[0] or key[2] == "part" or (key[1] in _CLASSES and is_rival):
            continue
        if any(
            row.size >= 10 and row.value in numbers and (row.value, row.report.uid) not in values for row in clear[key]
        ) or _one_count(clear[key], clear[plain]):
            clear[plain].extend(clear.pop(key))
    return clear


def _at_home(clear: dict[tuple[object, ...], list[Row]]) -> None:
    """A country's people counted in it, "Palestinians" in Gaza, are the people, where no soldiers are counted."""
    if any(row.population.kind == "military" for own in clear.values() for row in own):
        return
    plain = ((), "people", "whole")
    for key in [key for key in clear if key[0] and key[2] == "whole"]:
        everybody = {(row.report.uid, row.origin): row.size for row in clear[plain]}
        home = [
            row
            for row in clear[key]
            if (nation_of_place(row.figure.place),) == row.population.nations
            and everybody.get((row.report.uid, row.origin), row.size) == row.size
        ]
        clear[plain].extend(home)
        gone = set(map(id, home))
        clear[key] = [row for row in clear[key] if id(row) not in gone]
    for key in [key for key in clear if not clear[key]]:
        del clear[key]


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
    if row.figure.measure not in _LOSSES and kind in table("series.toml")["accused"]["words"]:
        kind = "people"
    if row.unit != "people" or row.figure.measure in ("damaged", "arms", "money"):
        return ((), row.unit, "whole")
    return (people.nations, kind, "part" if people.part or row.is_stated_part else "whole")
