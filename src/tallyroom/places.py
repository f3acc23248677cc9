"""Where each figure's event happened: a learned choice among the places that the text names.

Each place named in the figure's sentence, in those before it, in the lead and in the title is an option, and so is none. The weights
are made by `tools/train.py`.
"""

from __future__ import annotations

import collections
import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from tallyroom.document import Document
from tallyroom.edtf import bounds
from tallyroom.lexicon import table
from tallyroom.parses import Parse, Token
from tallyroom.parts import parts_behind
from tallyroom.place_words import PlaceWords, find_place_words, place_lexicon
from tallyroom.places_again import named_before
from tallyroom.readings import Reading
from tallyroom.resolve.nations import nations
from tallyroom.resolve.sources import is_known_body
from tallyroom.runs import STEPS, Option, value_likelihoods
from tallyroom.scope import choice

#: So many places before the figure's sentence are looked at, and so many of the lead.
_BEFORE, _OF_LEAD, _LEAD = 10, 4, 6
#: So many places on either side of a figure, and so many sentences before it, are looked at.
_BESIDE, _LOOK_BACK, _LONGEST_TITLE = 8, 100, 400
_DATELINE = re.compile(r"\s*(?:\([^)]{1,30}\)\s*)?[-–—]")
_COSTS = (("near", 3.0), ("mid", 6.0), ("far", 10.0), ("out", float("inf")))
_NOT_IN_TREE = 14.0
_LONG_AGO_DAYS = 60


def assign_places(document: Document, readings: Sequence[Reading]) -> None:
    """Fill in where each figure's event happened, by what is likeliest together."""
    room = PlacesOfReport(document)
    options = [place_options(room, reading, parts_behind(document, readings, n)) for n, reading in enumerate(readings)]
    steps = [place_steps(room, a, b) for a, b in pairwise(readings)]
    for reading, offered, likely in zip(
        readings, options, value_likelihoods(options, steps, choice("place").score), strict=True
    ):
        key = max(likely, key=lambda k: (likely[k], k))
        reading.places = {room.words(k) if k else "": p for k, p in likely.items()}
        span = offered[key].span
        named = named_before(document, room.of, span) if span is not None else None
        reading.place_span = named or span
        reading.place = document.text[slice(*named)] if named else room.words(key) if key else None


class PlacesOfReport:
    """The words for places of a report, sentence by sentence."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: dict[int, list[PlaceWords]] = {}
        self._spelled: dict[str, str] = {}
        self._sorts: dict[tuple[int, int, int], str] = {}
        self._strong: dict[int, int] = {}
        self._old: dict[int, bool] = {}
        self._before: dict[int, list[tuple[PlaceWords, int]]] = {}

    def of(self, index: int) -> list[PlaceWords]:
        """The places of a sentence; a dateline is none."""
        if index not in self._found:
            text, (start, end) = self.document.text, self.document.spans[index]
            found = [
                p
                for p in find_place_words(text, start, end)
                if not self._is_dateline(index, p) and not (" " in p.key and is_known_body(p.key))
            ]
            self._found[index] = found
            for place in found:
                self._spelled.setdefault(place.key, text[place.start : place.end])
        return self._found[index]

    def sort(self, index: int, place: PlaceWords) -> str:
        """What sort of place it is; the engine's names are asked only where they are known."""
        key = (index, place.start, place.end)
        if key not in self._sorts:
            self._sorts[key] = _sort(place, self.document.known_name(index, place.start))
        return self._sorts[key]

    def strong(self, index: int) -> int:
        """How many places of a sentence are sure to be places."""
        if index not in self._strong:
            self._strong[index] = sum(1 for p in self.of(index) if self.sort(index, p) in _STRONG)
        return self._strong[index]

    def near(self, index: int, offset: int) -> list[PlaceWords]:
        """The places of a sentence next to a character, so many on either side."""
        found = self.of(index)
        at = bisect_left(found, offset, key=lambda p: p.start)
        return found[max(0, at - _BESIDE) : at + _BESIDE]

    def _is_dateline(self, index: int, place: PlaceWords) -> bool:
        if index > 1 or place.lead not in ("", "label"):
            return False
        return bool(_DATELINE.match(self.document.text, place.end))

    def words(self, key: str) -> str:
        """How the report spells a place."""
        return self._spelled[key]

    def is_old(self, index: int) -> bool:
        """Whether a sentence tells of a time long ago."""
        if index not in self._old:
            self._old[index] = self._is_old(index)
        return self._old[index]

    def _is_old(self, index: int) -> bool:
        today = bounds(self.document.published or "")
        if not today or today[1] is None:
            return False
        for words in self.document.times[index]:
            told = bounds(words.value or "")
            if told and (day := told[1] or told[0]) is not None and (today[1] - day).days > _LONG_AGO_DAYS:
                return True
        return False

    @cached_property
    def title(self) -> list[PlaceWords]:
        """The places of the title."""
        title = (self.document.report.title or "")[:_LONGEST_TITLE]
        found = find_place_words(title, 0, len(title))
        for place in found:
            self._spelled.setdefault(place.key, title[place.start : place.end])
        return found

    @cached_property
    def lead(self) -> list[tuple[int, PlaceWords]]:
        """The first places of the report, with their sentences."""
        found = [(index, p) for index in range(min(_LEAD, len(self.document.spans))) for p in self.of(index)]
        return [pair for pair in found if self.sort(*pair) in _STRONG][:_OF_LEAD] or found[:_OF_LEAD]

    @cached_property
    def frequency(self) -> collections.Counter[str]:
        """How often each name is told in the report's first sentences and its title."""
        every = [p for index in range(len(self.document.spans)) for p in self.of(index)]
        return collections.Counter(word for p in [*every, *self.title] for word in set(p.key.split()))

    @cached_property
    def most(self) -> int:
        """How often the name told most is told."""
        return max(self.frequency.values(), default=0)

    @cached_property
    def led(self) -> collections.Counter[str]:
        """How often words that lead to a place stand before it."""
        every = [p for index in range(len(self.document.spans)) for p in self.of(index)]
        return collections.Counter(
            p.key for p in every if p.lead in ("in", "at", "near", "on", "verb", "off", "from", "to", "into")
        )

    def before(self, index: int) -> list[tuple[PlaceWords, int]]:
        """The places told before a sentence, nearest first, each once, with how many sentences lie between."""
        if index not in self._before:
            self._before[index] = self._told_before(index)
        return self._before[index]

    def _told_before(self, index: int) -> list[tuple[PlaceWords, int]]:
        found: dict[str, tuple[PlaceWords, int]] = {}
        for earlier in range(index - 1, max(-1, index - 1 - _LOOK_BACK), -1):
            for place in reversed(self.of(earlier)):
                found.setdefault(place.key, (place, index - earlier))
            if len(found) >= _BEFORE:
                break
        return list(found.values())[:_BEFORE]


