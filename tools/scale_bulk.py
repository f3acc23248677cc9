"""What a month of a news crawl and a year of a web archive cost in bulk: from measured figures, and simulated where not linear.

    tools/scale_bulk.py [--cpu-ms 18] [--worker-mb 402] ...      prints the tables of docs/scale.md

The defaults are what `tools/bench_bulk.py` printed on the day that docs/scale.md names. Two things do not grow with the
number of pages: pairs of near copies (with the squares of the wires' sizes) and the largest group that hangs together.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

from tallyroom.copies import COMMON
from tallyroom.series.records import ReportHeader
from tallyroom.series.stories import Signature, stories_in_order

CASES = (("a month of a news crawl", 10**7, 30), ("a year of a web archive", 10**9, 365))
#: One report in ten repeats a wire.
COPIES = 0.1
BYTES_A_PAIR = 24


def linear(given: argparse.Namespace) -> None:
    print("| | " + " | ".join(name for name, _, _ in CASES) + " |\n|---|" + "---|" * len(CASES))
    rows = {
        "pages": lambda n: f"{n:,}",
        "core hours of reading": lambda n: f"{n * given.cpu_ms / 3.6e6:,.0f}",
        "cores to read it in 12 hours": lambda n: f"{n * given.cpu_ms / 1000 / 43200:,.0f}",
        "memory of those cores, GB": lambda n: f"{n * given.cpu_ms / 1000 / 43200 * given.worker_mb / 1000:,.0f}",
        "archives read, TB": lambda n: f"{n * given.in_bytes / 1e12:,.2f}",
        "tables with text, TB": lambda n: f"{n * given.out_bytes / 1e12:,.3f}",
        "hashes of shingles, TB": lambda n: f"{n * given.work_bytes / 1e12:,.3f}",
        "shards of 32 MB": lambda n: f"{n * given.in_bytes / 32e6:,.0f}",
        "files, with 8 months a shard": lambda n: f"{n * given.in_bytes / 32e6 * 8 * 3.2:,.0f}",
        "manifest, MB": lambda n: f"{n * given.in_bytes / 32e6 * 1.2e-3:,.0f}",
    }
    for name, value in rows.items():
        print(f"| {name} | " + " | ".join(value(n) for _, n, _ in CASES) + " |")


def near_copies(given: argparse.Namespace) -> None:
    """Wires of every size: of size k with a frequency of k^-2.2, up to as many as there are outlets."""
    print(
        "\n| pages | wires | largest | pairs of near copies | rows of pairs, GB | lost: wires over the limit |\n|---|---|---|---|---|---|"
    )
    for pages in (10**5, 10**6, 10**7, 10**8):
        chance = random.Random(f"wires/{pages}")
        left, sizes = pages * COPIES, Counter[int]()
        while left > 0:
            size = min(given.outlets, max(2, int(2 * chance.paretovariate(1.2))))
            sizes[size] += 1
            left -= size - 1
        pairs = sum(count * size * (size - 1) // 2 for size, count in sizes.items() if size <= COMMON)
        over = sum(count for size, count in sizes.items() if size > COMMON)
        print(
            f"| {pages:,} | {sizes.total():,} | {max(sizes):,} | {pairs:,} | {pairs * BYTES_A_PAIR / 1e9:.2f} | {over:,} |"
        )


def sampled(given: argparse.Namespace) -> None:
    """What is lost where only one hash in so many is kept: pairs that share 14 shingles up, by 4,000 draws each."""
    print("\n| hashes kept | storage | pairs sharing 14 found | sharing 28 | sharing 100 |\n|---|---|---|---|---|")
    chance = random.Random("sampled")
    for one_in in (1, 2, 4, 8):
        found = []
        for shared in (14, 28, 100):
            hits = sum(any(chance.random() * one_in < 1 for _ in range(shared)) for _ in range(4000))
            found.append(f"{hits / 4000:.3f}")
        print(f"| 1 in {one_in} | {100 / one_in:.0f} % | " + " | ".join(found) + " |")


def largest_story(given: argparse.Namespace) -> None:
    """Reports of events in the places of a world: 34,000 names, told of by rank, 60 days, twelve names a report."""
    print("\n| reports with figures | stories | largest | share | microseconds a report |\n|---|---|---|---|---|")
    for reports in given.reports:
        chance = random.Random(f"stories/{reports}")
        signatures = []
        for number in range(reports):
            event = int(reports / 6 * chance.random())
            own = random.Random(f"{reports}/{event}")
            place, day = f"p{int(34_000 * own.random() ** 2)}", int(60 * own.random())
            about = [f"w{int(60_000 * own.random() ** 2)}" for _ in range(8)]
            other = [f"w{int(60_000 * chance.random() ** 3)}" for _ in range(4)]
            strong = frozenset((place, f"n:{own.randrange(190)}"))
            header = ReportHeader(uid=f"{number:08x}", id=str(number))
            names = strong | frozenset(chance.sample(about, 5)) | frozenset(other)
            hazard = own.choice((None, "quake", "flood", "fire", "battle", "crash"))
            signatures.append(Signature(header, day + int(6 * chance.random()), strong, names, hazard))
        signatures.sort(key=lambda one: (one.day or 0, one.header.uid))
        begun = time.process_time()
        sizes = Counter(stories_in_order(signatures).values())
        spent = time.process_time() - begun
        most = max(sizes.values())
        print(
            f"| {reports:,} | {len(sizes):,} | {most:,} | {most / reports:.3f} | {1e6 * spent / reports:.0f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpu-ms", type=float, default=18.0, help="CPU a page, WARC to Parquet")
    parser.add_argument("--worker-mb", type=float, default=402.0)
    parser.add_argument("--in-bytes", type=float, default=23_189.0, help="packed bytes a page")
    parser.add_argument("--out-bytes", type=float, default=1_165.0, help="bytes a page in all tables")
    parser.add_argument("--work-bytes", type=float, default=1_695.0, help="bytes a page of hashes and signatures")
    parser.add_argument("--outlets", type=int, default=2_000)
    parser.add_argument("--reports", type=int, nargs="+", default=[5_000, 20_000, 80_000])
    given = parser.parse_args()
    linear(given)
    near_copies(given)
    sampled(given)
    largest_story(given)


if __name__ == "__main__":
    main()
