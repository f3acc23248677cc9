"""The application: guard, pages in the order of the navigation, JSON API, faults in plain words."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from tallyroom import __version__
from tallyroom.errors import InputError, LedgerError, MissingExtra, TallyroomError, UsageError
from tallyroom.ledger import Query, TwoReports
from tallyroom.ledger.database import checked_url
from tallyroom.web import (
    routes_api,
    routes_api_decide,
    routes_brief,
    routes_charts,
    routes_enter,
    routes_events,
    routes_figures,
    routes_follow,
    routes_problems,
    routes_read,
    routes_reports,
    routes_review,
    routes_sources,
)
from tallyroom.web.doubts import Doubts
from tallyroom.web.guard import HEADERS, Doorkeeper, Guard
from tallyroom.web.ledgers import Ledgers
from tallyroom.web.lineup import Lineup, NotYet
from tallyroom.web.names import Names
from tallyroom.web.pages import NeedName, go, page
from tallyroom.web.reading import Reader
from tallyroom.web.review_acts import Meanwhile
from tallyroom.web.review_queues import Queues
from tallyroom.web.settings import Settings
from tallyroom.web.words import address_part

#: The pages in the order of the navigation; each module holds a `router` and, where it stands there, its `PLACE`.
PAGES: tuple[ModuleType, ...] = (
    routes_read,
    routes_review,
    routes_figures,
    routes_reports,
    routes_events,
    routes_follow,
    routes_sources,
    routes_problems,
    routes_brief,
    routes_charts,
    routes_enter,
    routes_api,
    routes_api_decide,
)

_STATUS: tuple[tuple[type[TallyroomError], int], ...] = (
    (TwoReports, 409),
    (NotYet, 503),
    (UsageError, 400),
    (InputError, 422),
    (MissingExtra, 501),
    (LedgerError, 503),
)


def create_app(ledger: str | Path, **options: Any) -> FastAPI:
    """The page on a ledger, which must be there; `options` are the fields of `Settings`."""
    settings = Settings(ledger=str(ledger), **options)
    doorkeeper = Doorkeeper(settings)
    app = FastAPI(
        title="Tallyroom", version=__version__, lifespan=_lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", summary="Who said how many, of whom, through whom, when, in which words.",
    )  # fmt: skip
    app.state.settings = settings
    app.state.doorkeeper = doorkeeper
    app.state.ledgers = Ledgers(settings.ledger, settings.connections)
    app.state.ledger_name = _name_of(settings.ledger)
    app.state.reader = Reader(settings.seconds)
    app.state.lineup = Lineup(settings.ledger)
    app.state.names = Names(app.state.ledgers)
    app.state.doubts = Doubts(app.state.ledgers, app.state.reader.doubts)
    app.state.queues = Queues(app.state.ledgers, app.state.lineup, app.state.doubts)
    app.state.nav = tuple(module.PLACE for module in PAGES if hasattr(module, "PLACE"))
    for module in PAGES:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(packages=[("tallyroom.web", "static")]), name="static")
    app.add_middleware(Guard, settings=settings, doorkeeper=doorkeeper)
    app.add_exception_handler(TallyroomError, _told_fault)
    app.add_exception_handler(HTTPException, _told_status)
    app.add_exception_handler(RequestValidationError, _told_request)
    app.add_exception_handler(NeedName, _ask_name)
    app.add_exception_handler(Meanwhile, routes_api_decide.refused)
    app.add_exception_handler(Exception, _told_own_fault)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(_prepare, app)
    threading.Thread(target=routes_charts.warm_up, name="charts", daemon=True).start()
    async with app.state.reader.running(), app.state.doubts.running():
        yield
    app.state.queues.close()
    app.state.lineup.close()
    app.state.names.close()
    app.state.ledgers.close()


def _prepare(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    with app.state.ledgers.open() as ledger:
        app.state.lineup.prepare(ledger, confidential=settings.confidential)
    for queue in ("unsure", "new", "differ"):
        app.state.queues.prepare(queue, Query(confidential=settings.confidential))
    app.state.names.prepare("source", Query(confidential=settings.confidential, limit=routes_sources.ON_A_PAGE))


def _name_of(ledger: str) -> str:
    if ledger.startswith(("postgresql://", "postgres://")):
        return checked_url(ledger).rpartition("/")[2].partition("?")[0] or "postgresql"
    return Path(ledger).name


def _told_fault(request: Request, fault: Exception) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(fault, kind)), 400)
    if not isinstance(fault, NotYet):
        return _told(request, status, str(fault))
    if request.method == "GET" and not request.url.path.startswith("/api/"):
        # For a person this is no fault: the page waits with them.
        again = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        answer: Response = page(request, "waiting.html", status=202, what=str(fault), again=again)
    else:
        answer = _told(request, status, str(fault))
    answer.headers["Retry-After"] = "10"
    return answer


def _told_status(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    answer = _told(request, fault.status_code, str(fault.detail))
    answer.headers.update(fault.headers or {})
    return answer


def _told_request(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    first = fault.errors()[0]
    where = " ".join(str(part) for part in first.get("loc", ()))
    return _told(request, 422, f"{where}: {first.get('msg', 'does not fit')}")


def _told(request: Request, status: int, what: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": what}, status_code=status)
    return page(request, "fault.html", status=status, name=HTTPStatus(status).phrase, what=what)


def _told_own_fault(request: Request, fault: Exception) -> Response:
    # This one answers from outside the guard, which would have set the headers.
    answer = _told(request, 500, "This is a fault of the program; the log of `tallyroom serve` holds it.")
    answer.headers.update({**HEADERS, "Cache-Control": "no-store"})
    return answer


def _ask_name(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, NeedName)
    return go(request, "/who?to=" + address_part(fault.to))
