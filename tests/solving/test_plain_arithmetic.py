"""Every plan meets every row by plain arithmetic before anybody sees it; a search that errs is told, not believed."""

import math
import random

import pytest
from command_line import run_here
from tiny import tiny_case

from pilot_planner.case.case import make_case
from pilot_planner.errors import InputError, NoPlanError, WrongPlanError
from pilot_planner.programme.build import build
from pilot_planner.solving.arithmetic import Arithmetic
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.live_plan import QuickPlans
from pilot_planner.studies.planning import plan as plans
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.sweeps.sweep import Sweep

LEAST_AT_RISK = {
    "programme.duration_months": 12,
    "objective.metric": "funds_at_risk",
    "objective.sense": "min",
    "oversight.levels": ["intensive"],
}
ASKED = LEAST_AT_RISK | {"limits.worker_months.min": 1500}


def largest_miss_by_hand(programme, solution):
    """The same as ``Arithmetic``, row by row in exact sums."""
    worst = 0.0
    for row in programme.rows:
        parts = [value * solution[j] for j, value in row.expression.terms.items()]
        over = math.fsum(parts) - row.right_side
        miss = {"<=": over, ">=": -over, "=": abs(over)}[row.sense]
        worst = max(worst, miss / max(1.0, abs(row.right_side), *map(abs, parts)))
    for column, value in zip(programme.d.columns, solution, strict=True):
        size = max(1.0, abs(value))
        low = -math.inf if column.lower is None else column.lower
        high = math.inf if column.upper is None else column.upper
        worst = max(worst, (low - value) / size, (value - high) / size)
        worst = max(worst, abs(value - round(value))) if column.integer else worst
    return worst


# --- a set whose linking row has nothing left in it is no set of plans ---


def test_a_least_with_a_binding_minimum_has_the_people_it_asks_for(shipped_inputs):
    plan = make_plan(None, shipped_inputs, ASKED)
    assert plan.metrics["worker_months"] >= 1500 - 1e-3
    # The value was right before, the plan beside it was nobody's.
    whole = make_plan(None, shipped_inputs, ASKED | {"solver.engine": "whole"})
    assert plan.outcome.objective == pytest.approx(whole.outcome.objective, rel=1e-6)
    assert plan.metrics["funds_at_risk"] == pytest.approx(plan.outcome.objective, rel=1e-6)


def test_the_same_on_live_sessions(shipped_inputs):
    quick = QuickPlans(shipped_inputs)
    design, _ = set_up(None, shipped_inputs, LEAST_AT_RISK)
    sweep = Sweep(design, shipped_inputs, ["worker_months", "funds_at_risk"])
    for least in (0, 1500, 3000, 0, 1500):
        settings = {"limits.worker_months.min": least}
        assert quick.plan(design, settings, lambda: False).metrics["worker_months"] >= least - 1e-3
        result = sweep.run(settings)
        assert result.status == "optimal"
        assert result.metrics["worker_months"] >= least * (1 - 1e-6)


MINIMA = (
    {"limits.worker_months.min": 1500},
    {"limits.workers_total.min": 300},
    {"limits.people_reached.min": 200},
    {"limits.worker_income.min": 400_000},
    {"limits.card_pay.min": 300_000},
    {"limits.state_revenue.min": 20_000},
)
LEASTS = ("funds_at_risk", "expected_state_take", "operating_cost", "state_revenue", "inspector_months", "worker_income")


