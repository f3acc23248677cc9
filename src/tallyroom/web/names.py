"""Who speaks, who is counted and where: the ledger's lists of names, kept while they are made anew beside the page."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.ledger.resolution import NameKind
from tallyroom.web.ledgers import Ledgers
from tallyroom.web.lineup import sequence_of

#: Lists that are kept; the least used go first.
MOST_KEPT = 64
#: A list that is made faster is made within the request.
SOON_SECONDS = 0.05
#: After more decisions than these a list is made anew without looking at each.
MOST_LOOKED_AT = 200


class Listed(msgspec.Struct, frozen=True):
    """A list of names, and how many entries the ledger took in since it was made. The rows are shared: leave them as they are."""

    rows: list[dict[str, Any]]
    behind: int = 0


class _Key(msgspec.Struct, frozen=True):
    kind: NameKind
    query: Query
    unsure: bool


class _Kept(msgspec.Struct, frozen=True):
    rows: list[dict[str, Any]]
    sequence: int
    took: float


class Names:
    """A count over all claims takes a while: where it does, the list from before is shown, with how far it is behind."""

    def __init__(self, ledgers: Ledgers) -> None:
        self.ledgers = ledgers
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._renewing: set[_Key] = set()
        self._lock = threading.Lock()
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="names")

    def listed(self, ledger: Ledger, kind: NameKind, query: Query, *, unsure: bool = False) -> Listed:
        """As `Ledger.names`; after a word on names, a redaction or a change of who may see what always as of now."""
        key, now = _Key(kind, query, unsure), sequence_of(ledger)
        with self._lock:
            held = self._kept.get(key)
            if held is not None:
                self._kept.move_to_end(key)
        if held is None or (held.sequence != now and (held.took < SOON_SECONDS or _matters(ledger, held.sequence))):
            return Listed(self._asked(ledger, key))
        if held.sequence != now:
            self._renew(key)
        return Listed(held.rows, now - held.sequence)

    def prepare(self, kind: NameKind, query: Query) -> None:
        """Begin to make a list that will be asked for."""
        self._renew(_Key(kind, query, False))

    def _asked(self, ledger: Ledger, key: _Key) -> list[dict[str, Any]]:
        sequence, began = sequence_of(ledger), time.monotonic()
        rows = ledger.names(key.kind, key.query, unsure=key.unsure)
        with self._lock:
            self._kept[key] = _Kept(rows, sequence, time.monotonic() - began)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return rows

    def _renew(self, key: _Key) -> None:
        with self._lock:
            if key in self._renewing:
                return
            self._renewing.add(key)
        self._work.submit(self._renewed, key)

    def _renewed(self, key: _Key) -> None:
        try:
            with self.ledgers.open() as ledger:
                self._asked(ledger, key)
        finally:
            with self._lock:
                self._renewing.discard(key)

    def close(self) -> None:
        """Make no more lists."""
        self._work.shutdown(wait=False, cancel_futures=True)


def _matters(ledger: Ledger, since: int) -> bool:
    """Was anything decided since that changes names, or who may see them?"""
    rows = ledger.database.rows(
        "select uid, body from entry where kind = 'judgement' and sequence > :since limit :most",
        {"since": since, "most": MOST_LOOKED_AT + 1},
    )
    return len(rows) > MOST_LOOKED_AT or any(not uid or _hides(body) for uid, body in rows)


def _hides(body: str) -> bool:
    judgement = msgspec.json.decode(body, type=Judgement)
    return judgement.start < 0 or judgement.action == "redact"
