"""The same money under FCDO headings, in the currency of the terms, with the figures of value for money."""

from __future__ import annotations

from pilot_planner.exports.workbook.budget_sheet import BudgetCells
from pilot_planner.exports.workbook.cell_formats import MONEY, SHARE, TEXT, money_format
from pilot_planner.exports.workbook.formula_cells import Cell, rounded, shared_out, total
from pilot_planner.exports.workbook.workbook_context import UK, Work

FORM = "FCDO"
_MOST_UPRIGHT = 3
"""Years that fit on an upright page."""


def write_uk_form(work: Work, cells: BudgetCells, eu_rate: Cell) -> None:
    """Fill the sheet. The rate is that of the EU form, so that it is changed in one place."""
    budget, currency = work.dossier.budget, work.dossier.terms.currency
    years = budget.years
    headings, shape = budget.on_form(FORM), money_format(work.digits)
    page = work.page(
        UK,
        f"FCDO budget headings in {currency.code}, by year",
        f"{currency.code} at the rate below; {work.prices}. Costs not attributable to the project stand apart; a "
        "contingency is "
        "admitted by agreement. Amounts are the lines of the sheet Budget times the rate, cents shared out so that "
        "the total "
        "is the whole budget at that rate.",
        (46, *(15 for _ in years), 15, 8),
        landscape=len(years) > _MOST_UPRIGHT,
    )
    page.put(0, f"{currency.code} for 1 USD, of {currency.date} (change it on the sheet EU Annex III)", TEXT, "grey")
    rate = page.put(1, eu_rate, "0.0000##", "bold")
    page.next(2)
    working = 4 + len(years)
    page.sheet.set_column(working, working + len(years), 15, page.looks.of())
    page.texts([f"USD, year {year}" for year in years], "head", "grey", "right", first=working)
    head = page.heads(["Heading", *(f"Year {year}" for year in years), "Total", "Share"], 1, 2 + len(years))
    page.keep(head)
    first = page.row
    usd: list[list[Cell]] = []
    for one in headings:
        of_one = [row for row in cells.rows if budget.crosswalk[row.line.cost_line, FORM] == one.heading]
        usd.append(
            [
                page.put(working + at, total(row.amount for row in of_one if row.line.year == year), MONEY, "grey")
                for at, year in enumerate(years)
            ]
        )
        page.next()
    columns = shared_out([[row[at] for row in usd] for at in range(len(years))], rate, work.digits)
    page.row = first
    totals = []
    grand = Cell(f"${page.column_of(1 + len(years))}${first + len(headings) + 1}", cells.total.number * rate.number, True)
    by_year: list[list[Cell]] = [[] for _ in years]
    for place, one in enumerate(headings):
        page.put(0, one.name, TEXT, "row", "wrap")
        page.tall([(one.name, 0)])
        row = [page.put(1 + at, columns[at][place], shape, "row") for at in range(len(years))]
        for at, cell in enumerate(row):
            by_year[at].append(cell)
        totals.append(page.put(1 + len(years), total(row), shape, "row", "bold"))
        page.put(2 + len(years), totals[-1].over(grand), SHARE, "row", "grey")
        page.next()
    page.fill("grand", last=2 + len(years))
    page.put(0, "Total", TEXT, "grand")
    for at, column in enumerate(by_year):
        page.put(1 + at, total(column), shape, "grand")
    whole = page.put(1 + len(years), total(totals), shape, "grand")
    page.next()
    page.close()
    work.agree("FCDO: total = budget at the rate", whole, rounded(cells.total * rate, work.digits))
