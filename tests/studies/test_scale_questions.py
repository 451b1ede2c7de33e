"""One live session for all sizes finds what solving each size by itself finds."""

import itertools
from dataclasses import replace

import pytest
from random_designs import random_case

from pilot_planner.case.case import make_case
from pilot_planner.design.loading import validated
from pilot_planner.errors import NoPlanError
from pilot_planner.programme.build import build
from pilot_planner.solving.decomposition.host_sets import NoSetsError
from pilot_planner.solving.session import Session
from pilot_planner.solving.warm_start import KeptSession
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.scale_up.scale_up import scale
from pilot_planner.studies.scale_up.session import bound_hosts
from pilot_planner.studies.scale_up.sets import Alone, SetQuestions

SMALL = {"oversight.levels": ["intensive"], "solver.gap": 0.0}


@pytest.fixture(scope="module")
def answer(inputs):
    return scale(None, inputs, SMALL)


def test_every_size_is_what_a_plan_of_its_settings_gives(answer, inputs):
    for run in answer.runs:
        alone = make_plan(None, inputs, SMALL | run.settings)

        assert run.status == alone.status == "optimal"
        assert run.hosts == "+".join(sorted(host.iso3 for host in alone.hosts)), run
        for name in ("worker_months", "operating_cost", "worker_income", "state_revenue"):
            assert getattr(run, name) == pytest.approx(alone.metrics[name], rel=1e-6), (run.hosts_allowed, run.share, name)


def test_a_host_never_gives_more_than_its_bound_in_any_set_of_hosts(answer, inputs):
    design, ready = set_up(None, inputs, SMALL | answer.full.settings)
    programme = build(make_case(design, ready))
    session = KeptSession(programme)
    most = bound_hosts(session)
    given = dict.fromkeys(most, 0.0)
    for run in answer.runs:
        plan = make_plan(None, inputs, SMALL | run.settings)
        months = plan.table("workforce").groupby("iso3")["workers"].sum() * design.programme.period_months
        for h, value in months.items():
            given[h] = max(given[h], value)
            assert value <= most[h] * (1 + 1e-6)

    assert set(most) == set(programme.q.hosts)
    # The bounds say something: some host gives nearly as much as it could alone.
    assert max(given[h] / most[h] for h in most) > 0.99
    assert session.solve_anew().objective == pytest.approx(answer.full.worker_months, rel=1e-6)


def test_the_rows_of_the_programme_are_as_before_once_hosts_are_bounded(inputs, answer):
    design, ready = set_up(None, inputs, SMALL | answer.full.settings)
    session = KeptSession(build(make_case(design, ready)))
    live = session.live
    rows = range(len(session.programme.rows))

    def bounds():
        model = live._highs.getLp()
        return [(model.row_lower_[n], model.row_upper_[n]) for n in rows]

    before = bounds()
    bound_hosts(session)

    for one, other in itertools.zip_longest(before, bounds()):
        assert one == pytest.approx(other)


def test_a_host_that_the_design_requires_does_not_make_the_others_worthless(inputs, answer):
    design, ready = set_up(None, inputs, SMALL | answer.full.settings | {"required": ["TZA"]})
    session = KeptSession(build(make_case(design, ready)))

    assert min(bound_hosts(session).values()) > 0.0
    assert session.solve_anew().objective == pytest.approx(answer.full.worker_months, rel=1e-6)


WIDE = {"oversight.levels": ["standard", "intensive"], "limits.hosts.max": 3, "floors.host_willingness": 0.25}


@pytest.mark.parametrize(
    "settings", [SMALL, SMALL | {"required": ["TZA"]}, pytest.param(SMALL | WIDE, marks=pytest.mark.slow)]
)
def test_sizes_by_sets_of_hosts_are_those_of_the_whole_programme(inputs, settings):
    by_sets = scale(None, inputs, settings)
    whole = scale(None, inputs, settings | {"solver.engine": "whole"})

    assert len(by_sets.runs) == len(whole.runs)
    for one, other in zip(by_sets.runs, whole.runs, strict=True):
        assert (one.hosts_allowed, one.share, one.status) == (other.hosts_allowed, other.share, other.status)
        for name in ("worker_months", "operating_cost"):
            expected = pytest.approx(getattr(other, name) or 0.0, rel=1e-6)
            assert (getattr(one, name) or 0.0) == expected, (one.hosts_allowed, one.share, name)
    assert by_sets.cheapest.cost_per_worker_month == pytest.approx(whole.cheapest.cost_per_worker_month, rel=1e-6)
    assert [phase.hosts for phase in by_sets.phases] == [phase.hosts for phase in whole.phases]


