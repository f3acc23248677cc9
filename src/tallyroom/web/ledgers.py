"""Open ledgers, lent to one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tallyroom.errors import LedgerError
from tallyroom.ledger import Ledger

#: How long a request waits for a ledger while all are lent.
WAIT_SECONDS = 30.0


class Ledgers:
    """A few connections to one ledger; a thread holds one at a time, so that waiting for another cannot lock up."""

    def __init__(self, where: str, most: int) -> None:
        self.where = where
        self._idle: list[Ledger] = []
        self._lock = threading.Lock()
        self._free = threading.Semaphore(most)
        self._closed = False

    @contextmanager
    def open(self) -> Iterator[Ledger]:
        """A ledger for the time of a request. After a fault of the database all are opened anew."""
        if not self._free.acquire(timeout=WAIT_SECONDS):
            raise LedgerError(f"{self.where}: too many requests wait for the ledger; try again")
        try:
            ledger = self._take()
            try:
                yield ledger
            except LedgerError:
                ledger.close()
                self._let_go()
                raise
            except BaseException:
                self._give_back(ledger)
                raise
            self._give_back(ledger)
        finally:
            self._free.release()

    def _take(self) -> Ledger:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return Ledger.open(self.where, create=False)

    def _give_back(self, ledger: Ledger) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(ledger)
                return
        ledger.close()

    def close(self) -> None:
        """Let go of all ledgers."""
        self._closed = True
        self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for ledger in idle:
            ledger.close()
