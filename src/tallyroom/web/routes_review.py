"""Review: one figure at a time in its sentence, decided by keys or plain forms, each decision kept once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData

from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement, Ledger
from tallyroom.ledger.effective import read_fields
from tallyroom.model import Figure
from tallyroom.quantities import find_quantities
from tallyroom.series import SeriesProblem
from tallyroom.web.asking import Asked, address
from tallyroom.web.lineup import NotYet
from tallyroom.web.marks import spans_of
from tallyroom.web.pages import Place, environment, go, ledgers, need_name, not_found, page, sees_confidential, who
from tallyroom.web.reports import open_report
from tallyroom.web.review_acts import (
    LONGEST_KEY,
    Decided,
    Meanwhile,
    as_stated,
    changed,
    moved,
    open_acts,
    record,
    seen_of,
    take_back,
    told,
)
from tallyroom.web.review_items import EDITED, Beside, Item, beside, fields_of, item_of
from tallyroom.web.review_queues import QUEUES, Coming, Queues
from tallyroom.web.review_spots import Spot, spot_of

router = APIRouter(include_in_schema=False)
PLACE = Place("Review", "/review")
#: Items that one answer holds, so that the next figure is there before it is wanted.
MOST_ITEMS = 4
FIRST = ("text", "measure", "population", "source", "place", "outlet")
MORE = ("event", "collection", "report", "relay", "source_kind", "source_country", "side", "country")
PAIRS = (("published_from", "published_to"), ("happened_from", "happened_to"))
#: What an address of a review means itself, or what a queue decides.
NOT_ASKED = ("after", "known_at", "review", "kind", "sort", "ascending", "limit", "all_versions")
MOST_FORM = 200_000
LONGEST_WHY = 500


class View:
    """Which queue, of which figures: all of it lives in the address."""

    def __init__(self, request: Request, given: Mapping[str, str] | None = None) -> None:
        said = request.query_params if given is None else given
        self.queue = said.get("queue") or "unsure"
        if self.queue not in QUEUES:
            raise not_found("There is no such queue.")
        self.asked = Asked(request, given=given, own=NOT_ASKED)

    @property
    def words(self) -> str:
        """The view as the query of an address."""
        return urlencode({"queue": self.queue, **self.asked.filters})

    def href(self, path: str = "/review", **more: str) -> str:
        """An address in the same view."""
        return address(path, {"queue": self.queue, **self.asked.filters, **more})


@router.get("/review")
def review(request: Request, at: str = "", after: str = "") -> Response:
    """The next figure of a queue, or the one at a place."""
    by = need_name(request, str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""))
    return _page(request, by, View(request), at=at, after=after)


@router.get("/review/items")
def items(request: Request, at: str = "", without: str = "", have: str = "", count: int = 1) -> Response:
    """The next items as the page's script takes them; those at a place, where one is named."""
    need_name(request, "/review")
    view = View(request)
    with ledgers(request).open() as ledger:
        if at:
            coming = Coming((spot_of(at),), None)
        else:
            coming = _queues(request).coming(
                ledger, view.queue, view.asked.query, count=min(max(count, 1), MOST_ITEMS), without=frozenset(without.split(","))
            )  # fmt: skip
        found: list[dict[str, Any]] = []
        texts = set(have.split(","))
        for spot in coming.spots:
            item = _item(request, ledger, spot)
            found.append(_packed(ledger, item, view, with_text=spot.uid not in texts))
            texts.add(spot.uid)
    return JSONResponse({"items": found, "total": coming.total, "more": coming.more})


@router.get("/review/add")
def add_form(
    request: Request, uid: str, start: int = -1, end: int = -1, at: str = "", fragment: bool = False, words: str = "",
) -> Response:  # fmt: skip
    """The form that makes a figure of some words of a report."""
    need_name(request, "/review")
    view = View(request)
    with ledgers(request).open() as ledger:
        held = open_report(ledger, uid, confidential=sees_confidential(request))
        text, seen = held.report.text, seen_of(ledger, held.report.uid)
        places = _places_of(text, words) if words else []
        if not places and 0 <= start < end <= len(text):
            places = [(start, end)]
        near = next((past for past in ledger.history(*spot_of(at)) if past.until is None), None) if at else None
    figure = _figure_of(text, *places[0], near.figure if near else None) if len(places) == 1 else None
    values: dict[str, Any] = {
        "held": held, "view": view, "at": at, "words": words, "places": places[:20], "text": text,
        "key": secrets.token_hex(16), "seen": seen, "figure": figure, "fields": fields_of(figure) if figure else (),
    }  # fmt: skip
    if fragment:
        return Response(_template("_review_add.html").render(values), media_type="text/html")
    return page(request, "review_add.html", **values)


@router.post("/review/decide")
async def decide(request: Request) -> Response:
    """Record a decision; with the same key once, however often it is sent."""
    form = await request.form(max_part_size=MOST_FORM, max_files=0, max_fields=60)
    return await run_in_threadpool(_decide, request, form)


