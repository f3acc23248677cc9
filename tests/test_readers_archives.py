"""Reading archives and PDF: what each gives, and that cut-off, locked and swollen ones are told."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path

import pytest
from fastwarc.warc import WarcRecord, WarcRecordType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallyroom.errors import InputError, MissingExtra
from tallyroom.model import Report
from tallyroom.readers import read, read_inputs
from tallyroom.readers.pdf import joined_lines

PAGE = (
    b"<html><head><title>Fire kills 4</title></head><body><article><p>Four people were killed in a fire on Tuesday, "
    b"the fire service of the town said in the evening.</p></article></body></html>"
)


def record(url: str, body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-03-05T01:02:03Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def archive() -> list[bytes]:
    return [
        record("http://example.org/1", PAGE),
        record("http://example.org/2", PAGE, status="404 Not Found"),
        record("http://example.org/3", b"\x89PNG", kind="image/png"),
        record("http://example.org/4", PAGE),
    ]


def both(path: Path) -> tuple[list[Report], list[InputError]]:
    items = list(read_inputs([str(path)]))
    return [i for i in items if isinstance(i, Report)], [i for i in items if isinstance(i, InputError)]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "any"])
def test_a_web_archive_gives_its_pages(tmp_path: Path, name: str) -> None:
    import gzip

    path = tmp_path / name
    path.write_bytes(b"".join(gzip.compress(r) if name.endswith(".gz") else r for r in archive()))
    reports, faults = both(path)
    assert [r.url for r in reports] == ["http://example.org/1", "http://example.org/4"]
    assert reports[0].input == f"{path}!http://example.org/1"
    assert reports[0].retrieved_at == "2025-03-05T01:02:03Z"
    assert reports[0].text.startswith("Four people were killed")
    assert faults == []


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kept", [2, 5, 9])
def test_a_web_archive_cut_off_is_told(tmp_path: Path, packed: bool, kept: int) -> None:
    import gzip

    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    first, *_, last = (gzip.compress(r) if packed else r for r in archive())
    path.write_bytes(first + last[: len(last) * kept // 10])
    reports, faults = both(path)
    assert len(reports) == 1
    assert len(faults) == 1
    assert "cut off" in str(faults[0])


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive_that_a_tool_wrote(tmp_path: Path, packed: bool) -> None:
    """As a crawler keeps it: each record packed by itself, and between the pages what was asked and what was seen before."""
    path = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
    kinds = WarcRecordType
    with path.open("wb") as file:
        for number, kind in enumerate([kinds.warcinfo, kinds.request, kinds.response, kinds.revisit, kinds.response]):
            record = WarcRecord()
            record.init_headers(kind)
            record.headers["WARC-Target-URI"] = f"https://example.org/{number}"
            record.headers["WARC-Date"] = "2025-03-05T01:02:03Z"
            record.headers["Content-Type"] = "application/http"
            record.set_bytes_content(http if kind == kinds.response else b"GET / HTTP/1.1\r\n\r\n")
            written = io.BytesIO()
            record.write(written, checksum_data=True)
            file.write(gzip.compress(written.getvalue()) if packed else written.getvalue())
    reports, faults = both(path)
    assert faults == []
    assert [report.url for report in reports] == ["https://example.org/2", "https://example.org/4"]
    assert {report.retrieved_at for report in reports} == {"2025-03-05T01:02:03Z"}


def test_a_wacz_is_a_zip_of_web_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as packed:
        packed.writestr("datapackage.json", "{}")
        packed.writestr("archive/data.warc", b"".join(archive()))
        packed.writestr(
            "pages/pages.jsonl", '{"format": "json-pages-1.0", "id": "pages"}\n{"url": "http://example.org/1"}\n'
        )
        packed.writestr(
            "pages/extraPages.jsonl", '{"url": "http://example.org/4", "text": "Four people were killed"}\n'
        )
    reports, faults = both(tmp_path / "a.wacz")
    assert (len(reports), faults) == (2, [])
    assert reports[0].input == f"{tmp_path / 'a.wacz'}!archive/data.warc!http://example.org/1"


def test_a_zip_is_read_member_by_member(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("x.txt", "deeper")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("b.txt", "two")
        packed.writestr("a/r.jsonl", '{"text": "one"}\n{"no": 1}\n')
        packed.writestr("../../c.html", PAGE)
        packed.writestr("__MACOSX/b.txt", "resource fork")
        packed.writestr("photo.png", "no text")
        packed.writestr("inner.zip", inner.getvalue())
    reports, faults = both(tmp_path / "a.zip")
    zip_name = str(tmp_path / "a.zip")
    assert [r.input for r in reports] == [f"{zip_name}!a/r.jsonl#1", f"{zip_name}!b.txt"]
    assert [f.where for f in faults] == [f"{zip_name}!a/r.jsonl#2", f"{zip_name}!inner.zip"]


def swollen() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a.txt", b"0" * 40_000_000)
    return packed.getvalue()


def locked() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("a.txt", b"secret")
    data = bytearray(packed.getvalue())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def broken_member() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("a.txt", b"Twelve people were killed.")
    return packed.getvalue().replace(b"Twelve", b"Eleven", 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(swollen(), "limit"), (locked(), "password"), (broken_member(), "unpacked"), (b"PK\x03\x04broken", "opened")],
    ids=["swollen", "locked", "broken member", "broken"],
)
def test_a_bad_zip_is_told(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(InputError, match=reason):
        read(tmp_path / "a.zip")


def pdf(*lines: str) -> bytes:
    """A PDF of one page with these lines, its cross-reference left to the reader's repair."""
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    content = f"BT /F1 11 Tf 50 750 Td {shown} ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"


