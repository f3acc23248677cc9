"""The JSON API against its own description, and `serve` as it is started."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tallyroom.ledger import Ledger
from tallyroom.model import Extraction, Figure, make_report, with_claim_ids
from web_server import serving


def filled(where: Path) -> Path:
    text = "Fire killed 12 people in Lorne, the coast guard said. At least 30 were hurt."
    report = make_report(text, id="fire", published="2025-03-04", outlet="Daily A", title="Fire in Lorne")
    figures = [
        Figure(id="f1", quote="12", start=12, end=14, low=12, best=12, high=12, measure="killed", place="Lorne", population="people", source="coast guard"),
        Figure(id="f2", quote="At least 30", start=54, end=65, low=30, best=30, high=None, bound="at_least", measure="injured"),
    ]  # fmt: skip
    with Ledger.open(where) as ledger:
        ledger.add(Extraction(report=report, extractor="test", figures=with_claim_ids(report.uid, figures)))
    return where


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(filled(tmp_path_factory.mktemp("api") / "api.db")) as served:
        yield served.address


def test_the_api_keeps_what_it_describes(page: str) -> None:
    """A bounded run of schemathesis over all operations: right and wrong requests, answers as described, no fault of ours."""
    seen = []
    for found in schemathesis.openapi.from_url(page + "/api/openapi.json").get_all_operations():
        operation = found.ok()
        seen.append(operation.label)

        @given(case=operation.as_strategy())
        @settings(
            max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        def keeps(case: schemathesis.Case) -> None:
            # No schema can tell which words are a date, or where a page ended: such are refused with 400 in words.
            case.call_and_validate(timeout=30, excluded_checks=[positive_data_acceptance])

        keeps()
    assert {
        "GET /api/figures",
        "GET /api/reports/{name}",
        "GET /api/series",
        "POST /api/read",
        "POST /api/decisions",
    } <= set(seen)


def asked(page: str, path: str, body: object = None) -> object:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(page + path, data=data, headers={"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_figures_are_asked_by_filter_and_page(page: str) -> None:
    first = asked(page, "/api/figures?limit=1&sort=value")
    assert [row["best"] for row in first["rows"]] == [30]
    second = asked(page, f"/api/figures?limit=1&sort=value&after={first['next']}")
    assert [row["quote"] for row in second["rows"]] == ["12"]
    assert second["next"] is None
    whole = asked(page, f"/api/figures/{second['rows'][0]['claim_id'][:12]}")
    assert whole["sentence"].startswith("Fire killed 12 people")


def decided(page: str, **body: object) -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(
        page + "/api/decisions", data=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_decisions_are_recorded_once_seen_by_others_and_taken_back(tmp_path: Path) -> None:
    with serving(filled(tmp_path / "decide.db")) as served:
        page = served.address
        killed = asked(page, "/api/figures?measure=killed")["rows"][0]
        figure = killed["claim_id"]
        seen = asked(page, f"/api/figures/{figure}")["seen"]
        status, done = decided(
            page, action="correct", by="Ann", key="k1", figure=figure, fields={"best": 14}, seen=seen, why="as printed"
        )
        assert (status, done["again"], done["judgements"][0]["by"]) == (200, False, "Ann")
        assert decided(page, action="correct", by="Ann", key="k1", figure=figure, fields={"best": 14})[1]["again"]
        corrected = asked(page, f"/api/figures/{figure}")
        assert (corrected["low"], corrected["best"], corrected["high"]) == (14, 14, 14)
        status, told = decided(page, action="reject", by="Bo", key="k2", figure=figure, seen=seen)
        assert (status, told["others"][0][:16]) == (409, "Ann corrected “1")
        assert asked(page, "/api/decisions?by=Bo")["rows"] == []
        status, _ = decided(page, action="add", by="Ann", key="k3", report="fire", start=0, end=4, fields={"measure": "damaged", "best": 1, "unit": "fires"})  # fmt: skip
        assert status == 200
        assert [row["key"] for row in asked(page, "/api/decisions?by=Ann")["rows"]] == ["k3", "k1"]
        assert decided(page, action="undo", by="Ann", key="k4", undoes="k1", report="fire")[0] == 200
        assert asked(page, f"/api/figures/{figure}")["best"] == 12
        assert decided(page, action="same", by="Ann", key="k5", kind="source", a="coast guard", b="the watch")[0] == 200
        assert asked(page, "/api/sources")["rows"][0]["judged"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "accept", "by": "Ann", "key": "k"}, 400),
        ({"action": "accept", "by": "Ann", "key": "k", "figure": "none"}, 404),
        ({"action": "accept", "by": " ", "key": "k", "figure": "none"}, 400),
        ({"action": "accept", "by": "Ann", "figure": "none"}, 422),
        ({"action": "redact", "by": "Ann", "key": "k", "figure": "none"}, 422),
        ({"action": "correct", "by": "Ann", "key": "k", "figure": "FIGURE"}, 400),
        ({"action": "correct", "by": "Ann", "key": "k", "figure": "FIGURE", "fields": {"best": "many"}}, 400),
        ({"action": "correct", "by": "Ann", "key": "k", "figure": "FIGURE", "fields": {"confidential": True}}, 400),
        ({"action": "add", "by": "Ann", "key": "k", "report": "fire", "start": 5, "end": 10**6}, 400),
        ({"action": "dismiss", "by": "Ann", "key": "k", "problem": "drift"}, 400),
        ({"action": "undo", "by": "Ann", "key": "k", "undoes": "none"}, 400),
        ({"action": "same", "by": "Ann", "key": "k", "kind": "source", "a": "x", "b": " x "}, 400),
    ],
)
def test_decisions_that_cannot_be_meant_are_refused_in_words(page: str, body: dict[str, object], status: int) -> None:
    figure = asked(page, "/api/figures?limit=1")["rows"][0]["claim_id"]
    found, told = decided(page, **{name: figure if value == "FIGURE" else value for name, value in body.items()})
    assert (found, bool(told["detail"])) == (status, True), told


def test_a_text_is_read_in_the_worker_and_checked(page: str) -> None:
    text = "The fire in Lorne killed 14 people in Lorne, the coast guard of Lorne said."
    found = asked(page, "/api/read", {"text": text, "published": "2025-03-05"})
    figure = found["extraction"]["figures"][0]
    assert (figure["quote"], figure["measure"]) == ("14", "killed")
    assert found["checks"][0]["claim_id"] == figure["claim_id"]


def serve(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from tallyroom.cli import main; main()", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


class TestDoor:
    def test_the_network_needs_a_password(self, tmp_path: Path) -> None:
        ran = serve("--host", "0.0.0.0", "--ledger", str(tmp_path / "a.db"))
        assert ran.returncode == 2
        assert "--password-file" in ran.stderr
        assert not (tmp_path / "a.db").exists()

    def test_a_short_password_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "word").write_text("tiny!pw\n")
        ran = serve("--host", "0.0.0.0", "--ledger", str(tmp_path / "a.db"), "--password-file", str(tmp_path / "word"))
        assert ran.returncode == 2
        assert "12 characters" in ran.stderr
        assert "tiny!pw" not in ran.stderr

    def test_with_a_password_it_opens_with_a_warning(self, tmp_path: Path) -> None:
        (tmp_path / "word").write_text("a long password\n")
        with serving(filled(tmp_path / "a.db"), "--password-file", str(tmp_path / "word")) as served:
            request = urllib.request.Request(served.address + "/api/figures")
            with pytest.raises(urllib.error.HTTPError, match="401"):
                urllib.request.urlopen(request, timeout=10)
            connection = http.client.HTTPConnection("127.0.0.1", int(served.address.rpartition(":")[2]), timeout=30)
            form = {"content-type": "application/x-www-form-urlencoded", "x-forwarded-proto": "https"}
            connection.request("POST", "/login", "password=a+long+password", form)
            answer = connection.getresponse()
            assert answer.status == 303
            assert "Secure" in (answer.getheader("set-cookie") or "")

    def test_a_port_in_use_is_told(self, tmp_path: Path) -> None:
        with serving(filled(tmp_path / "a.db")) as served:
            ran = serve("--port", served.address.rpartition(":")[2], "--ledger", str(tmp_path / "a.db"))
        assert ran.returncode == 2
        assert "--port" in ran.stderr


@pytest.mark.slow
def test_load_brings_no_fault_and_no_growth(tmp_path: Path) -> None:
    """32 connections for a minute on loopback: every answer is right, and memory stays."""
    paths = [
        "/",
        "/figures",
        "/figures?measure=killed",
        "/reports",
        "/events",
        "/problems",
        "/brief",
        "/series",
        "/sources",
        "/api/figures",
        "/api/series",
        "/api/sources",
    ]
    with serving(filled(tmp_path / "load.db")) as served:

        def ask_for(seconds: float, begin: int) -> list[int]:
            statuses = []
            connection = http.client.HTTPConnection("127.0.0.1", int(served.address.rpartition(":")[2]), timeout=30)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                connection.request("GET", paths[(begin + len(statuses)) % len(paths)])
                answer = connection.getresponse()
                answer.read()
                statuses.append(answer.status)
            connection.close()
            return statuses

        def load(seconds: float) -> list[int]:
            with ThreadPoolExecutor(32) as pool:
                return [s for found in pool.map(ask_for, [seconds] * 32, range(32)) for s in found]

        def resident() -> int:
            status = Path(f"/proc/{served.pid}/status").read_text()
            return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

        load(15)
        before = resident()
        statuses = load(60)
        assert set(statuses) == {200}
        assert len(statuses) > 1000
        print(f"{len(statuses):,} answers in 60 s, memory {before:,} kB, then {resident():,} kB")
        assert resident() - before < 20_000
