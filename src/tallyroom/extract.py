"""The one place that chains the reading of a report: sentences → quantities → figures → attributed claims → problems.

Pure: no clock, no network, no database; the same report and extractor give the same bytes, on one machine or many.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from tallyroom import __version__
from tallyroom.attribution import Attribution, Attributor
from tallyroom.damage.report import find_damage
from tallyroom.document import Document, name_together, parse_together
from tallyroom.event_times import TimedReading, Times, assign_times
from tallyroom.figures import candidates, is_repeat, settle, worth_parsing
from tallyroom.grammar import bounded_memory, engine_name
from tallyroom.joined_counts import with_joined
from tallyroom.language import language_of
from tallyroom.lexicon import fingerprint
from tallyroom.model import Extraction, Figure, Problem, Report, Rival, make_report, with_claim_ids
from tallyroom.parts import listed_parts
from tallyroom.places import assign_places
from tallyroom.readings import Reading
from tallyroom.resolve.sources import source_slug

Other = TypeVar("Other")
#: How sure a candidate must be to be a figure; below it a numeral stays undecided or is none.
THRESHOLD = 0.5
#: How likely its likeliest measure must be: what seems to count, but does nothing that has a name, is left to people.
LEAST_MEASURE = 0.3
#: Between this and THRESHOLD a numeral is the program's own doubt: a queue for people.
DOUBT = 0.25
#: A report longer than this many characters is read up to here, with a `limit` problem.
LONGEST_REPORT = 1_500_000
#: So many reports are read together, where they are not longer than this taken together.
_TOGETHER, _TOGETHER_CHARACTERS = 64, 400_000


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one numeral: a figure, no figure (with the reason), a problem of the text, or undecided."""

    start: int
    end: int
    quote: str
    #: figure, not_a_figure, problem or undecided.
    fate: str
    reason: str


@lru_cache(maxsize=1)
def extractor_name() -> str:
    """Version, model, weights and lexicons by hash: what decides the reading, and nothing else."""
    digest = hashlib.sha256()
    for item in sorted(files("tallyroom.weights").iterdir(), key=lambda item: item.name):
        if item.name.endswith(".json"):
            digest.update(item.name.encode() + b"\x00" + item.read_bytes())
    return f"tallyroom-{__version__}+{engine_name()}+w{digest.hexdigest()[:8]}+l{fingerprint()[:8]}"


def extract(report: Report | str, *, published: str | None = None) -> Extraction:
    """Read the figures of one report, each with who said it and through whom, and what is wrong with its text.

    `report` is a `Report` or plain text; `published` (a date, an EDTF partial date or a timestamp) is used where the report has none.
    """
    return read_closely(report, published=published)[0]


def extract_all(reports: Iterable[Report]) -> Iterator[Extraction]:
    """Read many reports, in order; a few at a time together, which costs less than one by one."""
    for item in extract_among(reports):
        assert isinstance(item, Extraction)
        yield item


def extract_among(items: Iterable[Report | Other]) -> Iterator[Extraction | Other]:
    """Read the reports among other things, which come through as they are, all in order; as `extract_all` does."""
    together: list[Report | Other] = []
    reports = characters = 0
    for item in items:
        together.append(item)
        if isinstance(item, Report):
            reports, characters = reports + 1, characters + len(item.text)
        if reports == _TOGETHER or characters > _TOGETHER_CHARACTERS or len(together) > 4 * _TOGETHER:
            yield from _with_readings(together)
            together, reports, characters = [], 0, 0
    yield from _with_readings(together)


def _with_readings(items: Sequence[Report | Other]) -> Iterator[Extraction | Other]:
    read = iter(_read_together(item for item in items if isinstance(item, Report)))
    for item in items:
        yield next(read)[0] if isinstance(item, Report) else item


def explain(report: Report | str, *, published: str | None = None) -> list[Fate]:
    """Every numeral of a report with its fate; none is ever missing."""
    return read_closely(report, published=published)[1]


def doubtful(report: Report | str, *, published: str | None = None) -> tuple[Figure, ...]:
    """The undecided numerals of a report, each as the figure that it would be."""
    report = _as_report(report, published)
    undecided = {(fate.start, fate.end) for fate in explain(report) if fate.fate == "undecided"}
    if not undecided:
        return ()
    document = Document(msgspec.structs.replace(report, text=report.text[:LONGEST_REPORT]))
    every = candidates(document, worth_parsing(document))
    chosen = [r for r in every if _is_figure(r) or (r.start, r.end) in undecided]
    settle(document, chosen, every)
    figures = with_claim_ids(report.uid, _figures(document, chosen))
    return tuple(figure for figure in figures if (figure.start, figure.end) in undecided)


