"""A reading process with limits: a record that is too slow, too large in memory or deadly is rejected, and the next one read."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from typing import IO, Any, BinaryIO, cast

import msgspec

from tallyroom.bulk.reader import OUT_OF_MEMORY, Outcome, Task, receive, rejected, send
from tallyroom.bulk.records import Raw, Reason, Reject

#: CPU seconds that one record may take, and megabytes that reading may hold.
SECONDS = 60.0
MEGABYTES = 800
#: A process is replaced after so many records: what the language engine remembers of their words grows.
RECORDS = 10_000
#: A stopped or starved process is given up after this many times its CPU limit on the clock.
_PATIENCE = 20
_LOOK = 0.1
#: What the reading process runs.
MODULE = "tallyroom.bulk.reader"


class _Ended(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason: Reason = reason
        self.detail = detail


class Guard:
    """Reads records in a process of its own, started when first needed."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: int = MEGABYTES, with_text: bool = True) -> None:
        self.seconds = seconds
        self.megabytes = megabytes
        self.with_text = with_text
        self.extractor = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._spent_before = 0.0

    def spent(self) -> float:
        """CPU seconds of all its processes so far."""
        alive = self._process is not None and self._process.poll() is None
        return self._spent_before + (_spent(_watched(self._process.pid)) if alive and self._process else 0.0)

    def read(self, records: list[Raw]) -> list[list[Outcome]]:
        """The outcomes of each record; where the batch breaks a limit, its records are tried one by one."""
        try:
            return self._ask(records)
        except _Ended as ended:
            if len(records) == 1:
                return [[rejected(Reject(place=records[0].place, reason=ended.reason, detail=ended.detail))]]
        return [outcomes for record in records for outcomes in self.read([record])]

    def start(self) -> None:
        """Start the process, where none runs."""
        if self._process is not None and self._process.poll() is None:
            return
        command = [sys.executable, "-m", MODULE, str(2 * self.megabytes)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self._served = 0
        try:
            self.extractor = msgspec.msgpack.decode(receive(self._answers), type=str)
        except EOFError:
            raise RuntimeError(f"the reading process did not start (exit status {self._process.wait()})") from None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._spent_before = self.spent()
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                cast("IO[bytes]", stream).close()
            self._process = None

    @property
    def _answers(self) -> BinaryIO:
        assert self._process is not None
        return cast(BinaryIO, self._process.stdout)

    def _ask(self, records: list[Raw]) -> list[list[Outcome]]:
        if self._served + len(records) > RECORDS:
            self.close()
        self.start()
        assert self._process is not None
        self._served += len(records)
        try:
            send(cast(BinaryIO, self._process.stdin), Task(records=records, with_text=self.with_text))
            self._wait()
            return msgspec.msgpack.decode(receive(self._answers), type=list[list[Outcome]])
        except (EOFError, BrokenPipeError):
            status = self._process.wait()
            self.close()
            if status == OUT_OF_MEMORY:
                raise self._too_large() from None
            raise _Ended("crashed", f"the reading process ended with status {status}") from None
        except _Ended:
            self.close()
            raise

    def _wait(self) -> None:
        """Until there is an answer; _Ended where the process breaks a limit before."""
        assert self._process is not None
        watched = _watched(self._process.pid)
        spent_before, begun = _spent(watched), time.monotonic()
        with selectors.DefaultSelector() as ready:
            ready.register(self._answers, selectors.EVENT_READ)
            while not ready.select(_LOOK):
                # Memory first: to fill it takes time.
                if _held(watched) > self.megabytes * 1_000_000:
                    raise self._too_large()
                spent = _spent(watched) - spent_before
                if spent > self.seconds or time.monotonic() - begun > _PATIENCE * self.seconds:
                    raise _Ended("too_slow", f"over {self.seconds:g} s of CPU")

    def _too_large(self) -> _Ended:
        return _Ended("too_much_memory", f"over {self.megabytes} MB")


def _watched(pid: int) -> Any:
    import psutil

    return psutil.Process(pid)


def _spent(watched: Any) -> float:
    import psutil

    try:
        times = watched.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _held(watched: Any) -> int:
    import psutil

    try:
        return int(watched.memory_info().rss)
    except psutil.Error:
        return 0
