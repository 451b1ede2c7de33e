"""What released tax is spent on, and how well each use can be followed: judged, told, never optimised."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pilot_planner.data.wording import listed
from pilot_planner.text.number_format import money, percent

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan

USES = {"health": "health care", "education": "education", "welfare": "social welfare"}
"""The uses that the proposal names, and that are to be verified."""


@dataclass(frozen=True, slots=True)
class TaxUse:
    """One use: its share of the released tax, USD, and what of it can be followed to its end, share and USD."""

    use: str
    label: str
    share: float
    usd: float
    verifiable: float
    verifiable_usd: float


def tax_uses(plan: Plan) -> tuple[TaxUse, ...]:
    """Every use; shares add up to 1, USD to the plan's released revenue."""
    inputs, released = plan.inputs, plan.metrics["released_revenue"]
    weights = {use: inputs.need("programme", f"tax_use_{use}") for use in USES}
    whole = sum(weights.values())
    found = []
    for use, label in USES.items():
        share = weights[use] / whole if whole > 0.0 else 0.0
        seen = inputs.need("programme", f"verifiable_{use}")
        found.append(TaxUse(use, label, share, share * released, seen, seen * share * released))
    return tuple(found)


def tax_use_rows(plan: Plan) -> list[dict[str, Any]]:
    """The same as plain rows."""
    return [asdict(one) for one in tax_uses(plan)]


def sentence(plan: Plan) -> str:
    """What released tax is spent on, and what of it can be followed; empty where none is released."""
    released = plan.metrics["released_revenue"]
    if released < _CENT:
        return ""
    uses = tax_uses(plan)
    told = listed(f"{money(one.usd)} USD to {one.label} ({percent(one.verifiable)} of it can be followed)" for one in uses)
    seen = sum(one.verifiable_usd for one in uses) / released
    return (
        f"Of the {money(released)} USD of tax that is released, {told}; {percent(seen)} of all of it. Shares of the uses "
        "and how well each can be followed are judged (grade C); what is released is what the oversight level is taken to "
        "verify."
    )


def procurement_sentence(plan: Plan) -> str:
    """Who buys baskets and parcels, and what is lost on it."""
    bought = plan.metrics["in_kind_pay"] + plan.metrics["family_pay"]
    if bought < _CENT:
        return ""
    by = {"employers": "Employers and local suppliers buy", "neutral": "A neutral body buys, by open tender,"}
    rate = plan.case.rates.procurement_kickback
    other = "" if plan.design.pay.procurement == "neutral" else " A neutral body could buy them (pay.procurement = neutral)."
    return (
        f"{by[plan.design.pay.procurement]} baskets and parcels for {money(bought)} USD; at {percent(rate)}, after what "
        f"Oil-for-Food lost to kickbacks, {money(plan.metrics['procurement_loss'])} USD of it miss the goods.{other}"
    )


_CENT = 0.005
