"""What people said of series: two that are one, and claims that do not belong together; it stands above the program's grouping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from tallyroom.series.groups import Group
from tallyroom.series.records import Judgements, Kind
from tallyroom.series.rows import Row

#: Why claims stand apart that a person took out of a series.
HELD_APART = "held apart by a person"


def mark_of(claim_id: str, kind: Kind, apart: str) -> str:
    """The end of a series id: it comes from the first claim of the series, and from what keeps it apart."""
    return hashlib.sha256(f"{claim_id} {kind} {apart}".encode()).hexdigest()[:8]


def judged_groups(groups: Sequence[Group], judgements: Judgements) -> list[Group]:
    """The groups as people want them: first what is held apart, then what is joined.

    A pair names claims or series. A series keeps answering to the id that it had by any of its claims, so that a judgement
    holds when earlier claims come in. Only series of one measure, unit and kind are joined.
    """
    held = list(groups)
    for a, b in judgements.different_claims:
        held = list(_split(held, a, b))
    for a, b in judgements.same_claims:
        first, second = _find(held, a), _find(held, b)
        if first is not None and second is not None and first is not second and _may_join(first, second):
            held = [_joined(first, second) if group is first else group for group in held if group is not second]
    return held


def _split(groups: Iterable[Group], a: str, b: str) -> Iterator[Group]:
    """Where one group holds both claims, the second leaves it, with what its origin repeats of it."""
    for group in groups:
        own = {row.claim_id: row for row in group.rows}
        if a not in own or b not in own or own[a].value == own[b].value and own[a].origin == own[b].origin:
            yield group
            continue
        leaving = [row for row in group.rows if row.value == own[b].value and row.origin == own[b].origin]
        yield _with_rows(group, [row for row in group.rows if row not in leaving], group.apart)
        yield _with_rows(group, leaving, HELD_APART)


def _find(groups: Sequence[Group], name: str) -> Group | None:
    for group in groups:
        if any(row.claim_id == name for row in group.rows):
            return group
    mark = name.rsplit("-", 1)[-1]
    for group in groups:
        if any(mark_of(row.claim_id, group.kind, group.apart) == mark for row in group.rows):
            return group
    return None


def _may_join(a: Group, b: Group) -> bool:
    return (a.measure, a.unit, a.kind) == (b.measure, b.unit, b.kind)


def _joined(a: Group, b: Group) -> Group:
    larger, smaller = (a, b) if len(a.rows) >= len(b.rows) else (b, a)
    return Group(
        measure=a.measure, unit=a.unit, kind=a.kind, population=larger.population, place=larger.place,
        rows=sorted([*a.rows, *b.rows], key=lambda row: row.sort_key), apart=larger.apart,
        additions=[*a.additions, *b.additions], parts={**a.parts, **b.parts},
        event_day=larger.event_day if larger.event_day is not None else smaller.event_day,
    )  # fmt: skip


def _with_rows(group: Group, rows: list[Row], apart: str) -> Group:
    ids = {row.claim_id for row in rows}
    return Group(
        measure=group.measure, unit=group.unit, kind=group.kind, population=group.population, place=group.place,
        rows=rows, apart=apart, additions=group.additions if apart == group.apart else [],
        parts={key: parts for key, parts in group.parts.items() if key in ids}, event_day=group.event_day,
    )  # fmt: skip
