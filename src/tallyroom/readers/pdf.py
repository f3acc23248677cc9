"""PDF: the text of its pages, lines joined to paragraphs again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallyroom.errors import InputError, MissingExtra
from tallyroom.language import language_of
from tallyroom.model import Problem, Report, make_report

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin

_MAX_PAGES = 2_000
#: A line this much shorter than the usual one ends its paragraph.
_SHORT = 0.75
_BULLET = re.compile(r"\s*(?:[•●▪‣–—*-]|\d{1,3}[.)])\s")
#: What the engine writes for a hyphen that only breaks a word at the end of a line.
_SOFT_HYPHENS = ("\x02", "\ufffe", "\u00ad")


def read_pdf(data: bytes, origin: Origin) -> Report:
    """The report in a PDF; InputError where it is locked, damaged or without text; MissingExtra without `pdf`."""
    try:
        import pypdfium2
    except ImportError as fault:
        raise MissingExtra("pdf", "reading a PDF") from fault
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise InputError(origin.name, f"is a PDF that cannot be opened (locked or damaged): {fault}") from fault
    try:
        pages, unread = _pages(document)
        title = (document.get_metadata_value("Title") or "").strip() or None
    finally:
        document.close()
    text = "\n\n".join(page for page in map(joined_lines, pages) if page)
    if not text.strip():
        raise InputError(origin.name, "is a PDF without text (scanned pages?); run a text recognition on it first")
    return make_report(
        text, title=title, input=origin.name, url=origin.url, published=origin.published, language=language_of(text),
        retrieved_at=origin.retrieved_at, problems=unread,
    )  # fmt: skip


def _pages(document: object) -> tuple[list[str], tuple[Problem, ...]]:
    texts: list[str] = []
    problems: list[Problem] = []
    count = len(document)  # type: ignore[arg-type]
    for number in range(min(count, _MAX_PAGES)):
        try:
            page = document[number]  # type: ignore[index]
            texts.append(page.get_textpage().get_text_bounded())
            page.close()
        except Exception:  # the engine's own faults and those of a damaged page tree alike
            problems.append(_problem("unreadable", f"page {number + 1} of the PDF could not be read"))
    if count > _MAX_PAGES:
        problems.append(_problem("limit", f"only the first {_MAX_PAGES} of {count} pages were read"))
    return texts, tuple(problems)


def joined_lines(page: str) -> str:
    """The paragraphs of a page: a line runs on into the next unless it is short, or the next empty or a list item."""
    lines = [line.rstrip() for line in page.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    usual = lengths[len(lengths) * 3 // 4] if lengths else 0
    paragraphs: list[str] = []
    runs_on = False
    for line in lines:
        if not line:
            runs_on = False
            continue
        if runs_on and not _BULLET.match(line):
            paragraphs[-1] = _append(paragraphs[-1], line.lstrip())
        else:
            paragraphs.append(line)
        runs_on = len(line) >= _SHORT * usual or line.endswith(_SOFT_HYPHENS)
    return "\n".join(_without_soft_hyphens(paragraph) for paragraph in paragraphs)


def _append(paragraph: str, line: str) -> str:
    if paragraph.endswith(_SOFT_HYPHENS):
        between_digits = paragraph[-2:-1].isdigit() or line[:1].isdigit()
        return paragraph[:-1] + ("-" if between_digits else "") + line
    return paragraph + ("" if paragraph.endswith("-") else " ") + line


def _without_soft_hyphens(text: str) -> str:
    for mark in _SOFT_HYPHENS:
        text = text.replace(mark, "-" if mark == "\x02" else "")
    return text


def _problem(kind: str, message: str) -> Problem:
    return Problem(kind=kind, quote="", start=0, end=0, message=message)  # type: ignore[arg-type]
