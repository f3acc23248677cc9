"""The words for places in a sentence, read from its surface alone: sentences that hold no figure are not worth a parse.

A place is what follows a word that leads to one ("in", "near", "stormed"): a name, or a noun that can be a place, with the wider places
that stand behind it ("the hills near the town of Olsted", "Zarun, Belmar, north-west Afghanistan"). Countries count anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.resolve.nations import adjectives, fold, spans_in_text
from tallyroom.resolve.places import resolve_place


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Words that can name a place."""

    start: int
    end: int
    #: For comparison: folded, without the article.
    key: str
    #: The word before them, where it leads to a place; a verb is told as "verb".
    lead: str
    #: country, name, named noun ("Kelly's Reef", "the Steelhead slide"), noun or adverb.
    kind: str
    #: The last word of the narrowest noun, for a bare noun.
    noun: str
    #: The article or the like before it.
    article: str
    #: How many names are joined in it.
    names: int


_WORD = re.compile(r"\w+(?:[-.'’]\w+)*(?:(?<=\b[A-Z])\.|['’](?!\w))?|[^\w\s]")
_POSSESSIVE = re.compile(r"(?:['’]s?)?$")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_LONGEST_NOUN, _MOST_LINKS, _MOST_COMMAS, _MOST_SMALL = 7, 3, 4, 3


@lru_cache(maxsize=64)
def place_lexicon(part: str, name: str) -> frozenset[str]:
    """The words of one entry of `places.toml`."""
    return frozenset(table("places.toml")[part][name].split())


def find_place_words(text: str, start: int, end: int) -> list[PlaceWords]:
    """The words for places between two characters of a text, in text order; none lies within another."""
    return _Sentence(text, start, end).find()


def place_key(words: str) -> str:
    """Words for a place, for comparison."""
    return re.sub(r"^(?:the|a|an) ", "", fold(words))


@dataclass(slots=True)
class _Phrase:
    first: int
    after: int
    kind: str
    noun: str = ""
    article: str = ""
    names: int = 0


