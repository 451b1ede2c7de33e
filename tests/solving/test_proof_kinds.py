"""What a proof may not rest on: names, sides before, small weights, one verdict, rounding, or a clock that is old."""

import math
import random
import time
from dataclasses import replace
from types import SimpleNamespace

import highspy
import numpy as np
import pytest
from random_designs import random_case
from tiny import tiny_case

from pilot_planner.case.case import make_case
from pilot_planner.design.loading import validated
from pilot_planner.errors import SolverError
from pilot_planner.programme.build import build
from pilot_planner.programme.decisions import Column, Decisions
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Row
from pilot_planner.solving.branch_and_bound import BranchAndBound
from pilot_planner.solving.decomposition.set_search import SetSearch
from pilot_planner.solving.highs_arrays import ArrayProgramme, Arrays
from pilot_planner.solving.lexicographic_order import room_left, tie_room
from pilot_planner.solving.lp_relaxation import LiveRelaxation
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.live_plan import QuickPlans
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.sweeps.sweep import Sweep, with_other_bounds


def never():
    return False


def solver(**options):
    return tiny_case({}).design.solver.model_copy(update=options)


# --- two designs of one name ---


@pytest.mark.parametrize("turned", [False, True])
def test_two_designs_of_one_name_are_two_designs(turned, shipped_inputs):
    base, _ = set_up(None, shipped_inputs, {})
    levied = validated(base.model_dump(), {"levies.programme_levy": 0.2})
    assert base.name == levied.name
    right = {"base": 19_619_932.47, "levied": 12_569_012}
    asked = [("base", base), ("levied", levied), ("base", base)]
    quick = QuickPlans(shipped_inputs)
    for name, design in reversed(asked) if turned else asked:
        found = quick.plan(design, {"limits.operating_cost.max": 12_000_000}, never)
        assert found.outcome.objective == pytest.approx(right[name], abs=1), name


@pytest.mark.parametrize(
    "settings",
    [
        {"levies.programme_levy": 0.2},
        {"programme.min_placement": 30},
        {"solver.gap": 1e-3},
        {"objective.sense": "min"},
        {"pay.overtime_hours": 3},
        {"name": "another"},
    ],
)
def test_other_bounds_are_refused_where_anything_else_differs(settings, shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, {})
    programme = build(make_case(design, inputs))
    bound = {"limits.operating_cost.max": 5e6}
    assert with_other_bounds(programme, validated(design.model_dump(), bound)) is not None
    assert with_other_bounds(programme, validated(design.model_dump(), bound | settings)) is None


# --- sides after any sequence of questions ---


@pytest.mark.parametrize("huge", [1e20, 1e25, 1e300])
def test_a_huge_bound_and_back_leaves_every_side_as_it_was(huge, shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, {})
    programme = build(make_case(design, inputs))
    kept = SetSearch(programme, [programme.objective * -1.0], design.solver)
    before = [kept.blocks.link.lower.copy(), kept.blocks.link.upper.copy()]
    first = kept.run([1.0], [math.inf], 1e-6, 60)
    draw = random.Random(int(math.log10(huge)))
    for _ in range(4):
        for budget in (huge, draw.uniform(1e6, 2e7), 0.1 + draw.random() * 3e7, huge, design.limits["operating_cost"].max):
            changed = with_other_bounds(programme, validated(design.model_dump(), {"limits.operating_cost.max": budget}))
            assert kept.take_over(changed)
    assert np.array_equal(kept.blocks.link.lower, before[0])
    assert np.array_equal(kept.blocks.link.upper, before[1])
    assert kept.run([1.0], [math.inf], 1e-6, 60).value == pytest.approx(first.value, rel=1e-9)


def test_the_same_through_the_dashboard_and_a_sweep(shipped_inputs):
    design, _ = set_up(None, shipped_inputs, {})
    quick, sweep = QuickPlans(shipped_inputs), Sweep(design, shipped_inputs, ["worker_income"])
    budget = design.limits["operating_cost"].max
    for usd in (budget, 1e25, budget, 1e20, budget, 1e300, budget):
        settings = {"limits.operating_cost.max": usd}
        first = quick.plan(design, settings, never).outcome.objective
        second = sweep.run(settings)
        assert second.objective == pytest.approx(first, rel=2e-6)
        if usd == budget:
            assert first == pytest.approx(19_619_932.47, abs=25)


# --- one tolerance for ties ---


@pytest.mark.parametrize("turn", [1.0, -1.0])
@pytest.mark.parametrize("proven", [0.0, 0.02, -3.0, 2e7])
def test_the_tie_tolerance_counts_once(turn, proven):
    options = solver(tie_tolerance=1e-3)
    room = tie_room(proven, options)
    for share in (0.0, 1e-5, 0.01, 0.3, 0.5, 0.99, 1.0):
        reached = proven + turn * share * room
        assert share * room + room_left(proven, reached, turn, options) <= room * (1 + 2e-3)
    # What noise is in the last digits does not show.
    assert room_left(proven, proven + turn * room * 1e-6, turn, options) == room_left(proven, proven, turn, options)


