"""How series building grows: CPU and memory for ever more claims, in stories of one size.

    tools/bench_series.py [--claims 100000 1000000] [--story 120] [--at-most-us 100] [--at-most-ratio 11]

Each size runs in a process of its own. Exit status 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from tallyroom.model import Figure
from tallyroom.series import ReportHeader, SeriesClaim, stream_series

MEASURES = ("killed", "injured", "missing", "displaced")
SOURCES = ("Interior Ministry of Italy", "Red Cross", "Lucia Bianchi", None, "the mayor of Port Almeda")


def claims(number: int, story: int) -> Iterator[SeriesClaim]:
    """Made claims, story by story: reports of four measures each, rising totals, five ways to name a source."""
    made = 0
    for event in range(number // story + 1):
        for i in range(story // len(MEASURES)):
            day = f"2031-{1 + i // 28 % 12:02d}-{1 + i % 28:02d}"
            header = ReportHeader(
                uid=f"{event}-{i}", id=f"{event}-{i}", published=day, outlet=f"Outlet {i % 9}", event=f"event-{event}"
            )
            for j, measure in enumerate(MEASURES):
                if made == number:
                    return
                made += 1
                value = 10 + i * (3 + j) + event % 7
                source = SOURCES[(i + j) % len(SOURCES)]
                yield SeriesClaim(
                    header,
                    Figure(
                        id=f"f{j}", claim_id=f"{event}-{i}-{j}", quote=str(value), start=j * 90, end=j * 90 + 4, low=value, best=value,
                        high=value, measure=measure, population="people", place="Port Almeda", source=source,
                        said_at=day if source else None, aggregation="stock" if measure == "missing" else "cumulative",
                    ),
                )  # fmt: skip


def run(number: int, story: int) -> None:
    """Build, and print CPU seconds, microseconds a claim, peak MiB, series."""
    began = time.process_time()
    series = sum(1 for _ in stream_series(claims(number, story)))
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{spent:.2f} {spent / number * 1e6:.1f} {peak:.0f} {series}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--story", type=int, default=120)
    parser.add_argument("--at-most-us", type=float, default=100.0)
    parser.add_argument(
        "--at-most-ratio", type=float, default=1.1, help="CPU a claim of the last size against the first"
    )
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        run(args.one, args.story)
        return
    rows = []
    for number in args.claims:
        command = [sys.executable, __file__, "--one", str(number), "--story", str(args.story)]
        spent, each, peak, series = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        rows.append(float(each))
        print(
            f"{number:>9,} claims  {spent:>8} s CPU  {each:>6} us a claim  {peak:>5} MiB at most  {series} series",
            flush=True,
        )
    broken = max(rows) > args.at_most_us or rows[-1] > rows[0] * args.at_most_ratio
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