class _Sentence:
    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.tokens = [(m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
        self.words = [text[a:b] for a, b in self.tokens]
        self.lower = [word.lower() for word in self.words]
        self.size = len(self.words)
        #: first word of a country or of the adjective of one → the word after its last.
        self.countries: dict[int, int] = {}
        begins = {a: n for n, (a, _) in enumerate(self.tokens)}
        for span in spans_in_text(text[start:end]):
            first = begins.get(start + span.start)
            if first is not None:
                last = first
                while last + 1 < self.size and self.tokens[last][1] < start + span.end:
                    last += 1
                self.countries[first] = last + 1

    def find(self) -> list[PlaceWords]:
        found: list[PlaceWords] = []
        i = 0
        while i < self.size:
            phrase, lead = self._led(i)
            if phrase is None:
                phrase, lead = self._unled(i)
            if phrase is None:
                i += 1
                continue
            if phrase.kind != "country" or lead:
                self._widen(phrase)
            begin, stop = self.tokens[phrase.first][0], self.tokens[phrase.after - 1][1]
            stop -= len(_POSSESSIVE.search(self.words[phrase.after - 1])[0])  # type: ignore[index]
            key = place_key(self.text[begin:stop])
            if key and not self._is_something_else(phrase):
                found.append(PlaceWords(begin, stop, key, lead, phrase.kind, phrase.noun, phrase.article, phrase.names))
            i = max(i + 1, phrase.after)
        return found

    def _is_something_else(self, phrase: _Phrase) -> bool:
        """A body, by the last word of its name, and a storm, by the word before."""
        last = _POSSESSIVE.sub("", self.words[phrase.after - 1])
        names = [n for n in range(phrase.first, phrase.after) if self._is_name(n)]
        first = names[0] if names else phrase.first
        return (
            last in place_lexicon("not_places", "bodies")
            or self.lower[first] in place_lexicon("not_places", "before")
            or (
                first > 0
                and self.lower[first - 1] in place_lexicon("not_places", "before")
                and (first < 2 or self.lower[first - 2] != "to")
            )
        )

    def _led(self, i: int) -> tuple[_Phrase | None, str]:
        """A place behind a word that leads to one."""
        word = self.lower[i]
        if word in place_lexicon("leading", "verbs"):
            return self._noun_phrase(i + 1), "verb"
        if word == "to" and i and self.lower[i - 1] in place_lexicon("leading", "to_sources"):
            return None, ""
        if word in place_lexicon("leading", "prepositions"):
            if word == "at" and self.lower[i + 1 : i + 2] == ["least"]:
                return None, ""
            return self._noun_phrase(i + 1), word
        if word in ("of", "for") or (word == "as" and i and self.lower[i - 1] == "such"):
            if i + 1 < self.size and self.words[i + 1][0].isdigit():
                return None, ""
            phrase = self._noun_phrase(i + 1)
            return (phrase if phrase and (phrase.names or phrase.article) else None), word
        return None, ""

    def _unled(self, i: int) -> tuple[_Phrase | None, str]:
        """A country, or what tells that it is a place, anywhere; a name alone on its line or before a colon."""
        low = self.lower[i]
        if low in place_lexicon("nouns", "adverbs"):
            return _Phrase(i, i + 1, "adverb"), ""
        if low in place_lexicon("inside", "determiners"):
            phrase = self._noun_phrase(i, nearer=True)
            return (phrase if phrase and phrase.noun or phrase and phrase.kind == "named noun" else None), "no"
        if not self._is_name(i) or (i and self._is_name(i - 1)):
            return None, ""
        if i in self.countries and not self._is_adjective(i):
            return _Phrase(i, self.countries[i], "country", names=1), ""
        after = self._name_end(i)
        last = after - 1 - self.words[after - 1].isdigit()
        if after - i > 1 and _singular(self.lower[last]) in place_lexicon("nouns", "places"):
            return _Phrase(i, after, "named noun", names=1), ""
        if i == 0 and (after == self.size or self.words[after] == ":" or self.words[after:] == ["."]):
            return _Phrase(i, after, "name", names=1), "label"
        return None, ""

    def _is_name(self, i: int) -> bool:
        word = self.words[i]
        bare = _POSSESSIVE.sub("", word)
        return word[0].isupper() and bare not in place_lexicon("not_places", "names")

    def _is_adjective(self, i: int) -> bool:
        """Whether a country is told by the adjective of it: "Greek", "South Korean"."""
        return " ".join(map(fold, self.words[i : self.countries[i]])) in adjectives()

    def _name_end(self, i: int) -> int:
        """The word after a run of capitals; "de" and the like join inside of one, and a number ends one ("Highway 20")."""
        while i < self.size:
            if self._is_name(i):
                i += 1
            elif self.lower[i] in place_lexicon("inside", "joints") and i + 1 < self.size and self._is_name(i + 1):
                i += 2
            else:
                break
        if (
            i < self.size
            and self.words[i].isdigit()
            and _singular(self.lower[i - 1]) in place_lexicon("nouns", "places")
        ):
            i += 1
        return i

    def _noun_phrase(self, i: int, *, nearer: bool = False) -> _Phrase | None:
        """A name, or a noun that can be a place, with what stands before it."""
        for _ in range(_MOST_SMALL):
            if i < self.size and not nearer and self.lower[i] in place_lexicon("leading", "adverbs"):
                i += 1
        if i < self.size and not nearer and self.lower[i] in place_lexicon("leading", "prepositions"):
            i += 1
        first, article = i, ""
        for _ in range(_MOST_SMALL):
            if i < self.size and self.lower[i] in place_lexicon("inside", "determiners"):
                article = article or self.lower[i]
                i += 1
        if i < self.size and _YEAR.fullmatch(self.words[i]) and not article:
            return None
        best: _Phrase | None = None
        reach = i + (2 if nearer else _LONGEST_NOUN)
        n = i
        while n < self.size and n <= reach:
            low = self.lower[n]
            if self._is_name(n) and not (
                n in self.countries and self._is_adjective(n) and self._name_end(n) == self.countries[n]
            ):
                if best is not None and best.names and not best.noun:
                    break
                after = self._name_end(n)
                kind = "name"
                if n in self.countries and self.countries[n] == after:
                    kind = "country" if best is None else "name"
                elif after - n > 1 and _singular(self.lower[after - 1]) in place_lexicon("nouns", "places"):
                    kind = "named noun"
                best = _Phrase(first, after, kind, "", article, 1)
                n, reach = after, after + 2
            elif n not in self.countries and (
                not self.words[n][0].isalnum()
                or low in _ends()
                or _POSSESSIVE.sub("", self.words[n]) in place_lexicon("not_places", "names")
            ):
                break
            else:
                n = self.countries.get(n, n + 1)
                noun = _singular(self.lower[n - 1])
                if noun in place_lexicon("nouns", "places") or (
                    self.lower[n - 1] in ("part", "parts") and self._held_end(n)
                ):
                    if n < self.size and self.words[n].isdigit():
                        n += 1
                    names = best.names if best else 0
                    bare = not names and not article and n - first == 1 and noun == self.lower[n - 1]
                    if not bare or self._held_end(n):
                        best = _Phrase(first, n, "named noun" if names else "noun", noun, article, names)
                    reach = n + 1
        return best

    def _widen(self, phrase: _Phrase) -> None:
        """Take in the wider places behind: "…, Belmar, north-west Afghanistan", "… of the city of Homs"."""
        links = commas = 0
        while phrase.after < self.size:
            n = phrase.after
            word = self.lower[n]
            if phrase.kind in ("noun", "named noun") and (after := self._held_end(n)):
                phrase.after = after
                return
            if word == "," and phrase.names and commas < _MOST_COMMAS:
                inner = self._after_comma(n + 1)
                commas += 1
            elif word in ("and", "&") and phrase.names and commas < _MOST_COMMAS:
                inner = self._name_only(n + 1)
                if inner is not None and self._verb_follows(inner.after):
                    return
                commas += 1
            elif (
                word in place_lexicon("inside", "links")
                and links < _MOST_LINKS
                and phrase.kind not in ("country", "adverb")
            ):
                inner = self._noun_phrase(n + 1)
                if inner is not None and phrase.names and word in ("from", "along", "by", "between"):
                    return
                links += 1
            else:
                return
            if inner is None:
                return
            phrase.after = inner.after
            if phrase.kind == "noun" and inner.names:
                phrase.kind = "named noun"
            phrase.names += inner.names

    def _held_end(self, n: int) -> int:
        """The word after "held by the rebels", "under Russian control", "that the government controls"; 0 where none of it stands there."""
        word = self.lower[n] if n < self.size else ""
        holder = (
            n + 2 if word in place_lexicon("held", "participles") and self.lower[n + 1 : n + 2] == ["by"] else n + 1
        )
        if holder == n + 1 and word not in ("under", "that", "which"):
            return 0
        if self.lower[holder : holder + 1] in (["the"], ["a"], ["an"]):
            holder += 1
        if holder >= self.size or not self.words[holder][0].isalpha():
            return 0
        if word in place_lexicon("held", "participles"):
            return holder + 1
        last = self.lower[holder + 1] if holder + 1 < self.size else ""
        wanted = "control" if word == "under" else "holds"
        return holder + 2 if last in place_lexicon("held", wanted) else 0

    def _after_comma(self, n: int) -> _Phrase | None:
        """A wider name between commas: a country, or a name with nothing behind it that it could be the subject of."""
        if n < self.size and self.lower[n] == "and":
            n += 1
        inner = self._name_only(n)
        if inner is None or self._is_person(inner):
            return None
        if inner.after >= self.size or self.words[inner.after] in (",", ".", ";", ")", ":", "—", "–", "-"):
            return inner
        if self.lower[inner.after] == "and" and self._name_only(inner.after + 1) is not None:
            return inner
        if self.lower[inner.after] in ("in", "on"):
            return inner
        return inner if inner.kind == "country" and not self._verb_follows(inner.after) else None

    def _is_person(self, name: _Phrase) -> bool:
        """Is a name between commas that of somebody of whom more is said: ", Nikos Alexiou, who", ", Nikos Alexiou, the mayor"?"""
        behind = self.lower[name.after : name.after + 2]
        return (
            name.after - name.first > 1
            and len(behind) == 2
            and behind[0] == ","
            and behind[1] in place_lexicon("not_places", "behind_a_person")
            and name.kind != "country"
            and not resolve_place(self.text[self.tokens[name.first][0] : self.tokens[name.after - 1][1]]).country
        )

    def _name_only(self, n: int) -> _Phrase | None:
        first = n
        while (
            n < self.size
            and (self.lower[n] in place_lexicon("inside", "directions") or self.lower[n] == "the")
            and not self._is_name(n)
        ):
            n += 1
        if n >= self.size or not self._is_name(n):
            return None
        after = self._name_end(n)
        if n in self.countries and self._is_adjective(n) and self.countries[n] == after:
            return None
        kind = "country" if self.countries.get(n) == after else "name"
        if after < self.size and _singular(self.lower[after]) in place_lexicon("nouns", "places"):
            after += 1
        return _Phrase(first, after, kind, names=1)

    def _verb_follows(self, n: int) -> bool:
        return n < self.size and (
            self.lower[n] in _auxiliaries() or self.lower[n].endswith("ed") or self.lower[n] in ("said", "says")
        )


@lru_cache(maxsize=1)
def _ends() -> frozenset[str]:
    """Words that no noun phrase goes on over."""
    numbers = place_lexicon("inside", "numbers")
    return (
        place_lexicon("inside", "ends") | _auxiliaries() | place_lexicon("leading", "prepositions") | place_lexicon("leading", "verbs")
        | place_lexicon("inside", "links") | (place_lexicon("inside", "determiners") - numbers)
    )  # fmt: skip


def _auxiliaries() -> frozenset[str]:
    return place_lexicon("inside", "auxiliaries")


def _singular(word: str) -> str:
    for suffix in ("'s", "’s", "'", "’"):
        word = word.removesuffix(suffix)
    places = place_lexicon("nouns", "places")
    if word in places or not word.endswith("s"):
        return word
    forms = (word[:-1], word[:-2] if word.endswith("es") else "", word[:-3] + "y" if word.endswith("ies") else "")
    return next((form for form in forms if form in places), word)
