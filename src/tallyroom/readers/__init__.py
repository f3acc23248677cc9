"""From what the user names (a path, a folder, "-", a URL) to reports; a fault of one input never stops the others."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from tallyroom.errors import InputError, MissingExtra
from tallyroom.model import Report
from tallyroom.readers.published import check_published
from tallyroom.readers.routing import Origin, is_known, read_stream

__all__ = ["read", "read_inputs"]

Item = Report | InputError


def read(
    path_or_url: str | os.PathLike[str], *, published: str | None = None, allow_private: bool = False
) -> list[Report]:
    """The reports of one input; InputError where nothing could be read, UsageError for a wrong `published`.

    A part that could not be read beside others (a line, a file of a folder) is told by a warning.
    """
    items = list(read_inputs([os.fspath(path_or_url)], published=published, allow_private=allow_private))
    reports = [item for item in items if isinstance(item, Report)]
    faults = [item for item in items if isinstance(item, InputError)]
    if not reports:
        fault = faults[0] if faults else InputError(str(path_or_url), "holds no report")
        raise fault.__cause__ if isinstance(fault.__cause__, MissingExtra) else fault
    for fault in faults:
        warnings.warn(f"not read: {fault}", stacklevel=2)
    return reports


def read_inputs(inputs: Iterable[str], *, published: str | None = None, allow_private: bool = False) -> Iterator[Item]:
    """Reports as they are read, with an InputError in the place of each that could not be; UsageError for no date."""
    if published is not None:
        check_published(published)
    return (item for name in inputs for item in _read_one(name, published, allow_private))


def _read_one(name: str, published: str | None, allow_private: bool) -> Iterator[Item]:
    try:
        if name.lower().startswith(("http://", "https://")):
            yield from _read_url(name, published, allow_private)
        elif name == "-":
            yield from read_stream(sys.stdin.buffer, Origin("-", published=published))
        elif Path(name).is_dir():
            yield from _read_folder(name, published)
        else:
            yield from _read_file(name, published)
    except InputError as fault:
        yield fault
    except MissingExtra as missing:
        told = InputError(name, str(missing))
        told.__cause__ = missing
        yield told
    except (OSError, ValueError) as fault:
        yield InputError(name, _in_words(fault))


def _read_url(name: str, published: str | None, allow_private: bool) -> Iterator[Item]:
    from tallyroom.readers.fetch import fetch

    page = fetch(name, allow_private=allow_private)
    origin = Origin(name, published=published, url=page.url, charset=page.charset, retrieved_at=page.retrieved_at)
    yield from read_stream(io.BytesIO(page.body), origin)


def _read_file(name: str, published: str | None) -> Iterator[Item]:
    path = Path(name)
    if path.exists() and not path.is_file():
        raise InputError(name, "is neither a file nor a folder")
    with path.open("rb") as stream:
        yield from read_stream(stream, Origin(name, published=published))


def _read_folder(name: str, published: str | None) -> Iterator[Item]:
    found = False
    for folder, folders, files in os.walk(name):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for file in sorted(filter(is_known, files)):
            for item in _read_one(os.path.join(folder, file), published, False):
                found = found or isinstance(item, Report)
                yield item
    if not found:
        yield InputError(name, "is a folder without a report that can be read")


def _in_words(fault: Exception) -> str:
    if isinstance(fault, FileNotFoundError):
        return "there is no such file"
    if isinstance(fault, PermissionError):
        return "may not be read (permission denied)"
    return getattr(fault, "strerror", None) or str(fault)
