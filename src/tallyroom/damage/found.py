"""What the detectors of damage share: a problem at a place, one problem for each place, words of the lexicon as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
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


def words(name: str) -> frozenset[str]:
    """The words of one list of the lexicon of damage."""
    return frozenset(table("damage.toml")[name])


@lru_cache(maxsize=64)
def any_of(name: str) -> str:
    """A pattern for any word or phrase of one list, longest first."""
    return any_word(table("damage.toml")[name])


def any_word(phrases: Iterable[str]) -> str:
    """A pattern for any of these words or phrases, longest first; a space stands for any white space."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first) + ")"
