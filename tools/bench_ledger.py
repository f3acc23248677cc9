"""Measure the ledger: queries on many claims, the cost of `add` above extraction, and memory in the number of reports.

python tools/bench_ledger.py --claims 1000000 --ledger /tmp/bench.db     # made once, kept
python tools/bench_ledger.py --add REPORTS.jsonl --reports 2000          # CPU of add over extraction alone
python tools/bench_ledger.py --add REPORTS.jsonl --reports 10000 --reuse # the same, without reading again what is told again
python tools/bench_ledger.py --memory 2000                               # peak memory at 2,000 and at 8,000 reports
"""

from __future__ import annotations

import argparse
import contextlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tallyroom.ledger import Ledger, Query
from tallyroom.model import MEASURES, Extraction, Figure, Report, make_report, with_claim_ids

QUERIES = Path(__file__).with_suffix(".queries.toml")
CLAIMS_A_REPORT = 10
BATCH = 500


def invented(number: int, chance: random.Random) -> Extraction:
    """A report of ten figures about nothing."""
    quotes = [f"{chance.randrange(1, 5000)} people" for _ in range(CLAIMS_A_REPORT)]
    text, figures = f"harbour word{number % 10_000} report {number}. ", []
    day = f"{2010 + number % 15}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    for i, quote in enumerate(quotes):
        value = int(quote.split()[0])
        figures.append(
            Figure(
                id=f"f{i + 1}", quote=quote, start=len(text), end=len(text) + len(quote), low=value, best=value,
                high=value,
                measure=chance.choice(MEASURES[:12]), population=f"population {chance.randrange(500)} ", event_time=day,
                place=f"place {chance.randrange(2000)}", source=f"source {chance.randrange(5000)}",
            )
        )  # fmt: skip
        text += quote + " were counted by somebody on the shore. "
    report = make_report(text, url=f"https://example.org/{number}", published=day, outlet=f"outlet {number % 300}")
    return Extraction(report=report, extractor="bench", figures=with_claim_ids(report.uid, figures))


