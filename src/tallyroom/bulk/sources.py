"""From what the user names (files, folders, patterns, any address that fsspec opens) to shards, and from a shard to its records."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

from tallyroom.bulk.archive import read_archive
from tallyroom.bulk.records import Place, Raw, Reject, Shard
from tallyroom.bulk.storage import Damaged, Folder, open_read, queried, to_address, to_filesystem
from tallyroom.errors import InputError
from tallyroom.readers.limits import MAX_LINE_BYTES, MAX_REPORT_BYTES, megabytes
from tallyroom.readers.routing import is_known

_WARC = (".warc", ".warc.gz")
_LINES = (".jsonl", ".ndjson")
#: How much a shard holds: of lines and rows less than of archives, for all of it is text to read.
SHARD_BYTES = 32_000_000
_LINES_SHARE = 16
_ROWS = 2000
_FILES = 500
_HEADER = ("id", "published", "outlet", "title", "url")


def plan(
    inputs: Iterable[str], *, shard_bytes: int = SHARD_BYTES, published: str | None = None, result: Folder | None = None
) -> list[Shard]:
    """The shards of all inputs, each input once, in the order given; InputError where one cannot be opened.

    What lies in the folder of the result is no input.
    """
    shards: dict[str, Shard] = {}
    for name in inputs:
        for shard in _plan_one(name, shard_bytes, published, result):
            shards.setdefault(shard.id, shard)
    return list(shards.values())


def _plan_one(name: str, shard_bytes: int, published: str | None, result: Folder | None) -> Iterator[Shard]:
    try:
        filesystem, path = to_filesystem(name)
        loose: list[str] = []
        for one in _found(filesystem, path, name, result):
            address = to_address(filesystem, one, name)
            if one.lower().endswith((*_WARC, *_LINES, ".parquet", ".wacz")):
                yield from _split(filesystem, one, address, shard_bytes, published)
            else:
                loose.append(one)
        for first in range(0, len(loose), _FILES):
            paths = loose[first : first + _FILES]
            own = tuple(to_address(filesystem, one, name) for one in paths)
            sizes = [filesystem.size(one) for one in paths]
            yield _shard(
                kind="files", address=name, name=name, files=own, end=len(own), published=published, mark=sizes
            )
    except FileNotFoundError:
        raise InputError(name, "there is no such file") from None
    except (OSError, ImportError, ValueError, zipfile.BadZipFile) as fault:
        raise InputError(name, f"cannot be opened ({fault})") from fault


def _found(filesystem: Any, path: str, name: str, result: Folder | None) -> list[str]:
    """The files that a path, a folder or a pattern names, in order."""
    if filesystem.isdir(path):
        found = [
            one
            for one in sorted(filesystem.find(path))
            if is_known(one[len(path) :]) or one.lower().endswith(".parquet")
        ]
    elif not filesystem.exists(path) and any(mark in path for mark in "*?["):
        found = sorted(one for one, about in filesystem.glob(path, detail=True).items() if about["type"] == "file")
    else:
        return [path]
    if result is not None:
        found = [one for one in found if not result.holds(filesystem, one)]
    if not found:
        raise InputError(name, "holds nothing that can be read")
    return found


def _split(filesystem: Any, path: str, address: str, shard_bytes: int, published: str | None) -> Iterator[Shard]:
    """The shards of a file; where it is damaged one that will tell so."""
    low, size = path.lower(), int(filesystem.size(path) or 0)
    more = {"published": published, "mark": size}
    if low.endswith(".wacz"):
        try:
            with filesystem.open(path, "rb") as stream, zipfile.ZipFile(stream) as archive:
                members = sorted(member for member in archive.namelist() if member.lower().endswith(_WARC))
        except zipfile.BadZipFile:
            members = []
        for member in members:
            yield _shard(kind="wacz", address=address, name=f"{address}!{member}", member=member, **more)
        if not members:
            yield _shard(kind="wacz", address=address, name=address, **more)
    elif low.endswith(".parquet"):
        try:
            rows = queried(address, "select count(*) from read_parquet(?)")[0][0]
        except Damaged:
            yield _shard(kind="rows", address=address, name=address, **more)
            return
        for first in range(0, rows, _ROWS):
            yield _shard(kind="rows", address=address, name=address, start=first, end=min(rows, first + _ROWS), **more)
    else:
        kind = "lines" if low.endswith(_LINES) else "warc"
        step = max(1, shard_bytes // _LINES_SHARE if kind == "lines" else shard_bytes)
        for first in range(0, size, step):
            yield _shard(kind=kind, address=address, name=address, start=first, end=min(size, first + step), **more)


def _shard(*, mark: Any, **fields: Any) -> Shard:
    words = json.dumps([fields, mark], sort_keys=True)
    return Shard(id=hashlib.sha256(words.encode()).hexdigest()[:16], **fields)


def read_shard(shard: Shard) -> Iterator[Raw | Reject]:
    """The records of a shard, in order."""
    if shard.kind == "files":
        yield from _read_files(shard)
    elif shard.kind == "rows":
        yield from _read_rows(shard)
    elif shard.kind == "wacz":
        yield from _read_member(shard)
    else:
        with open_read(shard.address) as stream:
            if shard.kind == "lines":
                yield from _read_lines(stream, shard)
            else:
                yield from _dated(read_archive(stream, shard.name, shard.start, shard.end), shard.published)


def _dated(records: Iterator[Raw | Reject], published: str | None) -> Iterator[Raw | Reject]:
    for record in records:
        if published is not None and isinstance(record, Raw):
            record = Raw(
                place=record.place, kind=record.kind, body=record.body, charset=record.charset, published=published
            )
        yield record


def _read_member(shard: Shard) -> Iterator[Raw | Reject]:
    place = Place(archive=shard.name)
    with open_read(shard.address) as stream, tempfile.TemporaryFile() as copy:
        try:
            with zipfile.ZipFile(stream) as archive:
                if not shard.member:
                    yield Reject(place=place, reason="unreadable", detail="a WACZ without an archive in it")
                    return
                with archive.open(shard.member) as packed:
                    while chunk := packed.read(1 << 20):
                        copy.write(chunk)
        except (EOFError, NotImplementedError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error) as fault:
            yield Reject(place=place, reason="damaged", detail=str(fault)[:300])
        size = copy.tell()
        if size:
            yield from _dated(read_archive(cast(BinaryIO, copy), shard.name, 0, size), shard.published)


def _read_lines(stream: BinaryIO, shard: Shard) -> Iterator[Raw | Reject]:
    """Lines that begin in the shard: one begins after each line end, and at the start of the file."""
    position = shard.start
    if position:
        stream.seek(position - 1)
        position += _skip_line(stream) - 1
    while position < shard.end and (line := stream.readline(MAX_LINE_BYTES + 1)):
        place = Place(archive=shard.name, record_offset=position)
        position += len(line)
        if len(line) > MAX_LINE_BYTES:
            position += 0 if line.endswith(b"\n") else _skip_line(stream)
            yield Reject(place=place, reason="too_large", detail=f"a line over {megabytes(MAX_LINE_BYTES)}")
        elif line.strip():
            yield Raw(place=place, kind="line", body=line, published=shard.published)


def _skip_line(stream: BinaryIO) -> int:
    """Go on to the next line; how many bytes that was."""
    passed = 0
    while chunk := stream.readline(1 << 20):
        passed += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return passed


def _read_rows(shard: Shard) -> Iterator[Raw | Reject]:
    """Rows of a Parquet file with a column `text` and any of id, published, outlet, title, url."""
    place = Place(archive=shard.name, record_offset=shard.start)
    try:
        known = {row[0] for row in queried(shard.address, "describe select * from read_parquet(?)")}
        if "text" not in known:
            yield Reject(place=place, reason="unreadable", detail="no column `text`")
            return
        wanted = ["text", *(name for name in _HEADER if name in known)]
        columns = ", ".join(f'cast("{name}" as varchar)' for name in wanted)
        # Only names of the list above reach the SQL.
        sql = f"select {columns} from read_parquet(?, file_row_number = true) where file_row_number >= ? and file_row_number < ? order by file_row_number"  # noqa: S608
        rows = queried(shard.address, sql, [shard.start, shard.end])
    except Damaged as fault:
        which = f"rows {shard.start} to {shard.end - 1}: " if shard.end else ""
        yield Reject(place=place, reason="unreadable", detail=f"{which}{fault}"[:300])
        return
    for number, row in enumerate(rows, shard.start):
        fields = {name: value for name, value in zip(wanted, row, strict=True) if value is not None}
        body = json.dumps(fields).encode()
        yield Raw(
            place=Place(archive=shard.name, record_offset=number), kind="line", body=body, published=shard.published
        )


def _read_files(shard: Shard) -> Iterator[Raw | Reject]:
    for number, address in enumerate(shard.files):
        place = Place(archive=address, record_offset=number)
        try:
            with open_read(address) as stream:
                body = stream.read(MAX_REPORT_BYTES + 1)
        except OSError as fault:
            yield Reject(place=place, reason="unreadable", detail=str(fault)[:300])
            continue
        if len(body) > MAX_REPORT_BYTES:
            yield Reject(place=place, reason="too_large", detail=f"a file over {megabytes(MAX_REPORT_BYTES)}")
        else:
            yield Raw(place=place, kind="file", body=body, published=shard.published)
