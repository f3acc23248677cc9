"""What the words of a claim mean for lining it up: whom it counts, where, and who speaks. Small readings, no guesses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tallyroom.lexicon import table

_TOKEN = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*", re.UNICODE)
_NAME = re.compile(r"[A-Z][\w.]*(?:-[\w]+)*", re.UNICODE)


class Population(NamedTuple):
    """Whose count it is: nation stems (sorted), and the kind of people or thing."""

    nations: tuple[str, ...]
    #: people, military, civilian, workers, or the noun itself.
    kind: str
    #: A part by its meaning (children, officers), never the whole.
    part: bool

    @property
    def bare(self) -> bool:
        """A count of plain people."""
        return not self.nations and self.kind == "people"


class Speaker(NamedTuple):
    """Who speaks, as far as the words tell."""

    #: government, legislature, local, international, media, model, charity, medical, rescue, company, rival, person, unnamed.
    kind: str
    #: Stem of the country's name, empty where the words name none.
    nation: str
    #: The words that tell this speaker from others of the kind, in small letters, sorted.
    name: tuple[str, ...]
    #: A personal name or a body's; "officials", "a lawmaker" are neither.
    named: bool


@lru_cache(maxsize=1)
def _nouns() -> dict[str, str]:
    return {word: kind for kind, words in table("series.toml")["population"].items() for word in words}


def stem(name: str) -> str:
    """A rough stem under which a country and its demonym meet: Ukraine, Ukrainian → ukrain."""
    word = name.lower().replace(".", "").replace("’s", "").replace("'s", "")
    for ending in ("ians", "ian", "ans", "an", "ese", "ish", "is", "i", "s", "ia", "ea", "a", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


_ALIAS = {
    "dprk": "north kor", "pyongyang": "north kor", "seoul": "south kor", "kyiv": "ukrain", "moscow": "russ", "washington": "us", "london": "brit",
    "uk": "brit", "united kingdom": "brit", "united states": "us", "americ": "us",
}  # fmt: skip


def nations(words: str) -> tuple[str, ...]:
    """Stems of the proper names in words: "North Korean soldiers" → ("north kor",)."""
    found: list[str] = []
    for match in re.finditer(r"[A-Z][\w.]*(?:\s+[A-Z][\w.]*)*", words):
        run = [stem(part) for part in match.group().split()]
        name = " ".join(part for part in run if part not in _nouns())
        if name:
            found.append(_ALIAS.get(name, name))
    return tuple(sorted(set(found)))


@lru_cache(maxsize=65536)
def population(words: str | None) -> Population:
    """Whom the words of a population count."""
    if not words:
        return Population((), "people", False)
    tokens = [token.lower() for token in _TOKEN.findall(words)]
    names = tuple(name for name in nations(words) if name not in ("john", "jane"))
    kinds = [(_nouns().get(token), token) for token in tokens]
    part = any(kind == "part" for kind, _ in kinds)
    if part:
        return Population(names, next(token for kind, token in reversed(kinds) if kind == "part"), True)
    for wanted in ("military", "workers", "civilian"):
        if any(kind == wanted for kind, _ in kinds):
            return Population(names, wanted, False)
    lower = [token for token in _TOKEN.findall(words) if token[0].islower()]
    rest = [token.lower() for token in lower if _nouns().get(token.lower()) not in ("state", "people")]
    if rest:
        return Population(names, _singular(rest[-1]), False)
    if names and not any(kind == "people" for kind, _ in kinds):
        return Population(names, "side", False)
    return Population(names, "people", False)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


@lru_cache(maxsize=65536)
def place_words(words: str | None) -> tuple[str, ...]:
    """The names in the words of a place, in small letters, without what only says region or side."""
    if not words:
        return ()
    drop = {"the", "region", "oblast", "province", "city", "county", "district", "central", "northern", "southern", "eastern", "western", "state", "of", "in", "and",
            "front", "battlefield", "battlefronts", "area", "town", "north", "south", "east", "west", "council", "territory", "upcountry"}  # fmt: skip
    tokens = [token.lower().removesuffix("'s").removesuffix("’s") for token in re.findall(r"[\w’']+", words)]
    kept = tuple(token for token in tokens if token not in drop and len(token) > 1)
    return kept or tuple(tokens)


@lru_cache(maxsize=1)
def _kinds() -> list[tuple[str, re.Pattern[str]]]:
    out = []
    for kind, words in table("series.toml")["speakers"].items():
        alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        out.append((kind, re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)))
    return out


@lru_cache(maxsize=1)
def _titles() -> list[tuple[str, re.Pattern[str]]]:
    out = []
    for kind, words in table("series.toml")["titles"].items():
        for word in words:
            out.append((kind, re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)))
    return out


def kind_of(words: str) -> str | None:
    """The kind of a speaker by the words of the name."""
    for kind, pattern in _kinds():
        if pattern.search(words):
            return kind
    return None


_COMMON = re.compile(r"\b(?:the|a|an|of|for|and|in|on|at|to|s|his|her|its|country|senior|top|unnamed|some|several|one|two|exiled|ruling|governing)\b")


@lru_cache(maxsize=65536)
def speaker(words: str) -> Speaker:
    """Who speaks by the words of a source alone."""
    kind = kind_of(words)
    names = nations(words)
    tokens = [token for token in _TOKEN.findall(words)]
    capital = [token for token in tokens if token[0].isupper() and token.lower() not in ("the", "a", "an")]
    if kind is None:
        personal = 1 <= len(capital) <= 5 and len(capital) == len([t for t in tokens if t.lower() not in ("of", "al", "bin", "de", "van")])
        kind = "person" if personal else "unnamed"
    name = tuple(sorted({token.lower().removesuffix("'s") for token in tokens if not _COMMON.fullmatch(token.lower())}))
    nation = names[0] if names and kind in ("government", "legislature", "rival") else ""
    return Speaker(kind, nation, name, bool(capital))


def title_beside(name: str, text: str) -> tuple[str, str] | None:
    """(kind, words beside) of the title that a text gives next to a person's name, where it gives one."""
    last = name.split()[-1] if name.split() else name
    best: tuple[int, str, str] | None = None
    for match in re.finditer(re.escape(last), text):
        before = text[max(0, match.start() - 70) : match.start()]
        after = text[match.end() : match.end() + 90]
        before = re.split(r"[.!?;]\s(?![A-Z]\w{0,3}\.)", before)[-1]
        after = re.split(r"(?<![A-Z])[.!?;](?:\s|$)", after)[0]
        for kind, pattern in _titles():
            for side, window in (("before", before), ("after", after)):
                found = list(pattern.finditer(window))
                if not found:
                    continue
                distance = len(window) - found[-1].end() if side == "before" else found[0].start()
                if side == "after" and not re.match(r"[\w\s]*,", window):
                    continue
                if distance <= 45 and (best is None or distance < best[0]):
                    best = (distance, kind, before[-60:] if side == "before" else after[:80])
    return (best[1], best[2]) if best else None
