"""A sweep changes what differs; it must give what a plan made from nothing gives."""

import math
import random
from dataclasses import fields

import pytest
from random_designs import random_settings

from pilot_planner.case.case import make_case
from pilot_planner.design.loading import load_design
from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.programme.build import build
from pilot_planner.programme.limits import find_limit, known_limits
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.sweeps.sweep import ChangingInputs, Programmes, Sweep, with_other_bounds, without_excluded

METRICS = ("worker_income", "operating_cost", "net_donor_ask", "card_pay", "people_reached", "peak_workers", "card_share")
TIGHT = {"solver.gap": 1e-11}
MNG_WAGE = "inputs.placements.MNG.construction.market_wage"


def changes(draw: random.Random) -> dict:
    """Some values of a run: numbers, bounds, and sometimes what changes which hosts can be chosen at all."""
    some = {
        MNG_WAGE: draw.uniform(600, 772),
        "inputs.programme.attrition_yearly": draw.uniform(0.05, 0.25),
        "inputs.hosts.MNG.employer_contribution_rate": draw.uniform(0.1, 0.2),
        "inputs.oversight.enhanced.card_diversion": draw.uniform(0.08, 0.2),
        "limits.operating_cost.max": draw.uniform(5e6, 1.4e7),
        "limits.workers_per_inspector.max": draw.uniform(120, 260),
        "limits.workers_total.min": draw.choice((0, 150, 250)),
        "limits.in_kind_share.max": draw.uniform(0.15, 0.4),
        "levies.programme_levy": draw.uniform(0.0, 0.05),
        "floors.host_willingness": draw.choice((0.2, 0.3)),
    }
    return {path: some[path] for path in draw.sample(sorted(some), draw.randint(1, 4))}


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_runs_of_a_sweep_equal_plans_made_afresh(shipped_inputs, seed):
    draw = random.Random(seed)
    small = {"programme.duration_months": 12, "programme.period_months": 6, "limits.worker_months.min": 300}
    aim = {"objective.metric": draw.choice(("worker_income", "secured_income", "people_reached")), "objective.sense": "max"}
    design = load_design(None, {**small, **aim, **TIGHT})
    sweep = Sweep(design, shipped_inputs, METRICS)
    with_plan = 0
    for _ in range(10):
        values = changes(draw)
        result = sweep.run(values)
        try:
            plan = make_plan(design, shipped_inputs, values)
        except NoPlanError:
            assert result.status == "infeasible", values
            continue
        with_plan += 1
        assert result.status == plan.status == "optimal"
        assert math.isclose(result.objective, plan.outcome.objective, rel_tol=1e-9), values
        assert math.isclose(result.metrics["operating_cost"], plan.metrics["operating_cost"], rel_tol=1e-9), values
        assert math.isclose(result.metrics["card_share"], plan.ratios["card_share"], rel_tol=1e-9), values
        assert result.hosts == "+".join(sorted(host.iso3 for host in plan.hosts)), values
    assert with_plan >= 5


@pytest.mark.parametrize("seed", range(40, 46))
def test_odd_designs_are_swept_as_they_are_planned(shipped_inputs, seed):
    design = load_design(None, random_settings(seed) | TIGHT | {"solver.time_limit": 60})
    sweep = Sweep(design, shipped_inputs, METRICS)
    for budget in (6e6, 7.5e6, 9e6):
        values = {"limits.operating_cost.max": budget, "limits.worker_months.min": budget / 1e4}
        result = sweep.run(values)
        try:
            expected = make_plan(design, shipped_inputs, values).outcome.objective
        except NoPlanError:
            assert result.status in ("infeasible", "unbounded")
            continue
        assert math.isclose(result.objective, expected, rel_tol=1e-9, abs_tol=1e-6)


@pytest.mark.parametrize("drawn", [False, True])
def test_changed_inputs_are_what_the_slow_way_gives(shipped_inputs, drawn):
    draw = random.Random(5)
    fast = ChangingInputs(shipped_inputs, drawn=drawn)
    numbers = [one for one in shipped_inputs.estimates.values() if one.unit != "text" and one.base is not None]
    for _ in range(15):
        chosen = [*draw.sample(numbers, 3), shipped_inputs.find("hosts", "AGO", "employee_contribution_rate")]
        values = {one.path: draw.uniform(one.low, one.high) for one in chosen}
        slow = shipped_inputs.with_values(values, drawn=drawn)
        quick = fast.with_values(values)
        assert quick.estimates == slow.estimates
        assert quick.hash == slow.hash


def test_a_value_out_of_bounds_is_refused_as_the_slow_way_refuses_it(shipped_inputs):
    values = {"programme.attrition_yearly": 1.5}
    with pytest.raises(InputError) as slow:
        shipped_inputs.with_values(values)
    with pytest.raises(InputError) as fast:
        ChangingInputs(shipped_inputs).with_values(values)
    assert str(slow.value) == str(fast.value)


def sides():
    return [(key, side) for key in known_limits() for side in find_limit(key, None).sides]


