"""HTML to a report: the main text without loss of repeats or footnote digits run into figures; title, outlet, date."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from tallyroom.errors import InputError
from tallyroom.language import language_of
from tallyroom.model import Problem, Report, make_report
from tallyroom.readers.decode import decode
from tallyroom.readers.html_blocks import block_lines, mark_blocks, plain_lines
from tallyroom.readers.html_repair import flattened, set_footnotes_apart

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin

_UNSOUND = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
#: The library would take today as the latest date; a fixed one gives the same reading on every day.
_DATES = {"extensive_search": False, "original_date": True, "min_date": "1990-01-01", "max_date": "2099-12-31"}


def read_html(data: bytes, origin: Origin) -> Report:
    """The report in a page; InputError where it holds none."""
    decoded = decode(data, header_charset=origin.charset, is_markup=True)
    if decoded is None:
        raise InputError(origin.name, "holds bytes that are no text")
    tree, was_deep = _parsed(decoded.text)
    if tree is None:
        raise InputError(origin.name, "holds no page that could be read")
    about = _about(tree, origin.url)
    text = _main_text(tree)
    if not text.strip():
        raise InputError(origin.name, "holds a page in which no main text was found")
    return make_report(
        text, url=origin.url or about["url"], published=about["date"] or origin.published, outlet=about["outlet"],
        title=about["title"], language=_language(tree, text), input=origin.name, retrieved_at=origin.retrieved_at,
        problems=(*_in_text(decoded.problems, text), *_depth_problem(was_deep)),
    )  # fmt: skip


def main_text(markup: str) -> str:
    """The main text of a page, one block a line; empty where there is none."""
    tree, _ = _parsed(markup)
    return _main_text(tree) if tree is not None else ""


def running_text(markup: str) -> str:
    """All text of a piece of markup that is the report itself, as feeds carry it, one block a line."""
    if "<" not in markup and "&" not in markup:
        return markup
    tree, _ = _parsed(f"<html><body><div>{markup}</div></body></html>")
    if tree is None:
        return ""
    set_footnotes_apart(tree)
    return "\n".join(plain_lines(tree))


def _parsed(markup: str) -> tuple[Any, bool]:
    """The tree of a page, no deeper than recursive code can walk, and whether it had to be flattened."""
    import lxml.etree
    import lxml.html

    markup, was_deep = flattened(_UNSOUND.sub("�", markup))
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = lxml.html.document_fromstring(markup.encode("utf-8"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return None, was_deep
    return tree, was_deep


def _about(tree: Any, url: str | None) -> dict[str, str | None]:
    """Title, outlet, date and address as the page's own metadata tell them."""
    from copy import deepcopy

    from htmldate import find_date
    from trafilatura.metadata import extract_metadata

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    found: dict[str, str | None] = {"title": None, "outlet": None, "url": None, "date": None}
    # Pages are hostile and these walk into corners of them: what they cannot read stays unknown.
    try:
        about = extract_metadata(deepcopy(tree), default_url=url, date_config=dict(_DATES, url=url))
        found.update(title=_line(about.title), outlet=_line(about.sitename), url=_address(about.url))
    except Exception:
        found["title"] = _line(tree.findtext(".//title"))
    try:
        found["date"] = find_date(deepcopy(tree), url=url, **_DATES)
    except Exception:
        found["date"] = None
    return found


def _main_text(tree: Any) -> str:
    from copy import deepcopy

    from trafilatura import bare_extraction

    set_footnotes_apart(tree)
    whole = deepcopy(tree)
    is_marked = mark_blocks(tree)
    try:
        document = bare_extraction(tree, include_comments=False, include_tables=True, fast=True)
        lines = block_lines(document.body, is_marked) if document is not None else []
    except Exception:
        lines = []
    return "\n".join(lines or plain_lines(whole))


def _language(tree: Any, text: str) -> str:
    """The text decides; where it cannot, the page's own word does."""
    language = language_of(text)
    declared = re.match(r"[a-z]{2,3}\b", (tree.get("lang") or "").lower())
    return declared[0] if language == "und" and declared else language


def _line(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _address(value: object) -> str | None:
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else None


def _in_text(problems: tuple[Problem, ...], text: str) -> tuple[Problem, ...]:
    """Problems found in the page's source, at their place in the text; dropped where the text does not hold them."""
    at = text.find("�")
    if at < 0:
        return ()
    return tuple(Problem(kind=p.kind, quote="�", start=at, end=at + 1, message=p.message) for p in problems)


def _depth_problem(was_deep: bool) -> tuple[Problem, ...]:
    if not was_deep:
        return ()
    message = "the page nests its elements too deeply; the innermost were read as running text"
    return (Problem(kind="limit", quote="", start=0, end=0, message=message),)
