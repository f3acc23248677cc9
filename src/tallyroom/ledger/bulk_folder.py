"""A bulk folder as extraction JSON: what `tallyroom bulk` wrote, report by report, all of it or those that fit a filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from tallyroom.errors import MissingExtra, UsageError
from tallyroom.model import Figure, whole, with_claim_ids

_FIGURE = tuple(name for name in Figure.__struct_fields__ if name not in ("evidence", "rivals", "low", "best", "high"))
_PROBLEM = ("kind", "quote", "start", "end", "message", "suggestion")
_HEADER = ("uid", "url", "published", "outlet", "title", "language", "retrieved_at", "text", "extractor")
#: Reports fetched at once.
_REPORTS = 500


def is_bulk_folder(name: str) -> bool:
    """Whether a path is a folder that `tallyroom bulk` wrote."""
    folder = Path(name)
    return (folder / "settings.json").is_file() and (folder / "reports").is_dir()


def figure_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object of a figure from its row in `claims`."""
    found = {name: row[name] for name in _FIGURE}
    for name in ("low", "best", "high"):
        found[name] = whole(row[name]) if row[name] is not None else None
    found["evidence"] = msgspec.json.decode(row["evidence"] or "{}")
    found["rivals"] = msgspec.json.decode(row["rivals"] or "{}")
    found["relays"] = list(row["relays"] or ())
    found["confidence"] = dict(row["confidence"] or {})
    return found


def extractions_in(folder: str, where: str | None = None) -> Iterator[dict[str, Any]]:
    """The extraction JSON of each report, each once, in the order of archive and offset.

    `where` is a condition in SQL on the columns of `reports`, as the user writes it. UsageError where it is none, or
    where the folder was made without the text.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("bulk", "import of a bulk folder") from None
    with duckdb.connect(config={"memory_limit": "1GB"}) as database:
        for name in ("reports", "claims", "problems"):
            files = sorted(str(path) for path in Path(folder, name).glob("*/*.parquet"))
            if files:
                database.execute(f"create view {name} as select * from read_parquet(?, hive_partitioning = true)".replace("?", _listed(files)))  # fmt: skip
        if not list(Path(folder, "reports").glob("*/*.parquet")):
            return
        try:
            # The condition is the user's own, on the user's own files, in a database of nothing else.
            database.execute(
                "create table wanted as select row_number() over (order by archive, record_offset, uid) as number, * "
                "from (select distinct on (uid) * from reports order by uid, archive, record_offset) "
                f"where {where or 'true'}"
            )
        except duckdb.Error as fault:
            raise UsageError(f"--where {where!r}: {fault}; columns: docs/bulk.md lists those of `reports`") from None
        yield from _reports(database)


def _reports(database: Any) -> Iterator[dict[str, Any]]:
    count = database.execute("select count(*) from wanted").fetchone()[0]
    tables = {row[0] for row in database.execute("select view_name from duckdb_views() where not internal").fetchall()}
    for first in range(0, count, _REPORTS):
        span = [first, first + _REPORTS]
        reports = _rows(database, "select * from wanted where number > ? and number <= ? order by number", span)
        own: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for table, order in (("claims", "claim_id"), ("problems", "kind, quote, message")):
            if table in tables:
                sql = (
                    f'select distinct on (t.uid, t.start, t."end", {order}) t.* from {table} t semi join '
                    "(select uid from wanted where number > ? and number <= ?) using (uid) "
                    f'order by t.uid, t.start, t."end", {order}'
                )
                found = _rows(database, sql, span)
                own[table] = {uid: list(rows) for uid, rows in groupby(found, key=lambda row: str(row["uid"]))}
        for report in reports:
            yield _extraction(report, own)


def _rows(database: Any, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    found = database.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _extraction(report: dict[str, Any], own: dict[str, dict[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    uid = report["uid"]
    if report["text"] is None:
        raise UsageError("the folder was made with --no-text: a ledger needs the text of its reports")
    place = f"{report['archive']}!{report['target_uri']}" if report["target_uri"] else report["archive"]
    claims = sorted(own.get("claims", {}).get(uid, []), key=lambda row: int(str(row["id"]).lstrip("f") or 0))
    figures = [figure_of(row) for row in claims]
    read = with_claim_ids(uid, [msgspec.convert(figure, Figure) for figure in figures])
    if [figure.claim_id for figure in read] != [row["claim_id"] for row in claims]:
        raise UsageError(f"report {uid}: its claims are not what their ids were made of; the folder was changed")
    return {
        "id": report["report_id"], "input": place, **{name: report[name] for name in _HEADER},
        "figures": figures,
        "problems": [{name: row[name] for name in _PROBLEM} for row in own.get("problems", {}).get(uid, [])],
    }  # fmt: skip


def _listed(files: list[str]) -> str:
    return "[" + ", ".join("'" + file.replace("'", "''") + "'" for file in files) + "]"
