"""Names that cannot be meant: places quoted as if they spoke, a body under another country, an office in another, strangers
near in spelling to somebody known, and one name in several spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from heapq import merge
from itertools import islice

from tallyroom.damage.found import (
    CAPITAL,
    NAME,
    any_of,
    any_word,
    capitals_before,
    first_words,
    from_capitals,
    from_starts,
    problem,
    starts_of,
    words,
    words_in,
)
from tallyroom.document import Document
from tallyroom.leaders import countries_led_by
from tallyroom.lexicon import rows
from tallyroom.model import Problem
from tallyroom.resolve.nations import countries, fold, nation_spans, nations
from tallyroom.resolve.places import resolve_place

#: Of each kind no more than this are looked into: a text with so many is seen at once.
_MOST = 20


def find(document: Document) -> Iterator[Problem]:
    """Every `wrong_name` of the report."""
    yield from islice(_places_that_speak(document.text), _MOST)
    yield from islice(_quoting_the_other_side(document), _MOST)
    yield from islice(_bodies_of_others(document.text), _MOST)
    yield from islice(_offices_of_others(document.text), _MOST)


# -- places that speak ----------------------------------------------------------------------------------------------


_QUOTING = frozenset(("quoted", "quotes", "quoting", "cited", "cites", "citing", "told"))
#: So many characters a name that speaks has at most.
_LONGEST_SPEAKER = 200


@lru_cache(maxsize=1)
def _quoted() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:quot(?:ed|es|ing)|cit(?:ed|es|ing))\s(?:the\s)?(?P<quoted>{NAME})\sas\s(?:saying|having)\b"
        rf"|\b(?P<told>{NAME})\stold\s(?:reporters|journalists|lawmakers|legislators|parliament|the\s(?:committee|parliament|press|BBC|media))\b"
    )


def _places_that_speak(text: str) -> Iterator[Problem]:
    """ "He quoted New York State as saying": towns and states are not quoted; what is told of such a name again is as wrong."""
    quoting = _QUOTING & words_in(text)
    if not quoting:
        return
    told_at = starts_of(text, quoting)
    told: dict[str, str | None] = {}
    taken: set[int] = set()
    starts = merge(told_at, capitals_before(text, told_at, _LONGEST_SPEAKER))
    for match in islice(from_starts(_quoted(), text, starts), _MOST):
        group = "quoted" if match["quoted"] else "told"
        name = match[group]
        if not _is_place(name) or _is_person(text, name):
            continue
        told[name] = _acronym_near(text, name)
        taken.add(match.start(group))
        message = f"{name} is a place, and a speaker is quoted here"
        yield problem(text, "wrong_name", *match.span(group), message, told[name])
    for name in told:
        again = (
            rf"\b{re.escape(name)}(?:\s{any_of('auxiliaries')}){{0,4}}\s(?:{any_of('saying')}|{any_of('knowing')})\b"
        )
        for match in islice(re.finditer(again, text), _MOST):
            if match.start() not in taken:
                message = f"{name} is a place, and the report takes it for a speaker"
                meant = told[name] or next(filter(None, told.values()), None)
                yield problem(text, "wrong_name", match.start(), match.start() + len(name), message, meant)


def _is_place(name: str) -> bool:
    """A town or a division, no country and no capital, which may stand for a government."""
    parts = name.split()
    if nations(name) or name in words("place_or_person"):
        return False
    typed, opened = parts[-1] in words("place_words"), parts[0] in words("place_openers")
    if len(parts) > 1 and not (typed or opened):
        return False
    meaning = resolve_place(name)
    if meaning.country is None:
        return typed and len(parts) > 2 and opened
    return meaning.method == "division" or (len(parts) > 1 and (meaning.where_prec or 9) < 6)


def _is_person(text: str, name: str) -> bool:
    """Somebody of the report who bears the name: "Lloyd Austin", "Mr Lincoln"."""
    if " " in name:
        return False
    before = re.compile(rf"\b(?:{CAPITAL}|[a-z]+)\.?\s{re.escape(name)}\b")
    return any(_introduces(match.group().split()[0]) for match in islice(before.finditer(text), _MOST))


def _introduces(word: str) -> bool:
    return word[0].isupper() or word.lower().strip(".") in words("titles")


def _acronym_near(text: str, name: str) -> str | None:
    """The one body of the report, called by its initials, whose initials are nearly those of the place."""
    initials = "".join(part[0] for part in name.split())
    if len(initials) < 3:
        return None
    spoken = set(re.findall(rf"\b([A-Z]{{2,6}})\s(?:{any_of('saying')})\b", text))
    near = sorted(word for word in spoken if word[0] == initials[0] and abs(len(word) - len(initials)) <= 1)
    return near[0] if len(near) == 1 else None


# -- whose body -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _speaking_body() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A body that speaks inside what another says, and any body that speaks."""
    name = rf"(?P<name>{CAPITAL}(?:['’]s?)?(?:\s(?:{CAPITAL}(?:['’]s?)?|[a-z]+)){{1,7}}?)"
    says = rf"(?P<say>{any_of('saying')})\b"
    return re.compile(rf"\b(?:that|{any_of('saying')})\s(?:the\s)?{name}\s{says}"), re.compile(rf"\b{name}\s{says}")


