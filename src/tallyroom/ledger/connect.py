"""Opening a ledger at a path or URL, and bringing an older one up to the newest schema."""

from __future__ import annotations

from importlib.resources import files

from tallyroom.errors import LedgerError
from tallyroom.ledger.database import Database, in_dialect
from tallyroom.ledger.sqlite import Sqlite

_MIGRATIONS = files(__package__ or "tallyroom.ledger") / "migrations"


def newest_schema() -> int:
    """The number of the last migration."""
    return max(int(item.name[:4]) for item in _MIGRATIONS.iterdir() if item.name[:4].isdigit())


def connect(where: str, *, create: bool = True, read_only: bool = False) -> Database:
    """Open the ledger at a path or `postgresql://` URL and bring an older one up to the newest schema.

    Raises `LedgerError` where there is none, it is no ledger, or it is of a newer version.
    """
    if where.startswith(("postgresql://", "postgres://")):
        from tallyroom.ledger.postgres import Postgres

        database: Database = Postgres(where, read_only=read_only)
    else:
        database = Sqlite(where, create=create, read_only=read_only)
    try:
        _migrate(database, create=create)
    except BaseException:
        database.close()
        raise
    return database


def _migrate(database: Database, *, create: bool) -> None:
    held, newest = database.version(), newest_schema()
    if held == newest:
        return
    if held == 0 and not create:
        where = database.where
        raise LedgerError(f"there is no ledger at {where}; `tallyroom add REPORT --ledger {where}` begins one")
    if held > newest:
        raise LedgerError(
            f"{database.where} is a ledger of schema {held}; this Tallyroom knows up to {newest}: install a newer "
            f"Tallyroom"
        )
    if database.read_only:
        raise LedgerError(
            f"{database.where} is a ledger of schema {held} and must be brought up to {newest} where it can be "
            f"written: `tallyroom verify --ledger {database.where}` does so"
        )
    with database.transaction():
        for number in range(database.version() + 1, newest + 1):
            for name in _names(number, database.kind):
                database.script(in_dialect((_MIGRATIONS / name).read_text(encoding="utf-8"), database.kind))
            database.execute("delete from ledger_meta where name = 'schema'")
            database.execute("insert into ledger_meta values ('schema', :number)", {"number": str(number)})


def _names(number: int, kind: str) -> list[str]:
    prefix = f"{number:04d}_"
    names = sorted(item.name for item in _MIGRATIONS.iterdir() if item.name.startswith(prefix))
    common = [name for name in names if name.count(".") == 1]
    return common + [name for name in names if name.endswith(f".{kind}.sql")]
