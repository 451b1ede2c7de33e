"""Cliffs: where hosts, levels or feasibility change, with both sides solved; and single steps, solved."""

import pytest
from checked_prices import check
from random_designs import random_settings

from pilot_planner.errors import CancelledError, NoPlanError
from pilot_planner.studies.explain.cliffs import cliffs
from pilot_planner.studies.explain.resolves import Resolves
from pilot_planner.studies.explain.shadow_prices import solve_basis
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up

MONGOLIA = "inputs.hosts.MNG.willingness"
KAZAKHSTAN = "inputs.hosts.KAZ.willingness"
WILLINGNESS = "limits.mean_willingness.min"
WAIVER = "waivers.MNG.foreign_worker_fee"


@pytest.fixture(scope="module")
def basis(inputs):
    return solve_basis(None, inputs)


@pytest.fixture(scope="module")
def found(basis):
    return cliffs(paths=(MONGOLIA, KAZAKHSTAN, WILLINGNESS, WAIVER), basis=basis)


def test_mongolias_willingness_carries_every_plan(found):
    hosts, none = (one for one in found.of(MONGOLIA) if one.changes_at < one.value)
    assert (hosts.kind, hosts.stays_at, hosts.changes_at) == ("hosts", 0.41, 0.40)
    assert (none.kind, none.stays_at, none.changes_at) == ("no plan", 0.40, 0.39)
    assert none.sentence == "Mongolia: willingness 0.60: at 0.39 there is no plan (at 0.40 there still is one)."
    assert none.proven


def test_kazakhstan_goes_a_hundredth_below_what_it_is_believed_to_be(found):
    (cliff,) = (one for one in found.of(KAZAKHSTAN) if one.changes_at < one.value)
    assert (cliff.kind, cliff.stays_at, cliff.changes_at) == ("hosts", 0.30, 0.29)
    assert cliff.objective == pytest.approx(13.66e6, rel=1e-3)
    assert cliff.choice == "MNG (intensive) and TZA (enhanced)"


def test_a_limit_has_a_cliff_on_either_side_and_one_where_no_plan_is_left(found):
    below, above, none = sorted(found.of(WILLINGNESS), key=lambda one: one.changes_at)
    assert (below.kind, below.stays_at, below.changes_at) == ("hosts", 0.31, 0.30)
    assert below.objective == pytest.approx(27.65e6, rel=1e-3)
    assert below.choice == "KAZ (intensive)"
    assert above.kind == "hosts"
    assert (none.kind, none.stays_at, none.changes_at) == ("no plan", 0.60, 0.61)


def test_a_waiver_refused_leaves_no_plan(found):
    (cliff,) = found.of(WAIVER)
    assert cliff.kind == "no plan"
    assert cliff.sentence == "Mongolia, waiver of the foreign worker fee: without it there is no plan."


@pytest.mark.parametrize("number", range(8))
def test_both_sides_of_a_cliff_are_what_plans_solved_by_themselves_say(number, found, inputs):
    cliff = found.cliffs[number]

    def plan(value):
        value = bool(value) if cliff.path.startswith("waivers") else value
        try:
            return make_plan(None, inputs, {cliff.path: value})
        except NoPlanError:
            return None

    before, after = plan(cliff.stays_at), plan(cliff.changes_at)
    assert before is not None
    if cliff.kind == "no plan":
        assert after is None
        return
    assert {host.iso3 for host in before.hosts} == {"KAZ", "MNG"}
    assert {host.iso3 for host in after.hosts} != {"KAZ", "MNG"}
    assert cliff.objective == pytest.approx(after.outcome.objective, rel=1e-6)


def test_what_was_not_looked_at_in_the_time_is_named(basis):
    nothing = cliffs(paths=(MONGOLIA, KAZAKHSTAN), seconds=0.0, basis=basis)
    assert nothing.not_looked == (KAZAKHSTAN, MONGOLIA)
    assert nothing.cliffs == ()


