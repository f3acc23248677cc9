"""Measure `tallyroom bulk` on archives of `tools/make_archive.py`, each row beside its yardstick of the same run.

    tools/bench_bulk.py [--pages N] [--rounds 5] [--only cpu speedup engine memory kills] [--json FILE]

`--pages` is for the engine's own cost (20,000) and for the memory (100,000, on two workers, with no yardstick beside);
the other rows use as many as they need. Exit status 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

import make_archive

HERE = Path(__file__).resolve().parent
COMMAND = [sys.executable, "-c", "from tallyroom.cli import main; main()"]
ENGINE_SHARE = 0.25
LEAST_SPEEDUP, MOST_ENGINE, MOST_MEMORY, MOST_GROWTH = 0.92, 0.15, 1000.0, 1.05
CPU_PAGES, SPEEDUP_PAGES, CHUNK = 1000, 400, 40
ENGINE_PAGES, MEMORY_PAGES = 20_000, 100_000
os.environ["OMP_NUM_THREADS"] = "1"


@dataclass
class Row:
    """What was measured, against what."""

    what: str
    value: float
    bound: float
    is_least: bool
    how: str

    @property
    def holds(self) -> bool:
        return self.value >= self.bound if self.is_least else self.value <= self.bound

    def __str__(self) -> str:
        side = "at least" if self.is_least else "at most"
        return f"{self.what:<38} {self.value:>9.2f}  {side} {self.bound:<8.2f} {'holds' if self.holds else 'MISSED':<7} {self.how}"


# --- CPU a page, against main text and date, and the engine


def cpu(_: argparse.Namespace) -> Iterator[Row]:
    """In one process, ours and the yardstick in turn on the same few records, so that both see the same machine.

    All pages are one shard, as they are in a run with its default size: its parts are written once.
    """
    from tallyroom.bulk.reader import warm_up
    from tallyroom.bulk.records import Raw
    from tallyroom.bulk.shard import Settings, outcomes_of, write_shard
    from tallyroom.bulk.sources import plan
    from tallyroom.bulk.storage import Folder
    from tallyroom.extract import extractor_name

    warm_up()
    _parse(["Two people were hurt in Orsk, police said on Monday."])
    spent = dict.fromkeys(("html", "engine"), 0.0)
    bodies: list[bytes] = []
    pages = 0

    def measure() -> None:
        begun = time.process_time()
        texts = [text for body in bodies if (text := _main_text_and_date(body))]
        spent["html"] += time.process_time() - begun
        begun = time.process_time()
        _parse(texts)
        spent["engine"] += time.process_time() - begun
        bodies.clear()

    def read(records: list[Raw]) -> Any:
        nonlocal pages
        outcomes = _read(records)
        pages += len(records)
        bodies.extend(record.body for record in records)
        if len(bodies) >= CHUNK:
            measure()
        return outcomes

    with tempfile.TemporaryDirectory() as folder:
        make_archive.make(Path(folder, "in"), pages=CPU_PAGES, seed=21)
        (shard,) = plan([str(Path(folder, "in"))])
        begun = time.process_time()
        write_shard(
            shard, Folder(str(Path(folder, "out"))), Settings(extractor=extractor_name()), outcomes_of(shard, read)
        )
        ours = time.process_time() - begun - sum(spent.values())
        measure()
    a_page = 1000 / pages
    yardstick = spent["html"] + ENGINE_SHARE * spent["engine"]
    yield Row(
        "CPU a page, ms", ours * a_page, yardstick * a_page, False,
        f"text and date {spent['html'] * a_page:.2f} + {ENGINE_SHARE} of the engine's {spent['engine'] * a_page:.2f} ms, {pages} pages",
    )  # fmt: skip


def _read(records: list[Any]) -> Any:
    """Records read in this process, as the reading process would."""
    from tallyroom.bulk.reader import Task, read_records

    return read_records(Task(records=records))


def _main_text_and_date(body: bytes) -> str:
    """The yardstick: one tree, trafilatura's fast main text and htmldate's date, nothing else."""
    import htmldate
    import trafilatura

    tree = trafilatura.load_html(body.decode("utf-8", "replace"))
    if tree is None:
        return ""
    htmldate.find_date(tree, extensive_search=False, original_date=True)
    found = trafilatura.bare_extraction(tree, fast=True, include_comments=False)
    return found.text or "" if found is not None else ""


def _parse(texts: list[str]) -> None:
    import spacy

    from tallyroom.grammar import model_folder

    global _nlp
    _nlp = _nlp or spacy.load(model_folder()[0], exclude=["attribute_ruler", "lemmatizer", "senter"])
    for _ in _nlp.pipe(texts, batch_size=64):
        pass


_nlp: Any = None


# --- two cores against one


def speedup(given: argparse.Namespace) -> Iterator[Row]:
    """Warm workers on the clock: one and two of the engine's, one and two plain loops, in turn."""
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        make_archive.make(Path(folder, "in"), pages=SPEEDUP_PAGES, files=20, seed=22)
        for number in range(given.rounds):
            seconds = {}
            for kind in ("engine", "loop"):
                for workers in (1, 2):
                    out = str(Path(folder, f"{kind}-{workers}-{number}"))
                    seconds[kind, workers] = (_on_engine if kind == "engine" else _in_loops)(folder, out, workers)
            engine, loop = (seconds[kind, 1] / seconds[kind, 2] for kind in ("engine", "loop"))
            ratios.append(engine / loop)
            print(f"  round {number + 1}: engine {engine:.2f}, plain loops {loop:.2f} times as fast on two", flush=True)
    yield Row(
        "speed-up on two cores, of plain loops'",
        statistics.median(ratios),
        LEAST_SPEEDUP,
        True,
        f"median of {given.rounds}",
    )


