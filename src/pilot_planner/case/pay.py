"""What one worker's month is worth and where each dollar of it goes. Pure functions, no solver.

contract value = gross wage + employer contributions + foreign-worker fee + programme levy
gross wage     = income tax + host tax + employee contributions + net pay
"""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.tax import TaxSchedule
from pilot_planner.data.amounts import most


@dataclass(frozen=True, slots=True)
class PayRates:
    """Charges at a placement. Rates are shares of the gross wage; the fee is USD per worker-month."""

    employer_contribution: float
    employee_contribution: float
    host_tax: float
    foreign_worker_fee: float
    programme_levy: float


@dataclass(frozen=True, slots=True)
class Pay:
    """Amounts of one worker over some time, USD. Adding two gives the amounts of both times together."""

    gross_wage: float = 0.0
    income_tax: float = 0.0
    host_tax: float = 0.0
    employee_contributions: float = 0.0
    employer_contributions: float = 0.0
    foreign_worker_fee: float = 0.0
    programme_levy: float = 0.0

    @property
    def net_pay(self) -> float:
        """What is the worker's own: card, goods and services, and family parcels together."""
        return self.gross_wage - self.income_tax - self.host_tax - self.employee_contributions

    @property
    def contract_value(self) -> float:
        """What the firm deposits in escrow."""
        return self.gross_wage + self.employer_contributions + self.foreign_worker_fee + self.programme_levy

    def __add__(self, other: Pay) -> Pay:
        return Pay(*(a + b for a, b in zip(self._amounts(), other._amounts(), strict=True)))

    def __mul__(self, times: float) -> Pay:
        return Pay(*(times * amount for amount in self._amounts()))

    def _amounts(self) -> tuple[float, ...]:
        return (
            self.gross_wage,
            self.income_tax,
            self.host_tax,
            self.employee_contributions,
            self.employer_contributions,
            self.foreign_worker_fee,
            self.programme_levy,
        )


def gross_wage(
    market_wage: float, wage_parity: float, minimum_wage: float | None, overtime_share: float, overtime_premium: float
) -> float:
    """Gross wage of a month, USD: parity with comparable local workers, the legal minimum at least, overtime on top.

    ``overtime_share`` is planned overtime over normal hours; overtime is paid at ``overtime_premium``.

    >>> gross_wage(400, 1.0, 450, 0.0, 1.25)
    450.0
    >>> gross_wage(400, 1.0, None, 0.25, 1.25)
    525.0
    """
    normal = most(wage_parity * market_wage, 0.0 if minimum_wage is None else minimum_wage)
    return normal * (1.0 + overtime_share * overtime_premium)


def monthly_pay(gross: float, schedule: TaxSchedule, rates: PayRates) -> Pay:
    """Where a month's gross wage goes, and what the employer pays on top, USD."""
    return Pay(
        gross_wage=gross,
        income_tax=schedule.tax(gross),
        host_tax=rates.host_tax * gross,
        employee_contributions=rates.employee_contribution * gross,
        employer_contributions=rates.employer_contribution * gross,
        foreign_worker_fee=rates.foreign_worker_fee,
        programme_levy=rates.programme_levy * gross,
    )


def local_worker_cost(market_wage: float, employer_contribution: float) -> float:
    """Full monthly cost of a comparable local worker, USD: the wage and the same contributions."""
    return market_wage * (1.0 + employer_contribution)
