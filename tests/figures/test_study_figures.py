"""Figures of studies: the numbers of their records, cliffs and missing plans told as such, sentences that agree."""

import pytest
from looking import run, sound, texts_of, what_if_of

from pilot_planner.figures.core.theme import THEMES, palette
from pilot_planner.figures.plan import compare_bars, safeguard_costs, shadow_price_bars
from pilot_planner.figures.plan.compare_bars import Column
from pilot_planner.figures.what_if import scale_up, what_if_curve, what_if_heatmap
from pilot_planner.studies.explain.host_exclusion import FloorCost
from pilot_planner.studies.explain.price_records import Price, Resolve
from pilot_planner.studies.explain.shadow_prices import Prices
from pilot_planner.studies.scale_up.records import Cheapest, Scale, ScaleRun, Shortfall

NAMES = {"KAZ": "Kazakhstan", "MNG": "Mongolia"}
COST, RISK = "limits.operating_cost.max", "limits.funds_at_risk_share.max"


def price(label, bound, unit, tighter, looser, side="max"):
    standing = (bound, bound, 0.0, True)
    prices = (1.0, 1.0, 1.0, 1.0)
    return Price(label.lower(), label, side, "money", unit, *standing, *prices, None, None, "", looser, tighter, False, "")


def priced(plan, *prices):
    return Prices(plan, "worker_income", prices)


def at(plan, bound, change, hosts="KAZ+MNG"):
    return Resolve(bound, "optimal", plan.outcome.objective + change, hosts)


# --- prices ---


def test_bars_of_prices_are_the_changes_of_the_aim(plan):
    budget = price("Budget", 12e6, "USD", at(plan, 10.8e6, -4.4e6), at(plan, 13.2e6, 2.7e6))
    for theme in THEMES:
        figure = sound(shadow_price_bars.figure(priced(plan, budget), theme))
        assert [value for trace in figure.data for value in trace.x] == pytest.approx([-4.4, 2.7])
        colours = palette(theme)
        assert [colour for trace in figure.data for colour in trace.marker.color] == [colours.others, colours.accent]
        assert {"\u22124.40", "+2.70"} <= set(texts_of(figure))


def test_a_tighter_limit_that_changes_the_hosts_is_a_cliff(plan):
    hosts = price("Host countries", 2.0, "count", at(plan, 1.0, -7e6, "MNG"), at(plan, 3.0, 0.0))
    budget = price("Budget", 12e6, "USD", at(plan, 10.8e6, -4.4e6), at(plan, 13.2e6, 2.7e6))
    figure = sound(shadow_price_bars.figure(priced(plan, budget, hosts), "light"))
    assert figure.data[0].marker.color[0] == palette("light").alert
    assert "a cliff" in texts_of(figure)
    assert shadow_price_bars.headline(priced(plan, budget, hosts)) == (
        "Nothing matters more than the limit on host countries: a step tighter, worker income changes by "
        "\u22127.0\u00a0m\u00a0USD and the hosts change"
    )


def test_a_tighter_limit_without_a_plan_says_so(plan):
    stuck = price("Workers employed", 200.0, "persons", Resolve(220.0, "infeasible", None, ""), at(plan, 180.0, 1e5), "min")
    figure = sound(shadow_price_bars.figure(priced(plan, stuck), "dark"))
    assert "no plan" in texts_of(figure)
    assert "leaves no plan" in shadow_price_bars.headline(priced(plan, stuck))
    assert "no plan" in shadow_price_bars.summary(priced(plan, stuck))


def test_limits_that_are_worth_nothing_are_left_out(plan):
    idle = price("Permits", 0.25, "share", at(plan, 0.2, 0.0), at(plan, 0.3, 1e-4))
    assert shadow_price_bars.effects(priced(plan, idle)) == []
    sound(shadow_price_bars.figure(priced(plan, idle)))
    assert shadow_price_bars.headline(priced(plan)) == shadow_price_bars.headline(priced(plan, idle))


# --- safeguards ---


def floor(name, cost, held="held"):
    return FloorCost(name, "somebody", held, None, cost, "MNG", "")


def test_costs_of_floors_are_their_records_and_free_ones_say_so():
    floors = [floor("living_wage", 0.0), floor("conventions", 3.1e6, "C029, C105")]
    figure = sound(safeguard_costs.figure(floors, "worker_income", names=NAMES))
    assert list(figure.data[0].x) == [3.1e6, 0.0]
    assert "costs nothing" in texts_of(figure)
    headline = safeguard_costs.headline(floors, "worker_income")
    assert headline == "One rights floor of 2 costs worker income; conventions (C029, C105) most, 3.1\u00a0m\u00a0USD"


