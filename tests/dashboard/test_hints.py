"""Prices beside the controls: worked out once a visitor rests, and no longer for plans that he has left."""

from types import SimpleNamespace

import pytest

from pilot_planner.dashboard import ids
from pilot_planner.dashboard.app import make_app, services_of

FIRST, SECOND = "", "?limits.operating_cost.max=9000000"


class Work:
    """Jobs that note what is asked of them; each is under way until it is told to be over."""

    def __init__(self):
        self.begun, self.left, self.over = [], [], False

    def start(self, key, work, task):
        self.begun.append(key)
        return SimpleNamespace(over=self.over, status="done", result=())

    def leave(self, key):
        self.left.append(key)


@pytest.fixture(scope="module")
def app():
    return make_app()


@pytest.fixture
def jobs(app, monkeypatch):
    noted = Work()
    for name in ("start", "leave"):
        monkeypatch.setattr(services_of(app).jobs, name, getattr(noted, name))
    return noted


def tick(app, search, hints):
    """What a tick of the page writes: the prices or what is known of their work, and whether ticks end."""
    client = app.server.test_client()
    asked = {"status": "solved", "search": search, "good": search}
    told = {ids.HINTS_TICK: 1, ids.PLAN: asked, ids.HINTS_JOB: hints}
    one = next(one for one in client.get("/_dash-dependencies").json if one["output"].startswith(f"..{ids.HINTS_JOB}.data"))

    def given(parts):
        return [{**part, "value": told[part["id"]]} for part in parts]

    outputs = [dict(zip(("id", "property"), part.split("."), strict=True)) for part in one["output"].strip(".").split("...")]
    body = {"output": one["output"], "outputs": outputs, "inputs": given(one["inputs"]), "state": given(one["state"])}
    body["changedPropIds"] = [f"{ids.HINTS_TICK}.n_intervals"]
    written = client.post("/_dash-update-component", json=body, headers={"Origin": "http://localhost"}).json["response"]
    return written.get(ids.HINTS_JOB, {}).get("data", hints), written[ids.HINTS_TICK]


def test_nothing_begins_at_the_first_look_at_a_plan(app, jobs):
    hints, _ = tick(app, FIRST, None)
    assert jobs.begun == []
    hints, _ = tick(app, FIRST, hints)
    assert jobs.begun == [hints["job"]]


def test_work_on_a_plan_that_was_left_is_left_as_well(app, jobs):
    first, _ = tick(app, FIRST, None)
    tick(app, FIRST, first)
    second, _ = tick(app, SECOND, first)
    assert jobs.left[-1] == first["job"] != second["job"]
    assert jobs.begun == [first["job"]]


def test_prices_that_are_there_name_their_plan_and_end_the_ticks(app, jobs):
    jobs.over = True
    hints, _ = tick(app, SECOND, None)
    hints, ends = tick(app, SECOND, hints)
    assert hints["for"] == SECOND
    assert True in ends.values()
