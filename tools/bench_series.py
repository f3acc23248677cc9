"""How series building grows: CPU and memory for ever more claims, in stories of one size.

    tools/bench_series.py [--claims 100000 1000000] [--story 120] [--texts] [--brief] [--at-most-us 100] [--at-most-ratio 1.1]

Each size runs in a process of its own. With `--texts` the reports bring their words, among them copies of a wire, so that
copies and what only words tell are looked for too. `--brief` keeps the claims of the first size in a ledger, lines it up,
adds one report, and writes a brief of it. Exit status 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby

import msgspec

from tallyroom import brief as briefs
from tallyroom.ledger import Ledger, lineup
from tallyroom.model import Extraction, Figure, make_report, with_claim_ids
from tallyroom.series import ReportHeader, SeriesClaim, stream_series

#: A brief takes no longer.
BRIEF_SECONDS = 5.0
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


TOWNS = (
    [first + last for first in ("Al", "Ber", "Cor", "Dal", "Es", "Fer", "Gal", "Hol", "Kal", "Lun") for last in ("nova", "vale", "stad", "mont", "burg")],
    [first + last for first in ("Mor", "Nar", "Or", "Pel", "Quir", "Ros", "Sal", "Tor", "Und", "Vor") for last in ("wick", "holm", "ford", "sund", "nes")],
)  # fmt: skip


def extractions(number: int, story: int) -> Iterator[Extraction]:
    """The made claims as reports of floods, each in a town and a week of its own."""
    for uid, group in groupby(claims(number, story, True), key=lambda claim: claim.report.uid):
        own = list(group)
        event, i = (int(part) for part in uid.split("-"))
        town = TOWNS[0][event % 50] + TOWNS[1][event // 50 % 50].lower()
        text = (own[0].report.text or "").replace("Port Almeda", town)
        day = f"{2000 + event % 25}-{1 + event // 25 % 12:02d}-{1 + i % 28:02d}"
        report = make_report(text, id=f"r{uid}", published=day, outlet=own[0].report.outlet, title=f"Flood in {town}")
        figures, at = [], 0
        for claim in own:
            at = text.index(f"{claim.figure.quote} people", at)
            source = claim.figure.source and claim.figure.source.replace("Port Almeda", town)
            figures.append(
                msgspec.structs.replace(
                    claim.figure, start=at, end=at + len(claim.figure.quote), place=town, source=source,
                    said_at=day if source else None, claim_id="",
                )
            )  # fmt: skip
        yield Extraction(report=report, extractor="bench", figures=with_claim_ids(report.uid, figures))


def brief(number: int, story: int) -> bool:
    """Measure the line-up of a ledger, an addition to it, and its brief in HTML; False where the brief takes too long."""
    with tempfile.TemporaryDirectory() as folder, Ledger.open(f"{folder}/bench.db") as ledger:
        with ledger.transaction():
            for extraction in extractions(number, story):
                ledger.add(extraction)
        began = time.process_time()
        stories = len(lineup.refresh(ledger).built)
        print(f"{number:>9,} claims  first line-up of {stories} stories {time.process_time() - began:.2f} s CPU")
        report = make_report("12 people died in Alnovamorwick, the mayor said.", id="new", published="2000-01-30")
        figure = Figure(
            id="f1", quote="12", start=0, end=2, low=12, best=12, high=12, measure="killed", place="Alnovamorwick"
        )
        ledger.add(Extraction(report=report, extractor="bench", figures=with_claim_ids(report.uid, [figure])))
        began = time.process_time()
        built = len(lineup.refresh(ledger).built)
        print(f"{'':>9}         one report more: {built} story built, {time.process_time() - began:.2f} s CPU")
        began = time.process_time()
        series = lineup.all_series(ledger)
        told = briefs.told_series(series)
        page = briefs.as_html(briefs.make_brief(series, lineup.claims_of(ledger, briefs.cited(told))))
        spent = time.process_time() - began
        print(f"{'':>9}         brief of {len(series):,} series, {len(page):,} characters of HTML: {spent:.2f} s CPU")
        return spent < BRIEF_SECONDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--story", type=int, default=120)
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--at-most-us", type=float, default=100.0)
    parser.add_argument(
        "--at-most-ratio", type=float, default=1.1, help="CPU a claim of the last size against the first"
    )
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        run(args.one, args.story, args.texts)
        return
    if args.brief:
        sys.exit(0 if brief(args.claims[0], args.story) else 1)
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
