"""The records that everything speaks in: reports, figures, problems, extractions.

Conventions, stated once:

- A span is ``[start, end)`` in Unicode code points of the report's own `text`, and ``text[start:end] == quote``.
- ``low``, ``best``, ``high`` are what was said, as numbers; None is "no bound" (never zero).
- Times are EDTF (Library of Congress Extended Date/Time Format, ISO 8601-2): ``2025-03-04``, ``2025-03``, ``2024-23``
  (autumn), ``2025-01/2025-03``, ``../2025-04-30``.
- Records are immutable; ids come from content, so that reading a report twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

SCHEMA = 1

Number: TypeAlias = int | float
Span: TypeAlias = tuple[int, int]

Bound = Literal["exact", "about", "at_least", "more_than", "at_most", "less_than", "range", "vague"]
Polarity = Literal["stated", "denied", "hypothetical", "negated"]
Modality = Literal["asserted", "planned", "forecast", "feared", "conditional"]
Aggregation = Literal["cumulative", "incident", "additional", "subset", "stock"]
Measure = Literal[
    "killed", "injured", "killed_or_injured", "missing", "trapped", "survived", "recovered", "rescued", "evacuated",
    "displaced", "affected", "infected", "hospitalised", "tested", "vaccinated", "captured", "surrendered", "kidnapped",
    "arrested", "charged", "convicted", "released", "deployed", "repatriated", "sent_to_work", "employed", "laid_off",
    "protested", "involved", "damaged", "arms", "money", "other",
]  # fmt: skip
ProblemKind = Literal[
    "repeated_phrase", "wrong_name", "contradiction", "arithmetic", "broken_number", "number_word", "mojibake",
    "truncated", "undated", "drift", "stale", "name", "language", "empty", "unreadable", "limit",
    "falling_total", "retraction", "circular", "copy", "edited",
]  # fmt: skip

BOUNDS: tuple[str, ...] = Bound.__args__  # type: ignore[attr-defined]
POLARITIES: tuple[str, ...] = Polarity.__args__  # type: ignore[attr-defined]
MODALITIES: tuple[str, ...] = Modality.__args__  # type: ignore[attr-defined]
AGGREGATIONS: tuple[str, ...] = Aggregation.__args__  # type: ignore[attr-defined]
MEASURES: tuple[str, ...] = Measure.__args__  # type: ignore[attr-defined]
PROBLEM_KINDS: tuple[str, ...] = ProblemKind.__args__  # type: ignore[attr-defined]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something wrong in the news, never in the program: its kind, its place, its reason."""

    kind: ProblemKind
    #: The exact characters it stands on; empty where the whole report is meant.
    quote: str
    start: int
    end: int
    message: str
    #: What is probably meant, where that can be told.
    suggestion: str | None = None


class Rival(msgspec.Struct, frozen=True):
    """Another value that a field could have, with how sure the reading is of it (0 to 1)."""

    value: Any
    confidence: float


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim says: the quantity, what it counts, and who said it through whom; all that a series needs of it."""

    #: f1, f2, ... in text order.
    id: str
    #: sha256 of report uid, span and the fields as read; see `claim_id_of`.
    claim_id: str = ""
    #: The exact characters of the quantity with its modifier: "at least 600".
    quote: str
    start: int
    end: int
    low: Number | None
    best: Number | None
    high: Number | None
    bound: Bound = "exact"
    #: "people", an ISO 4217 code for money, "percent", or the counted thing ("buildings").
    unit: str = "people"
    measure: Measure = "other"
    #: The words naming who or what is counted, without the number.
    population: str | None = None
    #: The words naming where it happened.
    place: str | None = None
    #: When it happened, EDTF.
    event_time: str | None = None
    #: Who established the figure, as named in the text; None in the outlet's own voice.
    source: str | None = None
    #: A slug for the source.
    source_id: str | None = None
    #: Through whom it came, from the origin outwards.
    relays: tuple[str, ...] = ()
    #: When the source said it, EDTF, where the text tells.
    said_at: str | None = None
    #: The words that attribute: "said", "according to".
    cue: str | None = None
    polarity: Polarity = "stated"
    modality: Modality = "asserted"
    aggregation: Aggregation = "incident"
    #: The id of the figure of which this one is a stated part.
    part_of: str | None = None
    #: A phrase repeated by mistake within one sentence.
    repeat: bool = False


class Figure(Claimed, frozen=True, kw_only=True):
    """A claim: a quantity as one place in a report states it, with where each field was read and how sure it is."""

    #: {field: [start, end]} for cue, source, population, place, event_time, said_at; "relays" holds a list of spans.
    evidence: Mapping[str, Any] = msgspec.field(default_factory=dict)
    #: {"record" and each field: 0 to 1, two decimals}, calibrated.
    confidence: Mapping[str, float] = msgspec.field(default_factory=dict)
    #: {field: other values it could have}, where there are any.
    rivals: Mapping[str, tuple[Rival, ...]] = msgspec.field(default_factory=dict)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One publication by an outlet: its text, when it was published, where it came from."""

    #: The given id, else the first 16 digits of `uid`; never a file path.
    id: str
    #: sha256 of the text and the URL or given id.
    uid: str
    text: str
    #: What the user named: a path, "-", a URL, with "#line" for JSON Lines.
    input: str | None = None
    url: str | None = None
    #: A date, a partial date (EDTF) or a timestamp with offset.
    published: str | None = None
    outlet: str | None = None
    title: str | None = None
    language: str | None = None
    #: When it was fetched or captured (UTC timestamp), where known.
    retrieved_at: str | None = None
    #: What reading the bytes already showed: mojibake, truncation, unreadable parts.
    problems: tuple[Problem, ...] = ()


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    """What was read in one report: its figures and its problems, by which extractor."""

    report: Report
    extractor: str
    figures: tuple[Figure, ...] = ()
    problems: tuple[Problem, ...] = ()


