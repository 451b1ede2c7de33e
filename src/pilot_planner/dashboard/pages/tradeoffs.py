"""The Trade-offs page: the front as it is found, the plan selected from it, filters, and nearly equal plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.dashboard import front_follow, front_says, ids, nearly_equal
from pilot_planner.dashboard.asked import good_answer
from pilot_planner.dashboard.components import empty, section
from pilot_planner.dashboard.front_layout import AIMS, front_layout
from pilot_planner.dashboard.front_state import (
    Shown,
    axes_of,
    front_at,
    kept,
    opened_point,
    points_aimed_at,
)
from pilot_planner.dashboard.front_tables import beside, picked, plans_table, sets_table
from pilot_planner.dashboard.planner import Answer, Planner
from pilot_planner.dashboard.questions import Question, read_address, with_page_values
from pilot_planner.figures import front_3d, front_parallel, front_scatter
from pilot_planner.figures.front_words import hover, summary
from pilot_planner.figures.names import host_names, hosts_in_words, metric_label, metric_unit
from pilot_planner.figures.numbers import counted, inline
from pilot_planner.figures.numbers import shown as figure_of
from pilot_planner.figures.theme import Theme
from pilot_planner.studies.front_facts import same_axes
from pilot_planner.studies.tradeoffs import FrontPoint

if TYPE_CHECKING:
    from pilot_planner.dashboard.opened import Opened
    from pilot_planner.dashboard.services import Services

_MOST_AXES = 4
_PANEL = 348
"""Px of the panel beside the scatter, with its gap."""
_ONE_COLUMN = 760


def layout(services: Services, opened: Opened) -> Any:
    """Everything that callbacks fill stands there from the start."""
    return front_layout()


def register(app: Dash, services: Services) -> None:
    """What happens: the job is followed, its points are drawn, one is selected, some are filtered."""
    front_follow.register(app, services)
    _draw(app, services)
    _select(app, services)
    _filter(app, services)
    _choose_axes(app, services)
    nearly_equal.register(app, services)


def _front(services: Services, record: dict[str, Any] | None, answer: Answer | None) -> Shown | None:
    """The front that a page's record names; None where there is no plan."""
    if not record or "key" not in record or answer is None or answer.plan is None:
        return None
    return front_at(services, record["key"], record["search"], answer)


def _question(planner: Planner, record: dict[str, Any]) -> Question:
    return read_address(record["search"], planner.models, planner.first)


