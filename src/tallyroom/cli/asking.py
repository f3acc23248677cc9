"""`figures`, `reports`, `sources`, `events`, `problems`, `show`: one set of filters, orders and formats for all."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from tallyroom.cli.opening import open_ledger
from tallyroom.cli.options import claim_filters, ledger_option
from tallyroom.errors import UsageError

if TYPE_CHECKING:
    from tallyroom.ledger import Ledger, LedgerClaim, LedgerReport, Query
    from tallyroom.ledger.resolution import Resolved

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def query_options(command: Callable[..., None]) -> Callable[..., None]:
    """The filters, order, page and format that all asking doors share."""
    options: list[Callable[[Callable[..., None]], Callable[..., None]]] = [
        ledger_option,
        claim_filters,
        click.option("--kind", metavar="KIND", help="Of problems: only this kind."),
        click.option("--as-of", metavar="DATE", help="Only what speaks of this date or earlier."),
        click.option("--sort", type=click.Choice(["published", "happened", "value", "recorded"]),
        help="The order; else by publication, and of `sources` the most named first."),
        click.option("--ascending", is_flag=True, help="The smallest or oldest first."),
        click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True,
        help="Rows of a page."),
        click.option("--after", metavar="PAGE", help="The next page, as the page before told."),
        click.option("--format", "form", type=click.Choice(["table", "json", "jsonl", "csv"]), default="table",
        show_default=True),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def _query(given: dict[str, Any]) -> Query:
    from tallyroom.ledger import Query

    given["sort"] = given["sort"] or "published"
    return Query(descending=not given.pop("ascending"), **given).checked()


def _of_reports(query: Query, what: str) -> Query:
    if query.sort not in ("published", "recorded"):
        raise UsageError(f"{what} have no {query.sort}; sort them by published or recorded")
    return query


def _print(rows: Sequence[dict[str, Any]], form: str, columns: Sequence[str]) -> None:
    if form == "json":
        click.echo(_json(rows, indent=1))
    elif form == "jsonl":
        for row in rows:
            click.echo(_json(row))
    elif form == "csv":
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(rows[0] if rows else columns)
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
        click.echo(out.getvalue(), nl=False)
    else:
        _print_table(rows, columns)


def _json(value: Any, indent: int | None = None) -> str:
    """JSON in which control characters that a terminal would obey are escaped, those above U+007E too."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found.group()):04x}", text)


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula arrives as text."""
    if isinstance(value, (list, tuple)):
        value = "; ".join(str(part) for part in value)
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def _print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(row.get(name))) for name in columns))
    # A table that is piped on is as wide as it needs to be: no word is cut.
    Console(soft_wrap=False, width=None if sys.stdout.isatty() else 240).print(table)


def _shown(value: Any) -> str:
    from tallyroom.show import harmless

    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (list, tuple)):
        return harmless("; ".join(str(part) for part in value))
    return f"{value:,}" if isinstance(value, (int, float)) else " ".join(harmless(str(value)).split())


def _tell_field(name: str, value: Any) -> None:
    """A line of `show`: what is not known has none."""
    if value not in (None, [], ""):
        click.echo(f"{name:<12} {'no' if value is False else _shown(value)}")


def _tell_next(token: str | None) -> None:
    if token:
        click.echo(f"more: --after {token}", err=True)


def _tell_count(count: int, noun: str) -> None:
    from tallyroom.series.compare import counted

    click.echo(f"1,000+ {noun}s" if count > 1000 else counted(count, noun), err=True)


def claim_row(claim: LedgerClaim) -> dict[str, Any]:
    """A claim as a flat row, with the way back to its words."""
    figure = claim.figure
    return {
        "claim_id": figure.claim_id, "report": claim.report_id, "uid": claim.uid, "start": figure.start,
        "end": figure.end,
        "quote": figure.quote, "low": figure.low, "best": figure.best, "high": figure.high, "bound": figure.bound,
        "unit": figure.unit, "measure": figure.measure, "population": figure.population, "place": figure.place,
        "event_time": figure.event_time, "source": figure.source,
        "relays": list(figure.relays), "said_at": figure.said_at, "cue": figure.cue, "polarity": figure.polarity,
        "modality": figure.modality, "aggregation": figure.aggregation, "published": claim.published,
        "outlet": claim.outlet, "url": claim.url, "collection": claim.collection, "event": claim.event,
        "review": claim.review, "confidence": figure.confidence.get("record"), "extractor": claim.extractor,
        "recorded_at": claim.recorded_at, **resolved_row(claim.resolved),
    }  # fmt: skip


def resolved_row(resolved: Resolved) -> dict[str, Any]:
    """What the words of a claim mean, as columns."""
    source, people, place = resolved.source, resolved.population, resolved.place
    return {
        "source_id": source.id if source else None, "source_name": source.name if source else None,
        "source_kind": source.source_kind if source else None, "source_country": source.country if source else None,
        "source_affiliation": source.affiliation if source else None,
        "source_sure": source.sure if source else None, "relation": resolved.relation,
        "sides": list(people.sides) if people else [], "status": people.status if people else None,
        "age": people.age if people else None, "sex": people.sex if people else None,
        "country": place.country if place else None, "admin1": place.admin1 if place else None,
        "latitude": place.latitude if place else None, "longitude": place.longitude if place else None,
        "where_prec": place.where_prec if place else None,
    }  # fmt: skip


def report_row(held: LedgerReport) -> dict[str, Any]:
    """A report as a flat row, without its text."""
    report = held.report
    return {
        "report": report.id, "uid": report.uid, "published": report.published, "outlet": report.outlet,
        "title": report.title, "url": report.url, "language": report.language, "collection": held.collection,
        "event": held.event, "newest": held.newest, "copy_of": held.copy_of, "confidential": held.confidential,
        "characters": len(report.text), "recorded_at": held.recorded_at,
    }  # fmt: skip


@click.command("figures")
@query_options
def figures_command(ledger: str, form: str, **given: Any) -> None:
    """Figures with their sources, each with the way back to its words."""
    query = _query(given)
    with open_ledger(ledger) as held:
        page = held.claim_page(query)
        count = held.count_claims(query) if form == "table" else 0
    rows = [claim_row(claim) for claim in page.rows]
    if form == "table":
        rows = [{**row, "id": row["claim_id"][:12], "at": f"{row['start']}-{row['end']}"} for row in rows]
    _print(
        rows,
        form,
        [
            "id",
            "published",
            "quote",
            "measure",
            "population",
            "place",
            "event_time",
            "source",
            "source_id",
            "relation",
            "relays",
            "report",
            "at",
            "review",
        ],
    )
    if form == "table":
        _tell_count(count, "figure")
    _tell_next(page.next)


@click.command("reports")
@query_options
def reports_command(ledger: str, form: str, **given: Any) -> None:
    """The reports of a ledger."""
    query = _of_reports(_query(given), "reports")
    with open_ledger(ledger) as held:
        page = held.report_page(query)
        count = held.count_reports(query) if form == "table" else 0
        rows = [report_row(report) for report in page.rows]
        if form == "table":
            for row in rows:
                row["copy_of"] = held.report(row["copy_of"]).report.id if row["copy_of"] else None
                row["older"] = not row["newest"]
    columns = ["report", "published", "outlet", "title", "characters", "copy_of", "collection"]
    _print(rows, form, [*columns, "older"] if query.all_versions else columns)
    if form == "table":
        _tell_count(count, "report")
    _tell_next(page.next)


@click.command("sources")
@query_options
@click.option(
    "--of",
    "kind",
    type=click.Choice(["source", "population", "place"]),
    default="source",
    show_default=True,
    help="Names of what.",
)
@click.option("--unsure", is_flag=True, help="Only words that stay apart because they do not decide, with rivals.")
def sources_command(ledger: str, form: str, kind: Any, unsure: bool, **given: Any) -> None:
    """Who speaks, under which names, the most named first; the unsure are settled by `judge same` and `different`."""
    order = given["sort"]
    with open_ledger(ledger) as held:
        page = held.name_page(kind, _query(given), unsure=unsure, order=order)
    own = {
        "source": ["source", "source_id", "source_kind", "country", "affiliation"],
        "population": ["population", "population_id", "sides", "status", "age", "sex"],
        "place": ["place", "place_id", "country", "admin1", "where_prec"],
    }[kind]
    _print(page.rows, form, [*own, "names", "claims", "reports", "first", "last", "rivals" if unsure else "judged"])
    _tell_next(page.next)


@click.command("events")
@query_options
def events_command(ledger: str, form: str, **given: Any) -> None:
    """What happened, as told by the reports: proposed by the program, settled by judgements."""
    from tallyroom.ledger.events import event_page

    order = given["sort"]
    with open_ledger(ledger) as held:
        page = event_page(held, _query(given), order)
    _print(page.rows, form, ["event", "first", "last", "place", "reports", "figures", "measures"])
    _tell_next(page.next)


@click.command("problems")
@query_options
def problems_command(ledger: str, form: str, **given: Any) -> None:
    """What does not hold together: in one report, and (with a key to dismiss it by) across several."""
    from tallyroom.ledger.events import series_problem_rows

    query = _of_reports(_query(given), "problems")
    with open_ledger(ledger) as held:
        page = held.problem_page(query)
        rows = [
            {
                "kind": p.problem.kind, "report": p.report_id, "start": p.problem.start, "end": p.problem.end,
                "quote": p.problem.quote, "message": p.problem.message, "suggestion": p.problem.suggestion,
                "published": p.published, "outlet": p.outlet, "review": p.review, "key": None,
            }
            for p in page.rows
        ]  # fmt: skip
        if not query.after and query.review in (None, "open", "all"):
            rows += series_problem_rows(held, query)
    if form == "table":
        rows = [{**row, "key": _short_key(row["key"])} for row in rows]
    _print(rows, form, ["kind", "report", "start", "end", "quote", "message", "review", "key"])
    _tell_next(page.next)


def _short_key(key: str | None) -> str | None:
    """A problem's key with the beginnings of its claim ids, by which `judge dismiss` knows it too."""
    return key and re.sub("[0-9a-f]{64}", lambda found: found.group()[:12], key)


