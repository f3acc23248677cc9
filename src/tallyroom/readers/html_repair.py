"""What must be set right in a page before its text is taken: footnote numbers in figures, bottomless nesting."""

from __future__ import annotations

import re
from typing import Any

from tallyroom.readers.limits import MAX_HTML_DEPTH

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param"]
)
#: Elements that many pages leave open: they close themselves, so they add no depth.
_SELF_CLOSING = frozenset(["p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody", "tfoot", "colgroup"])
_NOTE = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[*†‡§]{1,3}|note \d{1,3})[\])]?")
_POWER_BASE = re.compile(r"(?:\b(?:[kcm]?m|ft|mi|yd|in)|[×x*·]\s?10)$")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def set_footnotes_apart(tree: Any) -> None:
    """Take raised footnote marks out, so that 4 with note 1 is not read as 41; powers become raised digits."""
    for raised in list(tree.iter("sup")):
        mark = "".join(raised.itertext()).strip()
        if not _NOTE.fullmatch(mark):
            continue
        before = _text_before(raised)
        is_power = mark.isdigit() and _POWER_BASE.search(before)
        _replace_by_text(raised, mark.translate(_RAISED) if is_power else "")


def _text_before(element: Any) -> str:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return (previous.tail or "")[-12:]
    return ((parent.text if parent is not None else None) or "")[-12:]


def _replace_by_text(element: Any, text: str) -> None:
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    kept = text + (element.tail or "")
    if previous is not None:
        previous.tail = (previous.tail or "") + kept
    else:
        parent.text = (parent.text or "") + kept
    element.tail = None
    parent.remove(element)


def flattened(markup: str) -> tuple[str, bool]:
    """The page with every tag below a fixed depth taken out, and whether there was any: its words stay."""
    if markup.count("<") <= MAX_HTML_DEPTH:
        return markup, False
    kept: list[str] = []
    open_tags: list[str] = []
    dropped_tags: list[str] = []
    position, was_deep = 0, False
    for tag in _TAG.finditer(markup):
        name = tag[2].lower()
        if name in _VOID or name in _SELF_CLOSING or tag[0].endswith("/>"):
            continue
        if tag[1]:
            is_dropped = _close(name, open_tags, dropped_tags)
        else:
            is_dropped = len(open_tags) >= MAX_HTML_DEPTH
            (dropped_tags if is_dropped else open_tags).append(name)
        if is_dropped:
            kept.append(markup[position : tag.start()] + " ")
            position, was_deep = tag.end(), True
    return "".join(kept) + markup[position:], was_deep


def _close(name: str, open_tags: list[str], dropped_tags: list[str]) -> bool:
    """Take the tag off its pile; whether it closed one that was dropped."""
    if dropped_tags:
        if dropped_tags[-1] == name:
            dropped_tags.pop()
        return True
    if open_tags and open_tags[-1] == name:
        open_tags.pop()
    elif name in open_tags[-8:]:
        while open_tags.pop() != name:
            pass
    return False
