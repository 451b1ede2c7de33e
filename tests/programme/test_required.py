"""What a design requires is in its plan, and what cannot be is refused with the reason."""

import pytest
from tiny import line, tiny_case

from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.explain.infeasibility import diagnose
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up

COST = (line("coordination", "programme_months", 1000.0), line("journey_out", "arrivals", 400.0, "5"))


def rows(case):
    return {row.name: row for row in build(case).rows if row.name.startswith("required.")}


def test_each_kind_of_requirement_makes_one_row():
    case = tiny_case(
        {"required": ["AAA", "BBB.work", "BBB.close"], "oversight.levels": ["basic", "close"]}, hosts=("AAA", "BBB")
    )
    programme = build(case)
    d = programme.d
    found = {row.name: (set(row.expression.terms.items()), row.sense, row.right_side) for row in programme.rows}

    both = ("basic", "close")
    assert found["required.AAA"] == ({(d.level["AAA", level], 1.0) for level in both}, ">=", 1.0)
    assert found["required.BBB.work"] == ({(d.open["BBB", "work", level], 1.0) for level in both}, ">=", 1.0)
    assert found["required.BBB.close"] == ({(d.level["BBB", "close"], 1.0)}, ">=", 1.0)


def test_a_design_that_requires_nothing_has_no_such_row():
    assert rows(tiny_case({}, hosts=("AAA",))) == {}


def test_the_cheapest_plan_still_uses_a_host_that_is_required():
    aim = {"objective.metric": "operating_cost", "objective.sense": "min", "limits.worker_months.min": 100}
    free = build(tiny_case({**aim, "limits.hosts.max": 1}, hosts=("AAA", "BBB"), cost_lines=COST))
    chosen = {h for (h, _), column in free.d.level.items() if Session(free).solve().solution[column] > 0.5}
    other = ({"AAA", "BBB"} - chosen).pop()

    held = build(tiny_case({**aim, "limits.hosts.max": 1, "required": [other]}, hosts=("AAA", "BBB"), cost_lines=COST))
    solution = Session(held).solve().solution

    assert {h for (h, _), column in held.d.level.items() if solution[column] > 0.5} == {other}


@pytest.mark.parametrize(
    ("required", "exclusions", "words"),
    [
        (["MNG.constructions"], [], "did you mean"),
        (["KAZ"], ["KAZ"], "left out by exclusions"),
        (["KAZ.mining"], ["mining"], "left out by exclusions"),
        (["MNG.standard", "MNG.enhanced"], [], "cannot be at 'standard' and 'enhanced' at once"),
    ],
)
def test_requirements_that_cannot_be_are_refused_by_name(shipped_inputs, required, exclusions, words):
    with pytest.raises(InputError) as caught:
        set_up("base", shipped_inputs, {"required": required, "exclusions": exclusions})
    assert any("required" in str(fault.place) for fault in caught.value.faults)
    assert words in str(caught.value).lower() or words in str(caught.value)


def test_a_required_placement_that_fails_a_floor_says_which(shipped_inputs):
    with pytest.raises(NoPlanError, match=r"RUS is required but none of its placements can be staffed") as caught:
        make_plan("base", shipped_inputs, {"required": ["RUS", "CHN.construction"]})
    assert any(reason.startswith("CHN.construction is required but cannot be staffed: ") for reason in caught.value.reasons)


def test_a_conflict_with_what_is_required_is_diagnosed(shipped_inputs):
    settings = {"required": ["KAZ", "MNG"], "limits.hosts.max": 1}
    with pytest.raises(NoPlanError):
        make_plan("base", shipped_inputs, settings)
    found = diagnose(*set_up("base", shipped_inputs, settings))

    assert {"limits.hosts.max", "required.KAZ", "required.MNG"} in [{one.path for one in part} for part in found.conflicts]
    assert found.repairs[0].changes == {"limits.hosts.max": 2.0}
