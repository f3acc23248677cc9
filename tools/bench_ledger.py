"""Measure the ledger: queries on many claims, the cost of `add` above extraction, and memory in the number of reports.

python tools/bench_ledger.py --claims 1000000 --ledger /tmp/bench.db     # made once, kept
python tools/bench_ledger.py --add REPORTS.jsonl                         # CPU of add over extraction alone
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
import tomllib
from pathlib import Path

import msgspec

from tallyroom.ledger import Ledger, Query
from tallyroom.model import MEASURES, Extraction, Figure, make_report, with_claim_ids

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


def add(path: Path) -> None:
    """CPU of the ledger beside that of extraction, on the same reports."""
    from tallyroom.extract import extract, extractor_name
    from tallyroom.readers import read

    reports = read(path)
    extract(reports[0])
    spent = {"extraction": 0.0, "ledger": 0.0}
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "a.db") as ledger:
        for report in reports:
            begun = time.process_time()
            known = ledger.has_reading(report.uid, extractor_name())
            middle = time.process_time()
            extraction = extract(report)
            read_at = time.process_time()
            if not known:
                ledger.add(extraction)
            spent["ledger"] += middle - begun + time.process_time() - read_at
            spent["extraction"] += read_at - middle
    share = 100 * spent["ledger"] / spent["extraction"]
    print(
        f"{len(reports)} reports: extraction {spent['extraction']:.2f} s CPU, ledger {spent['ledger']:.2f} s: "
        f"{share:.1f} % more"
    )


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=0)
    parser.add_argument("--ledger", default="bench.db")
    parser.add_argument("--add", type=Path)
    given = parser.parse_args()
    if given.add:
        add(given.add)
    if given.claims:
        with Ledger.open(given.ledger) as ledger:
            if not ledger.count_reports(Query()):
                fill(ledger, given.claims)
            ask(ledger)


if __name__ == "__main__":
    main()
