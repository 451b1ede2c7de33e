"""Limits by the name of any metric, ratio or rule of a design, with no code of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pilot_planner.design.schema import Design
from pilot_planner.programme.limits.own import own_limit
from pilot_planner.programme.limits.registry import LIMITS, PROGRAMME_SCOPE, Kind, Limit, LimitRow, Side
from pilot_planner.programme.metrics import METRICS, Metric
from pilot_planner.programme.ratios import RATIOS, Ratio

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme

_SAFEGUARDS = ("diverted_income", "misused_revenue", "funds_at_risk", "expected_state_take", "secured_income")
"""Metrics whose limits protect workers or the purpose of the sanctions; other metrics are money or capacity."""


def known_limits(design: Design | None = None) -> list[str]:
    """Every key that ``limits.KEY`` accepts, in a design or in all of them."""
    return list(dict.fromkeys([*LIMITS, *METRICS, *RATIOS, *(() if design is None else design.rules)]))


def find_limit(key: str, design: Design | None) -> Limit | None:
    """The limit of a key: its own function if it has one, else made from the metric, ratio or rule of that name.

    ``design`` is the one whose own rules count; None where none does.
    """
    if key in LIMITS:
        return LIMITS[key]
    if key in METRICS:
        return _of_metric(METRICS[key])
    if key in RATIOS:
        return _of_ratio(RATIOS[key])
    if design is not None and key in design.rules:
        return own_limit(key, design.rules[key])
    return None


def _of_metric(metric: Metric) -> Limit:
    def rows(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
        yield LimitRow(metric.name, side, PROGRAMME_SCOPE, p.metric(metric.name), bound)

    sides: tuple[Side, ...] = ("min", "max") if "max" in metric.senses else ("max",)
    return Limit(
        key=metric.name,
        label=metric.label,
        unit=metric.unit,
        kind=_kind(metric),
        owner="steering committee",
        sentence=f"{metric.label}: {{side}} {{bound}}.",
        protects=metric.meaning,
        sides=sides,
        rows=rows,
    )


def _of_ratio(ratio: Ratio) -> Limit:
    def rows(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
        numerator = p.metric(ratio.numerator) * ratio.scale
        yield LimitRow(ratio.name, side, PROGRAMME_SCOPE, numerator, bound, p.metric(ratio.denominator))

    return Limit(
        key=ratio.name,
        label=ratio.label,
        unit=ratio.unit,
        kind=_kind(METRICS[ratio.numerator]),
        owner="steering committee",
        sentence=f"{ratio.label}: {{side}} {{bound}}.",
        protects=ratio.meaning,
        sides=("min", "max"),
        rows=rows,
        ceiling=ratio.ceiling,
    )


def _kind(metric: Metric) -> Kind:
    if metric.name in _SAFEGUARDS:
        return "safeguard"
    return "money" if metric.unit == "USD" else "capacity"
