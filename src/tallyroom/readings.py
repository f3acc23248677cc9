"""One figure in the making: what the grammar showed of it, and its fields as they are settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tallyroom.counting import Counting
from tallyroom.model import Span


@dataclass(slots=True)
class Reading:
    """One figure in the making."""

    counting: Counting
    seen: dict[str, float]
    #: How sure it is that this is a figure at all.
    scope: float
    #: measure → probability.
    measures: Mapping[str, float]
    measure: str = "other"
    unit: str = "people"
    population: str | None = None
    population_span: Span | None = None
    #: What a bare count may stand for → probability; empty where the words name those counted.
    populations: Mapping[str, float] = field(default_factory=dict)
    place: str | None = None
    place_span: Span | None = None
    #: Words for a place, or "" for none → probability.
    places: Mapping[str, float] = field(default_factory=dict)
    aggregation: str = "incident"
    aggregations: Mapping[str, float] = field(default_factory=dict)
    part_of: Reading | None = None
    polarity: str = "stated"
    modality: str = "asserted"
    repeat: bool = False

    @property
    def start(self) -> int:
        return self.counting.quantity.start

    @property
    def end(self) -> int:
        return self.counting.quantity.end

    @property
    def sentence(self) -> int:
        return self.counting.sentence

    @property
    def size(self) -> float | None:
        """Its number, or the end of its range that was said."""
        q = self.counting.quantity
        return q.best if q.best is not None else q.low if q.low is not None else q.high
