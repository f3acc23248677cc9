"""Names of those who speak: cut from the parse, resolved to the fullest name that the report itself ties to them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from tallyroom.counting import is_person
from tallyroom.document import Document
from tallyroom.lexicon import table
from tallyroom.model import Span
from tallyroom.parses import Parse, Token
from tallyroom.resolve.sources import is_known_body
from tallyroom.saying import cue_words, is_nobody


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker as named: the words, where they stand, and whether a pronoun or a short form was resolved."""

    name: str
    span: Span
    resolved: bool = False


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    return frozenset(table("function_words.toml")["words"]["en"].split()) | cue_words("no_description")


_NAME = re.compile(
    r"\b[A-Z][\w'’.-]*(?:[^\S\n]+(?:(?:al|bin|ibn|de|del|der|van|von|da|el|la|of|the|and|for)[^\S\n]+)?[A-Z][\w'’.-]*)+"
)
_NAME_WORD = re.compile(r"[\w.-]+")
_TITLES = re.compile(
    r"^(?:(?:the|a|an)\s+)?(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Capt|Maj|Prof|Sen|Rep|Gov|President|Minister|Governor|Mayor|Sheriff|Chief|Prime|"
    r"Foreign|Defence|Defense|Interior|Health|Secretary|Police|Spokesman|Spokeswoman|Spokesperson|Deputy|Vice|General|Colonel|Captain|"
    r"Lieutenant|Major|Commander|Senator|Representative|King|Queen|Prince|Judge|Professor|Doctor|Commissioner|Director|Chancellor|Premier)\b\.?\s*",
    re.IGNORECASE,
)  # fmt: skip
_DROP = ("relative", "participle", "apposition", "punctuation")
_ROLE = re.compile(
    r"(?:spokes(?:man|woman|person)|official|minister|president|governor|mayor|chief|director|director-general|head|leader|secretary|officer|commander|sheriff|prosecutor|coordinator|chairman|chairwoman|chairperson|superintendent|collector|delegate|consul|priest)s?$",
    re.IGNORECASE,
)


#: Ranks as they stand before a name.
_SHORT_RANKS = {
    "general": ("gen.",), "colonel": ("col.",), "captain": ("capt.",), "major": ("maj.",), "lieutenant": ("lt.",),
    "sergeant": ("sgt.",), "admiral": ("adm.",), "brigadier": ("brig.",), "governor": ("gov.",), "senator": ("sen.",),
}  # fmt: skip
_TO_A_PLACE = frozenset(("in", "at", "near", "around", "outside", "reach", "reached", "leave", "left", "hit"))
#: So many names back a fuller one is looked for.
_MOST_NAMES = 400
#: Names of so many words are known.
_LONGEST_BODY = 8
#: So many characters back "the general" is looked for by name.
_FAR = 4000
#: The other cases of the pronouns.
_SUBJECTS = {"him": "he", "his": "he", "her": "she", "them": "they"}


