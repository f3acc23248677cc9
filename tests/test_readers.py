"""Reading inputs: what each kind gives, and that no hostile input gets a traceback."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallyroom.errors import InputError, UsageError
from tallyroom.language import language_of
from tallyroom.model import Report
from tallyroom.readers import read, read_inputs
from tallyroom.readers.fetch import _is_public
from tallyroom.readers.html import main_text
from tallyroom.readers.jsonl import read_lines
from tallyroom.readers.routing import Origin, read_bytes

PAGE = """<!doctype html><html lang="en"><head><title>Ferry fire kills 4 | The Harbour Post</title>
<meta property="og:title" content="Ferry fire kills 4"><meta property="og:site_name" content="The Harbour Post">
<meta property="article:published_time" content="2025-03-04"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Ferry fire kills 4</h1>
<p>Four people were killed and 4<sup>1</sup> were hurt when a ferry caught fire on Tuesday, the coast guard said.</p>
<p>The search for the missing goes on in the strait, according to the harbour master of the town.</p>
<p>The search for the missing goes on in the strait, according to the harbour master of the town.</p>
</article></body></html>"""


def test_plain_text_is_kept_to_the_character(tmp_path: Path) -> None:
    text = "Caf\u00e9 e\u0301:\r\n12 were killed.\r \n\n"
    (tmp_path / "a.txt").write_bytes(text.encode())
    (report,) = read(tmp_path / "a.txt", published="2025-03")
    assert (report.text, report.published, report.language) == (text, "2025-03", "en")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes("Twelve people were killed.".encode(encoding))
    assert read(tmp_path / "a.txt")[0].text == "Twelve people were killed."


@pytest.mark.parametrize("date", ["yesterday", "2025-02-30", "2025-03-04T10:00", "04/03/2025", ""])
def test_a_date_that_is_none_is_wrong_usage(date: str) -> None:
    with pytest.raises(UsageError):
        read_inputs([], published=date)


def test_json_lines_tell_the_broken_line_and_read_the_rest(tmp_path: Path) -> None:
    rows = ['{"text": "12 killed.", "id": "a", "outlet": "Post", "more": 1}', "{", '{"id": "b"}', "[1]", '{"text": 4}',
            '{"text": "bad \\ud800", "published": "soon"}', "[" * 100_000]  # fmt: skip
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    items = list(read_inputs([str(tmp_path / "a.jsonl")]))
    assert [i.where.rpartition("#")[2] for i in items if isinstance(i, InputError)] == ["2", "3", "4", "5", "7"]
    good = [i for i in items if isinstance(i, Report)]
    assert (good[0].id, good[0].outlet, good[1].text) == ("a", "Post", "bad \ufffd")
    assert [p.kind for p in good[1].problems] == ["undated", "mojibake"]


def test_lines_of_a_ledger_say_which_command_takes_them(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_text('{"ledger_entry": "report", "schema": 1, "body": {}}\n')
    (fault,) = read_inputs([str(tmp_path / "ledger.jsonl")])
    assert "tallyroom import" in str(fault)


def test_a_line_too_long_is_told_and_the_next_is_read() -> None:
    stream = io.BytesIO(b'{"text": "' + b"x" * 51_000_000 + b'"}\n{"text": "12 killed."}\n')
    first = stream.readline(50_000_001)
    fault, report = read_lines(first, stream, Origin("big.jsonl"))
    assert isinstance(fault, InputError)
    assert "limit" in str(fault)
    assert isinstance(report, Report)
    assert report.input == "big.jsonl#2"


def test_a_folder_is_read_in_order_and_tells_what_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.txt").write_text("two")
    (tmp_path / "1.txt").write_text("one")
    (tmp_path / "c.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "d.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / ".hidden.txt").write_text("hidden")
    items = list(read_inputs([str(tmp_path)]))
    assert [i.text for i in items if isinstance(i, Report)] == ["one", "two"]
    assert sum(isinstance(i, InputError) for i in items) == 1


def test_a_page_keeps_repeats_and_drops_footnotes() -> None:
    (page,) = read_bytes(PAGE.encode(), Origin("page"))
    assert isinstance(page, Report)
    assert page.text.count("The search for the missing goes on") == 2
    assert "4 were hurt" in page.text
    assert "41" not in page.text
    assert (page.outlet, page.published, page.title) == ("The Harbour Post", "2025-03-04", "Ferry fire kills 4")


@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "b"])
def test_deep_nesting_is_read(tag: str) -> None:
    assert "12 were killed." in main_text(f"<html><body>{f'<{tag}>' * 20_000}12 were killed.</body></html>")


MAIL = b"From: a@example.org\nSubject: Toll rises\nDate: Tue, 04 Mar 2025 10:00:00 +0900\n\n12 were killed.\n"
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title><item><title>Fire</title>
<link>http://example.org/1</link><pubDate>Tue, 04 Mar 2025 10:00:00 GMT</pubDate>
<description>&lt;p&gt;12 were killed.&lt;/p&gt;</description></item></channel></rss>"""