def open_number(planner: Planner, record: dict[str, Any], front: Shown, answer: Answer) -> int | None:
    """The number of the point that is the open plan, if it is one."""
    found = opened_point(planner, record["search"], front.points, answer.question.key)
    if found is None and answer.plan is not None:
        metrics = answer.plan.metrics
        found = next((one for one in front.points if same_axes(one, metrics)), None)
    return None if found is None else found.number


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
    def draw(
        record: dict[str, Any] | None, theme: Theme | None, width: int | None, view: str, pick: str | None, asked: Any
    ) -> tuple[Any, ...]:
        keep = (no_update,) * 6
        if not record or theme is None or width is None:
            return no_update, *keep
        answer = good_answer(planner, asked)
        front = _front(services, record, answer)
        if front is None or answer is None:
            if record["status"] == "none":
                none = "There is no plan to trade off yet. Apply a repair above, or move a setting."
                return empty(none), "pp-away", *keep[1:]
            return no_update, *keep
        head = [
            html.H1(front_says.title(front, names), className="pp-title"),
            html.P(front_says.lead(front, record["aim"], record["elsewhere"]), className="pp-lead"),
        ]
        if not front.points:
            return head, "pp-away", *keep[1:5], []
        opened = open_number(planner, record, front, answer)
        chosen = int(pick) if pick else None
        room = width if width < _ONE_COLUMN else width - _PANEL
        at: dict[str, Any] = {"names": names, "open_plan": opened, "selected": chosen, "width": room}
        figure: Any = no_update
        plans = None
        if view == "turn":
            figure = front_3d.figure(front.points, front.axes, theme, **at)
        elif view == "scatter":
            figure = front_scatter.figure(front.points, front.axes, theme, switches=front.switches, **at)
        else:
            plans = plans_table(front.points, front.points, front.axes, names, _question(planner, record), opened)
        third = inline(metric_label(front.axes[2].metric)) if len(front.axes) > 2 else ""
        colour = f"Colour: {third}. " if third else ""
        sub = f"Shape: set of hosts. {colour}Ringed: the open plan and the selected one."
        said = [
            html.H2(front_says.scatter_title(front, names)),
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
    def tell(record: dict[str, Any] | None, pick: str | None, asked: Any, search: str | None) -> tuple[Any, Any]:
        answer = good_answer(planner, asked)
        front = _front(services, record, answer)
        if front is None or answer is None or answer.plan is None or record is None:
            return [], []
        data = [{"value": str(one.number), "label": label_of(one, front, names)} for one in front.points]
        point = next((one for one in front.points if str(one.number) == pick), None)
        if point is None:
            return data, empty("The plan that you select is compared here with the open one, and can be opened.")
        to = _question(planner, record).with_settings(point.settings).search
        opened = point.number == open_number(planner, record, front, answer)
        compare = with_page_values(answer.question.search, "with", [to])
        actions = [
            html.Span("This is the open plan.", className="pp-sub")
            if opened
            else dcc.Link("Open this plan", href=f"/{to}", className="pp-button pp-button-main"),
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


def _filter(app: Dash, services: Services) -> None:
    planner = services.planner
    names = host_names(planner.inputs)
    browser: Any = app
    browser.clientside_callback(
        ClientsideFunction("pilot", "brush"),
        Output(ids.FRONT_BRUSH, "data"),
        Output(ids.FRONT_LEAST, "value"),
        Output(ids.FRONT_MOST, "value"),
        Input(ids.FRONT_LINES, "restyleData"),
        Input(ids.FRONT_CLEAR, "n_clicks"),
        Input(ids.FRONT_LEAST, "value"),
        Input(ids.FRONT_MOST, "value"),
        Input(ids.FRONT_FILTER, "value"),
        State(ids.FRONT_LINES, "figure"),
        State(ids.FRONT_BRUSH, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.FRONT_LINES, "figure"),
        Output(ids.FRONT_FILTER, "data"),
        Input(ids.FRONT, "data"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        Input(ids.FRONT_BRUSH, "data"),
        State(ids.PLAN, "data"),
    )
    def lines(record: Any, theme: Theme | None, width: int | None, ranges: Any, asked: Any) -> tuple[Any, Any]:
        front = _front(services, record, good_answer(planner, asked))
        if front is None or not front.points or record["working"] or theme is None or width is None:
            return no_update, no_update
        figure = front_parallel.figure(front.points, front.axes, theme, width=width)
        shown_names = front_parallel.names_shown(front.points, front.axes, width=width)
        figure.update_layout(meta={"names": shown_names})
        for name, dimension in zip(shown_names, figure.data[0]["dimensions"], strict=True):
            pairs = (ranges or {}).get(name)
            if pairs:
                low, high = dimension["range"]
                ends = [[low if a is None else a, high if b is None else b] for a, b in pairs]
                dimension["constraintrange"] = ends[0] if len(ends) == 1 else ends
        return figure, [
            {"value": name, "label": dimension["label"].rstrip(" ↑↓")}
            for name, dimension in zip(shown_names, figure.data[0]["dimensions"], strict=True)
        ]

    @app.callback(
        Output(ids.FRONT_KEPT_HEAD, "children"),
        Output(ids.FRONT_KEPT, "children"),
        Output(ids.FRONT_FILTERS, "className"),
        Input(ids.FRONT, "data"),
        Input(ids.FRONT_BRUSH, "data"),
        State(ids.PLAN, "data"),
    )
    def keep(record: Any, ranges: Any, asked: Any) -> tuple[Any, Any, str]:
        answer = good_answer(planner, asked)
        front = _front(services, record, answer)
        # Lines for hundreds of figures are dear to draw: they wait until the search has ended.
        if front is None or answer is None or not front.points or record["working"]:
            return [], [], "pp-section pp-away"
        left = kept(front.points, ranges)
        sub = "One line a plan. Drag along an axis, or enter a range below, to keep only the plans within it."
        if ranges:
            sub = f"{len(left)} of {len(front.points)} plans kept. Clear shows all of them again."
        head = [
            html.H2(front_says.kept_title(front.points, left, front.axes, ranges)),
            html.P(sub, className="pp-sub"),
        ]
        if not left:
            return head, empty("No plan is within these ranges. Widen one, or clear them."), "pp-section"
        opened = open_number(planner, record, front, answer)
        rows = plans_table(left, front.points, front.axes, names, _question(planner, record), opened)
        return head, rows, "pp-section"


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