class Speakers:
    """The names of one report, and who of them a short form, a pronoun or a role stands for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._names = [(m.group(0), m.start()) for m in _NAME.finditer(document.text)]

    def is_speaker_noun(self, token: Token) -> bool:
        """ "officials", "a spokesman": nouns of speech that are people."""
        return bool(_ROLE.search(token.lower)) or is_person(token)

    def can_speak(self, token: Token) -> bool:
        """Can this word be somebody who gives a figure: a name, an institution, a person?"""
        if token.entity in ("person", "organisation") or token.pos == "name":
            return True
        if token.pos == "pronoun":
            return token.lower in ("he", "she", "they", "we", "i", "who")
        return (
            token.lemma in cue_words("institutions")
            or token.lower in cue_words("institutions")
            or _name_beside(token.parse, token) is not None
            or is_person(token)
            or bool(_ROLE.search(token.lower))
            or token.lemma
            in ("medium", "media", "newspaper", "television", "witness", "source", "outlet", "broadcaster")
        )

    def of(self, parse: Parse, token: Token, sentence: int) -> Speaker | None:
        """The speaker that a word heads; None for one that cannot be told."""
        speaker = self._as_named(parse, token, sentence)
        again = (
            self._named_again(token, speaker.name, sentence) if speaker is not None and not speaker.resolved else None
        )
        return Speaker(again, speaker.span, resolved=True) if again is not None and speaker is not None else speaker

    def _as_named(self, parse: Parse, token: Token, sentence: int) -> Speaker | None:
        if token.pos == "pronoun":
            return self._pronoun(parse, token, sentence)
        span = self._known_body(token) or _name_span(parse, token)
        text = self.document.text[span[0] : span[1]]
        name = self._inner_name(parse, token) or _name_beside(parse, token)
        if name is not None:
            span, text = name, self.document.text[name[0] : name[1]]
        text = _cut(text)
        if not text or _is_nobodys_name(text):
            return None
        fuller = self._fuller(text, span[0])
        return Speaker(fuller or text, span, resolved=fuller is not None and fuller != text)

    def _named_again(self, token: Token, text: str, sentence: int) -> str | None:
        """ "the group added", "the general said": the body that spoke last, the person last named with that rank."""
        definite = token.child("determiner")
        if definite is None or definite.lower != "the" or text.lower() != token.lower or token.pos != "noun":
            return None
        if token.lemma in cue_words("again"):
            known = self.institution_before(sentence, token)
            if known is not None and _can_be_called(known.name, token.lemma):
                return known.name
        if token.lemma in cue_words("again") | cue_words("ranks"):
            role = "|".join(map(re.escape, (token.lower, *_SHORT_RANKS.get(token.lower, ()))))
            name = r"[A-Z][\w'’-]+(?: (?:al-)?[A-Z][\w'’-]+){0,3}"
            title = re.compile(rf"\b(?i:{role}),? ({name})|({name}), (?:the |a |an )?(?:[a-z]+ )?(?i:{role})\b")
            named = [m[1] or m[2] for m in title.finditer(self.document.text, max(0, token.start - _FAR), token.start)]
            return _cut(named[-1]) if named else None
        return None

    def _known_body(self, token: Token) -> Span | None:
        """ "Doctors Without Borders", "Save the Children": a known name, which the grammar takes apart."""
        at = bisect_right(self._names, token.start, key=itemgetter(1)) - 1
        if at < 0 or token.start >= self._names[at][1] + len(self._names[at][0]):
            return None
        name, start = self._names[at]
        words = [(start + m.start(), start + m.end()) for m in _NAME_WORD.finditer(name)]
        own = bisect_right(words, token.start, key=itemgetter(0)) - 1
        for first, _ in words[max(0, own - _LONGEST_BODY) : own + 1]:
            for _, last in reversed(words[own : own + _LONGEST_BODY]):
                if " " in (known := self.document.text[first:last]) and is_known_body(known):
                    return first, last
        return None

    def of_words(self, parse: Parse, words: list[Token], sentence: int) -> Speaker | None:
        """The speaker that a run of words names, for words whose parse cannot be trusted."""
        while len(words) > 1 and words[0].lower in ("as", "and", "however", "meanwhile"):
            words = words[1:]
        is_acronym = len(words[0].text) > 1 and words[0].text.isupper()
        if len(words) == 1 and words[0].pos == "pronoun" and not is_acronym:
            return self._pronoun(parse, words[0], sentence)
        head = next(
            (t for n, t in enumerate(words) if n and t.pos == "preposition" and t.lower not in ("of", "for")), None
        )
        if head is not None:
            words = words[: head.i - words[0].i]
        preposition = next((n for n, t in enumerate(words) if t.pos == "preposition"), len(words))
        person = next((t for t in words[:preposition] if t.entity == "person"), None)
        span = self._inner_name(parse, person) if person is not None else None
        span = span or (words[0].start, words[-1].end)
        text = _cut(self.document.text[span[0] : span[1]])
        if not text or _is_nobodys_name(text):
            return None
        again = self._named_again(words[1], text, sentence) if len(words) == 2 and words[0].lower == "the" else None
        if again is not None:
            return Speaker(again, span, resolved=True)
        fuller = self._fuller(text, span[0])
        return Speaker(fuller or text, span, resolved=fuller is not None and fuller != text)

    def of_label(self, label: str, at: int) -> Speaker | None:
        """The person that a transcript's label in capitals stands for."""
        surname = label.split()[-1].casefold()
        for name, _ in self._names:
            words = _cut(name).split()
            if len(words) > 1 and words[-1].casefold().strip(".,") == surname and not name.isupper():
                return Speaker(_cut(name), (at, at + len(label)), resolved=True)
        return None

    def _inner_name(self, parse: Parse, token: Token) -> Span | None:
        """ "spokesman John Smith" and "a spokesman, John Smith," are John Smith; "a spokesman for us" is not."""
        if token.entity == "person":
            run = [t for t in parse.tokens if t.entity == "person" and abs(t.i - token.i) < 6]
            start = token.i
            while start > 0 and parse[start - 1].entity == "person" and not _ends_sentence(parse[start - 1].text):
                start -= 1
            stop = token.i
            while (
                stop + 1 < len(parse)
                and parse[stop + 1].entity == "person"
                and parse[stop + 1].lower not in ("'s", "’s")
            ):
                stop += 1
            return (parse[start].start, parse[stop].end) if run else None
        if _ROLE.search(token.lower) or (token.pos in ("noun", "adjective") and is_person(token)):
            after = self._name_after_comma(parse, token)
            if after is not None:
                return after
            for child in token.kids("apposition"):
                if child.entity == "person" or (
                    child.pos == "name" and child.child("preposition") is None and child.start > token.end
                ):
                    return self._inner_name(parse, child) or _name_span(parse, child)
        return None

    def _name_after_comma(self, parse: Parse, token: Token) -> Span | None:
        """ "the police chief, John Roe, said": the name between commas after a role in the singular."""
        own = [t.i for t in token.subtree() if t.rel not in _DROP and t.i >= token.i]
        end = token.i
        while end + 1 in own and parse[end + 1].text != ",":
            end += 1
        first = end + 2
        if token.tag not in ("NN", "NNP") or first >= len(parse) or parse[first - 1].text != ",":
            return None
        last = first
        while (
            last < len(parse)
            and last - first < 6
            and (parse[last].pos == "name" or parse[last].text in ("-", "al", "bin", "de"))
            and parse[last].entity in ("person", "")
        ):
            last += 1
        if last - first < 2 or last >= len(parse) or parse[last].text not in (",", "."):
            return None
        return parse[first].start, parse[last - 1].end

    def _fuller(self, text: str, before: int) -> str | None:
        """The fullest name of the report that a surname, an acronym or "the ministry" is tied to by its own words."""
        words = re.findall(r"[\w'’-]+", text)
        bare = [w for w in words if w.lower() not in ("the", "a", "an")]
        if not bare:
            return None
        if len(bare) == 1 and bare[0][0].isupper():
            word = bare[0]
            for name, _ in self._names_before(before + 1):
                if any(_ends_sentence(w) for w in name.split()[:-1]):
                    continue
                parts = _cut(name).split()
                if len(parts) > 1 and parts[-1].strip(".,'’") == word and not _is_institution(name):
                    return _cut(name)
            if word.isupper() and 2 <= len(word) <= 6:
                return self._spelled_out(word)
            return None
        if len(bare) == 1 and bare[0].lower() in cue_words("institutions"):
            for name, _ in self._names_before(before):
                if bare[0].lower() in name.lower().split()[-1:] or bare[0].lower() in name.lower().split()[:1]:
                    return _cut(name)
            if (described := self._described(bare[0].lower(), before)) is not None:
                return described
        if text.islower() and bare[-1].lower() in cue_words("any_body"):
            for name, _ in self._names_before(before):
                if any(word.lower() in cue_words("agencies") for word in name.split()):
                    return _cut(name)
        return None

    def _names_before(self, offset: int) -> list[tuple[str, int]]:
        """The last names that begin before a character, nearest first."""
        stop = bisect_left(self._names, offset, key=itemgetter(1))
        return self._names[max(0, stop - _MOST_NAMES) : stop][::-1]

    def _described(self, office: str, before: int) -> str | None:
        """ "the ministry" after "Gaza's health ministry": the last one that is told by what it is for, in small letters."""
        if office not in cue_words("offices"):
            return None
        told = re.compile(rf"\b([a-z][a-z-]+(?: [a-z][a-z-]+)?) {re.escape(office)}\b")
        for found in reversed(list(told.finditer(self.document.text, max(0, before - _FAR), before))):
            words = found.group(1).split()
            while words and words[0] in _small_words():
                words = words[1:]
            if words and not any(word in _small_words() or word.endswith("ed") for word in words):
                return " ".join([*words, office])
        return None

    def _spelled_out(self, acronym: str) -> str | None:
        """ "National Intelligence Service (NIS)" ties the two: only where the text itself does so."""
        match = re.search(
            rf"((?:[A-Z][\w'’-]*[^\S\n]+(?:(?:of|for|and|the|on|in)[^\S\n]+)*)+[A-Z][\w'’-]*)\s*\(\s*(?:the\s+)?{re.escape(acronym)}\b",
            self.document.text,
        )
        return _cut(match.group(1)) if match else None

    def _pronoun(self, parse: Parse, token: Token, sentence: int) -> Speaker | None:
        """ "he" is the last person named before, of this or an earlier sentence; "they" the last plural speaker."""
        if token.lower == "it":
            return self._it(parse, token, sentence)
        if token.lower in ("that", "which", "what", "this", "there", "we", "i", "us", "me"):
            return None
        word = _SUBJECTS.get(token.lower, token.lower)
        before = (
            [n for n in parse.names if parse[n[0]].start < token.start and n[2] == "person"]
            if word in ("he", "she")
            else []
        )
        for first, last, _ in reversed(before):
            if _stands_for_a_place(parse, first, last):
                continue
            return self._resolved(_cut(self.document.text[parse[first].start : parse[last - 1].end]), token)
        for index in range(sentence - 1, max(-1, sentence - 5), -1):
            earlier = self.document.parse(index)
            speaker = self._speaker_of(earlier, word)
            if speaker is not None:
                return self._resolved(speaker, token)
        return None

    def _it(self, parse: Parse, token: Token, sentence: int) -> Speaker | None:
        """ "it said": the institution that spoke last, in this sentence or in the two before."""
        if (
            not any(t.lemma in cue_words("saying") for t in (token.head, *token.head.children))
            and token.head is not token
        ):
            return None
        return self.institution_before(sentence, token)

    def institution_before(self, sentence: int, token: Token) -> Speaker | None:
        """The institution that spoke last before a word, in its sentence or in the two before."""
        for index in range(sentence, max(-1, sentence - 3), -1):
            earlier = self.document.parse(index)
            for word in reversed(earlier.tokens):
                if index == sentence and word.start >= token.start:
                    continue
                subject = word.child("subject") if word.pos == "verb" else None
                if index == sentence and subject is not None and subject.start >= token.start:
                    continue
                if (
                    word.pos == "verb"
                    and word.lemma in (cue_words("saying") | cue_words("giving"))
                    and subject is not None
                ):
                    known = self._institution(earlier, subject, index)
                    if known is not None:
                        return self._resolved(known, token)
                    if subject.entity == "person" or subject.lower in ("he", "she"):
                        break
        before = self._subject_of_last(sentence)
        if before is not None:
            return self._resolved(before, token)
        for index in range(sentence - 1, max(-1, sentence - 3), -1):
            earlier = self.document.parse(index)
            for first, last, kind in reversed(earlier.names):
                if kind == "organisation" and _is_institution(
                    self.document.text[earlier[first].start : earlier[last - 1].end]
                ):
                    return self._resolved(_cut(self.document.text[earlier[first].start : earlier[last - 1].end]), token)
        return None

    def _subject_of_last(self, sentence: int) -> str | None:
        """The body that the sentence before is about: "The agency had another number. Twelve are trapped, it said"."""
        if not sentence or self.document.paragraphs[sentence - 1] != self.document.paragraphs[sentence]:
            return None
        earlier = self.document.parse(sentence - 1)
        for root in earlier.roots:
            subject = root.child("subject") if root.pos == "verb" else None
            if subject is not None:
                return self._institution(earlier, subject, sentence - 1)
        return None

    def _institution(self, parse: Parse, subject: Token, sentence: int) -> str | None:
        is_named_body = subject.pos == "name" and subject.entity not in ("person", "place", "people")
        if subject.pos == "pronoun" or not (
            subject.entity == "organisation"
            or is_named_body
            or subject.lemma in cue_words("institutions")
            or subject.lower in cue_words("institutions")
        ):
            return None
        speaker = self._as_named(parse, subject, sentence)
        return speaker.name if speaker is not None else None

    def _speaker_of(self, parse: Parse, pronoun: str) -> str | None:
        """Who of a sentence a pronoun in the next can mean: the subject of a saying, else the last person named."""
        for verb in parse.tokens:
            if verb.pos == "verb" and (verb.lemma in cue_words("saying") or verb.lemma in cue_words("giving")):
                quoted = verb.child("object") if verb.lemma in cue_words("citing") else None
                subject = quoted if quoted is not None else verb.child("subject")
                if (
                    subject is None
                    or subject.pos == "pronoun"
                    or is_nobody(subject)
                    or (not self.can_speak(subject) and verb.lemma not in cue_words("saying"))
                ):
                    continue
                if self._agrees(subject, pronoun):
                    speaker = self.of(parse, subject, 0)
                    if speaker is not None:
                        return speaker.name
            if verb.lower == "according" and verb.child("preposition") is not None:
                thing = verb.children[0].child("complement")
                if thing is not None and self._agrees(thing, pronoun) and thing.pos != "pronoun":
                    speaker = self.of(parse, thing, 0)
                    if speaker is not None:
                        return speaker.name
        if pronoun in ("he", "she"):
            for root in parse.roots:
                subject = root.child("subject") if root.pos == "verb" else None
                name = self._inner_name(parse, subject) if subject is not None else None
                if name is not None and subject is not None and self._agrees(subject, pronoun):
                    return _cut(self.document.text[name[0] : name[1]])
            people = [n for n in parse.names if n[2] == "person" and not _stands_for_a_place(parse, n[0], n[1])]
            if people:
                first, last, _ = people[-1]
                return _cut(self.document.text[parse[first].start : parse[last - 1].end])
        return None

    @staticmethod
    def _agrees(subject: Token, pronoun: str) -> bool:
        if pronoun in ("he", "she"):
            return subject.entity == "person" or (
                subject.tag in ("NN", "NNP")
                and subject.lemma not in cue_words("institutions")
                and subject.lower not in cue_words("outlet_words")
            )
        return (
            subject.tag in ("NNS", "NNPS") or subject.lower in ("police", "media") or subject.entity == "organisation"
        )

    def _resolved(self, name: str, token: Token) -> Speaker:
        return Speaker(self._fuller(name, token.start) or name, (token.start, token.end), resolved=True)


