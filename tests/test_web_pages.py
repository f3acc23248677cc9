"""The pages as a reader meets them: what was pasted, what the ledger holds, and that report text stays text."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from tallyroom.extract import extract
from tallyroom.ledger import Judgement, Ledger
from tallyroom.model import MEASURES, Extraction, Figure, Problem, Report, make_report, with_claim_ids
from tallyroom.web import reading
from tallyroom.web.app import create_app
from tallyroom.web.marks import Offsets, marked
from tallyroom.web.review_queues import QUEUES
from tallyroom.web.words import HUES, hue, visible

HOST = "http://localhost:8137"
ROOT = Path(__file__).parent.parent
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} \u202eevil\u202c <style>*{display:none}</style>"
)


@lru_cache(maxsize=1)
def demo() -> Extraction:
    row = json.loads((ROOT / "examples/harbour.jsonl").read_text())
    given = {name: row[name] for name in ("id", "published", "outlet", "title")}
    return extract(make_report(row["text"], **given))


def made(text: str, quotes: list[str], *, id: str = "r1", **fields: object) -> Extraction:
    """A report with a killed figure at each of some words."""
    report = make_report(
        text, id=id, published="2025-03-04", outlet=fields.pop("outlet", "Daily A"), title=fields.pop("title", "Fire")
    )  # type: ignore[arg-type]
    figures = []
    for i, quote in enumerate(quotes):
        start = text.index(quote)
        row = {"id": f"f{i}", "quote": quote, "start": start, "end": start + len(quote), "low": 12, "best": 12, "high": 12,
               "measure": "killed", "source": "the coast guard", "population": "people", **fields}  # fmt: skip
        figures.append(msgspec.convert(row, Figure))
    return Extraction(report=report, extractor="test", figures=with_claim_ids(report.uid, figures))


@pytest.fixture
def where(tmp_path: Path) -> Path:
    path = tmp_path / "page.db"
    with Ledger.open(path) as ledger:
        ledger.add(demo())
    return path


@pytest.fixture
def client(where: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The page, with extraction in the same process: the worker process is tested in the browser."""

    async def here(self: reading.Reader, seconds: float, name: str, work: object, *values: object) -> object:
        return work(*values)  # type: ignore[operator]

    monkeypatch.setattr(reading.Reader, "_run", here)
    monkeypatch.setattr(reading, "_bound_memory", lambda: None)
    with TestClient(create_app(where), base_url=HOST, follow_redirects=False) as client:
        yield client


def shown_text(page: str) -> str:
    """The characters inside the first text of a page, as a browser would show them."""
    inner = re.search(r"data-text>(.*?)</div>", page, re.S)
    assert inner is not None
    return html.unescape(re.sub(r"<[^>]+>", "", inner.group(1)))


def test_the_marked_text_is_the_text_itself(client: TestClient) -> None:
    report = demo().report
    assert shown_text(client.get(f"/reports/{report.uid}").text) == report.text


def test_each_figure_has_one_anchor_one_row_and_the_way_back(client: TestClient) -> None:
    page = client.get(f"/reports/{demo().report.uid}").text
    for figure in demo().figures:
        anchor = f"c-{figure.claim_id[:16]}"
        assert page.count(f' id="{anchor}"') == 1
        assert page.count(f' id="row-{anchor}"') == 1
        assert f'href="/figures/{figure.claim_id}"' in page


def test_a_pasted_text_is_shown_and_not_kept(client: TestClient, where: Path) -> None:
    text = "At least 12 people were killed and 30 injured in the fire, the health ministry said."
    answer = client.post(
        "/read", data={"text": text, "published": "2025-03-04", "outlet": "Daily A"}, files={"file": b""}
    )
    assert answer.status_code == 200
    assert shown_text(answer.text) == text
    assert "health ministry" in answer.text
    assert "So far nothing of this is kept" in answer.text
    with Ledger.open(where) as ledger:
        assert len(list(ledger.reports())) == 1


