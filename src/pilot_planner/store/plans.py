"""A plan as parts that can be kept, and the inputs that it was made with out of them again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import inputs_of_rows
from pilot_planner.data.reading import Row
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError, StoreError
from pilot_planner.reports.plan_folder import plan_files
from pilot_planner.studies.planning.comparison import facts
from pilot_planner.studies.planning.plan import Plan, design_hash, versions
from pilot_planner.studies.planning.plan_json import manifest, plan_document

FILES = "files/"
INPUTS = "inputs/"

Parts = dict[str, bytes]
Record = dict[str, Any]


def plan_parts(plan: Plan) -> tuple[Parts, Record, dict[str, Any]]:
    """Every file of the plan's folder and of its inputs; the record that goes with them; what a list shows of it."""
    parts = {FILES + name: raw for name, raw in sorted(plan_files(plan).items())}
    more, record = made_with(plan.design, plan.inputs)
    document = plan_document(plan)
    record |= {"manifest": manifest(plan), "facts": _plain(facts(document))}
    about = {
        "plan_id": plan.plan_id,
        "status": plan.status,
        "design": plan.design.name,
        "objective": plan.design.objective.metric,
        "value": plan.outcome.objective,
        "operating_cost": plan.metrics["operating_cost"],
        "hosts": sorted(host.iso3 for host in plan.hosts),
        "version": versions()["pilot_planner"],
    }
    return parts | more, record, about


def made_with(design: Design, inputs: Inputs) -> tuple[Parts, Record]:
    """What a result was made with: the rows of every input file, what was set on top of them, and the design as solved."""
    parts = {INPUTS + path: _rows_as_bytes(rows) for path, rows in inputs.tables.items()}
    record = {
        "design": design.model_dump(mode="json"),
        "design_hash": design_hash(design),
        "inputs": {
            "origin": inputs.origin,
            "hash": inputs.hash,
            # In their order: a bound that is set on top of a whole value comes after it.
            "changes": [[".".join(address), bound, value] for (address, bound), value in inputs.changes.items()],
        },
        "versions": versions(),
    }
    return parts, record


def _rows_as_bytes(rows: Sequence[Row]) -> bytes:
    columns = list(rows[0].cells) if rows else []
    cells = [[row.number, *row.cells.values()] for row in rows]
    return json.dumps({"columns": columns, "rows": cells}, ensure_ascii=False, separators=(",", ":")).encode()


def saved_inputs(parts: Mapping[str, bytes], record: Mapping[str, Any]) -> Inputs:
    """The inputs that a result was made with, as they were. Raises StoreError where this version reads others."""
    tables: dict[str, tuple[Row, ...]] = {}
    for name, raw in parts.items():
        if name.startswith(INPUTS):
            table = json.loads(raw)
            columns = table["columns"]
            tables[name.removeprefix(INPUTS)] = tuple(
                Row(number, dict(zip(columns, cells, strict=True))) for number, *cells in table["rows"]
            )
    of = record["inputs"]
    changes = {f"{path}.{bound}" if bound else path: value for path, bound, value in of["changes"]}
    try:
        inputs = inputs_of_rows(tables, of["origin"])
        return inputs.with_values(changes) if changes else inputs
    except InputError as error:
        first = error.faults[0]
        more = f" and {len(error.faults) - 1} more" if len(error.faults) > 1 else ""
        what = f"the inputs that were saved with it, by version {_by(record)}, are not read by this version"
        fix = "use that version, or name inputs of today with --inputs to see what they change"
        raise StoreError(f"{what} ({first.place}: {first.what}{more}); {fix}") from None


def saved_design(record: Mapping[str, Any]) -> Design:
    """The design as solved. Raises StoreError where this version has other designs."""
    from pydantic import ValidationError

    try:
        return Design.model_validate(record["design"])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = f"was saved by version {_by(record)} with a design that this version does not read ({where}: {first['msg']})"
        raise StoreError(f"{what}; use that version, or make a new plan from the files of 'store export-folder'") from None


def _by(record: Mapping[str, Any]) -> str:
    """The version that saved it."""
    return str(record.get("versions", {}).get("pilot_planner", "unknown"))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same after a way through JSON, so that what is compared later is of the same types."""
    plain: dict[str, Any] = json.loads(json.dumps(values, default=str))
    return plain
