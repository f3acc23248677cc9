"""Score built series against the series and findings that a reader should end up with.

points    a built point is right where an expected point of a series of the same measure has the same low, best and high,
          shares a report, and has its date (as_of, else said_at) within a day of the expected one. One to one; each expected
          series is paired with the built one that has most of its points. Precision counts the points of paired series only.
origins   share of expected series whose paired series has the expected number of independent origins.
findings  share of expected findings that a problem of the kind names with two of its reports (one, where it has only one).
problems  problems given for each finding asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tallyroom.series.times import days

Row = dict[str, Any]


class Scores(NamedTuple):
    """Points (F1), origins, findings and problems, as told in the module's words."""

    points: float
    origins: float
    findings: float
    problems: float


@dataclass(slots=True)
class Tally:
    """Counts over stories, and what was missed, in words."""

    right: int = 0
    expected: int = 0
    built: int = 0
    series: int = 0
    origins: int = 0
    findings: int = 0
    told: int = 0
    problems: int = 0
    misses: list[str] = field(default_factory=list)

    def scores(self) -> Scores:
        """The scores of what was counted."""
        points = 2 * self.right / max(1, self.expected + self.built)
        return Scores(
            points,
            self.origins / max(1, self.series),
            self.told / max(1, self.findings),
            self.problems / max(1, self.findings),
        )


def score_story(story: Row, built: Sequence[Row], name: str, tally: Tally) -> None:
    """Add one story (its expected `series` and `findings`) to a tally; `built` are series as JSON."""
    paired = _pairs(story["series"], built)
    for i, wanted in enumerate(story["series"]):
        own = built[paired[i]] if i in paired else {"points": [], "independent_origins": None}
        found = _matches(wanted, own)
        tally.series += 1
        tally.right += len(found)
        tally.expected += len(wanted["points"])
        tally.built += len(own["points"])
        for k, point in enumerate(wanted["points"]):
            if k not in found:
                value = "/".join(str(point[side]) for side in ("low", "best", "high"))
                tally.misses.append(
                    f"{name} {wanted['measure']}: no {value} of {point['said']} ({', '.join(point['reports'])})"
                )
        if own["independent_origins"] == wanted["independent_origins"]:
            tally.origins += 1
        else:
            names = "; ".join(o["origin_id"] for o in own.get("origins", ()) if o["independent"])
            tally.misses.append(
                f"{name} {wanted['measure']} ({wanted.get('scope')}): {own['independent_origins']} origins for "
                f"{wanted['independent_origins']}: {names}"
            )
    _findings(story["findings"], [p for one in built for p in one["problems"]], name, tally)


def _findings(wanted: Sequence[Row], problems: Sequence[Row], name: str, tally: Tally) -> None:
    tally.problems += len(problems)
    for finding in wanted:
        reports = set(finding["reports"])
        own = [p for p in problems if p["kind"] == finding["kind"]]
        told = any(len(reports & set(p["report_ids"])) >= min(2, len(reports)) for p in own)
        tally.findings += 1
        tally.told += told
        if not told:
            tally.misses.append(
                f"{name} {finding['kind']} not told: {finding['text']} ({', '.join(finding['reports'])})"
            )


def _pairs(wanted: Sequence[Row], built: Sequence[Row]) -> dict[int, int]:
    hits = [
        (len(_matches(one, own)), -len(own["points"]), i, j)
        for i, one in enumerate(wanted)
        for j, own in enumerate(built)
        if one["measure"] == own["measure"]
    ]
    paired: dict[int, int] = {}
    for number, _, i, j in sorted(hits, reverse=True):
        if number and i not in paired and j not in paired.values():
            paired[i] = j
    return paired


def _matches(wanted: Row, built: Row) -> dict[int, int]:
    """{place of an expected point: place of the built one}, those that share most reports first."""
    pairs = sorted(
        (-len(set(a["reports"]) & set(b["report_ids"])), i, j)
        for i, a in enumerate(wanted["points"])
        for j, b in enumerate(built["points"])
        if _is_it(a, b)
    )
    found: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in found and j not in found.values():
            found[i] = j
    return found


def _is_it(wanted: Row, built: Row) -> bool:
    if not set(wanted["reports"]) & set(built["report_ids"]):
        return False
    if any(wanted[side] != built[side] for side in ("low", "best", "high")):
        return False
    a, b = days(wanted["said"]), days(built["as_of"] or built["said_at"])
    return not b.known or (
        (a.first is None or b.last is None or a.first <= b.last + 1)
        and (a.last is None or b.first is None or b.first <= a.last + 1)
    )
