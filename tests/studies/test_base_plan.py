"""The plan of the base design: what a reader of the README is shown, and that it is the same every time."""

import json
from pathlib import Path

import pytest

from pilot_planner import make_plan, write_plan
from pilot_planner.data.loading import load_inputs
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.planning.provenance import behind

MODELS = Path(__file__).parents[2] / "models"
BASE = MODELS / "base.toml"
COUNTS = ("hosts", "sectors_per_host", "workers_total", "worker_months", "inspectors_host", "inspectors_total")


@pytest.fixture(scope="module")
def base(shipped_inputs):
    return make_plan(BASE, shipped_inputs)


def test_the_base_plan_is_proven_optimal(base):
    assert base.status == "optimal"
    assert base.outcome.gap <= base.design.solver.gap


def test_the_base_plan_has_one_or_two_hosts_and_at_least_two_placements(base):
    assert len(base.hosts) in (1, 2)
    assert len(base.placements) >= 2
    assert {one.iso3 for one in base.placements} == {host.iso3 for host in base.hosts}


def test_at_least_three_policy_limits_bind_besides_counts(base):
    binding = {one.key for one in base.limits if one.binding and one.owner != "evidence" and one.key not in COUNTS}
    assert len(binding) >= 3
    assert "operating_cost" in binding


def test_the_base_plan_keeps_every_limit(base):
    for one in base.limits:
        assert one.slack >= -1e-6 * max(1.0, abs(one.bound)), (one.key, one.sense, one.scope)


def test_workers_earn_more_than_today_and_the_state_takes_less(base):
    today = base.comparators["status_quo"]
    assert base.metrics["worker_income"] > 1.25 * today["worker_income"]
    assert base.metrics["expected_state_take"] < today["expected_state_take"]
    assert base.metrics["income_gain"] == pytest.approx(base.metrics["worker_income"] - today["worker_income"])


def test_comparators_are_today_a_ban_that_holds_and_one_that_leaks(base):
    assert list(base.comparators) == [
        "status_quo",
        "enforced_ban",
        "imperfect_ban_low",
        "imperfect_ban_base",
        "imperfect_ban_high",
        "clarified_ban",
        "abroad_today",
    ]
    today = base.comparators["status_quo"]
    low, mid, high = (base.comparators[f"imperfect_ban_{name}"]["worker_months"] for name in ("low", "base", "high"))
    assert 0 == base.comparators["enforced_ban"]["worker_months"] < low < mid < high <= today["worker_months"]
    # Not all of them are abroad today; if they were, it would be the same months.
    assert today["worker_months"] < base.metrics["worker_months"]
    assert base.comparators["abroad_today"]["worker_months"] == pytest.approx(base.metrics["worker_months"])
    evasion = base.inputs.find("programme", "ban_evasion_share")
    assert high / today["worker_months"] == pytest.approx(evasion.high)


def _waiver(plan):
    return [one for one in plan.conditions if "MNG" in one.hosts and "waive" in f"{one.condition_id} {one.text}".lower()]


def test_the_mongolian_waiver_is_a_condition_precedent_exactly_where_it_is_used(base, shipped_inputs):
    assert "MNG" in {host.iso3 for host in base.hosts}
    assert len(_waiver(base)) == 1
    unused = make_plan(
        BASE, shipped_inputs, {"exclusions": [*base.design.exclusions, "MNG"], "limits.mean_willingness.min": 0}
    )
    assert "MNG" not in {host.iso3 for host in unused.hosts}
    assert _waiver(unused) == []
    free = make_plan(BASE, shipped_inputs, {"inputs.hosts.MNG.foreign_worker_fee": 0})
    assert "MNG" in {host.iso3 for host in free.hosts}
    assert _waiver(free) == []


def test_the_legal_gate_is_always_said(base):
    assert "not a statement that anything in it is lawful" in base.legal_gate
    assert base.conditions