@pytest.mark.parametrize(("key", "side"), sides(), ids=lambda part: part)
def test_other_bounds_give_the_programme_that_a_build_gives(small_case, key, side):
    """Or nothing, where more than the rows of the limit would change."""
    design, inputs = small_case
    low, high = (0.5, 0.6) if key != "hosts" else (1.0, 2.0)
    first = design.model_copy(update={"limits": {**design.limits, key: bounds(side, low)}})
    second = design.model_copy(update={"limits": {**design.limits, key: bounds(side, high)}})
    changed = with_other_bounds(build(make_case(first, inputs)), second)
    expected = build(make_case(second, inputs))
    if changed is not None:
        assert [row.name for row in changed.rows] == [row.name for row in expected.rows]
        assert [row.right_side for row in changed.rows] == [row.right_side for row in expected.rows]
        assert [row.expression.terms for row in changed.rows] == [row.expression.terms for row in expected.rows]
        assert [row.bound for row in changed.limit_rows] == [row.bound for row in expected.limit_rows]
        assert changed.d.columns == expected.d.columns
    assert changed is not None or key in (
        "in_kind_share", "in_kind_usd_month", "card_share", "family_share", "host_share", "workers_total"
    )  # fmt: skip


def bounds(side, value):
    from pilot_planner.design.schema import LimitBounds

    return LimitBounds(**{side: value})


@pytest.fixture(scope="module")
def small_case(shipped_inputs):
    design = load_design("one_host", {"programme.duration_months": 12, "limits.host_share.max": 0.9})
    return design, without_excluded(design, shipped_inputs)


def test_what_cannot_be_is_a_result_and_no_crash(shipped_inputs):
    sweep = Sweep(load_design("one_host"), shipped_inputs, METRICS)
    refused = sweep.run({"inputs.programme.attrition_yearly": 2.0})
    assert refused.status == "refused"
    assert refused.reason.startswith("inputs.programme.attrition_yearly: 2 is out of bounds")
    assert sweep.run({"pay.wage_parity": 0.5}).status == "refused"
    assert sweep.run({"limits.workers_total.min": 9_000}).status == "refused"
    assert sweep.run({"limits.worker_months.min": 1e7}).status == "infeasible"
    nobody = sweep.run({"floors.gain_over_today": 10.0})
    assert nobody.status == "infeasible"
    assert nobody.reason.startswith("no placement passes every rights floor")
    assert sweep.run({"limits.operating_cost.max": 9e6}).status == "optimal"
    assert sweep.run({"solver.name": "cbc", "programme.duration_months": 12}).status == "optimal"


def test_another_solver_gives_the_same_optimum(shipped_inputs):
    only = ["it_services", "mining", "logging_forestry", "restaurants", "KAZ", "MOZ", "TZA"]
    design = load_design("one_host", {"exclusions": only})
    sweep = Sweep(design, shipped_inputs, METRICS)
    own = sweep.run({"limits.operating_cost.max": 8e6})
    whole = sweep.run({"limits.operating_cost.max": 8e6, "solver.engine": "whole"})
    assert math.isclose(own.objective, whole.objective, rel_tol=3e-6)


@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_a_programme_with_other_bounds_is_the_one_that_is_built_anew(factor, shipped_inputs):
    more = {
        "limits.family_share.max": 0.1,
        "limits.card_share.max": 0.95,
        "limits.card_share.min": 0.6,
        "limits.in_kind_usd_month.min": 5,
        "limits.net_donor_ask.max": 2e7,
        "limits.women_share.min": 0.1,
        # Base has all of it, and no share is more than that.
        "limits.labour_shortage.max": 0.9,
    }
    design, inputs = set_up(None, shipped_inputs, more)
    programme = build(make_case(design, inputs))
    exchanged = 0
    for key, bounds in design.limits.items():
        for side in ("min", "max"):
            bound = getattr(bounds, side)
            if bound is None:
                continue
            other, _ = set_up(design, inputs, {f"limits.{key}.{side}": bound * factor if bound else factor - 1.0})
            fresh, anew = with_other_bounds(programme, other), build(make_case(other, inputs))
            if fresh is None:
                assert key == "workers_total", "its bound is the size of a lift"
                continue
            exchanged += 1
            assert fresh.case.placements == anew.case.placements
            assert [(r.name, r.sense, r.right_side) for r in fresh.rows] == [
                (r.name, r.sense, r.right_side) for r in anew.rows
            ]
            assert all(a.expression.terms == b.expression.terms for a, b in zip(fresh.rows, anew.rows, strict=True))
            assert [(r.name, r.bound) for r in fresh.limit_rows] == [(r.name, r.bound) for r in anew.limit_rows]
    assert exchanged > 20


MOVED = (
    {"hosts.KAZ.willingness": 0.2},
    {"hosts.KAZ.willingness": 0.2, "hosts.MNG.living_wage": 400.0},
    {"placements.MNG.construction.market_wage": 900.0},
    {"hosts.TZA.tip_tier": 3.0},
    {"hosts.THA.willingness": 0.5},
    {"programme.attrition_yearly": 0.3},
    {"in_kind_baskets.WLD.food": 60.0},
)


