"""What the words of a claim mean for lining it up: whom it counts and where. Small readings, no guesses."""

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


@lru_cache(maxsize=1)
def _nouns() -> dict[str, str]:
    return {word: kind for kind, words in table("series.toml")["population"].items() for word in words}


@lru_cache(maxsize=65536)
def stem(name: str) -> str:
    """A rough stem under which a country and its demonym meet: Ukraine, Ukrainian → ukrain."""
    word = name.lower().replace(".", "").replace("’s", "").replace("'s", "")
    for ending in ("ians", "ian", "ans", "an", "ese", "ish", "is", "i", "s", "ia", "ea", "a", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


#: Country: its names, demonyms, capital and the bodies that speak for it.
_NATION_WORDS = {
    "kp": "north korea|north korean|north koreans|dprk|pyongyang|n. korea|n. korean", "kr": "south korea|south korean|south koreans|seoul|republic of korea",
    "us": "united states|u.s|us|american|americans|washington|pentagon|white house|fbi|fema|federal bureau of investigation|state department|usgs", "ru": "russia|russian|russians|moscow|kremlin|kursk",
    "ua": "ukraine|ukrainian|ukrainians|kyiv|kiev", "gb": "britain|british|uk|united kingdom|london|england|english", "mm": "myanmar|burma|burmese|naypyidaw|mandalay|sagaing",
    "th": "thailand|thai|bangkok", "cn": "china|chinese|beijing", "jp": "japan|japanese|tokyo", "in": "india|indian|delhi", "pk": "pakistan|pakistani|islamabad",
    "tr": "turkey|turkish|türkiye|ankara", "sy": "syria|syrian|damascus", "il": "israel|israeli|israelis|jerusalem|idf", "ps": "gaza|palestine|palestinian|palestinians|hamas",
    "lb": "lebanon|lebanese|beirut", "ir": "iran|iranian|tehran", "iq": "iraq|iraqi|baghdad", "af": "afghanistan|afghan|kabul", "ma": "morocco|moroccan|rabat",
    "ly": "libya|libyan|tripoli|derna", "fr": "france|french|paris", "de": "germany|german|berlin", "it": "italy|italian|rome", "es": "spain|spanish|madrid", "gr": "greece|greek|athens",
    "ph": "philippines|philippine|filipino|manila", "id": "indonesia|indonesian|jakarta", "bd": "bangladesh|bangladeshi|dhaka", "lk": "sri lanka|sri lankan|colombo",
    "np": "nepal|nepali|nepalese|kathmandu", "sd": "sudan|sudanese|khartoum", "et": "ethiopia|ethiopian|addis ababa", "ng": "nigeria|nigerian|abuja", "ke": "kenya|kenyan|nairobi",
    "cd": "congo|congolese|kinshasa", "ht": "haiti|haitian", "mx": "mexico|mexican", "br": "brazil|brazilian", "au": "australia|australian", "ca": "canada|canadian", "ye": "yemen|yemeni|sanaa|houthi",
    "vn": "vietnam|vietnamese|hanoi", "kh": "cambodia|cambodian", "la": "laos|lao", "sa": "saudi arabia|saudi", "eg": "egypt|egyptian|cairo", "dz": "algeria|algerian|algiers",
}  # fmt: skip


@lru_cache(maxsize=1)
def _nation_pattern() -> re.Pattern[str]:
    words = sorted((w for value in _NATION_WORDS.values() for w in value.split("|")), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _nation_of() -> dict[str, str]:
    return {word: code for code, value in _NATION_WORDS.items() for word in value.split("|")}


def nations(words: str) -> tuple[str, ...]:
    """The countries that words name: "North Korean soldiers" → ("kp",)."""
    found = {_nation_of()[m.group().lower()] for m in _nation_pattern().finditer(words) if m.group()[0].isupper()}
    return tuple(sorted(found))


def nation_beside(name: str, text: str) -> str:
    """The country that a text puts right before a body's name: "South Korea's National Intelligence Service"."""
    for match in re.finditer(re.escape(name.removeprefix("the ").removeprefix("The ")), text):
        before = text[max(0, match.start() - 40) : match.start()]
        found = list(_nation_pattern().finditer(before))
        if found and re.fullmatch(r"(?:['’]s?)?\s+(?:[a-z]+\s+)?", before[found[-1].end() :]):
            return _nation_of()[found[-1].group().lower()]
        after = re.match(r"\s(?:in|from|of)\s", text[match.end() : match.end() + 10])
        inside = _nation_pattern().match(text, match.end() + after.end()) if after else None
        if inside:
            return _nation_of()[inside.group().lower()]
    return ""


@lru_cache(maxsize=65536)
def population(words: str | None) -> Population:
    """Whom the words of a population count."""
    if not words:
        return Population((), "people", False)
    tokens = [token.lower() for token in _TOKEN.findall(words)]
    names = nations(words)
    kinds = [(_nouns().get(token), token) for token in tokens]
    part = any(kind == "part" for kind, _ in kinds) and not (
        "and" in tokens and any(kind == "military" for kind, _ in kinds)
    )
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


def nation_last_named(phrase: str, text: str) -> str:
    """The country named last before a phrase: whose service "the country's intelligence service" is."""
    at = text.find(phrase)
    found = list(_nation_pattern().finditer(text, max(0, at - 250), at)) if at > 0 else []
    return _nation_of()[found[-1].group().lower()] if found else ""