def test_mail_and_feed() -> None:
    (mail,) = read_bytes(MAIL, Origin("a.eml"))
    assert isinstance(mail, Report)
    assert (mail.title, mail.published, mail.text) == ("Toll rises", "2025-03-04T10:00:00+09:00", "12 were killed.\n")
    (entry,) = read_bytes(FEED, Origin("feed.xml"))
    assert isinstance(entry, Report)
    assert (entry.outlet, entry.published, entry.text) == ("Post", "2025-03-04T10:00:00Z", "12 were killed.")


def test_a_damaged_feed_is_told() -> None:
    assert any(isinstance(i, InputError) for i in read_bytes(FEED[:-30], Origin("feed.xml")))


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.txt", b"\x7fELF\x00\x01"), ("a.pdf", b"%PDF-1.7"), ("a.zip", b"PK\x03\x04"), ("a.txt", bytes(range(32)) * 9)],
)
def test_what_is_no_report_is_told(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError):
        read(tmp_path / name)


def test_missing_and_empty(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path, "a\x00b"):
        with pytest.raises(InputError):
            read(path)
    (tmp_path / "empty.txt").touch()
    assert read(tmp_path / "empty.txt")[0].text == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html", "a.jsonl", "a.eml", "f.xml"]), st.booleans())
def test_random_bytes_never_break_a_reader(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str, more: bool
) -> None:
    starts = {"a.html": b"<html><p>", "a.eml": MAIL, "f.xml": FEED[:120], "a.jsonl": b'{"text": "'}
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes((starts.get(name, b"") if more else b"") + data)
    for item in read_inputs([str(path)]):
        assert isinstance(item, Report | InputError)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
            return
        self.send_response(200 if self.path == "/page" else 404)
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *args: object) -> None: ...


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def test_a_url(server: str) -> None:
    (report,) = read(f"{server}/page", allow_private=True)
    assert (report.url, report.title) == (f"{server}/page", "Ferry fire kills 4")
    for path, said in (("/loop", "redirects"), ("/none", "404")):
        with pytest.raises(InputError, match=said):
            read(server + path, allow_private=True)
    with pytest.raises(InputError, match="private"):
        read(f"{server}/page")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.1.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"]
)
def test_private_addresses(address: str) -> None:
    assert not _is_public(address)


@pytest.mark.parametrize(
    ("text", "code"),
    [("12 killed.", "en"), ("Двенадцать человек погибли в городе, и ещё трое ранены.", "ru"),
     ("Bei dem Feuer sind nach Angaben der Polizei zwei Menschen gestorben und drei nicht gefunden worden.", "de"),
     ("火災で12人が死亡したと警察が発表した。", "ja")],
)  # fmt: skip
def test_language(text: str, code: str) -> None:
    assert language_of(text) == code
