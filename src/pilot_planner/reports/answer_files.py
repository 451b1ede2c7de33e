"""The files of the answers: front, payoff, prices, why-not, diagnosis, alternatives. Complete or absent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pilot_planner.studies.execution.finished_lumps import forget
from pilot_planner.studies.explain.cliffs import Cliffs
from pilot_planner.studies.explain.conflict_members import Member, bound_of, is_limit
from pilot_planner.studies.explain.host_exclusion import WhyNot
from pilot_planner.studies.explain.infeasibility import Diagnosis
from pilot_planner.studies.explain.repairs import Repair
from pilot_planner.studies.explain.shadow_prices import Prices
from pilot_planner.studies.pareto.near_optimal import Alternatives
from pilot_planner.studies.pareto.pareto_front import TradeOffs
from pilot_planner.studies.planning.from_file import rows_with_origin
from pilot_planner.studies.uncertainty.what_to_find_out import Evidence
from pilot_planner.whole_files import telling, write_folder

Rows = Sequence[Mapping[str, Any]]


def write_front(result: TradeOffs, folder: Path, made_of: Mapping[str, Any] | None = None) -> None:
    """``front.csv`` (one row per plan) and ``payoff.csv`` (one row per axis, where that one is best).

    ``made_of``: model and settings of the command, so that each row can be opened as a plan.
    """
    axes = [axis.metric for axis in result.axes]
    payoff = [{"best_in": name, **row} for name, row in zip(axes, result.payoff, strict=True)]
    rows = rows_with_origin(result.records(), [one.settings for one in result.points], made_of)
    write_files(folder, {"front.csv": rows, "payoff.csv": payoff}, {})
    forget(folder)


def write_scale(folder: Path, runs: Rows, summary: Mapping[str, Any]) -> None:
    """``runs.csv`` (one row per size) and ``summary.json``."""
    write_files(folder, {"runs.csv": runs}, {"summary.json": summary})
    forget(folder)


def write_evidence(result: Evidence, folder: Path) -> None:
    """``known.csv`` (one row per family or event), ``studies.csv`` and ``summary.json``."""
    tables = {f"{name}.csv": rows for name, rows in result.tables_of_records().items()}
    write_files(folder, tables, {"summary.json": result.document()})
    forget(folder)


def write_explanation(prices: Prices, why: WhyNot, folder: Path, cliffs: Cliffs | None = None) -> None:
    """``prices.csv``, ``why_not.csv`` and, where they were looked for, ``cliffs.csv``."""
    tables: dict[str, Rows] = {"prices.csv": prices.records(), "why_not.csv": why.records()}
    if cliffs is not None:
        tables["cliffs.csv"] = cliffs.records()
    write_files(folder, tables, {})


def write_diagnosis(diagnosis: Diagnosis, folder: Path, made_of: Mapping[str, Any] | None = None) -> None:
    """``diagnosis.json``; ``made_of``: model and settings of the command, so that each repair can be opened as a plan."""
    write_files(folder, {}, {"diagnosis.json": diagnosis_document(diagnosis) | dict(made_of or {})})


def write_alternatives(result: Alternatives, folder: Path, made_of: Mapping[str, Any] | None = None) -> None:
    """``alternatives.csv``; ``made_of``: model and settings of the command, so that each can be opened as a plan."""
    rows = rows_with_origin(result.records(), [one.settings for one in result.alternatives], made_of)
    write_files(folder, {"alternatives.csv": rows}, {})


def diagnosis_document(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as a plain document. ``conflict`` is the first of ``conflicts``; every repair has its ``settings`` as
    ``--set`` takes them."""
    conflicts = [[member_record(one) for one in conflict] for conflict in diagnosis.conflicts]
    alone = [
        {
            "path": one.member.path,
            "enough": one.enough,
            "repairs": [_repair_record(repair) for repair in one.repairs],
            "then_conflict": list(one.then),
        }
        for one in diagnosis.alone
    ]
    return {
        "reasons": list(diagnosis.reasons),
        "conflict": conflicts[0] if conflicts else [],
        "conflicts": conflicts,
        "complete": diagnosis.complete,
        "alone": alone,
        "repairs": [_repair_record(one) for one in diagnosis.repairs],
        "least_set": None if diagnosis.least_set is None else _repair_record(diagnosis.least_set),
        "joint_repair": None if diagnosis.joint is None else _repair_record(diagnosis.joint),
        "not_repaired_alone": [one.member.path for one in diagnosis.alone if one.enough is False],
        "structural": diagnosis.structural,
        "not_known": list(diagnosis.not_known),
    }


def member_record(member: Member) -> dict[str, Any]:
    """A member of a conflict; a limit with its key and side."""
    record = {name: getattr(member, name) for name in member.__slots__}
    if is_limit(member.path):
        record["key"], record["side"] = bound_of(member.path)
    return record


def _repair_record(repair: Repair) -> dict[str, Any]:
    return {name: getattr(repair, name) for name in repair.__slots__} | {"settings": repair.settings}


def write_files(folder: Path, tables: Mapping[str, Rows], documents: Mapping[str, Mapping[str, Any]]) -> None:
    """All of them at once. Raises InputError where that cannot be."""
    made = {name: _csv(rows) for name, rows in tables.items()}
    made |= {name: f"{json.dumps(one, indent=2, ensure_ascii=False)}\n".encode() for name, one in documents.items()}
    with telling(folder):
        write_folder(folder, made)


def _csv(rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)
    return out.getvalue().encode()
