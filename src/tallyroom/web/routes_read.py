"""Read: paste a text or give a file; its figures in place, what is wrong with it, and what the ledger knows of each."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallyroom.web.pages import Place, page

router = APIRouter(include_in_schema=False)
PLACE = Place("Read", "/")


@router.get("/")
def ask_text(request: Request) -> Response:
    """The form to paste into."""
    return page(request, "read.html")
