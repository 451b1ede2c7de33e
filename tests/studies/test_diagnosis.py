"""Impossible designs: every sentence of a diagnosis is taken at its word by a referee that solves each programme anew."""

import pytest
from impossible import contradictions, demanding_settings, everything, holding, impossible_design, possible
from stopping import stopped

from pilot_planner.errors import SolverError
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.explain import conflict_sets as conflicts_module
from pilot_planner.studies.explain.infeasibility import diagnose
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up


def diagnosed(inputs, settings, model=None, **more):
    design, ready = set_up(model, inputs, settings)
    return diagnose(design, ready, **more)


def paths(conflict):
    return {one.path for one in conflict}


def sets_of(found):
    return {frozenset(paths(conflict)) for conflict in found.conflicts}


def repair_of(found, path):
    return next(one for one in found.repairs if list(one.changes) == [path])


@pytest.mark.parametrize("seed", [3, 4, 8, 17, 23])
def test_no_sentence_about_a_random_design_is_contradicted(seed, inputs):
    design = impossible_design(seed, inputs)
    assert design is not None, "the design of this seed was meant to be impossible"
    found = diagnose(design, inputs)
    assert found is not None
    assert found.conflicts
    assert contradictions(design, inputs, found) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(400))
def test_no_sentence_about_four_hundred_random_designs_is_contradicted(seed, inputs):
    """Some two hundred of them are impossible."""
    design = impossible_design(seed, inputs)
    if design is None:
        pytest.skip(f"there is a plan, or no such design: {demanding_settings(seed)}")
    found = diagnose(design, inputs)
    assert found is not None
    assert contradictions(design, inputs, found) == []


def test_a_possible_design_has_no_diagnosis(inputs):
    assert diagnosed(inputs, None) is None


def test_all_overlapping_conflicts_are_told_and_what_each_change_alone_leaves(inputs):
    """Without the months, the people alone conflict with the budget: the one does not repair the other."""
    found = diagnosed(inputs, {"limits.operating_cost.max": 3e6})
    budget, months, people = "limits.operating_cost.max", "limits.worker_months.min", "limits.workers_total.min"

    assert found.complete
    assert sets_of(found) == {frozenset({budget, months}), frozenset({budget, people})}
    alone = {one.member.path: one for one in found.alone}
    assert alone[budget].enough
    assert alone[months].enough is False
    assert set(alone[months].then) == {budget, people}
    assert alone[people].enough is False
    assert set(alone[people].then) == {budget, months}
    assert not any("without any one of them" in reason for reason in found.reasons)


def test_conflicts_are_those_of_all_subsets(inputs):
    """Against every subset of few bounds, tried one by one."""
    design, ready = set_up(None, inputs, {"limits.operating_cost.max": 5.5e6, "limits.hosts.min": 2, "limits.hosts.max": 3})
    kept = {"limits.operating_cost.max", "limits.hosts.min", "limits.worker_months.min", "limits.workers_total.min"}
    small = holding(design, kept)
    found = diagnose(small, ready)
    masks = range(2 ** len(kept))
    chosen = [frozenset(path for place, path in enumerate(sorted(kept)) if mask >> place & 1) for mask in masks]
    no_plan = [one for one in chosen if not possible(holding(small, one), ready)]
    assert found.complete
    assert sets_of(found) == {one for one in no_plan if not any(other < one for other in no_plan)}


def test_two_hosts_whose_shares_are_limited_are_diagnosed(inputs):
    found = diagnosed(inputs, {"limits.operating_cost.max": 7e6}, "two_hosts")
    assert all({"limits.operating_cost.max", "limits.hosts.min"} <= paths(conflict) for conflict in found.conflicts)
    assert {tuple(one.changes) for one in found.repairs} >= {("limits.operating_cost.max",), ("limits.hosts.min",)}


def test_parcels_that_nobody_wants_are_diagnosed_with_what_workers_choose(inputs):
    """Room is kept whoever wants it (``limits.family_share.min``); that so much is sent is what workers choose."""
    assert diagnosed(inputs, {"limits.family_share.min": 0.03, "limits.card_share.min": 0.9}) is None
    found = diagnosed(inputs, {"limits.family_pay.min": 1_000_000})
    assert all("limits.family_pay.min" in paths(conflict) for conflict in found.conflicts)
    uptake = [one for conflict in found.conflicts for one in conflict if one.path == "inputs.programme.family_uptake"]
    assert uptake
    assert not any(one.changeable for one in uptake)
    assert repair_of(found, "limits.family_pay.min")