def place_steps(room: PlacesOfReport, last: Reading, reading: Reading) -> dict[str, dict[str, float]]:
    """What is seen of each step from one figure to the next."""
    gap = min(3, reading.sentence - last.sentence)
    own = min(2, room.strong(reading.sentence))
    between = 0
    if not gap:
        between = sum(
            1 for p in room.near(reading.sentence, reading.start) if last.end <= p.start and p.end <= reading.start
        )
    paragraphs = room.document.paragraphs
    same = paragraphs[reading.sentence] == paragraphs[last.sentence]
    seen = (
        "any", f"gap {gap} own {own}", f"gap {gap} paragraph {same}", f"between {min(2, between)} gap {min(1, gap)} own {own}",
        f"{reading.aggregation}", f"gap {min(1, gap)} measure {reading.measure == last.measure}",
        f"{reading.measure}", f"polarity {reading.polarity == last.polarity} {reading.polarity}",
    )  # fmt: skip
    return {step: {f"{step} {each}": 1.0 for each in seen} for step in STEPS}


# --- the options and what is seen of each ------------------------------------------------------------------------------------


def place_options(room: PlacesOfReport, reading: Reading, parts: tuple[int, int] = (0, 0)) -> dict[str, Option]:
    """key → option for one figure; the empty key, for no place, is always there. Places told among its `parts` are theirs."""
    scene = _Scene(room, reading, parts)
    options: dict[str, Option] = {}
    for place, seen in (*_own(scene), *_earlier(scene), *_leading(scene), *_titled(scene)):
        in_text = seen[0] != "title"
        option = options.setdefault(place.key, Option((place.start, place.end) if in_text else None))
        option.seen.update(dict.fromkeys(_features(scene, place, seen), 1.0))
    words_of = {key: frozenset(key.split()) for key in options}
    for key, option in options.items():
        option.seen.update(dict.fromkeys(_beside(scene, key, words_of, option.seen), 1.0))
    options[""] = Option(None, dict.fromkeys(_none_features(scene), 1.0))
    return options


class _Scene:
    """What all options of one figure share."""

    def __init__(self, room: PlacesOfReport, reading: Reading, parts: tuple[int, int]) -> None:
        self.room, self.reading = room, reading
        self.parse = room.document.parse(reading.sentence)
        self.figure = reading.counting.anchor or reading.counting.numeral
        self.verb = _governor(self.figure) if self.figure else None
        self.own = room.near(reading.sentence, reading.start)
        strong = room.strong(reading.sentence)
        if any(parts):
            self.own = [place for place in self.own if not parts[0] <= place.start < parts[1]]
            strong = sum(room.sort(reading.sentence, place) in _STRONG for place in self.own)
        self.sure = min(2, strong)
        self.old = room.is_old(reading.sentence)
        self.before = room.before(reading.sentence)
        self.people = _nations_of(reading)


