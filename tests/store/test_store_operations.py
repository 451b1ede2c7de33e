"""What can be done with what is saved, on SQLite and on PostgreSQL alike."""

import dataclasses
import json

import pandas as pd
import pytest

from pilot_planner import StoreError, load_design, trade_offs, what_if, write_plan
from pilot_planner.design.overrides import Overrides
from pilot_planner.reports.answer_files import write_front

SCENARIO = Overrides({"limits.operating_cost.max": 8e6, "inputs.hosts.MNG.living_wage": 300}, "Lower pay")


@pytest.fixture
def saved(store, prepared):
    return store.save("plan", prepared, "First draft", description="For the board.\nIn May.")


def test_a_saved_plan_is_the_folder_that_was_written(store, plan, tmp_path):
    written = write_plan(plan, tmp_path / "plan")
    item = store.save_plan(plan, "First draft", asked={"model": "one_host"})

    files = store.files(item.id)
    assert set(files) == {path.name for path in written.iterdir()}
    for path in written.iterdir():
        if path.name != "manifest.json":
            assert files[path.name] == path.read_bytes()
    assert item.about["plan_id"] == plan.plan_id
    assert item.about["value"] == plan.outcome.objective
    assert store.record(item.id)["asked"] == {"model": "one_host"}
    assert store.record(item.id)["manifest"]["options"] == plan.design.solver.model_dump(mode="json")


def test_what_is_saved_once_is_kept_once(store, prepared, saved):
    before = store.check()
    store.save("plan", prepared, "Second draft")

    assert store.check().contents == before.contents


def test_inputs_and_design_come_back_as_they_were(store, other_plan):
    item = store.save_plan(other_plan, "Other")

    inputs = store.inputs(item.id)
    assert inputs.hash == other_plan.inputs.hash
    assert inputs.estimates == other_plan.inputs.estimates
    assert list(inputs.changes.items()) == list(other_plan.inputs.changes.items())
    assert store.design(item.id) == other_plan.design


def test_an_item_is_found_by_id_beginning_and_name(store, saved):
    assert store.get(saved.id) == store.get(saved.id[:6]) == store.get("First draft") == saved
    assert saved.description == "For the board.\nIn May."
    assert (saved.revision, saved.changed_by, saved.archived) == (1, "Ana", False)


@pytest.mark.parametrize("reference", ["nothing", "", "%", "____", "../..", "First", "x" * 10_000, "\x1b[2J"])
def test_what_is_not_there_is_said_in_a_sentence(store, saved, reference):
    with pytest.raises(StoreError, match="is saved") as told:
        store.get(reference)

    assert "\x1b" not in str(told.value)


def test_two_of_one_name_are_told_apart_by_id(store, prepared, saved):
    second = store.save("plan", prepared, "First draft")

    with pytest.raises(StoreError, match="2 items are named") as told:
        store.get("First draft")
    assert saved.id in str(told.value)
    assert second.id in str(told.value)
    store.archive(saved.id)
    assert store.get("First draft").id == second.id


def test_who_changed_what_when_with_values_before_and_after(store, saved):
    store.by("Ben").rename(saved.id, "Draft for the board", why="the board met")
    store.by("Cy").describe(saved.id, "Shorter.")
    changes = store.history(saved.id)

    assert [(one.number, one.who, one.action) for one in changes] == [
        (3, "Cy", "describe"),
        (2, "Ben", "rename"),
        (1, "Ana", "save"),
    ]
    assert (changes[1].before, changes[1].after) == ({"name": "First draft"}, {"name": "Draft for the board"})
    assert changes[1].why == "the board met"
    assert (changes[0].before, changes[0].after) == ({"description": saved.description}, {"description": "Shorter."})
    assert changes[0].at > changes[1].at > changes[2].at
    assert store.get(saved.id).name == "Draft for the board"
    assert store.get(saved.id, revision=1) == saved


def test_the_next_revision_of_a_scenario_names_each_setting_that_changed(store):
    item = store.save_scenario(SCENARIO)
    changed = Overrides({"limits.operating_cost.max": 9e6, "floors.host_willingness": 0.2}, "Not its name")
    item = store.save_scenario(changed, onto=item.id)
    assert item.name == "Lower pay"
    last = store.history(item.id)[0]

    assert item.revision == 2
    names = [
        "settings.limits.operating_cost.max",
        "settings.inputs.hosts.MNG.living_wage",
        "settings.floors.host_willingness",
    ]
    assert [last.before[name] for name in names] == [8e6, 300, None]
    assert [last.after[name] for name in names] == [9e6, None, 0.2]
    assert dict(store.scenario(item.id).settings) == dict(sorted(changed.settings.items()))
    assert dict(store.scenario(item.id, revision=1).settings) == dict(sorted(SCENARIO.settings.items()))


