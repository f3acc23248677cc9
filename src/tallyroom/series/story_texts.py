"""What the texts of one story tell of the names in it: acronyms spelled out, the country of a place, for whom a person speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from tallyroom.letters import with_all_capitals
from tallyroom.resolve.nations import adjectives, fold, nation_spans
from tallyroom.sentences import dateline
from tallyroom.series.speaker_words import kind_of, words_of
from tallyroom.series.titles import may_have_a_post, name_spans
from tallyroom.series.words import nation_of_place, nations

#: A story is about the country that so many times as many of its reports name as the next.
CLEAR = 2
#: Where a story is at home hardly any report needs to say so: what so few of them name is no home of it.
LEAST_SHARE = 0.2
#: For so many names the texts are searched; for more an index of their words pays.
FEW_NAMES = 24
#: Where a report begins: the part that says what it is about.
LEAD = 600
#: An acronym in brackets, and the words right before it: looked for from the bracket back, which few texts hold.
_ACRONYM = re.compile(with_all_capitals(r"\(([A-Z]{2,8}|[A-Z][a-z]{2,9})\)"))
_KNOWN_AS = re.compile(with_all_capitals(r",? known as (?:the )?([A-Z][\w-]+)"))
_WORDS_BEFORE = re.compile(r"(?:(?:[\w’'-]+ ){1,9}\s?|(?:[\w’'-]+ ){0,8}[\w’'-]+)\Z")
_REACH = 400
#: Of a name that has an acronym of another language, so many words with a capital letter.
LEAST_WORDS = 3
#: Behind a name in small letters, they make it that of a place: "the spokesman of the Sindh government".
_WHAT_IT_IS = "government|administration|authorities|police|ministry|army|military|parliament|assembly|district|province|region|county|state|city"
_INSIDE_NAMES = ("of", "for", "and", "the", "on", "in")
_CALLED = re.compile(r"((?:[a-z’'-]+ ){1,6})$")
_BODY = with_all_capitals(
    r"(?:\d{1,2}(?:st|nd|rd|th) )?(?:(?:[A-Z]\.){2,}|[A-Z][\w’'-]*)(?: (?:of |for |the |and |de |du |al-)*[A-Z][\w’'-]*)*"
)


#: Who somebody is, a text tells where it has the name first.
MENTIONS = 3
#: Kinds of bodies whose names stand before the posts of who speaks for them; those of a state are told by its country.
_SPOKEN_FOR = ("international", "charity", "union", "medical", "company")
#: What a body is, behind its name: "HRANA, a group of activists".
_WHAT_IT_IS_CALLED = re.compile(
    r",? (?:which is (?:an?|the)|an?) ((?:[a-z][\w’'-]*|[A-Z]\w+['’]s?|[A-Z]\w+n)(?: [\w’'-]+){0,7})"
)
#: A dateline of a place alone, or of Russian agencies: "ISLAMABAD: ", "MOSCOW, March 25. /TASS/. ", "MOSCOW. March 25 (Interfax)".
_PLACE_AND_COLON = re.compile(
    r"\s*([A-Z]{3,}(?: [A-Z]+){0,3})(?:: |(?:, [A-Z][a-z]+\.? \d{1,2})?\. (?:[A-Z][a-z]+\.? \d{1,2} )?[/(])"
)
#: The noun of what it is called, before what is told of it: "network" of "network that answers calls".
_HEAD_OF_WHAT_IT_IS = re.compile(
    r"(?:.*? )??([\w’'-]*)(?: (?:that|which|who|whose|of|in|for|with|from|by|at|on|based|to)\b.*|$)"
)
#: What somebody does who speaks for a body.
RUNS = r"(?:owns|runs|heads|leads|manages|chairs|directs|commands|coordinates|speaks for)"
#: Between a place and its country: "Varzik in Tajikistan", "Malembo district in northern Zambia", "Varzik, Tajikistan".
_UP_TO_A_COUNTRY = re.compile(r"(?:,| district| town)?(?: in| of)?(?: the)?(?: [a-z]+(?: of| in))?(?: [a-z-]+){0,2} ")
_CAPITAL_WORD = re.compile(r"(?<![^\W_])[^\W\d_a-z][^\W_]*")
_WORD = re.compile(r"[^\W_]+")
_JOINING = (" of ", " for ", " at ", " with ")
_OWNER = re.compile(with_all_capitals(rf"({_BODY})['’]s (?:[a-z]+ )*(?:[A-Z][\w.-]* ){{0,2}}$"))


class _Beside(NamedTuple):
    """What the texts put beside a surname."""

    nation: str
    of_an_outlet: bool
    body: str


class StoryTexts:
    """The texts of one story, asked for names; everything asked is read once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._place_nations: dict[str, str] = {}
        self._people: dict[str, _Beside] = {}
        self._before: dict[str, frozenset[str]] = {}
        self._asked = 0
        self._found: dict[str, Mapping[str, str]] = {}

    @cached_property
    def _lowered(self) -> list[tuple[str, str, str]]:
        return [(uid, text, text.lower()) for uid, text in sorted(self._texts.items())]

    @cached_property
    def _by_word(self) -> dict[str, dict[str, str]]:
        """The texts by the words in them that have a capital letter."""
        found: dict[str, dict[str, str]] = {}
        for uid, text in sorted(self._texts.items()):
            for word in set(_CAPITAL_WORD.findall(text)):
                found.setdefault(word.lower(), {})[uid] = text
        return found

    def holding(self, name: str) -> Mapping[str, str]:
        """{report: text} of the texts that may hold a name; a story of many reports is not read anew for each of its names."""
        words = _WORD.findall(name)
        self._asked += 1
        if self._asked <= FEW_NAMES:
            longest = max(words, key=len, default="").lower()
            if longest not in self._found:
                self._found[longest] = {uid: text for uid, text, lower in self._lowered if longest in lower}
            return self._found[longest]
        telling = [word for word in words if word.lower() not in words_of()["particles"]] or words
        known = [self._by_word.get(word.lower(), {}) for word in telling if name.islower() or word[0].isupper()]
        return min(known, key=len) if known else self._texts

    @cached_property
    def acronyms(self) -> dict[str, str]:
        """The names that texts spell out before an acronym in brackets: {"NIS": "National Intelligence Service"}."""
        found: dict[str, Counter[str]] = {}
        for text in self._texts.values():
            for match in _ACRONYM.finditer(text) if "(" in text else ():
                before = _WORDS_BEFORE.search(text[max(0, match.start() - _REACH) : match.start()])
                words = before.group().split() if before else []
                name = _spelling(match[1], words) or _translated(words)
                if name:
                    found.setdefault(match[1], Counter())[name] += 1
        return {letters: min(names, key=lambda n: (-names[n], n)) for letters, names in found.items()}

    @cached_property
    def kinds_of_acronyms(self) -> dict[str, str]:
        """The kinds of bodies that texts tell before an acronym in another language: "the disaster agency (BPBD)"."""
        found: dict[str, str] = {}
        for text in self._texts.values():
            in_brackets = _ACRONYM.finditer(text) if "(" in text else ()
            known_as = _KNOWN_AS.finditer(text) if " known as " in text else ()
            for match in (*in_brackets, *known_as):
                before = _CALLED.search(text[max(0, match.start() - _REACH) : match.start()].rstrip(",") + " ")
                kind = kind_of(before[1]) if before else None
                if kind is not None:
                    found[match[1]] = kind
        return found

    def nation_of(self, place: str | None) -> str:
        """The country of a place: as its words or some text say ("Varzik in Tajikistan"), else as the gazetteer has it.

        A country that no text names, where the story is clearly about another, is that of a namesake.
        """
        if not place:
            return ""
        if place not in self._place_nations:
            self._place_nations[place] = self._read_nation_of(place)
        return self._place_nations[place]

    def _read_nation_of(self, place: str) -> str:
        if nations(place):
            return nation_of_place(place)
        if meant := self.meant_by(place):
            return meant
        told = {n for text in self.holding(place).values() if (n := _nation_after(place, text))}
        if len(told) == 1:
            return told.pop()
        known = nation_of_place(place)
        return self.main_nation if known and self.main_nation and known not in self._named else known

    def meant_by(self, words: str) -> str:
        """The country that an ambiguous name means, where the texts name one of those that it may mean and no other: "Congo's army"."""
        codes = {code for span in nation_spans(words) if len(span.codes) > 1 for code in span.codes}
        return self._one_of(codes) if codes else ""

    def _one_of(self, codes: Collection[str]) -> str:
        """The country that a name with these codes means: the only one, or the only one of them that the texts surely name."""
        meant = self._surely_named.intersection(codes) if len(codes) > 1 else set(codes)
        return next(iter(meant)) if len(meant) == 1 else ""

    def namesake_of(self, source: str, nation: str, *, everywhere: bool = False) -> str:
        """The country of a body that is known by its name: of a namesake where no text names that country and all are about another.

        `everywhere`: every country has one of that name, as a Ministry of Defence.
        """
        if nation_spans(source) or not self.main_nation or (nation in self._named and not everywhere):
            return nation
        return self.main_nation

    @cached_property
    def _surely_named(self) -> set[str]:
        return {codes[0] for codes in self._nations if len(codes) == 1}

    @cached_property
    def _named(self) -> set[str]:
        return {code for codes in self._nations for code in codes}

    @cached_property
    def _nations(self) -> set[tuple[str, ...]]:
        """What each name of a country in the texts may mean; the texts are read for it once."""
        return {span.codes for text in self._texts.values() for span in nation_spans(text)}

    @cached_property
    def main_nation(self) -> str:
        """The country that far more of the reports begin with than any other, and not one or two of many; empty where none is."""
        told: Counter[str] = Counter()
        for text in self._texts.values():
            told.update({nation for span in nation_spans(text[:LEAD]) if (nation := self._one_of(span.codes))})
        ranked = told.most_common(2)
        if not ranked or ranked[0][1] < LEAST_SHARE * len(self._texts):
            return ""
        if len(ranked) > 1 and ranked[0][1] < CLEAR * ranked[1][1]:
            return ""
        return ranked[0][0]

    def nation_of_dateline(self, uid: str) -> str:
        """The country from which a report is written, as its dateline tells by a capital or by name: "LIMA (Reuters) - "."""
        lead = self._texts.get(uid, "")[:LEAD]
        opening = _PLACE_AND_COLON.match(lead)
        spans = nation_spans((opening[1] if opening else dateline(lead).partition("(")[0]).title())
        return self._one_of(spans[-1].codes) if spans else ""

    def nation_of_person(self, surname: str) -> str:
        """The country of which a text calls somebody the head: "President Ramón Aquino of Paraguay"."""
        return self._beside(surname).nation

    def is_of_an_outlet(self, person: tuple[str, ...]) -> bool:
        """Does a text say that somebody writes for an outlet: "the BBC's Frank Gardner"?"""
        return self._beside(person[-1]).of_an_outlet

    def body_of(self, person: tuple[str, ...]) -> str:
        """The body with a name for which the texts say that somebody speaks: "the commander of the Free Front, Ana Ruiz"."""
        body = self._beside(person[-1]).body
        return "" if set(body.lower().split()) & set(person) else body

    def is_called_a_body(self, name: str) -> bool:
        """Does a text say that a name is that of a body: "the union Petrol-Is", "the president of Real Pillko"?"""
        if name.removeprefix("the ").removeprefix("The ") in self.kinds_of_acronyms:
            return True
        bodies = words_of()["bodies"]
        heads = map(_HEAD_OF_WHAT_IT_IS.match, self.called_behind(name))
        if any(head is not None and head[1] in bodies for head in heads):
            return True
        return not self.words_before(name).isdisjoint(bodies) or any(
            (may_have_a_post(near) or "The " in near) and _post_of().search(near)
            for text in self.holding(name).values()
            for start, _ in name_spans(name, text)
            for near in (text[max(0, start - 40) : start],)
        )

    def is_called_an_outlet(self, name: str) -> bool:
        """Does a text say that a name is that of an outlet: "the newspaper Evening Lantern"?"""
        return any(word.islower() and kind_of(word) == "media" for word in self.words_before(name))

    def words_before(self, name: str) -> frozenset[str]:
        """The words that stand right before a name where each text has it first, and tells who that is."""
        if name not in self._before:
            self._before[name] = frozenset(
                text[max(0, spans[0][0] - 30) : spans[0][0]].rpartition(" ")[0].rpartition(" ")[2]
                for text in self.holding(name).values()
                if (spans := name_spans(name, text))
            )
        return self._before[name]

    def called_behind(self, name: str) -> list[str]:
        """What the texts call a body behind its name: "a group of activists"."""
        return [
            told[1]
            for text in self.holding(name).values()
            for _, end in name_spans(name, text)[:MENTIONS]
            if text.startswith((", a", ", which is "), end) and (told := _WHAT_IT_IS_CALLED.match(text, end))
        ]

    def _beside(self, surname: str) -> _Beside:
        if surname not in self._people:
            self._people[surname] = self._read_beside(surname)
        return self._people[surname]

    def _read_beside(self, surname: str) -> _Beside:
        nations: set[str] = set()
        bodies: Counter[str] = Counter()
        of_an_outlet = False
        for text in self.holding(surname).values():
            bodies.update(body for body in _bodies_beside(surname, text) if surname not in body.lower())
            for start, end in name_spans(surname, text):
                spans = nation_spans(text[end + 4 : end + 44]) if text.startswith(" of ", end) else ()
                if spans and spans[0].start == 0 and len(spans[0].codes) == 1:
                    nations.add(spans[0].codes[0])
                near = text[max(0, start - 90) : start]
                owner = _OWNER.search(near) if "s " in near and ("'s " in near or "’s " in near) else None
                of_an_outlet = of_an_outlet or (owner is not None and kind_of(owner[1]) == "media")
        body = min(bodies, key=lambda name: (-bodies[name], name)) if bodies else ""
        return _Beside(nations.pop() if len(nations) == 1 else "", of_an_outlet, body)


