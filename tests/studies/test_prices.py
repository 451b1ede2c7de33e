"""Prices of limits: equal to finite differences of re-solved linear programmes, for any sense."""

import math
from dataclasses import replace

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.programme.build import build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.held_programme import _crossing
from pilot_planner.studies.explain.shadow_prices import prices
from pilot_planner.studies.planning.limit_status import first_tightest
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up

TIGHT = {"limits.funds_at_risk_share.max": 0.051}
"""The design in which the budget, staff, risk and willingness can be made to bind."""

CASES = {
    "budget": ("operating_cost", "max", {}),
    "oversight staff": ("inspectors_total", "max", {"limits.inspectors_total.max": 6}),
    "funds at risk": ("funds_at_risk_share", "max", TIGHT),
    "willingness": ("mean_willingness", "min", {}),
}


@pytest.fixture(scope="module")
def priced(inputs):
    """Prices by settings, each asked for once."""
    known = {}

    def ask(settings=None):
        key = tuple(sorted((settings or {}).items()))
        if key not in known:
            known[key] = prices(None, inputs, settings, resolve=False)
        return known[key]

    return ask


def relaxed_optimum(inputs, settings, held, solver):
    """The linear programme with the plan's choices fixed, solved afresh by another door: PuLP and the named solver."""
    import pulp

    design, ready = set_up(None, inputs, settings)
    programme = build(make_case(design, ready))
    problem = to_pulp(programme)
    for j, variable in enumerate(problem.variables()):
        if j in held:
            problem += variable == held[j], f"held_{j}"
    for variable in problem.variables():
        variable.cat = "Continuous"
    engine = pulp.HiGHS(msg=False) if solver == "highs" else pulp.COIN_CMD(msg=False, mip=False)
    stats = problem.solve(engine)
    return stats.objective * (-1.0 if programme.maximise else 1.0)


def held_choices(inputs, settings):
    design, ready = set_up(None, inputs, settings)
    programme = build(make_case(design, ready))
    outcome = Session(programme).solve()
    caps = set(programme.d.cap.values())
    return {
        j: round(outcome.solution[j]) for j, column in enumerate(programme.d.columns) if column.integer and j not in caps
    }


@pytest.mark.parametrize("solver", ["highs", "cbc"])
@pytest.mark.parametrize("name", CASES)
def test_a_price_equals_a_finite_difference_of_the_linear_programme(name, solver, inputs, priced):
    key, side, settings = CASES[name]
    price = next(p for p in priced(settings).prices if (p.key, p.side) == (key, side))
    held = held_choices(inputs, settings)
    step = 1e-4 * price.bound
    up, down = (
        relaxed_optimum(inputs, {**settings, f"limits.{key}.{side}": price.bound + sign * step}, held, solver)
        for sign in (1, -1)
    )
    slope = (up - down) / (2 * step) * price.per

    assert price.price == pytest.approx(slope, rel=1e-4)
    assert price.binding


def test_a_minimised_metric_has_prices_of_the_right_sign(inputs):
    found = prices(
        None,
        inputs,
        {"objective.metric": "operating_cost", "objective.sense": "min", "limits.worker_months.min": 20_000},
        resolve=False,
    )
    months = next(p for p in found.prices if (p.key, p.side) == ("worker_months", "min"))

    assert months.binding
    assert months.price > 0, "one worker-month more costs something"
    assert months.price == pytest.approx(months.tightening, rel=1e-3)


def test_a_slack_limit_is_worth_nothing_and_says_how_slack_it_is(priced):
    found = priced()
    slack = next(p for p in found.prices if (p.key, p.side) == ("inspectors_total", "max"))

    assert not slack.binding
    assert slack.price == pytest.approx(0.0, abs=1e-3)
    assert slack.slack > 0
    assert "It does not bind" in slack.sentence


def test_the_budgets_sentence_tells_price_range_and_unit(priced):
    found = priced()
    budget = next(p for p in found.prices if p.key == "operating_cost")

    assert budget.per == 100_000
    # A hundred thousand more is three times as far as the price of 337,512 holds.
    assert budget.sentence.startswith(
        "The whole programme costs at most 12,000,000 USD. 100,000 USD more adds 333,154 USD of worker income; "
        "100,000 USD less takes 337,624 USD. Near the plan it is 337,512 USD for each 100,000 USD"
    )
    assert budget.valid_to is not None
    assert budget.valid_to > 12_000_000


