"""What the words of a claim mean for lining it up: whom it counts and where. Small readings, no guesses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tallyroom.letters import with_all_capitals
from tallyroom.lexicon import table
from tallyroom.resolve.nations import begins_with_a_given_name, fold, nation_spans
from tallyroom.resolve.nations import nations as named_nations
from tallyroom.resolve.places import resolve_place
from tallyroom.resolve.populations import is_armed_group, noun_class, resolve_population
from tallyroom.resolve.sources import resolve_source

#: What `sources.tsv` calls the body of a state for disasters, which has no kind of its own among those for rescue.
_DISASTER_AGENCY = "disaster agency"
_NATIONAL_BODIES = ("government", "armed force", "intelligence service")
#: Letters that lose nothing but a stroke or a dot.
_STROKES = str.maketrans("ıøłđØŁĐ", "ioldOLD")
_TOKEN = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*", re.UNICODE)
_NAME = re.compile(with_all_capitals(r"[A-Z][\w.]*(?:-[\w]+)*"), re.UNICODE)


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


@lru_cache(maxsize=1)
def _nouns() -> dict[str, str]:
    return {word: kind for kind, words in table("series.toml")["population"].items() for word in words}


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """A word in small letters without accents, as outlets that have none write it: İzmit, Izmit → izmit."""
    return word.lower() if word.isascii() else fold(word.translate(_STROKES))


@lru_cache(maxsize=65536)
def stem(name: str) -> str:
    """A rough stem under which a country and its demonym meet: Ukraine, Ukrainian → ukrain."""
    word = plain(name.replace(".", "").replace("’s", "").replace("'s", ""))
    for ending in ("ians", "ian", "ans", "an", "ese", "ish", "is", "i", "s", "ia", "ea", "a", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=65536)
def certainty(words: str | None) -> str:
    """How sure the cases are that a population names: confirmed, suspected, or empty where nothing tells."""
    tokens = {token.lower() for token in _TOKEN.findall(words or "")}
    return next((name for name, own in table("series.toml")["certainty"].items() if not tokens.isdisjoint(own)), "")


@lru_cache(maxsize=2)
def words_that_admit(which: str) -> re.Pattern[str]:
    """The words by which a text says that a count was "corrected" or "withdrawn"."""
    words = "|".join(map(re.escape, table("series.toml")["order"][which]))
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _admissions() -> tuple[str, ...]:
    order = table("series.toml")["order"]
    return tuple(word.lower() for which in ("corrected", "withdrawn") for word in order[which])


def may_admit(text: str) -> bool:
    """Has a text any of the words by which one says that a count was put right or taken back? Sooner told than where they stand."""
    lowered = text.lower()
    return any(word in lowered for word in _admissions())


@lru_cache(maxsize=65536)
def nations(words: str | None) -> tuple[str, ...]:
    """The countries that words name, that of a national body too: "FBI" → ("us",)."""
    if words and begins_with_a_given_name(words):
        return ()
    found = named_nations(words)
    if found or not words:
        return tuple(sorted(found))
    body = resolve_source(words)
    of_state = body.kind in _NATIONAL_BODIES or body.function == _DISASTER_AGENCY
    national = body.sure and body.method == "name" and of_state
    return (body.country,) if national and body.country else ()


@lru_cache(maxsize=65536)
def country_of_state(source: str | None) -> str:
    """The country for whose state a source speaks, its rescue service too: "AFAD" → "tr"; empty for anybody else."""
    body = resolve_source(source) if source else None
    of_state = body is not None and body.kind in (*_NATIONAL_BODIES, "rescue service")
    return body.country or "" if body is not None and of_state else ""


@lru_cache(maxsize=65536)
def nation_of_place(words: str | None) -> str:
    """The country that a place lies in; empty where that cannot be told."""
    if not words:
        return ""
    found = named_nations(words)
    if len(found) > 1:
        return ""
    return found[0] if found else resolve_place(words).country or ""


#: What may stand between a country and a name: "South Korea's National Intelligence Service", and before a country behind one.
_BETWEEN = re.compile(r"(?:['’]s?)?\s+(?:[a-z]+\s+)?")
_BEHIND = re.compile(r"\s(?:in|from|of)\s")
_CAPITAL = re.compile(r"[^\W\d_a-z]")


def nation_beside(name: str, text: str) -> str:
    """The country that a text puts right beside a body's name: "South Korea's National Intelligence Service"."""
    bare = name.removeprefix("the ").removeprefix("The ")
    if not bare or bare not in text:
        return ""
    start = text.find(bare)
    while start >= 0:
        end = start + len(bare)
        before = text[max(0, start - 40) : start]
        found = nation_spans(before) if _CAPITAL.search(before) else ()
        if found and _BETWEEN.fullmatch(before, found[-1].end):
            return found[-1].codes[0]
        after = _BEHIND.match(text, end)
        inside = nation_spans(text[after.end() :][:40]) if after else ()
        if inside and inside[0].start == 0:
            return inside[0].codes[0]
        start = text.find(bare, end)
    return ""


