"""A ledger on PostgreSQL (15 or newer), by psycopg; needs the extra `postgres`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tallyroom.errors import LedgerError, MissingExtra
from tallyroom.ledger.database import Row, Values, checked_url, named_for_postgres

#: One writer at a time, as on SQLite: versions under one address must see each other.
_WRITERS = 0x54614C4C
OLDEST = 15


class Postgres:
    """A ledger in a PostgreSQL database."""

    kind = "postgres"

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        try:
            import psycopg
        except ImportError as fault:
            raise MissingExtra("postgres", "a ledger on PostgreSQL") from fault
        self._psycopg: Any = psycopg
        self.where = checked_url(url)
        self.read_only = read_only
        self._depth = 0
        self._cursors = 0
        with self._faults():
            self._connection: Any = psycopg.connect(url, autocommit=True, connect_timeout=20)
            self._connection.execute("set client_min_messages = warning")
        version = self._connection.info.server_version // 10_000
        if version < OLDEST:
            self.close()
            raise LedgerError(f"{self.where}: PostgreSQL {version} is too old; a ledger needs {OLDEST} or newer")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except self._psycopg.IntegrityError as fault:
            raise LedgerError(f"{self.where}: refused ({_first_line(fault)})") from fault
        except (self._psycopg.OperationalError, self._psycopg.InterfaceError) as fault:
            raise LedgerError(
                f"{self.where}: the database cannot be reached or went away ({_first_line(fault)}); "
                "what was committed before is whole: start it and run again"
            ) from fault
        except self._psycopg.Error as fault:
            raise LedgerError(f"{self.where}: {_first_line(fault)}") from fault

    def execute(self, sql: str, values: Values | None = None) -> None:
        with self._faults():
            self._connection.execute(named_for_postgres(sql), dict(values or {}))

    def execute_many(self, sql: str, rows: Sequence[Values]) -> None:
        if not rows:
            return
        with self._faults(), self._connection.cursor() as cursor:
            cursor.executemany(named_for_postgres(sql), rows)

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        with self._faults():
            found: list[Row] = self._connection.execute(named_for_postgres(sql), dict(values or {})).fetchall()
            return found

    def stream(self, sql: str, values: Values | None = None) -> Iterator[Row]:
        """Rows through a cursor that the server keeps, so that memory stays flat."""
        self._cursors += 1
        with self._faults(), self._connection.cursor(name=f"tallyroom_{self._cursors}", withhold=True) as cursor:
            cursor.itersize = 500
            cursor.execute(named_for_postgres(sql), dict(values or {}))
            yield from cursor

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._depth:
            yield
            return
        self._depth = 1
        try:
            with self._faults(), self._connection.transaction():
                self._connection.execute(f"select pg_advisory_xact_lock({_WRITERS})")
                yield
        finally:
            self._depth = 0

    def script(self, sql: str) -> None:
        with self._faults():
            self._connection.execute(sql)

    def version(self) -> int:
        there = self.rows("select to_regclass('ledger_meta') is not null")
        found = self.rows("select value from ledger_meta where name = 'schema'") if there[0][0] else []
        return int(found[0][0]) if found else 0

    def scrub(self) -> None:
        """Let no removed word linger in dead rows."""
        for table in ("entry", "claim", "problem", "term", "report", "resolution", "resolution_past", "report_text"):
            self.execute(f"vacuum {table}")

    def close(self) -> None:
        self._connection.close()


def _first_line(fault: Exception) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]
