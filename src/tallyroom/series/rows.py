"""A claim as series building sees it: its words read once, its days, what it may be added to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from tallyroom.lexicon import table
from tallyroom.model import Claimed, Number
from tallyroom.series.naming import Naming
from tallyroom.series.records import ReportHeader, SeriesClaim
from tallyroom.series.territories import MARK, compass, countries_together, territory
from tallyroom.series.times import Days, closing, days, is_open_start
from tallyroom.series.words import Population, country_of_state, nations, place_words, population

#: A total that an undated sentence has as of a day so long before its report was said about that day.
RECENT_DAYS = 4


@dataclass(slots=True, eq=False)
class Row:
    """One claim in the making of series; `group` and `origin` are filled in on the way."""

    claim: SeriesClaim
    said: Days
    published: Days
    happened: Days
    population: Population
    place: tuple[str, ...]
    #: "counted", "planned", "forecast".
    tense: str
    #: The figure that this one is a stated part of.
    whole: Row | None = None
    #: The figure that an "another N" is added to; None where it is a running total of its own measure.
    added_to: Row | None = None
    origin: str = ""
    notes: list[str] = field(default_factory=list)

    claim_id: str = field(init=False)
    figure: Claimed = field(init=False)
    #: What is counted; "people" for what stands for people one by one.
    unit: str = field(init=False)
    report: ReportHeader = field(init=False)
    #: What is compared: the best value, else the limits.
    value: tuple[Number | None, ...] = field(init=False)
    #: What two figures have in common that tell one number of one thing: measure, unit and value.
    count: tuple[str, str, tuple[Number | None, ...]] = field(init=False)
    #: One number for rough comparison.
    size: float = field(init=False)
    #: Does its source stand behind the number, rather than dispute it?
    stands: bool = field(init=False)
    #: When it was said, in EDTF, as the text tells: a total "as of 25 September" is one of that day.
    said_at: str | None = field(init=False)
    #: The day it is taken to be said: as told, else published; 0 where neither is known.
    day: int = field(init=False)
    #: Does the text tell when it was said?
    dated: bool = field(init=False)
    #: The last day on which it can have been said.
    published_last: int = field(init=False)
    sort_key: tuple[int, str, str, int, str] = field(init=False)

    def __post_init__(self) -> None:
        figure, report = self.claim.figure, self.claim.report
        self.claim_id, self.figure, self.report = self.claim.claim_id, figure, report
        self.unit = _unit(figure.unit, figure.measure)
        if figure.best is not None:
            self.value, self.size = (figure.best,), float(figure.best)
        else:
            self.value = (figure.low, figure.high)
            self.size = float(next((n for n in self.value if n is not None), 0))
        self.count = figure.measure, self.unit, self.value
        self.stands = figure.polarity not in ("denied", "negated")
        self.said_at = figure.said_at
        self.dated = self.said.known
        self.day = self._day()
        self.published_last = self.published.last or self.published.first or self.day
        published = self.published.first or 0
        self.sort_key = (published, report.published or "", report.uid, figure.start, self.claim_id)

    def date_by(self, event_days: Collection[int]) -> None:
        """Take a running total "as of" a day shortly before its report as said on that day, unless something happened on it.

        A state of another day is said of that day, however long before the report.
        """
        end, published, told = self.happened.last, self.published.first, self.figure.event_time
        if self.dated or self.tense != "counted" or end is None or published is None:
            return
        if self.figure.aggregation == "stock" and self.happened.width == 0 and published > end not in event_days:
            self._say_on(end, str(told))
            return
        if not is_open_start(told):
            return
        words = closing(str(told))
        if len(words) == len("2031-05-03") and 0 < published - end <= RECENT_DAYS and end not in event_days:
            self._say_on(end, words)

    def _say_on(self, day: int, words: str) -> None:
        self.said, self.said_at, self.dated = Days(day, day), words, True
        self.day = self._day()

    def _day(self) -> int:
        last = self.published.last or self.published.first
        if not self.dated:
            return last or 0
        said = self.said.last if self.said.last is not None else self.said.first
        return min(said, last) if said is not None and last is not None and self.said.width > 3 else said or 0

    @property
    def is_stated_part(self) -> bool:
        """Is it a part of a figure of the same measure: its own, narrower population?"""
        whole = self.whole
        return (
            self.figure.aggregation == "subset"
            and whole is not None
            and whole.figure.measure == self.figure.measure
            and whole.value != self.value
            and not _is_a_side(self, whole)
        )

    @property
    def earliest(self) -> int:
        """The first day on which it can have been said."""
        return self.said.first if self.dated and self.said.first is not None else self.day


def _is_a_side(part: Row, whole: Row) -> bool:
    """Is a part the toll of one of the countries that the whole is told of together, or of what one side holds? That is a total of its own."""
    if part.place[:1] and part.place[0].startswith(MARK):
        return part.place != whole.place
    own = frozenset(nations(part.figure.place))
    return bool(own) and own < countries_together(whole.figure.place)


@lru_cache(maxsize=1)
def actions() -> frozenset[str]:
    """Measures of what an actor does, and can intend."""
    return frozenset(table("series.toml")["actions"]["measures"])


@lru_cache(maxsize=4096)
def _unit(unit: str, measure: str) -> str:
    words = table("series.toml")["units"]
    head = unit.lower().split(" of ")[0].split()[-1:]
    if measure not in words["of_things"] and head and head[0] in words["people"]:
        return "people"
    return str(words["same"].get(unit.lower(), unit))


@lru_cache(maxsize=1)
def states() -> frozenset[str]:
    """Measures that count a state."""
    return frozenset(table("series.toml")["states"]["measures"])


def read_rows(claims: Iterable[SeriesClaim], naming: Naming) -> list[Row]:
    """The rows of one story, each claim once, in an order that does not depend on arrival; names as people judged them."""
    unique = {claim.claim_id: claim for claim in claims}
    are_told = cache(_are_told)  # most figures of a report count the same people
    rows = [_row(claim, naming, are_told) for claim in unique.values()]
    rows.sort(key=lambda row: row.sort_key)
    _name_territories(rows)
    event_days = {
        row.happened.first
        for row in rows
        if row.happened.first is not None and row.happened.width == 0 and row.figure.aggregation != "stock"
    }
    by_report: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        row.date_by(event_days)
        by_report[row.report.uid].append(row)
    for own in by_report.values():
        by_id = {row.figure.id: row for row in own}
        for i, row in enumerate(own):
            row.whole = by_id.get(row.figure.part_of or "")
            if row.whole is row:
                row.whole = None
            if row.figure.aggregation == "additional":
                row.added_to = _addend(row, own[:i])
    return rows


def _name_territories(rows: Sequence[Row]) -> None:
    """Where "the rebel-held northwest" is told of, "the northwest" is what the rebels hold; that of another country, or that a government
    counts in its own, is not."""
    called: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    of_country: dict[tuple[str, ...], set[str]] = defaultdict(set)
    sides = [(row, side) for row in rows if row.figure.place and (side := compass(row.figure.place))]
    for row, side in sides:
        if row.place[:1] and row.place[0].startswith(MARK):
            called[side].add(row.place)
            of_country[row.place].update(nations(row.figure.place))
    for row, side in sides:
        if len(called[side]) == 1:
            (held,) = called[side]
            countries = nations(row.figure.place)
            if of_country[held].issuperset(countries) or (
                not of_country[held] and country_of_state(row.figure.source) not in countries
            ):
                row.place = held


def _row(claim: SeriesClaim, naming: Naming, are_told: Callable[[str, str], bool]) -> Row:
    figure = claim.figure
    tense = "counted"
    if figure.polarity == "hypothetical" or figure.modality != "asserted":
        planned = figure.modality == "planned" or (figure.modality == "asserted" and figure.measure in actions())
        tense = "planned" if planned else "forecast"
    return Row(
        claim=claim, said=days(figure.said_at), published=days(claim.report.published), happened=days(figure.event_time),
        population=population(naming.populations.head(_counted(claim, are_told))),
        place=_place(naming.places.head(_where(figure)), figure.source), tense=tense,
    )  # fmt: skip


def _counted(claim: SeriesClaim, are_told: Callable[[str, str], bool]) -> str | None:
    """The words of a population; who speaks or is spoken to, misread as who is counted, is nobody in particular."""
    figure, text = claim.figure, claim.report.text or ""
    words = (figure.population or "").lower().removeprefix("the ")
    if not words:
        return None
    speakers = [name.lower().removeprefix("the ") for name in (figure.source, *figure.relays) if name]
    return None if words in speakers or are_told(words, text) else figure.population


def _are_told(words: str, text: str) -> bool:
    """ "told reporters", "told the lawmakers": listeners."""
    at = text.find("told ")
    while at >= 0:
        heard = text[at + 5 : at + 10 + len(words)].lower().removeprefix("the ")
        if heard.startswith(words) and not heard[len(words) : len(words) + 1].isalnum():
            return True
        at = text.find("told ", at + 5)
    return False


def _where(figure: Claimed) -> str | None:
    """The words of a place; a body or a day, misread as a place, is none, nor are words without a name."""
    place = figure.place or ""
    if place and (place.islower() or _is_a_body(place)) and not territory(place, figure.source):
        return None
    return place or None


@lru_cache(maxsize=65536)
def _place(words: str | None, source: str | None) -> tuple[str, ...]:
    held = territory(words, source) if words else ""
    return (held,) if held else place_words(words)


@lru_cache(maxsize=65536)
def _is_a_body(place: str) -> bool:
    return not set(place.split()).isdisjoint(table("series.toml")["bodies_not_places"]["words"])


def _addend(row: Row, before: Sequence[Row]) -> Row | None:
    """What "another N" comes on top of: the same measure just before; after another measure it is a total of its own."""
    for other in reversed(before):
        if row.figure.start - other.figure.end > 300:
            break
        if other.figure.repeat:
            continue
        if other.figure.measure != row.figure.measure or other.unit != row.unit:
            return None
        return other
    same = [r for r in before if r.figure.measure == row.figure.measure and r.unit == row.unit]
    return same[-1] if same else row


def sentence_around(row: Row) -> str:
    """The sentence of a claim, where the text is at hand."""
    text = row.report.text or ""
    start, end = row.figure.start, row.figure.end
    left = max(text.rfind(mark, 0, start) for mark in (". ", "\n", "! ", "? ")) + 1
    match = re.search(r"[.!?](?=\s|$)|\n", text[end:])
    return text[left : end + match.start() if match else len(text)].strip()
