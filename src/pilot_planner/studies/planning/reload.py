"""A plan made again: from the folder that it was written to, or from a design. Figures that differ are refused."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.plan import Plan, make_plan, package_version
from pilot_planner.studies.planning.plan_file import design_of, read_document

_SAME = 1e-6
"""Relative difference below which a figure was made again."""


def remake(plan: str | Path, inputs: Inputs | str | Path | None = None, progress: Progress | None = None) -> Plan:
    """The whole plan behind a plan folder (or its ``plan.json``); of anything else, the best plan of that design.

    A folder holds the design as solved and what was set on top of the inputs, but not the inputs: they are read anew, and
    must be those that it was made with. Raises InputError where they are not, or where any figure comes out otherwise.
    """
    path = Path(plan)
    if not _is_plan(path):
        return make_plan(path, inputs, progress=progress)
    document = read_document(path)
    file = (path / "plan.json" if path.is_dir() else path).as_posix()
    settings: dict[str, Any] = {f"inputs.{name}": value for name, value in document.get("input_changes", {}).items()}
    design = design_of(document, path)
    ready = inputs if isinstance(inputs, Inputs) else load_inputs(inputs)
    made = make_plan(design, ready, settings, progress)
    _check_same(made, document, file, path)
    return made


def _is_plan(path: Path) -> bool:
    try:
        return path.is_dir() or (path.is_file() and path.suffix == ".json")
    except OSError:
        return False


def _check_same(plan: Plan, document: Mapping[str, Any], file: str, folder: Path) -> None:
    different = [
        name
        for name, value in document["metrics"].items()
        if name not in plan.metrics or not math.isclose(plan.metrics[name], value, rel_tol=_SAME, abs_tol=_SAME)
    ]
    if plan.plan_id == document.get("plan_id") and not different:
        return
    was = _manifest(folder)
    reasons = []
    if was.get("input_hash") not in (None, plan.inputs.hash):
        reasons.append(f"the inputs in {plan.inputs.origin} are not those that it was made with")
    version = was.get("versions", {}).get("pilot_planner")
    if version not in (None, package_version()):
        reasons.append(f"it was made by version {version} and this is {package_version()}")
    if different:
        shown = ", ".join(different[:3])
        reasons.append(f"{len(different)} figures differ ({shown}{', ...' if len(different) > 3 else ''})")
    what = f"cannot be made again: {'; '.join(reasons) or 'its id is not that of its design and inputs'}"
    fix = "name the inputs with --inputs, or plan anew with 'pilot-planner plan --out'"
    raise InputError([Fault(Place(file), what, "the inputs and the version that it was made with", fix)])


def _manifest(folder: Path) -> dict[str, Any]:
    file = (folder if folder.is_dir() else folder.parent) / "manifest.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
