"""The harmonised UN budget and what is asked of donors after the programme's own levy."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.exports.budget import INDIRECT, RESERVE
from pilot_planner.exports.workbook.budget_sheet import BudgetCells
from pilot_planner.exports.workbook.cell_formats import FINE_SHARE, MONEY, PLAIN, SHARE, TEXT
from pilot_planner.exports.workbook.formula_cells import Cell, Live, number, rounded, sum_where, total
from pilot_planner.exports.workbook.page import money
from pilot_planner.exports.workbook.totals_sheet import Sums
from pilot_planner.exports.workbook.workbook_context import UNSDG, Work

_INDIRECT_CATEGORY = "8"


@dataclass(frozen=True)
class Ask:
    """What donors are asked for, live."""

    direct: Cell
    indirect: Cell
    reserve: Cell
    total: Cell
    net: Cell
    contribution: Cell


def write_un_form(work: Work, cells: BudgetCells, sums: Sums, levy: Cell) -> Ask:
    """Fill the sheet. ``levy`` is the programme levy of the flow of funds."""
    budget, rules = work.dossier.budget, work.dossier.terms.rules
    years = budget.years
    page = work.page(
        UNSDG,
        f"UNSDG harmonised budget: {budget.ask(rules).contribution:,.2f} USD are asked of donors",
        f"{work.prices}. Categories of the United Nations Sustainable Development Group; indirect support is charged on "
        "project cost without the contingency reserve.",
        (5, 46, *(15 for _ in years), 15, 8),
        landscape=False,
    )
    last = 2 + len(years)
    page.fill("head")
    page.texts(["No.", "Category"], "head")
    page.texts([*(f"Year {year}" for year in years), "Total", "Share"], "head", "right", first=2)
    page.next()
    keys = {year: page.put(2 + place, year, PLAIN, "grey") for place, year in enumerate(years)}
    page.put(1, "Year of the programme", TEXT, "grey")
    page.next()
    rows: dict[str, list[Cell]] = {}
    sub: list[Cell] = []
    for code, name in budget.categories.items():
        if code == _INDIRECT_CATEGORY:
            page.fill("total")
            page.put(1, "Sub-total project costs", TEXT, "total")
            columns = list(zip(*rows.values(), strict=True))
            sub = [page.put(2 + place, total(column), MONEY, "total") for place, column in enumerate(columns)]
            page.next()
        key = page.put(0, code, TEXT, "row")
        page.put(1, name, TEXT, "row", "wrap")
        page.tall([(name, 1)])
        row = [
            money(page, 2 + place, sum_where(cells.amounts, (cells.categories, key), (cells.years, keys[year])))
            for place, year in enumerate(years)
        ]
        rows[code] = [*row, money(page, last, total(row), "bold")]
        page.put(last + 1, rows[code][-1].over(cells.total), SHARE, "row", "grey")
        page.next()
    page.fill("grand")
    page.put(1, "Total", TEXT, "grand")
    charged = rows.get(_INDIRECT_CATEGORY, [])
    feet = [page.put(2 + place, one + charged[place] if charged else one, MONEY, "grand") for place, one in enumerate(sub)]
    page.next()
    work.agree("UNSDG form: total = budget", feet[-1], cells.total)
    for code in budget.categories:
        work.agree(f"UNSDG form, category {code} = sums", rows[code][-1], sums.by_category[code])

    page.section("What is asked of donors")

    def step(text: str, amount: Live, *styles: str) -> Cell:
        look = styles or ("row",)
        page.fill(*look, last=last)
        page.put(1, text, TEXT, *look, "wrap")
        page.tall([(text, 1)])
        found = page.put(last, amount, MONEY, *look)
        page.next()
        return found

    def ceiling(what: str, amount: Cell, most: float) -> None:
        page.fill("row", last=last)
        page.put(1, "as a share of direct cost: most allowed, planned", TEXT, "row", "grey", "indent")
        limit = page.put(last - 1, most, FINE_SHARE, "row", "grey")
        reached = page.put(last, amount.over(direct), FINE_SHARE, "row", "grey")
        page.next()
        work.kept(f"{what} as a share of direct cost", reached, limit, share=True, room=1e-6)

    indirect_sum, reserve_sum = cells.sum_of(INDIRECT), cells.sum_of(RESERVE)
    direct = step("Direct cost, without reserve and indirect support", cells.total - indirect_sum - reserve_sum)
    reserve = step("Contingency reserve", reserve_sum)
    ceiling("Contingency reserve", reserve, rules.contingency_max)
    indirect = step("Indirect support", indirect_sum)
    ceiling("Indirect support", indirect, rules.indirect_max)
    whole = step("Operating cost", direct + reserve + indirect, "total")
    own = step("less: programme levy, paid by employers on top of wages", number(0) - levy)
    net = step("Needed from donors", whole + own, "total")
    page.fill("row", last=last)
    page.put(1, "Share of each contribution that the fund's agent deducts", TEXT, "row", "grey", "wrap")
    fee_share = page.put(last, rules.agent_fee, FINE_SHARE, "row", "grey")
    page.next()
    grossed = rounded(net.over(number(1) - fee_share))
    contribution_row = page.row + 1
    planned = work.dossier.budget.ask(rules)
    ahead = Cell(
        f"{page.column_of(last)}{contribution_row + 1}", float(planned.contribution), True, UNSDG, contribution_row, last
    )
    step("Fee of the fund's agent", ahead - net)
    contribution = step("Contribution asked of donors", grossed, "grand")
    page.close()
    work.agree("Asked of donors: operating cost = budget", whole, cells.total)
    work.as_planned("Direct cost", direct, float(planned.direct))
    work.as_planned("Contingency reserve", reserve, float(planned.reserve))
    work.as_planned("Indirect support", indirect, float(planned.indirect))
    work.as_planned("Contribution asked of donors", contribution, float(planned.contribution))
    for name, cell in (
        ("direct_cost", direct),
        ("contingency_reserve", reserve),
        ("indirect_cost", indirect),
        ("needed_from_donors", net),
        ("contribution_asked", contribution),
    ):
        work.name(name, cell)
    return Ask(direct, indirect, reserve, whole, net, contribution)
