"""Do all totals agree? Each row compares two sheets, a sheet with the plan, or a sheet with a rule of the donor."""

from __future__ import annotations

from pilot_planner.exports.workbook.cell_formats import FINE_SHARE, MONEY, TEXT
from pilot_planner.exports.workbook.formula_cells import Cell, Live, at_most, counted, same
from pilot_planner.exports.workbook.page import Page
from pilot_planner.exports.workbook.workbook_context import CHECKS, Check, Work

OK, DIFFERS, CHANGED, ABOVE = "OK", "differs", "changed", "above the ceiling"
ALL_AGREE, AGREE_BUT_CHANGED, SOMETHING_WRONG = (
    "All totals agree",
    "All sheets agree; figures were changed since the plan was made",
    "Something does not agree: see the sheet Checks",
)
_SECTIONS = {
    "sheets": "Two sheets say the same",
    "plan": "A sheet says what the plan says: 'changed' after an edit here",
    "rule": "Rules and ceilings are kept",
}


def write_checks(work: Work) -> Cell:
    """Fill the sheet; returns the overall result."""
    page = work.page(
        CHECKS,
        f"Checks: {len(work.checks)} comparisons between sheets, with the plan and with the donor's rules",
        "Amounts are compared to the cent, and worked out anew with every change. 'differs' and 'above the ceiling' ask for "
        "somebody's attention; 'changed' says that a figure is no longer the one of the plan.",
        (58, 15, 15, 13, 13),
        landscape=False,
    )
    page.put(0, "All checks together", TEXT, "bold")
    overall_row = page.row
    page.next(2)
    head = page.heads(("What is compared", "First", "Second, or ceiling", "Difference", "Result"), 1)
    page.keep(head)
    results: list[Cell] = []
    for kind, title in _SECTIONS.items():
        page.section(title)
        results += [_row(page, check) for check in work.checks if check.kind == kind]
    page.row, end = overall_row, page.row
    wrong = counted(results, DIFFERS, ABOVE)
    changed = counted(results, CHANGED)
    value = SOMETHING_WRONG if wrong.number else AGREE_BUT_CHANGED if changed.number else ALL_AGREE
    formula = f'IF({wrong.formula}>0,"{SOMETHING_WRONG}",IF({changed.formula}>0,"{AGREE_BUT_CHANGED}","{ALL_AGREE}"))'
    overall = page.put(1, Live(formula, value, True), TEXT, "accent")
    page.row = end
    for text, look in ((DIFFERS, "weak"), (ABOVE, "weak"), (CHANGED, "accent")):
        page.sheet.conditional_format(
            results[0].row, 4, results[-1].row, 4,
            {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": page.looks.change(look)},
        )  # fmt: skip
    page.close()
    work.name("all_checks", overall)
    return overall


def _row(page: Page, check: Check) -> Cell:
    number = FINE_SHARE if check.share else MONEY
    page.put(0, check.what, TEXT, "row", "wrap")
    page.tall([(check.what, 0)])
    left = page.put(1, check.left, number, "row")
    right = page.put(2, check.right, number, "row")
    page.put(3, left - right, number, "row", "grey")
    match check.kind:
        case "rule":
            result = at_most(left, right, ABOVE, check.room)
        case "plan":
            result = same(left, right, CHANGED)
        case _:
            result = same(left, right, DIFFERS)
    found = page.put(4, result, TEXT, "row", "right")
    page.next()
    return found
