"""Capital letters beyond A to Z, for patterns that look for names: "İzmit", "Østfold", "Łódź"."""

from __future__ import annotations

#: The capital letters of the Latin, Greek and Cyrillic scripts.
CAPITALS = "".join(letter for letter in map(chr, range(0x41, 0x530)) if letter.isupper())


def with_all_capitals(pattern: str) -> str:
    """A pattern in which "A-Z" stands for every capital letter."""
    return pattern.replace("A-Z", CAPITALS)
