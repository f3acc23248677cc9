"""Series: what speaks of the same thing, lined up in time, with who stands behind it and what does not hold together."""

from tallyroom.series.build import build_series, build_story, stories_of, stream_series
from tallyroom.series.records import (
    Derived,
    Estimate,
    Judgements,
    Origin,
    Point,
    ReportHeader,
    Series,
    SeriesClaim,
    SeriesProblem,
    claims_of,
    to_json,
)

__all__ = [
    "Derived", "Estimate", "Judgements", "Origin", "Point", "ReportHeader", "Series", "SeriesClaim", "SeriesProblem",
    "build_series", "build_story", "claims_of", "stories_of",
    "stream_series", "to_json",
]  # fmt: skip