def test_the_next_revision_of_a_plan_names_settings_choices_and_metrics(store, plan, other_plan):
    item = store.save_plan(plan, "Draft")
    store.save_plan(other_plan, onto=item.id)
    last = store.history(item.id)[0]

    assert last.name == "Draft"
    assert (last.before["settings.limits.operating_cost.max"], last.after["settings.limits.operating_cost.max"]) == (
        8e6,
        7e6,
    )
    assert last.after["settings.inputs.placements.MNG.construction.market_wage"] == 650
    assert last.before["metrics.worker_income"] == plan.metrics["worker_income"]
    assert last.after["metrics.worker_income"] == other_plan.metrics["worker_income"]
    assert "settings.programme.duration_months" not in last.after


def test_an_archived_item_is_left_out_of_lists_and_comes_back(store, prepared, saved):
    other = store.save("plan", prepared, "Second")
    store.archive(saved.id)

    assert [item.id for item in store.list()] == [other.id]
    assert [item.id for item in store.list(archived=True)] == [saved.id]
    assert {item.id for item in store.list(archived=None)} == {saved.id, other.id}
    assert store.files(saved.id)
    back = store.restore_item(saved.id)
    assert (back.archived, back.revision) == (False, 3)
    assert [item.id for item in store.list()] == [saved.id, other.id]


def test_an_earlier_revision_comes_back_as_a_new_one(store):
    first = store.save_scenario(SCENARIO, description="one")
    store.save_scenario(Overrides({"limits.operating_cost.max": 9e6}), onto=first.id, name="Dearer", description="two")
    back = store.restore_item(first.id, to=1)

    assert (back.revision, back.name, back.description, back.content) == (3, "Lower pay", "one", first.content)
    last = store.history(first.id)[0]
    assert (last.action, last.before["name"], last.after["name"]) == ("restore", "Dearer", "Lower pay")
    assert (last.before["settings.limits.operating_cost.max"], last.after["settings.limits.operating_cost.max"]) == (
        9e6,
        8e6,
    )
    assert len(store.history(first.id)) == 3
    with pytest.raises(StoreError, match="has no revision 9"):
        store.restore_item(first.id, to=9)


def test_a_copy_has_a_history_of_its_own(store, saved):
    copied = store.copy(saved.id)
    store.rename(copied.id, "Another")

    assert copied.id != saved.id
    assert copied.name == "First draft (copy)"
    assert store.files(copied.id) == store.files(saved.id)
    assert store.history(copied.id)[-1].after["copy_of"] == saved.id
    assert store.get(saved.id) == saved
    assert store.copy(saved.id, "Named").name == "Named"


def test_a_copy_of_a_long_name_is_as_long_as_a_name_may_be(store):
    item = store.save_scenario(SCENARIO, "n" * 200)

    assert store.copy(item.id).name == "n" * 193 + " (copy)"


def test_a_change_that_changes_nothing_is_no_revision(store, saved):
    store.rename(saved.id, saved.name)
    store.restore_item(saved.id)

    assert len(store.history()) == 1


def test_a_change_on_top_of_somebody_elses_is_refused(store, saved):
    store.by("Ben").rename(saved.id, "Ben's", expected=1)

    with pytest.raises(
        StoreError, match=r"was changed by Ben at .* \(revision 2\), after you looked at it \(revision 1\)"
    ) as told:
        store.rename(saved.id, "Ana's", expected=1)
    assert told.value.reason == "changed"
    assert store.get(saved.id).name == "Ben's"


def test_lists_can_be_narrowed(store, prepared):
    store.save("plan", prepared, "Budget of MAY")
    store.save_scenario(SCENARIO, "Scenario of May")

    assert [item.kind for item in store.list(containing="may")] == ["scenario", "plan"]
    assert [item.kind for item in store.list("plan")] == ["plan"]
    assert store.list("front") == []
    with pytest.raises(StoreError, match="no kind of item; expected design, scenario, plan, front, study"):
        store.list("budget")


def test_a_design_comes_back_and_its_file_gives_the_same(store, tmp_path):
    design = load_design("two_hosts", {"limits.operating_cost.max": 7.5e6})
    item = store.save_design(design, "Two")
    (tmp_path / "design.toml").write_bytes(store.files(item.id)["design.toml"])

    assert store.design(item.id) == design
    assert load_design(tmp_path / "design.toml").model_dump() == design.model_dump()


