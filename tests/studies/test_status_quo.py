"""One status quo: every file and page tells the same of today, with its range, by component and for an hour."""

import csv
import io
from pathlib import Path

import pytest

from pilot_planner import make_plan
from pilot_planner.case.evasion import CHANNELS, COMPONENTS
from pilot_planner.data.loading import load_inputs
from pilot_planner.exports.results import results_framework
from pilot_planner.figures.plan import contract_value_sankey
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.planning.status_quo import evasion_sentence


@pytest.fixture(scope="module")
def base():
    return make_plan()


def test_every_place_tells_the_same_shares(base):
    one = base.status_quo
    there = base.comparators["abroad_today"]
    today = next(flow for flow in contract_value_sankey.flows(base) if flow.name == "today")
    baselines = {
        indicator.from_plan: indicator.baseline for result in results_framework(base) for indicator in result.indicators
    }
    document = plan_document(base)["status_quo"]

    for share, metric, receiver, baseline in (
        (one.worker_share, "worker_income", "worker", "worker_share_of_contract_value"),
        (one.state_share, "state_revenue", "state", "state_take_share_of_gross_wage"),
        (one.others_share, "others_take", "others", None),
    ):
        assert share[1] == pytest.approx(there[metric] / there["contract_value"], rel=1e-6)
        assert today.cents(receiver) == pytest.approx(100 * share[1], abs=0.1)
        assert share[0] < share[1] < share[2]
        assert baseline is None or baselines[baseline] == round(share[1], 4)
    assert document["worker_share"] == pytest.approx(one.worker_share)


def test_shares_of_one_dollar_add_up_and_each_end_is_reached_where_the_others_are_at_theirs(base):
    one = base.status_quo

    assert one.worker_share[1] + one.state_share[1] + one.others_share[1] == pytest.approx(1.0)
    assert one.worker_share[0] == pytest.approx(one.keeps[0] / (one.keeps[0] + one.state[2] + one.others[2]))
    assert one.worker_share[2] == pytest.approx(one.keeps[2] / (one.keeps[2] + one.state[0] + one.others[0]))
    assert one.paid == pytest.approx(one.keeps[1] + one.state[1] + one.others[1])


def test_what_hours_were_worth_is_not_what_firms_pay():
    inputs = load_inputs()
    paid = inputs.estimates["placements", "RUS", "construction", "contract_price_today"]
    kept, sent = (inputs.estimates["status_quo", flow, "RUS", "construction"] for flow in ("worker_keeps", "state_take"))

    assert [paid.low, paid.base, paid.high] == [700, 850, 1000]
    assert paid.base == kept.base + sent.base


def test_pay_of_an_hour_by_pencil(base):
    one = base.status_quo

    # 200 USD a month over 100 hours a week; 641 USD over 48.
    assert one.per_hour[1] == pytest.approx(200 / (100 * 52 / 12))
    assert round(one.per_hour[1], 2) == 0.46
    assert one.per_hour[0] == pytest.approx(200 / (120 * 52 / 12), rel=1e-9)
    assert one.per_hour_plan == pytest.approx(base.ratios["net_pay_per_worker_month"] / (48 * 52 / 12))
    assert round(one.per_hour_plan, 2) == 3.08


def test_evasion_is_the_sum_of_its_components_over_the_channels(base):
    text = (Path(__file__).parents[2] / "inputs" / "estimates" / "status_quo.csv").read_text(encoding="utf-8")
    told = {row["flow"]: float(row["base"]) for row in csv.DictReader(io.StringIO(text)) if row["base"]}
    shares = {channel: told[f"channel_share_{channel}"] for channel in CHANNELS}
    whole = 0.0
    for component in COMPONENTS:
        usd = sum(shares[channel] * told.get(f"{component}_{channel}", 0.0) for channel in CHANNELS) / sum(shares.values())
        assert base.status_quo.evasion[component] == pytest.approx(usd)
        whole += usd
    assert whole == pytest.approx(0.6 * 365 + 0.2 * 230 + 0.2 * 280)
    # Kazakhstan and Mongolia have no price of their own above what is kept and taken: others take what evasion costs.
    there = base.comparators["abroad_today"]
    assert there["others_take"] == pytest.approx(whole * base.metrics["worker_months"], rel=1e-6)


def test_a_channel_that_is_used_more_costs_more(base):
    student = make_plan(None, load_inputs().with_values({"status_quo.channel_share_tourist_visa.RUS.": 0.0}))

    assert student.status_quo.evasion["tuition"] > base.status_quo.evasion["tuition"]
    assert "under the plan none of it is paid" in evasion_sentence(student).lower()


def test_the_ban_that_its_advocates_want_costs_money_and_leaks_less(base):
    clarified, leaky = base.comparators["clarified_ban"], base.comparators["imperfect_ban_base"]
    inputs = load_inputs()
    share = inputs.number("programme", "clarified_ban_evasion_share")

    assert clarified["state_revenue"] == pytest.approx(share * base.comparators["status_quo"]["state_revenue"])
    assert clarified["state_revenue"] < leaky["state_revenue"]
    assert clarified["operating_cost"] == 2 * 24 * inputs.number("programme", "clarified_ban_cost")
    assert leaky["operating_cost"] == 0.0


def test_where_nobody_works_builders_in_russia_are_told_of():
    settings = {
        "limits.workers_total.min": 0,
        "limits.worker_months": {},
        "limits.operating_cost.max": 2_000_000,
        "objective.metric": "operating_cost",
        "objective.sense": "min",
    }
    plan = make_plan(None, None, settings)

    assert not plan.placements
    assert "builders in Russia" in plan.status_quo.about
    assert plan.status_quo.worker_share[1] == pytest.approx(200 / (850 + 321))
    assert plan.status_quo.per_hour_plan is None
