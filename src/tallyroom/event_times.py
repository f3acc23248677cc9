"""When each figure's event happened, and when its source said so: a learned choice among the times that the text tells.

Each time told in the figure's sentence, in those before it and in the lead is an option in up to three forms: as told, open towards
the past ("../2020-03-04", for a running total) and going on until the publication ("2020-03-04/2020-03-09", for a state). No time
at all is an option too. The weights are made by `tools/train.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from tallyroom.document import Document
from tallyroom.edtf import bounds, is_edtf
from tallyroom.grammar import lemma
from tallyroom.lexicon import table
from tallyroom.model import Span
from tallyroom.parses import Parse, Token
from tallyroom.runs import STEPS, Option, value_likelihoods
from tallyroom.scope import choice
from tallyroom.times import TimeWords


@dataclass(frozen=True, slots=True)
class TimedReading:
    """What is known of a figure when its times are sought."""

    start: int
    end: int
    sentence: int
    measure: str
    aggregation: str
    polarity: str = "stated"
    #: The words that attribute it ("said", "according to") and those that name its origin.
    cue: Span | None = None
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The two times of a figure, each EDTF with the words it was read from."""

    event_time: str | None = None
    event_span: Span | None = None
    said_at: str | None = None
    said_span: Span | None = None
    #: EDTF of the event, or "" for none → probability.
    event_times: Mapping[str, float] = field(default_factory=dict)


_NO_TIMES = Times()
_EVENT_KINDS = frozenset(("point", "span", "since", "until", "so_far", "as_of"))
#: So many times before the figure's sentence are looked at, and so many of the lead.
_BEFORE, _OF_LEAD, _LEAD = 8, 3, 12


def assign_times(document: Document, readings: Sequence[TimedReading]) -> list[Times]:
    """The times of each reading, in text order: those that are likeliest together, for a report dwells on one event."""
    if not document.published or not readings:
        return [_NO_TIMES] * len(readings)
    room = TimesOfReport(document)
    options = [time_options(room, reading) for reading in readings]
    steps = [times_steps(a, b) for a, b in pairwise(readings)]
    found: list[Times] = []
    for reading, offered, likely in zip(
        readings, options, value_likelihoods(options, steps, choice("event_time").score), strict=True
    ):
        value = max(likely, key=lambda v: (likely[v], v))
        said = _said_words(room, reading)
        found.append(
            Times(
                event_time=value or None, event_span=offered[value].span,
                said_at=said.value if said else None, said_span=(said.start, said.end) if said else None, event_times=likely,
            )
        )  # fmt: skip
    return found


def times_steps(last: TimedReading, reading: TimedReading) -> dict[str, dict[str, float]]:
    """What is seen of each step from one figure to the next."""
    kind, gap = reading.aggregation, min(3, reading.sentence - last.sentence)
    alike = f"kind {kind == last.aggregation} measure {reading.measure == last.measure}"
    seen = (f"{kind} after {last.aggregation}", f"gap {gap}", alike, f"{alike} gap {min(gap, 1)}")
    return {step: {f"{step} {each}": 1.0 for each in seen} for step in STEPS}


