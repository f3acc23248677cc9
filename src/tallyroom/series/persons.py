"""Personal names: which of them mean one person, spelled or transliterated in several ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

from tallyroom.series.words import plain

#: Names with fewer consonants are not told to be one by those alone.
LEAST_HEARD = 5
#: Letters that stand for one sound: "Yaqub", "Yacoub", "Yakub"; "Theresa", "Teresa"; "Darwish", "Darwich"; "Laxmi", "Lakshmi".
_ALIKE = str.maketrans("cqwz", "kkvs")
_TOGETHER = (("ou", "u"), ("ph", "f"), ("th", "t"), ("ksh", "ks"), ("x", "ks"), ("ch", "sh"), ("zh", "j"))

_VOWELS = re.compile("[aeiouy]+")
_OTHER_VOWELS = frozenset((x, y) for x in "aeiy" for y in "ou") | {("a", "i"), ("a", "y")}
_ENDING_OF_A_MAN = re.compile("(?:o|os)$")


def same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Do two personal names mean one person, spelling apart? "Zelensky" and "Volodymyr Zelenskyy" do."""
    a, b = plain_name(a), plain_name(b)
    if set(a) <= set(b) or set(b) <= set(a):
        return True
    if _of_two_sexes(a[0], b[0]) and len(a) > 1 and len(b) > 1:
        return False
    if _has_initials(a, b) or _has_initials(b, a):
        return True
    if sound_alike(a, b):
        return True
    if len(a) == 1 or len(b) == 1:
        return len(a[-1]) >= 5 and len(b[-1]) >= 5 and fuzz.ratio(a[-1], b[-1]) >= 85
    return fuzz.ratio(" ".join(sorted(a)), " ".join(sorted(b))) >= 86


def pairs_of_one_person(persons: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """The places in a list of two names that mean one person; those without a beginning or their sounds in common are not held together."""
    by_start: dict[str, list[int]] = defaultdict(list)
    for n, person in enumerate(persons):
        words = plain_name(person)
        for start in {words[-1][:4], words[0][:4], heard(words)}:
            by_start[start].append(n)
    for own in by_start.values():
        for first, second in combinations(own, 2):
            if same_person(persons[first], persons[second]):
                yield first, second


def _of_two_sexes(given: str, other: str) -> bool:
    """Are two given names that of a woman and that of a man: "maria", "mario"; "samira", "samir"; "carla", "carlos"?"""
    a, b = (_ENDING_OF_A_MAN.sub("", name) for name in (given, other))
    return a != b and (a.removesuffix("a") == b or b.removesuffix("a") == a)


def _has_initials(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Is one the other with initials for given names: "a. ruiz", "ana ruiz"?"""
    return (
        len(short) == len(full) > 1
        and short[-1] == full[-1]
        and any(len(name) == 1 for name in short)
        and all(name == own or len(name) == 1 and own.startswith(name) for name, own in zip(short, full, strict=True))
    )


@lru_cache(maxsize=65536)
def plain_name(person: tuple[str, ...]) -> tuple[str, ...]:
    """A personal name without accents, and without the article of Arabic names: "Hatem Eltayeb", "Hatim al-Tayeb"."""
    words = plain(" ".join(person)).replace("-", " ").replace(".", " ").split()
    kept = tuple(re.sub(r"^(?:al|el)(?=[b-df-hj-np-tv-z].{3})", "", word) for word in words if word not in ("al", "el"))
    return kept or tuple(words)


def sound_alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Can two plain names of several words be transliterations of one: "andrii stepura", "andrey stepoura"?"""
    return (
        len(a) == len(b) > 1
        and len(heard(a)) >= LEAST_HEARD
        and [*map(_skeleton, a)] == [*map(_skeleton, b)]
        and all(map(vowels_agree, a[:-1], b[:-1]))
    )


def vowels_agree(a: str, b: str) -> bool:
    """May the vowels of two spellings be one? An "a" is written as "e", and that as "i", but an "a" as no "i" or "o"."""
    own, others = _VOWELS.findall(a), _VOWELS.findall(b)
    return len(own) != len(others) or not any(
        (x[0], y[0]) in _OTHER_VOWELS or (y[0], x[0]) in _OTHER_VOWELS for x, y in zip(own, others, strict=True)
    )


def heard(words: Sequence[str]) -> str:
    """What transliterations of a plain name agree in."""
    return "".join(map(_skeleton, words))


@lru_cache(maxsize=65536)
def _skeleton(name: str) -> str:
    """What transliterations of a name agree in: its consonants, of which some are written in several ways."""
    for written, sound in _TOGETHER:
        name = name.replace(written, sound)
    sounds = name.translate(_ALIKE).removesuffix("h")
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouy]", "", sounds))