#: The fields that a claim id covers, in this order: the reading itself, not its numbering, confidence or resolution.
CLAIM_FIELDS = (
    "quote", "low", "best", "high", "bound", "unit", "measure", "population", "place", "event_time", "source", "relays",
    "said_at", "cue", "polarity", "modality", "aggregation",
)  # fmt: skip


def report_uid(text: str, url: str | None = None, given_id: str | None = None) -> str:
    """The identity of a report: sha256 of its text and its URL or given id."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    digest.update(b"\x00" + (url or given_id or "").encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def claim_id_of(uid: str, figure: Figure, part_of_span: Span | None = None) -> str:
    """The identity of a claim: sha256 of report uid, start, end and the fields as read.

    `part_of_span` stands for `part_of`: the numbering f1, f2, ... may change when another figure is found, the span not.
    """
    fields = [uid, figure.start, figure.end, *(_plain(getattr(figure, name)) for name in CLAIM_FIELDS)]
    fields.append(list(part_of_span) if part_of_span else None)
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return whole(value)
    return list(value) if isinstance(value, tuple) else value


def whole(value: Number) -> Number:
    """An integer where the number is whole, so that 4.0 and 4 are written alike."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def with_claim_ids(uid: str, figures: list[Figure]) -> tuple[Figure, ...]:
    """The figures, each with its `claim_id`."""
    spans = {f.id: (f.start, f.end) for f in figures}
    return tuple(
        msgspec.structs.replace(f, claim_id=claim_id_of(uid, f, spans.get(f.part_of) if f.part_of else None))
        for f in figures
    )


def make_report(
    text: str, *, id: str | None = None, url: str | None = None, published: str | None = None, outlet: str | None = None,
    title: str | None = None, language: str | None = None, input: str | None = None, retrieved_at: str | None = None,
    problems: tuple[Problem, ...] = (),
) -> Report:  # fmt: skip
    """A report with its ids; the text is kept, but that a NUL or a lone surrogate becomes U+FFFD (`mojibake`).

    In all else that is told of the report such a character becomes U+FFFD too.
    """
    clean, found = _replace_unencodable(text)
    id, url, published, outlet, title, language, input, retrieved_at = (
        value and _replace_unencodable(value)[0]
        for value in (id, url, published, outlet, title, language, input, retrieved_at)
    )
    uid = report_uid(clean, url, id)
    return Report(
        id=id or uid[:16], uid=uid, text=clean, input=input, url=url, published=published, outlet=outlet, title=title,
        language=language, retrieved_at=retrieved_at, problems=(*problems, *found),
    )  # fmt: skip


def _replace_unencodable(text: str) -> tuple[str, tuple[Problem, ...]]:
    bad = [i for i, c in enumerate(text) if c == "\x00" or "\ud800" <= c <= "\udfff"] if not _is_sound(text) else []
    if not bad:
        return text, ()
    characters = list(text)
    for i in bad:
        characters[i] = "�"
    message = f"{len(bad)} character(s) that no text can hold (NUL or lone surrogate) stand as U+FFFD"
    return "".join(characters), (Problem(kind="mojibake", quote="�", start=bad[0], end=bad[0] + 1, message=message),)


def _is_sound(text: str) -> bool:
    if "\x00" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def to_json(extraction: Extraction, *, with_text: bool = True) -> dict[str, Any]:
    """The JSON object of an extraction (schema 1), keys in the documented order."""
    report = extraction.report
    row: dict[str, Any] = {
        "schema": SCHEMA, "extractor": extraction.extractor, "id": report.id, "uid": report.uid, "input": report.input,
        "url": report.url, "published": report.published, "outlet": report.outlet, "title": report.title,
        "language": report.language,
    }  # fmt: skip
    if with_text:
        row["text"] = report.text
    row["figures"] = [msgspec.to_builtins(f) for f in extraction.figures]
    row["problems"] = [msgspec.to_builtins(p) for p in extraction.problems]
    return row


def encode_json(extraction: Extraction, *, with_text: bool = True) -> bytes:
    """One line of JSON, the same bytes for the same extraction."""
    return msgspec.json.encode(to_json(extraction, with_text=with_text))
