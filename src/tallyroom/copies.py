"""Near-copies: one wire text in several reports, found by shared sentences; a wire inside a longer report counts too."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from tallyroom.sentences import split_sentences

#: Words that a shared run must have: shorter runs are idiom ("said in a statement on Thursday that the number of").
SHINGLE = 8
#: Shared shingles that two texts need: about two sentences, or one long one with small edits around it.
SHARED = 14
#: A sentence that more texts than this share is boilerplate of an outlet, not a wire.
COMMON = 200

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
#: Where a run of words may not go on. An abbreviation taken for an end costs a few runs, no more.
_BREAK = re.compile(r"[.!?][\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z0-9])|\n")


@dataclass(frozen=True, slots=True)
class CopyPair:
    """Two texts that share passages: how much of the shorter one stands in the other."""

    first: str
    second: str
    #: Shared shingles.
    shared: int
    #: Shared shingles as a share of those of the shorter text, 0 to 1.
    containment: float


def shingles(text: str) -> set[int]:
    """Hashes of every run of eight words inside one sentence; case and punctuation do not count."""
    found: set[int] = set()
    for sentence in _BREAK.split(text):
        marks = [_mark(word) for word in _WORD.findall(sentence.lower())]
        found.update(map(hash, zip(*(marks[i:] for i in range(SHINGLE)), strict=False)))
    return found


@lru_cache(maxsize=131072)
def _mark(word: str) -> int:
    """A number for a word, the same in every run of the program (that of a string is not)."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=7).digest(), "big")


def find_copies(texts: Iterable[tuple[str, str]], *, shared: int = SHARED) -> list[CopyPair]:
    """Pairs of (id, text) that share at least `shared` shingles, in order of their ids; equal ids are one text."""
    named = sorted(texts)
    if len(named) < 2:
        return []
    marks = {name: shingles(text) for name, text in named}
    holders: dict[int, list[str]] = defaultdict(list)
    for name, hashes in marks.items():
        for mark in hashes:
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
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for pair in pairs:
        a, b = sorted((root(pair.first), root(pair.second)))
        parent[b] = a
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(parent):
        groups[root(name)].append(name)
    return [tuple(names) for _, names in sorted(groups.items())]


def shared_passages(first: str, second: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of `first` that stand, wholly or mostly, in `second`."""
    other = shingles(second)
    for start, end in split_sentences(first):
        own = shingles(first[start:end])
        if own and len(own & other) * 2 >= len(own):
            yield start, end
