"""A brief of one story or query: what is said, by whom, since when, what disagrees, what is not known, with every number's words.

`make_brief` gathers, `as_terminal`, `as_markdown`, `as_html` and `as_pdf` print. Pure but for the packages that draw.
"""

from __future__ import annotations

import base64
import calendar
import re
from collections.abc import Iterable, Sequence

import msgspec

from tallyroom import charts
from tallyroom.errors import MissingExtra
from tallyroom.estimates import estimate
from tallyroom.lexicon import table
from tallyroom.series.compare import counted
from tallyroom.series.records import Derived, Estimate, Point, Series, SeriesClaim, SeriesProblem
from tallyroom.series.terminal import columns, estimate_words, plain, value_words

#: Words of context on either side of a quote in a footnote.
CONTEXT = 180
#: A brief tells so many series, the fullest.
MOST_SERIES = 20
#: Of a point so many places are cited, the first; the number of its reports stands beside.
MOST_NOTES = 8
#: A summary tells the newest word of so many origins.
MOST_NEWEST = 6
#: Derived numbers shown of one series: the newest ones.
MOST_DERIVED = 3


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A footnote: where a number stands, in which words, through whom."""

    number: int
    claim_id: str
    before: str
    quote: str
    after: str
    outlet: str
    published: str
    title: str
    url: str
    #: From the origin outwards: source, relays, outlet.
    chain: tuple[str, ...]
    report_id: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a series as the brief tells it."""

    said: str
    value: str
    origin: str
    relation: str
    reports: int
    notes: tuple[int, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One series of the brief."""

    series: Series
    heading: str
    definition: str
    summary: str
    #: Where the numbers of the summary, of the estimate and of each derived row stand.
    summary_notes: tuple[int, ...]
    lines: tuple[Line, ...]
    estimate: Estimate
    estimate_notes: tuple[int, ...]
    derived: tuple[str, ...]
    derived_notes: tuple[tuple[int, ...], ...]


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """What does not hold together, and where its numbers stand."""

    kind: str
    message: str
    report_ids: tuple[str, ...]
    notes: tuple[int, ...]


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """All that a brief holds, before it is printed in one of its forms."""

    title: str
    scope: str
    parts: tuple[Part, ...]
    disagreements: tuple[Disagreement, ...]
    unknown: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]


def told_series(series: Sequence[Series], most: int = MOST_SERIES) -> list[Series]:
    """Those of some series that a brief tells: the fullest."""
    return sorted(series, key=lambda s: (-len(s.points), s.measure, s.series_id))[:most]


def cited(series: Iterable[Series]) -> set[str]:
    """The claims that a brief of some series cites."""
    found: set[str] = set()
    for one in series:
        rows: tuple[Point | SeriesProblem | Derived, ...] = (*one.points, *one.problems, *one.derived[-MOST_DERIVED:])
        for row in rows:
            found.update(row.claim_ids[:MOST_NOTES])
    return found


def make_brief(
    series: Sequence[Series], claims: Iterable[SeriesClaim], *, title: str | None = None, as_of: str | None = None,
    rule: str = "range", convention: str = "interval", hierarchy: Sequence[str] = (), most: int = MOST_SERIES,
) -> Brief:  # fmt: skip
    """The brief of some series and the claims they rest on; the `most` fullest series are told, the others named."""
    told = told_series(series, most)
    left = len(series) - len(told)
    wanted = cited(told)
    held = {claim.claim_id: claim for claim in claims if claim.claim_id in wanted}
    notes: dict[str, Note] = {}
    parts = []
    for one in told:
        parts.append(
            _part(one, held, notes, estimate(one, rule=rule, convention=convention, as_of=as_of, hierarchy=hierarchy))
        )
    reports = {claim.report.uid: claim.report for claim in held.values()}
    carried = {report for one in told for point in one.points for report in point.report_ids}
    outlets = {report.outlet for report in reports.values() if report.outlet}
    dates = sorted(report.published[:10] for report in reports.values() if report.published)
    origins = {origin.origin_id for one in told for origin in one.origins if origin.independent}
    scope = f"{counted(len(carried), 'report')}, {counted(len(outlets), 'outlet')} cited, {counted(len(origins), 'independent origin')}"
    if dates:
        scope += f"; published {dates[0]} to {dates[-1]}"
    problems = {found.key: found for one in told for found in one.problems}
    measures = sorted({one.measure for one in told})
    definitions = table("series.toml")["definitions"]
    return Brief(
        title=plain(title or _title(told)), scope=scope, parts=tuple(parts),
        disagreements=tuple(_disagreement(found, held, notes) for found in problems.values()), unknown=tuple(_unknown(told, left)),
        definitions=tuple((m, definitions.get(m, "")) for m in measures), notes=tuple(notes.values()),
    )  # fmt: skip


def _title(told: Sequence[Series]) -> str:
    """The event of the series, as people write it; of several events only how many."""
    events = {one.event for one in told}
    if len(events) != 1:
        return f"Figures of {counted(len(events), 'event')}" if events else "Nothing found"
    event = told[0].event or "Brief"
    proposed = re.fullmatch(r"(.+)-(\d{4})-(\d{2})", event)
    if proposed and 1 <= int(proposed[3]) <= 12:
        return f"{proposed[1].replace('-', ' ').title()}, {calendar.month_name[int(proposed[3])]} {proposed[2]}"
    return event


def _part(one: Series, held: dict[str, SeriesClaim], notes: dict[str, Note], found: Estimate) -> Part:
    names = {origin.origin_id: plain(origin.name) for origin in one.origins}
    lines = []
    for point in one.points:
        numbers = _marked(point.claim_ids[:MOST_NOTES], held, notes)
        lines.append(
            Line(
                said=point.as_of or point.said_at or "date not told", value=_value(point), origin=names.get(point.origin, point.origin),
                relation=point.relation.replace("_", " "), reports=len(point.report_ids), notes=numbers,
            )
        )  # fmt: skip
    derived = {plain(row.formula): row.claim_ids for row in one.derived}
    derived = dict(list(derived.items())[-MOST_DERIVED:])
    where = f", {one.place}" if one.place else ""
    heading = plain(f"{one.measure.replace('_', ' ').capitalize()}: {one.population or one.unit}{where}")
    if one.kind != "cumulative":
        heading += f" ({one.kind})"
    return Part(
        series=one, heading=heading, definition=table("series.toml")["definitions"].get(one.measure, ""), summary=_summary(one, names),
        summary_notes=_marked([claim for point in _summed_up(one) for claim in point.claim_ids[:1]], held, notes),
        lines=tuple(lines), estimate=found, estimate_notes=_marked(found.claim_ids, held, notes),
        derived=tuple(derived), derived_notes=tuple(_marked(claim_ids, held, notes) for claim_ids in derived.values()),
    )  # fmt: skip


def _disagreement(found: SeriesProblem, held: dict[str, SeriesClaim], notes: dict[str, Note]) -> Disagreement:
    return Disagreement(
        kind=found.kind, message=plain(found.message), report_ids=tuple(plain(name) for name in found.report_ids),
        notes=_marked(found.claim_ids, held, notes),
    )  # fmt: skip


def _marked(claim_ids: Sequence[str], held: dict[str, SeriesClaim], notes: dict[str, Note]) -> tuple[int, ...]:
    """The footnotes of some claims, the first few."""
    return tuple(dict.fromkeys(_note(held[claim], notes) for claim in claim_ids if claim in held))[:MOST_NOTES]


def _value(point: Point) -> str:
    return value_words(point.low, point.best, point.high, point.bound)


def _summary(one: Series, names: dict[str, str]) -> str:
    """The first point, and the newest of each origin, in a sentence."""
    said = [
        f"{_value(point)} by {names.get(point.origin, point.origin)}" + (f" ({point.said_at})" if point.said_at else "")
        for point in _newest_of_each(one)
    ]
    first = _first(one)
    since = f"First said {first.said_at}: {_value(first)}. " if first else ""
    return f"{since}Newest: {'; '.join(said)}. {counted(one.independent_origins, 'independent origin')}."


def _first(one: Series) -> Point | None:
    return one.points[0] if len(one.points) > 1 and one.points[0].said_at else None


def _newest_of_each(one: Series) -> list[Point]:
    newest = {point.origin: point for point in one.points}
    independent = {origin.origin_id for origin in one.origins if origin.independent}
    return [point for key, point in newest.items() if key in independent or not independent][:MOST_NEWEST]


def _summed_up(one: Series) -> list[Point]:
    first = _first(one)
    return [first, *_newest_of_each(one)] if first else _newest_of_each(one)


def _note(claim: SeriesClaim, notes: dict[str, Note]) -> int:
    if claim.claim_id in notes:
        return notes[claim.claim_id].number
    figure, report = claim.figure, claim.report
    text = report.text or ""
    start, end = _context(text, figure.start, figure.end) if figure.end <= len(text) else (0, 0)
    chain = [name for name in (figure.source, *figure.relays, report.outlet) if name]
    notes[claim.claim_id] = Note(
        number=len(notes) + 1, claim_id=claim.claim_id, before=_cut_start(text, start) + plain(text[start : figure.start]), quote=plain(figure.quote),
        after=plain(text[figure.end : end]) + _cut_end(text, end), outlet=plain(report.outlet or "outlet not told"), published=plain(report.published or "undated"),
        title=plain(report.title or ""), url=report.url or "", chain=tuple(plain(name) for name in chain), report_id=plain(report.id),
    )  # fmt: skip
    return notes[claim.claim_id].number


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    """The words around a quote, in its paragraph: not so far that a note grows long, and no half words."""
    first = max(text.rfind("\n", 0, start) + 1, start - CONTEXT)
    if first and not text[first - 1].isspace():
        first = next((i + 1 for i in range(first, start) if text[i].isspace()), start)
    last = text.find("\n", end)
    last = min(last if last >= 0 else len(text), end + CONTEXT)
    if last < len(text) and not text[last].isspace():
        last = next((i for i in range(last, end, -1) if text[i].isspace()), end)
    return first, last


def _cut_start(text: str, start: int) -> str:
    return "… " if start and text[start - 1] != "\n" else ""


def _cut_end(text: str, end: int) -> str:
    return " …" if text[end : end + 1].strip() or text[end : end + 1] in (" ", "\t") else ""


def _unknown(told: Sequence[Series], left: int) -> Iterable[str]:
    for one in told:
        name = plain(
            f"{one.measure.replace('_', ' ')}: {one.population or one.unit}" + (f", {one.place}" if one.place else "")
        )
        if one.independent_origins == 0:
            yield f"{name}: no report names who counted."
        elif one.independent_origins == 1 and len(one.points) > 1:
            yield f"{name}: all rests on one origin; nobody else confirms it."
        if any(point.high is None for point in one.points[-1:]):
            yield f"{name}: the newest figure has no upper bound."
        if one.kind in ("planned", "forecast"):
            yield f"{name}: {one.kind}, not yet so."
    if left:
        yield f"{left} smaller series are not told here."


# --- terminal and Markdown


def as_terminal(brief: Brief) -> str:
    """The brief as plain lines."""
    out = [brief.title, brief.scope, ""]
    for part in brief.parts:
        out += [
            part.heading,
            f"  {part.summary} {_marks(part.summary_notes)}",
            f"  estimate: {estimate_words(part.estimate)} {_marks(part.estimate_notes)}",
        ]
        rows = [
            (
                line.said,
                line.value,
                line.origin[:40],
                line.relation,
                counted(line.reports, "report"),
                _marks(line.notes),
            )
            for line in part.lines
        ]
        out += [f"  {row}" for row in columns(rows)]
        out += [
            f"  derived: {row} {_marks(notes)}" for row, notes in zip(part.derived, part.derived_notes, strict=True)
        ] + [""]
    out += [
        "What disagrees",
        *(
            [
                f"  {p.kind}: {p.message} ({', '.join(p.report_ids)}) {_marks(p.notes)}".rstrip()
                for p in brief.disagreements
            ]
            or ["  nothing found"]
        ),
    ]
    out += ["", "What is not known", *([f"  {line}" for line in brief.unknown] or ["  nothing told as unknown"])]
    out += ["", "Definitions", *[f"  {m.replace('_', ' ')}: {text}" for m, text in brief.definitions], "", "Notes"]
    out += [
        f"  [{n.number}] “{n.before}[{n.quote}]{n.after}” {n.outlet}, {n.published}; {' → '.join(n.chain)}"
        for n in brief.notes
    ]
    return "\n".join(out) + "\n"


def _marks(notes: Iterable[int]) -> str:
    return " ".join(f"[{number}]" for number in notes)


def _footnotes(notes: Iterable[int]) -> str:
    return " ".join(f"[^{number}]" for number in notes)


def as_markdown(brief: Brief) -> str:
    """The brief in Markdown with footnotes."""
    out = [f"# {_md(brief.title)}", "", _md(brief.scope), ""]
    for part in brief.parts:
        out += [
            f"## {_md(part.heading)}",
            "",
            f"{_md(part.summary)} {_footnotes(part.summary_notes)}",
            "",
            f"Estimate: {_md(estimate_words(part.estimate))} {_footnotes(part.estimate_notes)}",
            "",
        ]
        out += ["| as of | value | origin | step | reports | notes |", "|---|---|---|---|---|---|"]
        for line in part.lines:
            marks = _footnotes(line.notes)
            out.append(
                f"| {_md(line.said)} | {_md(line.value)} | {_md(line.origin)} | {line.relation} | {line.reports} | {marks} |"
            )
        out.append("")
        for row, notes in zip(part.derived, part.derived_notes, strict=True):
            out += [f"Derived, said by no one: {_md(row)} {_footnotes(notes)}", ""]
    out += ["## What disagrees", ""]
    out += [
        f"- **{p.kind.replace('_', ' ')}**: {_md(p.message)} ({_md(', '.join(p.report_ids))}) {_footnotes(p.notes)}".rstrip()
        for p in brief.disagreements
    ] or ["Nothing found."]
    out += ["", "## What is not known", ""] + (
        [f"- {_md(line)}" for line in brief.unknown] or ["Nothing told as unknown."]
    )
    out += (
        ["", "## Definitions", ""]
        + [f"- **{m.replace('_', ' ')}**: {_md(text)}" for m, text in brief.definitions]
        + [""]
    )
    for n in brief.notes:
        address = f" <{n.url}>" if _is_web(n.url) else ""
        out.append(
            f"[^{n.number}]: “{_md(n.before)}**{_md(n.quote)}**{_md(n.after)}” {_md(n.outlet)}, {_md(n.published)}; {_md(' → '.join(n.chain))}{address}"
        )
    return "\n".join(out) + "\n"


def _md(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text).replace("\n", " ")


def _is_web(url: str) -> bool:
    return re.match(r"https?://[^\s<>\"']+$", url) is not None


# --- HTML and PDF


def as_html(brief: Brief) -> str:
    """The brief as one HTML file: no script, no network, charts inside, made to print well."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = lambda text: str(text).replace("_", " ")
    drawn = {part.series.series_id: _chart(part) for part in brief.parts if len(part.lines) > 1}
    return environment.from_string(_PAGE).render(
        brief=brief, charts=drawn, can_draw=charts.is_there(), estimate_words=estimate_words, is_web=_is_web
    )


def _chart(part: Part) -> str:
    """The chart as an image address; empty without the extra."""
    if not charts.is_there():
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(charts.svg(part.series).encode()).decode()


def as_pdf(brief: Brief) -> bytes:
    """The brief as PDF; raises MissingExtra without the extra `brief`."""
    try:
        import weasyprint
    except ImportError:
        raise MissingExtra("brief", "writing PDF") from None

    from weasyprint.urls import URLFetcher

    inside = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    return bytes(weasyprint.HTML(string=as_html(brief), url_fetcher=inside).write_pdf())


_PAGE = """<!doctype html>
{% macro refs(notes) %}{% if notes %}<sup>{% for number in notes %}<a href="#n{{ number }}">{{ number }}</a>{{ " " if not loop.last }}{% endfor %}</sup>{% endif %}{% endmacro %}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{{ brief.title }}</title>
<style>
@page { size: A4; margin: 18mm 16mm; @bottom-center { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #555; } }
:root { color-scheme: light; }
body { font: 11pt/1.45 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; color: #111; background: #fff; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .4rem; break-after: avoid; }
.scope { color: #444; margin-top: 0; } .chart { width: 100%; max-width: 42rem; height: auto; display: block; }
figure { margin: .8rem 0; break-inside: avoid; } figcaption, .no-chart { font-size: .85rem; color: #555; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
th { font-weight: 600; } td.n { white-space: nowrap; font-variant-numeric: tabular-nums; } tr { break-inside: avoid; }
sup { vertical-align: super; font-size: .72em; line-height: 0; } td.step, .value { white-space: nowrap; }
.estimate { break-after: avoid; background: #f3f6f9; border-left: 4px solid #0072B2; padding: .4rem .8rem; } .kind { font-weight: 600; }
a { color: #00508a; } ol.notes { font-size: .85rem; padding-left: 2.2rem; } ol.notes li { margin: .35rem 0; break-inside: avoid; overflow-wrap: anywhere; }
mark { background: #ffeb99; padding: 0 .1em; } sup a { text-decoration: none; padding: 0 .08em; } li:target { background: #fff6d6; }
@media (max-width: 40rem) { table { font-size: .8rem; } th, td { padding-right: .35rem; } td.step, .value { white-space: normal; } }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 9.5pt; } a { color: inherit; }
  h2 { margin-top: 1.2rem; } h2 + p { break-after: avoid; } figure { margin: .4rem 0; } .chart { width: auto; max-width: 100%; max-height: 80mm; }
  th, td { padding: .12rem .6rem .12rem 0; } ol.notes { font-size: 7.5pt; line-height: 1.3; } ol.notes li { margin: .15rem 0; }
}
</style></head><body>
<header><h1>{{ brief.title }}</h1><p class="scope">{{ brief.scope }}</p></header>
<main>
{% for part in brief.parts %}
<section aria-labelledby="s{{ loop.index }}">
<h2 id="s{{ loop.index }}">{{ part.heading }}</h2>
<p>{{ part.summary }} {{ refs(part.summary_notes) }}</p>
<p class="estimate">Estimate: {{ estimate_words(part.estimate) }} {{ refs(part.estimate_notes) }}</p>
{% if charts.get(part.series.series_id) %}
<figure><img class="chart" alt="Chart of {{ part.heading }}; the table below holds the same numbers" src="{{ charts[part.series.series_id] }}">
<figcaption>A dot is one origin's value at one time, larger the more reports carry it; bars are ranges, ▲ and ▼ open bounds.</figcaption></figure>
{% elif part.lines|length > 1 and not can_draw %}
<p class="no-chart">No chart: install the extra with <code>pip install 'tallyroom[brief]'</code>. The table holds the same numbers.</p>
{% endif %}
<table><thead><tr><th scope="col">as of</th><th scope="col">value</th><th scope="col">origin</th><th scope="col">step</th><th scope="col">reports</th></tr></thead><tbody>
{% for line in part.lines %}
<tr><td class="n">{{ line.said }}</td><td><span class="value">{{ line.value }}</span> {{ refs(line.notes) }}</td>
<td>{{ line.origin }}</td><td class="step">{{ line.relation }}</td><td class="n">{{ line.reports }}</td></tr>
{% endfor %}
</tbody></table>
{% for row in part.derived %}<p>Derived, said by no one: {{ row }} {{ refs(part.derived_notes[loop.index0]) }}</p>
{% endfor %}
</section>
{% endfor %}
<section><h2>What disagrees</h2>
{% if brief.disagreements %}<ul>{% for p in brief.disagreements %}<li><span class="kind">{{ p.kind|words }}</span>: {{ p.message }} ({{ p.report_ids|join(", ") }}) {{ refs(p.notes) }}</li>
{% endfor %}</ul>{% else %}<p>Nothing found.</p>{% endif %}</section>
<section><h2>What is not known</h2>
{% if brief.unknown %}<ul>{% for line in brief.unknown %}<li>{{ line }}</li>
{% endfor %}</ul>{% else %}<p>Nothing told as unknown.</p>{% endif %}</section>
<section><h2>Definitions</h2><ul>{% for measure, text in brief.definitions %}<li><span class="kind">{{ measure|words }}</span>: {{ text }}</li>
{% endfor %}</ul></section>
<section><h2>Notes</h2><ol class="notes">
{% for n in brief.notes %}
<li id="n{{ n.number }}" value="{{ n.number }}">“{{ n.before }}<mark>{{ n.quote }}</mark>{{ n.after }}” {% if is_web(n.url) %}<a href="{{ n.url }}" rel="noreferrer">{{ n.outlet }}</a>{% else %}{{ n.outlet }}{% endif %}, {{ n.published }}; {{ n.chain|join(" → ") }}</li>
{% endfor %}
</ol></section>
</main></body></html>
"""
