"""Options that several commands share, word for word: the ledger, the filters on claims, what chooses series."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

Command: TypeAlias = Callable[..., Any]
Option: TypeAlias = Callable[[Command], Command]

_WORDS = ("measure", "population", "source", "relay", "outlet", "place", "event", "collection", "report", "extractor")
_MEANT = {
    "source-kind": ("KIND", "Source of this kind: government, armed force, NGO, ..."),
    "source-country": ("CODE", "Source of this country (ISO 3166-1, like kr)."),
    "relation": ("RELATION", "How the source stands to those counted: own_side, opponent, third_party."),
    "side": ("SIDE", "Counted are people of this country (kp) or armed group (hamas)."),
    "status": ("STATUS", "Counted are civilian, combatant, unknown."),
    "age": ("GROUP", "Counted are child, adult, elderly."),
    "sex": ("SEX", "Counted are female, male."),
    "country": ("CODE", "It happened in this country (ISO 3166-1)."),
    "admin1": ("CODE", "It happened in this first-level division (ru-41)."),
}
_DATES = ("published", "happened", "said")

ledger_option = click.option(
    "--ledger", default="tallyroom.db", show_default=True, help="A ledger: a file or a postgresql:// URL."
)


def _all(options: list[Option]) -> Option:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


#: The filters on claims, as `tallyroom.ledger.Query` names them.
claim_filters = _all(
    [
        *(click.option(f"--{name}", metavar="WORDS", help=f"Only this {name}.") for name in _WORDS),
        *(click.option(f"--{name}", metavar=what, help=line) for name, (what, line) in _MEANT.items()),
        click.option("--text", metavar="WORDS", help="Only reports that hold all these words."),
        *(
            click.option(f"--{name}-{side}", metavar="DATE", help=f"{name.capitalize()} on or {when} this date.")
            for name in _DATES
            for side, when in (("from", "after"), ("to", "before"))
        ),
        click.option("--value-from", type=float, metavar="N", help="At least this number."),
        click.option("--value-to", type=float, metavar="N", help="At most this number."),
        click.option(
            "--review",
            metavar="STATE",
            help="unreviewed, accepted, corrected, rejected, added, disputed, all.",
        ),
        click.option("--known-at", metavar="MOMENT", help="What the ledger held then."),
        click.option("--all-versions", is_flag=True, help="Older versions of changed texts too."),
    ]
)

#: What chooses series, from a ledger or from a file, and how their estimates are made.
series_options = _all(
    [
        ledger_option,
        click.option(
            "--from",
            "source",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Extraction JSON Lines instead of a ledger.",
        ),
        click.option("--measure", help="Only series of this measure."),
        click.option("--population", help="Only populations that hold these words."),
        click.option("--place", help="Only places that hold these words."),
        click.option("--event", help="Only this event."),
        click.option("--collection", help="Only reports of this collection."),
        click.option("--known-at", metavar="MOMENT", help="What the ledger held then, and people had decided."),
        click.option("--as-of", metavar="DATE", help="The estimates at this date."),
        click.option("--rule", default="range", show_default=True, help="range, latest, majority, hierarchy, lowest."),
        click.option("--convention", default="interval", show_default=True, help="interval, acled, ccc, minimum."),
        click.option(
            "--hierarchy",
            multiple=True,
            metavar="SOURCE",
            help="For --rule hierarchy: a trusted source; repeat, the most trusted first.",
        ),
    ]
)
