"""Somebody who has only the files recomputes the plan: csv, json, decimal, and nothing of ours but the maker."""

import itertools
import math
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from plan_files import PlanFiles

CENT = Decimal("0.01")
WAGE = ("income_tax", "host_tax", "employee_contributions", "card", "in_kind", "family")
ON_TOP = ("employer_contributions", "foreign_worker_fee", "programme_levy")
FILES = {
    "plan.json",
    "datapackage.json",
    "periods.csv",
    "places.csv",
    "workforce.csv",
    "flows.csv",
    "escrow.csv",
    "budget.csv",
    "oversight.csv",
    "eligibility.csv",
    "sources.csv",
    "programme.lp",
    "programme.mps",
    "manifest.json",
}
COLUMNS = {
    "periods": ["period", "start", "end", "months", "set_up"],
    "places": ["iso3", "name", "chosen"],
    "workforce": ["iso3", "sector", "oversight_level", "period", "arrivals", "workers", "worker_cap"],
    "flows": ["iso3", "sector", "period", "channel", "amount_usd"],
    "escrow": [
        "iso3",
        "period",
        "opening",
        "deposits",
        "pay",
        "contributions_and_fees",
        "levy",
        "tax_released",
        "tax_returned",
        "payments",
        "closing",
        "held_tax",
    ],
    "budget": [
        "iso3",
        "period",
        "cost_line",
        "unsdg_category",
        "driver",
        "quantity",
        "unit",
        "unit_cost_usd",
        "amount_usd",
        "source_id",
        "grade",
    ],
    "oversight": ["iso3", "period", "inspectors", "visits_required", "visits_possible", "workers_per_inspector"],
    "eligibility": ["iso3", "sector", "eligible", "reason"],
    "sources": ["source_id", "title", "publisher", "year", "url", "grade", "used_by"],
}
PLAN_KEYS = {
    "status",
    "objective",
    "gap",
    "metrics",
    "ratios",
    "hosts",
    "placements",
    "design",
    "limits",
    "comparators",
    "conditions_precedent",
}
LIMIT_KEYS = {"key", "scope", "kind", "unit", "sense", "bound", "value", "slack", "binding"}
METRICS = {
    "operating_cost",
    "worker_income",
    "diverted_income",
    "secured_income",
    "state_revenue",
    "released_revenue",
    "held_revenue",
    "misused_revenue",
    "system_loss",
    "funds_at_risk",
    "expected_state_take",
    "contract_value",
    "levy_income",
    "net_donor_ask",
    "workers",
    "peak_workers",
    "people_reached",
    "worker_months",
    "inspector_months",
    "income_gain",
    "state_loss",
    "net_state_gain",
    "host_revenue",
    "vacancies_filled",
    "host_gain",
}
MANIFEST_KEYS = {"versions", "input_hash", "design_hash", "solver", "options", "seed", "gap", "tie_tolerance", "timings"}


@pytest.fixture(scope="module", params=["base", "one_host", "in_kind_first", "strict_oversight"])
def files(request, shipped_inputs, tmp_path_factory):
    from pilot_planner import make_plan, write_plan

    model = Path(__file__).parents[2] / "models" / f"{request.param}.toml"
    return PlanFiles(write_plan(make_plan(model, shipped_inputs), tmp_path_factory.mktemp("plans") / request.param))


def _sum(values):
    return sum(values, Decimal(0))


def _by(rows, *columns):
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[column] for column in columns)].append(row)
    return found


# --- what there is ---


def test_every_file_of_a_plan_is_there_and_no_other(files):
    assert {path.name for path in files.folder.iterdir()} == FILES


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_its_columns_and_rows(files, name):
    assert COLUMNS[name] == files.header(name)
    assert files.rows(name)


def test_the_plan_has_every_key_that_others_rely_on(files):
    plan = files.plan
    assert set() == PLAN_KEYS - set(plan)
    assert {"metric", "sense", "value", "bound"} == set(plan["objective"])
    assert set() == METRICS - set(plan["metrics"])
    assert all({"iso3", "name", "oversight_level"} <= set(host) for host in plan["hosts"])
    assert all({"iso3", "sector", "worker_cap"} <= set(one) for one in plan["placements"])
    assert all(set(limit) >= LIMIT_KEYS for limit in plan["limits"])
    assert plan["design"]["period_months"] == plan["design"]["programme"]["period_months"]
    assert set() == MANIFEST_KEYS - set(files.manifest)


