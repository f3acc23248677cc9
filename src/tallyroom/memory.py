"""When the collector of cycles may run: not while much is made that stays, or that goes by itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_looking_for_cycles() -> Iterator[None]:
    """Let the collector of cycles wait for the end of a block whose objects are bounded in number: looking for cycles again
    and again while they are made takes longer than what it finds is worth."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
