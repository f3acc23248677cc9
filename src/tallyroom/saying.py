"""What a word does in a sentence that attributes: whether a verb says or gives what hangs below it, whose it is, how far it reaches."""

from __future__ import annotations

from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.parses import Parse, Token


@lru_cache(maxsize=64)
def cue_words(name: str) -> frozenset[str]:
    """The words of one entry of `cues.toml`, in small letters."""
    return frozenset(word.lower() for word in table("cues.toml")[name])


def is_content(verb: Token, below: Token) -> bool:
    """Is what hangs below the verb what was said, and not who said it or when?"""
    if verb.lemma in cue_words("deeds") and below.pos != "verb":
        return False
    tells_listeners = verb.lemma in ("tell", "inform", "brief")
    if below.rel == "adverbial_clause" and below.child("marker") and verb.child("object") and not tells_listeners:
        return False
    if below.rel in ("content", "open_content", "aside", "adverbial_clause", "other"):
        return below.rel != "adverbial_clause" or below.i > verb.i or verb.child("content") is None
    return below.rel in ("attribute",) and verb.lemma in ("believe", "estimate", "say", "report")


def gives(verb: Token, below: Token) -> bool:
    """ "the ministry reported 12 deaths", "police put the number at 300", "officials confirmed 12 dead"."""
    if below.rel == "preposition" and below.lower == "of" and verb.lemma in ("speak", "tell", "talk"):
        return True
    if below.rel == "preposition" and below.lower == "to" and verb.lemma in cue_words("revising"):
        thing = verb.child("object")
        return thing is not None and (thing.lemma in cue_words("speech") or thing.lemma in ("casualty", "it"))
    if below.rel == "object" and verb.lemma == "put" and below.start < verb.end:
        return False
    if below.rel == "object" and verb.lemma in cue_words("naming") and below.lemma == "name":
        return True
    if verb.lemma == "have":
        return _has_counted(verb, below)
    if verb.lemma not in cue_words("giving"):
        return False
    if below.rel == "object":
        return not (verb.lemma == "claim" and below.lemma in ("life", "victim"))
    if below.rel == "preposition" and below.lower == "as":
        return verb.lemma in ("give", "list", "report", "put", "record")
    if below.rel == "preposition":
        return below.lower == "at" and verb.lemma in ("put", "estimate", "place", "give", "set")
    return below.rel in ("attribute", "open_content")


def _has_counted(verb: Token, below: Token) -> bool:
    """ "The agency now has 218 dead", "the ministry had the toll at 1,910"; a town that has 218 dead has counted nobody."""
    subject = subject_of(verb)
    if subject is None or subject.lemma not in cue_words("institutions") and subject.entity != "organisation":
        return False
    if below.rel == "object":
        return below.lemma in cue_words("held") or below.lower in cue_words("held")
    thing = verb.child("object")
    return below.rel == "preposition" and below.lower == "at" and thing is not None and is_speech(thing)


def is_aside(verb: Token, head: Token) -> bool:
    """ "..., the ministry said, ...": a verb of saying without content of its own, beside what is said."""
    if verb.rel == "adverbial_clause" and (marker := verb.child("marker")) is not None and marker.lower == "as":
        is_open = verb.child("object", "content", "attribute", "open_content") is None
        return (
            is_open and verb.lemma in (cue_words("saying") | cue_words("giving")) and verb.child("subject") is not None
        )
    return (
        verb.pos == "verb"
        and verb.lemma in cue_words("saying")
        and (verb.rel == "aside" or (verb.rel in ("content", "other") and head.rel == "root"))
        and verb.child("content") is None
        and verb.child("subject") is not None
    )


def quoting(verb: Token) -> Token | None:
    """The verb "quote" or "cite" over "as saying"."""
    if verb.tag == "VBG" and verb.head.lower == "as" and verb.head.head.lemma in cue_words("citing"):
        return verb.head.head
    return None


def subject_of(verb: Token) -> Token | None:
    """Whose verb it is: its own subject, else that of the verb it is co-ordinated with."""
    token = verb
    for _ in range(5):
        subject = token.child("subject", "passive_subject")
        if subject is not None:
            return subject
        if token.rel in ("conjunct", "open_content", "adverbial_clause") and token.head.pos == "verb":
            above = token.head
            is_in_speech = above.rel == "content" and above.head.lemma in cue_words("saying") and token.tag == "VBG"
            token = above.head if is_in_speech and token.rel == "adverbial_clause" else above
            continue
        if token.rel in ("participle", "relative"):
            return token.head
        return None
    return None


def is_nobody(subject: Token) -> bool:
    """ "No family has claimed", "one person remains": no body and nobody in particular."""
    return any(child.lower in ("no", "neither", "one") for child in subject.kids("determiner", "number"))


def is_speech(word: Token) -> bool:
    """A word for what was said: "a post", "the report"; in "the Sennet Post" it is part of a name."""
    is_named = word.entity in ("organisation", "person") and word.text[:1].isupper() and not word.text.isupper()
    return word.lemma in cue_words("speech") and not is_named


def count_reaches(parse: Parse, by: Token, noun: Token, start: int) -> bool:
    """ "27 drones by the army's count, killed two": at the end of its phrase it holds for what stands before it alone."""
    figure = parse.at(start)
    if figure is not None and semicolon_between(parse, by, figure):
        return False
    opens = by.i == 0 or parse[by.i - 1].text in (",", ";", ":", "—", "–", "-") or parse[by.i - 1].pos == "coordinator"
    closes = noun.i + 1 < len(parse) and parse[noun.i + 1].text == ","
    return opens or not closes or start < by.start


def semicolon_between(parse: Parse, one: Token, other: Token) -> bool:
    return any(t.text == ";" for t in parse.tokens[min(one.i, other.i) : max(one.i, other.i)])


def after_dash(parse: Parse, subject: Token, verb: Token) -> list[Token]:
    """ "Seoul - The agency said": a place before a dash is a dateline, the words after the dash are the subject."""
    if subject.entity != "place" or subject.i > verb.i:
        return []
    dash = next((t.i for t in reversed(parse.tokens[subject.i : verb.i]) if t.text in ("-", "—", "–", "--")), None)
    return parse.tokens[dash + 1 : verb.i] if dash is not None else []


def maker_after_official(parse: Parse, thing: Token) -> Token | None:
    """ "the official WHO report": before a name and a noun of speech "official" describes, and nobody is called so."""
    following = parse.tokens[thing.i + 1 : thing.i + 3]
    if thing.lower != "official" or len(following) < 2 or following[1].lower not in cue_words("speech"):
        return None
    return following[0] if following[0].text[:1].isupper() else None
