"""A plan whose rest was decided anew is kept with what had happened, corrections and all, and comes back the same."""

import pytest

from pilot_planner import Store, load_inputs, replan
from pilot_planner.data.actuals import Actuals, of_inputs
from pilot_planner.data.reading import Row
from pilot_planner.store.backup import backup, restore
from pilot_planner.studies.after_signature.template import template_rows


@pytest.fixture
def anew(plan):
    rows = template_rows(plan, 3)
    wrong = next(row for row in rows["people"] if row["leavers"])
    told = {"correction": 1, "corrected_on": "2027-09-01", "corrected_by": "Ana", "why": "one came back"}
    rows["people"].append({**wrong, "leavers": 1.0, **told})
    tables = {name: tuple(Row(n, one) for n, one in enumerate(some, 2)) for name, some in rows.items()}
    return replan(plan, Actuals("actuals", tables), ways=("go_on",)).of("go_on").plan


def test_what_had_happened_is_kept_with_the_plan_and_through_a_backup(store, anew, plan, new_address, tmp_path):
    item = store.save_plan(plan, "Pilot")
    store.save_plan(anew, onto=item.id, why="after three quarters")
    backup(store, tmp_path / "backup.sqlite")
    restored = Store.open(new_address(), who="Ben")
    restore(restored, tmp_path / "backup.sqlite")
    try:
        for opened in (store, restored):
            found = opened.inputs(item.id)
            assert found.hash == anew.inputs.hash
            actuals = of_inputs(found.tables, found.origin)
            assert actuals.over == 3
            assert [row["why"] for _, row in actuals.corrections()] == ["one came back"]
            assert opened.remake(item.id).plan.metrics == pytest.approx(anew.metrics)
            assert [one.number for one in opened.history(item.id)] == [2, 1]
            opened.export_folder(
                item.id, tmp_path / f"plan{opened is store}", inputs=tmp_path / "inputs" / str(opened is store)
            )
        assert load_inputs(tmp_path / "inputs" / "True").hash == anew.inputs.hash
    finally:
        restored.close()
