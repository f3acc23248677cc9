"""One task: read a shard, write its parts, leave word that it is done; a shard that finds that word does nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import msgspec

from tallyroom.bulk.guard import MEGABYTES, SECONDS, Guard
from tallyroom.bulk.reader import Outcome, rejected
from tallyroom.bulk.records import Raw, Reject, Shard
from tallyroom.bulk.sources import read_shard
from tallyroom.bulk.storage import Folder
from tallyroom.bulk.tables import BY_MONTH, TABLES
from tallyroom.errors import TallyroomError

#: So many records travel to the reading process at once.
BATCH = 64
WORK = "_work"
DONE = "_shards"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What decides the output beside the input: a folder holds results of one setting."""

    extractor: str
    schema: int = 1
    with_text: bool = True
    seconds: float = SECONDS
    megabytes: int = MEGABYTES


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The word that a finished shard leaves, and its line in the manifest."""

    shard: str
    archive: str
    start: int
    end: int
    extractor: str
    #: Records looked at, and those that gave no report by reason.
    records: int
    rejects: dict[str, int]
    #: table → rows; [name, rows] of each part.
    rows: dict[str, int]
    parts: list[tuple[str, int]]
    #: What comparing all reports needs: files, and how many shingles.
    work: list[str]
    shingles: int
    seconds: float
    cpu_seconds: float
    #: Whether it was found finished.
    found: bool = False


class WrongExtractor(Exception):
    """This worker would read otherwise than the run does: its extractor is another."""

    def __init__(self, wanted: str, own: str) -> None:
        super().__init__(wanted, own)
        self.wanted = wanted
        self.own = own


_guards: dict[Settings, Guard] = {}


def run_shard(shard: Shard, address: str, settings: Settings) -> Done:
    """Do a shard in this process's reading process, unless its finished parts are there already."""
    folder = Folder(address)
    if (found := finished(folder, shard.id)) is not None:
        return msgspec.structs.replace(found, found=True)
    guard = _guards.get(settings)
    if guard is None:
        guard = Guard(seconds=settings.seconds, megabytes=settings.megabytes, with_text=settings.with_text)
        _guards[settings] = guard
    guard.start()
    if guard.extractor != settings.extractor:
        raise WrongExtractor(settings.extractor, guard.extractor)
    try:
        return write_shard(
            shard, folder, settings, outcomes_of(shard, guard.read), spent=lambda: time.process_time() + guard.spent()
        )
    except OSError as fault:
        raise TallyroomError(f"{shard.name}: {fault}") from fault


def close_guards() -> None:
    """End the reading processes of this process."""
    for guard in _guards.values():
        guard.close()
    _guards.clear()


def finished(folder: Folder, shard_id: str) -> Done | None:
    """The word of a shard that is done and whose parts are there."""
    word = folder.read(f"{DONE}/{shard_id}.json")
    if word is None:
        return None
    done = msgspec.json.decode(word, type=Done)
    names = [*(name for name, _ in done.parts), *done.work]
    return done if all(folder.exists(name) for name in names) else None


def outcomes_of(shard: Shard, read: Callable[[list[Raw]], list[list[Outcome]]]) -> Iterator[list[Outcome]]:
    """The outcomes of each record of a shard, in order; `read` takes a few records at once."""
    batch: list[Raw] = []
    waiting: list[Raw | Reject] = []
    for record in read_shard(shard):
        waiting.append(record)
        if isinstance(record, Raw):
            batch.append(record)
        if len(batch) == BATCH:
            yield from _in_order(waiting, read(batch))
            batch, waiting = [], []
    yield from _in_order(waiting, read(batch) if batch else [])


def _in_order(waiting: list[Raw | Reject], answers: list[list[Outcome]]) -> Iterator[list[Outcome]]:
    left = iter(answers)
    for record in waiting:
        yield [rejected(record)] if isinstance(record, Reject) else next(left)


def write_shard(
    shard: Shard, folder: Folder, settings: Settings, outcomes: Iterator[list[Outcome]], *,
    spent: Callable[[], float] = time.process_time,
) -> Done:  # fmt: skip
    """Write the parts of a shard from the outcomes of its records: first beside, then renamed, then the word."""
    begun, spent_before = time.monotonic(), spent()
    records = 0
    rejects: Counter[str] = Counter()
    with TemporaryDirectory(prefix="tallyroom-") as local:
        spool = _Spool(Path(local))
        for own in outcomes:
            records += 1
            for outcome in own:
                if outcome.reason:
                    rejects[outcome.reason] += 1
                spool.take(outcome)
        parts = spool.write_parts(shard.id, folder)
    rows: Counter[str] = Counter()
    for name, count in parts:
        rows[name.partition("/")[0]] += count
    done = Done(
        shard=shard.id, archive=shard.name, start=shard.start, end=shard.end, extractor=settings.extractor, records=records,
        rejects=dict(sorted(rejects.items())), rows={t: rows[t] for t in BY_MONTH}, parts=parts,
        work=spool.work, shingles=spool.shingles,
        seconds=round(time.monotonic() - begun, 3), cpu_seconds=round(spent() - spent_before, 3),
    )  # fmt: skip
    folder.write(f"{DONE}/{shard.id}.json", msgspec.json.encode(done))
    return done


