#!/usr/bin/env python3
"""Holds the licences of all that Tallyroom and its extras install to an allow-list of permissive and weak-copyleft ones."""

from __future__ import annotations

import re
import sys
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: A licence is allowed where each of its parts matches one of these.
ALLOWED = re.compile(
    r"mit|mit-0|mit-cmu|hpnd|bsd|0bsd|apache|isc|psf|python software foundation|python-2\.0|cnri-python|zlib|unlicense"
    r"|public domain|cc0|mpl|mozilla public|lgpl|lesser general public|blueoak|bsl-1\.0|ofl|gpl-3\.0-with-gcc",
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"(?<![\w-])(?:a?gpl|gnu (?:affero )?general public)|proprietary|non-?commercial|sspl|busl", re.IGNORECASE
)
#: Distributions whose metadata tell nothing or too little, set by hand, not yet read in full.
READ_BY_HAND = {
    # To be used under any one of the three; the metadata list all of them.
    "pyphen": "MPL-1.1 OR LGPL-2.1-or-later OR GPL-2.0-or-later",
    # Its "dependency licenses" are those of PDFium, BSD-3-Clause and Apache-2.0 with permissive parts.
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}


def closure(root: str, extras: frozenset[str]) -> dict[str, metadata.Distribution]:
    """All installed distributions that `root` with its extras asks for here, by canonical name."""
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(root, extras)]
    while todo:
        name, wanted = todo.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        distribution = metadata.distribution(name)
        found[canonicalize_name(name)] = distribution
        for line in distribution.requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in (wanted or {""})):
                todo.append((canonicalize_name(needed.name), frozenset(needed.extras)))
    return found


def licence_of(distribution: metadata.Distribution) -> str:
    """What the metadata say: the expression, else the classifiers, else the first line of the licence field."""
    about = distribution.metadata
    expression = about.get("License-Expression")
    if expression:
        return expression
    classifiers = [
        line.rsplit("::", 1)[1].strip()
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    if classifiers:
        return " AND ".join(classifiers)
    return (about.get("License") or "").strip().splitlines()[0] if (about.get("License") or "").strip() else ""


def is_allowed(licence: str) -> bool:
    """Is every part that must hold (AND), and one of those to choose from (OR), on the list?"""
    parts = re.split(r"\s+and\s+|[;,]", re.sub(r"[()]", " ", licence), flags=re.IGNORECASE)
    return bool(licence) and all(
        any(_is_on_list(choice) for choice in re.split(r"\s+or\s+", p, flags=re.IGNORECASE)) for p in parts
    )


def _is_on_list(choice: str) -> bool:
    return bool(ALLOWED.search(choice)) and not REFUSED.search(choice)


def main() -> int:
    """Check and tell; 1 where a licence is not on the list or a distribution is not installed."""
    try:
        distributions = closure("tallyroom", frozenset({"all"}))
    except metadata.PackageNotFoundError as fault:
        print(f"{fault}: install the project with its extras first: make setup-dev", file=sys.stderr)
        return 1
    bad = []
    for name, distribution in sorted(distributions.items()):
        licence = READ_BY_HAND.get(name) or licence_of(distribution)
        if not is_allowed(licence):
            bad.append(f"{name} {distribution.version}: {licence or 'no licence told'}")
    for line in bad:
        print(f"not on the allow-list: {line}", file=sys.stderr)
    print(f"{len(distributions)} distributions, {len(bad)} with a licence that is not on the list")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
