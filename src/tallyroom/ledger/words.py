"""Moments, hashes and folded words, as the ledger writes them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from tallyroom.errors import UsageError

#: What stands for a character that was removed.
BLOCK = "█"


def now() -> str:
    """This moment in UTC, to the microsecond, in a form that sorts."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(words: str) -> str:
    """A moment that a user names, as the ledger writes it; a bare date means the end of that day (UTC)."""
    try:
        if len(words) == 10:
            return datetime.fromisoformat(words).strftime("%Y-%m-%dT23:59:59.999999Z")
        found = datetime.fromisoformat(words)
    except ValueError:
        raise UsageError(f"{words!r} is no moment; write 2025-03-04 or 2025-03-04T12:30:00Z") from None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hash_of(text: str) -> str:
    """sha256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=32768)
def fold(words: str | None) -> str:
    """Words as they are compared: lower case, single spaces."""
    return " ".join((words or "").casefold().split())


def bare(name: str) -> str:
    """A name as names are compared: folded, without its article."""
    return fold(name).removeprefix("the ")
