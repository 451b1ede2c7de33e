"""Ties among the sets of hosts that hold a plan as good as the best: the same order as for the whole programme."""

from __future__ import annotations

import math
import time

from pilot_planner.programme.programme import Programme
from pilot_planner.solving.branch_and_bound import Bounds
from pilot_planner.solving.decomposition.set_mip import least_of_set
from pilot_planner.solving.decomposition.set_programme import Part, States
from pilot_planner.solving.decomposition.set_search import SetSearch, SetsFound
from pilot_planner.solving.lexicographic_order import Aim, aims_in_order, best_in_turn, no_worse, tie_room
from pilot_planner.solving.lp_relaxation import DUAL, PRIMAL


def near_sets(found: SetsFound, room: float) -> dict[States, list[Bounds]]:
    """Sets that may hold plans within ``room`` of the best, with the nodes below which they lie."""
    near: dict[States, list[Bounds]] = {}
    for one in found.settled:
        nodes = [bounds for value, bounds in one.closed if value <= found.value + room]
        if nodes:
            near.setdefault(one.states, []).extend(nodes)
    for bound, states in found.open:
        if bound <= found.value + room:
            near[states] = [{}]
    return near


_MOST_NEAR = 24
"""Where more sets than this may hold a plan as good as the best, costs are searched by sets as well."""


def broken_ties(
    search: SetSearch, programme: Programme, found: SetsFound, proven: float, seconds: float, *, anew: bool
) -> tuple[float, ...]:
    """The cheapest plan as good as ``found``, then the one with the largest card share; not tidied.

    ``proven`` is the objective of the best plan in the sense of the design; ``anew`` as in ``best_in_turn``. What is
    found after so many ``seconds`` stands: a plan as good as the best, if perhaps not the cheapest of them.
    """
    deadline = time.perf_counter() + seconds
    aims = aims_in_order(programme)
    room = tie_room(proven, search.options)
    near = near_sets(found, room)
    if len(near) > _MOST_NEAR:
        best, states = _cheapest_by_sets(search, programme, found, proven + aims[0][1] * room, deadline)
    else:
        best, states = _cheapest_of(near, search, found, aims, proven, deadline)
    if anew:
        fresh = search.fresh_part(states)
        fresh.drop_axes_but_first()
        return _in_turn(fresh, search, best, aims, proven, deadline, anew=True)
    part = search.part(states)
    # From one aim to the next only costs change, which suits the primal simplex; from question to question only sides.
    part.use(part.presolve, DUAL if "in turn" in part.bases else PRIMAL)
    try:
        with search.going_on(part, "in turn", len(aims)):
            return _in_turn(part, search, best, aims, proven, deadline, anew=False)
    finally:
        part.use(part.presolve, DUAL)


def _cheapest_by_sets(
    search: SetSearch, programme: Programme, found: SetsFound, held: float, deadline: float
) -> tuple[tuple[float, ...], States]:
    """The cheapest plan with the objective held, by bounds of the cost of every set: thousands may be as good."""
    sign = -1.0 if programme.maximise else 1.0
    cost = programme.metric("operating_cost")
    of_cost = SetSearch(programme, [cost, programme.objective * sign], search.options)
    known = cost.value(found.solution)
    upper = [math.inf, sign * held]
    cheaper = of_cost.run([1.0, 0.0], upper, search.options.gap, deadline - time.perf_counter(), incumbent=known)
    return (cheaper.solution, cheaper.states) if cheaper.solution else (found.solution, found.states)


def _cheapest_of(
    sets: dict[States, list[Bounds]],
    search: SetSearch,
    found: SetsFound,
    aims: list[Aim],
    proven: float,
    deadline: float,
) -> tuple[tuple[float, ...], States]:
    """The cheapest plan in some sets, below some nodes, with the objective held."""
    options = search.options
    (objective, first), (cost, _), *_ = aims
    best, states, least = found.solution, found.states, cost.value(found.solution)
    for near, nodes in sets.items():
        left = deadline - time.perf_counter()
        if left <= 0.0:
            break
        part = search.part(near)
        if not part.possible:
            # A linking row that nothing is left in is broken; the part does not have it, so only this says so.
            continue
        _open_axes(search, part)
        part.add_row(part.local(objective), *no_worse(proven, first, tie_room(proven, options)))
        part.set_objective(part.local(cost))
        try:
            with search.going_on(part, "cheapest"):
                cheaper = least_of_set(part, options.gap, left, _never, least, nodes)
        finally:
            part.remove_last_rows(1)
            part.set_bounds({})
        if cheaper.solution:
            best, states, least = part.whole(cheaper.solution), near, cheaper.value
    return best, states


def _in_turn(
    part: Part,
    search: SetSearch,
    best: tuple[float, ...],
    aims: list[Aim],
    proven: float,
    deadline: float,
    *,
    anew: bool,
) -> tuple[float, ...]:
    _open_axes(search, part)
    local = [(part.local(aim), turn) for aim, turn in aims]
    caps, left = part.programme.d.cap.values(), deadline - time.perf_counter()
    return part.whole(best_in_turn(part, caps, part.taken(best), local, proven, search.options, left, anew=anew))


def _never() -> bool:
    return False


def _open_axes(search: SetSearch, part: Part) -> None:
    """Ties are held by rows of their own; the axes do not bound what they look for."""
    for row in part.axis_rows:
        part.set_row_bounds(row, float("-inf"), float("inf"))
