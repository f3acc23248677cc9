"""The parse of a sentence as neutral relations between its words, and where those that the engine gives are put right."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from tallyroom.lexicon import table


class Token:
    """One word with its neutral relation to its head; `start` and `end` count in the report's text."""

    __slots__ = ("children", "end", "head", "i", "lemma", "lower", "parse", "pos", "rel", "start", "tag", "text")

    i: int
    text: str
    lower: str
    lemma: str
    tag: str
    pos: str
    rel: str
    head: Token
    children: list[Token]
    start: int
    end: int
    parse: Parse

    @property
    def entity(self) -> str:
        """The kind of name that the word is part of: person, organisation, place, people, event or ""."""
        return self.parse.kinds[self.i]

    def __repr__(self) -> str:
        return f"<{self.text} {self.rel} of {self.head.text}>"

    def child(self, *relations: str) -> Token | None:
        """The first child with one of these relations."""
        return next((t for t in self.children if t.rel in relations), None)

    def kids(self, *relations: str) -> list[Token]:
        """All children with one of these relations."""
        return [t for t in self.children if t.rel in relations]

    def ancestors(self) -> Iterator[Token]:
        """The heads above this word, nearest first."""
        token = self
        for _ in range(400):
            if token.head is token:
                return
            token = token.head
            yield token

    def subtree(self) -> list[Token]:
        """This word and all that hang on it, in text order."""
        found, stack = [], [self]
        while stack:
            token = stack.pop()
            found.append(token)
            stack.extend(token.children)
        return sorted(found, key=lambda t: t.i)


_start, _end = attrgetter("start"), attrgetter("end")


class Parse(Sequence[Token]):
    """The words of one sentence with their relations; its names are looked for when they are first asked for."""

    __slots__ = ("_find_names", "_kinds", "_names", "end", "said", "start", "tokens")

    def __init__(
        self, tokens: list[Token], start: int, end: int, said: Any, find_names: Callable[[Iterable[Parse]], None]
    ) -> None:
        self.tokens = tokens
        self.start = start
        self.end = end
        #: The engine's own parse, from which `find_names` finds the names; None once they are found.
        self.said: Any = said
        self._find_names = find_names
        for token in tokens:
            token.parse = self
        self._names: list[tuple[int, int, str]] = []
        self._kinds: list[str] = []

    @property
    def names(self) -> list[tuple[int, int, str]]:
        """(first token, token after the last, kind) of each name found."""
        if self.said is not None:
            self._find_names([self])
        return self._names

    def take_names(self, names: list[tuple[int, int, str]]) -> None:
        """Keep the names that were found."""
        self._names = names
        self._kinds = [""] * len(self.tokens)
        for first, last, kind in names:
            self._kinds[first:last] = [kind] * (last - first)
        self.said = None

    @property
    def named(self) -> bool:
        """Whether its names have been looked for."""
        return self.said is None

    @property
    def kinds(self) -> list[str]:
        """For each word the kind of name that it is part of, or ""."""
        if self.said is not None:
            self._find_names([self])
        return self._kinds

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, i: Any) -> Any:
        return self.tokens[i]

    @property
    def roots(self) -> list[Token]:
        """The heads of the sentence: usually one verb."""
        return [t for t in self.tokens if t.head is t]

    def at(self, offset: int) -> Token | None:
        """The word that covers a character of the report's text."""
        n = bisect_right(self.tokens, offset, key=_end)
        return self.tokens[n] if n < len(self.tokens) and self.tokens[n].start <= offset else None

    def between(self, start: int, end: int) -> list[Token]:
        """The words that lie within [start, end) of the report's text, in part or whole."""
        return self.tokens[bisect_right(self.tokens, start, key=_end) : bisect_left(self.tokens, end, key=_start)]

    def before(self, offset: int, count: int) -> list[Token]:
        """The last words that end by a character of the report's text."""
        stop = bisect_right(self.tokens, offset, key=_end)
        return self.tokens[max(0, stop - count) : stop]

    def after(self, offset: int, count: int) -> list[Token]:
        """The first words that begin at or behind a character of the report's text."""
        first = bisect_left(self.tokens, offset, key=_start)
        return self.tokens[first : first + count]


