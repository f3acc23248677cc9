"""Of which figure another one is a part: the whole stands near, is no smaller, and counts such people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from tallyroom.document import Document
from tallyroom.lexicon import table
from tallyroom.readings import Reading

#: So many characters before a number tell that it is an older one.
_BEFORE = 40
#: Parts add up to their whole about: within so much of it, or so few.
_NEARLY_OF, _NEARLY = 0.1, 2
#: So many words stand between the numbers of a list, the last of them joined by a comma or "and".
_MOST_WORDS = 9
_JOINS = re.compile(r"(?:,|\band\b)\s+(?:in (?:the )?(?:[\w-]+ ){0,3})?\Z|\)\s*,?\s*(?:and\s+)?[\w ]*\(?\Z")
#: What opens a list of parts right before the first of them.
_OPENING = re.compile(r"(:\s+|\()(?:in [^,.;:]{2,40},? )?\Z")
#: So many sentences back a whole is looked for.
_REACH = 2


def whole_of(document: Document, part: Reading, readings: list[Reading]) -> Reading | None:
    """The figure that this one is a part of: the one before the words that open its list, else the nearest that can hold it."""
    can_hold = [other for other in readings if _can_hold(document, other, part)]
    opened = _opened_after(document, part, readings)
    if opened is not None and any(opened is other for other in can_hold):
        return opened
    return min(can_hold, key=lambda other: _distance(other, part), default=None)


def listed_parts(
    document: Document, totals: Sequence[Reading], every: Sequence[Reading]
) -> list[tuple[Reading, Reading]]:
    """(part, whole) of lists that break a number down: "has lost 57 people: 26 in Zurgena, 17 in Arboleas and nine in Cantoria".

    What stands behind a colon, one number after the other up to the end of the sentence, and adds up to about the number before it.
    """
    by_sentence: dict[int, list[Reading]] = defaultdict(list)
    for reading in every:
        by_sentence[reading.sentence].append(reading)
    found: list[tuple[Reading, Reading]] = []
    for n, whole in enumerate(totals):
        if (
            n + 1 < len(totals)
            and totals[n + 1].sentence == whole.sentence
            and _colon(document, whole, totals[n + 1].start) < 0
        ):
            continue  # the number right before the colon is the one that is broken down
        colon = _colon(document, whole, document.spans[whole.sentence][1])
        if colon < 0:
            continue
        behind = [reading for reading in by_sentence[whole.sentence] if reading.start > colon]
        parts = _parts_in_a_row(document, colon, behind)
        sizes = [part.size or 0.0 for part in parts]
        total = whole.size or 0.0
        if len(parts) > 1 and max(sizes) < total and abs(sum(sizes) - total) <= max(_NEARLY, _NEARLY_OF * total):
            found += [(part, whole) for part in parts]
    return found


def parts_behind(document: Document, readings: Sequence[Reading], n: int) -> tuple[int, int]:
    """[start, end) of what is told of the parts of a number behind it: "30 people: 12 in Velm", "30 people (12 in Velm)"; else nothing."""
    text, sentence = document.text, readings[n].sentence
    end = document.spans[sentence][1]
    while n + 1 < len(readings) and readings[n + 1].sentence == sentence:
        last, part = readings[n], readings[n + 1]
        opening = _OPENING.search(text[last.end : part.start])
        if opening:
            closing = text.find(")", part.end, end) if opening[1] == "(" else -1
            return part.start, closing if closing >= 0 else end
        n += 1
    return 0, 0


def _colon(document: Document, whole: Reading, end: int) -> int:
    """Where a colon stands behind a number in the text up to `end`; -1 where none does."""
    at = document.text.find(":", whole.end, end)
    return at if at >= 0 and document.text[at + 1 : at + 2].isspace() else -1


def _parts_in_a_row(document: Document, colon: int, readings: Sequence[Reading]) -> list[Reading]:
    """The numbers of a list, of which each follows the one before behind a few words with a comma or "and" at their end."""
    found: list[Reading] = []
    for reading in readings:
        between = document.text[found[-1].end if found else colon + 1 : reading.start]
        joined = _JOINS.search(between) is not None if found else True
        if not joined or len(between.split()) > _MOST_WORDS or re.search("[.;!?:]", between):
            break
        found.append(reading)
    return found


def _can_hold(document: Document, whole: Reading, part: Reading) -> bool:
    gap = part.sentence - whole.sentence
    if whole is part or whole.part_of is part or not 0 <= gap <= _REACH or whole.polarity in ("denied", "negated"):
        return False
    if whole.counting.quantity.kind != part.counting.quantity.kind == "money":
        return False
    if whole.unit != part.unit and "percent" not in (whole.unit, part.unit):
        return False
    if part.size is None or whole.size is None or whole.size < part.size:
        return False
    if whole.size == part.size and whole.start > part.start:
        return False
    return not _is_superseded(document, whole) and _counts_such(whole, part)


def _distance(whole: Reading, part: Reading) -> float:
    sentences = 40.0 * (part.sentence - whole.sentence)
    order = 0 if whole.start < part.start else 30
    kind = (0 if whole.measure == part.measure else 15) + (60 if whole.aggregation == "subset" else 0)
    return sentences + order + kind + abs(whole.start - part.start) / 100


def _is_superseded(document: Document, reading: Reading) -> bool:
    sentence = document.spans[reading.sentence][0]
    return _superseded().search(document.text, max(sentence, reading.start - _BEFORE), reading.start) is not None


@lru_cache(maxsize=1)
def _superseded() -> re.Pattern[str]:
    words = "|".join(map(re.escape, table("parts.toml")["superseded"]))
    return re.compile(rf"\b(?:{words})\s(?:[^\d,.;:]*\s)?(?:of\s|at\s)?\Z", re.IGNORECASE)


def _counts_such(whole: Reading, part: Reading) -> bool:
    """ "43 of the survivors" are no part of those who marched; "12 of the passengers" are none of 200 police."""
    noun = part.counting.noun
    numeral = part.counting.numeral
    of = numeral.child("preposition") if numeral is not None else None
    if noun is None or of is None or of.lower != "of" or of.child("complement") is not noun:
        return True
    if noun.lower in table("parts.toml")["anyone"]:
        return True
    if noun.lower in table("parts.toml")["measures"]:
        return whole.measure in table("parts.toml")["measures"][noun.lower]
    words = (whole.population or "people").lower().split()
    return noun.lemma in words or noun.lower in words or words[-1] == "people"


def _opened_after(document: Document, part: Reading, readings: list[Reading]) -> Reading | None:
    """The figure right before the "including" whose list this one stands in; a list in brackets ends with them."""
    start = document.spans[part.sentence][0]
    text = document.text
    opening = None
    for opening in _openings().finditer(text, start, part.start):
        pass
    if opening is None or re.search(r"[;)]", text[opening.end() : part.start]):
        return None
    before = [r for r in readings if start <= r.start < opening.start()]
    return before[-1] if before else None


@lru_cache(maxsize=1)
def _openings() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, table('parts.toml')['opening']))})\b", re.IGNORECASE)
