"""NOTICE and the bill of materials tell what a container holds, in the versions of the lock."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import supply  # noqa: E402  # a tool beside the package


@pytest.fixture(scope="module")
def shipped():
    return {one.name: one for one in supply.shipped()}


def test_the_notice_is_what_the_lock_gives():
    assert (ROOT / "NOTICE").read_text(encoding="utf-8") == supply.notice(), "run 'make notice'"


def test_it_names_what_is_asked_for_with_the_licences_that_bind_whoever_passes_it_on(shipped):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in project["dependencies"] + project["optional-dependencies"]["postgres"]:
        assert supply.canonicalize_name(supply.Requirement(line).name) in shipped
    assert shipped["docxtpl"].licence == "LGPL-2.1-only"
    assert shipped["psycopg"].licence == "LGPL-3.0-only"
    assert shipped["certifi"].licence == "MPL-2.0"
    assert not {"pytest", "playwright", "mypy", "hypothesis"} & shipped.keys(), "packages of tests are not delivered"
    assert {one.version for one in shipped.values()} <= set(supply.locked().values())


def test_every_work_of_others_in_the_repository_is_named():
    named = {place for _, place in supply.OWN.values()}
    found = {path for path in (ROOT / "src").rglob("*") if path.name.startswith(("LICENSE", "NOTICE"))}
    texts = {(ROOT / place).read_text(encoding="utf-8") for place in named}
    assert all(path.read_text(encoding="utf-8") in texts for path in found)


def test_the_bill_of_materials_is_cyclonedx_and_holds_the_same(shipped, tmp_path):
    file = tmp_path / "sbom.json"
    subprocess.run([sys.executable, ROOT / "tools" / "supply.py", "sbom", file], check=True)
    made = json.loads(file.read_text(encoding="utf-8"))
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert {(one["name"], one["version"]) for one in made["components"]} == {(n, one.version) for n, one in shipped.items()}
    assert {one["purl"].partition("@")[0] for one in made["components"]} == {f"pkg:pypi/{name}" for name in shipped}


def test_the_container_is_delivered_with_the_notice():
    assert " NOTICE " in (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "NOTICE" in project["license-files"]