def test_the_plan_is_proven(files):
    assert files.plan["status"] == "optimal"
    assert files.plan["gap"] <= files.plan["design"]["solver"]["gap"]
    objective = files.plan["objective"]
    assert objective["bound"] >= objective["value"] * (1 - 1e-12)
    tolerance = files.plan["design"]["solver"]["tie_tolerance"]
    reached = files.plan["metrics"][objective["metric"]]
    assert reached == pytest.approx(objective["value"], rel=10 * tolerance)


def test_figures_are_numbers(files):
    assert all(isinstance(value, int | float) and math.isfinite(value) for value in files.plan["metrics"].values())
    assert all(value is None or math.isfinite(value) for value in files.plan["ratios"].values())


# --- where each dollar goes ---


def test_every_placement_and_period_has_all_channels(files):
    expected = {"contract_value", "gross_wage", *WAGE, *ON_TOP}
    people = {(row["iso3"], row["sector"], int(row["period"])) for row in files.rows("workforce")}
    flows = files.flows()
    assert people == set(flows)
    assert all(expected == set(cell) for cell in flows.values())
    assert all(amount >= 0 for cell in flows.values() for amount in cell.values())


def test_the_gross_wage_is_taxes_contributions_and_the_three_channels_of_pay(files):
    for place, cell in files.flows().items():
        assert cell["gross_wage"] == _sum(cell[part] for part in WAGE), place


def test_the_contract_value_is_the_gross_wage_and_what_the_employer_pays_on_top(files):
    for place, cell in files.flows().items():
        assert cell["contract_value"] == cell["gross_wage"] + _sum(cell[part] for part in ON_TOP), place


def test_money_has_two_decimals_and_people_six(files):
    assert all(len(row["amount_usd"].partition(".")[2]) == 2 for row in files.rows("flows"))
    money = [column for column in COLUMNS["escrow"] if column not in ("iso3", "period")]
    assert all(len(row[column].partition(".")[2]) == 2 for row in files.rows("escrow") for column in money)
    assert all(len(row[name].partition(".")[2]) == 6 for row in files.rows("workforce") for name in ("arrivals", "workers"))


@pytest.mark.parametrize(
    ("metric", "channels"),
    [
        ("worker_income", ("card", "in_kind", "family")),
        ("card_pay", ("card",)),
        ("in_kind_pay", ("in_kind",)),
        ("family_pay", ("family",)),
        ("state_revenue", ("income_tax",)),
        ("contract_value", ("contract_value",)),
        ("gross_wages", ("gross_wage",)),
        ("levy_income", ("programme_levy",)),
    ],
)
def test_flows_add_up_to_the_metric(files, metric, channels):
    """Each channel is rounded once over the whole plan, so a sum of n channels is within n half-cents."""
    total = _sum(files.total(channel) for channel in channels)
    parts = {"contract_value": 9, "gross_wage": 6}.get(channels[0], len(channels))
    assert abs(total - Decimal(files.plan["metrics"][metric])) <= parts * CENT / 2 + Decimal("1e-6")


def test_what_is_held_and_released_is_the_tax(files):
    metrics = files.plan["metrics"]
    assert metrics["state_revenue"] == pytest.approx(metrics["released_revenue"] + metrics["held_revenue"], abs=0.01)
    assert metrics["funds_at_risk"] == pytest.approx(metrics["diverted_income"] + metrics["misused_revenue"], abs=0.01)
    assert metrics["secured_income"] == pytest.approx(metrics["worker_income"] - metrics["diverted_income"], abs=0.01)
    assert metrics["net_donor_ask"] == pytest.approx(metrics["operating_cost"] - metrics["levy_income"], abs=0.01)


def test_no_channel_breaks_the_ceilings_of_any_placement(files):
    """C095 in every placement and period: the card's share at least, goods at most, a parcel at most each month."""
    limits = files.plan["design"]["limits"]
    months = files.plan["design"]["period_months"]
    workers = {(row["iso3"], row["sector"], int(row["period"])): float(row["workers"]) for row in files.rows("workforce")}
    for place, cell in files.flows().items():
        net = float(cell["card"] + cell["in_kind"] + cell["family"])
        assert float(cell["card"]) >= limits["card_share"]["min"] * net - 0.02, place
        assert float(cell["in_kind"]) <= limits["in_kind_share"]["max"] * net + 0.02, place
        assert float(cell["in_kind"]) <= limits["in_kind_usd_month"]["max"] * workers[place] * months + 0.02, place


