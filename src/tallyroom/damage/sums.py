"""Numbers of one sentence that do not add up: parts larger than their whole, parts that sum to another, a rise that falls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from tallyroom.counting import people_nouns
from tallyroom.damage.found import any_of, any_word, problem, words
from tallyroom.document import Document
from tallyroom.model import Number, Problem
from tallyroom.quantities import Quantity

_COUNTED = ("count", "article")
_CAN_BE_PART = re.compile(
    r"(?P<noun>[^.;:()\n]{0,80}?)[,;]?\s\(?(?:including|among\s(?:them|whom)|of\s(?:whom|them))\s\Z"
)
_OF = re.compile(r"\s(?:out\s)?of\s(?:the\s|its\s|their\s|those\s|these\s)?\Z")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def find(document: Document) -> Iterator[Problem]:
    """Every `arithmetic` problem that the numbers of one sentence show."""
    for (start, end), every in zip(document.spans, document.quantities, strict=True):
        counts = [q for q in every if q.kind in _COUNTED and q.aside is None]
        if any(q.kind == "count" for q in counts):
            found = [
                *_parts_beyond_whole(document.text, counts),
                *_lists(document.text, counts, end),
                *_others(document.text, counts, end),
                *_backward(document.text, counts, end),
                *_ages(document.text, counts, end),
            ]
            yield from found
        if len(every) > 1:
            yield from _rises(document.text, every, start)
        yield from _beyond_hundred(document.text, every, end)


def _size(q: Quantity) -> Number | None:
    """The number said; of a range the higher end."""
    return q.best if q.best is not None else q.high if q.bound == "range" else None


def _exact(q: Quantity) -> bool:
    return q.bound == "exact" and q.best is not None


def _said(text: str, q: Quantity) -> str:
    return " ".join(text[q.start : q.end].split())


# -- parts beyond their whole ---------------------------------------------------------------------------------------


def _parts_beyond_whole(text: str, counts: Sequence[Quantity]) -> Iterator[Problem]:
    """ "12 people, including 15 children", "14 of the 12 crew"."""
    for first, second in pairwise(counts):
        between = text[first.numeral_end : second.start]
        if len(between) > 100:
            continue
        if _OF.match(between) and not second.additional and text[second.numeral_end : second.numeral_end + 1] != "-":
            part, whole, at = first, second, (first.start, second.end)
        elif (
            (inner := _CAN_BE_PART.match(between)) and _are_people(inner["noun"]) and _are_people(_after(text, second))
        ):
            part, whole, at = second, first, (first.start, second.end)
        else:
            continue
        part_size, whole_size = _size(part), _size(whole)
        if part_size is not None and whole_size is not None and part_size > whole_size:
            message = f"a part is larger than its whole: {_said(text, part)} of {_said(text, whole)}"
            yield problem(text, "arithmetic", *at, message)


def _after(text: str, q: Quantity) -> str:
    return re.split(r"[.,;:()\n]", text[q.numeral_end : q.numeral_end + 40], maxsplit=1)[0]


_HAPPENED = frozenset(("were", "was", "have", "had", "are", "died", "killed", "injured", "wounded", "dead", "deaths", "missing", "arrested", "casualties", "fatalities", "bodies", "victims", "lives"))  # fmt: skip
_GROUPS = frozenset(("family", "families", "household", "households", "group", "groups", "team", "teams", "couples", "couple", "crews", "units", "unit", "battalions", "clans"))  # fmt: skip


def _are_people(phrase: str) -> bool:
    """Does a number before these words count people one by one?"""
    for i, word in enumerate(_WORD.findall(phrase.lower())[:5]):
        if word in _GROUPS:
            return False
        if (
            (i == 0 and word in _HAPPENED)
            or word in people_nouns()
            or word in words("exclusive")
            or word in words("together")
        ):
            return True
        if word.removesuffix("s") in people_nouns():
            return True
    return False


# -- parts that make another whole ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words_before = r"\s(?:[a-z-]+\s){0,2}?"
    whole = any_of("together")
    kind = any_word(words("exclusive"))
    return (
        re.compile(rf"{words_before}{whole}(?:\s(?:were|was)\s[a-z]+)?\s?(?P<open>[-–—:(,])\s?\Z"),
        re.compile(rf"{words_before}{kind}(?:,\sand|,|\sand|;)\s\Z"),
        re.compile(rf"{words_before}{kind}(?P<close>[-–—).,;]|\s[-–—]|\Z)"),
        re.compile(r"\s(?:[a-z-]+\s){0,2}?(?:in\sall|in\stotal|altogether|all\stold)\b"),
    )


_TOLL = re.compile(r"\b(?:toll|total|count)\s(?:of|at|to|is|was)\s(?:a\s)?\Z")
_BARE = re.compile(r"\s?(?P<open>[-–—:(,])\s?\Z")


def _lists(text: str, counts: Sequence[Quantity], end: int) -> Iterator[Problem]:
    """ "30 people: 12 men and 15 women", "12 men and 15 women, 30 in all"."""
    whole_before, link, closing, in_all = _patterns()
    i = 0
    while i < len(counts):
        stop = i + 1
        while stop < len(counts) and link.match(text[counts[stop - 1].numeral_end : counts[stop].start]):
            stop += 1
        run = list(counts[i:stop])
        total_after = run.pop() if len(run) > 2 and in_all.match(text, run[-1].numeral_end, end) else None
        before = counts[i - 1] if i else None
        i = stop
        if len(run) < 2 or not all(_exact(q) for q in run) or not _is_joined(text, run):
            continue
        total = sum(int(q.best or 0) for q in run)
        if total_after is not None and _exact(total_after) and total_after.best != total:
            yield _wrong_sum(text, total_after, run, run[0].start, total_after.end, total)
        closed = closing.match(text, run[-1].numeral_end, end)
        if before is None or closed is None or not _exact(before) or before.best == total:
            continue
        lead = text[before.numeral_end : run[0].start]
        is_toll = _TOLL.search(text[max(0, before.start - 20) : before.start])
        opened = whole_before.match(lead) or (_BARE.match(lead) if is_toll else None)
        if opened and _is_closed(opened["open"], closed["close"]):
            yield _wrong_sum(text, before, run, before.start, run[-1].end, total)


def _is_joined(text: str, run: Sequence[Quantity]) -> bool:
    """A list of parts is whole where "and" stands before its last."""
    return bool(re.search(r"\band\s\Z", text[run[-2].numeral_end : run[-1].start]))


def _is_closed(opened: str, closed: str) -> bool:
    """A list after a comma ends in one, for a further item may follow the whole otherwise; a bracket ends in its own."""
    if opened == ",":
        return closed == ","
    return closed == ")" if opened == "(" else closed != ")"


def _wrong_sum(text: str, whole: Quantity, parts: Sequence[Quantity], start: int, end: int, total: int) -> Problem:
    sum_of = " and ".join(_said(text, q) for q in parts)
    return problem(text, "arithmetic", start, end, f"{sum_of} make {total:,}, not {_said(text, whole)}", None)


_OTHERS = re.compile(r"\b(?:the\s)?(?:other|remaining)\s\Z")
_WHOLE = re.compile(r"\b[Oo]f\s(?:the|these|those|all|its|their)\s\Z")
_NO_SUM = re.compile(r"\b(?:including|among|at\sleast|another|later|both|each)\b|[;:]", re.IGNORECASE)


def _others(text: str, counts: Sequence[Quantity], end: int) -> Iterator[Problem]:
    """ "Of the 12, seven were men and the other four women", "seven of the 12 were men, the remaining four women"."""
    if len(counts) < 3:
        return
    for i, last in enumerate(counts[2:], 2):
        if not _OTHERS.search(text[counts[i - 1].numeral_end : last.numeral_start]):
            continue
        for first in (i - 2, i - 3):
            run = counts[max(first, 0) : i + 1]
            whole = next((q for q in run[:2] if _WHOLE.search(text[max(0, q.start - 12) : q.start])), None)
            if first < 0 or whole is None or not all(_exact(q) for q in run) or last is whole:
                continue
            if _NO_SUM.search(text[run[0].numeral_end : last.numeral_start]):
                break
            parts = [q for q in run if q is not whole]
            total = sum(int(q.best or 0) for q in parts)
            if total != whole.best:
                yield _wrong_sum(text, whole, parts, run[0].start, last.end, total)
            break


# -- directions -----------------------------------------------------------------------------------------------------


def _backward(text: str, counts: Sequence[Quantity], end: int) -> Iterator[Problem]:
    """ "between 40 and 30 people": the lower end is the higher number."""
    for first, second in pairwise(counts):
        if (
            text[first.numeral_end : second.numeral_start] == " and "
            and re.search(r"\bbetween\s\Z", text[max(0, first.numeral_start - 10) : first.numeral_start])
            and first.best is not None and second.best is not None and second.best < first.best
            and text[second.numeral_end : second.numeral_end + 1] == " " and _are_people(_after(text, second))
        ):  # fmt: skip
            yield problem(
                text,
                "arithmetic",
                first.numeral_start - 8,
                second.end,
                "the end of the range is lower than its beginning",
            )


@lru_cache(maxsize=1)
def _moves() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    moved = rf"\b(?:(?P<up>{any_of('rising')})|(?P<down>{any_of('falling')}))\b"
    return (
        re.compile(rf"{moved}[^.;:\d]{{0,40}}?\bfrom\s(?:about\s|some\s|nearly\s|around\s)?\Z"),
        re.compile(rf"{moved}[^.;:\d]{{0,40}}?\bto\s(?:about\s|some\s|nearly\s|around\s)?\Z"),
        re.compile(r"[^.;:\d]{0,40}?,?\s(?:(?P<up>up)|(?P<down>down))\sfrom\s(?:about\s|some\s|nearly\s|around\s)?\Z"),
    )


def _rises(text: str, every: Sequence[Quantity], start: int) -> Iterator[Problem]:
    """ "rose from 15 to 12", "12 dead, up from 15", "raised the toll to 12 from 15"."""
    rise_from, rise_to, against = _moves()
    for first, second in pairwise(every):
        if first.best is None or second.best is None or first.kind != second.kind or first.unit != second.unit:
            continue
        if first.aside not in (None, "percent") or second.aside not in (None, "percent"):
            continue
        between = text[first.end : second.numeral_start]
        if re.search(r"\bof\s(?:the\s)?\Z", text[max(start, first.start - 8) : first.start]):
            continue
        before = text[max(start, first.numeral_start - 80) : first.numeral_start]
        move, old, new = None, first, second
        if re.fullmatch(
            r"[^.;:\d]{0,25}?\sto\s(?:about\s|some\s|nearly\s|around\s|at\sleast\s|more\sthan\s|over\s)?", between
        ):
            move = rise_from.search(before)
        elif re.fullmatch(r"[^.;:\d]{0,25}?\sfrom\s(?:about\s|some\s|nearly\s|around\s)?", between) and not re.search(
            r"\b(?:up|down)\sfrom\b", between
        ):
            move, old, new = rise_to.search(before), second, first
        elif match := against.fullmatch(between):
            move, old, new = match, second, first
        if move is None or old.best is None or new.best is None:
            continue
        if (move["up"] and new.best < old.best) or (move["down"] and new.best > old.best):
            how = "risen" if move["up"] else "fallen"
            message = (
                f"told as {how}, yet {_said(text, new)} is {'less' if move['up'] else 'more'} than {_said(text, old)}"
            )
            yield problem(text, "arithmetic", first.start, second.end, message)


# -- shares and ages ------------------------------------------------------------------------------------------------

_SHARE_OF = re.compile(r"\sof\s(?:the\s|its\s|their\s|all\s|those\s)?(?:[\w’'-]+\s){0,2}?(?:people|population|residents|inhabitants|homes|houses|households|patients|children|civilians|soldiers|workers|families|victims|dead|buildings)\b")  # fmt: skip


def _beyond_hundred(text: str, every: Sequence[Quantity], end: int) -> Iterator[Problem]:
    """ "120% of the residents fled"."""
    for q in every:
        if q.kind == "percent" and q.best is not None and q.best > 100 and _SHARE_OF.match(text, q.end, end):
            yield problem(text, "arithmetic", q.start, q.end, "more than the whole of those counted")


_AGED = re.compile(
    r"\s(?:[a-z-]+\s){0,2}?(?:children|siblings|boys|girls|brothers|sisters|sons|daughters|teenagers|men|women|people|victims|suspects|students|pupils),?\s"
    r"(?:all\s)?(?:both\s)?aged\s(?P<ages>\d{1,2}(?:,\s\d{1,2})*,?\sand\s\d{1,2})\b"
)


def _ages(text: str, counts: Sequence[Quantity], end: int) -> Iterator[Problem]:
    """ "two children, aged 3, 5 and 7": more ages than children."""
    for q in counts:
        match = _AGED.match(text, q.numeral_end, end) if _exact(q) else None
        if match and q.best is not None and len(re.findall(r"\d+", match["ages"])) > q.best:
            message = f"more ages than the {_said(text, q)} who are counted"
            yield problem(text, "arithmetic", q.start, match.end(), message)
