"""Which reports tell of the same story: names that two reports share, close in time; a person's events and collections stand above."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tallyroom.letters import with_all_capitals
from tallyroom.lexicon import lines, table
from tallyroom.resolve.nations import begins_with_a_given_name, nation_spans
from tallyroom.resolve.places import PROVINCE, resolve_place, towns
from tallyroom.series.records import ReportHeader, SeriesClaim
from tallyroom.series.times import days
from tallyroom.series.words import stem

#: Reports of one story follow one another within so many days, by how much they share.
NEAR_DAYS, MONTH_DAYS, FAR_DAYS = 14, 45, 130
#: A look-back that counts what happened in the same days may follow so many days later.
LOOK_BACK_DAYS = 800
#: So many days after what happened on one day at one place, reports of it may share little else.
SOON = 7
#: A report is held against so many neighbours in time for each of its names, which keeps large ledgers linear.
NEIGHBOURS = 12
#: The names that tell what a report is about stand in its beginning.
BEGINNING = 4000
#: Countries are named by reports of many stories: a country shared says half of what a town or a person says.
COUNTRY = 0.5

#: What is long past is told for comparison, unless so many figures of a report tell of it.
LOOKS_BACK = 3
#: Of the names of the report with fewer of them, so much is shared by one that looks back.
LOOKED_BACK_SHARE = 0.4
#: Days that tell when something happened are no more than so many.
TOLD_DAYS = 31
#: What two reports share beside a number: a name and a country.
ALSO_SHARED = 1.5
#: In a town of so many inhabitants there may be two stories of one kind at one time.
BIG_TOWN = 100_000

#: Names in a row: "Democratic Republic of the Congo", "U.S. Coast Guard".
_REST = with_all_capitals(r"(?:\.(?:[A-Z]\.)*|[^\W_]*(?:[-’'][^\W_]+)*)")
_WORD = with_all_capitals("[A-Z]") + _REST
#: A set of letters in front is looked for far faster than what must not stand before them.
_RUN = re.compile(with_all_capitals(rf"[A-Z](?<!\w.){_REST}(?:[ \n](?:(?:of|the|and|for) )*{_WORD})*"))
_NAME = re.compile(with_all_capitals(r"[A-Z][^\W\d_]{2,}"))
_PLACE_NAME = re.compile(with_all_capitals(r"[A-Z][\w’'-]+(?: (?:(?:de|la|el|al|of|the) )*[A-Z][\w’'-]+)*"))
_LOWER_WORD = re.compile(r"[a-z]+")
_SENTENCE_BEGINS = re.compile(r"(?:[.!?\n:;(\[\"“”'‘—–-]\W*|^\W*)$")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a report is about, as far as telling stories apart needs it; countries stand as "n:xx", capitals beside them as "c:name"."""

    header: ReportHeader
    day: int | None
    #: Names of places and populations of its figures.
    strong: frozenset[str]
    #: Those and the names of its sources, and those that its text tells inside a sentence.
    names: frozenset[str]
    hazard: str | None
    #: Of the places of its figures those that little else happens in: a town that is not big, or that no list of towns has.
    seats: frozenset[str] = frozenset()
    #: Of the same places those that may have two stories of one kind in a week, as `strong` has them.
    cities: frozenset[str] = frozenset()
    #: Its numbers with two digits that count or more, each with its measure: "killed 412".
    counts: frozenset[str] = frozenset()
    #: The first and the last day of most of what it counts, where it names days.
    told: tuple[int, int] | None = None
    #: The kinds of events that it tells of at least half as often as of its hazard, which is one of them.
    hazards: frozenset[str] = frozenset()

    def tells_of(self, kind: str | None) -> bool:
        """Is a kind of event, or one that may be told as it, what this is about or much about?"""
        return kind is not None and (
            kind in self.hazards or kind == self.hazard or (self.hazard, kind) in _told_alike()
        )


@lru_cache(maxsize=1)
def _hazards() -> dict[str, str]:
    return {word: kind for kind, words in table("series.toml")["events"].items() for word in words}


@lru_cache(maxsize=1)
def _no_events() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((phrase, re.compile(rf"\b{phrase}\b")) for phrase in table("series.toml")["event_phrases"]["none"])


def _without_no_events(text: str) -> str:
    """A text without the phrases whose words tell of no event."""
    for phrase, pattern in _no_events():
        if phrase in text:
            text = pattern.sub(" ", text)
    return text