# --- escrow ---


def test_the_escrow_account_of_every_host_runs_from_before_the_first_to_after_the_last_period(files):
    periods = files.plan["design"]["programme"]["duration_months"] // files.plan["design"]["period_months"]
    for (host,), rows in _by(files.rows("escrow"), "iso3").items():
        assert list(range(periods + 2)) == [int(row["period"]) for row in rows], host
    assert {host["iso3"] for host in files.plan["hosts"]} == {row["iso3"] for row in files.rows("escrow")}


def test_the_escrow_account_adds_up_and_is_never_overdrawn(files):
    for (host,), rows in _by(files.rows("escrow"), "iso3").items():
        before = Decimal(0)
        for row in rows:
            cash = {column: Decimal(row[column]) for column in COLUMNS["escrow"][2:]}
            where = (host, row["period"])
            assert before == cash["opening"], where
            parts = ("pay", "contributions_and_fees", "levy", "tax_released", "tax_returned")
            assert sum(cash[part] for part in parts) == cash["payments"], where
            assert cash["closing"] == cash["opening"] + cash["deposits"] - cash["payments"], where
            assert all(amount >= 0 for amount in cash.values()), where
            before = cash["closing"]


def test_escrow_is_paid_one_period_in_advance_and_pays_what_the_flows_say(files):
    paid = defaultdict(Decimal)
    for (host, _, period), cell in files.flows().items():
        for channel, amount in cell.items():
            paid[host, period, channel] += amount
    for row in files.rows("escrow"):
        host, period = row["iso3"], int(row["period"])
        assert Decimal(row["deposits"]) == paid[host, period + 1, "contract_value"]
        assert Decimal(row["pay"]) == _sum(paid[host, period, name] for name in ("card", "in_kind", "family"))
        dues = ("employer_contributions", "employee_contributions", "foreign_worker_fee", "host_tax")
        assert Decimal(row["contributions_and_fees"]) == _sum(paid[host, period, name] for name in dues)
        assert Decimal(row["levy"]) == paid[host, period, "programme_levy"]
        assert Decimal(row["tax_released"]) <= paid[host, period - 1, "income_tax"]


def test_what_is_left_in_escrow_is_the_tax_that_is_held(files):
    held = Decimal(0)
    for rows in _by(files.rows("escrow"), "iso3").values():
        assert rows[-1]["closing"] == rows[-1]["held_tax"]
        held += Decimal(rows[-1]["closing"])
    released = _sum(Decimal(row["tax_released"]) for row in files.rows("escrow"))
    assert released + held == files.total("income_tax")
    room = CENT * len(files.plan["hosts"])
    assert abs(released - Decimal(files.plan["metrics"]["released_revenue"])) <= room
    assert abs(held - Decimal(files.plan["metrics"]["held_revenue"])) <= room


# --- budget ---


@pytest.mark.parametrize("column", ["unsdg_category", "period", "iso3", "cost_line", "driver"])
def test_the_budget_adds_up_to_the_operating_cost_whichever_way_it_is_cut(files, column):
    cut = [math.fsum(float(row["amount_usd"]) for row in rows) for rows in _by(files.rows("budget"), column).values()]
    assert round(math.fsum(cut), 2) == round(files.plan["metrics"]["operating_cost"], 2)


def test_amounts_of_the_budget_are_cents_that_sum_to_the_operating_cost_to_the_cent(files):
    cents = [Decimal(row["amount_usd"]) for row in files.rows("budget")]
    assert all(-one.as_tuple().exponent == 2 for one in cents)
    assert sum(cents) == Decimal(f"{files.plan['metrics']['operating_cost']:.2f}")


def test_every_amount_of_the_budget_is_quantity_times_unit_cost(files):
    for row in files.rows("budget"):
        product = float(row["quantity"]) * float(row["unit_cost_usd"])
        assert float(row["amount_usd"]) == pytest.approx(product, abs=0.01), row
        assert float(row["quantity"]) > 0, row


def test_a_budget_line_stands_once_for_each_host_and_period(files):
    rows = files.rows("budget")
    assert len(rows) == len({(row["iso3"], row["period"], row["cost_line"]) for row in rows})


