"""A process that is killed at any moment loses nothing of a pilot: what was entered, reported and saved."""

import pytest
from actuals import write_files
from killing import killed_at

from pilot_planner import make_plan, replan, standing
from pilot_planner.data.actuals import of_inputs
from pilot_planner.exports.after_signature.making import make_reports
from pilot_planner.exports.formats import write_export
from pilot_planner.reports.actuals_files import load_actuals, template_files, write_template
from pilot_planner.store.pilots import pilot_of
from pilot_planner.store.plans import saved_inputs
from pilot_planner.store.store import Store
from pilot_planner.studies.after_signature.template import as_planned

FEW = (1, 4, 9, 17, 30, 52)
FIFTY = tuple(range(1, 151, 3))
MOMENTS = [pytest.param(FEW, id="few"), pytest.param(FIFTY, id="fifty", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs)


def contents(folder):
    """Every file but those that the next run sweeps away."""
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file() and not any(part.startswith(".") for part in one.relative_to(folder).parts)
    }


@pytest.mark.parametrize("moments", MOMENTS)
def test_a_template_is_there_whole_or_not_at_all(tmp_path, plan, moments):
    whole = template_files(plan, 1)
    for moment in moments:
        target = tmp_path / str(moment)
        killed_at(moment, lambda target=target: write_template(plan, target, 1))
        there = contents(target) if target.exists() else {}
        assert not there or there.keys() == whole.keys(), moment
        # Whatever is left does not stand in the way of the next attempt, and what is whole is not written over.
        if not there:
            write_template(plan, target, 1)
        assert load_actuals(target, plan, today=plan.design.programme.start_date.replace(year=2030)).over == 1


@pytest.mark.parametrize("moments", MOMENTS)
def test_reports_are_the_old_ones_or_the_new_ones_and_what_was_entered_stays(tmp_path, plan, moments):
    pilot = write_files(template_files(plan, 2), tmp_path / "pilot")
    entered = contents(pilot)
    day = plan.design.programme.start_date.replace(year=2030)
    old, new = (make_reports(standing(plan, as_planned(plan, t)), made_on=day) for t in (1, 2))
    for moment in moments:
        folder = tmp_path / f"out{moment}"
        write_export(old, folder)
        killed_at(moment, lambda folder=folder: write_export(new, folder))
        assert contents(folder) in (old.files, new.files), moment
        assert contents(pilot) == entered
        write_export(new, folder)
        assert contents(folder) == new.files


@pytest.mark.parametrize("moments", MOMENTS)
def test_what_happened_is_in_the_store_whole_or_not_at_all(tmp_path, plan, moments):
    file = tmp_path / "plans.sqlite"
    store = Store.open(file, create=True)
    item = store.save_plan(plan, "Pilot")
    store.close()
    answer = replan(plan, as_planned(plan, 2), ways=("go_on",)).answers[0].plan
    known = 1

    def save():
        own = Store.open(file)
        own.save_plan(answer, onto=item.id, why="decided anew")
        own.close()

    for moment in moments:
        killed_at(moment, save)
        store = Store.open(file)
        store.check()
        found = pilot_of(store, item.id)
        assert found.revision in (known, known + 1), moment
        assert found.signed[1]["manifest"]["plan_id"] == plan.plan_id
        if found.revision > 1:
            assert of_inputs(saved_inputs(*found.kept).tables, "saved").over == 2
        known = found.revision
        store.close()
    save()
    store = Store.open(file)
    assert pilot_of(store, item.id).revision == known + 1 or known > 1
    store.close()
