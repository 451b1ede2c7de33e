"""Plan and budget a UN-supervised pilot that pays workers themselves.

    from pilot_planner import load_inputs, load_design, make_plan

    plan = make_plan("models/base.toml", settings={"limits.operating_cost.max": 8e6})
    plan.metrics["worker_income"], plan.table("workforce")

Importing this package loads nothing heavy; each name below is fetched when it is first used. Nothing here prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from pilot_planner.exports.exporting import make_export, write_export
    from pilot_planner.exports.terms import load_terms
    from pilot_planner.reports.plan_folder import write_plan
    from pilot_planner.store.store import Store
    from pilot_planner.studies.alternatives import alternatives
    from pilot_planner.studies.cliffs import cliffs
    from pilot_planner.studies.compare import compare
    from pilot_planner.studies.diagnosis import diagnose
    from pilot_planner.studies.hedge import HedgedPlan, hedge
    from pilot_planner.studies.participation import Participation, participation
    from pilot_planner.studies.plan import Plan, make_plan
    from pilot_planner.studies.prices import prices
    from pilot_planner.studies.remade import remake
    from pilot_planner.studies.risk import Risk, risk
    from pilot_planner.studies.scale import scale
    from pilot_planner.studies.scale_records import Scale
    from pilot_planner.studies.tradeoffs import trade_offs
    from pilot_planner.studies.what_if import WhatIf, what_if
    from pilot_planner.studies.why_not import why_not

_WHERE = {
    "Inputs": "data.inputs",
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
    "make_export": "exports.exporting",
    "write_export": "exports.exporting",
    "load_terms": "exports.terms",
    "write_plan": "reports.plan_folder",
    "Store": "store.store",
    "HedgedPlan": "studies.hedge",
    "hedge": "studies.hedge",
    "Participation": "studies.participation",
    "participation": "studies.participation",
    "Plan": "studies.plan",
    "make_plan": "studies.plan",
    "alternatives": "studies.alternatives",
    "cliffs": "studies.cliffs",
    "compare": "studies.compare",
    "diagnose": "studies.diagnosis",
    "prices": "studies.prices",
    "remake": "studies.remade",
    "Risk": "studies.risk",
    "risk": "studies.risk",
    "Scale": "studies.scale_records",
    "scale": "studies.scale",
    "trade_offs": "studies.tradeoffs",
    "WhatIf": "studies.what_if",
    "what_if": "studies.what_if",
    "why_not": "studies.why_not",
}

__all__ = [
    "CancelledError",
    "Design",
    "Fault",
    "HedgedPlan",
    "InputError",
    "Inputs",
    "NoPlanError",
    "Participation",
    "PilotPlannerError",
    "Plan",
    "Risk",
    "Scale",
    "SolverError",
    "Store",
    "StoreError",
    "WhatIf",
    "alternatives",
    "cliffs",
    "compare",
    "diagnose",
    "hedge",
    "load_design",
    "load_inputs",
    "load_terms",
    "make_export",
    "make_plan",
    "participation",
    "prices",
    "remake",
    "risk",
    "scale",
    "trade_offs",
    "what_if",
    "why_not",
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