def _spelling(letters: str, words: list[str]) -> str:
    """The words at the end of a run that an acronym stands for; empty where none do."""
    letters = letters.upper()
    for size in range(1, min(len(words), len(letters) + 4) + 1):
        name = words[-size:]
        if name[0][0].upper() != letters[0] or not name[0][0].isupper():
            continue
        initials = "".join(word[0] for word in name if word[0].isupper())
        if len(initials) >= 2 and _within(initials, letters) and _within(letters, "".join(name).upper()):
            return " ".join(name)
    return ""


def _translated(words: list[str]) -> str:
    """The name of a body whose acronym is that of another language: "the National Institute for Disaster Risk Management (INGD)"."""
    start = len(words)
    while start and (words[start - 1][0].isupper() or words[start - 1] in _INSIDE_NAMES):
        start -= 1
    while start < len(words) and not words[start][0].isupper():
        start += 1
    name = words[start:]
    return " ".join(name) if sum(word[0].isupper() for word in name) >= LEAST_WORDS and kind_of(" ".join(name)) else ""


def _within(short: str, long: str) -> bool:
    """Do the letters of one stand in the other in this order?"""
    rest = iter(long)
    return all(letter in rest for letter in short)


def _nation_after(place: str, text: str) -> str:
    at = text.find(place)
    while at >= 0:
        tail = _UP_TO_A_COUNTRY.match(text, at + len(place))
        start = tail.end() if tail else len(text)
        if text[start : start + 1].isupper() and not text[at - 1 : at].isalnum():
            spans = nation_spans(text[start : start + 40])
            if spans and spans[0].start == 0 and len(spans[0].codes) == 1:
                end = start + spans[0].end
                is_a_name = fold(text[start:end]) not in adjectives()
                if is_a_name and text[end : end + 2] not in ("'s", "’s"):
                    return spans[0].codes[0]
        at = text.find(place, at + len(place))
    return ""


