"""``progress`` returning False ends every call in one way: CancelledError, with what was finished by then."""

import pickle

import pytest

import pilot_planner
from pilot_planner import CancelledError
from pilot_planner.studies.uncertainty.one_at_a_time import influence
from pilot_planner.studies.verification.verify import verify

ONE = {"solver.gap": 1e-6}
STUDY = """
title = "Budgets"
why = "To be stopped."
mode = "grid"
metrics = ["worker_income"]

[[vary]]
path = "limits.operating_cost.max"
values = [6e6, 7e6, 8e6, 9e6]
"""


def asked(times):
    """Says stop when it is asked for the ``times``-th time."""
    count = 0

    def progress(text, share):
        nonlocal count
        count += 1
        assert text
        assert 0.0 <= share <= 1.0
        return count < times

    return progress


@pytest.fixture
def calls(shipped_inputs, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    one = {"model": "one_host", "inputs": shipped_inputs, "settings": ONE}
    return {
        "make_plan": lambda hook: pilot_planner.make_plan(**one, progress=hook),
        "alternatives": lambda hook: pilot_planner.alternatives(**one, count=3, within=0.1, progress=hook),
        "scale": lambda hook: pilot_planner.scale(**one, progress=hook),
        "prices": lambda hook: pilot_planner.prices(**one, progress=hook),
        "why_not": lambda hook: pilot_planner.why_not(**one, progress=hook),
        "trade_offs": lambda hook: pilot_planner.trade_offs(**one, points=4, progress=hook),
        "what_if": lambda hook: pilot_planner.what_if(str(file), **one, progress=hook),
        "risk": lambda hook: pilot_planner.risk(**one, draws=300, recourse=False, progress=hook),
        "hedge": lambda hook: pilot_planner.hedge(
            **{**one, "settings": ONE | {"hedge.draws": 3}}, fresh_draws=60, progress=hook
        ),
        "participation": lambda hook: pilot_planner.participation(**one, progress=hook),
        "influence": lambda hook: influence(**one, progress=hook),
        "verify": lambda hook: verify("one_host", shipped_inputs, ONE, progress=hook),
    }


CALLS = (
    "make_plan",
    "alternatives",
    "scale",
    "prices",
    "why_not",
    "trade_offs",
    "what_if",
    "risk",
    "hedge",
    "participation",
    "influence",
    "verify",
)


@pytest.mark.parametrize("name", CALLS)
def test_stopped_at_once_it_says_so(calls, name):
    with pytest.raises(CancelledError, match="stopped"):
        calls[name](asked(1))


@pytest.mark.parametrize("name", ["alternatives", "prices", "why_not", "trade_offs", "what_if"])
def test_what_was_finished_is_there_and_says_that_it_is_not_all(calls, name):
    with pytest.raises(CancelledError) as stopped:
        calls[name](asked(3))
    partial = stopped.value.partial
    assert not partial.complete
    whole = calls[name](lambda text, share: True)
    assert whole.complete
    assert len(partial.records() if hasattr(partial, "records") and callable(partial.records) else partial.records) < len(
        whole.records() if callable(whole.records) else whole.records
    )


def test_sizes_that_were_finished_are_there(calls):
    with pytest.raises(CancelledError) as stopped:
        calls["scale"](asked(4))
    whole = calls["scale"](lambda text, share: True)
    assert stopped.value.partial
    assert stopped.value.partial == whole.runs[: len(stopped.value.partial)]
    assert len(stopped.value.partial) < len(whole.runs)


def test_draws_that_were_made_are_there(calls):
    def after_some(text, share):
        return not text.startswith("250 of")

    with pytest.raises(CancelledError) as stopped:
        calls["risk"](after_some)
    partial = stopped.value.partial
    whole = calls["risk"](lambda text, share: True)
    assert not partial.complete
    assert partial.summary["draws"] == len(partial.draws) == 250
    assert partial.draws == whole.draws[:250]
    assert partial.document()["no_recourse"]["limits"]


def test_a_hedge_gives_the_base_plan_first_and_then_the_plan_that_it_found(calls):
    with pytest.raises(CancelledError) as stopped:
        calls["hedge"](lambda text, share: "draws made" not in text)
    assert stopped.value.partial.plan_id == calls["hedge"](lambda text, share: True).base.plan_id

    with pytest.raises(CancelledError) as stopped:
        calls["hedge"](lambda text, share: "seen by both" not in text or text.startswith("0 of"))
    assert not stopped.value.partial.complete
    assert stopped.value.partial.plan.metrics["worker_income"] > 0
    assert stopped.value.partial.table().shape[0] > 0


def test_a_what_if_that_was_stopped_before_its_first_run_has_an_empty_table(calls):
    with pytest.raises(CancelledError) as stopped:
        calls["what_if"](asked(1))
    table = stopped.value.partial.table()
    assert len(table) == 0
    assert list(table.columns) == list(calls["what_if"](lambda text, share: True).table().columns)


def test_it_travels_between_processes_with_what_it_carries():
    there = pickle.loads(pickle.dumps(CancelledError("stopped at: a", ("b", 1))))
    assert (str(there), there.partial) == ("stopped at: a", ("b", 1))
