"""Who speaks, who is counted and where, listed by the ledger and kept until it changes: a count over all claims takes a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.resolution import NameKind
from tallyroom.web.lineup import sequence_of

#: Lists that are kept; the least used go first.
MOST_KEPT = 64
Rows = list[dict[str, Any]]


class Names:
    """The ledger's lists of names, each for one query at one state of the ledger."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, NameKind, Query, bool], Rows] = OrderedDict()
        self._lock = threading.Lock()

    def listed(self, ledger: Ledger, kind: NameKind, query: Query, *, unsure: bool = False) -> Rows:
        """As `Ledger.names`; the rows are shared, so leave them as they are."""
        key = (sequence_of(ledger), kind, query, unsure)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        rows = ledger.names(kind, query, unsure=unsure)
        with self._lock:
            self._kept[key] = rows
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return rows
