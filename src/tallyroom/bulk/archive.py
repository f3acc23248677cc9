"""Records of a web archive between two offsets; past damage the next sound record is looked for, so that one never ends the run."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from tallyroom.bulk.records import Place, Raw, Reject
from tallyroom.errors import MissingExtra
from tallyroom.readers.limits import MAX_RECORD_BYTES, megabytes

_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"WARC/1."
_CHUNK = 1 << 20
_PAGES = ("text/html", "application/xhtml+xml")


def read_archive(stream: BinaryIO, name: str, start: int, end: int) -> Iterator[Raw | Reject]:
    """The pages whose records begin in [start, end), and the rejects; records that hold no answer are passed over."""
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        raise MissingExtra("bulk", "reading a web archive (WARC, WACZ)") from None
    position = _next_record(stream, start, end)
    if start == 0 and position != 0:
        yield Reject(place=Place(archive=name), reason="damaged", detail="no record of a web archive at its beginning")
    while position is not None:
        stream.seek(position)
        held: Raw | Reject | None = None
        damage = ""
        try:
            for record in ArchiveIterator(stream, parse_http=False, record_types=WarcRecordType.any_type):
                if held is not None:
                    yield held
                    held = None
                if record.stream_pos >= end:
                    return
                position = record.stream_pos
                held = _raw(record, name, WarcRecordType)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as fault:  # fastwarc's panics on damage are no Exception
            damage = str(fault)
        whole = _is_whole(stream, position)
        if whole and held is not None:
            yield held
        elif not whole:
            place = held.place if held is not None else Place(archive=name, record_offset=position)
            reason, what = ("damaged", damage) if damage else ("cut_off", "the archive ends within this record")
            yield Reject(place=place, reason="cut_off" if reason == "cut_off" else "damaged", detail=what[:300])
        if not damage:
            return
        position = _next_record(stream, position + 1, end)


def _next_record(stream: BinaryIO, start: int, end: int) -> int | None:
    """The first offset in [start, end) at which a record begins, packed or plain."""
    position = start
    stream.seek(start)
    kept = b""
    while position < end:
        chunk = stream.read(_CHUNK)
        if not chunk:
            return None
        window = kept + chunk
        base = position - len(kept)
        for at in sorted({*_hits(window, _GZIP), *_hits(window, _PLAIN)}):
            if base + at >= end:
                return None
            if base + at >= start and _begins_record(stream, base + at):
                return base + at
        position += len(chunk)
        kept = window[-8:]
        stream.seek(position)
    return None


def _hits(window: bytes, mark: bytes) -> Iterator[int]:
    at = window.find(mark)
    while at >= 0:
        yield at
        at = window.find(mark, at + 1)


def _begins_record(stream: BinaryIO, position: int) -> bool:
    before = b""
    if position:
        stream.seek(max(0, position - 4))
        before = stream.read(min(4, position))
    stream.seek(position)
    head = stream.read(512)
    if head.startswith(_GZIP):
        with contextlib.suppress(zlib.error):
            return zlib.decompressobj(wbits=31).decompress(head, 16).startswith(b"WARC/")
        return False
    return not position or before.endswith((b"\r\n\r\n", b"\n\n"))


def _is_whole(stream: BinaryIO, position: int) -> bool:
    """Whether the record there has all the bytes that it says it has, and then ends as a record must."""
    pieces = _unpacked(stream, position)
    head = b""
    while b"\r\n\r\n" not in head and len(head) < 1 << 16:
        piece = next(pieces, None)
        if piece is None:
            return False
        head += piece
    fields, _, rest = head.partition(b"\r\n\r\n")
    length = next((line[15:] for line in fields.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"")
    if not length.strip().isdigit():
        return False
    missing = int(length) + 4 - len(rest)
    tail = rest[: int(length) + 4][-4:]
    while missing > 0:
        piece = next(pieces, None)
        if piece is None:
            return False
        tail = (tail + piece[:missing])[-4:]
        missing -= len(piece)
    return tail == b"\r\n\r\n"


def _unpacked(stream: BinaryIO, position: int) -> Iterator[bytes]:
    """The bytes from there on: of the one packed member that begins there, or as they stand."""
    stream.seek(position)
    chunk = stream.read(_CHUNK)
    if not chunk.startswith(_GZIP):
        while chunk:
            yield chunk
            chunk = stream.read(_CHUNK)
        return
    unpacker = zlib.decompressobj(wbits=31)
    while chunk and not unpacker.eof:
        try:
            piece = unpacker.decompress(chunk, _CHUNK)
        except zlib.error:
            return
        if piece:
            yield piece
        chunk = unpacker.unconsumed_tail or stream.read(_CHUNK)


def _raw(record: Any, name: str, types: Any) -> Raw | Reject | None:
    """The record as a page to read or a reject; None for one that holds no answer of a server."""
    fields = record.headers
    place = Place(
        archive=name, record_id=fields.get("WARC-Record-ID"), record_offset=record.stream_pos,
        target_uri=(fields.get("WARC-Target-URI") or "").strip("<>") or None, warc_date=_moment(record),
        payload_digest=fields.get("WARC-Payload-Digest"),
    )  # fmt: skip
    if record.record_type == types.revisit:
        return Reject(place=place, reason="revisit")
    if record.record_type != types.response:
        return None
    if fields.get("WARC-Truncated"):
        return Reject(place=place, reason="truncated", detail=str(fields.get("WARC-Truncated")))
    length = record.content_length
    if length > MAX_RECORD_BYTES:
        return Reject(place=place, reason="too_large", detail=f"a record over {megabytes(MAX_RECORD_BYTES)}")
    record.set_bytes_content(record.reader.read(length))
    with contextlib.suppress(Exception):  # a broken HTTP header leaves the record without status
        record.parse_http(auto_decode="all")
    if not record.is_http_parsed or record.http_headers.status_code is None:
        return Reject(place=place, reason="bad_http")
    if record.http_headers.status_code != 200:
        return Reject(place=place, reason="status", detail=str(record.http_headers.status_code))
    kind = (record.http_content_type or "").lower()
    if kind not in _PAGES:
        return Reject(place=place, reason="not_html", detail=kind[:100])
    try:
        body = record.reader.read(MAX_RECORD_BYTES + 1)
    except Exception as fault:
        return Reject(place=place, reason="unpacking", detail=str(fault)[:300])
    if len(body) > MAX_RECORD_BYTES:
        return Reject(place=place, reason="too_large", detail=f"a page over {megabytes(MAX_RECORD_BYTES)}")
    return Raw(place=place, kind="page", body=body, charset=record.http_charset)


def _moment(record: Any) -> str | None:
    moment = record.record_date
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else None
