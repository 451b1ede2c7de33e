"""Money of donors after the signature: received, spent, committed and left, and what the next tranche is needed for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pilot_planner.case.calendar import months_after
from pilot_planner.data.actuals import Actuals, number
from pilot_planner.programme.programme import Programme
from pilot_planner.studies.planning.accounts import cents
from pilot_planner.studies.planning.plan import Plan

_INSPECTORS = "inspector_months"


@dataclass(frozen=True, slots=True)
class NextTranche:
    """The next pledge. ``needed_from``: first day of the period that could not be paid without it; None where all could."""

    donor: str
    day: dt.date
    usd: Decimal
    needed_from: dt.date | None


@dataclass(frozen=True, slots=True)
class Funds:
    """USD to date, in cents.

    Attributes:
        received: from donors; ``levies``: programme levies; ``spent``: all that was booked; ``left``: what remains.
        committed: of what remains, bound by commitments for later periods.
        overdue: pledged for periods that are over and not received.
        lasts_to: last day that money pays for if no more of donors arrives, by the forecast; None before a period is over.
    """

    received: Decimal
    levies: Decimal
    spent: Decimal
    left: Decimal
    committed: Decimal
    overdue: Decimal
    lasts_to: dt.date | None
    next_tranche: NextTranche | None

    @property
    def free(self) -> Decimal:
        """What is left and not committed."""
        return self.left - self.committed


def funds_of(plan: Plan, actuals: Actuals, programme: Programme, solution: tuple[float, ...]) -> Funds:
    """Funds of a pilot and of its forecast."""
    over = actuals.over

    def booked(table: str, until: int = over, channel: str = "") -> Decimal:
        rows = actuals.current(table)
        some = (one for one in rows if number(one, "period") <= until and channel in ("", one.cells.get("channel")))
        return sum((cents(number(one, "amount")) for one in some), Decimal(0))

    received, spent, levies = booked("funds"), booked("costs"), booked("pay", channel="programme_levy")
    months = plan.design.programme.period_months
    pledges = sorted(plan.design.funding.pledges, key=lambda one: one.month)
    due = sum((cents(one.usd) for one in pledges if one.month <= (over - 1) * months), Decimal(0))
    later = [one for one in pledges if one.month > (over - 1) * months]
    tranche = None
    if later:
        first = later[0]
        day = months_after(plan.design.programme.start_date, first.month)
        usd = cents(sum(one.usd for one in later if one.month == first.month))
        tranche = NextTranche(first.donor, day, usd, _short_from(plan, programme, solution, first.month))
    short = _short_from(plan, programme, solution, (over - 1) * months + 1)
    start, last = plan.design.programme.start_date, plan.design.programme.duration_months
    end = short if short is not None else months_after(start, last)
    return Funds(
        received=received,
        levies=levies,
        spent=spent,
        left=received + levies - spent,
        committed=committed(actuals, programme),
        overdue=max(Decimal(0), due - received) if over else Decimal(0),
        lasts_to=end - dt.timedelta(days=1) if over else None,
        next_tranche=tranche,
    )


def _short_from(plan: Plan, programme: Programme, solution: tuple[float, ...], month: int) -> dt.date | None:
    """First day of the first period whose cost could not be paid if no pledge of that month or later arrived."""
    floor = plan.design.bounds("funding").min or 0.0
    months = plan.design.programme.period_months
    for period in programme.case.periods:
        without = sum(
            one.usd
            for one in plan.design.funding.pledges
            if one.month >= month and -(-one.month // months) + 1 <= period.number
        )
        if solution[programme.d.balance[period.number]] - without < floor - 0.005:
            return period.start
    return None


def committed(actuals: Actuals, programme: Programme) -> Decimal:
    """USD that commitments bind in periods that are not over: cost as stated, posts at the price of their cost line."""
    prices = {line.driver: line for line in programme.case.cost_lines}
    total = 0.0
    for row in actuals.tables.get("commitments", ()):
        periods = range(max(int(number(row, "first_period")), actuals.over + 1), int(number(row, "last_period")) + 1)
        if row.text("item") == "cost":
            total += number(row, "least") * len(periods)
        elif row.text("item") == "inspectors" and _INSPECTORS in prices:
            price = prices[_INSPECTORS].price(row.text("iso3"))
            total += sum(number(row, "least") * price * programme.q.months(t) for t in periods)
    return cents(round(total, 2))
