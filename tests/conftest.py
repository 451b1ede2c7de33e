"""What every test folder shares: the helpers of tests/support, one profile of hypothesis, the shipped inputs."""

import itertools
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


@pytest.fixture(scope="session")
def postgresql():
    """A server that all tests of this process share."""
    from postgres import Server, find_programs

    if find_programs() is None:
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed here")
    server = Server().start()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_address(request, tmp_path):
    """Makes addresses of databases that are not there yet."""
    if request.param == "sqlite":
        numbers = itertools.count(1)
        return lambda: str(tmp_path / f"database{next(numbers)}.sqlite")
    return request.getfixturevalue("postgresql").new_database


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    from browser import QUIET, chromium

    found = chromium()
    if found is None:
        pytest.skip("no Chromium on this machine and none could be installed; 'apt-get install chromium' mends it")
    return {**browser_type_launch_args, "executable_path": found, "args": QUIET}
