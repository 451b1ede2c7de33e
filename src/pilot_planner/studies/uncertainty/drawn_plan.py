"""One held plan in many draws at once: its programme with arrays for coefficients, what breaks, and whether it holds.

A plan *holds* in a draw where every rights floor and every limit that counts holds. Legal, safeguard and money limits
count, and of the limits on capacity those that the design promises. Limits on capacity that a draw leaves as they are
(inspectors that a host admits) bound what can be done, in every draw alike. Other limits on capacity concern the
signature (shares of permits) or nobody's promise; they are told and do not count. Neither do more workers than employers
ask for, or more arrivals than can be taken in: such a plan cannot be staffed, so they count as a broken promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pilot_planner.case.case import floors_of
from pilot_planner.case.eligibility import Floor
from pilot_planner.data.amounts import at_draw, is_drawn, least, most, whole
from pilot_planner.design.schema import Design
from pilot_planner.programme.build import Programme, build_signed
from pilot_planner.programme.limits import PROGRAMME_SCOPE, LimitRow, Side, find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import ratios_of
from pilot_planner.studies.uncertainty.trial import Figures, Trial, amount_short, whole_programme
from pilot_planner.text.names import LOWEST_BALANCE

COUNTED_KINDS = ("legal", "safeguard", "money")
EVIDENCE = ("demand", "intake")
"""Bounds that the evidence sets on what a plan can be staffed with."""
_BROKEN = 1e-6
"""A limit is broken when it is missed by more than this, relative to max(1, |bound|)."""
_NOTHING = 1e-6
_TAKEN = 0.5

Array = Any


def counts(design: Design, key: str, side: Side) -> bool:
    """Whether a limit must hold for a plan to hold."""
    limit = find_limit(key, design)
    if key in design.promise or key in EVIDENCE or limit is None:
        return True
    return limit.kind_of(side) in COUNTED_KINDS


@dataclass(frozen=True)
class Signed:
    """A plan as it is signed, in each of some draws; nothing is decided again.

    Attributes:
        draws: how many.
        missed: by ``key.side.scope``: by how much a limit is missed where it is tightest, in its unit, in each draw; 0
            where it holds. Limits that hold everywhere are left out.
        floors: by ``floor.PLACE``: in which draws a rights floor fails; those that never do are left out.
        holds: in which draws the plan holds.
    """

    draws: int
    missed: Mapping[str, Array]
    floors: Mapping[str, Array]
    holds: Array


@dataclass(frozen=True)
class Outlook:
    """The plan as it is signed, in one draw.

    Attributes:
        figures: every metric and ratio, and ``lowest_balance``: the least running balance of funds of any period.
        broken: what is missed by how much, in the limit's unit, by ``key.side.scope``.
        floors: rights floors that a placement fails, by ``floor.PLACE``, with what is missing; None where no amount can be
            told.
        holds: whether everything that counts holds.
    """

    figures: Figures
    broken: dict[str, float]
    floors: dict[str, float | None]
    holds: bool


class DrawnPlan:
    """A held plan over draws."""

    def __init__(self, trial: Trial, values: Mapping[str, Array], draws: int) -> None:
        """``values``: by path of an input, one for each draw; paths that the plan does not rest on are left out."""
        self.draws = draws
        self.trial, self.design, self.held = trial, trial.design, trial.held
        self.case = trial.case_of_draws(values)

    @cached_property
    def programme(self) -> Programme:
        """The whole programme; caps need not fit the demand (workers must)."""
        return whole_programme(self.case)

    @cached_property
    def accounts(self) -> Programme:
        """What it takes to see whether the plan holds as signed: its money and its limits."""
        return build_signed(self.case)

    @cached_property
    def solution(self) -> list[float]:
        """The decisions as signed in the columns of ``accounts``, which are those of the programme."""
        return self.trial.solution(self.accounts)

    @cached_property
    def signed(self) -> Signed:
        """The plan as it is signed."""
        missed = {**self._limits(), **self._evidence()}
        floors = {name: self.each(floor.fails).astype(bool) for name, floor in self._floors.items()}
        floors = {name: fails for name, fails in floors.items() if fails.any()}
        holds = np.ones(self.draws, dtype=bool)
        for name, amount in missed.items():
            key, side, _ = name.split(".", 2)
            if counts(self.design, key, "min" if side == "min" else "max"):
                holds &= amount == 0.0
        for fails in floors.values():
            holds &= ~fails
        return Signed(self.draws, missed, floors, holds)

    @cached_property
    def _floors(self) -> dict[str, Floor]:
        return floors_of(self.case)

    def outlooks(self) -> list[Outlook]:
        """The plan as it is signed, draw by draw."""
        signed = self.signed
        figures = figures_of_draws(self.accounts, self.solution, self.draws)
        short = {name: amount_short(name, self._floors[name]) for name in signed.floors}
        found = []
        for draw in range(self.draws):
            broken = {name: float(amount[draw]) for name, amount in signed.missed.items() if amount[draw] > 0.0}
            failing = [name for name, fails in signed.floors.items() if fails[draw]]
            floors = {name: None if (by := short[name]) is None else at_draw(by, draw) for name in failing}
            found.append(Outlook(figures[draw], broken, floors, bool(signed.holds[draw])))
        return found

    def _limits(self) -> dict[str, Array]:
        """Limits of the design by how much they are missed where they are tightest."""
        tightest: dict[str, tuple[float, Array]] = {}
        for row in self.accounts.limit_rows:
            slack = self._slack(row)
            if slack is None:
                continue
            name = f"{row.key}.{row.side}.{row.scope}"
            known = tightest.get(name)
            tightest[name] = (row.bound, slack if known is None else np.minimum(known[1], slack))
        return self._amounts(tightest)

    def _slack(self, row: LimitRow) -> Array | None:
        """What is left of a limit, infinite where there is nothing to hold it on; None where it cannot break."""
        solution = self.solution
        if row.lifted_by is not None and solution[row.lifted_by] > _TAKEN:
            return None
        if row.scope != PROGRAMME_SCOPE and row.scope.split(".")[0] not in self.held.levels:
            return None
        value: Array = row.numerator.value(solution)
        if row.denominator is not None:
            below = self.each(row.denominator.value(solution))
            there = np.abs(below) >= _NOTHING
            value = np.where(there, value / np.where(there, below, 1.0), np.nan)
        slack = self.each(row.bound - value if row.side == "max" else value - row.bound)
        return np.where(np.isnan(slack), np.inf, slack)

    def _evidence(self) -> dict[str, Array]:
        """More workers than employers ask for, more arrivals than can be taken in."""
        case, d, q = self.case, self.accounts.d, self.accounts.q
        working = q.numbers[max(case.lead, q.over) :]
        if not working:
            return {}
        found: dict[str, tuple[float, Array]] = {}
        for placement in case.placements:
            h, s = placement.key
            if self.solution[d.cap[h, s]] < 1:
                continue
            level = self.held.levels[h]
            peak = most(*(self.solution[d.workers[h, s, level, t]] for t in working))
            start = most(*(self.solution[d.arrivals[h, s, level, t]] for t in working))
            demand = whole(placement.demand)
            found[f"demand.max.{h}.{s}"] = (demand, self.each(demand - peak))
            found[f"intake.max.{h}.{s}"] = (placement.intake, self.each(placement.intake - start))
        return self._amounts(found)

    def _amounts(self, slacks: Mapping[str, tuple[float, Array]]) -> dict[str, Array]:
        found = {}
        for name, (bound, slack) in slacks.items():
            broken = slack < -_BROKEN * most(1.0, abs(bound))
            if broken.any():
                found[name] = np.where(broken, -slack, 0.0)
        return found

    def each(self, value: object) -> Array:
        """One value for each draw."""
        return value if is_drawn(value) else np.full(self.draws, value)


def figures_of_draws(programme: Programme, solution: Sequence[Any], draws: int) -> list[Figures]:
    """Metrics, ratios and the least running balance in each draw.

    ``solution``: for each column of the programme a number, or an array of one number for each draw.
    """
    working = programme.q.numbers[programme.case.lead :]
    in_work = [sum(programme.q.workers(h, t).value(solution) for h in programme.q.hosts) for t in working]
    found: dict[str, Any] = {name: programme.metric(name).value(solution) for name in METRICS}
    found["peak_workers"] = most(0.0, *in_work)
    lowest = least(*(solution[column] for column in programme.d.balance.values()))
    names = [*found, LOWEST_BALANCE]
    table = np.array([np.broadcast_to(amount, draws) for amount in (*found.values(), lowest)]).T.tolist()
    result = []
    for its in table:
        metrics = dict(zip(names[:-1], its, strict=False))
        result.append({**metrics, **ratios_of(metrics), LOWEST_BALANCE: its[-1]})
    return result
