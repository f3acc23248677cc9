"""Bulk on several processes: workers and drivers are killed, workers of another mind come, and the output stays the same."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from commands import command
from tallyroom.bulk.run import bulk
from tallyroom.grammar import model_folder

make_archive = command("tools/make_archive.py")

ROOT = Path(__file__).parent.parent
SHARD_MB = 0.4


def tables(out: Path) -> dict[str, list[str]]:
    """All rows of all tables, each as text, in order."""
    found = {}
    for name in ("claims", "reports", "problems", "rejects", "copies", "series"):
        rows = duckdb.sql(
            f"select to_json(t) from read_parquet('{out}/{name}/**/*.parquet', hive_partitioning = true) t"
        )
        found[name] = sorted(row[0] for row in rows.fetchall())
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    make_archive.make(folder, pages=200, seed=3)
    return folder


@pytest.fixture(scope="module")
def expected(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    out = tmp_path_factory.mktemp("bulk") / "out"
    done = bulk([str(archive)], str(out), shard_bytes=int(SHARD_MB * 1_000_000))
    assert done.shards > 8
    return tables(out)


def start(archive: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from tallyroom.cli import main; main()", "bulk", str(archive), "--out", str(out)]
    return subprocess.Popen([*command, "--shard-mb", str(SHARD_MB), *more], stderr=subprocess.PIPE)


def shards_done(out: Path) -> int:
    return len(list((out / "_shards").glob("*.json"))) if (out / "_shards").is_dir() else 0


def until(is_so: Callable[[], bool], run: subprocess.Popen[bytes], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert run.poll() is None, run.stderr.read().decode() if run.stderr else ""
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def busy_workers(run: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Worker processes of a run that have a reading process."""
    found = []
    for child in psutil.Process(run.pid).children():
        try:
            if any("tallyroom.bulk.reader" in " ".join(one.cmdline()) for one in child.children()):
                found.append(child)
        except psutil.Error:
            continue
    return found


def kill_workers(run: subprocess.Popen[bytes], out: Path, times: int, every: int) -> None:
    for kill in range(times):
        until(lambda least=1 + kill * every: shards_done(out) >= least and bool(busy_workers(run)), run)  # type: ignore[misc]
        busy_workers(run)[0].send_signal(signal.SIGKILL)


def test_workers_killed_twice_change_nothing(archive: Path, expected: dict[str, list[str]], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with socket.socket() as taken:
        with suppress(OSError):  # somebody else has it: as well
            taken.bind(("", 8787))
            taken.listen()
        with start(archive, out, "--workers", "2") as run:
            kill_workers(run, out, 2, every=2)
            assert run.stderr is not None
            told = run.stderr.read()
            assert run.wait(180) == 0, told
    assert b"already in use" not in told
    assert tables(out) == expected
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
    assert len({line["shard"] for line in lines}) == len(lines) == shards_done(out)
    assert not list(out.rglob("*.tmp"))


def test_a_driver_killed_and_started_again(archive: Path, expected: dict[str, list[str]], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(archive, out, "--workers", "2") as run:
        until(lambda: shards_done(out) >= 3, run)
        family = psutil.Process(run.pid).children(recursive=True)
        run.kill()
        run.wait()
    # Workers without a driver end by themselves; what they were at is done again.
    psutil.wait_procs(family, timeout=60)
    before = {path.name: path.stat().st_mtime_ns for path in (out / "_shards").glob("*.json")}
    done = bulk([str(archive)], str(out), shard_bytes=int(SHARD_MB * 1_000_000))
    assert done.found == len(before)
    assert all((out / "_shards" / name).stat().st_mtime_ns == at for name, at in before.items())
    assert tables(out) == expected


@pytest.mark.slow
def test_workers_killed_five_times_change_nothing(tmp_path: Path) -> None:
    make_archive.make(tmp_path / "archive", pages=800, seed=4)
    bulk([str(tmp_path / "archive")], str(tmp_path / "plain"), shard_bytes=int(SHARD_MB * 1_000_000))
    out = tmp_path / "out"
    with start(tmp_path / "archive", out, "--workers", "2") as run:
        kill_workers(run, out, 5, every=4)
        assert run.wait(600) == 0
    assert tables(out) == tables(tmp_path / "plain")


@contextmanager
def cluster(folder: Path, workers: list[dict[str, str]]) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers as the engine's own commands start them, each worker in a folder of its own.

    Its address and the processes, that of the scheduler first.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    port = address.rsplit(":", 1)[1]
    command = [*dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    started = [subprocess.Popen(command, cwd=folder, **quiet)]
    try:
        for number, environment in enumerate(workers):
            own = folder / f"worker-{number}"
            own.mkdir()
            command = [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(own)]
            started.append(subprocess.Popen(command, cwd=own, env={**os.environ, **environment}, **quiet))
        yield address, started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.mark.slow
def test_a_cluster_gives_the_same_and_a_lost_worker_changes_nothing(
    archive: Path, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path, [{}, {}, {}]) as (address, started), start(archive, out, "--scheduler", address) as run:
        until(lambda: shards_done(out) >= 2, run)
        lost = psutil.Process(started[1].pid)
        for process in [lost, *lost.children(recursive=True)]:
            process.kill()
        assert run.wait(300) == 0
    assert tables(out) == expected


@pytest.mark.slow
def test_a_lost_scheduler_ends_the_run_with_a_word_and_the_rest_is_done_later(
    archive: Path, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path, [{}]) as (address, started), start(archive, out, "--scheduler", address) as run:
        until(lambda: shards_done(out) >= 2, run)
        started[0].kill()
        _, told = run.communicate(timeout=60)
        assert run.returncode == 2
    assert told.decode().splitlines()[-1].startswith("tallyroom: the scheduler is lost")
    assert b"Traceback" not in told
    bulk([str(archive)], str(out), shard_bytes=int(SHARD_MB * 1_000_000))
    assert tables(out) == expected


@pytest.mark.slow
def test_workers_that_read_otherwise_are_sent_away(
    archive: Path, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    model = tmp_path / "model"
    shutil.copytree(model_folder()[0], model)
    out = tmp_path / "out"
    other = {"TALLYROOM_MODEL": str(model)}
    with cluster(tmp_path, [{}, other]) as (address, _), start(archive, out, "--scheduler", address) as run:
        _, told = run.communicate(timeout=300)
        assert run.returncode == 0
    assert b"is refused: it reads with tallyroom" in told
    assert tables(out) == expected


@pytest.mark.slow
def test_a_run_that_all_workers_refuse_says_so(archive: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(model_folder()[0], model)
    with (
        cluster(tmp_path, [{"TALLYROOM_MODEL": str(model)}]) as (address, _),
        start(archive, tmp_path / "out", "--scheduler", address) as run,
    ):
        _, told = run.communicate(timeout=300)
    assert run.returncode == 2
    assert b"no worker reads with" in told
