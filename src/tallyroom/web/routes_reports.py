"""Reports: the table with its filters, and one report with its figures in place."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallyroom.model import Problem
from tallyroom.web.asking import Asked
from tallyroom.web.downloads import FORMS, rows_file
from tallyroom.web.marks import Offsets, marked, spans_of
from tallyroom.web.pages import Place, go, ledgers, page, sees_confidential, table
from tallyroom.web.reports import claims_of, open_report, versions_of
from tallyroom.web.rows import ReportRow, report_row

router = APIRouter(include_in_schema=False)
PLACE = Place("Reports", "/reports")
FIRST = ("text", "outlet", "collection", "event")
MORE = ("measure", "population", "source", "place", "known_at")
PAIRS = (("published_from", "published_to"), ("happened_from", "happened_to"))


@router.get("/reports")
def reports(request: Request) -> Response:
    """The reports that fit."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        found = ledger.report_page(asked.query)
        count = ledger.count_reports(asked.query)
    return table(
        request, "reports.html", asked=asked, form=asked.form(FIRST, MORE, PAIRS), rows=found.rows, after=found.next,
        count=count, forms=FORMS,
    )  # fmt: skip


@router.get("/reports.{form}")
def reports_as_file(request: Request, form: str) -> Response:
    """The same reports, all pages, as a file."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        rows = (report_row(held) for held in ledger.reports(asked.without_page()))
        return rows_file("reports", rows, ReportRow, form)


@router.get("/reports/{name}")
def report(request: Request, name: str, kept: str = "") -> Response:
    """One report: its text with the figures in place, the table beside it, its problems."""
    with ledgers(request).open() as ledger:
        held = open_report(ledger, name, confidential=sees_confidential(request))
        if name != held.report.uid:
            return go(request, f"/reports/{held.report.uid}")
        claims = claims_of(ledger, held)
        extraction = ledger.extraction(held)
        versions = versions_of(ledger, held)
    problems: tuple[Problem, ...] = extraction.problems
    reviews = {claim.claim_id: claim.review for claim in claims}
    shown = marked(held.report.text, [claim.figure for claim in claims], problems, reviews)
    return page(
        request, "report.html", held=held, report=held.report, marked=shown, offsets=Offsets(held.report.text),
        spans_of=spans_of, by_id={claim.claim_id: claim for claim in claims}, problems=problems, versions=versions,
        kept=bool(kept),
    )  # fmt: skip