@click.command("show")
@click.argument("name", metavar="ID")
@ledger_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show_command(name: str, ledger: str, form: str) -> None:
    """One figure in its sentence with all that is known of it and its history; one report, source or event.

    ID is the beginning of a figure's id, a report's id, a source's id or name, or an event as `events` lists it.
    """
    with open_ledger(ledger) as held:
        shows = (_show_report, _show_claim, _show_source, _show_event)
        if not any(show(held, name, form) for show in shows):
            raise UsageError(f"no figure, report, source or event {name!r} here; `figures`, `reports`, `sources` and "
            "`events` list them")  # fmt: skip


def _show_source(held: Ledger, name: str, form: str) -> bool:
    """What is known of a source (under whatever name) and its latest figures."""
    from tallyroom.ledger import Query

    found = held.log.names.identities("source", [name])
    rows = [row for row in held.sources(Query(source=name, review="all", limit=None)) if row["source_id"] in found]
    if not rows:
        return False
    claims = [
        claim_row(claim)
        for claim in held.claims(Query(source=name, limit=1000))
        if claim.resolved.source and claim.resolved.source.id in found
    ]
    _show_with_figures(rows, claims, form)
    return True


def _show_event(held: Ledger, name: str, form: str) -> bool:
    """An event with its reports and their figures."""
    from tallyroom.ledger import Query
    from tallyroom.ledger.events import event_page

    rows = event_page(held, Query(event=name)).rows
    if not rows:
        return False
    of_reports = (Query(report=one, limit=None) for row in rows for one in row["report_ids"])
    _show_with_figures(rows, [claim_row(claim) for query in of_reports for claim in held.claims(query)], form)
    return True


