"""Rendering: the templates, the frame around each page, and what a request carries with it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tallyroom.web import words
from tallyroom.web.ledgers import Ledgers
from tallyroom.web.settings import Settings

#: The cookie that holds who is deciding.
NAME = "tallyroom_by"
NAME_SECONDS = 365 * 24 * 3600
LONGEST_NAME = 80


class Place(NamedTuple):
    """A page's entry in the navigation."""

    label: str
    href: str


class NeedName(Exception):
    """Somebody decides who has not said who they are; `to` is where they go on."""

    def __init__(self, to: str) -> None:
        super().__init__("say who is deciding first")
        self.to = to


def settings(request: Request) -> Settings:
    """What the page was told at start."""
    held: Settings = request.app.state.settings
    return held


def ledgers(request: Request) -> Ledgers:
    """The ledgers to be lent: `with ledgers(request).open() as ledger`."""
    held: Ledgers = request.app.state.ledgers
    return held


def sees_confidential(request: Request) -> bool:
    """May this request see confidential reports and sources?"""
    return bool(request.state.may.confidential)


def who(request: Request) -> str | None:
    """The name of the person who decides, as told once."""
    return clean_name(unquote(request.cookies.get(NAME, ""))) or None


def need_name(request: Request, to: str) -> str:
    """The name of the person who decides; asks for it, and goes on at `to`, where none was told."""
    name = who(request)
    if name is None:
        raise NeedName(to)
    return name


def clean_name(given: str) -> str:
    """A name without control characters, single spaces, not too long."""
    return " ".join(words.visible(given).split())[:LONGEST_NAME]


def go(request: Request, to: str, status: int = 303) -> RedirectResponse:
    """On to another address of this page (never of another site)."""
    return RedirectResponse(own_address(to), status_code=status)


def own_address(to: str) -> str:
    """An address of this page; "/" where another site is meant."""
    # Browsers read "\" as "/" and drop tabs and line ends, so that "/\evil.example" would lead away.
    safe = to.startswith("/") and to[1:2] not in ("/", "\\") and all(" " < c < "\x7f" for c in to)
    return to if safe else "/"


def remember_name(response: RedirectResponse, name: str, *, secure: bool) -> None:
    """Set the cookie with who is deciding."""
    response.set_cookie(
        NAME, quote(name), max_age=NAME_SECONDS, httponly=True, samesite="strict", secure=secure, path="/"
    )


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered template inside the frame."""
    html = environment().get_template(template).render(
        nav=request.app.state.nav, there={place.href for place in request.app.state.nav}, here=request.url.path, who=who(request), ledger_name=request.app.state.ledger_name,
        locked=not request.app.state.doorkeeper.is_open, confidential=sees_confidential(request), **values,
    )  # fmt: skip
    return HTMLResponse(html, status_code=status)


def table(request: Request, template: str, *, rows: Any, after: str | None = None, behind: int = 0, **values: Any) -> HTMLResponse:  # fmt: skip
    """A page in the frame of `table.html`: `asked`, its `form`, rows, where the next page begins, how far they are behind."""
    return page(request, template, rows=rows, after=after, behind=behind, **values)


def not_found(what: str) -> HTTPException:
    """Raise it: 404 with a sentence."""
    return HTTPException(404, what)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates: everything escaped, nothing undefined, no character that acts unseen."""
    made = Environment(
        loader=PackageLoader("tallyroom.web", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    made.globals["static"] = static_address
    made.filters.update(
        words=words.spaced, number=words.number, amount=words.amount, web_url=words.web_url, chain=words.chain,
        cite=words.cite, cite_figure=words.cite_figure, cite_series=words.cite_series, point_value=words.point_value, day=words.day, percent=words.percent, when=words.when, line=words.line, hue=words.hue, bound_words=words.bound_words,
        address=words.address_part,
    )  # fmt: skip
    return made


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return words.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=64)
def static_address(name: str) -> str:
    """The address of a file under static/, which changes with its content so that browsers may keep it."""
    content = (files("tallyroom.web") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"
