"""A saved plan made again: the same, or which figures differ and why."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.store.plans import FILES, plan_parts, saved_design, saved_inputs
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.comparison import Comparison, compare
from pilot_planner.studies.planning.plan import Plan, make_plan, versions
from pilot_planner.studies.planning.plan_json import plan_document

_SAME = 1e-6
"""Relative difference below which a figure was made again."""
_SHOWN = 3


@dataclass(frozen=True)
class Remade:
    """A plan that was made again from what was saved with it.

    Attributes:
        plan: as it comes out now.
        same: whether every setting, choice, figure and table is that of the saved one.
        identical: whether its files are the same byte for byte, but for the times in the manifest.
        differences: what differs, from the saved plan to this one.
        tables: tables with other rows.
        reasons: what may be why, in words; empty where nothing differs.
    """

    plan: Plan
    same: bool
    identical: bool
    differences: Comparison
    tables: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """In words: the same, or what differs and why."""
        if self.same:
            return "The plan was made again and is the same: every setting, choice and figure, and every table."
        found = self.differences
        parts = []
        for what, rows, key in (
            ("settings", found.settings, "setting"),
            ("choices", found.choices, "choice"),
            ("figures", found.metrics, "metric"),
        ):
            if rows:
                named = ", ".join(f"{row[key]}: {_number(row['a'])} then, {_number(row['b'])} now" for row in rows[:_SHOWN])
                parts.append(f"{len(rows)} {what} ({named}{', ...' if len(rows) > _SHOWN else ''})")
        if self.tables:
            parts.append(f"the tables {', '.join(self.tables)}")
        return f"The plan was made again and differs in {'; '.join(parts)}. Why: {'; '.join(self.reasons)}."


def remade(
    parts: Mapping[str, bytes], record: Mapping[str, Any], inputs: Inputs | None = None, progress: Progress | None = None
) -> Remade:
    """Make a plan again with the design as solved, and with the inputs that were saved with it unless others are given.

    Raises StoreError where this version cannot read what was saved, NoPlanError where no plan is left.
    """
    design = saved_design(record)
    ready = saved_inputs(parts, record) if inputs is None else inputs
    plan = make_plan(design, ready, progress=progress)
    fresh, new_record, _ = plan_parts(plan)
    identical = all(
        fresh.get(name) == raw for name, raw in parts.items() if name.startswith(FILES) and name != FILES + "manifest.json"
    )
    before = json.loads(parts[FILES + "plan.json"])
    found = _apart(compare(before, json.loads(json.dumps(plan_document(plan)))))
    tables = tuple(
        name.removeprefix(FILES).removesuffix(".csv")
        for name, raw in parts.items()
        if name.startswith(FILES) and name.endswith(".csv") and not _same_table(raw, fresh.get(name, b""))
    )
    same = not (found.settings or found.choices or found.metrics or tables)
    reasons = () if same else _reasons(record, new_record, before)
    return Remade(plan, same, identical, found, tables, reasons)


def _reasons(record: Mapping[str, Any], new: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    if record["inputs"]["hash"] != new["inputs"]["hash"]:
        found.append(f"the inputs in {new['inputs']['origin']} are not those that were saved with it")
    if record["design_hash"] != new["design_hash"]:
        found.append("this version reads the design otherwise")
    now = versions()
    changed = [
        f"{name} {old} then, {now.get(name, 'none')} now" for name, old in record["versions"].items() if now.get(name) != old
    ]
    if changed:
        found.append(f"other versions ({', '.join(changed)})")
    if before.get("status") == "time_limit":
        found.append("it was stopped at its time limit, and how far a search comes by then depends on the machine")
    return tuple(found) or (
        "nothing that was saved with it says so: the same inputs, design and versions gave other figures",
    )


def _apart(found: Comparison) -> Comparison:
    """Without figures that differ by rounding only."""
    metrics = tuple(row for row in found.metrics if not _same_number(row["a"], row["b"]))
    return replace(found, metrics=metrics)


def _same_table(first: bytes, second: bytes) -> bool:
    if first == second:
        return True
    one, other = (list(csv.reader(io.StringIO(raw.decode(), newline=""))) for raw in (first, second))
    return len(one) == len(other) and all(
        len(a) == len(b) and all(_same_cell(x, y) for x, y in zip(a, b, strict=True))
        for a, b in zip(one, other, strict=True)
    )


def _same_cell(first: str, second: str) -> bool:
    if first == second:
        return True
    try:
        return _same_number(float(first), float(second))
    except ValueError:
        return False


def _same_number(first: Any, second: Any) -> bool:
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        return bool(first == second)
    return math.isclose(first, second, rel_tol=_SAME, abs_tol=_SAME)


def _number(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
