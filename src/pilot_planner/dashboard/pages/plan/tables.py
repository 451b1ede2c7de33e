"""Tables of one plan: placements, hosts, budget, evidence, conditions, precedents."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from pilot_planner.dashboard.layout.components import table
from pilot_planner.figures.plan import budget_bars
from pilot_planner.studies.parties import employer_side, worker_side
from pilot_planner.studies.parties.host_side import host_sides
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import rounded_parts, shown
from pilot_planner.text.names import host_names, path_label, sector_names, unit_in_words

_PAID = ("card", "in_kind", "family")
_MOST_LISTED = 8


def sector_name(sector: str) -> str:
    """``textiles_garments`` as people read it."""
    return sector.replace("_", " ")


def placement_table(plan: Plan) -> Any:
    """One row a placement: cap, worker-months, pay, tax, income."""
    names = {host.iso3: host.name for host in plan.hosts}
    months = plan.design.programme.period_months
    worked: dict[tuple[str, str], float] = {}
    for row in plan.accounts.workforce:
        worked[row.iso3, row.sector] = worked.get((row.iso3, row.sector), 0.0) + row.workers * months
    flows = _flows(plan)
    incomes = rounded_parts([sum(flows[one.iso3, one.sector, c] for c in _PAID) / 1e6 for one in plan.placements], 1)
    rows: list[list[Any]] = []
    for one, income in zip(plan.placements, incomes, strict=True):
        key = (one.iso3, one.sector)
        work = worked.get(key, 0.0)
        rows.append(
            [
                f"{names[one.iso3]}, {sector_name(one.sector)}",
                shown(one.worker_cap, "persons"),
                shown(work, "months"),
                _per_month(flows[*key, "gross_wage"], work),
                _per_month(flows[*key, "income_tax"], work),
                _per_month(sum(flows[*key, channel] for channel in _PAID), work),
                f"{income:.1f}",
                f"{one.wage_grade}, {one.demand_grade}",
            ]
        )
    total = plan.metrics["worker_months"]
    rows.append(
        [
            "All placements",
            shown(sum(one.worker_cap for one in plan.placements), "persons"),
            shown(total, "months"),
            _per_month(plan.metrics["gross_wages"], total),
            _per_month(plan.metrics["state_revenue"], total),
            _per_month(plan.metrics["worker_income"], total),
            f"{sum(incomes):.1f}",
            "",
        ]
    )
    heads = ("Placement", "Cap", "Worker-months", "Gross", "Tax", "Net", "Income, m USD", "Wage, demand")
    return table(heads, rows, total=True, label="Placements", spare=(2, 3, 4, 7))


def _flows(plan: Plan) -> dict[tuple[str, str, str], float]:
    sums: dict[tuple[str, str, str], float] = {}
    for one in plan.placements:
        for channel in (*_PAID, "gross_wage", "income_tax", "contract_value"):
            sums[one.iso3, one.sector, channel] = 0.0
    for row in plan.accounts.flows:
        key = (row.iso3, row.sector, row.channel)
        sums[key] = sums.get(key, 0.0) + float(row.amount_usd)
    return sums


def _per_month(usd: float, months: float) -> str:
    return f"{usd / months:,.0f}" if months > 0 else "–"


def host_sides_table(plan: Plan) -> Any:
    """One row a host government: revenue by kind, vacancies filled, and its gain."""
    rows = [
        [
            one.name,
            *(shown(usd, "USD") for usd in (one.host_tax, one.contributions - one.refunded, one.fees, one.revenue)),
            shown(one.vacancies_filled, "persons"),
            shown(one.gain, "USD"),
        ]
        for one in host_sides(plan)
    ]
    heads = ["Host", "Income tax", "Contributions", "Fees", "Revenue", "Vacancies filled", "Gain"]
    return table(heads, rows, label="What host governments get", spare=(1, 2, 3))


def employer_sides_table(plan: Plan) -> Any:
    """One row a placement: what an hour costs, how much of the demand is still there, and local staff."""
    return table(employer_side.HEADS, employer_side.table_cells(plan), label="Would a firm still hire", spare=(3, 5))


def worker_sides_table(plan: Plan) -> Any:
    """One row a placement: pay over today over the whole contract, what debt takes of it, and what is left."""
    return table(worker_side.HEADS, worker_side.table_cells(plan), label="Gain over the whole contract", spare=(1,))


def host_table(plan: Plan) -> Any:
    """One row a host: oversight, inspectors, willingness, risk, cost; then the programme."""
    periods = plan.design.programme.periods
    cost: dict[str, float] = {}
    for row in plan.accounts.budget:
        cost[row.iso3] = cost.get(row.iso3, 0.0) + row.amount_usd
    posts = {
        host.iso3: sum(row.inspectors for row in plan.accounts.oversight if row.iso3 == host.iso3) / periods
        for host in plan.hosts
    }
    risk = {one.scope: one.value for one in plan.limits if one.key == "host_funds_at_risk_share"}
    keys = [host.iso3 for host in plan.hosts]
    shared = sum(usd for iso3, usd in cost.items() if iso3 not in keys)
    parts = rounded_parts([*(cost.get(iso3, 0.0) / 1e6 for iso3 in keys), shared / 1e6], 1)
    rows: list[list[Any]] = [
        [
            host.name,
            host.oversight_level,
            f"{posts[host.iso3]:.1f}",
            f"{plan.case.host(host.iso3).willingness:.2f}",
            shown(risk.get(host.iso3), "share"),
            f"{part:.1f}",
        ]
        for host, part in zip(plan.hosts, parts, strict=False)
    ]
    rows.append(["Shared by all hosts", "", "", "", "", f"{parts[-1]:.1f}"])
    willing = next((one.value for one in plan.limits if one.key == "mean_willingness"), None)
    rows.append(
        [
            "Programme",
            "",
            f"{sum(posts.values()):.1f}",
            "–" if willing is None else f"{willing:.2f}",
            shown(plan.ratios["funds_at_risk_share"], "share"),
            f"{sum(parts):.1f}",
        ]
    )
    heads = ("Host", "Oversight", "Inspectors, mean", "Willingness", "At risk", "Cost, m USD")
    return table(heads, rows, left=2, total=True, label="Hosts", spare=(3,))


def budget_table(plan: Plan) -> Any:
    """By UNSDG category and year, in m USD; what levies pay and what is asked of donors at the end."""
    found = budget_bars.categories(plan)
    years = sorted({period.year for period in plan.case.periods})
    rows: list[list[Any]] = [[one.name, *(_two(usd) for usd in one.printed), _two(one.millions)] for one in found]
    totals = [sum(one.printed[place] for one in found) for place in range(len(years))]
    rows.append(["Operating cost", *(_two(one) for one in totals), _two(sum(totals))])
    levy = round(sum(totals), 2) - round(plan.metrics["net_donor_ask"] / 1e6, 2)
    rows.append(["Paid by the programme levy", *("" for _ in years), f"−{levy:.2f}" if levy else "0.00"])
    rows.append(["Asked of donors", *("" for _ in years), _two(plan.metrics["net_donor_ask"] / 1e6)])
    heads = ("m USD", *(f"Year {year}" for year in years), "Total")
    spare = tuple(range(1, len(years) + 1)) if len(years) > _MOST_YEARS_ON_A_PHONE else ()
    return table(heads, rows, total=True, label="Budget by UNSDG category and year", spare=spare)


_MOST_YEARS_ON_A_PHONE = 3


def _two(value: float) -> str:
    return f"{value:,.2f}"


def evidence_list(plan: Plan, search: str) -> Any:
    """How much rests on weak evidence, and the first of its inputs."""
    cost = plan.metrics["operating_cost"]
    weak = sum(row.amount_usd for row in plan.accounts.budget if row.grade == "C")
    assumed = sum(1 for one in plan.placements if one.demand_grade == "C")
    inputs = plan.case.inputs
    names = {**host_names(inputs), **sector_names(inputs)}
    rows = [
        [
            path_label(f"inputs.{one.path}", names),
            _figure(one.base),
            f"{_figure(one.low)} – {_figure(one.high)}",
            unit_in_words(one.unit),
        ]
        for one in plan.weak_inputs[:_MOST_LISTED]
    ]
    more = len(plan.weak_inputs) - len(rows)
    return html.Div(
        [
            html.P(
                f"{shown(weak / cost if cost else None, 'share')} of the operating cost stands on unit costs of grade C; "
                f"{assumed} of {len(plan.placements)} placements stand on assumed demand."
            ),
            table(("Input", "Value", "Low – high", "Unit"), rows, label="Inputs of grade C", spare=(2, 3)),
            html.P(
                dcc.Link(
                    f"All inputs, {more} more of grade C among them" if more > 0 else "All inputs", href=f"/inputs{search}"
                )
            ),
        ]
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,.6g}"


def conditions_list(plan: Plan) -> Any:
    """Each condition with its owner."""
    rows = [[one.text + (f" ({', '.join(one.hosts)})" if one.hosts else ""), one.owner] for one in plan.conditions]
    return table(("Condition", "Owner"), rows, left=2, label="Conditions precedent")


def precedent_table(plan: Plan) -> Any:
    """The plan's ratios beside those of programmes that were run."""
    rows = [
        [
            one.plan_ratio.replace("_", " "),
            f"{one.precedent.replace('_', ' ')}: {one.ratio.replace('_', ' ')}",
            _plain(one.plan_value, one.unit),
            _plain(one.low, one.unit)
            if one.low == one.high
            else f"{_plain(one.low, one.unit)} – {_plain(one.high, one.unit)}",
            one.grade,
        ]
        for one in sorted(plan.precedents, key=lambda one: (one.plan_ratio, one.precedent))
    ]
    return table(("Ratio", "Precedent", "Plan", "There", "Grade"), rows, left=2, label="Precedents", spare=(1,))


def _plain(value: float | None, unit: str) -> str:
    return shown(value, "share") if unit == "share" else "–" if value is None else f"{value:,.0f}"
