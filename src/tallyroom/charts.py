"""Charts of series: one Vega-Lite specification for page, brief and files; SVG and PNG by vl-convert, offline."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from typing import Any

from tallyroom.errors import MissingExtra
from tallyroom.series.compare import counted
from tallyroom.series.records import Point, Series
from tallyroom.series.times import days

#: Colours that stay apart for colour-blind eyes and in print (Okabe and Ito).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#999999")
#: More origins than these share the last colour.
MOST_ORIGINS = len(COLOURS)
#: The ring around what is contradicted.
RING = "#B00020"


def is_there() -> bool:
    """Can charts be drawn here? Without the extra `brief` a table stands in their place."""
    from importlib.util import find_spec

    return find_spec("vl_convert") is not None


def spec(series: Series, *, width: int = 560, height: int = 190, links: dict[str, str] | None = None, contradicted: Collection[str] = ()) -> dict[str, Any]:  # fmt: skip
    """The Vega-Lite specification of a series: a dot a point, a bar for bounds and ranges, an arrow where open.

    Copies are folded: one mark a point, larger the more reports carry it. `links` maps claim ids to addresses; a ring stands
    around the points of `contradicted` claims.
    """
    names = _names(series)
    rows = [row for point in series.points if (row := _row(point, names, links or {})) is not None]
    open_rows = [row for row in rows if row["open"]]
    colour = {
        "field": "origin", "type": "nominal", "title": "origin",
        "scale": {"domain": list(dict.fromkeys(names.values())), "range": list(COLOURS)},
    }  # fmt: skip
    axis = {"format": "%d %b %Y", "labelAngle": -30, "values": _ticks([row["day"] for row in rows])}
    x = {"field": "day", "type": "temporal", "title": None, "axis": axis}
    y_title = f"{series.measure.replace('_', ' ')} ({series.unit})"
    y = {
        "field": "value",
        "type": "quantitative",
        "title": y_title,
        "scale": {"zero": True},
        "axis": {"tickMinStep": 1},
    }
    href = {"href": {"field": "href", "type": "nominal"}} if links else {}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "interpolate": "step-after", "strokeDash": [3, 3], "opacity": 0.5},
            "encoding": {"x": x, "y": y, "color": colour},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.45},
            "transform": [{"filter": "isValid(datum.low) && isValid(datum.high) && datum.low != datum.high"}],
            "encoding": {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}, "color": colour},
        },
        {
            "mark": {"type": "point", "filled": True, "opacity": 0.95},
            "encoding": {
                "x": x, "y": y, "color": colour, **href,
                "size": {"field": "reports", "type": "quantitative", "legend": None, "scale": {"domain": [1, 12], "range": [50, 240]}},
                "tooltip": [{"field": name} for name in ("said", "words", "origin", "carried")],
            },
        },
    ]  # fmt: skip
    rings = [
        row
        for point in series.points
        if not set(contradicted).isdisjoint(point.claim_ids) and (row := _row(point, names, {})) is not None
    ]
    if rings:
        ring = {"type": "point", "filled": False, "size": 420, "strokeWidth": 2, "color": RING}
        layers.append({"mark": ring, "data": {"values": rings}, "encoding": {"x": x, "y": y}})
    if open_rows:
        arrow = {"type": "text", "dy": -11, "fontSize": 13, "fontWeight": "bold"}
        layers.append(
            {
                "mark": arrow,
                "data": {"values": open_rows},
                "encoding": {"x": x, "y": y, "color": colour, "text": {"field": "open"}},
            }
        )
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": width, "height": height,
        "background": "white", "data": {"values": rows}, "layer": layers,
        "config": {"font": "sans-serif", "axis": {"grid": True, "gridColor": "#eee"}, "legend": {"orient": "bottom", "columns": 2, "labelLimit": 260, "symbolOpacity": 1}},
    }  # fmt: skip


def _ticks(days_said: list[str]) -> list[str]:
    """Up to eight days to name on the axis, the first and the last among them, none twice."""
    distinct = sorted(set(days_said))
    if len(distinct) <= 8:
        return distinct
    return [distinct[round(i * (len(distinct) - 1) / 7)] for i in range(8)]


def _names(series: Series) -> dict[str, str]:
    """{origin id: its name}, made unlike where two origins share a name."""
    out: dict[str, str] = {}
    for i, origin in enumerate(series.origins):
        name = _short(origin.name) + ("" if origin.independent else " (not counted)")
        out[origin.origin_id] = name if name not in out.values() else f"{name} ({i + 1})"
    return out


def _short(text: str) -> str:
    return text if len(text) <= 44 else text[:43] + "…"


def _row(point: Point, names: dict[str, str], links: dict[str, str]) -> dict[str, Any] | None:
    from tallyroom.series.terminal import plain, value_words

    span = days(point.as_of) if point.as_of else days(point.said_at)
    ordinal = span.last if span.last is not None else span.first
    value = point.best if point.best is not None else point.low if point.low is not None else point.high
    if ordinal is None or value is None:
        return None
    ceiling = point.bound in ("at_most", "less_than")
    is_open = point.high is None or point.low is None
    return {
        "day": datetime.date.fromordinal(ordinal).isoformat() + "T12:00:00", "said": plain(point.said_at), "value": value,
        "low": point.low, "high": point.high, "open": ("▼" if ceiling else "▲") if is_open else "",
        "words": value_words(point.low, point.best, point.high, point.bound), "origin": plain(names.get(point.origin, point.origin)),
        "reports": min(12, len(point.report_ids)), "carried": counted(len(point.report_ids), "report"),
        "href": next((links[claim] for claim in point.claim_ids if claim in links), ""),
    }  # fmt: skip


#: Vega makes relative addresses absolute, on a site of its own; this one stands for the page itself.
_HERE = "https://page.invalid"


def svg(series: Series, *, links: dict[str, str] | None = None, **options: Any) -> str:
    """The chart as SVG; raises MissingExtra without the extra `brief`. Addresses in `links` that start with / or # stay so."""
    held = {claim: f"{_HERE}/{to}" if to.startswith(("/", "#")) else to for claim, to in (links or {}).items()}
    drawn = str(_converter().vegalite_to_svg(spec(series, links=held or None, **options)))
    drawn = re.sub(rf"; href: {re.escape(_HERE)}/[^\s\"]*", "", drawn)
    return drawn.replace(f"{_HERE}/", "")


def png(series: Series, *, scale: float = 2.0, **options: Any) -> bytes:
    """The chart as PNG; raises MissingExtra without the extra `brief`."""
    return bytes(_converter().vegalite_to_png(spec(series, **options), scale=scale))


def _converter() -> Any:
    if not is_there():
        raise MissingExtra("brief", "drawing charts")
    import vl_convert

    return vl_convert
