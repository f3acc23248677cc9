"""What leaves the ledger: spreadsheets that run nothing, UCDP, HXL, JSON-LD, Parquet, the same bytes twice."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tallyroom.cli import tallyroom
from tallyroom.errors import UsageError
from tallyroom.export import (
    COLUMNS,
    UCDP_COLUMNS,
    row_of,
    write_csv,
    write_hxl,
    write_jsonld,
    write_parquet,
    write_xlsx,
)
from tallyroom.ledger import Judgement, Ledger, LedgerClaim, Query
from tallyroom.model import Extraction, Figure, make_report, with_claim_ids

TEXT = (
    "=1+1 said the ministry. At least 12 soldiers were killed near Kursk on 3 March 2025, Ukraine's military said.\n"
    "Officials fear 40 people, and 3 civilians were killed in Sudzha. Aid of $5 million was promised. 7 were injured."
)


def figure(quote: str, measure: str = "killed", **fields: object) -> Figure:
    start = TEXT.index(quote)
    best = fields.pop("best", 12)
    values = {"low": best, "best": best, "high": best} | fields
    return Figure(id=f"f{start}", quote=quote, start=start, end=start + len(quote), measure=measure, **values)  # type: ignore[arg-type]


FIGURES = [
    figure(
        "At least 12",
        high=None,
        bound="at_least",
        population="Russian soldiers",
        place="near Kursk",
        event_time="2025-03-03",
        source="Ukraine's military",
        relays=("state TV", "one editor"),
        said_at="2025-03-04",
        cue="said",
        confidence={"record": 0.9},
    ),
    figure("40", best=40, population="people", source="Officials", polarity="hypothetical", modality="feared"),
    figure(
        "3 civilians", best=3, population="civilians", place="Sudzha", event_time="../2025-03-03", aggregation="subset"
    ),
    figure(
        "$5 million", "money", best=5_000_000, unit="USD", population="aid", modality="planned", polarity="hypothetical"
    ),
    figure("7", "injured", best=7, population="@people", source="=cmd|' /C calc'!A0", place="\tKursk"),
]


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        for name, outlet in (("a", 'Daily, "North"'), ("b", "Confidential Post")):
            report = make_report(
                TEXT,
                id=name,
                published="2025-03-05",
                outlet=outlet,
                url=f"https://example.org/{name}",
                title="-5 degrees; twelve killed",
            )
            ledger.add(Extraction(report=report, extractor="test", figures=with_claim_ids(report.uid, FIGURES)))
            if name == "b":
                ledger.judge(Judgement(action="correct", by="me", uid=report.uid, fields={"confidential": True}))
    return path


@pytest.fixture
def claims(ledger_path: Path) -> Iterator[list[LedgerClaim]]:
    with Ledger.open(ledger_path) as ledger:
        yield list(ledger.claims(Query(confidential=False, sort="recorded", descending=False, limit=None)))


def run(*arguments: object) -> bytes:
    found = CliRunner().invoke(tallyroom, [str(a) for a in arguments])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found.stdout_bytes


def table_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_every_row_leads_back_and_has_every_column(claims: list[LedgerClaim]) -> None:
    assert len(claims) == len(FIGURES)
    for claim in claims:
        row = row_of(claim)
        assert list(row) == [column.name for column in COLUMNS]
        assert TEXT[row["start"] : row["end"]] == row["quote"]
    first = row_of(claims[0])
    assert (first["source_country"], first["population_sides"], first["claimant_relation"]) == ("ua", "ru", "opponent")
    assert (first["place_country"], first["where_prec"], first["relays"]) == ("ru", 2, "state TV | one editor")
    assert first["high"] is None


def test_csv_arrives_as_text_and_numbers_as_numbers(claims: list[LedgerClaim]) -> None:
    out = io.StringIO(newline="")
    assert write_csv((row_of(c) for c in claims), out) == len(claims)
    rows = table_of(out.getvalue().encode())
    assert rows[0]["title"] == "'-5 degrees; twelve killed"
    assert rows[0]["outlet"] == 'Daily, "North"'
    assert rows[4]["source"] == "'=cmd|' /C calc'!A0"
    assert rows[4]["population"] == "'@people" and rows[4]["place"] == "'\tKursk"  # noqa: PT018
    assert (rows[0]["best"], rows[0]["high"]) == ("12", "")
    for row in rows:
        assert not any(str(value).startswith(("=", "+", "@", "\t", "\r")) for value in row.values())
    raw = io.StringIO(newline="")
    write_csv((row_of(c) for c in claims), raw, raw=True)
    assert table_of(raw.getvalue().encode())[4]["source"] == "=cmd|' /C calc'!A0"


def test_a_negative_number_stays_a_number(claims: list[LedgerClaim]) -> None:
    out = io.StringIO(newline="")
    write_csv([row_of(claims[0]) | {"longitude": -12.5}], out)
    assert table_of(out.getvalue().encode())[0]["longitude"] == "-12.5"


def test_csv_is_read_alike_by_a_second_reader(ledger_path: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    out = tmp_path / "figures.csv"
    run("export", "--ledger", ledger_path, "--out", out)
    own = [list(row.values()) for row in table_of(out.read_bytes())]
    other = duckdb.sql(f"select * from read_csv('{out}', all_varchar = true, header = true)")
    assert other.columns == [column.name for column in COLUMNS]
    assert [[cell or "" for cell in row] for row in other.fetchall()] == own


@pytest.mark.office
def test_libreoffice_opens_the_csv_with_its_columns_right_and_runs_nothing(
    claims: list[LedgerClaim], tmp_path: Path
) -> None:
    """Opened as a person would (comma, quotes, UTF-8), and saved as XLSX to see what arrived in which cell."""
    import subprocess

    from openpyxl import load_workbook

    names = [column.name for column in COLUMNS]
    rows = [row_of(claim) for claim in claims]
    rows.append(rows[0] | {"title": 'Zwölf, "dreizehn"\nund so fort', "longitude": -12.5, "source": "+1"})
    with (tmp_path / "figures.csv").open("w", encoding="utf-8", newline="") as out:
        write_csv(rows, out)
    profile = (tmp_path / "profile").as_uri()
    command = [
        "soffice", f"-env:UserInstallation={profile}", "--headless", "--infilter=CSV:44,34,UTF8,1", "--convert-to",
        "xlsx", "--outdir", str(tmp_path), str(tmp_path / "figures.csv"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    sheet = load_workbook(tmp_path / "figures.xlsx").active
    assert sheet is not None
    cells = list(sheet.iter_rows())
    assert [cell.value for cell in cells[0]] == names
    assert len(cells) == len(rows) + 1
    assert not any(cell.data_type == "f" for line in cells for cell in line)
    at = names.index
    for line, row in zip(cells[1:], rows, strict=True):
        assert line[at("quote")].value in (row["quote"], int(row["quote"]) if row["quote"].isdigit() else None)
        for name in ("best", "start", "latitude", "longitude"):
            assert line[at(name)].value == row[name], name
    assert cells[5][at("source")].value == "'=cmd|' /C calc'!A0"
    assert cells[6][at("source")].value == "'+1"
    assert cells[6][at("title")].value == 'Zwölf, "dreizehn"\nund so fort'


def test_xlsx_explains_itself_runs_nothing_and_repeats(claims: list[LedgerClaim], tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    for path in (one, two):
        assert write_xlsx((row_of(c) for c in claims), path) == len(claims)
    assert one.read_bytes() == two.read_bytes()
    book = openpyxl.load_workbook(one)
    sheet = book["figures"]
    assert [c.value for c in sheet[1]] == [column.name for column in COLUMNS]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    at = [column.name for column in COLUMNS].index
    assert sheet.cell(6, at("source") + 1).value == "=cmd|' /C calc'!A0"
    assert sheet.cell(2, at("best") + 1).value == 12
    assert [row[0].value for row in book["columns"].iter_rows(min_row=2)] == [column.name for column in COLUMNS]


def test_ucdp_holds_deaths_only_sides_where_stated_and_open_bounds_empty(ledger_path: Path) -> None:
    rows = table_of(run("export", "--ledger", ledger_path, "--to", "ucdp"))
    assert rows and list(rows[0]) == list(UCDP_COLUMNS)  # noqa: PT018
    soldiers = next(row for row in rows if row["deaths_a"])
    assert (soldiers["side_a"], soldiers["deaths_a"], soldiers["high"]) == ("Government of Russia", "12", "")
    assert (soldiers["country"], soldiers["date_start"], soldiers["date_prec"], soldiers["deaths_unknown"]) == (
        "Russia",
        "2025-03-03",
        "1",
        "",
    )
    civil = next(row for row in rows if row["deaths_civilians"])
    assert (civil["deaths_civilians"], civil["side_a"], civil["date_start"], civil["date_end"]) == (
        "3",
        "",
        "",
        "2025-03-03",
    )
    assert all("40" not in (row["best"], row["high"]) and "7" not in (row["best"],) for row in rows)


@pytest.mark.parametrize(
    ("quote", "bound", "said", "coded"),
    [("12", "more_than", (13, 12, None), ("13", "13", "")), ("12", "less_than", (None, 12, 11), ("", "11", "11")),
     ("12", "exact", (12, 12, 12), ("12", "12", "12"))],
)  # fmt: skip
def test_a_best_estimate_lies_within_its_bounds(
    tmp_path: Path, quote: str, bound: str, said: tuple, coded: tuple
) -> None:
    text = "12 villagers were killed in Sudzha on 3 March 2025, the police said."
    report = make_report(text, id="v", published="2025-03-05")
    low, best, high = said
    one = Figure(id="f1", quote=quote, start=0, end=2, measure="killed", low=low, best=best, high=high, bound=bound,
                 population="villagers", place="Sudzha", source="the police", event_time="2025-03-03")  # fmt: skip
    with Ledger.open(tmp_path / "v.db") as ledger:
        ledger.add(Extraction(report=report, extractor="test", figures=with_claim_ids(report.uid, [one])))
    (row,) = table_of(run("export", "--ledger", tmp_path / "v.db", "--to", "ucdp"))
    assert (row["low"], row["best"], row["high"]) == coded
    assert row["deaths_civilians"] == row["best"]


def test_hxl_is_valid(ledger_path: Path, tmp_path: Path) -> None:
    hxl = pytest.importorskip("hxl")
    out = tmp_path / "figures.csv"
    run("export", "--ledger", ledger_path, "--to", "hxl", "--out", out)
    found: list[object] = []
    data = hxl.data(str(out), hxl.InputOptions(allow_local=True))
    assert hxl.schema(callback=found.append).validate(data), [str(e.message) for e in found]  # type: ignore[attr-defined]
    rows = list(csv.reader(out.open(encoding="utf-8", newline="")))
    killed = rows[1].index("#affected+killed")
    assert [row[killed] for row in rows[2:]] == ["12", "", "3", "", ""]
    assert rows[3][rows[1].index("#indicator+name")] == "killed (hypothetical)"


def test_the_hxl_judge_finds_a_bad_number(tmp_path: Path) -> None:
    hxl = pytest.importorskip("hxl")
    out = tmp_path / "bad.csv"
    out.write_text("Killed\n#affected+killed\nmany\n", encoding="utf-8")
    assert not hxl.schema().validate(hxl.data(str(out), hxl.InputOptions(allow_local=True)))


def test_jsonld_expands_to_prov_and_schema_org(claims: list[LedgerClaim]) -> None:
    jsonld = pytest.importorskip("pyld").jsonld

    def refuse(url: str, options: object) -> None:
        raise AssertionError(f"asked the network for {url}")

    out = io.StringIO()
    write_jsonld((row_of(c) for c in claims), out)
    nodes = jsonld.expand(json.loads(out.getvalue()), {"documentLoader": refuse})
    assert len(nodes) == len(claims)
    first = nodes[0]
    assert "https://schema.org/Claim" in first["@type"] and "http://www.w3.org/ns/prov#Entity" in first["@type"]  # noqa: PT018
    prov = "http://www.w3.org/ns/prov#"
    last = first[prov + "wasQuotedFrom"][0]
    assert last[prov + "wasAttributedTo"][0]["https://schema.org/name"][0]["@value"] == "one editor"
    origin = last[prov + "wasQuotedFrom"][0][prov + "wasQuotedFrom"][0]["@id"]
    assert origin == first[prov + "hadPrimarySource"][0]["@id"]
    assert first["https://schema.org/about"][0]["https://schema.org/minValue"][0]["@value"] == 12
    assert all(key.startswith(("@", "http")) for key in first)


def test_parquet_has_types_and_untouched_text(claims: list[LedgerClaim], tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    one, two = tmp_path / "it's.parquet", tmp_path / "two.parquet"
    for path in (one, two):
        assert write_parquet((row_of(c) for c in claims), path) == len(claims)
    assert one.read_bytes() == two.read_bytes()
    found = duckdb.execute("select source, best, high, repeat from read_parquet(?)", [str(one)]).fetchall()
    assert found[0] == ("Ukraine's military", 12.0, None, False)
    assert found[4][0] == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize("form", ["csv", "ucdp", "hxl", "jsonl", "jsonld", "xlsx", "parquet"])
def test_confidential_reports_stay_in_unless_asked_for_and_bytes_repeat(ledger_path: Path, form: str) -> None:
    found = run("export", "--ledger", ledger_path, "--to", form)
    assert found == run("export", "--ledger", ledger_path, "--to", form)
    if form in ("csv", "ucdp", "hxl", "jsonl", "jsonld"):
        assert b"Confidential Post" not in found
        assert b"Confidential Post" in run("export", "--ledger", ledger_path, "--to", form, "--confidential")


def test_filters_and_wrong_use(ledger_path: Path, tmp_path: Path) -> None:
    rows = table_of(run("export", "--ledger", ledger_path, "--to", "csv", "--measure", "injured"))
    assert [row["measure"] for row in rows] == ["injured"]
    with pytest.raises(UsageError, match="say the form"):
        run("export", "--ledger", ledger_path, "--out", tmp_path / "figures.doc")
    with pytest.raises(UsageError, match="whole ledger"):
        run("export", "--ledger", ledger_path, "--to", "jsonl", "--measure", "killed")
    with pytest.raises(UsageError, match="deaths only"):
        run("export", "--ledger", ledger_path, "--to", "ucdp", "--measure", "injured")


def test_a_failed_export_leaves_the_old_file(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "figures.csv"
    out.write_text("old", encoding="utf-8")

    def broken(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tallyroom.export.write_csv", broken)
    with pytest.raises(Exception, match="No space left"):
        run("export", "--ledger", ledger_path, "--out", out)
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".tallyroom")) == []


def test_memory_stays_flat(tmp_path: Path, claims: list[LedgerClaim]) -> None:
    import tracemalloc

    row = row_of(claims[0])

    def peak(count: int) -> int:
        tracemalloc.start()
        with (tmp_path / "flat.csv").open("w", encoding="utf-8", newline="") as out:
            write_csv((row for _ in range(count)), out)
            write_hxl((row for _ in range(count)), out)
            write_jsonld((row for _ in range(count)), out)
        write_xlsx((row for _ in range(count)), tmp_path / "flat.xlsx")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(5)
    assert peak(1500) < peak(150) + 400_000
