"""`read` and `extract`: reports in, figures out, for people and for programs."""

from __future__ import annotations

import sys

import click


def _options(command: click.decorators.FC) -> click.decorators.FC:
    for option in (
        click.option(
            "--published", metavar="DATE", help="The date of publication where the input has none (EDTF or timestamp)."
        ),
        click.option("--allow-private", is_flag=True, help="Let a URL lead to private or loopback addresses."),
        click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
    ):
        command = option(command)
    return command


@click.command("read")
@_options
@click.option(
    "--explain",
    "with_fates",
    is_flag=True,
    help="Every numeral with its fate: a figure, none (and why), a problem, undecided.",
)
@click.option("--width", type=click.IntRange(40, 400), help="Columns to use; by default those of the terminal.")
def read_command(
    inputs: tuple[str, ...], published: str | None, allow_private: bool, with_fates: bool, width: int | None
) -> None:
    """Show the figures of reports: the text with its figures marked, the table, the problems.

    INPUT is a file (text, HTML, JSON Lines), a folder, - for standard input, or an http(s) URL.
    """
    from tallyroom.errors import InputError
    from tallyroom.extract import read_closely
    from tallyroom.readers import read_inputs
    from tallyroom.show import Show

    show = Show(width)
    faults = 0
    for item in read_inputs(inputs, published=published, allow_private=allow_private):
        if isinstance(item, InputError):
            faults += 1
            click.echo(f"tallyroom: {item}", err=True)
            continue
        extraction, fates = read_closely(item)
        show.extraction(extraction)
        if with_fates:
            show.fates(fates)
    sys.exit(1 if faults else 0)


@click.command("extract")
@_options
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option("--no-text", is_flag=True, help="Leave the text of the reports out.")
def extract_command(
    inputs: tuple[str, ...], published: str | None, allow_private: bool, form: str, no_text: bool
) -> None:
    """Print one JSON object a report: its figures and its problems (schema 1)."""
    from tallyroom.errors import InputError
    from tallyroom.extract import extract, extract_among
    from tallyroom.model import encode_json
    from tallyroom.readers import read_inputs

    faults = 0
    out = sys.stdout.buffer
    items = read_inputs(inputs, published=published, allow_private=allow_private)
    # What comes through a pipe may come slowly: each report is answered before the next is waited for.
    one_by_one = (item if isinstance(item, InputError) else extract(item) for item in items)
    for item in one_by_one if "-" in inputs else extract_among(items):
        if isinstance(item, InputError):
            faults += 1
            click.echo(f"tallyroom: {item}", err=True)
            continue
        out.write(encode_json(item, with_text=not no_text) + b"\n")
        out.flush()
    sys.exit(1 if faults else 0)
