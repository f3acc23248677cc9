"""Who speaks, who is counted and where: the ledger's lists of names, of which a count over all claims takes a while."""

from __future__ import annotations

from typing import Any

import msgspec

from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.query import Page
from tallyroom.ledger.resolution import NameKind
from tallyroom.web.hidden import hidden_since, judgements_since
from tallyroom.web.kept import Kept
from tallyroom.web.ledgers import Ledgers

#: Lists that are kept.
MOST_KEPT = 64


class Listed(msgspec.Struct, frozen=True):
    """A list of names, and how many entries the ledger took in since it was made. The rows are shared: leave them as they are."""

    rows: list[dict[str, Any]]
    #: Where the next page begins.
    next: str | None
    behind: int = 0


class _Key(msgspec.Struct, frozen=True):
    kind: NameKind
    query: Query
    by_date: bool


class Names:
    """Where a list takes long to make, the one from before is shown, with how far it is behind."""

    def __init__(self, ledgers: Ledgers) -> None:
        self._kept: Kept[_Key, Page] = Kept(ledgers, _made, matters=_matters, most=MOST_KEPT)

    def listed(self, ledger: Ledger, kind: NameKind, query: Query, *, by_date: bool = False) -> Listed:
        """A page of names, the most named first or by the date of their last report.

        After a word on names, a redaction or a change of who may see what always as of now.
        """
        page, behind = self._kept.get(ledger, _Key(kind, query, by_date))
        return Listed(list(page.rows), page.next, behind)

    def prepare(self, kind: NameKind, query: Query) -> None:
        """Begin to make a list that will be asked for."""
        self._kept.renew(_Key(kind, query, False))

    def close(self) -> None:
        """Make no more lists."""
        self._kept.close()


def _made(ledger: Ledger, key: _Key) -> Page:
    return ledger.name_page(key.kind, key.query, order="published" if key.by_date else None)


def _matters(ledger: Ledger, since: int) -> bool:
    """Was anything decided since that changes names, or who may see them?"""
    found = judgements_since(ledger, since)
    return found is None or any(not judgement.uid for judgement in found) or hidden_since(ledger, since)
