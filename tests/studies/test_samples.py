"""Samples of everything that is uncertain: marginals, exclusions, dependence, events at their ends, order of inputs."""

import numpy as np
import pytest
from scipy import stats
from tests.support.rebuilt import as_planned, rebuilt

from pilot_planner.data.events import events_of
from pilot_planner.design.loading import load_design
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.chance import chance_of
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.event_settings import changed, held_under, settings_of
from pilot_planner.studies.uncertainty.risk import evaluate, solve_and_hold
from pilot_planner.studies.uncertainty.samples import (
    coordinate_of,
    leaning,
    sample,
    stratified,
    uncertain_in_design,
    uncertainty,
)
from pilot_planner.studies.uncertainty.trial import HeldPlan, Trial, hold

DRAWS = 1000


@pytest.fixture(scope="module")
def design():
    return load_design()


@pytest.fixture(scope="module")
def known(design, shipped_inputs):
    return uncertain_in_design(design, shipped_inputs)


@pytest.fixture(scope="module")
def drawn(known):
    return known.draw(DRAWS, 3)


def event(known, name):
    return next(one for one in known.events if one.name == name)


# --- marginals ---


def test_every_coordinate_has_one_draw_in_each_of_as_many_equal_parts(drawn):
    for column in drawn.coordinates.T:
        assert np.array_equal(np.sort(np.floor(column * DRAWS)), np.arange(DRAWS))


def test_inputs_have_the_quantiles_of_their_estimates_also_where_they_lean_on_a_price_level(known, drawn):
    moved = {path for one in known.factors for path in one.moves}
    settled = {effect.path.removeprefix("inputs.") for one in known.events for effect in one.effects}
    tried = 0
    for one in known.values:
        if one.path in moved or one.path in settled or one.fit != "quantiles":
            continue
        low, high = np.quantile(drawn.column(one.path), [0.05, 0.95])
        inside = one.floor is None or one.least >= one.floor
        if inside:
            assert low == pytest.approx(one.low, abs=0.02 * (one.high - one.low))
        assert high == pytest.approx(one.high, abs=0.02 * (one.high - one.low))
        tried += 1
    assert tried > 40


def test_events_happen_as_often_as_their_probability_says(known, drawn):
    assert len(known.events) >= 10
    for one in known.events:
        share = drawn.happened[:, drawn.events.index(one.name)].mean()
        assert share == pytest.approx(one.chance, abs=1.0 / DRAWS + 1e-12)


def test_factors_have_their_quantiles_and_multiply_what_is_paid_in_the_money_of_the_host(known, drawn, shipped_inputs):
    rate = next(one for one in known.factors if one.family == "exchange_rate.KAZ")
    values = drawn.factors[rate.family]
    assert np.quantile(values, [0.05, 0.95]) == pytest.approx([rate.value.low, rate.value.high], abs=0.005)
    # The minimum wage of Kazakhstan has no range of its own: all that moves it is money.
    path = "hosts.KAZ.minimum_wage"
    base = shipped_inputs.need(*path.split("."))
    assert drawn.column(path) == pytest.approx(base * values * drawn.factors["inflation.KAZ"], rel=1e-12)


# --- exclusions ---


def test_events_that_exclude_each_other_never_happen_together(known, drawn):
    late, very_late = event(known, "pledge_late"), event(known, "pledge_very_late")
    assert coordinate_of(late) == coordinate_of(very_late)
    both = drawn.happened[:, [drawn.events.index(one.name) for one in (late, very_late)]]
    assert both.sum(axis=1).max() == 1
    assert both.sum() == pytest.approx(DRAWS * (late.chance + very_late.chance), abs=2)


def test_other_events_do_happen_together_as_often_as_chance_has_it(known, drawn):
    a, b = event(known, "fee_waiver_refused.MNG"), event(known, "exemption_late")
    both = drawn.happened[:, [drawn.events.index(one.name) for one in (a, b)]].all(axis=1).mean()
    assert both == pytest.approx(a.chance * b.chance, abs=0.04)


# --- dependence ---


def test_local_costs_correlate_with_the_price_level_of_their_host_as_stated_and_nothing_else_does(known):
    many = known.draw(4000, 11)
    column = dict(zip(many.families, many.coordinates.T, strict=True))
    level = {host: stratified(f"price_level.{host}", 4000, 11) for host, _ in known.loads.values()}
    assert "wages.MNG" in known.loads
    assert "hosts.KAZ.living_wage" in known.loads
    for family, shares in column.items():
        host, stated = known.loads.get(family, ("MNG", 0.0))
        assert stats.spearmanr(shares, level[host]).statistic == pytest.approx(stated, abs=0.05), family


