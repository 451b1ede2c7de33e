"""Readers that the package does not need, in an environment of their own, over the same files as those of the lock."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from programme_files import agrees, expected, least_by_hand, of_design, small, write
from random_designs import random_settings
from readers import READERS

ROOT = Path(__file__).parents[2]
PACKAGES = {"GLPK": "swiglpk", "OR-Tools": "ortools"}


MODELLERS = {"Pyomo": "pyomo", "cvxpy": "cvxpy", "linopy": "linopy"}
NAMES = """
import json, cvxpy, linopy, linopy.io, pyomo.environ
from pyomo.opt import ReaderFactory
words = {"mps", "lp", "read", "netcdf"}
def named(*where):
    return sorted({name for one in where for name in dir(one) if words & set(name.split("_"))})
found = {"Pyomo": sorted(map(str, ReaderFactory)), "cvxpy": named(cvxpy, cvxpy.Problem)}
print(json.dumps(found | {"linopy": named(linopy, linopy.io, linopy.Model)}))
"""
"""What they read by, and every name that speaks of a format or of reading."""


def environment(folder, packages):
    """The Python of an environment with the versions that the page names."""
    page = (ROOT / "docs" / "programme_file.md").read_text(encoding="utf-8")
    told = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in page.splitlines() if line.startswith("|")}
    wanted = [f"{package}=={told[name]}" for name, package in packages.items()]
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True, timeout=60)
    python = next(path for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if path.exists())
    made = subprocess.run([*uv, "pip", "install", "-q", "--python", str(python), *wanted], timeout=300)
    if made.returncode:
        pytest.skip(f"not to be installed here: {', '.join(wanted)}")
    return python


@pytest.fixture(scope="module")
def other_python(tmp_path_factory):
    return environment(tmp_path_factory.mktemp("readers") / "venv", PACKAGES)


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKAGES)
def test_a_reader_that_is_not_in_the_lock_sees_the_same_programmes_and_optima(name, other_python, shipped_inputs, tmp_path):
    made = {f"design_{model.stem}": of_design(model, shipped_inputs, {}) for model in sorted(ROOT.glob("models/*.toml"))}
    made |= {f"random_{seed}": of_design(None, shipped_inputs, random_settings(seed)) for seed in range(30)}
    made |= {f"trap_{seed}": small(seed) for seed in range(30)}
    # The reader solves files whose name begins with 'small'.
    least = {stem: least_by_hand(one) for stem, one in made.items() if stem.startswith("trap_")}
    files = {}
    for stem, one in made.items():
        solved = "small_" if least.get(stem) is not None else ""
        for file in write(one, tmp_path, solved + stem):
            if file.suffix in READERS[name][2]:
                files[str(file)] = stem
    command = [str(other_python), str(ROOT / "tests" / "support" / "readers.py"), name, *files]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=500).stdout)["read"][name]
    assert set(found) == set(files)
    for file, stem in files.items():
        agrees(name, found[file], expected(made[stem]), (name, file))
        if least.get(stem) is not None:
            assert found[file]["least"] == pytest.approx(least[stem], rel=1e-6, abs=1e-6), file


@pytest.mark.slow
def test_the_modelling_packages_read_neither_format(tmp_path):
    """A new version that has a reader makes this fail: then the page is to be brought up to date, and the reader tried."""
    python = environment(tmp_path / "venv", MODELLERS)
    found = json.loads(subprocess.run([python, "-c", NAMES], check=True, capture_output=True, text=True, timeout=300).stdout)
    assert found["Pyomo"] == ["json", "sol", "yaml"]
    assert found["cvxpy"] == ["is_lp"]
    assert found["linopy"] == ["read_netcdf", "to_lp_file", "to_netcdf"]
