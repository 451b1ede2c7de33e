"""A plan with a gate: laws of information on tables that can be checked by hand, and ways that are real programmes."""

import itertools
import json

import numpy as np
import pytest
from tests.support.rebuilt import rebuilt_lp
from typer.testing import CliRunner

from pilot_planner import plan_with_gate
from pilot_planner.cli.main import app
from pilot_planner.design.loading import load_design
from pilot_planner.errors import InputError
from pilot_planner.reports.gate_text import gate_sentences
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.robust.gate import GO_ON, NOTHING, STOP, Seen, choose, facts, run_way, ways_on
from pilot_planner.studies.robust.gate_policy import Fact, grow, taken, worth_of_knowing
from pilot_planner.studies.uncertainty.chance import chance_in
from pilot_planner.studies.uncertainty.samples import uncertain_in_design
from pilot_planner.studies.uncertainty.trial import Trial
from pilot_planner.studies.uncertainty.value_of_information import evpi


def table(seed, draws=40, ways=3, known=3):
    chance = np.random.default_rng(seed)
    so = [Fact(f"f{n}", f"not f{n}", chance.random(draws) < 0.5) for n in range(known)]
    benefits = chance.normal(size=(draws, ways))
    for n, fact in enumerate(so):
        benefits[fact.so, n % ways] += 0.8
    return benefits, so


def cells(known):
    return sum(fact.so.astype(int) << n for n, fact in enumerate(known)) if known else 0


def seen(benefits):
    return [[Seen(np.ones(len(benefits), dtype=bool), column) for column in benefits.T]]


# --- laws of information ---


@pytest.mark.parametrize("seed", range(20))
def test_no_information_is_worth_nothing_and_perfect_information_what_evpi_says(seed):
    benefits, _ = table(seed)
    assert worth_of_knowing(benefits, np.zeros(40, dtype=int)) == 0.0
    assert worth_of_knowing(benefits, np.arange(40)) == pytest.approx(evpi(benefits).value, rel=1e-12)
    nothing = choose(seen(benefits), [])
    assert [(one.facts, one.way) for one in nothing.branches] == [((), nothing.without[1])]


@pytest.mark.parametrize("seed", range(20))
def test_more_information_is_never_worth_less(seed):
    benefits, known = table(seed)
    worths = [worth_of_knowing(benefits, np.broadcast_to(cells(known[:n]), 40)) for n in range(len(known) + 1)]
    assert np.diff(worths).min() >= -1e-12
    assert worths[-1] <= evpi(benefits).value + 1e-12


