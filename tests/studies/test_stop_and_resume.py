"""Every public call, stopped at three moments: what was finished is there and marked; asked again, it equals a whole run."""

import math
from dataclasses import asdict

import pytest
from pydantic import TypeAdapter

import pilot_planner
import pilot_planner.studies.robust.robust_plan as hedge_module
import pilot_planner.studies.uncertainty.risk as risk_module
import pilot_planner.studies.uncertainty.what_to_find_out as evidence_module
from pilot_planner import CancelledError, InputError
from pilot_planner.cli.scale_up import scale_summary
from pilot_planner.reports.answer_files import write_evidence, write_front, write_scale
from pilot_planner.reports.hedge_report import write_hedge
from pilot_planner.reports.plan_folder import write_plan
from pilot_planner.reports.risk_report import write_risk
from pilot_planner.solving.front_oracle import SetFinder
from pilot_planner.studies.execution.finished_lumps import FILE, Finished
from pilot_planner.studies.robust.confident_plan import confidence_curve, plan_for
from pilot_planner.studies.robust.confident_search import ConfidentSearch
from pilot_planner.studies.robust.signature_bounds import SignatureBounds
from pilot_planner.studies.scale_up.sets import SetQuestions
from pilot_planner.studies.uncertainty.as_run import Answer
from pilot_planner.studies.uncertainty.drawn_plan import Outlook
from pilot_planner.studies.uncertainty.one_at_a_time import influence
from pilot_planner.studies.uncertainty.summary import Seen
from pilot_planner.studies.uncertainty.what_to_find_out import evidence
from pilot_planner.studies.verification.verify import verify

HEDGE = {"hedge.draws": 3, "solver.gap": 1e-6}
ONE = {"solver.gap": 1e-6}
FEW = {"model": "one_host", "settings": {"oversight.levels": ["intensive"]}}
STUDY = """
title = "Budgets"
why = "To be stopped."
mode = "grid"
metrics = ["worker_income"]

[[vary]]
path = "limits.operating_cost.max"
values = [6e6, 7e6, 8e6, 9e6, 9.5e6]
"""


def calls(inputs, folder):
    """By name: the call, and what of its result must be the same however often it was stopped."""
    study = folder / "study.toml"
    study.write_text(STUDY)
    out = folder / "out"
    one = {"model": "one_host", "inputs": inputs, "settings": ONE}
    return {
        "make_plan": (lambda p: pilot_planner.make_plan(**one, progress=p), lambda plan: plan.metrics),
        "alternatives": (
            lambda p: pilot_planner.alternatives(**one, count=3, within=0.1, progress=p),
            lambda found: found.records(),
        ),
        "scale": (lambda p: pilot_planner.scale(**one, progress=p, out=out), asdict),
        "prices": (lambda p: pilot_planner.prices(**one, progress=p), lambda found: found.records()),
        "why_not": (lambda p: pilot_planner.why_not(**one, progress=p), lambda found: found.records()),
        "trade_offs": (
            lambda p: pilot_planner.trade_offs(**one, points=4, progress=p, out=out),
            lambda found: (found.records(), found.payoff, found.switches, found.most_beaten),
        ),
        "what_if": (lambda p: pilot_planner.what_if(study, **one, out=out, progress=p), lambda found: found.records),
        "risk": (
            lambda p: pilot_planner.risk(**one, draws=60, progress=p, out=out),
            lambda found: {**found.document(), "versions": 0, "draws": found.records()},
        ),
        "hedge": (
            lambda p: pilot_planner.hedge(**one | {"settings": HEDGE}, fresh_draws=30, progress=p, out=out),
            lambda found: (found.outcome, found.records(), found.plan.plan_id, found.advantage),
        ),
        "evidence": (lambda p: evidence(**one, draws=100, progress=p, out=out), lambda found: found.document()),
        "plan_for": (
            lambda p: plan_for(**FEW, inputs=inputs, confidence=0.5, draws=10, fresh_draws=20, progress=p, out=out),
            lambda plan: (plan.plan_id, plan.metrics, plan.confident.document(), plan.chance.document()),
        ),
        "confidence_curve": (
            lambda p: confidence_curve(**FEW, inputs=inputs, confidences=(0.1, 0.4), draws=10, progress=p, out=out),
            lambda points: points,
        ),
        "participation": (lambda p: pilot_planner.participation(**one, progress=p), lambda found: found.records()),
        "parties": (lambda p: pilot_planner.parties(**one, progress=p), lambda found: found.records()),
        "influence": (lambda p: influence(**one, progress=p), lambda found: found),
        "verify": (lambda p: verify("one_host", inputs, ONE, progress=p), lambda found: found.document()["verdict"]),
    }


NAMES = (
    "make_plan",
    "alternatives",
    "scale",
    "prices",
    "why_not",
    "trade_offs",
    "what_if",
    "risk",
    "hedge",
    "evidence",
    "plan_for",
    "confidence_curve",
    "participation",
    "parties",
    "influence",
    "verify",
)


class Hook:
    """Counts how often it is asked, and says stop at one of these times."""

    def __init__(self, at=None):
        self.at, self.count = at, 0

    def __call__(self, text, share):
        self.count += 1
        return self.count != self.at


