"""Stores to try things on: a file, and a database of a real PostgreSQL where one is installed."""

import itertools

import pytest
from postgres import Server, find_programs

from pilot_planner import Store, make_plan
from pilot_planner.store.plans import plan_parts


@pytest.fixture(scope="session")
def postgresql():
    """A server that all tests of this process share."""
    if find_programs() is None:
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed here")
    server = Server().start()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_address(request, tmp_path):
    """Makes addresses of stores that are not there yet."""
    if request.param == "sqlite":
        numbers = itertools.count(1)
        return lambda: str(tmp_path / f"store{next(numbers)}.sqlite")
    return request.getfixturevalue("postgresql").new_database


@pytest.fixture
def store(new_address):
    opened = Store.open(new_address(), who="Ana")
    yield opened
    opened.close()


@pytest.fixture
def file_store(tmp_path):
    opened = Store.open(tmp_path / "store.sqlite", who="Ana")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs, {"limits.operating_cost.max": 8e6})


@pytest.fixture(scope="session")
def other_plan(shipped_inputs):
    """With a change of the inputs, and a bound on top of it."""
    changes = {
        "inputs.placements.MNG.construction.market_wage": 650,
        "inputs.hosts.MNG.living_wage": 300,
        "inputs.hosts.MNG.living_wage.low": 250,
    }
    return make_plan("one_host", shipped_inputs, {"limits.operating_cost.max": 7e6, **changes})


@pytest.fixture(scope="session")
def prepared(plan):
    """A plan's parts, which most tests save instead of taking them from the plan again."""
    return plan_parts(plan)
