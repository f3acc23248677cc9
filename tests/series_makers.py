"""Small makers of reports and claims for tests of series: figures are given by hand, so that only series building is tested."""

from __future__ import annotations

from typing import Any

from tallyroom.model import Figure
from tallyroom.series import ReportHeader, Series, SeriesClaim, SeriesProblem, build_series


def report(id: str, published: str = "2031-05-03", **fields: Any) -> ReportHeader:
    return ReportHeader(
        uid=f"uid-{id}", id=id, published=published, outlet=fields.pop("outlet", f"Outlet {id}"), **fields
    )


def claim(
    held: ReportHeader, number: int, value: int | None, measure: str = "killed", *, bound: str = "exact", low: int | None = None,
    high: int | None = None, start: int | None = None, quote: str | None = None, **fields: Any,
) -> SeriesClaim:  # fmt: skip
    """Claim `number` of a report; `low` and `high` follow from value and bound where they are not given."""
    if value is not None:
        low = value + 1 if bound == "more_than" else value if bound != "at_most" else None
        high = None if bound in ("at_least", "more_than") else value
    fields = {"population": "people", "place": "Port Almeda", "aggregation": "cumulative", **fields}
    at = start if start is not None else number * 400
    figure = Figure(
        id=f"f{number}", claim_id=f"{held.id}-f{number}", quote=quote or str(value), start=at, end=at + 4, low=low, best=value, high=high,
        bound=bound, measure=measure, **fields,
    )  # fmt: skip
    return SeriesClaim(held, figure)


def built(*claims: SeriesClaim, measure: str = "killed", kind: str = "cumulative") -> Series:
    """The one series of a measure and kind that the claims make."""
    found = [s for s in build_series(claims) if s.measure == measure and s.kind == kind]
    assert len(found) == 1, [(s.measure, s.kind, s.place, s.population, len(s.points)) for s in build_series(claims)]
    return found[0]


def values(series: Series) -> list[int | float | None]:
    return [point.best for point in series.points]


def told(held: ReportHeader, value: int, source: str | None, number: int = 1, **fields: object) -> SeriesClaim:
    """A claim where its number stands in the text of its report."""
    start = max((held.text or "").find(f"{value:,}"), 0)
    given = {"place": "Vorrento", "said_at": held.published, "start": start, **fields}
    return claim(held, number, value, source=source, **given)  # type: ignore[arg-type]


def origins_of(*claims: SeriesClaim) -> list[str]:
    """The independent origins of all series of the claims."""
    return sorted({o.origin_id for one in build_series(claims) for o in one.origins if o.independent})


def listed(*claims: SeriesClaim) -> list[str]:
    """The origins that are listed and not counted."""
    return sorted({o.origin_id for one in build_series(claims) for o in one.origins if not o.independent})


def problems(*claims: SeriesClaim, kind: str) -> list[SeriesProblem]:
    return [found for one in build_series(claims) for found in one.problems if found.kind == kind]
