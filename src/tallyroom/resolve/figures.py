"""What the figures of one report mean together: its other words decide what one figure's words leave open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tallyroom.model import Figure
from tallyroom.resolve.nations import nations_in_text
from tallyroom.resolve.places import PlaceMeaning, resolve_place
from tallyroom.resolve.populations import PopulationMeaning, resolve_population
from tallyroom.resolve.relation import Relation, relation_of
from tallyroom.resolve.sources import MANY, Context, SourceMeaning, resolve_source

#: A text is read so far for the countries that it names.
_READ = 20_000


class FigureMeaning(NamedTuple):
    """Who spoke, of whom, where, and how the speaker stands to those counted; None where nothing is said."""

    source: SourceMeaning | None
    population: PopulationMeaning | None
    place: PlaceMeaning | None
    relation: Relation | None


def resolve_figures(text: str, title: str | None, figures: Sequence[Figure]) -> list[FigureMeaning]:
    """The meanings of a report's figures, in their order.

    A name that is clear in one figure decides the same name or function in another: beside "South Korea's spy agency",
    "the NIS" is the South Korean one. Where two could be meant, the words stay apart with both as rivals.
    """
    places = _places(figures)
    countries = {place.country for place in places if place and place.country}
    where = countries.pop() if len(countries) == 1 else None
    alone = {f.source: resolve_source(f.source) for f in figures if f.source and f.source.strip()}
    clear = {meaning.slug: meaning for meaning in alone.values() if meaning.sure}
    doubtful = any(not meaning.sure for meaning in alone.values())
    named = nations_in_text(f"{title or ''}\n{text[:_READ]}") if doubtful else ()
    out = []
    for figure, place in zip(figures, places, strict=True):
        source = alone.get(figure.source or "")
        if source is not None and not source.sure:
            country = place.country if place and place.country else where
            source = _by_echo(source, clear) or resolve_source(source.words, context=Context(country, named))
        population = resolve_population(figure.population) if figure.population else None
        out.append(FigureMeaning(source, population, place, _relation(source, population)))
    return out


def relation_between(slug: str, kind: str | None, country: str | None, sides: Collection[str]) -> Relation | None:
    """How a source stands to the sides of those counted: an armed group speaks for itself, others for a country."""
    return relation_of(slug if kind == "armed group" else country, kind, sides)


def _relation(source: SourceMeaning | None, population: PopulationMeaning | None) -> Relation | None:
    if source is None or population is None or not source.sure:
        return None
    return relation_between(source.slug, source.kind, source.country, population.sides)


def _places(figures: Sequence[Figure]) -> list[PlaceMeaning | None]:
    alone = [resolve_place(f.place) if f.place else None for f in figures]
    countries = {place.country for place in alone if place and place.country}
    if len(countries) != 1:
        return alone
    (country,) = countries
    return [
        resolve_place(place.words, country) if place is not None and place.method == "ambiguous" else place
        for place in alone
    ]


def _by_echo(source: SourceMeaning, clear: dict[str, SourceMeaning]) -> SourceMeaning | None:
    """The one body that the report names clearly elsewhere and that these words may stand for."""
    if source.country is not None or source.function in MANY:
        return None
    meant = [
        other
        for other in clear.values()
        if other.slug in source.rivals or (source.function and other.function == source.function)
    ]
    if len(meant) != 1:
        return None
    return meant[0].spoken_of_as(source.words, "named in the report", source.rivals)


__all__ = ["FigureMeaning", "relation_between", "resolve_figures"]