def test_a_case_like_another_is_the_one_that_is_made_anew(shipped_inputs):
    design, ready = set_up(None, shipped_inputs, {})
    like = make_case(design, ready)
    changing = ChangingInputs(ready)
    paths = {".".join(address) for address in ready.estimates}
    for moved in MOVED:
        moved = {path: value for path, value in moved.items() if path in paths}
        assert moved
        inputs = changing.with_values(moved)
        anew, quick = make_case(design, inputs), make_case(design, inputs, like)
        for one in fields(anew):
            if one.name != "evidence":
                assert getattr(quick, one.name) == getattr(anew, one.name), (moved, one.name)
        for topic in anew.evidence.topics:
            assert set(quick.evidence.used(topic)) >= set(anew.evidence.used(topic)), (moved, topic)
        # From one change to the next, as a search goes.
        like = quick


def test_a_value_that_no_programme_is_made_of_makes_no_other_one(shipped_inputs):
    design, ready = set_up(None, shipped_inputs, {})
    programmes = Programmes(design, ready)
    at_all = programmes.of({})
    out = programmes.of({"inputs.hosts.KAZ.willingness": 0.2})

    assert programmes.of({"inputs.hosts.VNM.willingness": 0.05}) is at_all
    # A host below the floor is out, however far.
    assert programmes.of({"inputs.hosts.KAZ.willingness": 0.1}) is out
    assert out is not at_all
    assert programmes.of({"inputs.hosts.MNG.willingness": 0.55}) is not at_all


def wages(draw):
    """Wages low enough to fail the living wage, and others; a mean wage that every wage of a host with a formula follows."""
    return {
        MNG_WAGE: draw.uniform(330, 900),
        "inputs.placements.MNG.textiles_garments.market_wage": draw.uniform(280, 500),
        "inputs.hosts.KAZ.avg_monthly_wage": draw.uniform(500, 900),
    }


def same_programme(sliced, built):
    """Rows that only other draws have are implied where this one does not have them."""
    own, other = ({row.name: row for row in one.rows} for one in (built, sliced))
    assert own.keys() <= other.keys()
    assert {name.split(".")[0] for name in other.keys() - own.keys()} <= {"room_in_kind", "room_family", "at_work"}

    def close(a, b):
        return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))

    for name, row in own.items():
        a, b = row.expression.terms, other[name].expression.terms
        assert all(close(a.get(j, 0.0), b.get(j, 0.0)) for j in a.keys() | b.keys()), name
        assert close(row.right_side, other[name].right_side)
        assert row.sense == other[name].sense
    assert [column.name for column in sliced.d.columns] == [column.name for column in built.d.columns]
    a, b = sliced.objective.terms, built.objective.terms
    assert all(close(a.get(j, 0.0), b.get(j, 0.0)) for j in a.keys() | b.keys())


def test_programmes_of_wages_that_change_every_time_are_slices_of_one_and_equal_rebuilt_ones(shipped_inputs):
    draw = random.Random(4)
    design = load_design(None, {"programme.duration_months": 12, "programme.period_months": 6})
    runs = [wages(draw) | {"limits.operating_cost.max": draw.choice((6e6, 8e6))} for _ in range(24)]
    programmes = Programmes(design, shipped_inputs)
    programmes.expect(runs)
    batched = [programmes.of(values) for values in runs]
    structures = {tuple(column.name for column in one.d.columns) for one in batched}
    assert len(structures) > 1, "the wages are to decide what may be staffed"
    shared = [one for one in batched if hasattr(one, "draw")]
    assert len(shared) > len(runs) / 2
    for values, one in zip(runs, batched, strict=True):
        same_programme(one, build(make_case(*set_up(design, shipped_inputs, values))))


def test_runs_whose_wages_change_every_time_equal_plans_made_afresh(shipped_inputs):
    draw = random.Random(9)
    small = {"programme.duration_months": 12, "programme.period_months": 6, "limits.worker_months.min": 300}
    design = load_design(None, {**small, **TIGHT})
    runs = [wages(draw) for _ in range(12)]
    sweep = Sweep(design, shipped_inputs, METRICS)
    sweep.expect(runs)
    for values in runs:
        result, plan = sweep.run(values), make_plan(design, shipped_inputs, values)
        assert math.isclose(result.objective, plan.outcome.objective, rel_tol=1e-9), values
        for name in METRICS:
            known = plan.metrics.get(name, plan.ratios.get(name))
            assert math.isclose(result.metrics[name], known, rel_tol=1e-9), (name, values)


def test_a_value_that_cannot_be_used_is_refused_with_its_words_among_others_that_can(shipped_inputs):
    design = load_design(None, {"programme.duration_months": 12, "programme.period_months": 6})
    runs = [{MNG_WAGE: value} for value in (650.0, -1.0, 660.0, 670.0, 1.0)]
    sweep = Sweep(design, shipped_inputs, ("worker_income",))
    sweep.expect(runs)
    results = [sweep.run(values) for values in runs]
    assert [one.status for one in results[:4]] == ["optimal", "refused", "optimal", "optimal"]
    assert "-1 is out of bounds" in results[1].reason
