"""The command line: parse arguments, call one function, print. Commands are imported only when they run."""

from __future__ import annotations

import sys
from importlib import import_module

import click

#: command → (group in the help, module, one line). The help is printed from this table, without importing the commands.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "read": ("Read", "tallyroom.cli.reading", "show the figures of reports, for people"),
    "extract": ("Read", "tallyroom.cli.reading", "the same for programs, as JSON Lines"),
    "check": ("Read", "tallyroom.cli.checking", "hold a new text against a ledger, without adding it"),
    "add": ("Keep", "tallyroom.cli.keeping", "read reports into a ledger"),
    "import": ("Keep", "tallyroom.cli.keeping", "take in extraction JSON, a ledger's own JSON Lines or a bulk folder"),
    "verify": ("Keep", "tallyroom.cli.keeping", "is every word still where it is said to stand?"),
    "diff": ("Keep", "tallyroom.cli.keeping", "what was added, revised, withdrawn"),
    "figures": ("Ask", "tallyroom.cli.asking", "figures with their sources"),
    "reports": ("Ask", "tallyroom.cli.asking", "the reports of a ledger"),
    "sources": ("Ask", "tallyroom.cli.asking", "who speaks in a ledger"),
    "events": ("Ask", "tallyroom.cli.asking", "what happened, as told by the reports"),
    "series": ("Ask", "tallyroom.cli.series", "what speaks of the same thing, in time order"),
    "problems": ("Ask", "tallyroom.cli.asking", "what does not hold together"),
    "show": ("Ask", "tallyroom.cli.asking", "one figure, report, source or event, with all that is known"),
    "judge": (
        "Decide",
        "tallyroom.cli.judging",
        "accept, correct, reject, add, dismiss, same, different, undo, redact",
    ),
    "brief": ("Share", "tallyroom.cli.sharing", "a brief with sources and charts"),
    "export": ("Share", "tallyroom.cli.sharing", "CSV, XLSX, UCDP, HXL, Parquet, JSON Lines, JSON-LD"),
    "serve": ("Run", "tallyroom.cli.serving", "the page on a ledger"),
    "bulk": ("Run", "tallyroom.cli.bulk", "archives to Parquet, on one machine or a cluster"),
}


class _LateGroup(click.Group):
    """A group whose commands are imported when they are run, so that `--help` needs click alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if _is_there(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS or not _is_there(cmd_name):
            return None
        command = getattr(import_module(COMMANDS[cmd_name][1]), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            group, _, line = COMMANDS[name]
            groups.setdefault(group, []).append((name, line))
        for group, rows in groups.items():
            with formatter.section(group):
                formatter.write_dl(rows)


def _is_there(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(COMMANDS[name][1]) is not None


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tallyroom")
def tallyroom() -> None:
    """Who said how many, of whom, through whom, when, in which words.

    Exit status: 0 all read; 1 some input could not be read (the rest is done); 2 wrong usage.
    """


def main() -> None:
    """Run the command line; a fault of the caller is one line on standard error, never a traceback."""
    from tallyroom.errors import InputError, LedgerError, TallyroomError

    try:
        tallyroom(standalone_mode=True)
    except (InputError, LedgerError) as fault:
        click.echo(f"tallyroom: {fault}", err=True)
        sys.exit(1)
    except TallyroomError as fault:
        click.echo(f"tallyroom: {fault}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