def _decide(request: Request, form: FormData) -> Response:
    scripted = "application/json" in request.headers.get("accept", "")
    by = who(request)
    if by is None:
        if scripted:
            raise HTTPException(401, "Say who is deciding first, at /who.")
        return go(request, "/who?to=/review")
    view = View(request, dict(parse_qsl(_word(form, "view"))))
    at = _word(form, "at")
    try:
        with ledgers(request).open() as ledger:
            done = _done(request, ledger, form, by)
    except Meanwhile as others:
        if scripted:
            return JSONResponse({"detail": str(others), "at": at, "others": [told(j) for j in others.judgements]}, 409)
        notice = f"In the meantime {others}. Nothing of yours is recorded yet: look again, then decide."
        return _page(request, by, view, at=at, after="", notice=notice, status=409)
    if scripted:
        return JSONResponse({"again": done.again, "told": [told(j) for j in done.judgements]})
    act = _word(form, "act")
    stay = {"at": at} if act in ("undo", "dismiss") and at else {"after": at} if at else {}
    return go(request, view.href(**stay))


def _done(request: Request, ledger: Ledger, form: FormData, by: str) -> Decided:
    act, key = _word(form, "act"), _word(form, "key")[: LONGEST_KEY + 1]
    confidential = sees_confidential(request)
    if act == "undo":
        uid = _word(form, "uid")
        if uid:
            open_report(ledger, uid, confidential=confidential)
        return take_back(ledger, _word(form, "undoes"), by=by, key=key, uid=uid)
    spot = spot_of(_word(form, "at"))
    held = open_report(ledger, spot.uid, confidential=confidential)
    seen = _number(form, "seen")
    why = _word(form, "why")[:LONGEST_WHY] or None
    if act == "dismiss":
        return record(ledger, [_dismissal(_word(form, "dismiss"), spot, by, why)], key=key, seen=seen)
    if act == "add":
        start, end = _number(form, "start"), _number(form, "end")
        fields = {name: value for name, value in _fields(form).items() if value not in (None, [])}
        made = [Judgement(action="add", by=by, why=why, uid=spot.uid, start=start, end=end, fields=fields)]
        return record(ledger, made, key=key, seen=seen)
    try:
        item = _item(request, ledger, spot)
    except HTTPException:
        # What was decided may have taken the figure from its place: then the key tells, or others do.
        return record(ledger, [Judgement(action="reject", by=by, uid=spot.uid, start=spot.start, end=spot.end)], key=key, seen=seen)  # fmt: skip
    made = _judgements(form, act, item, held.report.text, by)
    return record(ledger, [msgspec.structs.replace(j, why=j.why or why) for j in made], key=key, seen=seen)


def _judgements(form: FormData, act: str, item: Item, text: str, by: str) -> list[Judgement]:
    spot, figure = item.spot, item.figure
    place: dict[str, Any] = {"by": by, **spot._asdict()}
    if act == "span":
        words = _word(form, "words")
        span = _nearest(_places_of(text, words), spot) if words else (_number(form, "start"), _number(form, "end"))
        return moved(figure, spot, *span, by)
    if act == "reject":
        return [Judgement(action="reject", **place)]
    fields: dict[str, Any] = {}
    if _word(form, "choose"):
        fields = read_fields([_word(form, "choose")])
    elif act == "correct":
        fields = _fields(form)
    elif act != "accept":
        raise UsageError("say what you decide: accept, reject, correct, span, add, dismiss or undo")
    differing = changed(figure, fields)
    if item.claim is None:
        return [Judgement(action="add", fields={**as_stated(figure), **differing}, **place)]
    if differing:
        return [Judgement(action="correct", fields=differing, **place)]
    return [Judgement(action="accept", **place)]


def _dismissal(words: str, spot: Spot, by: str, why: str | None) -> Judgement:
    kind, _, rest = words.partition(" ")
    if not rest:
        return Judgement(action="dismiss", by=by, why=why, problem=words)
    start, _, end = rest.partition(" ")
    if not (start.isdigit() and end.isdigit()):
        raise UsageError("that names no problem")
    return Judgement(action="dismiss", by=by, why=why, uid=spot.uid, start=int(start), end=int(end), problem=kind)


def _fields(form: FormData) -> dict[str, Any]:
    given = [f"{name}={_word(form, 'f-' + name)}" for name in EDITED if isinstance(form.get("f-" + name), str)]
    found = read_fields(given)
    for name in ("bound", "measure", "unit", "aggregation", "polarity", "modality"):
        if found.get(name, "") is None:
            del found[name]
    return found


