"""What was budgeted, spent and is forecast under each heading of a form, USD to the cent.

Spent is the sum of what was booked: every total is the sum of its headings, and that of the actuals. The budget is the one
that donors were given with the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pilot_planner.data.actuals import number
from pilot_planner.exports.after_signature.forms import Form, report_forms
from pilot_planner.exports.budget import ELSE, Budget
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.studies.after_signature.standing import Standing
from pilot_planner.studies.after_signature.template import template_rows
from pilot_planner.studies.planning.accounts import cents

UNSDG = "UNSDG"
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """One heading of a form, USD.

    Attributes:
        budget: of the whole programme. ``planned``: of the last period that is over; ``next``: forecast of the period after.
        before, period: spent before the last period that is over, and in it; ``spent`` is both.
        forecast: of the whole programme, if nothing is decided anew.
        flag: why it is beyond the donor's tolerance; empty where it is not.
    """

    heading: str
    name: str
    budget: Decimal
    planned: Decimal
    before: Decimal
    period: Decimal
    next: Decimal
    forecast: Decimal
    flag: str = ""

    @property
    def spent(self) -> Decimal:
        return self.before + self.period

    @property
    def left(self) -> Decimal:
        """Of the budget."""
        return self.budget - self.spent


@dataclass(frozen=True)
class Book:
    """A plan as donors have it, and where it stands."""

    dossier: Dossier
    standing: Standing

    @property
    def budget(self) -> Budget:
        return self.dossier.budget

    @cached_property
    def booked(self) -> dict[tuple[str, str, int], Decimal]:
        """USD by cost line, host and period that is over."""
        actuals = self.standing.actuals
        found: dict[tuple[str, str, int], Decimal] = {}
        for row in actuals.current("costs"):
            code, period = row.text("code"), int(number(row, "period"))
            if period <= self.standing.over:
                key = (actuals.line_of.get(code, code), row.text("iso3"), period)
                found[key] = found.get(key, _ZERO) + cents(number(row, "amount"))
        return found

    @cached_property
    def planned(self) -> dict[tuple[str, str, int], Decimal]:
        """USD of the plan, by cost line, host and period."""
        rows = template_rows(self.standing.plan, self.standing.last)["costs"]
        return {(row["code"], row["iso3"], row["period"]): cents(row["amount"]) for row in rows}

    @cached_property
    def _coming(self) -> dict[str, Decimal]:
        """By how much the forecast of a cost line differs from the plan."""
        found: dict[str, Decimal] = {}
        for line in self.standing.lines:
            if line.subject == "cost":
                found[line.item] = found.get(line.item, _ZERO) + Decimal(line.forecast) - Decimal(line.plan)
        return found

    def heading_of(self, cost_line: str, form: str) -> str:
        """The heading of a form under which a cost line stands."""
        if form == UNSDG:
            return self._categories[cost_line]
        found = self.budget.crosswalk.get((cost_line, form))
        return ELSE[form] if found is None else found

    @cached_property
    def _categories(self) -> dict[str, str]:
        """UNSDG category of every cost line."""
        rows = self.standing.plan.inputs.rows("estimates/cost_lines.csv")
        return {row.text("cost_line"): row.text("unsdg_category") for row in rows}

    def rows(self, name: str) -> tuple[HeadingRow, ...]:
        """Every heading of a form, those with nothing as well, each held against the donor's tolerance."""
        form = report_forms()[name]
        budgets = self._budgets(form.headings)
        over = self.standing.over
        sums: dict[str, dict[str, Decimal]] = {heading: {} for heading in budgets}

        def add(cost_line: str, what: str, usd: Decimal) -> None:
            of = sums[self.heading_of(cost_line, form.headings)]
            of[what] = of.get(what, _ZERO) + usd

        for (line, _, t), usd in self.booked.items():
            add(line, "period" if t == over else "before", usd)
        for (line, _, t), usd in self.planned.items():
            if t in (over, over + 1):
                add(line, "planned" if t == over else "next", usd)
        for line, usd in self._coming.items():
            add(line, "coming", usd)
        rows = tuple(
            HeadingRow(
                heading=heading,
                name=title,
                budget=budget,
                planned=sums[heading].get("planned", _ZERO),
                before=sums[heading].get("before", _ZERO),
                period=sums[heading].get("period", _ZERO),
                next=sums[heading].get("next", _ZERO),
                forecast=budget + sums[heading].get("coming", _ZERO),
            )
            for heading, (title, budget) in budgets.items()
        )
        return flagged(rows, form)

    def _budgets(self, form: str) -> dict[str, tuple[str, Decimal]]:
        if form == UNSDG:
            return {code: (name, self.budget.by_category[code]) for code, name in self.budget.categories.items()}
        return {one.heading: (one.name, one.amount) for one in self.budget.on_form(form)}


