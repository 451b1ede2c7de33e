"""Notes beside the controls: worked out once a visitor rests, and as true as the plans that they tell of."""

import random
import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from pilot_planner.dashboard.app import make_app, services_of
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.controls import controls
from pilot_planner.dashboard.pages.plan.hints import Effect, Move, hint, moves
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.data.locations import resolve_inputs, resolve_model
from pilot_planner.design.loading import load_design
from pilot_planner.errors import NoPlanError, PilotPlannerError
from pilot_planner.studies.planning.plan import make_plan

FIRST, SECOND = "", "?limits.operating_cost.max=9000000"


class Work:
    """Jobs that note what is asked of them; each is under way until it is told to be over."""

    def __init__(self):
        self.begun, self.left, self.over = [], [], False

    def start(self, key, work, task):
        self.begun.append(key)
        return SimpleNamespace(over=self.over, status="done", items=[])

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


def test_effects_that_are_there_name_their_plan_and_end_the_ticks(app, jobs):
    jobs.over = True
    hints, _ = tick(app, SECOND, None)
    hints, ends = tick(app, SECOND, hints)
    assert hints["for"] == SECOND
    assert True in ends.values()


def settings_drawn(seed):
    """Settings as somebody may have moved the controls."""
    draw = random.Random(seed)
    found = {
        "limits.operating_cost.max": draw.choice((8e6, 10e6, 12e6, 13.3e6, 16e6, 20e6)),
        "funding.pledges.0.usd": draw.choice((5e6, 6e6, 7.5e6, 10e6)),
        "funding.pledges.1.usd": draw.choice((3e6, 6e6, 9e6)),
        "limits.hosts.max": draw.choice((1, 2, 3)),
        "limits.mean_willingness.min": draw.choice((0.2, 0.38, 0.4, 0.45)),
        "limits.workers_total.min": draw.choice((200, 600, 1000)),
        "limits.funds_at_risk_share.max": draw.choice((0.045, 0.052, 0.06)),
        "limits.workers_per_inspector.max": draw.choice((150, 200, 250)),
        "limits.in_kind_share.max": draw.choice((0.2, 0.4)),
        "pay.wage_parity": draw.choice((1.0, 1.05)),
        "objective.metric": "worker_income",
    }
    if draw.random() < 0.3:
        found |= {"objective.metric": "operating_cost", "objective.sense": "min"}
    return dict(draw.sample(sorted(found.items()), draw.randint(2, 6)))


def solved(inputs, settings):
    """The plan's aim; None where there is no plan; ``refused`` where no design may have such settings."""
    try:
        plan = make_plan("base", inputs, settings)
    except NoPlanError:
        return None
    except PilotPlannerError:
        return "refused"
    return plan.metrics[plan.design.objective.metric]


def told(text, more):
    """What a note tells of a step up or down: a change, ``None`` for no plan; 0 where it says nothing of it."""
    for part in re.split("; |: ", text.replace("\u00a0", " ").rstrip(".")):
        found = re.search(rf"\b{'more' if more else 'less'} (adds|takes|leaves no plan|changes nothing) ?([\d,.]*)", part)
        if found and found[1] in ("adds", "takes"):
            return float(found[2].replace(",", "").rstrip(".")) * (1 if found[1] == "adds" else -1)
        if found:
            return None if found[1] == "leaves no plan" else 0.0
    return 0.0


def compare(inputs, settings, texts):
    """Every note against plans that are solved for themselves: sign and size, by the names of controls."""
    base = solved(inputs, settings)
    spoken = 0
    for move in moves(load_design("base", settings)):
        if "workers_total" in move.path:
            continue  # a range: its two ends share a note
        found = solved(inputs, {**settings, move.path: move.after})
        if found == "refused":
            continue
        says = told(texts[move.control], move.up)
        if found is None:
            assert says is None, (settings, move, texts[move.control])
        else:
            assert says == pytest.approx(found - base, abs=max(1.0, 1e-6 * abs(base))), (settings, move, texts[move.control])
            spoken += says != 0.0
    return spoken


def notes_of(settings):
    """The notes that a visitor with these settings is told, by the names of controls."""
    found = []
    task = {"model": str(resolve_model(None)), "inputs": str(resolve_inputs(None)), "settings": settings}
    job_functions.effects(task, lambda kind, value: found.append(value) or True if kind == "item" else True)
    metric = load_design("base", settings).objective.metric
    return {one.name: hint(one, [e for e in found if e.move.control == one.name], metric, False) for one in controls()}


def test_that_nothing_changes_either_way_is_told_only_where_both_ways_were_tried():
    control = next(one for one in controls() if one.kind == "slider")
    up, down = (Effect(Move(control.name, control.paths[0], 5.0, after), 100.0, 0.0) for after in (6.0, 4.0))
    assert hint(control, [up], "worker_income", binds=True) == "Binds."
    assert hint(control, [up, down], "worker_income", binds=True) == "Binds. A step either way changes nothing."


def some_settings(inputs, seeds):
    """Settings that have a plan."""
    return [one for one in map(settings_drawn, seeds) if isinstance(solved(inputs, one), float)]


def test_every_note_is_what_plans_solved_anew_give(shipped_inputs):
    assert sum(compare(shipped_inputs, one, notes_of(one)) for one in some_settings(shipped_inputs, range(3))) > 5


@pytest.mark.slow
def test_every_note_of_thirty_settings_is_what_plans_solved_anew_give(shipped_inputs):
    wanted = some_settings(shipped_inputs, range(100, 145))[:30]
    assert len(wanted) == 30
    for one in wanted:
        compare(shipped_inputs, one, notes_of(one))


def test_the_note_under_a_pledge_speaks_of_the_pledge(visitor, shipped_inputs):
    """More money adds income, by as much as it is when it is there; impossible settings leave no note behind."""
    visitor.goto(f"{visitor.base}/")
    notes = {one.name: visitor.locator(f"[id*='{one.name}'][id*='control-note']") for one in controls()}
    expect(notes["pay-wage_parity"]).to_contain_text("1 point more adds", timeout=90_000)
    texts = {name: note.inner_text() for name, note in notes.items()}
    gain = solved(shipped_inputs, {"funding.pledges.0.usd": 6.1e6}) - solved(shipped_inputs, {})
    assert 1e5 < gain == pytest.approx(told(texts["funding-pledges-0-usd"], True), abs=1.0)
    visitor.goto(f"{visitor.base}/?limits.workers_total.min=2400")
    expect(visitor.get_by_role("alert")).to_contain_text("No plan meets these settings")
    for note in notes.values():
        expect(note).to_have_text("")
