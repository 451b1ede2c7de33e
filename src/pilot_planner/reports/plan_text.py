"""The plan in print, for a programme designer to read and defend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from pilot_planner.data.wording import listed
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.reports.tables import print_table, section
from pilot_planner.studies.planning.contract_value_split import plan_dollar, today_dollar
from pilot_planner.studies.planning.design_words import ceiling_in_words, grid_in_words
from pilot_planner.studies.planning.diversion_beside import sentence as diversion_sentence
from pilot_planner.studies.planning.limit_status import LimitStanding
from pilot_planner.studies.planning.loosened import headline as loosened_headline
from pilot_planner.studies.planning.own_rules import OWN_RULES
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.status_quo import evasion_sentence
from pilot_planner.studies.planning.tax_use import procurement_sentence
from pilot_planner.studies.planning.tax_use import sentence as tax_use_sentence
from pilot_planner.studies.planning.without_effect import sentence
from pilot_planner.text.labels import rounded_parts
from pilot_planner.text.number_format import NO_VALUE, count, money, percent, signed, with_unit

if TYPE_CHECKING:
    from rich.console import Console


CLARIFIED = (
    "A clarified ban is the one that its advocates want: no work on any visa, firms that hire and hosts named. What evades "
    "it and what enforcing it costs are judged (grade C)."
)
_LONGEST_LIST = 12

_INDICATORS = (
    "operating_cost",
    "net_donor_ask",
    "worker_income",
    "secured_income",
    "state_revenue",
    "expected_state_take",
    "funds_at_risk",
)
_INDICATOR_RATIOS = (
    "operating_cost_per_worker_month",
    "operating_cost_per_usd_secured",
    "net_pay_per_worker_month",
    "balance_at_return_per_person",
    "tax_per_worker_month",
    "funds_at_risk_share",
    "card_share",
    "women_share",
)


def print_plan(plan: Plan, console: Console) -> None:
    """Print a whole plan, section by section."""
    _headline(plan, console)
    _chance(plan, console)
    _placements(plan, console)
    _indicators(plan, console)
    _dollar(plan, console)
    _hosts(plan, console)
    _employers(plan, console)
    _whole_contract(plan, console)
    _budget(plan, console)
    _limits(plan, console)
    _evidence(plan, console)
    _precedents(plan, console)
    _conditions(plan, console)


def headline(plan: Plan) -> str:
    """The promise of the plan in one sentence."""
    months = plan.design.programme.duration_months
    people = plan.metrics["people_reached"]
    staffed = {one.iso3 for one in plan.placements}
    where = listed(host.name for host in plan.hosts if host.iso3 in staffed)
    if not where:
        return (
            f"Nobody works in this plan; over {months} months it costs {money(plan.metrics['operating_cost'])} USD to run."
        )
    keep = plan.ratios["net_pay_per_worker_month"] or 0.0
    abroad = plan.comparators["abroad_today"]
    before = abroad["worker_income"] / abroad["worker_months"] if abroad["worker_months"] else 0.0
    return (
        f"{count(people)} people work in {where} over {months} months and are paid {money(keep)} USD a month themselves, "
        f"against {money(before)} USD that such workers keep abroad today; it costs "
        f"{money(plan.metrics['operating_cost'])} USD to run."
    )


def proof(plan: Plan) -> str:
    """What is proven about the plan."""
    objective = plan.design.objective
    value = with_unit(plan.outcome.objective, METRICS[objective.metric].unit)
    sense = "least" if objective.sense == "min" else "most"
    name = METRICS[objective.metric].label.lower()
    if plan.status == "optimal" and not plan.outcome.bound_told:
        return (
            f"The solver's word, without a bound to check it by: {name} of {value} is at most {percent(plan.outcome.gap)} "
            f"from the {sense} possible. The gap is what the solver was asked for, an assumption."
        )
    if plan.status == "optimal":
        return f"Proven: no plan under these limits has {'less' if sense == 'least' else 'more'} {name} ({value})."
    gap = percent(plan.outcome.gap)
    so_far = f"the best plan so far has {name} {value}, at most {gap} from the {sense} possible"
    return f"Stopped at the time limit: {so_far}."


def _chance(plan: Plan, console: Console) -> None:
    """Before any table, so that nobody reads what is proven without how sure it is."""
    from pilot_planner.reports.chance_text import sentences

    if plan.chance is None:
        return
    section(console, "How sure is it", "draws of the evidence; intervals of 95 %")
    for sentence_of_it in (*(plan.confident.sentences if plan.confident else ()), *sentences(plan.chance, plan)):
        console.print(sentence_of_it)


def _headline(plan: Plan, console: Console) -> None:
    console.print(f"[bold]{headline(plan)}[/bold]")
    console.print(
        f"{proof(plan)} Plan {plan.plan_id}, design '{plan.design.name}', prices of {plan.design.programme.price_year}."
    )
    console.print(f"[dim]{plan.legal_gate}[/dim]")
    if plan.risk_by_goods is not None:
        console.print(f"[bold]Note:[/bold] {plan.risk_by_goods.sentence}")
    if plan.loosened:
        console.print(f"[bold]{loosened_headline(plan.loosened)}[/bold]")
        for one in plan.loosened:
            console.print(f"- {one.sentence}")
    for warning in plan.out_of_proportion:
        console.print(f"[bold]Look again:[/bold] {escape(warning)}.", highlight=False, soft_wrap=True)
    if plan.without_effect:
        console.print(f"[bold]Note:[/bold] {sentence(plan.without_effect)}")


def _placements(plan: Plan, console: Console) -> None:
    levels = {host.iso3: host for host in plan.hosts}
    section(console, "Hosts, placements and worker caps", "USD a month; grades A to C of wage and demand")
    print_table(
        console,
        ("Host", "Oversight", "Sector", "Cap", "Gross wage", "Net pay", "Wage", "Demand"),
        (
            (
                levels[one.iso3].name,
                levels[one.iso3].oversight_level,
                one.sector,
                count(one.worker_cap),
                money(one.gross_wage_usd_month),
                money(one.net_pay_usd_month),
                one.wage_grade,
                one.demand_grade,
            )
            for one in plan.placements
        ),
        left=3,
    )


def _indicators(plan: Plan, console: Console) -> None:
    today = plan.comparators["status_quo"]
    ban = plan.comparators["enforced_ban"]
    leaky, clarified = plan.comparators["imperfect_ban_base"], plan.comparators["clarified_ban"]
    section(console, "Indicators", "USD over the whole programme, and the change against the same people without the pilot")
    rows = []
    for name in _INDICATORS:
        value = plan.metrics[name]
        against = [
            signed(value - other[name], "USD") if name in other else NO_VALUE for other in (today, ban, leaky, clarified)
        ]
        rows.append((METRICS[name].label, with_unit(value, "USD"), *against))
    print_table(console, ("", "Plan", "vs today", "vs enforced ban", "vs leaky ban", "vs clarified ban"), rows)
    console.print(CLARIFIED)
    console.print(plan.additionality.sentence)
    rows = [(RATIOS[name].label, with_unit(plan.ratios[name], RATIOS[name].unit)) for name in _INDICATOR_RATIOS]
    people = [
        (METRICS[name].label, count(plan.metrics[name])) for name in ("people_reached", "peak_workers", "worker_months")
    ]
    print_table(console, ("", ""), [*rows, *people])


def _dollar(plan: Plan, console: Console) -> None:
    section(console, "Where one contract dollar goes", "cents")
    parts = plan_dollar(plan)
    if not parts:
        console.print("No work is planned.")
        return
    cents = rounded_parts([part.cents for part in parts], 1, 100.0)
    rows = [(part.label, f"{rounded:.1f}") for part, rounded in zip(parts, cents, strict=True)]
    print_table(console, ("Under the plan", ""), rows)
    today = today_dollar(plan)
    if today:
        told = ", ".join(f"{part.label.lower()} {percent(part.cents / 100)}" for part in today)
        console.print(f"[dim]Such workers abroad today: {told}.[/dim]")
    sentences_of_it = (
        *plan.status_quo.sentences,
        evasion_sentence(plan),
        tax_use_sentence(plan),
        procurement_sentence(plan),
        diversion_sentence(plan),
    )
    for sentence_of_it in filter(None, sentences_of_it):
        console.print(sentence_of_it)


def _hosts(plan: Plan, console: Console) -> None:
    from pilot_planner.studies.parties.host_side import host_sides
    from pilot_planner.studies.parties.host_side import sentence as of_hosts

    section(console, "What host governments get", "USD over the whole programme")
    heads = ("Host", "Income tax", "Contributions", "Fees", "Revenue", "Vacancies filled", "Gain")
    rows = (
        (
            one.name,
            *(f"{usd:,.0f}" for usd in (one.host_tax, one.contributions - one.refunded, one.fees, one.revenue)),
            count(one.vacancies_filled),
            f"{one.gain:,.0f}".replace("-", "−"),
        )
        for one in host_sides(plan)
    )
    print_table(console, heads, rows)
    console.print(of_hosts(plan))


def _employers(plan: Plan, console: Console) -> None:
    from pilot_planner.studies.parties import employer_side

    section(console, "Would a firm still hire?", employer_side.ABOUT)
    print_table(console, employer_side.HEADS, employer_side.table_cells(plan))
    console.print(employer_side.sentence(plan))


def _whole_contract(plan: Plan, console: Console) -> None:
    from pilot_planner.studies.parties import worker_side
    from pilot_planner.studies.planning.present_value import sentence as present_value

    cells = worker_side.table_cells(plan)
    if cells:
        section(console, "What a worker gains over the whole contract", worker_side.ABOUT)
        print_table(console, worker_side.HEADS, cells)
        console.print(worker_side.sentence(plan))
    if told := present_value(plan):
        console.print(told)


def _budget(plan: Plan, console: Console) -> None:
    names = {row.text("category"): row.text("name") for row in plan.inputs.rows("lists/unsdg_categories.csv")}
    years = {period.number: period.year for period in plan.case.periods}
    sums: dict[tuple[str, int], float] = {}
    for row in plan.accounts.budget:
        key = (row.unsdg_category, years[row.period])
        sums[key] = sums.get(key, 0.0) + row.amount_usd
    all_years = sorted(set(years.values()))
    rows = []
    for category, name in names.items():
        amounts = [sums.get((category, year), 0.0) for year in all_years]
        if any(amounts):
            rows.append((f"{category}  {name}", *(f"{amount:,.0f}" for amount in [*amounts, sum(amounts)])))
    totals = [sum(amount for (_, one), amount in sums.items() if one == year) for year in all_years]
    rows.append(("Operating cost", *(f"{amount:,.0f}" for amount in [*totals, sum(totals)])))
    rows.append(
        ("less programme levies", *([""] * len(all_years)), f"{-plan.metrics['levy_income']:,.0f}".replace("-", "−"))
    )
    rows.append(("Asked of donors", *([""] * len(all_years)), f"{plan.metrics['net_donor_ask']:,.0f}"))
    section(console, "Budget by UNSDG category", "USD; wages are workers' own money and never part of it")
    print_table(console, ("", *(f"Year {year}" for year in all_years), "Total"), rows)
    console.print(ceiling_in_words(plan.design) if plan.ceiling is None else plan.ceiling.sentence)
    console.print(f"[dim]{grid_in_words(plan.design)}[/dim]")


def _limits(plan: Plan, console: Console) -> None:
    binding = [limit for limit in plan.limits if limit.binding]
    section(console, "What holds the plan back", f"{len(binding)} of {len(plan.limits)} limits bind")
    print_table(
        console,
        ("Limit", "Where", "Kind"),
        ((limit.sentence, _scope(limit), limit.kind) for limit in binding),
        left=3,
    )
    slack = sorted((limit for limit in plan.limits if not limit.binding), key=_relative_slack)[:5]
    if slack:
        rows = [(one.label, _scope(one), with_unit(one.value, one.unit), with_unit(one.bound, one.unit)) for one in slack]
        console.print("Nearest to binding:")
        print_table(console, ("Limit", "Where", "Now", "Bound"), rows, left=2)
    if plan.own_rules:
        console.print(f"{OWN_RULES}:")
        for one in plan.own_rules:
            console.print(f"  {one.sentence}", markup=False)


def _relative_slack(limit: LimitStanding) -> float:
    return limit.slack / max(1e-9, abs(limit.bound))


def _scope(limit: LimitStanding) -> str:
    where = "" if limit.scope == "programme" else limit.scope
    when = "" if limit.period is None else f"period {limit.period}"
    return ", ".join(part for part in (where, when) if part) or "programme"


def _evidence(plan: Plan, console: Console) -> None:
    total = plan.metrics["operating_cost"]
    weak_cost = sum(row.amount_usd for row in plan.accounts.budget if row.grade == "C")
    income = plan.metrics["worker_income"]
    weak_wages = {(one.iso3, one.sector) for one in plan.placements if one.wage_grade == "C"}
    weak_pay = sum(
        float(row.amount_usd)
        for row in plan.accounts.flows
        if row.channel in ("card", "in_kind", "family") and (row.iso3, row.sector) in weak_wages
    )
    assumed = [one for one in plan.placements if one.demand_grade == "C"]
    section(console, "What rests on weak evidence", "grade C: recalled or judged, to be replaced before a proposal")
    console.print(
        f"{percent(weak_cost / total) if total else NO_VALUE} of the operating cost stands on unit costs of grade C."
    )
    console.print(f"{percent(weak_pay / income) if income else NO_VALUE} of worker income stands on wages of grade C.")
    names = ", ".join(f"{one.iso3}.{one.sector}" for one in assumed) or "none"
    console.print(f"{len(assumed)} of {len(plan.placements)} placements stand on assumed demand: {names}.")
    shown = plan.weak_inputs[:_LONGEST_LIST]
    rows = [(one.path, _figure(one.low), _figure(one.base), _figure(one.high), one.unit) for one in shown]
    print_table(console, ("Grade C input", "Low", "Base", "High", "Unit"), rows, whole=True)
    if len(plan.weak_inputs) > len(shown):
        more = len(plan.weak_inputs) - len(shown)
        console.print(f"[dim]and {more} more: 'grade_c_inputs' in plan.json; their sources are in sources.csv[/dim]")


def _figure(value: float | None) -> str:
    return NO_VALUE if value is None else f"{value:,.6g}"


def _precedents(plan: Plan, console: Console) -> None:
    section(console, "Held against precedents", "low to high of the precedent, and its grade")
    rows = []
    for one in plan.precedents:
        unit = "share" if one.unit == "share" else ""
        spread = _spread(one.low, one.high, unit)
        rows.append(
            (
                one.plan_ratio.replace("_", " "),
                f"{one.precedent.replace('_', ' ')}: {one.ratio.replace('_', ' ')}",
                _plain(one.plan_value, unit),
                f"{spread}  {one.grade}",
            )
        )
    print_table(console, ("Ratio", "Precedent", "Plan", "There"), sorted(rows), left=2)


def _spread(low: float, high: float, unit: str) -> str:
    return _plain(low, unit) if low == high else f"{_plain(low, unit)} – {_plain(high, unit)}"


def _plain(value: float | None, unit: str) -> str:
    if value is None:
        return NO_VALUE
    return percent(value) if unit == "share" else f"{value:,.0f}"


def _conditions(plan: Plan, console: Console) -> None:
    section(console, "Conditions precedent", "the plan relies on each; none is in place today")
    for condition in plan.conditions:
        about = f" ({', '.join(condition.hosts)})" if condition.hosts else ""
        console.print(f"- {condition.text}{about} [dim]Owner: {condition.owner}.[/dim]")
