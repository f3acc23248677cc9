"""What the words of a claim were taken to mean: the record, and the row that filters look at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger.words import fold
from tallyroom.resolve import (
    FigureMeaning,
    PlaceMeaning,
    PopulationMeaning,
    SourceMeaning,
    affiliation_of,
    resolve_place,
    resolve_population,
    resolve_source,
    source_of_slug,
)
from tallyroom.resolve.nations import countries

NameKind = Literal["source", "population", "place"]
NAME_KINDS: tuple[NameKind, ...] = ("source", "population", "place")
JUDGED = "judgement"
#: The columns that filters look at.
COUNTING = ("identity", "name", "sure", "country", "source_kind", "admin1", "sides", "status", "age", "sex")

#: field a person may state → (kind of name, attribute of its resolution).
RESOLVED_FIELDS: Mapping[str, tuple[NameKind, str]] = {
    "source_id": ("source", "id"), "source_name": ("source", "name"), "source_kind": ("source", "source_kind"),
    "source_country": ("source", "country"), "source_affiliation": ("source", "affiliation"),
    "population_sides": ("population", "sides"), "population_status": ("population", "status"),
    "population_age": ("population", "age"), "population_sex": ("population", "sex"),
    "place_name": ("place", "name"), "place_country": ("place", "country"), "place_admin1": ("place", "admin1"),
    "latitude": ("place", "latitude"), "longitude": ("place", "longitude"), "where_prec": ("place", "where_prec"),
}  # fmt: skip


class Resolution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which source, population or place words mean, by which method, with rivals; unsure words stand for themselves."""

    kind: NameKind
    words: str
    #: Two names of one thing have one id.
    id: str
    name: str
    method: str
    sure: bool = True
    #: What else the words may mean.
    rivals: tuple[str, ...] = ()
    #: Of a source and of a place: ISO 3166-1, small letters.
    country: str | None = None
    #: Of a source.
    source_kind: str | None = None
    affiliation: str | None = None
    #: Of a population.
    sides: tuple[str, ...] = ()
    status: Literal["civilian", "combatant", "unknown"] = "unknown"
    age: Literal["child", "adult", "elderly"] | None = None
    sex: Literal["female", "male"] | None = None
    #: Of a place.
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    where_prec: int | None = None


class Resolved(msgspec.Struct, frozen=True):
    """What the words of one claim mean as it counts, and how its source stands to those counted."""

    source: Resolution | None = None
    population: Resolution | None = None
    place: Resolution | None = None
    relation: str | None = None


def resolutions_of(meaning: FigureMeaning, stated: Mapping[str, Any]) -> dict[NameKind, Resolution]:
    """The resolutions of one claim; `stated` holds what a person said of them (`RESOLVED_FIELDS`)."""
    found: dict[NameKind, Resolution] = {}
    if meaning.source is not None:
        found["source"] = _of_source(meaning.source)
    if meaning.population is not None:
        found["population"] = _of_population(meaning.population)
    if meaning.place is not None:
        found["place"] = _of_place(meaning.place)
    for kind in NAME_KINDS if stated else ():
        own = {RESOLVED_FIELDS[name][1]: value for name, value in stated.items()
               if name in RESOLVED_FIELDS and RESOLVED_FIELDS[name][0] == kind}  # fmt: skip
        if own and kind in found:
            found[kind] = _as_stated(found[kind], own)
    return found


def resolution_of_name(kind: NameKind, words: str) -> Resolution:
    """What words mean by themselves, without a report around them."""
    if kind == "source":
        return _of_source(resolve_source(words))
    return _of_population(resolve_population(words)) if kind == "population" else _of_place(resolve_place(words))