def test_strict_oversight_says_that_it_meets_its_risk_limit_by_pay_in_kind(shipped_inputs):
    plan = make_plan(MODELS / "strict_oversight.toml", shipped_inputs)
    said = plan.risk_by_goods
    assert said is not None
    assert said.sentence.startswith("This plan meets its limit on funds at risk by paying ")
    assert "more than the 10% that it must offer" in said.sentence
    assert said.objective_without < plan.outcome.objective


def test_a_plan_that_does_not_need_pay_in_kind_says_nothing_of_it(base):
    assert base.risk_by_goods is None


def test_weak_inputs_are_named(base):
    paths = {weak.path for weak in base.weak_inputs}
    assert any(path.startswith("placements.") for path in paths)
    assert all(weak.source_id for weak in base.weak_inputs)


def test_the_same_inputs_give_the_same_plan_and_the_same_files(base, tmp_path):
    again = make_plan(BASE, load_inputs(MODELS.parent / "inputs"))
    assert base.plan_id == again.plan_id
    one, two = write_plan(base, tmp_path / "one"), write_plan(again, tmp_path / "two")
    for file in sorted(one.iterdir()):
        if file.name == "manifest.json":
            first, second = (json.loads((folder / file.name).read_text()) for folder in (one, two))
            assert first.pop("timings").keys() == second.pop("timings").keys()
            assert first == second
        else:
            assert file.read_bytes() == (two / file.name).read_bytes(), file.name


def test_another_value_gives_another_plan_id(base, shipped_inputs):
    assert make_plan(BASE, shipped_inputs, {"limits.operating_cost.max": 11_999_999}).plan_id != base.plan_id
    assert make_plan(BASE, shipped_inputs, {"inputs.hosts.MNG.living_wage": 300}).plan_id != base.plan_id


def test_goods_that_nobody_may_take_do_not_hide_parcels(shipped_inputs):
    """With no pay in kind at all, parcels are the only goods: every dollar of them is in the flows."""
    changes = {"limits.in_kind_share.min": 0, "limits.in_kind_share.max": 0}
    plan = make_plan(BASE, shipped_inputs, changes)
    assert plan.metrics["family_pay"] > 1000
    assert float(plan.accounts.total("family")) == pytest.approx(plan.metrics["family_pay"], abs=0.01)
    assert plan.accounts.total("in_kind") == 0


def test_a_programme_without_shared_costs_is_read_back_column_by_column():
    """The column of fixed costs then stands in no cost; it must not be lost, or every other would be misread."""
    from tiny import tiny_case

    from pilot_planner.programme.build import build
    from pilot_planner.solving.session import Session

    session = Session(build(tiny_case(cost_lines=())))
    outcome = session.solve()
    programme = session.programme
    assert len(outcome.solution) == len(programme.d.columns)
    assert programme.objective.value(outcome.solution) == pytest.approx(outcome.objective)


def test_the_share_of_oversight_is_what_the_lines_marked_so_cost(base, shipped_inputs):
    marked = {row.text("cost_line") for row in shipped_inputs.rows("estimates/cost_lines.csv") if row["oversight"]}
    budget = base.table("budget")
    share = budget[budget["cost_line"].isin(marked)]["amount_usd"].sum() / budget["amount_usd"].sum()

    assert {"inspectors", "escrow_audit", "site_audits"} <= marked
    assert "programme_manager" not in marked
    assert base.ratios["oversight_cost_share"] == pytest.approx(share)


def test_the_sources_of_a_metric_are_those_of_everything_it_rests_on(shipped_inputs):
    plan = make_plan("base", shipped_inputs)
    assert set(plan.metric_sources) == set(METRICS)
    for name, metric in METRICS.items():
        expected = {one.source_id for one in behind(plan.case, plan.accounts, *metric.rests_on)}
        expected |= {plan.case.schedule.source_id} if "pay" in metric.rests_on else set()
        assert plan.metric_sources[name] == sorted(expected)
    assert len({tuple(found) for found in plan.metric_sources.values()}) > 5
