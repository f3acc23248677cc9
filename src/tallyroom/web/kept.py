"""What takes long to make from a ledger: kept, shown with how far it is behind, and made anew beside the page."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Generic, TypeVar

import msgspec

from tallyroom.errors import TallyroomError
from tallyroom.ledger import Ledger
from tallyroom.web.ledgers import Ledgers
from tallyroom.web.lineup import sequence_of

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
#: What is made faster is made within the request.
SOON_SECONDS = 0.05


class Held(msgspec.Struct, Generic[V], frozen=True):
    """What was made, at which entry of the ledger, when, and how long it took."""

    value: V
    sequence: int
    made: float
    took: float


class Kept(Generic[K, V]):
    """Values by their keys, of which the least used go first.

    `make` makes one; `matters` says whether what the ledger took in since an entry forbids showing the old value; after it was
    made a value rests for so many times as long as that took.
    """

    def __init__(
        self, ledgers: Ledgers, make: Callable[[Ledger, K], V], *, matters: Callable[[Ledger, int], bool],
        most: int, rest: float = 0.0,
    ) -> None:  # fmt: skip
        self.ledgers, self.make, self.matters, self.most, self.rest = ledgers, make, matters, most, rest
        self._held: OrderedDict[K, Held[V]] = OrderedDict()
        self._renewing: set[K] = set()
        self._lock = threading.Lock()
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kept")

    def get(self, ledger: Ledger, key: K) -> tuple[V, int]:
        """The value, and how many entries the ledger took in since it was made."""
        now = sequence_of(ledger)
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
        if held is None or (held.sequence != now and (held.took < SOON_SECONDS or self.matters(ledger, held.sequence))):
            return self._made(ledger, key), 0
        if held.sequence != now and time.monotonic() - held.made >= self.rest * held.took:
            self.renew(key)
        return held.value, now - held.sequence

    def renew(self, key: K) -> None:
        """Begin to make a value anew."""
        with self._lock:
            if key in self._renewing:
                return
            self._renewing.add(key)
        self._work.submit(self._renewed, key)

    def _made(self, ledger: Ledger, key: K) -> V:
        sequence, began = sequence_of(ledger), time.monotonic()
        value = self.make(ledger, key)
        ended = time.monotonic()
        with self._lock:
            self._held[key] = Held(value, sequence, ended, ended - began)
            while len(self._held) > self.most:
                self._held.popitem(last=False)
        return value

    def _renewed(self, key: K) -> None:
        try:
            # Whoever asks next meets the same fault and tells it.
            with suppress(TallyroomError), self.ledgers.open() as ledger:
                self._made(ledger, key)
        finally:
            with self._lock:
                self._renewing.discard(key)

    def close(self) -> None:
        """Make nothing more."""
        self._work.shutdown(wait=False, cancel_futures=True)
