"""Figures that a sentence joins to one whose source is told: "The embassy has counted four dead and 99 injured, 21 of them sailors"."""

from __future__ import annotations

from collections.abc import Sequence

from tallyroom.attribution import Attribution
from tallyroom.lexicon import table
from tallyroom.parses import Parse, Token
from tallyroom.readings import Reading
from tallyroom.saying import cue_words
from tallyroom.speakers import Speakers

_FINITE = ("VBD", "VBZ", "VBP", "MD")
_ENDS = frozenset((";", ":", "—", "–", "--", '"', "“", "”", "(", ")"))
#: Ways of attribution that give a number, and do not say a sentence.
_GIVEN = ("given", "speech")
#: So many words may stand between two joined numbers.
_MOST_BETWEEN = 24


def with_joined(
    speakers: Speakers, parses: Sequence[Parse], readings: Sequence[Reading], attributions: Sequence[Attribution]
) -> list[Attribution]:
    """The attributions, and those of numbers without one that their sentence joins to a number given by somebody.

    `parses` are those of the readings' sentences, one for each reading.
    """
    found = list(attributions)
    for n in range(1, len(readings)):
        last, reading = readings[n - 1], readings[n]
        if reading.sentence != last.sentence or last.end > reading.start:
            continue
        between = parses[n].between(last.end, reading.start)
        if _is_open(found[n]) and found[n - 1].way in _GIVEN and found[n - 1].source is not None:
            found[n] = _joined(speakers, parses[n], between, found[n - 1], reading.sentence)
        elif _is_open(found[n - 1]) and found[n].way in _GIVEN and _is_from(parses[n], last) and _is_to(between):
            found[n - 1] = found[n]
    return found


def _is_open(attribution: Attribution) -> bool:
    return attribution.source is None and attribution.cue is None


def _joined(
    speakers: Speakers, parse: Parse, between: Sequence[Token], before: Attribution, sentence: int
) -> Attribution:
    if not between or len(between) > _MOST_BETWEEN or any(map(_parts, between)):
        return Attribution()
    joins = [n for n, t in enumerate(between) if t.pos == "coordinator" or t.text == ","]
    tail = between[joins[-1] + 1 :] if joins else []
    if tail and _is_another(speakers, tail):  # "counted 22 dead, and the medical association 23"
        speaker = speakers.of_words(parse, list(tail), sentence)
        return Attribution(speaker, before.cue, (), before.cue_token, before.way) if speaker else Attribution()
    is_joined = bool(joins) or any(t.lower in cue_words("joining") for t in between)
    return before if is_joined else Attribution()


def _parts(token: Token) -> bool:
    """Does a word between two numbers begin something else: another clause, a quotation, a reason?"""
    if token.text in _ENDS:
        return True
    if token.lower in ("which", "whom"):  # "of which some 9,000"
        return token.i == 0 or token.parse[token.i - 1].lower != "of"
    if token.lower in _own_voice() or token.lower in cue_words("against") or token.rel == "marker":
        return True
    if token.pos not in ("verb", "modal") or token.tag not in _FINITE:
        return False
    return token.child("subject", "passive_subject") is not None or token.lemma not in cue_words("happened")


def _own_voice() -> frozenset[str]:
    return frozenset(table("cues.toml")["own_voice"])


def _is_another(speakers: Speakers, words: Sequence[Token]) -> bool:
    """Are the words right before a number a speaker of their own, and no place or time of what was counted?"""
    is_phrase = all(
        t.pos in ("determiner", "noun", "name", "adjective", "particle", "possessive") or t.lower in ("'s", "’s", "of")
        for t in words
    )
    return is_phrase and any(speakers.can_speak(t) and t.entity != "place" for t in words)


def _is_from(parse: Parse, reading: Reading) -> bool:
    """ "lowered the toll from 281 to 278"."""
    first = parse.at(reading.start)
    return first is not None and first.i > 0 and parse[first.i - 1].lower == "from"


def _is_to(between: Sequence[Token]) -> bool:
    return bool(between) and between[-1].lower == "to" and len(between) <= 4
