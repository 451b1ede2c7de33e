"""A plan across draws: the measure, the search against other ways to find the same, the fresh test, words and files."""

import csv
import io
import itertools
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import run_here
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tiny import COST_LINES, line, tiny_case
from whole_hedge import whole

from pilot_planner import hedge as from_the_package
from pilot_planner.case.case import make_case
from pilot_planner.design.loading import load_design
from pilot_planner.design.schema import Hedge
from pilot_planner.errors import CancelledError, InputError, NoTimeError, PilotPlannerError
from pilot_planner.programme.build import build
from pilot_planner.programme.draws import make_draw, placements_failing, yardstick
from pilot_planner.reports.hedge_report import print_hedge, sentences, write_hedge
from pilot_planner.solving.highs_arrays import ArrayProgramme, to_arrays
from pilot_planner.solving.session import Session
from pilot_planner.solving.stochastic.cvar import MeanRisk, tail_mean
from pilot_planner.solving.stochastic.recourse import FirstStage, Recourse, settled, signatures
from pilot_planner.solving.stochastic.two_stage import TwoStage
from pilot_planner.studies.robust.robust_plan import hedge, search, signed
from pilot_planner.studies.robust.scenarios import Candidates
from pilot_planner.studies.uncertainty.risk import Telling
from pilot_planner.studies.uncertainty.samples import draw

BASE = Path(__file__).parents[2] / "models" / "base.toml"
SMALL = {"hedge.draws": 6}


@pytest.fixture(scope="module")
def found(shipped_inputs):
    """A short study of the shipped design."""
    return hedge(inputs=shipped_inputs, settings=SMALL, fresh_draws=100, seed=2)


def measured(scores, weight, tail):
    """The measure of scores that are better when larger, by sorting; the tail is a whole number of draws."""
    worst = sorted(scores)[: round(tail * len(scores))]
    return (1 - weight) * sum(scores) / len(scores) + weight * sum(worst) / len(worst)


# --- the measure ---


def test_the_tail_mean_is_the_mean_of_the_worst_and_counts_the_edge_in_part():
    assert tail_mean([1.0, 9.0, 5.0, 3.0], 0.5) == pytest.approx((9 + 5) / 2)
    # 1.5 of 4 draws: the worst whole, the next by half.
    assert tail_mean([1.0, 9.0, 5.0, 3.0], 0.375) == pytest.approx((9 + 0.5 * 5) / 1.5)
    assert tail_mean([2.0, 4.0], 1.0) == 3.0
    assert tail_mean([2.0, 4.0], 0.01) == 4.0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12), st.floats(0.01, 1.0))
def test_the_tail_mean_is_the_least_of_edge_plus_mean_excess_over_the_tail(losses, tail):
    values = np.array(losses)
    # That function is convex and bends at losses only, so its least value lies at one of them.
    least = min(edge + np.mean(np.maximum(0.0, values - edge)) / tail for edge in losses)
    assert tail_mean(losses, tail) == pytest.approx(least, rel=1e-9, abs=1e-6)


# --- the search, on cases small enough to try everything ---

CHOICES = Hedge(
    weight=0.5,
    tail=0.4,
    draws=5,
    fresh_draws=5,
    gap=1e-6,
    time_limit=60,
    shortfall={"money": 4, "capacity": 0.5, "safeguard": 2},
)
LIMITS = {
    "limits.operating_cost.max": 310_000,
    "limits.workers_total.min": 15,
    "limits.funds_at_risk_share.max": 0.09,
    "oversight.levels": ["basic", "close"],
}


def tiny_programme(demand, sectors=("work",), limits=None, **others):
    """With two sectors the budget is what binds."""
    budget = {} if len(sectors) == 1 else {"limits.operating_cost.max": 240_000}
    return build(tiny_case(LIMITS | budget | (limits or {}), demand=demand, sectors=sectors, **others))


def dearer(times):
    """The cost lines with dearer heads of office and journeys."""
    own = {"head": 2000.0, "journey_out": 400.0}
    drivers = {"head": "head_of_office_months", "journey_out": "arrivals"}
    fresh = {name: line(name, drivers[name], cost * times) for name, cost in own.items()}
    return tuple(fresh.get(one.line_id, one) for one in COST_LINES)


