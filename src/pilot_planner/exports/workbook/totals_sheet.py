"""The same money by category, host and year: three tables of live sums that must meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pilot_planner.exports.workbook.budget_sheet import BudgetCells
from pilot_planner.exports.workbook.cell_formats import MONEY, PLAIN, SHARE, TEXT
from pilot_planner.exports.workbook.formula_cells import Cell, sum_where, total
from pilot_planner.exports.workbook.page import Page, money
from pilot_planner.exports.workbook.workbook_context import SUMS, Work


@dataclass(frozen=True)
class Sums:
    """Totals by category, host and year."""

    by_category: dict[str, Cell]
    by_host: dict[str, Cell]
    by_year: dict[int, Cell]


def write_sums(work: Work, cells: BudgetCells) -> Sums:
    """Fill the sheet and check it against the budget and the plan."""
    budget = work.dossier.budget
    most = max(len(budget.hosts), len(budget.years))
    page = work.page(
        SUMS,
        f"Where the money goes: {len(budget.hosts) - 1} host{'s' if len(budget.hosts) > 2 else ''}, "
        f"{len(budget.years)} year{'s' if len(budget.years) > 1 else ''}, eight categories",
        f"{work.prices}. Every cell is the sum of lines of the sheet Budget. Years are twelve months of the programme each.",
        (40, 6, *(15 for _ in range(most)), 15, 8),
        landscape=False,
    )
    years = {str(year): f"Year {year}" for year in budget.years}
    by_category, by_year = _table(
        page, cells, "By UNSDG category and year", "Category", budget.categories, years, cells.categories, cells.years
    )
    second, by_host = _table(
        page, cells, "By UNSDG category and host", "Category", budget.categories, budget.hosts, cells.categories, cells.hosts
    )
    third, last = _table(page, cells, "By host and year", "Host", budget.hosts, years, cells.hosts, cells.years)
    page.close()
    for code, name in budget.categories.items():
        work.agree(f"Category {code} {name}: by year = by host", by_category[code], second[code])
        work.as_planned(f"Category {code} {name}", by_category[code], float(budget.by_category[code]))
    for host, name in budget.hosts.items():
        work.agree(f"{name}: by category = by year", by_host[host], third[host])
        if host in cells.host_totals:
            work.agree(f"{name}: sums = budget", by_host[host], cells.host_totals[host])
        work.as_planned(name, by_host[host], float(budget.by_host[host]))
    for year in budget.years:
        work.agree(f"Year {year}: by category = by host", by_year[str(year)], last[str(year)])
        work.as_planned(f"Year {year}", by_year[str(year)], float(budget.by_year[year]))
    return Sums(by_category, by_host, {year: by_year[str(year)] for year in budget.years})


def _table(
    page: Page,
    cells: BudgetCells,
    title: str,
    corner: str,
    down: Mapping[str, str],
    across: Mapping[str, str],
    down_keys: list[Cell],
    across_keys: list[Cell],
) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """A table with sums on two sides; the codes under the names are what the formulas look for."""
    page.section(title)
    width = len(across)
    page.fill("head", last=width + 3)
    page.texts([corner, "Code"], "head")
    page.texts([*across.values(), "Total", "Share"], "head", "right", first=2)
    page.next()
    codes = {}
    page.put(0, "Code", TEXT, "grey")
    for place, code in enumerate(across, start=2):
        look = ("grey", "right")
        codes[code] = page.put(place, float(code), PLAIN, *look) if code.isdigit() else page.put(place, code, TEXT, *look)
    page.next()
    first = page.row
    columns: dict[str, list[Cell]] = {code: [] for code in across}
    totals: dict[str, Cell] = {}
    grand_row = first + len(down)
    grand = Cell(f"${page.column_of(2 + width)}${grand_row + 1}", cells.total.value, True)
    for code, name in down.items():
        page.put(0, name, TEXT, "row", "wrap")
        page.tall([(name, 0)])
        key = page.put(1, code, TEXT, "row", "grey")
        row = []
        for place, other in enumerate(across, start=2):
            summed = sum_where(cells.amounts, (down_keys, key), (across_keys, codes[other]))
            row.append(money(page, place, summed))
            columns[other].append(row[-1])
        totals[code] = money(page, 2 + width, total(row), "bold")
        page.put(3 + width, totals[code].over(grand), SHARE, "row", "grey")
        page.next()
    page.fill("grand", last=width + 3)
    page.put(0, "Total", TEXT, "grand")
    foot = {code: page.put(place, total(columns[code]), MONEY, "grand") for place, code in enumerate(across, start=2)}
    page.put(2 + width, total(totals.values()), MONEY, "grand")
    page.put(3 + width, total(totals.values()).over(grand), SHARE, "grand")
    page.next()
    return totals, foot
