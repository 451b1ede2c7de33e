"""What every test folder shares: the helpers of tests/support, one profile of hypothesis, the shipped inputs."""

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "support"))

settings.register_profile("house", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("house")


@pytest.fixture(scope="session")
def shipped_inputs():
    """The shipped inputs, read and checked once."""
    from pilot_planner.data.loading import load_inputs

    return load_inputs(Path(__file__).parents[1] / "inputs")


@pytest.fixture(scope="session")
def inputs(shipped_inputs):
    """The same under the name that tests of the data use."""
    return shipped_inputs


@pytest.fixture
def copied(tmp_path):
    """Makes copies of the shipped ``inputs`` and ``models`` that a test may break; returns the folder that holds both."""

    def copy(name: str = "own") -> Path:
        top = Path(__file__).parents[1]
        for part in ("inputs", "models"):
            shutil.copytree(top / part, tmp_path / name / part)
        return tmp_path / name

    return copy
