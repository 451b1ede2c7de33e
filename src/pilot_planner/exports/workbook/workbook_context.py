"""What the sheets of one workbook share: the dossier, the pages, and the checks that each of them adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pilot_planner.case.calendar import Period, periods
from pilot_planner.exports.budget import BudgetLine
from pilot_planner.exports.codelists import minor_unit
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.workbook.cell_formats import Looks
from pilot_planner.exports.workbook.formula_cells import Cell, Live, number
from pilot_planner.exports.workbook.page import Page
from pilot_planner.text.names import host_names, sector_names

SUMMARY, BUDGET, SUMS, UNSDG, EU, EU_WHY, US, UK = (
    "Summary", "Budget", "Totals", "UNSDG", "EU Annex III", "EU justification", "SF-424A", "FCDO",
)  # fmt: skip
FLOWS, ESCROW, WORKFORCE, OVERSIGHT, LOGFRAME, FRONT, INPUTS, SOURCES, CHECKS = (
    "Flow of funds", "Escrow", "Workforce", "Oversight", "Logframe", "Trade-offs", "Inputs used", "Sources", "Checks",
)  # fmt: skip
SHEETS = (
    SUMMARY, BUDGET, SUMS, UNSDG, EU, EU_WHY, US, UK, FLOWS, ESCROW, WORKFORCE, OVERSIGHT, LOGFRAME, FRONT, INPUTS, SOURCES,
    CHECKS,
)  # fmt: skip

Kind = Literal["sheets", "plan", "rule"]
"""Two sheets agree; a sheet is still what the plan says; a rule of the donor is kept."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the last sheet. ``room`` is by how much a rule may be missed by rounding; ``share``: shown as per cent."""

    what: str
    left: Live
    right: Live
    kind: Kind
    share: bool = False
    room: float = 0.0


@dataclass
class Work:
    """The workbook while it is made. ``sheets`` are there from the start, in their order; pages fill them in any."""

    dossier: Dossier
    book: Any
    looks: Looks
    sheets: dict[str, Any]
    checks: list[Check] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    named: dict[str, Cell] = field(default_factory=dict)

    def page(self, name: str, title: str, note: str, widths: Sequence[float], landscape: bool = True) -> Page:
        """The page of a sheet with its title in place."""
        footer = f"Plan {self.dossier.plan.plan_id}" + (" – DRAFT, not for publication" if self.is_draft else "")
        page = Page(self.sheets[name], self.looks, widths, landscape, footer)
        self.titles[name] = title
        page.title(title, note)
        return page

    def name(self, name: str, one: Cell) -> Cell:
        """A defined name for a key figure, so that other workbooks and readers find it."""
        letters = one.formula.split("!")[1].rstrip("0123456789")
        self.book.define_name(name, f"='{one.sheet}'!${letters}${one.row + 1}")
        self.named[name] = one
        return one

    def agree(self, what: str, left: Live, right: Live) -> None:
        """Two sheets say the same."""
        self.checks.append(Check(what, left, right, "sheets"))

    def as_planned(self, what: str, left: Live, planned: float) -> None:
        """A sheet says what the plan does, as long as nobody changes anything."""
        self.checks.append(Check(what, left, number(planned), "plan"))

    def kept(self, what: str, left: Live, most: Live, share: bool = False, room: float = 0.0) -> None:
        """A rule: not above a ceiling."""
        self.checks.append(Check(what, left, most, "rule", share, room))

    def origins(self, line: BudgetLine) -> list[str]:
        """Sources of what a line's unit cost was derived from: of the host's own price where it has one."""
        inputs = self.dossier.plan.inputs
        row = next(row for row in inputs.rows("estimates/cost_lines.csv") if row.text("cost_line") == line.cost_line)
        own = ("hosts", line.iso3, row.text("host_indicator"))
        address = own if inputs.number(*own) is not None else ("cost_lines", line.cost_line)
        behind = [inputs.estimates[part] for part in inputs.operands(address)]
        return list(dict.fromkeys(one.source_id for one in behind if not one.formula)) or [line.source_id]

    @property
    def digits(self) -> int:
        """Decimal places of the currency of the donor's forms."""
        return minor_unit(self.dossier.terms.currency.code)

    @property
    def is_draft(self) -> bool:
        return self.dossier.terms.has_examples

    @property
    def prices(self) -> str:
        """Unit and price year of money."""
        return f"US dollars, prices of {self.dossier.plan.design.programme.price_year}"

    @cached_property
    def hosts(self) -> dict[str, str]:
        return host_names(self.dossier.plan.inputs)

    @cached_property
    def sectors(self) -> dict[str, str]:
        return sector_names(self.dossier.plan.inputs)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        return periods(self.dossier.plan.design.programme)

    @cached_property
    def year_of(self) -> dict[int, int]:
        """Year of the programme of each period."""
        return {period.number: period.year for period in self.periods}

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        """Hosts of the plan, by ISO3 code."""
        return tuple(host.iso3 for host in self.dossier.plan.hosts)
