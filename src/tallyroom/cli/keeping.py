"""`add`, `import`, `verify`, `diff`: what goes into a ledger, whether it still holds, what changed."""

from __future__ import annotations

import gc
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tallyroom.cli.opening import open_ledger
from tallyroom.cli.options import ledger_option
from tallyroom.errors import InputError, TallyroomError, UsageError

if TYPE_CHECKING:
    from tallyroom.ledger import Ledger
    from tallyroom.ledger.diff import Side
    from tallyroom.ledger.store import Added
    from tallyroom.model import Extraction, Report


_Item = TypeVar("_Item")

#: After so many new reports their series are lined up at once; after fewer the next question does it.
MANY = 100


@click.command("add")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@ledger_option
@click.option("--collection", metavar="NAME", help="Group these reports under a name.")
@click.option("--published", metavar="DATE", help="The date of publication where the input has none.")
@click.option("--allow-private", is_flag=True, help="Let a URL lead to private or loopback addresses.")
@click.option("--quiet", is_flag=True, help="No progress.")
def add_command(
    inputs: tuple[str, ...],
    ledger: str,
    collection: str | None,
    published: str | None,
    allow_private: bool,
    quiet: bool,
) -> None:
    """Read reports into a ledger. Stop it with Ctrl-C and run it again: it goes on where it stopped.

    The same report twice changes nothing; a changed text under the same address becomes a new version.
    """
    from tallyroom.extract import extract_among, extractor_name
    from tallyroom.ledger.renewal import renew
    from tallyroom.readers import read_inputs
    from tallyroom.series.compare import counted

    faults = kept = known = again = figures = 0
    with open_ledger(ledger, create=True) as held, _progress(_expected(inputs), quiet) as step:
        reader = extractor_name()
        try:
            items = read_inputs(inputs, published=published, allow_private=allow_private)
            for some in _some_at_a_time(extract_among(_unread(items, held, reader))):
                done, found, told = _keep(held, some, collection)
                kept, figures, faults = kept + sum(one.new_report for one in done), figures + found, faults + len(told)
                again += sum(one.new_reading and not one.new_report for one in done)
                known += some.count(None) + sum(not one.new_report for one in done)
                for fault in told:
                    click.echo(f"tallyroom: {fault}", err=True)
                step(len(some) - len(told), figures)
            if kept + again >= MANY:
                if not quiet:
                    click.echo(f"{counted(kept + again, 'report')} kept; lining up the series", err=True)
                gc.freeze()  # what was read with stays; a look for cycles need not go through it again and again
                renew(held)
        except KeyboardInterrupt:
            stopped = f"stopped: {counted(kept + again, 'report')} kept in {held.where}; run the same again to go on"
            click.echo(stopped, err=True)
            sys.exit(130)
        added = f"{counted(kept, 'report')} with {counted(figures, 'figure')}"
        there = f"{known:,} {'was' if known == 1 else 'were'} there"
        if again:
            added = (
                f"{counted(kept, 'report')} added to {held.where}, {again:,} read anew; {counted(figures, 'figure')}"
            )
            click.echo(f"{added}; {there}", err=True)
        else:
            click.echo(f"{added} added to {held.where}; {there}", err=True)
    sys.exit(1 if faults else 0)


#: More reports than are ever read together, and not yet kept.
_WAITING = 200
#: What was read is kept so many reports at a time: one commit costs half as much as all else that is written of a report.
_TOGETHER = 64
#: Seconds after which what was read is kept in any case.
_LONGEST = 2.0


