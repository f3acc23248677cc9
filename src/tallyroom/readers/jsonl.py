"""JSON Lines: one report an object; a broken line is told by its number and the rest is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from tallyroom.errors import InputError
from tallyroom.language import language_of
from tallyroom.model import Problem, Report, make_report
from tallyroom.readers.limits import MAX_LINE_BYTES, megabytes
from tallyroom.readers.published import is_published

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin

_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_FIELDS = ("id", "published", "outlet", "title", "url")


def looks_like_jsonl(line: bytes) -> bool:
    """Whether a first line is an object with a text."""
    if not line.removeprefix(_BOM).lstrip().startswith(b"{") or len(line) > MAX_LINE_BYTES:
        return False
    row = _parsed(line.removeprefix(_BOM))
    return isinstance(row, dict) and "text" in row


def read_lines(first: bytes, stream: BinaryIO, origin: Origin) -> Iterator[Report | InputError]:
    """Each line's report, or the fault of that line with its number; `first` is the line already taken."""
    number, line, seen = 1, first.removeprefix(_BOM), False
    while line:
        where = f"{origin.name}#{number}"
        if len(line) > MAX_LINE_BYTES:
            seen = True
            yield InputError(
                where, f"limit: the line is longer than {megabytes(MAX_LINE_BYTES)}; split it into reports"
            )
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
        elif line.strip():
            seen = True
            yield _report(line, where, origin)
        number, line = number + 1, stream.readline(MAX_LINE_BYTES + 1)
    if not seen:
        yield InputError(origin.name, "holds no report: every line is empty")


def _report(line: bytes, place: str, origin: Origin) -> Report | InputError:
    row = _parsed(line)
    if isinstance(row, str):
        return InputError(place, row)
    text = row.get("text")
    if not isinstance(text, str):
        if "ledger_entry" in row:
            return InputError(place, "is a line of a ledger, no report; `tallyroom import` takes ledgers in")
        return InputError(place, "`text` is missing" if text is None else "`text` is not a string")
    given, problems = _given(row)
    day, undated = _published(row.get("published"), origin.published)
    return make_report(
        text, id=given["id"], url=given["url"], outlet=given["outlet"], title=given["title"], published=day,
        language=language_of(text), input=place, problems=(*problems, *undated),
    )  # fmt: skip


def _parsed(line: bytes) -> dict[str, Any] | str:
    """The JSON object of a line, or what is wrong with the line."""
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as fault:
        return f"not UTF-8 at byte {fault.start + 1}; JSON Lines must be UTF-8"
    except json.JSONDecodeError as fault:
        return f"not JSON: {fault.msg} at character {fault.pos + 1}"
    except ValueError:
        return "not readable JSON: a number has too many digits"
    except RecursionError:
        return "not readable JSON: nested too deeply"
    return row if isinstance(row, dict) else "not a JSON object; a report is an object with `text`"


def _given(row: dict[str, Any]) -> tuple[dict[str, str | None], tuple[Problem, ...]]:
    """The fields that are strings (a whole number as id too), clean of lone surrogates; a problem for each other."""
    fields: dict[str, str | None] = dict.fromkeys(_FIELDS)
    problems: list[Problem] = []
    for name in _FIELDS:
        value = row.get(name)
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            fields[name] = _encodable(value) or None
        elif value is not None and name != "published":
            message = f"`{name}` is not a string and was left out"
            problems.append(Problem(kind="unreadable", quote="", start=0, end=0, message=message))
    return fields, tuple(problems)


def _encodable(value: str) -> str:
    return "".join("�" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in value)


def _published(value: Any, otherwise: str | None) -> tuple[str | None, tuple[Problem, ...]]:
    if value is None or value == "":
        return otherwise, ()
    if is_published(value):
        return str(value), ()
    shown = _encodable(str(value))[:60] if isinstance(value, (str, int, float)) else type(value).__name__
    message = f"`published` is no date ({shown}), so no time in the report is resolved"
    return None, (Problem(kind="undated", quote="", start=0, end=0, message=message),)
