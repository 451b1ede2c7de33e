"""What a front says about its axes: what one more of the second buys of the first, and what each set of hosts spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_planner.design.schema import Axis
from pilot_planner.studies.pareto.pareto_front import FrontPoint

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """How much the first axis changes for one more of the second within one set of hosts.

    Attributes:
        hosts: ISO3 codes joined by ``+``.
        rate: change of the first axis over change of the second, in their units.
        low, high: ends of the second axis between which it is the mean.
        plans: plans that it rests on.
    """

    hosts: str
    rate: float
    low: float
    high: float
    plans: int


@dataclass(frozen=True, slots=True)
class HostSet:
    """Plans of one set of hosts, and the least and the most of each axis among them."""

    hosts: str
    plans: int
    ranges: dict[str, tuple[float, float]]


def exchange_rates(points: Sequence[FrontPoint], axes: Sequence[Axis]) -> tuple[ExchangeRate, ...]:
    """One for each set of hosts with two plans or more, the steepest first.

    The other axes are left aside: of a set, only plans that no other plan of the set betters on these two axes count,
    and the rate is the mean between the two of them that lie farthest apart.
    """
    if len(axes) < 2:
        return ()
    first, second = axes[0], axes[1]
    found = []
    for hosts in dict.fromkeys(point.hosts for point in points):
        best = _efficient([point for point in points if point.hosts == hosts], (first, second))
        along = sorted(best, key=lambda point: point.axes[second.metric])
        if len(along) < 2:
            continue
        low, high = along[0], along[-1]
        run = high.axes[second.metric] - low.axes[second.metric]
        if run <= _SAME * max(1.0, abs(high.axes[second.metric])):
            continue
        rise = high.axes[first.metric] - low.axes[first.metric]
        ends = low.axes[second.metric], high.axes[second.metric]
        found.append(ExchangeRate(hosts, rise / run, *ends, len(along)))
    return tuple(sorted(found, key=lambda one: (-abs(one.rate), one.hosts)))


def host_sets(points: Sequence[FrontPoint], axes: Sequence[Axis]) -> tuple[HostSet, ...]:
    """Sets of hosts with their ranges, the most frequent first."""
    found = []
    for hosts in dict.fromkeys(point.hosts for point in points):
        of_set = [point for point in points if point.hosts == hosts]
        values = {axis.metric: [point.axes[axis.metric] for point in of_set] for axis in axes}
        found.append(HostSet(hosts, len(of_set), {name: (min(one), max(one)) for name, one in values.items()}))
    return tuple(sorted(found, key=lambda one: (-one.plans, one.hosts)))


def efficient(points: Sequence[FrontPoint], axes: Sequence[Axis]) -> tuple[FrontPoint, ...]:
    """Points that no other point betters in every axis: what a search that was stopped early has found so far."""
    return tuple(_efficient(points, axes))


def same_axes(point: FrontPoint, metrics: dict[str, float]) -> bool:
    """Whether a plan with these metrics is this point, to a hundred-thousandth of each axis."""
    return all(abs(value - metrics[name]) <= _ONE_PLAN * max(1.0, abs(value)) for name, value in point.axes.items())


_ONE_PLAN = 1e-5


def _efficient(points: Sequence[FrontPoint], axes: Sequence[Axis]) -> list[FrontPoint]:
    def less_is_better(point: FrontPoint) -> tuple[float, ...]:
        return tuple(point.axes[axis.metric] * (1.0 if axis.sense == "min" else -1.0) for axis in axes)

    values = [less_is_better(point) for point in points]

    def beaten(place: int) -> bool:
        own = values[place]
        return any(
            all(a <= b for a, b in zip(other, own, strict=True)) and (other != own or turn < place)
            for turn, other in enumerate(values)
            if turn != place
        )

    return [point for place, point in enumerate(points) if not beaten(place)]
