"""What solvers tell of their end: a search at its gap is done; a bound that nobody gave is called an assumption."""

import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pulp
import pytest
from tiny import tiny_case

from pilot_planner.design.schema import Solver
from pilot_planner.programme.build import build
from pilot_planner.reports.plan_text import proof
from pilot_planner.solving.lexicographic_lp import SmallRow, least_in_turn
from pilot_planner.solving.session import Session
from pilot_planner.solving.solvers import solve_with, told_bound, told_status
from pilot_planner.studies.verification import verify as referees

ROOT = Path(__file__).parents[2]
LEAST = 18.0
"""Of ``small_programme``: six times 3."""


def small_programme():
    problem = pulp.LpProblem("small", pulp.LpMinimize)
    x, y, z = (problem.add_variable(name, 0, most, cat="Integer") for name, most in (("x", 1), ("y", 5), ("z", 10)))
    problem.setObjective(x + 10 * y + 3 * z)
    problem.addConstraint(x + 9 * y + 3 * z >= 18, "enough")
    return problem


def options(name, gap):
    return Solver(name=name, engine="whole", gap=gap, time_limit=60, threads=1, seed=1, tie_tolerance=1e-9)


@pytest.mark.parametrize("name", ["cbc", "scip", "highs"])
@pytest.mark.parametrize("gap", [0.0, 0.05, 0.1])
def test_a_search_that_ended_at_the_gap_asked_for_is_optimal_and_what_is_called_its_bound_is_one(name, gap):
    stats = solve_with(small_programme(), options(name, gap))
    assert told_status(stats) == "optimal"
    bound = told_bound(stats, name)
    assert bound is None or bound <= LEAST + 1e-6
    assert stats.objective - gap * abs(stats.objective) <= LEAST + 1e-6


def test_cbc_at_its_gap_still_has_its_own_plan_written_as_its_bound():
    """Why ``told_bound`` takes none then. Where this fails the build of CBC or PuLP's reading of its log has changed."""
    stats = solve_with(small_programme(), options("cbc", 0.1))
    assert stats.status == pulp.LpSolveStatus.GapLimit
    assert (stats.objective, stats.best_bound) == (19.0, 19.0)


class Ended:
    """A problem whose solver ends at its gap."""

    def __init__(self, values, bound):
        self.values, self.bound = values, bound

    def variables(self):
        return [SimpleNamespace(varValue=value) for value in self.values]

    def solve(self, solver):
        return SimpleNamespace(
            status=pulp.LpSolveStatus.GapLimit, has_solution=True, best_bound=self.bound, status_str="gap limit"
        )


@pytest.mark.parametrize(("metric", "sense"), [("worker_income", "max"), ("operating_cost", "min")])
def test_a_plan_of_a_search_that_ended_at_its_gap_is_not_called_stopped(metric, sense):
    case = tiny_case({"objective.metric": metric, "objective.sense": sense, "limits.worker_months.min": 60})
    best = Session(build(case)).solve()
    assert best.bound_told
    solver = case.design.solver.model_copy(update={"name": "cbc", "engine": "whole", "gap": 0.05})
    session = Session(build(replace(case, design=case.design.model_copy(update={"solver": solver}))))
    session.problem = Ended(best.solution, abs(best.objective))
    found = session.solve()
    assert found.status == "optimal"
    assert not found.bound_told
    assert found.gap == pytest.approx(0.05)


def test_whole_aims_in_turn_take_an_end_at_the_gap_for_an_end(monkeypatch):
    """Not for a failure: what was reached stands."""
    from pilot_planner.solving import lexicographic_lp

    def at_the_gap(problem, asked):
        stats = solve_with(problem, asked)
        stats.status = pulp.LpSolveStatus.GapLimit
        return stats

    monkeypatch.setattr(lexicographic_lp, "solve_with", at_the_gap)
    rows = [SmallRow((1.0, 1.0), lower=3.0)]
    assert least_in_turn([(0.0, 2.0), (0.0, 2.0)], rows, [(1.0, 2.0)], options("highs", 0.0)) == pytest.approx((2.0, 1.0))


def test_a_gap_that_nobody_proved_is_called_an_assumption(shipped_inputs):
    from pilot_planner import make_plan
    from pilot_planner.studies.planning.plan_json import plan_document

    plan = make_plan(ROOT / "models" / "base.toml", shipped_inputs)
    assert proof(plan).startswith("Proven: ")
    assert plan_document(plan)["gap_is_assumed"] is False
    assumed = replace(plan, outcome=replace(plan.outcome, bound_told=False))
    assert "Proven" not in proof(assumed)
    assert "an assumption" in proof(assumed)
    assert plan_document(assumed)["gap_is_assumed"] is True


def test_a_referee_without_a_bound_says_so(shipped_inputs, monkeypatch):
    settings = {"limits.hosts.max": 1, "oversight.levels": ["intensive"], "programme.period_months": 6, "solver.gap": 1e-4}
    monkeypatch.setattr("pilot_planner.solving.session.told_bound", lambda stats, name: None)
    ours, cbc = referees.verify(None, shipped_inputs, settings, solver="cbc").answers
    for answer in (ours, cbc):
        assert answer.verdict == "agrees"
        assert not answer.bound_told
        assert "told no bound" in answer.sentence


def test_the_build_of_cbc_that_the_lock_names_is_the_one_that_the_package_asks_for():
    """Builds differ in what they write of their bound, in prices and in what they solve rightly."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert [one for one in needs if one.startswith("cbcbox")] == [one for one in lock if one.startswith("cbcbox")]
