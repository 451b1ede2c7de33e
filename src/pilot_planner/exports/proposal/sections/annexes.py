"""Annexes: sources, what each figure rests on, and figures to be replaced. Made last, when all marks are known."""

from __future__ import annotations

from pilot_planner.exports.proposal.blocks import Section, text
from pilot_planner.exports.proposal.section_builder import Draft, grade, line, paragraph, table, together
from pilot_planner.exports.proposal.sections.rationale import excluded_countries
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.text.names import metric_label, path_label

_BUDGET_RATIOS = {
    "oversight_cost_share": "Cost of inspectors, visits, audits and verification over the operating cost.",
    "workers_per_inspector": "Workers over inspectors, mean of the programme.",
}


def annexes(draft: Draft) -> tuple[Section, ...]:
    """Sources (A), figures (B), grade C (C), countries excluded (D). A is made last, since the others cite sources."""
    figures, weak, excluded = _figures(draft), _weak(draft), excluded_countries(draft)
    return tuple(one for one in (_sources(draft), figures, weak, excluded) if one is not None)


def _figures(draft: Draft) -> Section:
    rows = []
    marks = draft.marks
    for name in list(marks.figures):
        meaning = (
            METRICS[name].meaning
            if name in METRICS
            else RATIOS[name].meaning
            if name in RATIOS
            else _BUDGET_RATIOS.get(name, "")
        )
        letter = marks.grade_of_figure(name)
        key = marks.figure(name).key
        rows.append(
            line(
                key,
                text(f"{metric_label(name)}. {meaning}"),
                draft.told_value(name),
                grade(letter) or "–",
                together(marks.sources_of_figure(name)),
                anchor=key,
            )
        )
    return Section(
        "What the figures rest on",
        (
            paragraph(
                "Every marked figure of the plan, with the weakest grade among all that it rests on, and the sources "
                "of these inputs."
            ),
            table(
                "Figures of the plan and their sources",
                [("Mark", 7), ("Figure", 34), ("Value", 13, True), ("Weakest grade", 13), ("Sources", 33)],
                rows,
                small=True,
            ),
        ),
        annex=True,
    )


def _weak(draft: Draft) -> Section | None:
    weak = draft.plan.weak_inputs
    if not weak:
        return None
    names = draft.hosts | draft.sectors
    rows = [
        line(
            path_label(f"inputs.{one.path}", names),
            *(_number(value) for value in (one.low, one.base, one.high)),
            one.unit.replace("_", " "),
            (draft.marks.source(one.source_id, "C"),),
        )
        for one in weak
    ]
    return Section(
        "Figures to be replaced",
        (
            paragraph(
                f"{len(weak)} inputs of this plan are of grade C: recalled or judged. Each is to be replaced by a "
                f"reading, a quotation or a decision before the proposal is signed. "
                "Figures that are worked out from them are not listed again."
            ),
            table(
                "Inputs of grade C, to be replaced",
                [("Figure", 40), ("Low", 11, True), ("Base", 11, True), ("High", 11, True), ("Unit", 18), ("Source", 9)],
                rows,
                small=True,
            ),
        ),
        annex=True,
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.6g}"


def _sources(draft: Draft) -> Section:
    marks = draft.marks
    known = {row.text("source_id"): row for row in draft.plan.inputs.rows("lists/sources.csv")}
    rows = []
    for source_id in list(marks.sources):
        row = known.get(source_id)
        key = marks.source(source_id).key
        title = source_id.replace("_", " ") if row is None else row.text("title")
        year = row["year"] if row is not None and row["year"] else ""
        publisher = "" if row is None else row.text("publisher")
        url = "" if row is None else row.text("url")
        where = ", ".join(str(part) for part in (publisher, year) if part and str(part) not in title)
        letter = marks.grade_of(source_id)
        rows.append(
            line(key, f"{title}{f'. {where}' if where else ''}", url or "–", grade(letter) if letter else "–", anchor=key)
        )
    return Section(
        "Sources",
        (
            paragraph(
                "Sources in the order in which the text first names them. The grade is the weakest of what was taken "
                "from a source: A read in a statistic or a first-hand text, "
                "B reported second-hand or derived from A, C recalled or judged. Addresses are given as they were "
                "found; nothing was fetched to make this file."
            ),
            table(
                "Sources and grades",
                [("Mark", 7), ("Source", 43), ("Address", 36), ("Grade", 14)],
                rows,
                small=True,
            ),
        ),
        annex=True,
    )
