"""Help: a short tour on the first visit and a glossary, in words that a programme officer uses."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from pilot_planner.dashboard.layout import ids
from pilot_planner.data.inputs import Inputs
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.studies.planning.preconditions import LEGAL_GATE

_STEPS = (
    (
        "This is a plan",
        "It is the best one under the settings on the left: that is proven, at the base values of the evidence. "
        "How often it holds when they are others stands below it.",
    ),
    (
        "Move a setting",
        "The new plan appears at once. A setting that holds the plan back says so, and what one step more is worth.",
    ),
    ("Ask why", "Trade-offs shows what else is possible; Why tells what each limit costs and why other hosts are out."),
    (
        "Doubt it",
        "What-if and risk shows how far the numbers carry; Inputs lists each with its range, source and grade.",
    ),
    ("Share it", "The address holds every setting: a copied link shows the same plan to somebody else."),
)

_TERMS = (
    (
        "Escrow",
        "An account that the UN manages. Firms pay the contract value in before the work; wages, tax and fees leave it.",
    ),
    ("Contract value", "What a firm pays for a month of work: the wage, its social contributions, any fee and the levy."),
    ("Placement", "One sector in one host country, with a worker cap in the host agreement."),
    ("Worker cap", "The most workers that may be employed at a placement at any time."),
    (
        "Rights floor",
        "A test that a placement must pass before anything is planned there. Floors are never traded for money.",
    ),
    (
        "Safeguard",
        "A limit that protects workers. The tool offers to loosen one only after everything else, and says what it weakens.",
    ),
    ("Binds", "A limit binds when the plan stands right at it; without it a better plan would exist."),
    ("Worker-month", "One person employed for one month."),
    (
        "Evidence grade",
        "A: published and checked. B: published, but dated or derived. C: recalled or judged, to be replaced.",
    ),
    ("Willingness", "How ready a host's officials are to protect the scheme, scored from 0 to 1."),
)


def tour() -> dmc.Modal:
    """Five sentences on the first visit."""
    steps = [html.Li([html.Strong(f"{head}. "), text]) for head, text in _STEPS]
    return dmc.Modal(
        id=ids.TOUR,
        title="Welcome to the pilot planner",
        opened=False,
        size="lg",
        closeButtonProps={"aria-label": "Close"},
        children=[
            html.Ol(steps, className="pp-list"),
            html.P(LEGAL_GATE, className="pp-gate"),
            html.Div(
                html.Button("Begin", id=ids.TOUR + "-close", className="pp-button pp-button-main", type="button"),
                style={"marginTop": "16px"},
            ),
        ],
    )


def glossary() -> dmc.Drawer:
    """Where terms and figures are explained; ``glossary_body`` fills it when it is opened."""
    return dmc.Drawer(
        id=ids.GLOSSARY,
        title="Glossary",
        position="right",
        size="md",
        opened=False,
        closeButtonProps={"aria-label": "Close"},
        children=[
            html.Button("Show the tour", id=ids.TOUR + "-again", className="pp-button", type="button"),
            html.Div(id=ids.GLOSSARY_BODY),
        ],
    )


def glossary_body(inputs: Inputs) -> list[Any]:
    """Terms, and what each figure means."""
    figures = [(one.label, one.meaning) for one in METRICS.values()]
    figures += [(one.label, one.meaning) for one in RATIOS.values()]
    origin = html.P(f"Inputs: {inputs.origin}.", className="pp-sub")
    return [_terms("Terms", list(_TERMS)), _terms("Figures", figures), origin]


def _terms(title: str, rows: list[tuple[str, str]]) -> html.Div:
    listed = [part for term, meaning in sorted(rows) for part in (html.Dt(html.Strong(term)), html.Dd(meaning))]
    return html.Div([html.H3(title), html.Dl(listed)])