#: "13:45 GMT", "2.20 p.m", "96 people", "most of them", "of them from Izmir".
_NOBODY = re.compile(
    r"\d[\d:.,]*(?: ?[apAP]\.?[mM]\b.*| [A-Z]{2,4}| [a-z].*)|(?:[A-Za-z]+ )?of (?:them|whom|these|those)\b.*|According"
)


def _is_nobodys_name(text: str) -> bool:
    """Do words that a parse takes for a speaker tell a time or a number instead?"""
    return _NOBODY.fullmatch(text) is not None or text in table("times.toml")["weekdays"]


def _stands_for_a_place(parse: Parse, first: int, last: int) -> bool:
    """Is what was found to be a person one word behind "in" or "reached", as a town is?"""
    before = parse[first - 1] if first else None
    return last - first == 1 and before is not None and (before.lower in _TO_A_PLACE or before.lemma in _TO_A_PLACE)


def _can_be_called(name: str, kind: str) -> bool:
    """Whether a body of this name may be "the group": a name of its own, that says nothing else of what it is."""
    words = name.split()
    says_what = words[-1].lower() in cue_words("again") | cue_words("bodies_of_state")
    is_own = len(words) > 1 or name.isupper()
    return name[0].isupper() and (words[-1].lower() == kind if says_what else is_own)


