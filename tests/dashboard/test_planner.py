"""Plans kept by what was asked: solved once, the newest question first, nobody's by accident."""

from __future__ import annotations

import threading

import pytest

from pilot_planner.dashboard.runtime.plan_cache import OutdatedError, Planner
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.studies.planning.plan import make_plan


@pytest.fixture(scope="module")
def planner():
    return Planner()


def test_an_answer_is_what_make_plan_gives(planner, shipped_inputs):
    asked = Question("one_host", {"limits.operating_cost.max": 9e6})
    found = planner.answer(asked)
    expected = make_plan("one_host", shipped_inputs, asked.settings)
    assert found.status == "solved"
    assert found.plan.metrics == pytest.approx(expected.metrics, abs=0.005)
    assert found.plan.plan_id == expected.plan_id


def test_the_same_question_is_solved_once(planner):
    first = planner.answer(Question("one_host", {"limits.operating_cost.max": 9e6}))
    assert planner.answer(Question("one_host", {"limits.operating_cost.max": 9_000_000})).plan is first.plan


def test_visitors_who_ask_the_same_at_once_share_one_solve(planner):
    asked = Question("one_host", {"limits.operating_cost.max": 8.5e6})
    found = []
    threads = [threading.Thread(target=lambda: found.append(planner.answer(asked))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert all(one.plan is found[0].plan for one in found)


def test_an_older_question_of_a_visitor_gives_way(planner):
    older = planner.ticket("somebody")
    planner.ticket("somebody")
    with pytest.raises(OutdatedError):
        planner.answer(Question("one_host", {"limits.operating_cost.max": 7.7e6}), "somebody", older)
    assert planner.known(Question("one_host", {"limits.operating_cost.max": 7.7e6})) is None
    other = planner.ticket("somebody else")
    found = planner.answer(Question("one_host", {"limits.operating_cost.max": 7.7e6}), "somebody else", other)
    assert found.status in ("solved", "impossible")


def test_questions_that_arrive_in_another_order_are_told_by_the_visitors_clock(planner):
    """The server takes them from several connections at once: the last to arrive need not be the last that was asked."""
    asked = Question("one_host", {"limits.operating_cost.max": 7.6e6})
    newer = planner.ticket("two keys", 1_002.0)
    older = planner.ticket("two keys", 1_001.0)
    with pytest.raises(OutdatedError):
        planner.answer(asked, "two keys", older)
    assert planner.answer(asked, "two keys", newer).status in ("solved", "impossible")
    # Who tells no time has them in the order in which they come.
    first, second = planner.ticket("no clock"), planner.ticket("no clock")
    assert second > first
    # A clock that was set back since keeps nobody waiting until it has caught up.
    assert planner.ticket("set back", 1e12) > 0
    assert planner.ticket("set back", 1e12 - 3_600_000) > 0
    assert planner.ticket("set back", 1e12 - 3_600_000 + 5) > 0


def test_what_has_no_plan_or_cannot_be_asked_is_told_and_not_raised(planner):
    impossible = planner.answer(Question("one_host", {"limits.operating_cost.max": 1e6}))
    assert (impossible.status, impossible.plan) == ("impossible", None)
    assert impossible.messages
    refused = planner.answer(Question("base", {"limits.operating_cots.max": 1e6}))
    assert refused.status == "refused"
    assert "operating_cost" in refused.messages[0]


def test_designs_that_cannot_be_read_are_left_out(copied):
    folder = copied()
    (folder / "models" / "broken.toml").write_text("name = ", encoding="utf-8")
    found = Planner(folder / "inputs", folder / "models" / "base.toml")
    assert "broken" not in found.models
    assert "one_host" in found.models