@lru_cache(maxsize=1)
def _told_alike() -> frozenset[tuple[str, str]]:
    pairs = table("series.toml")["event_phrases"]["alike"]
    return frozenset(pair for a, b in pairs for pair in ((a, b), (b, a)))


@lru_cache(maxsize=1)
def _frequent() -> frozenset[str]:
    """Kinds of events of which a big town, or a country, has several in a fortnight."""
    return frozenset(table("series.toml")["event_phrases"]["frequent"])


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    """Words with a capital letter that do not tell one story from another."""
    return frozenset(
        (*table("series.toml")["plain_names"]["words"], *lines("sentence_openers.txt"), *map(str.title, _hazards()))
    )


def signature(header: ReportHeader, claims: Sequence[SeriesClaim]) -> Signature:
    """The signature of a report from its claims, title and, where at hand, text."""
    strong: set[str] = set()
    names: set[str] = set()
    seats: set[str] = set()
    cities: set[str] = set()
    counts: set[str] = set()
    spans: list[tuple[int, int]] = []
    published = days(header.published).first
    long_past = Counter(
        claim.figure.event_time for claim in claims if _is_long_past(claim.figure.event_time, published)
    )
    for claim in claims:
        figure = claim.figure
        if 0 < long_past[figure.event_time] < LOOKS_BACK:
            continue
        value = figure.best
        if value is not None and len(str(int(value)).rstrip("0")) > 1 and figure.unit == "people":
            counts.add(f"{figure.measure} {value:g}")
        first, last = days(figure.event_time)
        if first is not None and last is not None and last - first <= TOLD_DAYS:
            spans.append((first, last))
        if figure.place:
            small, big = _towns_in(figure.place)
            seats.update(small)
            cities.update(big)
            strong.update(big)
            if country := _country_of_a_part(figure.place):
                names.add(f"n:{country}")
        for words in (figure.place, figure.population):
            strong.update(_names_in(words))
        names.update(_names_in(figure.source))
    names |= strong
    text = (header.text or "")[:BEGINNING]
    told = set(_names_of_text(text))
    names |= told
    title = header.title or ""
    names.update(name for name in _names_in(title) if not text or name in told or name.startswith("n:"))
    known = _hazards()
    told_words = _LOWER_WORD.findall(_without_no_events(f"{title} {title} {text}".lower()))
    hazards = Counter(known[word] for word in told_words if word in known)
    hazard = min(hazards, key=lambda kind: (-hazards[kind], kind)) if hazards else None
    return Signature(
        header, days(header.published).last, frozenset(strong), frozenset(names), hazard, frozenset(seats), frozenset(cities),
        frozenset(counts), _most_told(spans), frozenset(kind for kind in hazards if hazards[kind] * 2 >= hazards[hazard or ""]),
    )  # fmt: skip


