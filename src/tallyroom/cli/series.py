"""`tallyroom series`: list the series of a ledger, or show one with its chart, estimate, origins and problems."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from tallyroom.cli.options import series_options
from tallyroom.errors import UsageError


@click.command("series", short_help="what speaks of the same thing, in time order")
@click.argument("series_id", required=False)
@series_options
@click.option("--estimate", "wanted", is_flag=True, help="Low, best and high by --rule and --convention.")
@click.option("--compare", "side_by_side", is_flag=True, help="all rules and conventions side by side")
@click.option("--unsure", is_flag=True, help="what may be one series, or one origin, for you to judge")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "jsonl", "csv"]), default="table", show_default=True
)
def series_command(
    series_id: str | None, ledger: str, source: Path | None, measure: str | None, population: str | None, place: str | None, event: str | None,
    collection: str | None, known_at: str | None, as_of: str | None, wanted: bool, rule: str, convention: str, hierarchy: tuple[str, ...], side_by_side: bool, unsure: bool, form: str,
) -> None:  # fmt: skip
    """List series, or show SERIES_ID: a line a point in time order, who stands behind it, what does not hold together."""
    from tallyroom import estimates
    from tallyroom.series import to_json

    filters = {"measure": measure, "population": population, "place": place, "event": event}
    series, judgements = known_series(ledger, source, collection, known_at=known_at)
    found = chosen_series(series, series_id, filters)
    if unsure:
        _print_doubts(found, judgements, form)
        return
    options: dict[str, Any] = {"rule": rule, "convention": convention, "as_of": as_of, "hierarchy": hierarchy}
    asked = any(was_given(name) for name in ("rule", "convention", "hierarchy"))
    wanted = wanted or (asked and not side_by_side)
    if asked:
        estimates.check_names(rule, convention, hierarchy)
    if wanted or as_of or form in ("json", "jsonl"):
        found = [estimates.with_estimate(one, **options) for one in found]
    if form in ("json", "jsonl"):
        rows = [to_json(one) for one in found]
        if side_by_side:
            for row, one in zip(rows, found, strict=True):
                row["estimates"] = [json_of(e) for e in estimates.compare(one, as_of=as_of, hierarchy=hierarchy)]
        if form == "json":
            click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        else:
            for row in rows:
                click.echo(json.dumps(row, ensure_ascii=False))
        return
    if form == "csv":
        _print_csv(found)
        return
    _print_tables(found, bool(series_id) or side_by_side or wanted, as_of, hierarchy, side_by_side)


def was_given(name: str) -> bool:
    """Did the user write this option?"""
    source = click.get_current_context().get_parameter_source(name)
    return source is not None and source is not ParameterSource.DEFAULT


def json_of(found: Any) -> dict[str, Any]:
    """A record as a JSON object."""
    import msgspec

    row: dict[str, Any] = msgspec.to_builtins(found)
    return row


def known_series(
    ledger: str,
    source: Path | None,
    collection: str | None = None,
    *,
    confidential: bool = True,
    known_at: str | None = None,
) -> tuple[list[Any], Any]:
    """The series of a ledger (now, or as it knew them at a moment), or of extraction JSON Lines, and what people judged."""
    from tallyroom.series import Judgements, build_series

    if source is not None:
        if known_at is not None:
            raise UsageError("--known-at asks a ledger; a file of --from tells only what stands in it")
        return build_series(claims_in(source)), Judgements()
    from tallyroom.cli.opening import open_ledger
    from tallyroom.ledger.lineup import all_series

    with open_ledger(ledger) as held:
        found = all_series(held, collection=collection, confidential=confidential, known_at=known_at)
        return found, held.series_judgements(known_at)


def claims_behind(claim_ids: Any, ledger: str, source: Path | None, known_at: str | None = None) -> Any:
    """The claims of some ids, with the words of their reports."""
    if source is not None:
        yield from claims_in(source)
        return
    from tallyroom.cli.opening import open_ledger
    from tallyroom.ledger.lineup import claims_of

    with open_ledger(ledger) as held:
        yield from claims_of(held, claim_ids, known_at)


def claims_in(source: Path) -> Any:
    """The claims of a file of extraction JSON Lines."""
    from tallyroom.series import claims_of

    with source.open(encoding="utf-8") as lines:
        yield from claims_of(_objects(lines, source))


def _print_doubts(series: list[Any], judgements: Any, form: str) -> None:
    """What stays apart and may be one, each with the words that settle it."""
    from tallyroom.series.doubts import doubts
    from tallyroom.series.terminal import plain

    found = doubts(series, judgements)
    if form == "json":
        click.echo(json.dumps([json_of(one) for one in found], indent=1, ensure_ascii=False))
        return
    for one in found:
        if form == "jsonl":
            click.echo(json.dumps(json_of(one), ensure_ascii=False))
            continue
        click.echo(plain(f"{one.kind}: {one.a_name} | {one.b_name} ({one.why})"))
        click.echo("  " + plain(f"tallyroom judge same {one.kind} {shlex.quote(one.a)} {shlex.quote(one.b)}"))
    if form == "table":
        click.echo(f"{len(found)} unsure; `judge different` in place of `same` keeps two apart for good", err=True)


def _objects(lines: Any, source: Path) -> Any:
    for i, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as fault:
                raise UsageError(f"{source}, line {i}: no JSON ({fault.msg}); give extraction JSON Lines") from None


def chosen_series(series: list[Any], series_id: str | None, filters: dict[str, str | None]) -> list[Any]:
    if series_id:
        found = [one for one in series if one.series_id == series_id] or [
            one for one in series if one.series_id.startswith(series_id)
        ]
        if not found:
            raise UsageError(f"no series {series_id!r} here; `tallyroom series` lists them")
        return found
    return [
        one
        for one in series
        if all(
            _fits(getattr(one, name, None), wanted, name) for name, wanted in filters.items() if name != "collection"
        )
    ]


def _fits(value: str | None, wanted: str | None, name: str) -> bool:
    if wanted is None:
        return True
    if name in ("measure", "event"):
        return value == wanted
    return wanted.lower() in (value or "").lower()


def _print_tables(
    found: list[Any], whole: bool, as_of: str | None, hierarchy: tuple[str, ...], side_by_side: bool
) -> None:
    from tallyroom import estimates
    from tallyroom.series import terminal

    if not whole:
        for line in terminal.columns([terminal.LIST_HEAD, *terminal.list_lines(found)]):
            click.echo(line)
        return
    for one in found:
        shown = (
            estimates.compare(one, as_of=as_of, hierarchy=hierarchy)
            if side_by_side
            else [one.estimate]
            if one.estimate
            else []
        )
        click.echo("\n".join(terminal.show_lines(one, shown)) + "\n")


def _print_csv(found: list[Any]) -> None:
    import csv
    import io

    names = (
        "series_id",
        "event",
        "measure",
        "population",
        "place",
        "unit",
        "kind",
        "said_at",
        "as_of",
        "low",
        "best",
        "high",
        "bound",
        "origin",
        "relation",
        "report_ids",
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for one in found:
        for point in one.points:
            values = [getattr(point if name in point.__struct_fields__ else one, name) for name in names]
            writer.writerow([_cell(value) for value in values])
    click.echo(out.getvalue(), nl=False)


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula arrives as text."""
    if isinstance(value, tuple):
        value = "; ".join(value)
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
