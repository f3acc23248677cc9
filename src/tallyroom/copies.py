"""Near-copies: one wire text in several reports, found by shared sentences; a wire inside a longer report counts too."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from tallyroom.sentences import split_sentences

#: Words that a shared run must have: shorter runs are idiom ("said in a statement on Thursday that the number of").
SHINGLE = 8
_tails = itemgetter(*(slice(start, None) for start in range(SHINGLE)))
#: Shared shingles that two texts need: about two sentences, or one long one with small edits around it.
SHARED = 14
#: A sentence that more texts than this share is boilerplate of an outlet, not a wire.
COMMON = 200

#: Where a run of words may not go on. An abbreviation taken for an end costs a few runs, no more. All marks stand in one class
#: at its head, for which a text is searched faster than for two alternatives.
_BREAK = re.compile(r"[.!?\n](?:(?<=\n)|[\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z0-9]))")


class CopyPair(NamedTuple):
    """Two texts that share passages: how much of the shorter one stands in the other."""

    first: str
    second: str
    #: Shared shingles.
    shared: int
    #: Shared shingles as a share of those of the shorter text, 0 to 1.
    containment: float


class _WordsOnly(dict[int, str]):
    """A table for `str.translate`: what is no letter, no digit and no end of a line becomes a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if char.isalnum() or char == "\n" else " "
        return self[code]


_WORDS_ONLY = _WordsOnly()


def _words(sentence: str) -> list[str]:
    return sentence.lower().translate(_WORDS_ONLY).split()


def _words_of_each(sentences: Iterable[str]) -> Iterator[list[str]]:
    """The words of sentences that have no line break in them: most are so short that they are read in less time together."""
    return map(str.split, "\n".join(sentences).lower().translate(_WORDS_ONLY).split("\n"))


def shingles(text: str) -> set[int]:
    """Hashes of every run of eight words inside one sentence; case and punctuation do not count."""
    found: set[int] = set()
    for sentence in _BREAK.split(text):
        found.update(_runs([_mark(word) for word in _words(sentence)]))
    return found


def _runs(words: Sequence[object]) -> Iterator[int]:
    """Hashes of every run of eight words."""
    return map(hash, zip(*_tails(words), strict=False))


@lru_cache(maxsize=131072)
def _mark(word: str) -> int:
    """A number for a word, the same in every run of the program (that of a string is not)."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=7).digest(), "big")


def find_copies(texts: Iterable[tuple[str, str]], *, shared: int = SHARED) -> list[CopyPair]:
    """Pairs of (id, text) that share at least `shared` shingles, in order of their ids; equal ids are one text."""
    named = dict(sorted(texts))
    if len(named) < 2:
        return []
    sentences = {name: dict.fromkeys(_BREAK.split(text)) for name, text in named.items()}
    holders_of: dict[str, list[str]] = defaultdict(list)
    for name, own in sentences.items():
        for sentence in own:
            holders_of[sentence].append(name)
    runs_in = {
        sentence: set(_runs(words)) for sentence, words in zip(holders_of, _words_of_each(holders_of), strict=True)
    }
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for names, number in _held_together(holders_of, runs_in).items():
        for i, first in enumerate(names):
            shared_with = counts[first]
            for second in names[i + 1 :]:
                shared_with[second] += number
    near = [
        (first, second, number)
        for first in sorted(counts)
        for second, number in sorted(counts[first].items())
        if number >= shared
    ]
    sizes = {
        name: len(set().union(*(runs_in[sentence] for sentence in sentences[name])))
        for name in {*(first for first, _, _ in near), *(second for _, second, _ in near)}
    }
    return [
        CopyPair(first, second, number, round(number / min(sizes[first], sizes[second]), 3))
        for first, second, number in near
    ]


def _held_together(
    holders_of: Mapping[str, Sequence[str]], runs_in: Mapping[str, set[int]]
) -> Counter[tuple[str, ...]]:
    """{texts that hold the same runs of words: how many runs}; copies share whole sentences, so those are counted at once."""
    once: set[int] = set()
    again: set[int] = set()
    for runs in runs_in.values():
        again |= runs & once
        once |= runs
    together: Counter[tuple[str, ...]] = Counter()
    standing_in: dict[int, list[str]] = defaultdict(list)
    for sentence, names in holders_of.items():
        several = runs_in[sentence] & again
        if 1 < len(names) <= COMMON and (of_it_alone := len(runs_in[sentence]) - len(several)):
            together[tuple(names)] += of_it_alone
        for run in several:
            standing_in[run].append(sentence)
    # Neighbouring runs mostly stand in the same sentences, and so in the same texts.
    for own, number in Counter(map(tuple, standing_in.values())).items():
        holders = set().union(*(holders_of[sentence] for sentence in own))
        if 1 < len(holders) <= COMMON:
            together[tuple(sorted(holders))] += number
    return together


def copy_groups(pairs: Iterable[CopyPair]) -> list[tuple[str, ...]]:
    """Texts that hang together through shared passages, each group and the groups in order."""
    beside: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        beside[pair.first].add(pair.second)
        beside[pair.second].add(pair.first)
    groups: list[tuple[str, ...]] = []
    placed: set[str] = set()
    for name in sorted(beside):
        if name in placed:
            continue
        group, reached = {name}, [name]
        while reached:
            new = beside[reached.pop()] - group
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
