"""Charts of series as SVG, drawn once for each state of a series."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallyroom import charts
from tallyroom.series import Series
from tallyroom.web.asking import Asked
from tallyroom.web.pages import ledgers, not_found, sees_confidential

router = APIRouter(include_in_schema=False)
MOST_DRAWN = 256


@router.get("/charts/{series_id}.svg")
def chart(request: Request, series_id: str) -> Response:
    """The chart of a series; 501 without the extra that draws."""
    known_at = Asked(request).query.known_at
    with ledgers(request).open() as ledger:
        board = request.app.state.lineup.seen(
            ledger, confidential=sees_confidential(request), known_at=known_at, wait=0
        ).board
    one = board.series.get(series_id)
    if one is None:
        raise not_found("There is no such series in this ledger.")
    return Response(drawn(one), media_type="image/svg+xml")


def warm_up() -> None:
    """Load what draws: the first chart of a process takes seconds."""
    if charts.is_there():
        nothing = Series(
            series_id="", measure="other", population=None, place=None, event=None, unit="", kind="stock", points=()
        )
        charts.svg(nothing)


@lru_cache(maxsize=MOST_DRAWN)
def drawn(one: Series) -> str:
    """The chart as SVG; each dot leads to the words it rests on."""
    links = {claim: f"/figures/{claim}" for point in one.points for claim in point.claim_ids}
    return charts.svg(one, links=links)
