"""What stands on the Trade-offs page before anything is known; ``page.py`` fills it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from pilot_planner.access.roles import Role
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, folded
from pilot_planner.dashboard.layout.number_box import number_box
from pilot_planner.dashboard.pages.tradeoffs import near_optimal
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.figures.core.theme import GRAPH_CONFIG
from pilot_planner.figures.tradeoffs import front_parallel
from pilot_planner.programme.metrics import METRICS
from pilot_planner.text.names import direction

AIMS = ("6", "12", "20", "30", "60")
"""Numbers of plans that are offered to aim at."""
_CONFIG: Any = GRAPH_CONFIG


def front_layout() -> html.Div:
    """Everything that callbacks fill stands there from the start, so that points stream into charts that stay."""
    return html.Div(
        [
            dcc.Store(id=ids.FRONT),
            dcc.Store(id=ids.FRONT_ORIGIN, storage_type="session"),
            dcc.Store(id=ids.FRONT_MORE),
            dcc.Store(id=ids.FRONT_BRUSH),
            dcc.Store(id=ids.FRONT_ENDS),
            dcc.Interval(id=ids.FRONT_TICK, interval=700, disabled=True),
            html.Div(html.H1("No plan is best in everything", className="pp-title"), id=ids.FRONT_TITLE),
            html.Div(
                [
                    html.Div(id=ids.FRONT_PROGRESS, className="pp-run-line"),
                    needing(
                        Role.PLAN,
                        html.Button(
                            "Find the trade-offs", id=ids.FRONT_START, className="pp-button pp-button-main", type="button"
                        ),
                    ),
                    html.Button("Cancel", id=ids.FRONT_CANCEL, className="pp-button pp-away", type="button"),
                ],
                className="pp-run",
            ),
            folded("Axes and number of plans", _choices()),
            html.Div([_scatter(), _lines()], id=ids.FRONT_BODY, className="pp-away"),
            html.Div([html.Div(near_optimal.layout()), html.Div(id=ids.FRONT_SETS)], className="pp-wide-left"),
        ]
    )


def _choices() -> html.Div:
    """The axes, which are settings of the design, and how many plans to aim at."""
    options = [
        {"value": f"{name} {sense}", "label": f"{metric.label}: {direction(sense)}"}
        for name, metric in METRICS.items()
        for sense in metric.senses
    ]
    words = ("First axis (upwards)", "Second axis (across)", "Third axis (colour)", "Fourth axis")
    axes = [
        dmc.Select(
            id=ids.front_axis(place), label=label, data=options, size="sm", searchable=True, clearable=place > 1,
            placeholder="None" if place > 1 else "", nothingFoundMessage="No such metric",
        )
        for place, label in enumerate(words)
    ]  # fmt: skip
    aim = dmc.Select(id=ids.FRONT_AIM, label="Plans to aim at", data=list(AIMS), size="sm", allowDeselect=False)
    return html.Div([*axes, aim], className="pp-choices")


def _scatter() -> html.Section:
    view = dmc.SegmentedControl(
        id=ids.FRONT_VIEW,
        data=[
            {"value": "scatter", "label": "Scatter"},
            {"value": "turn", "label": "3-D"},
            {"value": "table", "label": "Table"},
        ],
        value="scatter",
        size="xs",
        **aria(label="How the plans are shown"),
    )
    chart = dcc.Graph(id=ids.FRONT_GRAPH, config=_CONFIG, responsive=True, style={"height": "420px"})
    side = html.Aside(
        [
            dmc.Select(
                id=ids.FRONT_PICK, label="Selected plan", placeholder="Select a point, or choose here", data=[], size="xs",
                searchable=True, clearable=True, nothingFoundMessage="No such plan",
            ),
            html.Div(id=ids.FRONT_PANEL),
        ],
        className="pp-front-side",
        **aria(label="The selected plan"),
    )  # fmt: skip
    return html.Section(
        [
            html.Div([html.Div(id=ids.FRONT_HEAD), view], className="pp-section-head"),
            html.Div(
                [
                    html.Div(
                        [html.Div(chart, id=ids.FRONT_CHART), html.Div(id=ids.FRONT_TABLE)], className="pp-front-chart"
                    ),
                    side,
                ],
                className="pp-front",
            ),
        ],
        className="pp-section",
    )


def _lines() -> html.Section:
    chart = dcc.Graph(id=ids.FRONT_LINES, config=_CONFIG, responsive=True, style={"height": f"{front_parallel.HEIGHT}px"})
    entry = html.Div(
        [
            dmc.Select(id=ids.FRONT_FILTER, label="Keep plans by", data=[], size="xs", placeholder="Choose a figure"),
            number_box(ids.FRONT_LEAST, "At least", rest=400, size="xs", w=130),
            number_box(ids.FRONT_MOST, "At most", rest=400, size="xs", w=130),
            html.Button("Clear", id=ids.FRONT_CLEAR, className="pp-button", type="button"),
        ],
        className="pp-filter",
    )
    return html.Section(
        [
            html.Div(id=ids.FRONT_KEPT_HEAD, **aria(live="polite")),
            html.Div(chart, role="img", **aria(label="Parallel coordinates; the table below has every figure.")),
            entry,
            html.Div(id=ids.FRONT_KEPT),
        ],
        id=ids.FRONT_FILTERS,
        className="pp-section pp-away",
    )
