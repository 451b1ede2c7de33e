"""Plans that differ most: as far apart as the whole programme says, good enough, and the best of their own choices."""

from dataclasses import replace

import pulp
import pytest
from random_designs import random_case

from pilot_planner.programme.build import build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.solving.farthest import GoodEnough, differences, with_choices_of
from pilot_planner.solving.session import Session
from pilot_planner.studies.pareto.near_optimal import alternatives
from pilot_planner.studies.planning.plan import make_plan

WITHIN = 0.05


def most_by_the_whole_programme(programme, most, known):
    """The largest least number of differing choices among plans that are good enough, by HiGHS on everything at once."""
    problem = to_pulp(programme)
    variables = problem.variables()
    sign = -1.0 if programme.maximise else 1.0
    objective = pulp.lpSum(sign * c * variables[j] for j, c in programme.objective.terms.items())
    # In shares of the bound: a dollar of many millions is below the tolerance of a solver.
    problem += objective * (1.0 / max(1.0, abs(most))) <= most / max(1.0, abs(most)), "good_enough"
    choices = [*programme.d.level.values(), *programme.d.open.values()]
    least = problem.add_variable("least", 0, len(choices))
    for number, solution in enumerate(known):
        away = pulp.lpSum(1 - variables[j] if solution[j] > 0.5 else variables[j] for j in choices)
        problem += least <= away, f"away_{number}"
    problem.sense = pulp.LpMaximize
    problem.setObjective(least)
    problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=120))
    return round(least.varValue or 0.0)


def check_against_the_whole_programme(case, rounds, within=WITHIN):
    """How many alternatives there were."""
    if case is None:
        return 0
    programme = build(case)
    session = Session(programme)
    best = session.solve()
    if not best.has_plan:
        return 0
    room = within * abs(best.objective)
    good = GoodEnough.within(session, best.objective, room)
    known, apart = [session.break_ties(best)], float("inf")
    for _ in range(rounds):
        other = good.farthest(known, apart)
        expected = most_by_the_whole_programme(programme, good.most, known)
        if other is None:
            assert expected == 0
            break
        counted = [away.value(other) + constant for away, constant in (differences(programme, one) for one in known)]
        apart = min(counted)
        assert round(apart) == expected
        held = Session(with_choices_of(programme, other))
        improved = held.break_ties(held.solve())
        assert sum(abs(improved[j] - other[j]) for j in (*programme.d.level.values(), *programme.d.open.values())) < 1e-6
        loss = abs(programme.objective.value(improved) - best.objective)
        assert loss <= room * (1 + 1e-6) + 1e-6 * abs(best.objective)
        known.append(improved)
    return len(known) - 1


@pytest.mark.parametrize("seed", [12, 14, 24, 26, 32])
def test_each_is_as_far_from_all_before_as_any_plan_that_is_good_enough(shipped_inputs, seed):
    check_against_the_whole_programme(random_case(seed, shipped_inputs), rounds=2, within=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_more(shipped_inputs, seed):
    check_against_the_whole_programme(random_case(seed, shipped_inputs), rounds=2, within=0.2)


def test_where_the_sets_of_hosts_are_not_used_the_distances_are_the_same(shipped_inputs):
    by_sets = alternatives("one_host", shipped_inputs, within=WITHIN, count=2)
    whole = alternatives("one_host", shipped_inputs, {"solver.engine": "whole"}, within=WITHIN, count=1)

    assert whole.alternatives[1].differences == by_sets.alternatives[1].differences


def test_an_alternative_is_the_plan_that_its_settings_give_to_the_dollar(shipped_inputs):
    found = alternatives("one_host", shipped_inputs, within=WITHIN, count=2)
    for one in found.alternatives[1:]:
        plan = make_plan("one_host", shipped_inputs, one.settings)
        for name in ("worker_income", "operating_cost", "card_pay"):
            assert one.metrics[name] == pytest.approx(plan.metrics[name], rel=1e-6)


def test_nothing_is_asked_of_sets_that_hold_no_plan_that_is_good_enough(shipped_inputs):
    """What the search for the best plan has proven only saves time: without it the same is found."""
    from pilot_planner.case.case import make_case
    from pilot_planner.studies.planning.setup import set_up

    design, ready = set_up("two_hosts", shipped_inputs, {})
    session = Session(build(make_case(design, ready)))
    best = session.solve()
    known = [session.break_ties(best)]
    good = GoodEnough.within(session, best.objective, WITHIN * best.objective)

    def apart(found):
        away, constant = differences(session.programme, known[0])
        return round(away.value(found) + constant)

    assert good.bounds is not None
    assert apart(good.farthest(known)) == apart(replace(good, bounds=None).farthest(known)) > 0


def test_every_chosen_host_has_workers_from_the_end_of_set_up_to_the_end(shipped_inputs):
    """Where any plan with a second host is good enough, an empty office would be the cheapest way to differ."""
    found = alternatives("two_hosts", shipped_inputs, {"limits.hosts.max": 3}, within=0.1, count=3)
    assert len(found.alternatives) == 4
    for one in found.alternatives:
        plan = found.plan(one.number)
        working = {row.period for row in plan.accounts.workforce if row.workers > 0}
        for host in plan.hosts:
            own = {row.period for row in plan.accounts.workforce if row.iso3 == host.iso3 and row.workers > 0}
            assert own == working, (one.number, host.iso3)
