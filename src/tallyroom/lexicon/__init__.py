"""Words as data: each lexicon is a text file that a person without programming can correct.

`.txt` holds one entry a line, `.tsv` tab-separated columns, `.toml` tables. `#` begins a comment. `fingerprint` names them by hash.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

_FOLDER = files(__name__)


def lines(name: str) -> tuple[str, ...]:
    """The entries of a `.txt` lexicon, without comments and empty lines."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a `.tsv` lexicon."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line.strip() and not line.startswith("#"))


@lru_cache(maxsize=64)
def table(name: str) -> dict[str, Any]:
    """The tables of a `.toml` lexicon."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Twelve digits that change whenever any lexicon changes."""
    digest = hashlib.sha256()
    for item in sorted(_FOLDER.iterdir(), key=lambda item: item.name):
        if item.name.endswith((".txt", ".tsv", ".toml")):
            digest.update(item.name.encode() + b"\x00" + item.read_bytes() + b"\x00")
    return digest.hexdigest()[:12]