def mend(tokens: Sequence[Token]) -> None:
    """Put right what the engine is known to get wrong, and tell each word its children."""
    for token in tokens:
        _leave_time_noun(token, tokens)
        _tell_when_according(token, tokens)
        _become_subject(token, tokens)
        _join_range(token, tokens)
        _split_clauses(token, tokens)
    for token in tokens:
        if token.head is not token:
            token.head.children.append(token)


def _leave_time_noun(token: Token, tokens: Sequence[Token]) -> None:
    """ "It rose to 4,000 last month": the engine lets the number count months; it stands where the month does."""
    noun = token.head
    if token.rel != "number" or noun.lemma not in table("times.toml")["units"] or noun is token:
        return
    if any(between.lower in ("last", "this", "next") for between in tokens[token.i + 1 : noun.i]):
        token.rel, token.head = noun.rel, noun.head if noun.head is not noun else token


def _tell_when_according(token: Token, tokens: Sequence[Token]) -> None:
    """ "According to the official report yesterday, 80 had died": the day before the comma is that of the report."""
    is_closed = 0 < token.i < len(tokens) - 1 and tokens[token.i + 1].text == ","
    if token.rel == "noun_adverb" and is_closed and tokens[token.i - 1].rel == "complement":
        opening = tokens[0].lower == "according" and not any(t.text == "," for t in tokens[: token.i])
        if opening:
            token.head = tokens[token.i - 1]


def _become_subject(token: Token, tokens: Sequence[Token]) -> None:
    """ "In Norrby 40 have been injured": the engine lets the number go with the place; it is the subject of the verb after it."""
    if token.tag != "CD" or token.rel not in ("number", "complement") or token.i + 1 >= len(tokens):
        return
    after = tokens[token.i + 1]
    verb = after.head if after.rel in ("auxiliary", "passive_auxiliary") else after
    place = token.head if token.rel == "complement" else token.head.head
    if verb.pos != "verb" or token.head.i > token.i or place.rel != "preposition" or place.head is not verb:
        return
    own = [t.rel for t in tokens if t.head is verb]
    if "subject" not in own and "passive_subject" not in own:
        token.rel, token.head = "passive_subject" if "passive_auxiliary" in own else "subject", verb


def _join_range(token: Token, tokens: Sequence[Token]) -> None:
    """ "The army said between 30 and 40 soldiers died": the engine lets "between" tell when it was said; the soldiers died."""
    if token.lower != "between" or token.rel != "preposition" or token.head.i > token.i:
        return
    noun = next((t for t in tokens if t.head is token and t.rel == "complement" and t.i > token.i), None)
    number = next((t for t in tokens if t.head is noun and t.rel == "number"), None) if noun is not None else None
    if noun is None or number is None or number.i != token.i + 1:
        return
    verb = next((t for t in tokens if t.i > noun.i and t.head is token.head and t.rel == "content"), None)
    own = [t.rel for t in tokens if t.head is verb] if verb is not None else []
    if verb is None or "subject" in own or "passive_subject" in own:
        return
    noun.rel, noun.head = "passive_subject" if "passive_auxiliary" in own else "subject", verb
    token.rel, token.head = "quantity_modifier", number


def _split_clauses(number: Token, tokens: Sequence[Token]) -> None:
    """ "Eleven migrants drowned and 28 were rescued": the engine lets all of them be rescued; a bare number opens a clause."""
    noun, verb = number.head, number.head.head
    is_bare = number.tag == "CD" and number.rel == "conjunct" and noun.pos == "noun" and noun.i < number.i - 2
    if not is_bare or verb.i < number.i or noun.rel not in ("subject", "passive_subject"):
        return
    deed, joint = tokens[number.i - 2], tokens[number.i - 1]
    if joint.rel != "coordinator" or deed.tag not in ("VBD", "VBN") or deed.head is not noun or deed.i != noun.i + 1:
        return
    number.rel, number.head = noun.rel, verb
    noun.rel, noun.head, joint.head = "subject", deed, deed
    deed.rel, deed.head = verb.rel, deed if verb.head is verb else verb.head
    verb.rel, verb.head = "conjunct", deed
