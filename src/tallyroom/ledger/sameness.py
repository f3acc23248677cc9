"""What people said of two names: the same or not, in force now, and the groups that follow. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from tallyroom.ledger.effective import not_withdrawn
from tallyroom.ledger.records import Judgement
from tallyroom.ledger.words import bare


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two names that a person holds for one thing, or for two, as far as it is in force."""

    kind: str
    #: As the person wrote them.
    a: str
    b: str
    same: bool
    by: str
    recorded_at: str
    #: Another person says otherwise; the later word counts until one of them yields.
    disputed: bool = False
    #: What the names stood for when it was said ("" where that was not kept).
    a_id: str = ""
    b_id: str = ""


def pairs_in_force(judgements: Iterable[Judgement], kind: str) -> list[Pair]:
    """The pairs of a kind in force, oldest first: each person's latest word on a pair, of these the latest counts."""
    stands: dict[tuple[str, ...], dict[str, Judgement]] = {}
    for j in not_withdrawn(judgements):
        if j.action in ("same", "different") and j.kind == kind:
            own = stands.setdefault(tuple(sorted((bare(j.a), bare(j.b)))), {})
            own.pop(j.by, None)
            own[j.by] = j
    found = []
    for by_person in stands.values():
        last = list(by_person.values())[-1]
        disputed = any(j.action != last.action for j in by_person.values())
        found.append(
            Pair(
                kind=kind, a=last.a, b=last.b, same=last.action == "same", by=last.by, recorded_at=last.recorded_at,
                disputed=disputed, a_id=str(last.fields.get("a_id") or ""), b_id=str(last.fields.get("b_id") or ""),
            )
        )  # fmt: skip
    return sorted(found, key=lambda pair: pair.recorded_at)


def groups(pairs: Iterable[Pair], node: Callable[[Pair], tuple[str, str]]) -> dict[str, list[str]]:
    """node → all nodes of its group, in the order in which they were named; `node` tells what a pair's names stand for.

    A later word stands above an earlier one: what it holds apart, no chain of earlier words joins.
    """
    held = list(pairs)
    members: dict[str, list[str]] = {}
    apart: set[frozenset[str]] = set()
    for pair in reversed(held):
        a, b = node(pair)
        ours, theirs = members.setdefault(a, [a]), members.setdefault(b, [b])
        if not pair.same:
            if ours is not theirs:
                apart.add(frozenset((a, b)))
        elif ours is not theirs and not any(frozenset((x, y)) in apart for x in ours for y in theirs):
            ours.extend(theirs)
            for name in theirs:
                members[name] = ours
    order = {name: n for n, name in enumerate(name for pair in held for name in node(pair))}
    for own in {id(own): own for own in members.values()}.values():
        own.sort(key=lambda name: order[name])
    return members


def judged_names(pairs_of: Callable[[str], Sequence[Pair]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The pairs of names of populations and places as `tallyroom.series.Judgements` takes them; of words that cannot all
    hold, the later."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for kind in ("population", "place"):
        pairs = pairs_of(kind)
        joined = groups(pairs, lambda pair: (bare(pair.a), bare(pair.b)))
        for word, same in (("same", True), ("different", False)):
            holding = (pair for pair in pairs if pair.same is same is (bare(pair.b) in joined[bare(pair.a)]))
            found[f"{word}_{kind}s"] = tuple((pair.a, pair.b) for pair in holding)
    return found
