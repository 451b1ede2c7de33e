"""The file of a plan (``plan.json``) read back, whoever wrote it: every fault of it in one pass, each at its key."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, FiniteFloat, StrictStr, ValidationError

from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, Place

NAME, MANIFEST = "plan.json", "manifest.json"
WITHOUT_HASH = (NAME, MANIFEST)
"""The others are held against the manifest: these two tell what the plan is, and are looked at key by key."""
_OF_THE_FILE = ("period_months",)
"""What stands beside the settings of a design in the file and is none."""


class _Loose(BaseModel):
    """Keys that are not read may hold anything."""

    model_config = ConfigDict(extra="allow")


class _Host(_Loose):
    iso3: StrictStr
    oversight_level: StrictStr


class _Placement(_Loose):
    iso3: StrictStr
    sector: StrictStr
    worker_cap: FiniteFloat


class _File(_Loose):
    plan_id: StrictStr
    metrics: dict[str, FiniteFloat | None]
    ratios: dict[str, FiniteFloat | None]
    hosts: list[_Host]
    placements: list[_Placement]
    design: dict[str, Any]
    input_changes: dict[str, FiniteFloat | None] = {}


def read_document(folder: str | Path) -> dict[str, Any]:
    """The ``plan.json`` of a plan folder (or the file itself) as it stands there.

    Raises InputError with every key that is missing or is not what a plan has, and with every table of the folder that is
    not what was written with the plan.
    """
    file = _file_in(Path(folder))
    if changed := _changed_tables(Path(folder)):
        raise InputError(changed)
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise ValueError("it holds no keys")
    except OSError as error:
        fault = Fault(Place(str(file)), f"cannot be read ({error.strerror})", "a plan folder", "write one with 'plan --out'")
        raise InputError([fault]) from None
    except (ValueError, RecursionError) as error:
        raise InputError([Fault(Place(str(file)), f"is not a plan ({error})", NAME, "write it again")]) from None
    try:
        _File.model_validate(document)
    except (ValidationError, RecursionError) as error:
        raise InputError(_faults(file, "", error)) from None
    return document


def _changed_tables(folder: Path) -> list[Fault]:
    """Tables whose bytes are not those that the manifest tells. None where there is no manifest, or an older one."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        hashes = {str(name): str(value) for name, value in told.items() if Path(name).name == name}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    fix = "write the plan again with 'plan --out', and change copies elsewhere"
    faults = []
    for name, value in hashes.items():
        try:
            same = hashlib.sha256((folder / name).read_bytes()).hexdigest() == value
            what = "is not what was written with this plan"
        except OSError as error:
            same, what = False, f"cannot be read ({error.strerror})"
        if not same:
            faults.append(Fault(Place((folder / name).as_posix()), what, f"the table that {MANIFEST} names", fix))
    return faults


def design_of(document: dict[str, Any], folder: str | Path) -> Design:
    """The design that a plan was made of. Raises InputError with every setting that is none, at its key in the file."""
    settings = {name: value for name, value in document["design"].items() if name not in _OF_THE_FILE}
    try:
        return Design.model_validate(settings)
    except (ValidationError, RecursionError) as error:
        raise InputError(_faults(_file_in(Path(folder)), "design.", error)) from None


def _file_in(path: Path) -> Path:
    try:
        return path / NAME if path.is_dir() else path
    except (OSError, ValueError):
        return path


def _faults(file: Path, under: str, error: ValidationError | RecursionError) -> list[Fault]:
    fix = "write the plan again with 'plan --out'"
    if isinstance(error, RecursionError):
        return [Fault(Place(str(file)), "has values within values without end", "a plan", fix)]
    return [
        Fault(
            Place(str(file), None, under + ".".join(str(part) for part in detail["loc"])),
            detail["msg"][:_LONGEST].lower(),
            "what 'plan --out' writes there",
            fix,
        )
        for detail in error.errors(include_url=False, include_input=False, include_context=False)
    ]


_LONGEST = 200
