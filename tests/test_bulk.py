"""Bulk: archives to tables, whole whatever breaks; what is done once is not done again."""

from __future__ import annotations

import gzip
import json
import os
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from commands import command
from tallyroom.bulk import reader, shard
from tallyroom.bulk.archive import read_archive
from tallyroom.bulk.engine import Dask
from tallyroom.bulk.guard import Guard
from tallyroom.bulk.records import Place, Raw, Reject
from tallyroom.bulk.run import bulk
from tallyroom.bulk.sources import plan, read_shard
from tallyroom.bulk.tables import TABLES
from tallyroom.errors import InputError, TallyroomError, UsageError
from tallyroom.extract import extract
from tallyroom.readers import read_inputs

make_archive = command("tools/make_archive.py")

ROOT = Path(__file__).parent.parent
PAGES = 48
#: sha256 of what the generator writes for 48 pages of seed 14, unpacked.
PINNED = "9fb033cf60c215491f2c9501d440f5b6836ca5d6ca09afc576f02b7bfe606e81"


def table(out: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table in an order of their own."""
    found = duckdb.sql(f"select * from read_parquet('{out}/{name}/*/*.parquet', hive_partitioning = true)")
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def tables(out: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: table(out, name) for name in ("claims", "reports", "problems", "rejects")}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    make_archive.make(folder, pages=PAGES, seed=14)
    return folder / "news-14-0-00000.warc.gz"


@pytest.fixture(scope="module")
def result(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bulk") / "out"
    bulk([str(archive)], str(out), shard_bytes=400_000)
    return out


def test_the_generator_writes_the_same_bytes_always(tmp_path: Path) -> None:
    found = make_archive.make(tmp_path, pages=PAGES, seed=14)
    assert found == {"news-14-0-00000.warc.gz": PINNED}


def test_the_generator_makes_what_it_says() -> None:
    kinds = Counter(make_archive.kind_of(3, page) for page in range(4000))
    assert 0.18 < kinds["figures"] / 4000 < 0.22
    assert 0.085 < kinds["copy"] / 4000 < 0.115
    assert 0.04 < kinds["broken"] / 4000 < 0.06
    sizes = [len(make_archive.made(3, page).html) for page in range(40)]
    assert 55_000 < sum(sizes) / 40 < 65_000


def test_a_shard_holds_the_records_that_begin_in_it(archive: Path) -> None:
    size = archive.stat().st_size
    with archive.open("rb") as stream:
        whole = list(read_archive(stream, "a", 0, size))
        pieces = [r for at in range(0, size, 70_001) for r in read_archive(stream, "a", at, min(size, at + 70_001))]
    assert pieces == whole
    assert len(whole) == PAGES


@pytest.mark.parametrize("kind", ["warc", "warc.gz"])
def test_damage_costs_the_damaged_record_alone(tmp_path: Path, kind: str) -> None:
    make_archive.make(tmp_path, pages=8, seed=2, kind=kind)
    path = next(tmp_path.iterdir())
    data = bytearray(path.read_bytes())
    with path.open("rb") as stream:
        sound = [r for r in read_archive(stream, "a", 0, len(data)) if isinstance(r, Raw)]
    at = sound[3].place.record_offset
    data[at + 40 : at + 300] = bytes(260)
    path.write_bytes(data[:-20])
    with path.open("rb") as stream:
        found = list(read_archive(stream, "a", 0, len(data)))
    left = [r.place.target_uri for r in found if isinstance(r, Raw)]
    expected = [r.place.target_uri for r in sound]
    assert left == expected[:3] + expected[4:-1]
    assert [r.reason for r in found if isinstance(r, Reject)][-1] == "cut_off"


def test_every_record_is_a_report_or_a_counted_reject(archive: Path, result: Path) -> None:
    reports, rejects = table(result, "reports"), table(result, "rejects")
    assert len(reports) + len(rejects) == PAGES
    assert {row["reason"] for row in rejects} >= {"not_english", "damaged"}
    for row in reports:
        assert row["archive"] == str(archive)
        assert row["warc_date"].startswith("2031-06")
        assert row["target_uri"] == row["url"]
        assert row["payload_digest"].startswith("sha1:")


def test_the_claims_are_those_of_the_reader_and_the_extractor(archive: Path, result: Path) -> None:
    rows = {row["claim_id"]: row for row in table(result, "claims")}
    expected = {}
    for report in read_inputs([str(archive)]):
        if not isinstance(report, InputError) and (report.language or "").startswith("en"):
            found = extract(report)
            expected.update({figure.claim_id: (report, figure) for figure in found.figures})
    assert expected
    # The plain reader ends at the first damage; bulk goes on.
    assert expected.keys() <= rows.keys()
    for claim_id, (report, figure) in expected.items():
        row = rows[claim_id]
        assert (row["uid"], row["report_id"], row["quote"]) == (report.uid, report.id, figure.quote)
        assert json.loads(row["evidence"]) == msgspec.to_builtins(figure.evidence)
        assert row["confidence"] == figure.confidence
        assert (row["low"], row["best"], row["high"]) == (figure.low, figure.best, figure.high)


def test_months_and_the_latest_bound_of_a_page_without_a_date(result: Path) -> None:
    undated = [row for row in table(result, "reports") if row["published"] is None]
    for row in table(result, "reports"):
        assert row["month"] == (row["published"] or row["warc_date"])[:7]
    for row in undated:
        assert row["published_latest"] == row["warc_date"][:10]


def test_the_columns_are_the_documented_ones(result: Path) -> None:
    words = (ROOT / "docs" / "bulk.md").read_text(encoding="utf-8")
    for name in ("claims", "reports", "problems", "rejects"):
        rows = duckdb.sql(
            f"describe select * from read_parquet('{result}/{name}/*/*.parquet', hive_partitioning = false)"
        )
        found = {row[0]: row[1] for row in rows.fetchall()}
        assert found == TABLES[name]
        for column in found:
            assert f"`{column}`" in words, f"{name}.{column} is not documented"


def test_what_is_done_is_not_done_again(archive: Path, result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(shard, "outcomes_of", fail)
    before = tables(result)
    done = bulk([str(archive)], str(result), shard_bytes=400_000)
    assert done.found == done.shards > 2
    # An engine of that many workers is not even started.
    assert bulk([str(archive)], str(result), workers=1000, shard_bytes=400_000).rows == done.rows
    (result / "manifest.jsonl").write_bytes((result / "manifest.jsonl").read_bytes()[:300])
    done = bulk([str(archive)], str(result), shard_bytes=400_000)
    assert done.found == done.shards
    assert tables(result) == before
    assert len((result / "manifest.jsonl").read_text().splitlines()) >= done.shards


def test_a_shard_whose_part_is_lost_is_done_again(archive: Path, result: Path, tmp_path: Path) -> None:
    before = tables(result)
    part = next(result.glob("claims/*/*.parquet"))
    name = part.read_bytes()
    part.unlink()
    (result / "manifest.jsonl").unlink()
    bulk([str(archive)], str(result), shard_bytes=400_000)
    assert part.read_bytes() == name
    assert tables(result) == before


def test_a_folder_of_other_settings_is_refused(archive: Path, result: Path) -> None:
    with pytest.raises(UsageError, match="with_text True, now False"):
        bulk([str(archive)], str(result), with_text=False)


def test_a_worker_that_reads_otherwise_is_refused(archive: Path, tmp_path: Path) -> None:
    settings = shard.Settings(extractor="another")
    try:
        with pytest.raises(shard.WrongExtractor):
            shard.run_shard(plan([str(archive)])[0], str(tmp_path / "out"), settings)
    finally:
        shard.close_guards()
    assert not (tmp_path / "out").exists()


def line(text: str, **more: Any) -> bytes:
    return json.dumps({"text": text, "published": "2025-03-04", **more}).encode() + b"\n"


def test_lines_rows_and_files_are_read_alike(tmp_path: Path) -> None:
    rows = [line(f"{n} people were killed in the town of Orsk on Monday.", id=f"r{n}") for n in range(2, 42)]
    (tmp_path / "a.jsonl").write_bytes(b"".join(rows))
    duckdb.sql(f"copy (from read_json('{tmp_path}/a.jsonl')) to '{tmp_path}/b.parquet'")
    (tmp_path / "a.jsonl").write_bytes(b"".join(rows) + b"no json\n" + rows[0][:-1])
    (tmp_path / "c.txt").write_text("Three people were hurt in a fire in Orsk on Monday, police said.")
    shards = plan([str(tmp_path)], shard_bytes=16_000)
    assert Counter(one.kind for one in shards) == {"lines": 5, "rows": 1, "files": 1}
    found = [record for one in shards for record in read_shard(one)]
    assert Counter(record.place.archive[-9:] for record in found)[str(tmp_path / "a.jsonl")[-9:]] == 42
    bulk([str(tmp_path)], str(tmp_path / "out"), shard_bytes=16_000)
    reports = table(tmp_path / "out", "reports")
    assert Counter(Path(row["archive"]).name for row in reports) == {"a.jsonl": 41, "b.parquet": 40, "c.txt": 1}
    assert [row["reason"] for row in table(tmp_path / "out", "rejects")] == ["bad_line"]
    assert {row["best"] for row in table(tmp_path / "out", "claims")} == {float(n) for n in range(2, 42)}


def test_a_wacz_is_read_from_another_file_system(tmp_path: Path) -> None:
    import fsspec

    make_archive.make(tmp_path, pages=3, seed=5, kind="wacz")
    memory = fsspec.filesystem("memory")
    memory.put_file(str(next(tmp_path.iterdir())), "/in/a.wacz")
    bulk(["memory://in/a.wacz"], "memory://out")
    word = json.loads(memory.cat_file("/out/manifest.jsonl"))
    assert word["records"] == 3
    assert word["archive"].endswith("a.wacz!archive/data.warc.gz")
    assert memory.exists("/out/" + word["parts"][0][0])
    assert not [name for name in memory.find("/out") if name.endswith(".tmp")]


def test_what_cannot_be_opened_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from tallyroom.cli import tallyroom

    (tmp_path / "a.jsonl").write_bytes(line("Two people died in Orsk on Monday."))
    inputs = [str(tmp_path / "none.warc.gz"), str(tmp_path / "a.jsonl")]
    done = CliRunner().invoke(tallyroom, ["bulk", *inputs, "--out", str(tmp_path / "out"), "--workers", "0"])
    assert done.exit_code == 1
    assert "none.warc.gz: there is no such file" in done.output
    assert len(table(tmp_path / "out", "reports")) == 1


def test_a_damaged_file_is_a_reject_and_the_rest_of_the_folder_is_read(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.jsonl").write_bytes(line("Two people died in Orsk on Monday."))
    (source / "b.wacz").write_bytes(b"PK no zip")
    (source / "c.warc.gz").write_bytes(gzip.compress(b"no archive"))
    duckdb.sql(f"copy (select 'Three people died in Orsk.' as text) to '{source}/d.parquet'")
    data = (source / "d.parquet").read_bytes()
    (source / "e.parquet").write_bytes(data[:-8])
    (source / "f.parquet").write_bytes(data[:4] + bytes(40) + data[44:])
    with zipfile.ZipFile(source / "g.wacz", "w") as archive:
        archive.writestr("datapackage.json", "{}")
    done = bulk([str(source)], str(tmp_path / "out"))
    assert not done.faults
    assert {Path(row["archive"]).name for row in table(tmp_path / "out", "reports")} == {"a.jsonl", "d.parquet"}
    rejects = {Path(row["archive"]).name: row["reason"] for row in table(tmp_path / "out", "rejects")}
    assert rejects == {
        "b.wacz": "damaged", "c.warc.gz": "damaged", "e.parquet": "unreadable", "f.parquet": "unreadable",
        "g.wacz": "unreadable",
    }  # fmt: skip


def test_chained_addresses_reach_what_lies_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("Three people were hurt in a fire in Orsk on Monday, police said.")
    duckdb.sql(f"copy (select 'Four people died in Orsk.' as text) to '{tmp_path}/b.parquet'")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/a.jsonl", line("Two people died in Orsk on Monday."))
        archive.write(tmp_path / "b.parquet", "in/b.parquet")
        archive.write(tmp_path / "c.txt", "in/c.txt")
    inputs = [
        f"zip://in::{tmp_path}/a.zip",
        f"zip://in/*.jsonl::{tmp_path}/a.zip",
        f"simplecache::file://{tmp_path}/*.txt",
    ]
    bulk(inputs, str(tmp_path / "out"))
    found = {row["archive"]: row["best"] for row in table(tmp_path / "out", "claims")}
    assert found == {
        f"zip://in/a.jsonl::{tmp_path}/a.zip": 2.0, f"zip://in/b.parquet::{tmp_path}/a.zip": 4.0,
        f"zip://in/c.txt::{tmp_path}/a.zip": 3.0, f"simplecache::file://{tmp_path}/c.txt": 3.0,
    }  # fmt: skip


def test_what_lies_in_the_result_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(line("Two people died in Orsk on Monday."))
    for _ in range(2):
        done = bulk([str(tmp_path)], str(tmp_path / "out"))
        assert (done.shards, done.records) == (1, 1)


@pytest.mark.parametrize("address", ["foo://bar/a", "s3://bucket/a"])
def test_an_address_that_nothing_opens_is_said(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    done = bulk([address], str(tmp_path / "out"))
    assert str(done.faults[0]).startswith(f"{address}: cannot be opened")
    with pytest.raises(UsageError, match="name another folder with --out"):
        bulk([str(tmp_path)], address)


def test_a_result_where_none_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Two people died in Orsk.")
    with pytest.raises(UsageError, match=r"a\.txt cannot be written"):
        bulk([str(tmp_path)], str(tmp_path / "a.txt"))


def raw(text: str, kind: str = "line") -> Raw:
    return Raw(place=Place(archive="a"), kind=kind, body=line(text))  # type: ignore[arg-type]


SICK = """
import sys, time
from tallyroom.bulk import reader
from tallyroom.model import Extraction
def extract(report):
    text = report.text
    if "SLOW" in text:
        while True:
            pass
    if "DEADLY" in text:
        import os
        os.kill(os.getpid(), 9)
    if "LARGE" in text:
        held = [bytearray(50_000_000) for _ in range(8)]
        time.sleep(600)
    if "HUGE" in text:
        held = [bytearray(50_000_000) for _ in range(200)]
    if "FULL" in text:
        def full(*_):
            raise MemoryError
        reader.rejected = full
        full()
    return Extraction(report=report, extractor="none")
reader.extract_all = lambda reports: map(extract, reports)
reader.main(sys.argv[1:])
"""


@pytest.fixture
def sick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading process that some texts make slow, large or dead."""
    (tmp_path / "sick.py").write_text(SICK)
    monkeypatch.setattr("tallyroom.bulk.guard.MODULE", "sick")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")


def reasons(guard: Guard, texts: list[str]) -> list[str]:
    try:
        return [answer[0].reason for answer in guard.read([raw(text) for text in texts])]
    finally:
        guard.close()


@pytest.mark.usefixtures("sick")
def test_a_slow_or_deadly_record_is_rejected_and_the_rest_is_read() -> None:
    words = ["Two people died in Orsk.", "SLOW", "Three were hurt in Orsk.", "DEADLY", "Four died in Orsk."]
    assert reasons(Guard(seconds=1), words) == ["", "too_slow", "", "crashed", ""]


@pytest.mark.usefixtures("sick")
def test_a_record_that_takes_too_much_memory_is_rejected_and_the_rest_is_read() -> None:
    """Seen from outside, met at the bound of the process, and where nothing is left to say so."""
    words = ["Two people died in Orsk.", "LARGE", "HUGE", "FULL", "Four died in Orsk."]
    assert reasons(Guard(megabytes=300), words) == ["", *3 * ["too_much_memory"], ""]


def test_a_bad_record_is_a_row_and_no_fault() -> None:
    outcomes = reader.read_records(
        reader.Task(
            records=[
                Raw(place=Place(archive="a", warc_date="2025-03-05T00:00:00Z"), kind="page", body=b""),
                Raw(place=Place(archive="a"), kind="page", body=b"\x00\x01\x02" * 50),
                Raw(place=Place(archive="a"), kind="line", body=b'{"text": 3}'),
                raw("Der Rat hat sich mit der Frage nicht befasst, und es ist nicht klar, was aus dem Haus wird."),
            ]
        )
    )
    assert [own[0].reason for own in outcomes] == ["no_text", "not_text", "bad_line", "not_english"]
    assert [own[0].month for own in outcomes] == ["2025-03", "unknown", "unknown", "unknown"]


def test_a_task_that_always_fails_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(line("Two people died."))

    def fail(*_: object, **__: object) -> None:
        raise TallyroomError("the disk is full")

    monkeypatch.setattr("tallyroom.bulk.run.run_shard", fail)
    with pytest.raises(TallyroomError, match="disk is full"):
        bulk([str(tmp_path / "a.jsonl")], str(tmp_path / "out"))


def test_progress_tells_rate_share_skipped_and_time_left() -> None:
    from tallyroom.bulk.run import Progress
    from tallyroom.cli.bulk import _duration, _words

    progress = Progress(shards=4)
    fields: dict[str, Any] = {
        "archive": "a",
        "start": 0,
        "end": 1,
        "extractor": "x",
        "rows": {},
        "parts": [],
        "work": [],
    }
    for number, found in enumerate((True, False)):
        done = shard.Done(
            shard=str(number), records=50, rejects={"status": 9, "revisit": 1}, shingles=0, seconds=1.0, cpu_seconds=1.0,
            found=found, **fields,
        )  # fmt: skip
        progress.take(done, fresh=True)
    progress.begun -= 10
    assert progress.found == 1
    assert 4.5 < progress.rate <= 5.0
    assert progress.skipped() == "20.0 % skipped (status 18, revisit 2)"
    assert progress.seconds_left == pytest.approx(20, abs=1)
    assert _words(progress).endswith("left")
    assert (_duration(65), _duration(7322)) == ("1:05", "2:02:02")


def test_the_command_tells_what_it_did(archive: Path, result: Path) -> None:
    from click.testing import CliRunner

    from tallyroom.cli import tallyroom

    words = ["bulk", str(archive), "--out", str(result), "--workers", "0", "--shard-mb", "0.4"]
    done = CliRunner().invoke(tallyroom, words)
    assert done.exit_code == 0
    assert f"{PAGES} records: " in done.output
    assert "not_english" in done.output
    assert "shards were there" in done.output


@pytest.mark.parametrize("status", ["lost", "cancelled"])
def test_a_result_lost_with_its_worker_is_waited_for_and_a_lost_scheduler_is_told(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that had ended is without its result for a while, or its future was given up as the connection broke."""

    statuses = [status, "finished"]

    class Future:
        key = "task"

        @property
        def status(self) -> str:
            return statuses.pop(0)

        def result(self) -> tuple[str, int]:
            return "worker", 2

    class Client:
        def nthreads(self) -> dict[str, int]:
            return {"worker": 1}

        def submit(self, *_: Any, **__: Any) -> Future:
            return Future()

    class Completed(list):  # type: ignore[type-arg]
        add = list.append

    monkeypatch.setattr("distributed.as_completed", Completed)
    found = Dask(Client(), print).map(len, ["ab"])
    if status == "lost":
        assert list(found) == [("ab", 2)]
    else:
        with pytest.raises(TallyroomError, match="the scheduler is lost"):
            list(found)
