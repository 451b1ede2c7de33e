"""A plan as a folder of files that other programs rely on. Complete or absent, never half."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.programme.files import LP, MPS, programme_texts
from pilot_planner.reports.plan_package import PACKAGE, package_of
from pilot_planner.studies.execution.finished_lumps import FILE as UNFINISHED
from pilot_planner.studies.execution.finished_lumps import forget
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.plan_file import WITHOUT_HASH
from pilot_planner.studies.planning.plan_json import manifest, plan_document
from pilot_planner.studies.planning.plan_tables import IN_FOLDERS
from pilot_planner.text.labels import rounded_parts
from pilot_planner.whole_files import is_working_name, sweep, telling, write_folder

FILES = ("plan.json", PACKAGE, *(f"{name}.csv" for name in IN_FOLDERS), MPS, LP, "manifest.json")


def write_plan(plan: Plan, folder: str | Path) -> Path:
    """Write every file of a plan. An older plan there is replaced; a folder with other files is refused.

    A full disk or a killed process leaves what was there before. Raises InputError when the folder cannot be used.
    """
    target = Path(folder)
    check_target(target)
    with telling(target):
        write_folder(target, plan_files(plan))
        forget(target)
    return target


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Every file of a plan's folder, by name."""
    rows = {name: plan.records(name) for name in IN_FOLDERS}
    amounts = rounded_parts([row["amount_usd"] for row in rows["budget"]], 2, plan.metrics["operating_cost"])
    rows["budget"] = [{**row, "amount_usd": Decimal(f"{usd:.2f}")} for row, usd in zip(rows["budget"], amounts, strict=True)]
    tables = {f"{name}.csv": _csv(of_table) for name, of_table in rows.items()}
    made = (
        {"plan.json": _json(plan_document(plan)), PACKAGE: _json(package_of(plan))}
        | tables
        | programme_texts(plan.programme)
    )
    hashes = {one: hashlib.sha256(made[one]).hexdigest() for one in FILES if one not in WITHOUT_HASH}
    return made | {"manifest.json": _json(manifest(plan) | {"files": hashes})}


def check_target(target: Path) -> None:
    """Refuse a folder that a plan cannot be written to, before anything is solved. Raises InputError."""
    try:
        _check_target(target)
    except OSError as error:
        fault = Fault(Place(str(target)), f"cannot be used ({error.strerror})", "a writable folder", "choose another one")
        raise InputError([fault]) from None


def _check_target(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError([Fault(Place(str(target)), "is a file", "a folder", "choose another name")])
    if target.is_dir():
        sweep(target)
    there = [path.name for path in target.iterdir() if not is_working_name(path.name)] if target.is_dir() else []
    foreign = sorted(name for name in there if name not in (*FILES, UNFINISHED))
    if foreign:
        what = f"holds files that are not a plan's: {', '.join(foreign[:3])}"
        raise InputError([Fault(Place(str(target)), what, "an empty folder or an older plan", "choose another folder")])


def _json(document: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)}\n".encode()


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(key, value) for key, value in row.items()} for row in rows)
    return out.getvalue().encode()


_PEOPLE = ("workers", "arrivals")


def _cell(column: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, float):
        # People with six decimals; everything else in the shortest form that reads back as the same number.
        return f"{value:.6f}" if column in _PEOPLE else repr(value)
    return "" if value is None else value
