"""Where one dollar that a firm pays goes: under a plan, and today. One place, so that no two screens differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from pilot_planner.case.evasion import COMPONENTS
from pilot_planner.studies.planning.plan import Plan

Receiver = Literal["worker", "state", "others"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the contract value: what it is, who gets it (worker and family, state, others), cents of a dollar."""

    name: str
    label: str
    receiver: Receiver
    cents: float


_PLAN: tuple[tuple[str, str, Receiver], ...] = (
    ("card", "Worker's own card", "worker"),
    ("in_kind", "In kind, by choice", "worker"),
    ("family", "Parcels to family", "worker"),
    ("income_tax", "Income tax", "state"),
    ("host_tax", "Host's income tax", "others"),
    ("employee_contributions", "Insurance, by worker", "others"),
    ("employer_contributions", "Insurance, by employer", "others"),
    ("foreign_worker_fee", "Host's fee on foreigners", "others"),
    ("programme_levy", "Programme levy", "others"),
)


def plan_dollar(plan: Plan) -> tuple[Part, ...]:
    """Parts of the plan's contract value, in cents; they add up to 100. Empty where no work is planned.

    The income tax is split into what is released after it was verified, what is returned to workers and what is still held
    in escrow at the end.
    """
    total = float(plan.accounts.total("contract_value"))
    if total <= 0.0:
        return ()
    parts = []
    for name, label, receiver in _PLAN:
        usd = float(plan.accounts.total(name))
        if name == "income_tax":
            held, returned = min(usd, held_tax(plan)), float(plan.accounts.tax_returned)
            released = "Tax, use verified" if held or returned else "Tax, released"
            parts.append(Part("tax_released", released, receiver, 100.0 * (usd - held - returned) / total))
            parts.append(Part("tax_returned", "Tax, returned at the end", "worker", 100.0 * returned / total))
            parts.append(Part("tax_held", "Tax, held in escrow", receiver, 100.0 * held / total))
        else:
            parts.append(Part(name, label, receiver, 100.0 * usd / total))
    return tuple(part for part in parts if part.cents > 0.0)


def held_tax(plan: Plan) -> float:
    """USD of income tax that is still in escrow after the last period."""
    last = {row.iso3: row for row in plan.accounts.escrow}
    return math.fsum(float(row.held_tax) for row in last.values())


def today_dollar(plan: Plan) -> tuple[Part, ...]:
    """The same for such workers abroad today, with what others take by component: the plan's one status quo."""
    one = plan.status_quo
    if one.paid <= 0.0:
        return ()
    others = {COMPONENTS[name]: usd for name, usd in one.evasion.items()} | {"Managers and firm": one.rest}
    parts = [
        Part("worker", "Worker keeps", "worker", 100.0 * one.worker_share[1]),
        Part("state", "Remitted to the state", "state", 100.0 * one.state_share[1]),
        *(
            Part(f"others_{place}", label, "others", 100.0 * usd / one.paid)
            for place, (label, usd) in enumerate(others.items())
        ),
    ]
    return tuple(part for part in parts if part.cents > 0.0)
