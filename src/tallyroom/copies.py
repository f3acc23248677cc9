"""Near-copies: one wire text in several reports, found by shared sentences; a wire inside a longer report counts too."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from tallyroom.sentences import split_sentences

#: Words that a shared run must have: shorter runs are idiom ("said in a statement on Thursday that the number of").
SHINGLE = 8
#: Shared shingles that two texts need: about two sentences, or one long one with small edits around it.
SHARED = 14
#: A sentence that more texts than this share is boilerplate of an outlet, not a wire.
COMMON = 200

#: Where a run of words may not go on. An abbreviation taken for an end costs a few runs, no more.
_BREAK = re.compile(r"[.!?][\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z0-9])|\n")


class CopyPair(NamedTuple):
    """Two texts that share passages: how much of the shorter one stands in the other."""

    first: str
    second: str
    #: Shared shingles.
    shared: int
    #: Shared shingles as a share of those of the shorter text, 0 to 1.
    containment: float


class _WordsOnly(dict[int, str]):
    """A table for `str.translate`: what is no letter and no digit becomes a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if char.isalnum() else " "
        return self[code]


_WORDS_ONLY = _WordsOnly()


def _words(sentence: str) -> list[str]:
    return sentence.lower().translate(_WORDS_ONLY).split()


def shingles(text: str) -> set[int]:
    """Hashes of every run of eight words inside one sentence; case and punctuation do not count."""
    found: set[int] = set()
    for sentence in _BREAK.split(text):
        found.update(_runs([_mark(word) for word in _words(sentence)]))
    return found


def _runs(words: Sequence[object]) -> Iterator[int]:
    """Hashes of every run of eight words."""
    return map(hash, zip(*(words[i:] for i in range(SHINGLE)), strict=False))


@lru_cache(maxsize=131072)
def _mark(word: str) -> int:
    """A number for a word, the same in every run of the program (that of a string is not)."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=7).digest(), "big")


def find_copies(texts: Iterable[tuple[str, str]], *, shared: int = SHARED) -> list[CopyPair]:
    """Pairs of (id, text) that share at least `shared` shingles, in order of their ids; equal ids are one text."""
    named = dict(sorted(texts))
    if len(named) < 2:
        return []
    of_sentence: dict[str, set[int]] = {}
    marks: dict[str, set[int]] = {}
    once: set[int] = set()
    again: set[int] = set()
    for name, text in named.items():
        own: set[int] = set()
        for sentence in _BREAK.split(text):
            if sentence not in of_sentence:
                of_sentence[sentence] = set(_runs(_words(sentence)))
            own |= of_sentence[sentence]
        marks[name] = own
        again |= own & once
        once |= own
    holders: dict[int, list[str]] = defaultdict(list)
    for name, hashes in marks.items():
        for mark in hashes & again:
            holders[mark].append(name)
    # Many runs of words have the same holders: each set of holders is paired once.
    together = Counter(tuple(names) for names in holders.values() if 1 < len(names) <= COMMON)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for names, number in together.items():
        for pair in combinations(names, 2):
            counts[pair] += number
    return [
        CopyPair(first, second, number, round(number / max(1, min(len(marks[first]), len(marks[second]))), 3))
        for (first, second), number in sorted(counts.items())
        if number >= shared
    ]


def copy_groups(pairs: Iterable[CopyPair]) -> list[tuple[str, ...]]:
    """Texts that hang together through shared passages, each group and the groups in order."""
    beside: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        beside[pair.first].append(pair.second)
        beside[pair.second].append(pair.first)
    groups: list[tuple[str, ...]] = []
    placed: set[str] = set()
    for name in sorted(beside):
        if name in placed:
            continue
        group, reached = {name}, [name]
        while reached:
            new = set(beside[reached.pop()]) - group
            group |= new
            reached.extend(new)
        placed |= group
        groups.append(tuple(sorted(group)))
    return groups


def shared_passages(first: str, second: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of `first` that stand, wholly or mostly, in `second`."""
    other = shingles(second)
    for start, end in split_sentences(first):
        own = shingles(first[start:end])
        if own and len(own & other) * 2 >= len(own):
            yield start, end
