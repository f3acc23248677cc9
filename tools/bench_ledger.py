"""Measure the ledger: queries on many claims, the cost of `add` above extraction, and memory in the number of reports.

python tools/bench_ledger.py --claims 1000000 --ledger /tmp/bench.db     # made once, kept
python tools/bench_ledger.py --add FOLDER --reports 10000 --parts 4      # CPU of add against extract; once for each part
python tools/bench_ledger.py --memory 2000                               # peak memory at 2,000 and at 8,000 reports
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import random
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec

from tallyroom.ledger import Ledger, Query
from tallyroom.model import MEASURES, Extraction, Figure, Report, make_report, with_claim_ids

QUERIES = Path(__file__).with_suffix(".queries.toml")
CLAIMS_A_REPORT = 10
REPORTS_AN_EVENT = 10
BATCH = 500
#: Seconds for which one of two commands runs before the other goes on.
TURN = 2.0


def invented(number: int) -> Extraction:
    """A report of ten figures about nothing, the same for the same number."""
    chance = random.Random(number)
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
    """Add invented reports until there are so many claims; goes on where it was stopped."""
    begun = time.process_time()
    (there,) = ledger.database.rows("select count(*) from report")[0]
    for first in range(there, claims // CLAIMS_A_REPORT, BATCH):
        with ledger.transaction():
            for number in range(first, min(first + BATCH, claims // CLAIMS_A_REPORT)):
                ledger.add(invented(number))
    print(
        f"{claims - there * CLAIMS_A_REPORT:,} claims written in {time.process_time() - begun:.0f} s CPU, peak memory {peak():.0f} MB"
    )


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


def made_reports(first: int, count: int) -> Iterator[Report]:
    """So many of the invented reports that tell of figures, each with words of its own, from number `first` on.

    Every ten tell of the places and days of their own, so that they make as many stories as an archive has.
    """
    from make_archive import OUTLETS, article, kind_of

    telling = (page for page in itertools.count() if kind_of(1, page) == "figures")
    for number, page in enumerate(itertools.islice(telling, first, first + count), start=first):
        told, outlet = article(1, page), OUTLETS[page % len(OUTLETS)]
        event = number // REPORTS_AN_EVENT
        day = date(2000, 1, 1) + timedelta(days=8 * event + number % REPORTS_AN_EVENT)
        title, text = (renamed(words, event) for words in (told.title, "\n\n".join(told.paragraphs)))
        yield make_report(text, id=f"page-{page}", published=day.isoformat(), outlet=outlet.name, title=title)


def renamed(text: str, event: int) -> str:
    """The text with other places and people: the same ones for one event."""
    from make_archive import words

    slots = words()["slots"]
    names = [name for slot in ("town", "region", "country", "first", "last") for name in slots[slot]]
    chance = random.Random(event)
    syllables = ("ba", "dor", "fel", "gan", "hil", "ka", "lu", "mer", "no", "pas", "ri", "sto", "tem", "vo", "zan")
    others = {name: "".join(chance.sample(syllables, 3)).capitalize() for name in names}
    return re.sub("|".join(sorted(map(re.escape, names), key=len, reverse=True)), lambda found: others[found[0]], text)


def cpu_in_turns(*commands: list[str]) -> list[float]:
    """The seconds of CPU that commands of `tallyroom` took, with their start.

    They run by turns, one at a time: whatever else the machine does meanwhile weighs on all of them alike.
    """
    program = "import sys; from tallyroom.cli import main; sys.argv[0] = 'tallyroom'; main()"
    spent = [0.0] * len(commands)
    running: dict[int, int] = {}
    for number, words in enumerate(commands):
        with Path(os.devnull).open("wb") as nowhere:
            started = subprocess.Popen([sys.executable, "-c", program, *words], stdout=nowhere)
        os.kill(started.pid, signal.SIGSTOP)
        running[started.pid] = number
    while running:
        for pid, number in list(running.items()):
            os.kill(pid, signal.SIGCONT)
            ends = time.monotonic() + TURN
            while time.monotonic() < ends:
                done, status, used = os.wait4(pid, os.WNOHANG)
                if done:
                    del running[pid]
                    if status:
                        told = os.waitstatus_to_exitcode(status)
                        raise SystemExit(f"tallyroom {commands[number][0]} ended with {told}")
                    spent[number] = used.ru_utime + used.ru_stime
                    break
                time.sleep(0.02)
            else:
                os.kill(pid, signal.SIGSTOP)
    return spent


def add(folder: Path, count: int, parts: int) -> None:
    """CPU of `add` beside that of `extract` on the same reports, part by part into one ledger; does the next part that is left."""
    from tallyroom.model import encode_json

    folder.mkdir(parents=True, exist_ok=True)
    spent = folder / "spent.jsonl"
    done = spent.read_text(encoding="utf-8").splitlines() if spent.exists() else []
    part, size = len(done), count // parts
    if part == parts:
        raise SystemExit(f"all {parts} parts are done; remove {folder} to begin anew")
    reports = folder / f"part-{part}.jsonl"
    with reports.open("wb") as out:
        for report in made_reports(part * size, size):
            out.write(encode_json(Extraction(report=report, extractor="")) + b"\n")
    extraction, adding = cpu_in_turns(
        ["extract", str(reports)], ["add", str(reports), "--ledger", str(folder / "a.db"), "--quiet"]
    )
    row = {"reports": size, "extract": extraction, "add": adding}
    with spent.open("ab") as file:
        file.write(msgspec.json.encode(row) + b"\n")
    with Ledger.open(folder / "a.db") as ledger:
        claims = ledger.database.rows("select count(*) from claim where valid_to = '9999'")[0][0]
    print(f"part {part + 1} of {parts}: {cost([row])}")
    print(f"in all: {cost([*map(msgspec.json.decode, done), row])}; the ledger holds {claims:,} claims")


def cost(rows: list[dict[str, float]]) -> str:
    """What was spent on extraction and on `add`, and the ratio, in words."""
    reports, extraction, adding = (sum(row[name] for row in rows) for name in ("reports", "extract", "add"))
    return f"{reports:,} reports, extract {extraction:.1f} s CPU, add {adding:.1f} s: {adding / extraction:.3f} times"


def one_task(task: str, path: Path, count: int) -> None:
    """One of the tasks whose memory is measured, in a process of its own."""
    from tallyroom.cli import tallyroom

    ledger = str(path / "memory.db")
    if task == "fill":
        with Ledger.open(ledger) as held:
            for number in range(count):
                held.add(invented(number))
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
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--parts", type=int, default=4)
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
        add(given.add, given.reports, given.parts)
    if given.claims:
        with Ledger.open(given.ledger) as ledger:
            fill(ledger, given.claims)
            ask(ledger)


if __name__ == "__main__":
    main()