def _on_engine(folder: str, out: str, workers: int) -> float:
    script = (
        "import sys, time\n"
        "from functools import partial\n"
        "from tallyroom.bulk.engine import engine\n"
        "from tallyroom.bulk.shard import Settings, run_shard\n"
        "from tallyroom.bulk.sources import plan\n"
        "from tallyroom.extract import extractor_name\n"
        "if __name__ == '__main__':\n"
        "    source, out, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])\n"
        "    shards = plan([source])\n"
        "    task = partial(run_shard, settings=Settings(extractor=extractor_name()))\n"
        "    with engine(workers, None, print) as runner:\n"
        "        list(runner.map(partial(task, address=out + '-warm'), shards[: 2 * workers]))\n"
        "        begun = time.monotonic()\n"
        "        list(runner.map(partial(task, address=out), shards))\n"
        "        print(time.monotonic() - begun)\n"
    )
    path = Path(folder, "engine_run.py")
    path.write_text(script)
    command = [sys.executable, str(path), str(Path(folder, "in")), out, str(workers)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def _in_loops(folder: str, out: str, loops: int) -> float:
    command = [sys.executable, str(HERE / "bench_bulk.py"), "--loop", str(Path(folder, "in")), out]
    started = [
        subprocess.Popen([*command, f"{i}/{loops}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for i in range(loops)
    ]
    for one in started:
        assert one.stdout is not None
        one.stdout.readline()
    begun = time.monotonic()
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in started:
        one.wait()
    return time.monotonic() - begun


def plain_loop(source: str, out: str, share: str) -> None:
    """Read every so-many-th shard in this process, after a word on standard input; no engine, no second process."""
    from tallyroom.bulk.reader import warm_up
    from tallyroom.bulk.shard import Settings, outcomes_of, write_shard
    from tallyroom.bulk.sources import plan
    from tallyroom.bulk.storage import Folder
    from tallyroom.extract import extractor_name

    warm_up()
    first, step = map(int, share.split("/"))
    print("ready", flush=True)
    sys.stdin.readline()
    folder, settings = Folder(out), Settings(extractor=extractor_name())
    for shard in plan([source])[first::step]:
        write_shard(shard, folder, settings, outcomes_of(shard, _read))


# --- the engine's own cost, and memory


class Watch:
    """CPU and memory of a process and all below it, looked at twice a second."""

    def __init__(self, pid: int) -> None:
        self.spent: dict[int, float] = {}
        #: (CPU seconds of the run so far, megabytes of the largest worker with its reading process, of the driver).
        self.held: list[tuple[float, float, float]] = []
        self._root = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(0.5):
            try:
                family = [self._root, *self._root.children(recursive=True)]
            except psutil.Error:
                return
            largest = 0.0
            for process in family:
                try:
                    times = process.cpu_times()
                    self.spent[process.pid] = times.user + times.system
                    reader = [c for c in process.children() if "tallyroom.bulk.reader" in " ".join(c.cmdline())]
                    if reader:
                        largest = max(largest, (process.memory_info().rss + reader[0].memory_info().rss) / 1e6)
                except psutil.Error:
                    continue
            try:
                driver = self._root.memory_info().rss / 1e6
            except psutil.Error:
                return
            self.held.append((sum(self.spent.values()), largest, driver))

    def stop(self) -> float:
        self._stop.set()
        self._thread.join()
        return sum(self.spent.values())


@dataclass
class Run:
    """What a run spent and held."""

    #: CPU seconds to the end of the reading, in all, and seconds on the clock.
    reading: float
    total: float
    seconds: float
    held: list[tuple[float, float, float]]

    def tell(self, kind: str, pages: int) -> None:
        print(
            f"  {kind}: {self.reading:.0f} s CPU to read {pages:,} pages, {self.total - self.reading:.1f} s for copies "
            f"and series, {self.seconds:.0f} s on the clock",
            flush=True,
        )


@contextmanager
def _archives(given: argparse.Namespace, pages: int) -> Iterator[tuple[Path, Path]]:
    """A folder of archives and one to write into."""
    with tempfile.TemporaryDirectory() as folder:
        source = given.source or Path(folder, "in")
        if not given.source:
            make_archive.make(source, pages=pages, files=max(4, pages // 500), seed=23)
        yield source, Path(folder)


def _bulk(source: Path, out: Path, workers: int) -> list[str]:
    return [*COMMAND, "bulk", str(source), "--out", str(out), "--workers", str(workers), "--quiet"]


def engine(given: argparse.Namespace) -> Iterator[Row]:
    """A run of one worker, against a plain loop over the same pages; side by side, so that both see the same machine."""
    pages = given.pages or ENGINE_PAGES
    with _archives(given, pages) as (source, folder):
        runs = {
            "loop": [sys.executable, str(HERE / "bench_bulk.py"), "--loop", str(source), str(folder / "loop"), "0/1"],
            "engine": _bulk(source, folder / "engine", 1),
        }
        shards = len(list(source.iterdir()))
        marks: dict[str, dict[int, float]] = {kind: {} for kind in runs}

        def compare() -> None:
            """Tell the cost as the runs go on, at each tenth."""
            done = min(max(own, default=0) for own in marks.values())
            if done in compared or done % max(1, shards // 10) or not all(done in own for own in marks.values()):
                return
            compared.add(done)
            share = marks["engine"][done] / marks["loop"][done] - 1
            print(f"  after {pages * done // shards:,} pages: {share:+.3f}", flush=True)

        compared = {0}
        with ThreadPoolExecutor(2) as together:
            watched = {
                kind: together.submit(_watched, command, folder / kind, shards, marks[kind], compare)
                for kind, command in runs.items()
            }
        for kind, done in watched.items():
            done.result().tell(kind, pages)
        own = watched["engine"].result().reading / watched["loop"].result().reading - 1
        yield Row(
            "engine's own cost, share of CPU", own, MOST_ENGINE, False,
            f"{pages:,} pages, one worker, from start to the last page read",
        )  # fmt: skip
        _tell_sizes(source, folder / "engine", pages)


def memory(given: argparse.Namespace) -> Iterator[Row]:
    """A run of two workers and nothing beside it: what the larger one holds, over the whole run and as it goes on."""
    pages = given.pages or MEMORY_PAGES
    with _archives(given, pages) as (source, folder):
        run = _watched(_bulk(source, folder / "out", 2), folder / "out", len(list(source.iterdir())))
        run.tell("two workers", pages)
        tenths: list[list[float]] = [[] for _ in range(10)]
        for spent, worker, _ in run.held:
            if worker and spent < run.reading:
                tenths[int(10 * spent / run.reading)].append(worker)
        medians = [statistics.median(own) for own in tenths if own]
        print(f"  medians of tenths, MB: {', '.join(f'{one:.0f}' for one in medians)}", flush=True)
        reading = max(worker for spent, worker, _ in run.held if spent <= run.reading)
        largest, driver = (max(look[i] for look in run.held) for i in (1, 2))
        yield Row(
            "memory a worker, MB", largest, MOST_MEMORY, False,
            f"with its reading process, the largest of all looks; while reading {reading:.0f}, the driver {driver:.0f}",
        )  # fmt: skip
        early, late = (statistics.median(medians[low:high]) for low, high in ((1, 4), (-3, None)))
        yield Row(
            "memory late against early", late / early, MOST_GROWTH, False,
            f"{pages:,} pages, two workers: {early:.0f} MB, then {late:.0f} MB",
        )  # fmt: skip
        _tell_sizes(source, folder / "out", pages)


def _watched(
    command: list[str], out: Path, shards: int, marks: dict[int, float] | None = None,
    step: Callable[[], None] = lambda: None,
) -> Run:  # fmt: skip
    """Run it to its end; `marks` takes the CPU seconds spent when so many shards were done."""
    marks = {} if marks is None else marks
    begun = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stdin is not None
    watch = Watch(process.pid)
    process.stdin.write("go\n")
    process.stdin.flush()
    done = 0
    while process.poll() is None:
        time.sleep(0.2)
        found = len(list(out.glob("_shards/*.json"))) if done < shards else done
        if found > done:
            time.sleep(0.6)  # until it was looked at again
            done, marks[found] = found, sum(watch.spent.values())
            step()
    total = watch.stop()
    reading = marks.get(shards, 0.0)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return Run(reading or total, total, time.monotonic() - begun, watch.held)


def _tell_sizes(source: Path, out: Path, pages: int) -> None:
    """What the result takes on disk, a page."""
    sizes = {"in": sum(path.stat().st_size for path in source.iterdir())}
    for table in ("reports", "claims", "problems", "rejects", "copies", "series", "_work/shingles", "_work/signatures"):
        sizes[table] = sum(path.stat().st_size for path in (out / table).rglob("*.parquet"))
    print("  bytes a page: " + ", ".join(f"{name} {size / pages:.0f}" for name, size in sizes.items()), flush=True)


# --- what kills change


def kills(_: argparse.Namespace) -> Iterator[Row]:
    """The tests that kill workers and drivers and run a cluster, with the long ones."""
    tests = HERE.parent / "tests" / "test_bulk_kills.py"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", str(tests)],
        capture_output=True,
        text=True,
    )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]
    yield Row("kills and clusters: outputs that differ", float(done.returncode), 0, False, last)


MEASURES: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
    "cpu": cpu, "speedup": speedup, "engine": engine, "memory": memory, "kills": kills,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, help="for the engine's own cost and the memory")
    parser.add_argument("--source", type=Path, help="archives of `--pages` pages made before, one shard each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), default=list(MEASURES))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--loop", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.loop:
        plain_loop(*given.loop)
        return 0
    rows = []
    for name in given.only:
        for row in MEASURES[name](given):
            rows.append(row)
            print(row, flush=True)
    if given.json:
        given.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
