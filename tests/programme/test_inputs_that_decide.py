"""Inputs that were read nowhere decide: journeys that are paid, workers that a host lacks, inspectors of its own."""

from pathlib import Path

import pytest
from tiny import line, tiny_case

from pilot_planner.case.case import make_case
from pilot_planner.case.near_misses import changed_case, least_changes
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.planning.without_effect import without_effect

MODELS = Path(__file__).parents[2] / "models"
KAZ_SHORT = "inputs.placements.KAZ.construction.labour_shortage"
MNG_SHORT = "inputs.hosts.MNG.labour_shortage_workers"
KAZ_INSPECTORS = "hosts.KAZ.labour_inspectors_per_10000_employed"


@pytest.fixture(scope="module")
def base(inputs):
    return make_plan(MODELS / "base.toml", inputs)


def caps(plan, host):
    return {one.sector: one.worker_cap for one in plan.placements if one.iso3 == host}


def journeys(plan):
    return sum(row.quantity for row in plan.accounts.budget if row.cost_line == "travel_return")


def leavers(plan):
    """Counted from the workforce alone: those who left since the last period, and everybody at the end."""
    rate, last = plan.case.rates.attrition, plan.case.periods[-1].number
    at = [(row.period, row.workers) for row in plan.accounts.workforce]
    return sum(people * (1.0 if period == last else rate) for period, people in at)


def test_of_those_who_leave_only_the_share_that_returns_has_its_journey_paid():
    case = tiny_case(hosts=("AAA",), cost_lines=(line("home", "returns", 1.0),), rates={"return_share": 0.9})
    programme = build(case)
    x = [0.0] * len(programme.d.columns)
    for t, people in ((2, 40.0), (3, 60.0)):
        x[programme.d.workers["AAA", "work", "basic", t]] = people
    assert {cell.period: cell.quantity.value(x) for cell in programme.cost_cells} == pytest.approx(
        {3: 0.9 * (0.25 * 40.0 + 60.0)}
    )


def test_one_in_ten_who_does_not_go_home_is_no_journey_paid(inputs, base):
    plan = make_plan(MODELS / "base.toml", inputs, {"inputs.programme.return_share": 0.9})
    assert journeys(base) == pytest.approx(leavers(base))
    assert journeys(plan) == pytest.approx(0.9 * leavers(plan))
    assert plan.metrics["worker_income"] > base.metrics["worker_income"] + 1000.0
    assert plan.without_effect == ()


def test_caps_of_a_sector_stay_within_the_workers_that_it_lacks(inputs, base):
    assert caps(base, "KAZ")["construction"] > 300
    plan = make_plan(MODELS / "base.toml", inputs, {KAZ_SHORT: 300})
    assert caps(plan, "KAZ").get("construction", 0) <= 300
    half = make_plan(MODELS / "base.toml", inputs, {KAZ_SHORT: 300, "limits.labour_shortage.max": 0.5})
    assert caps(half, "KAZ").get("construction", 0) <= 150
    assert half.metrics["worker_income"] <= plan.metrics["worker_income"] < base.metrics["worker_income"]


def test_caps_of_a_host_stay_within_the_workers_that_its_economy_lacks(inputs, base):
    assert sum(caps(base, "MNG").values()) > 500
    plan = make_plan(MODELS / "base.toml", inputs, {MNG_SHORT: 500})
    assert sum(caps(plan, "MNG").values()) <= 500
    assert plan.metrics["worker_income"] < base.metrics["worker_income"]
    told = [one for one in plan.limits if one.key == "labour_shortage" and one.scope == "MNG"]
    assert [one.bound for one in told] == [1.0]
    none = make_plan(MODELS / "base.toml", inputs, {MNG_SHORT: 0, "limits.mean_willingness.min": 0.3})
    assert caps(none, "MNG") == {}


def test_where_the_design_does_not_limit_it_a_shortage_changes_nothing_and_that_is_said(inputs, base):
    plan = make_plan(MODELS / "base.toml", inputs, {"limits.labour_shortage": {}, KAZ_SHORT: 300})
    assert plan.metrics["worker_income"] == pytest.approx(base.metrics["worker_income"], abs=1.0)
    assert plan.without_effect == ("placements.KAZ.construction.labour_shortage",)


def test_a_shortage_counts_for_all_sectors_of_a_host_together():
    """Two sectors reach 88 people each; 90 lacking in the host, or 30 in one sector, hold the best plan to just that."""
    free = _most(tiny_case(sectors=("work", "trade"), hosts=("AAA",)))
    short = {"limits.labour_shortage.max": 1.0}
    assert free == 176
    assert _most(tiny_case(short, sectors=("work", "trade"), hosts=("AAA",), lacking={"AAA": 90.0})) == 90
    assert _most(tiny_case(short, sectors=("work", "trade"), hosts=("AAA",), lacking={"trade": 30.0})) == 118
    assert _most(tiny_case(short, sectors=("work", "trade"), hosts=("AAA",), lacking={"BBB": 1.0})) == 176


def _most(case):
    programme = build(case)
    outcome = Session(programme).solve()
    return round(sum(outcome.solution[column] for column in programme.d.cap.values()))


def test_a_host_with_too_few_inspectors_of_its_own_is_out_where_the_design_asks(inputs):
    few = {f"inputs.{KAZ_INSPECTORS}": 0.2}
    strict, ready = set_up(MODELS / "strict_oversight.toml", inputs, few)
    case = make_case(strict, ready)
    reasons = {one.reasons["labour_inspectors"] for one in case.verdicts if one.iso3 == "KAZ"}
    assert reasons == {"0.2 labour inspectors per 10,000 employed are fewer than 0.25"}
    assert "KAZ" not in {one.iso3 for one in case.placements}
    assert {one.iso3 for one in make_case(*set_up(MODELS / "strict_oversight.toml", inputs, None)).placements} >= {
        "KAZ",
        "MNG",
    }
    change = least_changes(case, [("KAZ", "construction")])["KAZ", "construction"]
    assert change.settings == {f"inputs.{KAZ_INSPECTORS}": 0.25}
    assert ("KAZ", "construction") in {one.key for one in changed_case(case, change.settings).placements}


def test_inspectors_that_are_not_known_do_not_pass_a_floor(inputs):
    design, ready = set_up(MODELS / "base.toml", inputs, {"floors.labour_inspectors": 0.1})
    reasons = {one.iso3: one.reasons.get("labour_inspectors") for one in make_case(design, ready).verdicts}
    assert reasons["VNM"] == "the number of labour inspectors per 10,000 employed is unknown"
    assert reasons["VNM"].unknown
    assert reasons["TZA"] == "0.026 labour inspectors per 10,000 employed are fewer than 0.1"
    assert reasons["MNG"] is None


def test_inspectors_change_nothing_where_no_floor_asks_for_them_and_that_is_said(inputs):
    case = make_case(*set_up(MODELS / "base.toml", inputs, {f"inputs.{KAZ_INSPECTORS}": 0.0}))
    assert without_effect(case) == (KAZ_INSPECTORS,)
    asked = make_case(*set_up(MODELS / "strict_oversight.toml", inputs, {f"inputs.{KAZ_INSPECTORS}": 0.0}))
    assert without_effect(asked) == ()
