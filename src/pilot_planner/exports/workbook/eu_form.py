"""The EU's Annex III: rows 1 to 11, all years and year 1 side by side, in the currency of the terms; and why each line."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.exports.budget import BudgetLine, Heading
from pilot_planner.exports.workbook.budget_sheet import SHARE_OF, BudgetCells
from pilot_planner.exports.workbook.cell_formats import DAY, FINE_SHARE, MONEY, PLAIN, RATE, TEXT, money_format
from pilot_planner.exports.workbook.formula_cells import Cell, Live, number, rounded, shared_out, sum_where, total
from pilot_planner.exports.workbook.page import Page, brief
from pilot_planner.exports.workbook.un_form import Ask
from pilot_planner.exports.workbook.workbook_context import EU, EU_WHY, Work

FORM = "EU"
_INDIRECT, _RESERVE = "8", "10"
_COST, _UNIT, _ALL, _FIRST, _WORKING = 0, 1, 2, 5, 9
_WIDTHS = (42, 18, 13, 12.5, 15, 13, 12.5, 15, 2, 24, 15, 15)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the form that holds money: where it stands, and its amounts in USD beside the form."""

    row: int
    is_share: bool
    usd: tuple[Cell, Cell]
    units: tuple[Cell, Cell]


def write_rate(work: Work, page: Page, column: int) -> Cell:
    """The rate of exchange as a cell that may be changed, with its date and source."""
    currency = work.dossier.terms.currency
    page.put(0, f"{currency.code} for 1 USD", TEXT, "bold")
    rate = page.put(column, currency.per_usd, RATE, "input", "bold")
    page.not_negative(page.row, column, column)
    page.put(column + 1, currency.date, DAY, "right")
    page.put(column + 2, brief(f"{currency.source} (grade {currency.grade})", 80), TEXT, "grey")
    page.next(2)
    return rate


def write_eu_form(work: Work, cells: BudgetCells, ask: Ask) -> Cell:
    """Fill the form; returns the cell of the rate of exchange."""
    budget, terms = work.dossier.budget, work.dossier.terms
    code = terms.currency.code
    page = work.page(
        EU,
        f"EU Annex III: budget of the action in {code}, all years and year 1",
        f"{code} at the rate below; {work.prices}. Rows are numbered as the form has them. Each amount is the sum "
        "of its lines "
        "on the sheet Budget times the rate; cents are shared out so that row 11 is the whole budget at that rate. "
        "Unit values "
        "are means over hosts and years.",
        _WIDTHS[: _WORKING - 1],
    )
    for column, width in enumerate(_WIDTHS[_WORKING - 1 :], start=_WORKING - 1):
        page.sheet.set_column(column, column, width, page.looks.of())
    rate = write_rate(work, page, _ALL)
    work.name("exchange_rate", rate)
    page.fill("bold")
    page.put(_ALL + 2, "All years", TEXT, "bold", "right")
    page.put(_FIRST + 2, "Year 1", TEXT, "bold", "right")
    page.put(_WORKING, "Working: USD", TEXT, "grey")
    page.next()
    names = ["Costs", "Unit", *(["Number of units", f"Unit value, {code}", f"Total, {code}"] * 2)]
    page.texts(["Budget line", "All years", "Year 1"], "head", "grey", first=_WORKING)
    head = page.heads(names, _ALL)
    page.keep(head)
    year_one = Cell("1", 1.0, True)
    form = _Form(work, page, cells, rate, year_one)
    headings = list(budget.on_form(FORM))
    parents = [one for one in headings if "." not in one.heading and one.heading not in (_INDIRECT, _RESERVE)]
    subtotals = []
    for parent in parents:
        leaves = [one for one in headings if one.heading.startswith(f"{parent.heading}.")]
        subtotals.append(form.block(parent, leaves))
    direct = form.sum_row("7. Subtotal direct eligible costs (1 to 6)", subtotals)
    indirect = form.money_row(f"8. {_name(headings, _INDIRECT)}", _INDIRECT)
    without = form.sum_row("9. Total eligible costs without reserve (7 + 8)", [direct, indirect])
    reserve = form.money_row(f"10. {_name(headings, _RESERVE)}", _RESERVE)
    whole = form.sum_row("11. Total eligible costs (9 + 10)", [without, reserve], "grand")
    form.write_money()
    page.next()
    for what, row, most in (
        ("Row 8 as a share of row 7", indirect, terms.rules.indirect_max),
        ("Row 10 as a share of row 7", reserve, terms.rules.contingency_max),
    ):
        page.put(_COST, what, TEXT, "row")
        page.put(_UNIT, "at most", TEXT, "row", "grey", "right")
        ceiling = page.put(_ALL, most, FINE_SHARE, "row")
        reached = page.put(_ALL + 2, form.amount(row).over(form.amount(direct)), FINE_SHARE, "row", "bold")
        page.next()
        work.kept(f"EU: {what[0].lower()}{what[1:]}", reached, ceiling, share=True, room=1e-6)
    _funding(work, page, form.amount(whole), rate, ask)
    page.close()
    exact = float(budget.total) * terms.currency.per_usd
    work.agree("EU row 11 = budget at the rate", form.amount(whole), rounded(cells.total * rate, work.digits))
    work.agree("EU row 7 = direct cost at the rate", form.amount(direct), rounded(ask.direct * rate, work.digits))
    work.as_planned(f"EU row 11, {code}", form.amount(whole), rounded(number(exact), work.digits).number)
    return rate


