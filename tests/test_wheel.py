"""The wheel carries inputs and models: installed, the command works in any folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built from the checkout and unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(TOP)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed, where, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-m", "pilot_planner", *arguments],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_input_and_model_is_in_the_wheel(installed):
    for name in ("inputs", "models"):
        shipped = {path.relative_to(TOP / name) for path in (TOP / name).rglob("*") if path.is_file()}
        carried = installed / "pilot_planner" / "shipped" / name

        assert {path.relative_to(carried) for path in carried.rglob("*") if path.is_file()} == shipped


def test_the_schemas_of_iati_are_in_the_wheel_with_their_terms(installed):
    folder = Path("pilot_planner") / "exports" / "schemas" / "iati-2.03"
    names = {path.name for path in (TOP / "src" / folder).iterdir()}

    assert {"iati-activities-schema.xsd", "iati-common.xsd", "xml.xsd", "NOTICE.txt"} <= names
    assert {path.name for path in (installed / folder).iterdir()} == names


def test_the_installed_command_plans_in_an_empty_folder(installed, tmp_path):
    result = run(installed, tmp_path, "plan", "--json")

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["status"] == "optimal"
    assert list(tmp_path.iterdir()) == []


def test_new_copies_what_is_shipped_and_plan_uses_the_copy(installed, tmp_path):
    assert run(installed, tmp_path, "new", "mine").returncode == 0
    model = tmp_path / "mine" / "models" / "base.toml"
    model.write_text(model.read_text().replace("max = 12_000_000", "max = 9_000_000"))
    result = run(installed, tmp_path / "mine", "plan", "--json")

    assert json.loads(result.stdout)["design"]["limits"]["operating_cost"]["max"] == 9_000_000


def test_the_installed_command_keeps_a_store(installed, tmp_path):
    """The steps that make its tables are in the wheel."""
    store = ("--store", "store.sqlite")
    saved = run(installed, tmp_path, "store", "save", "one_host", "--name", "Mine", *store)
    checked = run(installed, tmp_path, "store", "check", *store)

    assert (saved.returncode, checked.returncode) == (0, 0), saved.stderr + checked.stderr
    assert "1 items, 1 changes" in checked.stderr
