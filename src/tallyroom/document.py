"""A report laid out for reading: its sentences, their quantities, their parses where they are needed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

from tallyroom.grammar import find_names, parse_sentences, parse_stream
from tallyroom.model import Report, Span
from tallyroom.parses import Parse
from tallyroom.quantities import Quantity, find_quantities
from tallyroom.sentences import split_sentences
from tallyroom.times import TimeWords, find_times

_BREAK = re.compile(r"\n")


class Document:
    """One report with its sentences; each is parsed at most once, and only when asked for."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.text = report.text
        self.published = report.published
        self.spans: list[Span] = split_sentences(report.text)
        self._parses: dict[int, Parse] = {}

    @cached_property
    def quantities(self) -> list[list[Quantity]]:
        """The quantities of each sentence."""
        return [find_quantities(self.text, start, end) for start, end in self.spans]

    @cached_property
    def paragraphs(self) -> list[int]:
        """For each sentence the number of its paragraph."""
        breaks = [m.start() for m in _BREAK.finditer(self.text)]
        return [bisect_right(breaks, start) for start, _ in self.spans]

    @cached_property
    def times(self) -> list[list[TimeWords]]:
        """The words for time of each sentence; "the next day" counts from the day told last."""
        found: list[list[TimeWords]] = []
        anchor: str | None = None
        for start, end in self.spans:
            words = find_times(self.text, start, end, self.published, anchor)
            found.append(words)
            days = [w.value for w in words if w.value and w.grain == "day" and len(w.value) == 10]
            anchor = days[-1] if days else anchor
        return found

    def parse(self, index: int) -> Parse:
        """The parse of one sentence."""
        if index not in self._parses:
            self._parses[index] = parse_sentences(self.text, [self.spans[index]])[0]
        return self._parses[index]

    def parse_all(self, indexes: Iterable[int]) -> None:
        """Parse these sentences together, which costs less than one by one."""
        parse_together([(self, indexes)])

    def known_name(self, index: int, offset: int) -> str:
        """The kind of name that a character is part of, where the names of its sentence have been found; else ""."""
        parse = self._parses.get(index)
        token = parse.at(offset) if parse is not None and parse.named else None
        return token.entity if token is not None else ""

    def sentence_of(self, offset: int) -> int:
        """The number of the sentence that holds a character."""
        return max(0, bisect_right(self.spans, (offset, len(self.text) + 1)) - 1)


def parse_together(wanted: Iterable[tuple[Document, Iterable[int]]]) -> None:
    """Parse sentences of several reports in common batches, which costs less than report by report."""
    missing = [(d, i) for d, indexes in wanted for i in sorted(set(indexes)) if i not in d._parses]
    for (document, index), parse in zip(missing, parse_stream((d.text, d.spans[i]) for d, i in missing), strict=True):
        document._parses[index] = parse


def name_together(wanted: Iterable[tuple[Document, Iterable[int]]]) -> None:
    """Find the names in sentences of several reports in common batches."""
    find_names([document.parse(i) for document, indexes in wanted for i in sorted(set(indexes))])