def _name(headings: list[Heading], heading: str) -> str:
    return next((one.name for one in headings if one.heading == heading), "")


class _Form:
    """Rows of the form. Money is written at the end, when every line is known: cents are shared out over all of them."""

    def __init__(self, work: Work, page: Page, cells: BudgetCells, rate: Cell, year_one: Cell) -> None:
        self.work, self.page, self.cells, self.rate, self.year_one = work, page, cells, rate, year_one
        self.rows: list[_Row] = []
        self.sums: list[tuple[int, list[int], str]] = []
        self.values: dict[tuple[int, int], float] = {}

    def block(self, parent: Heading, leaves: list[Heading]) -> int:
        page = self.page
        page.fill("bold", last=_FIRST + 2)
        page.put(_COST, f"{parent.heading}. {parent.name}", TEXT, "accent")
        page.sheet.set_row(page.row, 18)
        page.next()
        rows = [row for leaf in leaves for row in self.leaf(leaf)]
        return self.sum_row(f"Subtotal {parent.heading}. {parent.name}", rows)

    def leaf(self, heading: Heading) -> list[int]:
        page = self.page
        page.put(_COST, f"{heading.heading} {heading.name}", TEXT, "bold", "indent", "wrap")
        page.tall([(f"{heading.heading} {heading.name}", _COST)])
        page.next()
        return [self.line(line) for line in self.lines_under(heading.heading)]

    def lines_under(self, heading: str) -> list[BudgetLine]:
        budget = self.work.dossier.budget
        found = {line.cost_line: line for line in budget.lines if budget.crosswalk[line.cost_line, FORM] == heading}
        return list(found.values())

    def line(self, line: BudgetLine, text: str = "") -> int:
        page, cells = self.page, self.cells
        is_share = line.unit == "share"
        unit = SHARE_OF.get(line.driver, "share") if is_share else line.unit
        page.put(_COST, text or line.what, TEXT, "row", "wrap", *(() if text else ("indent",)))
        unit = unit.replace("USD", self.work.dossier.terms.currency.code)
        page.put(_UNIT, unit, TEXT, "row", "wrap", "grey")
        page.tall([((text or line.what) + "   ", _COST), (unit, _UNIT)])
        key = page.put(_WORKING, line.cost_line, TEXT, "grey")
        where = (cells.line_ids, key)
        first = (cells.years, self.year_one)
        usd = (
            page.put(_WORKING + 1, sum_where(cells.amounts, where), MONEY, "grey"),
            page.put(_WORKING + 2, sum_where(cells.amounts, where, first), MONEY, "grey"),
        )
        counted = [sum_where(cells.quantities, where), sum_where(cells.quantities, where, first)]
        if is_share:
            counted = [one * self.rate for one in counted]
        units = (
            page.put(_ALL, counted[0], MONEY, "row"),
            page.put(_FIRST, counted[1], MONEY, "row"),
        )
        self.rows.append(_Row(page.row, is_share, usd, units))
        page.next()
        return page.row - 1

    def money_row(self, text: str, heading: str) -> int:
        """A row of the form that is one line of the budget; a row of nought where the plan has none."""
        lines = self.lines_under(heading)
        if len(lines) == 1:
            return self.line(lines[0], text)
        return self.sum_row(text, [self.line(line) for line in lines])

    def sum_row(self, text: str, rows: list[int], style: str = "total") -> int:
        self.page.fill(style, last=_FIRST + 2)
        self.page.put(_COST, text, TEXT, style, "wrap")
        self.page.tall([(text, _COST)])
        self.sums.append((self.page.row, rows, style))
        self.page.next()
        return self.page.row - 1

    def write_money(self) -> None:
        page = self.page
        for side, column in enumerate((_ALL + 2, _FIRST + 2)):
            (shares,) = shared_out([[one.usd[side] for one in self.rows]], self.rate, self.work.digits)
            for one, share in zip(self.rows, shares, strict=True):
                amount = page.put(column, share, money_format(self.work.digits), "row", row=one.row)
                self.values[one.row, column] = amount.number
                value = amount.over(one.units[side])
                page.put(column - 1, value, FINE_SHARE if one.is_share else MONEY, "row", row=one.row)
            for row, parts, style in self.sums:
                summed = total([self.at(part, column) for part in parts])
                self.values[row, column] = round(summed.number, self.work.digits)
                page.put(
                    column,
                    Live(summed.formula, self.values[row, column], True),
                    money_format(self.work.digits),
                    style,
                    row=row,
                )

    def at(self, row: int, column: int) -> Cell:
        return Cell(f"'{EU}'!{self.page.column_of(column)}{row + 1}", self.values[row, column], True, EU, row, column)

    def amount(self, row: int) -> Cell:
        """All years."""
        return self.at(row, _ALL + 2)


