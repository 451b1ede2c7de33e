"""The Inputs page: every number with range, unit, source, year and grade; edited with checking, as a named scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, folded, section, take_table
from pilot_planner.dashboard.pages.inputs import edits, ranking
from pilot_planner.dashboard.pages.inputs.components import changed, columns, detail, files
from pilot_planner.dashboard.pages.inputs.ranking import swings
from pilot_planner.dashboard.pages.inputs.rows import Row, input_rows, rests_on, tables, title
from pilot_planner.dashboard.pages.inputs.scenario import changes_of, inputs_of, without
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.dashboard.runtime.job_queue import Jobs
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.dashboard.runtime.visitor_state import clean_search, good_answer, question_of
from pilot_planner.data.inputs_upload import MOST_BYTES
from pilot_planner.errors import InputError
from pilot_planner.studies.planning.without_effect import without_effect

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services

_GRADES = ("A", "B", "C", "absent")
_THEME = {
    "function": "themeQuartz.withParams({backgroundColor: 'var(--pp-page)', foregroundColor: 'var(--pp-ink)', "
    "borderColor: 'var(--pp-line)', rowBorder: {color: 'var(--pp-faint)'}, headerBackgroundColor: 'var(--pp-page)', "
    "headerTextColor: 'var(--pp-second)', accentColor: 'var(--pp-accent)', rowHoverColor: 'var(--pp-hover)', "
    "fontFamily: 'inherit', fontSize: 13, headerFontSize: 12, headerFontWeight: 400, wrapperBorder: false, "
    "wrapperBorderRadius: 0, borderRadius: 2, oddRowBackgroundColor: 'var(--pp-page)', rowHeight: 34, headerHeight: 36, "
    "selectedRowBackgroundColor: 'var(--pp-hover)', tooltipBackgroundColor: 'var(--pp-ink)', "
    "tooltipTextColor: 'var(--pp-page)'})"
}
_NOTHING = "No value has all that: search for less, or show all."
_OPTIONS: dict[str, Any] = {
    "theme": _THEME,
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
    "stopEditingWhenCellsLoseFocus": True,
    "suppressDragLeaveHidesColumns": True,
    "tooltipShowDelay": 400,
    "animateRows": False,
    "localeText": {"noRowsToShow": _NOTHING, "noMatchingRows": _NOTHING},
    "includeHiddenColumnsInQuickFilter": True,
}
_FILTER = {
    "filterParams": {"maxNumConditions": len(_GRADES)},
    "filter": "agTextColumnFilter",
    "suppressHeaderMenuButton": True,
    "suppressHeaderFilterButton": True,
}
_WHICH = (("all", "All"), ("plan", "Behind this plan"), ("edited", "Edited"))


def layout(services: Services, opened: Opened) -> Any:
    """The grid is filled once the plan is known; all else stands there at once."""
    return html.Div(
        [
            html.H1(title(services.planner.inputs, None), className="pp-title", id=ids.INPUTS_TITLE),
            html.P(
                "Every number behind the plan, with its range, source and grade. Edit a number and the plan follows "
                "everywhere. Edits belong to a scenario in the address of the page: the files stay as they are.",
                className="pp-lead",
            ),
            html.Div(id=ids.INPUTS_CHANGED),
            _table_section(),
            section(
                "Take it away, bring it back",
                "An edited workbook or an override file becomes the scenario; faults are told by sheet, row and column",
                html.Div(id=ids.INPUTS_FILES),
                _coming_in(),
            ),
            dcc.Store(id=ids.INPUTS_SHOWN),
            dcc.Store(id=ids.INPUTS_CHOSEN),
            dcc.Store(id=ids.INPUTS_OPTIONS, data=_OPTIONS),
            dcc.Store(id=ids.RANK_JOB),
            dcc.Interval(id=ids.RANK_TICK, interval=700, disabled=True),
        ]
    )


def _table_section() -> html.Section:
    bar = html.Div(
        [
            dmc.TextInput(id=ids.INPUTS_SEARCH, label="Search", placeholder="wage Mongolia", size="sm", debounce=250, w=220),
            dmc.Select(
                id=ids.INPUTS_TABLE, label="Table", data=tables(), clearable=True, placeholder="All", size="sm", w=170
            ),
            dmc.MultiSelect(
                id=ids.INPUTS_GRADE, label="Grade", data=list(_GRADES), placeholder="Any", clearable=True, size="sm", w=190
            ),
            html.Div(
                dmc.SegmentedControl(
                    id=ids.INPUTS_WHICH,
                    data=[{"value": value, "label": label} for value, label in _WHICH],
                    value="all",
                    size="xs",
                    **aria(label="Which values"),
                )
            ),
            needing(Role.PLAN, html.Button("Rank by influence", id=ids.RANK_RUN, className="pp-button", type="button")),
            needing(Role.PLAN, html.Button("Rank by worth", id=ids.RANK_WORTH, className="pp-button", type="button")),
        ],
        className="pp-form",
    )
    grid = dag.AgGrid(
        id=ids.INPUTS_GRID,
        rowData=[],
        columnDefs=[],
        defaultColDef={"sortable": True, "resizable": True, **_FILTER},
        getRowId="params.data.path",
        dashGridOptions=_OPTIONS,
        className="pp-grid",
        style={"height": "560px", "width": "100%"},
    )
    return section(
        "All values",
        "Current values in their own unit; plans use base. A derived value follows its formula. Select a row for the rest",
        bar,
        html.Div(id=ids.RANK_PROGRESS),
        html.Div(id=ids.INPUTS_MESSAGE, **aria(live="polite")),
        html.Div(id=ids.INPUTS_COUNT, className="pp-sub"),
        html.Div(
            [grid, take_table()], className="pp-grid-box", role="region", tabIndex="-1", **aria(label="Table of inputs")
        ),
        html.Div(id=ids.INPUTS_DETAIL),
        name="values",
    )


def _coming_in() -> html.Div:
    chosen = needing(Role.EDIT, html.Button("Upload a workbook or an override file", className="pp-button", type="button"))
    return html.Div(
        [
            html.Div(
                dmc.TextInput(id=ids.INPUTS_NAME, label="Name of the scenario", size="sm", debounce=True, w=320),
                className="pp-form",
            ),
            dcc.Upload(chosen, id=ids.INPUTS_UPLOAD, max_size=MOST_BYTES, accept=".xlsx,.toml", className="pp-upload"),
            folded(
                "Paste an override file",
                dmc.Textarea(
                    id=ids.INPUTS_PASTE, minRows=6, autosize=True, maxRows=16, **aria(label="An override file in TOML")
                ),
                needing(Role.EDIT, html.Button("Use it", id=ids.INPUTS_PASTED, className="pp-button", type="button")),
            ),
            html.Div(id=ids.INPUTS_UPLOADED, **aria(live="polite")),
        ]
    )


def register(app: Dash, services: Services) -> None:
    """The table follows the plan; edits and files change the address."""
    _grid_follows(app, services)
    _scenario_follows(app, services)
    _choice_follows(app, services)
    edits.register(app, services)
    ranking.register(app, services)
    _in_the_browser(app)


def asked_question(planner: Planner, asked: dict[str, Any] | None) -> Question | None:
    """What was asked last, whether or not it has a plan; None where it cannot be read."""
    if not asked:
        return None
    try:
        return read_address(clean_search(asked), planner.models, planner.first)
    except InputError:
        return question_of(planner, asked)


def rows_shown(planner: Planner, jobs: Jobs, now: dict[str, Any] | None) -> dict[str, Row]:
    """The rows that the grid shows when it shows this: ``search`` asked, ``good`` with a plan, key of a ranking."""
    if now is None:
        return {}
    question = asked_question(planner, now) or Question(planner.first)
    answer = good_answer(planner, now)
    inputs = inputs_of(planner, question)
    edited = {one.new.path for one in changes_of(planner, question)}
    return input_rows(inputs, edited, rests_on(None if answer is None else answer.plan), swings(jobs.get(now.get("ranked"))))


def _grid_follows(app: Dash, services: Services) -> None:
    planner, jobs = services.planner, services.jobs

    @app.callback(
        Output(ids.INPUTS_GRID, "rowData"),
        Output(ids.INPUTS_GRID, "rowTransaction"),
        Output(ids.INPUTS_GRID, "columnDefs"),
        Output(ids.INPUTS_SHOWN, "data"),
        Input(ids.PLAN, "data"),
        Input(ids.RANK_JOB, "data"),
        Input(ids.WIDTH, "data"),
        State(ids.INPUTS_SHOWN, "data"),
    )
    @answers(Role.VIEW)
    def fill(asked: Any, ranking: Any, width: int | None, before: Any) -> tuple[Any, ...]:
        if not asked or width is None:
            return no_update, no_update, no_update, no_update
        ranked = ranking["key"] if ranking and ranking["over"] and ranking["search"] == asked.get("good") else None
        now = {"search": clean_search(asked), "good": asked.get("good"), "ranked": ranked, "width": width}
        if now == before:
            return no_update, no_update, no_update, no_update
        rows = rows_shown(planner, jobs, now)
        drawn: Any = no_update
        if before is None or (before["width"], before.get("ranked")) != (width, ranked):
            drawn = columns(width, ranked is not None, bool(ranked and ranking.get("worth")))
        if before is None:
            return list(rows.values()), no_update, drawn, now
        old = rows_shown(planner, jobs, before)
        update = [row for path, row in rows.items() if row != old.get(path)]
        return no_update, {"update": update} if update else no_update, drawn, now


def _scenario_follows(app: Dash, services: Services) -> None:
    planner = services.planner

    @app.callback(
        Output(ids.INPUTS_TITLE, "children"),
        Output(ids.INPUTS_CHANGED, "children"),
        Output(ids.INPUTS_FILES, "children"),
        Output(ids.INPUTS_NAME, "value"),
        Output(ids.INPUTS_MESSAGE, "children"),
        Input(ids.PLAN, "data"),
    )
    @answers(Role.VIEW)
    def around(asked: dict[str, Any] | None) -> tuple[Any, ...]:
        question = asked_question(planner, asked)
        if question is None or asked is None:
            return (no_update,) * 5
        answer = good_answer(planner, asked)
        plan = None if answer is None else answer.plan
        changes = changes_of(planner, question)
        solved = plan if asked["status"] == "solved" else None
        before = planner.answer(without(question)).plan if changes and solved is not None else None
        told = changed(planner, question, changes, solved, before)
        # What was said of an edit is of no use any more where nothing is edited.
        said = no_update if changes else None
        return title(planner.inputs, plan), told, files(planner, question), question.scenario, said


def _choice_follows(app: Dash, services: Services) -> None:
    planner = services.planner

    @app.callback(
        Output(ids.INPUTS_DETAIL, "children"),
        Output(ids.INPUTS_CHOSEN, "data"),
        Input(ids.INPUTS_GRID, "selectedRows"),
        Input(ids.PLAN, "data"),
        State(ids.INPUTS_CHOSEN, "data"),
    )
    @answers(Role.VIEW)
    def choose(selected: list[Row] | None, asked: dict[str, Any] | None, chosen: dict[str, str] | None) -> tuple[Any, Any]:
        path = selected[0]["path"] if selected else (chosen or {}).get("path")
        question = asked_question(planner, asked)
        # Drawn again, the form would lose what is being typed into it.
        if not path or question is None or chosen == (now_chosen := {"path": path, "key": question.key}):
            return no_update, no_update
        now = {"search": question.search, "good": None, "ranked": None}
        row = rows_shown(planner, services.jobs, now).get(path)
        if row is None:
            return no_update, no_update
        inputs = inputs_of(planner, question)
        estimate = inputs.estimates[tuple(path.split("."))]
        follow = [".".join(address) for address in inputs.followers(estimate.address)]
        answer = good_answer(planner, asked)
        case = None if answer is None or answer.plan is None else answer.plan.case
        reaches = case is None or not without_effect(case, [path])
        return detail(row, estimate, planner, follow, reaches), now_chosen


def _in_the_browser(app: Any) -> None:
    app.clientside_callback(
        ClientsideFunction("inputs", "filter"),
        Output(ids.INPUTS_GRID, "filterModel"),
        Output(ids.INPUTS_GRID, "dashGridOptions"),
        Input(ids.INPUTS_SEARCH, "value"),
        Input(ids.INPUTS_TABLE, "value"),
        Input(ids.INPUTS_GRADE, "value"),
        Input(ids.INPUTS_WHICH, "value"),
        State(ids.INPUTS_OPTIONS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("inputs", "count"),
        Output(ids.INPUTS_COUNT, "children"),
        Input(ids.INPUTS_GRID, "virtualRowData"),
        State(ids.INPUTS_GRID, "rowData"),
    )
    app.clientside_callback(
        ClientsideFunction("inputs", "name"),
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        Input(ids.INPUTS_NAME, "value"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
