"""What the detectors of damage share: a problem at a place, one problem for each place, words of the lexicon as patterns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.model import Problem, ProblemKind

#: A word with a capital letter, or letters with stops ("U.S."); no possessive mark. Its length is bounded, so that the cost of a
#: pattern is.
CAPITAL = r"(?:(?:[A-Z]\.){2,5}|[^\W\d_a-zà-öø-ÿ][^\W\d_]{0,30}(?:-[^\W\d_]{1,30}){0,3})"
#: One to four such words in a row.
NAME = rf"{CAPITAL}(?:\s{CAPITAL}){{0,3}}"


def problem(text: str, kind: ProblemKind, start: int, end: int, message: str, suggestion: str | None = None) -> Problem:
    """A problem that stands on text[start:end]."""
    return Problem(kind=kind, quote=text[start:end], start=start, end=end, message=message, suggestion=suggestion)


def apart(problems: Iterable[Problem]) -> list[Problem]:
    """One problem a place: of those that overlap the first, and of those that begin together the longest."""
    kept: list[Problem] = []
    for found in sorted(problems, key=lambda p: (p.start, -p.end, p.kind)):
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return kept


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """The words of one list of the lexicon of damage."""
    return frozenset(table("damage.toml")[name])


_RUN = re.compile(r"\w+")


@lru_cache(maxsize=4)
def words_in(text: str) -> frozenset[str]:
    """Every run of letters and digits of a text, as it stands."""
    return frozenset(_RUN.findall(text))


def first_words(phrases: Iterable[str]) -> frozenset[str]:
    """What phrases begin with: a text in which none of these stands (`words_in`) holds none of them."""
    return frozenset(run.group() for phrase in phrases if (run := _RUN.search(phrase)))


@lru_cache(maxsize=64)
def _words_of_phrases(names: tuple[str, ...]) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """The words of these lists, and the phrases of several words, each as its words."""
    phrases = [frozenset(_RUN.findall(phrase)) for name in names for phrase in words(name)]
    return frozenset().union(*(own for own in phrases if len(own) == 1)), tuple(own for own in phrases if len(own) > 1)


def holds_any(text: str, *names: str) -> bool:
    """Whether the words of a phrase of these lists stand in the text: else no pattern that needs one is tried."""
    single, several = _words_of_phrases(names)
    found = words_in(text)
    return not single.isdisjoint(found) or any(own <= found for own in several)


#: The first letter of a word with a capital; a set of letters at the start is what is looked for fastest.
_CAPITAL_LETTER = re.compile(r"[^\W\d_a-zà-öø-ÿ](?<!\w.)", re.DOTALL)


@lru_cache(maxsize=4)
def capitals_in(text: str) -> tuple[int, ...]:
    """Where words with a capital letter begin."""
    return tuple(match.start() for match in _CAPITAL_LETTER.finditer(text))


def from_capitals(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What `finditer` gives, for a pattern whose matches begin with a word that has a capital letter."""
    return from_starts(pattern, text, capitals_in(text))


def from_starts(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """What `finditer` gives, for a pattern whose matches begin at some of these places, which are in order."""
    end = 0
    for at in starts:
        if at >= end and (match := pattern.match(text, at)):
            yield match
            end = match.end()


def starts_of(text: str, phrases: Iterable[str]) -> list[int]:
    """Where these phrases stand in the text, in order."""
    found: list[int] = []
    for phrase in phrases:
        at = text.find(phrase)
        while at >= 0:
            found.append(at)
            at = text.find(phrase, at + 1)
    return sorted(found)


def capitals_before(text: str, places: Iterable[int], reach: int) -> list[int]:
    """Where words with a capital letter begin that stand at most `reach` characters before one of these places."""
    capitals, found = capitals_in(text), set[int]()
    for at in places:
        found.update(capitals[bisect_left(capitals, at - reach) : bisect_left(capitals, at)])
    return sorted(found)


@lru_cache(maxsize=64)
def any_of(name: str) -> str:
    """A pattern for any word or phrase of one list, longest first."""
    return any_word(table("damage.toml")[name])


def any_word(phrases: Iterable[str]) -> str:
    """A pattern for any of these words or phrases, longest first; a space stands for any white space."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first) + ")"
