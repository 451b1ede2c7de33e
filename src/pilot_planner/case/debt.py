"""What fees before departure and brokers' debt take from a worker, and what is left over the whole contract."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from pilot_planner.case.calendar import Period
from pilot_planner.case.evidence import Evidence
from pilot_planner.case.pay import Pay
from pilot_planner.data.amounts import is_drawn, least, most, where

NEVER = math.inf
"""Months until a debt is paid whose interest takes all there is."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What one worker owes at departure, USD, and the interest on it, a share a month."""

    usd: float
    interest: float

    def months_to_repay(self, gain: float) -> float:
        """Months until it is paid where all of a month's gain goes to it; endless where interest takes it all.

        >>> Owed(1000.0, 0.0).months_to_repay(250.0)
        4.0
        >>> round(Owed(1000.0, 0.05).months_to_repay(250.0), 2)
        4.57
        >>> Owed(1000.0, 0.3).months_to_repay(250.0)
        inf
        """
        asked, interest = self._asked()
        owes = self.usd > 0.0
        plain = where(gain > 0.0, self.usd / where(gain > 0.0, gain, 1.0), where(owes, NEVER, 0.0))
        covered = gain > self.usd * interest
        share = where(covered, self.usd * interest / where(covered, gain, 1.0), 0.0)
        paid_off = -_log(1.0 - share) / _log(1.0 + interest)
        return where(asked, where(covered, paid_off, where(owes, NEVER, 0.0)), plain)

    def taken(self, gain: float, months: float) -> float:
        """USD that it takes from a contract of so many months: what is paid, and what is still owed at its end."""
        asked, interest = self._asked()
        paying = least(self.months_to_repay(gain), months)
        paid = most(0.0, gain) * paying
        growth = (1.0 + interest) ** paying
        left = self.usd * growth - most(0.0, gain) * (growth - 1.0) / interest
        return where(asked, paid + most(0.0, left), most(self.usd, paid))

    def _asked(self) -> tuple[bool, float]:
        """Whether any interest is asked, and how much of it; 1 where none is, so that nothing is divided by nothing."""
        asked = self.interest > _NONE
        return asked, where(asked, self.interest, 1.0)


_NONE = 1e-9
"""A share a month: below it a debt does not grow."""


def _log(amount: Any) -> Any:
    return np.log(amount) if is_drawn(amount) else math.log(amount)


@dataclass(frozen=True, slots=True)
class ContractGain:
    """One worker who works from the end of set-up to the end of the programme.

    Attributes:
        months: of the contract.
        pay_over_today: net pay less what is kept today, over the whole contract, USD.
        months_to_repay: until fees and debt are paid, all of a mean month's gain going to them.
        taken: what they take, USD.
        gain: what is left of pay over today, USD.
    """

    months: float
    pay_over_today: float
    months_to_repay: float
    taken: float
    gain: float


def owed(evidence: Evidence, topic: str) -> Owed:
    """Fee before departure and brokers' debt of one worker, of the inputs."""
    fee = evidence.need(topic, "programme", "predeparture_fee")
    debt = evidence.need(topic, "programme", "broker_debt")
    return Owed(fee + debt, evidence.need(topic, "programme", "broker_interest_month"))


def contract_gain(due: Owed, pay: tuple[Pay, ...], kept_today: float, working: tuple[Period, ...]) -> ContractGain:
    """What one worker gains over the whole contract: ``pay`` by period, ``kept_today`` a month, periods after set-up."""
    months = float(sum(period.months for period in working))
    over_today = sum(pay[period.number - 1].net_pay for period in working) - kept_today * months
    a_month = over_today / months if months else 0.0
    taken = due.taken(a_month, months)
    return ContractGain(months, over_today, due.months_to_repay(a_month), taken, over_today - taken)