class TimesOfReport:
    """The words for time of a report, sentence by sentence."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.published = document.published or ""
        self.today = self.published[:10]
        self._before: dict[int, list[tuple[TimeWords, int]]] = {}

    def times(self, index: int) -> list[TimeWords]:
        return self.document.times[index]

    def dated(self, index: int) -> list[TimeWords]:
        """The times of a sentence that can date an event."""
        return [w for w in self.document.times[index] if w.value and w.grain != "clock" and w.kind in _EVENT_KINDS]

    def before(self, index: int) -> list[tuple[TimeWords, int]]:
        """The times told before a sentence, nearest first, each value once, with how many sentences lie between."""
        if index not in self._before:
            self._before[index] = self._told_before(index)
        return self._before[index]

    @cached_property
    def _dating(self) -> list[int]:
        """The sentences that hold a time that can date an event."""
        return [index for index in range(len(self.document.times)) if self.dated(index)]

    def _told_before(self, index: int) -> list[tuple[TimeWords, int]]:
        found: dict[str, tuple[TimeWords, int]] = {}
        looked_at = 0
        for earlier in reversed(self._dating[: bisect_left(self._dating, index)]):
            for words in reversed(self.dated(earlier)):
                looked_at += 1
                found.setdefault(words.value or "", (words, index - earlier))
            if looked_at >= _BEFORE:
                break
        return list(found.values())[:_BEFORE]

    @cached_property
    def lead(self) -> list[TimeWords]:
        """The first times of the report."""
        return [w for index in range(min(_LEAD, len(self.document.times))) for w in self.dated(index)][:_OF_LEAD]

    @cached_property
    def goes_on(self) -> bool:
        """Whether the report is on something that goes on for days: an epidemic, a war."""
        text = self.document.text
        going_on = sum(1 for _ in _any_noun("continuing").finditer(text))
        sudden = sum(1 for _ in _any_noun("sudden").finditer(text))
        return going_on >= _CONTINUING_MENTIONS and going_on > sudden

    @cached_property
    def one_event(self) -> str | None:
        """The date of the one sudden event that a report is about: "Friday's earthquake", "the fire on Aug. 8"."""
        if self.goes_on:
            return None
        for words in (w for index in range(min(_LEAD, len(self.document.times))) for w in self.dated(index)):
            if words.kind == "point" and words.grain == "day" and dates_event(self.document.text, words):
                return None if self.age(words) < 0 else words.value
        return None

    def age(self, words: TimeWords) -> int:
        """Days from the time told to the publication; negative for what is to come."""
        told, today = bounds(words.value or ""), bounds(self.published)
        if not told or not today or today[1] is None or (day := told[0] or told[1]) is None:
            return 0
        return (today[1] - day).days

    def verb_of(self, index: int, words: TimeWords) -> Token | None:
        """The verb that the words for time hang on, or the noun or preposition of saying below it."""
        token = _token_of(self.document.parse(index), words.start, words.end)
        return _governor(token) if token else None

    def is_said(self, index: int, words: TimeWords) -> bool:
        """Whether the words tell when something was said."""
        verb = self.verb_of(index, words)
        return verb is not None and _is_saying(verb)


# --- the options and what is seen of each ------------------------------------------------------------------------------------


def time_options(room: TimesOfReport, reading: TimedReading) -> dict[str, Option]:
    """value → option for one reading; the empty value, for no time, is always there."""
    scene = _Scene(room, reading)
    options: dict[str, Option] = {}
    told_before = () if scene.hypothetical or (scene.vague and not scene.own) else (*_earlier(scene), *_leading(scene))
    for words, seen in (*_own(scene), *told_before):
        for form, value in _forms(words, room.today):
            if not _may_take(scene, words, form):
                continue
            option = options.setdefault(value, Option((words.start, words.end)))
            option.seen.update(dict.fromkeys(_features(scene, words, form, value, seen), 1.0))
    options[""] = Option(None, dict.fromkeys(_none_features(scene), 1.0))
    return options


def _forms(words: TimeWords, today: str) -> Iterator[tuple[str, str]]:
    value = words.value or ""
    first, last = value.partition("/")[0], value.rpartition("/")[2]
    if value == today[:4]:
        first = f"{value}-01"
    yield "told", value
    if words.kind != "until" and last != ".." and is_edtf(f"../{last}"):
        yield "until", f"../{last}"
    if first != ".." and first < today and is_edtf(f"{first}/{today}"):
        yield "since", f"{first}/{today}"


def _may_take(scene: _Scene, words: TimeWords, form: str) -> bool:
    """Whether the rules of writing down allow the form: a total "as of" a day, or that reached its number on it, is open before it."""
    kind, own = scene.reading.aggregation, words in scene.own
    if own and words.kind == "as_of":
        return form == ("told" if kind == "stock" else "until")
    if kind != "cumulative":
        return True
    if own and words.kind == "point" and words.grain == "day":
        verb = scene.room.verb_of(scene.reading.sentence, words)
        if verb is not None and verb.lemma in _words("verbs", "reaching"):
            return form == "until"
    return own or form != "since"


class _Scene:
    """What all options of one reading share."""

    def __init__(self, room: TimesOfReport, reading: TimedReading) -> None:
        self.room, self.reading = room, reading
        self.parse = room.document.parse(reading.sentence)
        self.figure = _token_of(self.parse, reading.start, reading.end)
        self.tense = _tense(self.figure)
        self.own = [w for w in room.dated(reading.sentence) if not _compares(room.document.text, w)]
        self.said = [room.is_said(reading.sentence, w) for w in self.own]
        self.vague = any(w.kind == "vague" for w in room.times(reading.sentence))
        self.hypothetical = reading.polarity == "hypothetical"


_Seen = tuple[TimeWords, list[str]]


def _own(scene: _Scene) -> Iterator[_Seen]:
    """The times of the figure's own sentence, nearest through the grammar first."""
    room, reading = scene.room, scene.reading
    costs = [_cost(scene.parse, reading, scene.figure, w) for w in scene.own]
    for rank, n in enumerate(sorted(range(len(scene.own)), key=lambda n: costs[n])):
        words, said = scene.own[n], scene.said[n]
        far = next(name for name, limit in _DISTANCES if costs[n] < limit)
        seen = [
            f"own said {said}", f"own rank {min(rank, 2)} {far}", f"own {far} said {said}", f"own alone {len(scene.own) == 1}",
            f"own {'before' if words.end <= reading.start else 'after'}", f"own future {room.age(words) < 0}",
        ]  # fmt: skip
        if said and reading.cue:
            seen.append("own said cue")
        verb = room.verb_of(reading.sentence, words)
        if verb is not None:
            seen.append(f"own reached {verb.lemma in _words('verbs', 'reaching')}")
            seen.append(f"own verb {verb is (_governor(scene.figure) if scene.figure else None)}")
        yield words, seen


