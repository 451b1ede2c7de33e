"""One path for one draw and for many: arrays of draws give in each draw what that draw gives when everything is rebuilt."""

import numpy as np
import pytest
from tests.support.rebuilt import rebuilt as rebuilt_one

from pilot_planner.case.tax import Bracket, TaxSchedule
from pilot_planner.data.amounts import at_draw, everywhere, least, median, most, somewhere, where, whole
from pilot_planner.errors import InputError
from pilot_planner.programme.drawn import in_draw
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.samples import draw
from pilot_planner.studies.uncertainty.trial import Trial, hold
from pilot_planner.studies.uncertainty.uncertain_inputs import uncertain_values

EXACT = 1e-9
DESIGNS = [None, "wide_eligibility", "two_hosts", "in_kind_first", "strict_oversight"]


def trial_and_draws(model, inputs, draws, seed, settings=None):
    plan = make_plan(model, inputs, settings)
    uncertain, _ = uncertain_values(behind(plan.case, plan.accounts), plan.inputs)
    return Trial(plan.design, plan.inputs, hold(plan.programme, plan.solution)), draw(uncertain, draws, seed)


def by_path(drawn):
    return {path: drawn.values[:, place].copy() for place, path in enumerate(drawn.paths)}


def close(a, b):
    return abs(a - b) <= EXACT * max(1.0, abs(a), abs(b))


def assert_same(rebuilt, sliced):
    """Rows that only some draws have are implied where a draw does not have them: with no term but one of sign, or none."""
    own, other = ({row.name: row for row in one.rows} for one in (rebuilt, sliced))
    assert own.keys() <= other.keys()
    for name, row in own.items():
        a, b = row.expression.terms, other[name].expression.terms
        assert all(close(a.get(j, 0.0), b.get(j, 0.0)) for j in a.keys() | b.keys()), name
        assert close(row.right_side, other[name].right_side)
        assert row.sense == other[name].sense
    assert {name.split(".")[0] for name in other.keys() - own.keys()} <= {"room_in_kind", "room_family", "at_work"}
    for a, b in zip(rebuilt.d.columns, sliced.d.columns, strict=True):
        assert a.name == b.name
        assert a.lower == b.lower
        assert (a.upper is None and b.upper is None) or close(a.upper, b.upper)
    for name in ("operating_cost", "worker_income", "funds_at_risk", "expected_state_take", "balance_at_return"):
        a, b = rebuilt.metric(name).terms, sliced.metric(name).terms
        assert all(close(a.get(j, 0.0), b.get(j, 0.0)) for j in a.keys() | b.keys()), name


def check(model, inputs, draws, seed, settings=None):
    trial, drawn = trial_and_draws(model, inputs, draws, seed, settings)
    programme = trial.programme_of_draws(by_path(drawn))
    solution = trial.solution(programme)
    for number in range(draws):
        rebuilt = rebuilt_one(trial, drawn.row(number))
        assert_same(rebuilt, in_draw(programme, number))
        for a, b in zip(trial.solution(rebuilt), solution, strict=True):
            assert close(a, at_draw(b, number))


def test_a_draw_is_a_slice_of_the_programme_of_all(shipped_inputs):
    check(None, shipped_inputs, 12, seed=3)


@pytest.mark.slow
@pytest.mark.parametrize("model", DESIGNS)
@pytest.mark.parametrize("seed", [1, 2])
def test_many_draws_of_many_designs_are_slices(shipped_inputs, model, seed):
    check(model, shipped_inputs, 150, seed)


def test_yes_or_no_inputs_and_waivers_of_law_are_drawn_like_any_other(shipped_inputs):
    """A season that comes and goes, a convention that is ratified or not, contributions that are due or not."""
    trial, drawn = trial_and_draws(None, shipped_inputs, 4, seed=7)
    values = by_path(drawn)
    values["sectors.construction.building_season"] = np.array([1.0, 0.0, 1.0, 0.0])
    values["hosts.MNG.employer_contribution_rate"] = np.array([0.0, 0.125, 0.0, 0.125])
    programme = trial.programme_of_draws(values)
    for number in range(4):
        rebuilt = rebuilt_one(trial, {path: float(its[number]) for path, its in values.items()})
        assert_same(rebuilt, in_draw(programme, number))


def test_draws_out_of_bounds_are_refused_by_name_all_at_once(shipped_inputs):
    with pytest.raises(InputError) as caught:
        shipped_inputs.with_draws(
            {
                "programme.attrition_yearly": np.array([0.1, 1.5]),
                "hosts.MNG.no_such": np.array([1.0, 1.0]),
                "programme.in_kind_uptake": np.array([0.1, np.nan]),
            }
        )
    assert len(caught.value.faults) == 3
    assert "1.5" in str(caught.value)


def test_formulas_and_medians_follow_draws(shipped_inputs):
    derived = next(one for one in shipped_inputs.estimates.values() if one.formula.startswith("median("))
    pool = [
        one
        for one in shipped_inputs.estimates.values()
        if one.address[0] == "hosts" and f"hosts.{one.address[-1]}" in derived.formula and not one.formula and one.base
    ]
    values = {one.path: np.array([one.base, 0.9 * one.base, 1.0 * one.high]) for one in pool}
    drawn = shipped_inputs.with_draws(values)
    for number in range(3):
        rebuilt = shipped_inputs.with_values({path: float(its[number]) for path, its in values.items()}, drawn=True)
        for address, one in rebuilt.estimates.items():
            if one.base is not None:
                assert close(one.base, at_draw(drawn.estimates[address].base, number)), address


def test_amounts_are_the_same_for_one_and_for_many():
    a, b = np.array([1.0, 2.5, -3.0]), np.array([2.0, 2.0, -4.0])
    for n in range(3):
        assert least(a, b)[n] == least(float(a[n]), float(b[n]))
        assert most(a, b, 0.0)[n] == most(float(a[n]), float(b[n]), 0.0)
        assert where(a > b, a, 7.0)[n] == where(bool(a[n] > b[n]), float(a[n]), 7.0)
        assert median([a, b, 1.0])[n] == median([float(a[n]), float(b[n]), 1.0])
    assert whole(np.array([3.9, 4.0])).tolist() == [whole(3.9), whole(4.0)]
    assert somewhere(a > b) and not everywhere(a > b) and everywhere(a == a) and not somewhere(0.0)


def test_tax_of_many_wages_is_the_tax_of_each():
    steps = (Bracket(0, 200, 0.0), Bracket(200, 500, 0.05), Bracket(500, None, 0.10))
    schedule = TaxSchedule("s", "S", 50.0, steps, "", "C")
    wages = np.array([0.0, 50.0, 250.0, 251.0, 549.0, 551.0, 5_000.0])
    assert schedule.tax(wages).tolist() == [schedule.tax(float(one)) for one in wages]
