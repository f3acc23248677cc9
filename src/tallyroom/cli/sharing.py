"""`tallyroom brief` and `tallyroom export`: what leaves the ledger for others to read or load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tallyroom.errors import UsageError

_FORMS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".pdf": "pdf", ".txt": "terminal"}


@click.command("brief", short_help="a brief with sources and charts")
@click.option("--ledger", default="tallyroom.db", show_default=True, help="a ledger: a file or a postgresql:// URL")
@click.option("--from", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="extraction JSON Lines instead of a ledger")
@click.option("--measure", help="only series of this measure")
@click.option("--population", help="only populations that hold these words")
@click.option("--place", help="only places that hold these words")
@click.option("--event", help="only this event")
@click.option("--collection", help="only reports of this collection")
@click.option("--title", help="the brief's title")
@click.option("--as-of", metavar="DATE", help="the estimates at this date")
@click.option("--rule", default="range", show_default=True, help="range, latest, majority, hierarchy, lowest")
@click.option("--convention", default="interval", show_default=True, help="interval, acled, ccc, minimum")
@click.option("--hierarchy", multiple=True, metavar="SOURCE", help="for --rule hierarchy: a trusted source; repeat, the most trusted first")
@click.option("--to", "form", type=click.Choice(["terminal", "markdown", "html", "pdf"]), help="the form; else by the name of --out")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file (.md, .html, .pdf, .txt)")
@click.option("--charts", "chart_folder", type=click.Path(file_okay=False, path_type=Path), help="write each chart as SVG and PNG to this folder too")
def brief_command(
    ledger: str, source: Path | None, measure: str | None, population: str | None, place: str | None, event: str | None, collection: str | None,
    title: str | None, as_of: str | None, rule: str, convention: str, hierarchy: tuple[str, ...], form: str | None, out: Path | None,
    chart_folder: Path | None,
) -> None:  # fmt: skip
    """Write one story or query: what is said, by whom, since when; what disagrees; what is not known; every number with its words."""
    from tallyroom import brief as briefs
    from tallyroom.cli.series import chosen_series, known_claims
    from tallyroom.series import build_series

    form = form or (_FORMS.get(out.suffix.lower()) if out else "terminal")
    if form is None:
        raise UsageError(f"{out}: the name tells no form; end it in .md, .html, .pdf or .txt, or give --to")
    if form == "pdf" and out is None:
        raise UsageError("a PDF needs a file: --out brief.pdf")
    claims, judgements = known_claims(ledger, source, collection)
    held = list(claims)
    filters = {"measure": measure, "population": population, "place": place, "event": event}
    series = chosen_series(build_series(held, judgements), None, filters)
    made = briefs.make_brief(series, held, title=title, as_of=as_of, rule=rule, convention=convention, hierarchy=hierarchy)
    writers: dict[str, Any] = {"terminal": briefs.as_terminal, "markdown": briefs.as_markdown, "html": briefs.as_html, "pdf": briefs.as_pdf}
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
