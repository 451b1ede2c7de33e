"""What a what-if may vary: numbers of the design, and inputs that the plan rests on, each with a range to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.text.labels import exact
from pilot_planner.text.names import Names, path_label

_SECTIONS = ("floors", "pay", "levies", "waivers")
_AROUND = 0.3
"""How far around its value a number without a range of its own is tried."""


@dataclass(frozen=True)
class Lever:
    """A path that may be varied, from ``low`` to ``high``; ``base`` is its value in the plan."""

    path: str
    label: str
    unit: str
    base: float
    low: float
    high: float
    group: str

    @property
    def words(self) -> str:
        """What a list shows: the label and where it stands now."""
        return f"{self.label} (now {exact(self.base, self.unit)})"


def levers(plan: Plan, names: Names) -> tuple[Lever, ...]:
    """Every lever of a plan: limits first, then the rest of the design, then inputs by their label."""
    inputs = sorted(_of_inputs(plan, names), key=lambda one: one.label)
    return (*_of_limits(plan, names), *_of_design(plan, names), *inputs)


def _of_limits(plan: Plan, names: Names) -> Iterator[Lever]:
    for key, bounds in plan.design.limits.items():
        limit = find_limit(key, plan.design)
        for side, bound in (("min", bounds.min), ("max", bounds.max)):
            if bound is not None and limit is not None:
                path = f"limits.{key}.{side}"
                top = 1.0 if limit.unit in ("share", "score") else None
                yield _lever(path, path_label(path, names, plan.design), limit.unit, bound, "Limits of the design", top)


def _of_design(plan: Plan, names: Names) -> Iterator[Lever]:
    tree = plan.design.model_dump(mode="json")
    for place, pledge in enumerate(tree["funding"]["pledges"]):
        path = f"funding.pledges.{place}.usd"
        yield _lever(path, f"Pledge of month {pledge['month']}", "USD", pledge["usd"], "Rest of the design", None)
    for section in _SECTIONS:
        for path, value in _numbers(tree[section], section):
            top = 1.0 if "share" in path or "willingness" in path or "levy" in path else None
            yield _lever(path, path_label(path, names), "", value, "Rest of the design", top)


def _numbers(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, float]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}.{key}")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}.{key}", float(value)


def _of_inputs(plan: Plan, names: Names) -> Iterator[Lever]:
    for one in behind(plan.case, plan.accounts):
        if one.base is None:
            continue
        path = f"inputs.{one.path}"
        low, high = one.low, one.high
        if low is None or high is None or low == high:
            low, high = _around(one.base, None)
        yield Lever(path, path_label(path, names), one.unit, one.base, low, high, "Inputs behind the plan")


def _lever(path: str, label: str, unit: str, base: float, group: str, top: float | None) -> Lever:
    return Lever(path, label, unit, base, *_around(base, top), group)


def _around(base: float, top: float | None) -> tuple[float, float]:
    low, high = sorted((base * (1.0 - _AROUND), base * (1.0 + _AROUND)))
    if low == high:
        low, high = 0.0, 1.0
    return low, high if top is None else min(top, high)
