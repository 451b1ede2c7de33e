"""Pilots run in drawn truths: what deciding anew is worth against leaving the plan alone and against a rule of thumb."""

import statistics

import pytest
from simulated_pilot import POLICIES, SimulatedPilot, decided_anew, draw, left_alone, outcome

from pilot_planner import make_plan
from pilot_planner.studies.after_signature.checking import Checking


@pytest.fixture(scope="module")
def plan(inputs):
    return make_plan("one_host", inputs)


def test_a_truth_is_hidden_and_the_same_for_every_policy(plan):
    truth = draw(plan, 11)
    assert truth == draw(plan, 11) != draw(plan, 12)
    one, other = (SimulatedPilot(plan, truth).run(policy, 2) for policy in (left_alone, decided_anew))
    first = [row["leavers"] for row in one.actuals.current("people")]
    assert first == [row["leavers"] for row in other.actuals.current("people")]
    handed_out = {name for name in vars(one) if not name.startswith("_")}
    assert handed_out == {"plan", "signed", "x", "over", "last_decided", "signed_places"}


def test_what_a_simulated_pilot_reports_adds_up(plan, inputs):
    """It passes the checks of a report by people."""
    pilot = SimulatedPilot(plan, draw(plan, 5)).run(left_alone, 5)
    last = plan.case.periods[-1].start
    faults = Checking(pilot.actuals, plan.design, inputs, last).faults()
    assert faults == []


def test_deciding_anew_with_a_reserve_keeps_more_safeguards_in_a_few_truths(inputs):
    base = make_plan("base", inputs)
    ends = {name: [outcome(base, seed, name) for seed in (0, 1)] for name in ("left_alone", "with_reserve")}
    broken = {name: sum(one["broken_safeguards"] for one in some) for name, some in ends.items()}
    assert broken["with_reserve"] < broken["left_alone"]


@pytest.mark.slow
def test_over_fifty_truths_a_reserve_breaks_fewer_limits_than_either_other_way(inputs):
    base = make_plan("base", inputs)
    ends = {name: [outcome(base, seed, name) for seed in range(50)] for name in POLICIES}

    def less(one, other, figure):
        """Upper end of the 95 % interval of the mean difference between pairs."""
        pairs = [a[figure] - b[figure] for a, b in zip(ends[one], ends[other], strict=True)]
        return statistics.mean(pairs) + 1.96 * statistics.stdev(pairs) / len(pairs) ** 0.5

    for other in ("left_alone", "rule_of_thumb"):
        assert less("with_reserve", other, "broken_limits") < 0.0
        assert less("with_reserve", other, "broken_safeguards") < 0.0