@pytest.mark.parametrize(
    ("floors", "text"),
    [
        ([], "This design holds no rights floor"),
        ([floor("living_wage", 0.0)], "Holding the one rights floor costs this plan nothing"),
        ([floor("living_wage", 0.0), floor("tip_tier", 0.0, "2")], "Holding all two rights floors costs this plan nothing"),
    ],
)
def test_free_floors_are_counted(floors, text):
    assert safeguard_costs.headline(floors, "worker_income") == text
    assert safeguard_costs.summary(floors, "worker_income")
    sound(safeguard_costs.figure(floors, "worker_income"))


# --- what if ---

CURVE = what_if_of(
    [
        run(1, {COST: 2e6}, None),
        run(2, {COST: 6e6}, 5.6e6),
        run(3, {COST: 12e6}, 19.6e6, "KAZ+MNG"),
        run(4, {COST: 8e6}, 11.2e6),
    ],
    [COST],
)


def test_a_curve_holds_the_runs_in_order_and_gaps_where_there_is_no_plan():
    figure = sound(what_if_curve.figure(CURVE, COST, "worker_income", names=NAMES, base=12e6))
    line = next(trace for trace in figure.data if trace.name == "base")
    assert list(line.x) == [2.0, 6.0, 8.0, 12.0]
    assert list(line.y) == [None, 5.6, 11.2, 19.6]
    assert line.connectgaps is False
    missing = next(trace for trace in figure.data if trace.name == "no plan")
    assert list(missing.x) == [2.0]
    assert [shape.x0 for shape in figure.layout.shapes if shape.line.dash == "dot"] == [10.0]
    assert "this plan" in texts_of(figure)


def test_a_curve_is_told_in_words():
    assert what_if_curve.headline(CURVE, COST, "worker_income") == (
        "Worker income goes from 5.6\u00a0m\u00a0USD to 19.6\u00a0m\u00a0USD as budget changes; one value leaves no plan"
    )
    assert "No plan at 2.0\u00a0m\u00a0USD." in what_if_curve.summary(CURVE, COST, "worker_income")


def test_a_curve_without_any_plan_says_so():
    nothing = what_if_of([run(1, {COST: 1e6}, None)], [COST])
    sound(what_if_curve.figure(nothing, COST, "worker_income"))
    assert what_if_curve.headline(nothing, COST, "worker_income") == "No value of budget leaves a plan"


def test_several_designs_have_a_line_each():
    two = what_if_of(
        [run(n, {COST: 1e6 * n}, 1e6 * n, design=name) for n, name in enumerate(["base"] * 3 + ["one_host"] * 3, start=1)],
        [COST],
    )
    figure = sound(what_if_curve.figure(two, COST, "worker_income"))
    assert [trace.name for trace in figure.data] == ["base", "one_host"]
    assert {"base", "one_host"} <= set(texts_of(figure))


def test_values_that_are_no_numbers_stand_by_name():
    words = what_if_of([run(1, {"tax.schedule": "FLAT"}, 1e6), run(2, {"tax.schedule": "NONE"}, 2e6)], ["tax.schedule"])
    figure = sound(what_if_curve.figure(words, "tax.schedule", "worker_income"))
    assert set(figure.data[0].x) == {"FLAT", "NONE"}


def test_a_path_that_is_not_varied_is_refused():
    with pytest.raises(KeyError, match="does not vary"):
        sound(what_if_curve.figure(CURVE, RISK, "worker_income"))


GRID = what_if_of(
    [
        run(1, {COST: 6e6, RISK: 0.05}, None),
        run(2, {COST: 12e6, RISK: 0.05}, 16.7e6),
        run(3, {COST: 6e6, RISK: 0.06}, 5.6e6),
        run(4, {COST: 12e6, RISK: 0.06}, 19.6e6, "KAZ+MNG"),
    ],
    [COST, RISK],
)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [328, 560])
def test_cells_of_a_heat_map_are_the_runs(theme, width):
    figure = sound(what_if_heatmap.figure(GRID, COST, RISK, "worker_income", theme, names=NAMES, width=width))
    cells = figure.data[0]
    assert [list(row) for row in cells.z] == [[None, 16.7], [5.6, 19.6]]
    assert [list(row) for row in cells.customdata] == [[1, 2], [3, 4]]
    assert "no plan" in texts_of(figure)
    assert list(figure.layout.xaxis.ticktext) == ["6", "12"]
    assert list(figure.layout.yaxis.ticktext) == ["5", "6"]