def _earlier(scene: _Scene) -> Iterator[_Seen]:
    room, paragraphs = scene.room, scene.room.document.paragraphs
    own, index = min(len(scene.own), 1), scene.reading.sentence
    for rank, (words, gap) in enumerate(room.before(index)):
        same = paragraphs[index] == paragraphs[index - gap]
        age, nth = room.age(words), min(rank, 3)
        yield (
            words,
            [
                f"before said {is_near_saying(room.document.text, words)} vague {scene.vague}",
                f"before rank {nth} own {own}", f"before gap {min(gap, 4)} own {own}", f"before paragraph {same} rank {nth}",
                f"before long {age > _LONG_AGO_DAYS} paragraph {same}", f"before event {dates_event(room.document.text, words)}",
                f"before future {age < 0}", f"before vague {scene.vague} hypothetical {scene.hypothetical} own {own}",
            ],
        )  # fmt: skip


def _leading(scene: _Scene) -> Iterator[_Seen]:
    text = scene.room.document.text
    for words in scene.room.lead:
        if words.end <= scene.parse.start:
            yield (
                words,
                [
                    f"lead own {min(len(scene.own), 1)}", f"lead said {is_near_saying(text, words)}",
                    f"lead event {dates_event(text, words)}",
                ],
            )  # fmt: skip


def _features(scene: _Scene, words: TimeWords, form: str, value: str, seen: list[str]) -> Iterator[str]:
    room, reading, tense = scene.room, scene.reading, scene.tense
    kind = reading.aggregation
    for each in seen:
        yield f"{form} {each}"
        yield f"{form} {each} {kind}"
        if form == "told":
            yield f"{form} {each} {tense}"
    days = room.age(words)
    age = next((f"{limit}" for limit in _AGES if days <= limit), "older")
    yield from (
        f"{form} {words.kind} {kind}", f"{form} {words.grain} {kind}", f"{form} {kind} {reading.measure}", f"{form} age {age}",
        f"{form} age {age} {seen[0]}", f"{form} goes on {room.goes_on} {kind}", f"{form} {words.kind} {words.grain}",
        f"{form} hypothetical {scene.hypothetical} {seen[0]}",
    )  # fmt: skip
    if value == room.one_event:
        yield from (f"one event {kind}", f"one event {tense}", f"one event {seen[0]}")


def _none_features(scene: _Scene) -> Iterator[str]:
    room, reading, tense = scene.room, scene.reading, scene.tense
    kind, one = reading.aggregation, scene.room.one_event is not None
    yield from (
        f"none {kind}", f"none {reading.measure}", f"none {kind} {reading.measure}", f"none {tense}", f"none {tense} {kind}",
        f"none hypothetical {scene.hypothetical}", f"none own {min(2, scene.said.count(False))} of {min(2, len(scene.own))}",
        f"none before {min(2, len(room.before(reading.sentence)))}", f"none vague {scene.vague}",
        f"none goes on {room.goes_on} {kind}", f"none one {one} {kind}", f"none one {one} {tense}",
    )  # fmt: skip


def _compares(text: str, words: TimeWords) -> bool:
    """Whether a time dates a comparison and no event: "the deadliest since 1918"."""
    return words.kind == "since" and _SUPERLATIVE.search(text, max(0, words.start - _REACH), words.start) is not None


def _tense(figure: Token | None) -> str:
    """The tense of the figure's clause: the perfect and the present seldom take a date told before."""
    verb = next((t for t in figure.ancestors() if t.pos == "verb"), None) if figure else None
    if verb is None:
        return "no verb"
    helpers = [t for t in verb.children if t.rel in ("auxiliary", "passive_auxiliary")]
    words = {t.lower for t in helpers}
    if words & {"have", "has", "'ve", "’ve"}:
        return "perfect"
    if "had" in words:
        return "pluperfect"
    if words & {"are", "is", "'s", "'re", "’s", "’re"}:
        return "present"
    return "modal" if any(t.pos == "modal" for t in helpers) else verb.tag


