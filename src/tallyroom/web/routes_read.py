"""Read: paste a text or give a file; its figures in place, what is wrong with it, and what the ledger knows of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from tallyroom.errors import InputError, UsageError
from tallyroom.ledger import LedgerReport
from tallyroom.model import Extraction, Problem, Report, make_report
from tallyroom.readers.published import check_published
from tallyroom.series.check import Check
from tallyroom.web.lineup import Lineup, NotYet
from tallyroom.web.marks import Marked, Offsets, marked, spans_of
from tallyroom.web.pages import Place, go, ledgers, page, sees_confidential, settings
from tallyroom.web.reading import Read, Reader
from tallyroom.web.reports import same_text

router = APIRouter(include_in_schema=False)
PLACE = Place("Read", "/")
FIELDS = ("text", "published", "outlet", "title", "url", "address")


class Article(msgspec.Struct, frozen=True):
    """One report that was read, ready to be shown; nothing of it is kept."""

    report: Report
    marked: Marked
    offsets: Offsets
    problems: tuple[Problem, ...]
    checks: Mapping[str, Check]
    #: Reports of the ledger with the very same text; the one with the same identity too is `held`.
    same: tuple[LedgerReport, ...]
    held: LedgerReport | None
    #: Why the ledger could not be asked; empty where it could.
    waiting: str
    packed: str


@router.get("/")
def ask_text(request: Request) -> Response:
    """The form to paste into."""
    return page(request, "read.html", given=dict.fromkeys(FIELDS, ""), fault="", **_form_options(request))


@router.get("/read")
def back_to_form(request: Request) -> Response:
    """What was read is not kept: an address of it leads back to the form."""
    return go(request, "/")


@router.post("/read")
async def read(request: Request) -> Response:
    """Read what was pasted or uploaded; nothing is kept."""
    async with request.form(max_part_size=settings(request).upload_bytes, max_files=1, max_fields=20) as form:
        given = {name: _field(form, name) for name in FIELDS}
        try:
            found = await _read(request, form, given)
        except (InputError, UsageError) as fault:
            found = Read(faults=(str(fault),))
    if not found.extractions:
        words = "; ".join(found.faults) or "Nothing to read was given: paste a text or choose a file."
        return page(request, "read.html", status=422, given=given, fault=words, **_form_options(request))
    return await run_in_threadpool(_shown, request, found)


async def _read(request: Request, form: FormData, given: Mapping[str, str]) -> Read:
    reader: Reader = request.app.state.reader
    published = check_published(given["published"]) if given["published"] else None
    url = given["url"] or None
    upload = form.get("file")
    # A form without a chosen file sends an empty one.
    if isinstance(upload, UploadFile) and upload.filename and (data := await upload.read()):
        return await reader.upload(data, _plain_name(upload.filename), published, url)
    if given["address"]:
        if not settings(request).allow_fetch:
            raise UsageError("Fetching addresses is off; start with --allow-fetch to permit it.")
        if not given["address"].lower().startswith(("http://", "https://")):
            raise UsageError("An address begins with http:// or https://.")
        return await reader.address(given["address"], published)
    text = given["text"].replace("\r\n", "\n")
    if not text.strip():
        return Read()
    report = make_report(
        text, url=url, published=published, outlet=given["outlet"] or None, title=given["title"] or None, input="pasted"
    )
    return await reader.text(report)


@router.post("/read/keep")
async def keep(request: Request) -> Response:
    """Add a report that was shown to the ledger."""
    async with request.form(max_part_size=settings(request).upload_bytes, max_files=0, max_fields=5) as form:
        packed, collection = _field(form, "report"), _field(form, "collection") or None
    try:
        shown = msgspec.json.decode(packed, type=Report)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise UsageError("That is no report; read it again and then add it.") from None
    if shown.published:
        check_published(shown.published)
    given = {name: getattr(shown, name) for name in ("url", "published", "outlet", "title", "language", "input")}
    report = make_report(
        shown.text, id=shown.id if shown.id != shown.uid[:16] else None, retrieved_at=shown.retrieved_at,
        problems=shown.problems, **given,
    )  # fmt: skip
    reader: Reader = request.app.state.reader
    found = await reader.text(report)
    await run_in_threadpool(_add, request, found.extractions[0], collection)
    return go(request, f"/reports/{report.uid}?kept=1")


def _add(request: Request, extraction: Extraction, collection: str | None) -> None:
    with ledgers(request).open() as ledger:
        ledger.add(extraction, collection=collection)


def _shown(request: Request, found: Read) -> Response:
    articles = _articles(request, found)
    return page(request, "read_result.html", articles=articles, faults=found.faults, more=found.more, spans_of=spans_of)


def _articles(request: Request, found: Read) -> list[Article]:
    lineup: Lineup = request.app.state.lineup
    confidential = sees_confidential(request)
    articles = []
    with ledgers(request).open() as ledger:
        for extraction in found.extractions:
            report = extraction.report
            same = same_text(ledger, report.text, confidential=confidential)
            held = next((one for one in same if one.report.uid == report.uid), None)
            checks: dict[str, Check] = {}
            waiting = ""
            try:
                checks = lineup.check(ledger, extraction, confidential=confidential)
            except NotYet as fault:
                waiting = str(fault)
            articles.append(
                Article(
                    report, marked(report.text, extraction.figures, extraction.problems), Offsets(report.text),
                    extraction.problems, checks, tuple(same), held, waiting,
                    msgspec.json.encode(report).decode(),
                )
            )  # fmt: skip
    return articles


def _form_options(request: Request) -> dict[str, Any]:
    held = settings(request)
    return {"allow_fetch": held.allow_fetch, "most": f"{held.upload_bytes / 1_000_000:.0f} MB"}


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    if not isinstance(value, str):
        return ""
    return value if name in ("text", "report") else value.strip()


def _plain_name(name: str) -> str:
    """The name of an uploaded file without any folder."""
    return name.replace("\\", "/").rpartition("/")[2][:200] or "upload"
