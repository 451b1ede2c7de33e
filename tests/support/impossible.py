"""Random designs without a plan, and a referee that takes every sentence of a diagnosis at its word.

The referee builds each programme anew from settings, as somebody would who types them, and has it solved by a solver's own
search on all of it.
"""

from __future__ import annotations

import random
from collections.abc import Set as AbstractSet
from typing import Any

import highspy
import numpy as np
from random_designs import random_settings

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.programme.build import build
from pilot_planner.programme.limits import find_limit
from pilot_planner.solving.sparse_rows import Rows
from pilot_planner.studies.explain.conflict_members import Member
from pilot_planner.studies.explain.infeasibility import Alone, Diagnosis
from pilot_planner.studies.explain.repairs import Repair
from pilot_planner.studies.planning.setup import set_up

_MODELS = ("base", "base", "two_hosts", "one_host", "strict_oversight", "low_budget", "in_kind_first")
_DEMANDS: tuple[tuple[str, float, float], ...] = (
    ("limits.operating_cost.max", 1.5e6, 8e6),
    ("limits.workers_total.min", 900, 3000),
    ("limits.worker_months.min", 15_000, 60_000),
    ("limits.funds_at_risk_share.max", 0.005, 0.05),
    ("limits.host_funds_at_risk_share.max", 0.01, 0.05),
    ("limits.mean_willingness.min", 0.45, 0.9),
    ("limits.released_revenue.min", 5e5, 6e6),
    ("limits.in_kind_share.min", 0.12, 0.4),
    ("limits.family_share.min", 0.015, 0.08),
    ("limits.card_share.min", 0.75, 0.97),
    ("limits.inspectors_host.max", 1, 4),
    ("limits.inspectors_total.max", 1, 4),
    ("limits.workers_per_inspector.max", 15, 90),
    ("limits.visit_coverage.min", 0.95, 1.0),
    ("limits.permits.max", 0.002, 0.1),
    ("limits.hosts.min", 2, 3),
    ("limits.host_share.max", 0.3, 0.6),
    ("limits.women_share.min", 0.2, 0.7),
    ("limits.in_kind_usd_month.max", 10, 80),
    ("limits.family_share.max", 0.0, 0.02),
    ("limits.funding.min", 1e5, 3e6),
    ("funding.pledges.0.usd", 2e5, 3e6),
    ("funding.pledges.0.month", 3, 18),
    ("limits.secured_income.min", 5e6, 4e7),
    ("limits.net_donor_ask.max", 1e6, 6e6),
)
_WHOLE = ("workers_total", "worker_months", "hosts", "month", "workers_per_inspector")
_REQUIRED = (["KAZ"], ["MNG", "KAZ"], ["VNM"], ["TZA"], ["TUR"], ["RUS"], ["MNG.construction"])


def demanding_settings(seed: int) -> tuple[str, dict[str, Any]]:
    """A design by name and settings that ask for more than there may be; the same for the same seed."""
    draw = random.Random(seed)
    if draw.random() < 0.25:
        settings, model = random_settings(seed), "base"
    else:
        settings, model = {"solver.gap": 1e-6}, draw.choice(_MODELS)
    for path, low, high in draw.sample(_DEMANDS, draw.randint(1, 3)):
        value = draw.uniform(low, high)
        settings[path] = round(value) if any(one in path for one in _WHOLE) else value
    if draw.random() < 0.12:
        settings["required"] = draw.choice(_REQUIRED)
    if draw.random() < 0.1:
        settings["waivers.MNG.foreign_worker_fee"] = False
    return model, settings


def impossible_design(seed: int, inputs: Inputs) -> Design | None:
    """The design of a seed; None where it cannot be read or the referee finds a plan."""
    model, settings = demanding_settings(seed)
    try:
        design, _ = set_up(model, inputs, settings)
    except InputError:
        return None
    return None if possible(design, inputs) else design


def possible(design: Design, inputs: Inputs) -> bool:
    """Whether there is a plan, by a solver's own search on the whole programme with nothing to minimise."""
    try:
        programme = build(make_case(design, inputs))
    except NoPlanError:
        return False
    columns, rows = programme.d.columns, Rows.of(programme.rows)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns), rows.count
    lp.col_cost_ = np.zeros(len(columns))
    lp.col_lower_ = np.array([-np.inf if one.lower is None else one.lower for one in columns])
    lp.col_upper_ = np.array([np.inf if one.upper is None else one.upper for one in columns])
    lp.row_lower_, lp.row_upper_ = rows.lower, rows.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = rows.start.astype(np.int32), rows.column.astype(np.int32)
    lp.a_matrix_.value_ = rows.value
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if one.integer else kinds.kContinuous for one in columns]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(lp)
    highs.run()
    status = highs.getModelStatus()
    assert status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible), status
    return bool(status == highspy.HighsModelStatus.kOptimal)


