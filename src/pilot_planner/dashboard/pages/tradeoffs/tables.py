"""Tables of the Trade-offs page: the plans of a front, its sets of hosts, and one plan beside the open one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from pilot_planner.dashboard.layout.components import linked_table, table
from pilot_planner.dashboard.pages.plan.indicator_strip import value_of as value_of_plan
from pilot_planner.dashboard.runtime.url_state import FROM, Question, with_page_values
from pilot_planner.design.schema import Axis
from pilot_planner.figures.tradeoffs.front_labels import shapes_of, value_of
from pilot_planner.figures.tradeoffs.front_parallel import MORE
from pilot_planner.studies.pareto.front_summary import host_sets
from pilot_planner.studies.pareto.pareto_front import FrontPoint
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import EN_DASH, Scale, minus, scale_for
from pilot_planner.text.names import Names, hosts_in_words, metric_label, metric_unit

_SIGNS = {
    "circle": "●", "diamond": "◆", "square": "■", "triangle-up": "▲", "pentagon": "⬟", "star": "★", "triangle-down": "▼",
    "hexagon": "⬢", "cross": "✚", "x": "✖", "triangle-left": "◀", "triangle-right": "▶",
}  # fmt: skip
_OPEN = {"circle": "○", "diamond": "◇", "square": "□", "triangle-up": "△", "star": "☆", "triangle-down": "▽"}
_SHORT = {
    "operating_cost": "Cost",
    "worker_income": "Income",
    "state_revenue": "Revenue",
    "peak_workers": "Workers",
    "net_pay_per_worker_month": "Net pay",
    "funds_at_risk_share": "At risk",
}


def short(name: str) -> str:
    """A label that fits above a column."""
    return _SHORT.get(name, metric_label(name))


def signs(points: Sequence[FrontPoint]) -> dict[str, str]:
    """The shape of each set of hosts in the scatter, as a character."""
    found = {}
    for hosts, shape in shapes_of(points).items():
        plain = shape.removesuffix("-open")
        found[hosts] = _OPEN.get(plain, "○") if shape != plain else _SIGNS.get(plain, "●")
    return found


def columns(axes: Sequence[Axis]) -> list[str]:
    """Figures in the tables: the axes, then workers, net pay and risk."""
    own = [axis.metric for axis in axes]
    return own + [name for name in MORE if name not in own]


def plans_table(
    points: Sequence[FrontPoint],
    every: Sequence[FrontPoint],
    axes: Sequence[Axis],
    names: Names,
    question: Question,
    opened: int | None = None,
) -> Any:
    """One row a plan, best first, each with the link that opens it. ``every`` are the points that shapes go by."""
    marks = signs(every)
    wanted = columns(axes)
    scales = {name: scale_for(metric_unit(name), [value_of(point, name) for point in every]) for name in wanted}
    digits = {name: _decimals(scale, [value_of(point, name) for point in every]) for name, scale in scales.items()}
    first = axes[0]
    order = sorted(points, key=lambda point: point.axes[first.metric], reverse=first.sense == "max")
    rows: list[list[Any]] = []
    for point in order:
        link = "Open now" if point.number == opened else ("Open", f"/{opened_from(question, point)}")
        where = f"{marks.get(point.hosts, '●')} {hosts_in_words(point.hosts, names)}"
        figures = [_cell(value_of(point, name), scales[name], digits[name]) for name in wanted]
        rows.append([str(point.number), where, *figures, link])
    heads = ["Plan", "Hosts", *(_head(name, scales[name]) for name in wanted), ""]
    # A phone shows the hosts, the first two axes and the link.
    spare = [0, *range(4, len(heads) - 1)]
    return linked_table(heads, rows, left=2, label="Plans of the front", spare=spare)


def opened_from(question: Question, point: FrontPoint) -> str:
    """The search that opens a point: its settings, and where they came from, so that they can be put down again."""
    return with_page_values(question.with_settings(point.settings).search, FROM, [question.search])


def sets_table(points: Sequence[FrontPoint], axes: Sequence[Axis], names: Names) -> Any:
    """Each set of hosts with the range of every axis."""
    marks = signs(points)
    scales = {
        axis.metric: scale_for(metric_unit(axis.metric), (point.axes[axis.metric] for point in points)) for axis in axes
    }
    rows = [
        [
            f"{marks[one.hosts]} {hosts_in_words(one.hosts, names)}",
            str(one.plans),
            *(_range(*one.ranges[axis.metric], scales[axis.metric]) for axis in axes),
        ]
        for one in host_sets(points, axes)
    ]
    heads = ["Hosts", "Plans", *(_head(axis.metric, scales[axis.metric]) for axis in axes)]
    return table(heads, rows, label="Sets of hosts", spare=tuple(range(4, len(heads))))


def _head(name: str, scale: Scale) -> str:
    return f"{short(name)}, {scale.unit}" if scale.unit else short(name)


def _range(low: float, high: float, scale: Scale) -> str:
    a, b = (_plain(value, scale) for value in (low, high))
    return a if a == b else f"{a}{EN_DASH}{b}"


def _plain(value: float, scale: Scale) -> str:
    scaled = scale.of(value) or 0.0
    return minus(f"{scaled:,.1f}" if scale.divisor != 1.0 else f"{scaled:,.0f}")


def beside(point: FrontPoint, plan: Plan, axes: Sequence[Axis]) -> Any:
    """The selected plan, the open plan and the change from the open one."""
    rows = []
    for name in columns(axes):
        unit = metric_unit(name)
        chosen, own = value_of(point, name), value_of_plan(plan, name)[0]
        scale = scale_for(unit, [chosen, own])
        head = _head(name, scale)
        digits = _decimals(scale, [chosen, own])
        rows.append([head, _cell(chosen, scale, digits), _cell(own, scale, digits), _change(chosen, own, scale, digits)])
    return table(("", "Selected", "Open", "Change"), rows, label="The selected plan beside the open one")


def _cell(value: float | None, scale: Scale, digits: int) -> str:
    scaled = scale.of(value)
    return EN_DASH if scaled is None else minus(f"{scaled:,.{digits}f}")


def _change(value: float | None, other: float | None, scale: Scale, digits: int) -> str:
    if value is None or other is None:
        return EN_DASH
    # Of what is printed, so that the row adds up.
    change = round(scale.of(value) or 0.0, digits) - round(scale.of(other) or 0.0, digits)
    text = minus(f"{change:,.{digits}f}")
    if not text.strip("0.,"):
        return "0"
    return f"+{text}" if change > 0 else text


def _decimals(scale: Scale, values: Sequence[float | None]) -> int:
    """Two for small sums in millions, one for other millions and shares, none for what is counted."""
    if scale.divisor == 1.0:
        return 0
    most = max((abs(scale.of(value) or 0.0) for value in values), default=0.0)
    return 2 if scale.divisor > 1.0 and most < _SMALL_MILLIONS else 1


_SMALL_MILLIONS = 2.0


def picked(point: FrontPoint, points: Sequence[FrontPoint], names: Names) -> html.Div:
    """The name of the selected plan."""
    words = f"{signs(points)[point.hosts]} {hosts_in_words(point.hosts, names)}"
    return html.Div(html.Strong(words), className="pp-picked")
