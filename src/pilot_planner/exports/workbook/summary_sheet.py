"""The first sheet: what it costs, what that protects, what it depends on, and where everything stands."""

from __future__ import annotations

from pilot_planner.exports.proposal_data import DRAFT_NOTICE
from pilot_planner.exports.workbook.budget_sheet import BudgetCells
from pilot_planner.exports.workbook.cell_formats import DAY, MONEY, PRICE, SHARE, TEXT, WHOLE
from pilot_planner.exports.workbook.formula_cells import Cell, Live, number
from pilot_planner.exports.workbook.page import Content, Page, brief
from pilot_planner.exports.workbook.un_form import Ask
from pilot_planner.exports.workbook.workbook_context import SHEETS, SUMMARY, Work
from pilot_planner.studies.parties.employer_side import employer_sides
from pilot_planner.studies.parties.employer_side import sentence as employer_sentence
from pilot_planner.studies.parties.host_side import host_sides
from pilot_planner.studies.parties.host_side import sentence as host_sentence
from pilot_planner.studies.parties.worker_side import sentence as worker_sentence
from pilot_planner.studies.parties.worker_side import worker_sides
from pilot_planner.studies.planning.diversion_beside import diversion_beside
from pilot_planner.studies.planning.diversion_beside import sentence as diversion_sentence
from pilot_planner.studies.planning.loosened import headline
from pilot_planner.studies.planning.own_rules import OWN_RULES
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.present_value import sentence as present_value_sentence
from pilot_planner.text.labels import listed

_WIDTHS = (34, 30, 34)
_ONE_COLUMN, _TWO_COLUMNS = 46, 86
"""Characters on a line of the first column, and of the other two together."""


def write_summary(work: Work, cells: BudgetCells, ask: Ask, worker_months: Cell, checks: Cell) -> None:
    """Fill the sheet: last, since it shows what the others found."""
    dossier = work.dossier
    plan, terms = dossier.plan, dossier.terms
    page = work.page(
        SUMMARY,
        brief(dossier.title),
        f"Budget workbook. {work.prices}; forms in {terms.currency.code}. All totals are live formulas: change a "
        "yellow cell on "
        "the sheet Budget and everything follows.",
        _WIDTHS,
        landscape=False,
    )
    if work.is_draft:
        page.paragraph(DRAFT_NOTICE, "draft")
    page.paragraph(plan.legal_gate, "gate")
    if plan.loosened:
        page.paragraph(headline(plan.loosened), "gate")
        for one in plan.loosened:
            page.paragraph(one.sentence, "gate")
    page.next()
    _three_numbers(work, page, cells, worker_months)
    page.next()
    page.put(0, "All checks together", TEXT, "bold")
    page.put(1, checks, TEXT, "accent")
    page.next()
    page.section("The plan")
    for what, content, look in (
        ("Needed from donors, USD", ask.net, MONEY),
        ("Contribution asked, agent's fee included, USD", ask.contribution, MONEY),
        ("Hosts", listed([host.name for host in plan.hosts]), TEXT),
        ("Workers at the peak", plan.metrics["peak_workers"], WHOLE),
        ("People who take part", plan.metrics["people_reached"], WHOLE),
        ("Worker-months protected", worker_months, WHOLE),
        ("Begins", dossier.start, DAY),
        ("Ends", dossier.end, DAY),
    ):
        _fact(page, what, content, look)
    _own_rules(page, plan)
    _parties(page, plan)
    page.section("Who")
    for what, text in (
        ("Organisation", terms.organisation.name),
        ("Contact", ", ".join(part for part in (terms.contact.name, terms.contact.email, terms.contact.telephone) if part)),
        ("Donor", terms.donor.name),
    ):
        if text:
            _fact(page, what, brief(text, 200), TEXT)
    page.section("How to make it again")
    for what, text in (
        ("Plan", plan.plan_id),
        ("Design", brief(plan.design.title, 200)),
        ("Version of pilot-planner", dossier.version),
        ("Hash of the inputs", dossier.input_hash),
        ("Hash of the design", dossier.design_hash),
    ):
        _fact(page, what, text, TEXT)
    _fact(page, "Made on", dossier.made_on, DAY)
    page.section("Sheets")
    for name in SHEETS[1:]:
        # An address within this workbook, from names of our own: the only links in it.
        page.sheet.write_url(page.row, 0, f"internal:'{name}'!A1", page.looks.of(TEXT, "row", "link"), name)
        title = work.titles[name]
        page.sheet.merge_range(page.row, 1, page.row, 2, "", page.looks.of(TEXT, "row", "wrap", "grey"))
        page.sheet.write_string(page.row, 1, title, page.looks.of(TEXT, "row", "wrap", "grey"))
        page.sheet.set_row(page.row, 26 if len(title) > _TWO_COLUMNS else 14)
        page.next()
    page.close()
    page.sheet.activate()


