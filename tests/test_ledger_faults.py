"""A ledger in bad company: killed writers, crowds, broken files, a database that goes away, hostile text."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

import tallyroom
from tallyroom.cli.asking import figures_command, show_command
from tallyroom.cli.keeping import add_command, diff_command, import_command, verify_command
from tallyroom.errors import LedgerError
from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.connect import newest_schema
from tallyroom.ledger.lineup import all_series
from tallyroom.ledger.verify import Checked, verify
from tallyroom.model import Extraction, encode_json, make_report
from test_ledger import reading

REPORTS = 300


def text_of(number: int) -> str:
    return f"Report {number}: a fire killed {number} people, the coast guard said. At least 30 were hurt."


def many(count: int = REPORTS) -> list:
    return [reading(text_of(i), toll=str(i), url=f"https://a.example/{i}") for i in range(100, 100 + count)]


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Reports, and beside them a copy of the program: writers are started for many minutes, while files may be edited."""
    path = tmp_path_factory.mktemp("reports") / "reports.jsonl"
    path.write_bytes(b"\n".join(encode_json(extraction) for extraction in many()))
    package = Path(tallyroom.__file__).parent
    shutil.copytree(package, path.parent / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    return path


def exported(where: str) -> list[tuple]:
    """The log, what counts and its series, without the columns that tell when and in which run."""
    with Ledger.open(where, create=False) as held:
        entries = sorted((kind, identity, uid, body) for _, kind, identity, uid, _, _, _, body in held.log.entries())
        claims = sorted(("claim", msgspec.json.encode(c.figure)) for c in held.claims(Query(limit=None, review="all")))
        series = [("series", msgspec.json.encode(one)) for one in all_series(held)]
        assert list(verify(held, Checked())) == []
    return [*entries, *claims, *series]


def add_all(ledger: Ledger, extractions: list) -> None:
    for extraction in extractions:
        ledger.add(extraction)


PROGRAM = "import sys; from tallyroom.cli import main; sys.argv[0] = 'tallyroom'; main()"


def adding(where: str, lines) -> subprocess.Popen:
    """A writer of its own process, which runs the program as it was when the tests began: see `lines`."""
    command = [sys.executable, "-c", PROGRAM, "add", str(lines), "--ledger", where]
    with told_in(lines).open("wb") as told:
        return subprocess.Popen(command, stderr=told, env={**os.environ, "PYTHONPATH": str(lines.parent)})


def told_in(lines) -> Path:
    """Where the last writer's standard error stands."""
    return lines.with_suffix(".stderr")


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_at_random_moments_and_run_again(new_ledger, lines, rounds):
    whole = new_ledger()
    assert adding(whole, lines).wait() == 0, told_in(lines).read_text()
    wanted = exported(whole)
    assert sum(1 for row in wanted if row[0] == "report") == REPORTS
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    for _ in range(rounds):
        kill_and_run_again(new_ledger(), lines, chance, wanted, f"seed {seed}")


def kill_and_run_again(where: str, lines, chance: random.Random, wanted: list[tuple], told: str) -> None:
    """Every fifth time it is killed while it lines up the series, after the last report."""
    moment = REPORTS if chance.random() < 0.2 else chance.randrange(1, REPORTS - 60)
    writer = adding(where, lines)
    while _held(where) < moment and writer.poll() is None:
        time.sleep(0.01)
    # What is read together is kept together: else it would always be killed while it reads, just after a commit.
    time.sleep(chance.uniform(0, 0.3))
    writer.send_signal(signal.SIGKILL)
    ended = writer.wait()
    assert ended == -signal.SIGKILL or (moment == REPORTS and not ended), f"{told}: {told_in(lines).read_text()}"
    assert moment <= _held(where) <= REPORTS
    assert adding(where, lines).wait() == 0, f"{told}, run again: {told_in(lines).read_text()}"
    assert exported(where) == wanted, told


def test_stopped_by_ctrl_c_and_run_again(tmp_path, lines):
    where, few = str(tmp_path / "a.db"), lines.with_name("few.jsonl")
    few.write_bytes(b"\n".join(lines.read_bytes().splitlines()[:80]))
    # A shell that starts tests in the background lets them ignore the signal.
    program = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {PROGRAM}"
    command = [sys.executable, "-c", program, "add", str(few), "--ledger", where]
    told = {"stderr": subprocess.PIPE, "text": True, "env": {**os.environ, "PYTHONPATH": str(lines.parent)}}
    writer = subprocess.Popen(command, **told)
    while _held(where) < 5 and writer.poll() is None:
        time.sleep(0.01)
    writer.send_signal(signal.SIGINT)
    _, said = writer.communicate()
    assert writer.returncode == 130, said
    kept = _held(where)
    assert said == f"stopped: {kept} reports kept in {where}; run the same again to go on\n"
    assert 5 <= kept < 80
    again = subprocess.run(command, **told)
    assert again.stderr.startswith(f"{80 - kept} reports with ")
    assert again.stderr.endswith(f"; {kept} were there\n")


def _held(where: str) -> int:
    try:
        with Ledger.open(where, create=False) as held:
            return held.count_reports(Query())
    except LedgerError:
        return 0


#: Asks again and again; what it counted once is never fewer.
READER = """
import sys, time
from tallyroom.errors import LedgerError
from tallyroom.ledger import Ledger, Query
seen = 0
while seen < int(sys.argv[2]):
    try:
        with Ledger.open(sys.argv[1], create=False) as held:
            count = held.count_claims(Query())
            assert count % 2 == 0 and count >= seen, (count, seen)
            assert len(list(held.claims(Query(limit=20)))) >= min(20, count)
            held.sources(Query())
            seen = count
    except LedgerError as fault:
        assert seen == 0 and "there is no ledger" in str(fault), fault
    time.sleep(0.01)
"""


def test_eight_writers_and_four_readers_at_once(tmp_path):
    """Each a process of its own, as locks of files know them; ten of their reports are told by every writer."""
    where, extractions = str(tmp_path / "busy.db"), many(90)
    crowd = []
    for part in range(8):
        own = tmp_path / f"{part}.jsonl"
        own.write_bytes(b"\n".join(encode_json(one) for one in extractions[part:80:8] + extractions[80:]))
        crowd.append([sys.executable, "-c", PROGRAM, "import", str(own), "--ledger", where])
    crowd += [[sys.executable, "-c", READER, where, "180"]] * 4
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for command in crowd]
    ended = [(one.communicate(timeout=300)[1], one.returncode) for one in running]
    assert [told for told, code in ended if code] == []
    new = [int(told.split(" new", 1)[0]) for told, _ in ended[:8]]
    assert sum(new) == 90
    with Ledger.open(where) as held:
        assert held.count_claims(Query()) == 180
        assert list(verify(held, Checked())) == []


