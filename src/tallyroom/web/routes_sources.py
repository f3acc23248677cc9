"""Sources: who speaks, under which names, how their figures moved, who passes them on; whether two names are one."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement
from tallyroom.web.asking import Asked
from tallyroom.web.downloads import FORMS, rows_file
from tallyroom.web.lineup import Board, NotYet
from tallyroom.web.pages import Place, go, ledgers, need_name, not_found, page, sees_confidential, table, who
from tallyroom.web.review_acts import open_acts, record, take_back
from tallyroom.web.rows import SourceRow
from tallyroom.web.sources import profile
from tallyroom.web.words import address_part

router = APIRouter(include_in_schema=False)
PLACE = Place("Sources", "/sources")
FIRST = ("text", "source", "source_kind", "source_country", "measure", "outlet")
MORE = ("population", "place", "relay", "event", "collection", "known_at")
PAIRS = (("published_from", "published_to"),)
ON_A_PAGE = 100


@router.get("/sources")
def sources(request: Request) -> Response:
    """The sources of the figures that fit, the most named first or by date."""
    asked = Asked(request, limit=ON_A_PAGE)
    with ledgers(request).open() as ledger:
        found = request.app.state.names.listed(ledger, "source", asked.query, by_date=by_date(asked))
    return table(
        request, "sources.html", asked=asked, form=asked.form(FIRST, MORE, PAIRS), rows=found.rows, after=found.next,
        behind=found.behind, forms=FORMS, by_date=by_date(asked),
    )  # fmt: skip


@router.get("/sources.{form}")
def sources_as_file(request: Request, form: str) -> Response:
    """The same sources, all of them, as a file."""
    asked = Asked(request)
    with ledgers(request).open() as ledger:
        found = ledger.name_page("source", asked.without_page(), order="published" if by_date(asked) else None)
        return rows_file("sources", (SourceRow.model_construct(**row) for row in found.rows), SourceRow, form)


def by_date(asked: Asked) -> bool:
    """Are sources asked for by the date of their last report, rather than the most named first?"""
    return asked.given.get("sort") == "published"


@router.get("/sources/{source_id}")
def source(request: Request, source_id: str) -> Response:
    """One source."""
    confidential = sees_confidential(request)
    with ledgers(request).open() as ledger:
        board: Board | None = None
        try:
            board = request.app.state.lineup.seen(ledger, confidential=confidential, wait=0.3).board
        except NotYet:
            board = None
        found = profile(ledger, source_id, board, confidential=confidential)
        if found is None:
            raise not_found("There is no such source in this ledger.")
        acts = [
            act
            for act in open_acts(ledger, who(request) or "", confidential=confidential)
            if act.judgements[-1].kind == "source"
        ]
    return page(request, "source.html", found=found, source_id=source_id, acts=acts, new_key=secrets.token_hex)


@router.post("/sources/{source_id}/judge")
def judge(
    request: Request, source_id: str, act: Annotated[str, Form()], key: Annotated[str, Form()], a: Annotated[str, Form()] = "",
    b: Annotated[str, Form()] = "", why: Annotated[str, Form()] = "", undoes: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Two names are one source or two; or what was said is taken back."""
    here = f"/sources/{address_part(source_id)}"
    by = need_name(request, here)
    a, b = a.strip() or source_id, b.strip()
    with ledgers(request).open() as ledger:
        if act == "undo":
            take_back(ledger, undoes, by=by, key=key, uid="")
        elif act in ("same", "different"):
            if not b or a == b:
                raise UsageError("name the other source")
            made = Judgement(action=act, by=by, why=why.strip()[:500] or None, kind="source", a=a, b=b)  # type: ignore[arg-type]
            record(ledger, [made], key=key)
        else:
            raise UsageError("say same, different or undo")
        still = profile(ledger, source_id, None, confidential=sees_confidential(request))
        identity = source_id if still else next(iter(ledger.log.names.identities("source", [source_id, a])), "")
    return go(request, f"/sources/{address_part(identity)}" if identity else "/sources")
