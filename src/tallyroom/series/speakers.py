"""Who speaks: the sources of one story as they are named, read to a speaker with kind, country and body."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from tallyroom.leaders import body_spoken_for_by, countries_led_by
from tallyroom.letters import with_all_capitals
from tallyroom.resolve.nations import fold, nation_spans
from tallyroom.resolve.sources import resolve_source, source_of_slug
from tallyroom.series.body_names import BodyNames, is_called, name_words
from tallyroom.series.homes import NATIONAL, Homes
from tallyroom.series.persons import same_person
from tallyroom.series.rows import Row, sentence_around
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
    words_of,
)
from tallyroom.series.story_texts import MENTIONS, RUNS, StoryTexts, body_before
from tallyroom.series.titles import (
    ITS,
    called_beside,
    called_when_owned,
    name_spans,
    nation_named,
    of_a_body_before,
    title_beside,
    words_that_speak_for,
)
from tallyroom.series.words import nations

#: "The NUG's defence ministry": an office of who stands against the government.
_RIVALS_OFFICE = re.compile(r"(.+)['’]s (?:[\w ]+ )?(?:[Mm]inistry|[Dd]epartment|[Oo]ffice|[Aa]rmy)\b")
#: "Sevgi Dogruer of Petrol-Is", "Yasir Adam, 26, of the Emergency Response Room".
_OF_A_BODY = re.compile(
    with_all_capitals(r"(?:, \d{1,3},)? (?:of|from) (the )?([A-Z][\w’'-]*(?: (?:(?:of|for|and) )?[A-Z][\w’'-]*)*)")
)


_IN_A_PLACE = re.compile(r"(?i:officials|authorities) in ")
#: Bodies that a text names without a capital letter.
_ARM_OF_STATE = re.compile(r"\b[Tt]he (?:army|police|navy|military|government|ministry|coast guard)\b")
_ITS_PEOPLE = frozenset(
    ("fighters", "members", "militants", "soldiers", "troops", "men", "rebels", "gunmen", "officials")
)
_BEFORE_A_BODY = (" of ", " from ", ", ")
_BODY_OF_A_TITLE = re.compile(with_all_capitals(r" (?:of|for|at|with) (?:the )?([A-Z].*)$"))
#: "The independent website Mediazona", "journalists of Mediazona".
_CALLED_SO = re.compile(with_all_capitals(r"(?:[Tt]he |[Aa]n? )?(?:[a-z][a-z-]+ ){1,4}(?:the )?([A-Z].*)$"))
#: "Kamal Adwan hospital": a name with the word for what has it.
_HOUSE = re.compile(
    with_all_capitals(
        rf"(?<![\w’'-])(?!(?:At|In|From|The|To|By|For|But|And)\b)(?:[A-Z][\w’'-]*\s){{1,4}}(?:{'|'.join(sorted(words_of()['houses']))})\b"
    )
)
_RUNS = re.compile(rf", who {RUNS} (the [a-z]+)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
#: A sentence about a body: where that is none of the story's sources, "its spokesman" speaks for nobody known.
_OF_A_STRANGER = re.compile(with_all_capitals(r"The [A-Z]|[A-Z]{2,}\b"))


class Speaker(NamedTuple):
    """One speaker of a story: the key under which its names meet, and what is known of it."""

    key: str
    #: government, independent, legislature, local, international, media, model, charity, union, medical, rescue, company, rival, witness,
    #: body (of another kind, with a name), person, unnamed.
    kind: str
    nation: str
    #: The person's name in small letters, where a person speaks.
    person: tuple[str, ...]
    #: Of a joint statement: the sources that make it together.
    members: tuple[str, ...] = ()


#: Kinds that "officials" and "the authorities" may stand for.
AUTHORITIES = ("government", "local")
#: One authority is meant by "the county" where it speaks so often among those that the story names.
MOST = 0.6
#: In place of a report: the whole story.
ANYWHERE = ""
#: Of such bodies a story often has one, called by its kind where it is named again.
_ONE_OF_A_KIND = ("company", "charity", "union", "independent", "medical", "rival")
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
#: Kinds of bodies that a name tells by itself.
_TELLING = ("medical", "union", "charity", "company", "society", "independent", "rival", "international")
#: So many characters before a name may have the body that it speaks for.
HEARD = 300


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
        self._known: dict[tuple[str, str, str], Speaker] = {}
        self._everywhere: dict[str, Speaker] = {}
        self._in_reading: set[tuple[str, str, str]] = set()
        self._passing_on: dict[tuple[str, str], Speaker | None] = {}
        self._of_kind: dict[str, Speaker | None] = {}
        self._authorities: dict[str, Speaker | None] = {}
        self._spelled: dict[str, str] = {}
        self._titles: dict[tuple[str, frozenset[str]], tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]] = {}
        self._asked: set[tuple[str, str]] = set()
        self._employers: dict[str, Speaker | None] = {}
        self._rows_of: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            self._rows_of[str(row.figure.source)].append(row)
        self._persons: dict[tuple[str, ...], tuple[Speaker | None, str]] = {}

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
        if owner and self._kind_of_body(owner[1]) == "rival":
            return self.named(owner[1], row)
        members = self._members_of(source)
        if members:
            return self._joint(source, members, row)
        office, holder = titled_person(source)
        if holder and is_named(office):
            of_body = _BODY_OF_A_TITLE.search(office)
            if of_body is not None and kind_of(of_body[1]) in _TELLING:
                office = of_body[1]
            return self.named(office, row)._replace(person=holder)
        speaks_there = source.endswith(" there") or (kind_of(source) == "company" and is_generic(source))
        if speaks_there and (house := _hospital_at(row)):
            return Speaker(f"medical:{name_key(house, ())}", "medical", "", ())
        if known := source_of_slug(body_spoken_for_by(source)):
            return self.named(known.name, row)._replace(person=person_name(source))
        named = self._bodies.of(source)
        person = person_name(source) if named is None else ()
        kind = kind_of(source) or ("person" if person else "unnamed" if is_generic(source) else "body")
        if named is not None and named.kind and (kind == "body" or is_called(source)):
            kind = named.kind
        nation = self._homes.stated(source, row)
        if is_of_state_media(source) and (state := nation or self._homes.of_authority(source, row, (), kind, source)):
            return Speaker(f"government:{state}", "government", state, ())
        beside = source
        told = self._told.body_of(person) if person else ""
        if not nation and not told and kind in ("person", "unnamed", "government", "body"):
            employer = self._employer(source, person, row) or self._employer_elsewhere(source, person)
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
        if not nation and (led := _country_of_a_leader_in(source)):
            kind, nation = "government", led
        title = self._title(source, person, row) if person else None
        # A lawmaker who passes on what others told speaks for them, not for the government of a title.
        if title and (title[0] not in ("legislature", "local") or _folded(source) not in self._relayed):
            kind, beside = title
            nation = nation or nation_named(beside)
        if kind in ("person", "unnamed", "body") and nation and not person and not _is_a_name_with_a_country(source):
            kind = "government"
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
        if kind in _ONE_OF_A_KIND and (person or is_generic(source)):
            only = self._only_of_kind(kind)
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

    @cached_property
    def _lawmakers_pass_on(self) -> bool:
        """Do lawmakers of the story tell what a body of the state told them, rather than what they know themselves?"""
        relays = (name for where in self._relayed.values() for row in where[ANYWHERE] for name in row.figure.relays)
        return any(
            kind_of(name) == "legislature" or (person := person_name(name)) and self._is_a_lawmaker(person[-1])
            for name in relays
        ) or any(kind_of(source) == "legislature" and not person_name(source) for source in self._sources)

    def _is_a_lawmaker(self, surname: str) -> bool:
        return any(kind == "legislature" for kind, _ in self._titles_of(surname)[1])

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
    def _bodies(self) -> BodyNames:
        return BodyNames(self._sources, {row.figure.place for row in self._rows if row.figure.place}, self._told)

    def _of_body(self, body: str, row: Row) -> Speaker:
        """The speaker that a name means of which a text says that it is a body's, even if it looks like a person's: "Real Pillko"."""
        if person_name(body) and self._bodies.of(body) is None and not self._homes.stated(body, row):
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
                    named = self._bodies.of(told[2], is_a_body=bool(told[1]))
                near = text[max(0, start - HEARD // 3) : start]
                if (
                    named is None
                    and any(word in near for word in words_that_speak_for())
                    and (told := of_a_body_before().search(near))
                ):
                    name = told[1] or told[2]
                    named = self._bodies.of(self._told.acronyms.get(name, name))
                if named is not None:
                    return None, named.name
        return None, ""

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

    def _only_of_kind(self, kind: str) -> Speaker | None:
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

    def _kind_of_body(self, name: str) -> str | None:
        """The kind of a body by its name, its acronym spelled out, or what the story calls it."""
        body = self._bodies.of(name)
        return kind_of(self._spelled_out(name)) or (body.kind if body is not None else None)

    def _members_of(self, source: str) -> tuple[str, ...]:
        """The bodies of a joint statement, by their kinds or as the story names them: "Open Door and the Legal Aid Cell"."""
        told = members_of(source)
        if told:
            return told
        first, _, second = source.partition(" and ")
        if not second or self._bodies.of(source) is not None:
            return ()
        return (first, second) if all(self._bodies.of(one) is not None for one in (first, second)) else ()

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

    def _employer(self, source: str, person: tuple[str, ...], row: Row) -> Speaker | None:
        """The body for which "its coordinator" or "the group's head, Jonas Keller," speaks: the one heard last before."""
        if person:
            return self._employer_in(person[-1], row)
        called = called_when_owned(source + " ")
        if called is None:
            return None
        body = body_before(source, sentence_around(row))
        if body and (kind_of(body) or not person_name(body)) and not nations(body):
            return self.named(body, row)
        return self._speaker_before(row, row.figure.start, called)

    def _employer_in(self, surname: str, row: Row) -> Speaker | None:
        """The body for which the report of a claim has somebody of this name speak."""
        text = row.report.text or ""
        for start, end in name_spans(surname, text):
            called = called_beside(text, start, end)
            if called is None:
                continue
            for sentence in self._sentences_before(text, start, called):
                heard = self._last_body(sentence, called)
                if heard:
                    return self.named(self._fuller_name(heard), row)
                if called == ITS and _OF_A_STRANGER.match(sentence):
                    return None
            kind = kind_of(called)
            if kind in _ONE_OF_A_KIND and (only := self._only_of_kind(kind)) is not None:
                return only
            return self._speaker_before(row, max(row.figure.start, start), called)
        return None

    def _fuller_name(self, name: str) -> str:
        """The one name of a body of the story that has all words of a shorter one: "the Observatory"; else the name itself."""
        words = name_words(name)
        longer = [
            source for source in self._sources if words < name_words(source) and self._bodies.of(source) is not None
        ]
        bodies = {body.key for source in longer if (body := self._bodies.of(source)) is not None}
        return longer[0] if len(bodies) == 1 and name not in self._sources else name

    @staticmethod
    def _sentences_before(text: str, start: int, called: str) -> list[str]:
        """The sentences in which a body may have been named that is called so later, nearest first: "its" reaches less far than a noun."""
        reach, most = (HEARD, 2) if called == ITS else (3 * HEARD, 6)
        return _SENTENCE.split(text[max(0, start - reach) : start])[-most:][::-1]

    def _speaker_before(self, row: Row, start: int, called: str) -> Speaker | None:
        """The body, of what it is called, that speaks last in a report before some place."""
        for other in reversed(self._by_report[row.report.uid]):
            body = str(other.figure.source)
            if (
                other.figure.start <= start
                and body != row.figure.source
                and not person_name(body)
                and is_named(body)
                and called_when_owned(body + " ") is None
                and self._may_be_called(body, called)
            ):
                return self.of(other)
        return None

    def _may_be_called(self, body: str, called: str) -> bool:
        """May a text call a body, which it named before, by this noun: "the union", "the group"?"""
        if called == ITS or called in bare_words(body):
            return True
        kind, own = kind_of(called), kind_of(body) or self._kind_of_body(body)
        return kind is None or kind == own or (kind == "government" and own in (None, *AUTHORITIES))

    def _employer_elsewhere(self, source: str, person: tuple[str, ...]) -> Speaker | None:
        """The one body for which other reports of the story have the same person speak."""
        if not person:
            return None
        if source not in self._employers:
            self._employers[source] = None  # while it is looked for: bodies are named by persons, too
            holding = self._told.holding(person[-1])
            one_of = {uid: self._by_report[uid][0] for uid in sorted(holding) if self._by_report.get(uid)}
            found = Counter(
                body._replace(person=())
                for row in one_of.values()
                if (body := self._employer_in(person[-1], row)) is not None
            )
            ranked = found.most_common(2)
            clear = ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
            self._employers[source] = ranked[0][0] if clear else None
        return self._employers[source]

    def _last_body(self, words: str, called: str) -> str:
        """The name of a body that some words have last, of the story's sources or told by its own words; one that may be called so."""
        folded = f" {fold(words)} "
        found = [
            (at, source)
            for bare, source in self._named_bodies
            if (at := folded.rfind(f" {fold(bare)} ")) >= 0 and (not bare.isupper() or bare in words)
        ]
        found += [
            (folded.rfind(f" {fold(name)} "), name)
            for name in CAPITALISED.findall(words)
            if kind_of(name) in _TELLING and not nations(name)
        ]
        found += [
            (folded.rfind(f" {fold(house[0])} "), house[0])
            for house in _HOUSE.finditer(words)
            if kind_of(house[0]) in _TELLING
        ]
        found += [(at, source) for bare, source in self._offices_called if (at := folded.rfind(f" {bare} ")) >= 0]
        found += [(folded.rfind(f" {fold(m[0])} "), m[0]) for m in _ARM_OF_STATE.finditer(words)]
        found = [
            (at, source)
            for at, source in found
            if self._may_be_called(source, called) and not _is_of_its_people(folded[at:], source)
        ]
        return max(found)[1] if found else ""

    @cached_property
    def _offices_called(self) -> list[tuple[str, str]]:
        """The sources that are bodies without a name, folded: "the state health ministry"."""
        return [
            (fold(re.sub(r"^[Tt]he ", "", source)), source)
            for source in self._sources
            if source.count(" ") > 1 and re.sub(r"^[Tt]he ", "", source).islower() and kind_of(source) in AUTHORITIES
        ]

    @cached_property
    def _named_bodies(self) -> list[tuple[str, str]]:
        """The names of the bodies of the story, without what only says their kind: "the union Petrol-Is"."""
        return [
            (name[0], source)
            for source in self._sources
            if self._bodies.of(source) is not None
            and called_when_owned(source + " ") is None
            and (name := CAPITALISED.search(re.sub(r"^[Tt]he ", "", source)))
        ]

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

    # --- titles

    def _title(self, source: str, person: tuple[str, ...], row: Row) -> tuple[str, str] | None:
        """The title that the report, or else another of the story, gives beside a person's name; one with a country is better."""
        titles, told = self._titles_of(person[-1], self._namesakes_of(person))
        own = titles.get(row.report.uid)
        if own is None:
            return next(iter(titles.values()), None)
        if own[0] == "local":
            named = [title for title in (own, *told) if title[0] == "local" and town_of(title[1])]
            return named[0] if named else own
        return own if nation_named(own[1]) else next((t for t in told if t[0] == own[0] and nation_named(t[1])), own)

    def _titles_of(
        self, surname: str, namesakes: frozenset[str] = frozenset()
    ) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
        """The titles that the texts of the story give beside a surname: by report, and each once."""
        key = (surname, namesakes)
        if key not in self._titles:
            texts = sorted(self._told.holding(surname).items())
            found = ((uid, title_beside(surname, text, namesakes)) for uid, text in texts)
            titles = {uid: title for uid, title in found if title}
            self._titles[key] = titles, list(dict.fromkeys(titles.values()))
        return self._titles[key]

    def _namesakes_of(self, person: tuple[str, ...]) -> frozenset[str]:
        """The given names of other sources with a person's surname; none where only the surname is told."""
        if len(person) < 2:
            return frozenset()
        others = self._persons_by_surname[person[-1]]
        return frozenset(other[-2] for other in others if other != person and not same_person(person, other))

    @cached_property
    def _persons_by_surname(self) -> dict[str, list[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for person in map(person_name, self._sources):
            if len(person) > 1:
                found[person[-1]].append(person)
        return found


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


def _is_of_its_people(words: str, source: str) -> bool:
    """Do words, which begin with the name of a body, go on with people of it: "ELN fighters", who are spoken of and do not speak?"""
    after = words.strip()[len(fold(re.sub(r"^[Tt]he ", "", source))) :].split()
    return bool(after) and after[0] in _ITS_PEOPLE


def _folded(name: str) -> str:
    return name.strip().lower().removeprefix("the ")