def test_what_is_no_ledger_is_told(tmp_path):
    text, other, folder = tmp_path / "a.txt", tmp_path / "other.db", tmp_path / "folder"
    text.write_text("not a database at all")
    folder.mkdir()
    with sqlite3.connect(other) as connection:
        connection.execute("create table t (x)")
        connection.execute("create table u (x)")
    connection.close()
    for where, words in [
        (text, "no ledger"),
        (other, "another program"),
        (folder, "a folder"),
        (tmp_path / "no/a.db", "does not exist"),
    ]:
        with pytest.raises(LedgerError, match=words):
            Ledger.open(where)
    with pytest.raises(LedgerError, match="there is no ledger"):
        Ledger.open(tmp_path / "none.db", create=False)
    assert text.read_text() == "not a database at all"


def test_a_newer_ledger_is_told(new_ledger):
    where = new_ledger()
    with Ledger.open(where) as held:
        held.database.execute(
            "update ledger_meta set value = :v where name = 'schema'", {"v": str(newest_schema() + 1)}
        )
    with pytest.raises(LedgerError, match="install a newer Tallyroom"):
        Ledger.open(where)


def test_a_read_only_ledger_can_be_asked_and_says_why_it_cannot_be_written(tmp_path):
    where = tmp_path / "a.db"
    with Ledger.open(where) as held:
        held.add(reading())
    (fresh,) = many(1)
    with Ledger.open(where, read_only=True) as held:
        assert held.count_claims(Query()) == 2
        with pytest.raises(LedgerError, match="cannot be written"):
            held.add(fresh)