def _parties(page: Page, plan: Plan) -> None:
    """What the state, workers, host governments and employers get."""
    page.section("Against today")
    _fact(page, "Gain of the state over today, USD", plan.metrics["net_state_gain"], MONEY)
    _fact(page, "Gain of workers over today, USD", plan.metrics["income_gain"], MONEY)
    page.paragraph(plan.additionality.sentence)
    beside = diversion_beside(plan)
    if beside is not None:
        page.section("Taken after payday")
        _fact(page, "By constant rates, USD", beside.constant, MONEY)
        _fact(page, "Rising with pay, falling with visits, USD", beside.responding, MONEY)
        if told := diversion_sentence(plan):
            page.paragraph(told)
    page.section("Host governments")
    for side in host_sides(plan):
        _fact(page, f"Revenue of {side.name}, USD", side.revenue, MONEY)
    _fact(page, "Vacancies filled in the last period, persons", plan.metrics["vacancies_filled"], WHOLE)
    _fact(page, "Gain of host governments, USD", plan.metrics["host_gain"], MONEY)
    page.paragraph(host_sentence(plan))
    page.section("Would a firm still hire?")
    for firms in employer_sides(plan):
        where = f"{firms.name}, {firms.sector.replace('_', ' ')}"
        _fact(page, f"{where}: an hour over a local one", firms.hourly_cost_ratio, PRICE)
        if firms.still_hire is not None:
            _fact(page, f"{where}: demand still there", firms.still_hire, SHARE)
    page.paragraph(employer_sentence(plan))
    page.section("A worker over the whole contract")
    for worker in worker_sides(plan):
        where = f"{worker.name}, {worker.sector.replace('_', ' ')}"
        _fact(page, f"{where}: gain, USD", worker.contract_gain_usd, MONEY)
    if told := " ".join(filter(None, (worker_sentence(plan), present_value_sentence(plan)))):
        page.paragraph(told)


def _three_numbers(work: Work, page: Page, cells: BudgetCells, worker_months: Cell) -> None:
    plan = work.dossier.plan
    secured = number(plan.metrics["secured_income"])
    figures: tuple[tuple[str, Live, str, str], ...] = (
        ("Total cost, USD", cells.total, "#,##0.00", "total"),
        ("Cost per worker-month protected, USD", cells.total.over(worker_months), "#,##0.00", "cost_per_worker_month"),
        ("Cost per dollar of wage secured, USD", cells.total.over(secured), "0.00", "cost_per_dollar_secured"),
    )
    for column, (label, _, _, _) in enumerate(figures):
        page.put(column, label, TEXT, "grey", "wrap")
    page.next()
    for column, (_, value, look, name) in enumerate(figures):
        cell = page.put(column, value, look, "figure")
        if name != "total":
            work.name(name, cell)
    page.sheet.set_row(page.row, 26)
    page.next()
    page.put(
        2, f"secured: {plan.metrics['secured_income']:,.0f} USD that workers can be expected to keep", TEXT, "grey", "wrap"
    )
    # The words stand in the number's format: a function that makes text reads formats in the user's own language.
    page.put(1, worker_months, '"of "#,##0" worker-months"', "grey", "left")
    page.put(0, "whole programme, all years", TEXT, "grey")
    page.sheet.set_row(page.row, 26)
    page.next()


def _fact(page: Page, what: str, content: Content, look: str) -> None:
    page.put(0, what, TEXT, "row", "grey", "wrap")
    page.fill("row", first=1)
    text = content if isinstance(content, str) else ""
    if len(text) > _WIDTHS[1]:
        page.sheet.merge_range(page.row, 1, page.row, 2, "", page.looks.of(TEXT, "row", "wrap"))
    styles = ("row", "wrap") if text else ("row", "left")
    page.put(1, content, look, *styles)
    page.sheet.set_row(page.row, 13.5 * max(1, -(-len(text) // _TWO_COLUMNS), -(-len(what) // _ONE_COLUMN)))
    page.next()


def _own_rules(page: Page, plan: Plan) -> None:
    if plan.own_rules:
        page.section(OWN_RULES)
        for one in plan.own_rules:
            page.paragraph(one.sentence)
