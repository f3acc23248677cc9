"""How a speaker stands to those counted: of its own side, of its opponent, or a third party."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

Relation = Literal["own_side", "opponent", "third_party"]

#: Kinds of sources that speak for a side.
PARTIES = frozenset({"government", "armed force", "intelligence service", "armed group"})


def relation_of(
    source_side: str | None, source_kind: str | None, population_sides: Collection[str], parties: Collection[str] = ()
) -> Relation | None:
    """The claimant relation; None where source or population has no known side.

    `source_side` is a country code or an armed group, `parties` the sides known to fight in the event. A source of
    another country is an opponent only where both it and the population are among the parties: else it is a third party.
    A hospital, a witness or a newspaper speaks for no side, whatever its country.
    """
    if not source_side or not population_sides:
        return None
    if source_kind not in PARTIES:
        return "third_party"
    if source_side in population_sides:
        return "own_side"
    fighting = source_side in parties and any(side in parties for side in population_sides)
    return "opponent" if fighting else "third_party"