def _show_with_figures(rows: Sequence[dict[str, Any]], claims: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        click.echo(_json([{**row, "figures": claims} for row in rows] if len(rows) > 1 else
                         {**rows[0], "figures": claims}, indent=1))  # fmt: skip
        return
    for row in rows:
        for key, value in row.items():
            _tell_field(key, value)
        click.echo("")
    _print_table(
        [{**claim, "id": claim["claim_id"][:12]} for claim in claims],
        ["id", "published", "quote", "measure", "population", "place", "source", "report", "review"],
    )


def _show_claim(held: Ledger, name: str, form: str) -> bool:
    from tallyroom.ledger.effective import sentence_at
    from tallyroom.show import harmless

    try:
        claim = held.claim(name)
    except UsageError as fault:
        if "several" in str(fault):
            raise
        return False
    figure = claim.figure
    text = held.report(claim.uid).report.text
    first, last = sentence_at(text, figure.start, figure.end)
    history = held.history(claim.uid, figure.start, figure.end)
    if form == "json":
        row = claim_row(claim)
        row.update(
            sentence=text[first:last], evidence=dict(figure.evidence), confidence=dict(figure.confidence),
            resolved=_plain(claim.resolved), rivals=_plain(figure.rivals), decisions=_plain(claim.decisions),
            read=_plain(claim.read),
            history=[{**claim_row(past), "since": past.since, "until": past.until} for past in history],
        )  # fmt: skip
        click.echo(_json(row, indent=1))
        return True
    sentence = f"{text[first : figure.start]}⟦{figure.quote}⟧{text[figure.end : last]}"
    click.echo(harmless(sentence) + "\n")
    for key, value in claim_row(claim).items():
        _tell_field(key, value)
    for key, words in _doubts(claim):
        click.echo(f"{key:<12} {harmless(words)}")
    for decision in claim.decisions:
        fields = ", ".join(f"{key}={value}" for key, value in decision.fields.items())
        click.echo(
            harmless(f"{decision.by}: {decision.verdict} {fields} ({decision.at}) {decision.why or ''}").rstrip()
        )
    if len(history) > 1:
        click.echo("\nhistory")
        for past in history:
            click.echo(harmless(_history_line(past)))
    return True


def _doubts(claim: LedgerClaim) -> Iterator[tuple[str, str]]:
    """How sure each field is, what else it may be, how its words were resolved, and what a person changed."""
    figure = claim.figure
    if fields := [f"{name} {value:.2f}" for name, value in sorted(figure.confidence.items()) if name != "record"]:
        yield "sure of", ", ".join(fields)
    for name, rivals in sorted(figure.rivals.items()):
        yield "or", f"{name}: " + ", ".join(f"{rival.value} ({rival.confidence:.2f})" for rival in rivals)
    meant = claim.resolved
    for kind, one in (("source", meant.source), ("population", meant.population), ("place", meant.place)):
        if one is not None:
            others = f"; it may be {', '.join(one.rivals)}" if one.rivals else ""
            yield "meant", f"{kind} {one.id} ({one.method}{'' if one.sure else ', unsure'}){others}"
    if claim.read is not None:
        before = ((name, getattr(claim.read, name), getattr(figure, name)) for name in figure.__struct_fields__)
        changed = [f"{name} {was}" for name, was, is_now in before if was != is_now and name != "claim_id"]
        yield "as read", ", ".join(changed)


def _history_line(past: LedgerClaim) -> str:
    figure = past.figure
    numbers = "/".join("-" if n is None else f"{n:,}" for n in (figure.low, figure.best, figure.high))
    until = f" until {past.until}" if past.until else ""
    speaker, relation = past.resolved.source, past.resolved.relation
    source = f"{figure.source or 'no source'}{f' ({speaker.id})' if speaker else ''}"
    words = f"{numbers} {figure.measure} {figure.population or ''}; {source}; {past.review}"
    if relation:
        words += f"; {relation}"
    if past.decisions:
        words += f" ({', '.join(decision.by for decision in past.decisions)})"
    return f"  {past.since}{until}  {words}"


def _show_report(held: Ledger, name: str, form: str) -> bool:
    from tallyroom.model import to_json
    from tallyroom.show import harmless

    try:
        report = held.report(name)
    except UsageError:
        return False
    extraction = held.extraction(report)
    if form == "json":
        click.echo(_json({**to_json(extraction), **report_row(report)}, indent=1))
        return True
    for key, value in report_row(report).items():
        _tell_field(key, value)
    click.echo("\n" + harmless(report.report.text) + "\n")
    _print_table(
        [{"id": f.claim_id[:12], "quote": f.quote, "measure": f.measure, "population": f.population,
        "source": f.source} for f in extraction.figures],
        ["id", "quote", "measure", "population", "source"],
    )  # fmt: skip
    return True


def _plain(value: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(value)
