"""Who gains: what each of the five parties has without the plan, and what it gains over that, on one scale."""

from __future__ import annotations

from typing import Any

from dash import html

from pilot_planner.dashboard.layout.components import aria, data, scrolled
from pilot_planner.data.wording import listed
from pilot_planner.studies.parties.party_records import PARTIES, Party, alternative
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import inline, shown, signed, tied

_ROUNDING = 1.0
"""USD below which a party has lost nothing."""
_IN_WORDS = {1: "One party gains", 2: "Two parties gain", 3: "Three parties gain", 4: "Four parties gain"}


def finding(plan: Plan) -> str:
    """Who gains and who does not, as the title of the table."""
    losers = [one for one in PARTIES if plan.metrics[one.metric] < -_ROUNDING]
    if not losers:
        return "All five parties gain over what they have without it"
    words = [
        f"{inline(one.name)} {'fall' if one.plural else 'falls'} {shown(-plan.metrics[one.metric], 'USD')} short"
        for one in losers
    ]
    return f"{_IN_WORDS.get(len(PARTIES) - len(losers), 'No party gains')}; {listed(words)}"


def who_gains(plan: Plan) -> html.Section:
    """The table under its finding; and below it, against what the change of each figure is counted."""
    if plan.metrics["worker_months"] <= 0:
        return html.Section([html.H2("Nobody gains: nobody works in this plan")], className="pp-head-part")
    most = max(abs(plan.metrics[one.metric]) for one in PARTIES) or 1.0
    heads = html.Thead(html.Tr([html.Th(one, scope="col") for one in ("Party", "Without the plan", "", "Gain")]))
    body = html.Tbody([html.Tr(_cells(one, plan, most), **data(party=one.key)) for one in PARTIES])
    table = scrolled(html.Table([heads, body], className="pp-parties"), "Who gains")
    return html.Section([html.H2(tied(finding(plan))), table], className="pp-head-part")


def _cells(party: Party, plan: Plan, most: float) -> list[Any]:
    gain = plan.metrics[party.metric]
    look = "pp-gain pp-gain-lost" if gain < -_ROUNDING else "pp-gain"
    bar = html.Div(className=look, style={"width": f"{100.0 * abs(gain) / most:.1f}%"}, **aria(hidden="true"))
    name = html.Th(party.name, scope="row")
    return [name, html.Td(tied(alternative(party, plan.programme))), html.Td(bar), html.Td(signed(gain, "USD"))]