def _quoting_the_other_side(document: Document) -> Iterator[Problem]:
    """ "The South Korean agency said ... that the North Korean agency said": a body of one country in the words of its twin."""
    text = document.text
    inner, any_body = _speaking_body()
    for match in islice(inner.finditer(text), _MOST):
        second = _body_of(text, *match.span("name"))
        start, _ = document.spans[document.sentence_of(match.start())]
        for outer in any_body.finditer(text, start, match.start("name")):
            first = _body_of(text, *outer.span("name"))
            if first is None or second is None or first[2] != second[2] or set(first[1]) & set(second[1]):
                continue
            meant = text[first[0] : outer.end("name")]
            message = f"a body of one country is quoted on what its twin of another said: “{meant}” stands before"
            yield problem(text, "wrong_name", second[0], match.end("say"), message, meant)
            break


def _body_of(text: str, start: int, end: int) -> tuple[int, tuple[str, ...], str] | None:
    """Where the country before a body begins, which it is, and the body's bare name in small letters.

    A country that nobody knows is the first word of the name as it stands: "the Kordian spy agency".
    """
    name = text[start:end]
    spans = [span for span in nation_spans(name) if not span.capital]
    if spans:
        at, codes, rest = spans[-1].start, spans[-1].codes, name[spans[-1].end :]
    else:
        first, _, rest = name.partition(" ")
        at, codes = 0, (fold(first),)
    rest = re.sub(r"^['’]s?\s", "", rest).strip().lower()
    return (start + at, codes, rest) if " " in rest else None


@lru_cache(maxsize=1)
def _own_bodies() -> tuple[re.Pattern[str], dict[str, frozenset[str]], frozenset[str]]:
    """Bodies that one country alone has, under its adjective or another's; whose they are; how their names begin."""
    whose: dict[str, set[str]] = {}
    for _, name, kind, country, _, others in ((*row, "", "", "", "")[:6] for row in rows("sources.tsv")):
        for word in filter(None, (name, *others.split("|"))):
            state = kind in ("government", "armed force", "intelligence service") and country
            whose.setdefault(word, set()).add(country if state else "")
    shared = words("shared_bodies")
    known = {word: frozenset(codes) for word, codes in whose.items() if "" not in codes and word not in shared}
    bare = [word for word in known if all(span.end - span.start == len(word) for span in nation_spans(word))]
    body = "|".join(re.escape(word) for word in sorted(bare, key=lambda word: (-len(word), word)))
    return (
        re.compile(rf"\b(?P<nation>{CAPITAL}(?:\s{CAPITAL})?)(?:['’]s?)?\s(?P<body>{body})\b(?!-)"),
        known,
        first_words(bare),
    )


