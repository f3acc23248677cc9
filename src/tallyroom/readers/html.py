"""HTML to a report: the main text without loss of repeats or footnote digits run into figures; title, outlet, date."""

from __future__ import annotations

import contextlib
import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tallyroom.errors import InputError
from tallyroom.language import language_of
from tallyroom.model import Problem, Report, make_report
from tallyroom.readers.decode import decode
from tallyroom.readers.html_blocks import block_lines, mark_blocks, plain_lines
from tallyroom.readers.html_repair import flattened, set_footnotes_apart
from tallyroom.readers.limits import MAX_HTML_DEPTH

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin

_UNSOUND = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_UNSOUND_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\t\n\f\r")
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
    text = _main_text(tree, decoded.text)
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
    return _main_text(tree, markup) if tree is not None else ""


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
    tree = _tree_of(markup)
    if tree is not None and not _is_deep()(tree):
        return tree, False
    flat, was_deep = flattened(markup)
    return (_tree_of(flat) if was_deep else tree), was_deep


@lru_cache(maxsize=1)
def _is_deep() -> Any:
    """Whether an element of a tree lies below the depth that is walked."""
    import lxml.etree

    return lxml.etree.XPath(f"boolean({'*/' * MAX_HTML_DEPTH}*)")


def _tree_of(markup: str) -> Any:
    import lxml.etree
    import lxml.html

    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return lxml.html.document_fromstring(_sound(markup), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return None


def _sound(markup: str) -> bytes:
    """The markup as UTF-8, without what no page may hold; most pages hold none of it."""
    try:
        data = markup.encode()
    except UnicodeEncodeError:
        return _UNSOUND.sub("�", markup).encode()
    is_sound = len(data.translate(None, _UNSOUND_BYTES)) == len(data)
    return data if is_sound else _UNSOUND.sub("�", markup).encode()


def _about(tree: Any, url: str | None) -> dict[str, str | None]:
    """Title, outlet, date and address as the page's own metadata tell them; the tree stays as it is."""
    find_date = _date_finder()
    found: dict[str, str | None] = {"title": None, "outlet": None, "url": None, "date": None}
    # Pages are hostile and these walk into corners of them: what they cannot read stays unknown.
    try:
        title, outlet, address = _named(tree, url)
        found.update(title=_line(title), outlet=_line(outlet), url=_address(address))
    except Exception:
        found["title"] = _line(tree.findtext(".//title"))
    try:
        found["date"] = find_date(tree, url=url, **_DATES)
    except Exception:
        found["date"] = None
    return found


@lru_cache(maxsize=1)
def _date_finder() -> Any:
    """The library's; what it and its sister have to say of broken pages is told as problems, not logged."""
    from htmldate import find_date

    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    return find_date


def _named(tree: Any, url: str | None) -> tuple[str | None, str | None, str | None]:
    """Title, outlet and address, by the steps of trafilatura's `extract_metadata`: all of it costs as much as the text."""
    from trafilatura import metadata as steps

    about = steps.examine_meta(tree)
    with contextlib.suppress(Exception):
        about = steps.extract_meta_json(tree, about)
    address = about.url or steps.extract_url(tree, url)
    outlet = (about.sitename or steps.extract_sitename(tree) or "").lstrip("@")
    if outlet and "." not in outlet and not outlet[0].isupper():
        outlet = outlet.title()
    if not outlet and address and (host := steps.META_URL.match(address)):
        outlet = host[1]
    about.title = about.title or steps.extract_title(tree)
    about.sitename = outlet
    about.clean_and_trim()
    return about.title, about.sitename, address


#: What by its own tag holds no words of the article, and is most of many pages: the library would walk through it a dozen times,
#: and take a page with more words in its menus than in its article for one whose article it missed.
_NO_TEXT = ("script", "style", "svg", "template", "nav", "aside", "footer")


def _main_text(tree: Any, markup: str) -> str:
    import lxml.etree
    from trafilatura import bare_extraction

    lxml.etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    set_footnotes_apart(tree)
    is_marked = mark_blocks(tree)
    try:
        document = bare_extraction(tree, include_comments=False, include_tables=True, fast=True)
        lines = block_lines(document.body, is_marked) if document is not None else []
    except Exception:
        lines = []
    return "\n".join(lines or _all_lines(markup))


def _all_lines(markup: str) -> list[str]:
    """All that a reader of the page would see; the extraction has taken its own tree apart by now."""
    tree, _ = _parsed(markup)
    if tree is None:
        return []
    set_footnotes_apart(tree)
    return plain_lines(tree)


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