@lru_cache(maxsize=4096)
def _of_source(meaning: SourceMeaning) -> Resolution:
    return Resolution(
        kind="source", words=meaning.words, id=meaning.slug, name=meaning.name, method=meaning.method,
        sure=meaning.sure, rivals=meaning.rivals, country=meaning.country, source_kind=meaning.kind,
        affiliation=affiliation_of(meaning) if meaning.sure else None,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _of_population(meaning: PopulationMeaning) -> Resolution:
    return Resolution(
        kind="population", words=meaning.words, id=meaning.key, name=meaning.words, method=meaning.method,
        sure=not meaning.rivals, rivals=meaning.rivals, sides=meaning.sides, status=meaning.status, age=meaning.age,
        sex=meaning.sex,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _of_place(meaning: PlaceMeaning) -> Resolution:
    return Resolution(
        kind="place", words=meaning.words, id=meaning.key, name=meaning.name or meaning.words, method=meaning.method,
        sure=meaning.method not in ("unknown", "ambiguous"), rivals=meaning.rivals, country=meaning.country,
        admin1=meaning.admin1, latitude=meaning.latitude, longitude=meaning.longitude, where_prec=meaning.where_prec,
    )  # fmt: skip


def _as_stated(found: Resolution, own: Mapping[str, Any]) -> Resolution:
    if "id" in own and (body := source_of_slug(str(own["id"]))):
        found = _of_source(body.spoken_of_as(found.words, JUDGED, ()))
    changed = checked_fields(found.kind, {"method": JUDGED, "sure": True, **own})
    made = msgspec.convert({**msgspec.to_builtins(found), **changed}, Resolution)
    return made if "id" in own else msgspec.structs.replace(made, id=_id_as_stated(made, changed))


def _id_as_stated(made: Resolution, changed: Mapping[str, Any]) -> str:
    """The id under which what a person states meets others of which the same is known."""
    if made.kind == "population":
        noun = (made.id.split("|") + ["", "", "people"])[2]
        return PopulationMeaning(
            words=made.words, sides=tuple(sorted(made.sides)), status=made.status, noun=noun, age=made.age, sex=made.sex
        ).key
    if made.kind == "place":
        return PlaceMeaning(
            words=made.words, name=made.name, country=made.country, admin1=made.admin1, where_prec=made.where_prec,
            method=JUDGED,
        ).key  # fmt: skip
    country = changed.get("country")
    return f"{country}-{made.id}" if country and not made.id.startswith(f"{country}-") else made.id


def checked_fields(kind: NameKind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that a person states, in their types; raises `UsageError` where a value cannot be meant."""
    out = dict(fields)
    if isinstance(out.get("sides"), str):
        out["sides"] = [side.strip() for side in out["sides"].split(";") if side.strip()]
    if out.get("country") is not None and out.get("country") not in countries():
        raise UsageError(f"no country {out['country']!r}; write its ISO 3166-1 code in small letters, like kr")
    if "sides" in out and out["sides"] is None:
        out["sides"] = []
    if "status" in out and out["status"] is None:
        out["status"] = "unknown"
    for name in ("id", "name"):
        if name in out and not out[name]:
            raise UsageError(f"{kind}_{name} cannot be empty")
    try:
        for name in ("latitude", "longitude"):
            if out.get(name) is not None:
                out[name] = float(out[name])
        if out.get("where_prec") is not None:
            out["where_prec"] = int(out["where_prec"])
            if not 1 <= out["where_prec"] <= 7:
                raise ValueError
        blank = {"kind": kind, "words": "", "id": "", "name": "", "method": ""}
        msgspec.convert({**blank, **out}, Resolution)
    except (ValueError, TypeError):
        raise UsageError(
            "that value does not fit: status is civilian, combatant or unknown; age is child, adult or elderly; sex is "
            "female or male; where_prec is 1 to 7; latitude and longitude are degrees"
        ) from None
    return out


def row_of(resolution: Resolution, at: str) -> dict[str, Any]:
    """The columns of a resolution as the program made it."""
    body = msgspec.json.encode(resolution).decode()
    return {
        "kind": resolution.kind, "digest": hashlib.sha256(body.encode()).hexdigest(), "words": fold(resolution.words),
        "id": resolution.id, "certain": int(resolution.sure), "recorded_at": at, "body": body, "settled": "",
        "own_id": resolution.id,
        **filter_columns(resolution),
    }  # fmt: skip


def filter_columns(counts: Resolution) -> dict[str, Any]:
    """The values of `COUNTING`."""
    return {
        "identity": counts.id, "name": fold(counts.name), "sure": int(counts.sure), "country": counts.country or "",
        "source_kind": counts.source_kind or "", "admin1": counts.admin1 or "",
        "sides": f"|{'|'.join(counts.sides)}|" if counts.sides else "", "age": counts.age or "",
        "status": counts.status if counts.kind == "population" else "", "sex": counts.sex or "",
    }  # fmt: skip


@lru_cache(maxsize=4096)
def read(body: str) -> Resolution:
    """A resolution from its JSON."""
    return msgspec.json.decode(body, type=Resolution)
