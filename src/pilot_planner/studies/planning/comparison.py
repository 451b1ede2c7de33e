"""Two plans or more side by side: what differs in the settings, in the inputs, in the choices, in the metrics."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pilot_planner.errors import Fault, InputError
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.plan_file import read_document
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.text.result_tables import Rows, Tabled

_SAME = 1e-9
"""Relative difference below which two numbers are the same."""

_LABELS = ("design.name", "design.title", "design.why")
"""Names and reasons of a design: they differ without meaning anything."""


@dataclass(frozen=True)
class Comparison(Tabled):
    """Differences between plans A and B. Each entry names what differs and gives both values.

    Attributes:
        settings: dotted paths of the design, and inputs that were changed.
        choices: hosts, oversight levels, sectors, worker caps.
        metrics: metrics and ratios, with the change from A to B.
        inputs: values of the inputs that both plans rest on, other than those that were set.
        same_inputs: whether both have the same inputs in every value; None where a folder does not say which it had.
        names: of hosts, by ISO3 code.
        chances: how sure each plan is, as it stands in its document.
        rules: label and unit of limits of the plans' own, by key.
    """

    settings: tuple[dict[str, Any], ...]
    choices: tuple[dict[str, Any], ...]
    metrics: tuple[dict[str, Any], ...]
    inputs: tuple[dict[str, Any], ...] = ()
    same_inputs: bool | None = None
    names: dict[str, str] = field(default_factory=dict)
    chances: tuple[Any, ...] = ()
    rules: dict[str, tuple[str, str]] = field(default_factory=dict)

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {
            "metrics": lambda: self.metrics,
            "settings": lambda: self.settings,
            "choices": lambda: self.choices,
            "inputs": lambda: self.inputs,
        }

    def document(self) -> dict[str, Any]:
        """What ``compare --json`` prints."""
        return {
            "settings": list(self.settings),
            "inputs": list(self.inputs),
            "same_inputs": self.same_inputs,
            "choices": list(self.choices),
            "metrics": list(self.metrics),
            "chances": list(self.chances),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One setting, choice or metric in every plan; None where a plan does not have it."""

    name: str
    values: tuple[Any, ...]
    same: bool


@dataclass(frozen=True)
class SideBySide(Tabled):
    """Everything in every plan, what is the same included, in the order of ``Comparison``."""

    settings: tuple[Line, ...]
    choices: tuple[Line, ...]
    metrics: tuple[Line, ...]
    inputs: tuple[Line, ...] = ()
    same_inputs: bool | None = None
    names: dict[str, str] = field(default_factory=dict)
    chances: tuple[Any, ...] = ()
    rules: dict[str, tuple[str, str]] = field(default_factory=dict)

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {
            "metrics": lambda: _rows(self.metrics),
            "settings": lambda: _rows(self.settings),
            "choices": lambda: _rows(self.choices),
            "inputs": lambda: _rows(self.inputs),
        }

    def document(self) -> dict[str, Any]:
        """What ``compare --json`` prints of more than two plans: what is not the same in all of them."""
        parts = (("settings", self.settings), ("inputs", self.inputs), ("choices", self.choices), ("metrics", self.metrics))
        told = {
            part: [{"name": one.name, "values": list(one.values)} for one in lines if not one.same] for part, lines in parts
        }
        return {**told, "same_inputs": self.same_inputs, "chances": list(self.chances)}


def _rows(lines: Sequence[Line]) -> Rows:
    """One row per line, a column for each plan."""
    return [{"name": one.name} | {f"plan_{number}": value for number, value in enumerate(one.values, 1)} for one in lines]


OnePlan = Plan | str | Path | Mapping[str, Any]
"""A plan, the folder of one, or what stands in its ``plan.json``."""


def compare(first: OnePlan, second: OnePlan) -> Comparison:
    """Compare two plans. Raises InputError for a folder without a readable plan."""
    found = side_by_side([first, second])
    return Comparison(
        settings=tuple(_entry(line, "setting") for line in found.settings if not line.same),
        choices=tuple(_entry(line, "choice") for line in found.choices if not line.same),
        metrics=tuple(_entry(line, "metric") for line in found.metrics if not line.same),
        inputs=tuple(_entry(line, "input") for line in found.inputs if not line.same),
        same_inputs=found.same_inputs,
        names=found.names,
        chances=found.chances,
        rules=found.rules,
    )


