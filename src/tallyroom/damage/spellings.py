"""Names that differ by a letter: a stranger who speaks, near in spelling to somebody known, and one name in several spellings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from itertools import islice

from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from tallyroom.damage.found import (
    CAPITAL,
    any_of,
    capitals_in,
    from_capitals,
    from_starts,
    problem,
    starts_of,
    words,
    words_in,
)
from tallyroom.lexicon import table
from tallyroom.model import Problem
from tallyroom.resolve.nations import nations
from tallyroom.resolve.places import towns

_MOST = 20


@dataclass(slots=True)
class Bearer:
    """What a report says of a word with a capital letter: where it stands, and what stands beside it."""

    starts: list[int] = field(default_factory=list)
    #: Words with capitals or titles right before it: given names, offices.
    before: set[str] = field(default_factory=set)
    introduced: bool = False
    inside_sentence: bool = False


_CAPITAL = re.compile(CAPITAL)
#: A title before a name is looked for in so many characters.
_TITLE_BEFORE = 24
#: A sentence, a quotation or a line begins here.
_OPENS = re.compile(r"(?:[.!?:“”\"\n]\s*|\A\s*)\Z")


def find(text: str, title: str | None) -> Iterator[Problem]:
    """The `wrong_name` of strangers and the `name` of unsteady spellings."""
    if text.isupper() or not _may_be_misspelled(text):
        return
    bearers = _bearers(text)
    known_title = set(re.findall(CAPITAL, title or ""))
    strangers = list(islice(_strangers(text, bearers, known_title), _MOST))
    yield from strangers
    told = {found.quote for found in strangers}
    yield from (found for found in islice(_unsteady(text, bearers), _MOST) if found.quote not in told)


def _may_be_misspelled(text: str) -> bool:
    """Is there a name one letter apart from another, or who speaks and another name not much farther? Most texts have none."""
    names = {match.group() for match in from_capitals(_CAPITAL, text)}
    speakers = names & _speakers(text)
    known = sorted(names)
    if len(known) > _FEW_NAMES:
        return True
    return _any_are_near([name for name in known if _is_long(name)]) or any(
        name[0] == other[0] and name != other and OSA.distance(name.lower(), other.lower(), score_cutoff=2) <= 2
        for name in speakers
        for other in known
    )


def _speakers(text: str) -> set[str]:
    """The single names of those who speak or are quoted."""
    quoting = starts_of(text, _QUOTING & words_in(text))
    matches = from_starts(_speaks(), text, merge(capitals_in(text), quoting))
    return {match[match.lastgroup or "name"] for match in matches}


def _is_long(name: str) -> bool:
    return len(name) >= 5 or (name.isupper() and len(name) >= 4)


def _bearers(text: str) -> dict[str, Bearer]:
    """Every word with a capital letter, with what introduces it: a given name, a title, an apposition, a bracket."""
    found: dict[str, Bearer] = defaultdict(Bearer)
    titles = words("titles")
    last, last_end = "", -1
    for match in from_capitals(_CAPITAL, text):
        word, start, end = match.group(), match.start(), match.end()
        bearer = found[word]
        bearer.starts.append(start)
        before = _word_before(text, start).lower()
        is_titled = before in titles
        if is_titled:
            bearer.before.add(before)
            bearer.introduced = True
        elif start - last_end == 1 and text[last_end] == " ":
            bearer.before.add(last.lower())
            bearer.introduced = found[last].introduced = True
        if not bearer.inside_sentence and (is_titled or not _OPENS.search(text, max(0, start - 4), start)):
            bearer.inside_sentence = True
        beside = text[end : end + 2]
        if beside == " (" or (beside == ", " and _APPOSITION.match(text, end)):
            bearer.introduced = True
        last, last_end = word, end
    return found


def _word_before(text: str, start: int) -> str:
    """The letters before a space that stands right before a place, with or without a stop between; else ""."""
    end = start - 1
    if end < 0 or not text[end].isspace():
        return ""
    if end and text[end - 1] == ".":
        end -= 1
    begin, limit = end, max(0, start - _TITLE_BEFORE)
    while begin > limit and text[begin - 1].isalpha():
        begin -= 1
    return text[begin:end]


_APPOSITION = re.compile(
    r",\s(?:\d{1,3}\b|(?:an?|the|who|whose|head|chief|director|spokes\w+|president|minister|leader|its|his|her|their)\b)"
)

# -- strangers ------------------------------------------------------------------------------------------------------


_QUOTING = frozenset(("quoted", "quoting", "citing", "according"))


@lru_cache(maxsize=1)
def _speaks() -> re.Pattern[str]:
    word = r"[A-Z][a-z]{2,}"
    return re.compile(
        rf"(?P<name>\b{word})\s(?:also\s|later\s|then\s)?{any_of('saying')}\b|\b(?:quoted|quoting|citing)\s(?P<quoted>{word})\b(?!\s[A-Z])"
        rf"|\baccording\sto\s(?P<source>{word})\b(?!\s[A-Z])"
    )


def _strangers(text: str, bearers: dict[str, Bearer], in_title: set[str]) -> Iterator[Problem]:
    """ "King quoted the agency as saying", where nobody of that name was introduced, but somebody called Kim was."""
    small = table("function_words.toml")["words"]["en"].split()
    known = [word for word, bearer in bearers.items() if bearer.introduced and len(word) > 2]
    seen: set[str] = set()
    for match in _speaks().finditer(text):
        group = match.lastgroup or "name"
        name = match[group]
        bearer = bearers.get(name)
        if name in seen or bearer is None or bearer.introduced or name in in_title or name.lower() in small:
            continue
        seen.add(name)
        if nations(name) or name.lower() in words_in(text):
            continue
        meant = [word for word in known if word != name and _sounds_like(name, word) and not nations(word)]
        if len(meant) == 1:
            message = f"{name} speaks but was never introduced; {meant[0]} was"
            yield problem(text, "wrong_name", match.start(group), match.end(), message, meant[0])


def _sounds_like(one: str, other: str) -> bool:
    """One letter apart, or two in a name that begins and goes on alike."""
    a, b = one.lower(), other.lower()
    if a[0] != b[0] or _is_form(a, b, ("s", "n", "an", "i")) or b in words("titles"):
        return False
    apart = OSA.distance(a, b, score_cutoff=2)
    if apart == 1:
        return min(len(a), len(b)) >= 4
    if apart != 2:
        return False
    return (max(len(a), len(b)) <= 4 and a[:2] == b[:2]) or (min(len(a), len(b)) >= 5 and a[:3] == b[:3])


# -- one name in several spellings ----------------------------------------------------------------------------------


def _unsteady(text: str, bearers: dict[str, Bearer]) -> Iterator[Problem]:
    """ "UNRWA" and "UNWRA"; "Volodymyr Zelensky" and "Volodymyr Zelenski"; "in Torrinvale" and "in Torinvale"."""
    long = [word for word in bearers if _is_long(word)]
    groups: dict[str, list[str]] = defaultdict(list)
    for word in long:
        for key in _keys(word):
            groups[key].append(word)
    pairs = {tuple(sorted(set(group))) for group in groups.values() if 1 < len(set(group)) < 6}
    done: set[tuple[str, str]] = set()
    for group in sorted(pairs):
        for i, one in enumerate(group):
            for other in group[i + 1 :]:
                if (one, other) in done or OSA.distance(one, other, score_cutoff=1) != 1:
                    continue
                done.add((one, other))
                first, second = bearers[one], bearers[other]
                rare, usual = (one, other) if _weight(first) < _weight(second) else (other, one)
                if _is_one_name(text, rare, bearers[rare], usual, bearers[usual]):
                    at = bearers[rare].starts[0]
                    message = f"the report also writes {usual}: one name in several spellings"
                    yield problem(text, "name", at, at + len(rare), message, usual)


#: Up to so many names are soonest compared each with each.
_FEW_NAMES = 150


def _any_are_near(names: list[str]) -> bool:
    """Are two of these one letter apart?"""
    apart = cdist(names, names, scorer=OSA.distance, score_cutoff=1)
    return bool((apart == 1).any())


def _weight(bearer: Bearer) -> tuple[int, int]:
    """How much speaks for a spelling: how often it stands, then how early."""
    return len(bearer.starts), -bearer.starts[0]


def _keys(word: str) -> set[str]:
    """The word with each letter left out: two words one edit apart, or with two letters swapped, share one of them."""
    low = word if word.isupper() else word.lower()
    return {low, *(low[:i] + low[i + 1 :] for i in range(len(low)))}


def _is_one_name(text: str, rare: str, a: Bearer, usual: str, b: Bearer) -> bool:
    """Nothing but a slip can have made the two: what stands beside them is the same, and neither is a known other word."""
    if rare.isupper() and usual.isupper():
        return sorted(rare) == sorted(usual)
    if rare.isupper() or usual.isupper() or not a.inside_sentence or not b.inside_sentence:
        return False
    if nations(rare) or nations(usual) or rare[0] != usual[0] or _is_form(rare, usual, _ENDINGS):
        return False
    if any(re.search(rf"\b{re.escape(low)}\b", text) for low in (rare.lower(), usual.lower()) if low in text):
        return False
    given = (a.before & b.before) - words("titles")
    if given:
        return True
    return (
        len(a.starts) == 1
        and len(b.starts) > 1
        and not a.before
        and bool(_frames(text, rare, a) & _frames(text, usual, b))
        and not _are_two_towns(rare, usual)
    )


_FRAME = re.compile(
    r"\b(in|near|from|around|outside|at)\s(?:the\s(?:town|city|village|port|province|district|region)\sof\s)?\Z"
)


def _frames(text: str, word: str, bearer: Bearer) -> set[str]:
    """ "in", "near": that a place's name stands behind such words, and what follows has no capital."""
    found = set()
    for start in bearer.starts[:_MOST]:
        match = _FRAME.search(text, max(0, start - 40), start)
        if match and not re.match(r"[-\s][A-Z]", text[start + len(word) : start + len(word) + 2]):
            found.add("place")
    return found


def _are_two_towns(one: str, other: str) -> bool:
    """Do both names stand in the gazetteer, and for different towns?"""
    return bool(towns(one) and towns(other)) and not set(towns(one)) & set(towns(other))


#: What tells forms of one word apart: plural, adjective, feminine surname ("Ivanov", "Ivanova").
_ENDINGS = ("s", "n", "i", "a", "e", "y")


def _is_form(one: str, other: str, endings: tuple[str, ...]) -> bool:
    """Is one word the other with such an ending?"""
    short, long = sorted((one.lower(), other.lower()), key=len)
    return long.startswith(short) and long[len(short) :] in endings
