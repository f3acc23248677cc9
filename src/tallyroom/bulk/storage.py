"""Files wherever fsspec reaches: opened, written whole under a temporary name and then renamed, and asked in SQL."""

from __future__ import annotations

import os
import posixpath
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from tallyroom.errors import MissingExtra

_NEEDED = "tallyroom bulk"


def to_filesystem(address: str) -> tuple[Any, str]:
    """The file system of an address and the path in it."""
    try:
        import fsspec.core
    except ImportError:
        raise MissingExtra("bulk", _NEEDED) from None
    filesystem, path = fsspec.core.url_to_fs(address)
    return filesystem, str(path)


def to_address(filesystem: Any, path: str, named: str) -> str:
    """The address of a file that was found under an address: itself a path or an address, chained where that one is."""
    if "://" not in named:
        return path
    first, chain, rest = named.partition("::")
    if "://" in first:
        return f"{filesystem.unstrip_protocol(path)}{chain}{rest}"
    # Behind a cache the path is that of the file system which it holds things for.
    return f"{first}::{filesystem.fs.unstrip_protocol(path)}"


@contextmanager
def open_read(address: str) -> Iterator[BinaryIO]:
    """A file to read and move about in."""
    filesystem, path = to_filesystem(address)
    with filesystem.open(path, "rb") as stream:
        yield cast(BinaryIO, stream)


def join(folder: str, *parts: str) -> str:
    """The address of something in a folder."""
    return posixpath.join(folder, *parts)


class Folder:
    """The folder that a run writes: files appear in it whole or not at all."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/") or "/"
        self._filesystem, self._path = to_filesystem(self.address)

    def holds(self, filesystem: Any, path: str) -> bool:
        """Whether a file of a file system lies in it."""
        return type(filesystem) is type(self._filesystem) and path.startswith(f"{self._path.rstrip('/')}/")

    def path(self, name: str) -> str:
        """The path of a file in its own file system."""
        return join(self._path, name)

    def put(self, local: Path, name: str) -> None:
        """Bring a local file in: copied under a temporary name, then renamed."""
        target = self.path(name)
        passing = f"{target}.{uuid.uuid4().hex[:8]}.tmp"
        self._filesystem.makedirs(posixpath.dirname(target), exist_ok=True)
        self._filesystem.put_file(str(local), passing)
        self._filesystem.mv(passing, target)

    def write(self, name: str, data: bytes) -> None:
        """A small file, whole."""
        with tempfile.TemporaryDirectory(prefix="tallyroom-") as folder:
            local = Path(folder, "file")
            local.write_bytes(data)
            self.put(local, name)

    def append(self, name: str, data: bytes) -> None:
        """Add to a file; where the file system cannot append, it is written anew."""
        try:
            with self._filesystem.open(self.path(name), "ab") as stream:
                stream.write(data)
        except (NotImplementedError, ValueError):
            self.write(name, (self.read(name) or b"") + data)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        try:
            return cast(bytes, self._filesystem.cat_file(self.path(name)))
        except FileNotFoundError:
            return None

    def exists(self, name: str) -> bool:
        return bool(self._filesystem.exists(self.path(name)))

    def names(self, pattern: str) -> list[str]:
        """Files that fit a pattern, as names in the folder, in order."""
        found = self._filesystem.glob(self.path(pattern))
        return sorted(posixpath.relpath(str(one), self._path) for one in found)

    def make(self) -> None:
        """Make the folder."""
        self._filesystem.makedirs(self._path, exist_ok=True)

    def remove(self, name: str) -> None:
        """Take away a file or a folder with all that it holds; nothing where there is none."""
        path = self.path(name)
        if self._filesystem.exists(path):
            self._filesystem.rm(path, recursive=True)

    def sql_names(self, names: Sequence[str]) -> list[str]:
        """Names as the database opens them."""
        return [self._address_of(name) for name in names]

    def _address_of(self, name: str) -> str:
        path = self.path(name)
        return path if _is_local(self._filesystem) else str(self._filesystem.unstrip_protocol(path))

    @contextmanager
    def database(self, *, memory: str = "512MB") -> Iterator[Any]:
        """A database of one thread and bounded memory that can open the files of this folder."""
        with database(self._filesystem, memory=memory) as connection:
            yield connection


def _is_local(filesystem: Any) -> bool:
    protocol = filesystem.protocol
    return "file" in ((protocol,) if isinstance(protocol, str) else tuple(protocol))


@contextmanager
def database(filesystem: Any = None, *, memory: str = "512MB") -> Iterator[Any]:
    """DuckDB in memory, with one thread and a folder to spill to; `filesystem` is one that it is to open files of."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("bulk", _NEEDED) from None
    with tempfile.TemporaryDirectory(prefix="tallyroom-") as folder:
        settings = {"threads": 1, "memory_limit": memory, "temp_directory": os.path.join(folder, "spill")}
        with duckdb.connect(config=settings) as connection:
            if filesystem is not None and not _is_local(filesystem):
                connection.register_filesystem(filesystem)
            yield connection


def _asked(sql: str, values: Sequence[Any], filesystem: Any = None) -> list[tuple[Any, ...]]:
    with database(filesystem) as connection:
        return cast("list[tuple[Any, ...]]", connection.execute(sql, list(values)).fetchall())


class Damaged(Exception):
    """What a file holds is not what it should be."""


def queried(address: str, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query whose first value is the file at the address; Damaged where it is no sound Parquet."""
    import duckdb

    filesystem, path = to_filesystem(address)
    try:
        if _is_local(filesystem):
            return _asked(sql, [path, *values])
        try:
            return _asked(sql, [filesystem.unstrip_protocol(path), *values], filesystem)
        except duckdb.NotImplementedException:
            # The database wants to know more of a file than this file system tells.
            with tempfile.TemporaryDirectory(prefix="tallyroom-") as folder:
                local = os.path.join(folder, "rows.parquet")
                filesystem.get_file(path, local)
                return _asked(sql, [local, *values])
    except (duckdb.IOException, duckdb.OutOfMemoryException) as fault:
        raise OSError(str(fault)) from fault
    except duckdb.Error as fault:
        raise Damaged(str(fault).partition("\n")[0]) from fault
