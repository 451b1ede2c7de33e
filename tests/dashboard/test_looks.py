"""First looks at fronts: coarse, then whole, kept by what was asked; given up in time, and given to whoever may ask."""

from __future__ import annotations

import time

import pytest

from pilot_planner.dashboard.runtime import front_preview as looks_module
from pilot_planner.dashboard.runtime.front_preview import Looks
from pilot_planner.dashboard.runtime.plan_cache import OutdatedError, Planner
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.errors import NotAllowedError
from pilot_planner.studies.pareto.pareto_front import trade_offs

ASKED = Question("one_host", {"limits.operating_cost.max": 8e6})


@pytest.fixture(scope="module")
def planner():
    return Planner()


@pytest.fixture
def looks(planner):
    return Looks(planner)


def same_aims(one, other):
    return all(one.axes[name] == pytest.approx(other.axes[name], rel=1e-4) for name in one.axes)


def test_a_look_is_coarse_then_whole_and_known_from_then_on(looks, shipped_inputs):
    assert looks.known("here") is None
    coarse = looks.coarse("here", ASKED, None)
    assert not coarse.whole
    assert looks.known("here") is coarse
    whole = looks.finer("here", ASKED, 30, None)
    expected = trade_offs("one_host", shipped_inputs, ASKED.settings, points=30, switches=False)
    assert whole.whole
    # Points that are nearly the same are one point in the exact front, which merges them; a look shows both.
    assert len(whole.points) >= len(expected.points) > len(coarse.points) > 3
    assert all(any(same_aims(one, other) for other in whole.points) for one in expected.points)
    # Both come back as they are, and the coarse one never takes the place of the whole.
    assert looks.finer("here", ASKED, 30, None) is looks.coarse("here", ASKED, None) is whole


def test_what_takes_too_long_is_given_up_and_can_be_looked_at_later(looks, monkeypatch):
    monkeypatch.setattr(looks_module, "_MOST_SECONDS", 0.02)
    began = time.perf_counter()
    none = looks.coarse("here", ASKED, None)
    assert time.perf_counter() - began < 10
    assert (none.points, none.whole) == ((), True)
    assert looks.known("here") is None
    monkeypatch.undo()
    coarse = looks.coarse("here", ASKED, None)
    assert coarse.points
    # Where there is no time for the rest, what was seen stays, and nothing more is asked for.
    monkeypatch.setattr(looks_module, "_MOST_SECONDS", 0.02)
    rest = looks.finer("here", Question("one_host", {"limits.operating_cost.max": 7.9e6}), 60, None)
    assert (rest.points, rest.whole) == (coarse.points, True)


def test_an_older_look_of_a_visitor_gives_way(looks, planner, monkeypatch):
    planner.ticket("somebody")
    found = planner.newer_than_now

    def moved_on(visitor):
        outdated = found(visitor)
        planner.ticket(visitor)
        return outdated

    monkeypatch.setattr(planner, "newer_than_now", moved_on)
    with pytest.raises(OutdatedError):
        looks.coarse("here", ASKED, "somebody")
    assert looks.known("here") is None


def test_who_may_not_ask_for_the_plan_may_not_look_either():
    closed = Looks(Planner(permission=lambda question: "no"))
    with pytest.raises(NotAllowedError):
        closed.coarse("here", ASKED, None)
