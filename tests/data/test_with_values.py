"""What-ifs on top of the files: ``Inputs.with_values`` and the paths of ``--set inputs.PATH=VALUE``."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.errors import InputError

QUOTA = ("placements", "MNG", "construction", "foreign_worker_quota")
DEMAND = ("placements", "MNG", "construction", "demand")


def three(estimate):
    return (estimate.low, estimate.base, estimate.high)


def fault(inputs, changes):
    with pytest.raises(InputError) as error:
        inputs.with_values(changes)
    return str(error.value)


def test_a_whole_value_replaces_low_base_and_high(inputs):
    changed = inputs.with_values({"programme.attrition_yearly": 0.2})
    assert three(changed.find("programme", "attrition_yearly")) == (0.2, 0.2, 0.2)
    assert changed.find("programme", "attrition_yearly").reading == "set"


def test_the_original_is_left_as_it_was(inputs):
    before = inputs.hash
    inputs.with_values({"programme.attrition_yearly": 0.2})
    assert three(inputs.find("programme", "attrition_yearly")) == (0.05, 0.12, 0.25)
    assert before == inputs.hash


def test_derived_values_follow(inputs):
    changed = inputs.with_values({"placements.MNG.construction.foreign_worker_quota": 1000})
    assert three(changed.find(*DEMAND)) == (1000, 1000, 1000)
    assert changed.number("placements", "MNG", "construction", "intake_quarter") == pytest.approx(250)


def test_a_derived_value_that_is_set_no_longer_follows(inputs):
    changed = inputs.with_values({"placements.MNG.construction.demand": 70})
    again = changed.with_values({"placements.MNG.construction.foreign_worker_quota": 10})
    assert three(again.find(*DEMAND)) == (70, 70, 70)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"low": 0.1}, (0.1, 0.12, 0.25)),
        ({"base": 0.2}, (0.05, 0.2, 0.25)),
        ({"high": 0.5}, (0.05, 0.12, 0.5)),
        ({"base": 0.6, "high": 0.7}, (0.05, 0.6, 0.7)),
        ({"base": 0.01, "low": 0}, (0, 0.01, 0.25)),
    ],
)
def test_one_bound_can_be_set_and_several_in_any_order(inputs, changes, expected):
    changed = inputs.with_values({f"programme.attrition_yearly.{bound}": value for bound, value in changes.items()})
    assert expected == three(changed.find("programme", "attrition_yearly"))


def test_a_whole_value_replaces_a_bound_that_was_set_before(inputs):
    changed = inputs.with_values({"programme.attrition_yearly.low": 0.1}).with_values({"programme.attrition_yearly": 0.3})
    assert three(changed.find("programme", "attrition_yearly")) == (0.3, 0.3, 0.3)
    assert dict(changed.changes) == {(("programme", "attrition_yearly"), ""): 0.3}


def test_a_bound_is_set_on_top_of_a_whole_value_that_was_set_before(inputs):
    changed = inputs.with_values({"programme.attrition_yearly": 0.3, "programme.attrition_yearly.high": 0.4})
    assert three(changed.find("programme", "attrition_yearly")) == (0.3, 0.3, 0.4)


def test_a_bound_that_breaks_the_order_is_refused(inputs):
    expected = (
        "inputs.programme.attrition_yearly.low: 0.2 breaks low <= base <= high (0.2, 0.12, 0.25); "
        "expected an ordered range; set the other bounds as well"
    )
    assert expected == fault(inputs, {"programme.attrition_yearly.low": 0.2})


def test_one_bound_of_an_absent_value_is_refused(inputs):
    expected = (
        "inputs.hosts.ARE.living_wage.base: is one bound of a value that is absent; expected low, base and high; "
        "set all three at once with inputs.hosts.ARE.living_wage"
    )
    assert expected == fault(inputs, {"hosts.ARE.living_wage.base": 300})


def test_an_absent_value_can_be_set_as_a_whole(inputs):
    changed = inputs.with_values({"hosts.ARE.living_wage": 300})
    assert three(changed.find("hosts", "ARE", "living_wage")) == (300, 300, 300)


def test_an_unknown_path_gives_the_nearest_ones(inputs):
    expected = (
        "inputs.programme.atrition_yearly: no such input; expected the path of an estimate; "
        "nearest: inputs.programme.attrition_yearly"
    )
    assert fault(inputs, {"programme.atrition_yearly": 0.1}).startswith(expected)


def test_a_path_that_resembles_nothing_says_where_the_list_is(inputs):
    expected = "inputs.zzz: no such input; expected the path of an estimate; see 'pilot-planner check --values'"
    assert expected == fault(inputs, {"zzz": 1})


def test_a_value_out_of_its_bounds_is_refused(inputs):
    assert fault(inputs, {"programme.attrition_yearly": 1.5}) == (
        "inputs.programme.attrition_yearly: 1.5 is out of bounds; expected between 0 and 1; correct it"
    )


@pytest.mark.parametrize("path", ["programme.attrition_yearly", "unit_costs.staff_p3_year.high"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e13])
def test_a_value_that_no_solver_can_use_is_refused(inputs, path, value):
    assert fault(inputs, {path: value}) == (
        f"inputs.{path}: {value:g} cannot be used; expected a number of at most 1,000,000,000,000; correct it"
    )


def test_every_fault_comes_in_one_pass(inputs):
    found = fault(inputs, {"nowhere": 1, "programme.attrition_yearly": 2, "programme.intake_share": -1})
    assert len(found.splitlines()) == 3


def test_a_change_that_makes_a_formula_divide_by_zero_is_refused(inputs):
    found = fault(inputs, {"unit_costs.inkind_multiplier_dprk": 0})
    assert "the formula 'unit_costs[family_parcel_month] / unit_costs[inkind_multiplier_dprk]' divides by zero" in found


def test_a_change_changes_the_hash_and_the_same_change_gives_the_same(inputs):
    one, two = (inputs.with_values({"programme.attrition_yearly": 0.2}) for _ in range(2))
    assert one.hash == two.hash != inputs.hash


def test_text_cannot_be_set(inputs):
    assert not [path for path in inputs.paths if inputs.find(*path.split(".")).unit == "text"]


@given(
    st.sampled_from(["placements.KAZ.construction.demand", "programme.intake_share", "hosts.MNG.labour_force"]), st.floats()
)
def test_any_number_at_all_is_taken_or_refused_with_its_path(inputs, path, value):
    try:
        changed = inputs.with_values({path: value})
    except InputError as error:
        assert all(fault.place.file == f"inputs.{path}" for fault in error.faults)
    else:
        assert changed.number(*path.split(".")) == value


def test_a_bound_that_breaks_a_whole_value_set_beside_it_is_refused(inputs):
    path = "programme.attrition_yearly"
    assert fault(inputs, {path: 0.3, f"{path}.low": 0.4}) == (
        f"inputs.{path}.low: 0.4 breaks low <= base <= high (0.4, 0.3, 0.3); expected an ordered range; "
        "set the other bounds as well"
    )


def test_a_broken_range_and_a_value_out_of_bounds_come_in_one_pass(inputs):
    found = fault(inputs, {"programme.attrition_yearly.low": 0.2, "programme.intake_share": -1})
    assert len(found.splitlines()) == 2


def test_many_unknown_paths_are_all_told_but_near_names_looked_for_only_at_first(inputs):
    found = fault(inputs, {f"programme.atrition_yearly{number}": 1 for number in range(60)}).splitlines()
    assert len(found) == 60
    assert ["nearest: " in line for line in found] == [True] * 10 + [False] * 50


# --- a scenario of one host is no evidence of another ---

POOLED = (
    "hosts.AGO.employee_contribution_rate",
    "hosts.KAZ.employer_contribution_rate",
    "hosts.MNG.foreign_worker_fee",
    "hosts.QAT.host_tax_rate",
)
"""Readings, and for Angola a median itself."""


def moved(before, after):
    return {one.path for one in before.estimates.values() if three(after.find(*one.address)) != three(one)}


@pytest.mark.parametrize("path", POOLED)
@pytest.mark.parametrize("bound", ["", ".low"])
def test_a_scenario_of_one_host_moves_no_median_over_hosts(inputs, path, bound):
    assert inputs.followers(tuple(path.split("."))) == []
    assert moved(inputs, inputs.with_values({f"{path}{bound}": 0})) <= {path}


def test_a_reading_that_was_absent_or_a_median_does_not_enter_the_median_by_a_scenario(inputs):
    derived = next(
        one.path for one in inputs.estimates.values() if one.formula == "median(hosts.employee_contribution_rate)"
    )
    assert moved(inputs, inputs.with_values({derived: 0.5})) == {derived}


def test_a_second_scenario_on_top_of_the_first_still_takes_what_was_read(inputs):
    first = inputs.with_values({POOLED[0]: 0})
    assert moved(inputs, first.with_values({"programme.attrition_yearly": 0.2})) == {POOLED[0], "programme.attrition_yearly"}


def test_a_scenario_is_not_told_as_evidence_of_another_host(inputs):
    path = POOLED[1]
    address = tuple(path.split("."))
    user = next(one.address for one in inputs.estimates.values() if one.formula == f"median(hosts.{address[-1]})")
    assert address in inputs.operands(user)
    assert address not in inputs.with_values({path: 0}).operands(user)


def test_draws_of_what_was_read_move_the_medians_over_it(inputs):
    values = {one: 0 for one in inputs.paths if one.endswith(".employee_contribution_rate")}
    readings = {path: 0.0 for path in values if not inputs.find(*path.split(".")).formula}
    drawn = inputs.with_values(readings, drawn=True)
    assert {drawn.find(*path.split(".")).base for path in values} == {0.0}
