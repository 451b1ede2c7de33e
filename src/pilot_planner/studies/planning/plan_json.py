"""A plan as plain documents: what stands in ``plan.json`` and ``manifest.json``."""

from __future__ import annotations

from typing import Any

from pilot_planner.studies.parties.employer_side import employer_rows
from pilot_planner.studies.parties.host_side import host_rows
from pilot_planner.studies.parties.worker_side import worker_rows
from pilot_planner.studies.planning import present_value
from pilot_planner.studies.planning.design_words import grid_in_words
from pilot_planner.studies.planning.diversion_beside import document as diversion_document
from pilot_planner.studies.planning.plan import Plan, design_hash, versions
from pilot_planner.studies.planning.preconditions import Condition
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.planning.tax_use import tax_use_rows


def plan_document(plan: Plan) -> dict[str, Any]:
    """What stands in ``plan.json``."""
    return {
        "plan_id": plan.plan_id,
        "legal_gate": plan.legal_gate,
        "status": plan.status,
        "objective": {
            "metric": plan.design.objective.metric,
            "sense": plan.design.objective.sense,
            "value": _known_digits(plan.outcome.objective),
            "bound": _known_digits(plan.outcome.bound),
        },
        "gap": _known_gap(plan.outcome.gap),
        "gap_is_assumed": not plan.outcome.bound_told,
        "ceiling": None if plan.ceiling is None else plan.ceiling.document(),
        "grid_of_periods": grid_in_words(plan.design),
        "confidence": None if plan.confident is None else plan.confident.document(),
        "chance": None if plan.chance is None else plan.chance.document(),
        "metrics": plan.metrics,
        "ratios": plan.ratios,
        "hosts": [_record(host) for host in plan.hosts],
        "placements": [_record(placement) for placement in plan.placements],
        "limits": [_record(limit) for limit in plan.limits],
        "comparators": plan.comparators,
        "status_quo": plan.status_quo.document(),
        "tax_uses": tax_use_rows(plan),
        "host_sides": host_rows(plan),
        "diversion": diversion_document(plan),
        "employer_sides": employer_rows(plan),
        "worker_sides": worker_rows(plan),
        "present_value": present_value.document(plan),
        "additionality": plan.additionality.document(),
        "conditions_precedent": [_condition(condition) for condition in plan.conditions],
        "precedents": [_record(precedent) for precedent in plan.precedents],
        "loosened": [{**_record(one), "indicators": list(one.indicators)} for one in plan.loosened],
        "inputs_out_of_proportion": list(plan.out_of_proportion),
        "inputs_without_effect": [f"inputs.{path}" for path in plan.without_effect],
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
        "input_hash": plan.inputs.hash,
        "input_values": {".".join(one.address): one.base for one in behind(plan.case, plan.accounts)},
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
        "gap": _known_gap(plan.outcome.gap),
        "tie_tolerance": options.tie_tolerance,
        "timings": plan.timings,
    }


def _known_digits(value: float | None) -> float | None:
    """Without the digits that are the solver's rounding, which depend on the way it took to the same plan."""
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def _known_gap(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


_DIGITS = 10
"""Solvers hold rows to about one part in 1e7, floating point sums of some thousand terms to one in 1e13."""


def _condition(condition: Condition) -> dict[str, Any]:
    return {name: getattr(condition, name) for name in ("condition_id", "text", "owner", "hosts", "source_id")}


def _record(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}
