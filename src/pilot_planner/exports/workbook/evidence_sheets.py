"""What the plan rests on: every input with its range, source and grade, and every source."""

from __future__ import annotations

from pilot_planner.data.estimates import GRADE_ORDER
from pilot_planner.exports.workbook.cell_formats import PLAIN, TEXT, plain
from pilot_planner.exports.workbook.page import brief
from pilot_planner.exports.workbook.workbook_context import INPUTS, SOURCES, Work
from pilot_planner.studies.planning.provenance import behind

TO_BE_REPLACED = "to be replaced"
_LONGEST, _LONGEST_USE = 500, 240


def write_inputs(work: Work) -> None:
    """Every estimate behind the plan's figures, derived ones and what they are made of."""
    plan = work.dossier.plan
    estimates = sorted(behind(plan.case, plan.accounts), key=lambda one: one.path)
    weak = sum(one.grade not in GRADE_ORDER[:2] for one in estimates)
    page = work.page(
        INPUTS,
        f"Inputs used: {len(estimates)} numbers that this plan rests on, {weak} of them to be replaced before a contract",
        "Low and high are read as the 5th and the 95th percentile where risk is studied. A: read in a statistic or "
        "first-hand "
        "text; B: secondary report, or derived from A; C: recalled or judged. A name in the column Source is "
        "explained on the "
        "sheet Sources; 'set' means that the number was changed on top of the shipped inputs.",
        (40, 11, 11, 11, 17, 6, 25, 6.5, 13, 27),
    )
    names = ("Input", "Low", "Value", "High", "Unit", "Year", "Source", "Grade", "Status", "Made of")
    page.keep(page.heads(names, 1, 3, (5, 7)))
    first = page.row - 1
    for one in estimates:
        page.put(0, one.path, TEXT, "row", "wrap")
        for column, value in ((1, one.low), (2, one.base), (3, one.high)):
            page.put(column, value, plain(value), "row", *(("bold",) if column == _VALUE else ("grey",)))
        page.put(4, one.unit, TEXT, "row", "grey", "wrap", "indent")
        page.put(5, one.year, PLAIN, "row", "grey", "centre")
        source = "set" if one.reading == "set" else one.source_id
        page.put(6, source, TEXT, "row", "wrap", "indent")
        to_do = TO_BE_REPLACED if one.grade not in GRADE_ORDER[:2] else ""
        page.put(7, one.grade, TEXT, "row", "centre", *(("weak",) if to_do else ()))
        page.put(8, to_do, TEXT, "row", *(("weak",) if to_do else ()))
        formula = brief(one.formula, _LONGEST)
        page.put(9, formula, TEXT, "row", "grey", "wrap")
        page.tall([(one.path, 0), (one.unit, 4), (source, 6), (formula, 9)])
        page.next()
    page.sheet.autofilter(first, 0, page.row - 1, len(names) - 1)
    page.close()


_VALUE = 2


def write_sources(work: Work) -> None:
    """Every source with the inputs that are taken from it. Addresses are texts: nothing here can be clicked."""
    rows = work.dossier.plan.sources
    page = work.page(
        SOURCES,
        f"Sources: the {len(rows)} publications and records behind the plan",
        "Grade is the weakest among the inputs that the plan takes from a source. Addresses are texts and open nothing.",
        (24, 34, 18, 6, 38, 6.5, 34),
    )
    page.keep(page.heads(("Source", "Title", "Publisher", "Year", "Address", "Grade", "Used for"), 99, centred=(3, 5)))
    for one in rows:
        used = brief(one.used_by, _LONGEST_USE)
        texts = (one.source_id, brief(one.title, _LONGEST), brief(one.publisher, _LONGEST), "", one.url, one.grade, used)
        for column, text in enumerate(texts):
            weak = column == _GRADE and one.grade not in GRADE_ORDER[:2]
            page.put(
                column, text, TEXT, "row", "wrap", *(("centre",) if column == _GRADE else ()), *(("weak",) if weak else ())
            )
        page.put(3, one.year, PLAIN, "row", "grey", "centre")
        page.tall([(text, column) for column, text in enumerate(texts) if column != _GRADE])
        page.next()
    page.close()


_GRADE = 5