def test_the_tie_tolerance_is_relative_below_one():
    assert tie_room(0.5, solver(tie_tolerance=1e-4)) == pytest.approx(0.5e-4)
    assert tie_room(-0.02, solver(tie_tolerance=1e-4)) == pytest.approx(2e-6)
    assert tie_room(0.3, solver(tie_tolerance=0)) == 0.0
    assert room_left(0.3, 0.2, -1.0, solver(tie_tolerance=0)) == 0.0


# Each of these designs has a plan.
@pytest.mark.parametrize("seed", [2, 3, 4, 6, 7, 8, 13, 21])
@pytest.mark.parametrize("engine", ["structure", "whole"])
def test_a_plan_loses_one_tie_tolerance_at_most(seed, engine, shipped_inputs):
    case = random_case(seed, shipped_inputs)
    options = case.design.solver.model_copy(update={"tie_tolerance": 1e-3, "engine": engine, "time_limit": 60})
    programme = build(replace(case, design=case.design.model_copy(update={"solver": options})))
    session = Session(programme)
    outcome = session.solve()
    assert outcome.status == "optimal"
    best = programme.objective.value(outcome.solution)
    lost = abs(programme.objective.value(session.break_ties(outcome)) - best)
    assert lost <= tie_room(best, options) * (1 + 2e-3) + 1e-6


# --- weights and constants of axes ---


def bounds_and_truth(axes, first, later, upper):
    """What multipliers of one question prove of every set in another, and what is true of it; how many say something."""
    programme = build(tiny_case({"limits.operating_cost.max": 300_000}))
    made = axes(programme)
    kept = SetSearch(programme, made, programme.case.design.solver)
    kept.run(first, upper, 1e-9, 60)
    compared = 0
    for weights in later:
        proven = kept.pool.bounds(np.array(weights), np.array(upper))
        for number in range(kept.sets.count):
            part = kept.fresh_part(kept.sets.states(number))
            part.bound_axes(kept.axes, np.array(upper))
            part.set_costs_of(np.array(weights) @ kept.axes)
            true = BranchAndBound(part, 0.0, 60).run().value if part.possible else math.inf
            assert proven[number] <= true + 1e-9 * max(1.0, abs(true)), (weights, number)
            compared += bool(np.isfinite(proven[number]))
        fresh = SetSearch(programme, made, programme.case.design.solver).run(weights, upper, 1e-9, 60)
        assert kept.run(weights, upper, 1e-9, 60).value == pytest.approx(fresh.value, rel=1e-8, abs=1e-9), weights
    return compared


@pytest.mark.parametrize("constant", [5e6, -5e6])
def test_constants_of_axes_are_weighed_as_the_question_weighs_them(constant):
    def axes(programme):
        fixed = programme.d.programme
        return [
            programme.metric("worker_income") * -1.0 + Linear.of(fixed, constant),
            programme.metric("operating_cost") + Linear.of(fixed, constant),
            programme.metric("worker_months") + Linear.of(fixed, 2.0 * constant),
        ]

    upper = [math.inf, 250_000 + constant, 700 + 2.0 * constant]
    later = [[1.0, 0.2, 0.5], [1.0, 0.0, 0.0], [2.0, 1.0, 1e-12], [0.5, 0.5, 0.5]]
    assert bounds_and_truth(axes, [1.0, 1.0, 1.0], later, upper) >= 2


@pytest.mark.parametrize("weight", [1e-7, 1e-9, 1e-10, 1e-11, 1e-12])
def test_the_smallest_weights_count(weight):
    """An axis of millions of millions is worth its weight, however small that is."""

    def axes(programme):
        return [programme.metric("worker_income") * -1.0, programme.metric("worker_months") * (-100.0 / weight)]

    endless = [math.inf, math.inf]
    bounds_and_truth(axes, [1.0, 0.0], [[1.0, weight], [1.0, 0.1 * weight], [1.0, 0.0]], endless)
    bounds_and_truth(axes, [1.0, weight], [[1.0, 0.0], [1.0, 2.0 * weight], [2.0, 2.0 * weight]], endless)


# --- one verdict is none ---


@pytest.mark.parametrize("which", [0, 1, 5])
def test_one_verdict_of_no_end_is_not_believed(which, monkeypatch, shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, {})
    attempt, calls = LiveRelaxation._attempt, []

    def odd(self, deadline):
        status = attempt(self, deadline)
        calls.append(status)
        return highspy.HighsModelStatus.kUnbounded if len(calls) == which + 1 else status

    monkeypatch.setattr(LiveRelaxation, "_attempt", odd)
    outcome = Session(build(make_case(design, inputs))).solve()
    assert len(calls) > which
    assert outcome.status == "optimal"
    assert outcome.objective == pytest.approx(19_619_932.47, abs=25)


