"""The page's frame: who is let in, what a browser may run, how faults are told."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient

from tallyroom.errors import InputError
from tallyroom.ledger import Ledger
from tallyroom.web import guard
from tallyroom.web.app import create_app
from tallyroom.web.guard import SESSION
from tallyroom.web.pages import NAME, own_address
from tallyroom.web.reading import Reader

HOST = "http://localhost:8137"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    where = tmp_path / "page.db"
    Ledger.open(where).close()
    return where


@pytest.fixture
def client(ledger: Path) -> TestClient:
    return TestClient(create_app(ledger), base_url=HOST, follow_redirects=False)


def test_every_answer_forbids_inline_script_and_style(client: TestClient) -> None:
    for address in ("/", "/who", "/none-such", "/static/page.css"):
        policy = client.get(address).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert client.get(address).headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_inline_script_style_or_another_site(client: TestClient) -> None:
    for address in ("/", "/who", "/none-such"):
        html = client.get(address).text
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick" not in html
        assert 'src="http' not in html


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8137", ""])
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8137", "localhost", "[::1]:8137", "LOCALHOST:9"])
def test_loopback_names_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/who", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": HOST},
    ],
)
def test_changes_from_other_sites_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/who", data={"name": "Mallory"}, headers=headers).status_code == 403


def test_who_decides_is_asked_once_and_kept_from_scripts(client: TestClient) -> None:
    answer = client.post("/who", data={"name": " Zoë\u202e  Ann ", "to": "/who"}, headers={"origin": HOST})
    assert (answer.status_code, answer.headers["location"]) == (303, "/who")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(NAME)
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Zoë\ufffd Ann" in client.get("/who").text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil", "evil", ""])
def test_no_redirect_leads_to_another_site(to: str) -> None:
    assert own_address(to) == "/"


def test_a_body_over_the_cap_is_refused_also_without_a_length(ledger: Path) -> None:
    client = TestClient(create_app(ledger, upload_bytes=1000), base_url=HOST)
    assert client.post("/who", data={"name": "x" * 2000}).status_code == 413
    pieces = (b"name=" if i == 0 else b"x" * 100 for i in range(20))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/who", content=pieces, headers=form).status_code == 413


def test_a_body_that_never_ends_is_given_up(ledger: Path) -> None:
    app = create_app(ledger, upload_seconds=0.2)
    sent: list[dict[str, Any]] = []
    headers = [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http", "method": "POST", "path": "/who", "raw_path": b"/who", "query_string": b"", "headers": headers,
        "scheme": "http", "root_path": "", "client": ("127.0.0.1", 1), "server": ("localhost", 80), "http_version": "1.1",
    }  # fmt: skip

    async def trickle() -> dict[str, Any]:
        await anyio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def keep(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        with anyio.fail_after(20):
            await app(scope, trickle, keep)

    anyio.run(ask)
    assert sent[0]["status"] == 408
    assert b"took longer than" in b"".join(message.get("body", b"") for message in sent)


class TestFetching:
    """What the page may reach when it fetches an address: nothing but the web, whatever names and servers say."""

    @pytest.fixture
    def open_web(self, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TestClient, list[str]]]:
        """A page that may fetch, and every address that it connected to; a public one leads to a server of the test."""
        reached: list[str] = []

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                to = {"/inward": "http://127.0.0.1:1/", "/name": "http://inner.example/", "/file": "file:///etc/passwd"}
                self.send_response(302 if self.path in to else 200)
                if self.path in to:
                    self.send_header("Location", to[self.path])
                body = b"<p>The roof of the hall fell in and 12 people were killed, the mayor said on Monday.</p>"
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked: dict[str, int] = {}

        def resolve(host: str, port: int, **_: object) -> list[Any]:
            asked[host] = asked.get(host, 0) + 1
            # The name that changes is public the first time that it is asked for, and private ever after.
            inner = host in ("inner.example", "127.0.0.1") or (host == "changes.example" and asked[host] > 1)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7" if inner else "93.184.216.34", port))]

        def to_the_test(address: tuple[str, int], timeout: float | None = None) -> socket.socket:
            reached.append(address[0])
            found = socket.socket()
            found.settimeout(timeout)
            found.connect(server.server_address)
            return found

        monkeypatch.setattr("tallyroom.readers.fetch.socket.getaddrinfo", resolve)
        monkeypatch.setattr("tallyroom.readers.fetch.socket.create_connection", to_the_test)

        async def here(self: Reader, seconds: float, name: str, work: Any, *values: object) -> object:
            return work(*values)

        monkeypatch.setattr(Reader, "_run", here)
        monkeypatch.setattr("tallyroom.web.reading._bound_memory", lambda: None)
        yield TestClient(create_app(ledger, allow_fetch=True), base_url=HOST), reached
        server.shutdown()
        server.server_close()

    def test_a_public_page_is_read(self, open_web: tuple[TestClient, list[str]]) -> None:
        client, reached = open_web
        answer = client.post("/read", data={"address": "http://changes.example/"})
        assert answer.status_code == 200
        assert "the mayor" in answer.text
        # Resolved once: what the name means a moment later is not asked.
        assert reached == ["93.184.216.34"]

    @pytest.mark.parametrize("path", ["/inward", "/name", "/file"])
    def test_no_redirect_leads_inward(self, open_web: tuple[TestClient, list[str]], path: str) -> None:
        client, reached = open_web
        answer = client.post("/read", data={"address": f"http://web.example{path}"})
        assert answer.status_code == 422
        assert "12 people" not in answer.text
        assert reached == ["93.184.216.34"]

    @pytest.mark.parametrize(
        "address", ["http://inner.example/", "http://127.0.0.1:8137/figures", "file:///etc/passwd"]
    )
    def test_nothing_private_is_reached(self, open_web: tuple[TestClient, list[str]], address: str) -> None:
        client, reached = open_web
        assert client.post("/read", data={"address": address}).status_code == 422
        assert reached == []

    def test_it_is_off_unless_allowed(self, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("reached for the web"))
        assert "is off" in client.post("/read", data={"address": "http://web.example/"}).text


def test_a_missing_page_is_told_in_words(client: TestClient) -> None:
    answer = client.get("/<script>alert(1)</script>")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert client.get("/api/none-such").json() == {"detail": "Not Found"}


def test_a_ledger_that_went_away_is_a_fault_in_words(tmp_path: Path) -> None:
    where = tmp_path / "gone.db"
    app = create_app(where)
    with pytest.raises(Exception, match="no ledger at"), app.state.ledgers.open():
        pass


def test_a_fault_of_the_program_is_told_without_its_insides(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(ledger)
    monkeypatch.setattr(app.state, "ledgers", None)
    answer = TestClient(app, base_url=HOST, raise_server_exceptions=False).get("/figures")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


class TestReader:
    def test_what_takes_too_long_is_stopped_and_the_next_is_read(self) -> None:
        async def both() -> tuple[str, int]:
            reader = Reader(seconds=1.0)
            with pytest.raises(InputError) as told:
                await reader._run(1.0, "slow.txt", time.sleep, 60)
            return str(told.value), await reader._run(30.0, "quick.txt", os.getpid)

        began = time.monotonic()
        words, worker = anyio.run(both)
        assert "slow.txt: took longer than 1 s and was stopped" in words
        assert worker != os.getpid()
        assert time.monotonic() - began < 30

    def test_a_worker_that_dies_is_told_and_replaced(self) -> None:
        async def both() -> int:
            reader = Reader(seconds=30.0)
            with pytest.raises(InputError, match="ended the process"):
                await reader._run(30.0, "deadly.pdf", os._exit, 9)
            return await reader._run(30.0, "next.txt", os.getpid)

        assert anyio.run(both) != os.getpid()


class TestPassword:
    @pytest.fixture
    def locked(self, ledger: Path) -> TestClient:
        from argon2 import PasswordHasher

        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        app = create_app(
            ledger, password=hasher.hash("a long password"), confidential_password=hasher.hash("the inner one")
        )
        return TestClient(app, base_url=HOST, follow_redirects=False)

    def test_nothing_shows_without_it(self, locked: TestClient) -> None:
        assert locked.get("/").headers["location"].startswith("/login")
        assert locked.get("/api/openapi.json").status_code == 401
        assert locked.post("/who", data={"name": "x"}).status_code == 401

    def test_it_opens_the_page_and_log_out_closes_it(self, locked: TestClient) -> None:
        answer = locked.post("/login", data={"password": "a long password", "to": "/who"})
        assert answer.headers["location"] == "/who"
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=strict" in answer.headers["set-cookie"]
        assert locked.get("/who").status_code == 200
        session = locked.cookies[SESSION]
        locked.post("/logout")
        locked.cookies.set(SESSION, session)
        assert locked.get("/").status_code == 303

    def test_wrong_ones_make_the_next_wait(self, locked: TestClient) -> None:
        tried = [locked.post("/login", data={"password": f"wrong {i}"}).status_code for i in range(4)]
        assert tried == [403, 403, 403, 429]
        assert int(locked.post("/login", data={"password": "a long password"}).headers["retry-after"]) >= 1

    def test_many_at_once_do_not_get_around_the_wait(self, locked: TestClient) -> None:
        doorkeeper = locked.app.state.doorkeeper  # type: ignore[attr-defined]
        assert [doorkeeper.attempt("10.0.0.1") > 0 for _ in range(6)] == [False] * guard.FREE_TRIES + [True] * 3

    def test_an_address_begins_anew_after_a_while(self, locked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        now = 1000.0
        monkeypatch.setattr(guard.time, "monotonic", lambda: now)
        for i in range(9):
            locked.post("/login", data={"password": f"wrong {i}"})
        assert locked.post("/login", data={"password": "a long password"}).status_code == 429
        now += guard.LONGEST_WAIT + guard.FORGET_SECONDS + 1
        assert locked.post("/login", data={"password": "wrong again"}).status_code == 403
        assert locked.post("/login", data={"password": "a long password"}).status_code == 303

    def test_the_inner_one_shows_what_is_confidential(self, locked: TestClient) -> None:
        locked.post("/login", data={"password": "the inner one"})
        assert "confidential" in locked.get("/who").text
