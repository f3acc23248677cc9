"""WARC: the HTML pages that a web archive holds, "archive.warc.gz!URL"; a cut-off or damaged archive is told."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from tallyroom.errors import InputError, MissingExtra
from tallyroom.model import Report
from tallyroom.readers.html import read_html
from tallyroom.readers.limits import MAX_RECORD_BYTES, megabytes

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin


def read_web_archive(stream: BinaryIO, origin: Origin) -> Iterator[Report | InputError]:
    """The answers with status 200 and an HTML body, as reports; MissingExtra without `bulk`."""
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as fault:
        raise MissingExtra("bulk", "reading a web archive (WARC, WACZ)") from fault
    last = -1
    try:
        for record in ArchiveIterator(stream, parse_http=False, record_types=WarcRecordType.any_type):
            last = record.stream_pos
            if record.record_type == WarcRecordType.response:
                yield from _read_response(record, origin)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as fault:  # fastwarc's panics on damage are no Exception; what was read before stands
        yield InputError(origin.name, f"the web archive is damaged or cut off ({fault}); what follows was not read")
        return
    if last < 0:
        yield InputError(origin.name, "is a web archive without a record, or one that is damaged or cut off")
    elif not _ends_whole(stream, last):
        yield InputError(origin.name, "the web archive is cut off: its last record is incomplete")


def _read_response(record: Any, origin: Origin) -> Iterator[Report | InputError]:
    url = record.headers.get("WARC-Target-URI", "").strip("<>")
    name = f"{origin.name}!{url}"
    length = record.content_length
    if length > MAX_RECORD_BYTES:
        yield InputError(name, f"limit: the record is larger than {megabytes(MAX_RECORD_BYTES)}")
        return
    content = record.reader.read(length)
    if len(content) < length:
        return  # the end of the archive, told there
    record.set_bytes_content(content)
    with contextlib.suppress(Exception):  # a broken HTTP header leaves the record without status: no page
        record.parse_http(auto_decode="all")
    if not record.is_http_parsed or record.http_headers.status_code != 200 or not _is_page(record):
        return
    page = replace(origin, name=name, url=url or None, charset=record.http_charset, retrieved_at=_moment(record))
    try:
        body = record.reader.read(MAX_RECORD_BYTES + 1)
        if len(body) > MAX_RECORD_BYTES:
            raise InputError(name, f"limit: the page is larger than {megabytes(MAX_RECORD_BYTES)}")
        yield read_html(body, page)
    except InputError as fault:
        yield fault
    except Exception as fault:
        yield InputError(name, f"the page could not be unpacked: {fault}")


def _is_page(record: Any) -> bool:
    return (record.http_content_type or "").lower() in ("text/html", "application/xhtml+xml")


def _ends_whole(stream: BinaryIO, last: int) -> bool:
    """Whether the archive ends as a record must, with two line ends, and not within a compressed member.

    fastwarc ends quietly on a record that is cut off, so the bytes from the last record that it gave are looked at.
    """
    stream.seek(last)
    tail, unpacker = b"", None
    while chunk := stream.read(1 << 20):
        if unpacker is None and not tail and not chunk.startswith(b"\x1f\x8b"):
            stream.seek(-4, 2)
            return stream.read(4) == b"\r\n\r\n"
        while chunk:
            unpacker = unpacker or zlib.decompressobj(wbits=31)
            try:
                unpacked = unpacker.decompress(chunk, 1 << 20)
            except zlib.error:
                return False
            tail = (tail + unpacked)[-4:]
            chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            unpacker = None if unpacker.eof else unpacker
    return unpacker is None and tail == b"\r\n\r\n"


def _moment(record: Any) -> str | None:
    moment = record.record_date
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else None
