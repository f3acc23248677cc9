"""Personal names: which of them mean one person, spelled or transliterated in several ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from tallyroom.series.words import plain

#: Names with fewer consonants are not told to be one by those alone.
LEAST_HEARD = 5
#: Letters that stand for one sound: "Yaqub", "Yacoub", "Yakub"; "Theresa", "Teresa"; "Darwish", "Darwich".
_ALIKE = str.maketrans("cqwz", "kkvs")
_TOGETHER = (("ou", "u"), ("ph", "f"), ("th", "t"), ("ch", "sh"), ("zh", "j"))


def same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Do two personal names mean one person, spelling apart? "Zelensky" and "Volodymyr Zelenskyy" do."""
    a, b = plain_name(a), plain_name(b)
    if set(a) <= set(b) or set(b) <= set(a):
        return True
    if sound_alike(a, b):
        return True
    if len(a) == 1 or len(b) == 1:
        return len(a[-1]) >= 5 and len(b[-1]) >= 5 and fuzz.ratio(a[-1], b[-1]) >= 85
    return fuzz.ratio(" ".join(sorted(a)), " ".join(sorted(b))) >= 86


@lru_cache(maxsize=65536)
def plain_name(person: tuple[str, ...]) -> tuple[str, ...]:
    """A personal name without accents, and without the article of Arabic names: "Hatem Eltayeb", "Hatim al-Tayeb"."""
    words = plain(" ".join(person)).replace("-", " ").split()
    kept = tuple(re.sub(r"^(?:al|el)(?=[b-df-hj-np-tv-z].{3})", "", word) for word in words if word not in ("al", "el"))
    return kept or tuple(words)


def sound_alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Can two plain names of several words be transliterations of one: "andrii stepura", "andrey stepoura"?"""
    return len(a) == len(b) > 1 and len(heard(a)) >= LEAST_HEARD and [*map(_skeleton, a)] == [*map(_skeleton, b)]


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
