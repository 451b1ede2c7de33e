"""The end of held tax, from the plan to the account: nothing appears, nothing is lost."""

from decimal import Decimal

import pytest

from pilot_planner import make_plan
from pilot_planner.studies.planning.contract_value_split import plan_dollar


@pytest.fixture(scope="module", params=["kept", "returned", "released"])
def plan(request, inputs):
    return make_plan(None, inputs, {"tax.held_at_end": request.param, "limits.funds_at_risk_share.max": 0.1})


def test_the_account_ends_as_the_design_says(plan):
    rule, accounts = plan.design.tax.held_at_end, plan.accounts
    tax = accounts.total("income_tax")
    last = [row for row in accounts.escrow if row.period == plan.case.periods[-1].number + 1]
    released = sum(row.tax_released for row in accounts.escrow)

    assert all(row.closing == row.held_tax for row in last)
    assert released + accounts.tax_returned + sum(row.held_tax for row in last) == tax
    if rule == "kept":
        assert accounts.tax_returned == 0
        assert sum(row.closing for row in last) > 0
    else:
        assert all(row.closing == 0 for row in last)
    assert (accounts.tax_returned > 0) == (rule == "returned")
    assert (released == tax) == (rule == "released")


def test_the_flow_is_the_account_and_the_metric(plan):
    flow = plan.accounts.total("returned_tax")

    assert abs(flow - plan.accounts.tax_returned) <= Decimal("0.01") * len(plan.accounts.levels)
    assert float(flow) == pytest.approx(plan.metrics["returned_tax"], abs=0.02)


def test_the_cents_of_a_dollar_are_the_workers_where_tax_is_returned(plan):
    parts = {part.name: part for part in plan_dollar(plan)}

    assert sum(part.cents for part in parts.values()) == pytest.approx(100.0)
    assert ("tax_returned" in parts) == (plan.design.tax.held_at_end == "returned")
    if "tax_returned" in parts:
        assert parts["tax_returned"].receiver == "worker"


def test_the_same_plan_whatever_happens_to_held_tax_when_nothing_rests_on_it(inputs):
    """A rule about the end of held tax moves no worker; only its own figures change."""
    kept, returned = (make_plan(None, inputs, {"tax.held_at_end": rule}) for rule in ("kept", "returned"))

    assert returned.metrics["worker_income"] == pytest.approx(kept.metrics["worker_income"], rel=1e-6)
    assert returned.accounts.workforce == kept.accounts.workforce
    assert returned.metrics["income_gain"] == pytest.approx(kept.metrics["income_gain"] + returned.metrics["returned_tax"])
