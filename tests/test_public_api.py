"""What a release made public stays: a script that worked with it works with the next one, or is warned for a version."""

import inspect
import json
from pathlib import Path

import pytest

import pilot_planner

RELEASED = json.loads((Path(__file__).parent / "support" / "public_in_0_1_0.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", RELEASED)
def test_what_0_1_0_made_public_takes_and_has_what_it_took_and_had(name):
    """Parameters of functions; fields, properties and methods of classes."""
    public = getattr(pilot_planner, name)
    if inspect.isclass(public):
        has = set(dir(public)) | set(getattr(public, "__dataclass_fields__", ()))
    else:
        has = set(inspect.signature(public).parameters)
    assert set(RELEASED[name]) <= has
