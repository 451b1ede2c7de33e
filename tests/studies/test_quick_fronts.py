"""Fronts as somebody moves a setting: the same as searched anew, coarse first, stopped when something newer is asked."""

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.design.loading import load_design
from pilot_planner.errors import CancelledError, NoPlanError, NoTimeError
from pilot_planner.programme.build import build
from pilot_planner.studies.execution.live_plan import QuickPlans
from pilot_planner.studies.pareto.live_front import QuickFronts
from pilot_planner.studies.pareto.pareto_front import MOST_DIVISIONS, FrontStudy
from pilot_planner.studies.planning.setup import set_up

MOVES = (
    {},
    {"limits.operating_cost.max": 9_000_000},
    {"limits.operating_cost.max": 7_500_000},
    {"programme.min_placement": 20},
    {"limits.operating_cost.max": 9_000_000, "tradeoffs.axes": [
        {"metric": "worker_income", "sense": "max"}, {"metric": "operating_cost", "sense": "min"}]},
)  # fmt: skip
COARSE, WANTED = 1, 20


def never():
    return False


def values(points):
    """Axes of every point, best of the first axis first."""
    return sorted((tuple(one.axes.values()) for one in points), reverse=True)


@pytest.fixture
def fronts(shipped_inputs):
    return QuickFronts(QuickPlans(shipped_inputs))


def test_after_other_settings_a_front_is_that_of_a_search_anew_and_goes_on_from_the_coarse_one(fronts, shipped_inputs):
    design = load_design("base")
    for settings in MOVES:
        coarse = fronts.points(design, settings, COARSE, never)
        whole = fronts.points(design, settings, WANTED, never)
        # Looks are not polished, so they are compared with a search anew that is not either.
        programme = build(make_case(*set_up(design, shipped_inputs, settings)))
        anew = FrontStudy(programme).run(WANTED, MOST_DIVISIONS, look_for_switches=False)
        assert len(whole) >= len(coarse) > 3
        found, expected = values(whole), values(anew.points)
        assert len(found) == len(expected)
        for mine, other in zip(found, expected, strict=True):
            assert mine == pytest.approx(other, rel=2e-5), settings
        # A number stays with its plan, so that what is selected stays selected.
        later = {one.number: one.axes for one in whole}
        assert all(later[one.number] == one.axes for one in coarse if one.number in later)
        assert sum(one.number in later for one in coarse) >= len(coarse) - 2


def test_a_front_that_is_outdated_is_stopped_and_the_next_one_is_right(fronts, shipped_inputs):
    design = load_design("base")
    asked = []

    def soon():
        asked.append(1)
        return len(asked) > 20

    with pytest.raises(CancelledError):
        fronts.points(design, {}, WANTED, soon)
    found = fronts.points(design, {"limits.operating_cost.max": 9_000_000}, COARSE, never)
    again = QuickFronts(QuickPlans(shipped_inputs)).points(design, {"limits.operating_cost.max": 9_000_000}, COARSE, never)
    for mine, other in zip(values(found), values(again), strict=True):
        assert mine == pytest.approx(other, rel=2e-5)


def test_no_plan_and_no_sets_are_said(fronts):
    with pytest.raises(NoPlanError):
        fronts.points(load_design("base"), {"limits.operating_cost.max": 100_000}, COARSE, never)
    with pytest.raises(NoTimeError):
        fronts.points(load_design("base"), {"solver.engine": "whole"}, COARSE, never)
