"""Copies across the whole input: texts that are equal, and wire texts that share passages, by the measure of `copies`.

Each shard leaves the hashes of its shingles, sorted. A task takes a range of hashes of all shards and counts, for each
pair of reports, the shingles that both have; the sums over all ranges are those that `copies.find_copies` finds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from tallyroom.bulk.engine import Engine
from tallyroom.bulk.shard import WORK, close_guards, write_table
from tallyroom.bulk.storage import Folder
from tallyroom.copies import COMMON, SHARED

#: Shingles that one task compares.
SHINGLES = 8_000_000
_LOWEST, _SPAN = -(2**63), 2**64


def mark_copies(engine: Engine, folder: Folder, shards: list[str], shingles: int, mark: str) -> int:
    """Write `copies/part-0.parquet`: a row for each report that has copies or is one; how many rows."""
    files = [name for shard in shards if folder.exists(name := f"{WORK}/shingles/{shard}.parquet")]
    number = max(1, -(-shingles // SHINGLES))
    ranges = [
        (f"{WORK}/pairs/{mark}-{i:05d}.parquet", _LOWEST + _SPAN * i // number, _LOWEST + _SPAN * (i + 1) // number - 1)
        for i in range(number)
    ]
    if files:
        for _ in engine.map(partial(_pair, address=folder.address, files=files), ranges):
            pass
    return _write(folder, [name for name, _, _ in ranges] if files else [], files)


def _pair(piece: tuple[str, int, int], address: str, files: list[str]) -> None:
    """Pairs of reports that share hashes of a range, each with how many."""
    name, low, high = piece
    close_guards()  # the reading process has done its work, and this takes memory of its own
    folder = Folder(address)
    if folder.exists(name):
        return
    with TemporaryDirectory(prefix="tallyroom-") as local, folder.database() as database:
        database.execute(
            "create table held as select distinct hash, report from read_parquet(?) where hash >= ? and hash <= ?",
            [folder.sql_names(files), low, high],
        )
        database.execute(
            "create table shared as select hash from held group by hash having count(*) between 2 and ?", [COMMON]
        )
        database.execute("create table few as select hash, report from held semi join shared using (hash)")
        target = Path(local, "pairs.parquet")
        database.execute(
            "copy (select a.report as first, b.report as second, count(*) as shared from few a join few b "
            "on a.hash = b.hash and a.report < b.report group by all order by all) to ? (format parquet)",
            [str(target)],
        )
        folder.put(target, name)


def _write(folder: Folder, pairs: list[str], shingles: list[str]) -> int:
    names = folder.names("reports/*/*.parquet")
    rows: list[dict[str, Any]] = []
    if names:
        with folder.database(memory="1GB") as database:
            database.execute(
                "create table reports as select distinct on (uid) uid, report_id, text_sha256, "
                "coalesce(published_latest, '9999') as day, cast(('0x' || uid[1:16])::ubigint // 2 as bigint) as key "
                "from read_parquet(?) order by uid",
                [folder.sql_names(names)],
            )
            near = _near(database, folder, pairs, shingles)
            rows = _marked(database, near)
    folder.remove("copies")
    if rows:
        with TemporaryDirectory(prefix="tallyroom-") as local, folder.database() as database:
            lines, target = Path(local, "copies.jsonl"), Path(local, "copies.parquet")
            lines.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
            write_table(database, "copies", lines, target)
            folder.put(target, "copies/part-0.parquet")
    return len(rows)


def _near(database: Any, folder: Folder, pairs: list[str], shingles: list[str]) -> list[tuple[int, int, int, float]]:
    """(key, key, shared shingles, share of the shorter one's) of near copies."""
    if not pairs:
        return []
    database.execute(
        "create table pairs as select first, second, cast(sum(shared) as bigint) as shared from read_parquet(?) "
        "group by all having sum(shared) >= ?",
        [folder.sql_names(pairs), SHARED],
    )
    database.execute(
        "create table sizes as select report, count(distinct hash) as size from read_parquet(?) where report in "
        "(select first from pairs union select second from pairs) group by report",
        [folder.sql_names(shingles)],
    )
    found: list[tuple[int, int, int, float]] = database.execute(
        "select first, second, shared, round(shared / least(a.size, b.size), 3) from pairs "
        "join sizes a on a.report = first join sizes b on b.report = second order by first, second"
    ).fetchall()
    return found


def _marked(database: Any, near: list[tuple[int, int, int, float]]) -> list[dict[str, Any]]:
    """A row for each report that hangs together with another, the groups in order of their first report."""
    equal = database.execute(
        "select list(key order by day, uid) from reports group by text_sha256 having count(*) > 1"
    ).fetchall()
    groups = _groups([*((keys[0], key) for (keys,) in equal for key in keys[1:]), *((a, b) for a, b, _, _ in near)])
    told = {key for group in groups for key in group}
    if not told:
        return []
    import numpy

    database.register("told", {"key": numpy.array(sorted(told), dtype="<i8")})
    about = {
        key: (day, uid, report_id)
        for key, day, uid, report_id in database.execute(
            "select key, day, uid, report_id from reports semi join told using (key)"
        ).fetchall()
    }
    exact_of = {key: keys[0] for (keys,) in equal for key in keys[1:]}
    links: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for a, b, shared, share in near:
        links[a].append((b, shared, share))
        links[b].append((a, shared, share))
    rows = []
    for group in groups:
        members = sorted((key for key in group if key in about), key=lambda key: about[key][:2])
        place = {key: i for i, key in enumerate(members)}
        for key in members:
            rows.append(_row(key, members, place, about, exact_of, links))
    return sorted(rows, key=lambda row: (about[_key(row["copy_group"])][:2], about[_key(row["uid"])][:2]))


def _key(uid: str) -> int:
    return int(uid[:16], 16) >> 1


def _row(
    key: int, members: list[int], place: dict[int, int], about: dict[int, tuple[str, str, str]], exact_of: dict[int, int],
    links: dict[int, list[tuple[int, int, float]]],
) -> dict[str, Any]:  # fmt: skip
    """How one report of a group stands to those before it: the first, equal to one, or sharing most with one."""
    first = members[0]
    row = {
        "uid": about[key][1],
        "report_id": about[key][2],
        "copy_group": about[first][1],
        "shared": None,
        "containment": None,
    }
    before = [link for link in links[key] if link[0] in place and place[link[0]] < place[key]]
    if key in exact_of:
        return {**row, "kind": "exact", "copy_of": about[exact_of[key]][1]}
    if key == first:
        return {**row, "kind": "first", "copy_of": None}
    other, shared, share = max(
        before or links[key], key=lambda link: (link[1], -place[link[0]]), default=(first, None, None)
    )
    return {**row, "kind": "near", "copy_of": about[other][1], "shared": shared, "containment": share}


def _groups(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    found: dict[int, list[int]] = defaultdict(list)
    for key in sorted(parent):
        found[root(key)].append(key)
    return list(found.values())
