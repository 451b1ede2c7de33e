"""Against today: who would be abroad anyway, what is said of it, and that all of them abroad gives the former numbers."""

from pathlib import Path

import pytest

from pilot_planner import make_plan
from pilot_planner.data.loading import load_inputs
from pilot_planner.errors import NoPlanError
from pilot_planner.studies.explain.infeasibility import diagnose
from pilot_planner.studies.explain.shadow_prices import prices
from pilot_planner.studies.planning.setup import set_up

MODELS = Path(__file__).parents[2] / "models"

ALL_ABROAD = {
    # income gain, loss of the state, then today: kept by workers, taken by the state; taken under a leaky ban. USD.
    "base": (13_497_849.67, 13_185_854.20, 6_122_082.80, 14_533_457.59, 7_266_728.80),
    "in_kind_first": (13_016_822.68, 12_716_668.36, 5_900_990.12, 14_016_292.41, 7_008_146.21),
    "low_budget": (6_173_923.19, 10_496_493.21, 4_842_764.29, 11_159_595.18, 5_579_797.59),
    "one_host": (7_032_261.76, 12_120_201.48, 5_536_748.49, 12_876_794.61, 6_438_397.31),
    "released_revenue": (12_844_885.10, 12_531_962.53, 6_115_480.65, 14_517_653.63, 7_258_826.81),
    "secured_income": (13_497_849.67, 13_185_854.20, 6_122_082.80, 14_533_457.59, 7_266_728.80),
    "strict_oversight": (12_317_801.91, 11_921_248.15, 5_526_479.01, 13_153_132.11, 6_576_566.05),
    "two_hosts": (13_142_517.45, 13_203_072.47, 6_114_647.04, 14_520_234.73, 7_260_117.37),
    "wide_eligibility": (20_034_205.04, 16_324_741.27, 7_617_301.40, 18_281_523.36, 9_140_761.68),
}
"""Of version 0.1.0, which took it that every worker of a plan is abroad today."""


@pytest.fixture(scope="module")
def all_abroad():
    inputs = load_inputs()
    hosts = [row.text("iso3") for row in inputs.rows("lists/hosts.csv")]
    return inputs.with_values({f"hosts.{h}.displacement": 1.0 for h in hosts})


@pytest.fixture(scope="module")
def base():
    return make_plan()


@pytest.mark.parametrize("name", ALL_ABROAD)
def test_where_all_are_abroad_the_former_numbers_stand_to_the_cent(name, all_abroad):
    # The former designs asked nothing of the state's side; where all are abroad, it would not take part in one of them.
    plan = make_plan(MODELS / f"{name}.toml", all_abroad, {"limits.state_participation": "none"})
    today, leaky = plan.comparators["status_quo"], plan.comparators["imperfect_ban_base"]
    found = (
        plan.metrics["income_gain"],
        plan.metrics["state_loss"],
        today["worker_income"],
        today["state_revenue"],
        leaky["state_revenue"],
    )

    assert found == pytest.approx(ALL_ABROAD[name], abs=0.005)
    assert today == plan.comparators["abroad_today"]
    assert not any(plan.comparators["enforced_ban"].values())
    assert plan.additionality.displaced == pytest.approx(1.0)


def test_the_plan_itself_does_not_depend_on_it(base, all_abroad):
    other = make_plan(None, all_abroad)

    assert other.placements == base.placements
    assert other.metrics["worker_income"] == base.metrics["worker_income"]


