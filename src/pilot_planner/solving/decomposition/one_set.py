"""The best of one set of hosts at settled levels, and what no other set passes: enough to know that a choice stays."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.decomposition.host_blocks import Blocks
from pilot_planner.solving.decomposition.set_mip import least_of_set
from pilot_planner.solving.decomposition.set_programme import Part
from pilot_planner.solving.decomposition.set_search import SetSearch, SetsFound
from pilot_planner.solving.outcome import Outcome, Status
from pilot_planner.solving.sparse_rows import Array


def best_with(programme: Programme, levels: Mapping[str, str], options: Solver) -> Outcome | None:
    """The best plan with exactly these hosts at these levels (level by host); None where the search was stopped.

    Status ``infeasible`` where there is none, also where a host or level is not in the programme.
    """
    started = time.perf_counter()
    sign = -1.0 if programme.maximise else 1.0
    aim = programme.objective * sign
    blocks = Blocks(programme, [aim])
    states = blocks.states_named(levels)
    infeasible = Outcome("infeasible", None, None, (), 0.0)
    if len(states) != len(levels):
        return infeasible
    part = Part(blocks, states, blocks.link.lower, blocks.link.upper, options)
    if not part.possible:
        return infeasible
    costs = np.zeros(blocks.count)
    costs[list(aim.terms)] = list(aim.terms.values())
    part.set_bounds({})
    part.set_costs_of(costs)
    relaxed = part.run(options.time_limit)
    if relaxed.status == "infeasible":
        return infeasible
    if relaxed.status != "optimal":
        return None
    seconds = options.time_limit - (time.perf_counter() - started)
    search = least_of_set(part, options.gap, seconds, lambda: False, np.inf)
    if search.status not in ("optimal", "infeasible"):
        return None
    if not search.solution:
        return infeasible
    status: Status = "optimal"
    took = time.perf_counter() - started
    return Outcome(status, sign * search.value, sign * search.bound, part.whole(search.solution), took)


def bound_of_others(search: SetSearch, found: SetsFound, levels: Mapping[str, str]) -> float:
    """What no plan with other hosts or levels passes, as a minimisation, after a search that ended."""
    best = search.pool.bounds(*search.aim)
    for one in found.settled:
        number = search.sets.number_of(one.states)
        if number is not None:
            best[number] = max(best[number], min((value for value, _ in one.closed), default=np.inf))
    own = search.sets.number_of(search.blocks.states_named(levels))
    if own is not None:
        best[own] = np.inf
    return float(best.min(initial=np.inf))


def best_of_others(search: SetSearch, levels: Mapping[str, str]) -> float:
    """What the best plan with other hosts or levels is worth, as a minimisation: no such plan passes it."""
    found = search.run(*search.aim, 0.0, search.options.time_limit, known=_but(search, levels))
    return found.bound if found.status in ("optimal", "infeasible") else -np.inf


def others_pass(search: SetSearch, levels: Mapping[str, str], target: float) -> bool:
    """Whether a plan with other hosts or levels may be below ``target``, as a minimisation; False is proven."""
    found = search.run(*search.aim, 0.0, search.options.time_limit, incumbent=target, known=_but(search, levels))
    return found.status != "infeasible" or bool(found.solution)


def _but(search: SetSearch, levels: Mapping[str, str]) -> Array:
    """Bounds that say nothing, and leave out one set."""
    known = np.full(search.sets.count, -np.inf)
    own = search.sets.number_of(search.blocks.states_named(levels))
    if own is not None:
        known[own] = np.inf
    return known
