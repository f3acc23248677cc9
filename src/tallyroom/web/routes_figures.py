"""Figures: the table with its filters, and one figure with its words, history and decisions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallyroom.errors import UsageError
from tallyroom.ledger import Ledger, LedgerClaim
from tallyroom.ledger.effective import sentence_at
from tallyroom.web.asking import Asked
from tallyroom.web.downloads import FIGURE_FORMS, figures_file
from tallyroom.web.lineup import NotYet
from tallyroom.web.marks import anchor_of
from tallyroom.web.pages import Place, ledgers, not_found, page, sees_confidential, table
from tallyroom.web.reports import is_hidden

router = APIRouter(include_in_schema=False)
PLACE = Place("Figures", "/figures")
#: The filters that stand open, and those one click away; pairs share a cell of the form.
FIRST = ("text", "measure", "population", "source", "place", "outlet")
MORE = (
    "relay", "event", "collection", "review", "source_kind", "source_country", "relation", "side", "status", "age", "sex",
    "country", "report", "as_of", "known_at",
)  # fmt: skip
PAIRS = (("published_from", "published_to"), ("happened_from", "happened_to"), ("said_from", "said_to"), ("value_from", "value_to"))  # fmt: skip


@router.get("/figures")
def figures(request: Request) -> Response:
    """The figures that fit."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        found = ledger.claim_page(asked.query)
        count = ledger.count_claims(asked.query)
    return table(
        request, "figures.html", asked=asked, form=asked.form(FIRST, MORE, PAIRS), rows=found.rows, after=found.next,
        count=count, forms=FIGURE_FORMS, anchor_of=anchor_of,
    )  # fmt: skip


@router.get("/figures.{form}")
def figures_as_file(request: Request, form: str) -> Response:
    """The same figures, all pages, as a file."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        return figures_file(ledger.claims(asked.without_page()), form)


@router.get("/figures/{claim_id}")
def figure(request: Request, claim_id: str) -> Response:
    """One figure in its sentence, with all that is known of it."""
    confidential = sees_confidential(request)
    with ledgers(request).open() as ledger:
        claim = open_claim(ledger, claim_id, confidential=confidential)
        report = ledger.report(claim.uid)
        text = report.report.text
        start, end = claim.figure.start, claim.figure.end
        first, last = sentence_at(text, start, end)
        history = ledger.history(claim.uid, start, end)
        try:
            board = request.app.state.lineup.seen(ledger, confidential=confidential, wait=0.3).board
            series = board.series_of_claim.get(claim.claim_id)
        except NotYet:
            series = None
    return page(
        request, "figure.html", claim=claim, report=report, before=text[first:start], after=text[end:last],
        sentence=text[first:last].strip(), history=history, series=series, anchor=anchor_of(claim.claim_id),
    )  # fmt: skip


def open_claim(ledger: Ledger, claim_id: str, *, confidential: bool) -> LedgerClaim:
    """The claim of an id; 404 where there is none that may be seen."""
    try:
        claim = ledger.claim(claim_id)
    except UsageError as fault:
        if str(fault).startswith("several"):
            raise
        raise not_found("There is no such figure in this ledger.") from None
    if not confidential and (claim.confidential or is_hidden(ledger, ledger.report(claim.uid))):
        raise not_found("There is no such figure in this ledger.")
    return claim
