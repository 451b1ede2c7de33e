"""The budget workbook: every figure of a plan that donors ask for, as live formulas with their values."""

from __future__ import annotations

import io

from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.workbook.budget_sheet import write_budget
from pilot_planner.exports.workbook.cell_formats import Looks
from pilot_planner.exports.workbook.checks_sheet import write_checks
from pilot_planner.exports.workbook.eu_form import write_eu_form, write_eu_reasons
from pilot_planner.exports.workbook.evidence_sheets import write_inputs, write_sources
from pilot_planner.exports.workbook.front_sheet import write_front
from pilot_planner.exports.workbook.logframe_sheet import write_logframe
from pilot_planner.exports.workbook.money_sheets import write_escrow, write_flows
from pilot_planner.exports.workbook.page import brief
from pilot_planner.exports.workbook.people_sheets import write_oversight, write_workforce
from pilot_planner.exports.workbook.summary_sheet import write_summary
from pilot_planner.exports.workbook.totals_sheet import write_sums
from pilot_planner.exports.workbook.uk_form import write_uk_form
from pilot_planner.exports.workbook.un_form import write_un_form
from pilot_planner.exports.workbook.us_form import write_us_form
from pilot_planner.exports.workbook.workbook_context import SHEETS, Work
from pilot_planner.reports.safe_workbook import new_book

FILE = "budget.xlsx"


def make(dossier: Dossier) -> Files:
    """``budget.xlsx``. Values stand beside their formulas, so that a reader that works nothing out shows them too.

    Raises InputError where the plan breaks a rule of the donor.
    """
    made = io.BytesIO()
    with new_book(made) as book:
        _properties(dossier, book)
        sheets = {name: book.add_worksheet(name) for name in SHEETS}
        work = Work(dossier, book, Looks(book), sheets)
        cells = write_budget(work)
        sums = write_sums(work, cells)
        levy = write_flows(work, cells)
        ask = write_un_form(work, cells, sums, levy)
        rate = write_eu_form(work, cells, ask)
        write_eu_reasons(work, cells)
        write_us_form(work, cells, ask, levy)
        write_uk_form(work, cells, rate)
        write_escrow(work)
        worker_months = write_workforce(work)
        write_oversight(work)
        write_logframe(work)
        write_front(work)
        write_inputs(work)
        write_sources(work)
        work.as_planned("Total operating cost", cells.total, float(dossier.budget.total))
        checks = write_checks(work)
        write_summary(work, cells, ask, worker_months, checks)
    return {FILE: made.getvalue()}


def _properties(dossier: Dossier, book: object) -> None:
    import datetime as dt

    terms = dossier.terms
    book.set_properties(  # type: ignore[attr-defined]
        {
            "title": brief(f"Budget: {dossier.title}", 200),
            "subject": f"Plan {dossier.plan.plan_id}",
            "author": brief(terms.organisation.name, 200),
            "category": "Budget",
            "keywords": f"plan {dossier.plan.plan_id}; inputs {dossier.input_hash[:12]}",
            "comments": dossier.notice,
            # The day of the dossier and not the clock's, so that the same plan gives the same file.
            "created": dt.datetime.combine(dossier.made_on, dt.time()),
        }
    )
