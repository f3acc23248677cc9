"""Where sentences begin and end: spans of the report's own text, found without parsing it."""

from __future__ import annotations

import re
from functools import lru_cache

from tallyroom.letters import with_all_capitals
from tallyroom.lexicon import lines
from tallyroom.model import Span

#: A sentence longer than this many characters is cut at punctuation, so that no parse grows without bound.
LONGEST = 1600

#: Looked for at the first of a run of marks only: a run of thousands would else be tried from each of them.
_END = re.compile(r"""(?<![.!?…])[.!?…]+["'”’)\]]*(?=\s)|\n\s*\n|\n(?=\s*(?:[-*•–—·]|\d{1,2}[.)])\s)|\n""")
_OPENS = re.compile(r"""\s*["'“‘(\[]*(?:[A-Z0-9$£€]|[^\x00-\x7f])""")
#: "LUSAKA, May 24 - ", "ALBOX, Spain (IPA) — ": where and by whom a report was written, before its first sentence.
_DATELINE = re.compile(
    with_all_capitals(
        r"\s*[A-Z][A-Z.'’-]{2,}(?: [A-Z][A-Z.'’-]+){0,3}(?:/[A-Z][A-Z ]+)?(?:, [A-Z][\w. ]{1,24})?(?:, [A-Z][a-z]{2,8}\.? \d{1,2})?"
        r" ?(?:\([^()\n]{2,40}\))? ?(?:[-–—]|--) (?=[\"“A-Z0-9])"
    )
)
_WORD_BEFORE = re.compile(r"(\S{1,24})$")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+$")
_CUT = re.compile(r"[;:,]\s|\s[-–—]\s|\s")


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    return frozenset(word.lower() for word in lines("abbreviations.txt"))


def dateline(text: str) -> str:
    """Where and by whom a report was written, before its first sentence: "LIMA (Reuters) - "; empty where it does not say."""
    found = _DATELINE.match(text)
    return found[0] if found else ""


def split_sentences(text: str) -> list[Span]:
    """The spans of the sentences of a text, in order, without the white space around them; a dateline is one of its own."""
    spans: list[Span] = []
    begin = len(dateline(text))
    if begin:
        _keep(text, 0, begin, spans)
    for match in _END.finditer(text, begin):
        if match.start() < begin:
            continue
        is_line_end = match.group(0)[0] == "\n"
        if is_line_end or _ends_sentence(text, begin, match.start(), match.end()):
            _keep(text, begin, match.start() if is_line_end else match.end(), spans)
            begin = match.end()
    _keep(text, begin, len(text), spans)
    return spans


def _ends_sentence(text: str, begin: int, stop: int, end: int) -> bool:
    """Is the mark at `stop` the end of a sentence, and not that of "Gen.", "U.S. officials", "No. 5"?"""
    if not _OPENS.match(text, end):
        return False
    if text[stop] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(begin, stop - 24), stop)
    word = (before.group(1) if before else "").lstrip("\"'“‘([").lower()
    if word in _abbreviations():
        return False
    if _INITIALS.fullmatch(word + "."):
        return _starts_afresh(text, end) if len(word) > 1 else False
    return True


@lru_cache(maxsize=1)
def _openers() -> frozenset[str]:
    return frozenset(lines("sentence_openers.txt"))


def _starts_afresh(text: str, end: int) -> bool:
    """After "U.S." a new sentence begins only with a word that seldom continues a name: "The", "He", "In"."""
    word = re.match(r"""\s*["“'(]*([A-Za-z]+)""", text[end : end + 40])
    return bool(word) and word.group(1) in _openers()  # type: ignore[union-attr]


def _keep(text: str, begin: int, end: int, spans: list[Span]) -> None:
    piece = text[begin:end]
    start = begin + len(piece) - len(piece.lstrip())
    stop = end - (len(piece) - len(piece.rstrip()))
    while stop - start > LONGEST:
        cut = _last_cut(text, start, start + LONGEST)
        spans.append((start, cut))
        start = cut
        while start < stop and text[start].isspace():
            start += 1
    if start < stop:
        spans.append((start, stop))


def _last_cut(text: str, start: int, limit: int) -> int:
    """The last place before `limit` where a long sentence can be cut; never inside a word, unless one word is that long."""
    window = text[start + LONGEST // 2 : limit]
    cuts = list(re.finditer(r"[;,]\s|\s[-–—]\s", window)) or list(re.finditer(r"\s", window))
    return start + LONGEST // 2 + cuts[-1].start() + 1 if cuts else limit
