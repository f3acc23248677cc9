"""What a running page was told at start."""

from __future__ import annotations

import msgspec

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger, who may come in, and how much one request may cost."""

    ledger: str
    #: The names by which browsers reach the page; any other `Host` is refused.
    hosts: tuple[str, ...] = LOOPBACK
    #: argon2 hashes; without a password everybody who reaches the page may use it.
    password: str | None = None
    #: The password of those who also see what is confidential.
    confidential_password: str | None = None
    #: Without passwords: does everybody see what is confidential?
    confidential: bool = False
    allow_fetch: bool = False
    upload_bytes: int = 20_000_000
    #: How long sending one request may take.
    upload_seconds: float = 120.0
    #: How long one extraction may take before it is stopped.
    seconds: float = 120.0
    #: Open ledgers at one time; further requests wait.
    connections: int = 12
