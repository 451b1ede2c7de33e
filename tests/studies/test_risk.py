"""Risk: draws of what a plan rests on, the plan held under them, the plan adapted to them, and named events."""

import csv
import io
import json
import time

import numpy as np
import pytest
from rich.console import Console
from tests.support.rebuilt import rebuilt_lp

from pilot_planner import risk as from_the_package
from pilot_planner.case.case import make_case
from pilot_planner.design.loading import load_design
from pilot_planner.errors import CancelledError, InputError, PilotPlannerError
from pilot_planner.programme.build import build
from pilot_planner.programme.ratios import ratios_of
from pilot_planner.reports.risk_report import print_risk, write_risk
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.uncertainty.chance import chance_of
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.event_settings import changed, held_under
from pilot_planner.studies.uncertainty.risk import evaluate, risk
from pilot_planner.studies.uncertainty.sampling import pert_quantile
from pilot_planner.studies.uncertainty.stress_scenarios import journey_price, with_percentages
from pilot_planner.studies.uncertainty.trial import STRUCTURE, Trial, hold
from pilot_planner.studies.uncertainty.uncertain_inputs import family_of, pert_ends

DRAWS = 40


@pytest.fixture(scope="module")
def found(shipped_inputs):
    """A study with recourse in this process."""
    return risk(inputs=shipped_inputs, draws=DRAWS, seed=5)


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan(inputs=shipped_inputs)


@pytest.fixture(scope="module")
def solved(shipped_inputs):
    """The programme of the whole design and its solution, ties broken."""
    programme = build(make_case(load_design(), shipped_inputs))
    session = Session(programme)
    return programme, session.break_ties(session.solve())


# --- what is drawn ---


@pytest.mark.parametrize(
    ("low", "base", "high"), [(0.013, 0.06, 0.18), (668, 947, 1084), (582, 846, 876), (0.2, 0.45, 0.7), (-3, -1, 5)]
)
def test_the_pert_distribution_has_the_quantiles_and_the_mode_of_the_estimate(low, base, high):
    least, most, fit = pert_ends(low, base, high)
    shares = np.linspace(0.0, 1.0, 2001)
    values = pert_quantile(shares, least, base, most)
    thinnest = np.argmin(np.diff(values[100:-100])) + 100
    assert fit == "quantiles"
    assert pert_quantile([0.05, 0.95], least, base, most) == pytest.approx([low, high], rel=1e-5)
    assert values[thinnest] == pytest.approx(base, abs=0.03 * (most - least))


@pytest.mark.parametrize(("base", "share", "end"), [(10.0, 0.95, "base_is_low"), (20.0, 0.05, "base_is_high")])
def test_a_base_at_one_end_of_its_range_is_the_end_and_the_other_quantile_fits(base, share, end):
    least, most, fit = pert_ends(10.0, base, 20.0)
    other = 20.0 if base == 10.0 else 10.0
    assert fit == end
    assert (least if base == 10.0 else most) == base
    assert pert_quantile([share], least, base, most) == pytest.approx([other], rel=1e-5)


def test_draws_stay_within_the_hard_bounds_of_their_indicators(found):
    bounded = [one for one in found.uncertain if one.floor is not None or one.ceiling is not None]
    assert any(one.least < one.floor for one in bounded if one.floor is not None)
    for one in bounded:
        values = [row.values[one.path] for row in found.draws]
        assert one.floor is None or min(values) >= one.floor
        assert one.ceiling is None or max(values) <= one.ceiling


