"""How series building grows: CPU and memory for ever more claims, in stories of one size.

    tools/bench_series.py [--claims 100000 1000000] [--story 120] [--texts] [--at-most-us 100] [--at-most-ratio 1.1]

Each size runs in a process of its own. With `--texts` the reports bring their words, among them copies of a wire, so that
copies and what only words tell are looked for too. Exit status 1 where a limit is broken.
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


SENTENCES = (
    "{0} people were {1} in Port Almeda, {2} said on the day after the flood.",
    "Rescue teams with boats searched the lower town of Port Almeda for the third night in a row.",
    "The river has fallen by {3} centimetres since the morning, but more rain is forecast for the weekend.",
    "Schools stay shut, and trains on the coast line do not stop between Lesna and the capital.",
    "Residents were told to boil their water until the pumping station number {4} works again.",
)


def wording(event: int, i: int, figures: list[tuple[str, int, str]]) -> tuple[str, list[int]]:
    """A report of some hundred words; every third repeats the wire of its day. With the places of its numbers."""
    wire = i - i % 3
    parts, places = [], []
    for j, (measure, value, source) in enumerate(figures):
        places.append(sum(map(len, parts)))
        parts.append(SENTENCES[0].format(value, measure, source) + " ")
        parts.append(SENTENCES[1 + (wire + j + event) % 4].format("", "", "", wire % 90, event % 80) + " ")
    return "".join(parts), places


def claims(number: int, story: int, texts: bool) -> Iterator[SeriesClaim]:
    """Made claims, story by story: reports of four measures each, rising totals, five ways to name a source."""
    made = 0
    for event in range(number // story + 1):
        for i in range(story // len(MEASURES)):
            day = f"2031-{1 + i // 28 % 12:02d}-{1 + i % 28:02d}"
            told = [
                (measure, 10 + i * (3 + j) + event % 7, SOURCES[(i + j) % len(SOURCES)])
                for j, measure in enumerate(MEASURES)
            ]
            text, places = (
                wording(event, i, [(m, v, s or "officials") for m, v, s in told]) if texts else (None, [0] * 9)
            )
            header = ReportHeader(
                uid=f"{event}-{i}",
                id=f"{event}-{i}",
                published=day,
                outlet=f"Outlet {i % 9}",
                event=f"event-{event}",
                text=text,
            )
            for j, (measure, value, source) in enumerate(told):
                if made == number:
                    return
                made += 1
                start = places[j] if texts else j * 90
                yield SeriesClaim(
                    header,
                    Figure(
                        id=f"f{j}", claim_id=f"{event}-{i}-{j}", quote=str(value), start=start, end=start + len(str(value)),
                        low=value, best=value, high=value, measure=measure, population="people", place="Port Almeda",
                        source=source, said_at=day if source else None,
                        aggregation="stock" if measure == "missing" else "cumulative",
                    ),
                )  # fmt: skip


def run(number: int, story: int, texts: bool) -> None:
    """Build, and print CPU seconds, microseconds a claim, peak MiB, series; the making of the claims is not counted."""
    began = time.process_time()
    for _ in claims(number, story, texts):
        pass
    made = time.process_time() - began
    began = time.process_time()
    series = sum(1 for _ in stream_series(claims(number, story, texts)))
    spent = time.process_time() - began - made
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{spent:.2f} {spent / number * 1e6:.1f} {peak:.0f} {series}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--story", type=int, default=120)
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--at-most-us", type=float, default=100.0)
    parser.add_argument(
        "--at-most-ratio", type=float, default=1.1, help="CPU a claim of the last size against the first"
    )
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        run(args.one, args.story, args.texts)
        return
    rows = []
    for number in args.claims:
        command = [
            sys.executable,
            __file__,
            "--one",
            str(number),
            "--story",
            str(args.story),
            *(["--texts"] if args.texts else []),
        ]
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
