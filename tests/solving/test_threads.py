"""Designs may differ in their threads within one process: HiGHS by itself refuses a number that its pool does not have."""

import threading
from dataclasses import replace

import highspy
import pytest
from tiny import tiny_case

from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.solving.threads import a_pool_of


def a_run(threads):
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", threads)
    highs.addVariable(1.0, 2.0, 1.0)
    return highs.run()


def test_highs_still_refuses_another_number_of_threads():
    """Why ``a_pool_of`` is there. In a thread of its own, so that nothing before it counts."""
    said = []

    def ask():
        said.extend([a_run(1), a_run(2), a_run(1)])

    asker = threading.Thread(target=ask)
    asker.start()
    asker.join()
    assert said == [highspy.HighsStatus.kOk, highspy.HighsStatus.kError, highspy.HighsStatus.kOk]


def session_with(threads, engine):
    case = tiny_case({"limits.operating_cost.max": 300_000})
    solver = case.design.solver.model_copy(update={"threads": threads, "engine": engine})
    return Session(build(replace(case, design=case.design.model_copy(update={"solver": solver}))))


@pytest.mark.parametrize("engine", ["structure", "whole"])
def test_plans_with_other_threads_follow_one_another(engine):
    worth = {session_with(threads, engine).solve().objective for threads in (1, 2, 1, 3)}
    assert max(worth) == pytest.approx(min(worth), rel=2e-6)


def test_a_live_programme_goes_on_after_another_had_other_threads():
    one, other = session_with(1, "structure"), session_with(2, "structure")
    before = one.live.run(60).value
    assert other.live.run(60).value == pytest.approx(before)
    assert one.live.run(60).value == pytest.approx(before)


def test_a_pool_is_not_made_anew_while_anything_runs():
    """HiGHS calls that undefined: the run takes the pool as it is."""
    with a_pool_of(1) as one:
        with a_pool_of(2) as two:
            assert two == 0
            assert a_run(two) == highspy.HighsStatus.kOk
        with a_pool_of(1) as again:
            assert again == one == 1
    with a_pool_of(2) as two:
        assert two == 2
        assert a_run(two) == highspy.HighsStatus.kOk
