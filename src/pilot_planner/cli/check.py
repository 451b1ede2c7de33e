"""The work of ``pilot-planner check``: everything that can be known before a solve, in one pass."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import console
from pilot_planner.data.coverage import Coverage, coverage
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import read_inputs, stale_of
from pilot_planner.data.locations import inputs_to_write
from pilot_planner.data.stored import write_values
from pilot_planner.design.loading import load_design, places_in
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError
from pilot_planner.reports.check_text import print_coverage, print_faults, print_warnings
from pilot_planner.studies.planning.design_words import ceiling_in_words, grid_in_words
from pilot_planner.studies.planning.setup import effects_at_fault, names_at_fault, refusals


def run_check(inputs: Path | None, model: str | None, everything: bool, json_output: bool) -> bool:
    """Check and print; returns whether anything is wrong enough to stop."""
    ready, faults = _read(inputs)
    design: Design | None = None
    try:
        design = load_design(model)
    except InputError as error:
        faults += error.faults
    if ready is not None and design is not None:
        faults += places_in(names_at_fault(design, ready), model, {}) + effects_at_fault(ready)
    if ready is not None and design is not None and not any(fault.severity == "error" for fault in faults):
        faults += refusals(design, ready)
    errors = [fault for fault in faults if fault.severity == "error"]
    warnings = [fault for fault in faults if fault.severity == "warning"]
    picture = None if ready is None or errors else coverage(ready)
    told = [] if design is None or errors else [ceiling_in_words(design), grid_in_words(design)]
    if json_output:
        sys.stdout.write(
            json.dumps(_document(errors, warnings, picture) | {"design_says": told}, indent=2, ensure_ascii=False) + "\n"
        )
        return bool(errors)
    _print(errors, warnings, picture, everything, told)
    return bool(errors)


def write_derived(folder: Path | None) -> None:
    """Write derived values as they follow from the others, and say which changed; nothing where the files have errors."""
    root = inputs_to_write(folder)
    _, faults = read_inputs(root)
    if errors := [fault for fault in faults if fault.severity == "error"]:
        raise InputError(errors)
    found = stale_of(root)
    write_values(root, found)
    for one in found:
        say(f"{one.place}: {one.given:g} is {one.written} now ({one.formula})")
    say(f"{_counted(len(found), 'derived value')} written")


def _read(folder: Path | None) -> tuple[Inputs | None, list[Fault]]:
    try:
        return read_inputs(folder)
    except InputError as error:
        return None, list(error.faults)


def _print(
    errors: list[Fault], warnings: list[Fault], picture: Coverage | None, everything: bool, told: Sequence[str]
) -> None:
    out = console()
    print_faults(errors, out)
    print_warnings(warnings, out, everything)
    if errors or warnings:
        out.print()
    if picture is not None:
        print_coverage(picture, out, everything)
        out.print()
    for sentence in told:
        out.print(f"Design: {sentence}", soft_wrap=True, markup=False)
    say(f"{_counted(len(errors), 'error')}, {_counted(len(warnings), 'warning')}")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _document(errors: list[Fault], warnings: list[Fault], picture: Coverage | None) -> dict[str, Any]:
    def record(fault: Fault) -> dict[str, Any]:
        place = fault.place
        return {
            "file": place.file,
            "row": place.row,
            "column": place.column,
            "what": fault.what,
            "expected": fault.expected,
            "fix": fault.fix,
        }

    document: dict[str, Any] = {"errors": [record(one) for one in errors], "warnings": [record(one) for one in warnings]}
    if picture is not None:
        document["grades"] = {"all": picture.totals, **picture.by_table}
        document["grade_c"] = [estimate.path for estimate in picture.grade_c]
        document["absent"] = [estimate.path for estimate in picture.absent]
    return document
