"""What the figures of a what-if study share: rows with a plan, rows without, and paths in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.studies.sweeps.run_folder import Record
from pilot_planner.studies.sweeps.what_if import WhatIf
from pilot_planner.text.labels import Scale, defined, scale_for
from pilot_planner.text.names import Names, metric_label, metric_unit, path_label, path_unit

FOUND = ("optimal", "time_limit")


@dataclass(frozen=True)
class Varied:
    """A path that a study varies: its values in order and how they are shown."""

    path: str
    label: str
    unit: str
    values: tuple[Any, ...]
    scale: Scale | None
    """None where values are not numbers."""

    @property
    def title(self) -> str:
        """``Budget, at most, m USD``."""
        return f"{self.label}, {self.scale.unit}" if self.scale is not None and self.scale.unit else self.label

    def at(self, value: Any) -> Any:
        """Where a value stands on an axis: its number, else its text."""
        return self.scale.of(value) if self.scale is not None else str(value)


def varied(study: WhatIf, path: str, names: Names, inputs: Inputs | None = None) -> Varied:
    """One path of the study. Raises KeyError where the study does not vary it."""
    if path not in study.study.paths:
        raise KeyError(f"the study does not vary {path}: it varies {', '.join(study.study.paths)}")
    values = list(dict.fromkeys(_still(record[path]) for record in study.records))
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    unit = path_unit(path, inputs)
    scale = scale_for(unit, values) if numbers else None
    ordered = sorted(values) if numbers else values
    return Varied(path, path_label(path, names), unit, tuple(ordered), scale)


def _still(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def same(record: Record, path: str, value: Any) -> bool:
    """Whether a run has this value of a path."""
    return bool(_still(record[path]) == value)


def measured(study: WhatIf, metric: str) -> str:
    """The metric asked for if the study measures it, else the objective of its first run."""
    if metric and metric != "objective":
        return metric
    return "objective"


def value_of(record: Record, metric: str) -> float | None:
    """A metric of a run; None where it has no plan."""
    if record["status"] not in FOUND:
        return None
    return defined(record.get(metric))


def label_and_unit(metric: str, objective: str) -> tuple[str, str]:
    """Of the metric; ``objective`` stands for the metric that the design aims at."""
    name = objective if metric == "objective" else metric
    return metric_label(name), metric_unit(name)