def test_wage_and_living_wage_of_a_host_rise_together_and_those_of_two_hosts_do_not(known):
    many = known.draw(4000, 12)
    column = dict(zip(many.families, many.coordinates.T, strict=True))
    together = stats.spearmanr(column["wages.MNG"], column["hosts.MNG.living_wage"]).statistic
    apart = stats.spearmanr(column["wages.MNG"], column["hosts.KAZ.living_wage"]).statistic
    # Two loads of Spearman 0.6: normals correlate by (2 sin(0.1 pi))^2, their ranks by 6 / pi asin(half of it).
    expected = 6.0 / np.pi * np.arcsin((2.0 * np.sin(np.pi * 0.6 / 6.0)) ** 2 / 2.0)
    assert together == pytest.approx(expected, abs=0.04)
    assert abs(apart) < 0.05


@pytest.mark.parametrize("rank_correlation", [-1.0, -0.5, 0.0, 0.3, 1.0])
def test_a_leaning_coordinate_keeps_its_values_and_has_the_rank_correlation(rank_correlation):
    own, level = stratified("a", 4000, 1), stratified("b", 4000, 1)
    found = leaning(own, level, rank_correlation)
    assert np.array_equal(np.sort(found), np.sort(own))
    assert stats.spearmanr(found, level).statistic == pytest.approx(rank_correlation, abs=0.04)


# --- what a sample hangs on ---


def test_draws_of_a_family_hang_on_its_name_and_the_seed_and_on_no_other_input(design, shipped_inputs, known, drawn):
    plan = make_plan(inputs=shipped_inputs)
    of_plan = uncertainty(design, shipped_inputs, reversed(list(behind(plan.case, plan.accounts))))
    other = of_plan.draw(DRAWS, 3)
    assert len(other.families) < len(drawn.families)
    shared = set(other.paths) & set(drawn.paths)
    assert len(shared) > 80
    for path in shared:
        assert np.array_equal(other.column(path), drawn.column(path)), path
    for name in other.events:
        assert np.array_equal(other.happened[:, other.events.index(name)], drawn.happened[:, drawn.events.index(name)])
    assert np.array_equal(sample(design, shipped_inputs, 50, 4).values, known.draw(50, 4).values)
    assert not np.array_equal(sample(design, shipped_inputs, 50, 5).values, known.draw(50, 4).values)
    assert not np.array_equal(known.draw(50, (4, 1)).values, known.draw(50, 4).values)


def test_variants_of_the_design_are_few_and_what_their_events_set(known, drawn, design):
    assert drawn.variants[0] == {}
    assert 1 < len(drawn.variants) < 130
    for number in range(0, DRAWS, 37):
        happening = [event(known, name) for name in drawn.happening(number)]
        assert drawn.settings(number) == known.of_design(happening)
    assert drawn.variant.max() == len(drawn.variants) - 1


# --- events at their ends ---


def with_probabilities(inputs, value):
    return inputs.with_values({one.probability.path: value for one in events_of(inputs)})


def test_at_probability_0_no_event_is_drawn_and_the_plan_fares_as_without_events(design, shipped_inputs):
    never = with_probabilities(shipped_inputs, 0.0)
    known = uncertain_in_design(design, never)
    drawn = known.draw(20, 1)
    assert known.events == ()
    assert drawn.variants == ({},)
    rate = "hosts.MNG.host_tax_rate"
    assert rate not in drawn.paths
    assert [one.reason for one in known.fixed if one.path == rate] == ["is a state: non_resident_tax.MNG"]


