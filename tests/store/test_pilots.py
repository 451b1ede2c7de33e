"""A saved plan that runs: which revision was signed, and which knows what has happened."""

import pytest

from pilot_planner import make_plan, replan
from pilot_planner.data.actuals import of_inputs
from pilot_planner.store.pilots import pilot_of
from pilot_planner.store.plans import saved_inputs
from pilot_planner.store.store import Store
from pilot_planner.studies.after_signature.template import as_planned


@pytest.fixture
def store(tmp_path):
    with_plans = Store.open(tmp_path / "plans.sqlite", create=True)
    yield with_plans
    with_plans.close()


def test_a_plan_that_was_only_signed_has_nothing_kept(store, shipped_inputs):
    item = store.save_plan(make_plan("one_host", shipped_inputs), "Pilot")
    found = pilot_of(store, item.id)
    assert (found.name, found.revision, found.kept) == ("Pilot", 1, None)
    assert found.signed[1]["manifest"]["plan_id"] == item.about["plan_id"]


def test_the_signed_plan_is_the_last_that_knows_nothing_and_the_last_report_counts(store, shipped_inputs):
    plan = make_plan("one_host", shipped_inputs)
    item = store.save_plan(plan, "Pilot")
    for through in (2, 4):
        answer = replan(plan, as_planned(plan, through), ways=("go_on",)).answers[0]
        store.save_plan(answer.plan, onto=item.id)
    found = pilot_of(store, item.id)
    assert found.revision == 3
    assert found.signed[1]["manifest"]["plan_id"] == plan.plan_id
    assert of_inputs(saved_inputs(*found.kept).tables, "saved").over == 4


def test_an_answer_saved_by_itself_is_its_own_signed_plan(store, shipped_inputs):
    plan = make_plan("one_host", shipped_inputs)
    answer = replan(plan, as_planned(plan, 2), ways=("go_on",)).answers[0]
    item = store.save_plan(answer.plan, "Anew")
    found = pilot_of(store, item.id)
    assert found.signed[1]["manifest"]["plan_id"] == answer.plan.plan_id
    assert found.kept is not None
