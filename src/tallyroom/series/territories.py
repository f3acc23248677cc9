"""Parts of a country by who holds them: "the rebel-held northwest", "areas under government control", "the part occupied by Russia"."""

from __future__ import annotations

import re
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.place_words import place_lexicon
from tallyroom.resolve.nations import nation_spans
from tallyroom.series.words import nations

#: A territory is named by one word, as no place is.
MARK = "held:"
_NAME = re.compile(r"\b[A-Z]")
_COMPASS = re.compile(r"\b(?:north|south)(?:[- ]?(?:east|west))?(?:ern)?\b|\b(?:east|west)(?:ern)?\b")
_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    words = {
        name: "|".join(sorted(place_lexicon("held", name))) for name in ("participles", "control", "holds", "territory")
    }
    holder = r"(?:the |an? )?(?P<holder>[^\W\d_]+)"
    return (
        re.compile(rf"(?<![^\W\d_])(?P<holder>[^\W\d_]+)[-– ](?:{words['participles']})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{words['participles']}) by {holder}", re.IGNORECASE),
        re.compile(rf"\bunder {holder}(?:['’]s)? (?:{words['control']})\b", re.IGNORECASE),
        re.compile(rf"\b(?:that|which) {holder} (?:{words['holds']})\b", re.IGNORECASE),
        re.compile(rf"(?<![^\W\d_])(?P<holder>[^\W\d_]+) (?:{words['territory']})\b", re.IGNORECASE),
    )


@lru_cache(maxsize=65536)
def compass(place: str) -> str:
    """The side of a country that words name beside no other name: "the northwest", "north-western Syria" → "northwest"."""
    found = {re.sub(r"[- ]|ern\b", "", side) for side in _COMPASS.findall(place)}
    return found.pop() if len(found) == 1 and not _has_another_name(place) else ""


def _has_another_name(place: str) -> bool:
    rest = place
    for span in reversed(nation_spans(place)):
        rest = rest[: span.start] + rest[span.end :]
    return _NAME.search(rest) is not None


@lru_cache(maxsize=65536)
def countries_together(place: str | None) -> frozenset[str]:
    """The countries that words name as one place: "Turkey and Syria"; none where they name fewer than two."""
    found = frozenset(nations(place)) if place and " and " in place else frozenset()
    return found if len(found) > 1 else frozenset()


@lru_cache(maxsize=65536)
def territory(place: str, source: str | None = None) -> str:
    """The territory that words name, by its holder: "held:rebels", "held:ru"; "" where they name none, or do not tell who holds it.

    "The part that they hold" is that of who counts, where the words for the `source` name a country.
    """
    for pattern in _patterns():
        found = pattern.search(place)
        if found and (who := _holder(found["holder"], source)) and not _is_a_town(place, found["holder"]):
            return MARK + who
    return ""


def _is_a_town(place: str, holder: str) -> bool:
    """ "Russian-held Oleshky" is a town and no territory, "the Russian-held bank of the Dnipro" is one."""
    if not set(_WORD.findall(place)).isdisjoint(table("series.toml")["territories"]["parts"]):
        return False
    return _has_another_name(place.replace(holder, " "))


def _holder(word: str, source: str | None) -> str:
    lexicon = table("series.toml")["territories"]
    if word.lower() in lexicon["who_counts"]:
        named = nations(source)
    else:
        known = next((name for name, own in lexicon["holders"].items() if word.lower() in own), "")
        if known:
            return str(known)
        named = nations(word)
    return named[0] if len(named) == 1 else ""