@pytest.mark.parametrize("name", NAMES)
def test_stopped_at_three_moments_and_asked_again_it_equals_the_uninterrupted_run(
    shipped_inputs, tmp_path, monkeypatch, name
):
    monkeypatch.setattr(evidence_module, "_TRIED", 4)

    def made(folder):
        (tmp_path / folder).mkdir()
        return calls(shipped_inputs, tmp_path / folder)[name]

    call, told = made("whole")
    hook = Hook()
    whole = told(call(hook))
    for moment in sorted({1, (1 + hook.count) // 2, hook.count - 1}):
        call, told = made(f"stopped_{moment}")
        with pytest.raises(CancelledError, match="stopped") as stopped:
            call(Hook(moment))
        partial = stopped.value.partial
        assert partial is None or not getattr(partial, "complete", False)
        again = told(call(Hook()))
        assert same(again, whole) if name in BEGUN_COLD else again == whole


BEGUN_COLD = ("trade_offs", "scale")
"""Their search meets other programmes first when it begins in the middle, so last digits may differ."""


def same(one, other):
    """Equal; amounts to rounding."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def counted(monkeypatch, owner, name):
    """How often a function of an owner is called."""
    times = []
    plain = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *a, **k: times.append(1) or plain(*a, **k))
    return times


def test_draws_that_were_finished_are_not_made_again(shipped_inputs, tmp_path, monkeypatch):
    monkeypatch.setattr(risk_module, "_DRAWS_A_JOB", 25)

    def study(hook=None):
        return pilot_planner.risk("one_host", shipped_inputs, ONE, draws=75, recourse=False, progress=hook, out=tmp_path)

    with pytest.raises(CancelledError) as stopped:
        study(lambda text, share: not text.startswith("50 of"))
    assert stopped.value.partial.summary["draws"] == 50
    assert len((tmp_path / FILE).read_text().splitlines()) == 1 + 2
    made = counted(monkeypatch, risk_module, "evaluate_job")
    found = study()
    assert len(made) == 1
    assert [row.number for row in found.draws] == list(range(1, 76))
    write_risk(found, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs.csv", "summary.json"]


def test_a_search_that_was_finished_is_not_made_again(shipped_inputs, tmp_path, monkeypatch):
    def study(hook=None):
        return pilot_planner.hedge("one_host", shipped_inputs, HEDGE, fresh_draws=30, progress=hook, out=tmp_path)

    with pytest.raises(CancelledError) as stopped:
        study(lambda text, share: "seen by both" not in text or text.startswith("0 of"))
    assert not stopped.value.partial.complete
    searched = counted(monkeypatch, hedge_module, "search")
    found = study()
    assert not searched
    write_hedge(found, tmp_path)
    assert FILE not in {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("name", "owner", "work"),
    [
        ("evidence", evidence_module, "_seen"),
        ("plan_for", ConfidentSearch, "_in_draws"),
        ("plan_for", SignatureBounds, "_look"),
        ("confidence_curve", ConfidentSearch, "_best_of"),
        ("trade_offs", SetFinder, "least"),
        ("scale", SetQuestions, "cheapest"),
    ],
)
def test_what_was_finished_before_a_stop_is_not_worked_out_again(shipped_inputs, tmp_path, monkeypatch, name, owner, work):
    monkeypatch.setattr(evidence_module, "_TRIED", 4)
    call, _ = calls(shipped_inputs, tmp_path)[name]
    hook = Hook()
    call(hook)
    # The folder holds all of it: files of the study would have taken its place.
    assert len((tmp_path / "out" / FILE).read_text().splitlines()) > 1
    again = counted(monkeypatch, owner, work)
    found = call(Hook())
    assert not again
    if name in WRITTEN:
        WRITTEN[name](found, tmp_path / "out")
        assert FILE not in {path.name for path in (tmp_path / "out").iterdir()}


WRITTEN = {
    "evidence": write_evidence,
    "plan_for": write_plan,
    "trade_offs": write_front,
    "scale": lambda found, folder: write_scale(folder, found.records(), scale_summary(found)),
}


def test_a_line_that_a_killed_process_left_half_written_is_made_again(shipped_inputs, tmp_path, monkeypatch):
    monkeypatch.setattr(risk_module, "_DRAWS_A_JOB", 25)

    def study(hook=None):
        return pilot_planner.risk("one_host", shipped_inputs, ONE, draws=50, recourse=False, progress=hook, out=tmp_path)

    whole = study()
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes()[:-100])
    assert study().draws == whole.draws
    assert file.read_bytes().count(b"\n") == 3


def test_lumps_of_another_study_are_refused_and_what_differs_is_named(shipped_inputs, tmp_path):
    def study(draws, seed=1, settings=ONE):
        return pilot_planner.risk("one_host", shipped_inputs, settings, draws=draws, seed=seed, recourse=False, out=tmp_path)

    study(25)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(InputError, match=r"of another study that has not ended: draws, seed differ.*choose another folder"):
        study(30, seed=2)
    with pytest.raises(InputError, match="design differ"):
        study(25, settings=ONE | {"limits.operating_cost.max": 9e6})
    assert (tmp_path / FILE).read_bytes() == before


def test_a_file_of_lumps_that_is_none_is_refused(shipped_inputs, tmp_path):
    (tmp_path / FILE).write_text("my notes\n")
    with pytest.raises(InputError, match="the whole file differ"):
        pilot_planner.risk("one_host", shipped_inputs, ONE, draws=25, recourse=False, out=tmp_path)
    assert (tmp_path / FILE).read_text() == "my notes\n"


def test_infinite_and_absent_amounts_come_back_as_they_were(tmp_path):
    planned = Outlook({"x": math.inf, "y": None}, {"b": 1e-300}, {"c": None}, holds=False)
    row = Seen(planned, Answer("optimal", {}, ("d",)))
    kind = TypeAdapter(list[Seen])
    with Finished(tmp_path, {"study": "a"}) as kept:
        assert kept.step("one", lambda: [row], kind) == [row]
    with Finished(tmp_path, {"study": "a"}) as kept:
        assert kept.step("one", list, kind) == [row]
