"""Wage money: where the contract value goes, and the escrow account period by period. Never added to donor money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pilot_planner.case.calendar import Period
from pilot_planner.exports.workbook.budget_sheet import BudgetCells
from pilot_planner.exports.workbook.cell_formats import MONEY, SHARE, TEXT
from pilot_planner.exports.workbook.formula_cells import Cell, Live, number, total
from pilot_planner.exports.workbook.page import Page, money
from pilot_planner.exports.workbook.workbook_context import ESCROW, FLOWS, Work
from pilot_planner.studies.planning.accounts import EMPLOYER_PARTS, NET_PARTS, WAGE_PARTS, EscrowRow

KEPT_APART = (
    "Wages are the workers' own money. Employers pay the contract value into escrow and it passes to workers, families, "
    "authorities and the programme's levy; none of it is a contribution of a donor, and it is never added to the budget."
)
_LABELS = {
    "card": ("Wages on workers' own cards", "workers"),
    "in_kind": ("Goods and services, by choice", "workers"),
    "family": ("Parcels to families", "workers"),
    "income_tax": ("Graduated income tax", "state, against verified use"),
    "host_tax": ("Income tax of the host", "others"),
    "employee_contributions": ("Social insurance, by worker", "others"),
    "employer_contributions": ("Social insurance, by employer", "others"),
    "foreign_worker_fee": ("Host's fee on foreign workers", "others"),
    "programme_levy": ("Programme levy, lowers what donors are asked for", "programme"),
}
_MOST_UPRIGHT = 3
"""Hosts or years that fit on an upright page."""
_PARTS = (*NET_PARTS, *(part for part in WAGE_PARTS if part not in NET_PARTS), *EMPLOYER_PARTS)


def write_flows(work: Work, cells: BudgetCells) -> Cell:
    """Fill the sheet; returns the programme levy. What donors pay stands below, apart."""
    accounts = work.dossier.plan.accounts
    page = work.page(
        FLOWS,
        f"Flow of funds: where {accounts.total('contract_value'):,.2f} USD of contract value go, apart from donor money",
        f"{work.prices}, all periods, on accrual. {KEPT_APART}",
        (44, 23, *(15 for _ in range(max(len(work.chosen), len(work.dossier.budget.years)))), 15, 8),
        landscape=len(work.chosen) > _MOST_UPRIGHT or len(work.dossier.budget.years) > _MOST_UPRIGHT,
    )
    hosts = {host: work.hosts.get(host, host) for host in work.chosen}
    by_host = {
        (part, host): sum((row.amount_usd for row in accounts.flows if (row.channel, row.iso3) == (part, host)), Decimal(0))
        for part in (*_PARTS, "contract_value")
        for host in hosts
    }
    page.section("By host")
    levy, by_host_total = _split(page, work, by_host, hosts, "host")
    years = {str(year): f"Year {year}" for year in work.dossier.budget.years}
    by_year = {
        (part, year): sum(
            (row.amount_usd for row in accounts.flows if (row.channel, str(work.year_of[row.period])) == (part, year)),
            Decimal(0),
        )
        for part in (*_PARTS, "contract_value")
        for year in years
    }
    page.section("By year of the programme")
    _, by_year_total = _split(page, work, by_year, years, "year")
    work.agree("Flow of funds: contract value by host = by year", by_host_total, by_year_total)
    work.as_planned("Contract value", by_host_total, float(accounts.total("contract_value")))
    work.name("contract_value", by_host_total)
    work.name("programme_levy", levy)
    _tax(page, work, hosts)
    page.section("Donor money, kept apart")
    for text, amount in (("Operating cost of the programme (sheet Budget)", cells.total), ("Programme levy (above)", levy)):
        page.put(0, text, TEXT, "row")
        page.fill("row", first=1, last=1)
        money(page, 2, amount)
        page.next()
    page.next()
    page.paragraph(KEPT_APART)
    page.close()
    return levy


def _split(
    page: Page, work: Work, amounts: dict[tuple[str, str], Decimal], across: dict[str, str], what: str
) -> tuple[Cell, Cell]:
    """Channels by host or year; returns the levy and the contract value."""
    width = len(across)
    page.fill("head", last=3 + width)
    page.texts(["Channel", "Who gets it"], "head")
    page.texts([*across.values(), "Total", "Share"], "head", "right", first=2)
    page.next()
    grand_at = page.row + sum(any(amounts[part, one] for one in across) for part in _PARTS)
    whole = sum(amounts["contract_value", one] for one in across)
    grand = Cell(f"${page.column_of(2 + width)}${grand_at + 1}", float(whole), True)
    columns: list[list[Cell]] = [[] for _ in across]
    levy: Cell | None = None
    for part in _PARTS:
        if not any(amounts[part, one] for one in across):
            continue
        label, receiver = _LABELS[part]
        page.put(0, label, TEXT, "row")
        page.put(1, receiver, TEXT, "row", "grey")
        row = [money(page, 2 + at, amounts[part, one]) for at, one in enumerate(across)]
        for at, one in enumerate(row):
            columns[at].append(one)
        summed = money(page, 2 + width, total(row), "bold")
        page.put(3 + width, summed.over(grand), SHARE, "row", "grey")
        if part == "programme_levy":
            levy = summed
        page.next()
    page.fill("grand", last=3 + width)
    page.put(0, "Contract value, paid by employers into escrow", TEXT, "grand")
    feet = [page.put(2 + at, total(column), MONEY, "grand") for at, column in enumerate(columns)]
    found = page.put(2 + width, total(feet), MONEY, "grand")
    page.next()
    for (code, name), foot in zip(across.items(), feet, strict=True):
        work.as_planned(f"Contract value, {name}", foot, float(amounts["contract_value", code]))
    if levy is None:
        page.put(0, "No programme levy is planned", TEXT, "row", "grey")
        levy = money(page, 2 + width, 0)
        page.next()
    return levy, found


def _tax(page: Page, work: Work, hosts: dict[str, str]) -> None:
    """How much of the income tax was released, and how much is still held at the end."""
    last = {row.iso3: row for row in work.dossier.plan.accounts.escrow}
    page.section("Income tax at the end of the programme")
    page.fill("head", last=3 + len(hosts))
    page.put(0, "Part", TEXT, "head")
    page.texts([*hosts.values(), "Total"], "head", "right", first=2)
    page.next()
    paid = {
        host: sum((row.tax_released for row in work.dossier.plan.accounts.escrow if row.iso3 == host), Decimal(0))
        for host in hosts
    }
    back = {host: last[host].tax_returned for host in hosts}
    for text, amounts in (
        ("Released against verified use", paid),
        *([("Returned to workers at the end", back)] if any(back.values()) else []),
        ("Held in escrow", {host: last[host].held_tax for host in hosts}),
    ):
        page.put(0, text, TEXT, "row")
        page.fill("row", first=1, last=1)
        row = [money(page, 2 + at, amounts[host]) for at, host in enumerate(hosts)]
        money(page, 2 + len(hosts), total(row), "bold")
        page.next()


_ESCROW_HEADS = (
    "Host", "Period", "From", "Opening", "Deposits", "Net pay", "Taxes, insurance, fees", "Levy", "Tax released",
    "Tax returned", "Payments", "Closing", "of which tax held", "Statement",
)  # fmt: skip
_COLUMNS = ("deposits", "pay", "contributions_and_fees", "levy", "tax_released", "tax_returned")


def write_escrow(work: Work) -> None:
    """The escrow account of each host, with each balance worked out anew beside the plan's own."""
    accounts = work.dossier.plan.accounts
    page = work.page(
        ESCROW,
        "Escrow statement: opening balance plus deposits less payments is the closing balance, in each period",
        f"{work.prices}, on cash. Employers deposit each period's contract value one period ahead; pay follows work, tax is "
        "released when its use was verified. Statement compares each closing balance with the plan's own. Wage money: see "
        "Flow of funds.",
        (12, 7, 11, *(12.5 for _ in range(10)), 10.5),
    )
    head = page.heads(_ESCROW_HEADS, 3, 12)
    page.keep(head, 2)
    starts = {period.number: period for period in work.periods}
    deposits: list[Cell] = []
    for host in work.chosen:
        rows = [row for row in accounts.escrow if row.iso3 == host]
        deposits += _account(page, work, host, rows, starts)
        page.next()
    page.close()
    work.as_planned("Escrow: all deposits = contract value", total(deposits), float(accounts.total("contract_value")))