@pytest.mark.parametrize("seed", range(12))
def test_no_minimised_objective_buys_itself_out_of_a_minimum(seed, shipped_inputs):
    draw = random.Random(seed)
    settings = {
        "programme.duration_months": 12,
        "programme.period_months": draw.choice((3, 6)),
        "objective.metric": draw.choice(LEASTS),
        "objective.sense": "min",
        "oversight.levels": draw.choice((["intensive"], ["standard"], ["standard", "intensive"])),
        "limits.hosts.max": draw.choice((1, 2)),
    } | draw.choice(MINIMA)
    design, inputs = set_up(None, shipped_inputs, settings)
    programme = build(make_case(design, inputs))
    session = Session(programme)
    outcome = session.solve()
    other = Session(programme).solve_by_structure()
    assert outcome.status == other.status
    if not outcome.has_plan:
        return
    assert outcome.objective == pytest.approx(other.objective, rel=1e-6, abs=1e-4)
    plan = session.break_ties(outcome)
    assert largest_miss_by_hand(programme, plan) <= 1e-6
    assert programme.objective.value(plan) == pytest.approx(outcome.objective, rel=1e-6, abs=1e-6)


# --- what is checked, and what happens when it is missed ---


def test_the_arithmetic_is_that_of_exact_sums():
    programme = build(tiny_case({"limits.operating_cost.max": 300_000}))
    solution = list(Session(programme).solve().solution)
    draw = random.Random(0)
    for _ in range(200):
        wrong = list(solution)
        wrong[draw.randrange(len(wrong))] += draw.choice((1e-9, 1e-6, 0.5, 10.0, -3.0))
        found = Arithmetic(programme).worst(wrong).relative
        assert found == pytest.approx(largest_miss_by_hand(programme, wrong), rel=1e-6, abs=1e-12)


def test_other_sides_are_taken_over():
    first, second = (build(tiny_case({"limits.operating_cost.max": usd})) for usd in (300_000, 200_000))
    plan = Session(first).solve().solution
    arithmetic = Arithmetic(first)
    assert arithmetic.worst(plan).relative <= 1e-9
    miss = arithmetic.of(second).worst(plan)
    assert "operating_cost" in miss.what
    assert miss.by == pytest.approx(first.metric("operating_cost").value(plan) - 200_000, rel=1e-6)
    assert arithmetic.of(first).worst(plan).relative <= 1e-9


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_no_plan(number):
    programme = build(tiny_case({"limits.operating_cost.max": 300_000}))
    solution = list(Session(programme).solve().solution)
    solution[3] = number
    with pytest.raises(WrongPlanError):
        Arithmetic(programme).ensure(solution)


def test_a_search_that_errs_is_told_as_such_on_the_command_line(monkeypatch, capsys):
    def wrong(self, solution):
        found = list(solution)
        for column in self.programme.d.workers.values():
            found[column] = 0.0
        return tuple(found)

    monkeypatch.setattr(Session, "tidy", wrong)
    words = [word for key, value in ASKED.items() for word in ("--set", f"{key}={str(value).replace(chr(39), chr(34))}")]
    result = run_here(capsys, "plan", *words)
    assert result.status not in (0, None)
    assert "internal error" in result.err
    assert "misses row" in result.err
    assert "solver.engine=whole" in result.err
    assert "people work" not in result.out


def test_whoever_describes_a_solution_has_it_checked(shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, ASKED)
    programme = build(make_case(design, inputs))
    session = Session(programme)
    outcome = session.solve()
    nothing = [0.0 if column.lower is None else column.lower for column in programme.d.columns]
    with pytest.raises(WrongPlanError, match="by"):
        plans.describe(programme, outcome, tuple(nothing), {})


@pytest.mark.slow
def test_hundreds_of_minimised_objectives_with_binding_minima(shipped_inputs):
    draw = random.Random(7)
    solved = 0
    for _ in range(400):
        settings = {
            "programme.duration_months": draw.choice((12, 24)),
            "programme.period_months": draw.choice((3, 6)),
            "objective.metric": draw.choice(LEASTS),
            "objective.sense": "min",
            "oversight.levels": draw.choice((["intensive"], ["standard"], ["standard", "intensive"])),
            "limits.hosts.max": draw.choice((1, 2, 3)),
        } | draw.choice(MINIMA)
        try:
            plan = make_plan(None, shipped_inputs, settings)
        except (InputError, NoPlanError):
            continue
        solved += 1
        assert plan.outcome.status == "optimal"
    assert solved >= 200
