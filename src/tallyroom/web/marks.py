"""A text cut into lines and pieces, so that figures and problems can be marked where they stand. Pure."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from tallyroom.model import Figure, Problem

_SPANS = ("source", "cue", "population", "place", "event_time", "said_at")


class Mark(msgspec.Struct, frozen=True):
    """A figure in the text: its number on the page, its anchor, and what of the text speaks for it."""

    number: int
    figure: Figure
    review: str = ""

    @property
    def anchor(self) -> str:
        """The fragment that leads to it; stable, for it comes from the claim's identity."""
        return anchor_of(self.figure.claim_id)


class Piece(msgspec.Struct, frozen=True):
    """Characters that share one figure (or none) and the same problems."""

    text: str
    problems: tuple[Problem, ...] = ()
    #: The problem that begins here, whose anchor this piece is.
    begins: Problem | None = None


class Run(msgspec.Struct, frozen=True):
    """Pieces of one line that belong to one figure, or to none; `first` is false where a figure goes on."""

    mark: Mark | None
    first: bool
    pieces: tuple[Piece, ...]


class Marked(msgspec.Struct, frozen=True):
    """A text ready to be shown; the pieces of all lines, put together, are the text itself."""

    lines: tuple[tuple[Run, ...], ...]
    marks: tuple[Mark, ...]


def anchor_of(claim_id: str) -> str:
    """The fragment of a figure on the page of its report."""
    return "c-" + claim_id[:16]


def marked(
    text: str, figures: Sequence[Figure], problems: Sequence[Problem] = (), reviews: Mapping[str, str] | None = None
) -> Marked:
    """Cut a text at line ends, figures and problems; of figures that overlap the one that begins first is marked."""
    found = sorted(figures, key=lambda f: (f.start, -f.end))
    marks = tuple(Mark(i, f, (reviews or {}).get(f.claim_id, "")) for i, f in enumerate(found, 1))
    free = _without_overlaps(marks)
    placed = sorted((p for p in problems if p.end > p.start), key=lambda p: (p.start, p.end))
    cuts = {0, len(text)}
    cuts.update(at for m in free for at in (m.figure.start, m.figure.end))
    cuts.update(at for p in placed for at in (p.start, p.end))
    at = text.find("\n")
    while at >= 0:
        cuts.add(at + 1)
        at = text.find("\n", at + 1)
    bounds = sorted(cut for cut in cuts if 0 <= cut <= len(text))
    return Marked(tuple(_lines(text, bounds, free, placed)), marks)


def _without_overlaps(marks: Sequence[Mark]) -> list[Mark]:
    free: list[Mark] = []
    for mark in marks:
        if not free or mark.figure.start >= free[-1].figure.end:
            free.append(mark)
    return free


def _lines(
    text: str, bounds: Sequence[int], marks: Sequence[Mark], problems: Sequence[Problem]
) -> Iterator[tuple[Run, ...]]:
    starts = [m.figure.start for m in marks]
    open_problems: list[Problem] = []
    coming = 0
    runs: list[tuple[Mark | None, list[Piece]]] = []
    seen: set[int] = set()
    for start, end in pairwise(bounds):
        place = bisect_right(starts, start) - 1
        mark = marks[place] if place >= 0 and marks[place].figure.end > start else None
        while coming < len(problems) and problems[coming].start <= start:
            open_problems.append(problems[coming])
            coming += 1
        open_problems = [p for p in open_problems if p.end > start]
        if not runs or runs[-1][0] is not mark:
            runs.append((mark, []))
        begins = next((p for p in open_problems if p.start == start), None)
        runs[-1][1].append(Piece(text[start:end], tuple(open_problems), begins))
        if text[end - 1] == "\n":
            yield _finished(runs, seen)
            runs = []
    if runs:
        yield _finished(runs, seen)


def _finished(runs: Sequence[tuple[Mark | None, list[Piece]]], seen: set[int]) -> tuple[Run, ...]:
    line = []
    for mark, pieces in runs:
        first = mark is not None and mark.number not in seen
        if mark is not None:
            seen.add(mark.number)
        line.append(Run(mark, first, tuple(pieces)))
    return tuple(line)


class Offsets:
    """From code points, in which spans are counted, to the UTF-16 units in which browsers count."""

    def __init__(self, text: str) -> None:
        self._wide = [i for i, c in enumerate(text) if c > "\uffff"]

    def of(self, at: int) -> int:
        """The place in UTF-16 units."""
        return at + bisect_right(self._wide, at - 1)


def spans_of(figure: Figure, offsets: Offsets) -> str:
    """What of the text speaks for a figure, as JSON for the page's script: {field: [[start, end], ...]}."""
    found: dict[str, list[list[int]]] = {}
    for name in _SPANS:
        if name in figure.evidence:
            found[name] = [_units(figure.evidence[name], offsets)]
    if "relays" in figure.evidence:
        found["relays"] = [_units(span, offsets) for span in figure.evidence["relays"]]
    return json.dumps(found, separators=(",", ":"))


def _units(span: Any, offsets: Offsets) -> list[int]:
    return [offsets.of(int(span[0])), offsets.of(int(span[1]))]
