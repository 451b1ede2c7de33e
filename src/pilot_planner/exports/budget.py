"""The budget of a plan as donors read it: lines by host and year, to the cent, and the same money on each donor's form.

Amounts are rounded once, here, by the largest-remainder method: every total of every file is a sum of these lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pilot_planner.case.calendar import periods
from pilot_planner.case.costing import PROGRAMME_WIDE
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.rounding import rounded_to_sum
from pilot_planner.exports.terms import Rules
from pilot_planner.studies.planning.accounts import BudgetRow
from pilot_planner.studies.planning.plan import Plan

INDIRECT, RESERVE = "indirect_support", "contingency"
"""Budget lines that donors hold against a ceiling."""
FORMS = ("EU", "SF-424A", "FCDO")
RESULT, BODY = "result", "body"
"""The same lines by output of the results framework, and by the body that spends them; headed like a form."""
ELSE = {RESULT: "PM", BODY: "lead"}
"""Where a line stands that names nothing: management of the programme, the lead organisation."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line of the budget in one host and one year of the programme.

    Attributes:
        iso3: host; ``PRG`` where it is for the whole programme.
        quantity, unit_cost: unrounded, in ``unit``; their product is the amount before rounding.
        amount: USD, to the cent; all of them add up to the plan's operating cost.
        source_id, grade: of the unit cost.
    """

    iso3: str
    host: str
    year: int
    cost_line: str
    what: str
    category: str
    driver: str
    unit: str
    quantity: float
    unit_cost: float
    amount: Decimal
    source_id: str
    grade: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a form and what stands under it, USD. ``note`` is the donor's rule."""

    form: str
    heading: str
    name: str
    note: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DonorAsk:
    """What is asked of donors: cost of the programme, less its own levy, plus what the fund's agent deducts. USD.

    ``direct`` is without reserve and indirect cost; ``agent_fee`` is the stated share of the contribution itself.
    """

    direct: Decimal
    reserve: Decimal
    indirect: Decimal
    total: Decimal
    levy: Decimal
    net: Decimal
    agent_fee: Decimal
    contribution: Decimal