def _bodies_of_others(text: str) -> Iterator[Problem]:
    """ "the Ukrainian Kremlin", "North Korea's Mossad"."""
    pattern, whose, begun = _own_bodies()
    if begun.isdisjoint(words_in(text)):
        return
    for match in from_capitals(pattern, text):
        before = nation_ending(text, *match.span("nation"))
        if before is None or set(before[1]) & whose[match["body"]]:
            continue
        home = " or ".join(sorted(countries()[code].name for code in whose[match["body"]]))
        message = f"{match['body']} is a body of {home}"
        yield problem(text, "wrong_name", before[0], match.end(), message)


def nation_ending(text: str, start: int, end: int) -> tuple[int, tuple[str, ...]] | None:
    """Where the country begins whose name, no capital's, ends text[start:end], and which it may be."""
    spans = nation_spans(text[start:end])
    if not spans or spans[-1].capital or spans[-1].end != end - start:
        return None
    return start + spans[-1].start, spans[-1].codes


# -- whose office ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _office_names() -> frozenset[str]:
    return frozenset(form for name in words("offices") for form in (name, name.title(), name.capitalize()))


@lru_cache(maxsize=1)
def _offices_begin() -> frozenset[str]:
    return first_words(_office_names())


@lru_cache(maxsize=1)
def _office() -> tuple[re.Pattern[str], ...]:
    """An office, and the ways in which it stands with its country and the name of its holder."""
    office = rf"(?P<office>{any_word(_office_names())})"
    age = rf"(?:(?i:{any_of('office_ages')})[-\s])?"
    nation = rf"(?P<nation>{CAPITAL}(?:\s{CAPITAL}){{0,2}}?)"
    person = rf"(?P<person>{CAPITAL}(?:\s(?:{CAPITAL}|al-\w+|el-\w+|bin|da|de)){{0,5}})"
    return (
        re.compile(rf"\b{office}\b"),
        re.compile(rf"\b{nation}(?:['’]s?)?\s{age}{office}\s{person}"),
        re.compile(rf"\b{nation}(?:['’]s?)?\s{age}{office},\s{person}(?=,)"),
        re.compile(rf"\b{office}\s{person}\sof\s(?:the\s)?{nation}(?!\w|['’-])"),
        re.compile(rf"\b{person},\s(?:the\s)?{age}{nation}(?:['’]s?)?\s{age}{office}(?=[,.;)])"),
    )


#: A name and a country stand within so many characters of an office.
_AROUND = 70


def _offices_of_others(text: str) -> Iterator[Problem]:
    """ "Russian President Volodymyr Zelensky", "President Xi Jinping of Japan", "Putin, the Ukrainian president"."""
    if _offices_begin().isdisjoint(words_in(text)):
        return
    office, *patterns = _office()
    seen: set[int] = set()
    for place in office.finditer(text):
        for pattern in patterns:
            for match in pattern.finditer(text, max(0, place.start() - _AROUND), min(len(text), place.end() + _AROUND)):
                person = _leader(text, *match.span("person"))
                if person is None or person[0] in seen:
                    continue
                nation = nation_ending(text, *match.span("nation"))
                if nation is None or set(nation[1]) & person[2]:
                    continue
                seen.add(person[0])
                name = text[person[0] : person[1]]
                home = " or ".join(sorted(countries()[code].name for code in person[2]))
                start = min(person[0], nation[0])
                end = max(person[1], match.end("nation"), match.end("office"))
                yield problem(text, "wrong_name", start, end, f"{name} has held office in {home}, not there")


def _leader(text: str, start: int, end: int) -> tuple[int, int, frozenset[str]] | None:
    """The known leader whose name begins or ends these words, the longest name first."""
    tokens = [(m.start(), m.end()) for m in re.finditer(r"\S+", text[start:end])]
    for size in range(len(tokens), 0, -1):
        first = start + tokens[0][0], start + tokens[size - 1][1]
        codes = countries_led_by(text[first[0] : first[1]])
        if codes:
            return *first, codes
    return None
