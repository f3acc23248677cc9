"""Statements of one report that contradict each other: who fights whom, who gives to whom, what came first, what happened when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from tallyroom.damage.found import (
    CAPITAL,
    NAME,
    any_of,
    capitals_before,
    first_words,
    from_capitals,
    from_starts,
    holds_any,
    problem,
    starts_of,
    words,
    words_in,
)
from tallyroom.document import Document
from tallyroom.edtf import bounds, publication
from tallyroom.grammar import lemma
from tallyroom.lexicon import table
from tallyroom.model import Problem
from tallyroom.numerals import as_number, find_numerals
from tallyroom.resolve.nations import countries, nation_spans, nations, spans_in_text
from tallyroom.times import TimeWords, find_times

#: Of each kind no more than this are looked into: a text with so many is seen at once.
_MOST = 20


def find(document: Document) -> Iterator[Problem]:
    """Every `contradiction` between who and whom, and between what the report says of one act in two places."""
    yield from _to_oneself(document)
    yield from _both_enemies(document)
    yield from _first_after_earlier(document)
    yield from _dated_twice(document)


def _sentence(document: Document, offset: int) -> tuple[int, int]:
    return document.spans[document.sentence_of(offset)]


# -- from somebody to himself ---------------------------------------------------------------------------------------

#: The name ends here: no possessive mark, no hyphen, no longer name follows.
_ENDS = r"\b(?!['’-]|\.\w|\s[^\W\d_a-z])"


@lru_cache(maxsize=1)
def _giving() -> re.Pattern[str]:
    between = rf"(?:\s{any_of('auxiliaries')}){{0,4}}"
    thing = rf"(?:(?!{any_of('giving_ends')}\b)[\w$€£%,.'’-]+\s){{1,10}}?"
    return re.compile(
        rf"\b(?P<who>{NAME}){between}\s(?:(?P<gives>{any_of('giving')})\s{thing}to|(?P<attacks>{any_of('attacking')}))\s"
        rf"(?:the\s)?(?P<whom>(?P=who)){_ENDS}"
    )


#: So many characters the name and its auxiliaries have at most, before what it does to itself.
_LONGEST_SUBJECT = 200


@lru_cache(maxsize=1)
def _first_of_acts() -> frozenset[str]:
    return first_words(words("giving") | words("attacking"))


_FROM_TO = re.compile(
    rf"\b(?P<link>from|between)\s(?:the\s)?(?P<who>{NAME})\s(?:to|and)\s(?:the\s)?(?P<whom>(?P=who)){_ENDS}"
)


#: "exiles in Turkey sent", "Watch Russia has sent": the name is only the end of who it is.
_PART_OF_SUBJECT = re.compile(
    rf"(?:\b(?:in|from|of|near|outside|across|at|by|within|for|with|inside|against)\s(?:the\s)?|{CAPITAL}\s)\Z"
)


def _to_oneself(document: Document) -> Iterator[Problem]:
    """ "Russia has sent cash to Russia", "between Iran and Iran", "Mali invaded Mali"."""
    text = document.text
    acts = starts_of(text, _first_of_acts() & words_in(text))
    for match in from_starts(_giving(), text, capitals_before(text, acts, _LONGEST_SUBJECT)):
        who = match["who"]
        if not _is_land(text, who) or _PART_OF_SUBJECT.search(text, max(0, match.start() - 24), match.start()):
            continue
        verb = "gives" if match["gives"] else "attacks"
        message = (
            f"nobody {'gives to himself' if match['gives'] else 'does this to himself'}: {who} stands on both sides"
        )
        other = _only_other(document, match.start(), who)
        yield problem(text, "contradiction", match.start(verb), match.end("whom"), message, other)
    for match in from_starts(_FROM_TO, text, starts_of(text, ("from", "between"))):
        if _is_land(text, match["who"]) and (match["link"] == "between") == (" and " in match.group()):
            message = f"{match['who']} stands on both sides"
            yield problem(
                text, "contradiction", *match.span(), message, _only_other(document, match.start(), match["who"])
            )


def _is_land(text: str, name: str) -> bool:
    """A country or a region: known, or told as one by the report ("in Doria")."""
    if nations(name):
        return True
    days = table("not_figures.toml")
    if name.lower() in (*days["weekdays"], *days["months"]):
        return False
    return bool(re.search(rf"\b(?:in|across|into)\s(?:the\s)?{re.escape(name)}\b(?!\s[A-Z])", text))


def _only_other(document: Document, offset: int, who: str) -> str | None:
    """The name of the one other country of the sentence, where there is exactly one."""
    start, end = _sentence(document, offset)
    others = [code for code in nations(document.text[start:end]) if code not in nations(who)]
    return countries()[others[0]].name if len(others) == 1 and others[0] in countries() else None


# -- fighting those whom one helps ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _fighting() -> re.Pattern[str]:
    links = rf"(?:\s{any_of('fighting_links')}){{0,2}}"
    return re.compile(
        rf"\b{any_of('fighting')}{links}\s(?P<one>{NAME})\sand\s(?:the\s)?(?P<other>{NAME}|[a-z]+)\s(?P<noun>[a-z]+)\b"
    )


@lru_cache(maxsize=1)
def _helping() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of('helping')}\s(?:the\s|in\s)?(?:[a-z]+\s)?(?P<whom>{NAME})")


def _both_enemies(document: Document) -> Iterator[Problem]:
    """ "fighting Russian and Ukrainian forces", where the report has the same people help one of the two."""
    text = document.text
    if not holds_any(text, "fighting"):
        return
    for match in islice(_fighting().finditer(text), _MOST):
        one, other = match["one"], match["other"]
        if _is_one_party(one, other):
            continue
        actor = _actor(document, match.start())
        if actor is None or _is_one_party(actor, one) or _is_one_party(actor, other):
            continue
        for help_given in islice(_helping().finditer(text), 10 * _MOST):
            helped = next((party for party in (one, other) if _is_one_party(party, help_given["whom"])), None)
            helper = _actor(document, help_given.start()) if helped is not None else None
            if helped is None or helper is None or not _is_one_party(helper, actor):
                continue
            enemy = other if helped == one else one
            told = " ".join(help_given.group().split())
            message = f"elsewhere the report has them “{told}”: nobody fights both sides of one war"
            meant = f"fighting alongside {helped} against {enemy} {match['noun']}"
            yield problem(text, "contradiction", match.start(), match.end(), message, meant)
            break


def _is_one_party(one: str, other: str) -> bool:
    """A country with its adjective: known ones by what they may mean, others by how they begin ("Doria", "Dorian")."""
    a, b = ({code for span in nation_spans(name) for code in span.codes} for name in (one, other))
    if a and b:
        return bool(a & b)
    short, long = sorted((one.lower(), other.lower()), key=len)
    return (
        not (a or b)
        and len(short) > 3
        and long.startswith(short[: max(4, len(short) - 1)])
        and len(long) - len(short) < 4
    )


_LAND = re.compile(rf"\b{NAME}")


def _actor(document: Document, offset: int) -> str | None:
    """The country named last before a place in its sentence, else the name there: whose people they are."""
    start, _ = _sentence(document, offset)
    before = document.text[start:offset]
    spans = spans_in_text(before)
    if spans:
        return before[spans[-1].start : spans[-1].end]
    found = _LAND.findall(before)
    return found[-1] if found else None


# -- first, yet earlier ---------------------------------------------------------------------------------------------

_ENDS_THING = r"(?!(?:to|in|on|at|over|for|from|into|across|near|under|by|last|this|and)\b)"
_FIRST = re.compile(
    rf"\b(?P<who>{NAME})\s(?:(?:has|had|have)\s)?first\s(?P<verb>[a-z]+)"
    rf"\s(?P<thing>{_ENDS_THING}[\w-]+(?:\s{_ENDS_THING}[a-z-]+){{0,3}})"
)
_LATER_BY = re.compile(r"\b(?P<number>\w+)\s(?P<unit>day|week|month)s?\s(?:after|since)\s(?:the\s)?\Z", re.IGNORECASE)
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30}
#: A time this close to another, in days, may be the same one told loosely.
_LOOSE = {"day": 7, "week": 14, "month": 62}


def _first_after_earlier(document: Document) -> Iterator[Problem]:
    """ "two days after North Korea first dispatched troops", where the report has them sent in the autumn before."""
    text = document.text
    if "first" not in words_in(text):
        return
    for match in islice(from_capitals(_FIRST, text), _MOST):
        begun = _when_first(document, match)
        if begun is None:
            continue
        earlier = _told_earlier(document, match, begun)
        if earlier is not None:
            message = f"not the first time: the report also says “{earlier}”, which was before that"
            start = match.start()
            before = _LATER_BY.search(text, max(0, start - 40), start)
            yield problem(text, "contradiction", before.start() if before else start, match.end(), message)


def _when_first(document: Document, match: re.Match[str]) -> date | None:
    """The earliest day on which the first time can have been, with some room for loose words."""
    text, start = document.text, match.start()
    later = _LATER_BY.search(text, max(0, start - 40), start)
    if later is not None:
        numerals = find_numerals(later["number"], 0, len(later["number"]))
        number = as_number(numerals[0].low) if numerals else 1 if later["number"].lower() in ("a", "an") else None
        today = bounds(publication(document.published) or "")
        if number is None or today is None or today[0] is None:
            return None
        unit = later["unit"].lower()
        return _shifted(today[0], int(number) * _UNIT_DAYS[unit] + _LOOSE[unit])
    _, last = _sentence(document, start)
    for time in find_times(text, match.end("verb"), min(last, match.end() + 60), document.published):
        limits = bounds(time.value or "")
        if time.start - match.end() <= 40 and limits is not None and limits[0] is not None:
            return limits[0]
    return None


def _shifted(day: date, days: int) -> date | None:
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return None


#: Where they were sent: a first time is the first one there.
_TO_PLACE = re.compile(rf"\b(?:to|in|into|over)\s(?:the\s)?(?P<name>{NAME})")
_NEAR_BY = 60


def _told_earlier(document: Document, first: re.Match[str], begun: date) -> str | None:
    """The words of the report that have the same people do the same thing at a time that ended before."""
    text = document.text
    where = _TO_PLACE.search(text, first.end("verb"), first.end("verb") + _NEAR_BY)
    acts, things = _same(lemma(first["verb"], "verb"), "same_act"), first["thing"].lower().split()
    pattern = re.compile(
        rf"\b{re.escape(first['who'])}(?:\s{any_of('auxiliaries')}){{0,3}}\s(?P<verb>[a-z]+)\s(?P<thing>[^.;:!?\n]{{0,60}})"
    )
    for match in pattern.finditer(text):
        if match.start() <= first.start() < match.end() or lemma(match["verb"], "verb") not in acts:
            continue
        there = _TO_PLACE.search(text, match.end("verb"), match.end("verb") + _NEAR_BY)
        if where is not None and there is not None and where["name"] != there["name"]:
            continue
        if not any(word in _same(thing, "same_thing") for thing in things for word in match["thing"].lower().split()):
            continue
        start, end = _sentence(document, match.start())
        for time in find_times(text, start, end, document.published):
            limits = bounds(time.value or "")
            if limits is not None and limits[1] is not None and limits[1] < begun and _is_of(text, time, match):
                return " ".join(text[min(time.start, match.start()) : max(match.end("verb"), time.end)].split())
    return None


def _is_of(text: str, time: TimeWords, match: re.Match[str]) -> bool:
    """Do words of time date this act: right before the name, or behind the verb in the same clause?"""
    if time.end <= match.start():
        return match.start() - time.end <= 3
    return time.start >= match.end("verb") and not re.search(
        rf"[,;:.](?!\d)|\b(?:that|{any_of('saying')})\b", text[match.end("verb") : time.start]
    )


def _same(word: str, group: str) -> frozenset[str]:
    """A word with those that say the same."""
    return frozenset({word}.union(*(row for row in table("damage.toml")[group] if word in row)))


# -- one beginning, two dates ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _beginning() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:[Tt]he\s(?P<noun>(?:[\w-]+\s){{0,2}}[\w-]+)|(?P<name>{CAPITAL}(?:\s{CAPITAL}){{1,3}}))(?:,?\s(?:which|that|who))?"
        rf"(?:\s(?:had|has))?\s(?P<verb>{any_of('beginning')})\s"
    )


def _dated_twice(document: Document) -> Iterator[Problem]:
    """ "The fire broke out on Monday", and further down "the fire, which broke out on Wednesday"."""
    text = document.text
    if not holds_any(text, "beginning"):
        return
    told: dict[tuple[str, str], tuple[str, str]] = {}
    for match in _beginning().finditer(text):
        thing = (match["noun"] or match["name"]).lower()
        if words("auxiliaries") & set(thing.split()):
            continue
        _, end = _sentence(document, match.start())
        times = find_times(text, match.end(), min(end, match.end() + 40), document.published)
        if not times or times[0].start - match.end() > 4 or times[0].value is None or times[0].grain != "day":
            continue
        words_now, value = " ".join(text[match.start() : times[0].end].split()), times[0].value
        earlier = told.setdefault((thing, match["verb"]), (value, words_now))
        one, two = bounds(earlier[0]), bounds(value)
        if one is None or two is None or None in (*one, *two):
            continue
        gap = max((two[0] - one[1]).days, (one[0] - two[1]).days)  # type: ignore[operator]
        if gap > 0:
            message = f"the report also says “{earlier[1]}”: both cannot be"
            yield problem(text, "contradiction", match.start(), times[0].end, message)
