"""The money of a plan as entries that a form adds up: one currency, rounded once, each entry with its keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.budget import BODY, RESERVE, RESULT, BudgetLine
from pilot_planner.exports.currency import one_in_currency
from pilot_planner.exports.currency import step as minor_step
from pilot_planner.exports.forms.form_schema import Dimension, Form
from pilot_planner.exports.proposal.section_builder import body_name
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.rounding import WHOLE, rounded_to_sum

COST, LEVY, CASH = "cost", "levy", "cash"
"""Measures: what the programme costs, what its own levy pays, and when the cost of the first year is paid."""
NOT_ADMITTED = "-"
"""The heading of what a form has no row for."""
_QUARTERS, _MONTHS = 4, 12
_ORDER = ("EU", "8", "10")
"""The form whose order the running sums of cents follow, and its headings that come last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount with its keys. ``quantity`` is in ``unit``; nought where the entry is no budget line."""

    keys: dict[Dimension, str]
    what: str
    host: str
    unit: str
    quantity: float
    amount: Decimal
    is_share: bool = False


@dataclass(frozen=True)
class Ledger:
    """All entries of a form, its currency and the smallest amount of it that the form tells."""

    entries: tuple[Entry, ...]
    currency: str
    step: Decimal

    def total(self, **keys: str) -> Decimal:
        """The sum of the entries with some keys."""
        return sum((one.amount for one in self.entries if keys.items() <= one.keys.items()), Decimal(0))


def make_ledger(dossier: Dossier, form: Form, file: str) -> Ledger:
    """The ledger of a form. Raises InputError where a budget line has no heading on it."""
    headings = _headings(dossier, form, file)
    terms = dossier.terms
    in_usd = form.currency == "USD" or terms.currency.code == "USD"
    step = WHOLE if form.whole_units else Decimal("0.01") if in_usd else minor_step(terms.currency)
    lines = dossier.budget.lines
    amounts = _whole_units(dossier, headings) if form.whole_units else _minor_units(dossier, in_usd)
    bodies = {task: partner.name for partner in terms.partners for task in partner.carries}
    codes = {name: code for code, name in partners(dossier).items()}
    rate = 1.0 if in_usd else terms.currency.per_usd
    entries = [
        Entry(
            keys={
                "measure": COST,
                "line": line.cost_line,
                "heading": headings[line.cost_line],
                "host": line.iso3,
                "year": str(line.year),
                "category": line.category,
                "result": dossier.budget.heading_of(line, RESULT),
                "partner": codes[body_name(bodies.get(dossier.budget.heading_of(line, BODY), terms.organisation.name))],
                "asked": "no" if headings[line.cost_line] == NOT_ADMITTED else "yes",
            },
            what=line.what,
            host=line.host,
            unit=line.unit,
            quantity=line.quantity * (rate if line.unit == "share" else 1.0),
            amount=amount,
            is_share=line.unit == "share",
        )
        for line, amount in zip(lines, amounts, strict=True)
    ]
    entries += _own_income(dossier, in_usd, step)
    if form.whole_units:
        entries += _cash(dossier, sum((one.amount for one in entries if _asked_in_first_year(one)), Decimal(0)))
    return Ledger(tuple(entries), "USD" if in_usd else terms.currency.code, step)


def partners(dossier: Dossier) -> dict[str, str]:
    """The lead organisation, and partners that carry a part of the budget, in the order of the terms, by a code: names are
    typed by people, and no formula holds them."""
    terms = dossier.terms
    carried = {dossier.budget.heading_of(line, BODY) for line in dossier.budget.lines}
    named = [one.name for one in terms.partners if carried & set(one.carries)]
    names = dict.fromkeys(body_name(name) for name in (terms.organisation.name, *named))
    return {f"P{place}": name for place, name in enumerate(names, start=1)}


def _headings(dossier: Dossier, form: Form, file: str) -> dict[str, str]:
    budget = dossier.budget
    used = dict.fromkeys(line.cost_line for line in budget.lines)
    if not form.headings and not form.lines:
        return dict.fromkeys(used, "")
    crosswalk = {line: heading for (line, of_form), heading in budget.crosswalk.items() if of_form == form.headings}
    known = crosswalk | form.lines
    faults = [
        Fault(
            Place(file, column="lines"), f"budget line {line} has no heading", "one for each budget line", f'add {line} = ""'
        )
        for line in used
        if line not in known
    ]
    if faults:
        raise InputError(faults)
    return {line: known[line] for line in used}


def _minor_units(dossier: Dossier, in_usd: bool) -> list[Decimal]:
    """The lines in the donor's currency: cents are shared out by running sums from line to line, reserve last, so that
    direct cost, indirect cost and the whole are what each of them is at the rate."""
    lines, currency = dossier.budget.lines, dossier.terms.currency
    if in_usd:
        return [line.amount for line in lines]
    order = sorted(range(len(lines)), key=lambda place: _place_on_form(dossier, lines[place]))
    by_line: dict[str, list[int]] = {}
    for place in order:
        by_line.setdefault(lines[place].cost_line, []).append(place)
    rate, unit = Decimal(str(currency.per_usd)), minor_step(currency)
    found = [Decimal(0)] * len(lines)
    reached, before = Decimal(0), Decimal(0)
    for places in by_line.values():
        reached += sum((lines[place].amount for place in places), Decimal(0))
        upto = one_in_currency(reached, currency)
        parts = rounded_to_sum([float(lines[place].amount * rate) for place in places], unit, upto - before)
        for place, part in zip(places, parts, strict=True):
            found[place] = part
        before = upto
    return found


def _place_on_form(dossier: Dossier, line: BudgetLine) -> tuple[bool, tuple[int, ...]]:
    heading = dossier.budget.crosswalk[line.cost_line, _ORDER[0]]
    return heading in _ORDER[1:], tuple(int(part) for part in heading.split("."))


def _whole_units(dossier: Dossier, headings: dict[str, str]) -> list[Decimal]:
    """Whole dollars: headings and years by largest remainder, then the lines within each; the reserve by itself."""
    budget = dossier.budget
    order = [one.heading for one in budget.on_form("SF-424A")]
    cells: dict[tuple[str, int], list[int]] = {(heading, year): [] for heading in order for year in budget.years}
    apart: list[int] = []
    for place, line in enumerate(budget.lines):
        (apart if line.cost_line == RESERVE else cells[headings[line.cost_line], line.year]).append(place)
    found = [Decimal(0)] * len(budget.lines)
    sums = [float(sum((budget.lines[place].amount for place in places), Decimal(0))) for places in cells.values()]
    spent = sum((line.amount for line in budget.lines if line.cost_line != RESERVE), Decimal(0))
    whole = rounded_to_sum(sums, WHOLE, spent.quantize(WHOLE, ROUND_HALF_UP))
    rest = budget.total.quantize(WHOLE, ROUND_HALF_UP) - sum(whole, Decimal(0))
    for places, total in [*zip(cells.values(), whole, strict=True), (apart, rest)]:
        if places:
            parts = rounded_to_sum([float(budget.lines[place].amount) for place in places], WHOLE, total)
            for place, part in zip(places, parts, strict=True):
                found[place] = part
    return found


def _own_income(dossier: Dossier, in_usd: bool, step: Decimal) -> list[Entry]:
    """The programme's own levy by year and quarter, which donors are not asked for."""
    by_quarter = _by_quarter(
        dossier,
        [(row.period, float(row.amount_usd)) for row in dossier.plan.accounts.flows if row.channel == "programme_levy"],
    )
    currency = dossier.terms.currency
    levy, whole = dossier.budget.levy, dossier.budget.total
    # What is left for donors is rounded, as on all other files, and the levy is the rest.
    total = levy if in_usd else one_in_currency(whole, currency) - one_in_currency(whole - levy, currency)
    total = total.quantize(step, ROUND_HALF_UP)
    rate = 1.0 if in_usd else currency.per_usd
    parts = rounded_to_sum([amount * rate for amount in by_quarter.values()], step, total) if by_quarter else []
    return [
        Entry({"measure": LEVY, "year": str(year), "quarter": str(quarter)}, "Levy paid by employers", "", "", 0.0, part)
        for (year, quarter), part in zip(by_quarter, parts, strict=True)
    ]


