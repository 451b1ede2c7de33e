"""After the signature: what stands is plan plus differences, no news changes nothing, what binds is a row."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulated_pilot import SimulatedPilot, as_expected, columns, draw, left_alone

from pilot_planner import InputError, bridge, diagnose, make_plan, prices, replan, standing
from pilot_planner.data.actuals import Actuals, with_actuals
from pilot_planner.data.reading import Row
from pilot_planner.studies.after_signature.differences import split
from pilot_planner.studies.after_signature.template import as_planned, template_rows


@pytest.fixture(scope="module")
def plan(inputs):
    return make_plan("one_host", inputs)


@pytest.fixture(scope="module")
def base(inputs):
    return make_plan("base", inputs)


def booked(plan, through):
    """As planned, in cents as a ledger has it."""
    rows = template_rows(plan, through)
    return Actuals("as planned", {name: tuple(Row(n, one) for n, one in enumerate(some, 2)) for name, some in rows.items()})


def with_rows(actuals, table, *rows):
    return replace(actuals, tables={**actuals.tables, table: tuple(rows)})


def commitment(**cells):
    names = ("commitment", "iso3", "item", "sector", "first_period", "last_period", "least", "document")
    return Row(2, {name: cells.get(name) for name in names})


@pytest.mark.parametrize("through", range(9))
def test_a_forecast_without_news_is_the_plan_to_the_cent(base, through):
    now = standing(base, booked(base, through))
    for line in now.lines:
        room = 0 if line.unit == "USD" else 1e-5
        assert abs(line.forecast - line.plan) <= room, line
        assert abs(line.difference) <= room, line
    for one in now.splits:
        assert one.difference == 0
        # Persons have six decimals, of which a cent of one part may come.
        assert max(abs(one.people), abs(one.price), abs(one.mix)) <= Decimal("0.02")
    assert (now.broken, now.ahead) == ((), ())
    assert {name: now for name, (_, now) in now.metrics.items()} == pytest.approx(base.metrics, rel=1e-6)


@pytest.mark.parametrize("through", [1, 2, 4, 7])
def test_the_rest_decided_anew_without_news_is_the_rest_of_the_plan_to_the_cent(base, through):
    for actuals in (as_planned(base, through), booked(base, through)):
        answer = replan(base, actuals, ways=("go_on",)).of("go_on")
        assert answer.same
        assert answer.given_up == ()
        assert answer.plan.metrics["worker_income"] == pytest.approx(base.metrics["worker_income"], abs=1.0)
        left = {row for row in base.accounts.workforce if row.period > through}
        assert left <= set(answer.plan.accounts.workforce)
    exact = replan(base, as_planned(base, through), ways=("go_on",)).of("go_on").plan
    for name, value in base.metrics.items():
        assert abs(exact.metrics[name] - value) < 0.005, name


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), through=st.integers(1, 8))
def test_whatever_happens_plan_and_differences_are_the_actual(plan, seed, through):
    through = min(through, len(plan.case.periods))
    pilot = SimulatedPilot(plan, draw(plan, seed)).run(left_alone, through)
    actuals = pilot.actuals
    now = standing(plan, actuals)
    spent = sum((Decimal(repr(row["amount"])) for row in actuals.current("costs")), Decimal(0))
    assert now.total("cost").actual_to_date == spent
    for line in now.lines:
        assert line.plan_to_date + line.difference == pytest.approx(line.actual_to_date)
        if line.unit == "USD":
            assert line.plan_to_date + line.difference == line.actual_to_date
            if through == now.last:
                assert line.forecast == line.actual_to_date, line
    for one in now.splits:
        some = [line for line in now.lines if (line.subject, line.item) == (one.subject, one.item)]
        assert one.people + one.price + one.mix == one.difference == sum(line.difference for line in some)
    assert now.metrics["operating_cost"][1] == pytest.approx(float(now.total("cost").forecast), abs=1.0)
    document = now.document()
    assert sum(Fraction(repr(line["actual_to_date"])) for line in document["lines"] if line["subject"] == "cost") == spent


def test_the_parts_of_a_difference_are_those_worked_out_on_paper():
    class Line:
        def __init__(self, place, plan, actual):
            self.place, self.plan_to_date, self.actual_to_date = place, Decimal(plan), Decimal(actual)

    # Planned: 10 at 100 and 10 at 200, 3,000. There were 15 at 110 and 5 at 200, 2,650.
    lines = [Line("A", 1000, 1650), Line("B", 2000, 1000)]
    one = split("pay", "card", lines, {"A": 10.0, "B": 10.0}, {"A": 15.0, "B": 5.0})
    assert (one.difference, one.people, one.price, one.mix) == (-350, 0, 150, -500)
    # Half as many of both at the planned price.
    one = split("pay", "card", [Line("A", 1000, 500), Line("B", 2000, 1000)], {"A": 10.0, "B": 10.0}, {"A": 5.0, "B": 5.0})
    assert (one.difference, one.people, one.price, one.mix) == (-1500, -1500, 0, 0)
    # What nobody planned has no planned price.
    one = split("cost", "fine", [Line("A", 0, 70)], {}, {"A": 1.0})
    assert (one.difference, one.people, one.price, one.mix) == (70, 0, 70, 0)


def test_a_simulated_pilot_in_which_all_is_as_expected_is_the_plan(plan):
    pilot = SimulatedPilot(plan, as_expected(plan)).run(left_alone)
    now = pilot.standing()
    for name in ("worker_income", "operating_cost", "card_pay", "worker_months"):
        assert now.metrics[name][1] == pytest.approx(plan.metrics[name], rel=1e-6), name
    assert now.broken == ()


@pytest.fixture(scope="module")
def news(plan):
    return SimulatedPilot(plan, draw(plan, 7)).run(left_alone, 3).actuals


def test_what_is_over_is_fixed_and_the_rest_is_the_best_there_is(plan, news):
    found = replan(plan, news, ways=("go_on", "shift"))
    for answer in found.answers:
        made = columns(answer.plan)
        for row in news.current("people"):
            level = plan.accounts.levels[row["iso3"]]
            name = f"{row['iso3']}.{row['sector']}.{level}.{row['period']}"
            assert made[f"workers.{name}"] == pytest.approx(row["workers"], abs=1e-6)
            assert made[f"arrivals.{name}"] == pytest.approx(row["arrivals"], abs=1e-6)
        paid = {(row["iso3"], row["sector"], row["period"], row["channel"]): row["amount"] for row in news.current("pay")}
        for row in answer.plan.accounts.flows:
            if row.period <= 3:
                key = (row.iso3, row.sector, row.period, row.channel)
                assert float(row.amount_usd) == pytest.approx(paid[key], abs=0.005), key
        over = sum(row.amount_usd for row in answer.plan.accounts.budget if row.period <= 3)
        assert over == pytest.approx(sum(row["amount"] for row in news.current("costs")), abs=0.01)
        assert answer.plan.outcome.status == "optimal"
    whole = make_plan(found.of("go_on").design, found.of("go_on").inputs, {"solver.engine": "whole"})
    assert whole.metrics["worker_income"] == pytest.approx(found.of("go_on").plan.metrics["worker_income"], rel=1e-5)
    if not found.of("go_on").given_up and not found.of("shift").given_up:
        assert found.of("shift").plan.outcome.objective >= found.of("go_on").plan.outcome.objective * (1 - 1e-6)


def test_what_was_promised_binds_is_priced_and_is_diagnosed(plan, news):
    host = plan.hosts[0].iso3
    most = max(row.inspectors for row in plan.accounts.oversight if row.iso3 == host)
    posts = {"iso3": host, "item": "inspectors", "first_period": 4, "last_period": 5, "document": "staff contracts"}
    promised = with_rows(news, "commitments", commitment(commitment="staff", least=most + 0.5, **posts))
    answer = replan(plan, promised, ways=("go_on",)).of("go_on")
    made = columns(answer.plan)
    for t in (4, 5):
        assert made[f"inspectors.{host}.{t}"] >= most + 0.5 - 1e-6
    (priced,) = [
        one for one in prices(answer.design, answer.inputs, resolve=False).prices if one.key == "commitment_staff_4"
    ]
    assert priced.binding
    assert "staff contracts" in priced.sentence
    sector, cap = plan.placements[0].sector, plan.placements[0].worker_cap
    jobs = posts | {"item": "workers", "sector": sector}
    impossible = with_rows(news, "commitments", commitment(commitment="jobs", least=cap + 1.0, **jobs))
    answer = replan(plan, impossible, ways=("go_on",)).of("go_on")
    assert answer.plan is None
    told = diagnose(answer.design, answer.inputs)
    assert any("commitment_jobs" in member.path for conflict in told.conflicts for member in conflict)


def test_a_bridge_leads_from_the_signed_plan_in_steps_that_sum(plan, news):
    found = replan(plan, news, ways=("go_on",))
    way = found.bridge()
    assert sum((one.change for one in way.steps), Decimal(0)) == way.values[-1] - way.values[0]
    assert way.steps[0].changed[0] == "inputs"
    assert way.values == bridge((plan, found.of("go_on").plan)).values


def test_stopping_pays_notice_and_journeys_and_takes_no_one_on(plan):
    found = replan(plan, booked(plan, 3), ways=("stop",)).of("stop")
    assert len(found.plan.case.periods) == 5
    assert found.workers.notice_wages > 0
    assert all(row.workers == 0 for row in found.plan.accounts.workforce if row.period == 5)
    returns = sum(row.quantity for row in found.plan.accounts.budget if (row.cost_line, row.period) == ("travel_return", 5))
    there = sum(row.workers for row in found.plan.accounts.workforce if row.period == 4)
    assert returns == pytest.approx(there * plan.case.rates.return_share)


def test_what_cannot_be_kept_gives_way_and_rights_last(plan):
    """Half of those who were there are gone, and so is the time in which worker-months could be made up."""
    last = len(plan.case.periods)
    rows = template_rows(plan, last - 1)
    for row in rows["people"]:
        if row["workers"] is not None:
            row |= {"workers": row["workers"] / 2, "arrivals": row["arrivals"] / 2, "leavers": row["leavers"] / 2}
    for row in rows["pay"]:
        row["amount"] = None if row["amount"] is None else round(row["amount"] / 2, 2)
    tables = {name: tuple(Row(n, one) for n, one in enumerate(some, 2)) for name, some in rows.items()}
    wanted = {"limits.worker_months.min": plan.metrics["worker_months"] * 0.9}
    answer = replan(plan, Actuals("half", tables), wanted, ways=("go_on",)).of("go_on")
    assert answer.plan is not None
    given_up = {one.key: one for one in answer.given_up}
    assert "worker_months" in given_up
    assert given_up["worker_months"].new < given_up["worker_months"].old
    assert not {one.kind for one in answer.given_up} & {"legal"}
    assert answer.plan.metrics["worker_months"] >= given_up["worker_months"].new - 1e-3


def test_nothing_is_decided_before_anything_is_over_or_after_all_is(plan):
    for through, words in ((0, "no period is over"), (len(plan.case.periods), "nothing is left")):
        with pytest.raises(InputError, match=words):
            replan(plan, booked(plan, through))


def test_limits_that_were_not_kept_are_told_and_hold_nothing_up(plan):
    host = plan.hosts[0].iso3
    rows = template_rows(plan, 3)
    for row in rows["oversight"]:
        if row["period"] == 3:
            row |= {"inspectors": row["inspectors"] / 3, "visits_made": row["visits_made"] / 3}
    tables = {name: tuple(Row(n, one) for n, one in enumerate(some, 2)) for name, some in rows.items()}
    found = replan(plan, Actuals("few", tables), ways=("go_on",))
    broken = {(one.key, one.period) for one in found.standing.broken}
    assert ("visit_coverage", 3) in broken
    assert ("workers_per_inspector", 3) in broken
    assert found.of("go_on").plan is not None
    assert found.of("go_on").given_up == ()
    kept = {one.key: one for one in found.of("go_on").plan.limits if one.scope == host}
    assert kept["visit_coverage"].period == 3


def test_the_money_left_and_how_long_it_lasts(base):
    now = standing(base, booked(base, 3))
    funds = now.funds
    assert funds.received == Decimal("6000000.00")
    assert funds.left == funds.received + funds.levies - funds.spent
    assert funds.next_tranche.day == funds.next_tranche.needed_from == dt.date(2028, 1, 1)
    assert funds.lasts_to == dt.date(2027, 12, 31)
    promise = commitment(
        commitment="rent", iso3="KAZ", item="cost", first_period=3, last_period=5, least=1000.0, document="lease"
    )
    assert standing(base, with_rows(booked(base, 3), "commitments", promise)).funds.committed == Decimal("2000.00")


def test_whatever_is_asked_of_a_design_is_asked_of_what_is_left(plan, news):
    """The chance and every other question draw what comes and leave what has happened."""
    inputs = with_actuals(plan.inputs, news)
    left = make_plan(plan.design, inputs)
    assert left.plan_id != plan.plan_id
    assert left.chance is not None
    again = inputs.with_values({"programme.all.attrition": 0.0}) if "programme.all.attrition" in inputs.paths else inputs
    assert again.hash != plan.inputs.hash
