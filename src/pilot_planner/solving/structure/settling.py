"""Ties among the sets of hosts that hold a plan as good as the best: the same order as for the whole programme."""

from __future__ import annotations

from pilot_planner.programme.programme import Programme
from pilot_planner.solving.branching import Bounds
from pilot_planner.solving.live import DUAL, PRIMAL
from pilot_planner.solving.structure.exact import least_of_set
from pilot_planner.solving.structure.part import Part, States
from pilot_planner.solving.structure.search import SetSearch, SetsFound
from pilot_planner.solving.ties import Aim, aims_in_order, best_in_turn, no_worse


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


def broken_ties(
    search: SetSearch, programme: Programme, found: SetsFound, proven: float, *, anew: bool
) -> tuple[float, ...]:
    """The cheapest plan as good as ``found``, then the one with the largest card share; not tidied.

    ``proven`` is the objective of the best plan in the sense of the design; ``anew`` as in ``best_in_turn``.
    """
    options = search.options
    aims = aims_in_order(programme)
    (objective, first), (cost, _), *_ = aims
    room = options.tie_tolerance * max(1.0, abs(proven))
    best, states, least = found.solution, found.states, cost.value(found.solution)
    for near, nodes in near_sets(found, room).items():
        part = search.part(near)
        if not part.possible:
            # A linking row that nothing is left in is broken; the part does not have it, so only this says so.
            continue
        _open_axes(search, part)
        part.add_row(part.local(objective), *no_worse(proven, first, options))
        part.set_objective(part.local(cost))
        try:
            with search.going_on(part, "cheapest"):
                cheaper = least_of_set(part, options.gap, options.time_limit, _never, least, nodes)
        finally:
            part.remove_last_rows(1)
            part.set_bounds({})
        if cheaper.solution:
            best, states, least = part.whole(cheaper.solution), near, cheaper.value
    if anew:
        return _in_turn(search.fresh_part(states), search, best, aims, proven, anew=True)
    part = search.part(states)
    # From one aim to the next only costs change, which suits the primal simplex; from question to question only sides.
    part.use(part.presolve, DUAL if "in turn" in part.bases else PRIMAL)
    try:
        with search.going_on(part, "in turn", len(aims)):
            return _in_turn(part, search, best, aims, proven, anew=False)
    finally:
        part.use(part.presolve, DUAL)


def _in_turn(
    part: Part, search: SetSearch, best: tuple[float, ...], aims: list[Aim], proven: float, *, anew: bool
) -> tuple[float, ...]:
    _open_axes(search, part)
    local = [(part.local(aim), turn) for aim, turn in aims]
    caps = part.programme.d.cap.values()
    return part.whole(best_in_turn(part, caps, part.taken(best), local, proven, search.options, anew=anew))


def _never() -> bool:
    return False


def _open_axes(search: SetSearch, part: Part) -> None:
    """Ties are held by rows of their own; the axes do not bound what they look for."""
    for row in part.axis_rows:
        part.set_row_bounds(row, float("-inf"), float("inf"))
