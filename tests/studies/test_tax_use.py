"""What released tax is spent on, and what is lost where baskets and parcels are bought."""

import pytest

from pilot_planner import make_plan
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.planning.tax_use import procurement_sentence, sentence, tax_uses
from pilot_planner.studies.planning.without_effect import without_effect

NEUTRAL = {"pay.procurement": "neutral"}


@pytest.fixture(scope="module")
def base():
    return make_plan()


def test_uses_add_up_to_what_is_released(base):
    uses = tax_uses(base)

    assert [one.use for one in uses] == ["health", "education", "welfare"]
    assert sum(one.share for one in uses) == pytest.approx(1.0)
    assert sum(one.usd for one in uses) == pytest.approx(base.metrics["released_revenue"])
    assert uses[0].usd == pytest.approx(0.4 * base.metrics["released_revenue"])
    assert uses[0].verifiable_usd == pytest.approx(0.8 * uses[0].usd)
    assert "; 65.2 % of all of it" in sentence(base)  # 32 + 24.5 + 8.75 %
    assert [row["use"] for row in plan_document(base)["tax_uses"]] == [one.use for one in uses]


def test_weights_need_not_add_up_and_count(base):
    inputs = load_inputs().with_values({"programme.tax_use_health": 0.9})
    plan = make_plan(None, inputs)

    assert tax_uses(plan)[0].share == pytest.approx(0.9 / 1.5)
    assert without_effect(plan.case) == ()


def test_where_nothing_is_released_nothing_is_spent():
    plan = make_plan(None, None, {"tax.release": "none"})

    assert sentence(plan) == ""
    assert {one.usd for one in tax_uses(plan)} == {0.0}


def test_what_is_lost_on_purchases_is_calibrated_on_oil_for_food(base):
    inputs = load_inputs()
    rate = inputs.number("unit_costs", "offp_supplier_kickback_share") * inputs.number("unit_costs", "offp_kickback_rate")
    bought = base.metrics["in_kind_pay"] + base.metrics["family_pay"]

    assert rate == pytest.approx(0.0623)
    assert base.metrics["procurement_loss"] == pytest.approx(rate * bought)
    assert "Employers and local suppliers buy" in procurement_sentence(base)


def test_a_neutral_buyer_costs_money_and_loses_less(base):
    plan = make_plan(None, None, NEUTRAL)
    paid = {row.cost_line: row for row in plan.accounts.budget if row.cost_line.startswith("neutral_procurement")}
    bought = plan.metrics["in_kind_pay"] + plan.metrics["family_pay"]

    assert set(paid) == {"neutral_procurement_goods", "neutral_procurement_parcels"}
    assert not [row for row in base.accounts.budget if row.cost_line.startswith("neutral_procurement")]
    assert plan.metrics["procurement_loss"] == pytest.approx(0.015 * bought)
    assert plan.metrics["worker_income"] < base.metrics["worker_income"]
    assert "A neutral body buys" in procurement_sentence(plan)
    assert "procurement" not in load_design(None).model_dump(mode="json")["pay"]
    assert load_design(None, NEUTRAL).model_dump(mode="json")["pay"]["procurement"] == "neutral"