def _funding(work: Work, page: Page, whole: Cell, rate: Cell, ask: Ask) -> None:
    page.section("Expected sources of funding")
    code = work.dossier.terms.currency.code

    def source(text: str, amount: Live, style: str) -> Cell:
        page.fill(style, last=_ALL + 2)
        page.put(_COST, text, TEXT, style, "wrap")
        page.tall([(text, _COST)])
        found = page.put(_ALL + 2, amount, money_format(work.digits), style)
        page.next()
        return found

    donors = source(f"Needed from donors, {code}", rounded(ask.net * rate, work.digits), "row")
    own = source("Programme levy, paid by employers on top of wages", whole - donors, "row")
    funded = source(f"Total funding, {code}", donors + own, "total")
    work.agree("EU: sources of funding = row 11", funded, whole)


_WHY_WIDTHS = (26, 40, 24, 11, 11, 11, 7, 34)


def write_eu_reasons(work: Work, cells: BudgetCells) -> None:
    """How each line was calculated, from what, and how far it can be trusted."""
    inputs = work.dossier.plan.inputs
    page = work.page(
        EU_WHY,
        "EU justification: how each line of the budget was calculated, and from which source",
        f"{work.prices}. Low and high are the range of the unit cost as the source has it, before prices were "
        "brought to the "
        "price year; unit cost is the mean that the budget uses now. Grade C is to be replaced before a contract is signed.",
        _WHY_WIDTHS,
    )
    names = (
        "Budget line",
        "What it is and how it was estimated",
        "How the amount is made",
        "Low",
        "Unit cost",
        "High",
        "Grade",
    )
    head = page.heads([*names, "Source"], 3, 5, (6,))
    page.keep(head)
    notes = {row.text("cost_line"): row for row in inputs.rows("estimates/cost_lines.csv")}
    titles = {row.text("source_id"): row.text("title") for row in inputs.rows("lists/sources.csv")}
    lines = {line.cost_line: line for line in work.dossier.budget.lines}
    crosswalk = work.dossier.budget.crosswalk
    for line_id, line in sorted(lines.items(), key=lambda item: _order(crosswalk[item[0], FORM])):
        row, estimate = notes[line_id], inputs.estimates["cost_lines", line_id]
        is_share = line.unit == "share"
        what = f"{crosswalk[line_id, FORM]} {line.what}"
        formula = f" Unit cost = {estimate.formula}." if estimate.formula else ""
        why = brief(f"{row.text('note')}.{formula}" if row.text("note") else formula.strip(), 600)
        counted = SHARE_OF.get(line.driver, line.driver) if is_share else line.driver.replace("_", " ")
        unit = "a share" if is_share else line.unit
        how = f"{counted[0].upper()}{counted[1:]} of each host and year x unit cost ({unit})"
        source = brief("; ".join(titles.get(one, one) for one in work.origins(line)), 400)
        price = FINE_SHARE if is_share else MONEY
        page.put(0, what, TEXT, "row", "wrap")
        page.put(1, why, TEXT, "row", "wrap")
        page.put(2, how, TEXT, "row", "wrap")
        page.put(3, estimate.low, price, "row", "grey")
        of_line = [one for one in cells.rows if one.line.cost_line == line_id]
        mean = total(one.amount for one in of_line).over(total(one.quantity for one in of_line))
        page.put(4, mean, FINE_SHARE if is_share else MONEY, "row")
        page.put(5, estimate.high, price, "row", "grey")
        grade = max((one.line.grade for one in of_line), key=("A", "B", "C", "absent").index)
        page.put(6, grade, PLAIN, "row", "centre", *(("weak",) if grade == "C" else ()))
        page.put(7, source, TEXT, "row", "wrap", "grey")
        page.tall([(what, 0), (why, 1), (how, 2), (source, 7)])
        page.next()
    page.close()


def _order(heading: str) -> tuple[int, ...]:
    return tuple(int(part) for part in heading.split(".") if part.isdigit())
