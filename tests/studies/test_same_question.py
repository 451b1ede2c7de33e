"""Metamorphic tests: what must not change an answer does not, and a looser limit never makes it worse."""

import random
from pathlib import Path

import pytest
from random_designs import random_settings
from same_question import (
    answer,
    holds_already,
    in_money,
    in_other_money,
    in_other_order,
    limits_in_other_order,
    looser,
    renamed,
    with_limits,
)

from pilot_planner.studies.planning.setup import set_up

BASE = Path(__file__).parents[2] / "models" / "base.toml"
_SAME = 2e-7
"""Relative: a search ends at a gap of 1e-8, and ties may lower the objective by 1e-7."""


def check(seed, inputs):
    """Every question of one random design; None where it has no plan."""
    draw = random.Random(seed)
    design, ready = set_up(BASE, inputs, random_settings(seed))
    found = answer(design, ready)
    if found is None:
        return None
    assert found.staffed, f"{seed}: an empty office"
    sign = 1.0 if design.objective.sense == "max" else -1.0
    size = max(1.0, abs(found.objective))

    def same(other, what, times=1.0):
        assert other is not None, f"{seed}: no plan with {what}"
        assert other.objective == pytest.approx(times * found.objective, rel=_SAME, abs=_SAME), f"{seed}: {what}"
        assert other.staffed, f"{seed}: an empty office with {what}"

    ordered = answer(limits_in_other_order(design, draw), in_other_order(ready, draw))
    same(ordered, "hosts, sectors and limits in another order")
    assert ordered.cost == pytest.approx(found.cost, rel=1e-5, abs=1.0), f"{seed}: cost in another order"

    other_design, other_inputs, _ = renamed(design, ready, draw)
    called = answer(other_design, other_inputs)
    same(called, "other names")
    assert called.cost == pytest.approx(found.cost, rel=1e-5, abs=1.0), f"{seed}: cost with other names"

    halves = [one.model_copy(update={"usd": one.usd / 2}) for one in design.funding.pledges for _ in (1, 2)]
    split = design.model_copy(update={"funding": design.funding.model_copy(update={"pledges": tuple(halves)})})
    same(answer(split, ready), "pledges in halves")

    more = holds_already(found, draw)
    same(answer(with_limits(design, more), ready), f"limits that it meets: {', '.join(more)}")

    times = draw.choice((1e-3, 0.5, 0.92, 7.1))
    unit = times if in_money(design.objective.metric, design) else 1.0
    same(answer(*in_other_money(design, ready, times)), f"money in units of {times}", unit)

    for _ in range(2):
        name, allowing = looser(design, draw)
        freed = answer(allowing, ready)
        assert freed is not None, f"{seed}: no plan with a looser {name}"
        assert sign * freed.objective >= sign * found.objective - _SAME * size, f"{seed}: worse with a looser {name}"
        assert freed.staffed, f"{seed}: an empty office with a looser {name}"
    return True


def test_what_must_not_change_an_answer_does_not_and_looser_is_never_worse(shipped_inputs):
    assert sum(check(seed, shipped_inputs) is True for seed in range(700, 714)) >= 6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(714, 1014))
def test_of_three_hundred_designs_neither(shipped_inputs, seed):
    check(seed, shipped_inputs)
