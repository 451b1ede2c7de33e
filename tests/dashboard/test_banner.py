"""What stands above a page without a plan is the diagnosis of the command line: every conflict, every change of a repair."""

import pytest

from pilot_planner.dashboard.layout.infeasible_banner import diagnosis_box
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import read_address
from pilot_planner.studies.explain.infeasibility import diagnose
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up

SEARCH = "?model=base&limits.operating_cost.max=3000000&limits.worker_months.min=10000000"


@pytest.fixture(scope="module")
def box_and_diagnosis(shipped_inputs):
    planner = Planner()
    question = read_address(SEARCH, planner.models, planner.first)
    found = diagnose(*set_up("base", shipped_inputs, question.settings))
    return diagnosis_box(found, SEARCH, planner), found, planner


def parts_of(component):
    yield component
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list) else [children]:
        if child is not None:
            yield from parts_of(child)


def test_every_member_of_every_conflict_is_told(box_and_diagnosis):
    box, found, _ = box_and_diagnosis
    text = " ".join(one for one in parts_of(box) if isinstance(one, str))
    assert len(found.conflicts) == 2
    for conflict in found.conflicts:
        assert all(member.sentence in text for member in conflict)


def test_a_link_applies_all_changes_of_a_repair_and_gives_a_plan(box_and_diagnosis, shipped_inputs):
    box, found, planner = box_and_diagnosis
    links = [one.href for one in parts_of(box) if getattr(one, "className", "") == "pp-repair"]
    assert len(links) == len(found.offered)
    question = read_address(links[0].removeprefix("/"), planner.models, planner.first)
    assert found.least_set.changes.items() <= question.settings.items()
    assert len(found.least_set.changes) == 2
    assert make_plan("base", shipped_inputs, question.settings).status == "optimal"
