"""What is done with one record, and the process that does it for a worker: record in, rows out, over a pipe.

It is a process of its own, so that a record which takes too long, takes too much memory or crashes can be ended alone.
"""

from __future__ import annotations

import gc
import io
import os
import struct
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import msgspec

from tallyroom.bulk.records import Place, Raw, Reason, Reject
from tallyroom.bulk.tables import reject_row, rows_of
from tallyroom.copies import shingles
from tallyroom.errors import InputError, MissingExtra
from tallyroom.extract import extract_all, extractor_name
from tallyroom.model import Extraction, Report
from tallyroom.readers.html import read_html
from tallyroom.readers.jsonl import read_lines
from tallyroom.readers.routing import Origin, read_stream
from tallyroom.series.records import ReportHeader, SeriesClaim
from tallyroom.series.stories import signature

#: Exit status of a reading process that had no memory left to say so.
OUT_OF_MEMORY = 73
_LENGTH = struct.Struct(">Q")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one report or reject: table → JSON lines, and what the comparison of all reports needs."""

    month: str
    #: Why there is no report; empty where there is one.
    reason: str = ""
    rows: dict[str, list[bytes]]
    #: A number for the report, from its uid, and one for each of its shingles.
    key: int = 0
    shingles: bytes = b""
    #: {"uid", "day", "signature"}: what telling stories apart needs, as JSON, where it has claims.
    signature: bytes = b""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Records for the reading process, in the order in which their outcomes come back."""

    records: list[Raw]
    with_text: bool = True


def read_records(task: Task) -> list[list[Outcome]]:
    """For each record its outcomes: one a report, or one reject. No fault of a record is raised."""
    try:
        return _read_together(task)
    except (MemoryError, RecursionError) as fault:
        reason: Reason = "too_much_memory" if isinstance(fault, MemoryError) else "crashed"
        detail = str(fault)[:300]
    # Out here the fault is gone, and with it what its frames held.
    if len(task.records) > 1:
        return [
            own for record in task.records for own in read_records(Task(records=[record], with_text=task.with_text))
        ]
    return [[rejected(Reject(place=task.records[0].place, reason=reason, detail=detail))]]


def _read_together(task: Task) -> list[list[Outcome]]:
    items = [(record, _reports(record)) for record in task.records]
    readable = [item for _, own in items for item in own if isinstance(item, Report) and _is_english(item)]
    extractions = extract_all(readable)
    out: list[list[Outcome]] = []
    for record, own in items:
        outcomes: list[Outcome] = []
        for item in own:
            if isinstance(item, InputError):
                outcomes.append(
                    rejected(Reject(place=record.place, reason=_reason(record, item), detail=item.what[:300]))
                )
            elif not _is_english(item):
                outcomes.append(rejected(Reject(place=record.place, reason="not_english", detail=item.language or "")))
            else:
                outcomes.append(_taken(next(extractions), record, task.with_text))
        out.append(outcomes)
    return out


def _is_english(report: Report) -> bool:
    return (report.language or "und").lower().startswith(("en", "und"))


def _reports(record: Raw) -> list[Report | InputError]:
    place = record.place
    if record.kind == "page":
        origin = Origin(
            f"{place.archive}!{place.target_uri}", url=place.target_uri, charset=record.charset,
            retrieved_at=place.warc_date, published=record.published,
        )  # fmt: skip
        try:
            return [read_html(record.body, origin)]
        except InputError as fault:
            return [fault]
    origin = Origin(place.archive, published=record.published)
    found: list[Report | InputError] = []
    try:
        read = read_lines if record.kind == "line" else None
        items = read(record.body, io.BytesIO(), origin) if read else read_stream(io.BytesIO(record.body), origin)
        for item in items:
            found.append(item)
    except InputError as fault:
        found.append(fault)
    except MissingExtra as fault:
        found.append(InputError(place.archive, str(fault)))
    return found


def _reason(record: Raw, fault: InputError) -> Reason:
    if record.kind == "line":
        return "bad_line"
    if record.kind == "file":
        return "unreadable"
    return "not_text" if "no text" in fault.what and "bytes" in fault.what else "no_text"


def rejected(reject: Reject) -> Outcome:
    """The outcome of a reject."""
    month, row = reject_row(reject, extractor_name())
    return Outcome(month=month, reason=reject.reason, rows={"rejects": [msgspec.json.encode(row)]})


def _taken(extraction: Extraction, record: Raw, with_text: bool) -> Outcome:
    month, report, claims, problems = rows_of(extraction, record.place, with_text=with_text)
    rows = {"reports": [report], "claims": claims, "problems": problems}
    return Outcome(
        month=month, rows={table: [msgspec.json.encode(row) for row in own] for table, own in rows.items() if own},
        key=key_of(extraction.report.uid), shingles=_packed(shingles(extraction.report.text)),
        signature=_signature(extraction),
    )  # fmt: skip


def key_of(uid: str) -> int:
    """A report as a number of 63 bits."""
    return int(uid[:16], 16) >> 1


def _packed(numbers: set[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}q", *sorted(numbers))


def _signature(extraction: Extraction) -> bytes:
    """What telling stories apart needs of a report, made here, where its text is at hand."""
    if not extraction.figures:
        return b""
    report = extraction.report
    header = ReportHeader(
        uid=report.uid, id=report.id, published=report.published, outlet=report.outlet, url=report.url,
        title=report.title, text=report.text,
    )  # fmt: skip
    made = signature(header, [SeriesClaim(header, figure) for figure in extraction.figures])
    slim = msgspec.structs.replace(header, text=None, title=None, url=None, outlet=None)
    fields: dict[str, Any] = {name: getattr(made, name) for name in type(made).__dataclass_fields__}
    fields |= {name: sorted(value) for name, value in fields.items() if isinstance(value, frozenset)}
    text = msgspec.json.encode({**fields, "header": slim}).decode()
    return msgspec.json.encode({"uid": report.uid, "day": made.day or 0, "signature": text})


# --- the process


def send(stream: BinaryIO, message: Any) -> None:
    """One message with its length before it."""
    data = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """The bytes of the next message; EOFError at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    size = _LENGTH.unpack(head)[0]
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def warm_up() -> None:
    """Load what reading needs, and spare the collector of cycles to walk through all of it again and again."""
    page = "<html><body><p>Two people were hurt in the town of Orsk on Monday, police said.</p></body></html>"
    read_records(Task(records=[Raw(place=Place(archive=""), kind="page", body=page.encode())]))
    gc.collect()
    gc.freeze()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer tasks until the other side is gone; the first message is this process's extractor."""
    warm_up()
    send(answers, extractor_name())
    try:
        while True:
            send(answers, read_records(msgspec.msgpack.decode(receive(requests), type=Task)))
    except (EOFError, BrokenPipeError):
        return


def main(arguments: Sequence[str] = ()) -> None:
    """Serve over the standard streams; what is printed by accident goes to standard error."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    if arguments:
        _bound_memory(int(arguments[0]))
    try:
        serve(sys.stdin.buffer, answers)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _bound_memory(megabytes: int) -> None:
    import resource

    limit = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    main(sys.argv[1:])
