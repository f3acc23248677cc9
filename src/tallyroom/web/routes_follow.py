"""Follow: the series as a list, and one of them as chart, points with their words, estimates, origins and problems."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from markupsafe import Markup

from tallyroom import charts, estimates
from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement, Ledger
from tallyroom.series import Series
from tallyroom.series.doubts import Doubt, doubts
from tallyroom.web.asking import Asked, Field, address
from tallyroom.web.downloads import FORMS, rows_file
from tallyroom.web.events import series_that_fit, stories_that_fit
from tallyroom.web.follow import Row, claims_in, contradicted, rows_of, same_series, series_of
from tallyroom.web.lineup import Board, Lineup, Story
from tallyroom.web.pages import Place, go, ledgers, need_name, not_found, page, sees_confidential, table, who
from tallyroom.web.review_acts import open_acts, record, take_back
from tallyroom.web.rows import SeriesRow, event_id, series_row

router = APIRouter(include_in_schema=False)
PLACE = Place("Series", "/series")
FIRST = ("text", "measure", "population", "source", "place", "event")
MORE = ("outlet", "collection", "known_at")
PAIRS = (("published_from", "published_to"),)
ON_A_PAGE = 50
KINDS = ("origin", "series")


@router.get("/series")
def series_list(request: Request, begin: int = 0) -> Response:
    """The series that fit, the fullest first."""
    asked = Asked(request)
    query = asked.query
    with ledgers(request).open() as ledger:
        found = stories_that_fit(request.app.state.lineup, ledger, query)
    fitting = series_that_fit(found, query)
    begin = max(0, begin)
    shown = fitting[begin : begin + ON_A_PAGE]
    rows = [(found.board.story_of_series[one.series_id], one) for one in shown]

    def at(place: int) -> str:
        return address("/series", {**asked.filters, "begin": str(place)})

    return table(
        request, "series.html", asked=asked, form=asked.form(FIRST, MORE, PAIRS), rows=rows, behind=found.behind,
        count=len(fitting), before=at(max(0, begin - ON_A_PAGE)) if begin else "",
        following=at(begin + ON_A_PAGE) if len(fitting) > begin + ON_A_PAGE else "", event_id=event_id, forms=FORMS,
    )  # fmt: skip


@router.get("/series.{form}")
def series_as_file(request: Request, form: str) -> Response:
    """The same series, all pages, as a file."""
    query = Asked(request).query
    with ledgers(request).open() as ledger:
        found = stories_that_fit(request.app.state.lineup, ledger, query)
    return rows_file("series", (series_row(one) for one in series_that_fit(found, query)), SeriesRow, form)


@router.get("/series/{series_id}")
def one_series(
    request: Request, series_id: str, rule: str = "range", convention: str = "interval", as_of: str = "", known_at: str = "",
) -> Response:  # fmt: skip
    """One series."""
    confidential = sees_confidential(request)
    rule, convention = rule or "range", convention or "interval"
    with ledgers(request).open() as ledger:
        story, siblings, one = _at(request, ledger, series_id, known_at or None)
        rows = rows_of(ledger, one, known_at or None, confidential=confidential) if one else []
        judged = ledger.series_judgements(known_at or None)
        open_questions = [doubt for doubt in doubts(siblings, judged) if one and _about(doubt, one)]
        told = [
            act for act in open_acts(ledger, who(request) or "", confidential=confidential)
            if act.judgements[-1].kind in KINDS or (act.judgements[-1].action == "dismiss" and not act.uid)
        ]  # fmt: skip
    if one is None:
        raise not_found("At that moment the ledger knew nothing of this series.")
    found = estimates.estimate(one, rule=rule, convention=convention, as_of=as_of or None)
    side_by_side = estimates.compare(one, as_of=as_of or None)
    drawn = _drawn(one, rows) if charts.is_there() else None
    fields = [
        Field("rule", "Rule", rule, tuple(r for r in estimates.RULES if r != "hierarchy")),
        Field("convention", "Convention", convention, estimates.CONVENTIONS),
        Field("as_of", "Estimate at", as_of, placeholder="2025-03-04"),
        Field("known_at", "As the ledger knew it at", known_at, placeholder="2025-03-04"),
    ]
    return page(
        request, "series_one.html", one=one, story=story, story_id=event_id(story), rows=rows, found=found, chart=drawn, fields=fields,
        compared=side_by_side, conventions=estimates.CONVENTIONS, known_at=known_at, doubts=open_questions, acts=told,
        speakers=_speakers(one, rows), new_key=secrets.token_hex, first=series_id,
    )  # fmt: skip


@router.post("/series/{series_id}/judge")
def judge(
    request: Request, series_id: str, act: Annotated[str, Form()], key: Annotated[str, Form()], kind: Annotated[str, Form()] = "origin",
    a: Annotated[str, Form()] = "", b: Annotated[str, Form()] = "", why: Annotated[str, Form()] = "",
    problem: Annotated[str, Form()] = "", undoes: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Two origins or series are one or two; a problem is none; or what was said is taken back."""
    here = f"/series/{series_id}"
    by = need_name(request, here)
    with ledgers(request).open() as ledger:
        board, story, held = _held(request, ledger, series_id)
        if act == "undo":
            take_back(ledger, undoes, by=by, key=key, uid="")
        elif act == "dismiss":
            record(ledger, [Judgement(action="dismiss", by=by, why=why.strip() or None, problem=problem)], key=key)
        elif act in ("same", "different") and kind in KINDS:
            if not a.strip() or a.strip() == b.strip():
                raise UsageError("choose two that differ")
            made = Judgement(action=act, by=by, why=why.strip()[:500] or None, kind=kind, a=a.strip(), b=b.strip())  # type: ignore[arg-type]
            record(ledger, [made], key=key)
        else:
            raise UsageError("say same, different, dismiss or undo")
        now = same_series(series_of(ledger, board, story, None), held)
        request.app.state.lineup.seen(ledger, confidential=sees_confidential(request))
    return go(request, f"/series/{now.series_id}" if now else "/series")


