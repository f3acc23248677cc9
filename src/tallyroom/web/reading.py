"""Extraction beside the page: in a process of its own, one after the other, stopped when it takes too long."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
import anyio.to_process
import msgspec

from tallyroom.errors import InputError
from tallyroom.model import Extraction, Figure, Report

T = TypeVar("T")
#: Reports of one upload that are shown; an archive may hold any number.
MOST_REPORTS = 20
#: Address space of the process that reads: a hostile file cannot take the memory of the machine.
MOST_MEMORY = 6_000_000_000
WARM_UP_SECONDS = 120.0
#: What is read before anybody asks, so that the first of each kind that people give need not wait for its reader.
WARMING = {
    "warm.txt": b"Fire killed 12 people.",
    "warm.html": b"<!doctype html><title>Fire</title><article>"
    + b"<p>The fire in the market killed 12 people, the mayor said on Monday after a long night.</p>" * 5
    + b"</article>",
    "warm.pdf": b"%PDF-1.4\n",
}


class Read(msgspec.Struct, frozen=True):
    """What one upload gave: extractions, what could not be read, and whether more reports were left."""

    extractions: tuple[Extraction, ...] = ()
    faults: tuple[str, ...] = ()
    more: bool = False


class Reader:
    """Runs one extraction at a time in a worker process, which is killed when the time is up."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._turn = anyio.Semaphore(1)
        self._processes = anyio.CapacityLimiter(1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Warm the worker up while the page already answers."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._warm_up)
            yield
            tasks.cancel_scope.cancel()

    async def _warm_up(self) -> None:
        try:
            for name, data in WARMING.items():
                await self._run(WARM_UP_SECONDS, name, _read_upload, data, name, None, None)
        except InputError:
            # The first request will meet the same fault and tell it to somebody.
            return

    async def text(self, report: Report) -> Read:
        """Read a report whose text is at hand."""
        return await self._run(self.seconds, "the text", _read_report, report)

    async def upload(self, data: bytes, name: str, published: str | None, url: str | None) -> Read:
        """Read the reports in an uploaded file: text, HTML, PDF and whatever else the readers know."""
        return await self._run(self.seconds, name, _read_upload, data, name, published, url)

    async def address(self, url: str, published: str | None) -> Read:
        """Fetch an address of the web and read it; private addresses are refused, also after redirects."""
        return await self._run(self.seconds, url, _read_address, url, published)

    async def doubts(self, report: Report) -> tuple[Figure, ...]:
        """The undecided numerals of a report, as the figures that they would be."""
        return await self._run(self.seconds, "the report", _read_doubts, report)

    async def _run(self, seconds: float, name: str, work: Callable[..., T], *values: object) -> T:
        async with self._turn:
            try:
                with anyio.fail_after(seconds):
                    return await anyio.to_process.run_sync(work, *values, cancellable=True, limiter=self._processes)
            except TimeoutError:
                raise InputError(
                    name, f"took longer than {seconds:.0f} s and was stopped; give a shorter piece"
                ) from None
            except (anyio.BrokenWorkerProcess, MemoryError):
                raise InputError(name, "could not be read: reading it ended the process (out of memory?)") from None


def _read_report(report: Report) -> Read:
    from tallyroom.extract import extract

    _bound_memory()
    return Read((extract(report),))


def _read_doubts(report: Report) -> tuple[Figure, ...]:
    from tallyroom.extract import doubtful

    _bound_memory()
    return doubtful(report)


def _read_upload(data: bytes, name: str, published: str | None, url: str | None) -> Read:
    from tallyroom.readers.routing import Origin, read_stream

    _bound_memory()
    return _read_items(read_stream(io.BytesIO(data), Origin(name, published=published, url=url)), name)


def _read_address(url: str, published: str | None) -> Read:
    from tallyroom.readers import read_inputs

    _bound_memory()
    return _read_items(read_inputs([url], published=published), url)


def _read_items(items: object, name: str) -> Read:
    from collections.abc import Iterator
    from typing import cast

    from tallyroom.errors import TallyroomError
    from tallyroom.extract import extract
    from tallyroom.readers.fetch import PrivateAddress

    found: list[Extraction] = []
    faults: list[str] = []
    try:
        for item in cast("Iterator[Report | InputError]", items):
            if len(found) + len(faults) == MOST_REPORTS:
                return Read(tuple(found), tuple(faults), more=True)
            if isinstance(item, PrivateAddress):
                faults.append(f"{item.where}: leads to a private or local address; this page fetches none of those")
            elif isinstance(item, InputError):
                faults.append(str(item))
            else:
                found.append(extract(item))
    except TallyroomError as fault:
        # Exceptions with several arguments do not survive the way between processes; words do.
        faults.append(str(fault))
    except (OSError, ValueError) as fault:
        faults.append(f"{name}: cannot be read ({fault})")
    return Read(tuple(found), tuple(faults))


def _bound_memory() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
