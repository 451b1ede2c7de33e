"""Stores to try things on: a file, and a database of a real PostgreSQL where one is installed."""

import pytest

from pilot_planner import Store, make_plan
from pilot_planner.store.plans import plan_parts


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
