"""Plan and budget a UN-supervised pilot that pays workers themselves.

    from pilot_planner import load_inputs, load_design, make_plan

    plan = make_plan("models/base.toml", settings={"limits.operating_cost.max": 8e6})
    plan.metrics["worker_income"], plan.table("workforce")

Importing this package loads nothing heavy; each name below is fetched when it is first used. Nothing here prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pilot_planner.data.actuals import Actuals
    from pilot_planner.data.inputs import Inputs
    from pilot_planner.data.loading import load_inputs
    from pilot_planner.design.loading import load_design
    from pilot_planner.design.schema import Design
    from pilot_planner.errors import (
        CancelledError,
        Fault,
        InputError,
        NoPlanError,
        PilotPlannerError,
        SolverError,
        StoreError,
    )
    from pilot_planner.exports.formats import make_export, write_export
    from pilot_planner.exports.terms import load_terms
    from pilot_planner.reports.actuals_files import load_actuals
    from pilot_planner.reports.plan_folder import write_plan
    from pilot_planner.store.store import Store
    from pilot_planner.studies.after_signature.learning import Lessons, lessons_of
    from pilot_planner.studies.after_signature.replan import Replan, replan
    from pilot_planner.studies.after_signature.standing import Standing, standing
    from pilot_planner.studies.explain.cliffs import cliffs
    from pilot_planner.studies.explain.host_exclusion import why_not
    from pilot_planner.studies.explain.infeasibility import diagnose
    from pilot_planner.studies.explain.shadow_prices import prices
    from pilot_planner.studies.pareto.near_optimal import alternatives
    from pilot_planner.studies.pareto.pareto_front import trade_offs
    from pilot_planner.studies.parties.agreement import parties
    from pilot_planner.studies.parties.participation import Participation, participation
    from pilot_planner.studies.parties.party_records import RoomOfAgreement
    from pilot_planner.studies.planning.bridge import Bridge, bridge
    from pilot_planner.studies.planning.comparison import compare
    from pilot_planner.studies.planning.constraints import Constraint, Variables, with_constraints
    from pilot_planner.studies.planning.plan import Plan, make_plan
    from pilot_planner.studies.planning.reload import remake
    from pilot_planner.studies.robust.confident_plan import confidence_curve, plan_for
    from pilot_planner.studies.robust.gate import GatePlan, plan_with_gate
    from pilot_planner.studies.robust.robust_plan import HedgedPlan, hedge
    from pilot_planner.studies.scale_up.records import Scale
    from pilot_planner.studies.scale_up.scale_up import scale
    from pilot_planner.studies.sweeps.what_if import WhatIf, what_if
    from pilot_planner.studies.uncertainty.chance import Chance, chance
    from pilot_planner.studies.uncertainty.reserves import Reserves, reserves
    from pilot_planner.studies.uncertainty.risk import Risk, risk
    from pilot_planner.studies.uncertainty.what_to_find_out import Evidence, evidence

_WHERE = {
    "Actuals": "data.actuals",
    "Inputs": "data.inputs",
    "load_actuals": "reports.actuals_files",
    "load_inputs": "data.loading",
    "load_design": "design.loading",
    "Design": "design.schema",
    "CancelledError": "errors",
    "Fault": "errors",
    "InputError": "errors",
    "NoPlanError": "errors",
    "PilotPlannerError": "errors",
    "SolverError": "errors",
    "StoreError": "errors",
    "make_export": "exports.formats",
    "write_export": "exports.formats",
    "load_terms": "exports.terms",
    "write_plan": "reports.plan_folder",
    "Store": "store.store",
    "HedgedPlan": "studies.robust.robust_plan",
    "hedge": "studies.robust.robust_plan",
    "Participation": "studies.parties.participation",
    "confidence_curve": "studies.robust.confident_plan",
    "plan_for": "studies.robust.confident_plan",
    "participation": "studies.parties.participation",
    "parties": "studies.parties.agreement",
    "RoomOfAgreement": "studies.parties.party_records",
    "Constraint": "studies.planning.constraints",
    "Variables": "studies.planning.constraints",
    "with_constraints": "studies.planning.constraints",
    "Plan": "studies.planning.plan",
    "make_plan": "studies.planning.plan",
    "Lessons": "studies.after_signature.learning",
    "lessons_of": "studies.after_signature.learning",
    "Replan": "studies.after_signature.replan",
    "replan": "studies.after_signature.replan",
    "Standing": "studies.after_signature.standing",
    "standing": "studies.after_signature.standing",
    "alternatives": "studies.pareto.near_optimal",
    "cliffs": "studies.explain.cliffs",
    "compare": "studies.planning.comparison",
    "Bridge": "studies.planning.bridge",
    "bridge": "studies.planning.bridge",
    "diagnose": "studies.explain.infeasibility",
    "prices": "studies.explain.shadow_prices",
    "remake": "studies.planning.reload",
    "GatePlan": "studies.robust.gate",
    "plan_with_gate": "studies.robust.gate",
    "Evidence": "studies.uncertainty.what_to_find_out",
    "evidence": "studies.uncertainty.what_to_find_out",
    "Chance": "studies.uncertainty.chance",
    "chance": "studies.uncertainty.chance",
    "Reserves": "studies.uncertainty.reserves",
    "reserves": "studies.uncertainty.reserves",
    "Risk": "studies.uncertainty.risk",
    "risk": "studies.uncertainty.risk",
    "Scale": "studies.scale_up.records",
    "scale": "studies.scale_up.scale_up",
    "trade_offs": "studies.pareto.pareto_front",
    "WhatIf": "studies.sweeps.what_if",
    "what_if": "studies.sweeps.what_if",
    "why_not": "studies.explain.host_exclusion",
}

__all__ = [
    "Actuals",
    "Bridge",
    "CancelledError",
    "Chance",
    "Constraint",
    "Design",
    "Evidence",
    "Fault",
    "GatePlan",
    "HedgedPlan",
    "InputError",
    "Inputs",
    "Lessons",
    "NoPlanError",
    "Participation",
    "PilotPlannerError",
    "Plan",
    "Replan",
    "Reserves",
    "Risk",
    "RoomOfAgreement",
    "Scale",
    "SolverError",
    "Standing",
    "Store",
    "StoreError",
    "Variables",
    "WhatIf",
    "alternatives",
    "bridge",
    "chance",
    "cliffs",
    "compare",
    "confidence_curve",
    "diagnose",
    "evidence",
    "hedge",
    "lessons_of",
    "load_actuals",
    "load_design",
    "load_inputs",
    "load_terms",
    "make_export",
    "make_plan",
    "participation",
    "parties",
    "plan_for",
    "plan_with_gate",
    "prices",
    "remake",
    "replan",
    "reserves",
    "risk",
    "scale",
    "standing",
    "trade_offs",
    "what_if",
    "why_not",
    "with_constraints",
    "write_export",
    "write_plan",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'pilot_planner' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"pilot_planner.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
