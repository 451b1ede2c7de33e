"""What is taken from workers after payday, where it answers to what is at stake and to who looks. Pure functions.

Off, the rates of the inputs stand as they are. On, the rates of a level move with the visits that it asks for, along a line
through the rates of all levels at the visits that these rates assume; and the rate of cards rises with pay above today's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pilot_planner.case.evidence import Evidence
from pilot_planner.case.host_side import piece
from pilot_planner.data.amounts import at_draw, least, most, where

Knots = tuple[tuple[float, float], ...]
"""Visits to a site in a month and the share that is taken at so many, fewest visits first."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What is at stake is net pay over what the worker keeps today, less 1: how the rate of cards rises with it.

    Up to ``reference`` the rate is the level's own; it rises evenly to ``factor`` times that at ``full``, then no more.
    """

    reference: float
    full: float
    factor: float

    def times(self, net_pay: float, kept_today: float) -> float:
        """What the rate of cards is multiplied by, where a month's net pay and what is kept today are so many USD."""
        known = where(kept_today > 0.0, kept_today, 1.0)
        stake = where(kept_today > 0.0, net_pay / known - 1.0, self.full)
        return 1.0 + piece(stake, self.reference, self.full, self.factor - 1.0)


def stake_of(evidence: Evidence) -> Stake:
    """The response to what is at stake, of the inputs; a full stake is never below the reference, in no draw."""

    def rate(name: str) -> float:
        return evidence.need("diversion", "programme", f"diversion_stake_{name}")

    reference = rate("reference")
    return Stake(reference, most(reference, rate("full")), most(1.0, rate("factor")))


def rate_at_visits(evidence: Evidence, level: str, channel: str, visits: float) -> float:
    """The rate of a level where its sites have so many visits a month: its own at the visits that it assumes.

    ``channel``: card or in_kind. Between the levels' own visits the line through their rates, from ``unseen`` without any
    visit; flat beyond the level that is visited most. More visits never let more be taken, in no draw.
    """
    own = evidence.need(f"diversion:{level}", "oversight", level, f"{channel}_diversion")
    assumed = evidence.need(f"diversion:{level}", "oversight", level, "visits_assumed")
    knots = _knots(evidence, channel)
    moved = own + (_along(knots, visits) - _along(knots, assumed))
    return least(1.0, most(0.0, moved))


def _knots(evidence: Evidence, channel: str) -> Knots:
    """The line: nobody looks, then every level of the inputs at the visits that its rate assumes."""
    levels = [row.text("level") for row in evidence.inputs.rows("lists/oversight_levels.csv")]
    read = [
        (
            evidence.need(f"diversion:{level}", "oversight", level, "visits_assumed"),
            evidence.need(f"diversion:{level}", "oversight", level, f"{channel}_diversion"),
        )
        for level in levels
    ]
    found = [(0.0, evidence.need("diversion", "programme", f"{channel}_diversion_unseen"))]
    for visits, share in sorted(read, key=lambda knot: at_draw(knot[0], 0)):
        found.append((visits, least(found[-1][1], share)))
    return tuple(found)


def _along(knots: Knots, visits: float) -> float:
    """The share on the line at so many visits."""
    share = knots[0][1]
    for (before, high), (after, low) in pairwise(knots):
        share = share + piece(visits, before, after, low - high)
    return share