def test_law_that_takes_part_is_named_and_never_offered(inputs):
    found = diagnosed(inputs, {"limits.in_kind_usd_month.max": 20, "limits.card_share.max": 0.9})
    law = [one for one in found.alone if one.member.kind == "legal"]
    assert "limits.in_kind_usd_month.max" in {one.member.path for one in law}
    assert all(one.enough is None and not one.repairs and not one.member.changeable for one in law)
    assert any(reason.endswith("(legal, not to be changed)") for reason in found.reasons)
    for repair in found.offered:
        for path in repair.changes:
            _, key, side = path.split(".")
            assert find_limit(key, None).kind_of(side) != "legal"


def test_law_and_what_workers_choose_are_named_together_and_the_share_goes_back_as_little_as_is_enough(inputs):
    """A quarter of the pay beside the cards is more than workers choose of what the law lets them take in goods."""
    found = diagnosed(inputs, {"limits.card_share.max": 0.75})
    named = {one.path: one for conflict in found.conflicts for one in conflict}
    assert named["limits.in_kind_share.max"].kind == "legal"
    assert {"inputs.programme.in_kind_uptake", "inputs.programme.family_uptake"} <= named.keys()
    assert not any(one.changeable for path, one in named.items() if path.startswith("inputs.") or one.kind == "legal")
    (repair,) = found.repairs
    nearly = repair.changes["limits.card_share.max"] - 0.002
    assert not possible(set_up(None, inputs, {"limits.card_share.max": nearly})[0], inputs)


def test_the_smallest_budget_is_the_cost_of_the_cheapest_plan(inputs):
    found = diagnosed(inputs, {"limits.operating_cost.max": 3e6})
    cheapest = make_plan(None, inputs, {"objective.metric": "operating_cost", "objective.sense": "min"}).outcome.objective
    assert 0 <= repair_of(found, "limits.operating_cost.max").changes["limits.operating_cost.max"] - cheapest <= 1_000


def test_safeguards_come_last_and_are_labelled(inputs):
    found = diagnosed(inputs, {"waivers.MNG.foreign_worker_fee": False})
    labels = [one.weakens_safeguard for one in found.repairs]
    assert labels == sorted(labels)
    assert labels[-1]
    assert found.repairs[-1].sentence.endswith("This weakens a safeguard.")


def test_impossible_data_is_said_before_any_solve(inputs):
    found = diagnosed(inputs, {"floors.host_willingness": 0.9})
    assert found.structural
    assert "no placement passes every rights floor" in found.reasons[0]


def test_no_joint_change_is_told_that_is_larger_than_a_single_one(inputs):
    found = diagnosed(inputs, {"limits.hosts.min": 2, "limits.operating_cost.max": 6e6})

    def size(repair):
        return sum(abs(new - repair.old[path]) / abs(repair.old[path]) for path, new in repair.changes.items())

    assert found.repairs
    assert found.least_set is None
    assert found.joint is None or size(found.joint) < min(size(one) for one in found.repairs)


def test_nobody_is_never_offered_after_a_change_that_works(inputs):
    for settings in ({"limits.operating_cost.max": 3e6}, {"limits.funds_at_risk_share.max": 0.02}):
        found = diagnosed(inputs, settings)
        assert all(one.hosts for one in found.offered), settings
        for repair in found.offered[1:]:
            assert "limits.worker_months.min" not in repair.changes
            assert "limits.workers_total.min" not in repair.changes


def test_two_conflicts_without_a_common_bound_need_two_changes(inputs):
    """1e7 worker-months are more than all demand; beside them the budget conflicts with the people."""
    settings = {"limits.operating_cost.max": 3e6, "limits.worker_months.min": 1e7}
    found = diagnosed(inputs, settings)
    assert frozenset({"limits.worker_months.min"}) in sets_of(found)
    assert not found.repairs
    assert set(found.least_set.changes) == {"limits.operating_cost.max", "limits.worker_months.min"}
    assert make_plan(None, inputs, settings | found.least_set.changes).status == "optimal"
    assert found.least_set.hosts


