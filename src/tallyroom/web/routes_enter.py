"""Coming in: who is deciding, and the password where one is set."""

from __future__ import annotations

import math
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from tallyroom.web.guard import SESSION, SESSION_SECONDS, Doorkeeper
from tallyroom.web.pages import NAME, clean_name, go, own_address, page, remember_name

router = APIRouter(include_in_schema=False)
LONGEST_PASSWORD = 1000


@router.get("/who")
def ask_who(request: Request, to: Annotated[str, Query()] = "/") -> Response:
    """Ask once who is deciding."""
    return page(request, "who.html", to=own_address(to), wrong="")


@router.post("/who")
def tell_who(request: Request, name: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "/") -> Response:
    """Remember who is deciding, or forget it where the name is empty."""
    cleaned = clean_name(name)
    if not cleaned and name.strip():
        return page(request, "who.html", status=400, to=own_address(to), wrong="That is no name.")
    answer = go(request, to)
    if cleaned:
        remember_name(answer, cleaned, secure=request.url.scheme == "https")
    else:
        answer.delete_cookie(NAME, path="/")
    return answer


@router.get("/login")
def ask_password(request: Request, to: Annotated[str, Query()] = "/") -> Response:
    """The form for the password."""
    return page(request, "login.html", to=own_address(to), wrong="")


@router.post("/login")
async def log_in(request: Request, password: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "/") -> Response:
    """Begin a session where the password is right; wrong ones make the next try wait."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    if doorkeeper.is_open:
        return go(request, to)
    address = request.client.host if request.client else "?"
    wait = doorkeeper.attempt(address)
    if wait > 0:
        seconds = math.ceil(wait)
        answer: Response = page(
            request, "login.html", status=429, to=own_address(to), wrong=f"Too many tries; wait {seconds} s."
        )
        answer.headers["Retry-After"] = str(seconds)
        return answer
    found = await run_in_threadpool(doorkeeper.check, password[:LONGEST_PASSWORD], address)
    if found is None:
        return page(request, "login.html", status=403, to=own_address(to), wrong="That is not the password.")
    answer = go(request, to)
    answer.set_cookie(
        SESSION, doorkeeper.begin(found), max_age=SESSION_SECONDS, httponly=True, samesite="strict",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip
    return answer


@router.post("/logout")
def log_out(request: Request) -> Response:
    """End the session."""
    request.app.state.doorkeeper.end(request.cookies.get(SESSION, ""))
    answer = go(request, "/login")
    answer.delete_cookie(SESSION, path="/")
    return answer