@pytest.mark.parametrize("seed", range(10))
def test_the_worth_of_knowing_is_that_of_the_best_of_all_rules(seed):
    """Every rule that gives each combination of facts one way, tried one after the other."""
    benefits, known = table(seed, draws=30, ways=3, known=2)
    its = cells(known)
    rules = itertools.product(range(3), repeat=4)
    best = max(benefits[np.arange(30), np.array(rule)[its]].mean() for rule in rules)
    assert worth_of_knowing(benefits, its) == pytest.approx(best - benefits.mean(axis=0).max(), abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_branches_decide_by_what_is_known_alone_and_gain_no_more_than_all_of_it(seed):
    benefits, known = table(seed, draws=200, known=4)
    branches = grow(benefits, known, fewest=10)
    ways = taken(branches, known, 200)
    for one in np.unique(cells(known)):
        assert len(set(ways[cells(known) == one])) == 1
    gain = benefits[np.arange(200), ways].mean() - benefits.mean(axis=0).max()
    assert 0.0 <= gain <= worth_of_knowing(benefits, cells(known)) + 1e-12
    holding = np.array([one.holds(known, 200) for one in branches])
    assert (holding.sum(axis=0) == 1).all()
    assert holding.sum(axis=1).min() >= 10


def test_one_fact_that_decides_is_found_and_others_are_left_out():
    chance = np.random.default_rng(1)
    known = [Fact(name, f"not {name}", chance.random(100) < 0.5) for name in ("idle", "decides")]
    benefits = np.column_stack([np.full(100, 2.0), np.where(known[1].so, 5.0, 0.0)])
    branches = grow(benefits, known)
    assert [(one.facts, one.way) for one in branches] == [(((1, True),), 1), (((1, False),), 0)]


# --- ways are programmes of the house ---


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan(None, shipped_inputs)


@pytest.fixture(scope="module")
def known(plan, shipped_inputs):
    return uncertain_in_design(plan.design, shipped_inputs)


def test_to_go_on_is_the_plan_as_it_is_run(plan, known, shipped_inputs):
    drawn = known.draw(60, 3)
    go_on = ways_on(plan, 12)[0]
    assert go_on.words == GO_ON
    found = run_way(go_on, drawn, shipped_inputs)
    assert found.holds.sum() == chance_in(plan, drawn, 3, run=True).as_run.holds.count
    assert (found.benefit[~found.holds] == 0.0).all()
    assert (found.benefit[found.holds] > 0.0).all()


def test_ways_that_stop_are_what_programmes_made_anew_say(plan, known, shipped_inputs):
    """Draw by draw by another solver interface, with the host closed from the gate on and events on top."""
    drawn = known.draw(12, 4)
    ways = ways_on(plan, 12)
    hosts = {host.name for host in plan.hosts}
    assert len(ways) == len(hosts) + 2
    assert ways[-1].words == STOP
    for way in ways[1:]:
        found = run_way(way, drawn, shipped_inputs)
        trial = Trial(way.design, shipped_inputs, way.held)
        for number in range(12):
            settings = dict(drawn.settings(number))
            for host, share in way.design.closures.items():
                if f"closures.{host}" in settings:
                    settings[f"closures.{host}"] = min(share, settings[f"closures.{host}"])
            best = rebuilt_lp(trial.under(settings), drawn.row(number))
            assert found.holds[number] == (best is not None)
            assert found.benefit[number] == pytest.approx(0.0 if best is None else -best, rel=1e-6)


def test_a_way_that_stops_has_nobody_at_work_after_the_gate_and_no_promise(plan):
    stop = ways_on(plan, 12)[-1]
    assert {stop.design.last_open(host.iso3) for host in plan.hosts} == {4}
    assert all(stop.design.bounds(key).min is None for key in plan.design.promise)
    late = [name for name in stop.held.columns if name.startswith("workers.") and int(name.rsplit(".", 1)[1]) > 4]
    assert not late


def test_a_figure_is_known_by_the_third_that_it_lies_in(known):
    drawn = known.draw(90, 2)
    low, high = facts(drawn, ["oversight.card_diversion"], {})
    assert low.so.sum() == high.so.sum() == 30
    assert not (low.so & high.so).any()


# --- the study ---


@pytest.fixture(scope="module")
def before(shipped_inputs):
    """A gate before anything is signed."""
    return plan_with_gate(None, shipped_inputs, month=0, draws=150, fresh_draws=150, seed=2)


def test_shares_of_branches_add_up_and_no_branch_gains_more_than_perfect_knowledge(before):
    assert before.plan is None
    assert sum(one.share.count for one in before.branches) == 150
    assert sum(one.holds.count for one in before.branches) == before.holds.count
    assert before.ceiling.value >= 0.0
    mean = sum(one.benefit * one.share.count for one in before.branches) / 150
    assert before.worth.value == pytest.approx(mean - before.without, abs=1e-6)
    assert all(one.way == NOTHING or one.way.startswith("sign ") for one in before.branches)
    assert json.dumps(before.document())


def test_sentences_say_what_is_signed_what_is_done_and_what_it_is_worth(before):
    first, worth, *branches = gate_sentences(before)
    assert first.startswith("Nothing is signed before it is known of 14 things")
    assert "everything that must hold holds in" in worth
    assert len(branches) == len(before.branches)


def test_a_gate_in_the_design_is_the_one_that_is_asked_for_and_changes_no_plan(shipped_inputs):
    settings = {"gate.month": 12, "gate.learns": ["uptake_refused"]}
    found = plan_with_gate("one_host", shipped_inputs, settings, draws=40, fresh_draws=40)
    assert (found.month, found.learns) == (12, ("uptake_refused",))
    assert found.plan is not None
    assert make_plan("one_host", shipped_inputs, settings).metrics == make_plan("one_host", shipped_inputs).metrics
    assert "gate" not in load_design("one_host").model_dump()


def test_every_fault_of_a_gate_is_told_in_one_pass(shipped_inputs):
    with pytest.raises(InputError) as caught:
        plan_with_gate(None, shipped_inputs, month=24, learns=["fee_waiver_refused.MNH", "pledge_late"])
    text = str(caught.value)
    assert len(caught.value.faults) == 2
    assert "month 24 is no gate" in text
    assert "fee_waiver_refused.MNG" in text
    with pytest.raises(InputError, match="does not say when its gate is"):
        plan_with_gate(None, shipped_inputs)


def test_the_command_prints_it():
    asked = ["gate", "--model", "one_host", "--month", "12", "--learns", "pledge_late", "--draws", "40", "--fresh", "40"]
    ran = CliRunner().invoke(app, asked)
    assert ran.exit_code == 0, ran.output
    assert "Signed now:" in ran.output
    assert "that must hold" in ran.output