def tiny_draws(base, measure, sectors=("work",)):
    """Five draws that differ in demand, costs, uptake and intake; in the second no placement in BBB may run."""
    keys = [placement.key for placement in base.case.placements]
    drawn = [
        tiny_programme(14.0, sectors=sectors),
        tiny_programme(16.0, sectors=sectors, rates={"in_kind_uptake": 0.1}),
        tiny_programme(9.0, sectors=sectors),
        tiny_programme(25.0, sectors=sectors, cost_lines=dearer(1.6)),
        tiny_programme(13.0, sectors=sectors, intake=4.0, cost_lines=dearer(0.8)),
    ]
    failing = [(), ("host_willingness.BBB",), (), ("living_wage.AAA.work",), ()]
    return [make_draw(one, placements_failing(floors, keys), measure) for one, floors in zip(drawn, failing, strict=True)]


def tiny(sectors=("work",), demand=13.0):
    base = tiny_programme(demand, sectors=sectors)
    session = Session(base)
    solution = session.break_ties(session.solve())
    measure = yardstick(base, solution, CHOICES)
    return base, solution, measure, tiny_draws(base, measure, sectors)


def best(base, draws, measure, weight=0.5, tail=0.4):
    return TwoStage(base, draws, MeanRisk(weight, tail), 1e-6 * measure.worth, 60.0).solve()


@pytest.fixture(scope="module")
def tried():
    """Every choice of hosts, levels and caps of the tiny case that holds every limit at base values: losses of its draws."""
    base, _, measure, draws = tiny()
    options = base.case.design.solver
    live = ArrayProgramme(to_arrays(base.d.columns, base.rows, ()), options)
    of_host = [None, *itertools.product(("basic", "close"), range(10, 14))]
    programmes, losses = {}, []
    for chosen in itertools.product(of_host, of_host):
        taken = {h: one for h, one in zip(("AAA", "BBB"), chosen, strict=True) if one}
        first = FirstStage({h: one[0] for h, one in taken.items()}, {(h, "work"): one[1] for h, one in taken.items()})
        values = dict.fromkeys([*base.d.open.values(), *base.d.cap.values()], 0.0) | signatures(base, first)
        levels = settled(base, {h: first.levels.get(h) for h in ("AAA", "BBB")})
        live.set_bounds(levels | {j: (value, value) for j, value in values.items()})
        if live.run(60.0).status == "optimal":
            key = tuple(first.levels.items())
            if key not in programmes:
                programmes[key] = [Recourse.settled(one, first.levels, options) for one in draws]
            losses.append([one.at_first(first, 60.0) for one in programmes[key]])
    return base, measure, draws, losses


@pytest.mark.parametrize(("weight", "tail"), [(0.0, 1.0), (0.5, 0.4), (1.0, 0.3)])
def test_no_first_stage_of_all_there_are_is_better(tried, weight, tail):
    base, measure, draws, losses = tried
    outcome = best(base, draws, measure, weight, tail)
    risk = MeanRisk(weight, tail)
    assert len(losses) > 10
    assert outcome.status == "optimal"
    assert outcome.value == pytest.approx(min(risk.of(one) for one in losses), rel=1e-6)
    assert outcome.bound <= outcome.value + 1e-9


@pytest.mark.parametrize(("weight", "tail"), [(0.0, 1.0), (0.5, 0.4), (1.0, 0.3)])
def test_the_whole_equivalent_by_another_way_has_the_same_value(weight, tail):
    base, _, measure, draws = tiny(sectors=("work", "more"), demand=60.0)
    outcome = best(base, draws, measure, weight, tail)
    status, value, bound, _ = whole(base, draws, MeanRisk(weight, tail))
    assert status == "Optimal"
    assert outcome.value == pytest.approx(value, rel=1e-6)
    assert outcome.bound <= bound + 2e-6 * measure.worth


ONE_HOST = {"limits.hosts.max": 1}


