"""Inputs, design and settings brought together and checked against each other, every fault in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.case.tax import schedule_ids
from pilot_planner.data.events import ANY, EFFECTS, HOST, OF_INPUTS
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.design.loading import load_design as read_design
from pilot_planner.design.loading import places_in, validated
from pilot_planner.design.rights import held_to_law
from pilot_planner.design.schema import Design
from pilot_planner.design.settings import known_paths
from pilot_planner.errors import Fault, InputError, NoPlanError, Place
from pilot_planner.programme.build import build
from pilot_planner.programme.names import unknown_names
from pilot_planner.programme.own_limits import KnownNames

_INPUTS = "inputs."

Settings = Mapping[str, Any]


def set_up(
    model: Design | str | Path | None, inputs: Inputs | str | Path | None, settings: Settings | None
) -> tuple[Design, Inputs]:
    """A design and inputs that fit each other.

    ``settings`` maps dotted paths to values; those that begin with ``inputs.`` change estimates, the others the
    design. Raises InputError with the faults of inputs, design and settings together.
    """
    of_inputs, of_design = _split(settings or {})
    faults: list[Fault] = []
    ready: Inputs | None = None
    design: Design | None = None
    try:
        ready = inputs if isinstance(inputs, Inputs) else load_inputs(inputs)
        ready = inputs_with(ready, of_inputs)
    except InputError as error:
        faults += error.faults
    try:
        design = _with_settings(model, of_design) if isinstance(model, Design) else read_design(model, of_design)
    except InputError as error:
        faults += error.faults
    if ready is not None and design is not None:
        faults += places_in(names_at_fault(design, ready), model, of_design) + effects_at_fault(ready)
    if faults or ready is None or design is None:
        raise InputError(faults)
    return held_to_law(design), ready


def inputs_with(inputs: Inputs, values: Mapping[str, Any]) -> Inputs:
    """Inputs with settings by their path (without ``inputs.``) on top. Raises InputError with every fault."""
    return inputs.with_values(_numbers(values)) if values else inputs


def refusals(design: Design, inputs: Inputs) -> list[Fault]:
    """Why ``make_plan`` would refuse this design on these inputs before anything is solved, all of it at once."""
    try:
        build(make_case(held_to_law(design), inputs))
    except InputError as error:
        return list(error.faults)
    except NoPlanError as error:
        fix = "'pilot-planner explain' tells what would let a placement in"
        return [
            Fault(Place(f"design {design.name}"), reason, "a design that has something to plan", fix)
            for reason in error.reasons
        ]
    return []


def names_at_fault(design: Design, inputs: Inputs) -> list[Fault]:
    """Names in a design that neither the programme nor the inputs know."""
    faults = unknown_names(design, KnownNames.of(inputs))
    allowed = schedule_ids(inputs)
    if design.tax.schedule not in allowed:
        fix = did_you_mean(design.tax.schedule, allowed, fallback=f"use one of {', '.join(allowed)}")
        what = f"{design.tax.schedule!r} cannot be used as a schedule"
        faults.append(Fault(Place("tax.schedule"), what, "a complete graduated schedule of the inputs", fix))
    for convention in design.floors.conventions:
        indicator = f"ilo_{convention.lower()}_ratified"
        known = sorted(
            {
                address[2].split("_")[1].upper()
                for address in inputs.estimates
                if address[0] == "hosts" and _ratified(address[2])
            }
        )
        if not any(address[-1] == indicator for address in inputs.estimates):
            what = f"nothing is known about convention {convention!r}"
            fix = did_you_mean(convention, known, fallback=f"known: {', '.join(known)}")
            faults.append(Fault(Place("floors.conventions"), what, ", ".join(known), fix))
    return faults


def effects_at_fault(inputs: Inputs) -> list[Fault]:
    """Effects on designs whose path no design has, with file and row."""
    known = set(known_paths())
    found = []
    for row in inputs.rows(EFFECTS):
        path = row.text("path")
        pattern = path.replace(HOST, ANY)
        if path.startswith(OF_INPUTS) or pattern in known or pattern.removesuffix(f".{ANY}") in _BY_HOST:
            continue
        place = Place(f"{inputs.origin}/{EFFECTS}", row.number, "path")
        fix = did_you_mean(pattern, known, fallback="write 'inputs.' before the path of an input")
        found.append(Fault(place, f"{path!r} is no setting of a design", "a path that --set takes", fix))
    return found


_BY_HOST = ("closures",)
"""Tables of the design with a plain value for each host."""


def _ratified(indicator: str) -> bool:
    return indicator.startswith("ilo_") and indicator.endswith("_ratified")


def _split(settings: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    of_inputs = {path.removeprefix(_INPUTS): value for path, value in settings.items() if path.startswith(_INPUTS)}
    of_design = {path: value for path, value in settings.items() if not path.startswith(_INPUTS)}
    return of_inputs, of_design


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    faults = []
    numbers = {}
    for path, value in values.items():
        number = _number(value)
        if number is not None:
            numbers[path] = number
        else:
            faults.append(Fault(Place(f"inputs.{path}"), f"{value!r} is not a number", "a number", "correct the value"))
    if faults:
        raise InputError(faults)
    return numbers


def _number(value: Any) -> float | None:
    """The value as a number; None for words, and for whole numbers too long to be one."""
    try:
        return float(value) if isinstance(value, bool | int | float) else None
    except OverflowError:
        return None


def _with_settings(design: Design, settings: Mapping[str, Any]) -> Design:
    return validated(design.model_dump(), settings, lawful=True)
