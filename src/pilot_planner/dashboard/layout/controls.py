"""The controls beside every page, read from ``controls.toml``: which settings they move, how far, in which unit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from pilot_planner.case.tax import schedule_ids
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design


@dataclass(frozen=True)
class Control:
    """One control.

    Attributes:
        kind: ``slider``, ``range`` (two settings), ``choice`` (a few values), ``aim`` (metric and sense together) or
            ``schedule`` (the tax schedules of the inputs).
        paths: settings that it moves.
        scale: how many units of the setting one unit on the face is.
        limits: limits (``operating_cost.max``) told of below it; those that it moves, if nothing is said.
    """

    kind: str
    label: str
    help: str
    paths: tuple[str, ...] = ("objective.sense", "objective.metric")
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    scale: float = 1.0
    decimals: int = 0
    unit: str = ""
    sign: str = ""
    limits: tuple[str, ...] = ()
    choices: tuple[dict[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Its name in addresses of components: a setting's path, points replaced."""
        return self.paths[0].replace(".", "-")

    @property
    def open_end(self) -> float:
        """Where a slider stands without a limit: a limit from below is loosest at its low end."""
        return self.low if self.sign == "≥" else self.high

    def spec(self) -> dict[str, Any]:
        """What the browser needs to turn a moved control into settings and back."""
        kept = ("kind", "paths", "scale", "decimals", "unit", "sign", "low", "high", "step")
        return {
            "name": self.name,
            "open": self.open_end,
            **{key: value for key, value in asdict(self).items() if key in kept},
        }


@dataclass(frozen=True)
class Group:
    """Controls under one heading."""

    name: str
    controls: tuple[Control, ...] = field(default=())


@cache
def groups() -> tuple[Group, ...]:
    """All controls, in the order in which they stand."""
    text = files(__package__).joinpath("controls.toml").read_text(encoding="utf-8")
    return tuple(
        Group(group["name"], tuple(_control(one) for one in group["controls"])) for group in tomllib.loads(text)["groups"]
    )


def _control(row: Mapping[str, Any]) -> Control:
    found = dict(row)
    for key in ("paths", "choices", "limits"):
        if key in found:
            found[key] = tuple(found[key])
    if "limits" not in found:
        found["limits"] = tuple(
            path.removeprefix("limits.") for path in found.get("paths", ()) if path.startswith("limits.")
        )
    return Control(**found)


def controls() -> tuple[Control, ...]:
    """All controls, headings apart."""
    return tuple(control for group in groups() for control in group.controls)


def values_of(design: Design) -> dict[str, Any]:
    """What a design says at each setting that a control moves; None where it says nothing."""
    tree = design.model_dump(mode="json")
    return {path: _at(tree, path) for control in controls() for path in control.paths}


def _at(tree: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(tree, Mapping):
            tree = tree.get(part)
        elif isinstance(tree, list) and part.isdecimal() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            return None
    return tree


def schedules(inputs: Inputs) -> list[dict[str, str]]:
    """Tax schedules that may be chosen, named as people would."""
    names = {row.text("schedule_id"): row.text("name") for row in inputs.rows("facts/tax_schedules.csv")}
    return [{"value": one, "label": names.get(one, one)} for one in schedule_ids(inputs)]