def test_a_referee_that_sees_no_end_is_asked_for_a_reason(monkeypatch):
    import pulp

    from pilot_planner.solving import session as module

    case = tiny_case({"limits.operating_cost.max": 300_000})
    case = replace(case, design=case.design.model_copy(update={"solver": solver(engine="whole")}))
    said = SimpleNamespace(status=pulp.LpSolveStatus.Unbounded, has_solution=False, best_bound=None, status_str="unbounded")
    monkeypatch.setattr(module, "solve_with", lambda problem, options: said)
    with pytest.raises(SolverError, match="refutes"):
        Session(build(case)).solve()


# --- whole numbers are whole ---


def toy(columns, rows, objective, maximise=True):
    decisions = Decisions()
    decisions.columns = columns
    decisions.inspectors = {("AAA", 1): 1}
    design = SimpleNamespace(solver=solver())
    return SimpleNamespace(
        d=decisions, rows=rows, objective=objective, maximise=maximise, case=SimpleNamespace(design=design)
    )


def test_rounding_a_post_is_followed_by_solving_again():
    """A thousandth of a worker needs a post, which a relaxation has for six hundred-millionths of one."""
    columns = [Column("work", 0.0, 1e-3, integer=False), Column("posts", 0.0, 10.0, integer=True)]
    rows = [Row("posts", Linear({0: 1.0, 1: -16_968.0}), "<=", 0.0)]
    programme = toy(columns, rows, Linear({0: 1.0, 1: -10.0}))
    found = BranchAndBound(LiveRelaxation(programme), 1e-6, 10.0).run()
    assert found.status == "optimal"
    assert found.value == pytest.approx(0.0, abs=1e-9)
    assert rows[0].expression.value(found.solution) <= 1e-9


def test_a_whole_number_that_is_nearly_reached_is_not_given_up():
    """The same where the post is worth it."""
    columns = [Column("work", 0.0, 1e-3, integer=False), Column("posts", 0.0, 10.0, integer=True)]
    rows = [Row("posts", Linear({0: 1.0, 1: -16_968.0}), "<=", 0.0)]
    programme = toy(columns, rows, Linear({0: 1.0, 1: -1e-5}))
    found = BranchAndBound(LiveRelaxation(programme), 1e-6, 10.0).run()
    assert found.value == pytest.approx(-(1e-3 - 1e-5), rel=1e-6)
    assert found.solution[1] == 1.0


# --- time ---

MANY_TIES = {
    "objective.metric": "worker_income",
    "objective.sense": "min",
    "limits.hosts.max": 4,
    "limits.worker_months.min": 0,
    "limits.workers_total.min": 0,
    "limits.mean_willingness.min": 0,
    "limits.family_share.min": 0,
    "limits.in_kind_share.min": 0,
    "floors.host_willingness": 0,
    "floors.tip_tier": 3,
    "programme.period_months": 6,
    "solver.time_limit": 5,
}


def test_an_optimum_full_of_ties_keeps_its_time_limit(shipped_inputs):
    """20,000 sets of hosts hold a plan in which nobody earns anything; each was searched for its cost."""
    began = time.perf_counter()
    plan = make_plan(None, shipped_inputs, MANY_TIES)
    assert time.perf_counter() - began <= 5 + 1
    assert plan.outcome.objective == pytest.approx(0.0, abs=1e-6)
    whole = make_plan(None, shipped_inputs, MANY_TIES | {"solver.engine": "whole", "solver.time_limit": 60})
    assert plan.metrics["operating_cost"] == pytest.approx(whole.metrics["operating_cost"], rel=1e-5)


def hard_knapsack(size=60, seed=3):
    """A search that takes far more than a second."""
    draw = np.random.default_rng(seed)
    weights = draw.integers(10_000, 99_999, (5, size)).astype(float)
    start = np.arange(0, 5 * size + 1, size)
    arrays = Arrays(
        -weights.mean(axis=0) - draw.integers(0, 900, size),
        np.zeros(size),
        np.ones(size),
        tuple(range(size)),
        {},
        [-np.inf] * 5,
        (weights.sum(axis=1) / 2 + 0.5).tolist(),
        start,
        np.tile(np.arange(size), 5),
        weights.ravel(),
    )
    return ArrayProgramme(arrays, solver(threads=1))


def test_an_old_live_object_keeps_the_time_limit_of_integer_searches():
    """The clock of an object runs over all its linear programmes, and from nothing for each integer search."""
    live = hard_knapsack()
    live.ask_for_whole_numbers(0.0)
    for _ in range(4):
        began = time.perf_counter()
        result = live.run(0.7)
        assert result.status == "stopped", "the programme is too easy to tell"
        assert time.perf_counter() - began <= 0.7 + 0.5
