"""Plans across draws by sets of hosts: the same optimum as by other ways, bounds that hold whatever is done."""

import itertools
import random
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import COST_LINES, MONTH, line, tiny_case
from whole_hedge import whole

from pilot_planner.case.case import make_case
from pilot_planner.design.loading import load_design
from pilot_planner.design.schema import Hedge
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.build import build
from pilot_planner.programme.draws import make_draw, placements_failing, signed_rows, yardstick
from pilot_planner.solving.decomposition.set_search import SetSearch
from pilot_planner.solving.session import Session
from pilot_planner.solving.stochastic import scenario_search
from pilot_planner.solving.stochastic.benders_cuts import Race
from pilot_planner.solving.stochastic.cvar import MeanRisk
from pilot_planner.solving.stochastic.recourse import Recourse
from pilot_planner.solving.stochastic.scenario_programme import DrawnSets
from pilot_planner.solving.stochastic.scenario_search import SetsAcross
from pilot_planner.solving.stochastic.two_stage import TwoStage
from pilot_planner.studies.robust.robust_plan import signed
from pilot_planner.studies.robust.scenarios import Candidates
from pilot_planner.studies.uncertainty.samples import draw

CHOICES = Hedge(
    weight=0.5,
    tail=0.4,
    draws=4,
    fresh_draws=4,
    gap=1e-6,
    time_limit=60,
    shortfall={"money": 4, "capacity": 0.5, "safeguard": 2},
)
LEVELS = {"oversight.levels": ["basic", "close"], "limits.workers_total.min": 15}


def small(seed):
    """A small case and four draws of it, all stirred: (base, solution of the base plan, yardstick, draws)."""
    chance = random.Random(seed)
    limits = LEVELS | {
        "limits.operating_cost.max": chance.uniform(180_000, 420_000),
        "limits.funds_at_risk_share.max": chance.uniform(0.07, 0.15),
    }
    if chance.random() < 0.5:
        limits["limits.hosts.max"] = 1
    sectors = ("work", "more") if chance.random() < 0.5 else ("work",)

    def programme(demand):
        head = line("head", "head_of_office_months", 2000.0 * chance.uniform(0.6, 1.8))
        lines = tuple(head if one.line_id == "head" else one for one in COST_LINES)
        return build(tiny_case(limits, demand=demand, sectors=sectors, cost_lines=lines))

    base = programme(chance.uniform(25.0, 70.0))
    session = Session(base)
    outcome = session.solve()
    solution = session.break_ties(outcome)
    measure = yardstick(base, solution, CHOICES)
    keys = [placement.key for placement in base.case.placements]
    floors = [f"host_willingness.{h}" for h in MONTH]
    draws = []
    for _ in range(CHOICES.draws):
        failing = [chance.choice(floors)] if chance.random() < 0.4 else []
        draws.append(make_draw(programme(chance.uniform(8.0, 80.0)), placements_failing(failing, keys), measure))
    return base, solution, measure, draws


def by_branching(base):
    """The same programme for the search that knows nothing of sets."""
    design = base.case.design
    options = design.solver.model_copy(update={"engine": "whole"})
    return replace(base, case=replace(base.case, design=design.model_copy(update={"solver": options})))


def outcome_of(base, draws, measure, weight=0.5, tail=0.4, start=None):
    return TwoStage(base, draws, MeanRisk(weight, tail), 1e-6 * measure.worth, 60.0).solve(start)


@pytest.mark.parametrize("seed", range(8))
def test_small_cases_have_the_same_optimum_by_sets_by_branching_and_as_one_programme(seed):
    base, solution, measure, draws = small(seed)
    weight, tail = ((0.0, 1.0), (0.5, 0.4), (1.0, 0.3))[seed % 3]
    start = signed(base, solution) if seed % 2 else None
    sets = outcome_of(base, draws, measure, weight, tail, start)
    branching = outcome_of(by_branching(base), draws, measure, weight, tail, start)
    _, value, _, _ = whole(base, draws, MeanRisk(weight, tail))
    room = 3e-6 * measure.worth
    assert sets.status == branching.status == "optimal"
    assert sets.value == pytest.approx(value, abs=room)
    assert sets.value == pytest.approx(branching.value, abs=room)
    assert sets.value - sets.bound <= room
    assert sets.bound <= value + room


def shipped(inputs, count, seed, model=None):
    design = load_design(model)
    base = build(make_case(design, inputs))
    session = Session(base)
    solution = session.break_ties(session.solve())
    measure = yardstick(base, solution, design.hedge)
    candidates = Candidates(design, inputs, [one.key for one in base.case.placements], design.oversight.levels)
    drawn = draw(candidates.uncertain()[0], count, seed)
    return base, solution, measure, [candidates.draw(drawn.row(number), measure)[0] for number in range(count)]


@pytest.mark.parametrize("seed", [3, 4])
def test_the_shipped_design_has_the_same_optimum_by_sets_and_by_branching(shipped_inputs, seed):
    base, solution, measure, draws = shipped(shipped_inputs, 4, seed)
    start = signed(base, solution)
    sets = outcome_of(base, draws, measure, start=start)
    branching = outcome_of(by_branching(base), draws, measure, start=start)
    assert sets.status == branching.status == "optimal"
    assert sets.value == pytest.approx(branching.value, abs=2e-6 * measure.worth)
    assert sets.settled < sets.sets / 4


def true_losses(base, one, choices):
    """The loss of each set of hosts and levels where the draw chooses openings and caps for itself, by one programme."""
    programme = Recourse.whole(base, one, base.case.design.solver)
    return np.array([programme.relaxed(choice, 60.0)[0] for choice in choices])


