"""`tallyroom brief` and `tallyroom export`: what leaves the ledger for others to read or load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tallyroom.cli.options import claim_filters, ledger_option, series_options
from tallyroom.errors import UsageError

_FORMS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".txt": "terminal",
}


@click.command("brief", short_help="a brief with sources and charts")
@series_options
@click.option("--title", help="The brief's title.")
@click.option("--confidential", is_flag=True, help="With confidential reports and sources, left out otherwise.")
@click.option(
    "--to",
    "form",
    type=click.Choice(["terminal", "markdown", "html", "pdf"]),
    help="the form; else by the name of --out",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file (.md, .html, .pdf, .txt)"
)
@click.option(
    "--charts",
    "chart_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="write each chart as SVG and PNG to this folder too",
)
def brief_command(
    ledger: str, source: Path | None, measure: str | None, population: str | None, place: str | None, event: str | None, collection: str | None,
    known_at: str | None, title: str | None, as_of: str | None, rule: str, convention: str, hierarchy: tuple[str, ...], form: str | None, out: Path | None,
    chart_folder: Path | None, confidential: bool,
) -> None:  # fmt: skip
    """Write one story or query: what is said, by whom, since when; what disagrees; what is not known; every number with its words."""
    from tallyroom import brief as briefs
    from tallyroom.cli.series import chosen_series, claims_behind, known_series

    form = form or (_FORMS.get(out.suffix.lower()) if out else "terminal")
    if form is None:
        raise UsageError(f"{out}: the name tells no form; end it in .md, .html, .pdf or .txt, or give --to")
    if form == "pdf" and out is None:
        raise UsageError("a PDF needs a file: --out brief.pdf")
    filters = {"measure": measure, "population": population, "place": place, "event": event}
    known, _ = known_series(ledger, source, collection, confidential=confidential, known_at=known_at)
    series = chosen_series(known, None, filters)
    claims = claims_behind(briefs.cited(briefs.told_series(series)), ledger, source, known_at)
    made = briefs.make_brief(
        series, claims, title=title, as_of=as_of, rule=rule, convention=convention, hierarchy=hierarchy
    )
    writers: dict[str, Any] = {
        "terminal": briefs.as_terminal,
        "markdown": briefs.as_markdown,
        "html": briefs.as_html,
        "pdf": briefs.as_pdf,
    }
    text = writers[form](made)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        click.echo(f"{out}: {len(made.parts)} series, {len(made.notes)} figures with their words", err=True)
    if chart_folder is not None:
        _write_charts(made, chart_folder)


def _write_charts(made: Any, folder: Path) -> None:
    from tallyroom import charts

    folder.mkdir(parents=True, exist_ok=True)
    for part in made.parts:
        (folder / f"{part.series.series_id}.svg").write_text(charts.svg(part.series), encoding="utf-8")
        (folder / f"{part.series.series_id}.png").write_bytes(charts.png(part.series))


_TARGETS = ("csv", "xlsx", "ucdp", "hxl", "jsonl", "jsonld", "parquet")
_ENDINGS = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonld": "jsonld",
    ".parquet": "parquet",
}


@click.command("export", short_help="CSV, XLSX, UCDP, HXL, Parquet, JSON Lines, JSON-LD")
@ledger_option
@click.option("--to", "form", type=click.Choice(_TARGETS), help="the form; else by the name of --out")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file; else to standard output"
)
@click.option("--raw", is_flag=True, help="leave cells that a spreadsheet would run as formulas as they are")
@click.option(
    "--confidential", is_flag=True, help="with confidential reports and sources, which are left out otherwise"
)
@click.option("--as-of", metavar="DATE", help="ucdp: the estimates at this date")
@click.option("--rule", help="ucdp: range (if nothing is said), latest, majority, hierarchy, lowest")
@click.option("--convention", help="ucdp: interval (if nothing is said), acled, ccc, minimum")
@claim_filters
def export_command(
    ledger: str,
    form: str | None,
    out: Path | None,
    raw: bool,
    confidential: bool,
    as_of: str | None,
    rule: str | None,
    convention: str | None,
    **filters: Any,
) -> None:
    """Write the figures of a ledger for others to load; `jsonl` is the whole ledger, which `import` takes in again."""
    from tallyroom.cli.exporting import export_ledger

    form = form or (_ENDINGS.get(out.suffix.lower()) if out else None)
    if form is None:
        raise UsageError(
            f"say the form: --to {'|'.join(_TARGETS)}, or --out with a name that ends in {', '.join(_ENDINGS)}"
        )
    given = {"as_of": as_of, "rule": rule, "convention": convention}
    estimate = {name: value for name, value in given.items() if value}
    chosen = {name: value for name, value in filters.items() if value not in (None, False)}
    count = export_ledger(ledger, form, out, raw=raw, confidential=confidential, filters=chosen, estimate=estimate)
    if out is not None:
        click.echo(f"{out}: {count} rows", err=True)
