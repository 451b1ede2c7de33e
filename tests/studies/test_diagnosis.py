"""Impossible designs: the conflict is minimal, each repair gives a plan, law is never offered."""

import random

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.programme.build import build
from pilot_planner.programme.limits import find_limit
from pilot_planner.solving.session import Session
from pilot_planner.studies.diagnosis import diagnose
from pilot_planner.studies.plan import make_plan
from pilot_planner.studies.setup import set_up


def feasible(design, inputs):
    return Session(build(make_case(design, inputs))).solve().has_plan


def without(design, dropped):
    limits = dict(design.limits)
    for one in dropped:
        limits[one["key"]] = limits[one["key"]].model_copy(update={one["side"]: None})
    return design.model_copy(update={"limits": limits})


def impossible(seed):
    """Settings that ask for more than there is, in ways that differ by seed."""
    draw = random.Random(seed)
    kind = seed % 5
    if kind == 0:
        return {"limits.operating_cost.max": draw.uniform(2e6, 4.9e6)}
    if kind == 1:
        return {"limits.workers_total.min": draw.randint(1700, 2400), "limits.inspectors_total.max": draw.randint(2, 6)}
    if kind == 2:
        return {"limits.funds_at_risk_share.max": draw.uniform(0.01, 0.035)}
    if kind == 3:
        return {"limits.hosts.min": 2, "limits.operating_cost.max": draw.uniform(5.2e6, 7.5e6)}
    return {"limits.released_revenue.min": draw.uniform(2.5e6, 9e6)}


def check(seed, inputs):
    settings = impossible(seed)
    design, ready = set_up(None, inputs, settings)
    found = diagnose(design, ready)

    assert found is not None, "the design was meant to be impossible"
    assert found.conflict
    for repair in [*found.repairs, *([found.joint] if found.joint else [])]:
        repaired = make_plan(design, ready, repair.changes)
        assert repaired.status == "optimal", repair.sentence
        for path in repair.changes:
            _, key, side = path.split(".")
            assert find_limit(key).kind_of(side) != "legal"
    for one in found.conflict:
        others = [other for other in found.conflict if other != one]
        kept = {(other["key"], other["side"]) for other in others}
        everything = [
            {"key": key, "side": side}
            for key, bounds in design.limits.items()
            for side in ("min", "max")
            if getattr(bounds, side) is not None and (key, side) not in kept and find_limit(key).kind_of(side) != "legal"
        ]
        assert feasible(without(design, everything), ready), f"the conflict holds without {one}"


@pytest.mark.parametrize("seed", range(2))
def test_every_repair_gives_a_plan_and_the_conflict_is_minimal(seed, inputs):
    check(seed, inputs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 50))
def test_fifty_impossible_designs_are_diagnosed(seed, inputs):
    check(seed, inputs)


def test_a_possible_design_has_no_diagnosis(inputs):
    design, ready = set_up(None, inputs, None)

    assert diagnose(design, ready) is None


def test_the_smallest_budget_is_the_cost_of_the_cheapest_plan(inputs):
    design, ready = set_up(None, inputs, {"limits.operating_cost.max": 3e6})
    cheapest = make_plan(None, inputs, {"objective.metric": "operating_cost", "objective.sense": "min"}).outcome.objective
    found = diagnose(design, ready)
    repair = next(r for r in found.repairs if list(r.changes) == ["limits.operating_cost.max"])

    assert 0 <= repair.changes["limits.operating_cost.max"] - cheapest <= 1_000


def test_safeguards_come_last_and_are_labelled(inputs):
    design, ready = set_up(None, inputs, {"limits.funds_at_risk_share.max": 0.03})
    found = diagnose(design, ready)

    assert found.repairs[-1].weakens_safeguard
    assert found.repairs[-1].sentence.endswith("This weakens a safeguard.")


def test_impossible_data_is_said_before_any_solve(inputs):
    design, ready = set_up(None, inputs, {"floors.host_willingness": 0.9})
    found = diagnose(design, ready)

    assert found.structural
    assert "no placement passes every rights floor" in found.reasons[0]


def test_the_smallest_joint_change_is_no_larger_than_any_single_one(inputs):
    design, ready = set_up(None, inputs, {"waivers.MNG.foreign_worker_fee": False})
    found = diagnose(design, ready)

    def size(repair):
        return sum(abs(new - repair.old[path]) / abs(repair.old[path]) for path, new in repair.changes.items())

    assert found.repairs
    assert size(found.joint) <= min(size(one) for one in found.repairs) + 1e-12


def test_a_limit_that_has_no_plan_alone_is_the_whole_conflict_and_is_told_soon(inputs):
    """Beside a budget that conflicts with others: 1e7 worker-months are more than all demand."""
    settings = {"limits.operating_cost.max": 3e6, "limits.worker_months.min": 1e7, "solver.time_limit": 20}
    design, ready = set_up(None, inputs, settings)
    found = diagnose(design, ready)
    assert [one["key"] for one in found.conflict] == ["worker_months"]
    assert found.unrepairable == ("worker_months.min",)
    assert found.joint is not None