def _ends_sentence(word: str) -> bool:
    """Is the stop after a word that of a sentence, not of an initial or a title?"""
    return word.endswith(".") and len(word) > 3 and not _TITLES.match(word)


def _is_institution(name: str) -> bool:
    return any(word.lower() in cue_words("institutions") for word in name.split())


def _name_span(parse: Parse, token: Token) -> Span:
    """The words of a speaker: the noun with what belongs to it, without relative clauses, appositions and brackets."""
    keep = {token.i}
    stack = [token]
    while stack:
        word = stack.pop()
        for child in word.children:
            if child.rel in _DROP or (child.rel == "case" and word is token) or child.lower in ("including", "who"):
                continue
            if child.rel == "preposition" and (
                child.lower not in ("of", "for", "in", "from", "at", "to") or child.i < token.i
            ):
                continue
            if child.rel in ("adverb", "adverbial_clause", "marker", "content"):
                continue
            keep.add(child.i)
            stack.append(child)
    first = token.i
    while first - 1 in keep or (first - 1 >= 0 and first - 2 in keep and parse[first - 1].text in (",", "-", "&")):
        first -= 1
    last = token.i
    while last + 1 in keep or (last + 2 in keep and parse[last + 1].text in (",", "-", "&", "'s")):
        last += 1
    return parse[first].start, parse[last].end


