"""A certificate proves its plan in fractions, and whoever changes it or the programme is found out."""

import copy
import json
import math
from fractions import Fraction

import pytest
from command_line import run_here
from random_designs import random_case, random_settings
from tiny import tiny_case

from pilot_planner.case.case import make_case
from pilot_planner.errors import SolverError
from pilot_planner.programme.build import build
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Row
from pilot_planner.solving import certificate as certificates
from pilot_planner.solving.certificate import certificate
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.verification import exact_checker
from pilot_planner.studies.verification.exact_checker import check


def certified(case):
    programme = build(case)
    session = Session(programme)
    outcome = session.solve()
    solution = session.break_ties(outcome) if outcome.has_plan else ()
    # As a file has it.
    return programme, outcome, json.loads(json.dumps(certificate(programme, outcome, solution)))


@pytest.fixture(scope="module")
def small():
    return certified(tiny_case({"limits.operating_cost.max": 300_000}))


def test_the_small_example_is_proven(small):
    programme, outcome, made = small
    found = check(programme, made)
    assert found.faults == []
    assert found.sets == 4
    assert found.objective == pytest.approx(440_000, abs=0.1)
    assert 0 <= found.bound - outcome.objective <= 1e-5 * outcome.objective


def test_the_shipped_plan_is_proven(shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, {})
    programme, outcome, made = certified(make_case(design, inputs))
    found = check(programme, made)
    assert found.faults == []
    assert found.by_sums + found.by_nodes == found.sets > 10
    assert found.bound >= outcome.objective >= found.bound * (1 - 2e-6)


def test_that_there_is_no_plan_is_proven(shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, {"limits.operating_cost.max": 1_000_000})
    programme, outcome, made = certified(make_case(design, inputs))
    assert outcome.status == "infeasible"
    found = check(programme, made)
    assert found.faults == []
    assert found.objective is None


QUICK = (1, 2, 5, 8, 9, 13, 20, 25, 31, 50, 62, 82)


@pytest.mark.parametrize("seed", QUICK)
def test_random_designs_are_proven(seed, shipped_inputs):
    programme, _, made = certified(random_case(seed, shipped_inputs))
    assert check(programme, made).faults == []


def whole_posts_of_many_periods(inputs):
    """Inspectors of every period are whole and each costs a little to round up: branching on them in turn has no end."""
    settings = random_settings(170) | {"programme.duration_months": 24, "programme.period_months": 3}
    design, ready = set_up(None, inputs, settings)
    return make_case(design, ready)


def test_whole_posts_of_many_periods_need_few_nodes(shipped_inputs, monkeypatch):
    monkeypatch.setattr(certificates, "MOST_NODES", 300)
    programme, _, made = certified(whole_posts_of_many_periods(shipped_inputs))
    found = check(programme, made)
    assert found.faults == []
    assert found.by_nodes >= 1


def test_a_certificate_that_would_be_too_large_says_what_is_proven(shipped_inputs, monkeypatch):
    monkeypatch.setattr(certificates, "MOST_NODES", 10)
    with pytest.raises(SolverError, match=r"more than 10 nodes, .* the plan itself was proven"):
        certified(whole_posts_of_many_periods(shipped_inputs))


# --- what is no proof is told ---


def test_a_bound_that_is_too_good_is_not_proven(small):
    programme, _, made = small
    found = check(programme, {**made, "bound": made["bound"] - 10.0})
    assert not found.holds


def test_a_better_bound_than_the_truth_needs_no_solver_to_be_refuted(small):
    programme, _, made = small
    for usd in (1.0, 100.0, 100_000.0):
        assert not check(programme, {**made, "bound": 440_000.0 - usd}).holds


def test_a_plan_that_breaks_a_row_is_told(small):
    programme, _, made = small
    wrong = copy.deepcopy(made)
    wrong["solution"][programme.d.workers["AAA", "work", "basic", 2]] += 1.0
    found = check(programme, wrong)
    assert found.miss > 1e-3
    assert "misses" in found.faults[0]


def test_the_certificate_of_one_programme_is_none_of_another(small):
    _, _, made = small
    richer = build(tiny_case({"limits.operating_cost.max": 450_000}))
    assert not check(richer, made).holds


@pytest.mark.parametrize("factor", [0.0, 0.5, -1.0, 1.5])
def test_changed_multipliers_prove_nothing(small, factor):
    programme, _, made = small
    wrong = copy.deepcopy(made)
    for entry in wrong["multipliers"]:
        entry["rows"] = {row: factor * y for row, y in entry["rows"].items()}
    for tree in wrong["trees"]:
        tree["tree"] = {"impossible": True, "rows": {}}
    assert not check(programme, wrong).holds