def test_a_heat_map_is_told_in_words():
    headline = what_if_heatmap.headline(GRID, COST, RISK, "worker_income")
    assert headline == (
        "Worker income is between 5.6\u00a0m\u00a0USD and 19.6\u00a0m\u00a0USD; 1 of 4 combinations leaves no plan"
    )
    assert "One cell without a plan." in what_if_heatmap.summary(GRID, COST, RISK, "worker_income")


def test_a_heat_map_with_one_value_everywhere_is_drawn():
    flat = what_if_of([run(n, {COST: 1e6 * n, RISK: 0.05}, 3e6) for n in (1, 2)], [COST, RISK])
    figure = sound(what_if_heatmap.figure(flat, COST, RISK, "worker_income"))
    assert figure.data[0].zmin < 3.0 < figure.data[0].zmax


# --- comparing ---


def test_compared_bars_are_shares_of_the_largest_and_texts_the_values(plan, one_host):
    columns = [Column("Base", plan.metrics | plan.ratios), Column("One host", one_host.metrics | one_host.ratios)]
    for theme in THEMES:
        figure = sound(compare_bars.figure(columns, theme))
        assert [trace.name for trace in figure.data] == ["Base", "One host"]
        share = one_host.metrics["worker_income"] / plan.metrics["worker_income"]
        assert figure.data[1].x[0] == pytest.approx(share)
        assert figure.data[0].x[0] == 1.0
    assert any(text.startswith("12.6\u00a0m\u00a0USD (\u22127.1\u00a0m)") for text in texts_of(figure))
    assert compare_bars.headline(columns).startswith("Base has most worker income, 19.6\u00a0m\u00a0USD; One host least")


def test_equal_plans_are_called_the_same(plan):
    columns = [Column(name, plan.metrics | plan.ratios) for name in "AB"]
    assert any(text.endswith("(same)") for text in texts_of(sound(compare_bars.figure(columns))))
    assert compare_bars.headline(columns).startswith("All two plans have the same worker income")


def test_one_plan_cannot_be_compared_and_five_are_too_many(plan):
    columns = [Column(f"P{n}", plan.metrics) for n in range(5)]
    sound(compare_bars.figure(columns[:1]))
    assert compare_bars.summary(columns[:1]) == "There are no two plans to compare."
    sound(compare_bars.figure(columns[:4], width=328))
    with pytest.raises(ValueError, match="at most 4"):
        sound(compare_bars.figure(columns))


def test_a_figure_that_is_not_defined_is_a_dash_and_no_bar():
    columns = [Column("A", {"worker_income": 1e6, "net_pay_per_worker_month": None}), Column("B", {"worker_income": 2e6})]
    figure = sound(compare_bars.figure(columns, wanted=["worker_income", "net_pay_per_worker_month"]))
    assert list(figure.data[0].x) == [0.5]
    assert "1.0\u00a0m\u00a0USD" in texts_of(figure)


# --- growth ---


def size(hosts, months, cost, status="optimal", where="MNG"):
    total = None if cost is None else cost * months
    return ScaleRun(hosts, 1.0, status, where, months, 100.0, total, cost, 5.0, 0.05, 1e6, 1e5, (), {})


def grown(*runs):
    nobody = Shortfall(0.0, 0.0, 0.0, 0, 0, 0, (), 0.0, (), (), ())
    cheapest = Cheapest(20_000.0, 300.0, "MNG", 1.0, "Cost stops falling at 20,000 worker-months.")
    return Scale(runs, (), cheapest, nobody, (), (), ())


def test_growth_is_a_line_for_each_number_of_hosts_without_sizes_that_have_no_plan():
    scale = grown(
        size(1, 10_000.0, 400.0), size(1, 20_000.0, 300.0), size(2, 40_000.0, 350.0), size(2, None, None, "infeasible", "")
    )
    for theme in THEMES:
        figure = sound(scale_up.figure(scale, theme, names=NAMES))
        lines = {trace.name: (list(trace.x), list(trace.y)) for trace in figure.data}
        assert lines["one host"] == ([10_000.0, 20_000.0], [400.0, 300.0])
        assert lines["two hosts"] == ([40_000.0], [350.0])
        assert lines["cheapest"] == ([20_000.0], [300.0])
    assert "300\u00a0USD" in scale_up.headline(scale)
    sound(scale_up.figure(scale, measure="operating_cost", width=328))


def test_growth_without_any_programme_says_so():
    nothing = grown(size(1, None, None, "infeasible", ""))
    sound(scale_up.figure(nothing))
    assert scale_up.headline(nothing) == "No size of programme meets all limits"