def flagged(rows: tuple[HeadingRow, ...], form: Form) -> tuple[HeadingRow, ...]:
    """Rows with what is beyond the tolerance of a form, told with its rule.

    A tolerance of the heading is of its main heading (``1`` of ``1.1``): what is spent, and what is forecast, beyond the
    budget. One of what moves sums what all headings go beyond their budgets.
    """
    rule = form.tolerance
    found = []
    most = Decimal(str(rule.share))
    if rule.of == "heading":
        mains: dict[str, list[HeadingRow]] = {}
        for row in rows:
            mains.setdefault(row.heading.split(".")[0], []).append(row)
        beyond = {main: _words(some, most) for main, some in mains.items()}
        found = [beyond[row.heading.split(".")[0]] if row.forecast > row.budget else "" for row in rows]
    else:
        whole = sum((row.budget for row in rows), _ZERO)
        moved = sum((max(_ZERO, row.forecast - row.budget) for row in rows), _ZERO)
        words = f"by the forecast {moved:,.2f} USD move into headings, {_share(moved, whole)} of the whole budget"
        found = [words if moved > most * whole and row.forecast > row.budget else "" for row in rows]
    return tuple(
        HeadingRow(**{name: getattr(row, name) for name in HeadingRow.__slots__} | {"flag": _told(words, form)})
        for row, words in zip(rows, found, strict=True)
    )


def _words(some: list[HeadingRow], most: Decimal) -> str:
    budget, spent, forecast = (sum((getattr(row, name) for row in some), _ZERO) for name in ("budget", "spent", "forecast"))
    for what, usd in (("is spent", spent), ("is forecast", forecast)):
        if usd > budget * (1 + most):
            beyond = _share(usd - budget, budget) if budget else "with no budget"
            return f"{usd:,.2f} USD {what} against {budget:,.2f}, {beyond} beyond"
    return ""


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{float(part / whole):.1%}" if whole else "all"


def _told(words: str, form: Form) -> str:
    rule = form.tolerance
    return f"{words}. {rule.rule} ({rule.source}; grade {rule.grade})" if words else ""


@dataclass(frozen=True, slots=True)
class FederalLine:
    """A line of SF-425: its letter, its words, USD cumulative."""

    line: str
    text: str
    usd: Decimal | None


def federal_lines(book: Book) -> tuple[FederalLine, ...]:
    """Lines 10 a to o and 11 of SF-425, cumulative, the levy of employers as program income that is deducted first."""
    funds = book.standing.funds
    income, spent = funds.levies, funds.spent
    used = min(income, spent)
    federal = spent - used
    authorised = book.budget.ask(book.dossier.terms.rules).contribution
    indirect = [row for row in book.rows("sf_425") if row.heading == "j"]
    charged = sum((row.spent for row in indirect), _ZERO)
    lines: Mapping[str, tuple[str, Decimal | None]] = {
        "10a": ("Cash receipts", funds.received),
        "10b": ("Cash disbursements", federal),
        "10c": ("Cash on hand (line a minus b)", funds.received - federal),
        "10d": ("Total federal funds authorized", authorised),
        "10e": ("Federal share of expenditures", federal),
        "10f": ("Federal share of unliquidated obligations", funds.committed),
        "10g": ("Total federal share (sum of lines e and f)", federal + funds.committed),
        "10h": ("Unobligated balance of federal funds (line d minus g)", authorised - federal - funds.committed),
        "10i": ("Total recipient share required", _ZERO),
        "10j": ("Recipient share of expenditures", _ZERO),
        "10k": ("Remaining recipient share to be provided (line i minus j)", _ZERO),
        "10l": ("Total federal program income earned: levy of employers", income),
        "10m": ("Program income expended in accordance with the deduction alternative", used),
        "10n": ("Program income expended in accordance with the addition alternative", _ZERO),
        "10o": ("Unexpended program income (line l minus line m or line n)", income - used),
        "11d": ("Indirect expense: base (direct cost to date, with what is not admitted as a class)", spent - charged),
        "11e": ("Indirect expense: amount charged", charged),
    }
    return tuple(FederalLine(line, text, usd) for line, (text, usd) in lines.items())
