"""What a worker gains over the whole contract after fees and debt before departure, and what money is worth at the start."""

import math
import random

import numpy as np
import pytest

from pilot_planner import make_plan
from pilot_planner.case.debt import Owed
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.parties.worker_side import sentence, worker_sides
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.planning.present_value import discounted, factors, present_values


@pytest.fixture(scope="module")
def base():
    return make_plan()


def month_by_month(usd, interest, gain, months):
    """The same by a ledger: what is paid in each of so many months, and what is still owed after them."""
    paid, left = 0.0, usd
    for _ in range(months):
        left *= 1 + interest
        part = min(left, gain)
        paid, left = paid + part, left - part
    return paid + left


@pytest.mark.parametrize("interest", [0.0, 0.01, 0.05, 0.2])
@pytest.mark.parametrize("gain", [40.0, 100.0, 300.0])
def test_what_debt_takes_is_what_a_ledger_of_months_says(interest, gain):
    due = Owed(1_000.0, interest)
    months = due.months_to_repay(gain)

    ledger = month_by_month(1_000.0, interest, gain, 21)
    # The ledger pays whole months and its last payment is smaller: less than a month's interest apart.
    assert due.taken(gain, 21.0) == pytest.approx(ledger, abs=gain * interest + 1e-6)
    assert math.isinf(months) == (gain <= 1_000 * interest)
    if interest and months > 21:
        assert due.taken(gain, 21.0) > 1_000


def test_a_debt_of_nothing_takes_nothing_and_more_of_it_never_takes_less():
    draw = random.Random(5)
    assert Owed(0.0, 0.05).taken(100.0, 21.0) == 0.0
    assert Owed(0.0, 0.0).months_to_repay(100.0) == 0.0
    for _ in range(200):
        usd, interest, gain, months = draw.uniform(0, 5_000), draw.uniform(0, 0.3), draw.uniform(-50, 600), 21.0
        taken = Owed(usd, interest).taken(gain, months)
        assert taken >= usd - 1e-9  # all that is owed is taken, sooner or later
        assert Owed(usd + 100, interest).taken(gain, months) > taken - 1e-9
        assert Owed(usd, interest + 0.01).taken(gain, months) >= taken - 1e-9
        assert Owed(usd, interest).taken(gain + 50, months) <= taken + 1e-6  # whoever earns more is free of it sooner


def test_many_draws_are_each_what_one_of_them_is():
    usd = np.array([450.0, 1_000.0, 0.0, 2_000.0, 900.0, 900.0])
    interest = np.array([0.05, 0.02, 0.05, 0.1, 0.0, 0.0])
    gain = np.array([300.0, 15.0, 100.0, -20.0, 60.0, 10.0])
    with np.errstate(all="raise"):
        together = Owed(usd, interest).taken(gain, 21.0)

    alone = [Owed(float(u), float(i)).taken(float(g), 21.0) for u, i, g in zip(usd, interest, gain, strict=True)]
    assert list(together) == pytest.approx(alone)


def test_every_placement_tells_it_by_hand(base):
    sides = worker_sides(base)
    one = next(side for side in sides if (side.iso3, side.sector) == ("MNG", "construction"))
    placement = next(side for side in base.case.placements if side.key == ("MNG", "construction"))
    pay = sum(placement.pay[t].net_pay for t in range(1, 8)) - 21 * placement.today.worker_keeps
    months = -math.log(1 - 450 * 0.05 / (pay / 21)) / math.log(1.05)

    assert [(side.iso3, side.sector) for side in sides] == [(side.iso3, side.sector) for side in base.placements]
    assert one.contract_months == 21 and one.pay_over_today_usd == pytest.approx(pay)
    assert one.months_to_repay == pytest.approx(months)
    assert one.taken_by_debt_usd == pytest.approx(months * pay / 21)
    assert one.contract_gain_usd == pytest.approx(pay - one.taken_by_debt_usd)
    assert sum(side.arrivals for side in sides) == pytest.approx(base.metrics["people_reached"], abs=1e-3)
    assert "450 USD at departure" in sentence(base).replace("\u00a0", " ")
    assert plan_document(base)["worker_sides"][0]["contract_gain_usd"] == sides[0].contract_gain_usd