def torn_draws(base, measure):
    """Twenty draws of which the last stops the better payer, AAA."""
    keys = [placement.key for placement in base.case.placements]
    failing = placements_failing(["host_willingness.AAA"], keys)
    drawn = [tiny_programme(30.0 + number % 3, limits=ONE_HOST) for number in range(20)]
    return [make_draw(one, failing if number == 19 else {}, measure) for number, one in enumerate(drawn)]


def test_more_weight_on_the_worst_never_improves_the_mean_nor_worsens_the_worst():
    base = tiny_programme(30.0, limits=ONE_HOST)
    measure = yardstick(base, Session(base).solve().solution, CHOICES)
    draws = torn_draws(base, measure)
    found = [best(base, draws, measure, weight, 0.05).losses for weight in (0.0, 0.25, 0.5, 0.75, 1.0)]
    means = [float(np.mean(losses)) for losses in found]
    tails = [tail_mean(losses, 0.05) for losses in found]
    room = 1e-5 * measure.worth
    assert all(later >= earlier - room for earlier, later in itertools.pairwise(means))
    assert all(later <= earlier + room for earlier, later in itertools.pairwise(tails))
    assert tails[-1] < tails[0] - room
    assert means[-1] > means[0] + room


def test_where_a_right_fails_nobody_works_and_limits_are_missed_at_their_price():
    base, solution, measure, draws = tiny()
    first = FirstStage({"AAA": "basic", "BBB": "basic"}, {("AAA", "work"): 13, ("BBB", "work"): 13})
    stopped = draws[1]
    assert stopped.stopped == {("BBB", "work"): "host_willingness"}
    loss, answer = Recourse.settled(stopped, first.levels, base.case.design.solver).answer(first, 60.0)
    d = stopped.programme.d
    assert all(answer[j] == 0.0 for (h, *_), j in d.workers.items() if h == "BBB")
    # 13 people in AAA where 15 are asked for: 2 of 15 missed at half of what the base plan is worth.
    missed = stopped.missed(answer)
    assert missed["workers_total", "min"] == pytest.approx(2 / 15)
    price = sum(measure.prices[bound] * share for bound, share in missed.items())
    assert measure.prices["workers_total", "min"] == pytest.approx(0.5 * base.objective.value(solution))
    assert loss == pytest.approx(price - stopped.programme.metric("worker_income").value(answer), rel=1e-6)


def test_a_placement_that_cannot_be_staffed_is_not_run():
    _, _, _, draws = tiny()
    assert draws[2].stopped == {("AAA", "work"): "demand", ("BBB", "work"): "demand"}
    # An intake of 4 in each of two periods, a quarter of whom leave, never makes 10.
    assert draws[4].stopped == {("AAA", "work"): "demand", ("BBB", "work"): "demand"}


def test_law_has_no_price_and_signatures_are_not_missed():
    base = build(
        tiny_case({**LIMITS, "limits.hosts.max": 1, "limits.card_share.min": 0.5, "limits.in_kind_share.min": 0.01})
    )
    session = Session(base)
    measure = yardstick(base, session.break_ties(session.solve()), CHOICES)
    assert ("hosts", "max") not in measure.prices
    assert ("card_share", "min") not in measure.prices
    assert ("in_kind_share", "min") in measure.prices


def test_time_that_is_too_short_is_said_so():
    base, solution, _, draws = tiny()
    with pytest.raises(NoTimeError):
        TwoStage(base, draws, MeanRisk(0.5, 0.4), 1.0, 0.0).solve(signed(base, solution))


def test_at_the_time_limit_the_best_so_far_is_called_that_with_its_bound():
    base, solution, measure, draws = tiny(sectors=("work", "more"), demand=60.0)

    def slow(text):
        time.sleep(1.0)

    risk = MeanRisk(0.5, 0.4)
    stopped = TwoStage(base, draws, risk, 1e-6 * measure.worth, 0.9, slow).solve(signed(base, solution))
    proven = best(base, draws, measure)
    assert stopped.status == "time_limit"
    assert dict(stopped.first.levels) == dict(signed(base, solution).levels)
    assert stopped.bound <= proven.value + 1.0 <= stopped.value + 2.0


