"""Problems: what does not hold together, in one report and across several."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallyroom.ledger import Ledger, LedgerProblem, Query
from tallyroom.series import SeriesProblem
from tallyroom.web.asking import Asked
from tallyroom.web.downloads import FORMS, rows_file
from tallyroom.web.events import stories_that_fit
from tallyroom.web.lineup import Lineup, NotYet, Story
from tallyroom.web.pages import Place, ledgers, table
from tallyroom.web.rows import ProblemRow, across_row, problem_row

router = APIRouter(include_in_schema=False)
PLACE = Place("Problems", "/problems")
FIRST = ("kind", "text", "outlet", "collection", "review")
MORE = ("measure", "population", "source", "place", "known_at")
PAIRS = (("published_from", "published_to"),)
#: Problems of several reports shown above the table; all are in the exports.
MOST_ACROSS = 50
REVIEWS = ("open", "dismissed", "all")


@router.get("/problems")
def problems(request: Request) -> Response:
    """The problems that fit: those of several reports first, then page by page those of single ones."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        found = ledger.problem_page(asked.query)
        across, waiting = _across(request.app.state.lineup, ledger, asked.query)
    form = asked.form(FIRST, MORE, PAIRS)
    form["first"] = [
        field._replace(choices=REVIEWS, label="Standing") if field.name == "review" else field
        for field in form["first"]
    ]
    shown = [(across_row(story, problem), problem.claim_ids) for story, problem in across[:MOST_ACROSS]]
    return table(
        request, "problems.html", asked=asked, form=form, rows=[problem_row(held) for held in found.rows], after=found.next,
        forms=FORMS, across=shown, more_across=len(across) - len(shown), waiting=waiting,
    )  # fmt: skip


@router.get("/problems.{form}")
def problems_as_file(request: Request, form: str) -> Response:
    """The same problems, all pages, as a file."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        rows = (problem_row(held) for held in each_problem(ledger, asked.without_page()))
        across, _ = _across(request.app.state.lineup, ledger, asked.without_page())
        return rows_file("problems", chain((across_row(*found) for found in across), rows), ProblemRow, form)


def each_problem(ledger: Ledger, query: Query) -> Iterator[LedgerProblem]:
    """All problems of single reports that fit, page by page."""
    query = msgspec.structs.replace(query, limit=1000)
    while True:
        found = ledger.problem_page(query)
        yield from found.rows
        if found.next is None:
            return
        query = msgspec.structs.replace(query, after=found.next)


def _across(lineup: Lineup, ledger: Ledger, query: Query) -> tuple[list[tuple[Story, SeriesProblem]], str]:
    """Problems of several reports, and why they cannot be told yet."""
    if query.after or query.review not in (None, "open", "all"):
        return [], ""
    try:
        found = stories_that_fit(lineup, ledger, msgspec.structs.replace(query, kind=None, review=None))
    except NotYet as fault:
        return [], str(fault)
    if found.all:
        every = list(found.board.problems.values())
    else:
        stories = ((story, one) for story in found.stories for one in story.series)
        every = list({p.key: (story, p) for story, one in stories for p in one.problems}.values())
    return [(story, problem) for story, problem in every if query.kind in (None, problem.kind)], ""