def test_a_tree_must_cover_its_set(small):
    programme, _, made = small
    nothing = {"impossible": True, "rows": {}}
    split = {"column": programme.d.workers["AAA", "work", "basic", 2], "at": 3, "below": nothing, "above": nothing}
    wrong = {**made, "multipliers": [], "trees": [{"set": {"AAA": 1}, "tree": split}]}
    assert not check(programme, wrong).holds


def test_hosts_must_be_taken_apart_rightly(small):
    programme, _, made = small
    wrong = copy.deepcopy(made)
    wrong["hosts"]["BBB"]["columns"] += wrong["hosts"]["AAA"]["columns"][:1]
    assert "two hosts" in check(programme, wrong).faults[0]
    wrong = copy.deepcopy(made)
    wrong["hosts"]["AAA"]["levels"] = []
    assert not check(programme, {**wrong, "bound": made["bound"] - 1e5}).holds


@pytest.mark.parametrize(
    "broken", [{}, {"format": exact_checker.FORMAT}, {"format": "another"}, {"format": 3, "shape": None}]
)
def test_what_is_no_certificate_is_told_without_a_traceback(small, broken):
    found = check(small[0], broken)
    assert not found.holds
    assert found.faults


def test_no_number_is_rounded(small):
    """A plan that is better than the bound by the last digit of a computer is told."""
    programme, _, made = small
    value = sum(Fraction(c) * Fraction(made["solution"][j]) for j, c in programme.objective.terms.items())
    just_below = math.nextafter(float(value), 0.0)
    assert "one of them is wrong" in check(programme, {**made, "bound": just_below}).faults[0]


def test_a_row_more_makes_another_programme(small):
    programme, _, made = small
    other = copy.copy(programme)
    other.rows = [*programme.rows, Row("more", Linear.of(0), "<=", 5.0)]
    assert "rows and columns" in check(other, made).faults[0]


def test_what_is_not_proven_has_no_certificate(small):
    programme, outcome, _ = small
    stopped = Outcome("time_limit", outcome.objective, None, outcome.solution, 1.0)
    with pytest.raises(SolverError, match="only what is proven"):
        certificate(programme, stopped, outcome.solution)


def test_the_checker_shares_nothing_with_the_search():
    from pathlib import Path

    folder = Path(exact_checker.__file__).parent
    text = "".join(one.read_text(encoding="utf-8") for one in folder.glob("exact_*.py"))
    assert "pilot_planner.solving" not in text
    assert "numpy" not in text


# --- on the command line ---


def test_verify_writes_a_certificate_and_reads_it_again(tmp_path, capsys):
    file = tmp_path / "proof.json"
    words = ["verify", "base", "--certificate", str(file)]
    for key, value in {"limits.hosts.max": 1, "programme.period_months": 6, "limits.operating_cost.max": 8_000_000}.items():
        words += ["--set", f"{key}={value}"]
    first = run_here(capsys, *words)
    assert first.status in (0, None)
    assert "proves in exact fractions" in " ".join(first.out.split())
    made = json.loads(file.read_text(encoding="utf-8"))
    made["bound"] *= 0.99
    file.write_text(json.dumps(made), encoding="utf-8")
    second = run_here(capsys, *words)
    assert "does NOT prove" in " ".join(second.out.split())
    assert second.status not in (0, None)
    # A bound that holds and says little does not prove the plan either.
    made["bound"] = 1e9
    file.write_text(json.dumps(made), encoding="utf-8")
    loose = run_here(capsys, *words)
    assert "better ones are not ruled out" in " ".join(loose.out.split())
    assert loose.status not in (0, None)
    other = run_here(capsys, *words, "--set", "limits.operating_cost.max=7900000")
    assert (other.status, "is of another programme" in other.err) == (2, True)
    file.write_text("no json", encoding="utf-8")
    assert "no JSON" in run_here(capsys, *words).err


@pytest.mark.slow
def test_whole_posts_of_every_month_are_proven(shipped_inputs):
    """More than 20,000 nodes where inspectors are branched on in turn."""
    programme, _, made = certified(random_case(170, shipped_inputs))
    assert check(programme, made).faults == []


@pytest.mark.slow
def test_three_hundred_random_designs_are_proven(shipped_inputs):
    cases = [random_case(seed, shipped_inputs) for seed in range(320)]
    for seed, case in enumerate(cases):
        if case is not None:
            programme, _, made = certified(case)
            assert check(programme, made).faults == [], seed
