"""Numbers changed under one address: what differs between two versions of a text, where no notice tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from tallyroom.lexicon import lines
from tallyroom.model import Figure, Problem

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*|\S")


def edited_numbers(old_text: str, old: Sequence[Figure], new_text: str, new: Sequence[Figure]) -> Iterator[Problem]:
    """A problem `edited` for each figure whose number is another than in the earlier text, and nothing says so."""
    if _has_notice(new_text, old_text):
        return
    before = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(old_text)]
    after = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(new_text)]
    matcher = SequenceMatcher(None, [t[0] for t in before], [t[0] for t in after], autojunk=len(before) > 5000)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone = _touched(old, before, a, b)
        come = _touched(new, after, c, d)
        for figure in come:
            was = next((f for f in gone if f.measure == figure.measure and f.unit == figure.unit), None)
            if was is not None:
                gone.remove(was)
                if (was.low, was.best, was.high) != (figure.low, figure.best, figure.high):
                    yield _edited(figure, was)


def _edited(figure: Figure, was: Figure) -> Problem:
    message = f'an earlier version under this address said "{was.quote}"; no notice tells of the change'
    place = {"quote": figure.quote, "start": figure.start, "end": figure.end}
    return Problem(kind="edited", suggestion=was.quote, message=message, **place)  # type: ignore[arg-type]


def _touched(figures: Sequence[Figure], tokens: Sequence[tuple[str, int, int]], first: int, last: int) -> list[Figure]:
    if first == last:
        at = tokens[first][1] if first < len(tokens) else (tokens[-1][2] if tokens else 0)
        return [f for f in figures if f.start <= at <= f.end]
    start, end = tokens[first][1], tokens[last - 1][2]
    return [f for f in figures if f.start < end and start < f.end]


def _has_notice(new_text: str, old_text: str) -> bool:
    new, old = new_text.casefold(), old_text.casefold()
    return any(new.count(notice) > old.count(notice) for notice in lines("correction_notices.txt"))
