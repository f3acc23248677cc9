"""Parquet for analysis, through DuckDB (extra `parquet`): typed columns, written as a stream."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tallyroom.errors import MissingExtra
from tallyroom.export.rows import COLUMNS, Row

#: Rows that are held in memory before they are written.
ROW_GROUP = 16_384
_TYPES = {"text": "VARCHAR", "number": "DOUBLE", "integer": "BIGINT", "flag": "BOOLEAN"}


def write_parquet(rows: Iterable[Row], path: str | Path) -> int:
    """Write claim rows as Parquet (zstd); returns how many. Raises `MissingExtra` without DuckDB."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("parquet", "export --to parquet") from None
    columns = "{" + ", ".join(f"'{column.name}': '{_TYPES[column.type]}'" for column in COLUMNS) + "}"
    with tempfile.TemporaryDirectory(prefix="tallyroom-") as folder:
        lines = Path(folder, "rows.jsonl")
        with lines.open("wb") as out:
            count = 0
            for count, row in enumerate(rows, start=1):
                out.write(msgspec.json.encode(row) + b"\n")
        with duckdb.connect(config={"threads": 1, "memory_limit": "512MB", "temp_directory": folder}) as database:
            source = f"read_json({_quoted(lines)}, format = 'newline_delimited', columns = {columns})"
            # The names and types come from COLUMNS and the paths are quoted: no word of a report reaches the SQL.
            copy = f"copy (select * from {source}) to {_quoted(Path(path))} (format parquet, compression zstd, row_group_size {ROW_GROUP})"  # noqa: S608
            try:
                database.execute(copy)
            except duckdb.IOException as fault:
                known = {code: os.strerror(code) for code in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)}
                code = next((code for code, words in known.items() if words in str(fault)), errno.EIO)
                raise OSError(code, known.get(code, str(fault))) from None
    return count


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
