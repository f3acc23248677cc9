"""Places told again by a common noun: "the city", "both countries", "in his province" → the name told before."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tallyroom.document import Document
from tallyroom.place_words import PlaceWords, place_lexicon
from tallyroom.resolve.nations import nations
from tallyroom.resolve.places import COUNTRY, PROVINCE, resolve_place

_DEFINITE = re.compile(r"(?:the|that|this|its|his|her|their|both)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
#: A letter that is none of the small ones of English: the words hold a name.
_CAPITAL = re.compile(r"[^\W\d_a-z]")


def named_before(
    document: Document, of: Callable[[int], Sequence[PlaceWords]], span: tuple[int, int]
) -> tuple[int, int] | None:
    """Where the name stands that the common noun at `span` takes up, in the text before it; None where it takes up none.

    `of` gives the places of a sentence, in text order.
    """
    text = document.text
    if _CAPITAL.search(text, *span) or not _DEFINITE.match(text, *span):
        return None
    noun = _WORD.findall(text[slice(*span)])[-1].lower()
    wanted = next((name for name in _IS if noun in place_lexicon("again", name)), "")
    if not wanted:
        return None
    told = [
        place for place in _before(document, of, span[0]) if place.names and _IS[wanted](text[place.start : place.end])
    ]
    if not told:
        return None
    often = Counter(place.key for place in told)
    # where somebody spoke is told once, where it happened again and again; of two told as often it is the first
    most = max(told, key=lambda place: (often[place.key], -place.start))
    last = next(place for place in told if place.key == most.key)
    return (last.start, last.end)


def _before(document: Document, of: Callable[[int], Sequence[PlaceWords]], start: int) -> Iterator[PlaceWords]:
    """The places told before a character, nearest first."""
    last = bisect_right(document.spans, start, key=lambda sentence: sentence[0]) - 1
    for index in range(last, -1, -1):
        yield from (place for place in reversed(of(index)) if place.end <= start)


def _are_countries(words: str) -> bool:
    return " and " in words and len(nations(words)) > 1


def _is_country(words: str) -> bool:
    meaning = resolve_place(words)
    return meaning.where_prec == COUNTRY and len(nations(words)) == 1


def _is_town(words: str) -> bool:
    meaning = resolve_place(words)
    return meaning.where_prec is not None and meaning.where_prec < PROVINCE


def _is_region(words: str) -> bool:
    return resolve_place(words).where_prec == PROVINCE


#: Nouns, by their entry in `places.toml`, and what tells that a name is one that they take up.
_IS = {"countries": _are_countries, "country": _is_country, "town": _is_town, "region": _is_region}
