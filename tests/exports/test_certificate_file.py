"""The certificate that an export makes: ``verify`` takes it on another machine, and refuses it for another plan."""

import json
from pathlib import Path

import pytest
from command_line import run_here

from pilot_planner import make_plan, write_plan
from pilot_planner.errors import InputError
from pilot_planner.exports import certificate
from pilot_planner.exports.formats import make_export, write_export
from pilot_planner.studies.verification.verify import verify

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def exported(shipped_inputs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("certified")
    plan = make_plan(TOP / "models" / "one_host.toml", shipped_inputs)
    write_plan(plan, folder / "plan")
    made = make_export(plan, ["certificate"])
    write_export(made, folder)
    return plan, folder


def test_it_says_what_it_is_a_proof_of(exported):
    plan, folder = exported
    found = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    about = found["about"]
    assert (about["plan_id"], about["inputs_hash"]) == (plan.plan_id, plan.inputs.hash)
    assert about["value"] == plan.outcome.objective
    assert about["chance"]["as_signed"]["share"] == plan.chance.as_signed.holds.value
    assert about["versions"].keys() == {"pilot_planner", "python", "highspy", "numpy"}
    assert plan.legal_gate in about["notice"]


def test_verify_takes_it_and_refuses_it_for_another_plan(exported, capsys):
    _, folder = exported
    file = folder / "certificate.json"
    raw = file.read_bytes()
    result = run_here(capsys, "verify", folder / "plan", "--inputs", TOP / "inputs", "--certificate", file, "--json")
    assert result.status == 0, result.err
    document = json.loads(result.out)
    assert document["verdict"] == "agrees"
    assert document["certificate"]["faults"] == []
    assert document["certificate"]["sets"] > 0
    assert file.read_bytes() == raw
    with pytest.raises(InputError, match="another programme"):
        verify(TOP / "models" / "low_budget.toml", TOP / "inputs", certificate=file)


def test_a_proof_that_was_changed_does_not_hold(exported, tmp_path):
    _, folder = exported
    found = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(found | {"bound": found["bound"] * 0.9}), encoding="utf-8")
    changed = verify(folder / "plan", TOP / "inputs", certificate=file)
    assert changed.verdict == "disagrees"


def test_a_plan_without_one_is_told(exported, monkeypatch):
    from pilot_planner.errors import SolverError

    def none(plan):
        raise SolverError("too many sets")

    plan, _ = exported
    monkeypatch.setattr(certificate, "certificate_of", none)
    made = make_export(plan, ["certificate", "logframe"])
    assert "certificate.json" not in made.files
    assert made.notes == ("there is no certificate: too many sets",)
    with pytest.raises(SolverError, match="too many sets"):
        make_export(plan, ["certificate"])
