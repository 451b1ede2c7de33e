"""Who gains: what each of the five parties has without the plan, and what it gains over that, on one scale."""

from __future__ import annotations

from typing import Any

from dash import html

from pilot_planner.dashboard.layout.components import aria, data, scrolled
from pilot_planner.studies.parties.party_records import A_DOLLAR, PARTIES, Party, alternative
from pilot_planner.studies.parties.party_records import who_gains as words
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import signed, tied


def who_gains(plan: Plan) -> html.Section:
    """The table under its finding; and below it, against what the change of each figure is counted."""
    if plan.metrics["worker_months"] <= 0:
        return html.Section([html.H2("Nobody gains: nobody works in this plan")], className="pp-head-part")
    most = max(abs(plan.metrics[one.metric]) for one in PARTIES) or 1.0
    heads = html.Thead(
        html.Tr(
            [
                html.Th(one, scope="col")
                for one in ("Party", "Without the plan", html.Span("Size", className="pp-hidden"), "Gain")
            ]
        )
    )
    body = html.Tbody([html.Tr(_cells(one, plan, most), **data(party=one.key)) for one in PARTIES])
    table = scrolled(html.Table([heads, body], className="pp-parties"), "Who gains")
    return html.Section([html.H2(tied(words(plan))), table], className="pp-head-part")


def _cells(party: Party, plan: Plan, most: float) -> list[Any]:
    gain = plan.metrics[party.metric]
    look = "pp-gain pp-gain-lost" if gain < -A_DOLLAR else "pp-gain"
    bar = html.Div(className=look, style={"width": f"{100.0 * abs(gain) / most:.1f}%"}, **aria(hidden="true"))
    name = html.Th(party.name, scope="row")
    return [name, html.Td(tied(alternative(party, plan.programme))), html.Td(bar), html.Td(signed(gain, "USD"))]