@dataclass(frozen=True)
class Budget:
    """Every line, and sums of them. Years count from 1, twelve months of the programme each."""

    lines: tuple[BudgetLine, ...]
    categories: dict[str, str]
    years: tuple[int, ...]
    hosts: dict[str, str]
    crosswalk: dict[tuple[str, str], str]
    headings: tuple[tuple[str, str, str, str], ...]
    levy: Decimal

    @property
    def total(self) -> Decimal:
        return _sum(self.lines)

    @cached_property
    def by_category(self) -> dict[str, Decimal]:
        """USD by UNSDG category, each category of the list, nought included."""
        return _grouped(self.lines, lambda line: line.category, self.categories)

    @cached_property
    def by_host(self) -> dict[str, Decimal]:
        return _grouped(self.lines, lambda line: line.iso3, self.hosts)

    @cached_property
    def by_year(self) -> dict[int, Decimal]:
        return _grouped(self.lines, lambda line: line.year, self.years)

    @cached_property
    def by_category_and_year(self) -> dict[tuple[str, int], Decimal]:
        keys = [(category, year) for category in self.categories for year in self.years]
        return _grouped(self.lines, lambda line: (line.category, line.year), keys)

    @cached_property
    def by_category_and_host(self) -> dict[tuple[str, str], Decimal]:
        keys = [(category, host) for category in self.categories for host in self.hosts]
        return _grouped(self.lines, lambda line: (line.category, line.iso3), keys)

    def heading_of(self, line: BudgetLine, form: str) -> str:
        """The heading of a form, of ``result`` or of ``body`` under which a line stands."""
        if form in ELSE:
            return self.crosswalk.get((line.cost_line, form), ELSE[form])
        return self.crosswalk[line.cost_line, form]

    def on_form(self, form: str) -> tuple[Heading, ...]:
        """The same money under the headings of a donor's form, in the order of the form; those with nothing as well."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            heading = self.heading_of(line, form)
            sums[heading] = sums.get(heading, Decimal(0)) + line.amount
        return tuple(
            Heading(form, heading, name, note, sums.get(heading, Decimal(0)))
            for of_form, heading, name, note in self.headings
            if of_form == form
        )

    def ask(self, rules: Rules) -> DonorAsk:
        """What donors are asked for under the rules of one."""
        indirect = _sum(line for line in self.lines if line.cost_line == INDIRECT)
        reserve = _sum(line for line in self.lines if line.cost_line == RESERVE)
        net = self.total - self.levy
        fee = Decimal(str(rules.agent_fee))
        contribution = (net / (1 - fee)).quantize(Decimal("0.01"))
        return DonorAsk(
            direct=self.total - indirect - reserve,
            reserve=reserve,
            indirect=indirect,
            total=self.total,
            levy=self.levy,
            net=net,
            agent_fee=contribution - net,
            contribution=contribution,
        )


def make_budget(plan: Plan) -> Budget:
    """The budget of a plan. Raises InputError where a budget line has no heading on a form."""
    inputs = plan.inputs
    crosswalk = {
        (row.text("cost_line"), row.text("form")): row.text("heading") for row in inputs.rows("lists/crosswalk.csv")
    }
    _all_on_every_form(plan, crosswalk)
    hosts = {host.iso3: host.name for host in plan.hosts} | {PROGRAMME_WIDE: "Whole programme"}
    return Budget(
        lines=_lines(plan, hosts),
        categories={row.text("category"): row.text("name") for row in inputs.rows("lists/unsdg_categories.csv")},
        years=tuple(dict.fromkeys(period.year for period in periods(plan.design.programme))),
        hosts=hosts,
        crosswalk=crosswalk,
        headings=tuple(
            (row.text("form"), row.text("heading"), row.text("name"), row.text("note"))
            for row in inputs.rows("lists/donor_headings.csv")
        ),
        levy=plan.accounts.total("programme_levy"),
    )


def check_rules(budget: Budget, rules: Rules, terms_file: str) -> None:
    """Hold a budget against the ceilings of a donor. Raises InputError with every one that it breaks."""
    ask = budget.ask(rules)
    faults = []
    for key, what, amount in (
        ("indirect_max", "indirect cost", ask.indirect),
        ("contingency_max", "the contingency reserve", ask.reserve),
    ):
        most = getattr(rules, key)
        share = float(amount / ask.direct) if ask.direct else 0.0
        if share > most + _SHARE_TOLERANCE:
            fix = f"lower estimates/cost_lines.csv or raise the ceiling if the donor agrees; this plan has {amount:,.2f} USD"
            faults.append(
                Fault(
                    Place(f"{terms_file}:rules.{key}"), f"{what} is {share:.2%} of direct cost", f"at most {most:.2%}", fix
                )
            )
    if faults:
        raise InputError(faults)


_SHARE_TOLERANCE = 1e-6


def _lines(plan: Plan, hosts: dict[str, str]) -> tuple[BudgetLine, ...]:
    year_of = {period.number: period.year for period in periods(plan.design.programme)}
    last = max(year_of.values())
    words = {row.text("cost_line"): row.text("what") for row in plan.inputs.rows("estimates/cost_lines.csv")}
    groups: dict[tuple[str, str, int, float, str], list[float]] = {}
    first: dict[tuple[str, str, int, float, str], BudgetRow] = {}
    for row in plan.accounts.budget:
        # What is settled after the last period belongs to the last year.
        year = year_of.get(row.period, last)
        key = (row.iso3, row.cost_line, year, row.unit_cost_usd, row.grade)
        groups.setdefault(key, []).append(row.quantity)
        first.setdefault(key, row)
    exact = [math.fsum(quantities) * key[3] for key, quantities in groups.items()]
    return tuple(
        BudgetLine(
            iso3=iso3,
            host=hosts[iso3],
            year=year,
            cost_line=cost_line,
            what=words[cost_line],
            category=first[key].unsdg_category,
            driver=first[key].driver,
            unit=first[key].unit,
            quantity=math.fsum(quantities),
            unit_cost=unit_cost,
            amount=amount,
            source_id=first[key].source_id,
            grade=grade,
        )
        for (key, quantities), amount in zip(groups.items(), rounded_to_sum(exact), strict=True)
        for iso3, cost_line, year, unit_cost, grade in [key]
    )


def _all_on_every_form(plan: Plan, crosswalk: dict[tuple[str, str], str]) -> None:
    used = dict.fromkeys(row.cost_line for row in plan.accounts.budget)
    place = Place(f"{plan.inputs.origin}/lists/crosswalk.csv")
    faults = [
        Fault(place, f"budget line {line} has no heading on the form {form}", "one row for each form", "add the row")
        for line in used
        for form in FORMS
        if (line, form) not in crosswalk
    ]
    if faults:
        raise InputError(faults)


def _sum(lines: Iterable[BudgetLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


def _grouped[K: Hashable](
    lines: Iterable[BudgetLine], key: Callable[[BudgetLine], K], keys: Iterable[K]
) -> dict[K, Decimal]:
    sums = dict.fromkeys(keys, Decimal(0))
    for line in lines:
        sums[key(line)] += line.amount
    return sums
