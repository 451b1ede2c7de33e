"""The indicator strip: figures that read as a table, against the last or the pinned plan, today and the enforced ban."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from pilot_planner.dashboard.layout.components import data
from pilot_planner.dashboard.runtime.pinned import Baseline
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import exact, shown, signed


@dataclass(frozen=True)
class Cell:
    """One figure: a metric, or a ratio, with the limit that its meter shows."""

    name: str
    label: str
    limit: str = ""


_SHORT = (("vs today", "status_quo"),)
_WHOLE = (*_SHORT, ("vs enforced ban", "enforced_ban"))
"""What else figures are told against: a ban that is enforced takes each figure away, which the first screen need not say."""
CELLS = (
    Cell("worker_income", "Worker income"),
    Cell("secured_income", "Income that workers keep"),
    Cell("state_revenue", "State revenue"),
    Cell("expected_state_take", "State’s expected take"),
    Cell("operating_cost", "Operating cost", "operating_cost"),
    Cell("funds_at_risk_share", "Funds at risk", "funds_at_risk_share"),
    Cell("peak_workers", "Workers at most", "workers_total"),
    Cell("operating_cost_per_worker_month", "Cost per worker-month"),
)


FIRST = ("worker_income", "secured_income", "operating_cost", "peak_workers", "funds_at_risk_share")
"""Cells of the first screen; the others follow below it."""


def strips(plan: Plan, before: Baseline) -> tuple[html.Div, html.Div]:
    """The cells of the first screen, and the others."""
    first = [_cell(one, plan, before, _SHORT) for one in CELLS if one.name in FIRST]
    more = [_cell(one, plan, before, _WHOLE) for one in CELLS if one.name not in FIRST]
    return html.Div(first, className="pp-strip", id="strip"), html.Div(more, className="pp-strip pp-strip-more")


def value_of(plan: Plan, name: str) -> tuple[float | None, str]:
    """A metric or a ratio of a plan, with its unit."""
    from pilot_planner.programme.ratios import RATIOS

    if name in METRICS:
        return plan.metrics[name], METRICS[name].unit
    return plan.ratios[name], RATIOS[name].unit


def _cell(cell: Cell, plan: Plan, before: Baseline, elsewhere: Sequence[tuple[str, str]]) -> html.Div:
    value, unit = value_of(plan, cell.name)
    figure, _, rest = shown(value, unit).partition("\u00a0")
    aim = plan.design.objective.metric == cell.name
    # Until there is another plan, there is nothing to tell of one.
    rows = [] if before == Baseline() else [[f"vs {before.name}", _against(value, _of(before.plan, cell.name), unit)]]
    rows += [[label, _against(value, _elsewhere(plan, key, cell.name), unit)] for label, key in elsewhere]
    return html.Div(
        [
            html.Div(cell.label, className="pp-cell-label"),
            html.Div(
                [figure, html.Span(f" {rest}" if rest else "")],
                className=f"pp-cell-figure{' pp-cell-aim' if aim else ''}",
                title=exact(value, unit),
            ),
            html.Div(_note(cell, plan), className="pp-cell-note"),
            *_meter(cell, plan),
            html.Table(html.Tbody([html.Tr([html.Td(one) for one in row]) for row in rows]), className="pp-mini"),
        ],
        className="pp-cell",
        **data(figure=cell.name),
    )


def _of(plan: Plan | None, name: str) -> float | None:
    return None if plan is None else value_of(plan, name)[0]


def _against(value: float | None, other: float | None, unit: str) -> str:
    """A change in the unit of the figure above it, which is not said again."""
    return "–" if value is None or other is None else signed(value - other, unit).removesuffix(f"\u00a0{unit}")


def _elsewhere(plan: Plan, comparator: str, name: str) -> float | None:
    """The same figure without the plan, where it means anything there."""
    there = plan.comparators[comparator]
    if name in there:
        return there[name]
    if name == "peak_workers":
        # Those of the same people who work abroad all the same.
        worked = plan.metrics["worker_months"]
        return plan.metrics[name] * there["worker_months"] / worked if worked else 0.0
    if name == "funds_at_risk_share":
        return there["funds_at_risk"] / there["contract_value"] if there["contract_value"] else None
    if name == "operating_cost_per_worker_month":
        return 0.0 if there["worker_months"] else None
    return None


def _note(cell: Cell, plan: Plan) -> str:
    metrics, ratios = plan.metrics, plan.ratios
    match cell.name:
        case "worker_income":
            return f"{shown(ratios['net_pay_per_worker_month'], 'USD')} net a month, each"
        case "secured_income":
            return f"{shown(metrics['diverted_income'], 'USD')} expected to be taken after payday"
        case "state_revenue":
            released, held = shown(metrics["released_revenue"], "USD"), shown(metrics["held_revenue"], "USD")
            then = {"kept": "held", "returned": "returned at the end", "released": "released at the end"}
            return f"{released} verified and released, {held} {then[plan.design.tax.held_at_end]}"
        case "expected_state_take":
            return "Misused tax, diverted pay and fees before departure"
        case "operating_cost":
            return f"{shown(metrics['net_donor_ask'], 'USD')} asked of donors"
        case "funds_at_risk_share":
            return f"{shown(metrics['funds_at_risk'], 'USD')} of what firms pay in"
        case "peak_workers":
            return f"{shown(metrics['people_reached'], 'persons')} people over the whole time"
        case _:
            return f"{shown(ratios['operating_cost_per_usd_secured'], 'USD')} for each dollar that workers keep"


def _meter(cell: Cell, plan: Plan) -> list[Any]:
    """How near the figure is to its limit; nothing where there is none."""
    most = plan.design.bounds(cell.limit).max if cell.limit else None
    value, unit = value_of(plan, cell.name)
    if most is None or value is None or most <= 0:
        return []
    binds = any(one.binding and one.key == cell.limit and one.sense == "max" for one in plan.limits)
    width = f"{100 * min(1.0, value / most):.1f}%"
    look = "pp-meter pp-meter-binds" if binds else "pp-meter"
    return [
        html.Div(
            html.Div(style={"width": width}), className=look, title=f"{shown(value, unit)} of at most {shown(most, unit)}"
        )
    ]
