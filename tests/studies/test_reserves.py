"""Reserves: the least money that makes a draw hold, put to the test by programmes with as much more money in them."""

import json

import numpy as np
import pytest
from tests.support.rebuilt import rebuilt_lp
from typer.testing import CliRunner

from pilot_planner import reserves
from pilot_planner.cli.main import app
from pilot_planner.errors import PilotPlannerError
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.chance import chance_of
from pilot_planner.studies.uncertainty.reserves import amounts_needed
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.studies.uncertainty.trial import Trial, hold

DRAWS = 60


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan(None, shipped_inputs)


@pytest.fixture(scope="module")
def needed(plan):
    return amounts_needed(plan, DRAWS, 3)


def with_money(plan, amount):
    """The design with so much more at the start, and a ceiling on cost that is higher by as much."""
    design = plan.design
    first, *others = design.funding.pledges
    pledges = (first.model_copy(update={"usd": first.usd + amount}), *others)
    ceiling = design.limits["operating_cost"]
    limits = {**design.limits, "operating_cost": ceiling.model_copy(update={"max": ceiling.max + amount})}
    return design.model_copy(update={"funding": design.funding.model_copy(update={"pledges": pledges}), "limits": limits})


def test_a_draw_holds_with_its_reserve_and_not_with_less(plan, needed, shipped_inputs):
    """Each draw made anew with the money in its design, by another solver interface."""
    drawn = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts)).draw(DRAWS, 3)
    held = hold(plan.programme, plan.solution)

    def holds(number, amount):
        trial = Trial(with_money(plan, amount), shipped_inputs, held).under(drawn.settings(number))
        return rebuilt_lp(trial, drawn.row(number)) is not None

    tried = np.flatnonzero(np.isfinite(needed) & (needed > 10_000.0))
    assert len(tried) >= 2
    for number in tried.tolist():
        assert holds(number, needed[number] + 50.0)
        assert not holds(number, 0.98 * needed[number] - 50.0)
    for number in np.flatnonzero(np.isinf(needed))[:4].tolist():
        assert not holds(number, 50e6)


def test_draws_that_need_nothing_are_those_that_hold(plan, needed):
    assert (needed == 0.0).sum() == chance_of(plan, DRAWS, 3).as_run.holds.count


def test_a_greater_chance_never_needs_less_and_the_interval_holds_the_amount(plan):
    found = reserves(plan, (0.05, 0.1, 0.2, 0.25, 0.3, 0.99), draws=DRAWS, seed=3)
    amounts = [one.amount for one in found.reserves if one.amount is not None]
    assert amounts == sorted(amounts)
    assert amounts[0] == 0.0
    assert found.reserves[-1].amount is None
    assert found.without <= found.most < 0.99
    for one in found.reserves:
        if one.amount is not None:
            assert one.low <= one.amount
            assert one.high is None or one.high >= one.amount
    beyond = next(one.chance for one in found.reserves if one.amount is None)
    assert found.sentences[-1] == f"No reserve makes it hold in {100 * beyond:.0f} of 100."
    assert found.contingency == pytest.approx(
        sum(row.amount_usd for row in plan.accounts.budget if row.cost_line == "contingency")
    )
    assert json.dumps(found.document())


@pytest.mark.parametrize("chance", [0.0, 1.2])
def test_a_chance_that_cannot_be_is_refused(plan, chance):
    with pytest.raises(PilotPlannerError, match="no chance"):
        reserves(plan, (chance,), draws=2)


def test_the_command_prints_them():
    ran = CliRunner().invoke(app, ["reserve", "--model", "one_host", "--draws", "40"])
    assert ran.exit_code == 0, ran.output
    assert "Without a reserve" in ran.output
