"""The choice over all figures of a report is that of weighing every run one by one."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from tallyroom.runs import STEPS, Option, Seen, step_between, value_likelihoods


def _weigher(seed: int) -> dict[str, float]:
    dice = random.Random(seed)
    names = [f"{n} {value}" for n in range(4) for value in ("", "a", "b", "c")] + list(STEPS)
    return {name: dice.gauss(0, 2) for name in names}


@pytest.mark.parametrize("seed", range(5))
def test_likelihoods_are_those_of_all_runs(seed: int) -> None:
    weights = _weigher(seed)
    dice = random.Random(seed)
    offered = [dice.sample(["", "a", "b", "c"], 3) for _ in range(4)]
    options = [{v: Option(None, {f"{n} {v}": 1.0}) for v in values} for n, values in enumerate(offered)]
    steps = [{step: {step: 1.0} for step in STEPS}] * 3

    def weigh(seen: Seen) -> float:
        return sum(weights[name] for name in seen)

    share: dict[tuple[int, str], float] = {}
    for run in itertools.product(*offered):
        score = sum(weights[f"{n} {v}"] for n, v in enumerate(run))
        score += sum(weights[step_between(a, b)] for a, b in itertools.pairwise(run))
        for n, value in enumerate(run):
            share[n, value] = share.get((n, value), 0.0) + math.exp(score)
    total = sum(share[0, value] for value in offered[0])
    found = value_likelihoods(options, steps, weigh)
    for (n, value), part in share.items():
        assert found[n][value] == pytest.approx(part / total)


def test_no_figures_need_no_run() -> None:
    assert value_likelihoods([], [], lambda seen: 0.0) == []
