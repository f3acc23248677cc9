"""For which body somebody of a story speaks: "its coordinator", "the group's head, Jonas Keller", in the words before a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

from tallyroom.letters import with_all_capitals
from tallyroom.resolve.nations import fold
from tallyroom.series.body_names import BodyNames, name_words
from tallyroom.series.rows import Row, sentence_around
from tallyroom.series.speaker import AUTHORITIES, ONE_OF_A_KIND, TELLING, Speaker
from tallyroom.series.speaker_words import CAPITALISED, bare_words, is_named, kind_of, person_name, words_of
from tallyroom.series.story_texts import StoryTexts, body_before
from tallyroom.series.titles import ITS, called_beside, called_when_owned, name_spans
from tallyroom.series.words import nations

#: Bodies that a text names without a capital letter.
_ARM_OF_STATE = re.compile(r"\b[Tt]he (?:army|police|navy|military|government|ministry|coast guard)\b")
_ITS_PEOPLE = frozenset(
    ("fighters", "members", "militants", "soldiers", "troops", "men", "rebels", "gunmen", "officials")
)
#: "Kamal Adwan hospital": a name with the word for what has it.
_HOUSE = re.compile(
    with_all_capitals(
        rf"(?<![\w’'-])(?!(?:At|In|From|The|To|By|For|But|And)\b)(?:[A-Z][\w’'-]*\s){{1,4}}(?:{'|'.join(sorted(words_of()['houses']))})\b"
    )
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
#: A sentence about a body: where that is none of the story's sources, "its spokesman" speaks for nobody known.
_OF_A_STRANGER = re.compile(with_all_capitals(r"The [A-Z]|[A-Z]{2,}\b"))
#: So many characters before a name may have the body that it speaks for.
HEARD = 300


class Voices(Protocol):
    """Who speaks in a story, as far as finding employers asks for it."""

    @property
    def bodies(self) -> BodyNames:
        """The bodies of the story by their names."""

    def named(self, source: str, row: Row) -> Speaker:
        """The speaker that words name in the report of a claim."""

    def of(self, row: Row) -> Speaker:
        """The speaker of a claim."""

    def only_of_kind(self, kind: str) -> Speaker | None:
        """The one speaker of a kind that the story names."""

    def kind_of_body(self, name: str) -> str | None:
        """The kind of a body by its name, or by what the story calls it."""


class Employers:
    """The bodies for which the persons of one story speak, each looked for once."""

    def __init__(self, voices: Voices, by_report: Mapping[str, Sequence[Row]], told: StoryTexts) -> None:
        self._voices = voices
        self._by_report = by_report
        self._told = told
        self._sources = sorted({str(row.figure.source) for rows in by_report.values() for row in rows})
        self._found: dict[str, Speaker | None] = {}
        self._called: dict[tuple[str, str], list[tuple[int, str]]] = {}

    def of(self, source: str, person: tuple[str, ...], row: Row) -> Speaker | None:
        """The body for which a source speaks, as its own report tells, else as others do; None where nothing tells."""
        return self._beside(source, person, row) or self._elsewhere(source, person)

    def _beside(self, source: str, person: tuple[str, ...], row: Row) -> Speaker | None:
        """The body for which "its coordinator" or "the group's head, Jonas Keller," speaks: the one heard last before."""
        if person:
            return self._in_report(person[-1], row)
        called = called_when_owned(source + " ")
        if called is None:
            return None
        body = body_before(source, sentence_around(row))
        if body and (kind_of(body) or not person_name(body)) and not nations(body):
            return self._voices.named(body, row)
        return self._speaker_before(row, row.figure.start, called)

    def _in_report(self, surname: str, row: Row) -> Speaker | None:
        """The body for which the report of a claim has somebody of this name speak."""
        text = row.report.text or ""
        for start, called in self._called_in(surname, row):
            for sentence in self._sentences_before(text, start, called):
                heard = self._last_body(sentence, called)
                if heard:
                    return self._voices.named(self._fuller_name(heard), row)
                if called == ITS and _OF_A_STRANGER.match(sentence):
                    return None
            kind = kind_of(called)
            if kind in ONE_OF_A_KIND and (only := self._voices.only_of_kind(kind)) is not None:
                return only
            return self._speaker_before(row, max(row.figure.start, start), called)
        return None

    def _called_in(self, surname: str, row: Row) -> list[tuple[int, str]]:
        """Where a report has a name, and what it calls the body for which it has somebody of that name speak."""
        key = (surname, row.report.uid)
        if key not in self._called:
            text = row.report.text or ""
            told = ((start, called_beside(text, start, end)) for start, end in name_spans(surname, text))
            self._called[key] = [(start, called) for start, called in told if called is not None]
        return self._called[key]

    def _fuller_name(self, name: str) -> str:
        """The one name of a body of the story that has all words of a shorter one: "the Observatory"; else the name itself."""
        words = name_words(name)
        longer = [
            source
            for source in self._sources
            if words < name_words(source) and self._voices.bodies.of(source) is not None
        ]
        bodies = {body.key for source in longer if (body := self._voices.bodies.of(source)) is not None}
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
                return self._voices.of(other)
        return None

    def _may_be_called(self, body: str, called: str) -> bool:
        """May a text call a body, which it named before, by this noun: "the union", "the group"?"""
        if called == ITS or called in bare_words(body):
            return True
        kind, own = kind_of(called), kind_of(body) or self._voices.kind_of_body(body)
        return kind is None or kind == own or (kind == "government" and own in (None, *AUTHORITIES))

    def _elsewhere(self, source: str, person: tuple[str, ...]) -> Speaker | None:
        """The one body for which other reports of the story have the same person speak."""
        if not person:
            return None
        if source not in self._found:
            self._found[source] = None  # while it is looked for: bodies are named by persons, too
            holding = self._told.holding(person[-1])
            one_of = {uid: self._by_report[uid][0] for uid in sorted(holding) if self._by_report.get(uid)}
            found = Counter(
                body._replace(person=())
                for row in one_of.values()
                if (body := self._in_report(person[-1], row)) is not None
            )
            ranked = found.most_common(2)
            clear = ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
            self._found[source] = ranked[0][0] if clear else None
        return self._found[source]

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
            if kind_of(name) in TELLING and not nations(name)
        ]
        found += [
            (folded.rfind(f" {fold(house[0])} "), house[0])
            for house in _HOUSE.finditer(words)
            if kind_of(house[0]) in TELLING
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
            if self._voices.bodies.of(source) is not None
            and called_when_owned(source + " ") is None
            and (name := CAPITALISED.search(re.sub(r"^[Tt]he ", "", source)))
        ]


def _is_of_its_people(words: str, source: str) -> bool:
    """Do words, which begin with the name of a body, go on with people of it: "ELN fighters", who are spoken of and do not speak?"""
    after = words.strip()[len(fold(re.sub(r"^[Tt]he ", "", source))) :].split()
    return bool(after) and after[0] in _ITS_PEOPLE