def fill(ledger: Ledger, claims: int) -> None:
    """Add invented reports until there are so many claims."""
    chance, begun = random.Random(1), time.process_time()
    for first in range(0, claims // CLAIMS_A_REPORT, BATCH):
        with ledger.transaction():
            for number in range(first, min(first + BATCH, claims // CLAIMS_A_REPORT)):
                ledger.add(invented(number, chance))
    print(f"{claims:,} claims written in {time.process_time() - begun:.0f} s CPU, peak memory {peak():.0f} MB")


def peak() -> float:
    """The most memory that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def late_page(ledger: Ledger, query: Query, page: int) -> Query:
    """The query for a page far down."""
    for _ in range(page // 20):
        wide = msgspec.structs.replace(query, limit=1000)
        query = msgspec.structs.replace(query, after=ledger.claim_page(wide).next)
    return query


def ask(ledger: Ledger) -> None:
    """Time each query: the median of five."""
    medians = []
    for row in tomllib.loads(QUERIES.read_text(encoding="utf-8"))["query"]:
        name, count, page = row.pop("name"), row.pop("count", False), row.pop("page", 0)
        query = late_page(ledger, Query(**row), page)
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            found = ledger.count_claims(query) if count else len(ledger.claim_page(query).rows)
            times.append((time.perf_counter() - begun) * 1000)
        medians.append(statistics.median(times))
        print(f"{name:<36} {medians[-1]:8.1f} ms  {found} rows")
    print(f"median {statistics.median(medians):.1f} ms, worst {max(medians):.1f} ms")


def told_again(path: Path, count: int) -> Iterator[Report]:
    """So many reports: those of a file, told again and again as of other outlets, each with a line of its own."""
    from tallyroom.readers import read

    held = read(path)
    for number in range(count or len(held)):
        one = held[number % len(held)]
        turn = number // len(held)
        text = f"{one.text}\nEdition {turn}." if turn else one.text
        yield make_report(
            text, id=f"{one.id}-{turn}", published=one.published, outlet=f"{one.outlet} {turn}", title=one.title
        )


def add(path: Path, count: int, reuse: bool) -> None:
    """CPU of the ledger beside that of extraction, on the same reports.

    With `reuse`, what tells the same again takes its figures over, and extraction is reckoned at the mean of the others.
    """
    from tallyroom.extract import extract, extractor_name

    extract(next(told_again(path, 1)))
    read: dict[str, Extraction] = {}
    done = extracted = 0
    spent = {"extraction": 0.0, "ledger": 0.0}

    @contextlib.contextmanager
    def clock(what: str) -> Iterator[None]:
        begun = time.process_time()
        yield
        spent[what] += time.process_time() - begun

    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "a.db") as ledger:
        for done, report in enumerate(told_again(path, count), start=1):
            told = read.get(report.text.partition("\nEdition ")[0]) if reuse else None
            with clock("ledger"):
                known = ledger.has_reading(report.uid, extractor_name())
            if told is None:
                with clock("extraction"):
                    extraction = extract(report)
                extracted += 1
                read[report.text] = extraction
            else:
                figures = with_claim_ids(report.uid, list(told.figures))
                extraction = Extraction(
                    report=report, extractor=told.extractor, figures=figures, problems=told.problems
                )
            if not known:
                with clock("ledger"):
                    ledger.add(extraction)
    spent["extraction"] *= done / extracted
    share = 100 * spent["ledger"] / spent["extraction"]
    print(
        f"{done:,} reports ({extracted:,} extracted): extraction {spent['extraction']:.2f} s CPU, "
        f"ledger {spent['ledger']:.2f} s: {share:.1f} % more"
    )


def one_task(task: str, path: Path, count: int) -> None:
    """One of the tasks whose memory is measured, in a process of its own."""
    from tallyroom.cli import tallyroom

    ledger = str(path / "memory.db")
    if task == "fill":
        with Ledger.open(ledger) as held:
            chance = random.Random(1)
            for number in range(count):
                held.add(invented(number, chance))
    elif task == "add":
        from tallyroom.model import encode_json

        reports = path / "reports.jsonl"
        with reports.open("wb") as out:
            for number in range(count):
                text = f"A fire in house {number} of Lorne killed {1 + number % 90} people, the coast guard said on Monday."
                report = make_report(text, id=str(number), published="2025-03-04")
                out.write(encode_json(Extraction(report=report, extractor="")) + b"\n")
        tallyroom(["add", str(reports), "--ledger", str(path / "added.db"), "--quiet"], standalone_mode=False)
    elif task == "verify":
        tallyroom(["verify", "--ledger", ledger], standalone_mode=False)
    else:
        out = str(path / f"out.{task}")
        tallyroom(["export", "--ledger", ledger, "--to", task, "--out", out], standalone_mode=False)


def memory(count: int) -> None:
    """Peak memory of each task at so many reports and at four times as many."""
    tasks = ("fill", "add", "verify", "csv", "jsonl", "xlsx", "hxl", "jsonld", "parquet", "ucdp")
    peaks: dict[str, list[float]] = {task: [] for task in tasks}
    for reports in (count, 4 * count):
        with tempfile.TemporaryDirectory() as folder:
            for task in tasks:
                command = [sys.executable, __file__, "--task", task, "--folder", folder, "--reports", str(reports)]
                done = subprocess.run(command, capture_output=True, text=True)
                told = done.stdout.strip().splitlines()
                if not told or not told[-1].startswith("peak "):
                    raise SystemExit(f"{task}: {done.stderr}")
                peaks[task].append(float(told[-1].split()[1]))
    for task, (few, many) in peaks.items():
        print(f"{task:<8} {few:6.0f} MB at {count:,} reports, {many:6.0f} MB at {4 * count:,}")


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=0)
    parser.add_argument("--ledger", default="bench.db")
    parser.add_argument("--add", type=Path)
    parser.add_argument("--reports", type=int, default=0)
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        with contextlib.suppress(SystemExit):
            one_task(given.task, given.folder, given.reports)
        print(f"peak {peak():.1f}")
        return
    if given.memory:
        memory(given.memory)
    if given.add:
        add(given.add, given.reports, given.reuse)
    if given.claims:
        with Ledger.open(given.ledger) as ledger:
            if not ledger.count_reports(Query()):
                fill(ledger, given.claims)
            ask(ledger)


if __name__ == "__main__":
    main()
