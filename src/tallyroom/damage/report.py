"""All damage of one report: each detector in turn, one problem of a kind for each place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tallyroom.damage import counts, dates, names, numbers, sides, spellings, sums, text, titles
from tallyroom.damage.found import apart
from tallyroom.document import Document
from tallyroom.model import Figure, Problem


def find_damage(document: Document, figures: Sequence[Figure]) -> list[Problem]:
    """What is wrong with a report's text, in text order."""
    report = document.report
    found = [
        *numbers.find(document.text, document.spans),
        *text.find(document.text, document.spans),
        *sides.find(document),
        *dates.find(document),
        *sums.find(document),
        *counts.find(document, figures),
        *titles.find(document, figures),
        *names.find(document),
        *spellings.find(document.text, report.title),
    ]
    by_kind: dict[str, list[Problem]] = defaultdict(list)
    for problem in found:
        by_kind[problem.kind].append(problem)
    return sorted((p for own in by_kind.values() for p in apart(own)), key=lambda p: (p.start, p.end, p.kind))
