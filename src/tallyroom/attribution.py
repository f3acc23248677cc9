"""Who said a figure, by which cue, through whom: source, cue, relays, read through the grammar and the quotation marks.

The origin is whoever established the figure; relays stand between the origin and the outlet, from the origin outwards. Attribution
reaches the clause that was said, and a following sentence only where that continues the same speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tallyroom.document import Document
from tallyroom.list_entries import of_entry
from tallyroom.model import Span
from tallyroom.parses import Parse, Token
from tallyroom.saying import (
    after_dash,
    count_reaches,
    cue_words,
    gives,
    is_aside,
    is_content,
    is_nobody,
    is_speech,
    maker_after_official,
    quoting,
    semicolon_between,
    subject_of,
)
from tallyroom.speakers import Speaker, Speakers
from tallyroom.speech_beside import Link, beside

_LABEL = re.compile(r"([A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3}): ")
_QUOTE_MARKS = re.compile(r"[\"“”]")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Source, cue and relays of one figure; all empty where the outlet speaks in its own voice."""

    source: Speaker | None = None
    cue: Span | None = None
    relays: tuple[Speaker, ...] = ()
    #: The word that attributes, for the time of saying.
    cue_token: Token | None = field(default=None, compare=False)
    #: How it was found: said, according, quoted, given, speech, listed, or "".
    way: str = ""


NOBODY = Attribution()


