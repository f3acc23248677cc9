"""Parts of one page that were written at different hours: an update on top of an earlier story, the entries of a live page."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from tallyroom.lexicon import table

_PARAGRAPH = re.compile(r"[^\n]+")


@lru_cache(maxsize=1)
def _marks() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = {name: "|".join(map(re.escape, own)) for name, own in table("series.toml")["pages"].items()}
    return (
        re.compile(rf"\W{{0,2}}(?:{words['older']})(?:\s(?:{words['story']})\b[^.\n]{{0,60}})?[:\])–—]", re.IGNORECASE),
        re.compile(
            rf"\W{{0,2}}(?:{words['newer']})\b(?:\W{{0,2}}[^.:\d\n]{{0,12}}\d{{1,2}}[:.]\d{{2}}[^\n]{{0,20}})?[:\])–—]",
            re.IGNORECASE,
        ),
        re.compile(r"\W{0,2}(\d{1,2})[:.](\d{2})(?:\s*([ap])\.?m\b\.?|\s*(?-i:[A-Z]{2,4})\b)", re.IGNORECASE),
    )


def older_parts(text: str) -> tuple[int, ...]:
    """Where each older part of a page begins, the newest being on top: () where a page is of one piece.

    A part begins at "EARLIER:" or "[Earlier story, published at 7:03 p.m.]", at each entry of a live page that has its hours in falling
    order, and, where nothing else tells, behind a first paragraph that begins with "UPDATE:" or "Updated at 9:40 p.m.:".
    """
    older, newer, hour = _marks()
    paragraphs = [(match.start(), match[0]) for match in _PARAGRAPH.finditer(text)]
    told = tuple(start for start, words in paragraphs if older.match(words))
    if told:
        return told
    entries = [(start, found) for start, words in paragraphs if (found := hour.match(words))]
    hours = [_minutes(found) for _, found in entries]
    if len(entries) > 1 and all(a > b for a, b in pairwise(hours)):
        return tuple(start for start, _ in entries[1:])
    if len(paragraphs) > 1 and newer.match(paragraphs[0][1]):
        return (paragraphs[1][0],)
    return ()


def _minutes(found: re.Match[str]) -> int:
    hours, minutes, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    return (hours % 12 + 12 * (half == "p") if half else hours) * 60 + minutes