def _most_told(spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The days that at least half of the dated figures tell of."""
    if not spans:
        return None
    counted = Counter(spans)
    span = min(counted, key=lambda one: (-counted[one], one))
    return span if counted[span] * 2 >= len(spans) else None


def _is_long_past(event_time: str | None, published: int | None) -> bool:
    """Is something counted that ended long before the report, told for comparison?"""
    ended = days(event_time).last
    return ended is not None and published is not None and ended < published - FAR_DAYS


@lru_cache(maxsize=8192)
def _country_of_a_part(words: str) -> str:
    """The country of a province, which a report on it need not name."""
    place = resolve_place(words)
    return (place.country or "") if place.where_prec == PROVINCE else ""


@lru_cache(maxsize=8192)
def _towns_in(words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the small or unlisted places that the words of a place name, in small letters; the stems of big towns)."""
    small: list[str] = []
    big: list[str] = []
    for match in _PLACE_NAME.finditer(words):
        name = " ".join(word for word in match.group().split() if word not in _plain())
        spans = nation_spans(name)
        if spans and all(span.capital for span in spans):  # where something happened it is the town, and no government
            big.extend(f"c:{stem(word)}" for word in _NAME.findall(name))
        if not name or spans:
            continue
        known = towns(name)
        if known and known[0].people >= BIG_TOWN:
            big.extend(map(stem, _NAME.findall(name)))
        elif known or resolve_place(name).method == "unknown":
            small.append(name.lower())
    return tuple(small), tuple(big)


def _names_in(words: str | None) -> tuple[str, ...]:
    """The names in a few words: any with a capital letter."""
    return _names_of_run(words, False) if words else ()


def _names_of_text(text: str) -> Iterator[str]:
    """The countries of a text, and the names that stand inside its sentences, where a capital letter means a name."""
    for match in _RUN.finditer(text):
        start = match.start()
        goes_on = start > 1 and text[start - 1] == " " and text[start - 2].isalnum()
        begins = not goes_on and _SENTENCE_BEGINS.search(text[max(0, start - 4) : start]) is not None
        yield from _names_of_run(match.group(), begins)


@lru_cache(maxsize=32768)
def _names_of_run(words: str, begins: bool) -> tuple[str, ...]:
    """The countries and names in some words; the first of a sentence may be any word."""
    spans = [span for span in nation_spans(words) if not begins_with_a_given_name(words[span.start :])]
    found = [f"n:{span.codes[0]}" for span in spans if len(span.codes) == 1]
    for match in _NAME.finditer(words):
        start = match.start()
        named = any(span.start <= start < span.end for span in spans)
        if not named and not (begins and start == 0) and match.group() not in _plain():
            found.append(stem(match.group()))
    return tuple(dict.fromkeys(found))


def _weight(names: Iterable[str]) -> float:
    weights = {"n:": COUNTRY, "c:": 0.0}
    return sum(weights.get(name[:2], 1.0) for name in names)


def same_story(a: Signature, b: Signature) -> bool:
    """Do two reports tell of one story?

    What one counts, or where, must be named by the other. The closer in time and the more alike in what happened, the
    less else must be shared.
    """
    if a.header.event and b.header.event:
        return a.header.event == b.header.event
    if a.header.collection != b.header.collection:
        return False
    if a.strong.isdisjoint(b.names) and b.strong.isdisjoint(a.names):
        return False
    gap = NEAR_DAYS if a.day is None or b.day is None else abs(a.day - b.day)
    if gap > LOOK_BACK_DAYS:
        return False
    is_far = gap > FAR_DAYS
    if is_far and not _same_days(a, b):
        return _looks_back(a, b)
    if gap > NEAR_DAYS and _same_days(a, b):
        gap = NEAR_DAYS
    shared = _weight(a.names & b.names)
    if gap > MONTH_DAYS and shared < ALSO_SHARED and not _on_one_day(a, b):
        return False
    counted = (a.strong & b.names) | (b.strong & a.names)

    def share() -> float:
        return shared / max(1.5, min(_weight(a.names), _weight(b.names)))

    countries = {name for name in counted if name.startswith("n:")}
    exact = len(counted) > len(countries)
    alike = a.tells_of(b.hazard) or b.tells_of(a.hazard)
    may_be_one = alike or not (a.hazard and b.hazard)
    if alike and countries and a.hazard not in _frequent() and _on_one_day(a, b):
        return True
    if _on_one_day(a, b) and ((alike and exact) or (countries and _share_counts(a, b))):
        return True
    if is_far:
        return may_be_one and exact and shared >= LOOKS_BACK and share() >= 0.3
    if may_be_one and exact and gap <= SOON and _on_one_day(a, b):
        return True
    if may_be_one and shared >= ALSO_SHARED and _share_counts(a, b):
        return True
    in_a_city = a.hazard in _frequent() and counted <= countries | a.cities | b.cities
    told_there = exact and (shared >= 2 or not in_a_city)
    if gap <= NEAR_DAYS:
        if a.seats & b.seats and (alike or a.hazard is None or b.hazard is None):
            return True
        if alike and (told_there or _only_country(a, b, shared)):
            return True
        if (exact and shared >= 2 and share() >= 0.25) or (len(countries) > 1 and share() >= 0.3):
            return True
    if alike and told_there and gap <= MONTH_DAYS and share() >= 0.2:
        return True
    return (shared >= 2.5 and share() >= 0.4) or (len(countries) > 1 and shared >= 2 and share() >= 0.3)


def _looks_back(a: Signature, b: Signature) -> bool:
    """Does a report published long after another tell of the same: of one war between two countries, or of what happened at one
    place to the same people?"""
    tell_other_days = a.told and b.told and not _same_days(a, b)
    if (a.hazard != b.hazard and a.hazard and b.hazard) or tell_other_days:
        return False
    shared, counted = a.names & b.names, a.strong & b.strong
    sides = {name for name in counted if name.startswith("n:")}
    if len(sides) > 1:
        return _weight(shared) > COUNTRY * len(sides)
    is_exact = len(counted) > len(sides)
    least = min(_weight(a.names), _weight(b.names))
    return (
        is_exact
        and bool(a.hazard)
        and a.hazard == b.hazard
        and _weight(shared) >= max(LOOKS_BACK, LOOKED_BACK_SHARE * least)
    )


def _share_counts(a: Signature, b: Signature) -> bool:
    """Do two reports share a number of three digits that count, or two numbers of two?"""
    shared = a.counts & b.counts
    return len(shared) > 1 or any(len(count.rpartition(" ")[2].rstrip("0")) > 2 for count in shared)


def _same_days(a: Signature, b: Signature) -> bool:
    """Do two reports count what happened in the same days, though one was published long after?"""
    return a.told is not None and b.told is not None and a.told[0] <= b.told[1] and b.told[0] <= a.told[1]


def _on_one_day(a: Signature, b: Signature) -> bool:
    """Do two reports count what happened on one and the same day?"""
    return a.told is not None and a.told == b.told and a.told[0] == a.told[1]


def _only_country(a: Signature, b: Signature, shared: float) -> bool:
    """Do both count in one country, one of them without a more exact place? Of the other it is the only country named.

    Of a kind that a country has often, such as attacks, they must share another name.
    """

    def less_exact(one: Signature, other: Signature) -> bool:
        if not one.strong or any(not name.startswith("n:") for name in one.strong):
            return False
        return bool(one.strong & other.strong) or one.strong == {name for name in other.names if name.startswith("n:")}

    return (less_exact(a, b) or less_exact(b, a)) and (a.hazard not in _frequent() or shared > 1)


def propose_stories(signatures: Iterable[Signature]) -> dict[str, str]:
    """{report uid: story}, the story named by the uid of its first report; the order of arrival does not matter."""
    return stories_in_order(sorted(signatures, key=lambda s: (s.day or 0, s.header.uid)))


def stories_in_order(signatures: Iterable[Signature]) -> dict[str, str]:
    """The same for signatures that come by day and uid, each report once: of them only the neighbours last seen are held."""
    parent: dict[str, str] = {}
    rank: dict[str, int] = {}

    def root(uid: str) -> str:
        while parent[uid] != uid:
            parent[uid] = parent[parent[uid]]
            uid = parent[uid]
        return uid

    def join(a: str, b: str) -> None:
        first, second = sorted((root(a), root(b)), key=rank.__getitem__)
        parent[second] = first

    counting: dict[str, deque[Signature]] = defaultdict(lambda: deque(maxlen=NEIGHBOURS))
    naming: dict[str, deque[Signature]] = defaultdict(lambda: deque(maxlen=NEIGHBOURS))
    happening: dict[str, deque[Signature]] = defaultdict(lambda: deque(maxlen=NEIGHBOURS))
    settled: dict[str, str] = {}
    swept = 0
    for item in signatures:
        uid = item.header.uid
        if item.day is not None and item.day - swept > LOOK_BACK_DAYS:
            swept = item.day
            _forget_the_old(counting, swept)
            _forget_the_old(naming, swept)
            _forget_the_old(happening, swept)
        parent[uid], rank[uid] = uid, len(rank)
        if item.header.event:
            join(settled.setdefault(item.header.event, uid), uid)
        held = [counting[name] for name in sorted(item.names)] + [naming[name] for name in sorted(item.strong)]
        event = f"{item.hazard} {item.told[0]}" if item.hazard and item.told and item.told[0] == item.told[1] else ""
        if event:
            held.append(happening[event])
        mine = root(uid)
        tried: set[str] = set()
        too_long_ago = 0 if item.day is None or item.header.event else item.day - LOOK_BACK_DAYS
        for own in held:
            for other in own:
                day = other.day
                if day is not None and day < too_long_ago:
                    continue
                if other.header.uid in tried:
                    continue
                tried.add(other.header.uid)
                if root(other.header.uid) != mine and _may_join(other, item) and same_story(other, item):
                    join(other.header.uid, uid)
                    mine = root(uid)
        for name in item.strong:
            counting[name].append(item)
        for name in item.names:
            naming[name].append(item)
        if event:
            happening[event].append(item)
    return {uid: root(uid) for uid in parent}


def _forget_the_old(held: dict[str, deque[Signature]], day: int) -> None:
    """Drop the names that were last told of too long ago for any later report to be held against who told of them."""
    for name in [
        name for name, own in held.items() if all(one.day is not None and day - one.day > LOOK_BACK_DAYS for one in own)
    ]:
        del held[name]


def _may_join(a: Signature, b: Signature) -> bool:
    return not (a.header.event or b.header.event) or a.header.event == b.header.event