def _page(
    request: Request, by: str, view: View, *, at: str, after: str, notice: str = "", status: int = 200
) -> Response:  # fmt: skip
    waiting = ""
    with ledgers(request).open() as ledger:
        coming = Coming((), None)
        try:
            passed = spot_of(after) if after else None
            coming = Coming((spot_of(at),), None) if at else _queues(request).coming(
                ledger, view.queue, view.asked.query, count=1, after=passed
            )  # fmt: skip
        except NotYet as fault:
            waiting = str(fault)
        item = _item(request, ledger, coming.spots[0]) if coming.spots else None
        packed = _packed(ledger, item, view, with_text=True) if item else None
        acts = open_acts(ledger, by, confidential=sees_confidential(request))
    return page(
        request, "review.html", status=status, view=view, asked=view.asked, queues=QUEUES, item=item, packed=packed,
        acts=acts, total=coming.total, more=coming.more or bool(waiting), waiting=waiting, notice=notice, keys=KEYS,
        new_key=secrets.token_hex, after=after, form=view.asked.form(FIRST, MORE, PAIRS),
    )  # fmt: skip


def _queues(request: Request) -> Queues:
    queues: Queues = request.app.state.queues
    return queues


def _item(request: Request, ledger: Ledger, spot: Spot) -> Item:
    confidential = sees_confidential(request)
    open_report(ledger, spot.uid, confidential=confidential)
    doubts: tuple[Figure, ...] = ()
    claim = next((past for past in ledger.history(*spot) if past.until is None), None)
    if claim is None:
        doubts = _queues(request).doubts.of(ledger, spot.uid)
    across = _across(request, ledger, claim.claim_id) if claim else ()
    return item_of(ledger, spot, confidential=confidential, doubts=doubts, across=across)


def _across(request: Request, ledger: Ledger, claim_id: str) -> tuple[SeriesProblem, ...]:
    try:
        found = _queues(request).problems_of(claim_id, ledger, confidential=sees_confidential(request))
    except NotYet:
        return ()
    dismissed = ledger.series_judgements().dismissed
    return tuple(problem for problem in found if problem.key not in dismissed)


def _packed(ledger: Ledger, item: Item, view: View, *, with_text: bool) -> dict[str, Any]:
    """An item as HTML, and the text beside it."""
    values = {"item": item, "view": view, "new_key": secrets.token_hex, "keys": KEYS}
    text = None
    if with_text:
        doubts = (item.figure,) if item.claim is None else ()
        text = _text_of(beside(ledger, item, doubts), item)
    return {
        "spot": str(item.spot), "short": item.spot.short, "uid": item.spot.uid, "anchor": item.anchor, "seen": item.seen,
        "html": _template("_review_item.html").render(values), "text": text,
    }  # fmt: skip


def _text_of(shown_text: Beside, item: Item) -> str:
    return str(_template("_review_text.html").render(beside=shown_text, held=item.held, spans_of=spans_of))


def _template(name: str) -> Any:
    return environment().get_template(name)


def _places_of(text: str, words: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = text.find(words)
    while at >= 0 and len(found) < 1000:
        found.append((at, at + len(words)))
        at = text.find(words, at + 1)
    if not found:
        raise UsageError("these words do not stand in the report; copy them from its text")
    return found


def _nearest(places: list[tuple[int, int]], spot: Spot) -> tuple[int, int]:
    return min(places, key=lambda place: abs(place[0] - spot.start))


def _figure_of(text: str, start: int, end: int, near: Figure | None) -> Figure:
    """What the words look like as a figure, before a person says what they count."""
    quantities = find_quantities(text, max(0, start - 1), end) or find_quantities(text, start, end)
    read = next((q for q in quantities if q.start < end and start < q.end), None)
    bare = Figure(id="", quote=text[start:end], start=start, end=end, low=None, best=None, high=None, measure="killed")
    if near is not None:
        bare = msgspec.structs.replace(
            bare, measure=near.measure, population=near.population, source=near.source, place=near.place,
            event_time=near.event_time,
        )  # fmt: skip
    if read is None:
        return bare
    return msgspec.structs.replace(
        bare, low=read.low, best=read.best, high=read.high, bound=read.bound, unit=read.unit or "people"
    )


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) and "\x00" not in value else ""


def _number(form: FormData, name: str) -> int:
    words = _word(form, name)
    if not words.isdigit() or len(words) > 12:
        raise UsageError(f"{name}: a number is wanted")
    return int(words)


#: action → (key, words). The page's script lets people change the keys.
KEYS: Mapping[str, tuple[str, str]] = {
    "accept": ("a", "Accept"), "reject": ("x", "Reject: no figure, or not to count"), "skip": (" ", "Skip for now"),
    "undo": ("Backspace", "Take the last decision back"), "edit": ("e", "Edit a field"),
    "add": ("+", "Make a figure of the selected words"), "span": ("s", "Put the figure on the selected words"),
    "start_left": ("[", "Move the beginning a word to the left"), "start_right": ("]", "Move the beginning to the right"),
    "end_left": ("{", "Move the end a word to the left"), "end_right": ("}", "Move the end to the right"),
    "dismiss": ("d", "Dismiss the first problem"), "next": ("n", "Next"), "previous": ("p", "Previous"),
    "keys": ("?", "All keys"),
}  # fmt: skip
