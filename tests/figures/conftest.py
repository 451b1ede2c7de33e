"""Plans that tests of figures draw: the base design, one host, none."""

import dataclasses
from pathlib import Path

import pytest

from pilot_planner import make_plan

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="session")
def plan(shipped_inputs):
    """The plan of the base design."""
    return make_plan(MODELS / "base.toml", shipped_inputs)


@pytest.fixture(scope="session")
def one_host(shipped_inputs):
    """A plan in one host."""
    return make_plan(MODELS / "one_host.toml", shipped_inputs)


@pytest.fixture(scope="session")
def idle(plan):
    """A plan that employs nobody anywhere."""
    accounts = dataclasses.replace(plan.accounts, levels={}, workforce=(), flows=(), escrow=(), budget=(), oversight=())
    metrics = dict.fromkeys(plan.metrics, 0.0)
    return dataclasses.replace(plan, hosts=(), placements=(), accounts=accounts, metrics=metrics)
