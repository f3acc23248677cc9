"""Which reader takes which bytes: by content first, then by extension."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tallyroom.errors import InputError
from tallyroom.language import language_of
from tallyroom.model import Report, make_report
from tallyroom.readers.decode import decode
from tallyroom.readers.limits import MAX_LINE_BYTES, MAX_REPORT_BYTES, megabytes

_MARKUP = re.compile(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.S
)
_FEED = re.compile(
    rb"(?is)\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<\?.*?\?>\s*)*<(?:rss|feed|rdf:RDF)\b"
)
_MAIL = re.compile(rb"(?i)\A(?:(?:[a-z][a-z0-9-]*):[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_UNREAD = ((b"%PDF-", "a PDF"), (b"PK\x03\x04", "a ZIP or WACZ archive"), (b"WARC/", "a web archive"))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes came from: the name that the user gave, and what is known beside the bytes."""

    name: str
    published: str | None = None
    url: str | None = None
    charset: str | None = None
    retrieved_at: str | None = None


def read_stream(stream: BinaryIO, origin: Origin) -> Iterator[Report | InputError]:
    """The reports of a stream; JSON Lines are read line by line, all else whole."""
    from tallyroom.readers.jsonl import looks_like_jsonl, read_lines

    first = stream.readline(MAX_LINE_BYTES + 1)
    if origin.name.lower().endswith((".jsonl", ".ndjson")) or looks_like_jsonl(first):
        yield from read_lines(first, stream, origin)
        return
    rest = stream.read(MAX_REPORT_BYTES + 1 - len(first)) if len(first) <= MAX_REPORT_BYTES else b""
    yield from read_bytes(first + rest, origin)


def read_bytes(data: bytes, origin: Origin) -> Iterator[Report | InputError]:
    """The reports in the bytes of one file, page or message."""
    if len(data) > MAX_REPORT_BYTES:
        raise InputError(origin.name, f"limit: larger than {megabytes(MAX_REPORT_BYTES)}; split it")
    for mark, what in _UNREAD:
        if data.startswith(mark):
            raise InputError(origin.name, f"is {what}, which cannot be read yet; give its text or HTML")
    start, name = data[:65536], origin.name.lower()
    if _FEED.search(start):
        from tallyroom.readers.feed import read_feed

        yield from read_feed(data, origin)
    elif _MARKUP.search(start) or name.endswith((".html", ".htm", ".xhtml")):
        from tallyroom.readers.html import read_html

        yield read_html(data, origin)
    elif name.endswith(".eml") and _MAIL.search(start):
        from tallyroom.readers.mail import read_mail

        yield read_mail(data, origin)
    else:
        yield _read_plain(data, origin)


def _read_plain(data: bytes, origin: Origin) -> Report:
    decoded = decode(data, header_charset=origin.charset)
    if decoded is None:
        raise InputError(origin.name, "holds bytes that are no text")
    return make_report(
        decoded.text, input=origin.name, url=origin.url, published=origin.published, problems=decoded.problems,
        language=language_of(decoded.text), retrieved_at=origin.retrieved_at,
    )  # fmt: skip
