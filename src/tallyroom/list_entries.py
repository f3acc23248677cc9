"""Who stands behind a figure in a list, where no verb tells: "Killed: 12 (Ministry of Health)", "- 97 Reuters, from Gov. Ann Roe"."""

from __future__ import annotations

import re

from tallyroom.parses import Parse
from tallyroom.saying import cue_words
from tallyroom.speakers import Speaker, Speakers

_NAMED = r"(?:[A-Z][\w'’.-]*|of|for|the|and|de|du|al)(?:[ ]+(?:[A-Z][\w'’.-]*|of|for|the|and|de|du|al))*"
_IN_BRACKETS = re.compile(rf"(?:[ ]+[a-z]+){{0,3}}[ ]*\((?P<origin>{_NAMED})\)")
#: "72 (source: Civil Guard, 8 a.m.)", "in 1,006 centers (source: DSWD)": what is so marked holds for its line up to there.
_MARKED = re.compile(rf"[^.\n()]{{0,120}}\((?i:sources?): (?P<origin>{_NAMED})[^()\n]{{0,60}}\)")
#: "40 (governorship)": an office told by its kind alone.
_OFFICE_IN_BRACKETS = re.compile(r"(?:[ ]+[a-z]+){0,3}[ ]*\((?P<origin>[a-z]+(?: [a-z]+)?)\)")
_BULLET = re.compile(r"[ \t]*(?:[-–—•*·]+|\d+[.)])[ \t]*")
_AT_END = re.compile(
    rf"[^\n]{{0,200}}?, (?:from|per|via|according to) (?:acting )?(?P<origin>{_NAMED})[.;]?[ ]*$", re.MULTILINE
)
_AFTER_DASH = re.compile(rf"(?:[ ]+[a-z]+){{0,3}}[ ][-–—][ ](?P<origin>{_NAMED})[.]?[ ]*$", re.MULTILINE)
_LABEL = re.compile(r"(?:\W{0,6}\d{1,2}[:.]\d{2}\W{1,6})?(?P<origin>[A-Z][\w'’.-]{0,40}(?: [\w'’.-]{1,40}){0,5}): ")
_AFTER_BULLET = re.compile(
    rf"(?:[ ]+[a-z]+){{0,2}},?[ ]+(?P<relay>{_NAMED}),[ ](?:from|citing|quoting)[ ](?P<origin>{_NAMED})"
    rf"|(?:[ ]+[a-z]+){{0,2}}[ ]*[-–—:(,]?[ ]+(?P<alone>{_NAMED})[ ]*(?:[.;]|$)",
    re.MULTILINE,
)


def of_entry(speakers: Speakers, parse: Parse, start: int, end: int) -> tuple[Speaker, Speaker | None] | None:
    """(origin, relay or None) of a figure at [start, end): named in the brackets behind it, or behind it in its line of a list."""
    text = speakers.document.text
    bracketed = _IN_BRACKETS.match(text, end, parse.end) or _MARKED.match(text, end, parse.end)
    if bracketed is None and (office := _OFFICE_IN_BRACKETS.match(text, end, parse.end)) is not None:
        bracketed = office if office["origin"].split()[-1] in cue_words("offices") else None
    if bracketed is not None:
        origin = _speaker(speakers, parse, bracketed, "origin")
        return (origin, None) if origin is not None else None
    line = text.rfind("\n", parse.start, start) + 1 or parse.start
    label = _LABEL.match(text, line, start)
    if label is not None and (origin := _institution(speakers, parse, label)) is not None:
        return origin, None
    is_entry = _BULLET.match(text, line, start) is not None
    entry = _AFTER_BULLET.match(text, end, parse.end) if is_entry and _BULLET.fullmatch(text, line, start) else None
    if entry is None and (at_end := (_AT_END if is_entry else _AFTER_DASH).match(text, end)) is not None:
        origin = _speaker(speakers, parse, at_end, "origin")
        return (origin, None) if origin is not None else None
    if entry is None:
        return None
    origin = _speaker(speakers, parse, entry, "alone" if entry["alone"] else "origin")
    if origin is None:
        return None
    return origin, _speaker(speakers, parse, entry, "relay") if entry["relay"] else None


def _speaker(speakers: Speakers, parse: Parse, found: re.Match[str], group: str) -> Speaker | None:
    words = parse.between(*found.span(group))
    names_a_speaker = any(
        word.entity in ("organisation", "person") or word.lower in cue_words("institutions") for word in words
    )
    is_place = group == "alone" and all(word.entity == "place" or word.pos != "name" for word in words)
    if not words or is_place or not (names_a_speaker or group == "origin" or words[0].text.isupper()):
        return None
    return speakers.of_words(parse, words, 0)


def _institution(speakers: Speakers, parse: Parse, label: re.Match[str]) -> Speaker | None:
    """ "19:40 Derwick police: more than 900 have left": a label whose last word is a body that speaks."""
    words = parse.between(*label.span("origin"))
    if not words or words[-1].lower not in cue_words("institutions") or any(w.pos == "verb" for w in words):
        return None
    return speakers.of_words(parse, words, 0)
