"""A place in a report that somebody decides on, as addresses name it."""

from __future__ import annotations

import re
from typing import NamedTuple

from tallyroom.errors import UsageError

_WRITTEN = re.compile(r"([0-9a-f]{64})\.(\d{1,9})\.(\d{1,9})")


class Spot(NamedTuple):
    """Report, start and end: what judgements are anchored on."""

    uid: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.uid}.{self.start}.{self.end}"

    @property
    def short(self) -> str:
        """Enough to leave it out of a list."""
        return f"{self.uid[:12]}.{self.start}.{self.end}"


def spot_of(words: str) -> Spot:
    """The spot that an address names; raises `UsageError` where it names none."""
    found = _WRITTEN.fullmatch(words)
    if found is None:
        raise UsageError("that is no place in a report")
    return Spot(found[1], int(found[2]), int(found[3]))