def test_a_limit_without_a_price_holds_nothing_in_a_draw():
    base, solution, _, _ = tiny()
    free = CHOICES.model_copy(update={"shortfall_of": {"workers_total": 0.0}})
    measure = yardstick(base, solution, free)
    draws = tiny_draws(base, measure)
    assert ("workers_total", "min") not in draws[0].shortfalls
    assert not any(row.name.startswith("limit.workers_total") for row in draws[0].rows)
    assert (
        best(base, draws, measure).value <= best(base, tiny_draws(base, yardstick(base, solution, CHOICES)), measure).value
    )


# --- the shipped design ---


def at_base(inputs, settings=None):
    design = load_design(None, settings)
    base = build(make_case(design, inputs))
    session = Session(base)
    outcome = session.solve()
    solution = session.break_ties(outcome)
    measure = yardstick(base, solution, design.hedge)
    keys = [one.key for one in base.case.placements]
    return base, solution, measure, Candidates(design, inputs, keys, design.oversight.levels), outcome


def test_with_one_draw_at_base_values_it_is_the_base_plan(shipped_inputs):
    base, solution, measure, candidates, proven = at_base(shipped_inputs)
    one, floors = candidates.draw({}, measure)
    assert floors == {}
    wanted = base.case.design.hedge.model_copy(update={"gap": 1e-6})
    poor = FirstStage({"MNG": "intensive"}, {("MNG", "construction"): 400})
    outcome = search(base, [one], wanted, measure.worth, poor, Telling(None))
    assert outcome.status == "optimal"
    assert -outcome.value == pytest.approx(proven.objective, rel=1e-5)
    assert dict(outcome.first.levels) == dict(signed(base, solution).levels)


def test_the_plan_holds_every_limit_at_base_values(found):
    assert found.outcome.status == "optimal"
    assert found.gap <= found.settings.gap
    assert all(one.slack >= -1e-6 * max(1.0, abs(one.bound)) for one in found.plan.limits)
    assert all(one.worker_cap >= one.peak_workers - 1e-6 for one in found.plan.placements)
    assert found.plan.metrics["worker_income"] <= found.base.metrics["worker_income"] + 1.0
    assert found.plan.plan_id != found.base.plan_id


def test_smallest_caps_that_hold_measure_what_the_search_proved(found):
    room = 1e-5 * found.measure.worth
    assert found.fares["planned"]["hedged"].measure == pytest.approx(-found.outcome.value, abs=room)
    assert found.fares["planned"]["hedged"].measure >= found.fares["planned"]["base"].measure - room


def fresh_scores(found, plan):
    return [row["score"] for row in found.records() if (row["stage"], row["plan"]) == ("fresh", plan)]


def verdict_is_true(found):
    """The measures are those of the rows, and the report says which plan is better by them."""
    wanted = found.settings
    own, other = (measured(fresh_scores(found, plan), wanted.weight, wanted.tail) for plan in ("hedged", "base"))
    assert found.fares["fresh"]["hedged"].measure == pytest.approx(own, rel=1e-9)
    assert found.fares["fresh"]["base"].measure == pytest.approx(other, rel=1e-9)
    said = " ".join(sentences(found))
    words = "is no worse than" if own >= other else "is worse than"
    assert f"On these fresh draws the hedged plan {words} the base plan in its own measure" in said
    return own, other


def test_on_fresh_draws_it_is_no_worse_in_its_own_measure_or_the_report_says_so(found):
    verdict_is_true(found)


def test_a_plan_that_is_worse_on_fresh_draws_is_called_that(found):
    fares = {**found.fares, "fresh": {"hedged": found.fares["fresh"]["base"], "base": found.fares["fresh"]["hedged"]}}
    turned = replace(found, fares=fares)
    worse = turned if found.advantage > 0 else found
    said = " ".join(sentences(worse))
    assert "the hedged plan is worse than the base plan in its own measure" in said
    assert "By this measure the base plan is the better one to sign." in said
    assert worse.document()["no_worse_than_base"] is False