def _account(page: Page, work: Work, host: str, rows: Sequence[EscrowRow], starts: dict[int, Period]) -> list[Cell]:
    name = work.hosts.get(host, host)
    before: Cell | None = None
    columns: list[list[Cell]] = [[] for _ in range(len(_COLUMNS) + 1)]
    for row in rows:
        when = starts[row.period].start if row.period in starts else "before" if row.period < 1 else "after"
        page.put(0, name, TEXT, "row")
        page.put(1, row.period, "0", "row", "right")
        page.put(2, when, TEXT, "row", "grey", *(() if row.period in starts else ("right",)))
        opening = money(page, 3, row.opening if before is None else before)
        parts = [money(page, 4 + at, getattr(row, column)) for at, column in enumerate(_COLUMNS)]
        paid = money(page, 10, total(parts[1:]))
        closing = Live((opening + parts[0] - paid).formula, float(row.closing))
        before = money(page, 11, closing, "bold")
        money(page, 12, row.held_tax, "grey")
        stated = number(row.closing)
        agrees = f'IF(ABS({before.formula}-{stated.formula})<0.005,"OK","changed")'
        page.put(13, Live(agrees, "OK", True), TEXT, "row", "right")
        work.as_planned(f"Escrow, {name}, period {row.period}: closing balance", before, float(row.closing))
        for at, one in enumerate([*parts, paid]):
            columns[at].append(one)
        page.next()
    page.fill("total")
    page.put(0, f"{name}, all", TEXT, "total")
    for at, column in enumerate(columns):
        page.put(4 + at, total(column), MONEY, "total")
    if before is not None:
        page.put(11, before, MONEY, "total")
    page.next()
    return columns[0]