def test_a_figure_that_was_only_read_is_copied_with_its_source(client: TestClient) -> None:
    text = "At least 12 people were killed in the fire in Lorne, the health ministry said."
    page = client.post("/read", data={"text": text, "published": "2025-03-04", "outlet": "Daily A"}).text
    (copied,) = re.findall(r'data-copy="([^"]+)"', page)
    assert html.unescape(copied) == (
        "“At least 12” (≥ 12 killed, people); Daily A; 2025-03-04; health ministry → Daily A"
    )


def test_events_are_sorted_by_when_they_happened_or_were_told(client: TestClient, where: Path) -> None:
    with Ledger.open(where) as ledger:
        for place, told, happened in (("Ornvik", "2031-05-01", "../2030-01"), ("Vestrada", "2031-04-01", "2031-03-30")):
            report = make_report(
                f"12 people were killed in {place}.", id=place, published=told, title=f"Fire in {place}"
            )
            figure = Figure(
                id="f1", quote="12", start=0, end=2, low=12, best=12, high=12, measure="killed", place=place,
                population="people", event_time=happened,
            )  # fmt: skip
            ledger.add(Extraction(report=report, extractor="test", figures=with_claim_ids(report.uid, [figure])))

    def events(address: str) -> list[str]:
        page = client.get(address).text
        return re.findall(r'href="/events/[^"]+">Fire in (\w+)<', page)

    assert events("/events?published_from=2031") == ["Ornvik", "Vestrada"]
    assert events("/events?published_from=2031&sort=happened") == ["Vestrada", "Ornvik"]
    assert events("/events?published_from=2031&sort=happened&ascending=1") == ["Ornvik", "Vestrada"]


def test_what_the_ledger_knows_stands_beside_each_figure(client: TestClient, where: Path) -> None:
    known = "The fire in the Lorne harbour killed 12 people in Lorne, the Lorne coast guard said. Lorne mourns."
    with Ledger.open(where) as ledger:
        ledger.add(extract(make_report(known, id="known", published="2025-03-04", outlet="Daily A")))
    for number, verdict in (("12", "same"), ("14", "newer")):
        text = known.replace("12", number)
        page = client.post("/read", data={"text": text, "published": "2025-03-05", "outlet": "Other Post"}).text
        assert f'class="verdict {verdict}"' in page


def test_a_text_that_the_ledger_holds_is_told(client: TestClient, where: Path) -> None:
    text = demo().report.text
    page = client.post("/read", data={"text": text, "published": "2025-09-18", "outlet": "Other Post"}).text
    assert "The ledger holds this very text" in page
    assert f'href="/reports/{demo().report.uid}"' in page
    with Ledger.open(where) as ledger:
        ledger.judge(Judgement(action="correct", by="Ann", uid=demo().report.uid, fields={"confidential": True}))
    page = client.post("/read", data={"text": text, "published": "2025-09-18", "outlet": "Other Post"}).text
    assert "The ledger holds this very text" not in page


def test_add_to_ledger_keeps_it(client: TestClient, where: Path) -> None:
    text = "Gunmen killed 12 people in Lorne, police said."
    page = client.post("/read", data={"text": text, "published": "2025-03-04"}).text
    packed = re.search(r'name="report" value="([^"]*)"', page)
    assert packed is not None
    answer = client.post("/read/keep", data={"report": html.unescape(packed.group(1)), "collection": "north"})
    shown = client.get(answer.headers["location"]).text
    assert "The report is in the ledger now" in shown
    with Ledger.open(where) as ledger:
        kept = [held for held in ledger.reports() if held.collection == "north"]
    assert [held.report.text for held in kept] == [text]


def test_a_forged_report_is_refused(client: TestClient) -> None:
    assert client.post("/read/keep", data={"report": "{}"}).status_code == 400
    assert client.post("/read/keep", data={}).status_code == 400