def _name_beside(parse: Parse, token: Token) -> Span | None:
    """ "The shipping line Nordvik", "the newspaper Sennet Post": the name right behind the noun for what it names."""
    if token.pos != "noun" or token.tag != "NN" or token.i + 1 >= len(parse):
        return None
    for name in token.kids("apposition"):
        first = min(name.subtree(), key=lambda t: t.i)
        if first.i == token.i + 1 and name.pos == "name" and first.pos == "name":
            last = name.i
            return parse[first.i].start, parse[last].end
    return None


#: "Figures from the civil defence", "the latest tally of the ministry": what somebody gave, before who gave it.
_FIGURES_OF = re.compile(
    r"^(?:the |a |an )?(?:(?:latest|new|official|preliminary|updated|initial) )*"
    r"(?:figures|data|numbers|statistics|tally|count|estimates?) (?:(?:from|by|compiled by) (?=\w)|of (?=(?:the )?(?-i:[A-Z])))",
    re.IGNORECASE,
)


def _cut(text: str) -> str:
    """A name without its article, title, possessive mark and stray punctuation."""
    text = re.sub(r"\s*\([^)]*$", "", " ".join(text.split()))
    text = (
        re.sub(r"(?:'s|’s|')$", "", text).strip(" ,;:.\"“”'‘’()[]-")
        if not re.search(r"\b[A-Z]\.$", text)
        else text.strip(' ,;:"“”()[]')
    )
    text = _FIGURES_OF.sub("", re.sub(r"^By\s+(?=[A-Z])", "", text))
    text = re.sub(r"^(?:the|a|an|both|some|many|several|other)\s+", "", text, flags=re.IGNORECASE)
    words = text.split()
    while (
        len(words) > 1
        and _TITLES.match(words[0] + " ")
        and all(w[:1].isupper() for w in words[1:])
        and len(words) <= 4
        and words[0].lower() not in ("police", "health", "defence", "defense", "interior", "foreign")
        and words[1].lower() != "general"
    ):
        words = words[1:]
    return " ".join(words)
