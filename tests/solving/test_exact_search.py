"""Our branch and bound against HiGHS on the whole programme: two searches that share no code find the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from random_designs import random_settings

from pilot_planner.case.case import make_case
from pilot_planner.errors import NoPlanError
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.setup import set_up

BASE = Path(__file__).parents[2] / "models" / "base.toml"


def _case(seed, inputs):
    design, inputs = set_up(BASE, inputs, random_settings(seed))
    return make_case(design, inputs)


def _solved(case, engine):
    design = case.design.model_copy(update={"solver": case.design.solver.model_copy(update={"engine": engine})})
    programme = build(replace(case, design=design))
    return programme, Session(programme).solve()


def _broken_rows(programme, solution):
    """Rows, bounds and whole numbers that a solution breaks by more than a millionth."""
    broken = []
    for row in programme.rows:
        left = row.expression.value(solution)
        size = max(1.0, abs(row.right_side), *(abs(c * solution[j]) for j, c in row.expression.terms.items()))
        over = {"<=": left - row.right_side, ">=": row.right_side - left, "=": abs(left - row.right_side)}[row.sense]
        if over > 1e-6 * size:
            broken.append((row.name, over))
    for column, value in zip(programme.d.columns, solution, strict=True):
        room = 1e-6 * max(1.0, abs(value))
        if column.lower is not None and value < column.lower - room:
            broken.append((column.name, value))
        if column.upper is not None and value > column.upper + room:
            broken.append((column.name, value))
        if column.integer and value != round(value):
            broken.append((column.name, value))
    return broken


def _compare(seed, inputs):
    case = _case(seed, inputs)
    try:
        programme, own = _solved(case, "structure")
    except NoPlanError:
        assert not case.placements
        return "nothing eligible"
    _, whole = _solved(case, "whole")
    assert whole.status == own.status
    if whole.objective is None:
        return own.status
    assert whole.objective == pytest.approx(own.objective, rel=1e-6, abs=1e-6)
    room = 1e-6 * max(1.0, abs(whole.objective))
    if programme.maximise:
        assert own.bound >= whole.objective - room
        assert own.bound >= own.objective - room
    else:
        assert own.bound <= whole.objective + room
        assert own.bound <= own.objective + room
    assert own.objective == pytest.approx(programme.objective.value(own.solution), rel=1e-6, abs=1e-6)
    assert _broken_rows(programme, own.solution) == []
    return own.status


@pytest.mark.parametrize("seed", range(40))
def test_both_searches_agree_on_a_random_design(seed, shipped_inputs):
    _compare(seed, shipped_inputs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_both_searches_agree_on_many_more_random_designs(seed, shipped_inputs):
    _compare(seed, shipped_inputs)


def test_the_random_designs_are_worth_comparing(shipped_inputs):
    """At least 25 of the 40 have a plan and some have none, in both senses and with all counts of hosts."""
    settings = [random_settings(seed) for seed in range(40)]
    statuses = [_solved(_case(seed, shipped_inputs), "structure")[1].status for seed in range(40)]
    assert statuses.count("optimal") >= 25
    assert statuses.count("infeasible") >= 3
    assert {"min", "max"} == {one["objective.sense"] for one in settings}
    assert {1, 2, 3} == {one["limits.hosts.max"] for one in settings}
    assert {3, 6} == {one["programme.period_months"] for one in settings}
    assert {12, 24} == {one["programme.duration_months"] for one in settings}
    assert {True, False} == {one["programme.whole_posts"] for one in settings}
