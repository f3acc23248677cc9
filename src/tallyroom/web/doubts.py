"""The undecided numerals of the ledger's reports: read anew beside the page, each report once, as far as a queue asks for them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread

from tallyroom.errors import TallyroomError
from tallyroom.ledger import Ledger
from tallyroom.model import Figure, Report
from tallyroom.web.ledgers import Ledgers

#: Reports that are asked for and not read yet; later ones are asked for again.
MOST_WANTED = 200
Read = Callable[[Report], Coroutine[Any, Any, tuple[Figure, ...]]]


class Doubts:
    """report uid → its undecided numerals, as the figures that they would be."""

    def __init__(self, ledgers: Ledgers, read: Read) -> None:
        self._ledgers, self._read = ledgers, read
        self._of: dict[str, tuple[Figure, ...]] = {}
        self._wanted: list[str] = []
        self._asked: anyio.Event | None = None
        self._changed = threading.Condition()
        self._count = 0

    def known(self, uid: str) -> tuple[Figure, ...] | None:
        """Those of a report that was read; None where it was not."""
        return self._of.get(uid)

    def of(self, ledger: Ledger, uid: str) -> tuple[Figure, ...]:
        """Those of a report, which is read where it was not."""
        if uid not in self._of:
            held = ledger.log.report(uid)
            self._of[uid] = anyio.from_thread.run(self._read, held.report) if held is not None else ()
        return self._of[uid]

    def keep(self, uid: str, doubts: tuple[Figure, ...]) -> None:
        """What was read."""
        self._of[uid] = doubts
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def want(self, uids: Iterable[str], wait: float) -> None:
        """Have reports read, in this order, and wait a moment for the first."""
        with self._changed:
            self._wanted = list(uids)[:MOST_WANTED]
            before = self._count
        if self._wanted and self._asked is not None:
            # Not while the lock is held: the loop takes it too.
            anyio.from_thread.run_sync(self._wake)
            with self._changed:
                self._changed.wait_for(lambda: self._count != before, wait)

    def _wake(self) -> None:
        assert self._asked is not None
        self._asked.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read what is wanted while the page runs."""
        self._asked = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._run)
            yield
            tasks.cancel_scope.cancel()

    async def _run(self) -> None:
        while True:
            assert self._asked is not None
            await self._asked.wait()
            self._asked = anyio.Event()
            while (uid := self._next()) is not None:
                try:
                    report = await anyio.to_thread.run_sync(self._report, uid)
                    self.keep(uid, await self._read(report) if report is not None else ())
                except TallyroomError:
                    # What cannot be read here in time has no numerals that could be decided on here.
                    self.keep(uid, ())

    def _next(self) -> str | None:
        with self._changed:
            while self._wanted:
                uid = self._wanted.pop(0)
                if uid not in self._of:
                    return uid
        return None

    def _report(self, uid: str) -> Report | None:
        with self._ledgers.open() as ledger:
            held = ledger.log.report(uid)
        return held.report if held is not None else None
