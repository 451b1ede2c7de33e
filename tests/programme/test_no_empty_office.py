"""A host that is chosen has workers from the end of set-up to the end: no plan holds an empty office."""

from dataclasses import replace

import pytest
from random_designs import random_case
from tiny import line, tiny_case

from pilot_planner.design.loading import load_design
from pilot_planner.programme.build import build
from pilot_planner.programme.draws import make_draw, yardstick
from pilot_planner.reports.plan_text import headline
from pilot_planner.solving.session import Session
from pilot_planner.solving.stochastic.recourse import FirstStage, Recourse
from pilot_planner.studies.planning.plan import make_plan

COST = (line("coordination", "programme_months", 1000.0), line("journey_out", "arrivals", 400.0, "5"))
TOLERANCE = 1e-6


def empty_offices(programme, solution) -> list[str]:
    """Every chosen host and period of work in which fewer work there than one of its opened sectors could have by then.

    Counted from the case alone: arrivals at the full intake, less those who leave, up to the demand.
    """
    case, d = programme.case, programme.d
    found = []
    for (h, level), column in d.level.items():
        if solution[column] < 0.5:
            continue
        opened = [one for one in case.placements_of(h) if solution[d.open[h, one.sector, level]] > 0.5]
        if not opened:
            found.append(f"{h} opens nothing")
        reached = {one.sector: 0.0 for one in opened}
        for t in programme.q.numbers[case.lead :]:
            people = sum(solution[d.workers[h, one.sector, level, t]] for one in opened)
            for one in opened:
                here = (1.0 - case.rates.attrition) * reached[one.sector] + one.intake
                reached[one.sector] = min(int(one.demand), here)
            least = min(case.design.programme.min_placement, max(reached.values(), default=0.0))
            if people <= 0.0 or people < least - TOLERANCE * max(1.0, least):
                found.append(f"{h}.{t}: {people} of {least}")
    return found


def solved(settings, **case):
    programme = build(tiny_case(settings, **case))
    outcome = Session(programme).solve()
    assert outcome.has_plan, outcome.status
    return programme, outcome.solution


def test_the_cheapest_plan_does_not_meet_the_least_number_of_hosts_with_an_empty_office():
    aim = {"objective.metric": "operating_cost", "objective.sense": "min", "limits.hosts.min": 2}
    programme, solution = solved(aim, cost_lines=COST)

    for h in ("AAA", "BBB"):
        # Ten are the smallest placement; they stay from period 2 to the end, and a quarter of them is replaced.
        assert [programme.q.workers(h, t).value(solution) for t in (2, 3)] == pytest.approx([10.0, 10.0])
    assert programme.metric("operating_cost").value(solution) == pytest.approx(12 * 1000.0 + 400.0 * 2 * (10.0 + 2.5))


@pytest.mark.parametrize("required", ["BBB", "BBB.basic"])
def test_a_host_or_level_that_is_required_has_workers(required):
    programme, solution = solved(
        {"required": [required], "objective.metric": "people_reached", "objective.sense": "min"}, cost_lines=COST
    )

    assert empty_offices(programme, solution) == []
    assert programme.q.workers("BBB", 2).value(solution) == pytest.approx(10.0)


def test_a_host_whose_sectors_are_slow_need_not_have_more_than_they_can_reach():
    aim = {"required": ["AAA"], "objective.metric": "people_reached", "objective.sense": "min"}
    programme, solution = solved(aim, hosts=("AAA",), intake=6.0)

    # Six in the first period, the smallest placement of ten in the second.
    assert [programme.q.workers("AAA", t).value(solution) for t in (2, 3)] == pytest.approx([6.0, 10.0])


def test_a_slow_sector_that_is_not_opened_asks_for_no_less_and_a_fast_one_for_no_more():
    """Sectors that are only possible change nothing, so a plan stays one where they are left out."""
    case = tiny_case(
        {"programme.period_months": 3, "objective.metric": "people_reached", "objective.sense": "min"},
        hosts=("AAA",),
        sectors=("slow", "fast"),
        intake=5.0,
    )
    slow, fast = case.placements
    mixed = replace(case, placements=(slow, replace(fast, intake=50.0)))
    for opened, expected in (("slow", [5.0, 8.75, 10.0]), ("fast", [10.0, 10.0, 10.0])):
        others = {"slow", "fast"} - {opened}
        design = mixed.design.model_copy(
            update={"required": (f"AAA.{opened}",), "exclusions": tuple(f"AAA.{one}" for one in others)}
        )
        alone = replace(mixed, design=design, placements=tuple(p for p in mixed.placements if p.sector == opened))
        beside = replace(mixed, design=design.model_copy(update={"exclusions": ()}))
        for one in (alone, beside):
            programme = build(one)
            solution = Session(programme).solve().solution
            assert [programme.q.workers("AAA", t).value(solution) for t in (2, 3, 4)] == pytest.approx(expected)


def test_a_draw_in_which_everything_opened_is_stopped_has_an_answer_with_nobody():
    programme = build(tiny_case({"limits.worker_months.min": 50}, hosts=("AAA",), sectors=("work", "trade")))
    measure = yardstick(programme, Session(programme).solve().solution, load_design(None, {}).hedge)
    first = FirstStage({"AAA": "basic"}, {("AAA", "work"): 20})
    for stopped in (["work"], ["work", "trade"]):
        draw = make_draw(programme, {("AAA", sector): "living_wage" for sector in stopped}, measure)
        rows = [row.name for row in draw.rows if row.name.startswith("at_work.")]
        assert rows == ([] if "trade" in stopped else ["at_work.AAA.trade.basic.2"])
        _, answer = Recourse.settled(draw, first.levels, programme.case.design.solver).answer(first, 60.0)
        assert max(answer[j] for j in draw.programme.d.workers.values()) == 0.0


def test_a_required_host_is_staffed_in_the_shipped_inputs(shipped_inputs):
    plan = make_plan("base", shipped_inputs, {"required": ["MOZ"]})
    at_work = {(row.iso3, row.period): row.workers for row in plan.accounts.workforce if row.iso3 == "MOZ"}

    assert sorted(period for _, period in at_work) == list(range(2, 9))
    assert min(at_work.values()) >= 20.0 - TOLERANCE
    # An empty office in Mozambique was worth 12.57 m USD of worker income, which is Mongolia's alone.
    assert plan.metrics["worker_income"] == pytest.approx(12_386_087.54, abs=15)
    assert "Mongolia and Mozambique" in headline(plan)


def test_a_plan_without_a_host_does_not_say_that_people_work(shipped_inputs):
    nobody = {
        "objective.metric": "operating_cost",
        "objective.sense": "min",
        "limits.workers_total.min": 0,
        "limits.worker_months.min": 0,
    }
    plan = make_plan("base", shipped_inputs, nobody)

    assert plan.hosts == ()
    assert headline(plan).startswith("Nobody works in this plan")


def _check(seed, inputs):
    case = random_case(seed, inputs)
    if case is None:
        return
    programme = build(case)
    outcome = Session(programme).solve()
    if outcome.has_plan:
        assert empty_offices(programme, outcome.solution) == [], seed


@pytest.mark.parametrize("seed", range(30))
def test_random_plans_have_no_empty_office(shipped_inputs, seed):
    _check(seed, shipped_inputs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 330))
def test_many_random_plans_have_no_empty_office(shipped_inputs, seed):
    _check(seed, shipped_inputs)
