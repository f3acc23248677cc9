"""Measure what reading costs, against the bounds that the project holds: CPU, start, memory, growth with length.

    tools/bench.py [GOLD.jsonl ...] [--reports N] [--full] [--only NAME ...]

Each row is measured against a yardstick of the same run where it can be, so that a slow or busy machine changes both. The files
hold objects with `text`; by default `evals/reports/train.jsonl`. Exit status 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPORTS = HERE.parent / "evals" / "reports" / "train.jsonl"
COMMAND = [sys.executable, "-c", "from tallyroom.cli import main; main()"]

ROUNDS = 3
MOST_OF_PIPELINE, AIM_OF_PIPELINE = 0.75, 0.4
MOST_HELP, MOST_COLD_READ = 0.2, 3.0
MOST_MEMORY, MOST_MEMORY_GROWTH = 700.0, 1.05
LONG_REPORT_WORDS, MOST_GROWTH = 200_000, 1.3
FEW_REPORTS, MANY_REPORTS = 400, 10_000

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: what was measured, by what, and the most it may be."""

    what: str
    value: float
    most: float
    unit: str
    how: str

    @property
    def holds(self) -> bool:
        return self.value <= self.most

    def line(self) -> str:
        value, most = (f"{number:.{0 if number >= 100 else 2}f}{self.unit}" for number in (self.value, self.most))
        return f"{self.what:<34} {value:>9}  at most {most:<8} {'holds' if self.holds else 'MISSED':<7} {self.how}"


