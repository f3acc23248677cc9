"""Brief: what a query says, by whom, since when, what disagrees; to read, print, and save as one file."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallyroom import brief as briefs
from tallyroom import charts
from tallyroom.errors import UsageError
from tallyroom.estimates import CONVENTIONS, RULES
from tallyroom.ledger import Ledger, Query
from tallyroom.ledger.lineup import claims_of
from tallyroom.web.asking import Asked, Field
from tallyroom.web.events import series_that_fit, stories_that_fit
from tallyroom.web.pages import Place, ledgers, page
from tallyroom.web.words import spaced, visible

router = APIRouter(include_in_schema=False)
PLACE = Place("Brief", "/brief")
FIRST = ("measure", "population", "place", "event", "source", "collection")
MORE = ("text", "outlet", "known_at")
PAIRS = (("published_from", "published_to"),)
FORMS: dict[str, tuple[str, Callable[[briefs.Brief], str | bytes]]] = {
    "html": ("text/html; charset=utf-8", briefs.as_html),
    "md": ("text/markdown; charset=utf-8", briefs.as_markdown),
    "pdf": ("application/pdf", briefs.as_pdf),
}


class How(msgspec.Struct, frozen=True):
    """How a brief is made, beside the query."""

    title: str | None
    as_of: str | None
    rule: str
    convention: str


@router.get("/brief")
def brief(request: Request) -> Response:
    """The brief of a query."""
    asked, how = Asked(request), _how(request)
    with ledgers(request).open() as ledger:
        made, behind = _made(request, ledger, asked.query, how)
    own = [
        Field("rule", "Rule of the estimate", request.query_params.get("rule", ""), RULES[1:], blank=RULES[0]),
        Field(
            "convention",
            "Convention",
            request.query_params.get("convention", ""),
            CONVENTIONS[1:],
            blank=CONVENTIONS[0],
        ),
        Field("as_of", "Estimates at", how.as_of or "", placeholder="2025-03-04"),
        Field("title", "Title", how.title or ""),
    ]
    extra = {
        name: request.query_params[name] for name in ("rule", "convention", "title") if request.query_params.get(name)
    }
    form = asked.form(FIRST, MORE, PAIRS)
    form["more"] = [*own, *form["more"]]
    return page(
        request, "brief.html", asked=asked, brief=made, behind=behind, form=form, forms=FORMS, extra=extra,
        can_draw=charts.is_there(),
    )  # fmt: skip


@router.get("/brief.{form}")
def brief_as_file(request: Request, form: str) -> Response:
    """The brief as one file."""
    if form not in FORMS:
        raise UsageError(f"no form {form!r}; the forms are {', '.join(FORMS)}")
    with ledgers(request).open() as ledger:
        made, _ = _made(request, ledger, Asked(request).query, _how(request))
    kind, write = FORMS[form]
    return Response(
        write(made), media_type=kind, headers={"Content-Disposition": f'attachment; filename="brief.{form}"'}
    )


def _how(request: Request) -> How:
    given = request.query_params
    rule, convention = given.get("rule") or "range", given.get("convention") or "interval"
    if rule not in RULES or convention not in CONVENTIONS:
        raise UsageError(f"the rules are {', '.join(RULES)}; the conventions {', '.join(CONVENTIONS)}")
    title = visible(given.get("title", "").strip())[:200] or None
    return How(title, given.get("as_of", "").strip() or None, rule, convention)


def _made(request: Request, ledger: Ledger, query: Query, how: How) -> tuple[briefs.Brief, int]:
    of_reports = msgspec.structs.replace(query, as_of=None)
    found = stories_that_fit(request.app.state.lineup, ledger, of_reports)
    series = series_that_fit(found, query)
    claims = claims_of(ledger, briefs.cited(series[: briefs.MOST_SERIES]), query.known_at)
    made = briefs.make_brief(
        series, claims, title=how.title or _title(query), as_of=how.as_of, rule=how.rule, convention=how.convention
    )
    return made, found.behind


def _title(query: Query) -> str:
    """What the query asks, as a title."""
    words = [getattr(query, name) for name in (*FIRST, *MORE, "published_from", "published_to")]
    asked = ", ".join(spaced(word) for word in words if word)
    title = asked[:1].upper() + asked[1:] if asked else "All that the ledger holds"
    return f"{title}, as the ledger knew it at {query.known_at}" if query.known_at else title
