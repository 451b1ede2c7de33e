"""A saved plan is made again: the same, or a word on which figures differ and why."""

import json

import pytest

from pilot_planner import StoreError, make_plan
from pilot_planner.design.overrides import read_overrides
from pilot_planner.studies.planning.plan import Plan


@pytest.fixture
def saved(file_store, other_plan):
    return file_store.save_plan(other_plan, "Draft")


def test_the_same_plan_comes_out_byte_for_byte(file_store, saved, other_plan):
    result = file_store.remake(saved.id)

    assert (result.same, result.identical, result.reasons) == (True, True, ())
    assert isinstance(result.plan, Plan)
    assert result.plan.plan_id == other_plan.plan_id
    assert result.plan.metrics == other_plan.metrics
    assert result.sentence == "The plan was made again and is the same: every setting, choice and figure, and every table."


def test_it_does_not_need_the_inputs_that_are_there_now(file_store, saved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inputs").mkdir()

    assert file_store.remake(saved.id).same


def test_other_inputs_are_named_with_the_figures_that_differ(file_store, saved, shipped_inputs):
    result = file_store.remake(saved.id, inputs=shipped_inputs)

    assert not result.same
    assert "are not those that were saved with it" in result.sentence
    assert "worker_income" in {row["metric"] for row in result.differences.metrics}
    # Both values are told, also the one that nobody set.
    now = shipped_inputs.number("placements", "MNG", "construction", "market_wage")
    assert f"inputs.placements.MNG.construction.market_wage: 650 then, {now:g} now" in result.sentence
    assert "flows" in result.tables


def test_another_version_is_named(file_store, plan, prepared):
    parts, record, about = prepared
    document = json.loads(parts["files/plan.json"])
    document["metrics"]["worker_income"] *= 1.01
    old = {**parts, "files/plan.json": json.dumps(document).encode()}
    versions = {**record["versions"], "pilot_planner": "0.0.9", "highspy": "1.0.0"}
    item = file_store.save("plan", (old, {**record, "versions": versions}, about), "Old")
    result = file_store.remake(item.id)

    now = record["versions"]
    assert not result.same
    assert [row["metric"] for row in result.differences.metrics] == ["worker_income"]
    assert f"pilot_planner 0.0.9 then, {now['pilot_planner']} now" in result.sentence
    assert f"highspy 1.0.0 then, {now['highspy']} now" in result.sentence


def test_a_design_that_this_version_does_not_read_is_said(file_store, prepared):
    parts, record, about = prepared
    design = {**record["design"], "of_the_future": 1}
    versions = {**record["versions"], "pilot_planner": "9.9.9"}
    item = file_store.save("plan", (parts, {**record, "design": design, "versions": versions}, about), "New")

    with pytest.raises(StoreError, match=r"saved by version 9\.9\.9 .* does not read \(of_the_future"):
        file_store.remake(item.id)


def test_inputs_that_this_version_does_not_read_are_said(file_store, prepared, shipped_inputs):
    parts, record, about = prepared
    fewer = {name: raw for name, raw in parts.items() if name != "inputs/estimates/hosts.csv"}
    rows = json.loads(parts["inputs/lists/hosts.csv"])
    fewer["inputs/lists/hosts.csv"] = json.dumps({**rows, "columns": ["other", *rows["columns"][1:]]}).encode()
    item = file_store.save("plan", (fewer, record, about), "Other inputs")

    with pytest.raises(
        StoreError, match=r"by version .* are not read by this version \(.*hosts\.csv: is missing and 1 more\)"
    ):
        file_store.remake(item.id)
    with pytest.raises(StoreError, match="name inputs of today with --inputs"):
        file_store.inputs(item.id)
    assert file_store.remake(item.id, inputs=shipped_inputs).same


def test_an_exported_plan_is_made_again_anywhere_from_its_two_folders(file_store, saved, other_plan, tmp_path):
    from pilot_planner.studies.planning.reload import remake

    folder = file_store.export_folder(saved.id, tmp_path / "plan", inputs=tmp_path / "inputs")
    again = remake(folder, tmp_path / "inputs")

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == file_store.files(saved.id)
    assert again.metrics == other_plan.metrics
    assert again.inputs.hash == other_plan.inputs.hash
    overrides = read_overrides(tmp_path / "inputs" / "changes.toml")
    assert make_plan(other_plan.design, tmp_path / "inputs", overrides.settings).inputs.hash == other_plan.inputs.hash
    with pytest.raises(StoreError, match="is there already and not empty"):
        file_store.export_folder(saved.id, folder)


def test_a_plan_that_was_stopped_at_its_time_limit_says_so(file_store, plan, prepared, shipped_inputs):
    parts, record, about = prepared
    document = json.loads(parts["files/plan.json"]) | {"status": "time_limit"}
    document["metrics"]["worker_income"] *= 0.9
    item = file_store.save("plan", ({**parts, "files/plan.json": json.dumps(document).encode()}, record, about), "Stopped")

    assert "stopped at its time limit" in file_store.remake(item.id).sentence
    assert make_plan(plan.design, shipped_inputs).metrics == file_store.remake(item.id).plan.metrics
