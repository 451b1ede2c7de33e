"""The optimum of a tiny programme by trying every choice: levels and openings one by one, the rest by a solver through PuLP.

Shares nothing with the searches but the programme itself: no relaxation of ours, no multipliers, no branching.
"""

from __future__ import annotations

import itertools
import math

import pulp

from pilot_planner.programme.hand_over import to_pulp


def by_trying_everything(programme) -> float | None:
    """The best objective in the sense of the design; None where no choice has a plan."""
    d = programme.d
    problem = to_pulp(programme)
    variables = problem.variables()
    best = math.inf
    for choice in _choices(programme):
        for j in (*d.level.values(), *d.open.values()):
            value = 1.0 if j in choice else 0.0
            variables[j].lowBound = variables[j].upBound = value
        stats = problem.solve(pulp.HiGHS(msg=False, gapRel=0.0, gapAbs=0.0))
        if stats.status == pulp.LpSolveStatus.Optimal:
            best = min(best, pulp.value(problem.objective))
    if math.isinf(best):
        return None
    return -best if programme.maximise else best


def _choices(programme):
    """Every set of columns of levels and openings that may stand at 1."""
    d = programme.d
    of_host = []
    for host in programme.case.hosts:
        options = [frozenset()]
        for level in programme.case.levels:
            opens = [j for (h, _, name), j in d.open.items() if (h, name) == (host.iso3, level.level)]
            column = d.level[host.iso3, level.level]
            for count in range(len(opens) + 1):
                options += [frozenset({column, *some}) for some in itertools.combinations(opens, count)]
        of_host.append(options)
    for parts in itertools.product(*of_host):
        yield frozenset().union(*parts)
