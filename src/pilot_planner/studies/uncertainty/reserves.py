"""Reserves: how much money beyond the budget makes a plan hold, as it is run, with a given chance.

In each draw the least amount is sought that lets everything that counts hold: it comes at the start, on top of the pledges,
and every ceiling on cost or on what donors are asked gives way by as much. All other limits stay. Where no amount helps,
what stands in the way is no matter of money. The reserve for a chance is the least amount that is enough in that share of
the draws: a quantile of those amounts, with the interval that so many draws leave (order statistics, 95 %).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pilot_planner.errors import NoTimeError, PilotPlannerError
from pilot_planner.solving.stochastic.drawn_lp import DrawnLp, make_table
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.as_run import AsRun
from pilot_planner.studies.uncertainty.chance import check_draws
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.proportions import wilson
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.studies.uncertainty.trial import Trial, hold
from pilot_planner.text.result_tables import Rows, Tabled

CEILINGS = ("operating_cost", "net_donor_ask")
"""Limits that give way by the reserve."""
_CONTINGENCY = "contingency"
_SCALE = 1e-3
"""A dollar is this much to the solver."""
_NOTHING = 1.0
"""USD: less than this is the rounding of the solver."""
CHANCES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Reserve:
    """A reserve for a chance.

    Attributes:
        amount: USD at the start; None where no amount reaches the chance.
        low, high: 95 % interval of it; None where that end is beyond what any amount reaches.
    """

    chance: float
    amount: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Reserves(Tabled):
    """Reserves of one plan.

    Attributes:
        without: share of draws that hold without any; ``most``: with any amount at all.
        contingency: USD that the budget has as contingency already, within its cost.
    """

    plan_id: str
    draws: int
    seed: int
    without: float
    most: float
    contingency: float
    reserves: tuple[Reserve, ...]

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"reserves": lambda: [asdict(one) for one in self.reserves]}

    def document(self) -> dict[str, Any]:
        """All of it as plain records."""
        return asdict(self)

    @property
    def sentences(self) -> tuple[str, ...]:
        """For a reader."""
        first = (
            f"Without a reserve the plan holds, as it is run, in {100 * self.without:.0f} of 100 draws; with any reserve in "
            f"at most {100 * self.most:.0f}, the rest is no matter of money. The budget has {self.contingency:,.0f} USD of "
            "contingency within it."
        )
        reached = [one for one in self.reserves if one.amount is not None]
        left = self.reserves[len(reached) :]
        beyond = f"No reserve makes it hold in {100 * left[0].chance:.0f} of 100." if left else ""
        return tuple(filter(None, (first, *map(_sentence, reached), beyond)))


def _sentence(one: Reserve) -> str:
    low, high = ("no bound" if end is None else f"{end:,.0f}" for end in (one.low, one.high))
    return f"To hold in {100 * one.chance:.0f} of 100: {one.amount or 0.0:,.0f} USD more ({low} to {high})."


def reserves(plan: Plan, chances: Sequence[float] = CHANCES, draws: int = 1000, seed: int = 1) -> Reserves:
    """How much money more makes a plan hold as it is run.

    Args:
        plan: as signed; its hosts, levels and caps stay.
        chances: shares of draws, above 0 and up to 1.
        draws, seed: as ``chance`` takes them.

    Raises:
        PilotPlannerError: no such chance, number of draws or seed.
        NoTimeError: a draw took longer than the design's time limit.
    """
    check_draws(draws, seed)
    for one in chances:
        if not 0.0 < one <= 1.0:
            raise PilotPlannerError(f"{one:g} is no chance that a reserve can be sized for: above 0 and up to 1")
    needed = np.sort(amounts_needed(plan, draws, seed))
    return Reserves(
        plan_id=plan.plan_id,
        draws=draws,
        seed=seed,
        without=float((needed <= 0.0).mean()),
        most=float(np.isfinite(needed).mean()),
        contingency=float(sum(row.amount_usd for row in plan.accounts.budget if row.cost_line == _CONTINGENCY)),
        reserves=tuple(_reserve(one, needed) for one in sorted(chances)),
    )


def _reserve(chance: float, needed: Any) -> Reserve:
    draws = len(needed)
    at = math.ceil(chance * draws - 1e-9)
    low, high = wilson(at, draws)
    ends = (at, math.floor(low * draws), math.ceil(high * draws))
    amount, least, most = (float(needed[min(max(end, 1), draws) - 1]) for end in ends)
    return Reserve(chance, *(value if math.isfinite(value) else None for value in (amount, least, most)))


def amounts_needed(plan: Plan, draws: int, seed: int) -> Any:
    """The least amount, USD, that lets a plan hold in each draw; 0 where it holds without, infinite where none helps."""
    known = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts))
    trial = Trial(plan.design, plan.inputs, hold(plan.programme, plan.solution))
    found = np.full(draws, math.inf)
    for settings, values, numbers in groups(known.draw(draws, seed), plan.design):
        run = AsRun(DrawnPlan(trial.under(settings), values, len(numbers)))
        found[numbers] = np.where(run.run().holds, 0.0, _needed(run))
    return found


def _needed(run: AsRun) -> Any:
    table = make_table(run.columns, run.rows, run.fixed, [_money(run)], run.plan.draws)
    costs = np.zeros(len(table.places) + 1)
    costs[-1] = _SCALE
    lp = DrawnLp(table, costs, run.options)
    found = np.full(table.draws, math.inf)
    for draw in np.flatnonzero(~table.impossible).tolist():
        lp.take(draw)
        result = lp.run(run.options.time_limit)
        if result.status == "stopped":
            raise NoTimeError("stopped before a draw was solved; allow more time")
        if result.status == "optimal":
            amount = float(result.solution[-1])
            found[draw] = amount if amount > _NOTHING else 0.0
    return found


def _money(run: AsRun) -> dict[int, float]:
    """Where a dollar of the reserve enters: the balance of the first period, and every ceiling on cost."""
    first = f"balance_of.{run.plan.programme.q.numbers[0]}"
    entered = {}
    for number, row in enumerate(run.rows):
        if row.name == first or (row.limit is not None and row.limit.key in CEILINGS and row.limit.side == "max"):
            entered[number] = -1.0
    return entered
