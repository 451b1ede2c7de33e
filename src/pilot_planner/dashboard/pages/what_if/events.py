"""What may happen to a plan, each with a link that opens the best plan for that case."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from pilot_planner.dashboard.layout.components import empty, section
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.event_settings import settings_of
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.text.number_format import whole_percent


def events_section(plan: Plan, question: Question) -> html.Section:
    """Events that change anything for a plan, the likeliest first."""
    known = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts))
    rows = [_row(one, plan, question) for one in sorted(known.events, key=lambda one: (-one.chance, one.name))]
    return section(
        "What if it happens?",
        "Each opens the best plan for that case, made anew; going back in the browser brings this one back",
        html.Ul(rows, className="pp-list") if rows else empty("No event that the evidence knows changes this plan."),
        name="what-if-events",
    )


def _row(event: Any, plan: Plan, question: Question) -> html.Li:
    settings = settings_of([event], plan.design, plan.inputs)
    likely = f"{whole_percent(event.chance)} likely, grade {event.probability.grade}"
    to = f"/{question.with_settings(settings).search}"
    return html.Li([event.title, f" ({likely}): ", dcc.Link("the best plan then", href=to, title=event.what)])
