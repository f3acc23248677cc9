"""Words that people ask to have removed are nowhere in a ledger, and it still verifies."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.ledger.dump import dump_lines, load_entry
from tallyroom.ledger.lineup import all_series
from tallyroom.ledger.redact import redact
from tallyroom.ledger.verify import Checked, verify
from tallyroom.ledger.words import BLOCK
from tallyroom.model import Extraction, make_report, with_claim_ids
from test_ledger import figure

TEXT = (
    "Jane Roe said that 12 people died. Mayor ROE, or Jane\nRoe as she signs, named another 3 people: jane-roe.example."
)
TABLES = {
    "sqlite": "select name from sqlite_master where type = 'table' and name not like 'report_text_%'",
    "postgres": "select tablename from pg_tables where schemaname = 'public'",
}


@pytest.fixture
def ledger(new_ledger):
    with Ledger.open(new_ledger()) as held:
        yield held


def extraction(url: str, text: str = TEXT, *, id: str | None = None, title: str = "JANE ROE counts") -> Extraction:
    report = make_report(text, url=url, id=id, published="2025-03-04", title=title, outlet="Jane Roe's Blog")
    read = [figure(text, "12", measure="killed", population="people", source="Jane Roe", relays=["friend of Jane Roe"])]
    return Extraction(report=report, extractor="one", figures=with_claim_ids(report.uid, read))


def everywhere(ledger: Ledger) -> str:
    tables = [name for (name,) in ledger.database.rows(TABLES[ledger.database.kind])]
    assert {"entry", "claim", "resolution", "report_text"} <= set(tables)
    return "".join(str(row) for table in tables for row in ledger.database.rows(f"select * from {table}")).casefold()


def remove(ledger: Ledger, words: str = "Jane Roe") -> None:
    held = next(ledger.reports())
    start = held.report.text.index(words)
    redact(ledger, held.report.uid, start, start + len(words), by="Ann", why="asked for")


def test_a_name_is_gone_from_text_title_address_copies_versions_and_judgements(ledger):
    ledger.add(extraction("https://a.example/jane-roe-speaks", id="jane-roe-1"))
    ledger.add(extraction("https://b.example/2025/jane_roe.html"))
    ledger.add(extraction("https://a.example/jane-roe-speaks", "Update. " + TEXT, id="jane-roe-1"))
    ledger.judge(
        Judgement(action="same", by="Bob", kind="source", a="Jane Roe", b="the mayor", why="Jane Roe is mayor")
    )
    ledger.judge(Judgement(action="correct", by="Bob", kind="source", a="jane roe", fields={"confidential": True}))
    for claim in list(ledger.claims(Query(confidential=True))):
        ledger.judge(
            Judgement(action="correct", by="Bob", uid=claim.uid, start=claim.figure.start, end=claim.figure.end,
                      fields={"source": "Mayor Jane Roe"}, why="Jane Roe holds an office")
        )  # fmt: skip
    assert any("Jane" in origin.name for series in all_series(ledger) for origin in series.origins)
    for name in ("jane roe", "jane-roe", "jane_roe"):
        assert name in everywhere(ledger)
    remove(ledger)
    for name in ("jane roe", "jane-roe", "jane_roe", "jane\\nroe", "jane"):
        assert name not in everywhere(ledger), name
    assert list(ledger.reports(Query(text="jane"))) == []
    checked = Checked()
    assert list(verify(ledger, checked)) == []
    assert checked.reports == checked.redacted == 3
    for held in ledger.reports(Query(all_versions=True)):
        assert len(held.report.text) in (len(TEXT), len(TEXT) + len("Update. "))
        assert BLOCK * 8 in (held.report.url or "")
        assert "12 people died" in held.report.text
    assert not ledger.add(extraction("https://b.example/2025/jane_roe.html")).new_reading


def test_the_file_itself_holds_the_name_no_more(tmp_path):
    where = tmp_path / "a.db"
    with Ledger.open(where) as ledger:
        ledger.add(extraction("https://a.example/jane-roe"))
        ledger.judge(Judgement(action="same", by="Bob", kind="source", a="Jane Roe", b="the mayor"))
        remove(ledger)
    left = b"".join(path.read_bytes() for path in Path(tmp_path).glob("a.db*")).lower()
    assert b"jane" not in left


def test_a_judgement_stays_while_another_report_names_the_same(ledger):
    ledger.add(extraction("https://a.example/1"))
    ledger.add(extraction("https://b.example/2", "A council told by Jane Roe: 12 people died."))
    ledger.judge(Judgement(action="same", by="Bob", kind="source", a="Jane Roe", b="the mayor"))
    remove(ledger)
    assert [claim.figure.source for claim in ledger.claims(Query(source="the mayor"))] == ["Jane Roe"]
    assert list(verify(ledger, Checked())) == []


def test_a_redacted_ledger_round_trips_and_verifies(ledger, new_ledger):
    ledger.add(extraction("https://a.example/jane-roe"))
    ledger.add(extraction("https://b.example/jane-roe"))
    ledger.judge(Judgement(action="different", by="Bob", kind="source", a="Jane Roe", b="the mayor"))
    remove(ledger)
    lines = [msgspec.json.decode(line) for line in dump_lines(ledger, confidential=True)]
    with Ledger.open(new_ledger()) as other:
        for line in lines:
            load_entry(other, line)
        assert [msgspec.json.decode(line) for line in dump_lines(other, confidential=True)] == lines
        assert list(other.claims()) == list(ledger.claims())
        assert other.sources(Query()) == ledger.sources(Query())
        checked = Checked()
        assert list(verify(other, checked)) == []
        assert checked.redacted == 2


def test_verify_finds_a_changed_judgement_on_names(ledger):
    ledger.judge(Judgement(action="same", by="Bob", kind="source", a="Jane Roe", b="the mayor"))
    assert list(verify(ledger, Checked())) == []
    drop = (
        "drop trigger entry_unchanged" if ledger.database.kind == "sqlite" else "alter table entry disable trigger all"
    )
    ledger.database.execute(drop)
    ledger.database.execute("update entry set body = replace(body, 'the mayor', 'the major')")
    assert next(fault.what for fault in verify(ledger, Checked())).startswith("the judgement by Bob")


def test_part_of_a_word_and_no_words(ledger):
    ledger.add(extraction("https://a.example/1"))
    with pytest.raises(UsageError, match="no words"):
        redact(ledger, next(ledger.reports()).report.uid, 8, 9, by="Ann")
    remove(ledger, "ane Ro")
    assert "J" + BLOCK * 6 + "e said" in next(ledger.reports()).report.text
    assert list(verify(ledger, Checked())) == []
