"""How a solve may end other than well: no plan, no end, stopped."""

from pathlib import Path

import pytest
from random_designs import random_settings
from tiny import tiny_case

from pilot_planner import NoPlanError, SolverError, make_plan
from pilot_planner.case.case import make_case
from pilot_planner.errors import CancelledError
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.setup import set_up

BASE = Path(__file__).parents[2] / "models" / "base.toml"
ENGINES = ("structure", "whole")


def _solve(settings, **options):
    return Session(build(tiny_case(settings, **options))).solve()


@pytest.mark.parametrize("engine", ENGINES)
def test_limits_that_cannot_both_hold_are_infeasible(engine):
    outcome = _solve({"solver.engine": engine, "limits.worker_months.min": 1000, "limits.workers_total.max": 50})
    assert (outcome.status, outcome.objective, outcome.bound, outcome.solution) == ("infeasible", None, None, ())
    assert not outcome.has_plan
    assert outcome.gap is None


@pytest.mark.parametrize("engine", ENGINES)
def test_an_aim_that_nothing_holds_is_unbounded(engine):
    """Inspectors cost money, and nothing here limits either."""
    settings = {"solver.engine": engine, "objective.metric": "inspector_months", "objective.sense": "max"}
    outcome = _solve(settings)
    assert (outcome.status, outcome.objective, outcome.solution) == ("unbounded", None, ())


def test_a_plan_without_limits_that_hold_is_refused_in_words(shipped_inputs):
    settings = {
        "objective.metric": "operating_cost",
        "objective.sense": "max",
        "limits": {},
    }
    with pytest.raises(NoPlanError) as caught:
        make_plan(BASE, shipped_inputs, settings)
    expected = "max operating_cost has no end under these limits: add one that holds it, such as limits.operating_cost.max"
    assert (expected,) == caught.value.reasons


def test_a_plan_that_no_limits_allow_is_refused_in_words(shipped_inputs):
    with pytest.raises(NoPlanError) as caught:
        make_plan(BASE, shipped_inputs, {"limits.operating_cost.max": 1_000_000})
    # Which conflict, and what would repair it, is for who asked to say: the command tells it itself.
    assert caught.value.reasons == ("no plan meets all limits of this design",)


def test_a_design_without_any_eligible_placement_says_which_floors_exclude_most(shipped_inputs):
    with pytest.raises(NoPlanError) as caught:
        make_plan(BASE, shipped_inputs, {"floors.host_willingness": 1.0})
    (reason,) = caught.value.reasons
    assert reason.startswith("no placement passes every rights floor, so there is nothing to plan; most placements fail: ")
    assert "host_willingness (" in reason


def _session(inputs, **settings):
    design, inputs = set_up(BASE, inputs, {f"limits.{k}.max": v for k, v in settings.items()} | {"solver.gap": 0})
    return Session(build(make_case(design, inputs)))


def test_a_search_that_is_stopped_gives_its_best_plan_with_a_valid_bound(shipped_inputs):
    optimum = _session(shipped_inputs).solve().objective
    seen = set()
    for checks in (1, 2, 4, 8):
        left = iter(range(checks))
        session = _session(shipped_inputs)
        try:
            outcome = session.solve(lambda left=left: next(left, None) is None)
        except SolverError as error:
            assert "before any plan was found; allow more time" in str(error)
            seen.add("no plan")
            continue
        seen.add(outcome.status)
        assert outcome.objective <= optimum * (1 + 1e-9)
        assert outcome.bound >= optimum * (1 - 1e-9)
        assert outcome.status == "optimal" or outcome.bound >= outcome.objective
    assert "time_limit" in seen


def test_a_plan_stopped_by_its_time_limit_is_called_that_with_its_gap(shipped_inputs, monkeypatch):
    """The clock of the search jumps past the limit once a first plan is there: a slow machine, without the waiting."""
    from pilot_planner.solving import branch_and_bound

    optimum = make_plan(BASE, shipped_inputs).outcome.objective
    accept = branch_and_bound.BranchAndBound._accept

    def late(self, result):
        accept(self, result)
        self.deadline = 0.0

    monkeypatch.setattr(branch_and_bound.BranchAndBound, "_accept", late)
    plan = make_plan(BASE, shipped_inputs)
    assert plan.status == "time_limit"
    assert plan.outcome.objective <= optimum <= plan.outcome.bound * (1 + 1e-9)
    assert plan.outcome.gap > plan.design.solver.gap


@pytest.mark.parametrize("engine", ENGINES)
def test_no_time_at_all_is_an_error_that_asks_for_more(engine, shipped_inputs):
    settings = {"solver.time_limit": 1e-6, "solver.engine": engine}
    with pytest.raises(SolverError, match="stopped after"):
        make_plan(BASE, shipped_inputs, settings)


def test_a_caller_can_cancel_between_any_two_steps(shipped_inputs):
    steps = []

    def watch(step, done):
        steps.append((step, done))
        return True

    make_plan(BASE, shipped_inputs, progress=watch)
    names = list(dict.fromkeys(step for step, _ in steps))
    assert names == ["load", "eligibility", "build", "hand_over", "solve", "ties", "accounts"]
    assert steps[-1] == ("accounts", 1.0)
    for name in names:
        if name == "solve":
            continue
        with pytest.raises(CancelledError, match=f"stopped after {name}"):
            make_plan(BASE, shipped_inputs, progress=lambda step, done, name=name: step != name)


def test_a_caller_who_cancels_the_search_gets_no_plan(shipped_inputs):
    with pytest.raises((CancelledError, SolverError)):
        make_plan(BASE, shipped_inputs, progress=lambda step, done: step != "solve")


@pytest.mark.parametrize("seed", [6, 15, 26, 33, 41, 55])
@pytest.mark.parametrize("gap", [0.1, 0.01])
def test_the_bound_is_valid_whatever_gap_is_asked_for(gap, seed, shipped_inputs):
    design, inputs = set_up(BASE, shipped_inputs, random_settings(seed) | {"solver.gap": 0})
    case = make_case(design, inputs)
    exact = Session(build(case)).solve().objective
    loose, inputs = set_up(BASE, shipped_inputs, random_settings(seed) | {"solver.gap": gap})
    programme = build(make_case(loose, inputs))
    outcome = Session(programme).solve()
    room = 1e-9 * abs(exact)
    assert outcome.status == "optimal"
    assert outcome.gap <= gap * (1 + 1e-9)
    if programme.maximise:
        assert outcome.objective - room <= exact <= outcome.bound + room
    else:
        assert outcome.bound - room <= exact <= outcome.objective + room