def test_an_uploaded_page_is_read(client: TestClient) -> None:
    body = b"<!doctype html><html><head><title>Fire</title></head><body><article><p>The blaze in the old town of Lorne lasted a whole night.</p><p>Firefighters said that 12 people were killed when the roof of the market hall fell in.</p></article></body></html>"
    answer = client.post("/read", files={"file": ("../../etc/page.html", body, "text/html")})
    assert answer.status_code == 200
    assert "12 people were killed" in shown_text(answer.text)
    assert "etc/page.html" not in answer.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Nothing to read was given"),
        ({"text": "Fire killed 12.", "published": "yesterday"}, "no publication date"),
        ({"address": "http://127.0.0.1:1/"}, "Fetching addresses is off"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_form_kept(client: TestClient, form: dict[str, str], words: str) -> None:
    answer = client.post("/read", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form.get("text", "") in answer.text


def test_a_reading_that_takes_too_long_is_told_and_the_text_kept(where: Path) -> None:
    with TestClient(create_app(where, seconds=0.001), base_url=HOST) as client:
        answer = client.post("/read", data={"text": "Fire killed 12 people."})
        assert answer.status_code == 422
        assert "was stopped" in answer.text
        assert "Fire killed 12 people." in answer.text
        assert client.get("/figures").status_code == 200


def test_private_addresses_are_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit is for a worker: here it would bind all tests that come after.
    monkeypatch.setattr(reading, "_bound_memory", lambda: None)
    found = reading._read_address("http://127.0.0.1:9/", None)
    assert not found.extractions
    assert "private or local address" in found.faults[0]
    assert "--allow" not in found.faults[0]


def test_report_text_never_becomes_markup(client: TestClient, where: Path) -> None:
    text = f"Fire killed 12 people. {HOSTILE}"
    extraction = made(text, ["12"], title=HOSTILE, outlet=HOSTILE, source=HOSTILE, population=HOSTILE)
    report = msgspec.structs.replace(extraction.report, url="javascript:alert(3)")
    with Ledger.open(where) as ledger:
        ledger.add(msgspec.structs.replace(extraction, report=report))
    claim = extraction.figures[0].claim_id
    for address in (
        "/figures",
        "/reports",
        "/events",
        "/problems",
        "/brief",
        f"/reports/{report.uid}",
        f"/figures/{claim}",
    ):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<style>*" not in page
        assert 'href="javascript:' not in page
        assert "\u202e" not in page
    assert "{{ 7*7 }}" in html.unescape(client.get(f"/reports/{report.uid}").text)


def test_a_megabyte_in_one_word_is_shown(client: TestClient, where: Path) -> None:
    text = "Fire killed 12 people. " + "x" * 1_000_000
    with Ledger.open(where) as ledger:
        ledger.add(made(text, ["12"]))
        uid = made(text, ["12"]).report.uid
    assert shown_text(client.get(f"/reports/{uid}").text) == text


class TestAsking:
    def test_filters_live_in_the_address(self, client: TestClient) -> None:
        page = client.get("/figures?measure=injured&population=sailors").text
        assert "killed: " not in page
        assert "injured: sailors" in page
        assert 'value="sailors"' in page

    def test_pages_follow_each_other_without_a_gap(self, client: TestClient) -> None:
        seen: list[str] = []
        address: str | None = "/figures?limit=7&sort=value"
        while address:
            page = client.get(address).text
            seen += re.findall(r'<a class="value" href="/figures/([0-9a-f]+)"', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = html.unescape(following.group(1)) if following else None
        assert len(seen) == len(set(seen)) == len(demo().figures)

    def test_an_export_holds_all_rows_of_the_view(self, client: TestClient) -> None:
        answer = client.get("/figures.csv?measure=injured&limit=1")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert len(rows) == sum(f.measure == "injured" for f in demo().figures) >= 2
        assert "attachment" in answer.headers["content-disposition"]

    @pytest.mark.parametrize("name", ["figures", "reports", "events", "problems"])
    def test_every_table_is_exported(self, client: TestClient, name: str) -> None:
        lines = client.get(f"/{name}.jsonl").text.splitlines()
        assert lines
        assert all(isinstance(json.loads(line), dict) for line in lines)
        assert client.get(f"/{name}.exe").status_code == 400

    @pytest.mark.parametrize(
        "query",
        ["measure=nothing", "limit=0", "limit=x", "sort=none", "published_from=soon", "after=!", "value_from=inf"],
    )
    def test_a_filter_that_cannot_be_meant_is_told(self, client: TestClient, query: str) -> None:
        answer = client.get(f"/figures?{query}")
        assert answer.status_code == 400
        assert "Traceback" not in answer.text

    def test_a_row_is_copied_with_words_outlet_date_and_chain(self, client: TestClient) -> None:
        page = html.unescape(client.get("/figures?source=ticket").text)
        assert (
            "“more than 200” (> 200 involved, people); North Coast Wire; 2025-09-18; ticket office → harbour official → North Coast Wire"
            in page
        )

    def test_a_figure_shows_its_sentence_decisions_and_history(self, client: TestClient, where: Path) -> None:
        figure = next(f for f in demo().figures if f.measure == "killed")
        with Ledger.open(where) as ledger:
            place = {"uid": demo().report.uid, "start": figure.start, "end": figure.end}
            ledger.judge(Judgement(action="correct", by="Ann", why="counted", fields={"population": "crew"}, **place))
        claim = next(
            r
            for r in client.get("/api/figures?population=crew&limit=1000").json()["rows"]
            if r["start"] == figure.start
        )
        page = client.get(f"/figures/{claim['claim_id']}").text
        assert "Ann" in page
        assert "corrected" in page
        assert "What it counted as" in page

    def test_missing_ones_are_missing(self, client: TestClient) -> None:
        for address in ("/figures/ffff", "/reports/none", "/events/none", "/charts/none.svg", "/api/series/none"):
            assert client.get(address).status_code == 404


class TestConfidential:
    @pytest.fixture
    def secret(self, where: Path) -> str:
        extraction = made("Fire killed 12 people, the informant said.", ["12"], id="secret", source="informant")
        with Ledger.open(where) as ledger:
            ledger.add(extraction)
            ledger.judge(
                Judgement(action="correct", by="Ann", uid=extraction.report.uid, fields={"confidential": True})
            )
        return extraction.report.uid

    def test_nothing_of_it_shows(self, client: TestClient, secret: str) -> None:
        for address in (
            "/figures",
            "/reports",
            "/events",
            "/figures.jsonl",
            "/reports.jsonl",
            "/brief",
            "/api/figures",
            "/api/series?limit=1000",
        ):
            assert "informant" not in client.get(address).text
        assert client.get(f"/reports/{secret}").status_code == 404
        assert client.get(f"/api/reports/{secret}").status_code == 404
        assert client.get("/figures?report=secret&review=all").text.count("<tr") <= 1

    def test_a_report_that_names_a_confidential_source_is_hidden(self, client: TestClient, where: Path) -> None:
        extraction = made("Fire killed 12 people, Deep Well said.", ["12"], id="well", source="Deep Well")
        with Ledger.open(where) as ledger:
            ledger.add(extraction)
            ledger.judge(
                Judgement(action="correct", by="Ann", kind="source", a="Deep Well", fields={"confidential": True})
            )
        assert client.get(f"/reports/{extraction.report.uid}").status_code == 404
        assert "Deep Well" not in client.get("/figures").text + client.get("/events").text

    def test_it_shows_where_the_start_allowed_it(self, where: Path, secret: str) -> None:
        with TestClient(create_app(where, confidential=True), base_url=HOST) as client:
            assert "informant" in client.get(f"/reports/{secret}").text


def test_the_brief_is_read_and_saved(client: TestClient) -> None:
    page = client.get("/brief?measure=rescued").text
    assert "Rescued: passengers" in page
    assert "Killed" not in page
    saved = client.get("/brief.md?measure=rescued")
    assert saved.headers["content-disposition"] == 'attachment; filename="brief.md"'
    assert "## Rescued: passengers" in saved.text
    assert client.get("/brief?rule=none").status_code == 400


@pytest.mark.parametrize("new_ledger", ["postgres"], indirect=True)
def test_the_pages_stand_on_postgresql_too(new_ledger: Callable[[], str]) -> None:
    where = new_ledger()
    with Ledger.open(where) as ledger:
        ledger.add(demo())
    addresses = (
        "/", "/figures?text=ferry&sort=value", "/reports?measure=killed", "/events?measure=killed", "/problems",
        "/brief?measure=rescued", f"/reports/{demo().report.uid}", "/api/sources", "/sources", "/series",
        *(f"/review?queue={queue}&measure=killed&place=ferry" for queue in QUEUES), "/api/decisions?by=Ana",
    )  # fmt: skip
    with TestClient(create_app(where), base_url=HOST) as client:
        client.post("/who", data={"name": "Ana"})
        for address in addresses:
            assert client.get(address).status_code == 200, address
        assert client.get("/figures").text.count("Ferry fire off Port Sennet") == len(demo().figures)


def test_every_measure_has_a_colour() -> None:
    listed = [measure for measures in HUES.values() for measure in measures]
    assert len(listed) == len(set(listed))
    assert {m for m in MEASURES if hue(m) == "other"} == {"other"}
    assert set(listed) < set(MEASURES)


def test_unseen_characters_become_visible_one_for_one() -> None:
    text = "a\x00b\x1b[0m\u202ec\ud800\u200bd\te\nf é 漢 😀"
    shown = visible(text)
    assert len(shown) == len(text)
    assert shown.isprintable() or set(shown) & {"\t", "\n"}
    assert not set(shown) & {"\x00", "\x1b", "\u202e", "\ud800", "\u200b"}


def test_a_text_is_cut_without_losing_a_character() -> None:
    text = "One 12\n\n12 three\nfour 45 six"
    figures = [
        Figure(id="a", claim_id="a", quote=q, start=s, end=s + len(q), low=1, best=1, high=1)
        for q, s in (("12\n\n12", 4), ("45", 22))
    ]
    problems = [
        Problem(kind="broken_number", quote="2", start=5, end=6, message="m"),
        Problem(kind="stale", quote="5 s", start=23, end=26, message="n"),
    ]
    lines = marked(text, figures, problems).lines
    assert "".join(p.text for line in lines for run in line for p in run.pieces) == text
    assert [run.first for line in lines for run in line if run.mark] == [True, False, False, True]
    assert {p.text for line in lines for run in line for p in run.pieces if p.problems} == {"2", "5", " s"}


def test_browsers_count_in_utf_16() -> None:
    text = "😀 12 😀😀 34"
    offsets = Offsets(text)
    for at in range(len(text) + 1):
        assert offsets.of(at) == len(text[:at].encode("utf-16-le")) // 2


def test_reports_travel_to_the_worker_and_back() -> None:
    import pickle

    report: Report = demo().report
    assert pickle.loads(pickle.dumps(report)) == report
    assert pickle.loads(pickle.dumps(reading.Read((demo(),)))).extractions[0] == demo()


@pytest.mark.parametrize("address", ["/figures", "/reports", "/events", "/sources", "/problems"])
def test_any_row_is_copied_with_its_source_and_date(client: TestClient, address: str) -> None:
    bodies = re.findall(r"<tbody>(.*?)</tbody>", client.get(address).text, re.DOTALL)
    rows = [row for body in bodies for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)]
    copied = [html.unescape(words) for row in rows for words in re.findall(r'data-copy="([^"]*)"', row)]
    assert len(copied) == len(rows) > 0
    told = {"/figures": "North Coast Wire; 2025-09-18", "/reports": "North Coast Wire; 2025-09-18", "/events": "2025-09-18",
            "/sources": "2025-09-18 to 2025-09-18", "/problems": "harbour"}  # fmt: skip
    wanted = (told[address], "North Coast Wire") if address == "/problems" else (told[address],)
    assert all(any(words in line for words in wanted) for line in copied), copied