class Referee:
    """Whether some bounds and requirements of one design can hold together; each question is solved once."""

    def __init__(self, design: Design, inputs: Inputs) -> None:
        self.design, self.inputs = design, inputs
        self._known: dict[frozenset[str], bool] = {}

    def possible(self, paths: AbstractSet[str]) -> bool:
        """Whether there is a plan that holds these and no other."""
        held = frozenset(paths)
        if held not in self._known:
            self._known[held] = possible(holding(self.design, held), self.inputs)
        return self._known[held]


def holding(design: Design, paths: AbstractSet[str]) -> Design:
    """The design with some of its bounds and requirements and no other."""
    limits = {
        key: LimitBounds.model_construct(
            min=bounds.min if f"limits.{key}.min" in paths else None,
            max=bounds.max if f"limits.{key}.max" in paths else None,
        )
        for key, bounds in design.limits.items()
    }
    required = tuple(name for name in design.required if f"required.{name}" in paths)
    return design.model_copy(update={"limits": limits, "required": required})


def everything(design: Design) -> set[str]:
    """Every bound and requirement of a design, by path."""
    bounds = {
        f"limits.{key}.{side}"
        for key, one in design.limits.items()
        for side in ("min", "max")
        if getattr(one, side) is not None
    }
    return bounds | {f"required.{name}" for name in design.required}


def contradictions(design: Design, inputs: Inputs, found: Diagnosis) -> list[str]:
    """Everything that a diagnosis says and the referee does not find so."""
    referee, whole = Referee(design, inputs), everything(design)
    wrong: list[str] = []
    for conflict in found.conflicts:
        wrong += _of_conflict(referee, conflict)
    for one in found.alone:
        wrong += _of_one(referee, one)
    if any(reason.endswith("without any one of them there is a plan:") for reason in found.reasons):
        (conflict,) = found.conflicts
        paths = {one.path for one in conflict} & whole
        wrong += [f"without {one} no plan" for one in paths if not referee.possible(whole - {one})]
    for repair in found.offered:
        wrong += _of_repair(design, inputs, repair)
    return wrong


def _of_conflict(referee: Referee, conflict: tuple[Member, ...]) -> list[str]:
    """Infeasible by itself, and irreducible; law and evidence are never told as changeable."""
    paths = {one.path for one in conflict} & everything(referee.design)
    wrong = [f"can hold together: {sorted(paths)}"] if referee.possible(paths) else []
    wrong += [
        f"without {one} there is still no plan of {sorted(paths)}" for one in paths if not referee.possible(paths - {one})
    ]
    return wrong + [f"{one.path} is told as changeable" for one in conflict if one.changeable and one.kind == "legal"]


def _of_one(referee: Referee, one: Alone) -> list[str]:
    """Whether a change of one member alone is enough, and what is left without it."""
    wrong = []
    rest = everything(referee.design) - {one.member.path}
    if one.enough is not None and referee.possible(rest) != one.enough:
        wrong.append(f"{one.member.path} alone is told as {one.enough}")
    if one.then and (one.member.path in one.then or referee.possible(set(one.then))):
        wrong.append(f"{sorted(one.then)} is told as what is left without {one.member.path}")
    return wrong


def _of_repair(design: Design, inputs: Inputs, repair: Repair) -> list[str]:
    """Gives a plan as it stands, and touches neither law nor the promise to spend nothing before it has arrived."""
    wrong = []
    if not possible(set_up(design, inputs, repair.changes)[0], inputs):
        wrong.append(f"gives no plan: {repair.sentence}")
    for path in repair.changes:
        if path.startswith("limits."):
            _, key, side = path.split(".")
            limit = find_limit(key, None)
            if limit is None or limit.kind_of("min" if side == "min" else "max") == "legal":
                wrong.append(f"offers a change of law: {path}")
    if repair.changes.get("limits.funding.min", 0.0) < 0.0:
        wrong.append(f"offers a balance below 0: {repair.sentence}")
    return wrong
