"""CSV and XLSX for spreadsheets: text stays text, memory stays flat, the same bytes twice."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TextIO

from tallyroom.export.rows import COLUMNS, Column, Row

#: A text cell that begins so is run as a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The limits of the XLSX format.
SHEET_ROWS, CELL_CHARACTERS = 1_048_576, 32_767
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)


def safe(value: Any, *, raw: bool = False) -> Any:
    """A cell for CSV: text that a spreadsheet would run gets an apostrophe before it; numbers stay as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not raw and value.startswith(_FORMULA):
        return "'" + value
    return value


def write_csv_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO, *, raw: bool = False) -> int:
    """Write a header and rows as RFC 4180 CSV (comma, CRLF); returns how many rows. Open `out` with newline=""."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    count = 0
    for count, row in enumerate(rows, start=1):
        writer.writerow([safe(value, raw=raw) for value in row])
    return count


def write_csv(rows: Iterable[Row], out: TextIO, *, raw: bool = False) -> int:
    """Write claim rows as CSV, one a figure; returns how many."""
    names = [column.name for column in COLUMNS]
    return write_csv_rows(names, ([row.get(name) for name in names] for row in rows), out, raw=raw)


def write_xlsx(rows: Iterable[Row], path: str | Path, *, raw: bool = False) -> int:
    """Write claim rows as XLSX with a sheet that explains each column; returns how many.

    Text is written as text, so that no cell is run; with `raw`, cells that begin with "=" are formulas.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": raw,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Path(path).open("wb", buffering=0) as file:
        out = _Once(file)
        try:
            return _write_book(xlsxwriter.Workbook(out, options), rows, raw=raw)
        except xlsxwriter.exceptions.FileCreateError as fault:
            raise out.fault or OSError(str(fault)) from None


class _Once:
    """A file that fails once: what a ZIP would still write to it while it is torn down is let go in silence."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at = 0
        self.fault: OSError | None = None

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        while rest and self.fault is None:
            try:
                rest = rest[self._file.write(rest) :]
            except OSError as fault:
                self.fault = fault
                raise
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def seek(self, place: int) -> int:
        if self.fault is None:
            self._file.seek(place)
        self._at = place
        return place

    def flush(self) -> None:
        """Nothing is held back."""


def _write_book(book: Any, rows: Iterable[Row], *, raw: bool) -> int:
    book.set_properties({"title": "Figures of a Tallyroom ledger", "created": _CREATED})
    bold = book.add_format({"bold": True})
    sheet, at, count, sheets = None, 0, 0, 0
    for row in rows:
        if sheet is None or at >= SHEET_ROWS:
            sheets += 1
            sheet, at = _figures_sheet(book, bold, sheets), 1
        _write_row(sheet, at, row, raw=raw)
        at, count = at + 1, count + 1
    if sheet is None:
        _figures_sheet(book, bold, 1)
    _columns_sheet(book, bold)
    book.close()
    return count


def _figures_sheet(book: Any, bold: Any, number: int) -> Any:
    sheet = book.add_worksheet("figures" if number == 1 else f"figures {number}")
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(COLUMNS):
        sheet.write_string(0, at, column.name, bold)
    return sheet


def _write_row(sheet: Any, at: int, row: Row, *, raw: bool) -> None:
    for position, column in enumerate(COLUMNS):
        value = row.get(column.name)
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(at, position, value)
        elif isinstance(value, str):
            _write_text(sheet, at, position, column, value, raw=raw)
        else:
            sheet.write_number(at, position, value)


def _write_text(sheet: Any, at: int, position: int, column: Column, value: str, *, raw: bool) -> None:
    if len(value) > CELL_CHARACTERS:
        value = value[: CELL_CHARACTERS - 1] + "…"
    if raw and column.type == "text":
        sheet.write(at, position, value)
    else:
        sheet.write_string(at, position, value)


def _columns_sheet(book: Any, bold: Any) -> None:
    sheet = book.add_worksheet("columns")
    for position, title in enumerate(("column", "holds", "meaning")):
        sheet.write_string(0, position, title, bold)
    for at, column in enumerate(COLUMNS, start=1):
        for position, words in enumerate(column):
            sheet.write_string(at, position, words)