def test_pledges_that_come_too_late_are_repaired_as_pledges(inputs):
    found = diagnosed(inputs, {"funding.pledges.0.month": 6})
    assert [set(paths(conflict)) for conflict in found.conflicts] == [{"limits.funding.min"}]
    assert "6,000,000 USD by month 6" in found.conflicts[0][0].sentence
    changed = [set(one.changes) for one in found.repairs]
    assert {"funding.pledges.0.month"} in changed
    assert not any("limits.funding.min" in one for one in changed)
    for repair in found.repairs:
        assert make_plan(None, inputs, {"funding.pledges.0.month": 6} | repair.changes).status == "optimal"


def test_a_first_pledge_that_is_too_small_is_raised_by_what_is_missing(inputs):
    found = diagnosed(inputs, {"funding.pledges.0.usd": 5e5})
    raised = repair_of(found, "funding.pledges.0.usd").changes["funding.pledges.0.usd"]
    less = {"funding.pledges.0.usd": raised - 2_000}
    assert not possible(set_up(None, inputs, less)[0], inputs)


def test_a_balance_that_was_asked_for_is_lowered_but_not_below_nothing(inputs):
    found = diagnosed(inputs, {"limits.funding.min": 4e6})
    assert repair_of(found, "limits.funding.min").changes["limits.funding.min"] >= 0


def test_what_is_required_takes_part_and_may_be_given_up(inputs):
    found = diagnosed(inputs, {"required": ["KAZ", "MNG"], "limits.hosts.max": 1})
    assert frozenset({"limits.hosts.max", "required.KAZ", "required.MNG"}) in sets_of(found)
    assert repair_of(found, "limits.hosts.max").changes == {"limits.hosts.max": 2.0}
    assert repair_of(found, "required").changes == {"required": ["MNG"]}


def test_a_required_host_that_cannot_be_staffed_is_the_conflict(inputs):
    found = diagnosed(inputs, {"required": ["RUS"]})
    assert [paths(conflict) for conflict in found.conflicts] == [{"required.RUS"}]
    assert "none of its placements can be staffed" in found.conflicts[0][0].sentence
    assert [one.changes for one in found.repairs] == [{"required": []}]


def test_conflicts_that_were_not_all_found_are_told_as_such(inputs):
    settings = {"limits.workers_total.min": 2300, "limits.inspectors_total.max": 4}
    design, ready = set_up(None, inputs, settings)
    found = diagnose(design, ready, seconds=0.0)
    assert not found.complete
    assert found.conflicts
    assert "there may be more, which were not found in the time" in found.reasons[0]
    assert found.reasons[0].endswith(f"{'It' if len(found.conflicts) == 1 else 'Each'} has to be resolved:")
    for conflict in found.conflicts:
        kept = paths(conflict) & everything(design)
        assert not possible(holding(design, kept), ready)


def test_a_reader_who_stops_has_what_was_found(inputs):
    found = stopped(diagnosed, inputs, {"limits.released_revenue.min": 4e6}, progress=lambda text, share: False)
    assert found.conflicts
    assert not found.complete


def test_what_no_solver_can_say_is_told_as_not_known(inputs, monkeypatch):
    """Without the budget there is a plan, which nobody can tell here."""
    ask = conflicts_module.feasibility

    def knows_little(programme, seconds):
        names = {row.name for row in programme.rows}
        if "limit.operating_cost.max" not in names and "limit.worker_months.min" in names:
            return type(ask(programme, seconds))("unknown")
        return ask(programme, seconds)

    monkeypatch.setattr(conflicts_module, "feasibility", knows_little)
    found = diagnosed(inputs, {"limits.operating_cost.max": 3e6})
    assert not found.complete
    assert any("It is not known whether a change of limits.operating_cost.max alone" in one for one in found.not_known)
    assert not any("without any one of them" in reason for reason in found.reasons)


def test_a_design_is_diagnosed_whose_own_search_ends_without_a_verdict(inputs, monkeypatch):
    from pilot_planner.studies.explain import infeasibility as module

    def fails(*_):
        raise SolverError("HiGHS ended with Unknown")

    design, ready = set_up(None, inputs, {"limits.operating_cost.max": 3e6})
    monkeypatch.setattr(module.Session, "solve", fails)
    found = diagnose(design, ready)
    assert found.conflicts
    assert not found.offered, "what is not solved is not offered"
    assert any("It is not known how little" in one for one in found.not_known)
