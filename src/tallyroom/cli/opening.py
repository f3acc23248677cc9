"""Opening a ledger for a command: long work that the opening brings with it is told on standard error."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tallyroom.ledger import Ledger

#: Seconds after which the user is told why nothing is shown so far, and between one line and the next.
PATIENCE, PAUSE = 2, 10


def open_ledger(where: str, *, create: bool = False) -> Ledger:
    """The ledger at a path or URL, which must be there unless `create` is set."""
    from tallyroom.ledger import Ledger

    due = monotonic() + PATIENCE

    def tell(done: int, of_all: int) -> None:
        nonlocal due
        if monotonic() >= due:
            due = monotonic() + PAUSE
            click.echo(
                f"the lists of names changed: what names mean is found anew, {done:,} of {of_all:,} reports", err=True
            )

    return Ledger.open(where, create=create, tell=tell)
