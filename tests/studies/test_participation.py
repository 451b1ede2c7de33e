"""Would they take part: plan against today, and the schedules that would raise other sums."""

import csv
import itertools
import json

import pytest
from command_line import run_here
from rebuilt import rebuilt

from pilot_planner.case.tax import tax_schedule
from pilot_planner.errors import NoPlanError
from pilot_planner.solving.lexicographic_lp import SmallRow, least_in_turn
from pilot_planner.studies.parties.participation import participation
from pilot_planner.studies.parties.state_offer import state_offer

LIVING_WAGE = "living_wage"


@pytest.fixture(scope="module")
def answer(inputs):
    return participation(None, inputs)


@pytest.fixture(scope="module")
def steps(inputs):
    """The same for a finer schedule of six brackets."""
    return participation(None, inputs, {"tax.schedule": "LA_PIT_2020"})


def months(plan):
    """Worker-months by placement and monthly gross wage, read from workforce and calendar anew."""
    found = {}
    for row in plan.accounts.workforce:
        placement = next(one for one in plan.case.placements if one.key == (row.iso3, row.sector))
        period = plan.case.periods[row.period - 1]
        for month in period.calendar_months:
            share = 1.0
            if row.sector == "construction":
                length = plan.inputs.estimates["hosts", row.iso3, "construction_season_months"].base
                first = plan.inputs.estimates["hosts", row.iso3, "season_first_month"].base
                share = min(1.0, max(0.0, length - (month - first) % 12))
            for wage, part in ((placement.offer.full, share), (placement.offer.leanest, 1.0 - share)):
                key = (row.iso3, row.sector, wage.gross_wage)
                found[key] = found.get(key, 0.0) + row.workers * part
    return found


def found_offers(answer):
    return [one for one in (*answer.offers, answer.largest_with_floors) if one.status == "found"]


def test_plan_and_today_are_those_of_the_plan(answer):
    total, plan = answer.total, answer.plan
    today = plan.comparators["abroad_today"]

    assert total.worker_months == pytest.approx(plan.metrics["worker_months"])
    assert total.worker_plan * total.worker_months == pytest.approx(plan.metrics["worker_income"], rel=1e-6)
    assert total.state_plan * total.worker_months == pytest.approx(plan.metrics["state_revenue"], rel=1e-6)
    assert total.worker_today * total.worker_months == pytest.approx(today["worker_income"], rel=1e-6)
    assert total.state_today * total.worker_months == pytest.approx(today["state_revenue"], rel=1e-6)


@pytest.mark.parametrize("name", ["worker_plan", "worker_today", "state_plan", "state_today"])
def test_placements_add_up_to_the_total(answer, name):
    summed = sum(one.worker_months * getattr(one, name) for one in answer.placements)

    assert summed == pytest.approx(getattr(answer.total, name) * answer.total.worker_months)


@pytest.mark.parametrize("which", ["answer", "steps"])
def test_revenue_is_what_the_schedule_collects_month_by_month_to_the_cent(which, request):
    result = request.getfixturevalue(which)
    worked = months(result.plan)
    offers = found_offers(result)

    assert offers
    for one in offers:
        collected = sum(amount * one.schedule.tax(gross) for (_, _, gross), amount in worked.items())
        assert one.revenue == pytest.approx(collected, abs=0.01)


@pytest.mark.parametrize("which", ["answer", "steps"])
def test_the_sum_asked_is_raised_to_the_cent_and_no_more(which, request):
    for one in found_offers(request.getfixturevalue(which)):
        assert one.revenue == pytest.approx(one.sum_asked, abs=0.01)


@pytest.mark.parametrize("which", ["answer", "steps"])
def test_rates_never_fall_and_start_at_nothing(which, request):
    result = request.getfixturevalue(which)
    for one in found_offers(result):
        assert one.rates[0] == 0.0
        assert all(b >= a for a, b in itertools.pairwise(one.rates))
        assert one.rates[-1] <= result.top_rate
        assert len(one.rates) == len(result.thresholds)


def test_thresholds_are_those_of_the_design(answer, steps, inputs):
    for result, name in ((answer, "SIMPLE_0_5_10_15"), (steps, "LA_PIT_2020")):
        own = tax_schedule(inputs, name)
        assert result.thresholds == tuple(bracket.lower for bracket in own.brackets)
        assert [one.upper for one in result.largest_with_floors.schedule.brackets] == [one.upper for one in own.brackets]


def test_the_top_rate_is_the_highest_of_the_presets(answer):
    assert answer.top_rate == 0.45
    assert answer.top_rate_from == "China IIT on comprehensive income, 7 brackets"


