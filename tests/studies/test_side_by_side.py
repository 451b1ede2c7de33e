"""Two to four plans side by side, and alternatives that their settings give again."""

import pytest

from pilot_planner.studies.pareto.near_optimal import alternatives
from pilot_planner.studies.planning.comparison import compare, side_by_side
from pilot_planner.studies.planning.plan import make_plan


@pytest.fixture(scope="module")
def plans(shipped_inputs):
    settings = ({}, {"limits.operating_cost.max": 10_000_000}, {"limits.hosts.max": 1}, {"exclusions": ["mining", "KAZ"]})
    return [make_plan("base", shipped_inputs, one) for one in settings]


def test_each_line_has_the_value_of_every_plan(plans):
    found = side_by_side(plans)
    lines = {line.name: line for line in found.settings}

    assert lines["limits.operating_cost.max"].values == (12e6, 10e6, 12e6, 12e6)
    assert not lines["limits.operating_cost.max"].same
    assert lines["pay.wage_parity"].same
    income = next(line for line in found.metrics if line.name == "worker_income")
    assert income.values == tuple(plan.metrics["worker_income"] for plan in plans)


def test_a_choice_that_a_plan_does_not_make_is_none(plans):
    levels = {line.name: line.values for line in side_by_side(plans).choices}
    assert levels["KAZ.oversight_level"][0] is not None
    assert levels["KAZ.oversight_level"][2:] == (None, None)


@pytest.mark.parametrize("other", [1, 2, 3])
def test_two_plans_side_by_side_differ_in_what_compare_says(plans, other):
    found, both = compare(plans[0], plans[other]), side_by_side([plans[0], plans[other]])
    for entries, lines, name in (
        (found.settings, both.settings, "setting"),
        (found.choices, both.choices, "choice"),
        (found.metrics, both.metrics, "metric"),
    ):
        assert [(one[name], one["a"], one["b"]) for one in entries] == [
            (line.name, *line.values) for line in lines if not line.same
        ]


def test_the_settings_of_an_alternative_give_that_plan_again(shipped_inputs):
    found = alternatives("one_host", shipped_inputs, within=0.05, count=2)
    assert len(found.alternatives) > 1
    for one in found.alternatives[1:]:
        plan = make_plan("one_host", shipped_inputs, one.settings)
        assert {host.iso3: host.oversight_level for host in plan.hosts} == one.levels
        assert sorted((place.iso3, place.sector) for place in plan.placements) == list(one.placements)
        assert plan.metrics["worker_income"] == pytest.approx(one.objective, rel=1e-6)
