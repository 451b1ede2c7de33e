"""The first screen of a plan: what it does, how sure it is, what it costs, who gains, what limits it, and what next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from pilot_planner.dashboard.layout.components import empty
from pilot_planner.dashboard.layout.how_sure import how_sure
from pilot_planner.dashboard.layout.html_text import as_text
from pilot_planner.dashboard.pages.plan.indicator_strip import strips
from pilot_planner.dashboard.pages.plan.what_limits import what_limits
from pilot_planner.dashboard.pages.plan.who_gains import who_gains
from pilot_planner.dashboard.runtime.chances import Told
from pilot_planner.dashboard.runtime.pinned import Baseline, baseline
from pilot_planner.dashboard.runtime.visitor_state import Asked, good_answer
from pilot_planner.reports.plan_text import headline, proof
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import listed, tied

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services


def top_text(services: Services, asked: Asked) -> str:
    """What stands on top for what a visitor holds, as HTML."""
    planner = services.planner
    answer = good_answer(planner, asked)
    if answer is None or answer.plan is None:
        return as_text(empty("There is no plan to show yet. Apply a repair above, or move a setting."))
    question = answer.question
    return as_text(top(answer.plan, baseline(planner, asked), question.search, services.chances.known(question.key)))


def top(plan: Plan, before: Baseline, search: str, told: Told | None) -> list[Any]:
    """The promise, the proof, the legal gate, how sure it is, the figures against ``before``, who gains, what limits it."""
    first, more = strips(plan, before)
    return [
        html.H1(tied(headline(plan)), className="pp-title"),
        _lead(plan),
        html.P(plan.legal_gate, className="pp-gate"),
        how_sure(plan, search, told),
        first,
        html.Div([who_gains(plan), what_limits(plan, search)], className="pp-head-two"),
        html.P(plan.additionality.sentence, className="pp-sub", id="additionality"),
        more,
    ]


def _lead(plan: Plan) -> html.P:
    """Under which oversight, and what is proven."""
    levels = listed(sorted({host.oversight_level for host in plan.hosts}))
    what = f"{levels.capitalize()} oversight. " if levels else "No host. "
    return html.P([what, html.Strong(tied(proof(plan)))], className="pp-lead")
