"""Who speaks beside a clause (", the ministry said on Monday,"), read from commas where the parse fails."""

from __future__ import annotations

from dataclasses import dataclass

from tallyroom.grammar import lemma
from tallyroom.lexicon import table
from tallyroom.parses import Parse, Token
from tallyroom.saying import cue_words, subject_of
from tallyroom.speakers import Speaker, Speakers

_STOPS = frozenset((",", ";", ":", "—", "–", "--", '"', "“", "”", "(", ")"))
_OWN_VOICE = frozenset(table("cues.toml")["own_voice"])
#: What may follow a verb of saying that has its content before it.
_AFTER = frozenset(table("cues.toml")["after_saying"])
#: What may stand between "to" and a later one of the numbers that somebody's count rose to: "to 26 dead and 58".
_OF_A_COUNT = ("numeral", "noun", "adjective", "coordinator")
_JOINED = (",", "about", "some", "around", "nearly", "at", "least")
_FINITE = ("VBD", "VBZ", "VBP", "VBN")


@dataclass(slots=True)
class Link:
    """One step of a chain: somebody says something."""

    speaker: Speaker | None
    cue: Token
    way: str
    #: The speaker's word was an impersonal one ("reports say"): a cue without a source.
    impersonal: bool = False


def beside(speakers: Speakers, parse: Parse, start: int, sentence: int) -> list[Link]:
    """The attribution beside the clause of a figure at `start`: after it, between its halves, or before it."""
    tokens = parse.tokens
    at = next((t.i for t in tokens if t.end > start), len(tokens))
    according = _according_at_end(speakers, parse, at, sentence)
    if according:
        return according
    put = _put_at(speakers, parse, at, sentence) or _revised_to(speakers, parse, at, sentence)
    put = put or _spoke_of(speakers, parse, at, sentence)
    if put:
        return put
    for verb in tokens:
        if not _says(tokens, verb):
            continue
        words = _subject_words(tokens, verb)
        inverted = False
        if not words or not _can_be_subject(speakers, words):
            words, inverted = _inverted_subject(tokens, verb), True
        if not words or not _can_be_subject(speakers, words):
            continue
        first = min(words[0].i, verb.i)
        is_aside = first > 0 and tokens[first - 1].text in _STOPS and (inverted or _has_no_content_after(tokens, verb))
        if is_aside and (_reaches_back(tokens, at, first) or _reaches_on(tokens, at, max(verb.i, words[-1].i))):
            return _with_cited(speakers, tokens, verb, speakers.of_words(parse, words, sentence), parse, sentence)
        if not is_aside and not inverted and verb.i < at and _leads(tokens, verb, first, at):
            return [Link(speakers.of_words(parse, words, sentence), verb, "said")]
    return []


def _says(tokens: list[Token], verb: Token) -> bool:
    """A finite verb of saying; "..., the aid group Mare Vivo estimates." ends in one that the engine takes for a noun."""
    if verb.pos == "verb":
        says = verb.lemma in cue_words("saying") and verb.tag in _FINITE
        return says and (
            verb.lemma not in cue_words("deeds") or tokens[min(verb.i + 1, len(tokens) - 1)].lower == "that"
        )
    is_last = verb.i + 1 < len(tokens) and all(t.text in (".", "”", '"', "'") for t in tokens[verb.i + 1 :])
    return is_last and verb.tag == "NNS" and lemma(verb.lower, "verb") in (cue_words("giving") | cue_words("saying"))


def _according_at_end(speakers: Speakers, parse: Parse, at: int, sentence: int) -> list[Link]:
    """ "..., according to the fire service." at the end of a sentence holds for all of it, up to a semicolon."""
    tokens = parse.tokens
    word = next((t for t in reversed(tokens) if t.lower == "according"), None)
    if word is None or word.i + 2 >= len(tokens) or word.i == 0 or tokens[word.i - 1].text != ",":
        return []
    words = tokens[word.i + 2 :]
    words = words[: _next_stop(words)]
    if word.i < at and not (words and _is_part_right_after(tokens, words[-1].i, at)):
        return []
    rest = tokens[words[-1].i + 1 :] if words else tokens
    closes = bool(rest) and rest[0].text == ";"
    is_said_of_them = len(rest) > 1 and rest[0].text == "," and rest[1].lower in ("which", "who", "whose")
    is_last = closes or is_said_of_them or not any(t.tag in _FINITE or t.text == ";" for t in rest)
    words = _publisher(words) or words
    if (
        not words
        or not is_last
        or any(t.text == ";" for t in tokens[at : word.i])
        or any(t.pos == "verb" for t in words)
    ):
        return []
    told = next((n for n, t in enumerate(words) if t.lemma in cue_words("speech")), None)
    if told is not None:  # "the latest tally of the Interior Ministry"
        words = words[told + 2 :] if [t.lower for t in words[told + 1 : told + 2]] in (["of"], ["from"], ["by"]) else []
        if any(t.lemma in cue_words("speech") or t.lower in cue_words("counted") for t in words):
            return []
    if not any(speakers.can_speak(t) for t in words):
        return []
    return [Link(speakers.of_words(parse, words, sentence), word, "according")]


