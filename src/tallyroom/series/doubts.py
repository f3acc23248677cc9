"""What the program keeps apart and a person may know better: offered for judgement, never decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from tallyroom.series.records import Judgements, Origin, Series


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Two series, or two origins of one, that may be the same; `judge same KIND A B` and `judge different KIND A B` settle it."""

    kind: str
    a: str
    b: str
    a_name: str
    b_name: str
    why: str


def doubts(series: Sequence[Series], judgements: Judgements | None = None) -> list[Doubt]:
    """The open questions of some series, in their order; what a person answered is not asked again."""
    settled = judgements or Judgements()
    answered = {frozenset(pair) for pair in (*settled.different_claims, *settled.different_origins)}
    found: dict[frozenset[str], Doubt] = {}
    for one in (*_same_thing(series), *(doubt for each in series for doubt in _same_speaker(each.origins))):
        pair = frozenset((one.a, one.b))
        if pair not in answered and frozenset((one.a_name, one.b_name)) not in answered:
            found.setdefault(pair, one)
    return list(found.values())


def _same_thing(series: Iterable[Series]) -> Iterator[Doubt]:
    """Series of one event, measure, unit and kind that differ in whom or where they count, and share a count or an origin."""
    alike: dict[tuple[str | None, str, str, str], list[Series]] = defaultdict(list)
    for one in series:
        alike[one.event, one.measure, one.unit, one.kind].append(one)
    for own in alike.values():
        for a, b in combinations(own, 2):
            values = {(p.low, p.best, p.high) for p in a.points} & {(p.low, p.best, p.high) for p in b.points}
            origins = {o.origin_id for o in a.origins if o.independent} & {
                o.origin_id for o in b.origins if o.independent
            }
            blank = a.place is None or b.place is None or a.population == "people" or b.population == "people"
            if values or (origins and blank and (a.place == b.place or None in (a.place, b.place))):
                why = "they share a count" if values else "one origin counts in both, and one says less exactly what"
                yield Doubt(kind="series", a=a.series_id, b=b.series_id, a_name=_what(a), b_name=_what(b), why=why)


def _what(one: Series) -> str:
    return ", ".join(filter(None, (one.population or one.unit, one.place)))


def _same_speaker(origins: Iterable[Origin]) -> Iterator[Doubt]:
    """Independent origins of one series that may be one voice: offices of one place, a name short of its country."""
    for a, b in combinations([origin for origin in origins if origin.independent], 2):
        why = _one_voice(a.origin_id, b.origin_id)
        if why:
            yield Doubt(kind="origin", a=a.origin_id, b=b.origin_id, a_name=a.name, b_name=b.name, why=why)


def _one_voice(a: str, b: str) -> str:
    (kind_a, _, rest_a), (kind_b, _, rest_b) = a.partition(":"), b.partition(":")
    if kind_a == kind_b == "local":
        return "two offices of local government"
    if {kind_a, kind_b} == {"local", "government"}:
        return "an office of a town and one of the state"
    if kind_a == kind_b == "government" and (len(rest_a) == 2) != (len(rest_b) == 2):
        return "one of them is named without a country"
    if "unnamed" in (kind_a, kind_b) or "person" in (kind_a, kind_b):
        return "no report says for whom one of them speaks"
    return ""