#: In a mount namespace of its own (nothing stays mounted): a disk with room for a ledger and its log, most of which something else holds.
FULL_DISK = """
set -eu
mount -t tmpfs -o size=32m tallyroom-test "$1"
head -c 33066000 /dev/zero > "$1/ballast"
code=0
"$2" -c "$3" import "$4" --ledger "$1/a.db" || code=$?
rm "$1/ballast"
"$2" -c "$3" verify --ledger "$1/a.db"
"$2" -c "$3" import "$4" --ledger "$1/a.db"
"$2" -c "$3" verify --ledger "$1/a.db"
exit $((code + 100))
"""
#: Where no file system may be mounted: no file may grow beyond 400 kB.
FULL_FILE = """
set -eu
code=0
(ulimit -f 400; exec "$2" -c "$3" import "$4" --ledger "$1/a.db") || code=$?
"$2" -c "$3" verify --ledger "$1/a.db"
"$2" -c "$3" import "$4" --ledger "$1/a.db"
"$2" -c "$3" verify --ledger "$1/a.db"
exit $((code + 100))
"""
UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"]


def may_mount() -> bool:
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.parametrize("limit", ["disk", "file"])
def test_a_full_disk_keeps_what_was_committed_and_goes_on_when_there_is_room(tmp_path, limit):
    path, folder = tmp_path / "in.jsonl", tmp_path / "disk"
    folder.mkdir()
    path.write_bytes(b"\n".join(encode_json(extraction) for extraction in many(120)))
    shell = [*UNSHARE, "bash", "-c", FULL_DISK] if limit == "disk" and may_mount() else ["bash", "-c", FULL_FILE]
    done = subprocess.run(
        [*shell, "bash", str(folder), sys.executable, PROGRAM, str(path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 101, done.stderr
    told = done.stderr.splitlines()[0]
    assert "make room and run again" in told or "check the disk and its free room" in told
    assert "Traceback" not in done.stderr
    kept = [line for line in done.stdout.splitlines() if line.endswith("all hold")]
    assert len(kept) == 2
    assert 1 <= int(kept[0].split()[0]) < 120
    assert kept[1].startswith("120 reports")


FORMS = ("csv", "xlsx", "ucdp", "hxl", "jsonl", "jsonld", "parquet")
#: A disk of one page, in a mount namespace of its own.
FULL_FOR_EXPORTS = """
mount -t tmpfs -o size=4k tallyroom-test "$1"
for form in csv xlsx ucdp hxl jsonl jsonld parquet; do
  "$2" -c "$3" export --ledger "$4" --to $form --out "$1/out.$form"
  echo "$form $?"
done
ls -A "$1"
"""
#: Where no file system may be mounted: the same rows to files that may not grow beyond one kilobyte.
FULL_FOR_TABLES = """
import resource, sys
from tallyroom.export import row_of, write_parquet, write_xlsx
from tallyroom.ledger import Ledger
with Ledger.open(sys.argv[2]) as held:
    rows = [row_of(claim) for claim in held.claims()]
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
for form, write in (("xlsx", write_xlsx), ("parquet", write_parquet)):
    try:
        write(iter(rows), f"{sys.argv[1]}/out.{form}")
    except OSError as fault:
        print(form, fault.strerror)
"""


@pytest.fixture
def sixty(tmp_path) -> tuple[str, str]:
    """A ledger of sixty reports and an empty folder."""
    where, folder = tmp_path / "a.db", tmp_path / "out"
    folder.mkdir()
    with Ledger.open(where) as held:
        add_all(held, many(60))
    return str(where), str(folder)


@pytest.mark.skipif(not may_mount(), reason="no file system may be mounted here")
def test_an_export_to_a_full_disk_is_told_and_leaves_nothing(sixty):
    where, folder = sixty
    command = [*UNSHARE, "bash", "-c", FULL_FOR_EXPORTS, "bash", folder, sys.executable, PROGRAM, where]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == [f"{form} 1" for form in FORMS], done.stderr
    told = done.stderr.splitlines()
    assert len(told) == len(FORMS), done.stderr
    assert all(line.endswith("cannot be written (No space left on device)") for line in told), told


def test_tables_that_cannot_be_written_say_so_and_no_more(sixty):
    where, folder = sixty
    done = subprocess.run([sys.executable, "-c", FULL_FOR_TABLES, folder, where], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["xlsx File too large", "parquet File too large"], done.stderr
    assert done.stderr == ""


def test_a_postgres_that_goes_away_is_told_and_the_committed_is_whole(postgres_server):
    postgres_server.psql("create database goes_away;")
    where = postgres_server.get_uri(database="goes_away")
    held = Ledger.open(where)
    held.add(reading())

    def lose_it_in_mid_write() -> None:
        with held.transaction():
            held.log.add_report(many(1)[0].report, None, "2025-03-04T00:00:00.000000Z", "run")
            postgres_server.psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'goes_away';")
            held.add(many(2)[1])

    with pytest.raises(LedgerError, match="went away"):
        lose_it_in_mid_write()
    with Ledger.open(where) as again:
        assert again.count_reports(Query()) == 1
        assert list(verify(again, Checked())) == []
    with pytest.raises(LedgerError) as told:
        Ledger.open("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(told.value)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Root may read and write everything: it steps down to nobody for the attempt."""
    me = os.geteuid()
    if me == 0:
        for above in (folder, folder.parent, folder.parent.parent):
            above.chmod(above.stat().st_mode | 0o555)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_wrong_permissions_are_told(tmp_path):
    where = tmp_path / "a.db"
    Ledger.open(where).close()
    where.chmod(0)
    with without_rights(tmp_path), pytest.raises(LedgerError, match="permissions"):
        Ledger.open(where)


def test_a_ledger_that_cannot_be_written_can_be_asked(tmp_path):
    folder = tmp_path / "shelf"
    folder.mkdir()
    where = folder / "a.db"
    (fresh,) = many(1)
    with Ledger.open(where) as held:
        held.add(reading())
        held.add(reading(text_of(7), toll="7", url="https://a.example/7"))
    where.chmod(0o444)
    folder.chmod(0o555)
    with without_rights(tmp_path):
        with Ledger.open(where, create=False) as held:
            assert held.count_claims(Query()) == 4
            assert list(verify(held, Checked())) == []
            assert len(all_series(held)) > 0
            with pytest.raises(LedgerError, match="cannot be written"):
                held.add(fresh)
        with pytest.raises(LedgerError, match="permissions"):
            Ledger.open(where)
    folder.chmod(0o755)
    assert [path.name for path in folder.iterdir()] == ["a.db"]


def test_an_old_postgres_is_told(postgres_server, monkeypatch):
    monkeypatch.setattr("tallyroom.ledger.postgres.OLDEST", 99)
    with pytest.raises(LedgerError, match="is too old; a ledger needs 99 or newer"):
        Ledger.open(postgres_server.get_uri(database="postgres"))


def test_to_ask_begins_no_ledger(new_ledger, tmp_path):
    where = new_ledger()
    (tmp_path / "empty.db").touch()
    for name in (where, tmp_path / "empty.db"):
        with pytest.raises(LedgerError, match="there is no ledger"):
            Ledger.open(name, create=False)
    with Ledger.open(where) as held:
        held.add(reading())
    with Ledger.open(where, create=False) as held:
        assert held.count_reports(Query()) == 1


def test_terminal_escapes_are_shown_and_not_obeyed(tmp_path):
    where = str(tmp_path / "a.db")
    text = "\x1b]0;owned\x07\x1b[2J\x9b31m Fire killed 12 people, said \x1b[31mX. At least 30 hurt."
    with Ledger.open(where) as held:
        held.add(reading(text, source="\x1b[31mX", outlet="\x1b[5mA"))
        claim_id = next(held.claims(Query(measure="killed"))).claim_id
    for command, args in [
        (figures_command, []),
        (show_command, [claim_id[:10]]),
        (show_command, [claim_id[:10], "--format", "json"]),
    ]:
        result = CliRunner().invoke(command, [*args, "--ledger", where], catch_exceptions=False)
        assert result.exit_code == 0
        assert not any(c in result.output for c in "\x1b\x07\x9b")


def test_cells_that_look_like_formulas_arrive_as_text(tmp_path):
    where = str(tmp_path / "a.db")
    with Ledger.open(where) as held:
        held.add(reading(source="=HYPERLINK(1)"))
    result = CliRunner().invoke(figures_command, ["--ledger", where, "--format", "csv", "--measure", "killed"])
    assert ",'=HYPERLINK(1)," in result.output


def test_import_tells_each_bad_line_and_takes_the_rest(tmp_path):
    where, path = str(tmp_path / "a.db"), tmp_path / "in.jsonl"
    moved = encode_json(reading()).replace(b'"start":32', b'"start":33')
    path.write_bytes(b"\n".join([b"{", b"[]", b"{}", moved, encode_json(reading())]))
    result = CliRunner().invoke(import_command, [str(path), "--ledger", where])
    assert result.exit_code == 1
    assert [f"in.jsonl#{n}" in result.output for n in range(1, 6)] == [True, True, True, True, False]
    assert "1 new" in result.output
    assert CliRunner().invoke(verify_command, ["--ledger", where]).output.startswith("1 report (0 redacted), 4 quotes")
    assert "0 added, 0 revised" in CliRunner().invoke(diff_command, [where, where]).output


def test_reports_that_another_extractor_reads_anew_are_no_new_ones(tmp_path):
    where, lines = str(tmp_path / "a.db"), tmp_path / "a.jsonl"
    rows = [{"id": f"r{n}", "text": text_of(n), "published": "2025-03-04"} for n in (100, 101)]
    lines.write_text(json.dumps(rows[0]))
    with Ledger.open(where) as held:
        held.add(Extraction(report=make_report(rows[0]["text"], id="r100", published="2025-03-04"), extractor="before"))
    lines.write_text("\n".join(map(json.dumps, rows)))
    for told in (
        "1 report added to {}, 1 read anew; {} figures; 1 was there",
        "0 reports with 0 figures added to {}; 2 were there",
    ):
        done = CliRunner().invoke(add_command, [str(lines), "--ledger", where])
        with Ledger.open(where) as held:
            count = held.count_claims(Query())
        assert done.stderr.strip() == told.format(where, count)
        assert count


def test_a_report_that_is_refused_takes_none_of_those_kept_together_with_it(tmp_path):
    where, lines = str(tmp_path / "a.db"), tmp_path / "a.jsonl"
    rows = [{"id": name, "url": f"https://{n}.example", "text": text_of(n)} for n, name in enumerate("aba", start=100)]
    lines.write_text("\n".join(map(json.dumps, [*rows, {"id": "c"}, {"id": "d", "text": text_of(104)}])))
    for added, known in ((3, 0), (0, 3)):
        done = CliRunner().invoke(add_command, [str(lines), "--ledger", where])
        assert done.exit_code == 1
        assert "'a' stands for two reports: https://100.example (in the ledger) and https://102.example" in done.stderr
        assert "a.jsonl#4: `text` is missing" in done.stderr
        assert done.stderr.splitlines()[-1].startswith(f"{added} reports with ")
        assert done.stderr.endswith(f"; {known} were there\n")
    with Ledger.open(where) as held:
        assert [report.report.id for report in held.reports()] == ["a", "b", "d"]
        assert list(verify(held, Checked())) == []
