"""From one plan to another in steps that sum exactly: what each difference of inputs and settings adds to a metric.

The steps are taken in a stated order: inputs first, then the settings in the order in which a design is written. So each
step is a plan of its own that anybody can make and check. An average over all orders (Shapley) would treat the steps alike,
at two to the power of their number of plans, and none of its figures would belong to a plan. What a step adds depends on
what was changed before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.design.loading import validated
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, NoPlanError, Place
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.plan import Plan, make_plan
from pilot_planner.studies.planning.reload import remake
from pilot_planner.text.result_tables import Rows, Tabled

_CENT = Decimal("0.01")
_NOT_COMPARED = ("name", "title", "why")
_BY_KEY = ("limits", "rules", "waivers")
_INPUTS = "inputs"
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """One step: what was changed, and the metric before and after, in its unit to two decimals.

    Attributes:
        changed: what this step changes: ``inputs`` or settings. More than one where the plans between do not exist.
        towards: number of the plan that it leads to, from 1.
    """

    changed: tuple[str, ...]
    before: Decimal
    after: Decimal
    towards: int

    @property
    def change(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Bridge(Tabled):
    """The way from the first plan to the last; the changes of the steps sum to the difference exactly."""

    metric: str
    unit: str
    values: tuple[Decimal, ...]
    steps: tuple[BridgeStep, ...]

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"steps": self.records}

    def units_of(self, name: str) -> dict[str, str]:  # it has one table
        """Amounts are in the unit of the metric."""
        return dict.fromkeys(("before", "after", "change"), self.unit)

    def records(self) -> list[dict[str, Any]]:
        """One row per step."""
        return [
            {
                "towards_plan": one.towards,
                "changed": ", ".join(one.changed),
                "before": float(one.before),
                "after": float(one.after),
                "change": float(one.change),
            }
            for one in self.steps
        ]

    def document(self) -> dict[str, Any]:
        """What ``compare --json`` prints."""
        values = [float(one) for one in self.values]
        return {"metric": self.metric, "unit": self.unit, "values": values, "steps": self.records()}


def bridge(
    plans: Sequence[Plan | str | Path],
    metric: str = "worker_income",
    inputs: Inputs | str | Path | None = None,
    progress: Progress | None = None,
) -> Bridge:
    """The difference of a metric between plans, each beside the next, split into steps.

    ``plans`` are plans or their folders; a folder is made again on ``inputs``. Raises InputError for less than two plans, a
    metric that is none and a folder that cannot be made again; CancelledError when ``progress`` returns False.
    """
    if metric not in METRICS:
        raise InputError([Fault(Place("metric"), f"{metric!r} is no metric", ", ".join(METRICS), "choose one of these")])
    if len(plans) < 2:
        raise InputError([Fault(Place("plans"), "there is nothing to compare", "two plans or more", "name another one")])
    found = [one if isinstance(one, Plan) else remake(one, inputs) for one in plans]
    values = tuple(_value(one, metric) for one in found)
    steps: list[BridgeStep] = []
    tell = Telling(progress)
    for towards, (a, b) in enumerate(pairwise(found), start=2):
        tell(f"plan {towards} of {len(found)}", (towards - 2) / (len(found) - 1))
        steps += _steps(a, b, metric, towards, tell)
    return Bridge(metric, METRICS[metric].unit, values, tuple(steps))


def _steps(a: Plan, b: Plan, metric: str, towards: int, tell: Telling) -> Iterator[BridgeStep]:
    tree, goal = a.design.model_dump(), b.design.model_dump()
    inputs = a.inputs
    parts: list[str] = [] if a.inputs.hash == b.inputs.hash else [_INPUTS]
    parts += _different(tree, goal)
    value, waiting = _value(a, metric), list[str]()
    if not parts and value != _value(b, metric):
        # The same programme by another version: nothing of it can be told apart.
        yield BridgeStep(("the program itself",), value, _value(b, metric), towards)
    for place, part in enumerate(parts):
        tell(f"step {part}", place / len(parts))
        waiting.append(part)
        if part == _INPUTS:
            inputs = b.inputs
        else:
            _take_over(tree, goal, part)
        after = _value(b, metric) if place == len(parts) - 1 else _between(tree, inputs, metric)
        if after is not None:
            yield BridgeStep(tuple(waiting), value, after, towards)
            value, waiting = after, []


def _between(tree: Tree, inputs: Inputs, metric: str) -> Decimal | None:
    """The metric of a plan on the way; None where there is no such plan, so that the step goes on to the next."""
    try:
        return _value(make_plan(_design(tree), inputs), metric)
    except (NoPlanError, InputError):
        return None


def _design(tree: Tree) -> Design:
    return validated(tree, {})


def _different(a: Tree, b: Tree) -> list[str]:
    """Settings that differ, in the order of the design; a limit of its own together with its bounds."""
    found: dict[str, None] = {}
    for name in dict.fromkeys([*a, *b]):
        old, new = a.get(name), b.get(name)
        if name in _NOT_COMPARED or old == new:
            continue
        if name not in _BY_KEY:
            found[name] = None
            continue
        of_a, of_b = (dict(one) if isinstance(one, Mapping) else {} for one in (old, new))
        for key in dict.fromkeys([*of_a, *of_b]):
            if of_a.get(key) != of_b.get(key):
                found["limits." + key if name == "rules" else f"{name}.{key}"] = None
    return list(found)


def _take_over(tree: Tree, goal: Tree, part: str) -> None:
    """Put into ``tree`` what ``goal`` has of one part."""
    name, _, key = part.partition(".")
    if not key:
        _put(tree, name, goal.get(name))
        return
    for table in ("limits", "rules") if name == "limits" else (name,):
        of_goal = goal.get(table) or {}
        branch = dict(tree.get(table) or {})
        _put(branch, key, of_goal.get(key))
        _put(tree, table, branch or None)


def _put(tree: Tree, key: str, value: Any) -> None:
    if value is None:
        tree.pop(key, None)
    else:
        tree[key] = value


def _value(plan: Plan, metric: str) -> Decimal:
    return Decimal(repr(plan.metrics[metric])).quantize(_CENT, ROUND_HALF_EVEN)