def test_a_pdf_is_read(tmp_path: Path) -> None:
    lines = ("Ferry fire", "At least twelve people were killed when a ferry", "caught fire in the strait, police said.")
    (tmp_path / "a.pdf").write_bytes(pdf(*lines))
    (report,) = read(tmp_path / "a.pdf", published="2025-03-04")
    assert report.published == "2025-03-04"
    assert report.text == f"Ferry fire\n{lines[1]} {lines[2]}"


@pytest.mark.parametrize("data", [pdf(), b"%PDF-1.7\nnothing"])
def test_a_pdf_without_text_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(InputError, match="PDF"):
        read(tmp_path / "a.pdf")


def test_a_number_range_broken_at_a_line_end_stays_a_range() -> None:
    assert joined_lines("Officials put the number of the dead at 10\x02\n12 people, and the injur\x02\ned at 30.") == (
        "Officials put the number of the dead at 10-12 people, and the injured at 30."
    )


@pytest.mark.parametrize(
    ("module", "name", "data", "extra"),
    [("pypdfium2", "a.pdf", pdf("12 killed"), "pdf"), ("fastwarc.warc", "a.warc", archive()[0], "bulk")],
)
def test_a_missing_extra_says_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str, data: bytes, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / name).write_bytes(data)
    (tmp_path / "b.txt").write_text("12 killed")
    with pytest.raises(MissingExtra, match=rf"pip install 'tallyroom\[{extra}\]'"):
        read(tmp_path / name)
    reports, faults = both(tmp_path)
    assert (len(reports), len(faults)) == (1, 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["a.zip", "a.warc", "a.warc.gz", "a.pdf"]), st.integers(0, 400), st.binary(max_size=40))
def test_damage_anywhere_never_breaks_a_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: int, noise: bytes
) -> None:
    import gzip

    sound = {
        "a.zip": broken_member(), "a.warc": b"".join(archive()), "a.warc.gz": gzip.compress(archive()[0]),
        "a.pdf": pdf("12 killed"),
    }[name]  # fmt: skip
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(sound[:at] + noise + sound[at + len(noise) :])
    assert all(isinstance(item, Report | InputError) for item in read_inputs([str(path)]))
