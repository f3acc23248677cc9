"""Which reader takes which bytes: by content first, then by extension."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from tallyroom.errors import InputError
from tallyroom.language import language_of
from tallyroom.model import Report, make_report
from tallyroom.readers.decode import decode
from tallyroom.readers.jsonl import looks_like_jsonl, read_lines
from tallyroom.readers.limits import MAX_LINE_BYTES, MAX_REPORT_BYTES, MAX_ZIP_BYTES, megabytes

_MARKUP = re.compile(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.S
)
_FEED = re.compile(
    rb"(?is)\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<\?.*?\?>\s*)*<(?:rss|feed|rdf:RDF)\b"
)
_MAIL = re.compile(rb"(?i)\A(?:(?:[a-z][a-z0-9-]*):[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_WARC_NAMES = (".warc", ".warc.gz")
_KNOWN = (
    ".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".jsonl", ".ndjson", ".xml", ".rss", ".atom", ".eml", ".pdf",
    ".zip", ".wacz", *_WARC_NAMES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes came from: the name that the user gave, and what is known beside the bytes."""

    name: str
    published: str | None = None
    url: str | None = None
    charset: str | None = None
    retrieved_at: str | None = None


def is_known(path: str) -> bool:
    """Whether a file in a folder or archive is one to read: not hidden, and of a known kind by its name."""
    parts = path.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and parts[-1].lower().endswith(_KNOWN)


def read_stream(stream: BinaryIO, origin: Origin) -> Iterator[Report | InputError]:
    """The reports of a stream; JSON Lines and archives are read piece by piece, all else whole."""
    first = stream.readline(MAX_LINE_BYTES + 1)
    name = origin.name.lower()
    if name.endswith(_WARC_NAMES) or first.startswith(b"WARC/"):
        from tallyroom.readers.web_archive import read_web_archive

        yield from read_web_archive(_from_start(first, stream, origin), origin)
    elif first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from tallyroom.readers.zipped import read_zip

        yield from read_zip(_from_start(first, stream, origin), origin)
    elif name.endswith((".jsonl", ".ndjson")) or looks_like_jsonl(first):
        yield from read_lines(first, stream, origin)
    else:
        rest = stream.read(MAX_REPORT_BYTES + 1 - len(first)) if len(first) <= MAX_REPORT_BYTES else b""
        yield from read_bytes(first + rest, origin)


def _from_start(first: bytes, stream: BinaryIO, origin: Origin) -> BinaryIO:
    """The stream as a file to move about in, at its start; a pipe or a member of an archive is copied to disk."""
    if stream.seekable() and not isinstance(stream, zipfile.ZipExtFile):
        stream.seek(0)
        return stream
    copy = tempfile.TemporaryFile()  # noqa: SIM115, the reader of the copy lets it go
    copy.write(first)
    while chunk := stream.read(1 << 20):
        if copy.write(chunk) and copy.tell() > MAX_ZIP_BYTES:
            copy.close()
            raise InputError(origin.name, f"limit: the archive is larger than {megabytes(MAX_ZIP_BYTES)}")
    copy.seek(0)
    return cast(BinaryIO, copy)


def read_bytes(data: bytes, origin: Origin) -> Iterator[Report | InputError]:
    """The reports in the bytes of one file, page or message."""
    if len(data) > MAX_REPORT_BYTES:
        raise InputError(origin.name, f"limit: larger than {megabytes(MAX_REPORT_BYTES)}; split it")
    start, name = data[:65536], origin.name.lower()
    if data.startswith(b"%PDF-"):
        from tallyroom.readers.pdf import read_pdf

        yield read_pdf(data, origin)
    elif _FEED.search(start):
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