class Attributor:
    """Reads the attributions of one report; it keeps who spoke last, so that "he added" finds its speaker."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.speakers = Speakers(document)
        self._quotations = _quotations(document.text)

    def attribute(self, sentence: int, start: int, end: int) -> Attribution:
        """The attribution of a figure at [start, end) in a sentence."""
        parse = self.document.parse(sentence)
        words = parse.between(start, end)
        if not words:
            return NOBODY
        numbers = [t for t in words if t.pos not in ("preposition", "adverb")] or words
        anchor = min(numbers, key=lambda t: sum(1 for _ in t.ancestors()))
        links = self._links(parse, anchor, sentence)
        counted = self._by_count(parse, start, sentence)
        if links or counted:
            return self._chain([*counted, *(links or beside(self.speakers, parse, start, sentence))])
        quoted = self._quoted(sentence, start)
        if quoted is not None:
            return quoted
        spoken = self._labelled(sentence, start)
        if spoken is not None:
            return spoken
        links = beside(self.speakers, parse, start, sentence)
        if links:
            return self._chain(links)
        entry = of_entry(self.speakers, parse, start, end)
        if entry is not None:
            origin, relay = entry
            return Attribution(origin, origin.span, (relay,) if relay is not None else (), None, "listed")
        return NOBODY

    def _by_count(self, parse: Parse, start: int, sentence: int) -> list[Link]:
        """ "by the agency's count", "by the estimate of Ann Roe", "by the reckoning that the office gave"."""
        for word in parse.tokens:
            noun = word.child("complement") if word.lower in ("by", "in", "on") else None
            if noun is None or noun.lemma not in cue_words("counts") or not count_reaches(parse, word, noun, start):
                continue
            owner = self._owner(parse, noun, noun, sentence, may_be_made=True)
            if owner:
                return owner
            for clause in noun.kids("relative", "participle"):
                maker = clause.child("subject")
                if maker is not None and maker.pos != "pronoun" and self.speakers.can_speak(maker):
                    return [Link(self.speakers.of(parse, maker, sentence), noun, "speech")]
            for of in noun.kids("preposition"):
                maker = of.child("complement")
                is_counted = maker is not None and maker.lower in cue_words("counted")
                if of.lower == "of" and maker is not None and not is_counted and self.speakers.can_speak(maker):
                    return [Link(self.speakers.of(parse, maker, sentence), noun, "speech")]
        return []

    def _links(self, parse: Parse, anchor: Token, sentence: int) -> list[Link]:
        """The attributing words over a figure, from the inside out."""
        links: list[Link] = []
        seen: set[tuple[int, str]] = set()
        below = anchor
        path = [anchor, *anchor.ancestors()]
        for n, token in enumerate(path):
            below = path[n - 1] if n else anchor
            for link in self._at(parse, token, below, anchor, sentence, n == 0):
                key = (link.cue.i, link.speaker.name if link.speaker is not None else "")
                if key not in seen:
                    seen.add(key)
                    links.append(link)
            is_given = bool(links) and links[-1].way == "given" and links[-1].cue is token
            if is_given and token.rel == "conjunct" and token.child("subject") is not None:
                break
            marker = token.child("marker") if links and token.rel == "adverbial_clause" else None
            if marker is not None and marker.lower in cue_words("against"):
                break
        return links

    def _at(self, parse: Parse, token: Token, below: Token, anchor: Token, sentence: int, first: bool) -> list[Link]:
        """The attributions at one word on the way up: its own saying first, then what hangs beside the way."""
        found: list[Link] = []
        if token is not anchor and token.pos == "verb":
            found += self._by_verb(parse, token, below, sentence)
        if is_speech(token) and token.pos in ("noun", "name"):
            found += self._owner(parse, token, below, sentence, may_be_made=not first)
        for child in token.children:
            if child is below:
                continue
            if child.lower == "according":
                found += self._according(parse, child, sentence)
            elif child.rel in ("adverbial_clause", "participle") and child.lemma in cue_words("citing"):
                thing = child.child("object")
                if thing is not None and self.speakers.can_speak(thing):
                    found += self._behind(parse, thing, sentence)
                    found.append(Link(self.speakers.of(parse, thing, sentence), child, "citing"))
            elif is_aside(child, token):
                found += self._said(parse, child, sentence)
        return found

    def _by_verb(self, parse: Parse, verb: Token, below: Token, sentence: int) -> list[Link]:
        """What a verb over a figure attributes; nothing that is said reaches over a semicolon."""
        found: list[Link] = []
        if verb.lemma == "be" and below.rel == "attribute":
            figure = verb.child("subject")
            if figure is not None and is_speech(figure):
                found = self._owner(parse, figure, figure, sentence, may_be_made=True)
        elif verb.lemma in cue_words("saying") and is_content(verb, below):
            found = self._said(parse, verb, sentence)
        elif gives(verb, below):
            found = self._said(parse, verb, sentence, way="given")
        return [] if found and semicolon_between(parse, verb, below) else found

    def _said(self, parse: Parse, verb: Token, sentence: int, way: str = "said") -> list[Link]:
        if verb.lemma in cue_words("checking") and verb.child("negation") is not None:
            return [] if way == "given" else [Link(None, verb, way, impersonal=True)]
        quoted = quoting(verb)
        if quoted is not None:
            return self._quoted_as(parse, quoted, verb, sentence)
        subject = subject_of(verb)
        passive = verb.tag == "VBN" and verb.child("passive_auxiliary") is not None
        if passive:
            agent = verb.child("agent")
            maker = agent.child("complement") if agent is not None else None
            if maker is None and verb.lemma == "quote" and subject is not None:
                maker = subject
            if maker is None:
                return [] if way == "given" else [Link(None, verb, way, impersonal=True)]
            return [Link(self.speakers.of(parse, maker, sentence), verb, way)]
        if subject is None:
            return []
        behind_dash = after_dash(parse, subject, verb)
        if behind_dash:
            return [Link(self.speakers.of_words(parse, behind_dash, sentence), verb, way)]
        if subject.pos == "pronoun" and subject.lower in ("who", "which", "that") and verb.rel == "relative":
            subject = verb.head
        if is_speech(subject) and not self.speakers.is_speaker_noun(subject):
            owner = self._owner(parse, subject, subject, sentence, may_be_made=True)
            speaker = (
                owner[0].speaker
                if owner
                else self._last_maker(sentence)
                if subject.lemma not in cue_words("hearsay")
                else None
            )
            if speaker is not None:
                return [Link(speaker, verb, way)]
            if subject.lemma not in cue_words("documents"):
                return [] if way == "given" else [Link(None, verb, way, impersonal=True)]
        elif subject.lower == "it" and (known := self.speakers.of(parse, subject, sentence)) is not None:
            return [Link(known, verb, way)]
        elif subject.lemma in cue_words("nobody") or subject.lower in cue_words("nobody"):
            return [] if way == "given" else [Link(None, verb, way, impersonal=True)]
        if subject.pos == "numeral" or (way == "given" and not self.speakers.can_speak(subject)) or is_nobody(subject):
            return []
        if verb.lemma in ("quote", "cite") and (thing := verb.child("object")) is not None:
            return [
                Link(self.speakers.of(parse, thing, sentence), verb, "citing"),
                Link(self.speakers.of(parse, subject, sentence), verb, "relay"),
            ]
        return [*self._nested(parse, verb, sentence), Link(self.speakers.of(parse, subject, sentence), verb, way)]

    def _nested(self, parse: Parse, verb: Token, sentence: int) -> list[Link]:
        """ "..., the member said the agency had told them": the inner saying, whose content stands before both."""
        inner = next((c for c in verb.kids("content") if c.i > verb.i and c.lemma in cue_words("saying")), None)
        subject = inner.child("subject") if inner is not None else None
        if inner is None or subject is None or inner.child("content") is not None:
            return []
        if any(t.text == "," for t in parse.tokens[verb.i : inner.i]) or not self._may_speak(subject):
            return []
        if any(t.pos == "numeral" for t in inner.subtree() if inner.i < t.i < inner.i + 6):
            return []
        return [Link(self.speakers.of(parse, subject, sentence), inner, "said")]

    def _may_speak(self, token: Token) -> bool:
        return token.lower == "it" or self.speakers.can_speak(token)

    def _quoted_as(self, parse: Parse, quoting: Token, verb: Token, sentence: int) -> list[Link]:
        """ "The agency quoted the minister as saying", "the minister was quoted by the agency as saying"."""
        if quoting.child("passive_auxiliary") is not None:
            agent = next((c for t in (quoting, verb) for c in t.kids("agent", "preposition") if c.lower == "by"), None)
            origin, relay = quoting.child("passive_subject", "subject"), agent.child("complement") if agent else None
        else:
            origin, relay = quoting.child("object"), subject_of(quoting)
        links = [Link(self.speakers.of(parse, origin, sentence), verb, "citing")] if origin is not None else []
        if relay is not None and relay is not origin:
            links.append(Link(self.speakers.of(parse, relay, sentence), quoting, "relay"))
        return links

    def _according(self, parse: Parse, word: Token, sentence: int) -> list[Link]:
        to = next((t for t in word.children if t.lower == "to"), None)
        thing = (to.child("complement") if to is not None else None) or word.child("complement")
        if thing is None:
            return []
        maker = maker_after_official(parse, thing)
        if maker is not None:
            return [Link(self.speakers.of_words(parse, [maker], sentence), word, "according")]
        behind = self._behind(parse, thing, sentence)
        if behind:
            return [*behind, Link(self.speakers.of(parse, thing, sentence), word, "relay")]
        publisher = next((c.child("subject") for c in thing.kids("relative", "participle") if c.child("subject")), None)
        if (
            publisher is not None
            and (is_speech(thing) or thing.lemma in cue_words("counts"))
            and any(map(self.speakers.can_speak, publisher.subtree()))
        ):
            return [Link(self.speakers.of(parse, publisher, sentence), word, "according")]
        if is_speech(thing) and not self.speakers.is_speaker_noun(thing):
            owner = self._owner(parse, thing, thing, sentence, may_be_made=True)
            if owner:
                return [Link(owner[0].speaker, word, "according")]
            if thing.lemma in cue_words("hearsay"):
                return [Link(None, word, "according", impersonal=True)]
            known = self._last_maker(sentence)
            if known is not None:
                return [Link(known, word, "according")]
        return [Link(self.speakers.of(parse, thing, sentence), word, "according")]

    def _behind(self, parse: Parse, thing: Token, sentence: int) -> list[Link]:
        """Who stands behind a speaker: "AFP, which quoted the junta", "members who were briefed by the agency"."""
        for clause in thing.kids("relative", "participle"):
            origin: Token | None = None
            if clause.lemma in cue_words("citing") and clause.child("passive_auxiliary", "agent") is None:
                origin = clause.child("object")
            elif clause.lemma in ("brief", "inform") and (agent := clause.child("agent")) is not None:
                origin = agent.child("complement")
            if origin is not None and self.speakers.can_speak(origin):
                return [Link(self.speakers.of(parse, origin, sentence), clause, "citing")]
        return []

    def _owner(self, parse: Parse, noun: Token, below: Token, sentence: int, *, may_be_made: bool) -> list[Link]:
        """Whose words they are: "the ministry's figures", "a count by the agency", "JHU data", "a statement by"."""
        if self.speakers.is_speaker_noun(noun):
            return []
        owner = noun.child("possessive")
        if owner is not None and owner.lower == "its" and noun.lemma in cue_words("counts"):
            return [Link(self.speakers.institution_before(sentence, owner), noun, "speech")]
        if owner is not None and owner.lower in ("his", "her") and noun.lemma in cue_words("counts"):
            return [Link(self.speakers.of(parse, owner, sentence), noun, "speech")]
        is_count = noun.lemma in cue_words("counts") and noun.head.lower == "by"
        if owner is not None and owner.pos != "pronoun" and (is_count or self.speakers.can_speak(owner)):
            return [Link(self.speakers.of(parse, owner, sentence), noun, "speech")]
        for child in noun.children if may_be_made else ():
            if child is below:
                continue
            maker = None
            if (child.rel == "preposition" and child.lower in ("by", "from")) or child.rel == "agent":
                maker = child.child("complement")
            elif child.rel == "participle" and (agent := child.child("agent")) is not None:
                maker = agent.child("complement")
            elif child.rel == "preposition" and child.lower == "of" and child.child("complement") is not None:
                inner = child.child("complement")
                maker = inner if inner is not None and inner.entity in ("organisation", "person") else None
            if maker is not None and maker.pos != "numeral" and self.speakers.can_speak(maker):
                return [Link(self.speakers.of(parse, maker, sentence), noun, "speech")]
        for child in noun.kids("compound", "adjective") if may_be_made else ():
            if child.entity == "organisation" or (child.pos == "name" and child.text.isupper()):
                return [Link(self.speakers.of(parse, child, sentence), noun, "speech")]
            if child.lemma in cue_words("institutions") or (
                child.entity == "people" and noun.lemma in ("official", "estimate", "figure")
            ):
                return [Link(self.speakers.of(parse, child, sentence), noun, "speech")]
        return []

    def _last_maker(self, sentence: int) -> Speaker | None:
        """ "the report", "the article" without a maker of its own: that of the last such words in the text."""
        for index in range(sentence, max(-1, sentence - 6), -1):
            parse = self.document.parse(index)
            for token in reversed(parse.tokens):
                if (
                    token.pos == "noun"
                    and token.lemma in cue_words("speech")
                    and token.lemma not in cue_words("hearsay")
                ):
                    owner = self._owner(parse, token, token, index, may_be_made=True)
                    if owner and owner[0].speaker is not None:
                        return owner[0].speaker
        return None

    def _chain(self, links: list[Link]) -> Attribution:
        """From the inside out: the first that names somebody is the origin, the others are relays."""
        named = [link for link in links if link.speaker is not None]
        if len(named) > 1 and named[0].way == "given" and named[-1].way == "said" and _is_anybody(named[0]):
            named = named[1:]
        if not named:
            return Attribution(None, (links[0].cue.start, links[0].cue.end), (), links[0].cue, links[0].way)
        citing = [link for link in named if link.way == "citing"]
        passed_on = [link for link in named if link not in citing and _follows_saying(link, named)]
        named = citing + [link for link in named if link not in citing and link not in passed_on] + passed_on
        origin = named[0]
        assert origin.speaker is not None
        relays: list[Speaker] = []
        for link in named[1:]:
            assert link.speaker is not None
            if link.speaker.name != origin.speaker.name and all(link.speaker.name != r.name for r in relays):
                relays.append(link.speaker)
        return Attribution(origin.speaker, (origin.cue.start, origin.cue.end), tuple(relays), origin.cue, origin.way)

    def _quoted(self, sentence: int, start: int) -> Attribution | None:
        """A figure inside quotation marks belongs to whom the words around the quotation name."""
        quotation = next(((a, b) for a, b in self._quotations if a <= start < b), None)
        if quotation is None or quotation[1] - quotation[0] < 12:
            return None
        first, last = (
            self.document.sentence_of(quotation[0]),
            self.document.sentence_of(max(quotation[0], quotation[1] - 1)),
        )
        paragraph = self.document.paragraphs[first]
        for index in (*range(last, first - 1, -1), first - 1, last + 1):
            if not 0 <= index < len(self.document.spans) or abs(self.document.paragraphs[index] - paragraph) > 1:
                continue
            if index in (first - 1, last + 1) and self.document.paragraphs[index] != paragraph:
                continue
            parse = self.document.parse(index)
            for verb in parse.tokens:
                if (
                    verb.pos == "verb"
                    and verb.lemma in cue_words("saying")
                    and not quotation[0] < verb.start < quotation[1]
                ):
                    for link in self._said(parse, verb, index):
                        if link.speaker is not None:
                            return Attribution(link.speaker, (verb.start, verb.end), (), verb, "quoted")
                if verb.lower == "according":
                    for link in self._according(parse, verb, index):
                        if link.speaker is not None:
                            return Attribution(link.speaker, (verb.start, verb.end), (), verb, "quoted")
        return self._before_colon(quotation[0], first)

    def _before_colon(self, quotation: int, sentence: int) -> Attribution | None:
        """ "A spokesman rejected this: "Forty men went out."": who acts before the colon speaks after it."""
        if not re.search(r":\s*[\"“]\Z", self.document.text[max(0, quotation - 4) : quotation]):
            return None
        parse = self.document.parse(self.document.sentence_of(max(0, quotation - 3)))
        for verb in parse.tokens:
            subject = verb.child("subject") if verb.pos == "verb" and verb.start < quotation else None
            if (
                subject is not None
                and subject.i < verb.i
                and subject.pos != "pronoun"
                and self.speakers.can_speak(subject)
            ):
                speaker = self.speakers.of(parse, subject, sentence)
                if speaker is not None:
                    return Attribution(speaker, (verb.start, verb.end), (), verb, "quoted")
        return None

    def _labelled(self, sentence: int, start: int) -> Attribution | None:
        """A transcript's label, "ROE: We found 12 bodies.": its speaker, where the text names one with that surname."""
        text = self.document.text
        label = _LABEL.match(text, text.rfind("\n", 0, start) + 1)
        speaker = (
            self.speakers.of_label(label.group(1), label.start(1))
            if label is not None and label.end() <= start
            else None
        )
        if label is None or speaker is None:
            return None
        return Attribution(speaker, label.span(1), (), None, "speech")