class _Spool:
    """Rows on local disk, a file a table and month, until they are written as Parquet."""

    def __init__(self, local: Path) -> None:
        self._local = local
        self._files: dict[tuple[str, str], IO[bytes]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        #: Files beside the tables, and the shingles in them.
        self.work: list[str] = []
        self.shingles = 0
        self._keys: list[int] = []
        self._shingles: list[bytes] = []
        self._signatures: list[bytes] = []

    def take(self, outcome: Outcome) -> None:
        for table, lines in outcome.rows.items():
            place = (table, outcome.month)
            if place not in self._files:
                self._files[place] = (self._local / f"{table}-{outcome.month}.jsonl").open("wb")
            self._files[place].writelines(line + b"\n" for line in lines)
            self._counts[place] += len(lines)
        if outcome.shingles:
            self._keys.append(outcome.key)
            self._shingles.append(outcome.shingles)
        if outcome.signature:
            self._signatures.append(outcome.signature)

    def write_parts(self, shard_id: str, folder: Folder) -> list[tuple[str, int]]:
        parts: list[tuple[str, int]] = []
        for file in self._files.values():
            file.close()
        with folder.database() as database:
            for table, month in sorted(self._files):
                target = self._local / "part.parquet"
                lines = self._local / f"{table}-{month}.jsonl"
                write_table(database, table, lines, target)
                name = f"{table}/month={month}/part-{shard_id}.parquet"
                folder.put(target, name)
                parts.append((name, self._counts[table, month]))
            if self._shingles:
                self._write_shingles(database, shard_id, folder)
            if self._signatures:
                self._write_signatures(database, shard_id, folder)
        return parts

    def _write_signatures(self, database: Any, shard_id: str, folder: Folder) -> None:
        lines, target = self._local / "signatures.jsonl", self._local / "signatures.parquet"
        lines.write_bytes(b"".join(one + b"\n" for one in self._signatures))
        database.execute(
            "copy (select * from read_json(?, format = 'newline_delimited', "
            "columns = {'uid': 'VARCHAR', 'day': 'BIGINT', 'signature': 'VARCHAR'}) order by day, uid) "
            "to ? (format parquet, compression zstd)",
            [str(lines), str(target)],
        )
        self._keep(target, f"{WORK}/signatures/{shard_id}.parquet", folder)

    def _keep(self, local: Path, name: str, folder: Folder) -> None:
        folder.put(local, name)
        self.work.append(name)

    def _write_shingles(self, database: Any, shard_id: str, folder: Folder) -> None:
        """Sorted by hash, so that a range of hashes is read without the rest."""
        import numpy

        sizes = [len(own) // 8 for own in self._shingles]
        hashes = numpy.frombuffer(b"".join(self._shingles), dtype="<i8")
        reports = numpy.repeat(numpy.array(self._keys, dtype="<i8"), sizes)
        database.register("shingles", {"hash": hashes, "report": reports})
        target = self._local / "shingles.parquet"
        sql = "copy (select distinct hash, report from shingles order by hash, report) to '{}' (format parquet, compression zstd, row_group_size 16384)"
        database.execute(sql.format(_quoted(target)))
        database.unregister("shingles")
        self.shingles = len(hashes)
        self._keep(target, f"{WORK}/shingles/{shard_id}.parquet", folder)


def write_table(database: Any, table: str, lines: Path, target: Path) -> None:
    """JSON lines as a Parquet file with the columns of a table, rows in the order of the lines."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in TABLES[table].items())
    with lines.open("rb") as file:
        longest = max(map(len, file), default=0)
    read = (
        f"read_json('{_quoted(lines)}', format = 'newline_delimited', columns = {{{columns}}}, "
        f"maximum_object_size = {max(1 << 20, longest + 1)})"
    )
    # Names and types come from TABLES and paths are quoted: no word of a report reaches the SQL.
    database.execute(f"copy (select * from {read}) to '{_quoted(target)}' (format parquet, compression zstd)")  # noqa: S608


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
