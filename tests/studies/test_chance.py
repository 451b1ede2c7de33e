"""The chance of a plan: draw by draw what rebuilding each draw says, by other means where there are any."""

import numpy as np
import pytest
from tests.support.rebuilt import as_planned, counted, rebuilt, rebuilt_lp

from pilot_planner import chance as from_the_package
from pilot_planner.errors import CancelledError, PilotPlannerError
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty import drawn_design
from pilot_planner.studies.uncertainty.as_run import AsRun
from pilot_planner.studies.uncertainty.chance import chance, chance_of
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.proportions import wilson
from pilot_planner.studies.uncertainty.samples import draw, uncertainty
from pilot_planner.studies.uncertainty.trial import Trial, hold
from pilot_planner.studies.uncertainty.uncertain_inputs import uncertain_values

DESIGNS = [None, "wide_eligibility", "two_hosts", "in_kind_first", "low_budget"]


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan(None, shipped_inputs)


def prepared(plan, draws, seed):
    uncertain, _ = uncertain_values(behind(plan.case, plan.accounts), plan.inputs)
    drawn = draw(uncertain, draws, seed)
    trial = Trial(plan.design, plan.inputs, hold(plan.programme, plan.solution))
    values = {path: drawn.values[:, place].copy() for place, path in enumerate(drawn.paths)}
    return trial, drawn, DrawnPlan(trial, values, draws)


def check_signed(plan, draws, seed):
    trial, drawn, many = prepared(plan, draws, seed)
    signed = many.signed
    for number in range(draws):
        told = as_planned(trial, rebuilt(trial, drawn.row(number)))
        mine = {name: float(amount[number]) for name, amount in signed.missed.items() if amount[number] > 0.0}
        assert mine == pytest.approx(told.broken, rel=1e-6, abs=1e-6)
        assert {name for name, fails in signed.floors.items() if fails[number]} == told.floors.keys()
        assert signed.holds[number] == (not told.floors and not any(counted(plan.design, name) for name in told.broken))


def test_as_signed_every_draw_is_what_it_is_when_it_is_rebuilt(plan):
    check_signed(plan, 25, seed=4)


@pytest.mark.slow
@pytest.mark.parametrize("model", DESIGNS)
def test_as_signed_many_draws_of_many_designs(shipped_inputs, model):
    check_signed(make_plan(model, shipped_inputs), 200, seed=9)


def check_run(plan, draws, seed):
    trial, drawn, many = prepared(plan, draws, seed)
    run = AsRun(many).run()
    values = [rebuilt_lp(trial, drawn.row(number)) for number in range(draws)]
    assert run.holds.tolist() == [value is not None for value in values]
    answers = AsRun(many).answers()
    metric, sign = plan.design.objective.metric, -1.0 if plan.design.objective.sense == "max" else 1.0
    for value, answer in zip(values, answers, strict=True):
        assert (answer.status == "optimal") == (value is not None)
        assert bool(answer.conflict) == (value is None)
        assert value is None or sign * answer.figures[metric] == pytest.approx(value, rel=1e-5)
    return run.holds.tolist()


def test_as_run_a_draw_holds_where_its_rebuilt_programme_has_an_answer(plan):
    answers = check_run(plan, 40, seed=4)
    assert 5 < sum(answers) < 35


@pytest.mark.slow
@pytest.mark.parametrize("model", DESIGNS)
def test_as_run_many_draws_of_many_designs(shipped_inputs, model):
    check_run(make_plan(model, shipped_inputs), 150, seed=9)


def test_blocks_of_draws_change_nothing(plan, monkeypatch):
    whole = chance_of(plan, 90, seed=2)
    monkeypatch.setattr(drawn_design, "BLOCK", 25)
    assert chance_of(plan, 90, seed=2).document() == whole.document()


def signed_in_groups(plan, drawn, signed):
    """By draw what is missed, which floors fail and whether it holds; and how many structures there were."""
    trial = Trial(plan.design, plan.inputs, hold(plan.programme, plan.solution))
    missed, floors, holds, structures = {}, {}, np.zeros(len(drawn), dtype=bool), 0
    for settings, values, numbers in groups(drawn, plan.design, signed=signed):
        found = DrawnPlan(trial.under(settings), values, len(numbers)).signed
        structures += 1
        holds[numbers] = found.holds
        for into, its in ((missed, found.missed), (floors, found.floors)):
            for name, amounts in its.items():
                into.setdefault(name, np.zeros(len(drawn)))[numbers] = amounts
    return missed, floors, holds, structures


