"""What is expected to be taken after payday by constant rates, and where it answers to the plan, beside each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pilot_planner.case.case import with_diversion
from pilot_planner.data.estimates import Address
from pilot_planner.data.inputs import Inputs
from pilot_planner.programme.quantities import Quantities
from pilot_planner.text.number_format import money, percent

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class DiversionBeside:
    """Diverted income of one plan, USD, both ways; ``reckoned_with`` says which of the two its figures and limits hold.

    Attributes:
        constant: by the rates of the inputs, whatever is at stake and whoever looks.
        responding: where it rises with pay above today's and falls with visits.
    """

    constant: float
    responding: float
    reckoned_with: str


def diversion_beside(plan: Plan) -> DiversionBeside | None:
    """Both figures of a plan; None where the inputs do not say how diversion responds."""
    if any(plan.inputs.find(*address) is None for address in _read(plan.inputs)):
        return None
    usd = partial(_diverted, plan)
    return DiversionBeside(usd(False), usd(True), "responding" if plan.design.responses.diversion else "constant")


def _read(inputs: Inputs) -> list[Address]:
    """What the response is made of."""
    levels = [("oversight", row.text("level"), "visits_assumed") for row in inputs.rows("lists/oversight_levels.csv")]
    names = ("diversion_stake_reference", "diversion_stake_full", "diversion_stake_factor")
    unseen = ("card_diversion_unseen", "in_kind_diversion_unseen")
    return [*(("programme", name) for name in (*names, *unseen)), *levels]


def _diverted(plan: Plan, responds: bool) -> float:
    """USD of the plan as it stands, by one of the two."""
    if responds == plan.design.responses.diversion:
        return plan.metrics["diverted_income"]
    q = Quantities(with_diversion(plan.case, responds), plan.programme.d)
    return q.total(q.diverted).value(plan.solution)


def document(plan: Plan) -> dict[str, Any] | None:
    """The same as plain values."""
    found = diversion_beside(plan)
    return None if found is None else asdict(found)


def sentence(plan: Plan) -> str:
    """Both figures, what they would be of net pay, and which one the plan reckons with; empty where nobody is paid."""
    found, paid = diversion_beside(plan), plan.metrics["worker_income"]
    if found is None or paid < _CENT:
        return ""
    answering = f"{money(found.responding)} USD ({percent(found.responding / paid)} of net pay)"
    constant = f"{money(found.constant)} USD ({percent(found.constant / paid)})"
    if found.reckoned_with == "responding":
        return (
            f"The plan reckons that {answering} is taken after payday, since that rises with pay above today's and falls "
            f"with visits; by constant rates it would be {constant}. How it responds is judged (grade C)."
        )
    of_risk = plan.ratios.get("funds_at_risk_share")
    bound = plan.design.bounds("funds_at_risk_share").max
    more = found.responding - found.constant
    value = plan.metrics["contract_value"]
    breaks = ""
    if bound is not None and of_risk is not None and value > 0.0 and of_risk <= bound < of_risk + more / value:
        breaks = f" Funds at risk would then be {percent(of_risk + more / value)} of contract value, above {percent(bound)}."
    return (
        f"By constant rates {constant} of net pay is taken after payday; if that rises with pay above today's and falls "
        f"with visits (responses.diversion), it is {answering}.{breaks} How it responds is judged (grade C)."
    )


_CENT = 0.005
