"""Filters of the Trade-offs page: ranges along axes or typed, the lines that show them, and the plans that are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import empty
from pilot_planner.dashboard.layout.number_box import read_box
from pilot_planner.dashboard.pages.tradeoffs import headlines
from pilot_planner.dashboard.pages.tradeoffs.state import Ranges, Shown, front_of, kept, open_number, question_of_front
from pilot_planner.dashboard.pages.tradeoffs.tables import plans_table
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.design.schema import Axis
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.tradeoffs import front_parallel
from pilot_planner.text.labels import inline
from pilot_planner.text.names import host_names, metric_label

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services


def register(app: Dash, services: Services) -> None:
    """Ranges are kept in the browser; what they leave is told here."""
    _ranges(app)
    _lines(app, services)
    _kept(app, services)


def _ranges(app: Dash) -> None:
    browser: Any = app
    browser.clientside_callback(
        ClientsideFunction("pilot", "brush"),
        Output(ids.FRONT_BRUSH, "data"),
        Output(ids.FRONT_LEAST, "value"),
        Output(ids.FRONT_MOST, "value"),
        Input(ids.FRONT_LINES, "restyleData"),
        Input(ids.FRONT_CLEAR, "n_clicks"),
        Input(ids.FRONT_ENDS, "data"),
        Input(ids.FRONT_FILTER, "value"),
        State(ids.FRONT_LINES, "figure"),
        State(ids.FRONT_BRUSH, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.FRONT_ENDS, "data"),
        Output(ids.FRONT_LEAST, "error"),
        Output(ids.FRONT_MOST, "error"),
        Input(ids.FRONT_LEAST, "value"),
        Input(ids.FRONT_MOST, "value"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def read(least: str | None, most: str | None) -> tuple[Any, str, str]:
        """What the boxes hold; while one of them cannot be read, the filter stays as it was."""
        (low, why_low), (high, why_high) = read_box(least), read_box(most)
        if not why_low and not why_high and low is not None and high is not None and low > high:
            why_high = "This is less than “At least”."
        return no_update if why_low or why_high else [low, high], why_low, why_high


def _lines(app: Dash, services: Services) -> None:
    planner = services.planner

    @app.callback(
        Output(ids.FRONT_LINES, "figure"),
        Output(ids.FRONT_FILTER, "data"),
        Input(ids.FRONT, "data"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        Input(ids.FRONT_BRUSH, "data"),
        State(ids.PLAN, "data"),
    )
    @answers(Role.VIEW)
    def lines(record: Any, theme: Theme | None, width: int | None, ranges: Any, asked: Any) -> tuple[Any, Any]:
        front = front_of(services, record, good_answer(planner, asked))
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


def _kept(app: Dash, services: Services) -> None:
    planner = services.planner
    names = host_names(planner.inputs)

    @app.callback(
        Output(ids.FRONT_KEPT_HEAD, "children"),
        Output(ids.FRONT_KEPT, "children"),
        Output(ids.FRONT_FILTERS, "className"),
        Input(ids.FRONT, "data"),
        Input(ids.FRONT_BRUSH, "data"),
        State(ids.PLAN, "data"),
    )
    @answers(Role.VIEW)
    def keep(record: Any, ranges: Any, asked: Any) -> tuple[Any, Any, str]:
        answer = good_answer(planner, asked)
        front = front_of(services, record, answer)
        # Lines for hundreds of figures are dear to draw: they wait until the search has ended.
        if front is None or answer is None or not front.points or record["working"]:
            return [], [], "pp-section pp-away"
        left = kept(front.points, ranges)
        sub = "One line a plan. Drag along an axis, or enter a range below, to keep only the plans within it."
        if ranges:
            sub = f"{len(left)} of {len(front.points)} plans kept. Clear shows all of them again."
        head = [
            html.H2(headlines.kept_title(front.points, left, front.axes, ranges)),
            html.P(sub, className="pp-sub"),
        ]
        told = headlines.sieved(front.points, front.axes, ranges)
        if told:
            head.append(_solve_instead(told, front, question_of_front(planner, record), ranges))
        if not left:
            return head, empty("No plan is within these ranges. Widen one, or clear them."), "pp-section"
        opened = open_number(planner, record, front, answer)
        rows = plans_table(left, front.points, front.axes, names, question_of_front(planner, record), opened)
        return head, rows, "pp-section"


def _solve_instead(told: str, front: Shown, question: Question, ranges: Ranges) -> html.Div:
    """The question that the filter cannot answer, and for each axis the link that sets its ranges as limits and solves."""
    limits = headlines.limits_of(front.points, ranges)
    links = [
        dcc.Link(
            f"{'Least' if axis.sense == 'min' else 'Most'} {inline(metric_label(axis.metric))} within them",
            href=f"/{question.with_settings({**limits, **_aim(axis)}).search}",
            className="pp-button",
        )
        for axis in front.axes
    ]
    return html.Div([html.P(told), html.Div(links, className="pp-filter")], className="pp-sieved")


def _aim(axis: Axis) -> dict[str, str]:
    return {"objective.metric": axis.metric, "objective.sense": axis.sense}