def test_the_price_holds_up_to_the_end_of_its_range(inputs, priced):
    found = priced()
    budget = next(p for p in found.prices if p.key == "operating_cost")
    held = held_choices(inputs, {})
    at = relaxed_optimum(inputs, {"limits.operating_cost.max": budget.valid_to}, held, "highs")
    start = relaxed_optimum(inputs, {}, held, "highs")

    assert at - start == pytest.approx(budget.price / budget.per * (budget.valid_to - 12e6), rel=1e-3)


def test_a_re_solve_at_a_tenth_less_names_the_cliff(inputs):
    found = prices(None, inputs, {"limits.operating_cost.max": 10.5e6})
    budget = next(p for p in found.prices if p.key == "operating_cost")

    assert budget.cliff
    assert "MNG" in budget.sentence
    assert not math.isnan(budget.price)


# --- degenerate prices ---


@pytest.fixture(scope="module")
def at_a_corner(inputs):
    """A limit on the objective itself, put exactly at the optimum: there it and the budget bind together.

    By hand: a dollar more of income allowed adds nothing, since the budget holds; a dollar less takes exactly one
    dollar. A dollar more of budget adds nothing, since the income allowed is reached.
    """
    held = held_choices(inputs, {})
    best = relaxed_optimum(inputs, {}, held, "highs")
    settings = {"limits.worker_income.max": best}
    return settings, prices(None, inputs, settings, resolve=False)


def test_a_degenerate_price_is_told_as_its_two_one_sided_derivatives(at_a_corner):
    _, found = at_a_corner
    income = next(p for p in found.prices if p.key == "worker_income")

    assert income.loosening / income.per == pytest.approx(0.0, abs=1e-6)
    assert income.tightening / income.per == pytest.approx(1.0, rel=1e-6)
    assert -1e-6 <= income.price / income.per <= 1.0 + 1e-6
    # Solved with whole caps, a dollar less costs a dollar but for what one worker earns.
    assert "100,000 USD more adds 0.00 USD of worker income" in income.sentence
    assert income.step_tighter.change == pytest.approx(-100_000, abs=20_000)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
@pytest.mark.parametrize("key", ["worker_income", "operating_cost"])
def test_the_two_derivatives_of_a_degenerate_price_are_those_of_either_solver(key, solver, at_a_corner, inputs):
    settings, found = at_a_corner
    price = next(p for p in found.prices if p.key == key)
    held = held_choices(inputs, settings)
    step = 1e-4 * price.bound
    name = f"limits.{key}.max"
    at, up, down = (
        relaxed_optimum(inputs, {**settings, name: price.bound + change}, held, solver) for change in (0.0, step, -step)
    )

    assert price.loosening == pytest.approx((up - at) / step * price.per, rel=1e-4, abs=1e-4 * price.tightening)
    assert price.tightening == pytest.approx((at - down) / step * price.per, rel=1e-4)
    assert price.tightening > 0
    assert price.loosening <= price.price * (1 + 1e-6) + 1e-6
    assert price.price <= price.tightening * (1 + 1e-6) + 1e-6


# --- the step that is named ---

TRUE = [
    ("base", "family_share", "min", 380_000, -435_330),
    ("base", "mean_willingness", "min", 84_036, -183_814),
    ("base", "operating_cost", "max", 333_154, -337_624),
    ("low_budget", "funding", "min", 109_057, None),
]
"""What a step looser and a step tighter of a limit give: differences of plans, each solved by itself."""


@pytest.mark.parametrize(("model", "key", "side", "looser", "tighter"), TRUE)
def test_the_step_that_is_named_is_solved(model, key, side, looser, tighter, inputs):
    found = prices(model, inputs, resolve=False, binding_only=True)
    price = next(p for p in found.prices if (p.key, p.side) == (key, side))

    assert price.step_looser.change == pytest.approx(looser, abs=20)
    assert f"{looser:,.0f} USD" in price.sentence
    if tighter is not None:
        assert price.step_tighter.change == pytest.approx(tighter, abs=20)
        assert f"{-tighter:,.0f} USD" in price.sentence


