"""What an answer about a front says while its job ends."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from pilot_planner.dashboard.pages.tradeoffs import callbacks
from pilot_planner.dashboard.pages.tradeoffs.state import front_at, front_key
from pilot_planner.dashboard.runtime.front_preview import Looks
from pilot_planner.dashboard.runtime.job_queue import Job, Jobs
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.visitor_state import answer_to, record
from pilot_planner.studies.pareto.pareto_front import DEFAULT_POINTS

PARTS = ("front", "origin", "bar", "tick_off", "start", "words", "cancel")


@pytest.fixture(scope="module")
def planner():
    return Planner(model="one_host")


class Told:
    """Jobs of which one is as told, look by look; the last state stays."""

    def __init__(self, *states):
        self.states = list(states)

    def get(self, key):
        status, cancelled = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return Job(key, status=status, cancelled=cancelled, text="Searching")


def followed(planner, *states):
    services = SimpleNamespace(planner=planner, jobs=Told(*states), looks=Looks(planner))
    asked = record(answer_to(planner, ""), "", None)
    return dict(zip(PARTS, callbacks._followed(services, asked, "", None, None), strict=True))


@pytest.mark.parametrize("looks_before", range(5))
def test_a_search_that_ends_while_it_is_looked_at_is_looked_at_again_or_can_be_begun_again(planner, looks_before):
    told = followed(planner, *[("running", True)] * looks_before, ("cancelled", True))
    again = told["start"] == "pp-button pp-button-main" and told["words"] == "Start again"
    assert again == told["tick_off"]
    assert told["front"]["working"] != again


def test_a_search_that_runs_can_be_cancelled_and_one_that_stops_says_so(planner):
    runs = followed(planner, ("running", False))
    assert (runs["tick_off"], runs["start"], runs["cancel"]) == (False, "pp-button pp-away", "pp-button")
    stops = followed(planner, ("running", True))
    assert (stops["tick_off"], stops["cancel"]) == (False, "pp-button pp-away")
    assert "Stopping" in str(stops["bar"])


THREE_AXES = "?" + urlencode(
    {
        "model": "one_host",
        "tradeoffs.axes": '[{metric = "worker_income", sense = "max"}, {metric = "operating_cost", sense = "min"}, '
        '{metric = "funds_at_risk", sense = "min"}]',
    }
)


def test_other_axes_lead_from_the_front_that_stands_there_to_one_over_them(planner):
    services = SimpleNamespace(planner=planner, jobs=Jobs(), looks=Looks(planner))
    before = answer_to(planner, "")
    key = front_key(before.question, DEFAULT_POINTS)
    services.looks.coarse(key, before.question, None)
    asked = record(before, "", None)
    told = dict(zip(PARTS, callbacks._followed(services, asked, "", None, None), strict=True))
    assert (told["front"]["status"], told["origin"]["key"]) == ("look", key)

    now = answer_to(planner, THREE_AXES)
    asked = record(now, THREE_AXES, asked)
    after = dict(zip(PARTS, callbacks._followed(services, asked, THREE_AXES, told["front"], told["origin"]), strict=True))
    assert after["front"]["key"] == front_key(now.question, DEFAULT_POINTS) != key
    assert after["front"]["status"] == "idle"
    # The front that is still drawn meanwhile is over its own axes.
    still = front_at(services, key, before.question.search, now)
    assert [one.metric for one in still.axes] == list(still.points[0].axes)
