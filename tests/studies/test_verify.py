"""Referees of a plan: they agree where they should, and a wrong plan or bound is called wrong."""

from types import SimpleNamespace

import pytest

from pilot_planner.cli.exit_codes import DISAGREES, DONE, TIME_LIMIT
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.verification import verify as module
from pilot_planner.studies.verification.verify import largest_miss, verify

SMALL = {
    "limits.hosts.max": 1,
    "oversight.levels": ["intensive"],
    "programme.period_months": 6,
    "solver.gap": 1e-4,
    "limits.operating_cost.max": 8_000_000,
}


def compared(own, other, sense="max"):
    aim, solver = SimpleNamespace(metric="worker_income", sense=sense), SimpleNamespace(gap=1e-6)
    design = SimpleNamespace(objective=aim, solver=solver)
    broken = 0.0 if own.has_plan else None
    return module._compared("the referee", own, other, design, broken)[0]


def plan(value, bound=None, status="optimal"):
    return Outcome(status, value, value if bound is None else bound, (1.0,), 0.1)


NOTHING = Outcome("infeasible", None, None, (), 0.1)


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [
        (plan(100.0), plan(100.00001), "agrees"),
        (plan(100.0), plan(101.0), "disagrees"),
        (plan(100.0), plan(99.0), "errs"),
        (plan(100.0, 102.0), plan(101.0, 101.5), "agrees"),
        (plan(100.0), plan(90.0, 110.0, "time_limit"), "undecided"),
        (plan(100.0), plan(90.0, 95.0, "time_limit"), "errs"),
        (plan(100.0), plan(100.0, 100.0, "time_limit"), "agrees"),
        (plan(100.0), plan(101.0, 110.0, "time_limit"), "disagrees"),
        (NOTHING, NOTHING, "agrees"),
        (NOTHING, plan(3.0), "disagrees"),
        (plan(3.0), NOTHING, "errs"),
    ],
)
def test_two_answers_agree_only_where_both_can_be_right(own, other, verdict):
    assert compared(own, other) == verdict


def test_the_same_holds_where_less_is_better():
    assert compared(plan(100.0), plan(90.0, 80.0, "time_limit"), "min") == "disagrees"
    assert compared(plan(100.0), plan(110.0, 80.0, "time_limit"), "min") == "undecided"


def test_both_referees_agree_on_a_design_and_say_so(shipped_inputs):
    found = verify(None, shipped_inputs, SMALL, solver="cbc")
    assert found.verdict == "agrees"
    assert [one.verdict for one in found.answers] == ["agrees", "agrees"]
    assert found.broken <= 1e-6
    assert [one.name for one in found.answers] == ["HiGHS on the whole programme", "CBC on the whole programme"]
    for one in found.answers:
        assert one.objective == pytest.approx(found.objective, rel=3e-4)


def test_referees_agree_that_there_is_no_plan(shipped_inputs):
    found = verify(None, shipped_inputs, SMALL | {"limits.operating_cost.max": 100_000}, solver="cbc")
    assert (found.status, found.objective, found.verdict) == ("infeasible", None, "agrees")


def test_a_wrong_plan_is_found_out(shipped_inputs, monkeypatch, capsys):
    """A search that leaves a tenth of the income behind, and says that it is proven."""
    from command_line import run_here

    by_sets = Session._solve_by_sets

    def wrong(self, search, cancelled):
        right = by_sets(self, search, cancelled)
        return Outcome("optimal", right.objective * 0.9, right.objective * 0.9, right.solution, right.seconds)

    monkeypatch.setattr(Session, "_solve_by_sets", wrong)
    settings = [word for key, value in SMALL.items() for word in ("--set", f"{key}={str(value).replace(chr(39), chr(34))}")]
    result = run_here(capsys, "verify", "base", "--solver", "cbc", *settings)
    assert result.status == DISAGREES
    assert "disagrees" in result.out
    assert "Do not rely on this plan" in result.out


def test_every_verdict_has_its_exit_status():
    assert len({DONE, DISAGREES, TIME_LIMIT}) == 3


def test_the_largest_miss_sees_a_broken_row_and_a_broken_bound():
    from tiny import tiny_case

    from pilot_planner.programme.build import build

    programme = build(tiny_case({"limits.operating_cost.max": 300_000}))
    solution = list(Session(programme).solve().solution)
    assert largest_miss(programme, tuple(solution)) <= 1e-9
    solution[programme.d.workers["AAA", "work", "basic", 2]] += 10.0
    assert largest_miss(programme, tuple(solution)) > 0.01