def _nations_of(reading: Reading) -> frozenset[str]:
    """The countries whose adjective stands at the counted noun."""
    noun = reading.counting.noun
    if noun is None:
        return frozenset()
    words = " ".join(t.text for t in (*noun.kids("adjective", "compound"), noun))
    return frozenset(nations(words))


def _sort(place: PlaceWords, kinds: str) -> str:
    """What sort of place, and so how likely one where something happens."""
    if place.kind in ("country", "adverb"):
        return place.kind
    for sort in ("bodies", "vehicles", "generic"):
        if place.noun in place_lexicon("nouns", sort) and (sort == "bodies" or not place.names):
            return sort
    if place.kind == "noun":
        return "site"
    if place.kind == "named noun":
        return "named"
    # The engine takes many a small town for a person or a body; "in" and the like know better.
    if place.lead in _SURE_LEADS:
        return "name"
    if kinds in ("person", "organisation"):
        return kinds
    return "loose name" if place.lead in _LOOSE_LEADS else "name"


_SURE_LEADS = frozenset(("in", "at", "near", "off", "outside", "across", "around"))
_LOOSE_LEADS = frozenset(("", "no", "of", "for", "and", "as", "label", "to"))
_STRONG = ("country", "named", "name")
_Seen = tuple[PlaceWords, list[str]]


def _own(scene: _Scene) -> Iterator[_Seen]:
    """The places of the figure's own sentence, nearest through the grammar first."""
    reading = scene.reading
    heads = [_head(scene.parse, p) for p in scene.own]
    costs = [_cost(scene, head, p) for head, p in zip(heads, scene.own, strict=True)]
    order = sorted(range(len(scene.own)), key=lambda n: costs[n])
    after = next((p for p in scene.own if p.start >= reading.end), None)
    before = next((p for p in reversed(scene.own) if p.end <= reading.start), None)
    quantities = [q.start for q in scene.room.document.quantities[reading.sentence]]
    ranks: collections.Counter[bool] = collections.Counter()
    for n in order:
        place, head = scene.own[n], heads[n]
        sort = scene.room.sort(reading.sentence, place)
        rank = ranks[sort in _STRONG]
        ranks[sort in _STRONG] += 1
        far = next(name for name, limit in _COSTS if costs[n] < limit)
        side = "before" if place.end <= reading.start else "after" if place.start >= reading.end else "within"
        low, high = sorted((place.start, reading.start))
        others = min(2, bisect_left(quantities, high) - bisect_right(quantities, low))
        next_to = place is after or place is before
        alone = scene.sure - (sort in _STRONG) == 0
        seen = [
            "own", sort, f"own rank {min(rank, 2)} {far}", f"own alone {alone} {far}", f"own {side} others {others}",
            f"own {side} next {next_to} alone {alone}", f"own {side} lead {place.lead}", f"own {side} {far}",
        ]  # fmt: skip
        if head is not None:
            verb = _governor(head)
            saying = verb is not None and verb.lemma in _saying()
            holder = head.head.head if head.head.rel == "preposition" else head.head
            attached = scene.figure is not None and holder in (
                scene.figure,
                reading.counting.noun,
                reading.counting.numeral,
            )
            relation = (
                "none" if verb is None else "same" if verb is scene.verb
                else "above" if scene.verb is not None and verb in scene.verb.ancestors()
                else "below" if scene.verb is not None and scene.verb in verb.ancestors() else "beside"
            )  # fmt: skip
            seen += [
                f"own attached {attached} {side}", f"own verb {relation} saying {saying}", f"own verb {relation} {side} {place.lead}",
                f"own entity {head.entity} {sort}", f"own held by {holder.pos} {relation}", f"own relation {head.rel}",
            ]  # fmt: skip
            if place.lead in ("to", "into", "from", "at", "in"):
                seen.append(f"own moved {place.lead} {reading.measure}")
        yield place, seen


def _earlier(scene: _Scene) -> Iterator[_Seen]:
    paragraphs, index = scene.room.document.paragraphs, scene.reading.sentence
    own = scene.sure
    ranks: collections.Counter[bool] = collections.Counter()
    for place, gap in scene.before:
        sort = scene.room.sort(index - gap, place)
        nth = min(ranks[sort in _STRONG], 4)
        ranks[sort in _STRONG] += 1
        same = paragraphs[index] == paragraphs[index - gap]
        yield (
            place,
            [
                "before", sort, f"before rank {nth} own {own}", f"before gap {min(gap, 4)} own {own}", f"before paragraph {same} rank {nth}",
                f"before paragraph {same} own {own}", f"before lead {place.lead}", f"before old {scene.old} {scene.room.is_old(index - gap)} own {own}",
                f"before rank {nth} gap {min(gap, 4)}",
            ],
        )  # fmt: skip


