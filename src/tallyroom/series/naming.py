"""What people said of the words for whom and where figures count: which mean the same, and which do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from tallyroom.resolve.places import resolve_place
from tallyroom.resolve.populations import population_key
from tallyroom.series.records import Judgements
from tallyroom.series.words import nations

Row = TypeVar("Row")
Pairs = Sequence[tuple[str, str]]


class Names:
    """One kind of words as people judged them; `key` tells what words mean to the program, and names may be such keys."""

    def __init__(self, same: Pairs, different: Pairs, key: Callable[[str], str]) -> None:
        self._different = different
        self._key = key
        self._head_of_word: dict[str, str] = {}
        self._head_of_key: dict[str, str] = {}
        for own in _groups(same):
            head = next((name for name in own if nations(name)), own[0])
            for name in own:
                self._head_of_word[_bare(name)] = head
                self._head_of_key.setdefault(name, head)
                self._head_of_key.setdefault(key(name), head)

    def head(self, words: str | None) -> str | None:
        """The words to read in place of these: those of the group that people put them in."""
        if not words or not self._head_of_word:
            return words
        return self._head_of_word.get(_bare(words)) or self._head_of_key.get(self._key(words), words)

    def apart(self, rows: Sequence[Row], words_of: Callable[[Row], str | None]) -> list[list[Row]]:
        """Rows that people do not hold for one, each part in order; what matches neither name stays with the first."""
        parts = [list(rows)]
        for a, b in self._different:
            for i, own in enumerate(list(parts)):
                leaving = [row for row in own if self._is(words_of(row), b, a)]
                if leaving and any(self._is(words_of(row), a, b) for row in own):
                    gone = set(map(id, leaving))
                    parts[i] = [row for row in own if id(row) not in gone]
                    parts.append(leaving)
        return parts

    def _is(self, words: str | None, name: str, other: str) -> bool:
        """Do words mean a name, and not the other that it is held apart from?"""
        if not words:
            return False
        if _bare(words) in (_bare(name), _bare(other)):
            return _bare(words) == _bare(name)
        own, rival = ({one, self._key(one), self._key(self.head(one) or one)} for one in (name, other))
        key = self._key(self.head(words) or words)
        return key in own and key not in rival


class Naming:
    """The names of populations and of places as people judged them."""

    def __init__(self, judgements: Judgements) -> None:
        self.populations = Names(judgements.same_populations, judgements.different_populations, population_key)
        self.places = Names(judgements.same_places, judgements.different_places, lambda words: resolve_place(words).key)


def _groups(pairs: Pairs) -> list[list[str]]:
    """The names that pairs tie together, each group in the order in which its names came."""
    group_of: dict[str, list[str]] = {}
    for a, b in pairs:
        ours, theirs = (group_of.setdefault(_bare(name), [name]) for name in (a, b))
        if ours is not theirs:
            ours.extend(theirs)
            for name in theirs:
                group_of[_bare(name)] = ours
    return list({id(own): own for own in group_of.values()}.values())


def _bare(name: str) -> str:
    return " ".join(name.casefold().split()).removeprefix("the ")
