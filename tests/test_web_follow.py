"""Series and sources as pages: points with their words, earlier days, origins joined, split and taken back, sources with their rivals."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from tallyroom.ledger import Judgement, Ledger
from tallyroom.ledger.lineup import all_series
from tallyroom.model import Problem
from tallyroom.web import lineup as lineups
from tallyroom.web.app import create_app
from web_reports import fire_report

HOST = "http://localhost:8137"


@pytest.fixture
def where(tmp_path: Path) -> Path:
    path = tmp_path / "follow.db"
    with Ledger.open(path) as ledger:
        ledger.add(fire_report(1, 11, "coast guard"), at="2025-03-01T10:00:00.000000Z")
        ledger.add(fire_report(2, 14, "coast guard", ("the mayor's office",)), at="2025-03-02T10:00:00.000000Z")
        ledger.add(fire_report(3, 30, "hospital"), at="2025-03-03T10:00:00.000000Z")
    return path


@pytest.fixture
def client(where: Path) -> Iterator[TestClient]:
    with TestClient(create_app(where), base_url=HOST, follow_redirects=False) as client:
        client.post("/who", data={"name": "Ana"})
        yield client


def series_address(client: TestClient) -> str:
    found = re.search(r'href="(/series/[^"?]+)"', client.get("/series?measure=killed").text)
    assert found is not None
    return found[1]


def origins(client: TestClient, address: str) -> list[str]:
    page = client.get(address).text
    options = re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\(all of it\)', page.partition('id="side-b"')[0])
    return [html.unescape(option) for option in options]


def judge(client: TestClient, address: str, **values: str) -> str:
    answer = client.post(f"{address}/judge", data={"key": secrets.token_hex(8), **values})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_each_point_stands_with_its_exact_words(client: TestClient) -> None:
    page = client.get(series_address(client)).text
    assert re.findall(r'<strong class="value">([^<]+)<', page) == ["11", "14", "30"]
    assert "+3 revision" in page
    assert page.count("</a> people in Lorne on Monday") == 3
    assert "<svg" in page
    assert re.findall(r'href="(#w-\d+)"', page.partition("<svg")[2].partition("</svg>")[0]) == ["#w-1", "#w-2", "#w-3"]
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_a_series_as_it_was_known_before(client: TestClient) -> None:
    address = series_address(client)
    assert re.findall(r'<strong class="value">([^<]+)<', client.get(f"{address}?known_at=2025-03-02").text) == [
        "11",
        "14",
    ]
    assert client.get(f"{address}?known_at=2020-01-01").status_code == 404
    assert client.get(f"{address}?known_at=yesterday").status_code == 400


def test_a_series_of_a_large_ledger_goes_back_without_waiting_for_all_others(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = series_address(client)
    monkeypatch.setattr(lineups, "FEW", 1)
    monkeypatch.setattr(lineups.Lineup, "_answer", lambda *_: pytest.fail("all stories were lined up"))
    page = client.get(f"{address}?known_at=2025-03-02").text
    assert re.findall(r'<strong class="value">([^<]+)<', page) == ["11", "14"]
    assert client.get(f"{address}?known_at=2020-01-01").status_code == 404


def values_at(client: TestClient, known_at: str) -> list[list[float]]:
    rows = client.get("/api/series", params={"known_at": known_at}).json()["rows"]
    return [[point["best"] for point in one["points"]] for one in rows]


def test_every_page_tells_what_the_ledger_knew_at_a_moment(client: TestClient, where: Path) -> None:
    with Ledger.open(where) as ledger:
        ledger.add(fire_report(4, 16, "coast guard"), at="2025-03-04T10:00:00.000000Z")
    assert values_at(client, "2025-03-02") == [[11, 14]]
    assert values_at(client, "2025-03-03T11:00Z") == [[11, 14, 30]]
    assert values_at(client, "2999-01-01") == [[11, 14, 30, 16]]
    assert values_at(client, "2020-01-01") == []
    then = "?known_at=2025-03-02"
    assert re.findall(r'data-label="reports">(\d+)<', client.get("/events" + then).text) == ["2"]
    assert re.findall(r'data-label="reports">(\d+)<', client.get("/events").text) == ["4"]
    assert re.findall(r'data-label="newest">([^<]+)<', client.get("/series" + then).text) == ["14"]
    assert "cannot both hold" in client.get("/problems").text
    assert "cannot both hold" not in client.get("/problems" + then).text
    assert "hospital of Lorne" in client.get("/brief").text
    brief = client.get("/brief" + then).text
    assert "hospital of Lorne" not in brief
    assert "as the ledger knew it at 2025-03-02" in brief
    chart = re.search(r'src="(/charts/[^"]+)"', brief)
    assert chart is not None
    assert client.get(html.unescape(chart[1])).text.count("<a ") == 2
    link = re.search(r'href="(/events/[^"]+known_at=2025-03-02)"', client.get("/events" + then).text)
    assert link is not None
    event = client.get(html.unescape(link[1])).text
    assert "As the ledger knew it at 2025-03-02" in event
    assert "Daily 4" not in event


def test_an_event_is_found_by_each_of_its_reports(client: TestClient, where: Path) -> None:
    with Ledger.open(where) as ledger:
        uids = [held.report.uid for held in ledger.reports()]
    pages = {client.get(f"/events/{uid[:16]}").text.partition("<main")[2] for uid in uids}
    assert len(pages) == 1
    assert "3 reports" in pages.pop()
    assert client.get("/events/none").status_code == 404


def test_a_series_that_was_another_then_is_found_at_its_moment(client: TestClient, where: Path) -> None:
    address = series_address(client)
    first, second = origins(client, address)
    joined = judge(client, address, act="same", a=first, b=second)
    page = client.get(f"{joined}?known_at=2025-03-03").text
    assert "2 independent origins" in page
    assert 'value="dismiss"' not in page
    assert "1 independent origin;" in client.get(joined).text
    with Ledger.open(where) as ledger:
        (one,) = all_series(ledger, known_at="2025-03-01")
    assert client.get(f"/series/{one.series_id}?known_at=2025-03-01").status_code == 200
    assert client.get(f"/api/series/{one.series_id}?known_at=2025-03-01").json()["points"][0]["best"] == 11


def test_series_are_saved_as_they_stand(client: TestClient) -> None:
    (row,) = csv.DictReader(io.StringIO(client.get("/series.csv?measure=killed").text))
    assert (row["points"], row["best"], row["last_said"]) == ("3", "30", "2025-03-03")
    assert row["origins"] == "coast guard of Lorne; hospital of Lorne"
    assert client.get("/series.csv?measure=missing").text.count("\n") == 1
    (line,) = client.get("/series.jsonl?known_at=2025-03-02").text.splitlines()
    assert json.loads(line)["report_ids"] == ["r1", "r2"]
    assert client.get("/series.exe").status_code == 400


def test_sources_are_paged_and_sorted_by_date(client: TestClient) -> None:
    def names(address: str) -> list[str]:
        return re.findall(r'href="/sources/[^"?]+">([^<]+)<', client.get(address).text)

    assert names("/sources") == ["coast guard of Lorne", "hospital of Lorne"]
    assert names("/sources?sort=published") == ["hospital of Lorne", "coast guard of Lorne"]
    assert names("/sources?sort=published&ascending=1") == ["coast guard of Lorne", "hospital of Lorne"]
    following = re.search(r'rel="next" href="([^"]+)"', client.get("/sources?limit=1").text)
    assert following is not None
    assert names(html.unescape(following[1])) == ["hospital of Lorne"]
    page = client.get("/api/sources?limit=1").json()
    rest = client.get("/api/sources", params={"limit": 1, "after": page["next"]}).json()
    assert [row["source"] for row in (*page["rows"], *rest["rows"])] == names("/sources")
    assert rest["next"] is None


def test_rules_and_conventions_stand_side_by_side(client: TestClient) -> None:
    address = series_address(client)
    page = client.get(address, params={"rule": "lowest", "convention": "minimum"}).text
    assert "Estimate: 14 – open" in page
    assert all(f'<th scope="row">{rule}</th>' in page for rule in ("range", "latest", "majority", "lowest"))
    assert client.get(address, params={"rule": "best"}).status_code == 400


def test_origins_are_joined_and_what_was_said_is_taken_back(client: TestClient, where: Path) -> None:
    address = series_address(client)
    first, second = origins(client, address)
    joined = judge(client, address, act="same", a=first, b=second)
    assert len(origins(client, joined)) == 1
    act = re.search(r'name="undoes" value="([^"]+)"', client.get(joined).text)
    assert act is not None
    apart = judge(client, joined, act="undo", undoes=act[1])
    assert sorted(origins(client, apart)) == sorted([first, second])
    assert client.post(f"{address}/judge", data={"key": "k", "act": "same", "a": first, "b": first}).status_code == 400
    with Ledger.open(where) as ledger:
        assert [j.action for j in ledger.judgements()] == ["same", "undo"]


def test_a_judgement_sent_twice_counts_once(client: TestClient, where: Path) -> None:
    address = series_address(client)
    first, second = origins(client, address)
    for _ in range(2):
        judge(client, address, act="different", a=first, b=second, key="once")
    with Ledger.open(where) as ledger:
        assert len(list(ledger.judgements())) == 1


def test_a_problem_of_a_series_is_dismissed(client: TestClient, where: Path) -> None:
    with Ledger.open(where) as ledger:
        ledger.add(fire_report(4, 16, "coast guard"))
    address = series_address(client)
    problem = re.search(r'name="problem" value="([^"]+)"', client.get(address).text)
    assert problem is not None
    assert "contradicted" in client.get(address).text
    judge(client, address, act="dismiss", problem=html.unescape(problem[1]))
    assert problem[1] not in client.get(address).text


def test_what_is_confidential_is_in_no_series(client: TestClient, where: Path) -> None:
    with Ledger.open(where) as ledger:
        uid = ledger.report("r3").report.uid
        ledger.judge(Judgement(action="correct", by="Bo", uid=uid, fields={"confidential": True}))
    page = client.get(series_address(client)).text
    assert re.findall(r'<strong class="value">([^<]+)<', page) == ["11", "14"]
    assert "hospital" not in page
    assert "hospital" not in client.get(f"{series_address(client)}?known_at=2025-03-04").text


@pytest.mark.parametrize("moment", ["", "?known_at=2025-03-10"])
def test_a_report_that_names_a_confidential_source_stands_on_no_page(
    client: TestClient, where: Path, moment: str
) -> None:
    secret = fire_report(4, 50, "quiet clinic")
    problem = Problem(kind="drift", quote="50", start=12, end=14, message="the quiet clinic is not in the title")
    with Ledger.open(where) as ledger:
        ledger.add(msgspec.structs.replace(secret, problems=(problem,)), at="2025-03-04T10:00:00.000000Z")
    tables = ("figures", "reports", "sources", "problems", "events", "series")
    addresses = [f"{prefix}/{name}{form}" for name in tables for prefix, form in (("", ""), ("", ".csv"), ("/api", ""))]
    addresses += ["/brief", "/brief.md", f"/reports/{secret.report.uid}", "/review", "/review/items?count=9"]
    told = {a for a in addresses if re.search("quiet clinic|Daily 4", client.get(a + moment).text)}
    assert {"/reports", "/problems.csv", "/api/problems", "/brief.md"} <= told
    with Ledger.open(where) as ledger:
        fields = {"confidential": True}
        ledger.judge(Judgement(action="correct", by="Bo", kind="source", a="quiet clinic of Lorne", fields=fields))
    assert {a for a in addresses if re.search("quiet clinic|Daily 4", client.get(a + moment).text)} == set()


def test_sources_with_their_figures_and_who_passes_them_on(client: TestClient) -> None:
    listed = client.get("/sources").text
    assert "coast guard of Lorne" in listed
    found = re.search(r'href="(/sources/[^"?]+)">[^<]*coast guard', listed)
    assert found is not None
    page = client.get(found[1]).text
    assert "11 (2025-03-01) → 14 (2025-03-02)" in page
    assert "the mayor&#39;s office (1)" in page or "mayor's office (1)" in page
    assert "Daily 1" in page
    assert "hospital" not in page
    assert "<script>alert" not in page
    assert client.get("/sources/nobody").status_code == 404
    assert "coast guard" in client.get("/sources.csv").text


def test_two_sources_become_one_and_two_again(client: TestClient, where: Path) -> None:
    listed = client.get("/sources").text
    addresses = dict(re.findall(r'href="/sources/([^"?]+)">([^<]+)<', listed))
    first = next(address for address, name in addresses.items() if "coast guard" in name)
    location = judge(client, f"/sources/{first}", act="same", b="hospital of Lorne")
    page = client.get(location).text
    assert "3 figures in 3 reports" in page
    act = re.search(r'name="undoes" value="([^"]+)"', page)
    assert act is not None
    judge(client, location, act="undo", undoes=act[1])
    assert "2 figures in 2 reports" in client.get(f"/sources/{first}").text
    with Ledger.open(where) as ledger:
        assert [(j.action, j.kind, j.by) for j in ledger.judgements()] == [
            ("same", "source", "Ana"),
            ("undo", "source", "Ana"),
        ]
