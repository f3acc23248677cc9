"""When each figure's event happened, and when its source said so: words for time given to figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tallyroom.document import Document
from tallyroom.edtf import bounds, interval, is_edtf
from tallyroom.grammar import Parse, Token, lemma
from tallyroom.lexicon import table
from tallyroom.model import Span
from tallyroom.times import TimeWords, find_times


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


_NO_TIMES = Times()
#: States that an event leaves people in.
_STATES_AFTER = frozenset(("missing", "trapped", "hospitalised", "injured", "affected", "displaced"))
_EVENT_KINDS = frozenset(("point", "span", "since", "until", "so_far", "as_of"))


def assign_times(document: Document, readings: Sequence[TimedReading]) -> list[Times]:
    """The times of each reading, in text order: from its own sentence, else of the event as last dated."""
    if not document.published:
        return [_NO_TIMES] * len(readings)
    room = _Room(document)
    by_sentence: dict[int, list[int]] = {}
    for number, reading in enumerate(readings):
        by_sentence.setdefault(reading.sentence, []).append(number)
    answers = [_NO_TIMES] * len(readings)
    carried = _Carried()
    for index in range(len(document.spans)):
        words = room.times(index)
        numbers = by_sentence.get(index, [])
        own: list[TimeWords] = []
        for number in numbers:
            answers[number], used = _times_of(room, readings[number], words, carried)
            own += used
        carried.pass_sentence(room, index, words, own, bool(numbers))
    return answers


class _Room:
    """The words for time of a report, sentence by sentence."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.published = document.published or ""
        self._times: list[list[TimeWords]] = []
        anchor: str | None = None
        for start, end in document.spans:
            found = find_times(document.text, start, end, document.published, anchor)
            self._times.append(found)
            days = [w.value for w in found if w.value and w.grain == "day" and len(w.value) == 10]
            anchor = days[-1] if days else anchor

    def times(self, index: int) -> list[TimeWords]:
        return self._times[index]

    @cached_property
    def goes_on(self) -> bool:
        """Whether the report is on something that goes on for days: an epidemic, a war."""
        text = self.document.text
        going_on = sum(1 for _ in _any_noun("continuing").finditer(text))
        sudden = sum(1 for _ in _any_noun("sudden").finditer(text))
        return going_on >= _CONTINUING_MENTIONS and going_on > sudden

    @cached_property
    def one_event(self) -> TimeWords | None:
        """The date of the one sudden event that a report is about: "Friday's earthquake", "the fire on Aug. 8"."""
        if self.goes_on:
            return None
        for words in (w for found in self._times[:_LEAD] for w in found):
            if (
                words.kind == "point"
                and words.grain == "day"
                and words.value
                and _dates_event(self.document.text, words)
            ):
                return None if _is_after(words.value, self.published) else words
        return None

    def verb_of(self, index: int, words: TimeWords) -> Token | None:
        """The verb that the words for time hang on, or the noun or preposition of saying below it."""
        parse = self.document.parse(index)
        token = _token_of(parse, words.start, words.end)
        return _governor(token) if token else None

    def is_said(self, index: int, words: TimeWords) -> bool:
        """Whether the words tell when something was said."""
        verb = self.verb_of(index, words)
        return verb is not None and _is_saying(verb)


@dataclass(slots=True)
class _Carried:
    """The time of the event as last dated in the text."""

    value: str | None = None
    span: Span | None = None
    paragraph: int = 0
    total: str | None = None
    total_span: Span | None = None

    def reaches(self, room: _Room, sentence: int) -> bool:
        """Whether the date still holds: one of long ago, told in passing, holds to the end of its paragraph only."""
        if self.value is None:
            return False
        return self.paragraph == room.document.paragraphs[sentence] or not _is_long_before(self.value, room.published)

    def pass_sentence(
        self, room: _Room, index: int, words: list[TimeWords], own: list[TimeWords], had_figures: bool
    ) -> None:
        """Take the last date of a sentence that is past, where it speaks of what happened."""
        for word in words:
            if word.kind == "vague" and had_figures and not own:
                self.value = self.span = None
            if word.value is None or word.grain == "clock":
                continue
            if word.kind in ("point", "span", "since") and self._is_event(room, index, word, own, had_figures):
                self.value, self.span = word.value, (word.start, word.end)
                self.paragraph = room.document.paragraphs[index]

    @staticmethod
    def _is_event(room: _Room, index: int, word: TimeWords, own: list[TimeWords], had_figures: bool) -> bool:
        if own:
            return word in own
        if _is_after(word.value, room.published):
            return False
        return not (room.is_said(index, word) if had_figures else _is_near_saying(room.document.text, word))


