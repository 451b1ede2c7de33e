"""Limits of a design's own: each equals the same limit written in PuLP by hand, and is priced, diagnosed and told."""

import pulp
import pytest
from tests.support.board_rules import ALLOWED, RULES, Hand

from pilot_planner.studies.planning.plan import make_plan

EXACT = 1e-6


@pytest.fixture(scope="module")
def free():
    return make_plan(settings=ALLOWED)


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.key)
def test_a_rule_is_the_same_limit_written_by_hand(rule, free):
    plan = make_plan(inputs=free.inputs, settings={**ALLOWED, **rule.settings})
    hand = Hand(free)
    for constraint in rule.by_hand(hand):
        hand.problem += constraint
    found = hand.problem.solve(pulp.HiGHS(msg=False, gapRel=1e-8, threads=1))

    assert found.status in (pulp.LpSolveStatus.Optimal, pulp.LpSolveStatus.GapLimit)
    assert plan.metrics["worker_income"] == pytest.approx(-pulp.value(hand.problem.objective), rel=EXACT)
    assert plan.metrics["worker_income"] < free.metrics["worker_income"] * (1.0 - EXACT), (
        "a rule that holds nothing back tests nothing"
    )
    standing = [one for one in plan.limits if one.key == rule.key]
    assert any(one.binding for one in standing) or rule.key in {"whatever_opens_is_large", "few_openings"}
    assert all(one.slack >= -EXACT * max(1.0, abs(one.bound)) for one in standing)
    assert all("at most" in one.sentence or "at least" in one.sentence for one in standing)