def test_budget_places_are_the_hosts_of_the_plan_or_the_programme(files):
    chosen = {host["iso3"] for host in files.plan["hosts"]}
    assert chosen | {"PRG"} == {row["iso3"] for row in files.rows("budget")}
    assert {"1", "2", "3", "4", "5", "6", "7", "8"} >= {row["unsdg_category"] for row in files.rows("budget")}


def test_percentages_of_the_budget_are_of_what_comes_before_them(files):
    """Direct cost is all that is not a percentage; project cost adds evaluation, not the reserve."""
    rows = files.rows("budget")
    cells = _by(rows, "iso3", "period")
    for cell in cells.values():
        exact = {row["cost_line"]: float(row["quantity"]) * float(row["unit_cost_usd"]) for row in cell}
        own = [row["cost_line"] for row in cell if row["driver"] not in ("direct_cost", "project_cost")]
        direct, evaluation = math.fsum(exact[line] for line in own), exact.get("evaluation", 0.0)
        for row in cell:
            if row["driver"] == "direct_cost":
                assert float(row["quantity"]) == pytest.approx(direct, rel=1e-9)
            if row["driver"] == "project_cost":
                assert float(row["quantity"]) == pytest.approx(direct + evaluation, rel=1e-9)


@pytest.mark.parametrize(
    ("driver", "metric"),
    [
        ("worker_months", "worker_months"),
        ("inspector_months", "inspector_months"),
        ("arrivals", "people_reached"),
        ("escrow_flow", "contract_value"),
        ("income_tax", "state_revenue"),
    ],
)
def test_quantities_of_the_budget_are_the_metrics_of_the_plan(files, driver, metric):
    lines = _by((row for row in files.rows("budget") if row["driver"] == driver), "cost_line")
    assert lines
    for rows in lines.values():
        total = math.fsum(float(row["quantity"]) for row in rows)
        assert total == pytest.approx(files.plan["metrics"][metric], rel=1e-9)


@pytest.mark.parametrize(
    ("driver", "metric", "key"),
    [("in_kind_value", "in_kind_pay", "in_kind_share"), ("family_value", "family_pay", "family_share")],
)
def test_room_is_paid_for_as_far_as_it_is_taken_or_asked_for(files, driver, metric, key):
    """No shipped plan has room beyond both: more is asked for than is taken where fewer want it (``in_kind_first``)."""
    lines = _by((row for row in files.rows("budget") if row["driver"] == driver), "cost_line")
    assert lines
    asked = files.plan["design"]["limits"][key]["min"] * files.plan["metrics"]["worker_income"]
    for rows in lines.values():
        total = math.fsum(float(row["quantity"]) for row in rows)
        assert total == pytest.approx(max(files.plan["metrics"][metric], asked), rel=1e-6)


# --- people ---


def test_workers_never_exceed_the_cap_and_caps_are_whole_and_least(files):
    smallest = files.plan["design"]["programme"]["min_placement"]
    caps = {(one["iso3"], one["sector"]): one["worker_cap"] for one in files.plan["placements"]}
    rows = _by(files.rows("workforce"), "iso3", "sector")
    assert set(caps) == set(rows)
    for place, of_place in rows.items():
        peak = max(float(row["workers"]) for row in of_place)
        assert {str(caps[place])} == {row["worker_cap"] for row in of_place}
        assert peak <= caps[place] + 1e-6
        assert caps[place] == max(smallest, math.ceil(peak - 1e-6))
        assert float(of_place[-1]["workers"]) >= smallest - 1e-6


def test_people_of_a_period_are_those_who_stayed_and_those_who_arrived(files):
    """The share that leaves is one number for all, and returns of the budget are those who left and the last ones."""
    rows = _by(files.rows("workforce"), "iso3", "sector")
    leave = []
    for of_place in rows.values():
        assert float(of_place[0]["workers"]) == pytest.approx(float(of_place[0]["arrivals"]), abs=2e-6)
        for before, after in itertools.pairwise(of_place):
            gone = float(before["workers"]) + float(after["arrivals"]) - float(after["workers"])
            assert gone >= -2e-6
            if float(before["workers"]) > 1:
                leave.append(gone / float(before["workers"]))
    attrition = sum(leave) / len(leave)
    assert 0 < attrition < 0.2
    assert all(share == pytest.approx(attrition, abs=1e-5) for share in leave)
    last = max(int(row["period"]) for row in files.rows("workforce"))
    for (host,), of_host in _by(files.rows("workforce"), "iso3").items():
        gone = attrition * sum(float(row["workers"]) for row in of_host if int(row["period"]) < last)
        home = gone + sum(float(row["workers"]) for row in of_host if int(row["period"]) == last)
        booked = sum(
            float(row["quantity"]) for row in files.rows("budget") if row["driver"] == "returns" and row["iso3"] == host
        )
        assert booked == pytest.approx(home, rel=1e-6)


