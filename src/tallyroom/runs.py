"""A learned choice for every figure of a report at once: how likely each value is, for figures follow each other.

Each figure has options, and each step from an option of one figure to one of the next has a weight too (a linear-chain model).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tallyroom.model import Span

#: How a value can follow the value of the figure before it.
STEPS = ("same", "other", "both none", "from none", "to none")

Seen = Mapping[str, float]


@dataclass(slots=True)
class Option:
    """One value that a field of a figure may have; an empty one stands for none."""

    span: Span | None = None
    seen: dict[str, float] = field(default_factory=dict)


def step_between(earlier: str, value: str) -> str:
    """Which of STEPS leads from one value to the next."""
    if earlier == value:
        return "same" if value else "both none"
    return "other" if earlier and value else "to none" if earlier else "from none"


def value_likelihoods(
    options: Sequence[Mapping[str, Option]], steps: Sequence[Mapping[str, Seen]], weigh: Callable[[Seen], float]
) -> list[dict[str, float]]:
    """value → how likely, for each figure, over all runs of the report (the forward-backward algorithm).

    `steps` tells, for each figure but the first, what is seen of each step to it.
    """
    own = [{value: weigh(option.seen) for value, option in offered.items()} for offered in options]
    weights = [{step: weigh(seen[step]) for step in STEPS} for seen in steps]
    ahead = [dict(own[0])] if own else []
    for by_step, scores in zip(weights, own[1:], strict=True):
        so_far = ahead[-1]
        ahead.append({v: w + _log_sum(_steps_to(v, so_far, by_step)) for v, w in scores.items()})
    found: list[dict[str, float]] = []
    to_come: dict[str, float] = dict.fromkeys(own[-1], 0.0) if own else {}
    for n in range(len(own) - 1, -1, -1):
        joint = {v: ahead[n][v] + to_come[v] for v in own[n]}
        total = _log_sum(list(joint.values()))
        found.append({v: math.exp(score - total) for v, score in joint.items()})
        if n:
            by_step, scores = weights[n - 1], own[n]
            to_come = {u: _log_sum(_steps_from(u, scores, to_come, by_step)) for u in own[n - 1]}
    return found[::-1]


def _steps_to(value: str, so_far: Mapping[str, float], by_step: Mapping[str, float]) -> list[float]:
    """What each value before weighs with the step from it: `step_between`, told apart once for all of them."""
    if not value:
        stay, leave = by_step["both none"], by_step["to none"]
        return [score + (leave if earlier else stay) for earlier, score in so_far.items()]
    same, other, begin = by_step["same"], by_step["other"], by_step["from none"]
    return [score + (same if earlier == value else other if earlier else begin) for earlier, score in so_far.items()]


def _steps_from(
    earlier: str, scores: Mapping[str, float], to_come: Mapping[str, float], by_step: Mapping[str, float]
) -> list[float]:
    """What each value after weighs with the step to it and all that is to come."""
    if not earlier:
        stay, begin = by_step["both none"], by_step["from none"]
        return [(begin if v else stay) + w + to_come[v] for v, w in scores.items()]
    same, other, leave = by_step["same"], by_step["other"], by_step["to none"]
    return [(same if v == earlier else other if v else leave) + w + to_come[v] for v, w in scores.items()]


def _log_sum(scores: Sequence[float]) -> float:
    top, exp = max(scores), math.exp
    return top + math.log(sum([exp(score - top) for score in scores]))
