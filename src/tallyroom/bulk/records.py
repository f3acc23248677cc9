"""What goes into a shard and what comes out of it: raw records with where they stood, rejects with their reason."""

from __future__ import annotations

from typing import Literal

import msgspec

#: Why a record gave no report, each counted.
Reason = Literal[
    "revisit", "truncated", "status", "not_html", "bad_http", "unpacking", "damaged", "cut_off", "too_large", "too_slow",
    "too_much_memory", "crashed", "not_text", "no_text", "not_english", "bad_line", "unreadable",
]  # fmt: skip
REASONS: tuple[str, ...] = Reason.__args__  # type: ignore[attr-defined]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record stood: the way back from every row."""

    #: The archive, file or address, as named; "x.wacz!archive/data.warc.gz" inside a WACZ.
    archive: str
    record_id: str | None = None
    #: Where the record begins: bytes of the archive as stored, or the number of the row or file.
    record_offset: int = 0
    target_uri: str | None = None
    warc_date: str | None = None
    payload_digest: str | None = None


class Raw(msgspec.Struct, frozen=True, kw_only=True):
    """A record that may hold reports, not yet looked into."""

    place: Place
    kind: Literal["page", "line", "file"]
    body: bytes
    charset: str | None = None
    #: Its date where it has none of its own.
    published: str | None = None


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """A record that gave no report, and why."""

    place: Place
    reason: Reason
    detail: str = ""


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the input that one task reads: a range of an archive, of rows, or a list of files."""

    id: str
    kind: Literal["warc", "wacz", "lines", "rows", "files"]
    #: The address that fsspec opens.
    address: str
    #: The name in rows: the address, with the member of a WACZ.
    name: str
    #: Records that begin in [start, end): bytes, or numbers of rows.
    start: int = 0
    end: int = 0
    member: str = ""
    files: tuple[str, ...] = ()
    published: str | None = None
