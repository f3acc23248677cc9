"""Tables as files, of all rows that a view's filters leave: written aside, sent, removed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import msgspec
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel
from starlette.background import BackgroundTask

from tallyroom import export
from tallyroom.errors import UsageError
from tallyroom.export.tables import write_csv_rows
from tallyroom.ledger import LedgerClaim
from tallyroom.web.rows import flat

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "jsonld": "application/ld+json",
}
#: The forms for figures, and those for all other tables.
FIGURE_FORMS = ("csv", "xlsx", "jsonl", "jsonld")
FORMS = ("csv", "jsonl")


def figures_file(claims: Iterable[LedgerClaim], form: str) -> Response:
    """Figures with all their columns, as `tallyroom export` writes them."""
    rows = (export.row_of(claim) for claim in claims)
    writers: dict[str, Callable[[Path], object]] = {
        "xlsx": lambda path: export.write_xlsx(rows, path),
        "csv": lambda path: _in_text(path, lambda out: export.write_csv(rows, out)),
        "jsonld": lambda path: _in_text(path, lambda out: export.write_jsonld(rows, out)),
        "jsonl": lambda path: _lines(path, rows),
    }
    return _file("figures", form, writers)


def rows_file(name: str, rows: Iterable[BaseModel], model: type[BaseModel], form: str) -> Response:
    """Rows as CSV or JSON Lines."""
    names = list(model.model_fields)
    writers: dict[str, Callable[[Path], object]] = {
        "csv": lambda path: _in_text(
            path, lambda out: write_csv_rows(names, (list(flat(row).values()) for row in rows), out)
        ),
        "jsonl": lambda path: _lines(path, (row.model_dump() for row in rows)),
    }
    return _file(name, form, writers)


def _file(name: str, form: str, writers: dict[str, Callable[[Path], object]]) -> Response:
    if form not in writers:
        raise UsageError(f"no form {form!r}; the forms are {', '.join(writers)}")
    with _aside(form) as path:
        writers[form](path)
    return FileResponse(
        path, media_type=TYPES[form], filename=f"{name}.{form}", background=BackgroundTask(path.unlink, missing_ok=True)
    )


@contextmanager
def _aside(form: str) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix="tallyroom-", suffix="." + form)
    os.close(handle)
    try:
        yield Path(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _in_text(path: Path, write: Callable[[TextIO], object]) -> None:
    with path.open("w", encoding="utf-8", newline="", errors="replace") as out:
        write(out)


def _lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("wb") as out:
        for row in rows:
            out.write(msgspec.json.encode(row) + b"\n")


__all__ = ["FIGURE_FORMS", "FORMS", "figures_file", "rows_file"]