@pytest.mark.parametrize("which", ["answer", "steps"])
def test_a_smaller_sum_never_leaves_workers_less(which, request):
    offers = sorted(found_offers(request.getfixturevalue(which)), key=lambda one: one.sum_asked)

    assert all(small.net_pay > large.net_pay for small, large in itertools.pairwise(offers))


@pytest.mark.parametrize("which", ["answer", "steps"])
def test_lower_brackets_are_spared_until_the_ones_above_are_at_the_top(which, request):
    result = request.getfixturevalue(which)
    worked = months(result.plan)
    for one in (one for one in result.offers if one.status == "found" and one.floors_held):
        reached = [
            bracket.rate
            for bracket in one.schedule.brackets
            if any(gross - one.schedule.deduction > bracket.lower for _, _, gross in worked)
        ]
        between = {round(rate, 9) for rate in reached if 0.0 < rate < result.top_rate}
        assert len(between) <= 1


def test_a_sum_beyond_what_any_such_schedule_raises_is_said_to_be_out_of_reach(answer):
    for one in answer.offers:
        assert (one.status == "out of reach") == (one.sum_asked > answer.out_of_reach_above)
    beyond = answer.offers[0]
    assert (beyond.label, beyond.status, beyond.rates, beyond.revenue) == ("today's take", "out of reach", (), None)
    assert beyond.sentence == (
        "No schedule with these thresholds and a top rate of 45.0 % raises 14.5 m USD (today's take) from these wages."
    )


def test_the_sums_are_shares_of_what_the_state_takes_today(answer):
    today = answer.plan.comparators["abroad_today"]["state_revenue"]

    asked = [one.sum_asked for one in answer.offers]
    assert asked[:4] == pytest.approx([today, 0.75 * today, 0.5 * today, 0.25 * today], rel=1e-6)
    assert asked[4] == pytest.approx(answer.plan.metrics["state_revenue"], rel=1e-6)


def test_the_plans_own_revenue_leaves_workers_what_the_plan_leaves_them(answer):
    assert answer.offers[4].net_pay == pytest.approx(answer.total.worker_plan)


def test_at_the_sum_where_nobody_gains_workers_keep_what_they_keep_today(answer):
    worked = months(answer.plan)
    before_tax = 0.0
    for (iso3, sector, gross), amount in worked.items():
        offer = next(one for one in answer.plan.case.placements if one.key == (iso3, sector)).offer
        pay = offer.full if gross == offer.full.gross_wage else offer.leanest
        before_tax += amount * (pay.gross_wage - pay.host_tax - pay.employee_contributions)
    kept = answer.plan.comparators["abroad_today"]["worker_income"]

    assert before_tax - answer.nobody_gains == pytest.approx(kept, abs=1.0)


def test_the_largest_sum_keeps_every_floor_and_one_more_dollar_in_ten_thousand_does_not(answer, inputs):
    largest = answer.largest_with_floors
    worst = []
    for placement in answer.placements:
        offer = next(one for one in answer.plan.case.placements if one.key == (placement.iso3, placement.sector)).offer
        lean = offer.leanest
        net = lean.gross_wage - lean.host_tax - lean.employee_contributions - largest.schedule.tax(lean.gross_wage)
        living = inputs.estimates["hosts", placement.iso3, LIVING_WAGE].base
        worst.append(net - max(living, 1.25 * placement.worker_today))

    assert largest.floors_held is True
    assert min(worst) == pytest.approx(0.0, abs=0.01)
    assert all(one.floors_held == (one.sum_asked <= largest.revenue) for one in answer.offers if one.status == "found")


def test_floors_that_break_are_named_with_their_amounts(answer):
    half = answer.offers[2]

    assert half.floors_held is False
    assert "KAZ.construction 373 USD in the leanest month, below living wage 409 USD" in half.broken
    assert all(text in half.sentence for text in half.broken)


def test_nothing_invites_to_pay_the_state_more(answer):
    assert answer.sentences[-1] == (
        "None of these sums is a proposal: every dollar more for the state is a dollar less for workers."
    )


def test_a_design_without_a_plan_is_said_so(inputs):
    with pytest.raises(NoPlanError):
        participation(None, inputs, {"limits.operating_cost.max": 100_000})


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_aims_are_met_in_turn(answer, solver):
    options = answer.plan.design.solver.model_copy(update={"name": solver})
    bounds = [(0.0, 10.0), (0.0, 10.0)]
    enough = SmallRow((1.0, 1.0), lower=8.0)

    assert least_in_turn(bounds, [enough], [(1.0, 1.0), (1.0, 0.0)], options) == pytest.approx((0.0, 8.0))
    assert least_in_turn(bounds, [enough], [(1.0, 1.0), (0.0, 1.0)], options) == pytest.approx((8.0, 0.0))
    assert least_in_turn(bounds, [SmallRow((1.0, 1.0), lower=30.0)], [(1.0, 1.0)], options) is None
    assert least_in_turn(bounds, [SmallRow((0.0, 0.0), lower=1.0)], [(1.0, 1.0)], options) is None
    assert least_in_turn(bounds, [SmallRow((0.0, 0.0), upper=1.0)], [(0.0, 0.0)], options) == pytest.approx((0.0, 0.0))