def _publisher(words: list[Token]) -> list[Token]:
    """ "a report that the crisis cell released": whose report it is."""
    that = next((n for n, t in enumerate(words) if t.lower in ("that", "which")), 0)
    if not that or words[that - 1].lemma not in cue_words("speech"):
        return []
    verb = next((n for n, t in enumerate(words) if n > that and t.tag in _FINITE), len(words))
    return words[that + 1 : verb] if verb < len(words) else []


def _is_part_right_after(tokens: list[Token], last: int, at: int) -> bool:
    """ "66 were hurt, according to the ambulance service, eighteen of them badly": a part behind the aside."""
    return at - last <= 3 and any(t.lower in ("them", "whom") for t in tokens[at + 1 : at + 4])


def _put_at(speakers: Speakers, parse: Parse, at: int, sentence: int) -> list[Link]:
    """ "The president has put the dead and wounded of the units at 3,800": the figure right after "at"."""
    if at == 0 or at >= len(parse) or not any(t.lower == "at" for t in parse.tokens[max(0, at - 2) : at]):
        return []
    for verb in reversed(parse.tokens[:at]):
        subject = verb.child("subject") if verb.lemma in ("put", "estimate", "place") and verb.pos == "verb" else None
        if subject is not None and subject.i < verb.i and speakers.can_speak(subject):
            return [Link(speakers.of(parse, subject, sentence), verb, "given")]
    return []


def _revised_to(speakers: Speakers, parse: Parse, at: int, sentence: int) -> list[Link]:
    """ "The ministry on Friday raised the number of people killed in the collision to 46", and what is joined to it: "and 58 wounded"."""
    tokens = parse.tokens
    to = next((n for n in range(at - 1, max(-1, at - 6), -1) if tokens[n].lower == "to"), None) if at else None
    if to is None or not all(t.pos in _OF_A_COUNT or t.lower in _JOINED for t in tokens[to + 1 : at]):
        return []
    for verb in reversed(tokens[:to]):
        if verb.pos != "verb" or verb.tag not in _FINITE or verb.lemma not in cue_words("revising"):
            continue
        subject, thing = subject_of(verb), verb.child("object")
        is_count = thing is not None and (thing.lemma in cue_words("speech") or thing.lemma in cue_words("counts"))
        if is_count and subject is not None and subject.i < verb.i and speakers.can_speak(subject):
            return [Link(speakers.of(parse, subject, sentence), verb, "given")]
        return []
    return []


def _spoke_of(speakers: Speakers, parse: Parse, at: int, sentence: int) -> list[Link]:
    """ "The governor spoke on Wednesday of 31 injured": the figure right behind "of", with words for time between."""
    tokens = parse.tokens
    before = at - 1 if at and tokens[at - 1].lower == "of" else at - 2
    if before < 1 or tokens[before].lower != "of":
        return []
    verb = next((t for t in reversed(tokens[max(0, before - 5) : before]) if t.pos == "verb"), None)
    if verb is None or verb.lemma not in ("speak", "tell", "talk"):
        return []
    subject = subject_of(verb)
    if subject is None or subject.i > verb.i or not speakers.can_speak(subject):
        return []
    return [Link(speakers.of(parse, subject, sentence), verb, "given")]


def _subject_words(tokens: list[Token], verb: Token) -> list[Token]:
    """The words before a verb of saying, back to a comma; over one apposition ("Ann Roe, the mayor, said")."""
    stop = verb.i
    while stop > 0 and (
        tokens[stop - 1].pos in ("adverb", "modal") or tokens[stop - 1].lower in ("has", "have", "had")
    ):
        stop -= 1
    first = _back_to_stop(tokens, stop)
    if first < stop:
        is_pronoun = tokens[stop - 1].lower in ("he", "she", "they", "it") and tokens[stop - 1].pos == "pronoun"
        return tokens[stop - 1 : stop] if is_pronoun else tokens[first:stop]
    if stop < 3 or tokens[stop - 1].text != ",":
        return []
    inner_first = _back_to_stop(tokens, stop - 1)
    if inner_first == 0 or tokens[inner_first - 1].text != ",":
        return []
    outer_first = _back_to_stop(tokens, inner_first - 1)
    outer, inner = tokens[outer_first : inner_first - 1], tokens[inner_first : stop - 1]
    if not outer or not inner:
        return []
    inner_is_name = all(t.pos == "name" or t.text in ("-", "al", "bin", "de") for t in inner) and len(inner) <= 6
    return inner if inner_is_name else outer