def test_a_score_is_the_objective_less_the_price_of_what_is_missed(found):
    prices = {f"{key}.{side}": price for (key, side), price in found.measure.prices.items()}
    for one in found.outcomes[:60]:
        paid = sum(prices[name] * share for name, share in one.missed.items())
        assert one.score == pytest.approx(one.figures["worker_income"] - paid, rel=1e-6, abs=50.0)
        missed = {name.rsplit(".", 1)[0] if name.count(".") == 2 else ".".join(name.split(".")[:2]) for name in one.broken}
        assert missed <= {name for name, share in one.missed.items() if share > 0}


def test_fresh_draws_are_others_and_both_plans_see_the_same(found):
    planned, fresh, other = (draw(found.uncertain, 10, seed).values for seed in (2, (2, 1), 3))
    varied = np.ptp(planned, axis=0) > 0.0
    assert varied.sum() > 100
    assert not np.isin(fresh[:, varied], planned[:, varied]).all(axis=0).any()
    assert not np.isin(other[:, varied], planned[:, varied]).all(axis=0).any()
    rows = found.table().set_index(["stage", "draw", "plan"])
    failing = rows["broken_floors"].unstack("plan").loc["fresh"]
    shared = {"host_willingness.KAZ", "host_willingness.MNG"}
    if set(found.plan.accounts.levels) == set(found.base.accounts.levels):
        both = failing.map(lambda text: frozenset(text.split()) & shared)
        assert (both["hedged"] == both["base"]).all()


def test_chances_are_shares_of_the_rows(found):
    rows = [row for row in found.records() if (row["stage"], row["plan"]) == ("fresh", "hedged")]
    own = found.fares["fresh"]["hedged"]
    assert own.draws == len(rows) == 100
    assert own.share_any_limit_broken == sum(bool(row["broken_limits"]) for row in rows) / 100
    for one in own.broken:
        assert one["share_broken"] == sum(one["name"] in row["broken_limits"].split() for row in rows) / 100
    for floor, share in own.floors.items():
        assert share == sum(floor in row["broken_floors"].split() for row in rows) / 100
    incomes = [row["worker_income"] for row in rows]
    assert own.mean_objective == pytest.approx(np.mean(incomes))
    assert own.bands["worker_income"]["p50"] == pytest.approx(np.quantile(incomes, 0.5))
    better, worse = found.paired()
    leads = np.array(fresh_scores(found, "hedged")) - np.array(fresh_scores(found, "base"))
    room = found.settings.gap * found.measure.worth
    assert (better, worse) == (float(np.mean(leads > room)), float(np.mean(leads < -room)))


TINY_STUDY = {"settings": {"hedge.draws": 2, "limits.hosts.max": 1}, "fresh_draws": 3, "seed": 7}


def test_the_same_seed_gives_the_same(shipped_inputs):
    one, two = (from_the_package(inputs=shipped_inputs, **TINY_STUDY) for _ in range(2))
    assert one.records() == two.records()
    assert one.document() == two.document()


@pytest.mark.parametrize("at", ["draws made", "sets of hosts", "openings and caps", "seen by both"])
def test_progress_may_stop_it_anywhere(shipped_inputs, at):
    told = []

    def stop(text, share):
        told.append(share)
        return at not in text

    with pytest.raises(CancelledError):
        hedge(inputs=shipped_inputs, settings={"hedge.draws": 2, "limits.hosts.max": 1}, fresh_draws=2, progress=stop)
    assert told == sorted(told)


def faults(**settings):
    with pytest.raises(InputError) as error:
        hedge(settings={path.replace("__", "."): value for path, value in settings.items()})
    return [str(fault) for fault in error.value.faults]


def test_settings_that_cannot_be_used_are_refused_at_their_place(tmp_path):
    found = faults(hedge__tail=0, hedge__weight=1.5, hedge__shortfall__legal=1)
    assert [text.split(":")[0] for text in found] == [
        "--set hedge.weight", "--set hedge.tail", "--set hedge.shortfall.legal"]  # fmt: skip
    assert "more than 0" in found[1]
    assert "no such limit" in faults(hedge__shortfall_of__opertaing_cost=1)[0]
    assert "operating_cost" in faults(hedge__shortfall_of__opertaing_cost=1)[0]
    file = tmp_path / "own.toml"
    (tmp_path / "base.toml").write_bytes(BASE.read_bytes())
    file.write_text('extends = "base.toml"\nname = "own"\n\n[hedge]\ndraws = 0\n', encoding="utf-8")
    with pytest.raises(InputError) as error:
        hedge(file)
    assert (
        str(error.value) == f"{file}:5:hedge.draws: hedge.draws = 0 is out of bounds; expected at least 1; correct the value"
    )


