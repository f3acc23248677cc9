"""`bulk`: archives to Parquet, on one machine or a cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tallyroom.bulk.run import Progress


@click.command("bulk")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, metavar="DIR", help="The folder of the result: a path or an address for fsspec.")
@click.option(
    "--workers", type=click.IntRange(0, 1024), help="Local processes; by default one a core. 0 reads in a plain loop."
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, tcp://host:8786: its workers do the work.")
@click.option("--no-text", is_flag=True, help="Leave the text of the reports out.")
@click.option("--published", metavar="DATE", help="The date of publication where a record has none.")
@click.option("--shard-mb", type=click.FloatRange(0.001, 100_000), default=32, show_default=True, help="Bytes of an archive that one task reads, in MB.")  # fmt: skip
@click.option("--limit-seconds", type=click.FloatRange(0.1), default=60, show_default=True, help="CPU that one record may take.")  # fmt: skip
@click.option(
    "--limit-mb", type=click.IntRange(300), default=800, show_default=True, help="Memory that reading may hold."
)
@click.option("--quiet", is_flag=True, help="No progress.")
def bulk_command(
    inputs: tuple[str, ...], out: str, workers: int | None, scheduler: str | None, no_text: bool, published: str | None,
    shard_mb: float, limit_seconds: float, limit_mb: int, quiet: bool,
) -> None:  # fmt: skip
    """Read archives (WARC, WACZ, JSON Lines, Parquet, folders of pages) into Parquet tables in DIR.

    Stop it and run the same again: it does only the rest. Records that give no report stand in DIR/rejects with the
    reason; they are no fault of the run.
    """
    from tallyroom.bulk.run import bulk
    from tallyroom.readers.published import check_published

    if published is not None:
        check_published(published)
    try:
        with _shown(quiet) as step:
            done = bulk(
                inputs, out, workers=_cores() if workers is None else workers, scheduler=scheduler, with_text=not no_text,
                published=published, shard_bytes=int(shard_mb * 1_000_000), seconds=limit_seconds, megabytes=limit_mb,
                step=step, tell=lambda words: click.echo(f"tallyroom: {words}", err=True),
            )  # fmt: skip
    except KeyboardInterrupt:
        click.echo(f"stopped: what is done stands in {out}; run the same again to go on", err=True)
        sys.exit(130)
    for fault in done.faults:
        click.echo(f"tallyroom: {fault}", err=True)
    rows = ", ".join(f"{count:,} {name}" for name, count in sorted(done.rows.items()))
    again = f", {done.found} of {done.shards} shards were there" if done.found else ""
    click.echo(f"{done.records:,} records: {done.skipped()}; {rows} in {out}{again}", err=True)
    sys.exit(1 if done.faults else 0)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _shown(quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """Progress on standard error: shards done, records a second, what was skipped and why, time left."""
    if quiet:
        yield lambda progress: None
        return
    if not sys.stderr.isatty():
        yield _every(60.0)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[words]}"))
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("read", total=None, words="")

        yield lambda progress: bar.update(
            task, description=progress.stage, total=progress.shards, completed=progress.done, words=_words(progress)
        )


def _every(seconds: float) -> Callable[[Progress], None]:
    """A line now and then, for logs."""
    last = monotonic()

    def step(progress: Progress) -> None:
        nonlocal last
        if monotonic() - last >= seconds:
            last = monotonic()
            click.echo(f"{progress.stage}: {progress.done} of {progress.shards} shards, {_words(progress)}", err=True)

    return step


def _words(progress: Progress) -> str:
    left = progress.seconds_left
    words = f"{progress.rate:.1f} records/s, {progress.skipped()}"
    return words if left is None else f"{words}, {_duration(left)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