def _leading(scene: _Scene) -> Iterator[_Seen]:
    ranks: collections.Counter[bool] = collections.Counter()
    for index, place in scene.room.lead:
        sort = scene.room.sort(index, place)
        nth = ranks[sort in _STRONG]
        ranks[sort in _STRONG] += 1
        if place.end <= scene.parse.start:
            yield (
                place,
                [
                    "lead",
                    sort,
                    f"lead rank {nth} own {scene.sure}",
                    f"lead {place.lead} first {index == 0}",
                    f"lead old {scene.old} own {scene.sure}",
                ],
            )


def _titled(scene: _Scene) -> Iterator[_Seen]:
    for place in scene.room.title:
        yield place, ["title", scene.room.sort(-1, place), f"title own {scene.sure} before {min(2, len(scene.before))}"]


def _features(scene: _Scene, place: PlaceWords, seen: list[str]) -> Iterator[str]:
    reading, where, sort = scene.reading, seen[0], seen[1]
    kind = reading.aggregation
    yield where
    yield f"{where} {sort}"
    for each in seen[2:]:
        yield each
        yield f"{each} {sort}"
    yield from (
        f"{where} {sort} {kind}", f"{where} {sort} {reading.measure}", f"{where} {place.lead}", f"{where} {sort} {place.lead}",
        f"{where} {kind}", f"{where} {reading.measure}", f"{where} polarity {reading.polarity}", f"{where} names {min(3, place.names)}",
    )  # fmt: skip
    if place.noun:
        yield from (
            f"noun {place.noun}",
            f"{where} article {place.article}",
            f"{where} {sort} article {place.article} {place.lead}",
        )
        if not place.names:
            yield f"bare noun {place.noun} {where}"


def _beside(scene: _Scene, key: str, words_of: Mapping[str, frozenset[str]], seen: Container[str]) -> Iterator[str]:
    """How a place stands to the others and to the report."""
    words = words_of[key]
    frequency = scene.room.frequency
    often = max((frequency[w] for w in words), default=0)
    most = scene.room.most
    yield f"told {min(5, often)}"
    yield f"told most {often >= most}"
    if any(map(words.__gt__, words_of.values())):
        yield "holds another"
    if any(map(words.__lt__, words_of.values())):
        yield "within another"
    if scene.people and scene.people & set(nations(scene.room.words(key))):
        yield f"of the people counted {scene.reading.measure == 'deployed'}"
    led = scene.room.led[key]
    for where in ("own", "before", "lead", "title"):
        if where in seen:
            yield f"{where} told {min(4, often)}"
            yield f"{where} led {min(3, led)}"


def _none_features(scene: _Scene) -> Iterator[str]:
    reading = scene.reading
    kind = reading.aggregation
    own, before = scene.sure, min(3, len(scene.before))
    yield from (
        "none", f"none {kind}", f"none {reading.measure}", f"none own {own} before {before}", f"none polarity {reading.polarity}",
        f"none {reading.measure} own {own}", f"none {kind} own {own}", f"none unit {reading.unit == 'people'}",
        f"none title {min(2, len(scene.room.title))}", f"none old {scene.old} own {own}", f"none relation {reading.counting.relation}",
    )  # fmt: skip


# --- words and tree ----------------------------------------------------------------------------------------------------


def _head(parse: Parse, place: PlaceWords) -> Token | None:
    """The head of the words for a place."""
    tokens = parse.between(place.start, place.end)
    inside = {id(t) for t in tokens}
    return next((t for t in tokens if id(t.head) not in inside or t.head is t), None)


def _governor(token: Token) -> Token | None:
    return next((t for t in token.ancestors() if t.pos == "verb"), None)


def _cost(scene: _Scene, head: Token | None, place: PlaceWords) -> float:
    """How far a place stands from the figure: steps in the tree, dear across verbs."""
    if head is None or scene.figure is None:
        return _NOT_IN_TREE
    mine, theirs = [scene.figure, *scene.figure.ancestors()], [head, *head.ancestors()]
    depth = {id(t): n for n, t in enumerate(theirs)}
    up = next((n for n, t in enumerate(mine) if id(t) in depth), len(mine))
    down = depth[id(mine[up])] if up < len(mine) else len(theirs)
    crossed = sum(1 for t in mine[:up] if t.pos == "verb") + sum(1 for t in theirs[:down] if t.pos == "verb")
    return (
        0.5 * up + 0.5 * down + 1.5 * crossed + 0.005 * abs(place.start - scene.reading.start) + 4 * (up == len(mine))
    )


def _saying() -> frozenset[str]:
    return frozenset(table("times.toml")["verbs"]["saying"])
