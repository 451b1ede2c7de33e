"""Ratios of two metrics: a figure, an axis label or a limit (linearised), never an objective.

A ratio is undefined when its denominator is 0, as with no workers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator`` over ``denominator``, both names of metrics, times ``scale``.

    ``ceiling`` is the most that a bound on it can be, where it may exceed what its unit says; None where it may not.
    """

    name: str
    label: str
    unit: str
    meaning: str
    numerator: str
    denominator: str
    scale: float = 1.0
    ceiling: float | None = None


RATIOS: dict[str, Ratio] = {}


def _ratio(
    name: str,
    label: str,
    unit: str,
    numerator: str,
    denominator: str,
    meaning: str,
    scale: float = 1.0,
    ceiling: float | None = None,
) -> None:
    RATIOS[name] = Ratio(name, label, unit, meaning, numerator, denominator, scale, ceiling)


_ratio(
    "operating_cost_per_worker_month",
    "Cost per worker-month protected",
    "USD",
    "operating_cost",
    "worker_months",
    "Operating cost over worker-months.",
)
_ratio(
    "operating_cost_per_worker_reached",
    "Cost per person reached",
    "USD",
    "operating_cost",
    "people_reached",
    "Operating cost over persons who start work.",
)
_ratio(
    "operating_cost_per_usd_secured",
    "Cost per dollar of income secured",
    "USD",
    "operating_cost",
    "secured_income",
    "Operating cost over what workers can be expected to keep.",
)
_ratio(
    "operating_cost_share_of_contract_value",
    "Operating cost over contract value",
    "share",
    "operating_cost",
    "contract_value",
    "Operating cost over what firms pay into escrow.",
    # A small pilot can cost several times what its workers earn; ten times is a percentage typed as a share.
    ceiling=10.0,
)
_ratio(
    "net_pay_per_worker_month",
    "Net pay a month",
    "USD",
    "worker_income",
    "worker_months",
    "Worker income over worker-months.",
)
_ratio(
    "secured_income_per_worker_month",
    "Secured pay a month",
    "USD",
    "secured_income",
    "worker_months",
    "What a worker can be expected to keep a month.",
)
_ratio(
    "balance_at_return_per_person",
    "Own balance at return, a person",
    "USD",
    "balance_at_return",
    "people_reached",
    "What a worker has on the card at the journey home.",
)
_ratio(
    "tax_per_worker_month", "Income tax a month", "USD", "state_revenue", "worker_months", "Income tax over worker-months."
)
_ratio(
    "worker_share_of_contract_value",
    "Workers' share of contract value",
    "share",
    "worker_income",
    "contract_value",
    "Net pay over contract value.",
)
_ratio(
    "state_share_of_contract_value",
    "State's share of contract value",
    "share",
    "state_revenue",
    "contract_value",
    "Income tax over contract value.",
)
_ratio(
    "state_take_share_of_gross_wage",
    "Income tax over gross wage",
    "share",
    "state_revenue",
    "gross_wages",
    "Effective rate of the graduated income tax.",
)
_ratio(
    "state_participation",
    "What the state gets over the least it would accept",
    "share",
    "state_receipts",
    "state_reservation",
    "The state would take part from 1 on.",
    # A state that would settle for a twentieth of today's take may get many times that.
    ceiling=10.0,
)
_ratio(
    "funds_at_risk_share",
    "Funds at risk over contract value",
    "share",
    "funds_at_risk",
    "contract_value",
    "Diverted income and misused revenue over contract value.",
)
_ratio(
    "system_loss_share",
    "System loss over contract value",
    "share",
    "system_loss",
    "contract_value",
    "Fraud on procurement and escrow over contract value.",
)
_ratio(
    "levy_share_of_contract_value",
    "Levy over contract value",
    "share",
    "levy_income",
    "contract_value",
    "Programme levy over contract value.",
)
_ratio(
    "women_share",
    "Women's share of worker-months",
    "share",
    "women_worker_months",
    "worker_months",
    "Women over all workers.",
)
_ratio("card_share", "Card's share of net pay", "share", "card_pay", "worker_income", "Paid to own cards over net pay.")
_ratio("in_kind_share", "In-kind share of net pay", "share", "in_kind_pay", "worker_income", "Paid in kind over net pay.")
_ratio("family_share", "Parcels' share of net pay", "share", "family_pay", "worker_income", "Family parcels over net pay.")
_ratio("in_kind_usd_month", "In-kind pay a month", "USD", "in_kind_pay", "worker_months", "Paid in kind over worker-months.")


def ratios_of(metrics: dict[str, float]) -> dict[str, float | None]:
    """Every ratio from the values of metrics; None where the denominator is 0."""
    values: dict[str, float | None] = {}
    for ratio in RATIOS.values():
        below = metrics[ratio.denominator]
        values[ratio.name] = ratio.scale * metrics[ratio.numerator] / below if abs(below) > _ZERO else None
    return values


_ZERO = 1e-9
