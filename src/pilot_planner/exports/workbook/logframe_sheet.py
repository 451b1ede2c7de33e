"""The results framework as a logical framework: one row an indicator."""

from __future__ import annotations

from pilot_planner.exports.results import Indicator, year_of
from pilot_planner.exports.workbook.cell_formats import COUNT, PLAIN, SHARE, TEXT, WHOLE, plain
from pilot_planner.exports.workbook.formula_cells import Cell, number, total
from pilot_planner.exports.workbook.page import Page
from pilot_planner.exports.workbook.workbook_context import LOGFRAME, Work

_BEFORE = ("Level", "Ref", "Result", "Indicator", "Unit", "By", "Baseline", "Year")
_AFTER = ("Means of verification", "How often", "Responsible", "Assumptions", "Risk", "Weight")


def write_logframe(work: Work) -> None:
    """Fill the sheet."""
    years = range(1, max(work.year_of.values()) + 1)
    results = work.dossier.results
    outputs = sum(one.level == "output" for one in results)
    page = work.page(
        LOGFRAME,
        f"Logical framework: what the programme is to reach, {outputs} outputs, each with baseline, milestones and target",
        "Shares in per cent. Milestones are at the end of each year; the last is the target at the end of the programme. "
        "Targets that the plan itself gives follow a new plan, not changes in this workbook.",
        (8, 4.5, 20, 25, 11, 11, 9, 6, *(9 for _ in years), 21, 9, 16, 23, 7, 7.5),
    )
    heads = [*_BEFORE, *(f"Year {year}" for year in years[:-1]), "Target", *_AFTER]
    head = page.heads(heads, 6, 7 + len(years))
    page.keep(head, 2)
    weights: list[Cell] = []
    for result in results:
        for place, one in enumerate(result.indicators):
            texts = {
                0: result.level.capitalize() if place == 0 else "",
                1: result.ref if place == 0 else "",
                2: result.statement if place == 0 else "",
                3: one.name,
                4: one.unit,
                5: ", ".join(one.disaggregation),
                8 + len(years): one.verification,
                9 + len(years): one.frequency,
                10 + len(years): one.responsible,
                11 + len(years): result.assumptions if place == 0 else "",
                12 + len(years): result.risk_rating if place == 0 else "",
            }
            for column, text in texts.items():
                bold = ("bold",) if column < _STATEMENT else ()
                pad = ("indent",) if column == 8 + len(years) else ()
                page.put(column, text, TEXT, "row", "wrap", *bold, *pad)
            page.tall([(text, column) for column, text in texts.items()])
            _values(page, one, work, list(years))
            weight = result.weight if place == 0 else None
            cell = page.put(13 + len(years), weight, SHARE, "row")
            if weight is not None:
                weights.append(cell)
            page.next()
    page.fill("total")
    page.put(3, "Weights of the outputs together", TEXT, "total")
    whole = page.put(13 + len(years), total(weights), SHARE, "total")
    page.next()
    page.close()
    work.agree("Logframe: weights of outputs = 100 %", whole, number(1.0))


_STATEMENT = 3


def _values(page: Page, one: Indicator, work: Work, years: list[int]) -> None:
    look = SHARE if one.is_share else COUNT
    if one.baseline is None:
        page.put(6, "none", TEXT, "row", "grey", "right")
    else:
        page.put(6, one.baseline, look if one.is_share else plain(one.baseline), "row")
    page.put(7, one.baseline_year, PLAIN, "row", "grey")
    values = {year_of(target, work.dossier.start): target.value for target in one.targets}
    for place, year in enumerate(years):
        value = values.get(year)
        whole = value is not None and not one.is_share and value >= _LARGE
        page.put(8 + place, value, WHOLE if whole else look, "row", *(("bold",) if year == years[-1] else ()))


_LARGE = 1000
