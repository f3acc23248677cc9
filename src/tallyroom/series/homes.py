"""Whose authorities speak: the country for which a source of one story speaks, by its words, its place, or the whole story."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from tallyroom.letters import with_all_capitals
from tallyroom.resolve.nations import nation_spans
from tallyroom.series.rows import Row
from tallyroom.series.speaker_words import (
    bare_words,
    bloc_of,
    counts_at_home,
    is_functional,
    is_generic,
    is_named,
    is_of_citizens,
    is_whose,
    kind_of,
    person_name,
    without_a_guests_place,
    words_of,
)
from tallyroom.series.story_texts import StoryTexts
from tallyroom.series.titles import name_spans, nation_of_last_body
from tallyroom.series.words import nation_beside, nation_last_named, nations

#: Kinds whose national bodies speak for one government.
NATIONAL = ("government", "legislature")
#: A country has the word of a story where so much of what is placed or named speaks of it.
MOST = 0.6


#: "In Rabat, ", "In Rabat, the government spokesman, Hicham ": what stands before the name of who speaks in a capital.
_SPOKEN_IN = re.compile(with_all_capitals(r"(?:^|[.!?\n] ?)In ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?),[^.!?\n]{0,60}$"))
#: " told diplomats in Dhaka", ", the minister, said in Dhaka": what stands behind the name of who speaks in a capital; where it
#: tells what was said, a capital is where that happened.
_TOLD_IN = re.compile(
    with_all_capitals(
        r"(?:, [^.,!?\n]{1,60},)? (?:told (?:the )?[a-z]+(?: [a-z]+)?|said|announced) in ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?)"
    )
)
#: "The Disaster Management Authority of Khyber Pakhtunkhwa".
_OF_A_REGION = re.compile(
    with_all_capitals(
        r"(?i:authority|ministry|department|directorate|agency|office|governor|commissioner|government) of (?:the )?([A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)$"
    )
)


class Homes:
    """The countries of the authorities of one story."""

    def __init__(self, rows: Sequence[Row], told: StoryTexts) -> None:
        self._rows = [row for row in rows if row.figure.source]
        self._told = told
        self._sources = sorted({str(row.figure.source) for row in self._rows})
        self._by_report: dict[str, set[str]] = defaultdict(set)
        self._rows_in: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            self._by_report[row.report.uid].add(str(row.figure.source))
            self._rows_in[row.report.uid].append(row)
        self._places: dict[str, Counter[str]] = {source: Counter() for source in self._sources}
        for row in self._rows:
            place = self._told.nation_of(row.figure.place)
            if place:
                self._places[str(row.figure.source)][place] += 1
        self._in_report: dict[str, Counter[str]] = defaultdict(Counter)
        #: Of which countries a report counts people.
        self._people_in_report: dict[str, set[str]] = defaultdict(set)
        counted: Counter[tuple[str, ...]] = Counter()
        for row in rows:
            nation = self._told.nation_of(row.figure.place)
            if nation:
                self._in_report[row.report.uid][nation] += 1
            counted[row.population.nations] += 1
            if row.population.nations:
                self._people_in_report[row.report.uid].update(row.population.nations)
        most = counted.most_common(1)[0] if counted else ((), 0)
        self._counted: tuple[str, ...] = most[0] if most[1] * 2 > len(rows) else ()
        self._of_name: dict[frozenset[str], set[str]] = {}
        self._nations_beside: dict[str, set[str]] = {}
        self._national: set[str] | None = None
        self._main: str | None = None

    def of_authority(self, source: str, row: Row, person: tuple[str, ...], kind: str, beside: str) -> str:
        """The country whose authority speaks, where its own words do not tell; empty where nothing does.

        `beside` are the words that tell who it is: the source, or the title of a person.
        """
        nation = self._nation_of_house(row, person)
        if kind == "legislature" and not person:
            nation = nation or self._nation_of_bodies(row)
        counted = row.population.nations or self._counted
        if is_of_citizens(beside) and len(counted) == 1:
            nation = nation or counted[0]
        if not bloc_of(source):
            nation = nation or self._nation_of_issuer(row) or self._nation_of_own_people(source, row, person)
            nation = nation or self._nation_of_place(source, row, person)
            nation = nation or self._nation_of_story(source, row, person)
            nation = nation or (self._nation_of_bodies(row) if person or is_named(source) else "")
            nation = nation or self._told.nation_of_dateline(row.report.uid)
        return nation

    def stated(self, source: str, row: Row) -> str:
        """The country that the words of a source tell, or what the texts put beside them; empty where they tell none."""
        whole, source = source, without_a_guests_place(source)
        found = nations(source)
        if len(found) == 1:
            return self._told.namesake_of(
                source, found[0], everywhere=is_functional(source) and not self._is_said(source)
            )
        if bloc_of(source) and not found:
            return ""
        if not found and (meant := self._told.meant_by(source)):
            return meant
        text = row.report.text or ""
        if whole != source:
            return ""
        if is_whose(source):
            return nation_last_named(source, text)
        if not found and is_generic(source):
            return nation_beside(source, text)
        if not found and (person := person_name(source)):
            return self._told.nation_of_person(person[-1])
        if not found and (beside := nation_beside(source, text)):
            return beside
        if not found:
            told = self._beside_anywhere(source)
            if is_functional(source):
                told &= {self._told.nation_of(row.figure.place)}
            if len(told) == 1:
                return next(iter(told))
            if region := _OF_A_REGION.search(source):
                return self._told.nation_of(region[1])
        return ""

    def _is_said(self, source: str) -> bool:
        """Does any source of the story name a country beside the words of this one: "Britain's Ministry of Defence"?"""
        wanted = bare_words(source)
        return any(nation_spans(other) and wanted <= bare_words(other) for other in self._sources)

    def _beside_anywhere(self, source: str) -> set[str]:
        """The countries that texts of the story put beside a name."""
        if source not in self._nations_beside:
            found = (nation_beside(source, text) for text in self._told.holding(source).values())
            self._nations_beside[source] = {nation for nation in found if nation}
        return self._nations_beside[source]

    def _nation_of_house(self, row: Row, person: tuple[str, ...]) -> str:
        """The country of the body that the report names last before somebody who speaks for a government: "the White House";
        or where such a one speaks: "In Rabat, Ann Roe said"."""
        text = row.report.text or ""
        named = name_spans(person[-1], text) if person else ()
        if not named:
            return ""
        told_in = _TOLD_IN.match(text, named[0][1])
        capitals = [span for span in nation_spans(told_in[1]) if span.capital] if told_in else []
        if len(capitals) == 1:
            return capitals[0].codes[0]
        before = text[max(0, named[0][0] - 250) : named[0][0]]
        spoken_in = _SPOKEN_IN.search(before)
        spans = nation_spans(spoken_in[1]) if spoken_in else ()
        return spans[0].codes[0] if len(spans) == 1 else nation_of_last_body(before)

    def _nation_of_bodies(self, row: Row) -> str:
        """The country of the one government whose bodies the report names as sources, as those that brief lawmakers are."""
        found = {
            nation
            for source in self._by_report[row.report.uid]
            if kind_of(source) in NATIONAL and not is_of_citizens(source)
            for nation in (*nations(source), self._told.meant_by(source))
        } - {""}
        return found.pop() if len(found) == 1 else ""

    def _nation_of_issuer(self, row: Row) -> str:
        """The country whose government publishes the report: "the Government of the Republic" in a ministry's communiqué."""
        outlet = row.report.outlet or ""
        found = nations(outlet) if kind_of(outlet) == "government" else ()
        return found[0] if len(found) == 1 else ""

    def _nation_of_place(self, source: str, row: Row, person: tuple[str, ...]) -> str:
        """The country that "the military" or a general speaks for: that of the place they speak of."""
        if is_generic(source):
            place = self._told.nation_of(row.figure.place) or self._nation_of_report(row)
            elsewhere = self._places.get(source, Counter()) if not place else ()
            place = place or (next(iter(elsewhere)) if len(elsewhere) == 1 else "")
            return "" if self._is_foreign(row, place) else place
        places = self._places.get(source, Counter()) + self._places.get(str(row.figure.source), Counter())
        if not person and len(places) < 2 and counts_at_home(source):
            return next(iter(places), self._told.nation_of(row.figure.place))
        if (
            person
            and len(places) == 1
            and set(places) <= self._governments()
            and not self._is_foreign(row, next(iter(places)))
        ):
            return next(iter(places))
        return ""

    def _nation_of_own_people(self, source: str, row: Row, person: tuple[str, ...]) -> str:
        """The country from which a report tells of its own people abroad: "ISLAMABAD: ... Pakistanis, the Foreign Office said"."""
        nation = self._told.nation_of_dateline(row.report.uid)
        if not nation or nation not in self._people_in_report[row.report.uid]:
            return ""
        return nation if person or self._nations_of_name(source) <= {nation} else ""

    def _nations_of_name(self, source: str) -> set[str]:
        """The countries of which a source of the story has a body of that name: "the Greek coast guard" for "the coast guard"."""
        wanted = bare_words(source)
        if wanted not in self._of_name:
            self._of_name[wanted] = {
                nation
                for other in self._sources
                if wanted <= bare_words(other) and (nation := next(iter(nations(other)), ""))
            }
        return self._of_name[wanted]

    def _nation_of_story(self, source: str, row: Row, person: tuple[str, ...]) -> str:
        """The country of the one body of that name in the story, else the one that the story is about."""
        if not person and not is_named(source):
            found = self._nations_of_name(source)
            if len(found) == 1:
                only = next(iter(found))
                return self._nation_at_home(source, row, only) or only
            if found:
                return ""
        if bare_words(source) <= words_of()["anyone"] and self.has_local_sources:
            return ""  # "officials" may be those of the town
        main = self._main_nation()
        return "" if self._is_foreign(row, main) else main

    def _nation_at_home(self, source: str, row: Row, nation: str) -> str:
        """The country that the story is about, where it happened, if no such body of another counts there in the report: "the home
        ministry" of Nepal, though "the home ministry in New Delhi" counts in India."""
        place = self._told.nation_of(row.figure.place)
        if not place or place == nation or place != self._main_nation() or is_of_citizens(source):
            return ""
        wanted = bare_words(source)
        counts_here = any(
            wanted <= bare_words(str(other.figure.source))
            and nations(str(other.figure.source))
            and self._told.nation_of(other.figure.place) == place
            for other in self._rows_in[row.report.uid]
        )
        return "" if counts_here or self._is_foreign(row, place) else place

    @cached_property
    def has_local_sources(self) -> bool:
        """Does a town or a county speak in the story?"""
        return any(kind_of(other) == "local" for other in self._sources)

    def _main_nation(self) -> str:
        """The country that most of the story's places and governments are of."""
        if self._main is None:
            told: Counter[str] = Counter()
            for row in self._rows:
                source = str(row.figure.source)
                named = nations(source) if kind_of(source) in NATIONAL and not is_of_citizens(source) else ()
                told.update({nation for nation in (*named, self._told.nation_of(row.figure.place)) if nation})
            nation, number = told.most_common(1)[0] if told else ("", 0)
            self._main = nation if number >= MOST * sum(told.values()) else self._told.main_nation
        return self._main

    @cached_property
    def tells_none(self) -> bool:
        """Does nothing in the story tell its country, so that whoever governs is of the one where it happened?"""
        return not (self._main_nation() or any(self._in_report.values()) or any(map(nations, self._sources)))

    def _nation_of_report(self, row: Row) -> str:
        """The country that most figures of the report happened in, where its own place is not told."""
        found = self._in_report.get(row.report.uid) if row.figure.place is None else None
        return min(found, key=lambda nation: (-found[nation], nation)) if found else ""

    def _is_foreign(self, row: Row, nation: str) -> bool:
        """Are people of another country counted, so that the place does not tell whose authorities speak?"""
        counted = row.population.nations or self._counted
        return bool(counted) and nation not in counted

    def _governments(self) -> set[str]:
        """The countries whose governments speak in the story under a name of their own."""
        if self._national is None:
            found: set[str] = set()
            for row in self._rows:
                source = str(row.figure.source)
                if not person_name(source) and kind_of(source) in NATIONAL:
                    whole = is_generic(source) and not re.match(r"(?:an?|one|some|senior)\b", source, re.IGNORECASE)
                    place = self._told.nation_of(row.figure.place) if whole else ""
                    place = "" if self._is_foreign(row, place) else place
                    found.update(nations(source) or ((place,) if place else ()))
            self._national = found
        return self._national
