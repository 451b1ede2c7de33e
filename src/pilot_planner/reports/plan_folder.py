"""A plan as a folder of files that other programs rely on. Complete or absent, never half."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pilot_planner.data.whole_files import cannot_be_written
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.programme.files import LP, MPS, write_programme
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.plan_file import WITHOUT_HASH
from pilot_planner.studies.planning.plan_json import manifest, plan_document
from pilot_planner.studies.planning.plan_tables import IN_FOLDERS

FILES = ("plan.json", *(f"{name}.csv" for name in IN_FOLDERS), MPS, LP, "manifest.json")


def write_plan(plan: Plan, folder: str | Path) -> Path:
    """Write every file of a plan. An older plan there is replaced; a folder with other files is refused.

    All files are made in a folder beside it first and moved when complete, so that a full disk or a killed process
    leaves what was there before. Raises InputError when the folder cannot be used.
    """
    target = Path(folder)
    check_target(target)
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
        raise cannot_be_written(target, error) from None
    return target


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
    foreign = sorted(path.name for path in target.iterdir() if path.name not in FILES) if target.is_dir() else []
    if foreign:
        what = f"holds files that are not a plan's: {', '.join(foreign[:3])}"
        raise InputError([Fault(Place(str(target)), what, "an empty folder or an older plan", "choose another folder")])


def _write_all(plan: Plan, folder: Path) -> None:
    _write_json(folder / "plan.json", plan_document(plan))
    for name in IN_FOLDERS:
        _write_csv(folder / f"{name}.csv", plan.records(name))
    write_programme(plan.programme, folder)
    hashes = {one: hashlib.sha256((folder / one).read_bytes()).hexdigest() for one in FILES if one not in WITHOUT_HASH}
    _write_json(folder / "manifest.json", manifest(plan) | {"files": hashes})


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
