"""How a speaker stands to those counted: of its own side, of its opponent, or a third party."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Literal

from tallyroom.lexicon import rows

Relation = Literal["own_side", "opponent", "third_party"]

#: Kinds of sources that speak for a side.
PARTIES = frozenset({"government", "armed force", "intelligence service", "armed group"})


@lru_cache(maxsize=1)
def _camps() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple((frozenset(row[1].split("|")), frozenset(row[2].split("|"))) for row in rows("opponents.tsv"))


def relation_of(source_side: str | None, source_kind: str | None, population_sides: Collection[str]) -> Relation | None:
    """The claimant relation; None where the side of source or population is not known.

    `source_side` is a country code or an armed group. Who fights whom stands in `opponents.tsv`; those of one
    camp are one side. A hospital, a witness or a newspaper speaks for no side, whatever its country.
    """
    if not source_side or not population_sides:
        return None
    if source_kind not in PARTIES:
        return "third_party"
    if source_side in population_sides:
        return "own_side"
    found = {_relation(source_side, side) for side in population_sides} - {"third_party"}
    return found.pop() if len(found) == 1 else "third_party"


def _relation(source: str, counted: str) -> Relation:
    for one, other in _camps():
        for own, against in ((one, other), (other, one)):
            if source in own and counted in against:
                return "opponent"
    if any(source in camp and counted in camp for camps in _camps() for camp in camps):
        return "own_side"
    return "third_party"
