"""UCDP's table: one row an event and estimate, deaths only, under the column names of its event data set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tallyroom.edtf import bounds
from tallyroom.resolve import resolve_place, resolve_population
from tallyroom.resolve.nations import countries
from tallyroom.series.records import Estimate, Series, SeriesClaim

UCDP_COLUMNS = (
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_new_id",
    "conflict_name",
    "dyad_new_id",
    "dyad_name",
    "side_a",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "country",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
)


def ucdp_rows(series: Iterable[Series], claims: Mapping[str, SeriesClaim]) -> Iterator[dict[str, Any]]:
    """One row a series of killed people that has an estimate; nothing is coded that no report states.

    A side's deaths count as `deaths_a` only where the population is that side's combatants; civilians only where they
    are called so; all others are `deaths_unknown`. Plans, fears and stocks are left out, open bounds are empty.
    """
    for one in series:
        found = one.estimate
        if (
            one.measure != "killed"
            or one.unit != "people"
            or one.kind not in ("cumulative", "incident")
            or found is None
        ):
            continue
        if found.low is None and found.best is None and found.high is None:
            continue
        best = _within(found)
        used = [claims[i] for point in one.points for i in point.claim_ids if i in claims]
        resting = [claims[i] for i in found.claim_ids if i in claims] or used
        yield {
            "id": one.series_id,
            "relid": one.event,
            "best": best,
            "high": found.high,
            "low": found.low,
            **_deaths(one, best),
            **_where(one),
            **_when(resting),
            **_sources(one, used),
        }


def _within(found: Estimate) -> Any:
    """The best estimate as UCDP's tables have it, never beyond low and high: the words "more than 5" name 5, and mean 6."""
    best = found.best
    if best is None:
        return None
    if found.low is not None:
        best = max(best, found.low)
    return best if found.high is None else min(best, found.high)


def _deaths(series: Series, best: Any) -> dict[str, Any]:
    people = resolve_population(series.population)
    if people.status == "combatant" and len(people.sides) == 1:
        side = people.sides[0]
        known = countries().get(side)
        return {"side_a": f"Government of {known.name}" if known else side, "deaths_a": best}
    if people.status == "civilian":
        return {"deaths_civilians": best}
    return {"deaths_unknown": best}


def _where(series: Series) -> dict[str, Any]:
    place = resolve_place(series.place)
    country = countries().get(place.country or "")
    return {
        "where_description": series.place,
        "where_prec": place.where_prec,
        "where_coordinates": place.name,
        "adm_1": place.admin1,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "country": country.name if country else None,
    }


def _when(claims: list[SeriesClaim]) -> dict[str, Any]:
    """Start and end as stated; date_prec 1 a day, 2 up to six days, 3 a week, 4 a month, 5 more; unknown is empty."""
    spans = [span for claim in claims if claim.figure.event_time and (span := bounds(claim.figure.event_time))]
    starts = [first for first, _ in spans if first]
    ends = [last for _, last in spans if last]
    start = min(starts) if starts and len(starts) == len(spans) else None
    end = max(ends) if ends and len(ends) == len(spans) else None
    year = start.year if start and end and start.year == end.year else None
    return {
        "year": year,
        "date_start": start.isoformat() if start else None,
        "date_end": end.isoformat() if end else None,
        "date_prec": _date_prec(start, end) if start and end else None,
    }


def _date_prec(start: date, end: date) -> int:
    days = (end - start).days + 1
    for limit, code in ((1, 1), (6, 2), (7, 3), (31, 4)):
        if days <= limit:
            return code
    return 5


def _sources(series: Series, claims: list[SeriesClaim]) -> dict[str, Any]:
    reports = {claim.report.uid: claim.report for claim in claims}
    headers = sorted(reports.values(), key=lambda r: (r.published or "", r.uid))
    article = "; ".join(", ".join(filter(None, (r.outlet, r.published, r.title))) or r.id for r in headers)
    return {
        "number_of_sources": len(headers),
        "source_article": article,
        "source_office": _joined(r.outlet for r in headers),
        "source_date": _joined(r.published for r in headers),
        "source_headline": _joined(r.title for r in headers),
        "source_original": _joined(o.name for o in series.origins if o.independent),
    }


def _joined(words: Iterable[str | None]) -> str:
    return "; ".join(dict.fromkeys(w for w in words if w))
