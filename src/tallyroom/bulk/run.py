"""A run: plan, what is left to do, the shards on the engine, the manifest; then copies and series over the whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

import msgspec

from tallyroom.bulk.engine import Engine, engine
from tallyroom.bulk.grouping import build_all_series
from tallyroom.bulk.guard import MEGABYTES, SECONDS
from tallyroom.bulk.near import mark_copies
from tallyroom.bulk.records import Shard
from tallyroom.bulk.shard import Done, Settings, run_shard
from tallyroom.bulk.sources import SHARD_BYTES, plan
from tallyroom.bulk.storage import Folder
from tallyroom.errors import InputError, UsageError
from tallyroom.extract import extractor_name

MANIFEST = "manifest.jsonl"
SETTINGS = "settings.json"
COMPARED = "_work/compared.json"


@dataclass
class Progress:
    """How far a run is: what is told while it runs and after."""

    stage: str = "read"
    shards: int = 0
    done: int = 0
    #: Shards found finished, by the manifest or by their own word.
    found: int = 0
    records: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    begun: float = field(default_factory=monotonic)
    #: Records and shards of this run alone, for the rate.
    fresh_records: int = 0
    fresh_shards: int = 0
    workers: int = 1
    #: Inputs that could not be opened.
    faults: list[InputError] = field(default_factory=list)

    def take(self, done: Done, *, fresh: bool) -> None:
        """Count a shard."""
        self.done += 1
        self.records += done.records
        self.rejects.update(done.rejects)
        self.rows.update(done.rows)
        if fresh and not done.found:
            self.fresh_records += done.records
            self.fresh_shards += 1
        else:
            self.found += 1

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.fresh_records / max(monotonic() - self.begun, 0.001)

    @property
    def seconds_left(self) -> float | None:
        """How long the shards that are left will take at the rate so far."""
        if not self.fresh_shards:
            return None
        return (monotonic() - self.begun) / self.fresh_shards * (self.shards - self.done)

    def skipped(self) -> str:
        """The share of records that gave no report, and why."""
        if not self.rejects:
            return "none skipped"
        reasons = ", ".join(f"{name} {count:,}" for name, count in self.rejects.most_common())
        return f"{100 * self.rejects.total() / max(1, self.records):.1f} % skipped ({reasons})"


def _quiet(_: object) -> None:
    return


def bulk(
    inputs: Iterable[str], out: str, *, workers: int = 0, scheduler: str | None = None, with_text: bool = True,
    published: str | None = None, shard_bytes: int = SHARD_BYTES, seconds: float = SECONDS, megabytes: int = MEGABYTES,
    step: Callable[[Progress], None] = _quiet, tell: Callable[[str], None] = _quiet,
) -> Progress:  # fmt: skip
    """Read all inputs into the Parquet tables of the folder `out`; what is there already is not done again.

    `workers` local processes (0: a plain loop in this one), or those of a Dask `scheduler`. An input that cannot be
    opened stands in `faults`, and the rest is read; UsageError where the folder holds results of other settings.
    """
    settings = Settings(extractor=extractor_name(), with_text=with_text, seconds=seconds, megabytes=megabytes)
    folder = _folder(out)
    shards, faults = _planned(inputs, folder, shard_bytes, published)
    _hold(folder, settings)
    progress = Progress(shards=len(shards), faults=faults)
    known = _known(folder)
    left = [shard for shard in shards if shard.id not in known]
    for shard in shards:
        if shard.id in known:
            progress.take(known[shard.id], fresh=False)
    step(progress)
    if not left and (not known or _compared(folder, _mark(known), progress)):
        return progress
    with engine(workers, scheduler, tell) as runner:
        progress.workers = runner.workers
        for done in _read(runner, left, folder, settings):
            folder.append(MANIFEST, msgspec.json.encode(msgspec.structs.replace(done, found=False)) + b"\n")
            known[done.shard] = done
            progress.take(done, fresh=True)
            step(progress)
        _compare(runner, folder, known, progress, step, tell)
    return progress


def _compare(
    runner: Engine, folder: Folder, known: dict[str, Done], progress: Progress, step: Callable[[Progress], None],
    tell: Callable[[str], None],
) -> None:  # fmt: skip
    """Copies and series over all shards of the folder, unless they were made of the same shards before."""
    ids = sorted(known)
    mark = _mark(known)
    if _compared(folder, mark, progress):
        return
    progress.stage = "copies"
    step(progress)
    copies = mark_copies(runner, folder, ids, sum(known[one].shingles for one in ids), mark)
    progress.stage = "series"
    step(progress)
    series = build_all_series(runner, folder, ids, mark, tell)
    folder.write(COMPARED, msgspec.json.encode({"mark": mark, "copies": copies, "series": series}))
    _compared(folder, mark, progress)


def _mark(shards: Iterable[str]) -> str:
    """What stands for a set of shards."""
    return hashlib.sha256(" ".join(sorted(shards)).encode()).hexdigest()[:16]


def _compared(folder: Folder, mark: str, progress: Progress) -> bool:
    """Whether copies and series of these shards are there; their rows are then counted."""
    held = msgspec.json.decode(folder.read(COMPARED) or b"{}", type=dict[str, Any])
    if held.get("mark") != mark:
        return False
    progress.rows.update(copies=held["copies"], series=held["series"])
    return True


def _planned(
    inputs: Iterable[str], folder: Folder, shard_bytes: int, published: str | None
) -> tuple[list[Shard], list[InputError]]:
    shards: dict[str, Shard] = {}
    faults: list[InputError] = []
    for name in inputs:
        try:
            shards.update(
                (shard.id, shard) for shard in plan([name], shard_bytes=shard_bytes, published=published, result=folder)
            )
        except InputError as fault:
            faults.append(fault)
    return list(shards.values()), faults


def _read(runner: Engine, shards: list[Shard], folder: Folder, settings: Settings) -> Iterator[Done]:
    task = partial(run_shard, address=folder.address, settings=settings)
    for _, done in runner.map(task, shards):
        yield done


def _folder(out: str) -> Folder:
    """The folder of the result, made."""
    try:
        folder = Folder(out)
        folder.make()
    except (OSError, ImportError, ValueError, NotImplementedError) as fault:
        raise UsageError(f"{out} cannot be written ({fault}); name another folder with --out") from fault
    return folder


def _hold(folder: Folder, settings: Settings) -> None:
    """Keep the settings with the folder, or see that they are the same."""
    held = folder.read(SETTINGS)
    if held is None:
        folder.write(SETTINGS, msgspec.json.encode(settings) + b"\n")
        return
    before = msgspec.json.decode(held, type=Settings)
    if before != settings:
        differing = [
            f"{name} {getattr(before, name)!r}, now {getattr(settings, name)!r}"
            for name in settings.__struct_fields__
            if getattr(before, name) != getattr(settings, name)
        ]
        raise UsageError(
            f"{folder.address} holds results of other settings ({'; '.join(differing)}); name another folder with --out"
        )


def _known(folder: Folder) -> dict[str, Done]:
    """The shards of the manifest; a last line that was cut off by a kill is passed over."""
    known: dict[str, Done] = {}
    for line in (folder.read(MANIFEST) or b"").split(b"\n"):
        try:
            done = msgspec.json.decode(line, type=Done)
        except msgspec.DecodeError:
            continue
        known[done.shard] = done
    return known


__all__ = ["MANIFEST", "SETTINGS", "Progress", "bulk"]
