"""What less money would buy: every point is the best plan at its cost, and the dearest one is the plan itself."""

import itertools

import pytest

from pilot_planner import make_plan
from pilot_planner.errors import CancelledError
from pilot_planner.exports.less_money import brief_front


@pytest.fixture(scope="module")
def front(plan):
    return brief_front(plan)


def test_more_money_buys_more_of_what_the_plan_is_best_in(front, plan):
    assert [axis.metric for axis in front.axes] == ["worker_income", "operating_cost"]
    assert len(front.points) >= 8
    for cheaper, dearer in itertools.pairwise(front.points):
        assert cheaper.axes["operating_cost"] < dearer.axes["operating_cost"]
        assert cheaper.axes["worker_income"] < dearer.axes["worker_income"]
    assert front.points[-1].axes["worker_income"] == pytest.approx(plan.metrics["worker_income"], rel=1e-5)


def test_a_point_is_the_best_plan_at_its_cost(front, shipped_inputs):
    point = front.points[len(front.points) // 2]
    best = make_plan("models/base.toml", shipped_inputs, {"limits.operating_cost.max": point.axes["operating_cost"]})
    assert best.metrics["worker_income"] == pytest.approx(point.axes["worker_income"], rel=1e-4)
    assert "+".join(sorted(host.iso3 for host in best.hosts)) == point.hosts


def test_switches_stand_between_neighbours_with_other_hosts(front):
    changes = [(a, b) for a, b in itertools.pairwise(front.points) if a.hosts != b.hosts]
    assert [(one.below, one.above, one.value) for one in front.switches] == [
        (a.hosts, b.hosts, b.axes["operating_cost"]) for a, b in changes
    ]
    assert "Mongolia" in front.switches[0].sentence
    assert f"{len(front.points)} plans" in front.sentence


def test_it_can_be_stopped(plan):
    with pytest.raises(CancelledError):
        brief_front(plan, lambda what, share: False)
