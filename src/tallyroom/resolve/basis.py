"""What words are resolved by, under one name: the lists that a person may correct, and the code that reads them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files

#: All lexicons that this room reads.
LISTS = (
    "countries.tsv", "demonyms.tsv", "divisions.tsv", "gazetteer.tsv.gz", "gazetteer_names.tsv.gz", "given_names.txt", "not_surnames.txt", "opponents.tsv", "places.toml", "populations.toml", "source_functions.tsv",
    "sources.tsv",
)  # fmt: skip


@lru_cache(maxsize=1)
def resolved_by() -> str:
    """Sixteen digits that change whenever what words mean may have changed."""
    package = files("tallyroom")
    read = [package / "lexicon" / name for name in LISTS] + [package / "ledger" / "resolution.py"]
    read += sorted(
        (item for item in (package / "resolve").iterdir() if item.name.endswith(".py")), key=lambda item: item.name
    )
    digest = hashlib.sha256()
    for item in read:
        digest.update(item.name.encode() + b"\x00" + item.read_bytes() + b"\x00")
    return digest.hexdigest()[:16]
