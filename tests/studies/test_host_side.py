"""What host governments get of a plan, what a refund moves, and what their willingness may answer to."""

import pytest

from pilot_planner import make_plan
from pilot_planner.case.host_side import host_revenue, willingness_gain
from pilot_planner.case.pay import Pay
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.studies.parties.host_side import host_sides, sentence
from pilot_planner.studies.planning.plan_json import plan_document

REFUND = {"levies.refund_contributions": True}
RESPOND = {"responses.willingness": True}


@pytest.fixture(scope="module")
def base():
    return make_plan()


def test_revenue_is_what_the_flows_of_the_plan_pay_to_hosts(base):
    paid = base.accounts.total("host_tax", "employee_contributions", "employer_contributions", "foreign_worker_fee")

    assert base.metrics["host_revenue"] == pytest.approx(float(paid), abs=0.5)
    assert base.metrics["host_revenue"] == pytest.approx(7_184_457, abs=1)
    assert base.metrics["host_revenue"] / base.metrics["contract_value"] == pytest.approx(0.249, abs=0.0005)


def test_hosts_add_up_to_the_metrics(base):
    sides = host_sides(base)

    for name, metric in (("revenue", "host_revenue"), ("gain", "host_gain"), ("vacancies_filled", "vacancies_filled")):
        assert sum(getattr(one, name) for one in sides) == pytest.approx(base.metrics[metric], rel=1e-9)
    for one in sides:
        assert one.revenue == pytest.approx(one.host_tax + one.contributions + one.fees - one.refunded)
        assert one.gain == pytest.approx(one.revenue + one.vacancy_worth - one.services)


def test_vacancies_are_those_of_work_that_somebody_is_known_to_lack(base):
    last = max(row.period for row in base.accounts.workforce)
    # Kazakhstan is known to lack builders, Mongolia workers of every kind.
    there = [row for row in base.accounts.workforce if row.period == last]
    filled = sum(row.workers for row in there if row.iso3 == "MNG" or (row.iso3, row.sector) == ("KAZ", "construction"))

    assert base.metrics["vacancies_filled"] == pytest.approx(filled, abs=1e-3)


def test_a_refund_takes_from_hosts_what_it_gives_workers(base):
    plan = make_plan(None, None, REFUND)
    share = load_inputs().number("programme", "refundable_contribution_share")
    paid = base.accounts.total("employee_contributions", "employer_contributions")
    moved = plan.metrics["refunded_contributions"]

    assert base.metrics["refunded_contributions"] == 0.0
    assert moved == pytest.approx(share * float(paid), abs=0.5)
    assert base.metrics["host_revenue"] - plan.metrics["host_revenue"] == pytest.approx(moved)
    assert plan.metrics["income_gain"] - base.metrics["income_gain"] == pytest.approx(moved)
    assert plan.metrics["worker_income"] == pytest.approx(base.metrics["worker_income"])
    assert [one.condition_id for one in plan.conditions if one.condition_id == "contribution_refund"]
    assert not [one for one in base.conditions if one.condition_id == "contribution_refund"]
    assert "go back to workers on departure" in sentence(plan)


@pytest.mark.parametrize(("revenue", "gain"), [(0, 0.0), (75, 0.05), (150, 0.1), (275, 0.125), (400, 0.15), (900, 0.15)])
def test_willingness_rises_by_two_pieces_and_then_no_more(revenue, gain):
    design = load_design(None, RESPOND)
    from pilot_planner.case.evidence import Evidence

    month = Pay(gross_wage=1000.0, foreign_worker_fee=float(revenue))

    assert host_revenue(month, 0.6) == revenue
    assert willingness_gain(design, Evidence(load_inputs()), month) == pytest.approx(gain)
    assert willingness_gain(load_design(None), Evidence(load_inputs()), month) == 0.0


def test_a_host_that_earns_more_counts_as_more_willing_where_the_design_says_so(base):
    plan = make_plan(None, None, RESPOND)
    held = {one.key: one for one in base.limits}["mean_willingness"]
    earned = {one.key: one for one in plan.limits}["mean_willingness"]
    weight = worth = 0.0
    for row in plan.accounts.workforce:
        placement = next(one for one in plan.case.placements if one.key == (row.iso3, row.sector))
        months = row.workers * plan.case.periods[row.period - 1].months
        weight += months
        worth += months * min(1.0, plan.case.host(row.iso3).willingness + placement.willingness_gain)

    assert held.binding
    assert earned.value == pytest.approx(worth / weight, rel=1e-6)
    assert plan.metrics["worker_income"] > base.metrics["worker_income"]


def test_what_revenue_adds_lets_no_host_through_a_rights_floor():
    settings = {"floors.host_willingness": 0.35}
    without = make_plan(None, None, settings)
    responding = make_plan(None, None, settings | RESPOND)

    assert {one.iso3 for one in responding.case.placements} == {one.iso3 for one in without.case.placements}
    assert "KAZ" not in {one.iso3 for one in responding.case.placements}


def test_a_limit_and_an_axis_may_be_about_hosts():
    plan = make_plan(None, None, {"limits.host_revenue.max": 7_000_000})
    standing = next(one for one in plan.limits if one.key == "host_revenue")

    assert standing.binding
    assert plan.metrics["host_revenue"] == pytest.approx(7_000_000, abs=1)
    axes = [{"metric": "host_gain", "sense": "max"}, {"metric": "worker_income", "sense": "max"}]
    assert load_design(None, {"tradeoffs.axes": axes}).tradeoffs.axes[0].metric == "host_gain"


def test_the_document_of_a_plan_tells_each_host(base):
    rows = plan_document(base)["host_sides"]

    assert [row["iso3"] for row in rows] == [host.iso3 for host in base.hosts]
    assert base.table("host_sides")["revenue"].sum() == pytest.approx(base.metrics["host_revenue"])


def test_a_design_without_responses_is_written_as_before():
    tree = load_design(None).model_dump(mode="json")

    assert "responses" not in tree
    assert "refund_contributions" not in tree["levies"]
