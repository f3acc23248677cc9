"""`tallyroom check`: hold a new text against a ledger, without adding it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click


@click.command("check", short_help="hold a new text against a ledger, without adding it")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--ledger", default="tallyroom.db", show_default=True, help="a ledger: a file or a postgresql:// URL")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="extraction JSON Lines instead of a ledger",
)
@click.option("--figures", is_flag=True, help="INPUT is extraction JSON Lines with figures, not text to be read")
@click.option("--published", metavar="DATE", help="when the text was published, where it does not tell")
@click.option("--format", "form", type=click.Choice(["table", "json", "jsonl"]), default="table", show_default=True)
def check_command(
    inputs: tuple[str, ...], ledger: str, against: Path | None, figures: bool, published: str | None, form: str
) -> None:
    """Say of each figure of INPUT whether it is the same as, older or newer than what is known, contradicts it, or drifted."""
    from tallyroom.cli.series import json_of
    from tallyroom.series.check import check_claims
    from tallyroom.series.terminal import columns, plain

    by_report: dict[str, list[Any]] = {}
    for claim in _new_claims(inputs, figures, published):
        by_report.setdefault(claim.report.uid, []).append(claim)
    new = list(by_report.values())
    known, judgements = _known_claims(new, ledger, against)
    checks = [check for own, near in zip(new, known, strict=True) for check in check_claims(own, near, judgements)]
    if form == "json":
        click.echo(json.dumps([json_of(one) for one in checks], indent=1, ensure_ascii=False))
    elif form == "jsonl":
        for one in checks:
            click.echo(json.dumps(json_of(one), ensure_ascii=False))
    else:
        rows = [
            (one.verdict, plain(one.quote), one.measure.replace("_", " "), plain(one.message), one.series_id or "")
            for one in checks
        ]
        click.echo("\n".join(columns(rows)) if rows else "no figures")


def _known_claims(new: list[list[Any]], ledger: str, against: Path | None) -> tuple[list[Any], Any]:
    """For each new report what is known of the stories that it would join; and what people judged."""
    from tallyroom.series import Judgements

    if against is not None:
        from tallyroom.cli.series import claims_in

        return [list(claims_in(against))] * len(new), Judgements()
    from tallyroom.cli.opening import open_ledger
    from tallyroom.ledger.lineup import near

    with open_ledger(ledger) as held:
        return list(near(held, new)), held.series_judgements()


def _new_claims(inputs: tuple[str, ...], figures: bool, published: str | None) -> Any:
    from tallyroom.cli.series import claims_in
    from tallyroom.series import claims_of

    if figures:
        for name in inputs:
            yield from claims_in(Path(name))
        return
    from tallyroom.extract import extract
    from tallyroom.model import to_json
    from tallyroom.readers import read

    for name in inputs:
        for report in read(name):
            yield from claims_of([to_json(extract(report, published=published))])
