"""Series over the whole input, as a ledger builds them: stories first, from what each shard left of its reports, then story by story."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from tallyroom.bulk.engine import Engine
from tallyroom.bulk.shard import WORK, close_guards, write_table
from tallyroom.bulk.storage import Folder
from tallyroom.ledger.bulk_folder import figure_of
from tallyroom.model import Figure
from tallyroom.series import ReportHeader, SeriesClaim, build_story, to_json
from tallyroom.series.stories import Signature, stories_in_order

#: Reports with figures that one task lines up.
REPORTS = 2000
_NESTED = ("points", "derived", "origins", "problems")


def build_all_series(engine: Engine, folder: Folder, shards: list[str], mark: str) -> int:
    """Write `series/part-*.parquet`; how many series."""
    files = [name for shard in shards if folder.exists(name := f"{WORK}/signatures/{shard}.parquet")]
    folder.remove("series")
    if not files:
        return 0
    stories = f"{WORK}/stories/{mark}.parquet"
    number = _propose(folder, files, stories)
    pieces = [(f"series/part-{i:05d}.parquet", i) for i in range(number)]
    return sum(count for _, count in engine.map(partial(_line_up, address=folder.address, stories=stories), pieces))


def _propose(folder: Folder, files: list[str], target: str) -> int:
    """Which report belongs to which story, and which stories to which task; how many tasks."""
    with TemporaryDirectory(prefix="tallyroom-") as local, folder.database(memory="1GB") as database:
        rows = database.execute(
            "select signature from (select distinct on (uid) uid, day, signature from read_parquet(?) order by uid) "
            "order by day, uid",
            [folder.sql_names(files)],
        )
        story_of = stories_in_order(_signatures(rows))
        pieces = max(1, -(-len(story_of) // REPORTS))
        lines, made = Path(local, "stories.jsonl"), Path(local, "stories.parquet")
        with lines.open("wb") as out:
            for uid, story in story_of.items():
                out.write(
                    msgspec.json.encode({"uid": uid, "story": story, "piece": int(story[:8], 16) % pieces}) + b"\n"
                )
        database.execute(
            "copy (select * from read_json(?, format = 'newline_delimited', "
            "columns = {'uid': 'VARCHAR', 'story': 'VARCHAR', 'piece': 'BIGINT'}) order by piece, story, uid) "
            "to ? (format parquet, compression zstd, row_group_size 8192)",
            [str(lines), str(made)],
        )
        folder.put(made, target)
    return pieces


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
    database.execute(
        "create table own as select uid, story from read_parquet(?) where piece = ?",
        [*folder.sql_names([stories]), number],
    )
    names = {table: folder.sql_names(folder.names(f"{table}/*/*.parquet")) for table in ("claims", "reports")}
    database.execute(
        "create table texts as select distinct on (uid) uid, text from read_parquet(?) semi join own using (uid) order by uid",
        [names["reports"]],
    )
    found = database.execute(
        "select own.story, texts.text, c.* from (select distinct on (claim_id) * from read_parquet(?, hive_partitioning = false) "
        "semi join own using (uid) order by claim_id) c join own using (uid) join texts using (uid) "
        'order by own.story, c.uid, c.start, c."end", c.claim_id',
        [names["claims"]],
    )
    columns = [column[0] for column in found.description]
    for _, rows in groupby(_fetched(found, columns), key=lambda row: str(row["story"])):
        yield list(_claims(rows))


def _fetched(found: Any, columns: list[str]) -> Iterator[dict[str, Any]]:
    while chunk := found.fetchmany(500):
        for row in chunk:
            yield dict(zip(columns, row, strict=True))


def _claims(rows: Iterator[dict[str, Any]]) -> Iterator[SeriesClaim]:
    header: ReportHeader | None = None
    for row in rows:
        if header is None or header.uid != row["uid"]:
            header = ReportHeader(
                uid=row["uid"], id=row["report_id"], published=row["published"], outlet=row["outlet"], url=row["url"],
                title=row["title"], text=row["text"],
            )  # fmt: skip
        yield SeriesClaim(header, msgspec.convert({**figure_of(row), "claim_id": row["claim_id"]}, Figure))