def _cash(dossier: Dossier, year_one: Decimal) -> list[Entry]:
    """The cost of the first year on its quarters, as the plan spends it, by running sums."""
    rows = [(row.period, row.amount_usd) for row in dossier.plan.accounts.budget if row.cost_line != RESERVE]
    spent = [amount for (year, _), amount in _by_quarter(dossier, rows, late=False).items() if year == 1]
    whole = math.fsum(spent)
    shares = [amount / whole if whole else 1.0 / len(spent) for amount in spent]
    # To six decimals, as the budget workbook shows them.
    planned = rounded_to_sum(shares, WHOLE.scaleb(-6), WHOLE)
    found, before = [], Decimal(0)
    for place in range(len(planned)):
        upto = (sum(planned[: place + 1], Decimal(0)) * year_one).quantize(WHOLE, ROUND_HALF_UP)
        keys: dict[Dimension, str] = {"measure": CASH, "year": "1", "quarter": str(place + 1)}
        found.append(Entry(keys, "Cost of the first year", "", "", 0.0, upto - before))
        before = upto
    return found


def _asked_in_first_year(one: Entry) -> bool:
    return one.keys["measure"] == COST and one.keys["year"] == "1" and one.keys["line"] != RESERVE


def _by_quarter(dossier: Dossier, rows: Sequence[tuple[int, float]], late: bool = True) -> dict[tuple[int, int], float]:
    """Amounts of periods by year of the programme and quarter of it, a period evenly on its months. What is settled after
    the last period stands in its last quarter where ``late``, else nowhere."""
    periods = {period.number: period for period in dossier.plan.case.periods}
    last = max(periods)
    found = {
        ((month - 1) // _MONTHS + 1, (month - 1) % _MONTHS // (_MONTHS // _QUARTERS) + 1): 0.0
        for period in periods.values()
        for month in range(period.first_month, period.last_month + 1)
    }
    for number, amount in rows:
        if number not in periods and not late:
            continue
        period = periods.get(number) or periods[last if number > last else min(periods)]
        for month in range(period.first_month, period.last_month + 1):
            key = ((month - 1) // _MONTHS + 1, (month - 1) % _MONTHS // (_MONTHS // _QUARTERS) + 1)
            found[key] += amount / period.months
    return found
