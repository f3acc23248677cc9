"""Slugs: short stable names in ASCII for sources and events, made from words alone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=100_000)
def slug(words: str) -> str:
    """ "South Korea's National Intelligence Service" → "south-korea-national-intelligence-service"; never empty."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"['’]s\b", "", plain).replace(".", "")
    parts = [p for p in re.split(r"[^a-z0-9]+", plain) if p and p not in ("the", "a", "an")]
    return "-".join(parts)[:80].strip("-") or "unnamed"