def choices_of(base, sets):
    hosts = [host.iso3 for host in base.case.hosts]
    levels = [level.level for level in base.case.levels]
    found = []
    for number in range(sets.count):
        chosen = {hosts[h]: levels[state - 1] for h, state in sets.states(number)}
        found.append({h: chosen.get(h) for h in hosts})
    return found


@pytest.fixture(scope="module")
def taken_apart():
    base, _, _, draws = small(2)
    sets = SetSearch(base, [base.objective], base.case.design.solver).sets
    drawn = DrawnSets(base, draws[0], signed_rows(base), sets, base.case.design.solver)
    return drawn, sets, true_losses(base, draws[0], choices_of(base, sets))


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 1.0, 30.0]))
def test_any_multipliers_bound_every_set(taken_apart, seed, size):
    drawn, sets, losses = taken_apart
    number = seed % sets.count
    _, near = drawn.least(sets.states(number), 60.0)
    near = np.zeros(drawn.blocks.link.count) if near is None else near
    stirred = near * (1.0 + size * np.random.default_rng(seed).normal(size=len(near)))
    bounds = drawn.bounds(stirred, sets.used(np.arange(sets.count)), 60.0)
    assert (bounds <= losses + 1e-6 * np.maximum(1.0, np.abs(losses))).all()


def test_at_its_own_multipliers_a_set_is_bounded_by_its_own_loss(taken_apart):
    drawn, sets, losses = taken_apart
    assert (drawn.guess() <= losses).all()
    tight = 0
    for number in range(sets.count):
        loss, multipliers = drawn.least(sets.states(number), 60.0)
        assert loss == pytest.approx(losses[number], rel=1e-7, abs=1e-3)
        bounds = drawn.bounds(multipliers, sets.used(np.array([number])), 60.0)
        tight += bounds[number] == pytest.approx(loss, rel=1e-6, abs=1e-2)
    assert tight == sets.count


def test_the_shipped_bounds_hold_in_every_draw(shipped_inputs):
    base, solution, measure, draws = shipped(shipped_inputs, 2, 5)
    race = Race(MeanRisk(0.5, 0.5), 1e-4 * measure.worth, time.perf_counter() + 60.0)
    search = SetsAcross(base, draws, race, lambda text: None)
    search.search(signed(base, solution))
    choices = choices_of(base, search.sets)
    for place, one in enumerate(draws):
        losses = true_losses(base, one, choices)
        assert (search._table[:, place] <= losses + 1e-6 * np.abs(losses)).all()


class OutOfTimeError(NoTimeError):
    """The time that a test gives is over."""


def test_wherever_it_is_stopped_the_bound_holds_and_the_best_is_kept():
    base, solution, measure, draws = small(4)
    start = signed(base, solution)
    proven = outcome_of(base, draws, measure, start=start)
    statuses, bounds = [], []
    for allowed in itertools.count(1):
        asked = itertools.count(1)

        class Watch(Race):
            def left(self, asked=asked, allowed=allowed):
                if next(asked) > allowed:
                    raise OutOfTimeError("over")
                return 60.0

        search = TwoStage(base, draws, MeanRisk(0.5, 0.4), 1e-6 * measure.worth, 60.0)
        search.race = Watch(search.race.risk, search.race.room, search.race.deadline)
        try:
            end = search.solve(start)
        except NoTimeError:
            continue
        assert end.bound <= proven.value + 1e-6 * measure.worth
        assert end.value >= proven.bound
        assert end.first is not None
        statuses.append(end.status)
        bounds.append(end.bound)
        if end.status == "optimal":
            break
    assert statuses.count("time_limit") > 10
    assert all(later >= earlier - 1e-6 for earlier, later in itertools.pairwise(bounds))
    assert bounds[-1] == pytest.approx(proven.bound)


def test_where_the_table_would_be_too_long_it_is_branched_instead(monkeypatch):
    base, solution, measure, draws = small(1)
    sets = outcome_of(base, draws, measure)
    monkeypatch.setattr(scenario_search, "MOST_BOUNDS", 1)
    told = []
    search = TwoStage(base, draws, MeanRisk(0.5, 0.4), 1e-6 * measure.worth, 60.0, told.append)
    branching = search.solve(signed(base, solution))
    assert branching.value == pytest.approx(sets.value, abs=3e-6 * measure.worth)
    assert any("bounded" in text for text in told)


def test_no_set_that_holds_at_base_values_is_called_infeasible():
    base, _, measure, draws = small(0)
    none = build(tiny_case(LEVELS | {"limits.operating_cost.max": 10.0}, demand=40.0))
    assert outcome_of(none, draws[:1], measure).status == "infeasible"
    assert outcome_of(base, draws[:1], measure).status == "optimal"


@given(
    st.lists(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5), min_size=1, max_size=6),
    st.floats(0.0, 1.0),
    st.floats(0.01, 1.0),
)
def test_the_measure_of_each_row_is_that_of_the_row(table, weight, tail):
    risk = MeanRisk(weight, tail)
    assert risk.of_each(np.array(table)) == pytest.approx([risk.of(row) for row in table], rel=1e-9, abs=1e-6)


def test_a_loss_without_end_has_no_measure():
    risk = MeanRisk(0.5, 0.4)
    table = np.array([[1.0, np.inf, -np.inf], [1.0, -np.inf, 3.0], [np.inf] * 3])
    assert risk.of_each(table).tolist() == [np.inf, -np.inf, np.inf]
