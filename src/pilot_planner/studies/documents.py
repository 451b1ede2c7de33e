"""A plan as plain documents: what stands in ``plan.json`` and ``manifest.json``."""

from __future__ import annotations

from typing import Any

from pilot_planner.studies.plan import Plan, design_hash, versions


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
