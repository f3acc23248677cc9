"""ZIP and WACZ: each member as a file of its own, "archive.zip!member"; bombs, locks and nesting are refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from tallyroom.errors import InputError
from tallyroom.model import Report
from tallyroom.readers.limits import MAX_ZIP_BYTES, MAX_ZIP_MEMBERS, MAX_ZIP_RATIO, MEGABYTE, megabytes

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
_NESTED = (".zip", ".wacz")
#: Of a WACZ: what every one holds, and where its web archives stand; its lists of pages are no reports.
_PACKAGE, _ARCHIVES = "datapackage.json", "archive/"


def read_zip(stream: BinaryIO, origin: Origin) -> Iterator[Report | InputError]:
    """The reports of the members that can be read, in the order of their names, and each other member's fault."""
    from tallyroom.readers.routing import is_known

    try:
        archive = zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(stream.read()))
        members = archive.infolist()
    except _DAMAGE as fault:
        raise InputError(origin.name, f"is a ZIP archive that cannot be opened: {fault}") from fault
    if len(members) > MAX_ZIP_MEMBERS or sum(m.file_size for m in members) > MAX_ZIP_BYTES:
        limit = f"{MAX_ZIP_MEMBERS:,} members or {megabytes(MAX_ZIP_BYTES)} unpacked"
        raise InputError(origin.name, f"limit: the ZIP archive holds more than {limit}")
    names = {m.filename for m in members}
    is_wacz = _PACKAGE in names and any(name.startswith(_ARCHIVES) for name in names)
    known = (m for m in members if is_known(m.filename) and (not is_wacz or m.filename.startswith(_ARCHIVES)))
    wanted = sorted(known, key=lambda m: m.filename)
    with archive:
        for member in wanted:
            yield from _read_member(archive, member, origin)
    if not wanted:
        yield InputError(origin.name, "is a ZIP archive without a report that can be read")


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, origin: Origin) -> Iterator[Report | InputError]:
    from tallyroom.readers.routing import read_stream

    name = f"{origin.name}!{member.filename}"
    refusal = _refusal(member)
    if refusal:
        yield InputError(name, refusal)
        return
    try:
        with archive.open(member) as stream:
            yield from read_stream(stream, replace(origin, name=name, url=None, charset=None))  # type: ignore[arg-type]
    except InputError as fault:
        yield fault
    except _DAMAGE as fault:
        yield InputError(name, f"could not be unpacked: {fault}")


def _refusal(member: zipfile.ZipInfo) -> str | None:
    if member.flag_bits & 1:
        return "is locked by a password; unpack it first"
    if member.filename.lower().endswith(_NESTED):
        return "is an archive within an archive; unpack it first"
    if member.file_size > MEGABYTE and member.file_size > MAX_ZIP_RATIO * member.compress_size:
        return f"limit: unpacks to more than {MAX_ZIP_RATIO} times its size"
    return None