def test_today_is_the_share_abroad_as_such_workers_live_and_the_rest_at_home(base):
    inputs = load_inputs().with_values(
        {
            "hosts.KAZ.displacement": 0.25,
            "hosts.MNG.displacement": 0.5,
            "programme.worker_keeps_at_home": 30.0,
        }
    )
    plan = make_plan(None, inputs)
    share = {"KAZ": 0.25, "MNG": 0.5}
    kept = taken = abroad = 0.0
    for row in plan.accounts.workforce:
        placement = next(one for one in plan.case.placements if one.key == (row.iso3, row.sector))
        months = row.workers * plan.case.periods[row.period - 1].months
        there = share[row.iso3] * months
        kept += there * placement.today.worker_keeps + (months - there) * 30.0
        taken += there * placement.today.state_takes
        abroad += there
    today = plan.comparators["status_quo"]

    assert today["worker_income"] == pytest.approx(kept, rel=1e-6)
    assert today["state_revenue"] == pytest.approx(taken, rel=1e-6)
    assert today["worker_months"] == pytest.approx(abroad, rel=1e-6)
    assert plan.metrics["net_state_gain"] == pytest.approx(plan.metrics["state_revenue"] - taken, rel=1e-6)
    assert plan.metrics["net_state_gain"] == -plan.metrics["state_loss"]


def test_what_the_state_gains_workers_of_today_do_not_keep_when_all_else_stays(base):
    """More of them abroad today: the state's gain falls by what it takes of them, the workers' by what they keep."""
    host = base.additionality.hosts[0]
    more = make_plan(None, load_inputs().with_values({f"hosts.{host.iso3}.displacement": min(1.0, host.base + 0.25)}))
    kept = sum(
        row.workers * base.case.periods[row.period - 1].months * placement.today.worker_keeps
        for row in base.accounts.workforce
        for placement in base.case.placements
        if placement.key == (row.iso3, row.sector) and row.iso3 == host.iso3
    )

    assert base.metrics["net_state_gain"] - more.metrics["net_state_gain"] == pytest.approx(0.25 * host.state_takes_abroad)
    assert base.metrics["income_gain"] - more.metrics["income_gain"] == pytest.approx(0.25 * kept, rel=1e-6)


def test_the_sentence_tells_both_ends_and_what_nobody_has_measured(base):
    told = base.additionality

    assert told.net_state_gain_if_none == base.metrics["state_revenue"]
    assert told.net_state_gain_if_all == pytest.approx(-13_185_854.20, abs=0.01)
    assert told.net_state_gain_if_all <= told.net_state_gain_at_high <= told.net_state_gain
    assert told.net_state_gain <= told.net_state_gain_at_low <= told.net_state_gain_if_none
    assert "Kazakhstan 50.0 %, from 0.0 % to 100.0 %; Mongolia 0.0 %, from 0.0 % to 50.0 %; judged, grade C" in told.sentence
    assert "would gain 1.3 m USD if none of them were abroad, and would lose 13.2 m USD if all were" in told.sentence


def test_no_host_of_which_a_share_is_not_told():
    inputs = load_inputs()
    for row in inputs.rows("lists/hosts.csv"):
        one = inputs.estimates["hosts", row.text("iso3"), "displacement"]
        assert one.low < one.high
        assert (one.unit, one.grade) == ("share", "C")


def test_a_least_gain_of_the_state_is_held_priced_and_diagnosed():
    least = -2_000_000.0
    plan = make_plan(None, None, {"limits.net_state_gain.min": least})
    standing = next(one for one in plan.limits if one.key == "net_state_gain")
    found = prices(None, None, {"limits.net_state_gain.min": least}).prices
    price = next(one for one in found if one.key == "net_state_gain")

    assert plan.metrics["net_state_gain"] >= least - 0.01
    assert standing.binding
    assert "−2,000,000 USD" in standing.sentence
    assert price.price is not None
    assert price.price < 0.0
    with pytest.raises(NoPlanError):
        make_plan(None, None, {"limits.net_state_gain.min": 50_000_000.0})
    design, ready = set_up(None, None, {"limits.net_state_gain.min": 50_000_000.0})
    found = diagnose(design, ready)
    assert found is not None
    assert all(
        "Gain of the state over today: at least 50,000,000 USD." in {one.sentence for one in conflict}
        for conflict in found.conflicts
    )