def test_a_floor_on_the_whole_contract_closes_placements_that_leave_less(base):
    least = min(side.contract_gain_usd for side in worker_sides(base))
    plan = make_plan(None, None, {"limits.contract_gain.min": least + 1})

    assert all(side.contract_gain_usd >= least + 1 for side in worker_sides(plan))
    assert ("MNG", "construction") in {(side.iso3, side.sector) for side in base.placements}
    assert ("MNG", "construction") not in {(side.iso3, side.sector) for side in plan.placements}
    assert plan.metrics["worker_income"] < base.metrics["worker_income"]
    # A floor that nobody falls below changes nothing, and with a debt that nobody could pay nothing is opened.
    kept = make_plan(None, None, {"limits.contract_gain.min": least - 1})
    assert kept.metrics["worker_income"] == pytest.approx(base.metrics["worker_income"], abs=0.01)
    assert [one for one in kept.limits if one.key == "contract_gain"]


def test_the_floor_follows_debt_and_rests_on_it_only_where_it_is_asked_for(base):
    def read(plan):
        return {one.path for one in plan.case.evidence.estimates_behind(*plan.case.evidence.topics)}

    plan = make_plan(None, None, {"limits.contract_gain.min": 4_000, "inputs.programme.broker_debt": 900})

    assert "programme.broker_debt" in read(plan) and "programme.broker_debt" not in read(base)
    assert all(side.contract_gain_usd >= 4_000 for side in worker_sides(plan))
    told = next(one for one in plan.limits if (one.key, one.scope) == ("contract_gain", "KAZ.construction"))
    side = next(one for one in worker_sides(plan) if (one.iso3, one.sector) == ("KAZ", "construction"))
    assert told.value == pytest.approx(side.contract_gain_usd)


def test_without_a_rate_present_value_is_the_money_itself(base):
    found = present_values(base, 0.0)

    assert set(found) == {name for name, one in METRICS.items() if one.unit == "USD"}
    for name, usd in found.items():
        assert usd == pytest.approx(base.metrics[name], rel=1e-9, abs=1e-4)


def test_present_value_is_each_period_at_its_own_worth(base):
    by_hand = 0.0
    for row in base.accounts.flows:
        if row.channel in ("card", "in_kind", "family"):
            by_hand += float(row.amount_usd) * 1.1 ** -((3 * (row.period - 1) + 1.5) / 12)
    cost = sum(base.solution[column] * factors(base.programme, 0.1)[t] for t, column in base.programme.d.cost.items())

    assert present_values(base, 0.1)["worker_income"] == pytest.approx(by_hand, abs=1)
    assert present_values(base, 0.1)["operating_cost"] == pytest.approx(cost, abs=1)
    # It is linear: of a difference it is the difference.
    told = present_values(base, 0.1)
    assert told["secured_income"] == pytest.approx(told["worker_income"] - told["diverted_income"])
    assert told["net_donor_ask"] == pytest.approx(told["operating_cost"] - told["levy_income"])


def test_a_higher_rate_is_worth_less_and_the_document_says_which(base):
    rates = [0.0, 0.03, 0.07, 0.2]
    worth = [discounted(base.programme, "worker_income", rate).value(base.solution) for rate in rates]

    assert worth == sorted(worth, reverse=True) and worth[0] > worth[-1]
    told = plan_document(base)["present_value"]
    assert told["discount_rate_year"] == 0.03
    assert told["usd_at_start"]["worker_income"] == pytest.approx(worth[1])
    assert not [one for one in base.weak_inputs if "discount" in one.path or "broker" in one.path]
