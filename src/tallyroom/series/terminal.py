"""Series for the terminal: values in words, a line a point, a bar for each, origins and problems below."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from tallyroom.model import Number
from tallyroom.series.compare import counted
from tallyroom.series.records import Estimate, Point, Series

#: Cells that a bar has.
BAR = 28


def plain(text: str | None) -> str:
    """Text of a report, safe to print: control and direction characters stand as U+FFFD."""
    if not text or text.isprintable():
        return text or ""
    return "".join(
        "�" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\u200d\u00ad" else c for c in text
    )


def number(value: Number | None) -> str:
    """A number with its thousands set off; "?" where there is none."""
    if value is None:
        return "?"
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


def value_words(low: Number | None, best: Number | None, high: Number | None, bound: str) -> str:
    """A value as people say it: "at least 600", "10,000 to 12,000", "about 300"."""
    if bound == "at_least":
        return f"at least {number(best if best is not None else low)}"
    if bound == "more_than":
        return f"more than {number(best if best is not None else low)}"
    if bound == "at_most":
        return f"at most {number(best if best is not None else high)}"
    if bound == "less_than":
        return f"fewer than {number(best if best is not None else high)}"
    if bound == "about":
        return f"about {number(best)}" if best is not None else f"{number(low)} to {number(high)}"
    if best is not None:
        return number(best)
    return f"{number(low)} to {number(high)}" if high is not None else f"at least {number(low)}"


def estimate_words(found: Estimate) -> str:
    """An estimate in one line: low / best / high, how it was made, on how many claims."""
    claims = counted(len(found.claim_ids), "claim")
    how = f"({found.rule}, {found.convention}, as of {found.as_of or '?'}, {claims})"
    if found.low is None and found.best is None and found.high is None:
        return f"no value {how}"
    low, high = (number(v) if v is not None else "open" for v in (found.low, found.high))
    return f"low {low}, best {number(found.best) if found.best is not None else 'none'}, high {high} {how}"


def bar(point: Point, top: float) -> str:
    """The value on a scale from zero to `top`: a dot, a line for a range, an arrow where it is open."""
    low, best, high = point.low, point.best, point.high
    if top <= 0:
        top = 1.0

    def at(value: Number) -> int:
        return max(0, min(BAR - 1, round(float(value) / top * (BAR - 1))))

    cells = ["·"] * BAR
    left = at(low if low is not None else 0)
    right = BAR - 1 if high is None else at(high)
    for i in range(left, right + 1):
        cells[i] = "─"
    if high is None:
        cells[-1] = "▶"
    if low is None:
        cells[0] = "◀"
    mark = best if best is not None else None
    if mark is not None:
        cells[at(mark)] = "●"
    else:
        cells[left], cells[right] = "├", cells[right] if high is None else "┤"
    return "".join(cells)


def steps(points: Sequence[Point]) -> list[str]:
    """What each point changes against the last one of its origin: "+300", "-18 (correction)", "same"."""
    last: dict[str, Number] = {}
    out: list[str] = []
    for point in points:
        value = point.best if point.best is not None else point.low
        before = last.get(point.origin)
        if value is None or before is None:
            out.append({"first": "first", "other_origin": "other origin"}.get(point.relation, point.relation))
        elif value == before:
            out.append("same")
        else:
            out.append(
                f"{value - before:+,} {point.relation}" if float(value - before).is_integer() else point.relation
            )
        if value is not None:
            last[point.origin] = value
    return out


def list_lines(series: Iterable[Series]) -> list[tuple[str, ...]]:
    """Rows of the list: id, what is counted, kind, points, origins, newest value, problems."""
    rows: list[tuple[str, ...]] = []
    for one in series:
        newest = one.points[-1] if one.points else None
        what = plain(
            f"{one.measure.replace('_', ' ')}: {one.population or one.unit}" + (f", {one.place}" if one.place else "")
        )
        value = value_words(newest.low, newest.best, newest.high, newest.bound) if newest else ""
        rows.append(
            (
                one.series_id,
                what,
                one.kind,
                str(len(one.points)),
                str(one.independent_origins),
                value,
                (newest.said_at or "") if newest else "",
                str(len(one.problems)),
            )
        )
    return rows


LIST_HEAD = ("series", "what", "kind", "points", "origins", "newest", "said", "problems")


def show_lines(one: Series, estimates: Sequence[Estimate] = ()) -> list[str]:
    """One series, line by line."""
    title = plain(
        f"{one.measure.replace('_', ' ')} · {one.population or one.unit}" + (f" · {one.place}" if one.place else "")
    )
    lines = [
        title,
        f"{one.series_id}  {one.kind}, {one.unit}; {counted(one.independent_origins, 'independent origin')}",
        "",
    ]
    names = {origin.origin_id: plain(origin.name) for origin in one.origins}
    top = max((float(v) for p in one.points for v in (p.low, p.best, p.high) if v is not None), default=1.0)
    table = [
        (
            plain(point.said_at or "?"), value_words(point.low, point.best, point.high, point.bound), bar(point, top), step,
            names.get(point.origin, point.origin)[:34], f"{counted(len(point.report_ids), 'report')}: " + plain(", ".join(point.report_ids[:4])) + (" …" if len(point.report_ids) > 4 else ""),
        )
        for point, step in zip(one.points, steps(one.points), strict=True)
    ]  # fmt: skip
    lines += columns(table)
    if one.derived:
        lines += ["", "derived (no one said these):", *(f"  {plain(row.formula)}" for row in one.derived)]
    lines += ["", "origins:"]
    lines += [
        f"  {'●' if origin.independent else '○'} {plain(origin.name)}: {plain(origin.reason)}" for origin in one.origins
    ]
    if one.problems:
        lines += [
            "",
            "problems:",
            *(
                f"  {found.kind}: {plain(found.message)} [{plain(', '.join(found.report_ids))}]"
                for found in one.problems
            ),
        ]
    if len(estimates) == 1:
        lines += ["", "estimate:", f"  {estimate_words(estimates[0])}", *_rests_on(estimates[0])]
    elif estimates:
        lines += ["", *_side_by_side(estimates)]
    return lines


def _rests_on(found: Estimate) -> list[str]:
    ids = [claim_id[:12] for claim_id in found.claim_ids]
    return ["  rests on " + ", ".join(ids) + " (`tallyroom show ID` gives the words)"] if ids else []


def _side_by_side(estimates: Sequence[Estimate]) -> list[str]:
    """A line for each rule, a column for each convention, and how far the rule alone moves the number."""
    conventions = list(dict.fromkeys(found.convention for found in estimates))
    cells = {(found.rule, found.convention): found for found in estimates}
    rules = list(dict.fromkeys(found.rule for found in estimates))
    table = [("rule", *conventions), *((rule, *(_cell(cells[rule, one]) for one in conventions)) for rule in rules)]
    lines = [f"estimates as of {estimates[0].as_of or '?'}, best (low to high), side by side:"]
    lines += [f"  {line}" for line in columns(table)]
    told = [found for found in estimates if found.convention == conventions[0]]
    ends = [value for found in told for value in (found.low, found.high) if value is not None]
    bests = sorted({found.best for found in told if found.best is not None})
    if ends:
        best = f"best {bests[0]:,} to {bests[-1]:,}" if len(bests) > 1 else f"best {bests[0]:,}" if bests else "no best"
        lines.append(f"  the rule alone ({conventions[0]}): {best}; bounds from {min(ends):,} to {max(ends):,}")
    return lines


def _cell(found: Estimate) -> str:
    if found.low is None and found.best is None and found.high is None:
        return "–"
    low, best, high = (f"{value:,}" if value is not None else None for value in (found.low, found.best, found.high))
    return f"{best or 'none'} ({low or 'open'} to {high or 'open'})"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows set in columns, two spaces between them."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