def read_closely(report: Report | str, *, published: str | None = None) -> tuple[Extraction, list[Fate]]:
    """The extraction and the fate of every numeral."""
    return _read_together([_as_report(report, published)])[0]


#: So many figures before are looked at for the same phrase.
_REPEATED = 4


@dataclass
class _Begun:
    """A report in the midst of being read; without a document where it cannot be read."""

    report: Report
    problems: list[Problem]
    document: Document | None = None
    wanted: Sequence[int] = ()
    every: list[Reading] = field(default_factory=list)

    @cached_property
    def chosen(self) -> list[Reading]:
        """Those that are figures; a phrase that stands twice by mistake is one both times."""
        assert self.document is not None
        found: list[Reading] = []
        for reading in self.every:
            if _is_figure(reading) or (
                reading.scope >= DOUBT and is_repeat(self.document, reading, found[-_REPEATED:])
            ):
                found.append(reading)
        taken = {id(reading) for reading in found}
        listed = [part for part, _ in listed_parts(self.document, found, self.every) if id(part) not in taken]
        return sorted([*found, *listed], key=lambda reading: reading.start) if listed else found


def _is_figure(reading: Reading) -> bool:
    return reading.scope >= THRESHOLD and max(reading.measures.values()) >= LEAST_MEASURE


def _read_together(reports: Iterable[Report]) -> list[tuple[Extraction, list[Fate]]]:
    """Read a few reports: the engine takes the sentences of all in common batches; all else is done report by report."""
    with bounded_memory():
        begun = [_begin(report) for report in reports]
        readable = [(each, each.document) for each in begun if each.document is not None]
        parse_together((document, each.wanted) for each, document in readable)
        for each, document in readable:
            each.every = candidates(document, each.wanted)
        name_together((document, [r.sentence for r in each.chosen]) for each, document in readable)
        return [_finish(each) for each in begun]


def _begin(report: Report) -> _Begun:
    problems = list(report.problems)
    if not report.text.strip():
        problems.append(Problem(kind="empty", quote="", start=0, end=0, message="the report has no text"))
        return _Begun(report, problems)
    language = report.language or language_of(report.text)
    if not report.language:
        report = msgspec.structs.replace(report, language=language)
    if report.published is None:
        problems.append(
            Problem(kind="undated", quote="", start=0, end=0, message="no date of publication: times stay unresolved")
        )
    if not language.lower().startswith(("en", "und")):
        message = f"the text is not English ({language}): no figures are read"
        problems.append(Problem(kind="language", quote="", start=0, end=0, message=message))
        return _Begun(report, problems)
    readable = report
    if len(report.text) > LONGEST_REPORT:
        problems.append(
            Problem(
                kind="limit",
                quote="",
                start=LONGEST_REPORT,
                end=LONGEST_REPORT,
                message=f"read up to character {LONGEST_REPORT:,}, the rest is not read",
            )
        )
        readable = msgspec.structs.replace(report, text=report.text[:LONGEST_REPORT])
    document = Document(readable)
    return _Begun(report, problems, document, worth_parsing(document))


def _finish(begun: _Begun) -> tuple[Extraction, list[Fate]]:
    report, document, problems = begun.report, begun.document, begun.problems
    if document is None:
        return Extraction(report=report, extractor=extractor_name(), problems=tuple(problems)), []
    chosen = begun.chosen
    settle(document, chosen, begun.every)
    assign_places(document, chosen)
    figures = _figures(document, chosen)
    problems += find_damage(document, figures)
    problems.sort(key=lambda p: (p.start, p.end, p.kind))
    extraction = Extraction(
        report=report, extractor=extractor_name(), figures=with_claim_ids(report.uid, figures), problems=tuple(problems)
    )
    return extraction, _fates(document, begun, problems)


def _as_report(report: Report | str, published: str | None) -> Report:
    if isinstance(report, str):
        return make_report(report, published=published)
    if report.published is None and published is not None:
        return msgspec.structs.replace(report, published=published)
    return report


def _figures(document: Document, chosen: list[Reading]) -> list[Figure]:
    attributor = Attributor(document)
    parses = [document.parse(r.sentence) for r in chosen]
    attributions = [attributor.attribute(r.sentence, r.start, r.end) for r in chosen]
    attributions = with_joined(attributor.speakers, parses, chosen, attributions)
    times = assign_times(
        document, [_timed(reading, attribution) for reading, attribution in zip(chosen, attributions, strict=True)]
    )
    numbers = {id(reading): f"f{n}" for n, reading in enumerate(chosen, 1)}
    return [
        _figure(document, reading, attribution, time, numbers)
        for reading, attribution, time in zip(chosen, attributions, times, strict=True)
    ]


