"""What bulk makes of the whole input: copies, series, and the way into a ledger; all as the doors for single reports do it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from tallyroom.bulk.near import mark_copies
from tallyroom.bulk.run import bulk
from tallyroom.cli import tallyroom
from tallyroom.copies import find_copies
from tallyroom.extract import extract
from tallyroom.ledger import Ledger
from tallyroom.ledger.bulk_folder import extractions_in
from tallyroom.model import make_report
from tallyroom.model import to_json as extraction_json
from tallyroom.series import build_series, claims_of, to_json

BULK_DOC = Path(__file__).parent.parent / "docs" / "bulk.md"

FERRY = (
    "A ferry sank off Port Almeda on Monday, killing 12 people, the coastguard of Ruthia said. Crews pulled 31 survivors "
    "from the water before nightfall, and divers were still looking for nine missing passengers late on Monday evening.\n"
    "The ferry had left the harbour of Port Almeda with 52 people on board although the wind was strong that morning."
)
LATER = (
    "The death toll from the ferry that sank off Port Almeda has risen to 19, the coastguard of Ruthia said on Tuesday. "
    "Two passengers were still missing in the waters off Port Almeda."
)
MINE = "Four miners were killed in a mine near Orsk in Karsia on Friday, the interior ministry said. Seven were hurt."


def rows() -> list[dict[str, Any]]:
    texts = [
        ("a", "2031-05-05", "Courier", FERRY),
        ("b", "2031-05-05", "Post", FERRY),
        ("c", "2031-05-06", "Herald", "PORT ALMEDA (KNA) — " + FERRY.replace("strong", "rather strong")),
        ("d", "2031-05-06", "Courier", LATER),
        ("e", "2031-09-05", "Star", MINE),
        (
            "f",
            "2031-09-06",
            "Star",
            "The council met on Tuesday and put off the timetable, which nobody had asked for.",
        ),
    ]
    return [
        {"id": i, "url": f"https://example.org/{i}", "published": p, "outlet": o, "title": f"Title {i}", "text": t}
        for i, p, o, t in texts
    ]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "news.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows(), rows()[0]]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def out(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bulk") / "news"
    # Shards of a line or two: what is compared lies in different shards.
    done = bulk([str(source)], str(folder), shard_bytes=16 * 400)
    assert done.shards > 4
    return folder


def asked(sql: str) -> list[dict[str, Any]]:
    found = duckdb.sql(sql)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def extractions() -> list[dict[str, Any]]:
    fields = ("id", "url", "published", "outlet", "title")
    return [extraction_json(extract(make_report(row["text"], **{n: row[n] for n in fields}))) for row in rows()]


def test_copies_are_marked_across_shards(out: Path) -> None:
    found = {row["report_id"]: row for row in asked(f"select * from '{out}/copies/*.parquet'")}
    assert {name: row["kind"] for name, row in found.items()} == {"a": "first", "b": "exact", "c": "near"} or {
        name: row["kind"] for name, row in found.items()
    } == {"a": "exact", "b": "first", "c": "near"}
    uids = {row["id"]: row["uid"] for row in extractions()}
    assert len({row["copy_group"] for row in found.values()}) == 1
    assert found["c"]["copy_of"] in (uids["a"], uids["b"])
    pairs = find_copies((row["uid"], row["text"]) for row in extractions())
    near = {frozenset((p.first, p.second)): p for p in pairs}
    pair = near[frozenset((found["c"]["uid"], found["c"]["copy_of"]))]
    assert (found["c"]["shared"], found["c"]["containment"]) == (pair.shared, pair.containment)


def test_copies_do_not_depend_on_how_the_hashes_are_cut(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tallyroom.bulk.engine import Loop
    from tallyroom.bulk.storage import Folder

    before = asked(f"select * from '{out}/copies/*.parquet'")
    shards = [path.stem for path in sorted((out / "_shards").iterdir())]
    total = asked(f"select count(*) as n from '{out}/_work/shingles/*.parquet'")[0]["n"]
    monkeypatch.setattr("tallyroom.bulk.near.SHINGLES", 20)
    assert mark_copies(Loop(), Folder(str(out)), shards, total, "cut") == len(before)
    assert asked(f"select * from '{out}/copies/*.parquet'") == before


def test_series_are_those_of_all_reports_together(out: Path) -> None:
    found = {row["series_id"]: row for row in asked(f"select * from '{out}/series/*.parquet'")}
    expected = {row["series_id"]: row for row in (to_json(s) for s in build_series(claims_of(extractions())))}
    assert expected.keys() == found.keys()
    for name, row in found.items():
        for key in ("points", "derived", "origins", "problems"):
            row[key] = json.loads(row[key])
        assert row == {k: v for k, v in json.loads(json.dumps(expected[name])).items() if k != "estimate"}
    assert any(len(row["points"]) > 1 for row in found.values())


def test_series_do_not_depend_on_how_stories_are_dealt_out(
    source: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tallyroom.bulk.grouping.REPORTS", 1)
    bulk([str(source)], str(tmp_path / "other"))
    cut, whole = (asked(f"select * from '{f}/series/*.parquet' order by series_id") for f in (tmp_path / "other", out))
    assert cut == whole
    assert len(list((tmp_path / "other" / "series").iterdir())) > 1


def test_a_story_that_is_too_long_is_lined_up_in_parts_and_told(
    source: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tallyroom.bulk.grouping.STORY", 2)
    told: list[str] = []
    bulk([str(source)], str(tmp_path / "other"), tell=told.append)
    assert [words for words in told if "the largest 4" in words and "in parts" in words]
    of_parts = asked(f"select story, count(*) as n from '{tmp_path}/other/_work/stories/*.parquet' group by all")
    assert max(row["n"] for row in of_parts) == 2
    points = "select points from '{}/series/*.parquet'"
    cut, whole = (
        sorted(
            claim
            for row in asked(points.format(folder))
            for point in json.loads(row["points"])
            for claim in point["claim_ids"]
        )
        for folder in (tmp_path / "other", out)
    )
    assert set(cut) == set(whole)


def test_what_is_added_later_is_compared_with_what_is_there(source: Path, out: Path, tmp_path: Path) -> None:
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in range(2):
        (tmp_path / f"{number}.jsonl").write_text("".join(lines[number::2]), encoding="utf-8")
        bulk([str(tmp_path / f"{number}.jsonl")], str(tmp_path / "news"))
    for name, order in (("copies", "uid"), ("series", "series_id")):
        later, whole = (
            asked(f"select * from '{f}/{name}/*.parquet' order by {order}") for f in (tmp_path / "news", out)
        )
        assert later == whole


def run(*words: str) -> str:
    done = CliRunner().invoke(tallyroom, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_import_gives_what_add_gives(source: Path, out: Path, tmp_path: Path) -> None:
    added, imported = str(tmp_path / "a.db"), str(tmp_path / "b.db")
    run("add", str(source), "--ledger", added, "--quiet")
    assert "6 new" in run("import", str(out), "--ledger", imported)
    assert run("diff", added, imported).strip() == "0 added, 0 revised, 0 withdrawn"
    with Ledger.open(added) as one, Ledger.open(imported) as other:
        ids = [[claim.claim_id for claim in ledger.claims()] for ledger in (one, other)]
        assert sorted(ids[0]) == sorted(ids[1])
        assert ids[0]
        reports = [{(r.report.uid, r.report.id, r.report.title) for r in ledger.reports()} for ledger in (one, other)]
        assert reports[0] == reports[1]
    assert "0 new, 6 known" in run("import", str(out), "--ledger", imported)


def test_import_of_a_part_by_a_filter(out: Path, tmp_path: Path) -> None:
    words = run("import", str(out), "--where", "outlet = 'Star' and figures > 0", "--ledger", str(tmp_path / "a.db"))
    assert "1 new" in words
    done = CliRunner().invoke(
        tallyroom, ["import", str(out), "--where", "colour = 1", "--ledger", str(tmp_path / "b.db")]
    )
    assert "colour" in str(done.exception)


def test_a_folder_whose_claims_were_changed_is_refused(out: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "news"
    shutil.copytree(out, copy)
    for part in copy.glob("claims/*/*.parquet"):
        duckdb.sql(f"copy (select * replace (best + 1 as best) from '{part}') to '{part}.new' (format parquet)")
        Path(f"{part}.new").replace(part)
    with pytest.raises(Exception, match="was changed"):
        list(extractions_in(str(copy)))


def test_without_text_the_copies_are_found_and_a_ledger_cannot_be_filled(source: Path, tmp_path: Path) -> None:
    bulk([str(source)], str(tmp_path / "news"), with_text=False)
    assert {row["text"] for row in asked(f"select text from '{tmp_path}/news/reports/*/*.parquet'")} == {None}
    assert len(asked(f"select * from '{tmp_path}/news/copies/*.parquet'")) == 3
    with pytest.raises(Exception, match="--no-text"):
        list(extractions_in(str(tmp_path / "news")))


def test_the_examples_of_the_documentation_run(out: Path) -> None:
    examples = re.findall(r"```python\n(.*?)```", BULK_DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 3
    for library in ("duckdb", "pandas", "polars"):
        assert any(f"import {library}" in example for example in examples)
    for example in examples:
        done = subprocess.run(
            [sys.executable, "-c", example], cwd=out.parent, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert "Port Almeda" in done.stdout or "killed" in done.stdout
