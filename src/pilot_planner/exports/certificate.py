"""The certificate of a plan: one small file that a donor's analyst checks on another machine, in exact fractions."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import Any

from pilot_planner.errors import InputError, NoTimeError, SolverError
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.studies.verification.verify import certificate_of

FILE = "certificate.json"
_LIBRARIES = ("highspy", "numpy")
"""What a search rests on; the check rests on none of them."""


def make(dossier: Dossier) -> Files:
    """``certificate.json``: what proves the plan, with what it is a proof of.

    A plan that has none (draws decide how sure it is, or its proof is too long) is told in a note and makes no file; where
    nothing else was asked for, InputError or SolverError is raised.
    """
    dossier.tell("writing down what proves the plan", 0.0)
    try:
        proof = certificate_of(dossier.plan)
    except (InputError, NoTimeError, SolverError) as error:
        if dossier.formats in ((), ("certificate",)):
            raise
        dossier.note(f"there is no certificate: {error}")
        return {}
    return {FILE: (json.dumps({**proof, "about": _about(dossier)}, ensure_ascii=False) + "\n").encode()}


def _about(dossier: Dossier) -> dict[str, Any]:
    plan = dossier.plan
    return {
        "plan_id": plan.plan_id,
        "design": plan.design.name,
        "design_hash": dossier.design_hash,
        "inputs_hash": dossier.input_hash,
        "objective": {"metric": plan.design.objective.metric, "sense": plan.design.objective.sense},
        "value": plan.outcome.objective,
        "bound": plan.outcome.bound,
        "status": plan.outcome.status,
        "chance": None if plan.chance is None else plan.chance.document(),
        "made_on": dossier.made_on.isoformat(),
        "versions": {
            "pilot_planner": dossier.version,
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "how_to_check": (
            f"pilot-planner verify PLAN --certificate {FILE} builds the programme anew from the plan's design and inputs, "
            "adds the proof up in fractions and asks two more searches; a file of another programme is refused"
        ),
        "notice": dossier.notice,
    }