@lru_cache(maxsize=1)
def _posts() -> str:
    return "|".join(sorted(map(re.escape, words_of()["posts"]), key=len, reverse=True))


@lru_cache(maxsize=1)
def _post_of() -> re.Pattern[str]:
    """ "The president of ", and "The operator, " where a sentence begins: what stands before the name of a body."""
    bodies = "|".join(sorted(words_of()["bodies"]))
    return re.compile(rf"\b(?:{_posts()}) (?:of|for|at) (?:the )?$|(?:^|[.!?\n]\s*)The (?:{bodies}), $")


@lru_cache(maxsize=1)
def _speaking_for() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What stands before a name, "the commander of the Free Front, Ana " or "the Free Front's commander Ana ", after it, and
    before it without "of": "the UNICEF representative, Ana "."""
    post = rf"(?<!city )(?<!town )(?<!county )(?<!village )(?:{_posts()})"
    first_names = with_all_capitals(r"(?:[A-Z][\w.’'-]* ){0,3}")
    return (
        re.compile(
            rf"\b{post} (?:of|for|at|with) (?:the )?({_BODY})(?: \([^()]{{2,12}}\)| in [\w ]{{2,24}})?,? {first_names}$"
        ),
        re.compile(rf"(?:^|[^\w])(?:[Tt]he )?({_BODY})['’]s {post},? {first_names}$"),
        re.compile(
            rf"^, (?:(?:the |an? |who is the )?(?:[a-z]+ )?{post} (?:of|for|at|with)|who {RUNS}(?: (?:[a-z]+ ){{1,4}}(?:for|at|of|within))?) (?:the (?:[a-z]+['’]s )?)?(?:(?:[A-Z][\w-]+ ){{0,3}}(?:office|mission|branch|delegation|bureau) (?:of|for|at) (?:the )?)?({_BODY})(?![\w’'-])"
            rf"(?!['’]s | (?:{_WHAT_IT_IS})\b)"
        ),
        re.compile(rf"(?:^|[^\w])(?:[Tt]he )?({_BODY}) {post},? {first_names}$"),
    )


def _bodies_beside(surname: str, text: str) -> list[str]:
    """The bodies that an apposition on either side of a name tells."""
    found = []
    for start, end in name_spans(surname, text):
        near = text[max(0, start - 110) : start]
        has_post = may_have_a_post(near)
        if not has_post and not text.startswith(",", end):
            continue
        before, owned, after, plain = _speaking_for()
        told = (
            (before.search(near) if has_post and any(word in near for word in _JOINING) else None)
            or (owned.search(near) if has_post and "s " in near else None)
            or (after.match(text[end : end + 110]) if text.startswith(",", end) else None)
        )
        if told or has_post and (told := plain.search(near)) and kind_of(told[1]) in _SPOKEN_FOR:
            found.append(told[1])
    return found


def body_before(phrase: str, sentence: str) -> str:
    """The body with a name of several words that a sentence has before a phrase: "For the Free Front, its commander said"."""
    at = sentence.find(phrase)
    names = [name for name in re.findall(_BODY, sentence[:at]) if " " in name] if at > 0 else []
    return names[-1] if names else ""
