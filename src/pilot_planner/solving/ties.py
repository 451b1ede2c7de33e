"""Among plans as good as the best, the cheapest, and among those the one that leaves workers most, and soonest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pilot_planner.design.schema import Solver
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.live import LiveRelaxation

Aim = tuple[Linear, float]
"""An expression and 1 where less is better, -1 where more is."""


def aims_in_order(programme: Programme) -> list[Aim]:
    """What plans are compared by: the objective, then cost, pay on cards, what workers can be expected to keep, and when.

    The last one leaves a single plan, so that every figure is the same whichever search has found it.
    """
    first = -1.0 if programme.maximise else 1.0
    later = (("operating_cost", 1.0), ("card_pay", -1.0), ("secured_income", -1.0))
    return [
        (programme.objective, first),
        *((programme.metric(name), turn) for name, turn in later),
        (programme.when_paid, 1.0),
    ]


def no_worse(reached: float, turn: float, options: Solver) -> tuple[float, float]:
    """Bounds that hold an aim at what was reached, but for the tie tolerance."""
    room = options.tie_tolerance * max(1.0, abs(reached))
    return (reached - room, math.inf) if turn < 0 else (-math.inf, reached + room)


def best_in_turn(
    live: LiveRelaxation,
    caps: Iterable[int],
    solution: Sequence[float],
    aims: Sequence[Aim],
    proven: float,
    options: Solver,
    *,
    anew: bool,
) -> tuple[float, ...]:
    """The aims one after the other, hosts, levels, sectors and posts as in ``solution`` and nobody hired above its caps.

    The first aim is held at its proven value, each later one at what was just reached. Where plans tie in all aims, or
    differ by less than the tie tolerance, the way there decides: with ``anew`` that is always the same one, from nothing
    and with the first aim found again, so that the same choices give the same plan to the last digit.
    """
    holds = set(caps)
    live.set_bounds(
        {j: (0.0 if j in holds else float(round(solution[j])), float(round(solution[j]))) for j in live.integers}
    )
    found = tuple(solution)
    added = 0
    if anew:
        live.forget()
        live.set_objective(aims[0][0] * aims[0][1])
        again = live.run(options.time_limit)
        if again.status == "optimal":
            found = tuple(again.solution)
            proven = aims[0][0].value(found)
    try:
        for place, (aim, turn) in enumerate(aims):
            if place:
                live.set_objective(aim * turn)
                result = live.run(options.time_limit)
                if result.status != "optimal":
                    break
                found = tuple(result.solution)
            live.add_row(aim, *no_worse(aim.value(found) if place else proven, turn, options))
            added += 1
    finally:
        live.remove_last_rows(added)
        live.set_bounds({})
    return found
