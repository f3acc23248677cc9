"""Who speaks: the sources of one story as they are named, read to a speaker with kind, country and body."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from weakref import proxy

from tallyroom.leaders import body_spoken_for_by, countries_led_by
from tallyroom.letters import with_all_capitals
from tallyroom.resolve.nations import nation_spans
from tallyroom.resolve.sources import resolve_source, source_of_slug
from tallyroom.series.body_names import BodyNames, is_called, name_words
from tallyroom.series.employers import HEARD, Employers
from tallyroom.series.homes import NATIONAL, Homes
from tallyroom.series.rows import Row
from tallyroom.series.speaker import AUTHORITIES, ONE_OF_A_KIND, TELLING, Speaker
from tallyroom.series.speaker_words import (
    CAPITALISED,
    SOME_REGION,
    bare_words,
    bloc_of,
    body_key,
    is_anaphoric,
    is_generic,
    is_named,
    is_nobody_in_particular,
    is_of_a_place,
    is_of_state_media,
    is_outlet,
    is_whose,
    kind_of,
    members_of,
    name_key,
    person_name,
    region_of,
    titled_person,
    town_of,
    without_acronym,
)
from tallyroom.series.story_texts import MENTIONS, RUNS, StoryTexts
from tallyroom.series.title_holders import TitleHolders
from tallyroom.series.titles import (
    bodies_in_posts,
    may_have_a_post,
    name_spans,
    nation_named,
    of_a_body_before,
)
from tallyroom.series.words import nations, plain

#: "The NUG's defence ministry": an office of who stands against the government.
_RIVALS_OFFICE = re.compile(r"(.+)['’]s (?:[\w ]+ )?(?:[Mm]inistry|[Dd]epartment|[Oo]ffice|[Aa]rmy)\b")
#: "Sevgi Dogruer of Petrol-Is", "Yasir Adam, 26, of the Emergency Response Room".
_OF_A_BODY = re.compile(
    with_all_capitals(r"(?:, \d{1,3},)? (?:of|from) (the )?([A-Z][\w’'-]*(?: (?:(?:of|for|and) )?[A-Z][\w’'-]*)*)")
)


_IN_A_PLACE = re.compile(r"(?i:officials|authorities) in ")
_BEFORE_A_BODY = (" of ", " from ", ", ")
_BODY_OF_A_TITLE = re.compile(with_all_capitals(r" (?:of|for|at|with) (?:the )?([A-Z].*)$"))
#: "The independent website Mediazona", "journalists of Mediazona".
_CALLED_SO = re.compile(
    with_all_capitals(r"(?:[Tt]he |[Aa]n? )?(?:[A-Z]?[a-z][a-z-]* (?=[a-z]|the )){0,3}[a-z][a-z-]+ (?:the )?([A-Z].*)$")
)
_RUNS = re.compile(rf", who {RUNS} (the [a-z]+)")


#: One authority is meant by "the county" where it speaks so often among those that the story names.
MOST = 0.6
#: In place of a report: the whole story.
ANYWHERE = ""
#: Kinds of speakers for whom it is all the same where they are heard.
_WITHOUT_A_PLACE = (
    "independent",
    "international",
    "charity",
    "union",
    "medical",
    "company",
    "society",
    "rival",
    "body",
)


#: Of these a county has its own: its police, its fire rescue, its medical examiner.
_OF_A_COUNTY = ("government", "rescue", "medical")
_COUNTY = re.compile(r"\b([A-Z][\w-]+(?: [A-Z][\w-]+)?) County\b")


class Speakers:
    """The speakers of one story, found by the words of their names and by what the reports put beside those."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = [row for row in rows if row.figure.source]
        self._by_report: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            self._by_report[row.report.uid].append(row)
        self._texts: Mapping[str, str] = {r.report.uid: r.report.text for r in self._rows if r.report.text}
        self._relayed: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self._rows:
            for relay in row.figure.relays:
                for where in (row.report.uid, ANYWHERE):
                    self._relayed[_folded(relay)][where].append(row)
        self._sources = sorted({str(row.figure.source) for row in self._rows})
        self._told = StoryTexts(self._texts)
        self._outlets = {_folded(row.report.outlet) for row in rows if row.report.outlet}
        self._outlets |= {outlet.partition(",")[0] for outlet in self._outlets}
        self._homes = Homes(rows, self._told)
        # Weakly: in a cycle with its speakers, a story would stay in memory after it is built.
        self._employers = Employers(proxy(self), self._by_report, self._told)
        self._holders = TitleHolders(self._sources, self._told)
        self._known: dict[tuple[str, str, str], Speaker] = {}
        self._everywhere: dict[str, Speaker] = {}
        self._in_reading: set[tuple[str, str, str]] = set()
        self._passing_on: dict[tuple[str, str], Speaker | None] = {}
        self._of_kind: dict[str, Speaker | None] = {}
        self._authorities: dict[str, Speaker | None] = {}
        self._spelled: dict[str, str] = {}
        self._asked: set[tuple[str, str]] = set()
        self._rows_of: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            self._rows_of[str(row.figure.source)].append(row)
        self._persons: dict[tuple[str, ...], tuple[Speaker | None, str]] = {}
        self._posts: dict[tuple[str, ...], Speaker | None] = {}

    def of(self, row: Row) -> Speaker:
        """The speaker of a claim that names a source; where that is nobody in particular, of whoever passes it on."""
        source = str(row.figure.source)
        if (
            row.figure.relays
            and is_nobody_in_particular(source)
            and kind_of(row.figure.relays[0]) not in (None, "media")
        ):
            source = row.figure.relays[0]
        return self.named(source, row)

    def nation_of_place(self, row: Row) -> str:
        """The country in which what a claim counts happened; empty where nothing tells."""
        return self._told.nation_of(row.figure.place)

    def named(self, source: str, row: Row) -> Speaker:
        """The speaker that words name in the report of a claim."""
        if source in self._everywhere:
            return self._everywhere[source]
        key = (source, row.report.uid, row.figure.place or "")
        if key not in self._known:
            if key in self._in_reading:  # two names that each stand for whom the other means
                return Speaker(f"unnamed:{name_key(source, ())}", "unnamed", "", ())
            self._in_reading.add(key)
            self._known[key] = speaker = self._read(source, row)
            self._in_reading.discard(key)
            if self._is_the_same_everywhere(source, speaker):
                self._everywhere[source] = speaker
        return self._known[key]

    def _is_the_same_everywhere(self, source: str, speaker: Speaker) -> bool:
        """Does a name tell by itself who speaks, in whatever report: a body with a name, a government's with its country?"""
        if speaker.person or speaker.members or is_whose(source) or not is_named(source):
            return False
        if speaker.kind == "local":
            return bool(town_of(source))
        if speaker.kind == "government":
            return len(speaker.key) == len("government:xx") and nations(source) == (speaker.nation,)
        return speaker.kind in _WITHOUT_A_PLACE

    def _read(self, source: str, row: Row) -> Speaker:
        if source not in self._spelled:
            self._spelled[source] = self._spelled_out(without_acronym(source))
        source = self._spelled[source]
        if _folded(source) in self._outlets and (kind_of(source) is None or is_outlet(source)):
            return Speaker(f"media:{name_key(source, ())}", "media", "", ())
        owner = _RIVALS_OFFICE.match(source)
        if owner and self.kind_of_body(owner[1]) == "rival":
            return self.named(owner[1], row)
        members = self._members_of(source)
        if members:
            return self._joint(source, members, row)
        office, holder = titled_person(source)
        if holder and is_named(office):
            of_body = _BODY_OF_A_TITLE.search(office)
            if of_body is not None and kind_of(of_body[1]) in TELLING:
                office = of_body[1]
            return self.named(office, row)._replace(person=holder)
        speaks_there = source.endswith(" there") or (kind_of(source) == "company" and is_generic(source))
        if speaks_there and (house := _hospital_at(row)):
            return Speaker(f"medical:{name_key(house, ())}", "medical", "", ())
        if known := source_of_slug(body_spoken_for_by(source)):
            return self.named(known.name, row)._replace(person=person_name(source))
        named = self.bodies.of(source)
        person = person_name(source) if named is None else ()
        kind = kind_of(source) or ("person" if person else "unnamed" if is_generic(source) else "body")
        if named is not None and named.kind and (kind == "body" or is_called(source)):
            kind = named.kind
        nation = self._homes.stated(source, row)
        if is_of_state_media(source) and (state := nation or self._homes.of_authority(source, row, (), kind, source)):
            return Speaker(f"government:{state}", "government", state, ())
        beside = source
        told = self._told.body_of(person) if person else ""
        if told and not told.isupper() and self._place_words.issuperset(told.lower().split()):
            told = ""  # "its coordinator for Sud"
        if not nation and not told and kind in ("person", "unnamed", "government", "body"):
            employer = self._employers.of(source, person, row)
            if employer is not None:
                return employer._replace(person=person, members=())
        if person and kind == "person":
            if self._told.is_called_an_outlet(source):
                return Speaker(f"media:{name_key(source, ())}", "media", "", ())
            if self._told.is_of_an_outlet(person):
                return Speaker(f"media:{name_key(source, person)}", "media", "", person)
            owned, beside_name = self._beside_name(person)
            if owned is not None:
                return owned._replace(person=person, members=())
            body = told or beside_name
            if body and body != source:
                return self._of_body(body, row)._replace(person=person, members=())
        post = self._post_at(person) if person and kind == "person" else None
        if not nation and post is None and (led := _country_of_a_leader_in(source)):
            kind, nation = "government", led
        title = self._holders.of(source, person, row) if person else None
        # A lawmaker who passes on what others told speaks for them, not for the government of a title.
        if title and (title[0] not in ("legislature", "local") or _folded(source) not in self._relayed):
            kind, beside = title
            nation = nation or nation_named(beside)
        if post is not None and title is None:
            return post._replace(person=person, members=())
        if kind in ("person", "unnamed", "body") and nation and not person and not _is_a_name_with_a_country(source):
            kind = "government"
        if kind in _OF_A_COUNTY and (county := self._county_in(beside)):
            return Speaker(f"local:county:{county}", "local", nation, person)
        if kind == "government" and not nation and not person and is_of_a_place(source):
            kind = "government" if self._is_of_the_state(source) else "local"
        if not nation and not person and not is_named(source):
            behind = self._behind(source, row)
            if behind is not None:
                return behind
            meant = self._meant_in_report(source, row, kind)
            if meant is not None:
                return meant
        if kind == "legislature" and person and not self._lawmakers_pass_on:
            return Speaker(f"legislature:{name_key(source, person)}", kind, nation, person)
        if kind in NATIONAL:
            nation = nation or self._homes.of_authority(source, row, person, kind, beside)
            home = nation or ("home" if kind == "government" and self._homes.tells_none else "")
            region = self._region(beside, person, row) if kind == "government" else ""
            if home:
                return Speaker(f"government:{home}" + (f"/{region}" if region else ""), kind, nation, person)
            bloc = bloc_of(source)
            if bloc:
                return Speaker(f"government:{bloc}", kind, "", person)
        if kind in AUTHORITIES and not person and is_generic(source):
            only = self._only_authority(row, kind)
            if only is not None:
                return only
        if kind in ONE_OF_A_KIND and (person or is_generic(source)):
            only = self.only_of_kind(kind)
            if only is not None:
                return only._replace(person=person)
        if kind == "local":
            return Speaker(
                "local:" + body_key(source, beside, person, row.place, self._place_words), kind, nation, person
            )
        key = named.key if named is not None else name_key(source, person)
        return Speaker(f"{kind}:{key}", kind, nation, person)

    def _region(self, beside: str, person: tuple[str, ...], row: Row) -> str:
        """The region that an office is for; where its words do not name it, the one of the story that the place names, or the only one."""
        region = region_of(beside, person, self._place_words)
        if region == SOME_REGION:
            here = {one for one in self._regions if set(one.split("-")) <= set(row.place)} or self._regions
            return next(iter(here)) if len(here) == 1 else region
        return region

    def _is_of_the_state(self, source: str) -> bool:
        """Are officials named by a place those of the state: "the authorities of Puebla" where the story has another office of
        Puebla, "officials in Isfara" where nobody of the story governs a town?"""
        own = name_words(source)
        if _IN_A_PLACE.search(source) and not self._homes.has_local_sources:
            return True
        return any(
            own & name_words(other) and kind_of(other) == "government" and not is_of_a_place(other)
            for other in self._sources
        )

    def _county_in(self, words: str) -> str:
        """The county of the story whose service words name: "Miami-Dade Fire Rescue", where texts speak of Miami-Dade County."""
        name = words.removeprefix("the ").removeprefix("The ")
        return next(
            ("-".join(sorted(plain(county).split())) for county in self._counties if name.startswith(f"{county} ")), ""
        )

    @cached_property
    def _counties(self) -> tuple[str, ...]:
        """The counties that the texts name."""
        told = {found[1] for text in self._texts.values() if " County" in text for found in _COUNTY.finditer(text)}
        return tuple(sorted(told, key=lambda name: (-len(name), name)))

    @cached_property
    def _lawmakers_pass_on(self) -> bool:
        """Do lawmakers of the story tell what a body of the state told them, rather than what they know themselves?"""
        relays = (name for where in self._relayed.values() for row in where[ANYWHERE] for name in row.figure.relays)
        return any(
            kind_of(name) == "legislature" or (person := person_name(name)) and self._holders.is_a_lawmaker(person[-1])
            for name in relays
        ) or any(kind_of(source) == "legislature" and not person_name(source) for source in self._sources)

    @cached_property
    def _regions(self) -> set[str]:
        """The regions that the sources of the story name."""
        offices = (source for source in self._sources if kind_of(source) == "government")
        return {region_of(source, (), self._place_words) for source in offices} - {"", SOME_REGION}

    @cached_property
    def _place_words(self) -> frozenset[str]:
        return frozenset(word for place in {row.place for row in self._rows} for word in place)

    def issuer(self, row: Row) -> Speaker | None:
        """The body that publishes the report of a claim itself, as a ministry or a charity does; None where an outlet does."""
        outlet = row.report.outlet or ""
        return self.named(outlet, row) if kind_of(outlet) is not None and not is_outlet(outlet) else None

    @cached_property
    def bodies(self) -> BodyNames:
        return BodyNames(self._sources, {row.figure.place for row in self._rows if row.figure.place}, self._told)

    def _of_body(self, body: str, row: Row) -> Speaker:
        """The speaker that a name means of which a text says that it is a body's, even if it looks like a person's: "Real Pillko"."""
        if person_name(body) and self.bodies.of(body) is None and not self._homes.stated(body, row):
            return Speaker(f"body:{name_key(body, ())}", "body", "", ())
        return self.named(body, row)

    def _beside_name(self, person: tuple[str, ...]) -> tuple[Speaker | None, str]:
        """Whom a text says that somebody runs ("who owns the camp"), and the body that one puts beside the name
        ("Sevgi Dogruer of Petrol-Is", "M23 spokesman Fabien Rukundo"); each person is looked for once."""
        if person not in self._persons:
            self._persons[person] = self._find_beside(person[-1])
        return self._persons[person]

    def _find_beside(self, surname: str) -> tuple[Speaker | None, str]:
        for text in self._told.holding(surname).values():
            for start, end in name_spans(surname, text)[:MENTIONS]:
                if text.startswith(", who ", end) and (told := _RUNS.match(text, end)):
                    body = self._only_fuller(told[1], bare_words(told[1]))
                    if body is not None:
                        return body, ""
                named = None
                if text.startswith(_BEFORE_A_BODY, end) and (told := _OF_A_BODY.match(text, end)):
                    named = self.bodies.of(told[2], is_a_body=bool(told[1]))
                near = text[max(0, start - HEARD // 3) : start]
                if (
                    named is None
                    and (may_have_a_post(near) or " by " in near)
                    and (told := of_a_body_before().search(near))
                ):
                    name = told[1] or told[2]
                    named = self.bodies.of(self._told.acronyms.get(name, name))
                if named is not None:
                    return None, named.name
        return None, ""

    def _post_at(self, person: tuple[str, ...]) -> Speaker | None:
        """The known body at which the texts give somebody a post: "Julien Harneis, the U.N. coordinator in Pakistan"; each person is
        looked for once."""
        if person not in self._posts:
            self._posts[person] = self._find_post(person)
        return self._posts[person]

    def _find_post(self, person: tuple[str, ...]) -> Speaker | None:
        for text in self._told.holding(person[-1]).values():
            for start, end in name_spans(person[-1], text)[:MENTIONS]:
                if len(person) > 1 and not plain(text[max(0, start - HEARD) : start]).rstrip().endswith(
                    plain(person[-2])
                ):
                    continue  # "he said", or a namesake
                for name in bodies_in_posts(start, end, text):
                    body = resolve_source(name)
                    if body.sure and body.method == "name" and (kind := kind_of(name)) in TELLING:
                        return Speaker(f"{kind}:{body.slug}", kind, "", ())
                    own = self.bodies.of(self._told.acronyms.get(name, name), is_a_body=True)
                    if own is not None and own.kind in TELLING:
                        return Speaker(f"{own.kind}:{own.key}", own.kind, "", ())
        return None

    def _behind(self, source: str, row: Row) -> Speaker | None:
        """For whom "lawmakers" speak, who in the report, or else in the story, pass on one source."""
        passed = self._relayed.get(_folded(source), {})
        where = row.report.uid if row.report.uid in passed else ANYWHERE
        if (_folded(source), where) not in self._passing_on:
            names = {
                str(other.figure.source): other
                for other in passed.get(where, ())
                if _folded(str(other.figure.source)) != _folded(source)
            }
            found = {speaker.key: speaker for other in names.values() for speaker in (self.of(other),)}
            only = next(iter(found.values()))._replace(members=()) if len(found) == 1 else None
            self._passing_on[_folded(source), where] = only
        return self._passing_on[_folded(source), where]

    def only_of_kind(self, kind: str) -> Speaker | None:
        """Whom "the company" means: the one that the story names."""
        if kind not in self._of_kind:
            named = {str(other.figure.source): other for other in self._rows}
            found = {
                speaker.key: speaker
                for source, other in named.items()
                if is_named(source) and kind_of(source) == kind and not self._members_of(source)
                for speaker in (self.of(other),)
            }
            self._of_kind[kind] = next(iter(found.values()))._replace(members=()) if len(found) == 1 else None
        return self._of_kind[kind]

    def kind_of_body(self, name: str) -> str | None:
        """The kind of a body by its name, its acronym spelled out, or what the story calls it."""
        body = self.bodies.of(name)
        return kind_of(self._spelled_out(name)) or (body.kind if body is not None else None)

    def _members_of(self, source: str) -> tuple[str, ...]:
        """The bodies of a joint statement, by their kinds or as the story names them: "Open Door and the Legal Aid Cell"."""
        told = members_of(source)
        if told:
            return told
        first, _, second = source.partition(" and ")
        if not second or self.bodies.of(source) is not None:
            return ()
        return (first, second) if all(self.bodies.of(one) is not None for one in (first, second)) else ()

    def _joint(self, source: str, members: tuple[str, ...], row: Row) -> Speaker:
        own = [self.named(member, row) for member in members]
        if len({speaker.key for speaker in own}) > 1:
            return Speaker("joint:" + "+".join(_parties(members)), "joint", "", (), members)
        return own[0]._replace(members=members)

    # --- whom bare words mean

    def _meant_in_report(self, source: str, row: Row, kind: str) -> Speaker | None:
        """Whom "officials", "the agency" point back to: who has those words in a fuller name of the report, nearest before."""
        mark = (row.report.uid, source)
        if mark in self._asked:
            return None
        self._asked.add(mark)
        try:
            wanted = bare_words(source)
            fuller = [
                other
                for other in self._by_report[row.report.uid]
                if wanted <= (words := bare_words(str(other.figure.source)))
                and (
                    is_named(str(other.figure.source))
                    or (wanted < words and kind_of(str(other.figure.source)) == "local")
                )
                and not self._members_of(str(other.figure.source))
            ]
            before = [other for other in fuller if other.figure.start <= row.figure.start]
            if before:
                return self.of(before[-1])._replace(members=())
            if len({self.of(other).key for other in fuller}) == 1:
                return self.of(fuller[0])._replace(members=())
            if is_anaphoric(source):
                return self._only_authority(row, kind)
            return self._only_fuller(source, wanted) if kind not in AUTHORITIES else None
        finally:
            self._asked.discard(mark)

    def _only_fuller(self, source: str, wanted: frozenset[str]) -> Speaker | None:
        """Whom "the medical chamber" means in a report that does not name it: the one body of the story with those words."""
        if not source.lower().startswith("the "):
            return None
        fuller = [
            row
            for row in self._rows
            if wanted <= bare_words(str(row.figure.source))
            and is_named(str(row.figure.source))
            and not self._members_of(str(row.figure.source))
        ]
        found = {speaker.key: speaker for row in fuller for speaker in (self.of(row),)}
        return next(iter(found.values()))._replace(members=()) if len(found) == 1 else None

    def _spelled_out(self, source: str) -> str:
        """The full name that an acronym stands for, where the story spells it out: "NIS"."""
        letters = source.removeprefix("the ").removeprefix("The ")
        if letters in self._told.acronyms and not kind_of(letters):
            return self._told.acronyms[letters]
        if not re.fullmatch(r"[A-Z]{2,8}", letters):
            return self._with_acronym_spelled_out(source)
        if kind_of(letters):
            return source
        full = [
            name for name in self._sources if "".join(word[0] for word in name.split() if word[0].isupper()) == letters
        ]
        return full[0] if full else source

    def _with_acronym_spelled_out(self, source: str) -> str:
        """The full name in place of an acronym beside other words of a name of which nothing else tells the kind: "PDMA Balochistan"."""
        if kind_of(source) is None:
            for word in source.split():
                name = self._told.acronyms.get(word, "")
                if name and kind_of(name):
                    return source.replace(word, name)
        return source

    def _only_authority(self, row: Row, kind: str) -> Speaker | None:
        """Whom "the county", "officials" mean: the one authority that the report names, or else the story, or most of it."""
        found, told, before = self._authorities_of(self._by_report[row.report.uid], kind, row.figure.start)
        if len(found) == 1:
            return next(iter(found.values()))._replace(members=())
        if before is not None:
            return before._replace(members=())
        if kind not in self._authorities:
            found, told, _ = self._authorities_of(self._rows, kind, -1)
            key, number = told.most_common(1)[0] if told else ("", 0)
            self._authorities[kind] = (
                found[key]._replace(members=()) if told and number >= MOST * told.total() else None
            )
        return self._authorities[kind]

    def _authorities_of(
        self, rows: Sequence[Row], kind: str, start: int
    ) -> tuple[dict[str, Speaker], Counter[str], Speaker | None]:
        """The authorities that rows name, by key; how often each; the last that speaks no later in its report than `start`."""
        found: dict[str, Speaker] = {}
        told: Counter[str] = Counter()
        before: Speaker | None = None
        for other in rows:
            source = str(other.figure.source)
            # Of a joint statement one may be the very official who is asked for.
            if is_generic(source) or person_name(source) or members_of(source) or kind_of(source) not in AUTHORITIES:
                continue
            speaker = self.of(other)
            if kind == "local" and not speaker.key.startswith("local:county:"):
                continue
            found[speaker.key] = speaker
            told[speaker.key] += 1
            if other.figure.start <= start:
                before = speaker
        return found, told, before


def _hospital_at(row: Row) -> str:
    """The hospital with a name where those of a claim are, for which "an official there" or "the director" speaks; else ""."""
    place = re.sub(r" (?:in|at|near|of the) .*| of [a-z].*", "", row.figure.place or "")
    return place if kind_of(place) == "medical" and is_named(place) else ""


def _parties(members: Sequence[str]) -> list[str]:
    """One key for each who makes a joint statement, however named: "the website Mediazona" and "journalists of Mediazona" are one, and
    so are an outlet and its service; who has no name is left out beside those who have."""
    named = [one for one in members if is_named(one)]
    found = set()
    for member in named if len(named) > 1 else members:
        called = _CALLED_SO.match(member)
        body = resolve_source(called[1] if called else member)
        is_outlet_s = body.kind == "media" and body.method in ("name", "name and country")
        outlet = body.slug.partition("-")[0]
        found.add((outlet if source_of_slug(outlet) else body.slug) if is_outlet_s else member.lower())
    return sorted(found)


@lru_cache(maxsize=65536)
def _country_of_a_leader_in(source: str) -> str:
    """The one country whose leaders a source is or names: "the office of Aung San Suu Kyi"; empty where it names none or those of two."""
    led = {country for name in {source, *CAPITALISED.findall(source)} for country in countries_led_by(name)}
    return led.pop() if len(led) == 1 else ""


def _is_a_name_with_a_country(source: str) -> bool:
    """Has a body a name of its own beside its country: "ISP-Myanmar", "Norwegian Refugee Council"?"""
    rest = source
    for span in reversed(nation_spans(source)):
        rest = rest[: span.start] + rest[span.end :]
    return bool(name_words(rest) - {"the"})


def _folded(name: str) -> str:
    return name.strip().lower().removeprefix("the ")
