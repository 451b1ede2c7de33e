"""What the figures of a front share: axes in words, shapes of sets of hosts, text on hover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_planner.design.schema import Axis
from pilot_planner.studies.pareto.pareto_front import FrontPoint, Switch
from pilot_planner.text.labels import Scale, counted, exact, in_words, listed, scale_for, shown, tied
from pilot_planner.text.names import Names, direction, hosts_in_words, metric_label, metric_unit

SHAPES = (
    "circle", "diamond", "square", "triangle-up", "pentagon", "star", "triangle-down", "hexagon", "cross", "x",
    "triangle-left", "triangle-right",
)  # fmt: skip
"""Shapes of sets of hosts; beyond these they begin again, open."""
SHAPES_3D = ("circle", "diamond", "square", "cross", "x", "circle-open", "diamond-open", "square-open")
_MOST_SETS = 4


@dataclass(frozen=True)
class AxisOfFront:
    """One axis as it is shown."""

    metric: str
    sense: str | None
    scale: Scale

    @property
    def label(self) -> str:
        """``Operating cost, m USD``."""
        return f"{metric_label(self.metric)}, {self.scale.unit}" if self.scale.unit else metric_label(self.metric)

    @property
    def title(self) -> str:
        """The same with its good direction."""
        good = direction(self.sense)
        return f"{self.label} ({good})" if good else self.label


def axes_of(points: Sequence[FrontPoint], axes: Sequence[Axis]) -> dict[str, AxisOfFront]:
    """The axes by metric, scaled to what the points hold."""
    return {
        axis.metric: AxisOfFront(
            axis.metric, axis.sense, scale_for(metric_unit(axis.metric), (value_of(point, axis.metric) for point in points))
        )
        for axis in axes
    }


def value_of(point: FrontPoint, name: str) -> float | None:
    """Of an axis, another metric or a ratio."""
    if name in point.axes:
        return point.axes[name]
    return point.metrics.get(name, point.ratios.get(name))


def sets_of(points: Sequence[FrontPoint]) -> list[str]:
    """Sets of hosts, the most frequent first."""
    counts: dict[str, int] = {}
    for point in points:
        counts[point.hosts] = counts.get(point.hosts, 0) + 1
    return sorted(counts, key=lambda hosts: (-counts[hosts], hosts))


def shapes_of(points: Sequence[FrontPoint], shapes: Sequence[str] = SHAPES) -> dict[str, str]:
    """A shape for each set of hosts. By name and not by count, so that it stays while points are found."""
    found = {}
    for place, hosts in enumerate(sorted({point.hosts for point in points})):
        turn, at = divmod(place, len(shapes))
        # In three dimensions the open shapes stand in the list themselves.
        found[hosts] = f"{shapes[at]}-open" if turn % 2 and shapes is SHAPES else shapes[at]
    return found


def hover(point: FrontPoint, axes: Sequence[Axis], names: Names) -> str:
    """Everything that a point is, exactly."""
    rows = [f"<b>{hosts_in_words(point.hosts, names)}</b>"]
    rows += [
        f"{metric_label(axis.metric)}: {exact(value_of(point, axis.metric), metric_unit(axis.metric))}" for axis in axes
    ]
    if "peak_workers" in point.metrics:
        rows.append(f"Workers at peak: {exact(round(point.metrics['peak_workers']), 'persons')}")
    rows.append(f"Plan {point.number}")
    return "<br>".join(rows)


def headline(points: Sequence[FrontPoint], axes: Sequence[Axis], names: Names) -> str:
    """How many plans, with how many sets of hosts, over what range of the first axis."""
    if not points:
        return "No plan was found, so there is nothing to trade off"
    first = axes[0].metric
    values = [point.axes[first] for point in points]
    sets = sets_of(points)
    where = (
        f"all in {hosts_in_words(sets[0], names, 'and')}" if len(sets) == 1 else f"with {counted(len(sets), 'set')} of hosts"
    )
    verb = "has" if len(points) == 1 else "range"
    low, high = shown(min(values), metric_unit(first)), shown(max(values), metric_unit(first))
    label = metric_label(first).lower()
    if low == high:
        return tied(f"{counted(len(points), 'plan', capital=True)}, {where}: {label} is {high}")
    return tied(f"{counted(len(points), 'plan', capital=True)}, {where}, {verb} from {low} to {high} of {label}")


def summary(points: Sequence[FrontPoint], axes: Sequence[Axis], names: Names, switches: Sequence[Switch] = ()) -> str:
    """The front in words: how many plans, their sets of hosts, the range of every axis, where hosts switch."""
    if not points:
        return "No plan was found."
    senses = listed([f"{metric_label(axis.metric).lower()} ({direction(axis.sense)})" for axis in axes])
    parts = [f"{counted(len(points), 'plan', capital=True)} of which none is better in every respect: {senses}."]
    sets = sets_of(points)
    told = [f"{hosts_in_words(hosts, names, 'and')} in {in_words(_count(points, hosts))}" for hosts in sets[:_MOST_SETS]]
    if len(sets) > _MOST_SETS:
        told.append(f"{counted(len(sets) - _MOST_SETS, 'other set')} in the rest")
    parts.append(f"Hosts: {listed(told)}.")
    for axis in axes:
        values = [point.axes[axis.metric] for point in points]
        unit = metric_unit(axis.metric)
        parts.append(f"{metric_label(axis.metric)} is between {shown(min(values), unit)} and {shown(max(values), unit)}.")
    parts += [switch_sentence(one, names) for one in switches]
    return tied(" ".join(parts))


def _count(points: Sequence[FrontPoint], hosts: str) -> int:
    return sum(point.hosts == hosts for point in points)


def switch_sentence(one: Switch, names: Names) -> str:
    """The sentence of a switch with the names of the hosts."""
    where = shown(one.value, metric_unit(one.metric))
    above, below = (hosts_in_words(hosts, names, "and") for hosts in (one.above, one.below))
    return tied(
        f"Above {where} of {metric_label(one.metric).lower()} the plan with {one.aim} uses {above} instead of {below}."
    )
