"""Lines of a page's main text, one for each block of the page, told apart by marks that survive the extraction.

The extraction library drops a paragraph equal to the one before it and may run short pages into one line. So each block
gets a mark of three Braille characters (private-use characters do not survive) before, and is cut at the marks after.
"""

from __future__ import annotations

import re
from typing import Any

_MARKED = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "caption", "figcaption", "dt", "dd")
_BRAILLE = re.compile("[\u2800-\u28ff]")
_MARK = re.compile("[\u2800-\u28ff]{3}")
_BLOCKS = frozenset((
    "p", "head", "item", "quote", "table", "row", "list", "lb", "body", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6",
    "td", "th", "tr", "caption", "figcaption", "dt", "dd", "br", "blockquote", "section", "article", "main", "pre",
))  # fmt: skip
_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "head", "nav", "footer", "form", "aside", "svg", "button", "select")
)
_MOST_BLOCKS = 256**3
_LONG_CELL = 120
_SPACES, _MANY_SPACES = re.compile(r"[ \t\r\n]+"), re.compile(r" {2,}")


def mark_blocks(tree: Any) -> bool:
    """Put a mark before the text of each block; False, and nothing done, where the page writes Braille itself."""
    import lxml.etree

    if _BRAILLE.search(lxml.etree.tostring(tree, encoding="unicode", method="text")):
        return False
    for number, element in enumerate(tree.iter(*_MARKED)):
        if number >= _MOST_BLOCKS:
            break
        mark = f"{chr(0x2800 + (number >> 16))}{chr(0x2800 + (number >> 8 & 0xFF))}{chr(0x2800 + (number & 0xFF))}"
        element.text = mark + (element.text or "")
    return True


def block_lines(body: Any, is_marked: bool) -> list[str]:
    """The lines of the extracted body, one a block, without marks; the cells of a table row stand on one line."""
    if body is None:
        return []
    for row in list(body.iter("row")):
        _join_cells(row)
    text = _with_breaks(body, skipped=frozenset(), heads=True)
    return _clean_lines(_MARK.sub("\n", text) if is_marked else text)


def plain_lines(tree: Any) -> list[str]:
    """The lines of a page that the extraction found nothing in: all that a reader would see."""
    return _clean_lines(_with_breaks(tree, skipped=_UNSEEN, heads=False))


def _join_cells(row: Any) -> None:
    cells = [" ".join(_MARK.sub(" ", "".join(cell.itertext())).split()) for cell in row.iter("cell")]
    if not any(cells) or any(len(cell) > _LONG_CELL for cell in cells):
        for cell in row.iter("cell"):
            cell.tail = "\n" + (cell.tail or "")
        return
    tail = row.tail
    row.clear()
    row.text, row.tail = " | ".join(filter(None, cells)), tail


def _with_breaks(root: Any, *, skipped: frozenset[str], heads: bool) -> str:
    """All text under the element in order, a line break around each block; walks without recursion."""
    import lxml.etree

    parts: list[str] = []
    hidden = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if not isinstance(tag, str):
            if event == "end" and not hidden:
                parts.append(element.tail or "")
            continue
        is_hidden = tag in skipped
        is_block = tag in _BLOCKS and (heads or tag != "head")
        if event == "start":
            hidden += is_hidden
            parts.append(("\n" if is_block else "") + (_collapsed(element.text) if not hidden else ""))
        else:
            hidden -= is_hidden
            tail = element.tail if element is not root else None
            parts.append(("\n" if is_block else "") + (_collapsed(tail) if not hidden else ""))
    return "".join(parts)


def _collapsed(text: str | None) -> str:
    """In a page a line break in the source is a space."""
    return _SPACES.sub(" ", text) if text else ""


def _clean_lines(text: str) -> list[str]:
    lines = (" ".join(line.split(" ")).strip() for line in text.split("\n"))
    return [line for line in (_MANY_SPACES.sub(" ", line) for line in lines) if line]
