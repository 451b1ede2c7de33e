"""What lets a search stop early: a cutoff on the dual objective, and rows of whole things."""

import math
import random

import pytest
from tiny import tiny_case

from pilot_planner.case.case import make_case
from pilot_planner.programme.build import build
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branch_and_bound import BranchAndBound
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.setup import set_up


def live_of(settings=None, **case):
    return Session(build(tiny_case(settings, **case))).live


def test_a_relaxation_is_cut_only_when_it_is_above_the_cutoff(inputs):
    design, ready = set_up(None, inputs, {})
    programme = build(make_case(design, ready))
    live = Session(programme).live
    root = live.run(60).value
    cut = 0
    for column in programme.d.level.values():
        live.set_bounds({column: (1.0, 1.0)})
        value = live.run(60).value
        for cutoff in (root * (1 - 1e-9), (root + value) / 2 if math.isfinite(value) else root / 2):
            live.set_bounds({})
            live.run(60)
            live.set_bounds({column: (1.0, 1.0)})
            result = live.run(60, cutoff)
            cut += result.status == "cut"
            assert result.status != "cut" or value >= cutoff - 1e-6 * abs(cutoff)
            assert result.status != "optimal" or result.value == pytest.approx(value)

    assert cut > 0


def test_a_cutoff_does_not_turn_what_is_impossible_into_a_cut():
    live = live_of({"limits.worker_months.min": 1e6})

    assert live.run(60, 1.0).status in ("infeasible", "cut")
    assert live.run(60).status == "infeasible"


def test_an_objective_that_no_column_bounds_is_still_called_unbounded_or_solved():
    live = live_of({"objective.metric": "operating_cost", "objective.sense": "min"})

    assert math.isinf(live._worst())
    assert live.run(60).status == "optimal"


@pytest.mark.parametrize("seed", range(6))
def test_rows_of_whole_things_cut_off_no_plan(seed):
    """With permits that leave a part of a worker over, the search finds what trying every cap finds."""
    draw = random.Random(seed)
    share = draw.uniform(0.05, 0.24)
    case = tiny_case({"limits.permits.max": share, "limits.hosts.max": 1, "programme.min_placement": 1}, hosts=("AAA",))
    programme = build(case)
    session = Session(programme)
    found = session.solve()
    (cap,) = programme.d.cap.values()
    most = math.floor(share * 400.0)
    best = -math.inf
    for whole in range(most + 1):
        session.live.set_bounds({cap: (whole, whole)})
        result = BranchAndBound(session.live, 0.0, 60).run(start={cap: (whole, whole)})
        best = max(best, -result.value if result.solution else -math.inf)

    assert found.objective == pytest.approx(best, rel=1e-9)
    assert found.solution[cap] <= most


def test_a_known_solution_stands_until_a_better_one_is_found():
    programme = build(tiny_case({"limits.hosts.max": 1}))
    live = Session(programme).live
    best = BranchAndBound(live, 0.0, 60).run()
    again = BranchAndBound(live, 0.0, 60).run(known=best.solution)
    live.set_objective(programme.metric("operating_cost"))
    other = BranchAndBound(live, 0.0, 60).run(known=best.solution)

    assert (again.status, again.solution) == ("optimal", best.solution)
    assert again.bound == pytest.approx(best.value)
    assert other.value < Linear(dict(programme.metric("operating_cost").terms)).value(best.solution)