def _back_to_stop(tokens: list[Token], stop: int) -> int:
    first = stop
    while first > 0 and tokens[first - 1].text not in _STOPS:
        first -= 1
    return first


def _inverted_subject(tokens: list[Token], verb: Token) -> list[Token]:
    """ "..., says the statistics office": the words after the verb, where a comma stands before it."""
    if verb.i == 0 or tokens[verb.i - 1].text not in _STOPS or verb.i + 1 >= len(tokens):
        return []
    stop = verb.i + 1
    while stop < len(tokens) and tokens[stop].text not in _STOPS and tokens[stop].text != "." and tokens[stop].pos in (
        "determiner", "noun", "name", "adjective", "pronoun", "preposition", "other",
    ):  # fmt: skip
        if tokens[stop].pos == "preposition" and tokens[stop].lower not in ("of", "for"):
            break
        stop += 1
    words = tokens[verb.i + 1 : stop]
    return words if words and words[0].lower not in ("that", "this", "there", "it", "no") else []


def _can_be_subject(speakers: Speakers, words: list[Token]) -> bool:
    if len(words) == 1 and words[0].pos == "pronoun":
        return words[0].lower in ("he", "she", "they", "it")
    if words[0].lower in ("and", "but", "or", "which", "who", "that", "if", "when"):
        return False
    if any(
        t.pos in ("verb", "modal") and t.tag in (*_FINITE, "MD") and t.rel != "adjective" and not t.text[:1].isupper()
        for t in words
    ):
        return False
    return any(speakers.can_speak(t) for t in words)


def _has_no_content_after(tokens: list[Token], verb: Token) -> bool:
    following = tokens[verb.i + 1] if verb.i + 1 < len(tokens) else None
    if following is None or following.text in (".", ",", ";", *_STOPS):
        return True
    if verb.lemma in ("tell", "inform"):
        rest = tokens[verb.i + 1 :]
        return not any(t.lower == "that" or t.tag in ("VBD", "VBZ", "VBP") for t in rest[: _next_stop(rest)])
    return following.lower in _AFTER or following.text in (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    )


def _next_stop(tokens: list[Token]) -> int:
    return next((n for n, t in enumerate(tokens) if t.text in _STOPS or t.text == "."), len(tokens))


def _reaches_back(tokens: list[Token], at: int, first: int) -> bool:
    return at < first and not any(t.text == ";" for t in tokens[at:first])


def _reaches_on(tokens: list[Token], at: int, last: int) -> bool:
    """ "..., the city said, and 42 were injured": what goes on after the aside, but not "as", "but", "which"."""
    if at <= last:
        return False
    between = tokens[last + 1 : at]
    stops = [n for n, t in enumerate(between) if t.text in (",", ";", ":")]
    if not stops:
        return False
    opener = between[stops[0] + 1].lower if stops[0] + 1 < len(between) else ""
    return opener not in _OWN_VOICE and not _changes_voice(between)


def _leads(tokens: list[Token], verb: Token, first: int, at: int) -> bool:
    """ "The council said 30 were killed, and 97 wounded": the verb before what was said."""
    if first > 0 and not any(t.text == "," for t in tokens[:first]):
        return False
    between = tokens[verb.i + 1 : at]
    has_deed = (
        verb.child("object") is not None and verb.child("content") is None and verb.lemma not in ("tell", "inform")
    )
    if has_deed and any(t.tag in ("VBD", "VBZ", "VBP") or t.rel == "marker" or t.lower in _OWN_VOICE for t in between):
        return False
    return not any(t.text == ";" for t in between) and not _changes_voice(between)


def _changes_voice(between: list[Token]) -> bool:
    return any(
        t.text == "," and n + 1 < len(between) and between[n + 1].lower in _OWN_VOICE for n, t in enumerate(between)
    ) or any(
        t.lemma in cue_words("saying") and t.pos == "verb" and t.tag in _FINITE and t.rel != "participle"
        for t in between
    )


def _with_cited(
    speakers: Speakers, tokens: list[Token], verb: Token, speaker: Speaker | None, parse: Parse, sentence: int
) -> list[Link]:
    """ "..., the agency wrote, citing the ministry": the cited one first."""
    link = Link(speaker, verb, "said")
    rest = tokens[verb.i + 1 :]
    for n, token in enumerate(rest):
        if token.lower in ("citing", "quoting"):
            thing = token.child("object")
            if thing is not None and speakers.can_speak(thing):
                return [Link(speakers.of(parse, thing, sentence), token, "citing"), link]
        if token.lower == "by" and n > 1 and rest[n - 1].lower == "reported" and rest[n - 2].lower == "as":
            words = rest[n + 1 : n + 1 + _next_stop(rest[n + 1 :])]
            if words:
                return [link, Link(speakers.of_words(parse, words, sentence), rest[n - 1], "relay")]
    return [link]
