"""All damage of one report: each detector in turn, one problem for each place."""

from __future__ import annotations

from collections.abc import Sequence

from tallyroom.damage import numbers, text
from tallyroom.document import Document
from tallyroom.model import Figure, Problem


def find_damage(document: Document, figures: Sequence[Figure]) -> list[Problem]:
    """What is wrong with a report's text, in text order."""
    return [*numbers.find(document.text, document.spans), *text.find(document.text, document.spans)]
