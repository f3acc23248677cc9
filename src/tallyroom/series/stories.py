"""Which reports tell of the same story: names that two reports share, close in time; a person's events and collections stand above."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tallyroom.lexicon import table
from tallyroom.series.records import ReportHeader, SeriesClaim
from tallyroom.series.times import days
from tallyroom.series.words import stem

#: Reports of one story follow one another within so many days, by how much they share.
NEAR_DAYS, FAR_DAYS = 14, 130
#: A report is held against so many neighbours in time for each of its names, which keeps large ledgers linear.
NEIGHBOURS = 12

_NAME = re.compile(r"\b[A-Z][A-Za-z]+")
_PLAIN = frozenset(
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sept",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
        "The",
        "An",
        "In",
        "On",
        "At",
        "Of",
        "For",
        "And",
        "But",
        "He",
        "She",
        "It",
        "They",
        "We",
        "His",
        "Her",
        "Their",
        "This",
        "That",
        "These",
        "Those",
        "After",
        "Before",
        "Since",
        "Until",
        "When",
        "Where",
        "Who",
        "What",
        "Why",
        "How",
        "Some",
        "Many",
        "Most",
        "More",
        "As",
        "By",
        "From",
        "To",
        "With",
        "Not",
        "No",
        "Only",
        "Just",
        "Also",
        "About",
        "Around",
        "Over",
        "Several",
        "Hundreds",
        "Thousands",
        "Earlier",
        "Later",
        "President",
        "Minister",
        "General",
        "Gov",
        "Governor",
        "Rep",
        "Maj",
        "Gen",
        "Sen",
        "Mr",
        "Mrs",
        "Dr",
        "Police",
        "Officials",
        "According",
        "News",
        "Agency",
        "National",
        "Service",
        "Ministry",
        "Department",
        "Government",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Another",
        "At",
        "Least",
        "Up",
        "Army",
        "Military",
        "State",
        "States",
        "United",
        "U.S",
        "Reuters",
        "AP",
        "AFP",
        "CNN",
        "BBC",
        "Press",
        "Associated",
    ]
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a report is about, as far as telling stories apart needs it."""

    header: ReportHeader
    day: int | None
    #: Names of places and populations of its figures.
    strong: frozenset[str]
    #: Those and the names of its sources, of its title, and names that the text repeats.
    names: frozenset[str]
    hazard: str | None


@lru_cache(maxsize=1)
def _hazards() -> dict[str, str]:
    return {word: kind for kind, words in table("series.toml")["events"].items() for word in words}


@lru_cache(maxsize=1)
def _hazard_words() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(_hazards())) + r")\b")


def signature(header: ReportHeader, claims: Sequence[SeriesClaim]) -> Signature:
    """The signature of a report from its claims, title and, where at hand, text."""
    strong: set[str] = set()
    names: set[str] = set()
    for claim in claims:
        figure = claim.figure
        for words in (figure.place, figure.population):
            strong.update(_names(words))
        names.update(_names(figure.source))
    names |= strong
    text = header.text or ""
    counts = Counter(_names(text))
    names.update(name for name, number in counts.items() if number > 1)
    title = header.title or ""
    names.update(name for name in _names(title) if not text or name in counts)
    known = _hazards()
    hazards = Counter(known[word] for word in _hazard_words().findall(f"{title} {title} {text}".lower()))
    hazard = min(hazards, key=lambda kind: (-hazards[kind], kind)) if hazards else None
    when = days(header.published)
    return Signature(header, when.last, frozenset(strong), frozenset(names), hazard)


def _names(words: str | None) -> list[str]:
    return [stem(word) for word in _NAME.findall(words) if word not in _PLAIN] if words else []


def same_story(a: Signature, b: Signature) -> bool:
    """Do two reports tell of one story?"""
    if a.header.event and b.header.event:
        return a.header.event == b.header.event
    if a.header.collection != b.header.collection:
        return False
    if a.day is None or b.day is None:
        gap = NEAR_DAYS
    else:
        gap = abs(a.day - b.day)
    if gap > FAR_DAYS or not a.strong & b.strong:
        return False
    common = len(a.names & b.names)
    share = common / max(1, min(len(a.names), len(b.names)))
    if a.hazard and b.hazard and a.hazard != b.hazard:
        return common >= 4 and share >= 0.6
    if common >= 2 and share >= 0.4:
        return True
    return gap <= NEAR_DAYS and share >= 0.5 and a.hazard is not None and a.hazard == b.hazard


def propose_stories(signatures: Iterable[Signature]) -> dict[str, str]:
    """{report uid: story}, the story named by the uid of its first report; the order of arrival does not matter."""
    items = sorted(signatures, key=lambda s: (s.day or 0, s.header.uid))
    parent = {s.header.uid: s.header.uid for s in items}
    rank = {s.header.uid: i for i, s in enumerate(items)}

    def root(uid: str) -> str:
        while parent[uid] != uid:
            parent[uid] = parent[parent[uid]]
            uid = parent[uid]
        return uid

    def join(a: str, b: str) -> None:
        first, second = sorted((root(a), root(b)), key=rank.__getitem__)
        parent[second] = first

    recent: dict[str, list[Signature]] = defaultdict(list)
    settled: dict[str, str] = {}
    for item in items:
        if item.header.event:
            join(settled.setdefault(item.header.event, item.header.uid), item.header.uid)
        for name in sorted(item.strong):
            held = recent[name]
            for other in held[-NEIGHBOURS:]:
                if (
                    root(other.header.uid) != root(item.header.uid)
                    and same_story(other, item)
                    and _may_join(other, item)
                ):
                    join(other.header.uid, item.header.uid)
            held.append(item)
    return {s.header.uid: root(s.header.uid) for s in items}


def _may_join(a: Signature, b: Signature) -> bool:
    return not (a.header.event or b.header.event) or a.header.event == b.header.event