def _drawn(one: Series, rows: list[Row]) -> Markup:
    """The chart, each dot a link to the words of its point."""
    links = {claim: f"#w-{row.number}" for row in rows for claim in row.point.claim_ids}
    picture = charts.svg(one, links=links, contradicted=contradicted(one))
    # Groups of marks are no pictures of their own for those who listen; the dots are, and each has a name.
    picture = re.sub(r' role="graphics-\w+" aria-roledescription="\w+ mark container"', "", picture)
    # Vega escapes what reports say; the picture holds no style and no script.
    return Markup(picture)  # noqa: S704


def _at(
    request: Request, ledger: Ledger, series_id: str, known_at: str | None
) -> tuple[Story, list[Series], Series | None]:
    """A series, now or as the ledger knew it at a moment, with its story and all series of that."""
    if known_at is None:
        board, story, held = _held(request, ledger, series_id)
        siblings = series_of(ledger, board, story, None)
        return story, siblings, same_series(siblings, held)
    lineup: Lineup = request.app.state.lineup
    confidential = sees_confidential(request)
    board = lineup.seen(ledger, confidential=confidential).board
    now = _find(board, series_id)
    then = lineup.at_hand(ledger, confidential=confidential, known_at=known_at)
    if then is None and now is not None:
        # All stories of that moment take a while to line up; those that tell of this one now come close.
        siblings = series_of(ledger, board, board.story_of_series[now.series_id], known_at)
        return board.story_of_series[now.series_id], siblings, same_series(siblings, now)
    then = then or lineup.seen(ledger, confidential=confidential, known_at=known_at).board
    one = _find(then, series_id)
    if one is None and now is not None:
        one = same_series(
            {own.series_id: own for c in claims_in(now) if (own := then.series_of_claim.get(c))}.values(), now
        )
    if one is None:
        raise not_found("At that moment the ledger knew nothing of this series.")
    story = then.story_of_series[one.series_id]
    return story, list(story.series), one


def _held(request: Request, ledger: Ledger, series_id: str) -> tuple[Board, Story, Series]:
    lineup: Lineup = request.app.state.lineup
    board = lineup.seen(ledger, confidential=sees_confidential(request)).board
    held = _find(board, series_id)
    if held is None:
        raise not_found("There is no such series in this ledger.")
    return board, board.story_of_series[held.series_id], held


def _find(board: Board, series_id: str) -> Series | None:
    """The series of an id, or the one that answers to the same claims: it was joined or split since."""
    found = board.series.get(series_id)
    mark = series_id.rsplit("-", 1)[-1]
    return found or next((one for own, one in board.series.items() if own.rsplit("-", 1)[-1] == mark), None)


def _about(doubt: Doubt, one: Series) -> bool:
    names = {origin.origin_id for origin in one.origins}
    return one.series_id in (doubt.a, doubt.b) or {doubt.a, doubt.b} <= names


def _speakers(one: Series, rows: list[Row]) -> dict[str, list[tuple[str, str]]]:
    """origin id → (what names it in a judgement, as people read it): the origin itself, and each who speaks in it."""
    found: dict[str, dict[str, str]] = {origin.origin_id: {} for origin in one.origins}
    for row in rows:
        for words in row.words:
            source = words.figure.source
            if source and row.point.origin in found:
                found[row.point.origin][source] = source
    return {origin: list(names.items()) for origin, names in found.items()}