def test_at_probability_1_an_event_is_the_same_as_its_settings(shipped_inputs):
    """Each draw under a certain event is the draw of the plan whose design and inputs have what the event sets."""
    design = load_design()
    names = ("fee_waiver_refused.MNG", "pledge_late", "exemption_late", "contributions_due.KAZ", "host_withdraws.MNG")
    others = {one.probability.path: 0.0 for one in events_of(shipped_inputs)}
    plan, held = solve_and_hold(design, shipped_inputs)
    for name in names:
        path = next(one.probability.path for one in events_of(shipped_inputs) if one.name == name)
        certain = shipped_inputs.with_values(others | {path: 1.0})
        known = uncertainty(design, certain, behind(plan.case, plan.accounts))
        assert name in [one.name for one in known.events]
        drawn = known.draw(3, 8)
        # Where a host has no probability of its own, every host has the general one: all of them withdraw.
        settings = settings_of([one for one in known.events if one.probability.path == path], design, certain)
        of_design = {key: value for key, value in settings.items() if not key.startswith("inputs.")}
        of_inputs = {key.removeprefix("inputs."): value for key, value in settings.items() if key.startswith("inputs.")}
        after = changed(design, of_design)
        by_hand = Trial(after, certain.with_values(of_inputs), held_under(held, design, after))
        seen = evaluate(Trial(design, certain, held), drawn, False)
        for number, found in enumerate(seen):
            without = {key: value for key, value in drawn.row(number).items() if key not in of_inputs}
            expected = as_planned(by_hand, rebuilt(by_hand, without))
            assert found.planned.figures == pytest.approx(expected.figures, rel=1e-9, abs=1e-6), name
            assert found.planned.broken.keys() == expected.broken.keys()


def test_a_late_exemption_moves_hiring_and_cuts_what_falls_behind_the_end(design):
    front = "workers.MNG.construction.basic"
    held = HeldPlan({}, (), {f"{front}.2": 5.0, f"{front}.8": 9.0, "cap.MNG.construction": 9.0, "inspectors.MNG.8": 2.0})
    after = changed(design, {"programme.lead_periods": 3})
    assert held_under(held, design, after).columns == {
        f"{front}.4": 5.0,
        "cap.MNG.construction": 9.0,
        "inspectors.MNG.8": 2.0,
    }
    closed = changed(design, {"closures.MNG": 0.5})
    assert f"{front}.8" not in held_under(held, design, closed).columns
    assert held_under(held, design, closed).columns[f"{front}.2"] == 5.0
    assert held_under(held, design, design) is held


# --- a host that closes, in the programme itself ---


@pytest.mark.parametrize(("share", "last"), [(0.5, 4), (0.24, 1), (0.6, 4), (0.0, 0)])
def test_a_plan_with_a_host_that_closes_has_nobody_there_afterwards(shipped_inputs, share, last):
    plan = make_plan(inputs=shipped_inputs, settings={"closures.KAZ": share})
    staffed = {row["period"] for row in plan.records("flows") if row["iso3"] == "KAZ" and row["channel"] == "own_card"}
    assert all(period <= last for period in staffed)
    assert ("KAZ" in {host.iso3 for host in plan.hosts}) <= (last > 1)
    base = make_plan(inputs=shipped_inputs)
    assert plan.metrics["worker_income"] < base.metrics["worker_income"]
    assert sum(row.amount_usd for row in plan.accounts.budget) == pytest.approx(plan.metrics["operating_cost"], abs=1.0)


def test_a_closure_at_the_end_changes_nothing(shipped_inputs):
    base = make_plan(inputs=shipped_inputs)
    plan = make_plan(inputs=shipped_inputs, settings={"closures.KAZ": 1.0, "closures.MNG": 1.0})
    assert plan.metrics == base.metrics


# --- the chance of a plan under all of it ---


def test_the_chance_of_a_plan_is_the_share_of_draws_that_hold_when_each_is_rebuilt(design, shipped_inputs):
    """Draws whose waivers and pledges differ are worked on together, as arrays; here each draw is a case of its own."""
    plan = make_plan("in_kind_first", shipped_inputs)
    known = uncertainty(plan.design, shipped_inputs, behind(plan.case, plan.accounts))
    drawn = known.draw(60, 5)
    trial = Trial(plan.design, shipped_inputs, hold(plan.programme, plan.solution))
    seen = 0
    for settings, values, place in groups(drawn, plan.design):
        many = DrawnPlan(trial.under(settings), values, len(place)).signed
        for number, draw in enumerate(map(int, place)):
            under = trial.under(drawn.settings(draw))
            told = as_planned(under, rebuilt(under, drawn.row(draw)))
            mine = {name: float(amount[number]) for name, amount in many.missed.items() if amount[number] > 0.0}
            assert mine == pytest.approx(told.broken, rel=1e-6, abs=1e-6)
            assert {name for name, fails in many.floors.items() if fails[number]} == told.floors.keys()
            seen += 1
    assert seen == 60
    assert chance_of(plan, 60, 5, run=False).as_signed.holds.draws == 60
