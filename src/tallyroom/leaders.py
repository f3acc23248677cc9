"""Who leads or led a country, by name; a list that anybody may correct."""

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
