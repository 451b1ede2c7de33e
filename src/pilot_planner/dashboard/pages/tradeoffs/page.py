"""The Trade-offs page: the front as it is found, the plan selected from it, filters, and nearly equal plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import empty, section
from pilot_planner.dashboard.pages.tradeoffs import callbacks, filters, headlines, near_optimal
from pilot_planner.dashboard.pages.tradeoffs.layout import AIMS, front_layout
from pilot_planner.dashboard.pages.tradeoffs.state import (
    Shown,
    axes_of,
    front_of,
    open_number,
    points_aimed_at,
    question_of_front,
)
from pilot_planner.dashboard.pages.tradeoffs.tables import beside, opened_from, picked, plans_table, sets_table
from pilot_planner.dashboard.runtime.url_state import with_page_values
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.tradeoffs import front_3d, front_scatter
from pilot_planner.figures.tradeoffs.front_labels import hover, summary
from pilot_planner.studies.pareto.pareto_front import FrontPoint
from pilot_planner.text.labels import counted, inline
from pilot_planner.text.labels import shown as figure_of
from pilot_planner.text.names import host_names, hosts_in_words, metric_label, metric_unit

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services

_MOST_AXES = 4
_PANEL = 348
"""Px of the panel beside the scatter, with its gap."""
_ONE_COLUMN = 760


def layout(services: Services, opened: Opened) -> Any:
    """Everything that callbacks fill stands there from the start."""
    return front_layout()


def register(app: Dash, services: Services) -> None:
    """What happens: the job is followed, its points are drawn, one is selected, some are filtered."""
    callbacks.register(app, services)
    _draw(app, services)
    _select(app, services)
    filters.register(app, services)
    _choose_axes(app, services)
    near_optimal.register(app, services)


def _draw(app: Dash, services: Services) -> None:
    planner = services.planner
    names = host_names(planner.inputs)

    @app.callback(
        Output(ids.FRONT_TITLE, "children"),
        Output(ids.FRONT_BODY, "className"),
        Output(ids.FRONT_HEAD, "children"),
        Output(ids.FRONT_GRAPH, "figure"),
        Output(ids.FRONT_CHART, "className"),
        Output(ids.FRONT_TABLE, "children"),
        Output(ids.FRONT_SETS, "children"),
        Input(ids.FRONT, "data"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        Input(ids.FRONT_VIEW, "value"),
        Input(ids.FRONT_PICK, "value"),
        State(ids.PLAN, "data"),
    )
    @answers(Role.VIEW)
    def draw(
        record: dict[str, Any] | None, theme: Theme | None, width: int | None, view: str, pick: str | None, asked: Any
    ) -> tuple[Any, ...]:
        keep = (no_update,) * 6
        if not record or theme is None or width is None:
            return no_update, *keep
        answer = good_answer(planner, asked)
        front = front_of(services, record, answer)
        if front is None or answer is None:
            if record["status"] == "none":
                none = "There is no plan to trade off yet. Apply a repair above, or move a setting."
                return empty(none), "pp-away", *keep[1:]
            return no_update, *keep
        head = [
            html.H1(headlines.title(front, names), className="pp-title"),
            html.P(headlines.lead(front, record["aim"], record["elsewhere"]), className="pp-lead"),
        ]
        if not front.points:
            return head, "pp-away", *keep[1:5], []
        opened = open_number(planner, record, front, answer)
        chosen = int(pick) if pick and pick.isdecimal() else None
        room = width if width < _ONE_COLUMN else width - _PANEL
        at: dict[str, Any] = {"names": names, "open_plan": opened, "selected": chosen, "width": room}
        figure: Any = no_update
        plans = None
        if view == "turn":
            figure = front_3d.figure(front.points, front.axes, theme, **at)
        elif view == "scatter":
            figure = front_scatter.figure(front.points, front.axes, theme, switches=front.switches, **at)
        else:
            plans = plans_table(front.points, front.points, front.axes, names, question_of_front(planner, record), opened)
        third = inline(metric_label(front.axes[2].metric)) if len(front.axes) > 2 else ""
        colour = f"Colour: {third}. " if third else ""
        sub = f"Shape: set of hosts. {colour}Ringed: the open plan and the selected one."
        said = [
            html.H2(headlines.scatter_title(front, names)),
            html.P(sub if view != "table" else "Best in the first axis first", className="pp-sub"),
            html.P(summary(front.points, front.axes, names, front.switches), className="pp-hidden"),
        ]
        sets = section(
            f"{counted(len({one.hosts for one in front.points}), 'set', capital=True)} of hosts",
            "Range over the plans found",
            sets_table(front.points, front.axes, names),
        )
        return head, "", said, figure, "pp-away" if view == "table" else "", plans, sets


def _select(app: Dash, services: Services) -> None:
    planner = services.planner
    names = host_names(planner.inputs)
    browser: Any = app
    browser.clientside_callback(
        ClientsideFunction("pilot", "pick"),
        Output(ids.FRONT_PICK, "value"),
        Input(ids.FRONT_GRAPH, "clickData"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.FRONT_PICK, "data"),
        Output(ids.FRONT_PANEL, "children"),
        Input(ids.FRONT, "data"),
        Input(ids.FRONT_PICK, "value"),
        State(ids.PLAN, "data"),
        State(ids.ADDRESS, "search"),
    )
    @answers(Role.VIEW)
    def tell(record: dict[str, Any] | None, pick: str | None, asked: Any, search: str | None) -> tuple[Any, Any]:
        answer = good_answer(planner, asked)
        front = front_of(services, record, answer)
        if front is None or answer is None or answer.plan is None or record is None:
            return [], []
        data = [{"value": str(one.number), "label": label_of(one, front, names)} for one in front.points]
        point = next((one for one in front.points if str(one.number) == pick), None)
        if point is None:
            return data, empty("The plan that you select is compared here with the open one, and can be opened.")
        origin = question_of_front(planner, record)
        to = origin.with_settings(point.settings).search
        opened = point.number == open_number(planner, record, front, answer)
        compare = with_page_values(answer.question.search, "with", [to])
        actions = [
            html.Span("This is the open plan.", className="pp-sub")
            if opened
            else dcc.Link(
                "Open this plan",
                href=f"/{opened_from(origin, point)}",
                className="pp-button pp-button-main",
            ),
            dcc.Link("Compare", href=f"/compare{compare}", className="pp-button"),
        ]
        spoken = hover(point, front.axes, names).replace("<br>", ". ").replace("<b>", "").replace("</b>", "")
        return data, [
            picked(point, front.points, names),
            html.P(spoken, className="pp-hidden"),
            beside(point, answer.plan, front.axes),
            html.Div(actions, className="pp-side-actions"),
        ]


def label_of(point: FrontPoint, front: Shown, names: Any) -> str:
    """A point in a list: its number, its hosts and its first axis."""
    first = front.axes[0].metric
    value = figure_of(point.axes[first], metric_unit(first))
    return f"Plan {point.number}: {value}, {hosts_in_words(point.hosts, names)}"


def _choose_axes(app: Dash, services: Services) -> None:
    planner = services.planner

    @app.callback(
        *(Output(ids.front_axis(place), "value") for place in range(_MOST_AXES)),
        Output(ids.FRONT_AIM, "value"),
        Output(ids.FRONT_AIM, "data"),
        Input(ids.TOLD, "data"),
        State(ids.ADDRESS, "search"),
        *(State(ids.front_axis(place), "value") for place in range(_MOST_AXES)),
        State(ids.FRONT_AIM, "value"),
    )
    @answers(Role.VIEW)
    def show(asked: Any, search: str | None, *there: Any) -> tuple[Any, ...]:
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return (no_update,) * (_MOST_AXES + 2)
        values: list[str | None] = [f"{axis.metric} {axis.sense}" for axis in axes_of(answer.plan)]
        values += [None] * (_MOST_AXES - len(values))
        aim = str(points_aimed_at(search))
        if (*values, aim) == there:
            # Most moves leave them as they are; told again, they would ask for another address.
            return (no_update,) * (_MOST_AXES + 2)
        return *values, aim, sorted({*AIMS, aim}, key=int)

    @app.callback(
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        *(Input(ids.front_axis(place), "value") for place in range(_MOST_AXES)),
        Input(ids.FRONT_AIM, "value"),
        State(ids.ADDRESS, "search"),
        State(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def ask(*given: Any) -> Any:
        *axes, aim, search, asked = given
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None or not asked or asked["status"] != "solved":
            return no_update
        found = search or ""
        if aim and aim != str(points_aimed_at(search)):
            found = with_page_values(search, "points", [aim])
        wanted = list(dict.fromkeys(one for one in axes if one))
        own = [f"{axis.metric} {axis.sense}" for axis in axes_of(answer.plan)]
        if wanted != own and len({one.split()[0] for one in wanted}) == len(wanted) and len(wanted) > 1:
            setting = [dict(zip(("metric", "sense"), one.split(), strict=True)) for one in wanted]
            changed = answer.question.with_settings({"tradeoffs.axes": setting})
            found = with_page_values(changed.search, "points", [aim] if aim else [])
        return found if found != (search or "") else no_update
