"""Which names of one story mean one body: "the union Petrol-Is" and "Petrol-Is", "the town's Emergency Room" and "the Kosti Emergency Room"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from tallyroom.letters import with_all_capitals
from tallyroom.resolve.nations import fold
from tallyroom.resolve.sources import resolve_source
from tallyroom.series.speaker_words import (
    is_generic,
    kind_of,
    members_of,
    name_key,
    person_name,
    titled_person,
    without_acronym,
    without_dots,
)
from tallyroom.series.story_texts import StoryTexts
from tallyroom.series.words import nations

_NAME_WORD = re.compile(with_all_capitals(r"(?<!\w)[A-Z][^\W_]*(?:[-’'][^\W_]+)*"))
#: "The UN humanitarian office": its other words tell which body it is, and the short form does not.
_SHORT_FORM = re.compile(with_all_capitals(r"^(?:[Tt]he )?[A-Z]{2,5}(?:['’]s)? [a-z]|^[a-z ]+ [A-Z]{2,5}$"))
_CALLED = re.compile(r"(?:[Tt]he |[Aa]n? )?(?:[a-z][a-z-]+ ){1,3}(?=[^a-z])(\S.*)$")
#: Kinds that only the want of a better word gives.
_NO_KIND = ("person", "unnamed", "body")


class Body(NamedTuple):
    """One body under all its names in a story."""

    key: str
    #: As its names tell; empty where none does.
    kind: str
    #: One of its names.
    name: str


class BodyNames:
    """The bodies of a story by the words with capital letters in their names."""

    def __init__(self, sources: Sequence[str], places: Iterable[str], told: StoryTexts) -> None:
        self._asked: dict[tuple[str, bool], Body | None] = {}
        self._place_words = {word for place in places for word in name_words(place)}
        named = {
            source: name_words(source)
            for source in sources
            if _is_a_body(source) or (person_name(source) and told.is_called_a_body(source))
        }
        together = {source for source in named if " and " in source and _names_several(source, set(named.values()))}
        named = {
            source: words
            for source, words in named.items()
            if source not in together and not all(word in self._place_words or _is_of_a_nation(word) for word in words)
        }
        whole = set(named.values()) - {frozenset()}
        self._told = Counter(word for words in whole for word in words)
        #: The names by their rarest word, and by each word.
        self._by_rarest: dict[str, list[frozenset[str]]] = defaultdict(list)
        self._by_word: dict[str, list[frozenset[str]]] = defaultdict(list)
        for words in sorted(whole, key=lambda one: (len(one), sorted(one))):
            self._by_rarest[self._rarest(words)].append(words)
            for word in words:
                self._by_word[word].append(words)
        own: dict[frozenset[str], list[str]] = {}
        for source, words in sorted(named.items()):
            if words:
                own.setdefault(self._shortest(words), []).append(source)
        self._bodies: Mapping[frozenset[str], Body] = {words: _body(names, told) for words, names in own.items()}

    def of(self, source: str, *, is_a_body: bool = False) -> Body | None:
        """The body of the story that a name means, which may look like a person's; None where the story has none of that name."""
        mark = (source, is_a_body)
        if mark not in self._asked:
            self._asked[mark] = self._find(source, is_a_body)
        return self._asked[mark]

    def _find(self, source: str, is_a_body: bool) -> Body | None:
        words = name_words(source)
        if not words or (_SHORT_FORM.search(without_dots(source)) and resolve_source(source).method == "name"):
            return None
        known = self._bodies.get(self._shortest(words))
        if known is None and (is_a_body or not person_name(source)):
            longer = [one for one in self._by_word.get(self._rarest(words), ()) if words < one]
            fitting = {self._shortest(one) for one in longer if self._is_short_for(words, one)}
            known = self._bodies.get(fitting.pop()) if len(fitting) == 1 else None
        return known

    def _shortest(self, words: frozenset[str]) -> frozenset[str]:
        """The words of the shortest name that means the same: a place more or less makes no other body, nor do words that one longer name adds."""
        within = [other for word in words for other in self._by_rarest.get(word, ()) if other < words]
        for other in sorted(within, key=lambda one: (len(one), sorted(one))):
            if self._is_short_for(other, words):
                return other
        return words

    def _rarest(self, words: frozenset[str]) -> str:
        return min(words, key=lambda word: (self._told[word], word))

    def _is_short_for(self, short: frozenset[str], long: frozenset[str]) -> bool:
        if all(word in self._place_words or _is_of_a_nation(word) for word in short):
            return False
        if all(word in self._place_words or _is_of_a_nation(word) for word in long - short):
            return True
        longer = [other for other in self._by_word.get(self._rarest(short), ()) if short < other]
        return len(short) > 1 and all(other <= long or long <= other for other in longer)


@lru_cache(maxsize=16384)
def name_words(source: str) -> frozenset[str]:
    """The words with a capital letter in a name, folded; an article that opens it is none."""
    words = _NAME_WORD.findall(re.sub(r"^(?:The|A|An|One|Its) ", "", without_dots(without_acronym(source))))
    return frozenset(fold(re.sub(r"['’]s$", "", word)).replace(" ", "-") for word in words)


@lru_cache(maxsize=16384)
def _is_of_a_nation(word: str) -> bool:
    """Does a folded word of a name name a country?"""
    return bool(nations(word.title()))


def is_called(source: str) -> bool:
    """Does only what a body is called tell its kind, and not its name: "the agency HRANA"? Whoever speaks may be an agency."""
    name = _CALLED.match(source)
    return name is not None and kind_of(name[1]) is None


def _is_a_body(source: str) -> bool:
    is_somebody = person_name(source) or titled_person(source)[1]
    return not (is_somebody or is_generic(source) or members_of(source) or _SHORT_FORM.search(without_dots(source)))


def _names_several(source: str, known: set[frozenset[str]]) -> bool:
    """Is a source two bodies of the story, each named elsewhere: "Open Door and the Legal Aid Cell"?"""
    first, _, second = source.partition(" and ")
    return {name_words(first), name_words(second)} <= known


def _body(names: Sequence[str], told: StoryTexts) -> Body:
    kinds = Counter(kind for name in names if (kind := kind_of(name)) and kind not in _NO_KIND and not is_called(name))
    if not kinds:
        kinds.update(kind for name in names if is_called(name) and (kind := kind_of(name)))
        kinds.update(kind for name in names for words in told.called_behind(name) if (kind := kind_of(words)))
    if not kinds:
        kinds.update(kind for name in names for word in told.words_before(name) if (kind := kind_of(word)))
        kinds.update(kind for name in names for word in name.split() if (kind := told.kinds_of_acronyms.get(word)))
    known = {body.slug for name in names if (body := resolve_source(name)).sure and body.method != "words"}
    shortest = min(names, key=lambda name: (len(name_words(name)), name))
    key = known.pop() if len(known) == 1 else "-".join(sorted(name_words(shortest))) or name_key(shortest, ())
    return Body(key, min(kinds, key=lambda kind: (-kinds[kind], kind)) if kinds else "", shortest)