def test_a_search_that_is_stopped_keeps_what_it_found(basis):
    with pytest.raises(CancelledError) as stopped:
        cliffs(paths=(WAIVER, MONGOLIA), basis=basis, progress=lambda _, share: share == 0.0)
    assert [one.path for one in stopped.value.partial.cliffs] == [WAIVER]


@pytest.mark.slow
def test_several_workers_find_the_same_cliffs(found, inputs):
    again = cliffs(None, inputs, paths=(MONGOLIA, KAZAKHSTAN, WAIVER), workers=2)
    assert again.cliffs == tuple(one for one in found.cliffs if one.path != WILLINGNESS)


# --- one step ---


@pytest.mark.parametrize(
    ("path", "moved"),
    [("limits.operating_cost.max", 11.9e6), (WILLINGNESS, 0.41), ("programme.min_placement", 30), (KAZAKHSTAN, 0.29)],
)
def test_what_a_step_changes_is_the_difference_of_two_plans(path, moved, basis, inputs):
    again = basis.resolves
    before = make_plan(None, inputs)
    after = make_plan(None, inputs, {path: moved})
    assert again.change({path: moved}) == pytest.approx(after.outcome.objective - before.outcome.objective, abs=20.0)
    assert again.at({path: moved}).levels == {host.iso3: host.oversight_level for host in after.hosts}
    assert again.at({path: moved}).same_choice == (path != KAZAKHSTAN)


def test_a_step_to_where_there_is_no_plan_has_no_change_to_tell(basis):
    assert basis.resolves.change({MONGOLIA: 0.39}) is None
    assert basis.resolves.at({MONGOLIA: 0.39}).status == "infeasible"


@pytest.mark.parametrize("path", ["limits.no_such_limit.max", "inputs.hosts.XXX.willingness"])
def test_a_value_that_nothing_has_is_refused_with_its_place(path, basis):
    refused = basis.resolves.at({path: 1.0})
    assert refused.status == "refused"
    assert path.removeprefix("inputs.").split(".")[1] in refused.reason


def test_a_question_is_solved_once_and_told_by_what_a_looser_one_proved(inputs):
    design, ready = set_up(None, inputs, {})
    resolves = Resolves(design, ready)
    fresh = Resolves(design, ready)
    for bound in (0.41, 0.42, 0.44, 0.5):
        quick = resolves.at({WILLINGNESS: bound}, within=resolves.base)
        slow = fresh.at({WILLINGNESS: bound})
        assert quick.objective == pytest.approx(slow.objective, rel=2e-7)
        assert quick.levels == slow.levels
    solved = resolves.solves
    assert resolves.at({WILLINGNESS: 0.41}).objective == resolves.at({WILLINGNESS: 0.1 + 0.31}).objective
    assert resolves.solves == solved


@pytest.mark.parametrize("path", ["placements.MNG.construction.market_wage", "hosts.MNG.foreign_worker_quota"])
def test_an_input_that_falls_to_nothing_staffs_nobody_and_is_no_error(path, basis):
    solved = basis.resolves.at({f"inputs.{path}": 0.0})
    assert solved.settled
    assert solved.objective is None or solved.objective < basis.resolves.base.objective


# --- random designs ---


# Designs in which one of the ways that are drawn has a cliff.
@pytest.mark.parametrize("seed", [13, 18, 22])
def test_steps_and_cliffs_of_a_random_design_hold_against_cold_plans(seed, inputs):
    steps, told = check(seed, inputs, random_settings(seed), 3, 1)
    assert steps == 3
    assert told


@pytest.mark.slow
def test_steps_and_cliffs_of_three_hundred_random_designs_hold_against_cold_plans(inputs):
    done = 0
    for seed in range(1, 2000):
        done += check(seed, inputs, random_settings(seed), 4, 1) is not None
        if done == 300:
            break
    assert done == 300
