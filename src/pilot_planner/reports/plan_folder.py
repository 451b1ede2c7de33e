"""A plan as a folder of files that other programs rely on. Complete or absent, never half."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.programme.hand_over import write_mps
from pilot_planner.studies.plan import TABLES, Plan, design_hash, versions

FILES = ("plan.json", *(f"{name}.csv" for name in TABLES), "programme.mps", "manifest.json")


def write_plan(plan: Plan, folder: str | Path) -> Path:
    """Write every file of a plan. An older plan there is replaced; a folder with other files is refused.

    All files are made in a folder beside it first and moved when complete, so that a full disk or a killed process
    leaves what was there before. Raises InputError when the folder cannot be used.
    """
    target = Path(folder)
    _check_target(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as made:
            fresh = Path(made) / "plan"
            fresh.mkdir()
            _write_all(plan, fresh)
            old = Path(made) / "old"
            if target.exists():
                target.rename(old)
            fresh.rename(target)
            if old.exists():
                shutil.rmtree(old)
    except OSError as error:
        fault = Fault(Place(str(target)), f"cannot be written ({error.strerror})", "a writable folder", "choose another one")
        raise InputError([fault]) from None
    return target


def _check_target(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError([Fault(Place(str(target)), "is a file", "a folder", "choose another name")])
    foreign = sorted(path.name for path in target.iterdir() if path.name not in FILES) if target.is_dir() else []
    if foreign:
        what = f"holds files that are not a plan's: {', '.join(foreign[:3])}"
        raise InputError([Fault(Place(str(target)), what, "an empty folder or an older plan", "choose another folder")])


def _write_all(plan: Plan, folder: Path) -> None:
    _write_json(folder / "plan.json", plan_document(plan))
    for name in TABLES:
        _write_csv(folder / f"{name}.csv", plan.records(name))
    write_mps(plan.problem, folder / "programme.mps")
    _write_json(folder / "manifest.json", manifest(plan))


def plan_document(plan: Plan) -> dict[str, Any]:
    """What stands in ``plan.json``."""
    return {
        "plan_id": plan.plan_id,
        "legal_gate": plan.legal_gate,
        "status": plan.status,
        "objective": {
            "metric": plan.design.objective.metric,
            "sense": plan.design.objective.sense,
            "value": plan.outcome.objective,
            "bound": plan.outcome.bound,
        },
        "gap": plan.outcome.gap,
        "metrics": plan.metrics,
        "ratios": plan.ratios,
        "hosts": [_record(host) for host in plan.hosts],
        "placements": [_record(placement) for placement in plan.placements],
        "limits": [_record(limit) for limit in plan.limits],
        "comparators": plan.comparators,
        "conditions_precedent": [_record(condition) for condition in plan.conditions],
        "precedents": [_record(precedent) for precedent in plan.precedents],
        "risk_met_by_pay_in_kind": None if plan.risk_by_goods is None else _record(plan.risk_by_goods),
        "rests_on": plan.metric_sources,
        "grade_c_inputs": [_record(weak) for weak in plan.weak_inputs],
        "design": {
            "period_months": plan.design.programme.period_months,
            **plan.design.model_dump(mode="json", exclude_none=True),
        },
        "input_changes": {
            ".".join(address) + (f".{bound}" if bound else ""): value
            for (address, bound), value in plan.inputs.changes.items()
        },
    }


def manifest(plan: Plan) -> dict[str, Any]:
    """What stands in ``manifest.json``: everything that is needed to make the plan again."""
    options = plan.design.solver
    return {
        "plan_id": plan.plan_id,
        "versions": versions(),
        "inputs": plan.inputs.origin,
        "input_hash": plan.inputs.hash,
        "design_hash": design_hash(plan.design),
        "solver": options.name,
        "engine": options.engine,
        "options": options.model_dump(mode="json"),
        "seed": options.seed,
        "gap": plan.outcome.gap,
        "tie_tolerance": options.tie_tolerance,
        "timings": plan.timings,
    }


def _record(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _write_json(file: Path, document: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _write_csv(file: Path, rows: list[dict[str, Any]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(key, value) for key, value in row.items()} for row in rows)


_PEOPLE = ("workers", "arrivals")


def _cell(column: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, float):
        # People with six decimals; everything else in the shortest form that reads back as the same number.
        return f"{value:.6f}" if column in _PEOPLE else repr(value)
    return "" if value is None else value
