"""Series over the whole input, as a ledger builds them: stories first, from what each shard left of its reports, then story by story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from tallyroom.bulk.engine import Engine
from tallyroom.bulk.shard import WORK, close_guards, write_table
from tallyroom.bulk.storage import Folder
from tallyroom.bulk.tables import TABLES
from tallyroom.ledger.bulk_folder import figure_of
from tallyroom.model import Figure
from tallyroom.series import ReportHeader, SeriesClaim, build_story, to_json
from tallyroom.series.stories import Signature, stories_in_order

#: Reports with figures that one task lines up.
REPORTS = 2000
#: Reports of one story that are lined up together; of a longer one, which no reader takes for one, those that follow each other.
STORY = 2000
_NESTED = ("points", "derived", "origins", "problems")
_UNUSED = ("record_id", "target_uri", "warc_date", "payload_digest", "extractor")
_COLUMNS = ", ".join(f'c."{name}"' for name in TABLES["claims"] if name not in _UNUSED)


def build_all_series(engine: Engine, folder: Folder, shards: list[str], mark: str, tell: Callable[[str], None]) -> int:
    """Write `series/part-*.parquet`; how many series."""
    files = [name for shard in shards if folder.exists(name := f"{WORK}/signatures/{shard}.parquet")]
    folder.remove("series")
    if not files:
        return 0
    stories = f"{WORK}/stories/{mark}.parquet"
    number = _propose(folder, files, stories, tell)
    pieces = [(f"series/part-{i:05d}.parquet", i) for i in range(number)]
    return sum(count for _, count in engine.map(partial(_line_up, address=folder.address, stories=stories), pieces))


def _propose(folder: Folder, files: list[str], target: str, tell: Callable[[str], None]) -> int:
    """Which report belongs to which story, and which stories to which task; how many tasks."""
    with TemporaryDirectory(prefix="tallyroom-") as local, folder.database() as database:
        rows = database.execute(
            "select signature from (select distinct on (uid) uid, day, signature from read_parquet(?) order by uid) "
            "order by day, uid",
            [folder.sql_names(files)],
        )
        members: dict[str, list[str]] = defaultdict(list)
        for uid, story in stories_in_order(_signatures(rows)).items():
            members[story].append(uid)
        long = [len(own) for own in members.values() if len(own) > STORY]
        if long:
            tell(
                f"{len(long):,} of {len(members):,} stories have more than {STORY:,} reports (the largest {max(long):,}) "
                "and are lined up in parts"
            )
        lines, made = Path(local, "stories.jsonl"), Path(local, "stories.parquet")
        piece = 0
        with lines.open("wb") as out:
            for uid, story, piece in _dealt_out(members):
                out.write(msgspec.json.encode({"uid": uid, "story": story, "piece": piece}) + b"\n")
        database.execute(
            "copy (select * from read_json(?, format = 'newline_delimited', "
            "columns = {'uid': 'VARCHAR', 'story': 'VARCHAR', 'piece': 'BIGINT'}) order by piece, story, uid) "
            "to ? (format parquet, compression zstd, row_group_size 8192)",
            [str(lines), str(made)],
        )
        folder.put(made, target)
    return piece + 1


def _dealt_out(members: Mapping[str, list[str]]) -> Iterator[tuple[str, str, int]]:
    """(report, story, task): a story to one task, and to a task as many stories as it lines up; long ones in parts."""
    piece = held = 0
    for story in sorted(members):
        for first in range(0, len(members[story]), STORY):
            own = members[story][first : first + STORY]
            if held and held + len(own) > REPORTS:
                piece, held = piece + 1, 0
            held += len(own)
            for uid in own:
                yield uid, own[0], piece


def _signatures(rows: Any) -> Iterator[Signature]:
    while chunk := rows.fetchmany(1000):
        for (text,) in chunk:
            yield msgspec.json.decode(text, type=Signature)


def _line_up(piece: tuple[str, int], address: str, stories: str) -> int:
    """The series of some stories, each story on its own."""
    name, number = piece
    close_guards()
    folder = Folder(address)
    count = 0
    with TemporaryDirectory(prefix="tallyroom-") as local, folder.database() as database:
        lines, target = Path(local, "series.jsonl"), Path(local, "series.parquet")
        with lines.open("wb") as out:
            for own in _stories(database, folder, stories, number):
                for series in build_story(own):
                    row = to_json(series)
                    nested = {key: msgspec.json.encode(row[key]).decode() for key in _NESTED}
                    out.write(msgspec.json.encode({**row, **nested}) + b"\n")
                    count += 1
        write_table(database, "series", lines, target)
        folder.put(target, name)
    return count


def _stories(database: Any, folder: Folder, stories: str, number: int) -> Iterator[list[SeriesClaim]]:
    """The claims of each story of a task; of the whole input only what belongs to the task is ever held."""
    # Left to itself the database may hold the whole input and pass the few reports of the task by it.
    database.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    database.execute("set preserve_insertion_order = false")
    database.execute(
        "create table own as select uid, story from read_parquet(?) where piece = ?",
        [*folder.sql_names([stories]), number],
    )
    names = {table: folder.sql_names(folder.names(f"{table}/*/*.parquet")) for table in ("claims", "reports")}
    database.execute(
        "create table texts as select own.story, r.uid, r.text "
        "from read_parquet(?, hive_partitioning = false) r join own using (uid)",
        [names["reports"]],
    )
    database.execute(
        f"create table held as select own.story, {_COLUMNS} "  # noqa: S608
        "from read_parquet(?, hive_partitioning = false) c join own using (uid)",
        [names["claims"]],
    )
    found = database.execute('select * from held order by story, uid, start, "end", claim_id, archive, record_offset')
    columns = [column[0] for column in found.description]
    # What asks for texts while claims are fetched needs a connection of its own.
    with database.cursor() as other:
        for story, rows in groupby(_fetched(found, columns), key=lambda row: str(row["story"])):
            texts = dict(other.execute("select uid, text from texts where story = ?", [story]).fetchall())
            yield list(_claims(rows, texts))


def _fetched(found: Any, columns: list[str]) -> Iterator[dict[str, Any]]:
    while chunk := found.fetchmany(500):
        for row in chunk:
            yield dict(zip(columns, row, strict=True))


def _claims(rows: Iterator[dict[str, Any]], texts: Mapping[str, str | None]) -> Iterator[SeriesClaim]:
    header: ReportHeader | None = None
    before: str | None = None
    for row in rows:
        if row["claim_id"] == before:  # a page that was crawled twice
            continue
        before = row["claim_id"]
        if header is None or header.uid != row["uid"]:
            header = ReportHeader(
                uid=row["uid"], id=row["report_id"], published=row["published"], outlet=row["outlet"], url=row["url"],
                title=row["title"], text=texts.get(row["uid"]),
            )  # fmt: skip
        yield SeriesClaim(header, msgspec.convert({**figure_of(row), "claim_id": row["claim_id"]}, Figure))
