"""Is a figure a running total, one event's own count, an addition, a part or a state?"""

from __future__ import annotations

import re

from tallyroom.document import Document
from tallyroom.readings import Reading

_RUNNING = re.compile(
    r"\b(?:so far|to date|as of|total(?:s|led|ling)?|tolls?|now (?:stands?|at)|rose|rising|risen|climb\w*|brings?|bringing|brought|since|"
    r"until now|up to now|reach\w*|increased|increasing|overall|altogether|in all|cumulative|confirmed cases|exceed\w*|surpass\w*|at least)\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\b(?:are|is|remain\w*|still|currently|stationed|active|in hospitals?|in shelters?|held|being held|has|have|yet)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:including|included?|of (?:them|whom|those|these|which)|among (?:them|those|whom|the)|were (?:women|children)|half|most)\b",
    re.IGNORECASE,
)
_DAILY = re.compile(
    r"\b(?:new|today'?s|a day|per day|daily|in the (?:last|past) 24 hours|another|more|additional|further|others?)\b",
    re.IGNORECASE,
)


_OPENING = re.compile(
    r"\b(?:including|among (?:them|those|the)|of (?:whom|them|those|these)|comprising|consisting of|made up of)\b|:",
    re.IGNORECASE,
)

#: Of what is seen for the measure, this tells of aggregation: more words would be learned by heart.
_PLAIN = (
    "kind ",
    "bound ",
    "additional",
    "one",
    "small",
    "middle",
    "large",
    "no noun",
    "verb ",
    "noun ",
    "left0",
    "right0",
)


def aggregation_features(document: Document, reading: Reading, earlier: list[Reading]) -> dict[str, float]:
    """What tells an incident from a running total, a part, an addition, a state."""
    parse = document.parse(reading.sentence)
    text = document.text
    before, after = (
        text[max(parse.start, reading.start - 50) : reading.start],
        text[reading.end : min(parse.end, reading.end + 50)],
    )
    near_before, near_after = before[-22:], after[:22]
    seen: dict[str, float] = {f: v for f, v in reading.seen.items() if f.startswith(_PLAIN)}
    seen[f"measure {reading.measure}"] = 1.0
    for name, pattern in (("running", _RUNNING), ("state", _STATE), ("part", _PART), ("daily", _DAILY)):
        for where, piece in (
            ("before", before),
            ("after", after),
            ("near before", near_before),
            ("near after", near_after),
            ("in", text[reading.start : reading.end]),
        ):
            for match in pattern.finditer(piece):
                seen[f"agg {name} {where}"] = 1.0
                seen[f"agg {match.group(0).lower()} {where}"] = 1.0
    seen.update(_beside(reading, earlier))
    seen.update(_dated(document, reading))
    seen.update(_above(reading))
    seen.update(_opened(text[parse.start : reading.start]))
    if reading.counting.partitive:
        seen[f"agg partitive {reading.counting.partitive}"] = 1.0
    verb = reading.counting.governor
    if verb is not None and verb.pos == "verb":
        seen[f"agg tense {verb.tag} {reading.counting.relation}"] = 1.0
        for child in verb.kids("auxiliary", "passive_auxiliary"):
            seen[f"agg auxiliary {child.lower}"] = 1.0
    numeral = reading.counting.numeral
    of = numeral.child("preposition") if numeral is not None else None
    if of is not None and of.lower == "of":
        inner = of.child("complement")
        seen[
            "agg numeral of "
            + (
                "pronoun"
                if inner is not None and inner.pos == "pronoun"
                else "the"
                if inner is not None and inner.child("determiner", "possessive")
                else "noun"
            )
        ] = 1.0
    about = text[max(0, parse.start - 300) : parse.end].lower()
    for word in ("pandemic", "epidemic", "outbreak", "war", "virus", "conflict", "since"):
        if word in about:
            seen[f"agg about {word}"] = 1.0
    return seen


def _beside(reading: Reading, earlier: list[Reading]) -> dict[str, float]:
    """What the figures before this one tell: kinds go in runs, parts come after their wholes and add up to them."""
    seen: dict[str, float] = {}
    others = [r for r in earlier if (r.unit == reading.unit) and reading.sentence - r.sentence <= _REACH]
    if not others:
        return seen
    last = others[-1]
    where = "same sentence" if last.sentence == reading.sentence else "before"
    seen[f"after {where}"] = 1.0
    seen[f"after {where} {last.aggregation}"] = 1.0
    if last.measure == reading.measure:
        seen[f"after same measure {where} {last.aggregation}"] = 1.0
    size = reading.size
    if size is None:
        return seen
    for other in others:
        whole = other.size
        if whole is None:
            continue
        near = "same sentence" if other.sentence == reading.sentence else "before"
        alike = "same" if other.measure == reading.measure else "other"
        if whole == size and size > 1:
            seen[f"told before, {alike} measure, {other.aggregation}"] = 1.0
        seen[f"{'smaller' if size < whole else 'not smaller'} than one {near}, {alike} measure"] = 1.0
    if any(_adds_up(reading, part, others) for part in range(len(others))):
        seen["adds up to one before"] = 1.0
    return seen


def _adds_up(reading: Reading, first: int, others: list[Reading]) -> bool:
    """Whether this figure and those right before it are together an earlier one: "ten hurt: six men and four women"."""
    total = reading.size or 0.0
    for part in others[first + 1 :]:
        total += part.size or 0.0
    whole = others[first].size
    return whole is not None and total == whole and first + 1 < len(others)


def _dated(document: Document, reading: Reading) -> dict[str, float]:
    """The words for time in the sentence: a day for an event, a span or a start for a running total."""
    seen: dict[str, float] = {}
    nearest: tuple[int, str] | None = None
    for words in document.times[reading.sentence]:
        name = f"{words.kind} {words.grain}"
        seen[f"time {name}"] = 1.0
        gap = min(abs(words.start - reading.end), abs(reading.start - words.end))
        if nearest is None or gap < nearest[0]:
            nearest = (gap, name)
    seen[f"nearest time {nearest[1] if nearest else 'none'}"] = 1.0
    return seen


def _above(reading: Reading) -> dict[str, float]:
    """What the figure hangs on: "a total of 40", "the toll rose to 40", "including 40"."""
    seen: dict[str, float] = {}
    counting = reading.counting
    verb = counting.governor
    if verb is not None and verb.pos == "verb":
        subject = verb.child("subject", "passive_subject")
        if subject is not None and subject is not counting.noun:
            seen[f"agg subject {subject.lemma if subject.pos == 'noun' else subject.pos}"] = 1.0
    below = counting.noun or counting.numeral
    for token in below.ancestors() if below is not None else ():
        if token.pos == "noun":
            seen[f"agg above {token.lemma}"] = 1.0
        elif token.pos == "verb":
            seen[f"agg above {token.lemma} {token.tag}"] = 1.0
            break
    return seen


def _opened(before: str) -> dict[str, float]:
    """The words before the figure in its sentence that open a list of parts, and whether the list may still go on."""
    last = None
    for last in _OPENING.finditer(before):
        pass
    if last is None:
        return {}
    seen = {f"agg opened by {last.group(0).lower()}": 1.0}
    if not re.search(r"[.;]", before[last.end() :]):
        seen["agg opened, still in it"] = 1.0
    return seen


#: So many sentences back a whole is looked for.
_REACH = 2