@pytest.mark.parametrize("name", ["base", "in_kind_first", "wide_eligibility", "secured_income", "released_revenue"])
def test_every_designs_file_gives_the_same_design(name, tmp_path):
    from pilot_planner.store.encode import design_text

    design = load_design(name)
    (tmp_path / "design.toml").write_text(design_text(design), encoding="utf-8")

    assert load_design(tmp_path / "design.toml").model_dump() == design.model_dump()


def test_a_front_is_saved_with_what_it_was_made_with(file_store, shipped_inputs, tmp_path):
    store = file_store
    front = trade_offs("one_host", shipped_inputs, points=3, most_divisions=2)
    write_front(front, tmp_path / "front")
    item = store.save_front(front, "Front")
    folder = store.save_folder(tmp_path / "front", "Front folder")

    assert store.files(item.id)["front.csv"] == (tmp_path / "front" / "front.csv").read_bytes()
    assert store.files(folder.id)["payoff.csv"] == (tmp_path / "front" / "payoff.csv").read_bytes()
    assert store.inputs(item.id).hash == shipped_inputs.hash
    assert (item.kind, folder.kind, item.about["plans"]) == ("front", "front", len(front.points))


def test_a_study_is_saved_with_its_runs(store, shipped_inputs, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(
        'title = "Budgets"\nwhy = "To see."\n[[vary]]\npath = "limits.operating_cost.max"\nvalues = [6e6, 8e6]\n',
        encoding="utf-8",
    )
    result = what_if(file, "one_host", shipped_inputs, out=tmp_path / "runs")
    item = store.save_study(result)
    folder = store.save_folder(tmp_path / "runs", "Folder")
    (tmp_path / "back.csv").write_bytes(store.files(item.id)["runs.csv"])

    assert item.name == "Budgets"
    assert list(pd.read_csv(tmp_path / "back.csv")["worker_income"]) == [one["worker_income"] for one in result.records]
    assert store.files(folder.id)["runs.csv"] == (tmp_path / "runs" / "runs.csv").read_bytes()
    assert set(store.files(folder.id)) == {"runs.csv", "study.json", "summary.json"}


def test_two_plans_and_two_scenarios_are_compared(store, plan, other_plan, saved):
    other = store.save_plan(other_plan, "Other")
    found = store.compare(saved.id, other.id)

    assert {"setting": "limits.operating_cost.max", "a": 8e6, "b": 7e6, "change": -1e6} in found.settings
    assert next(row for row in found.metrics if row["metric"] == "worker_income")["b"] == other_plan.metrics["worker_income"]
    one = store.save_scenario(SCENARIO)
    two = store.save_scenario(dataclasses.replace(SCENARIO, settings={"limits.operating_cost.max": 9e6}), "Two")
    assert {"name": "settings.limits.operating_cost.max", "a": 8e6, "b": 9e6} in store.compare(one.id, two.id).values
    with pytest.raises(StoreError, match="compare two of one kind"):
        store.compare(one.id, saved.id)


def test_what_is_of_another_kind_is_refused_in_words(store, saved):
    scenario = store.save_scenario(SCENARIO)

    with pytest.raises(StoreError, match="is a scenario, not a plan"):
        store.remake(scenario.id)
    with pytest.raises(StoreError, match="is a plan, not a scenario"):
        store.scenario(saved.id)
    with pytest.raises(StoreError, match="that no design was saved with"):
        store.design(scenario.id)
    with pytest.raises(StoreError, match="that no inputs were saved with"):
        store.inputs(scenario.id)
    with pytest.raises(StoreError, match="save it as a new item"):
        store.save_scenario(SCENARIO, onto=saved.id)
    with pytest.raises(StoreError, match="changes nothing"):
        store.save_scenario(Overrides({}), "Empty")
    assert len(store.history()) == 2


def test_a_value_that_no_file_can_hold_is_refused(store, plan):
    with pytest.raises(StoreError, match="cannot be kept"):
        store.save_plan(plan, "Draft", asked={"value": float("nan")})
    assert store.list() == []


def test_the_table_of_a_saved_plan_can_be_read_without_the_package(store, plan, saved):
    document = json.loads(store.files(saved.id)["plan.json"])

    assert document == store.plan_document(saved.id)
    assert document["metrics"]["worker_income"] == plan.metrics["worker_income"]
