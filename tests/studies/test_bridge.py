"""The difference between plans split into steps that sum exactly, each step a plan of its own."""

from decimal import Decimal

import pytest
from tests.support.command_line import run_here

from pilot_planner import bridge, make_plan, write_plan
from pilot_planner.errors import CancelledError, InputError

TWO = {"hosts.allowed": ["KAZ", "MNG"]}


@pytest.fixture(scope="module")
def plans(shipped_inputs):
    """Three plans: one, another with two settings changed, a third on other inputs with a rule of its own."""
    rule = {
        "sentence": "{side} {bound} in Kazakhstan", "unit": "persons", "kind": "capacity", "per": ["period"],
        "hosts": ["KAZ"], "of": [{"metric": "workers"}],
    }  # fmt: skip
    first = make_plan(inputs=shipped_inputs, settings=TWO)
    second = make_plan(inputs=shipped_inputs, settings={**TWO, "limits.operating_cost.max": 9e6, "pay.standby_share": 0.7})
    third = make_plan(
        inputs=shipped_inputs,
        settings={
            **TWO, "rules.few": rule, "limits.few.max": 300, "limits.funding": "none",
            "inputs.placements.MNG.construction.market_wage": 800,
        },
    )  # fmt: skip
    return [first, second, third]


@pytest.mark.parametrize("metric", ["worker_income", "operating_cost", "state_revenue", "worker_months"])
def test_steps_of_three_plans_sum_to_the_cent(plans, metric):
    way = bridge(plans, metric)

    assert sum((one.change for one in way.steps), Decimal(0)) == way.values[-1] - way.values[0]
    assert [float(one) for one in way.values] == [round(one.metrics[metric], 2) for one in plans]
    for before, after in zip(way.steps, way.steps[1:], strict=False):
        assert after.before == before.after
    assert {name for one in way.steps if one.towards == 2 for name in one.changed} == {"limits.operating_cost", "pay"}
    assert next(one.changed for one in way.steps if one.towards == 3) == ("inputs",)
    names = {name for one in way.steps if one.towards == 3 for name in one.changed}
    assert names == {"inputs", "limits.operating_cost", "limits.funding", "limits.few", "pay"}


def test_each_step_is_a_plan_of_its_own(plans):
    way = bridge(plans[:2])
    first = next(one for one in way.steps if one.changed == ("limits.operating_cost",))
    alone = make_plan(plans[0].design, plans[0].inputs, {"limits.operating_cost.max": 9e6})

    assert float(first.after) == pytest.approx(alone.metrics["worker_income"], abs=0.01)


def test_a_step_that_has_no_plan_goes_on_to_the_next(plans):
    """A smaller budget does not hold so many worker-months: the step ends where fewer are asked for."""
    months = 0.9 * plans[0].metrics["worker_months"]
    large = make_plan(plans[0].design, plans[0].inputs, {"limits.worker_months.min": months})
    small = make_plan(plans[0].design, plans[0].inputs, {"limits.operating_cost.max": 7e6})
    way = bridge([large, small])

    assert [one.changed for one in way.steps] == [("limits.operating_cost", "limits.worker_months")]
    assert way.steps[0].change == way.values[1] - way.values[0]


def test_plans_that_are_the_same_have_no_steps(plans):
    assert bridge([plans[0], plans[0]]).steps == ()


def test_a_bridge_is_stopped_by_its_caller(plans):
    with pytest.raises(CancelledError):
        bridge(plans, progress=lambda text, share: False)


def test_what_cannot_be_bridged_is_refused(plans):
    with pytest.raises(InputError, match="no metric"):
        bridge(plans, "income")
    with pytest.raises(InputError, match="two plans or more"):
        bridge(plans[:1])


def test_compare_takes_many_folders_and_prints_the_way(plans, tmp_path, capsys):
    folders = [write_plan(plan, tmp_path / f"p{number}") for number, plan in enumerate(plans[:2])]
    other = make_plan(plans[0].design, plans[0].inputs, {"limits.operating_cost.max": 1e7})
    folders.append(write_plan(other, tmp_path / "p3"))
    shown = run_here(capsys, "compare", *folders, "--bridge", "worker_income")

    assert shown.status == 0, shown.err
    assert "limits.operating_cost.max" in shown.out
    assert "p3, all together" in shown.out
    assert run_here(capsys, "compare", folders[0]).status == 2
