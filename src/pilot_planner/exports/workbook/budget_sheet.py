"""The budget: every line by host and year as quantity x unit cost, subtotals, and percentage lines on their true bases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from pilot_planner.exports.budget import BudgetLine
from pilot_planner.exports.workbook.cell_formats import FINE_SHARE, MONEY, PLAIN, PRICE, TEXT
from pilot_planner.exports.workbook.formula_cells import Cell, Live, number, rounded, sum_where, total
from pilot_planner.exports.workbook.page import Page, money
from pilot_planner.exports.workbook.workbook_context import BUDGET, Work
from pilot_planner.programme.costs import DIRECT, PROJECT

_HEADS = (
    "Budget line", "Host", "Year", "Cat.", "Unit", "Quantity", "Unit cost, USD", "Cents", "Amount, USD", "Grade", "Source",
    "Line",
)  # fmt: skip
_WIDTHS = (40, 6, 5.5, 5, 18, 13, 12.5, 6.5, 14, 7, 24)
_LINE_WIDTH = 27
_WHAT, _HOST, _YEAR, _CATEGORY, _UNIT, _QUANTITY, _PRICE, _CENTS, _AMOUNT, _GRADE, _SOURCE, _LINE = range(len(_HEADS))

SHARE_OF = {
    "escrow_flow": "USD through escrow",
    "income_tax": "USD of income tax",
    "in_kind_value": "USD of room for goods",
    "family_value": "USD of room for parcels",
    DIRECT: "USD of direct cost",
    PROJECT: "USD of project cost",
}
"""What a share is a share of, by driver."""


@dataclass(frozen=True, slots=True)
class LineCells:
    """One line as it stands on the sheet."""

    line: BudgetLine
    host: Cell
    year: Cell
    category: Cell
    quantity: Cell
    price: Cell
    amount: Cell
    line_id: Cell


@dataclass
class BudgetCells:
    """The budget as other sheets refer to it. ``rows`` in the order of the sheet, which is one block of columns."""

    rows: list[LineCells] = field(default_factory=list)
    subtotals: dict[tuple[str, str], Cell] = field(default_factory=dict)
    host_totals: dict[str, Cell] = field(default_factory=dict)
    total: Cell = field(default_factory=lambda: Cell("", 0.0))

    @property
    def amounts(self) -> list[Cell]:
        return [row.amount for row in self.rows]

    @property
    def quantities(self) -> list[Cell]:
        return [row.quantity for row in self.rows]

    @property
    def hosts(self) -> list[Cell]:
        return [row.host for row in self.rows]

    @property
    def years(self) -> list[Cell]:
        return [row.year for row in self.rows]

    @property
    def categories(self) -> list[Cell]:
        return [row.category for row in self.rows]

    @property
    def line_ids(self) -> list[Cell]:
        return [row.line_id for row in self.rows]

    def sum_of(self, *cost_lines: str) -> Live:
        """All amounts of some lines."""
        return total(row.amount for row in self.rows if row.line.cost_line in cost_lines)


def write_budget(work: Work) -> BudgetCells:
    """Fill the sheet."""
    budget = work.dossier.budget
    page = work.page(
        BUDGET,
        f"The programme costs {budget.total:,.2f} USD: every line by host and year",
        f"{work.prices}. Amount = quantity x unit cost, rounded, plus the cents that make all lines add up to the "
        "plan's total "
        "(largest remainders). Yellow cells may be changed: every total in this workbook follows, contingency, "
        "evaluation and "
        "indirect cost included, but not the people and the wages: for that, make a new plan. Host PRG is the whole "
        "programme. Cat. is the UNSDG category. Grades: A read first-hand, B secondary or derived, C to be replaced.",
        _WIDTHS,
    )
    head = page.heads(_HEADS, _QUANTITY, _AMOUNT, (_HOST, _YEAR, _CATEGORY, _GRADE))
    # What the forms look lines up by; of no use on paper.
    page.sheet.set_column(_LINE, _LINE, _LINE_WIDTH)
    page.keep(head)
    cells = BudgetCells()
    in_base = {line.line_id: line.in_indirect_base for line in work.dossier.plan.case.cost_lines}
    order = [*work.chosen, *(host for host in budget.hosts if host not in work.chosen)]
    for host in order:
        lines = [line for line in budget.lines if line.iso3 == host]
        if lines:
            _host(page, work, cells, host, lines, in_base)
    page.not_negative(head + 1, _QUANTITY, _PRICE)
    page.next()
    page.fill("grand")
    page.put(_WHAT, "Total operating cost", TEXT, "grand")
    cells.total = page.put(_AMOUNT, total(cells.host_totals.values()), MONEY, "grand")
    page.next()
    page.close()
    work.name("total_cost", cells.total)
    return cells


def _host(page: Page, work: Work, cells: BudgetCells, host: str, lines: list[BudgetLine], in_base: dict[str, bool]) -> None:
    budget = work.dossier.budget
    page.section(budget.hosts[host])
    places = {category: place for place, category in enumerate(budget.categories)}
    # Within a category percentage lines come last, so that the lines below them in their bases are whole blocks.
    ordered = sorted(lines, key=lambda line: (places[line.category], line.driver in (DIRECT, PROJECT)))
    shares: list[tuple[BudgetLine, int]] = []
    written: dict[int, LineCells] = {}
    for category, name in budget.categories.items():
        of_one = [line for line in ordered if line.category == category]
        if not of_one:
            continue
        first = page.row
        for line in of_one:
            if line.driver in (DIRECT, PROJECT):
                shares.append((line, page.row))
            else:
                written[page.row] = _line(page, line, _source(work, line), number(line.quantity), "input")
            page.next()
        rows = range(first, page.row)
        page.fill("total")
        page.put(_WHAT, f"Subtotal {category} {name}", TEXT, "total")
        cells.subtotals[host, category] = _later(page, rows, of_one)
        page.next()
    # Of project cost after those of direct cost, whose sums it holds.
    for driver in (DIRECT, PROJECT):
        for line, row in shares:
            if line.driver == driver:
                bases = [
                    one
                    for one in written.values()
                    if one.line.driver not in (DIRECT, PROJECT)
                    or (driver == PROJECT and one.line.driver == DIRECT and in_base[one.line.cost_line])
                ]
                written[row] = _line(page, line, _source(work, line), _base(bases, line.year), "grey", row)
    cells.rows += [written[row] for row in sorted(written)]
    page.fill("grand")
    page.put(_WHAT, f"Total {budget.hosts[host]}", TEXT, "grand")
    subtotals = [cells.subtotals[host, category] for category in budget.categories if (host, category) in cells.subtotals]
    cells.host_totals[host] = page.put(_AMOUNT, total(subtotals), MONEY, "grand")
    page.next()


def _later(page: Page, rows: range, lines: Iterable[BudgetLine]) -> Cell:
    """A subtotal over rows that may not be written yet: their values are known."""
    amounts = [
        Cell(f"'{BUDGET}'!I{row + 1}", float(line.amount), True, BUDGET, row, _AMOUNT)
        for row, line in zip(rows, lines, strict=True)
    ]
    return page.put(_AMOUNT, total(amounts), MONEY, "total")


def _base(bases: list[LineCells], year: int) -> Live:
    """The sum of the lines of one year that a percentage is of: blocks without the percentages between them."""
    runs: list[list[LineCells]] = []
    for one in sorted(bases, key=lambda each: each.amount.row):
        if runs and _joins(runs[-1][-1], one, bases):
            runs[-1].append(one)
        else:
            runs.append([one])
    found: Live | None = None
    for run in runs:
        key = next((one.year for one in run if one.line.year == year), None)
        if key is None:
            continue
        literal = Cell(str(year), float(year), True)
        part = sum_where([one.amount for one in run], ([one.year for one in run], literal))
        found = part if found is None else found + part
    return found or number(0)


def _joins(last: LineCells, one: LineCells, bases: list[LineCells]) -> bool:
    """Whether one range may hold both: what lies between them is a subtotal, which has no year."""
    gap = one.amount.row - last.amount.row
    return gap == 1 or (gap == _WITH_SUBTOTAL and last.line.category != one.line.category)


_WITH_SUBTOTAL = 2


def _source(work: Work, line: BudgetLine) -> str:
    """Where the unit cost comes from, as the sheet Sources names it; the rest stands in the justification."""
    first, *others = work.origins(line)
    return f"{first}, {len(others)} more" if others else first


def _line(page: Page, line: BudgetLine, source: str, quantity: Live, style: str, row: int | None = None) -> LineCells:
    at = page.row if row is None else row
    before, page.row = page.row, at
    is_share = line.unit == "share"
    unit = SHARE_OF.get(line.driver, f"share of {line.driver.replace('_', ' ')}") if is_share else line.unit
    page.put(_WHAT, line.what, TEXT, "row", "wrap")
    page.tall([(line.what, _WHAT), (unit, _UNIT), (source + "  ", _SOURCE)])
    host = page.put(_HOST, line.iso3, TEXT, "row", "centre")
    year = page.put(_YEAR, line.year, PLAIN, "row", "centre")
    category = page.put(_CATEGORY, line.category, TEXT, "row", "centre")
    page.put(_UNIT, unit, TEXT, "row", "wrap")
    plain = quantity.number if style == "input" else quantity
    quantity_cell = page.put(_QUANTITY, plain, MONEY, "row", style)
    price = page.put(_PRICE, line.unit_cost, FINE_SHARE if is_share else PRICE, "row", "input")
    product = rounded(quantity_cell * price)
    cents = line.amount - Decimal(str(product.number)).quantize(Decimal("0.01"))
    cents_cell = page.put(_CENTS, cents, "0.00;-0.00;", "row", "grey")
    amount = money(page, _AMOUNT, product + cents_cell)
    # The amount is known to the cent; the sum of two floating-point numbers is not.
    amount = Cell(amount.formula, float(line.amount), True, amount.sheet, amount.row, amount.column)
    page.put(_GRADE, line.grade, TEXT, "row", "centre", *(("weak",) if line.grade == "C" else ()))
    page.put(_SOURCE, source, TEXT, "row", "grey", "wrap", "indent")
    line_id = page.put(_LINE, line.cost_line, TEXT, "row", "grey")
    page.row = before
    return LineCells(line, host, year, category, quantity_cell, price, amount, line_id)