def nation_last_named(phrase: str, text: str) -> str:
    """The country named last before a phrase: whose service "the country's intelligence service" is."""
    at = text.find(phrase)
    found = nation_spans(text[max(0, at - 250) : at]) if at > 0 else ()
    return found[-1].codes[0] if found else ""


_POSSESSIVE = re.compile(r"['’]s\b")


@lru_cache(maxsize=65536)
def population(words: str | None) -> Population:
    """Whom the words of a population count."""
    if not words:
        return Population((), "people", False)
    meaning = resolve_population(words)
    words = _POSSESSIVE.sub("", words)
    tokens = [token.lower() for token in _TOKEN.findall(words)]
    kinds = [(_nouns().get(token), token) for token in tokens]
    if set(tokens) >= set(table("series.toml")["everybody"]["words"]):
        return Population(tuple(sorted(meaning.sides)), "people", False)
    fighters = "men" in tokens and any(map(is_armed_group, meaning.sides))
    soldiers = fighters or meaning.status == "combatant" or any(kind == "military" for kind, _ in kinds)
    names = tuple(sorted(meaning.sides))
    if any(kind == "part" for kind, _ in kinds) and not ("and" in tokens and soldiers):
        return Population(names, next(token for kind, token in reversed(kinds) if kind == "part"), True)
    if soldiers:
        return Population(names, "military", False)
    for wanted in ("workers", "civilian"):
        if any(kind == wanted for kind, _ in kinds):
            return Population(names, wanted, False)
    lower = [token for token in _TOKEN.findall(words) if token[0].islower()]
    rest = [token.lower() for token in lower if _nouns().get(token.lower()) not in ("state", "people")]
    if rest and not any(kind == "people" for kind, _ in kinds):
        return Population(names, _class_of(rest[-1]), meaning.age is not None)
    if names and not any(kind == "people" for kind, _ in kinds):
        return Population(names, "side", False)
    return Population(names, "people", False)


def _class_of(noun: str) -> str:
    """The noun that stands for others of its meaning, "prisoner" for "convicts" and "inmates"; without one, the noun itself."""
    return _singular(noun_class(noun) or noun)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


#: "Mexico City" is no other name of Mexico.
_NAMED_CITY = re.compile(r"\b([A-Z][a-z]+) City\b")


def _city_of_a_country(city: re.Match[str]) -> str:
    return f"{city[1]}city" if named_nations(city[1]) else city[0]


@lru_cache(maxsize=65536)
def place_words(words: str | None) -> tuple[str, ...]:
    """The names in the words of a place, in small letters, without what only says region or side."""
    if not words:
        return ()
    drop = {"the", "region", "oblast", "province", "city", "county", "district", "central", "northern", "southern", "eastern", "western", "state", "of", "in", "and",
            "front", "battlefield", "battlefronts", "area", "town", "north", "south", "east", "west", "council", "territory", "upcountry"}  # fmt: skip
    words = _NAMED_CITY.sub(_city_of_a_country, words)
    tokens = [plain(token.removesuffix("'s").removesuffix("’s")) for token in re.findall(r"[\w’']+", words)]
    kept = tuple(token for token in tokens if token not in drop and len(token) > 1)
    return kept or tuple(tokens)