def test_nobody_works_before_set_up_ends_and_hosts_and_levels_are_those_of_the_plan(files):
    lead = files.plan["design"]["programme"]["lead_periods"]
    assert min(int(row["period"]) for row in files.rows("workforce")) == lead + 1
    levels = {host["iso3"]: host["oversight_level"] for host in files.plan["hosts"]}
    assert levels == {row["iso3"]: row["oversight_level"] for row in files.rows("workforce")}


def test_head_counts_of_the_plan_are_those_of_the_workforce(files):
    metrics = files.plan["metrics"]
    rows = files.rows("workforce")
    months = files.plan["design"]["period_months"]
    by_period = {period: sum(float(r["workers"]) for r in of) for (period,), of in _by(rows, "period").items()}
    last = str(max(int(row["period"]) for row in rows))
    assert metrics["workers"] == pytest.approx(by_period[last], abs=1e-4)
    assert metrics["peak_workers"] == pytest.approx(max(by_period.values()), abs=1e-4)
    assert metrics["people_reached"] == pytest.approx(sum(float(row["arrivals"]) for row in rows), abs=1e-4)
    assert metrics["worker_months"] == pytest.approx(months * sum(by_period.values()), abs=1e-3)


def test_only_eligible_placements_are_staffed_and_every_other_has_a_reason(files):
    verdicts = {(row["iso3"], row["sector"]): row for row in files.rows("eligibility")}
    assert len(verdicts) == len(files.rows("eligibility"))
    for one in files.plan["placements"]:
        assert verdicts[one["iso3"], one["sector"]]["eligible"] == "true"
    for row in verdicts.values():
        assert (row["eligible"] == "true") == (row["reason"] == "")


def test_caps_never_exceed_what_employers_ask_for(files):
    caps = {f"{one['iso3']}.{one['sector']}": one["worker_cap"] for one in files.plan["placements"]}
    demand = {limit["scope"]: limit["bound"] for limit in files.plan["limits"] if limit["key"] == "demand"}
    assert set(caps) == set(demand)
    assert all(caps[scope] <= demand[scope] for scope in caps)


# --- oversight ---


def test_oversight_is_told_for_every_host_and_period(files):
    periods = files.plan["design"]["programme"]["duration_months"] // files.plan["design"]["period_months"]
    rows = _by(files.rows("oversight"), "iso3")
    assert {(host["iso3"],) for host in files.plan["hosts"]} == set(rows)
    assert all(list(range(1, periods + 1)) == [int(row["period"]) for row in of_host] for of_host in rows.values())


def test_inspectors_answer_for_no_more_than_they_may_and_can_make_the_visits_promised(files):
    limits = files.plan["design"]["limits"]
    months = files.plan["design"]["period_months"]
    people = defaultdict(float)
    for row in files.rows("workforce"):
        people[row["iso3"], row["period"]] += float(row["workers"])
    total = defaultdict(float)
    for row in files.rows("oversight"):
        inspectors, required, possible = (float(row[n]) for n in ("inspectors", "visits_required", "visits_possible"))
        where = (row["iso3"], row["period"])
        assert 2 - 1e-6 <= inspectors <= limits["inspectors_host"]["max"] + 1e-6, where
        assert float(row["workers_per_inspector"]) == pytest.approx(people[where] / inspectors, abs=1e-5), where
        assert float(row["workers_per_inspector"]) <= limits["workers_per_inspector"]["max"] * (1 + 1e-6), where
        assert possible >= limits["visit_coverage"]["min"] * required - 1e-6 * max(1, required), where
        total[row["period"]] += inspectors
    assert all(posts <= limits["inspectors_total"]["max"] + 1e-6 for posts in total.values())
    assert files.plan["metrics"]["inspector_months"] == pytest.approx(months * sum(total.values()), rel=1e-9)


