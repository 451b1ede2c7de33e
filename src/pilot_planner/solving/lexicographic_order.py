"""Lexicographic order: among best plans the cheapest, among those the one that leaves workers most, and soonest."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence

from pilot_planner.design.schema import Solver
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.lp_relaxation import LiveRelaxation

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


def tie_room(reached: float, options: Solver) -> float:
    """How much worse an aim may be and still count as equal, in its own unit: relative, down to a solver's noise."""
    return options.tie_tolerance * max(_LEAST_SIZE, abs(reached))


def no_worse(reached: float, turn: float, room: float) -> tuple[float, float]:
    """Bounds that hold an aim at what was reached, but for the room."""
    return (reached - room, math.inf) if turn < 0 else (-math.inf, reached + room)


def room_left(proven: float, reached: float, turn: float, options: Solver) -> float:
    """What of the tie tolerance of a proven value is left, where ``reached`` is the best of the choices that were taken.

    In steps, so that noise in the last digits of either does not show in the plan. Never more than is left but for a
    thousandth of the tolerance.
    """
    room = tie_room(proven, options)
    lost = turn * (reached - proven)
    if lost <= _UNSEEN * room:
        return room
    if room == 0.0:
        return 0.0
    return max(0.0, room - math.ceil(lost / room * _STEPS) / _STEPS * room)


LEAST_FOR_TIES = 0.5
"""Seconds for what follows a search that took all its time: a plan is not left as the search dropped it."""
_LEAST_SIZE = 1e-2
"""An aim below a cent, or a hundredth of a person, is nothing."""
_UNSEEN = 1e-3
_STEPS = 16


def best_in_turn(
    live: LiveRelaxation,
    caps: Iterable[int],
    solution: Sequence[float],
    aims: Sequence[Aim],
    proven: float,
    options: Solver,
    seconds: float,
    *,
    anew: bool,
) -> tuple[float, ...]:
    """The aims one after the other, hosts, levels, sectors and posts as in ``solution`` and nobody hired above its caps.

    The first aim is held at its proven value, each later one at what was just reached; where time ends, what was
    reached stands. Where plans tie in all aims, or differ by less than the tie tolerance, the way there decides: with
    ``anew`` that is always the same one, from nothing and with the first aim found again, so that the same choices give
    the same plan to the last digit.
    """
    deadline = time.perf_counter() + seconds
    turned = aims[0][1]
    room = tie_room(proven, options)
    holds = set(caps)
    live.set_bounds(
        {j: (0.0 if j in holds else float(round(solution[j])), float(round(solution[j]))) for j in live.integers}
    )
    found = tuple(solution)
    added = 0
    if anew:
        live.forget()
        live.set_objective(aims[0][0] * aims[0][1])
        again = live.run(deadline - time.perf_counter())
        if again.status == "optimal":
            found = tuple(again.solution)
            reached = aims[0][0].value(found)
            # The choices may have cost a part of the tolerance already, which counts once.
            proven, room = reached, room_left(proven, reached, turned, options)
    try:
        for place, (aim, turn) in enumerate(aims):
            if place:
                live.set_objective(aim * turn)
                result = live.run(deadline - time.perf_counter())
                if result.status != "optimal":
                    break
                found = tuple(result.solution)
                value = aim.value(found)
                live.add_row(aim, *no_worse(value, turn, tie_room(value, options)))
            else:
                live.add_row(aim, *no_worse(proven, turn, room))
            added += 1
    finally:
        live.remove_last_rows(added)
        live.set_bounds({})
    return found