def test_the_command_prints_one_document_and_writes_complete_files(capsys, tmp_path):
    result = run_here(capsys, "participation", "--json", "--out", tmp_path / "o")
    document = json.loads(result.out)

    assert result.status == 0
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["schedules.csv", "summary.json"]
    with (tmp_path / "o" / "schedules.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == [one["label"] for one in document["schedules"]]
    assert [row["revenue"] for row in rows][:2] == ["", ""]
    written = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert written == {key: value for key, value in document.items() if key != "schedules"}


def test_the_report_names_every_sum(capsys, answer):
    result = run_here(capsys, "participation")

    assert result.status == 0
    assert all(one.label in result.out for one in answer.offers)
    assert "None of these sums is a proposal" in result.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--nope",), "error: No such option: --nope"),
        (("--set", "tax.schedule=NOPE"), "error: tax.schedule: 'NOPE' cannot be used as a schedule"),
    ],
)
def test_wrong_use_of_the_command_is_refused(capsys, words, expected):
    result = run_here(capsys, "participation", *words)

    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(expected)


def test_the_offer_to_the_state_is_what_it_gets_over_what_it_takes(answer):
    offer, metrics = answer.state, answer.plan.metrics
    today = answer.plan.comparators["status_quo"]["state_revenue"]
    fees = metrics["people_reached"] * answer.plan.inputs.estimates["programme", "predeparture_fee"].base

    assert offer.receipts == pytest.approx(metrics["released_revenue"] + metrics["diverted_income"] + fees)
    assert offer.share_met == pytest.approx(offer.receipts / today, rel=1e-6)
    assert offer.share_asked == answer.plan.inputs.estimates["programme", "state_reservation_share"].base
    assert offer.taken == (offer.share_met >= offer.share_asked)
    assert answer.sentences[0] == offer.sentence


def test_the_offer_turns_at_the_share_that_it_meets(answer, inputs):
    met = answer.state.share_met
    for share, taken in ((met * 0.999, True), (met * 1.001, False)):
        settings = {"inputs.programme.state_reservation_share.base": share}
        settings |= {f"inputs.programme.state_reservation_share.{end}": share for end in ("low", "high")}
        offer = participation(None, inputs, settings).state
        assert offer.share_met == pytest.approx(met, rel=1e-9)
        assert offer.taken is taken


def test_the_chance_of_the_offer_is_counted_draw_by_draw(answer):
    """Built anew for single draws, with plain numbers."""
    from pilot_planner.studies.planning.provenance import behind
    from pilot_planner.studies.uncertainty.samples import uncertainty
    from pilot_planner.studies.uncertainty.trial import Trial, hold

    plan = answer.plan
    drawn = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts)).draw(40, 1)
    trial = Trial(plan.design, plan.inputs, hold(plan.programme, plan.solution))
    taken = 0
    for number in range(40):
        one = trial.under(drawn.settings(number))
        programme = rebuilt(one, drawn.row(number))
        solution = one.solution(programme)
        got, least = (programme.metric(name).value(solution) for name in ("state_receipts", "state_reservation"))
        taken += got >= least

    assert state_offer(plan, 40, 1).chance.count == taken
    assert 0 < taken < 40


def test_more_relief_never_makes_the_offer_worse(answer, inputs):
    chances = [participation(None, inputs, {"participation.relief": usd}).state for usd in (0.0, 2e6, 1e8)]

    assert [one.chance.count for one in chances] == sorted(one.chance.count for one in chances)
    assert chances[-1].chance.count == 1000
    assert chances[1].receipts - chances[0].receipts == pytest.approx(2e6)


def test_the_limit_of_participation_holds_where_it_is_asked_for(inputs):
    settings = {"inputs.programme.state_reservation_share.base": 0.2, "limits.state_participation.min": 1.0}
    plan = participation(None, inputs, settings).plan

    assert plan.ratios["state_participation"] >= 1.0 - 1e-9
    assert plan.metrics["state_gain"] >= -0.01


def test_the_design_with_a_floor_on_released_revenue_asks_whether_the_state_would_take_part(inputs):
    plan = participation("released_revenue", inputs).plan
    free = participation("released_revenue", inputs, {"limits.state_participation": "none"}).plan

    assert plan.design.limits["state_participation"].min == 1
    assert plan.ratios["state_participation"] >= 1
    # At base values it costs nothing.
    assert plan.metrics["worker_income"] == pytest.approx(free.metrics["worker_income"], abs=0.01)