def test_posts_are_whole_where_the_design_asks_for_whole_posts(files):
    if files.plan["design"]["programme"]["whole_posts"]:
        assert all(float(row["inspectors"]).is_integer() for row in files.rows("oversight"))


# --- limits, sources ---


def _whole_unit(limit, plan):
    """Size of one indivisible step of a limit on whole things; 0 where there is none."""
    if limit["key"] in ("hosts", "sectors_per_host"):
        return 1.0
    if limit["key"] != "permits" or limit["value"] == 0:
        return 0.0
    host, _, sector = limit["scope"].partition(".")
    caps = sum(
        one["worker_cap"]
        for one in plan["placements"]
        if one["iso3"] == host and (one["sector"] == sector if sector else one["demand_grade"] != "C")
    )
    return limit["value"] / caps


def test_a_limit_binds_where_its_slack_says_so(files):
    for limit in files.plan["limits"]:
        where = (limit["key"], limit["sense"], limit["scope"])
        sign = 1 if limit["sense"] == "max" else -1
        difference = sign * (limit["bound"] - limit["value"])
        assert limit["slack"] == pytest.approx(difference, rel=1e-9, abs=1e-9), where
        assert limit["slack"] >= -1e-6 * max(1, abs(limit["bound"])), where
        nothing_left = abs(limit["slack"]) <= 1e-6 * max(1, abs(limit["bound"]))
        no_whole_unit = limit["slack"] < _whole_unit(limit, files.plan) * (1 - 1e-6)
        assert limit["binding"] is (nothing_left or no_whole_unit), where


def test_every_bound_of_the_design_stands_among_the_limits(files):
    said = {(limit["key"], limit["sense"]): limit["bound"] for limit in files.plan["limits"]}
    for key, bounds in files.plan["design"]["limits"].items():
        for sense, bound in bounds.items():
            if (key, sense) == ("permits", "max") and (key, sense) not in said:
                continue  # no chosen host issues permits that are known
            assert said[key, sense] == bound, (key, sense)


def test_limits_on_metrics_are_told_with_the_value_of_the_metric(files):
    figures = {**files.plan["metrics"], "hosts": len(files.plan["hosts"])}
    for limit in files.plan["limits"]:
        if limit["scope"] == "programme" and limit["key"] in figures and limit["period"] is None:
            assert limit["value"] == pytest.approx(figures[limit["key"]], rel=1e-6), limit["key"]


def test_every_source_that_a_figure_rests_on_is_listed(files):
    known = {row["source_id"] for row in files.rows("sources")}
    assert len(known) == len(files.rows("sources"))
    assert set() == {row["source_id"] for row in files.rows("budget")} - known
    assert set() == {source for sources in files.plan["rests_on"].values() for source in sources} - known
    assert set() == {one["source_id"] for one in files.plan["conditions_precedent"]} - known
    assert set() == {one["source_id"] for one in files.plan["precedents"]} - known
    assert set() == {one["source_id"] for one in files.plan["grade_c_inputs"]} - known


def test_every_metric_rests_on_some_source_and_every_source_is_used(files):
    assert set(files.plan["metrics"]) == set(files.plan["rests_on"])
    assert all(files.plan["rests_on"].values())
    assert all(row["used_by"] and row["title"] and row["grade"] in "ABC" for row in files.rows("sources"))


def test_comparators_are_for_the_same_worker_months(files):
    compared = files.plan["comparators"]
    assert {
        "status_quo",
        "enforced_ban",
        "imperfect_ban_low",
        "imperfect_ban_base",
        "imperfect_ban_high",
        "clarified_ban",
        "abroad_today",
    } == set(compared)
    today = compared["status_quo"]
    metrics = files.plan["metrics"]
    assert compared["abroad_today"]["worker_months"] == pytest.approx(metrics["worker_months"], rel=1e-9)
    displaced = files.plan["additionality"]["displaced"]
    assert today["worker_months"] == pytest.approx(displaced * metrics["worker_months"], rel=1e-9)
    assert metrics["income_gain"] == pytest.approx(metrics["worker_income"] - today["worker_income"], rel=1e-9)
    assert metrics["state_loss"] == pytest.approx(today["state_revenue"] - metrics["state_revenue"], rel=1e-9)
    whole = today["worker_income"] + today["state_revenue"] + today["others_take"]
    assert today["contract_value"] == pytest.approx(whole, rel=1e-9)
    assert set(compared["enforced_ban"].values()) == {0.0}