def _timed(r: Reading, a: Attribution) -> TimedReading:
    return TimedReading(
        start=r.start, end=r.end, sentence=r.sentence, measure=r.measure, aggregation=r.aggregation, polarity=r.polarity,
        cue=a.cue, source=a.source.span if a.source else None,
    )  # fmt: skip


def _figure(document: Document, r: Reading, a: Attribution, times: Times, numbers: Mapping[int, str]) -> Figure:
    q = r.counting.quantity
    spans = {
        "cue": a.cue, "source": a.source.span if a.source else None, "population": r.population_span, "place": r.place_span,
        "event_time": times.event_span, "said_at": times.said_span,
    }  # fmt: skip
    evidence: dict[str, Any] = {name: list(span) for name, span in spans.items() if span is not None}
    if a.relays:
        evidence["relays"] = [list(relay.span) for relay in a.relays]
    source = a.source.name if a.source else None
    return Figure(
        id=numbers[id(r)], quote=document.text[q.start : q.end], start=q.start, end=q.end, low=q.low, best=q.best, high=q.high,
        bound=q.bound, unit=r.unit, measure=r.measure, population=r.population, place=r.place,  # type: ignore[arg-type]
        event_time=times.event_time, source=source, source_id=source_slug(source),
        relays=tuple(relay.name for relay in a.relays), said_at=times.said_at,
        cue=document.text[a.cue[0] : a.cue[1]] if a.cue else None, polarity=r.polarity, modality=r.modality,  # type: ignore[arg-type]
        aggregation=r.aggregation, part_of=numbers.get(id(r.part_of)) if r.part_of is not None else None, repeat=r.repeat,  # type: ignore[arg-type]
        evidence=evidence, confidence=_confidence(r, a, times), rivals=_rivals(r, times),
    )  # fmt: skip


#: How often these are right where nothing weighs them: measured on reports that nothing was learned from.
_SOURCE_NAMED, _SOURCE_NONE, _POPULATION, _POLARITY = 0.85, 0.93, 0.87, 0.95


def _confidence(r: Reading, a: Attribution, times: Times) -> dict[str, float]:
    fields = {
        "measure": r.measures[r.measure],
        "aggregation": r.aggregations.get(r.aggregation, 0.5),
        "source": _SOURCE_NAMED if a.source is not None else _SOURCE_NONE,
        "population": r.populations.get(r.population or "", _POPULATION),
        "event_time": times.event_times.get(times.event_time or "", 1.0),
        "polarity": _POLARITY,
    }
    record = r.scope * math.prod(fields.values())
    return {
        name: round(value, 2)
        for name, value in {"record": record, **fields, "place": r.places.get(r.place or "", 1.0)}.items()
    }


#: Another value is worth telling from here on; so many of a field are told.
_LEAST_RIVAL, _MOST_RIVALS = 0.1, 3


def _rivals(r: Reading, times: Times) -> dict[str, tuple[Rival, ...]]:
    found: dict[str, tuple[Rival, ...]] = {}
    for name, options, chosen in (
        ("measure", r.measures, r.measure),
        ("aggregation", r.aggregations, r.aggregation),
        ("population", r.populations, r.population),
        ("event_time", times.event_times, times.event_time),
        ("place", r.places, r.place),
    ):
        others = sorted(((p, o) for o, p in options.items() if o and o != chosen and p >= _LEAST_RIVAL), reverse=True)
        if others:
            found[name] = tuple(Rival(option, round(p, 2)) for p, option in others[:_MOST_RIVALS])
    return found


def _fates(document: Document, begun: _Begun, problems: list[Problem]) -> list[Fate]:
    read = {(r.start, r.end): r for r in begun.every}
    chosen = {(r.start, r.end) for r in begun.chosen}
    spoiled = [
        (p.start, p.end, p.kind) for p in problems if p.kind in ("broken_number", "number_word", "repeated_phrase")
    ]
    fates: list[Fate] = []
    for quantities in document.quantities:
        for q in quantities:
            reading = read.get((q.start, q.end))
            kind = next((k for a, b, k in spoiled if a < q.numeral_end and q.numeral_start < b), None)
            if reading is not None and (q.start, q.end) in chosen:
                fate, reason = "figure", reading.measure
            elif kind is not None:
                fate, reason = "problem", kind
            elif q.aside is not None:
                fate, reason = "not_a_figure", q.aside
            elif reading is not None and reading.scope >= DOUBT:
                fate, reason = "undecided", f"may be {max(reading.measures, key=lambda m: reading.measures[m])}"
            else:
                fate, reason = "not_a_figure", "counts nothing that happened to people, forces, aid, arms or money"
            fates.append(Fate(start=q.start, end=q.end, quote=document.text[q.start : q.end], fate=fate, reason=reason))
    return fates