@pytest.mark.parametrize(
    ("address", "family"),
    [
        (("placements", "MNG", "construction", "market_wage"), "wages.MNG"),
        (("hosts", "MNG", "avg_monthly_wage"), "wages.MNG"),
        # Local staff are paid by the scale of their country: with its price level, and not with staff of other grades.
        (("hosts", "KAZ", "local_staff_cost"), "hosts.KAZ.local_staff_cost"),
        (("placements", "KAZ", "construction", "minimum_wage"), "minimum_wage.KAZ"),
        (("unit_costs", "staff_p3_year"), "staff_costs"),
        (("oversight", "standard", "card_diversion"), "oversight.card_diversion"),
        (("oversight", "intensive", "card_diversion"), "oversight.card_diversion"),
        (("unit_costs", "travel_flight"), "unit_costs.travel_flight"),
    ],
)
def test_what_moves_together_is_one_family(address, family):
    assert family_of(address) == family


def test_the_members_of_a_family_rise_and_fall_together(found):
    wages = [one.path for one in found.uncertain if one.family == "wages.KAZ"]
    assert len(wages) >= 3
    drawn = found.uncertainty.draw(DRAWS, 5)
    assert [drawn.row(number) for number in range(DRAWS)] == [row.values for row in found.draws]
    # The exchange rate and inflation of the host are on top of what each is in the host's own money.
    money = drawn.factors["exchange_rate.KAZ"] * drawn.factors["inflation.KAZ"]
    orders = [np.argsort(drawn.column(path) / money).tolist() for path in wages]
    assert orders == [orders[0]] * len(orders)


def test_the_summary_lists_what_is_fixed_and_why(found):
    fixed = found.document()["fixed_values"]
    reasons = {one["path"]: one["reason"] for one in fixed["values"]}
    assert fixed["count"] == len(reasons)
    assert reasons["hosts.MNG.iom_office"] == "is so or is not so"
    assert reasons["hosts.MNG.tip_tier"] == "is so or is not so"
    assert reasons["seed_facts.P028"] == "no range is given"
    assert reasons.keys().isdisjoint(one.path for one in found.uncertain)


# --- the plan held ---


def test_a_draw_at_base_gives_the_figures_of_the_plan(shipped_inputs, solved, plan, found):
    trial = Trial(plan.design, shipped_inputs, hold(*solved))
    outlook = DrawnPlan(trial, {one.path: np.array([one.base]) for one in found.uncertain}, 1).outlooks()[0]
    expected = {**plan.metrics, **ratios_of(plan.metrics)}
    assert {name: outlook.figures[name] for name in expected} == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert outlook.broken == {}
    assert outlook.floors == {}


def set_by_events(found, row):
    """What the events of a draw set in the design."""
    return found.uncertainty.of_design([one for one in found.uncertainty.events if one.name in row.events])


