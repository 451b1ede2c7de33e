"""What the Inputs page shows: the grid's columns, what a scenario changes, one value in full. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from pilot_planner.access.roles import Role
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, folded, section, tag
from pilot_planner.dashboard.layout.number_box import number_box
from pilot_planner.dashboard.pages.export.downloads import SCENARIO, WORKBOOK, scenario_file, scenario_name
from pilot_planner.dashboard.pages.inputs.rows import Row, what
from pilot_planner.dashboard.pages.inputs.scenario import Change, command_of, without
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.data.estimates import BOUNDS, Estimate
from pilot_planner.data.formulas import FormulaError, references
from pilot_planner.reports.inputs_workbook import about
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import EN_DASH, counted, listed, signed

_NARROW = 620
"""Px of the main column below which the grid keeps the columns that matter most; the rest is in the box below it."""
_OWN = {"function": "params.data.can"}
_KNOWN = {"function": "params.data.can && params.data.base !== null"}
"""A bound alone says nothing of a value that is absent."""
_MOST_FAULTS = 12
_MOST_MADE_OF = 8


def columns(width: int, ranked: bool, worth: bool = False) -> list[dict[str, Any]]:
    """Columns of the grid. A number is edited as text, so that whatever is typed can be refused with a reason."""
    number = {
        "type": "rightAligned",
        "cellDataType": False,
        "valueFormatter": {"function": "pilotNumber(params)"},
        "cellEditor": "agTextCellEditor",
        "comparator": {"function": "pilotOrder(valueA, valueB)"},
        "cellClassRules": {"pp-derived": "!params.data.can", "pp-edited": "params.data.edited === 'yes'"},
        "tooltipValueGetter": {"function": "pilotWhy(params)"},
        "width": 96,
    }
    found: list[dict[str, Any]] = [
        {"field": "what", "headerName": "Value", "pinned": "left", "width": 210, "tooltipField": "meaning"},
        {"field": "about", "headerName": "Of", "width": 190, "tooltipField": "about"},
        {"field": "low", "headerName": "Low", "editable": _KNOWN, **number},
        {"field": "base", "headerName": "Base", "editable": _OWN, **number},
        {"field": "high", "headerName": "High", "editable": _KNOWN, **number},
        {"field": "unit", "headerName": "Unit", "width": 120},
        _swing(ranked, worth),
        {"field": "grade", "headerName": "Grade", "width": 84},
        {"field": "year", "headerName": "Year", "width": 78, "cellDataType": False},
        {"field": "source", "headerName": "Source", "width": 240, "cellRenderer": "PilotSource", "tooltipField": "source"},
        {"field": "note", "headerName": "Note", "width": 300, "tooltipField": "note"},
        {"field": "formula", "headerName": "Formula", "width": 240, "tooltipField": "formula"},
        {"field": "path", "headerName": "Path", "width": 320, "tooltipField": "path"},
        {"field": "table", "hide": True},
        {"field": "plan", "hide": True},
        {"field": "edited", "hide": True},
    ]  # fmt: skip
    if width < _NARROW:
        for one in found:
            one["hide"] = one["field"] not in ("what", "about", "base", "unit", "swing" if ranked else "grade")
            one.pop("pinned", None)
            one["width"] = {"what": 150, "about": 110, "base": 80, "unit": 90, "swing": 110}.get(one["field"], 70)
    return found


def _swing(ranked: bool, worth: bool) -> dict[str, Any]:
    return {
        "field": "swing",
        "headerName": "Worth knowing" if worth else "Income swing, USD",
        "width": 160,
        "hide": not ranked,
        "sort": "desc" if ranked else None,
        "type": "rightAligned",
        "cellDataType": False,
        "valueFormatter": {"function": "pilotWhole(params)"},
        "comparator": {"function": "pilotOrder(valueA, valueB)"},
    }


def message(taken: str = "", faults: Sequence[str] = (), notes: Sequence[str] = (), refused: str = "Refused") -> Any:
    """What became of an edit or a file, beside the table."""
    if faults:
        listed_faults = [html.Li(fault) for fault in faults[:_MOST_FAULTS]]
        more = len(faults) - _MOST_FAULTS
        if more > 0:
            listed_faults.append(html.Li(f"and {more} more"))
        head = f"{refused}: {counted(len(faults), 'fault', 'faults')}; nothing was changed"
        content: Any = html.Ul(listed_faults, className="pp-list") if len(faults) > 1 else html.P(faults[0])
        return html.Div([html.H3(head), content], className="pp-refused", role="alert")
    parts: list[Any] = [html.P(taken)] if taken else []
    if notes:
        parts.append(folded(f"{counted(len(notes), 'remark', 'remarks')} to look at", html.Ul([html.Li(n) for n in notes])))
    return html.Div(parts, className="pp-taken", role="status") if parts else None


def changed(planner: Planner, question: Question, changes: Sequence[Change], plan: Plan | None, before: Plan | None) -> Any:
    """What the scenario changes, with a way back for each value; nothing where it changes nothing."""
    if not changes:
        return None
    rows = []
    for one in changes:
        undo = without(question, one.new.path).search
        effect = f"{question.search}&x=inputs.{one.new.path}"
        rows.append(
            [
                html.Div([html.Div(words(one.new, planner)), html.Code(f"inputs.{one.new.path}")]),
                span(one.old),
                span(one.new),
                one.new.unit,
                tag(one.old.grade),
                dcc.Link(["Its curve", _aside(words(one.new, planner))], href=f"/what-if{effect}"),
                dcc.Link(["Undo", _aside(words(one.new, planner))], href=f"/inputs{undo}"),
            ]
        )
    heads = ("Value", "In the files", "In the scenario", "Unit", "Grade", "Effect", "Undo")
    name = f"“{question.scenario}” changes" if question.scenario else "The scenario changes"
    title = f"{name} {counted(len(changes), 'value', 'values')}{_effect(plan, before)}"
    undo_all = dcc.Link("Undo all", href=f"/inputs{without(question).search}", className="pp-button")
    return section(
        title,
        "Low, base and high; the files of the inputs stay as they are",
        _plain_table(heads, rows),
        side=undo_all,
        name="what-changed",
    )


def _plain_table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> html.Div:
    """A table whose cells hold more than one part; few rows, so that its many components do no harm."""
    head = html.Thead(html.Tr([html.Th(text) for text in heads]))
    body = html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows])
    found = html.Table([head, body], className="pp-table pp-words-1 pp-changed pp-spare-4 pp-spare-5 pp-spare-6")
    return html.Div(found, className="pp-scroll", tabIndex="0", role="region", **aria(label="What changed"))


def _aside(text: str) -> html.Span:
    """Words for those who hear a link and do not see the row that it stands in."""
    return html.Span(f": {text}", className="pp-hidden")


def _effect(plan: Plan | None, before: Plan | None) -> str:
    if plan is None:
        return "; no plan meets it"
    if before is None:
        return ""
    change = plan.metrics["worker_income"] - before.metrics["worker_income"]
    if abs(change) < 1.0:
        return "; worker income stays as it was"
    return f"; worker income {signed(change, 'USD')}"


def words(one: Estimate, planner: Planner) -> str:
    """A value by name: ``Market wage, Mongolia, construction``."""
    from pilot_planner.text.names import names_of_codes

    name, of = what(one), about(one, names_of_codes(planner.inputs))
    return name if not of or of.lower() == name.lower() else f"{name}, {of}"


def span(one: Estimate) -> str:
    """Low, base and high in short."""
    if one.base is None or one.low is None or one.high is None:
        return "absent"
    if one.low == one.high:
        return digits(one.base)
    return f"{digits(one.base)} ({digits(one.low)}{EN_DASH}{digits(one.high)})"


def digits(value: float | None) -> str:
    """A number with seven digits, no more zeros than it needs."""
    return "" if value is None else f"{value:,.7g}" if abs(value) < 1e15 else f"{value:g}"


def detail(row: Row, estimate: Estimate, planner: Planner, made_into: Sequence[str], reaches: bool = True) -> Any:
    """One value in full, with a form for it, or why it cannot be edited; ``reaches``: whether a figure rests on it."""
    source: Any = row["source"]
    if row["url"]:
        source = html.A(row["source"], href=row["url"], target="_blank", rel="noopener noreferrer")
    year = row["year"] or "no year"
    facts = [
        html.P(row["meaning"]) if row["meaning"] else None,
        html.P([f"{span(estimate)} {estimate.unit}, {year}, grade ", tag(row["grade"]), ". Source: ", source]),
        html.P(row["note"], className="pp-sub") if row["note"] else None,
        html.P(html.Code(f"inputs.{row['path']}")),
    ]  # fmt: skip
    if estimate.formula:
        form: Any = html.Div(
            [
                html.P(html.Strong("Derived, so it is not edited: it follows what it is made of.")),
                html.P(html.Code(estimate.formula)),
                html.P(_made_of(estimate, planner)),
            ]
        )
    else:
        form = html.Div([*(_box(bound, estimate) for bound in BOUNDS), _apply()], className="pp-form")
    used = (
        html.P(f"{counted(len(made_into), 'value follows', 'values follow', capital=True)} from it.") if made_into else None
    )
    idle = None if reaches else html.P(html.Strong("No figure of this plan rests on it."))
    parts = [html.H3(words(estimate, planner)), *facts, idle, form, used]
    return html.Div([part for part in parts if part is not None], className="pp-detail")


def _made_of(estimate: Estimate, planner: Planner) -> str:
    try:
        needed = references(estimate.formula, estimate.address)
    except FormulaError:
        return ""
    found = [".".join(one.address) + (" (the median of all)" if one.pooled else "") for one in needed]
    more = [f"{len(found) - _MOST_MADE_OF} more"] if len(found) > _MOST_MADE_OF else []
    return f"Made of {listed([*found[:_MOST_MADE_OF], *more])}." if found else ""


def _box(bound: str, estimate: Estimate) -> Any:
    return number_box(ids.typed(bound), bound.capitalize(), getattr(estimate, bound), size="sm", w=130)


def _apply() -> Any:
    return needing(Role.EDIT, html.Button("Apply", id=ids.INPUTS_APPLY, className="pp-button pp-button-main", type="button"))


def files(planner: Planner, question: Question) -> Any:
    """The scenario and the inputs to take away."""
    count = len(question.settings)
    found: list[Any] = [
        html.P(
            [
                html.A("Inputs as an Excel workbook", href=f"{WORKBOOK}{question.search}", className="pp-button"),
                " One sheet a table, with units and sources; the numbers that may be changed are yellow.",
            ]
        )
    ]
    if count:
        found += [
            html.P(
                [
                    html.A("Scenario as an override file", href=f"{SCENARIO}{question.search}", className="pp-button"),
                    f" {counted(count, 'setting', 'settings', capital=True)} on top of the design, for the command line:",
                ]
            ),
            html.Pre(command_of(planner, question, scenario_name(question)), tabIndex="0"),
            folded("Show the file", html.Pre(scenario_file(planner, question), tabIndex="0")),
        ]
    else:
        found.append(html.P("Nothing is changed, so there is no override file to take away yet.", className="pp-sub"))
    return html.Div(found, className="pp-files")