def cpu_of(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def made(rows: list[Row]) -> list[Any]:
    from tallyroom.model import make_report

    return [
        make_report(
            row["text"],
            id=row.get("id"),
            published=row.get("published"),
            outlet=row.get("outlet"),
            title=row.get("title"),
        )
        for row in rows
    ]


def reading(rows: list[Row]) -> Measured:
    """CPU of reading all reports, against all default components of the language model on the same whole texts."""
    import spacy

    from tallyroom.extract import extract_all
    from tallyroom.grammar import model_folder

    pipeline = spacy.load(model_folder()[0])
    texts, reports = [row["text"] for row in rows], made(rows)
    works: dict[str, Callable[[], object]] = {
        "pipeline": lambda: sum(len(doc) for doc in pipeline.pipe(texts)),
        "reading": lambda: sum(len(found.figures) for found in extract_all(reports)),
    }
    for work in works.values():
        work()
    best = {name: min(cpu_of(work) for _ in range(ROUNDS)) for name, work in works.items()}
    words = sum(len(text.split()) for text in texts)
    how = (
        f"{best['reading']:.2f} s against {best['pipeline']:.2f} s of {', '.join(pipeline.pipe_names)}; "
        f"{len(rows)} reports, {words / best['reading']:,.0f} words/s; aim {AIM_OF_PIPELINE}"
    )
    return Measured("reading / whole pipeline, CPU", best["reading"] / best["pipeline"], MOST_OF_PIPELINE, "", how)


def help_shown(_: list[Row]) -> Measured:
    """CPU of `tallyroom --help`."""
    value, bare = least_cpu([*COMMAND, "--help"], 7), least_cpu([sys.executable, "-c", "import click"], 7)
    return Measured("tallyroom --help, CPU", value, MOST_HELP, " s", f"bare Python with click {bare:.2f} s; best of 7")


def cold_read(rows: list[Row]) -> Measured:
    """CPU of `tallyroom read` of one report in a fresh process."""
    row = sorted(rows, key=lambda row: len(row["text"]))[len(rows) // 2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.jsonl"
        path.write_text(json.dumps(row), encoding="utf-8")
        value = least_cpu([*COMMAND, "read", str(path)], ROUNDS)
    bare = least_cpu([sys.executable, "-c", "import spacy"], ROUNDS)
    how = f"import spacy alone {bare:.2f} s; best of {ROUNDS}"
    return Measured("tallyroom read, cold, CPU", value, MOST_COLD_READ, " s", how)


def least_cpu(command: list[str], times: int) -> float:
    """CPU of a fresh process, the least of some runs: on a busy machine its wall time says little."""
    took = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took)


def memory(rows: list[Row], reports: int) -> list[Measured]:
    """Peak memory of one process over many reports, and how it grows over the second half of them."""
    ran = subprocess.run(
        [sys.executable, __file__, "--memory-of", str(reports)], input=json.dumps(rows), capture_output=True, text=True, check=True,
    )  # fmt: skip
    early, late = json.loads(ran.stdout)
    how = f"{early:.0f} MB at {reports // 2:,} reports, {late:.0f} MB at {reports:,}, no two alike"
    return [
        Measured("memory, peak", late, MOST_MEMORY, " MB", how),
        Measured("memory, growth", late / early, MOST_MEMORY_GROWTH, "", how),
    ]


def read_many(rows: list[Row], reports: int) -> None:
    """Read so many different reports; print the peak in MB at half of them and at the end."""
    from tallyroom.extract import extract_all

    peaks = []
    for number, _ in enumerate(extract_all(made_up(rows, reports)), 1):
        if number in (reports // 2, reports):
            peaks.append(peak())
    print(json.dumps(peaks))


def peak() -> float:
    """The most memory that this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts what the parent held when it started this process
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def made_up(rows: list[Row], reports: int) -> Iterator[Any]:
    """Reports of sentences drawn from all, each with a name and a number that no other has: a vocabulary without an end."""
    chance = random.Random(1)
    sentences = [s for row in rows for s in re.split(r"(?<=[.!?])\s+", row["text"]) if s]
    for number in range(reports):
        name = "".join(chance.choice("aeiou" if n % 2 else "bdfgklmnprstvz") for n in range(8)).capitalize()
        drawn = chance.sample(sentences, min(12, len(sentences)))
        drawn.insert(
            6, f"{name}ists killed {number + 10:,} people in {name}, said {name}a {name}sky of the {name} ministry."
        )
        yield from made([{"text": " ".join(drawn), "published": "2026-06-03"}])


def growth(rows: list[Row]) -> Measured:
    """CPU a word of one report of 200,000 words, against the same reports one by one."""
    from tallyroom.extract import extract

    texts: list[str] = []
    words = 0
    for n in range(10_000):
        text = rows[n % len(rows)]["text"]
        texts.append(text)
        words += len(text.split())
        if words >= LONG_REPORT_WORDS:
            break
    short_rows = made([{"text": text, "published": "2026-06-03"} for text in texts])
    (long,) = made([{"text": "\n\n".join(texts), "published": "2026-06-03"}])
    extract(short_rows[0])
    short = cpu_of(lambda: [extract(report) for report in short_rows])
    whole = cpu_of(lambda: extract(long))
    how = f"{1e6 * short / words:.0f} µs a word in {len(texts):,} reports, {1e6 * whole / words:.0f} µs in one of {words:,} words"
    return Measured("a word in a long / a short report", whole / short, MOST_GROWTH, "", how)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="GOLD.jsonl")
    parser.add_argument(
        "--reports", type=int, default=FEW_REPORTS, help="reports to read for memory (default: %(default)s)"
    )
    parser.add_argument(
        "--full", action="store_true", help=f"{MANY_REPORTS:,} reports for memory; takes some ten minutes"
    )
    parser.add_argument("--only", nargs="+", choices=["reading", "help", "cold", "memory", "growth"], metavar="NAME")
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.memory_of:
        read_many(json.load(sys.stdin), given.memory_of)
        return 0
    lines = [line for path in given.files or [REPORTS] for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines if line.strip()]
    wanted = given.only or ["reading", "help", "cold", "memory", "growth"]
    missed = False
    for name, work in (("reading", reading), ("help", help_shown), ("cold", cold_read), ("growth", growth)):
        if name in wanted:
            missed |= not told(work(rows))
    if "memory" in wanted:
        for measured in memory(rows, MANY_REPORTS if given.full else given.reports):
            missed |= not told(measured)
    return 1 if missed else 0


def told(measured: Measured) -> bool:
    print(measured.line(), flush=True)
    return measured.holds


if __name__ == "__main__":
    # One thread: the numeric libraries look at this when they are loaded, which is later.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    sys.exit(main())
