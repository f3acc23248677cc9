"""How values read on a page: numbers, bounds, chains, and characters that would act unseen made visible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from tallyroom.model import MEASURES, Figure, Number
from tallyroom.series import Point, Series
from tallyroom.series.terminal import value_words

#: Control, direction and other characters that change what is seen without being seen. Tab and line feed stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BOUNDS = {
    "exact": "exactly", "about": "about", "at_least": "at least", "more_than": "more than", "at_most": "at most",
    "less_than": "fewer than", "range": "a range", "vague": "vague",
}  # fmt: skip
#: Measures that share a colour; every measure that is not listed is "other".
HUES: dict[str, tuple[str, ...]] = {
    "death": ("killed", "killed_or_injured"),
    "harm": ("injured", "hospitalised", "infected"),
    "lost": ("missing", "trapped", "kidnapped", "captured", "surrendered"),
    "safe": ("survived", "recovered", "rescued", "evacuated", "released", "tested", "vaccinated"),
    "moved": ("displaced", "affected", "repatriated", "sent_to_work"),
    "force": ("deployed", "arms", "damaged"),
    "law": ("arrested", "charged", "convicted"),
    "crowd": ("protested", "involved"),
    "means": ("money", "employed", "laid_off"),
}


def visible(text: str) -> str:
    """The text, one character for one, with those that act unseen as visible marks."""
    return _UNSEEN.sub(lambda m: chr(0x2400 + ord(m.group())) if ord(m.group()) < 0x20 else "\ufffd", text)


def spaced(text: Any) -> str:
    """A name of the program as words: "at_least" reads "at least"."""
    return str(text).replace("_", " ")


def number(value: Number | None) -> str:
    """A number with its thousands set off; empty where there is none."""
    if value is None:
        return ""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


def amount(figure: Figure) -> str:
    """low, best, high in a few signs: "12", "≥ 12", "> 600", "10,000–12,000"."""
    low, best, high = number(figure.low), number(figure.best), number(figure.high)
    forms = {
        "exact": best, "about": f"~ {best or low}", "at_least": f"≥ {low}", "more_than": f"> {best}",
        "at_most": f"≤ {high}", "less_than": f"< {best}", "range": f"{low}–{high}", "vague": f"{low}–{high}",
    }  # fmt: skip
    if figure.bound == "exact" and figure.high is None:
        return f"{best}, perhaps more"
    return forms[figure.bound]


def bound_words(bound: str) -> str:
    """A bound as people say it."""
    return _BOUNDS.get(bound, bound)


@lru_cache(maxsize=1)
def _hue_of() -> dict[str, str]:
    return {measure: hue for hue, measures in HUES.items() for measure in measures}


def hue(measure: str) -> str:
    """The colour family of a measure."""
    return _hue_of().get(measure, "other") if measure in MEASURES else "other"


def web_url(url: str | None) -> str | None:
    """The address where it leads to the web; None for `javascript:` and whatever else a report may hold."""
    return url if url and re.fullmatch(r"https?://[^\s<>\"'\\]+", url, re.IGNORECASE) else None


def chain(names: Sequence[str | None]) -> str:
    """Origin → relay → outlet."""
    return " → ".join(name for name in names if name)


def cite(claim: Any, sentence: str | None = None) -> str:
    """A claim as one line to paste elsewhere: its words, what they count, outlet, date, chain and address."""
    return cite_figure(claim.figure, claim, sentence)


def cite_figure(figure: Figure, report: Any, sentence: str | None = None) -> str:
    """As `cite`, a figure of a report (whatever has `outlet`, `published` and `url`)."""
    what = spaced(figure.measure) + (f", {figure.population}" if figure.population else "")
    parts = [
        f"“{sentence or figure.quote}” ({amount(figure)} {what})", report.outlet or "outlet not told",
        day(report.published) or "undated", chain((figure.source, *figure.relays, report.outlet)), report.url or "",
    ]  # fmt: skip
    return "; ".join(part for part in parts if part)


def point_value(point: Point) -> str:
    """The value of a point of a series as people say it."""
    return value_words(point.low, point.best, point.high, point.bound)


def cite_series(one: Series, event: str) -> str:
    """A series as one line to paste elsewhere: what is counted, its newest value, when and by whom it was said."""
    what = ", ".join(part for part in (f"{spaced(one.measure)}: {one.population or one.unit}", one.place) if part)
    names = {origin.origin_id: origin.name for origin in one.origins}
    newest = [
        f"{point_value(point)} ({', '.join(part for part in (names.get(point.origin), day(point.said_at)) if part)})"
        for point in one.points[-1:]
    ]
    return line([what, event, *newest, f"{len(one.points)} points, {one.independent_origins} independent origins"])


def line(parts: Sequence[Any]) -> str:
    """What is told of the parts of a row, as one line to paste elsewhere."""
    return "; ".join(str(part) for part in parts if part)


def day(value: str | None) -> str:
    """The day of a timestamp; anything shorter as it stands."""
    return (value or "")[:10]


def when(value: str | None) -> str:
    """An EDTF time as people read it: "../2025-03" is "until 2025-03"."""
    first, slash, last = (value or "").partition("/")
    if not slash:
        return first
    if first in ("", ".."):
        return f"until {last}"
    return f"since {first}" if last in ("", "..") else f"{first} to {last}"


def percent(value: float | None) -> str:
    """A confidence from 0 to 1 as a percentage."""
    return "" if value is None else f"{round(value * 100)} %"


def address_part(value: Any) -> str:
    """A value as one part of a path or query."""
    return quote(str(value), safe="")
