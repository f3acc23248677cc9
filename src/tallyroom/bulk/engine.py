"""The engine: map a function over items, on a plain loop or on Dask; the one room that knows Dask."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Protocol, TypeVar

from tallyroom.bulk.shard import WrongExtractor, close_guards
from tallyroom.errors import MissingExtra, TallyroomError

Item = TypeVar("Item")
Result = TypeVar("Result")
#: A task is tried so often before its fault ends the run; a killed worker does not count as a try.
TRIES = 3
#: How many workers may die under one task before it is given up.
DEATHS = 20
_SECONDS_TO_LEAVE = 15.0
_SECONDS_TO_COME = 300


class Engine(Protocol):
    """Runs tasks somewhere."""

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        ...

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        """Each item with its result, as they come."""
        ...


class Loop:
    """One after the other in this process."""

    workers = 1

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        for item in items:
            yield item, function(item)


class Dask:
    """Tasks on a Dask client; workers that refuse to read are sent away and their tasks given to others."""

    def __init__(self, client: Any, tell: Callable[[str], None]) -> None:
        self._client = client
        self._tell = tell
        self._sent_away: set[str] = set()

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        return max(1, sum(int(threads) for threads in self._client.nthreads().values()))

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        from distributed import as_completed

        tries = [0] * len(items)
        waiting = as_completed()
        number_of: dict[str, int] = {}

        def submit(number: int) -> None:
            future = self._client.submit(_named, function, items[number], pure=False)
            number_of[future.key] = number
            waiting.add(future)

        left = iter(range(len(items)))
        running = 0
        # Only a few tasks a worker wait at the scheduler, so that a run of a million shards costs it little.
        for number in left:
            submit(number)
            running += 1
            if running >= 4 * self.workers + 8:
                break
        for future in waiting:
            number, status = number_of.pop(future.key), future.status
            if status == "finished":
                where, result = future.result()
                if isinstance(result, WrongExtractor):
                    self._send_away(where, result)
                    submit(number)
                    continue
                yield items[number], result
                running -= 1
                if (following := next(left, None)) is not None:
                    submit(following)
                    running += 1
                continue
            if status == "cancelled":  # by the client, when its connection broke
                raise TallyroomError(
                    "the scheduler is lost; start it and then the same command again: it does the rest"
                )
            if status != "error":  # its worker died with the result, and the task is done again
                number_of[future.key] = number
                waiting.add(future)
                continue
            tries[number] += 1
            fault = future.exception()
            if tries[number] >= TRIES:
                raise TallyroomError(f"a task failed {TRIES} times: {type(fault).__name__}: {fault}") from fault
            submit(number)

    def _send_away(self, where: str, fault: WrongExtractor) -> None:
        if where in self._sent_away:
            return
        self._sent_away.add(where)
        self._tell(f"worker {where} is refused: it reads with {fault.own}, this run with {fault.wanted}")
        # Not `retire_workers`: it keeps the last worker, for the results that it holds.
        self._client.run_on_scheduler(_close_worker, where)
        end = monotonic() + _SECONDS_TO_LEAVE
        while where in (left := self._client.nthreads()) and monotonic() < end:
            sleep(0.1)
        if not left.keys() - {where}:
            raise TallyroomError(
                f"no worker reads with {fault.wanted}: install the same tallyroom, with the same lexicon and model, on all of them"
            )


def _wait_for_workers(client: Any, scheduler: str, tell: Callable[[str], None]) -> None:
    """Until the scheduler has a worker."""
    if not client.nthreads():
        tell(f"no worker is at {scheduler} yet; start one with: dask worker {scheduler} --nthreads 1")
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_COME)
    except TimeoutError as fault:
        raise TallyroomError(f"no worker came to {scheduler} in {_SECONDS_TO_COME} s") from fault


def _close_worker(where: str, dask_scheduler: Any = None) -> None:
    if where in dask_scheduler.workers:
        dask_scheduler.close_worker(where)


def _named(function: Callable[[Item], Result], item: Item) -> tuple[str, Result | WrongExtractor]:
    """The result of a task with the worker that it ran on; a refusal is a result, for it is no fault of the task."""
    from distributed import get_worker

    where = str(get_worker().address)
    try:
        return where, function(item)
    except WrongExtractor as refused:
        return where, refused


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the engine logs in this process: what the user must know is told by us."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def engine(workers: int, scheduler: str | None, tell: Callable[[str], None]) -> Iterator[Engine]:
    """The engine for a run: the cluster of a scheduler, else `workers` local processes, else (0) a plain loop."""
    if scheduler is None and workers == 0:
        try:
            yield Loop()
        finally:
            close_guards()
        return
    try:
        import dask
        import distributed
    except ImportError:
        raise MissingExtra("bulk", "tallyroom bulk on several workers") from None
    settings = {
        "distributed.scheduler.allowed-failures": DEATHS,
        # More than one task a worker in wait would be accused with the one that kills it.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.scheduler.work-stealing": False,
        "distributed.comm.timeouts.connect": "30s",
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        # Samples of what the worker does and the ticks of its clocks cost the same whether it reads or waits.
        "distributed.worker.profile.enabled": False,
        "distributed.admin.tick.interval": "1s",
        "distributed.admin.system-monitor.interval": "5s",
        "distributed.worker.memory.monitor-interval": "1s",
    }
    with dask.config.set(settings), _quiet():
        if scheduler is not None:
            try:
                client = distributed.Client(scheduler, timeout="30s")
            except (OSError, ValueError) as fault:
                raise TallyroomError(
                    f"no scheduler answers at {scheduler} ({fault}); start one with: dask scheduler"
                ) from fault
            with client:
                _wait_for_workers(client, scheduler, tell)
                yield Dask(client, tell)
            return
        with (
            distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, memory_limit="1GB", dashboard_address=None,
                silence_logs="ERROR", scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # its usual port may be taken
            ) as cluster,
            distributed.Client(cluster) as client,
        ):  # fmt: skip
            yield Dask(client, tell)
