"""A plan for a chance: against every signature of small cases, its bounds, its laws, and how it is shown."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from pilot_planner.design.loading import load_design
from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.studies.execution.finished_lumps import Finished
from pilot_planner.studies.execution.live_plan import QuickPlans
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.robust.confident_plan import _Planning, confidence_curve, plan_for
from pilot_planner.studies.robust.confident_search import GAP
from pilot_planner.studies.robust.signature_bounds import Settled
from pilot_planner.studies.uncertainty.trial import HeldPlan

DRAWS = 30
SMALL = {"limits.hosts.max": 1, "oversight.levels": ["intensive"]}


@pytest.fixture(scope="module")
def planning(shipped_inputs):
    """One host at one level: few enough signatures to look at each."""
    return _Planning(*set_up(None, shipped_inputs, SMALL), DRAWS, DRAWS, 3, None, Finished(None, {}))


@pytest.fixture(scope="module")
def every_signature(planning):
    """Each set with each choice of openings, signed in full."""
    search, found = planning.search, []
    for node in search.sets:
        places = node.settled.open_placements(search.base)
        for opened in itertools.product((True, False), repeat=len(places)):
            signature = search.sign(Settled(node.settled.levels, tuple(zip(places, opened, strict=True))))
            if signature is not None:
                found.append(signature)
    assert len(found) > 10
    return found


def test_the_surest_is_the_surest_of_all_signatures_within_the_room_that_is_told(planning, every_signature):
    surest = max(one.count for one in every_signature)
    found = planning.search.surest()
    assert found.complete
    assert found.best.count <= surest <= found.most
    assert found.most - found.best.count <= math.floor(GAP * DRAWS)


@pytest.mark.parametrize("share", [0.2, 0.3, 0.4, 0.6, 0.95])
def test_the_best_that_holds_often_enough_is_the_best_of_all_signatures(planning, every_signature, share):
    enough = math.ceil(share * DRAWS)
    able = [one.loss for one in every_signature if one.count >= enough]
    found = planning.search.best_with(enough)
    assert (found.best is None) == (not able)
    if able:
        assert found.best.count >= enough
        assert found.bound <= min(able) + 1e-6 * abs(min(able))
        assert found.best.loss <= min(able) + GAP * abs(min(able))
    else:
        assert found.most < enough or found.bound < math.inf


def test_no_signature_holds_where_its_bound_says_that_none_can(planning, every_signature):
    """Smaller caps and all openings: a draw that is lost for a set is lost for each of its signatures."""
    search, chance = planning.search, np.random.default_rng(5)
    for signature in every_signature[::7]:
        levels = tuple(signature.held.levels.items())
        search.bounds.most(Settled(levels), 0)
        lost = search.bounds._seen[Settled(levels)] < 0
        assert not (signature.holds & lost).any()
        columns = dict(signature.held.columns)
        for name, cap in columns.items():
            if name.startswith("cap."):
                columns[name] = float(chance.integers(20, cap + 1)) if cap > 20 else cap
        held = HeldPlan(signature.held.levels, signature.held.placements, columns)
        fewer, _ = search.run(held)
        assert not (fewer & ~signature.holds).any(), "smaller caps never help"


def test_caps_are_whole_and_within_what_may_be_signed(planning, every_signature):
    base = planning.search.base
    for one in every_signature:
        for j in base.d.cap.values():
            assert one.solution[j] == int(one.solution[j])
            assert one.solution[j] <= (base.d.columns[j].upper or 0.0)
        for row in base.rows:
            if row.limit is not None and row.limit.key == "permits":
                assert row.expression.value(one.solution) <= row.right_side + 1e-6


def test_more_confidence_never_gains(shipped_inputs):
    curve = confidence_curve(None, shipped_inputs, SMALL, (0.1, 0.3, 0.45, 0.9), draws=DRAWS, seed=3)
    values = [one["objective"] for one in curve if one["objective"] is not None]
    assert values
    assert all(later <= earlier * (1.0 + GAP) for earlier, later in itertools.pairwise(values))
    assert curve[-1]["objective"] is None
    assert curve[-1]["no_signature_holds_in_more_than"] < 0.9


def test_where_none_is_sure_enough_the_surest_is_given_with_what_stands_in_the_way(shipped_inputs):
    plan = plan_for(None, shipped_inputs, SMALL, confidence=0.95, draws=DRAWS, fresh_draws=60, seed=3)
    told = plan_document(plan)["confidence"]
    assert told["asked"] == 0.95
    assert not told["reached"]
    assert told["no_signature_holds_in_more_than"] < 0.95
    assert told["planned_for"]["share"] <= told["no_signature_holds_in_more_than"]
    assert told["in_the_way"][0]["points"] >= told["in_the_way"][-1]["points"] >= 0.0
    assert plan.chance.draws == 60
    assert "No plan under these limits holds in 95 %" in plan.confident.sentences[0]


def test_a_design_that_says_how_sure_is_planned_for_it_and_makes_its_plan_again(shipped_inputs):
    plan = make_plan(None, shipped_inputs, {**SMALL, "confidence": 0.2, "solver.time_limit": 100})
    assert plan.confident.asked == 0.2
    assert plan.confident.planned.value >= 0.2
    assert plan.confident.gap <= GAP + 1e-9
    assert plan.plan_id != make_plan(None, shipped_inputs, SMALL).plan_id


def test_a_confidence_of_0_asks_for_none(shipped_inputs):
    """The left end of the control, and the way back for a setting on top of a design that asks for one."""
    plan = make_plan(None, shipped_inputs, {"confidence": 0})
    assert plan.confident is None
    assert plan.plan_id == make_plan(None, shipped_inputs).plan_id


def test_a_live_plan_is_the_one_that_the_command_makes_for_the_same_chance(shipped_inputs):
    design = load_design()
    asked = {**SMALL, "confidence": 0.2}
    live = QuickPlans(shipped_inputs).plan(design, asked, lambda: False)
    assert live.confident is not None
    assert live.confident.asked == 0.2
    assert live.plan_id == make_plan(design, shipped_inputs, asked).plan_id


@pytest.mark.parametrize("confidence", [-0.1, 1.0, 1.5])
def test_a_confidence_that_cannot_be_is_refused(shipped_inputs, confidence):
    with pytest.raises(InputError, match="confidence"):
        make_plan(None, shipped_inputs, {"confidence": confidence})
    with pytest.raises(InputError, match="confidence"):
        plan_for(None, shipped_inputs, SMALL, confidence=confidence, draws=2, fresh_draws=2)


def check_fresh(model, inputs, settings, confidence, draws, fresh):
    """What was promised holds on draws that nobody planned for, as far as so many can tell."""
    try:
        plan = plan_for(model, inputs, settings, confidence=confidence, draws=draws, fresh_draws=fresh)
    except NoPlanError:
        return False
    found = plan.confident
    share = found.share_of_fresh
    assert share.draws == fresh
    if found.reached:
        assert share.value >= confidence - 1e-9
    elif found.planned.value >= confidence:
        # Told as less than asked, in words.
        assert "less than asked" in found.sentences[0]
        assert share.interval[1] >= confidence
    elif found.most < confidence:
        assert "No plan under these limits holds" in found.sentences[0]
    else:
        # Nothing is proven where time ended first, and it is said so.
        assert not found.complete
        assert "whether there is one is not known" in found.sentences[0]
    # Never more than its interval above what no signature can exceed.
    assert share.interval[0] <= found.most + 0.5 * (share.interval[1] - share.interval[0]) + 1.0 / np.sqrt(draws)
    return True


def test_where_time_ended_first_nothing_is_called_proven(shipped_inputs):
    found = plan_for(None, shipped_inputs, SMALL, confidence=0.6, draws=DRAWS, fresh_draws=DRAWS).confident
    assert "(proven)" in found.sentences[0]
    stopped = replace(found, most=1.0, complete=False)
    assert "whether there is one is not known" in stopped.sentences[0]
    assert "proven" not in " ".join(stopped.sentences)


@pytest.mark.parametrize("confidence", [0.15, 0.6])
def test_what_was_promised_holds_on_fresh_draws(shipped_inputs, confidence):
    assert check_fresh(None, shipped_inputs, SMALL, confidence, DRAWS, 300)


TEN = [
    ("base", {}),
    ("one_host", {}),
    ("two_hosts", {}),
    ("in_kind_first", {}),
    ("low_budget", {}),
    ("secured_income", {}),
    ("released_revenue", {}),
    ("wide_eligibility", {}),
    ("base", {"limits.funds_at_risk_share.max": 0.12}),
    ("base", {"limits.funds_at_risk_share.max": 0.12, "limits.host_funds_at_risk_share.max": 0.16}),
]


@pytest.mark.slow
@pytest.mark.parametrize("confidence", [0.2, 0.5, 0.8])
@pytest.mark.parametrize(("model", "settings"), TEN)
def test_ten_designs_and_three_confidences_hold_what_they_promise(shipped_inputs, model, settings, confidence):
    assert check_fresh(model, shipped_inputs, settings | {"solver.time_limit": 300}, confidence, 200, 2000)
