"""Constraints of an analyst's own in PuLP: a whole plan comes back, and it is the one that PuLP itself finds."""

import json

import pulp
import pytest
from tests.exports.conftest import MADE_ON
from tests.support.board_rules import ALLOWED, Hand

from pilot_planner import Constraint, diagnose, make_plan, prices, remake, with_constraints, write_plan
from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.exports.proposal.blocks import all_texts
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import load_terms

EXACT = 1e-6
OTHER = pulp.LpProblem("another", pulp.LpMinimize)


@pytest.fixture(scope="module")
def free():
    return make_plan(settings=ALLOWED)


def builders(v):
    """At most 300 builders in Mongolia at any time, and Kazakhstan earns no more than Mongolia."""
    mongolian = {key: one for key, one in v.workers.items() if key[0] == "MNG" and key[1] == "construction"}
    by_period = {t: pulp.lpSum(one for key, one in mongolian.items() if key[3] == t) for *_, t in mongolian}
    return {
        **{f"builders_{t}": total <= 300 for t, total in by_period.items()},
        "shared_cost_first": Constraint(
            v.cost[1] + v.cost[2] <= 0.2 * v.metric("operating_cost"),
            sentence="The first half year costs a fifth of the money ({side} {bound} more).",
            unit="USD",
            kind="money",
            owner="treasurer",
        ),
    }


@pytest.fixture(scope="module")
def plan(free):
    return make_plan(inputs=free.inputs, settings=ALLOWED, constraints=builders)


def test_the_plan_is_the_one_that_pulp_finds(plan, free):
    hand = Hand(free)
    for t in hand.work:
        hand.problem += hand.workers(lambda one, period: 1.0, "MNG", "construction", periods=[t]) <= 300
    hand.problem += hand.v["cost", "1"] + hand.v["cost", "2"] <= 0.2 * hand.sum("cost")
    hand.problem.solve(pulp.HiGHS(msg=False, gapRel=1e-8, threads=1))

    assert plan.metrics["worker_income"] == pytest.approx(-pulp.value(hand.problem.objective), rel=EXACT)
    assert plan.metrics["worker_income"] < free.metrics["worker_income"] * (1 - EXACT)


def test_it_has_accounts_prices_standing_and_documents(plan, tmp_path):
    standing = {one.key: one for one in plan.limits}
    assert standing["builders_2"].sense == "max"
    assert standing["shared_cost_first"].owner == "treasurer"
    assert plan.table("budget")["amount_usd"].sum() == pytest.approx(plan.metrics["operating_cost"])
    binding = [one.key for one in plan.limits if one.binding and one.key in plan.design.rules]
    assert binding
    priced = {one.key for one in prices(plan.design, plan.inputs, resolve=False).prices}
    assert set(binding) <= priced
    texts = "\n".join(map(str, all_texts(proposal(Dossier(plan, load_terms(None), MADE_ON)))))
    assert "The first half year costs a fifth of the money (at most 0 USD more)." in texts.replace("\u00a0", " ")

    folder = write_plan(plan, tmp_path / "plan")
    assert remake(folder, plan.inputs).metrics == pytest.approx(plan.metrics)
    design = json.loads((folder / "plan.json").read_text())["design"]
    assert design["limits"]["builders_3"] == {"max": 300.0}


def test_constraints_that_cannot_hold_are_diagnosed(free):
    def impossible(v):
        return {"many": v.cap["MNG", "construction"] >= 5_000}

    with pytest.raises(NoPlanError):
        make_plan(inputs=free.inputs, settings=ALLOWED, constraints=impossible)
    found = diagnose(*with_constraints(impossible, inputs=free.inputs, settings=ALLOWED))

    assert any(member.path == "limits.many.min" for member in found.conflicts[0])


def test_an_equation_sets_both_sides(free):
    plan = make_plan(
        inputs=free.inputs, settings=ALLOWED, constraints=lambda v: {"exactly": v.cap["MNG", "construction"] == 150}
    )

    cap = next(one.worker_cap for one in plan.placements if (one.iso3, one.sector) == ("MNG", "construction"))
    assert cap == 150


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda v: v.cost[1] + 1, "is no constraint"),
        (lambda v: True, "is True whatever is planned"),
        (lambda v: 0 * v.cost[1] <= 3, "names no variable"),
        (lambda v: OTHER.add_variable("strange") <= 3, "'strange', which is none of the variables"),
        (lambda v: v.cost[1] <= float("inf"), "finite numbers"),
        (lambda v: Constraint(v.cost[1] <= 3, sentence="nothing"), "each once"),
        (lambda v: Constraint(v.cost[1] <= 3, unit="yards"), "USD"),
        (lambda v: Constraint(v.cost[1] <= 3, kind="legal"), "money"),
    ],
)
def test_what_is_no_constraint_is_refused_by_its_name(made, told, free):
    with pytest.raises(InputError, match=told) as error:
        make_plan(inputs=free.inputs, settings=ALLOWED, constraints=lambda v: {"mine": made(v), "other": v.cost[1] + 2})

    assert "mine" in str(error.value)


def test_a_key_that_is_taken_or_a_column_that_is_none_is_refused(free):
    with pytest.raises(InputError, match="is a limit already"):
        make_plan(inputs=free.inputs, settings=ALLOWED, constraints=lambda v: {"operating_cost": v.cost[1] <= 3e6})
    rule = {"sentence": "{side} {bound}", "unit": "count", "kind": "money", "columns": {"cap.MNG.building": 1, "peak": 1}}
    with pytest.raises(InputError) as error:
        make_plan(inputs=free.inputs, settings={"rules.x": rule, "limits.x.max": 3})
    assert "'building' is no sector" in str(error.value)
    assert "'peak' is no column" in str(error.value)


def test_a_name_that_no_metric_has_lists_the_names(free):
    with pytest.raises(KeyError, match="worker_income"):
        make_plan(inputs=free.inputs, settings=ALLOWED, constraints=lambda v: {"x": v.metric("income") <= 3})