def _some_at_a_time(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """The items a few at a time: as many as came quickly one after the other."""
    some: list[_Item] = []
    due = 0.0
    for item in items:
        due = due if some else monotonic() + _LONGEST
        some.append(item)
        if len(some) == _TOGETHER or monotonic() >= due:
            yield some
            some = []
    if some:
        yield some


def _unread(items: Iterable[Report | InputError], held: Ledger, reader: str) -> Iterator[Report | InputError | None]:
    """The reports that the ledger has no reading of, faults as they are, and None for each report that it has one of."""
    taken: deque[str] = deque(maxlen=_WAITING)
    for item in items:
        if isinstance(item, InputError):
            yield item
        elif item.uid in taken or held.has_reading(item.uid, reader):
            yield None
        else:
            taken.append(item.uid)
            yield item


def _keep(
    held: Ledger, some: Iterable[Extraction | InputError | None], collection: str | None
) -> tuple[list[Added], int, list[TallyroomError]]:
    """Keep what was read, together; what that did report by report, how many figures are new, and the faults."""
    from tallyroom.ledger import TwoReports

    read = [item for item in some if item is not None and not isinstance(item, InputError)]
    told: list[TallyroomError] = [item for item in some if isinstance(item, InputError)]
    done: list[Added] = []
    figures = 0
    with held.transaction() if read else nullcontext():
        for extraction in read:
            try:
                done.append(held.add(extraction, collection=collection))
                figures += len(extraction.figures) if done[-1].new_reading else 0
            except TwoReports as fault:
                told.append(fault)
    return done, figures, told


def _expected(inputs: tuple[str, ...]) -> int | None:
    """How many reports to expect, where that is cheap to tell."""
    expected = 0
    for name in inputs:
        path = Path(name)
        if name == "-" or "://" in name:
            return None
        if path.is_dir():
            expected += sum(1 for item in path.rglob("*") if item.is_file())
        elif path.suffix == ".jsonl" and path.is_file():
            with path.open("rb") as file:
                expected += sum(1 for _ in file)
        else:
            expected += 1
    return expected


@contextmanager
def _progress(total: int | None, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Progress on standard error: reports done, figures found, rate, time left."""
    if quiet or not sys.stderr.isatty():
        yield lambda reports, figures: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        MofNCompleteColumn(), TextColumn("reports, {task.fields[figures]} figures, {task.fields[rate]}"), BarColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("add", total=total, figures=0, rate="")
        begun, done = monotonic(), 0

        def step(reports: int, figures: int) -> None:
            nonlocal done
            done += reports
            rate = done / max(monotonic() - begun, 0.001)
            shown.update(task, advance=reports, figures=figures, rate=f"{rate:.1f} reports/s")

        yield step


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@ledger_option
@click.option("--reader", metavar="NAME", help="Who read it: gold, another model, a person.")
@click.option("--collection", metavar="NAME", help="Group these reports under a name.")
@click.option("--where", metavar="SQL", help="Of a bulk folder only reports that fit: a condition on the columns of its table reports.")  # fmt: skip
def import_command(
    files: tuple[str, ...], ledger: str, reader: str | None, collection: str | None, where: str | None
) -> None:
    """Take in extraction JSON Lines, the JSON Lines that a ledger exported, or a folder that `bulk` wrote.

    `-` is standard input.
    """
    from tallyroom.ledger import TwoReports

    faults = fresh = same = 0
    with open_ledger(ledger, create=True) as held:
        try:
            for place, row in (found for name in files for found in _rows(name, where)):
                try:
                    if isinstance(row, InputError):
                        raise row
                    if _take(held, row, reader, collection, place):
                        fresh += 1
                    else:
                        same += 1
                except (InputError, UsageError, TwoReports) as fault:
                    faults += 1
                    click.echo(f"tallyroom: {fault}", err=True)
        except KeyboardInterrupt:
            click.echo(f"stopped: {fresh} new kept in {held.where}; run the same again to go on", err=True)
            sys.exit(130)
        click.echo(f"{fresh} new, {same} known before, in {held.where}", err=True)
    sys.exit(1 if faults else 0)


def _take(held: Ledger, row: dict[str, Any], reader: str | None, collection: str | None, where: str) -> bool:
    from tallyroom.ledger.dump import is_entry, load_entry
    from tallyroom.ledger.load import extraction_of

    if is_entry(row):
        return load_entry(held, row, where)
    return held.add(extraction_of(row, reader, where), collection=collection or row.get("collection")).new_reading


def _rows(name: str, where: str | None) -> Iterator[tuple[str, dict[str, Any] | InputError]]:
    from tallyroom.ledger.bulk_folder import extractions_in, is_bulk_folder

    if is_bulk_folder(name):
        yield from ((f"{name}#{row['id']}", row) for row in extractions_in(name, where))
    elif where is not None:
        raise UsageError(f"--where is for folders that `tallyroom bulk` wrote, and {name} is none")
    else:
        yield from _lines(name)


def _lines(name: str) -> Iterator[tuple[str, dict[str, Any] | InputError]]:
    try:
        with sys.stdin.buffer if name == "-" else open(name, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                where = f"{name}#{number}"
                try:
                    row = json.loads(line)
                    yield where, row if isinstance(row, dict) else InputError(where, "no JSON object")
                except (ValueError, RecursionError):
                    yield where, InputError(where, "no JSON; give JSON Lines, one object a line")
    except OSError as fault:
        yield name, InputError(name, f"cannot be read ({fault.strerror})")


@click.command("verify")
@ledger_option
def verify_command(ledger: str) -> None:
    """Read every stored text again: does each quote stand where it is said to stand, does every hash hold?"""
    from tallyroom.ledger.verify import Checked, verify
    from tallyroom.series.compare import counted
    from tallyroom.show import harmless

    checked, faults = Checked(), 0
    with open_ledger(ledger) as held:
        for fault in verify(held, checked):
            faults += 1
            click.echo(f"{harmless(fault.report_id)}: {harmless(fault.what)}")
    click.echo(
        f"{counted(checked.reports, 'report')} ({checked.redacted} redacted), {counted(checked.quotes, 'quote')}, "
        f"{counted(checked.judgements, 'judgement')}: {'all hold' if not faults else f'{faults} ' + ('does' if faults == 1 else 'do') + ' not hold'}"
    )
    sys.exit(1 if faults else 0)


@click.command("diff")
@click.argument("a")
@click.argument("b")
@ledger_option
@click.option("--extractors", is_flag=True, help="A and B are extractors of --ledger.")
@click.option("--known-at", "moments", is_flag=True, help="A and B are moments of --ledger.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
def diff_command(a: str, b: str, ledger: str, extractors: bool, moments: bool, form: str) -> None:
    """What was added, revised and withdrawn from A to B: two ledgers, two moments or two extractors of one ledger."""
    import msgspec

    from tallyroom.ledger.diff import diff

    counts = {"added": 0, "revised": 0, "withdrawn": 0}
    with _sides(a, b, ledger, extractors, moments) as (first, second):
        for change in diff(first, second):
            counts[change.change] += 1
            click.echo(msgspec.json.encode(change).decode() if form == "jsonl" else _change_line(change))
    if form == "table":
        click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


@contextmanager
def _sides(a: str, b: str, ledger: str, extractors: bool, moments: bool) -> Iterator[tuple[Side, Side]]:
    from tallyroom.ledger.diff import Side

    if extractors or moments:
        with open_ledger(ledger) as held:
            if moments:
                yield Side(held, known_at=a), Side(held, known_at=b)
            else:
                yield Side(held, extractor=held.known_extractor(a)), Side(held, extractor=held.known_extractor(b))
        return
    with open_ledger(a) as one, open_ledger(b) as other:
        yield Side(one), Side(other)


def _change_line(change: Any) -> str:
    from tallyroom.show import harmless

    line = f"{change.change:<9}  {change.report_id} {change.start}-{change.end}  {change.quote}"
    for name, (before, after) in change.fields.items():
        line += f"  {name}: {before} → {after}"
    return harmless(line)
