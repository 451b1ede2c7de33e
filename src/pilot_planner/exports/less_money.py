"""What less money would buy: the best plan at each of a few costs, for the chart and the table of a proposal."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from pilot_planner.design.schema import Axis, Design
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.pareto.pareto_front import FrontPoint, Switch, ordered_axes, trade_offs
from pilot_planner.studies.pareto.records import aim_in_words
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.names import host_names, hosts_in_words
from pilot_planner.text.number_format import with_unit

POINTS = 8
"""As many as a reader of a proposal looks at, and few enough to be found while they wait."""
MOST_DIVISIONS = 8
COST = "operating_cost"


@dataclass(frozen=True)
class BriefFront:
    """Efficient plans along two axes: what the design is after, and what that costs. In the order of the second.

    The other axes of the design are free, so that a point is the best that its cost can buy; the trade-offs over all axes,
    with many more plans, are a study of their own.

    Attributes:
        axes: the design's objective (its first axis, where the objective is none of them), then cost; the next axis of the
            design where cost is the first already.
        points: proven efficient on these axes; ``metrics`` and ``ratios`` tell the rest of each.
        switches: between which neighbours along the second axis the best set of hosts changes; ``value`` is the first
            value at which the new set was found best.
        resolution: share of the second axis's range between neighbouring plans, at most.
    """

    axes: tuple[Axis, ...]
    points: tuple[FrontPoint, ...]
    switches: tuple[Switch, ...]
    resolution: float

    @property
    def sentence(self) -> str:
        """How many plans, and how fine."""
        by = METRICS[self.axes[1].metric].label.lower()
        steps = f"steps of at most {100 * self.resolution:.0f} % of the range"
        return f"{len(self.points)} plans, each the best at its {by}; {steps}"


def brief_front(plan: Plan, progress: Progress | None = None) -> BriefFront:
    """The front of a plan's design over two axes. Seconds, not minutes. Raises CancelledError."""
    design = _of_two_axes(plan.design)
    found = trade_offs(design, plan.inputs, None, POINTS, None, progress, MOST_DIVISIONS, switches=False)
    along = found.axes[1].metric
    points = tuple(sorted(found.points, key=lambda point: point.axes[along]))
    switches = _switches(points, along, host_names(plan.inputs), aim_in_words(found.axes[0]))
    return BriefFront(found.axes, points, tuple(switches), found.resolution)


def _of_two_axes(design: Design) -> Design:
    first, *others = ordered_axes(design)
    second = next((axis for axis in others if axis.metric == COST), others[0])
    two = design.tradeoffs.model_copy(update={"axes": (first, second)})
    return design.model_copy(update={"tradeoffs": two})


def _switches(points: Sequence[FrontPoint], along: str, names: dict[str, str], aim: str) -> list[Switch]:
    metric = METRICS[along]
    found = []
    for low, high in itertools.pairwise(points):
        if low.hosts == high.hosts:
            continue
        before, after = (hosts_in_words(one.hosts, names, "and") for one in (low, high))
        at = [with_unit(one.axes[along], metric.unit) for one in (low, high)]
        found.append(
            Switch(
                aim=aim,
                metric=along,
                value=high.axes[along],
                below=low.hosts,
                above=high.hosts,
                sentence=f"At {at[0]} of {metric.label.lower()} the plan with {aim} uses {before}, at {at[1]} {after}.",
            )
        )
    return found
