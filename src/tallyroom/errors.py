"""Faults of the caller or the system: every message says what happened, where, and what to do.

A fault in the news is never raised: it is a `tallyroom.model.Problem`, returned beside the results.

    TallyroomError
    ├── InputError        an input that could not be read (exit status 1)
    ├── UsageError        a wrong call: a bad date, an unknown field (exit status 2)
    ├── MissingExtra      a package that an optional part needs is not installed
    └── LedgerError       a ledger that cannot be opened, is newer, or was lost in mid-write
"""

from __future__ import annotations

import re

#: Terminal escapes, other control characters and signs that turn the direction of writing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]")


def harmless(text: str) -> str:
    """The text with control characters as visible marks, so that none is ever sent to a terminal."""
    return _CONTROL.sub(lambda m: chr(0x2400 + ord(m.group())) if ord(m.group()) < 0x20 else "\ufffd", text)


class TallyroomError(Exception):
    """Base of all exceptions that Tallyroom raises on purpose; as text it is safe to show, whatever name it tells."""

    def __str__(self) -> str:
        return harmless(super().__str__())


class InputError(TallyroomError):
    """An input could not be read; `where` names it (a path, a URL, a line)."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


class UsageError(TallyroomError):
    """The call itself is wrong: an unknown field, a date that is none."""


class MissingExtra(TallyroomError):
    """An optional package is not installed; the message holds the exact command that cures it."""

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(f"{needed_for} needs the extra '{extra}': pip install 'tallyroom[{extra}]'")
        self.extra = extra


class LedgerError(TallyroomError):
    """A ledger cannot be opened or written; what was committed before is whole."""
