"""Who leads or led a country, or speaks for a body of several, by name; lists that anybody may correct."""

from __future__ import annotations

from functools import lru_cache

from tallyroom.lexicon import rows
from tallyroom.resolve.nations import fold


@lru_cache(maxsize=1)
def _countries_led() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for country, names in rows("leaders.tsv"):
        for name in names.split("|"):
            found.setdefault(fold(name), set()).add(country)
    return {name: frozenset(codes) for name, codes in found.items()}


def countries_led_by(name: str) -> frozenset[str]:
    """The countries that somebody of a name leads or led: "Pedro Sánchez" → {"es"}; none where nobody is known by it."""
    return _countries_led().get(fold(name), frozenset())


@lru_cache(maxsize=1)
def _bodies_spoken_for() -> dict[str, str]:
    return {fold(name): slug for slug, names in rows("spokespeople.tsv") for name in names.split("|")}


def body_spoken_for_by(name: str) -> str:
    """The slug of the body for which somebody of a name speaks: "Volker Türk" → un-ohchr; empty where nobody is known by it."""
    return _bodies_spoken_for().get(fold(name), "")