def test_a_host_never_gives_more_than_it_could_alone_at_its_level(answer, inputs):
    design, ready = set_up(None, inputs, SMALL | answer.full.settings)
    programme = build(make_case(design, ready))
    rows = Alone(programme).rows
    best = Session(programme)
    solution = best.break_ties(best.solve())

    assert {row.name.rsplit(".", 1)[1] for row in rows} == set(programme.q.hosts)
    over = [row.expression.value(solution) for row in rows]
    assert max(over) <= 1e-3
    # The rows say something: some host gives nearly as much as it could alone.
    assert max(over) > -0.01 * answer.full.worker_months


def against_cold_solves(case):
    """Questions of a study of scale, in turn in one search, against cold solves of each question's whole programme."""
    try:
        questions = SetQuestions(case)
    except (NoPlanError, NoSetsError):
        return 0
    most = len(questions.search.blocks.hosts)
    asked = 0
    for size in range(1, most + 1):
        of_size = {"limits.hosts.max": size, "objective.metric": "worker_months", "objective.sense": "max"}
        wanted = replace(case, design=validated(case.design.model_dump(), of_size))
        largest, cold = questions.largest(wanted, size), Session(build(wanted)).solve()
        assert (largest is None) == (not cold.has_plan), size
        if largest is None:
            continue
        assert largest.outcome.objective == pytest.approx(cold.objective, rel=1e-6)
        least = 0.6 * largest.outcome.objective
        of_cost = of_size | {
            "limits.worker_months.min": least,
            "objective.metric": "operating_cost",
            "objective.sense": "min",
        }
        wanted = replace(case, design=validated(case.design.model_dump(), of_cost))
        cheapest, cold = questions.cheapest(wanted, size, least), Session(build(wanted)).solve()
        assert cheapest is not None, size
        assert cheapest.outcome.objective == pytest.approx(cold.objective, rel=1e-6)
        asked += 2
    return asked


def scale_case(seed, inputs):
    case = random_case(seed, inputs)
    if case is None:
        return None
    # As a study of scale asks: every host may be there, and no least size that a smaller programme would miss.
    freed = {"limits.hosts.max": len(case.hosts), "limits.hosts.min": 0, "limits.worker_months.min": 0}
    return replace(case, design=validated(case.design.model_dump(), freed))


def test_sizes_of_random_designs_are_those_of_cold_solves(shipped_inputs):
    cases = [case for seed in range(3) if (case := scale_case(seed, shipped_inputs)) is not None]

    assert sum(map(against_cold_solves, cases)) >= 6


@pytest.mark.slow
def test_sizes_of_two_hundred_random_designs_are_those_of_cold_solves(shipped_inputs):
    cases = [case for seed in range(3, 260) if (case := scale_case(seed, shipped_inputs)) is not None]

    assert sum(map(against_cold_solves, cases)) > 400


SCALED = {
    "limits.hosts.max": 8.0,
    "limits.worker_months.min": 3000.0,
    "limits.operating_cost.max": None,
    "limits.funding.min": None,
    "limits.workers_total.max": None,
    "limits.inspectors_total.max": None,
    "objective.metric": "worker_months",
    "objective.sense": "max",
}


def test_one_set_says_of_all_others_what_their_hosts_can_give(shipped_inputs):
    design, ready = set_up("models/wide_eligibility.toml", shipped_inputs, SCALED)
    questions = SetQuestions(make_case(design, ready))
    most = len(questions.search.blocks.hosts)

    found = questions._run([1.0, 0.0], questions._sizes <= most)

    # Where hosts hardly meet, the sum of what they give bounds every set: of nearly two thousand a few are solved.
    assert questions.search.sets.count > 1000
    assert found.status == "optimal"
    assert found.solved <= 8
