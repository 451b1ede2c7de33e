"""The sections of a risk study: what breaks, how wide the figures spread, what matters most, single events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import html

from pilot_planner.dashboard.components import graph, section
from pilot_planner.figures import broken_limits, events, risk_bands, risk_distribution, tornado
from pilot_planner.figures.numbers import tied
from pilot_planner.figures.theme import Theme
from pilot_planner.studies.plan import Plan
from pilot_planner.studies.risk import Risk

_GAP, _ONE_COLUMN = 48, 700


def risk_sections(found: Risk, plan: Plan, theme: Theme, width: int) -> list[Any]:
    """All of them; ``found`` comes without its plan, which is given beside it."""
    risk = replace(found, plan=plan)
    half = width if width < _ONE_COLUMN else (width - _GAP) // 2
    draws = risk.summary["draws"]
    fixed = len(risk.fixed)
    return [
        section(
            tied(broken_limits.headline(risk)),
            f"Share of {draws:,} draws in which a limit or a rights floor breaks, nothing decided again",
            graph(broken_limits.figure(risk, theme, width=width), broken_limits.summary(risk), name="risk-broken"),
        ),
        html.Div(
            [
                section(
                    tied(risk_bands.headline(risk)),
                    "P10 to P90 of each figure, against the plan",
                    graph(risk_bands.figure(risk, theme, width=half), risk_bands.summary(risk), name="risk-bands"),
                ),
                section(
                    tied(risk_distribution.headline(risk)),
                    "How the draws spread",
                    graph(
                        risk_distribution.figure(risk, theme, width=half),
                        risk_distribution.summary(risk),
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
            tied(events.headline(risk)),
            "Events that are no draw of a value",
            graph(events.figure(risk, theme, width=width), events.summary(risk), name="risk-events"),
        ),
        html.P(
            f"{len(risk.uncertain)} values are drawn, seed {risk.seed}; {fixed} are held, most for want of a range: a "
            "narrow spread here may only be poorly known.",
            className="pp-footer",
        ),
    ]
