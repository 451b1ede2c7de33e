"""SF-424A: object classes a to k in whole dollars by largest remainder, cash need by quarter, later years."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pilot_planner.exports.budget import RESERVE
from pilot_planner.exports.rounding import WHOLE as WHOLE_DOLLAR
from pilot_planner.exports.rounding import rounded_to_sum
from pilot_planner.exports.workbook.budget_sheet import BudgetCells
from pilot_planner.exports.workbook.cell_formats import MONEY, PLAIN, SHARE, TEXT, WHOLE
from pilot_planner.exports.workbook.formula_cells import Cell, Live, number, rounded, total, whole_part
from pilot_planner.exports.workbook.page import Page
from pilot_planner.exports.workbook.un_form import Ask
from pilot_planner.exports.workbook.workbook_context import US, Work

FORM = "SF-424A"
_NOT_ADMITTED = "-"
_INDIRECT = "j"
_QUARTERS = 4
_MONTHS = 12
_TIE = 1e-6
"""Of a dollar: what sets equal remainders apart, the first before the second; amounts are in cents."""


_FORM_ROWS, _RESERVE_ROWS = 17, 5
"""Rows of the form beside its object classes, blank ones included; the working table begins below them."""


@dataclass
class _Place:
    """One class in one year on the working table."""

    heading: str
    year: int
    exact: Cell
    whole: Cell | None = None


def write_us_form(work: Work, cells: BudgetCells, ask: Ask, levy: Cell) -> None:
    """Fill the sheet."""
    budget = work.dossier.budget
    years = budget.years
    headings = [one for one in budget.on_form(FORM) if one.heading != _NOT_ADMITTED]
    whole = sum(one.amount for one in headings)
    page = work.page(
        US,
        f"SF-424A: {whole:,.0f} US dollars in object classes, without a reserve",
        f"Whole US dollars, prices of {work.dossier.plan.design.programme.price_year}. Cells are rounded by "
        "largest remainder, "
        "so that classes and years add up to the same total; the working table below shows how. Amounts follow the sheet "
        "Budget.",
        (8, 40, *(12 for _ in range(max(len(years), _QUARTERS))), 13),
        landscape=False,
    )
    last = 2 + max(len(years), _QUARTERS)
    top = page.row
    # The form is written over what the working table below it finds, so the working table is laid out first.
    form_rows = len(headings) + _FORM_ROWS + (_RESERVE_ROWS if _has_reserve(cells) else 0)
    page.row = top + form_rows
    places = _working(work, page, cells, [one.heading for one in headings], years)
    bottom = page.row
    page.row = top
    page.section("Section B. Budget categories (line 6, object classes)")
    page.fill("head", last=last)
    page.texts(["Line", "Object class"], "head")
    page.texts([f"Year {year}" for year in years], "head", "right", first=2)
    page.put(last, "Total", TEXT, "head", "right")
    page.next()
    rows: dict[str, list[Cell]] = {}
    for one in headings:
        if one.heading == _INDIRECT:
            direct = _sum_row(page, "i", "Total direct charges (a to h)", list(rows.values()), last, "total")
        text = one.name + (f" ({one.note[0].lower()}{one.note[1:]})" if one.note else "")
        page.put(0, one.heading, TEXT, "row")
        page.put(1, text, TEXT, "row", "wrap")
        page.tall([(text, 1)])
        own = [place for place in places if place.heading == one.heading]
        row = [page.put(2 + at, place.whole, WHOLE, "row") for at, place in enumerate(own)]
        page.fill("row", first=2 + len(row), last=last - 1)
        rows[one.heading] = [*row, page.put(last, total(row), WHOLE, "row", "bold")]
        page.next()
    summed = _sum_row(page, "k", "Total (i + j)", [direct, rows[_INDIRECT]], last, "grand")
    income = page.put(last, rounded(levy, 0), WHOLE, "row")
    page.put(0, "7", TEXT, "row")
    text = "Program income: the levy that employers pay on top of wages"
    page.put(1, text, TEXT, "row", "wrap")
    page.tall([(text, 1)])
    page.fill("row", first=2, last=last - 1)
    page.next()
    page.put(1, "Needed from the donor after program income (k - 7)", TEXT, "total")
    page.fill("total", first=2, last=last - 1)
    page.put(last, summed[-1] - income, WHOLE, "total")
    page.next(2)
    _reserve(work, page, cells, ask, summed[-1], last)
    _cash(work, page, summed, last)
    _later_years(page, summed, years, last)
    page.row = bottom
    page.close()
    exact = cells.total - ask.reserve
    work.agree("SF-424A: line k = budget without reserve, whole dollars", summed[-1], rounded(exact, 0))
    work.agree("SF-424A: years add up to line k", total(summed[:-1]), summed[-1])
    work.as_planned("SF-424A, line k", summed[-1], float(round(whole)))


def _sum_row(page: Page, line: str, text: str, rows: list[list[Cell]], last: int, style: str) -> list[Cell]:
    page.fill(style, last=last)
    page.put(0, line, TEXT, style)
    page.put(1, text, TEXT, style)
    years = len(rows[0]) - 1
    found = [page.put(2 + at, total(row[at] for row in rows), WHOLE, style) for at in range(years)]
    found.append(page.put(last, total(row[-1] for row in rows), WHOLE, style))
    page.next()
    return found


def _working(work: Work, page: Page, cells: BudgetCells, headings: list[str], years: tuple[int, ...]) -> list[_Place]:
    """Exact amounts of each class and year, and their whole dollars by largest remainder."""
    page.section("Working: from cents to whole dollars")
    names = ["Class", "Year", "Exact, USD", "Whole part", "Remainder", "Rank", "Whole dollars"]
    page.fill("head", last=6)
    for column, name in enumerate(names):
        page.put(column, name, TEXT, "head", *(("right",) if column > 1 else ()))
    page.next()
    crosswalk = work.dossier.budget.crosswalk
    first = page.row
    count = len(headings) * len(years)
    places: list[_Place] = []
    floors: list[Cell] = []
    rests: list[Cell] = []
    for heading in headings:
        of_class = [row for row in cells.rows if crosswalk[row.line.cost_line, FORM] == heading]
        for year in years:
            page.put(0, heading, TEXT, "grey")
            page.put(1, year, PLAIN, "grey", "left")
            exact = page.put(2, total(row.amount for row in of_class if row.line.year == year), MONEY, "grey")
            floors.append(page.put(3, whole_part(exact), WHOLE, "grey"))
            tie = (count - len(places)) * _TIE
            rest = rounded(exact - floors[-1]) + number(tie)
            rests.append(page.put(4, Live(rest.formula, round(rest.number, 9)), "0.00", "grey"))
            places.append(_Place(heading, year, exact))
            page.next()
    end = page.row
    exacts = [place.exact for place in places]
    page.put(1, "Dollars still to be shared out", TEXT, "total")
    page.fill("total", first=2, last=6)
    missing = page.put(6, rounded(total(exacts), 0) - total(floors), PLAIN, "total")
    ordered = sorted(rests, key=lambda one: -one.number)
    for at, place in enumerate(places):
        page.row = first + at
        fixed = f"$E${first + 1}:$E${end}"
        place_in_order = ordered.index(rests[at]) + 1
        rank = page.put(5, Live(f"RANK({rests[at].formula},{fixed})", float(place_in_order)), PLAIN, "grey")
        up = Live(f"IF({rank.formula}<={missing.formula},1,0)", float(rank.number <= missing.number), True)
        place.whole = page.put(6, floors[at] + up, WHOLE, "grey")
    page.row = end + 1
    return places


def _has_reserve(cells: BudgetCells) -> bool:
    return any(row.line.cost_line == RESERVE for row in cells.rows)


def _reserve(work: Work, page: Page, cells: BudgetCells, ask: Ask, whole: Cell, last: int) -> None:
    """What the form does not admit, and how this total meets that of the budget."""
    if not _has_reserve(cells):
        return
    page.put(0, "Reserve", TEXT, "bold")
    page.sheet.merge_range(page.row, 1, page.row, last, "", page.looks.of(TEXT, "wrap"))
    text = (
        "The form has no class for a contingency reserve: it is left out of classes a to k and of what is asked for here. "
        "Indirect cost is not charged on it, so no other class changes."
    )
    page.sheet.write_string(page.row, 1, text, page.looks.of(TEXT, "wrap"))
    page.sheet.set_row(page.row, 26)
    page.next()
    known = []
    for text, amount in (
        ("Line k", whole),
        ("Cents lost or won by rounding to whole dollars", cells.total - ask.reserve - whole),
        ("Contingency reserve, not admitted as a line", ask.reserve),
    ):
        page.fill("row", first=1, last=last)
        page.put(1, text, TEXT, "row")
        known.append(page.put(last, amount, MONEY, "row"))
        page.next()
    page.fill("total", first=1, last=last)
    page.put(1, "Operating cost of the plan", TEXT, "total")
    met = page.put(last, total(known), MONEY, "total")
    page.next()
    work.agree("SF-424A: line k, rounding and reserve = budget", met, cells.total)


def _cash(work: Work, page: Page, summed: list[Cell], last: int) -> None:
    page.section("Section D. Forecasted cash needs, year 1")
    page.fill("head", last=last)
    page.texts(["Line", ""], "head")
    page.texts([f"Quarter {quarter}" for quarter in range(1, _QUARTERS + 1)], "head", "right", first=2)
    page.put(last, "Year 1", TEXT, "head", "right")
    page.next()
    shares = _shares(work)
    page.put(1, "Share of the year, as planned", TEXT, "row", "grey")
    planned = [page.put(2 + place, share, SHARE, "row", "grey") for place, share in enumerate(shares)]
    page.put(last, total(planned), SHARE, "row", "grey")
    page.next()
    page.fill("row", last=last)
    page.put(0, "15", TEXT, "row")
    page.put(1, "Total cash needed", TEXT, "row", "bold")
    quarters = [page.put(2 + place, one, WHOLE, "row") for place, one in enumerate(_along(planned, summed[0]))]
    year = page.put(last, total(quarters), WHOLE, "row", "bold")
    page.next()
    work.agree("SF-424A: quarters = year 1 of line k", year, summed[0])


def _along(shares: list[Cell], whole: Cell) -> list[Live]:
    """A total laid on shares side by side, in whole dollars by running totals."""
    found, before = [], number(0)
    for place in range(len(shares)):
        reached = total(shares[: place + 1]) * whole
        upto = rounded(reached, 0)
        found.append(upto - before if place else upto)
        before = upto
    return found


def _shares(work: Work) -> list[float]:
    """Of the cost of the first twelve months, reserve apart, what falls into each quarter: a period evenly on its months."""
    quarters = [0.0] * _QUARTERS
    by_number = {period.number: period for period in work.periods}
    for row in work.dossier.plan.accounts.budget:
        period = by_number.get(row.period)
        if period is None or row.cost_line == RESERVE:
            continue
        for month in range(period.first_month, period.last_month + 1):
            if month <= _MONTHS:
                quarters[(month - 1) // (_MONTHS // _QUARTERS)] += row.amount_usd / period.months
    spent = math.fsum(quarters)
    parts = [quarter / spent if spent else 1.0 / _QUARTERS for quarter in quarters]
    return [float(part) for part in rounded_to_sum(parts, WHOLE_DOLLAR.scaleb(-6), WHOLE_DOLLAR)]


def _later_years(page: Page, summed: list[Cell], years: tuple[int, ...], last: int) -> None:
    page.section("Section E. Needed for the balance of the project")
    page.fill("head", last=last)
    page.texts(["Line", ""], "head")
    page.texts([f"Year {year}" for year in years[1:]], "head", "right", first=2)
    page.put(last, "Total", TEXT, "head", "right")
    page.next()
    page.fill("row", last=last)
    page.put(0, "20", TEXT, "row")
    page.put(1, "Total of later years" if len(years) > 1 else "No later years", TEXT, "row", "bold")
    found = [page.put(2 + place, one, WHOLE, "row") for place, one in enumerate(summed[1:-1])]
    page.put(last, total(found), WHOLE, "row", "bold")
    page.next()
