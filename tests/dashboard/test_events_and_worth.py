"""What may happen, by one click; inputs ranked by what knowing them is worth; the control for how sure a plan must be."""

from urllib.parse import parse_qsl

from dash import dcc
from playwright.sync_api import expect

from pilot_planner.dashboard.layout.controls import controls
from pilot_planner.dashboard.pages.inputs.components import columns
from pilot_planner.dashboard.pages.inputs.ranking import ranking_state, swings
from pilot_planner.dashboard.pages.what_if.events import events_section
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.data.locations import resolve_inputs
from pilot_planner.design.loading import resolve_model
from pilot_planner.reports.evidence_text import ceiling, first_to_find_out
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.uncertainty.what_to_find_out import evidence


def test_every_event_links_to_the_best_plan_for_its_case(shipped_inputs):
    plan = make_plan("one_host", shipped_inputs)
    question = Question("one_host", {"limits.hosts.max": 1})
    rows = events_section(plan, question).children[-1].children
    links = [part for row in rows for part in row.children if isinstance(part, dcc.Link)]
    assert len(links) == len(rows) >= 5
    likely = [float(row.children[1].split("%")[0].strip(" (")) for row in rows]
    assert likely == sorted(likely, reverse=True)
    for link in links:
        then = read_address(link.href.partition("?")[2], ["one_host"], "one_host")
        assert then.settings["limits.hosts.max"] == 1
        assert len(then.settings) > 1
    refused = next(row for row in rows if "refuses the waiver of its fee" in row.children[0])
    asked = dict(parse_qsl(refused.children[-1].href.partition("?")[2]))
    assert asked["waivers.MNG.foreign_worker_fee"] == "false"


def test_one_click_shows_the_plan_if_the_waiver_is_refused(visitor):
    visitor.goto(f"{visitor.base}/what-if?model=one_host")
    row = visitor.locator("#what-if-events li", has_text="refuses the waiver of its fee").first
    row.get_by_role("link", name="the best plan then").click()
    expect(visitor.locator("#how-sure")).to_be_visible()
    assert "waivers.MNG.foreign_worker_fee=false" in visitor.url


def test_inputs_are_ranked_by_what_knowing_them_is_worth(shipped_inputs, monkeypatch):
    found = evidence("one_host", shipped_inputs, draws=120)
    monkeypatch.setattr("pilot_planner.studies.uncertainty.what_to_find_out.evidence", lambda *_, **__: found)
    told = []
    task = {"model": str(resolve_model("one_host")), "inputs": str(resolve_inputs(None)), "settings": {}}
    said = job_functions.worth(task, lambda kind, value: told.append(value) or True)
    worth = {one.name: (one.points if one.amount is None else one.amount) for one in found.known}
    assert {one.family for one in told} == {name for name, one in worth.items() if one.found and found.paths[name]}
    assert all(one.width == worth[one.family].value > 0.0 for one in told)
    job = Job("a")
    job.items.extend(told)
    by_path = swings(job)
    assert all(by_path[path] >= one.width for one in told for path in one.paths)
    job.status, job.result = "done", said
    words = str(ranking_state(job, {}, worth=True)).replace("\\xa0", "\xa0")
    assert ("is worth most to know before signing" in words) == bool(told)
    assert first_to_find_out(found) in words and ceiling(found) in words
    assert "Worth knowing" in [one.get("headerName") for one in columns(1400, True, True)]


def test_every_path_of_what_may_be_known_is_an_input(shipped_inputs):
    found = evidence("one_host", shipped_inputs, draws=100)
    for one in found.known:
        assert found.paths[one.name], one.name
        assert all(tuple(path.split(".")) in shipped_inputs.estimates for path in found.paths[one.name])


def test_how_sure_a_plan_must_be_has_a_control():
    control = next(one for one in controls() if one.paths == ("confidence",))
    assert (control.open_end, control.scale, control.unit) == (0, 0.01, "%")
