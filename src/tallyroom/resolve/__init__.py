"""What words mean across reports: sources, populations, places, claimant relations. Pure functions."""

from tallyroom.resolve.basis import resolved_by
from tallyroom.resolve.figures import FigureMeaning, resolve_figures
from tallyroom.resolve.nations import nations
from tallyroom.resolve.places import PlaceMeaning, place_key, resolve_place
from tallyroom.resolve.populations import PopulationMeaning, population_key, resolve_population
from tallyroom.resolve.relation import relation_of
from tallyroom.resolve.sources import (
    Context,
    SourceMeaning,
    affiliation_of,
    resolve_source,
    source_of_slug,
    source_slug,
)

__all__ = [
    "Context",
    "FigureMeaning",
    "PlaceMeaning",
    "PopulationMeaning",
    "SourceMeaning",
    "affiliation_of",
    "nations",
    "place_key",
    "population_key",
    "relation_of",
    "resolve_figures",
    "resolve_place",
    "resolve_population",
    "resolve_source",
    "resolved_by",
    "source_of_slug",
    "source_slug",
]