def _is_anybody(link: Link) -> bool:
    """ "Families have reported 19 missing, the colonel said": people who are no body; the number is whose who tells of them."""
    words = link.speaker.name.split() if link.speaker is not None else []
    is_body = any(word.lower() in cue_words("institutions") for word in words)
    is_name = any(word[0].isupper() for word in words[1:]) or (bool(words) and words[0].isupper())
    return bool(words) and not is_body and not is_name and words[-1].lower() in cue_words("anybody")


def _follows_saying(link: Link, links: list[Link]) -> bool:
    """ "The ministry said on Monday, according to the Post, that ...": the Post passes on what the ministry said."""
    if link.way != "according":
        return False
    return any(
        other.way == "said"
        and other.cue.parse is link.cue.parse
        and other.cue.i < link.cue.i
        and all(t.rel in _OF_TIME and t.pos != "verb" for t in link.cue.parse.tokens[other.cue.i + 1 : link.cue.i])
        and link.cue.i - other.cue.i < _LONGEST_TIME
        for other in links
    )


#: What stands in words for time.
_OF_TIME = frozenset(
    [
        "punctuation",
        "preposition",
        "complement",
        "noun_adverb",
        "adverb",
        "number",
        "determiner",
        "compound",
        "adjective",
    ]
)
#: So many words may tell when it was said, between the saying and who passed it on.
_LONGEST_TIME = 8


def _quotations(text: str) -> list[Span]:
    """The spans between quotation marks, paragraph by paragraph; an unclosed one ends with its paragraph."""
    found: list[Span] = []
    for paragraph in re.finditer(r"[^\n]+", text):
        open_at: int | None = None
        for mark in _QUOTE_MARKS.finditer(text, paragraph.start(), paragraph.end()):
            if open_at is None and mark.group() != "”":
                open_at = mark.end()
            elif open_at is not None and mark.group() != "“":
                found.append((open_at, mark.start()))
                open_at = None
        if open_at is not None:
            found.append((open_at, paragraph.end()))
    return found
