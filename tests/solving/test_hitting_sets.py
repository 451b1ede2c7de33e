"""Minimal hitting sets against all subsets tried one by one; what a solver knows nothing of is asked in another way."""

import itertools
import random

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.errors import SolverError
from pilot_planner.programme.build import build
from pilot_planner.solving import feasibility as module
from pilot_planner.solving.arithmetic import largest_miss
from pilot_planner.solving.elastic_programme import ElasticProgramme
from pilot_planner.solving.feasibility import feasibility
from pilot_planner.solving.hitting_sets import HittingSets
from pilot_planner.solving.lp_relaxation import NoVerdictError
from pilot_planner.studies.planning.setup import set_up


def by_trying_all(sets, elements):
    hitting = [
        frozenset(chosen)
        for size in range(len(elements) + 1)
        for chosen in itertools.combinations(elements, size)
        if all(one.intersection(chosen) for one in sets)
    ]
    return {one for one in hitting if not any(other < one for other in hitting)}


@pytest.mark.parametrize("seed", range(30))
def test_minimal_hitting_sets_are_those_of_all_subsets(seed):
    draw = random.Random(seed)
    elements = "abcdefg"[: draw.randint(1, 7)]
    hitting, sets = HittingSets(), []
    for _ in range(draw.randint(0, 6)):
        sets.append(frozenset(draw.sample(elements, draw.randint(1, len(elements)))))
        hitting.add(sets[-1])
        assert set(hitting.found) == by_trying_all(sets, elements)
        assert len(set(hitting.found)) == len(hitting.found)


def test_nothing_hits_an_empty_set():
    hitting = HittingSets()
    hitting.add(frozenset())
    assert hitting.found == []


@pytest.fixture(scope="module")
def programmes(inputs):
    def of(settings):
        return build(make_case(*set_up(None, inputs, settings)))

    return {"possible": of({}), "impossible": of({"limits.operating_cost.max": 3e6})}


def fails(*_):
    raise NoVerdictError("HiGHS ended with Unknown")


@pytest.mark.parametrize("verdict", ["possible", "impossible"])
def test_an_unknown_is_no_answer_and_is_asked_in_another_way(programmes, monkeypatch, verdict):
    programme = programmes[verdict]
    for name in ("_by_sets", "_by_branching"):
        found = feasibility(programme, 60.0)
        assert found.verdict == verdict
        assert not found.solution or largest_miss(programme, found.solution) <= 1e-6
        monkeypatch.setattr(module, name, fails)
    assert feasibility(programme, 60.0).verdict == verdict
    monkeypatch.setattr(module, "_by_whole_solver", fails)
    assert feasibility(programme, 60.0).verdict == "unknown"


def test_a_solution_that_misses_a_row_is_no_answer(programmes, monkeypatch):
    wrong = module.Feasibility("possible", tuple(0.0 for _ in programmes["possible"].d.columns))
    monkeypatch.setattr(module, "_by_sets", lambda *_: wrong)
    found = feasibility(programmes["impossible"], 60.0)
    assert found.verdict == "impossible"


def test_no_time_is_not_known(programmes):
    assert feasibility(programmes["possible"], 0.0).verdict == "unknown"


def test_costs_of_millions_leave_a_verdict(inputs):
    """The stretch of a share that nobody knows the usual size of: HiGHS alone ends with Unknown, presolved or not."""
    settings = {"limits.family_share.min": 0.03, "limits.card_share.min": 0.9}
    design, ready = set_up(None, inputs, settings)
    programme = build(make_case(design, ready))
    steps = {(row.key, row.side): 1.0 for row in programme.limit_rows}
    try:
        found = ElasticProgramme(programme, steps, 60.0).least([("family_share", "min")], to_spare=True)
    except SolverError as error:
        pytest.fail(str(error))
    assert found is not None
