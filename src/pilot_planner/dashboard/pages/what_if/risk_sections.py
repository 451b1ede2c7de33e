"""The sections of a risk study: what breaks, how wide the figures spread, what matters most, single events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import html

from pilot_planner.dashboard.layout.components import graph, section
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.risk import breach_rates, fan_chart, histogram, stress_events, tornado
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.text.labels import tied

_GAP, _ONE_COLUMN = 48, 700


def risk_sections(found: Risk, plan: Plan, theme: Theme, width: int) -> list[Any]:
    """All of them; ``found`` comes without its plan, which is given beside it."""
    risk = replace(found, plan=plan)
    half = width if width < _ONE_COLUMN else (width - _GAP) // 2
    draws = risk.summary["draws"]
    fixed = len(risk.fixed)
    return [
        section(
            tied(breach_rates.headline(risk)),
            f"Share of {draws:,} draws in which a limit or a rights floor breaks, nothing decided again",
            graph(breach_rates.figure(risk, theme, width=width), breach_rates.summary(risk), name="risk-broken"),
        ),
        html.Div(
            [
                section(
                    tied(fan_chart.headline(risk)),
                    "P10 to P90 of each figure, against the plan",
                    graph(fan_chart.figure(risk, theme, width=half), fan_chart.summary(risk), name="risk-bands"),
                ),
                section(
                    tied(histogram.headline(risk)),
                    "How the draws spread",
                    graph(
                        histogram.figure(risk, theme, width=half),
                        histogram.summary(risk),
                        name="risk-spread",
                    ),
                ),
            ],
            className="pp-two",
        ),
        section(
            tied(tornado.headline(risk)),
            "Each family of inputs at its low and at its high, all else as believed, nothing decided again",
            graph(tornado.figure(risk, theme, width=width), tornado.summary(risk), name="risk-tornado"),
        ),
        section(
            tied(stress_events.headline(risk)),
            "Each event by itself, with how likely it is held to be, nothing decided again",
            graph(stress_events.figure(risk, theme, width=width), stress_events.summary(risk), name="risk-events"),
        ),
        html.P(
            f"{len(risk.uncertain)} values are drawn, seed {risk.seed}; {fixed} are held, most for want of a range: a "
            "narrow spread here may only be poorly known.",
            className="pp-footer",
        ),
    ]