def test_a_step_that_changes_hosts_or_levels_says_so(priced):
    hosts = next(p for p in priced().prices if p.key == "hosts")

    assert not hosts.step_tighter.same_choice
    assert "one less takes 7,050,921 USD and changes hosts or levels to MNG (intensive)" in hosts.sentence


def test_every_limit_that_holds_the_plan_back_has_a_range_on_both_sides(priced):
    for price in priced().prices:
        if price.binding and price.unit != "count":
            assert price.valid_from is not None, price.key
            assert price.valid_to is not None, price.key
            assert price.valid_from < price.bound < price.valid_to


def test_the_range_of_a_bound_of_nothing_is_searched_in_steps_that_matter(priced):
    funding = next(p for p in priced().prices if p.key == "funding")

    assert funding.bound == 0
    assert funding.valid_from < -10_000
    assert funding.valid_to > 10_000


@pytest.mark.parametrize("key", ["in_kind_share", "mean_willingness", "workers_per_inspector"])
def test_the_price_of_a_ratio_holds_to_a_hundredth_within_its_range(key, inputs, priced):
    price = next(p for p in priced().prices if p.key == key and p.binding)
    held = held_choices(inputs, {})
    start = relaxed_optimum(inputs, {}, held, "highs")
    looser = (price.loosening, price.valid_from if price.side == "min" else price.valid_to)
    tighter = (price.tightening, price.valid_to if price.side == "min" else price.valid_from)
    for slope, end in (looser, tighter):
        for share, inside in ((1.0, True), (1.6, False)):
            bound = price.bound + share * (end - price.bound)
            change = relaxed_optimum(inputs, {f"limits.{key}.{price.side}": bound}, held, "highs") - start
            told = slope / price.per * (bound - price.bound)
            assert (abs(change - told) <= 0.0101 * abs(told)) == inside


def test_a_plan_without_a_step_tighter_is_told(inputs):
    found = prices(None, inputs, {"limits.hosts.max": 1}, resolve=False, binding_only=True)
    hosts = next(p for p in found.prices if p.key == "hosts")

    assert hosts.step_tighter.status == "infeasible"
    assert "one less leaves no plan" in hosts.sentence


def test_a_price_that_is_not_known_is_empty_in_every_file(inputs):
    found = prices(None, inputs, {"limits.hosts.max": 1}, resolve=False, binding_only=True)
    for row in found.records():
        assert not any(isinstance(value, float) and math.isnan(value) for value in row.values())


# --- equally tight ---


def test_of_equally_tight_periods_the_first_is_named_whatever_rounding_says(inputs):
    plan = make_plan(None, inputs)
    one = next(limit for limit in plan.limits if limit.key == "funding")
    noise = (3e-7, 0.0, 1e-7, 5.0)
    standing = [replace(one, period=number, slack=slack) for number, slack in enumerate(noise, start=1)]

    assert first_tightest(standing).period == 1
    assert first_tightest(standing[::-1]).period == 3
    assert first_tightest([replace(one, period=9, slack=-2e-6), *standing]).period == 9
    assert first_tightest([]) is None


@pytest.mark.parametrize("end", [0.0123, 0.31, 2.7])
@pytest.mark.parametrize(
    ("steepness", "most"), [((1.0, 0.0, 0.0), 8), ((0.3, 0.7, 1.5), 11), ((50.0, 1.0, 0.0), 11), ((1e-3, 0.0, 30.0), 12)]
)
def test_where_a_line_breaks_is_found_in_a_few_tries(end, steepness, most):
    """Off by nothing up to ``end``, then by pieces that grow steeper."""
    tried = []

    def off(distance):
        tried.append(distance)
        ends = (end, 1.3 * end, 1.7 * end)
        return sum(max(0.0, distance - one) * slope for one, slope in zip(ends, steepness, strict=True)) / distance

    far = 2.9 * end
    found = _crossing(off, 1e-4, 0.0, (far, off(far)), 1e-3)

    assert found in tried
    assert off(found) <= 1e-4
    assert off(found * 1.002) > 1e-4
    assert len(tried) <= most + 2


def test_an_end_beyond_which_there_is_no_plan_is_found_by_halving():
    found = _crossing(lambda distance: 0.0 if distance <= 0.4 else math.inf, 1e-2, 0.1, (1.0, math.inf), 0.02)

    assert 0.392 <= found <= 0.4