def side_by_side(plans: Sequence[OnePlan]) -> SideBySide:
    """Any number of plans. Raises InputError for a folder without a readable plan."""
    faults: list[Fault] = []
    documents = []
    for one in plans:
        try:
            documents.append(_document(one))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    hashes = [one.get("input_hash") for one in documents]
    changed = tuple(dict.fromkeys(path for one in documents for path in one.get("input_changes", {})))
    return SideBySide(
        settings=_lines([_settings(one, changed) for one in documents]),
        choices=_lines([_choices(one) for one in documents]),
        metrics=_lines([_figures(one) for one in documents]),
        inputs=_lines(_inputs_of_all(documents, changed)),
        same_inputs=None if None in hashes else len(set(hashes)) == 1,
        names={host["iso3"]: host.get("name", host["iso3"]) for one in documents for host in one["hosts"]},
        chances=tuple(one.get("chance") for one in documents),
        rules={
            limit["key"]: (limit["label"], limit["unit"])
            for one in documents
            for limit in one["limits"]
            if limit["key"] in one["design"].get("rules", {})
        },
    )


def facts(document: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting, choice, metric and ratio of a plan's document by name, each with ``settings.`` or the like in front."""
    parts = {"settings": _settings(document), "choices": _choices(document), "metrics": _figures(document)}
    return {f"{part}.{name}": value for part, values in parts.items() for name, value in values.items()}


def _document(plan: OnePlan) -> Mapping[str, Any]:
    if isinstance(plan, Mapping):
        return plan
    return plan_document(plan) if isinstance(plan, Plan) else _with_hash(read_document(plan), Path(plan))


def _with_hash(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Folders of earlier versions say only in their manifest which inputs they had."""
    if "input_hash" not in document:
        with suppress(OSError, ValueError, RecursionError, AttributeError):
            told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            document = {**document, "input_hash": told.get("input_hash")}
    return document


def _inputs_of_all(documents: Sequence[Mapping[str, Any]], changed: Sequence[str]) -> list[dict[str, Any]]:
    """Inputs that every plan rests on, without those that some of them set: these stand among the settings."""
    found = [one.get("input_values", {}) for one in documents]
    shared = [path for path in found[0] if path not in changed and all(path in other for other in found)] if found else []
    return [{path: one[path] for path in shared} for one in found]


def _settings(document: Mapping[str, Any], changed: Iterable[str] = ()) -> dict[str, Any]:
    """``changed``: inputs that some plan set; one that did not has the value that it rests on."""
    known = document.get("input_values", {})
    others = {f"inputs.{path}": known[path] for path in changed if path in known}
    flat = {path: value for path, value in _flat(document["design"], "design") if path not in _LABELS}
    changes = {f"inputs.{path}": value for path, value in document.get("input_changes", {}).items()}
    return {path.removeprefix("design."): value for path, value in {**flat, **others, **changes}.items()}


def _flat(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _flat(inner, f"{path}.{key}")]
    return [(path, value)]


def _choices(document: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {f"{host['iso3']}.oversight_level": host["oversight_level"] for host in document["hosts"]}
    for one in document["placements"]:
        found[f"{one['iso3']}.{one['sector']}.worker_cap"] = one["worker_cap"]
    return found


def _figures(document: Mapping[str, Any]) -> dict[str, Any]:
    chance = document.get("chance") or {}
    known = {f"chance_{reading}": chance[reading]["share"] for reading in ("as_signed", "as_run") if chance.get(reading)}
    return {**document["metrics"], **document["ratios"], **known}


def _lines(found: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    names = dict.fromkeys(name for one in found for name in one)
    rows = ((name, tuple(one.get(name) for one in found)) for name in names)
    return tuple(Line(name, values, all(_equal(values[0], value) for value in values[1:])) for name, values in rows)


def _entry(line: Line, name: str) -> dict[str, Any]:
    before, after = line.values
    entry: dict[str, Any] = {name: line.name, "a": before, "b": after}
    a, b = _number(before), _number(after)
    if a is not None and b is not None:
        entry["change"] = b - a
    return entry


def _number(value: Any) -> float | None:
    """The value if it is a number; truth values are not."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _equal(before: Any, after: Any) -> bool:
    a, b = _number(before), _number(after)
    if a is not None and b is not None:
        return abs(a - b) <= _SAME * max(1.0, abs(a), abs(b))
    return bool(before == after)
