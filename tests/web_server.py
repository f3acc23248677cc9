"""A page as people start it: `tallyroom serve` on a free port, in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Served(NamedTuple):
    """A running page."""

    address: str
    pid: int


@contextmanager
def serving(ledger: Path, *options: str) -> Iterator[Served]:
    """A page that runs until the block ends."""
    command = [sys.executable, "-c", "from tallyroom.cli import main; main()", "serve", "--port", "0"]
    server = subprocess.Popen([*command, "--ledger", str(ledger), *options], stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        told = server.stderr.readline()
        found = re.search(r"http://\S+:\d+", told)
        assert found, told + server.stderr.read()
        yield Served(found.group(), server.pid)
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
