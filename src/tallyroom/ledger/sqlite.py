"""A ledger in one SQLite file; its faults in plain words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tallyroom.errors import LedgerError
from tallyroom.ledger.database import Row, Values

#: "TaLL", so that `file` and we can tell a ledger from any other SQLite file.
APPLICATION_ID = 0x54614C4C
#: So many pages the write-ahead log may have before they are brought into the file: often, each page would be written again and again.
LOG_PAGES = 4000
WAIT_FOR_OTHERS_MS = 120_000
#: Files that this process opened as ledgers. To look into one again and close it would drop the locks that its connections
#: hold (POSIX gives them to the process): another process would then take itself for the last, and remove the log they write.
_OPENED: set[tuple[int, int] | None] = set()
_OPENING = threading.Lock()


class Sqlite:
    """A ledger in one file."""

    kind = "sqlite"

    def __init__(self, where: str, *, create: bool = True, read_only: bool = False) -> None:
        self.where = where
        self.read_only = read_only
        self._depth = 0
        with _OPENING:
            _refuse_what_is_no_ledger(where, create=create and not read_only)
            try:
                self._connect("ro" if read_only else "rwc" if create else "rw")
            except LedgerError as fault:
                if create or not _may_not_write(fault):
                    raise
                self._connect_to_read()
            _OPENED.add(_identity(Path(where)))

    def _connect(self, mode: str, *, immutable: bool = False) -> None:
        uri = f"{Path(self.where).absolute().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
        with self._faults():
            self._connection = sqlite3.connect(
                uri, uri=True, timeout=WAIT_FOR_OTHERS_MS / 1000, isolation_level=None, check_same_thread=False
            )
        try:
            with self._faults():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _connect_to_read(self) -> None:
        """Open a ledger that cannot be written; where its log cannot be made beside it either, as a file that stays as it is."""
        self.read_only = True
        try:
            self._connect("ro")
        except LedgerError as fault:
            log = Path(f"{self.where}-wal")
            if not _may_not_write(fault) or (log.exists() and log.stat().st_size):
                raise
            self._connect("ro", immutable=True)

    def _prepare(self) -> None:
        run = self._connection.execute
        run(f"pragma busy_timeout = {WAIT_FOR_OTHERS_MS}")
        run("pragma foreign_keys = on")
        run("pragma secure_delete = on")
        run("pragma synchronous = normal")
        run("pragma cache_size = -32000")
        run(f"pragma wal_autocheckpoint = {LOG_PAGES}")
        if self.read_only:
            run("select 1 from sqlite_master").fetchone()
        else:
            _until_free(lambda: run("pragma journal_mode = wal").fetchall())

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError as fault:
            raise LedgerError(f"{self.where}: refused ({fault})") from fault
        except sqlite3.DatabaseError as fault:
            raise LedgerError(f"{self.where}: {_plain_words(str(fault))}") from fault

    def execute(self, sql: str, values: Values | None = None) -> None:
        with self._faults():
            self._connection.execute(sql, dict(values or {}))

    def execute_many(self, sql: str, rows: Sequence[Values]) -> None:
        with self._faults():
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        with self._faults():
            return self._connection.execute(sql, dict(values or {})).fetchall()

    def stream(self, sql: str, values: Values | None = None) -> Iterator[Row]:
        with self._faults():
            cursor = self._connection.execute(sql, dict(values or {}))
            while batch := cursor.fetchmany(500):
                yield from batch

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._depth:
            yield
            return
        with self._faults():
            self._connection.execute("begin immediate")
        self._depth = 1
        try:
            yield
            with self._faults():
                self._connection.execute("commit")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            raise
        finally:
            self._depth = 0

    def script(self, sql: str) -> None:
        """Statements one by one inside the running transaction (`executescript` would commit it)."""
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self.execute(statement)
                statement = ""
        if self.version() == 0:
            self.execute(f"pragma application_id = {APPLICATION_ID}")

    def version(self) -> int:
        tables = self.rows("select 1 from sqlite_master where name = 'ledger_meta'")
        found = self.rows("select value from ledger_meta where name = 'schema'") if tables else []
        return int(found[0][0]) if found else 0

    def scrub(self) -> None:
        """Let no removed word linger in the search index, free pages or the write-ahead log."""
        self.execute("insert into report_text (report_text) values ('optimize')")
        self.rows("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        self._connection.close()


def _may_not_write(fault: LedgerError) -> bool:
    return any(sign in str(fault.__cause__) for sign in ("readonly", "unable to open"))


def _until_free(action: Any) -> None:
    """Switching to WAL does not wait for others by itself: try again for a while."""
    import time

    for attempt in range(200):
        try:
            action()
            return
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or attempt == 199:
                raise
            time.sleep(0.02)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_what_is_no_ledger(where: str, *, create: bool) -> None:
    path = Path(where)
    if path.is_dir():
        raise LedgerError(f"{where} is a folder; name a file for the ledger")
    if not path.exists():
        if not create:
            raise LedgerError(f"there is no ledger at {where}; `tallyroom add REPORT --ledger {where}` begins one")
        if not path.absolute().parent.is_dir():
            raise LedgerError(f"{where}: the folder {path.parent} does not exist; create it first")
        return
    if (known := _identity(path)) is not None and known in _OPENED:
        return
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as fault:
        raise LedgerError(f"{where}: cannot be read ({fault.strerror}); check its permissions") from fault
    if head and (len(head) < 100 or head[:16] != b"SQLite format 3\x00"):
        raise LedgerError(f"{where} is no ledger (not an SQLite file); name another file")
    mark = int.from_bytes(head[68:72], "big") if head else APPLICATION_ID
    # A first writer that was killed before its first checkpoint leaves the mark in the write-ahead log alone.
    if mark != APPLICATION_ID and not (mark == 0 and int.from_bytes(head[28:32], "big") <= 1):
        raise LedgerError(f"{where} is no ledger (an SQLite file of another program); name another file")


def _plain_words(fault: str) -> str:
    cures = {
        "full": "the disk is full; what was committed before is whole: make room and run again",
        "readonly": "the ledger cannot be written (read-only file or folder); check its permissions",
        "unable to open": "the ledger cannot be opened; check the permissions of the file and of its folder",
        "not a database": "this is no ledger (not an SQLite file); name another file",
        "malformed": "the file is damaged; restore a copy, or import its last export",
        "locked": "another program has held the ledger for two minutes; run again when it is done",
        "disk I/O": "the disk gave an error; what was committed before is whole: check the disk and its free room",
        "file is encrypted": "this is no ledger (not an SQLite file); name another file",
    }
    return next((cure for sign, cure in cures.items() if sign in fault), fault)