@pytest.mark.parametrize("settings", [{}, {"closures.MNG": 0.8}, {"promise": []}])
def test_draws_in_which_a_host_closes_are_worked_on_with_the_others_and_come_out_the_same(shipped_inputs, settings):
    """As signed a closure changes amounts alone; each draw is what it is in the programme of its own structure."""
    plan = make_plan(None, shipped_inputs, settings)
    drawn = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts)).draw(1000, 5)
    assert any(path.startswith("closures.") for one in drawn.variants for path in one)
    missed, floors, holds, structures = signed_in_groups(plan, drawn, signed=True)
    apart = signed_in_groups(plan, drawn, signed=False)
    assert missed.keys() == apart[0].keys()
    for name, amounts in apart[0].items():
        np.testing.assert_allclose(missed[name], amounts, rtol=1e-9, atol=1e-9)
    assert floors.keys() == apart[1].keys()
    assert all((floors[name] == fails).all() for name, fails in apart[1].items())
    assert (holds == apart[2]).all()
    assert structures < apart[3]


def test_shares_have_their_intervals_and_failures_add_up(plan):
    found = chance_of(plan, 200, seed=1)
    for outlook in (found.as_signed, found.as_run):
        assert outlook.holds.interval == wilson(outlook.holds.count, 200)
        fails = [one for one in outlook.fails if one.counts]
        broken = 200 - outlook.holds.count
        assert max(one.broken.count for one in fails) <= broken <= sum(one.broken.count for one in fails)
        assert sum(one.alone.count for one in fails) <= broken
        assert all(one.alone.count <= one.broken.count for one in outlook.fails)
    assert found.as_run.holds.count >= found.as_signed.holds.count


def test_a_plan_without_a_promise_holds_more_often_and_a_wider_promise_less(shipped_inputs):
    counts = [
        chance(None, shipped_inputs, {"promise": promise}, draws=150).as_run.holds.count
        for promise in (
            [],
            ["workers_total", "worker_months"],
            ["workers_total", "worker_months", "permits", "in_kind_share"],
        )
    ]
    assert counts == sorted(counts, reverse=True)


def test_a_wider_limit_never_lowers_the_chance_of_the_same_signature(plan):
    trial, drawn, many = prepared(plan, 60, seed=6)
    held = AsRun(many).run().holds
    limits = dict(plan.design.limits)
    limits["funds_at_risk_share"] = limits["funds_at_risk_share"].model_copy(update={"max": 0.10})
    wider = Trial(plan.design.model_copy(update={"limits": limits}), plan.inputs, trial.held)
    values = {path: drawn.values[:, place].copy() for place, path in enumerate(drawn.paths)}
    assert (AsRun(DrawnPlan(wider, values, 60)).run().holds >= held).all()


def test_one_drawn_value_alone_breaks_its_floor_exactly_where_it_is_below_the_bound(plan):
    """Willingness of Mongolia and nothing else: known without a programme."""
    trial, _, _ = prepared(plan, 1, seed=1)
    least = plan.design.floors.host_willingness
    values = {"hosts.MNG.willingness": np.array([least - 0.01, least, 0.9, 0.0])}
    signed = DrawnPlan(trial, values, 4).signed
    assert signed.floors["host_willingness.MNG"].tolist() == [True, False, False, True]
    assert not signed.holds[[0, 3]].any()
    assert signed.holds[2]


def test_the_same_seed_gives_the_same_chance_and_it_is_the_one_of_the_package(plan):
    assert from_the_package(plan, draws=30, seed=3, run=False) == chance_of(plan, 30, 3, run=False)
    assert chance_of(plan, 30, 3, run=False).as_run is None


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (100_001, 1), (10, -1)])
def test_numbers_that_cannot_be_are_refused(plan, draws, seed):
    with pytest.raises(PilotPlannerError, match=r"--draws|--seed"):
        chance(plan, draws=draws, seed=seed)


def test_it_can_be_stopped(plan):
    with pytest.raises(CancelledError, match="draws"):
        chance_of(plan, 10, progress=lambda text, share: False)
