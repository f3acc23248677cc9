"""The countries that words name: by name, adjective, people, capital, or what stands for the government."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from tallyroom.lexicon import lines, rows

#: Abbreviations with dots ("U.S.", "N."), else runs of letters and digits.
TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+", re.UNICODE)
#: One that may begin with a capital letter: found far faster than all of them.
_CAPITAL_TOKEN = re.compile(
    r"[A-Z\x80-\U0010ffff](?<=[^\W_])(?<![^\W_].)(?:(?<=[^\W\d_])\.(?:[^\W\d_]\.)+|[^\W_]*)", re.UNICODE
)
#: The countries in so few characters are kept in memory; a whole text is read anew.
_KEPT = 200


class Country(NamedTuple):
    """A country: ISO 3166-1 code in small letters, name, and its adjective for people to read."""

    code: str
    name: str
    adjective: str
    capital: str


class NationSpan(NamedTuple):
    """Where words name a country: [start, end), the codes it may mean, and whether it is the capital or a metonym."""

    start: int
    end: int
    codes: tuple[str, ...]
    capital: bool


@lru_cache(maxsize=16384)
def fold(words: str) -> str:
    """Words for comparison: no accents, no case, no dots, single spaces."""
    decomposed = unicodedata.normalize("NFKD", words.replace("’", "'").replace("ʿ", ""))
    kept = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().replace(".", "")
    return " ".join(re.findall(r"[^\W_]+", kept))


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """The countries by code."""
    adjectives = {row[0]: row[1].split("|")[0] for row in rows("demonyms.tsv")}
    return {
        code: Country(code, name, adjectives.get(code, ""), capital)
        for code, name, _, capital, _ in map(_five, rows("countries.tsv"))
        if "-" not in code
    }


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """(folded words → codes, the words that are capitals)."""
    found: dict[str, set[str]] = {}
    capitals = set()
    for code, name, others, capital, _ in map(_five, rows("countries.tsv")):
        if "-" in code:
            continue
        for word in (name, *others.split("|")):
            found.setdefault(fold(word), set()).add(code)
        if capital:
            capitals.add(fold(capital))
            found.setdefault(fold(capital), set()).add(code)
    for row in rows("demonyms.tsv"):
        code, adjectives, people, others = (*row, "", "", "")[:4]
        for word in adjectives.split("|"):
            found.setdefault(fold(word), set()).add(code)
            if word.endswith(("an", "i", "er", "ek", "k", "ino", "ine")) and len(word) > 3:
                found.setdefault(fold(word) + "s", set()).add(code)
        for word in (*people.split("|"), *others.split("|")):
            found.setdefault(fold(word), set()).add(code)
    found.pop("", None)
    return {word: tuple(sorted(codes)) for word, codes in found.items()}, frozenset(capitals)


@lru_cache(maxsize=1)
def _longest() -> dict[str, int]:
    """First word of a name → the words of the longest name that begins so."""
    found: dict[str, int] = {}
    for name in _names()[0]:
        words = name.split()
        found[words[0]] = max(found.get(words[0], 0), len(words))
    return found


def _five(row: tuple[str, ...]) -> tuple[str, str, str, str, str]:
    code, name, others, capital, whose = (*row, "", "", "", "")[:5]
    return code, name, others, capital, whose


def named(words: str) -> tuple[str, ...]:
    """The codes that exactly these words may name: "Georgia" → ("ge",)."""
    return _names()[0].get(fold(words).removeprefix("the "), ())


def nation_spans(words: str) -> tuple[NationSpan, ...]:
    """Every country named in words, longest name first, in text order; only words with a capital letter count."""
    return _kept_spans(words) if len(words) <= _KEPT else spans_in_text(words)


@lru_cache(maxsize=16384)
def _kept_spans(words: str) -> tuple[NationSpan, ...]:
    return spans_in_text(words)


def spans_in_text(words: str) -> tuple[NationSpan, ...]:
    """As `nation_spans`, for words that hardly come again: nothing of them is kept in memory."""
    table, capitals = _names()
    out: list[NationSpan] = []
    at = 0
    for first in _CAPITAL_TOKEN.finditer(words):
        if first.start() < at or not (most := _words_of_longest(first[0])):
            continue
        tokens = [first]
        while len(tokens) < most and (after := TOKEN.search(words, tokens[-1].end())):
            tokens.append(after)
        for length in range(len(tokens), 0, -1):
            key = " ".join(fold(token.group()) for token in tokens[:length])
            if key in table and not _is_no_nation(key, tokens[0].group()):
                at = tokens[length - 1].end()
                out.append(NationSpan(tokens[0].start(), at, table[key], key in capitals))
                break
    return tuple(out)


@lru_cache(maxsize=65536)
def _words_of_longest(word: str) -> int:
    """How many words the longest name has that a written word may begin; none where it has no capital letter."""
    return _longest().get(fold(word), 0) if word[0].isupper() else 0


@lru_cache(maxsize=1)
def adjectives() -> frozenset[str]:
    """The adjectives of countries and the names of their people, folded."""
    words = [word for row in rows("demonyms.tsv") for cell in row[1:3] for word in cell.split("|") if word]
    own = {fold(name) for row in rows("countries.tsv") for cell in row[1:4] for name in cell.split("|")}
    return frozenset(form for word in words for form in (fold(word), fold(word) + "s")) - own


def _is_no_nation(key: str, written: str) -> bool:
    """ "us" is a pronoun, "Germán" a given name: English writes its words for peoples without accents."""
    return (key == "us" and written not in ("US", "U.S.")) or (not written.isascii() and written in _given_names())


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return frozenset(lines("given_names.txt"))


def begins_with_a_given_name(words: str) -> bool:
    """Do words of two or more begin with a given name that a capital or a people has too: "Sofia Delis"?"""
    first, _, rest = words.partition(" ")
    return first in _given_names() and rest[:1].isupper() and not nation_spans(rest)


@lru_cache(maxsize=16384)
def nations(words: str | None) -> tuple[str, ...]:
    """The countries that words name without doubt, in order: "North Korean soldiers in Russia" → ("kp", "ru")."""
    codes = [span.codes[0] for span in nation_spans(words or "") if len(span.codes) == 1]
    return tuple(dict.fromkeys(codes))


def nations_in_text(text: str) -> tuple[str, ...]:
    """As `nations`, for a whole text: nothing of it is kept in memory."""
    return tuple(dict.fromkeys(span.codes[0] for span in spans_in_text(text) if len(span.codes) == 1))