def afresh(shipped_inputs, solved, values, others=(), settings=None):
    """The programme of a draw, every host but ``others`` in it, and the planned decisions in its columns."""
    whole, solution = solved
    design = changed(whole.case.design, settings or {})
    lax = {"host_willingness": 0.0, "living_wage": False, "gain_over_today": -1.0, "employer_cost_ratio": 1e9}
    floors = design.floors.model_copy(update=lax)
    open_design = design.model_copy(update={"floors": floors, "exclusions": (*design.exclusions, *others)})
    programme = build(make_case(open_design, shipped_inputs.with_values(values, drawn=True)))
    planned = held_under(hold(whole, solution), whole.case.design, design).columns
    point = [planned.get(column.name, 0.0) for column in programme.d.columns]
    # Workers take what they choose now of the room that was planned; none of it stood empty as planned.
    d, rates = programme.d, programme.case.rates
    for (h, level, t), column in d.in_kind.items():
        people = {one: point[d.workers[*one.key, level, t]] for one in programme.case.placements_of(h)}
        goods = sum(rates.in_kind_uptake * one.goods_ceiling[t - 1] * count for one, count in people.items())
        parcels = rates.family_uptake * rates.parcel_usd * programme.q.months(t) * sum(people.values())
        point[column] = min(point[column], goods)
        point[d.family[h, level, t]] = min(point[d.family[h, level, t]], parcels)
    for t in programme.q.numbers:
        cost = sum(cell.unit_cost * cell.quantity.value(point) for cell in programme.cost_cells if cell.period == t)
        before = point[programme.d.balance[t - 1]] if t > 1 else 0.0
        levy = sum(programme.q.pay("programme_levy", h, t).value(point) for h in programme.q.hosts)
        # The pledge of month 0 can be spent from period 1 on, one of month 12 from period 5 on, of month 21 from 8 on.
        arrived = {1: 6e6, (settings or {}).get("funding.pledges.1.month", 12) // 3 + 1: 6e6}.get(t, 0.0)
        point[programme.d.cost[t]] = cost
        point[programme.d.balance[t]] = before + arrived + levy - cost
    return programme, point


def broken_afresh(programme, point):
    """Design limits that are missed, each where it is missed most."""
    found = {}
    for row in programme.limit_rows:
        value = row.numerator.value(point)
        if row.denominator is not None:
            below = row.denominator.value(point)
            if abs(below) < 1e-6:
                continue
            value /= below
        excess = value - row.bound if row.side == "max" else row.bound - value
        name = f"{row.key}.{row.side}.{row.scope}"
        if excess > 1e-6 * max(1.0, abs(row.bound)):
            found[name] = max(excess, found.get(name, 0.0))
    return found


def not_chosen(solved):
    whole, solution = solved
    chosen = {h for (h, _), column in whole.d.level.items() if solution[column] > 0.5}
    rows = whole.case.inputs.rows("lists/hosts.csv")
    return [row.text("iso3") for row in rows if row.text("iso3") not in chosen]


def of_design(broken, design):
    return {name: excess for name, excess in broken.items() if name.split(".")[0] in design.limits}


def test_figures_of_draws_are_those_of_the_whole_programme_made_anew(shipped_inputs, solved, found):
    for row in found.draws[:5]:
        programme, point = afresh(shipped_inputs, solved, row.values, settings=set_by_events(found, row))
        expected = programme.metric_values(point)
        assert {name: row.planned.figures[name] for name in expected} == pytest.approx(expected, rel=1e-9, abs=1e-6)
        lowest = min(point[column] for column in programme.d.balance.values())
        assert row.planned.figures["lowest_balance"] == pytest.approx(lowest, rel=1e-9, abs=1e-3)


def test_limits_break_as_often_and_by_as_much_as_in_programmes_made_anew(shipped_inputs, solved, plan, found):
    times = {}
    others = not_chosen(solved)
    for row in found.draws[:20]:
        expected = broken_afresh(*afresh(shipped_inputs, solved, row.values, others, set_by_events(found, row)))
        assert of_design(row.planned.broken, plan.design) == pytest.approx(expected, rel=1e-6, abs=1e-6)
        for name in expected:
            times[name] = times.get(name, 0) + 1
    first = risk_of_first(found, 20)
    assert times
    assert {name: count / 20 for name, count in times.items()} == {name: first[name] for name in times}


def risk_of_first(found, count):
    """Shares as the study adds them up, over the first draws only."""
    from pilot_planner.studies.uncertainty.summary import counted

    return {one["name"]: one["share_broken"] for one in counted([row.planned.broken for row in found.draws[:count]])}


def test_rights_floors_fail_where_eligibility_says_so(shipped_inputs, found):
    design = load_design()
    placements = {(one.iso3, one.sector) for one in found.plan.placements}
    for row in found.draws[:10]:
        case = make_case(changed(design, set_by_events(found, row)), shipped_inputs.with_values(row.values, drawn=True))
        expected = set()
        for verdict in case.verdicts:
            if (verdict.iso3, verdict.sector) in placements:
                for floor in verdict.reasons:
                    of_host = floor in ("host_willingness", "tip_tier", "agency_office") or floor.startswith("convention")
                    expected.add(f"{floor}.{verdict.iso3}" if of_host else f"{floor}.{verdict.iso3}.{verdict.sector}")
        assert set(row.planned.floors) == {name for name in expected if not name.startswith("demand.")}
        assert all(missing is None or missing > 0 for missing in row.planned.floors.values())


# --- the plan adapted ---


def test_as_run_finds_what_a_programme_made_anew_finds_with_choices_and_caps_fixed(shipped_inputs, solved, plan, found):
    """Limits that count hold and rights floors stop hiring, as for the chance; events of the draw have happened."""
    trial = Trial(plan.design, shipped_inputs, hold(*solved))
    held = 0
    for row in found.draws[:20]:
        best = rebuilt_lp(trial.under(set_by_events(found, row)), row.values)
        assert (row.answer.status == "optimal") == (best is not None)
        if best is not None:
            assert row.answer.figures["worker_income"] == pytest.approx(-best, rel=1e-6)
            held += 1
    assert 0 < held < 20


def test_the_shares_that_hold_are_the_chance_of_the_plan(plan, found):
    chance = chance_of(plan, DRAWS, 5)
    assert found.summary["no_recourse"]["share_holds"] == chance.as_signed.holds.value
    assert found.summary["recourse"]["share_holds"] == chance.as_run.holds.value
    assert found.summary["recourse"]["share_holds_interval"] == chance.as_run.holds.interval
    conflicts = found.summary["recourse"]["conflicts"]
    fails = {one.name: one.broken.count for one in chance.as_run.fails if one.name != STRUCTURE}
    assert {name: count for name, count in conflicts.items() if name != STRUCTURE} == pytest.approx(fails, abs=1)


def test_draws_without_an_answer_name_what_conflicts(found):
    without = [row.answer for row in found.draws if row.answer.status == "infeasible"]
    assert 0 < len(without) < DRAWS
    assert all(answer.conflict for answer in without)
    again = found.summary["recourse"]
    assert again["share_without_answer"] == len(without) / DRAWS
    key = "funds_at_risk_share.max"
    assert again["conflicts"][key] == sum(key in answer.conflict for answer in without)


def test_without_the_limits_that_are_named_a_draw_has_an_answer(shipped_inputs, solved, plan, found):
    without = [row for row in found.draws if row.answer.status == "infeasible" and row.answer.conflict != (STRUCTURE,)]
    for row in without[:8]:
        limits = dict(plan.design.limits)
        for name in row.answer.conflict:
            key, side = name.split(".")
            limits[key] = limits[key].model_copy(update={side: None})
        trial = Trial(plan.design.model_copy(update={"limits": limits}), shipped_inputs, hold(*solved))
        (seen,) = evaluate(trial, found.draws[0].drawn.part(row.number - 1, row.number), True)
        assert seen.answer.status == "optimal"


def test_bands_are_quantiles_over_the_draws_with_an_answer(found):
    incomes = [row.answer.figures["worker_income"] for row in found.draws if row.answer.status == "optimal"]
    band = found.summary["recourse"]["bands"]["worker_income"]
    assert [band["p10"], band["p50"], band["p90"]] == pytest.approx(list(np.quantile(incomes, [0.1, 0.5, 0.9])))


# --- named draws, single families ---


def named(found, name):
    return next(one for one in found.named if one.name == name)


@pytest.mark.parametrize("host", ["KAZ", "MNG"])
def test_a_host_that_withdraws_takes_exactly_the_wages_after_half_time(plan, found, host):
    net = {"own_card", "in_kind", "family_parcels", "card", "family"}
    kept = [row for row in plan.records("flows") if row["iso3"] == host and row["period"] > 4 and row["channel"] in net]
    lost = named(found, f"host_withdraws.{host}").amounts["income_lost"]
    outlook = named(found, f"host_withdraws.{host}").planned
    assert lost == pytest.approx(float(sum(row["amount_usd"] for row in kept)), abs=1.0)
    assert outlook.figures["worker_income"] == pytest.approx(plan.metrics["worker_income"] - lost, rel=1e-9)


def test_a_host_that_withdraws_costs_journeys_and_one_period_of_wages(plan, solved, found):
    programme, solution = solved
    one = named(found, "host_withdraws.MNG")
    people = programme.q.workers("MNG", 4).value(solution)
    stayed = people * (1.0 - programme.case.rates.attrition) * programme.case.rates.return_share
    assert one.amounts["people"] == pytest.approx(people)
    assert one.amounts["wages_paid"] == pytest.approx(programme.q.pay("gross_wage", "MNG", 4).value(solution))
    assert one.amounts["journeys_home"] == pytest.approx(stayed * journey_price(programme, "MNG"))
    added = one.amounts["cost_added"] - one.amounts["cost_saved"]
    assert one.planned.figures["operating_cost"] == pytest.approx(plan.metrics["operating_cost"] + added)


def test_what_a_withdrawn_host_costs_is_what_leaves_the_budget_and_what_enters_it(solved, found):
    """By hand: workers' cells after half time go, office and inspectors stay, journeys and wages come."""
    programme, solution = solved
    one = named(found, "host_withdraws.MNG")
    with_people = {"arrivals", "returns", "worker_months", "in_kind_value", "family_value", "family_parcels", "escrow_flow"}
    with_people |= {"income_tax", "protection_cases", "grievances", "inspector_visits", "audit_visits"}
    gone = sum(
        cell.amount.value(solution)
        for cell in programme.cost_cells
        if cell.host == "MNG" and cell.period > 4 and cell.line.driver in with_people
    )
    # Those who leave after period 4 in any case stand in "returns" of period 5 and are in both.
    leavers = (
        programme.q.workers("MNG", 4).value(solution) * programme.case.rates.attrition * programme.case.rates.return_share
    )
    saved = with_percentages(programme, gone) - leavers * journey_price(programme, "MNG")
    assert one.amounts["cost_saved"] == pytest.approx(saved, rel=1e-9)


def test_later_pledges_that_come_very_late_leave_the_second_year_unpaid(solved, found):
    programme, solution = solved
    one = named(found, "pledge_very_late")
    assert one.settings == {"funding.pledges.1.month": 21}
    # Nine months late, the second pledge is there from period 8 on: until then the first has to do.
    working = range(1, 8)
    spent = sum(solution[programme.d.cost[t]] for t in working)
    earned = sum(programme.q.pay("programme_levy", h, t).value(solution) for h in programme.q.hosts for t in working)
    gap = one.planned.broken["funding.min.programme"]
    assert gap == pytest.approx(spent - earned - 6e6, abs=1.0)
    assert one.planned.figures["lowest_balance"] == pytest.approx(-gap)


def test_refused_goods_go_to_cards_and_the_room_for_them_is_paid_for_all_the_same(plan, found):
    one = named(found, "uptake_refused")
    assert one.planned.figures["in_kind_pay"] == 0.0
    expected = plan.metrics["card_pay"] + plan.metrics["in_kind_pay"]
    assert one.planned.figures["card_pay"] == pytest.approx(expected, rel=1e-9)
    assert not [name for name in one.planned.broken if name.startswith(("in_kind", "uptake"))]
    # Room for a tenth of net pay is kept at every placement, which is what the plan had over all periods.
    assert one.planned.figures["operating_cost"] == pytest.approx(plan.metrics["operating_cost"], rel=1e-6)
    assert one.answer.status == "optimal"
    assert one.answer.figures["in_kind_pay"] == pytest.approx(0.0, abs=1e-6)
    assert one.anew["status"] == "optimal"


def test_the_tornado_holds_all_but_one_family_at_base(plan, solved, shipped_inputs, found):
    wages = next(one for one in found.tornado if one.family == "wages.KAZ")
    members = [one for one in found.uncertain if one.family == "wages.KAZ"]
    programme, point = afresh(shipped_inputs, solved, {one.path: one.low for one in members})
    assert wages.at_low["worker_income"] == pytest.approx(programme.metric("worker_income").value(point))
    assert wages.at_low["worker_income"] < plan.metrics["worker_income"] < wages.at_high["worker_income"]
    assert [one.width for one in found.tornado] == sorted((one.width for one in found.tornado), reverse=True)
    known = found.uncertainty
    # Events that exclude each other share a coordinate and have a bar each.
    assert {one.family for one in found.tornado} == {*known.movable, *(one.name for one in known.events)}
    assert len(found.tornado) == found.summary["families"] + 1


# --- the study ---


def test_the_same_seed_gives_the_same_numbers_with_any_number_of_workers(shipped_inputs, found):
    two = risk(inputs=shipped_inputs, draws=DRAWS, seed=5, workers=2)
    assert two.records() == found.records()
    assert two.document() == found.document()


def test_another_seed_gives_other_draws_and_a_value_that_the_user_sets_is_not_drawn(shipped_inputs, found):
    path = "programme.attrition_yearly"
    other = risk(inputs=shipped_inputs, settings={f"inputs.{path}": 0.12}, draws=2, seed=6, recourse=False)
    assert path in [one.path for one in other.fixed]
    assert path not in other.draws[0].values
    assert other.draws[0].values["hosts.KAZ.willingness"] != found.draws[0].values["hosts.KAZ.willingness"]
    assert other.draws[0].answer is None
    assert "recourse" not in other.summary


def test_progress_may_stop_the_study(shipped_inputs):
    told = []

    def stop(text, share):
        told.append(share)
        return not text.endswith("draws") or text.startswith("0 ")

    with pytest.raises(CancelledError):
        risk(inputs=shipped_inputs, draws=60, recourse=False, progress=stop)
    assert told == sorted(told)


@pytest.mark.parametrize(("draws", "message"), [(0, "--draws 0: from 1 to 100,000 can be made")])
def test_a_number_of_draws_that_cannot_be_made_is_refused(draws, message):
    with pytest.raises(PilotPlannerError) as error:
        from_the_package(draws=draws)
    assert str(error.value) == message


def test_both_files_hold_what_was_found(found, tmp_path):
    write_risk(found, tmp_path / "out")
    with (tmp_path / "out" / "runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["runs.csv", "summary.json"]
    assert len(rows) == DRAWS
    assert float(rows[7]["planned.worker_income"]) == found.draws[7].planned.figures["worker_income"]
    assert float(rows[7]["hosts.KAZ.willingness"]) == found.draws[7].values["hosts.KAZ.willingness"]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["input_hash"] == found.plan.inputs.hash
    assert summary["no_recourse"] == json.loads(json.dumps(found.summary["no_recourse"]))


def test_a_file_in_the_way_is_refused_and_left_alone(found, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError):
        write_risk(found, tmp_path / "out")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_the_report_says_what_breaks_how_often_and_what_events_do(found):
    out = io.StringIO()
    print_risk(found, Console(file=out, width=200, highlight=False))
    text = out.getvalue()
    share = found.summary["no_recourse"]["share_any_limit_broken"]
    assert f"{DRAWS} draws of what plan {found.plan.plan_id} rests on" in text
    low, high = (f"{100 * end:.1f}" for end in found.summary["no_recourse"]["share_any_limit_broken_interval"])
    assert f"in {100 * share:.1f} % ({low}–{high} %), and a rights floor" in text
    assert "- Every pledge that is not due at the start comes as late as the evidence has it at worst. 10.0 % likely" in text
    assert "--event pledge_very_late" in text
    assert "no answer (funding.min, workers_total.min give way)" in text
    assert found.tornado[0].family in text


def test_the_table_has_one_row_for_each_draw(found):
    table = found.table()
    assert table.index.tolist() == list(range(1, DRAWS + 1))
    assert table["recourse.status"].isin(["optimal", "infeasible"]).all()


@pytest.mark.slow
def test_a_thousand_draws_take_less_than_two_minutes_on_two_cores(shipped_inputs):
    begin = time.perf_counter()
    many = risk(inputs=shipped_inputs, draws=1000, workers=2)
    assert time.perf_counter() - begin < 120
    assert len(many.draws) == 1000