_LONG_AGO_DAYS = 14
_TOO_FAR = 14.0
_REACH = 60
_NEAR = 24
#: So many words of an epidemic or a war make a report one on something that goes on.
_CONTINUING_MENTIONS = 2
_AGES = (-1, 0, 1, 2, 3, 7, 14, 60, 400, 4000)
_DISTANCES = (("near", 3.0), ("mid", 6.0), ("far", 10.0), ("out", float("inf")))
_SUPERLATIVE = re.compile(r"(?i)\b(?:\w{3,}est|first|worst|most)\b[^.;,]*$")


# --- words and tree ----------------------------------------------------------------------------------------------------


def _said_words(room: TimesOfReport, reading: TimedReading) -> TimeWords | None:
    """The day that hangs on the verb of saying."""
    if reading.cue is None:
        return None
    told = [
        w for w in room.times(reading.sentence)
        if w.kind in ("point", "span") and w.value and w.grain != "clock" and room.is_said(reading.sentence, w)
    ]  # fmt: skip
    if len(told) > 1:
        cue = _token_of(room.document.parse(reading.sentence), *reading.cue)
        told = [w for w in told if room.verb_of(reading.sentence, w) is cue] or told
        told.sort(key=lambda w: abs(w.start - reading.start))
    return told[0] if told else None


def _cost(parse: Parse, reading: TimedReading, figure: Token | None, words: TimeWords) -> float:
    """How far words for time stand from a figure: steps in the tree, dear across clauses and verbs of saying."""
    token = _token_of(parse, words.start, words.end)
    if token is None or figure is None:
        return _TOO_FAR
    mine, theirs = [figure, *figure.ancestors()], [token, *token.ancestors()]
    places = {id(t): n for n, t in enumerate(theirs)}
    up = next((n for n, t in enumerate(mine) if id(t) in places), len(mine))
    down = places[id(mine[up])] if up < len(mine) else len(theirs)
    crossed = sum(1 for t in mine[:up] if t.pos == "verb") + sum(
        2 for t in theirs[:down] if t.pos == "verb" and t.rel != "root"
    )
    meet = mine[up] if up < len(mine) else None
    cost = 0.5 * up + 0.7 * down + 1.5 * crossed + 0.02 * abs(words.start - reading.start) / 4
    if meet is not None and _is_saying(meet) and _governor(token) is meet:
        cost += 5
    if up == len(mine):
        cost += 4
    return cost


def _token_of(parse: Parse, start: int, end: int) -> Token | None:
    """The head of the words that lie in a span."""
    tokens = parse.between(start, end)
    inside = {id(t) for t in tokens}
    return next((t for t in tokens if id(t.head) not in inside or t.head is t), None)


def _governor(token: Token) -> Token | None:
    """The verb above a word, or a noun of saying that comes before it ("a statement on Friday")."""
    return next((t for t in token.ancestors() if t.pos == "verb" or t.lower in _words("nouns", "saying")), None)


def _is_saying(token: Token) -> bool:
    return token.lemma in _words("verbs", "saying") or token.lower in _words("nouns", "saying")


@lru_cache(maxsize=8)
def _words(part: str, name: str) -> frozenset[str]:
    return frozenset(table("times.toml")[part][name])


@lru_cache(maxsize=4)
def _any_noun(kind: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_words("nouns", kind))))
    return re.compile(rf"(?i)\b(?:{words})\b")


@lru_cache(maxsize=4096)
def dates_event(text: str, words: TimeWords) -> bool:
    """Whether a time stands at a sudden event: "Friday's magnitude 7.7 earthquake", "the crash on Friday"."""
    after = re.match(r"(?:['’]s)?\s(?:[\w.-]+\s){0,3}?(\w+)", text[words.end : words.end + 60])
    noun = _any_noun("sudden")
    if after and (noun.match(text, words.end + after.start(1)) or noun.search(after[0])):
        return True
    before = re.search(r"[^.;\n]*$", text[max(0, words.start - 70) : words.start])
    return bool(before and noun.search(before[0]) and not is_near_saying(text, words))


@lru_cache(maxsize=4096)
def is_near_saying(text: str, words: TimeWords) -> bool:
    """The same as `is_said`, from the words around, for sentences that are not worth a parse."""
    around = text[max(0, words.start - _NEAR) : words.start] + " " + text[words.end : words.end + _NEAR // 2]
    return any(lemma(w, "verb") in _words("verbs", "saying") for w in re.findall(r"[a-z]+", around))
