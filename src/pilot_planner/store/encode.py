"""Designs, scenarios, fronts and studies as parts that can be kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pilot_planner.data.locations import is_file
from pilot_planner.design.loading import read_toml
from pilot_planner.design.overrides import INPUTS, SCENARIO, SETTINGS, Overrides, overrides_text, parse_overrides
from pilot_planner.design.schema import Design
from pilot_planner.design.writing import toml_key, toml_value
from pilot_planner.errors import StoreError
from pilot_planner.store.plans import FILES, Parts, Record, made_with
from pilot_planner.studies.pareto.pareto_front import TradeOffs
from pilot_planner.studies.planning.plan import design_hash
from pilot_planner.studies.sweeps.run_folder import cell
from pilot_planner.studies.sweeps.what_if import WhatIf

_SUFFIXES = (".csv", ".json", ".toml")
_MOST_FILES = 100
_MOST_BYTES = 256 * 2**20
SCENARIO_FILE = "scenario.toml"
DESIGN_FILE = "design.toml"

Prepared = tuple[Parts, Record, dict[str, Any]]
"""Parts, the record that goes with them, and what a list shows."""


def design_parts(design: Design) -> Prepared:
    """A design, and the same as a file that ``--model`` takes."""
    values = design.model_dump(mode="json")
    record = {"design": values, "design_hash": design_hash(design), "facts": flat(values)}
    about = {"design": design.name, "title": design.title, "objective": design.objective.metric}
    return {FILES + DESIGN_FILE: design_text(design).encode()}, record, about


def design_text(design: Design) -> str:
    """A design in TOML, whole: nothing is left to another that it would extend."""
    values = design.model_dump(mode="json", exclude_none=True)
    lines = [f"{toml_key(key)} = {toml_value(value)}" for key, value in values.items() if not isinstance(value, dict)]
    for key, table in values.items():
        if isinstance(table, dict):
            lines += ["", f"[{toml_key(key)}]", *(f"{toml_key(name)} = {toml_value(one)}" for name, one in table.items())]
    return "\n".join(lines) + "\n"


def scenario_parts(scenario: Overrides) -> Prepared:
    """Settings of a design and edits of inputs, as a file that ``--set @FILE`` takes."""
    if not scenario.settings:
        raise StoreError("a scenario without a setting changes nothing; set something, then save it")
    text = overrides_text(scenario)
    facts = {
        f"settings.{path}": value for path, value in json.loads(json.dumps(dict(scenario.settings), default=str)).items()
    }
    edits = sum(path.startswith("inputs.") for path in scenario.settings)
    about = {"settings": len(scenario.settings) - edits, "input_edits": edits, "design": scenario.design}
    return {FILES + SCENARIO_FILE: text.encode()}, {"facts": facts}, about


def scenario_of(raw: bytes) -> Overrides:
    """The scenario that was saved."""
    return parse_overrides(raw, SCENARIO_FILE)


def front_parts(front: TradeOffs) -> Prepared:
    """A front's plans and its payoff table, with the design and the inputs that it was made with."""
    case = front.session.programme.case
    parts, record = made_with(case.design, case.inputs)
    axes = [axis.metric for axis in front.axes]
    payoff = [{"best_in": name, **row} for name, row in zip(axes, front.payoff, strict=True)]
    summary = {
        "axes": [axis.model_dump(mode="json") for axis in front.axes],
        "resolution": front.resolution,
        "complete": front.complete,
        "host_sets": list(front.host_sets),
        "switches": [one.sentence for one in front.switches],
    }
    parts |= {
        FILES + "front.csv": _csv(front.records()),
        FILES + "payoff.csv": _csv(payoff),
        FILES + "summary.json": _json(summary),
    }
    record["facts"] = flat(summary)
    about = {"design": case.design.name, "plans": len(front.points), "axes": axes, "complete": front.complete}
    return parts, record, about


def study_parts(study: WhatIf) -> Prepared:
    """The runs of a study, what they add up to, and the study itself."""
    varied = [
        {"path": one.path, "values": list(one.values), "between": one.between, "pert": one.pert} for one in study.study.vary
    ]
    asked = {
        "title": study.study.title,
        "why": study.study.why,
        "mode": study.study.mode,
        "designs": list(study.study.designs),
        "vary": varied,
        "draws": study.study.draws,
        "seed": study.study.seed,
        "metrics": list(study.study.metrics),
    }
    rows = [{key: cell(value) for key, value in record.items()} for record in study.records]
    parts = {
        FILES + "runs.csv": _csv(rows),
        FILES + "summary.json": _json(study.summary),
        FILES + "asked.json": _json(asked),
    }
    about = {"title": study.study.title, "runs": len(study.records)}
    return parts, {"facts": flat(json.loads(_json(asked)))}, about


def folder_parts(folder: Path) -> Prepared:
    """The files of a folder that 'tradeoffs', 'whatif', 'risk' or 'scale' has written, as they are. Raises StoreError."""
    parts: Parts = {}
    size = 0
    try:
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            if path.is_symlink() or not path.is_file() or path.suffix not in _SUFFIXES:
                raise StoreError(f"{path} is no file of a front or a study; name the folder that --out was given")
            size += path.stat().st_size
            if len(parts) >= _MOST_FILES or size > _MOST_BYTES:
                raise StoreError(f"{folder} holds more than a front or a study has; name the folder that --out was given")
            parts[FILES + path.name] = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{folder} cannot be read ({error.strerror}); check the name and the working folder") from None
    if FILES + "front.csv" not in parts and FILES + "summary.json" not in parts and FILES + "runs.csv" not in parts:
        raise StoreError(f"{folder} holds no front and no study; name the folder that --out was given")
    return parts, {"facts": {}}, {"files": [name.removeprefix(FILES) for name in parts]}


def kind_of_folder(folder: Path) -> str:
    """What a folder holds, by its files."""
    if (folder / "plan.json").is_file():
        return "plan"
    return "front" if (folder / "front.csv").is_file() else "study"


def kind_of_file(file: Path) -> str:
    """What a file holds: a plan's document, an override file, else a design. Names of designs are no files."""
    if file.suffix == ".json":
        return "plan"
    if file.suffix != ".toml" or not is_file(file):
        return "design"
    tree, _ = read_toml(file.read_bytes().removeprefix(b"\xef\xbb\xbf"), file.as_posix())
    return "scenario" if tree and tree.keys() <= {SCENARIO, SETTINGS, INPUTS} else "design"


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Values by dotted path."""
    if isinstance(value, Mapping):
        return {
            name: one
            for key, inner in value.items()
            for name, one in flat(inner, f"{path}.{key}" if path else str(key)).items()
        }
    return {path: value}


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)
    return out.getvalue().encode()


def _json(document: Any) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n").encode()