def _is_near_saying(text: str, words: TimeWords) -> bool:
    """The same as `is_said`, from the words around, for sentences that are not worth a parse."""
    around = text[max(0, words.start - _NEAR) : words.start] + " " + text[words.end : words.end + _NEAR // 2]
    return any(lemma(w, "verb") in _words("verbs", "saying") for w in re.findall(r"[a-z]+", around))


def _is_after(value: str | None, published: str) -> bool:
    mine, last = bounds(value or ""), bounds(published)
    return bool(mine and last and mine[0] and last[1] and mine[0] > last[1])


def _is_long_before(value: str, published: str) -> bool:
    mine, last = bounds(value), bounds(published)
    if not mine or not last or mine[0] is None or last[1] is None:
        return False
    return (last[1] - mine[0]).days > _LONG_AGO_DAYS


def _is_undated(parse: Parse, reading: TimedReading) -> bool:
    """Whether the figure's clause is in the perfect or the present, which take no date that was told before."""
    token = _token_of(parse, reading.start, reading.end)
    verb = next((t for t in token.ancestors() if t.pos == "verb"), None) if token else None
    if verb is None:
        return False
    helpers = [t for t in verb.children if t.rel in ("auxiliary", "passive_auxiliary")]
    if any(t.lower in ("have", "has", "'ve") for t in helpers):
        return True
    return verb.tag in ("VBZ", "VBP") and verb.lower not in _words("verbs", "being")


def _times_of(
    room: _Room, reading: TimedReading, words: list[TimeWords], carried: _Carried
) -> tuple[Times, list[TimeWords]]:
    said = _said_words(room, reading, words)
    event = _event_words(room, reading, words, said)
    value, span = None, None
    used: list[TimeWords] = []
    if event is not None:
        value, span = _own_value(room, reading, event), (event.start, event.end)
        used = [event]
        if value is None:
            span = None
    else:
        value, span = _carried_value(room, reading, carried)
    if value and reading.aggregation == "cumulative" and ("/" in value) and span:
        carried.total, carried.total_span = value, span
    return (
        Times(
            event_time=value, event_span=span,
            said_at=said.value if said else None, said_span=(said.start, said.end) if said else None,
        ),
        used,
    )  # fmt: skip


def _own_value(room: _Room, reading: TimedReading, words: TimeWords) -> str | None:
    if words.value is None:
        return None
    total = reading.aggregation == "cumulative" and words.kind == "point" and words.grain == "day"
    if (total and (room.goes_on or _is_reached(room, reading, words))) or (
        words.kind == "as_of" and reading.aggregation != "stock"
    ):
        return f"../{words.value.rpartition('/')[2]}"
    return words.value


def _is_reached(room: _Room, reading: TimedReading, words: TimeWords) -> bool:
    """Whether a total reached its number on that day: "climbed to 36 on Thursday"."""
    verb = room.verb_of(reading.sentence, words)
    return verb is not None and verb.lemma in _words("verbs", "reaching")


def _goes_on_still(room: _Room, reading: TimedReading) -> bool:
    start, end = room.document.spans[reading.sentence]
    around = room.document.text[max(start, reading.start - 60) : min(end, reading.end + 60)].lower()
    return any(word in _words("verbs", "lasting") for word in re.findall(r"[a-z]+", around))


def _carried_value(room: _Room, reading: TimedReading, carried: _Carried) -> tuple[str | None, Span | None]:
    """What a figure without words of its own takes from the text before it."""
    if reading.polarity == "hypothetical":
        return None, None
    event = room.one_event
    if reading.aggregation == "stock":
        start, words = (event.value, (event.start, event.end)) if event else (carried.value, carried.span)
        if reading.measure not in _STATES_AFTER or not start or len(start) != 10 or room.goes_on:
            return None, None
        span = interval(start, room.published) if _goes_on_still(room, reading) else start
        return (span, words) if is_edtf(span) else (None, None)
    if event and reading.aggregation == "cumulative":
        return event.value, (event.start, event.end)
    if reading.aggregation == "cumulative" and room.goes_on:
        return carried.total, carried.total_span
    if not carried.reaches(room, reading.sentence) or _is_undated(room.document.parse(reading.sentence), reading):
        return None, None
    return carried.value, carried.span


def _said_words(room: _Room, reading: TimedReading, words: list[TimeWords]) -> TimeWords | None:
    """The day that hangs on the verb of saying."""
    if reading.cue is None:
        return None
    told = [
        w for w in words
        if w.kind in ("point", "span") and w.value and w.grain != "clock" and room.is_said(reading.sentence, w)
    ]  # fmt: skip
    if len(told) > 1:
        cue = _token_of(room.document.parse(reading.sentence), *reading.cue)
        told = [w for w in told if room.verb_of(reading.sentence, w) is cue] or told
        told.sort(key=lambda w: abs(w.start - reading.start))
    return told[0] if told else None


def _event_words(
    room: _Room, reading: TimedReading, words: list[TimeWords], said: TimeWords | None
) -> TimeWords | None:
    """The words for time in the sentence that go with the figure: nearest through the grammar."""
    candidates = [
        w for w in words
        if ((w.kind in _EVENT_KINDS and w.value) or w.kind == "vague") and w.grain != "clock" and w is not said
        and not (w.kind in ("point", "span") and room.is_said(reading.sentence, w))
        and not (w.kind == "since" and _SUPERLATIVE.search(room.document.text, max(0, w.start - 60), w.start))
    ]  # fmt: skip
    if reading.polarity == "hypothetical":
        candidates = [w for w in candidates if w.kind == "until"]
    if not candidates:
        return None
    parse = room.document.parse(reading.sentence)
    figure = _token_of(parse, reading.start, reading.end)
    if figure is None:
        return candidates[0]
    scored = [(_cost(parse, reading, figure, w), i, w) for i, w in enumerate(candidates)]
    cost, _, best = min(scored)
    return best if cost < _TOO_FAR else None


_TOO_FAR = 14.0
_LEAD = 12
#: "The deadliest since 1918" dates a comparison, not the event.
_SUPERLATIVE = re.compile(r"(?i)\b(?:\w{3,}est|first|worst|most)\b[^.;,]*$")
_LONG_AGO_DAYS = 14
_NEAR = 24
#: So many words of an epidemic or a war make a report one on something that goes on.
_CONTINUING_MENTIONS = 2


def _cost(parse: Parse, reading: TimedReading, figure: Token, words: TimeWords) -> float:
    """How far words for time stand from a figure: steps in the tree, dear across clauses and verbs of saying."""
    token = _token_of(parse, words.start, words.end)
    if token is None:
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


def _dates_event(text: str, words: TimeWords) -> bool:
    """Whether a time stands at a sudden event: "Friday's magnitude 7.7 earthquake", "the crash on Friday"."""
    after = re.match(r"(?:['’]s)?\s(?:[\w.-]+\s){0,3}?(\w+)", text[words.end : words.end + 60])
    noun = _any_noun("sudden")
    if after and (noun.match(text, words.end + after.start(1)) or noun.search(after[0])):
        return True
    before = re.search(r"[^.;\n]*$", text[max(0, words.start - 70) : words.start])
    return bool(before and noun.search(before[0]) and not _is_near_saying(text, words))