def test_a_design_that_does_not_say_what_is_good_is_refused(shipped_inputs):
    with pytest.raises(InputError) as error:
        hedge(load_design().model_copy(update={"hedge": None}), shipped_inputs)
    expected = "design base:hedge: the design does not say what a plan across draws is good in; expected a table [hedge]"
    assert str(error.value).startswith(expected)


@pytest.mark.parametrize(("given", "message"), [({"fresh_draws": 0}, "--draws 0"), ({"seed": -1}, "--seed -1")])
def test_draws_and_seeds_that_cannot_be_used_are_refused(shipped_inputs, given, message):
    with pytest.raises(PilotPlannerError, match=message):
        hedge(inputs=shipped_inputs, **given)


# --- words and files ---


def test_both_files_and_the_plan_are_written(found, tmp_path):
    write_hedge(found, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["hedge.json", "hedge_runs.csv", "hedged_plan"]
    with (tmp_path / "out" / "hedge_runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * (6 + 100)
    assert float(rows[5]["score"]) == found.outcomes[5].score
    document = json.loads((tmp_path / "out" / "hedge.json").read_text(encoding="utf-8"))
    plan = json.loads((tmp_path / "out" / "hedged_plan" / "plan.json").read_text(encoding="utf-8"))
    assert document["plans"]["hedged"]["placements"] == plan["placements"]
    assert document["settings"]["tail"] == found.settings.tail
    assert document["fares"]["fresh"]["hedged"]["measure"] == found.fares["fresh"]["hedged"].measure


def test_the_report_says_what_is_signed_what_it_costs_and_what_breaks(found):
    out = io.StringIO()
    print_hedge(found, Console(file=out, width=200, highlight=False))
    text = out.getvalue()
    assert "A plan for 6 draws of what any placement rests on" in text
    assert "Proven: nothing else that could be signed does better across these draws by more than" in text
    assert all(sentence in text for sentence in sentences(found))
    for one in found.plan.placements:
        assert f"{one.iso3}.{one.sector}" in text
    assert "nobody is hired there in such a draw" in text


def test_the_command_prints_one_document(capsys):
    words = ("--set", "limits.hosts.max=1", "--set", "hedge.draws=2", "--draws", "2", "--json")
    result = run_here(capsys, "risk", "--hedge", *words)
    assert (result.status, result.err) == (0, "")
    assert json.loads(result.out)["fares"]["fresh"]["base"]["draws"] == 2


# --- slow ---


@pytest.mark.slow
def test_two_workers_find_what_one_finds(shipped_inputs):
    one, two = (from_the_package(inputs=shipped_inputs, **TINY_STUDY, workers=workers) for workers in (1, 2))
    assert one.records() == two.records()
    assert one.document() == two.document()


@pytest.mark.slow
def test_on_500_fresh_draws_the_shipped_plan_is_no_worse_or_the_report_says_so(shipped_inputs):
    result = hedge(inputs=shipped_inputs, workers=2)
    own, other = verdict_is_true(result)
    assert len(fresh_scores(result, "hedged")) == 500
    assert result.outcome.status == "optimal"
    assert own >= other


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_whole_equivalent_of_the_shipped_design_has_the_same_value(shipped_inputs, seed):
    base, _, measure, candidates, _ = at_base(shipped_inputs)
    drawn = draw(candidates.uncertain()[0], 3, seed)
    draws = [candidates.draw(drawn.row(number), measure)[0] for number in range(3)]
    risk = MeanRisk(0.5, 0.5)
    outcome = TwoStage(base, draws, risk, 1e-6 * measure.worth, 300.0).solve()
    _, value, _, _ = whole(base, draws, risk, gap=1e-7)
    assert outcome.value == pytest.approx(value, abs=2e-6 * measure.worth)
