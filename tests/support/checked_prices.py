"""Prices and cliffs of one design held against plans that are solved cold, by the whole programme, each by itself."""

import random

from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.studies.explain.cliff_ways import ways_of
from pilot_planner.studies.explain.cliffs import _Search
from pilot_planner.studies.explain.shadow_prices import prices, solve_basis
from pilot_planner.studies.planning.plan import make_plan

COLD = {"solver.engine": "whole", "solver.gap": 1e-9, "solver.time_limit": 120}


class ColdPlans:
    """The objective of a design with some settings, by the solver's own search on everything; None without a plan."""

    def __init__(self, inputs, settings):
        self.inputs, self.settings = inputs, settings
        self.known = {}

    def objective(self, changes):
        key = tuple(sorted(changes.items()))
        if key not in self.known:
            try:
                plan = make_plan(None, self.inputs, {**self.settings, **changes, **COLD})
                assert plan.status == "optimal", (changes, plan.status)
                self.known[key] = (plan.outcome.objective, {host.iso3: host.oversight_level for host in plan.hosts})
            except NoPlanError:
                self.known[key] = (None, {})
        return self.known[key]

    def best_with(self, levels, changes):
        """The objective of the best plan with exactly these hosts and levels; None where there is none."""
        required = [f"{host}.{level}" for host, level in sorted(levels.items())]
        fixed = {"required": required, "limits.hosts.max": len(levels)}
        own = dict(changes)
        if "limits.hosts.max" in own and own["limits.hosts.max"] < len(levels):
            return None
        own.pop("limits.hosts.max", None)
        try:
            return self.objective({**own, **{k: tuple(v) if isinstance(v, list) else v for k, v in fixed.items()}})[0]
        except InputError:
            return None


def room(objective):
    """Within which two plans count as equal: a millionth of the objective or one dollar, whichever is more."""
    return max(1.0, 1e-6 * abs(objective))


def check_steps(found, cold, draw, most):
    """Every step that is named gives what a cold solve gives. Returns how many were held against one."""
    base, _ = cold.objective({})
    steps = [
        (f"limits.{one.key}.{one.side}", resolve)
        for one in found.prices
        for resolve in (one.step_looser, one.step_tighter, one.looser, one.tighter)
        if resolve is not None and resolve.status in ("optimal", "infeasible")
    ]
    draw.shuffle(steps)
    for path, resolve in steps[:most]:
        objective, _ = cold.objective({path: resolve.bound})
        where = (path, resolve, objective, base)
        assert (objective is None) == (resolve.change is None), where
        if objective is not None:
            assert abs(resolve.change - (objective - base)) <= room(base), where
    return min(most, len(steps))


def check_cliffs(basis, cold, draw, most):
    """Both sides of every cliff hold: the plan's own hosts and levels are the best on one and not on the other."""
    ways = list(ways_of(basis, "all"))
    draw.shuffle(ways)
    search = _Search(basis.resolves)
    levels = dict(basis.plan.accounts.levels)
    told = 0
    for way in ways[: 12 * most]:
        if told >= most:
            break
        for cliff in search.along(way)[0]:
            told += 1

            def at(value, path=cliff.path):
                return {path: bool(value) if path.startswith("waivers.") else value}

            near, far = at(cliff.stays_at), at(cliff.changes_at)
            best_near, _ = cold.objective(near)
            best_far, _ = cold.objective(far)
            if cliff.kind == "no plan":
                assert best_near is not None, cliff
                assert best_far is None, cliff
                continue
            assert best_near is not None and best_far is not None, cliff
            own_near, own_far = cold.best_with(levels, near), cold.best_with(levels, far)
            assert own_near is not None and abs(own_near - best_near) <= 2 * room(best_near), (cliff, own_near, best_near)
            assert own_far is None or abs(own_far - best_far) > 0.5 * room(best_far), (cliff, own_far, best_far)
            assert abs(cliff.objective - best_far) <= room(best_far), cliff
    return told


def check(seed, inputs, settings, steps, cliffs):
    """One design; returns how many steps and cliffs were held against cold plans, None where it has no plan."""
    draw = random.Random(seed)
    try:
        basis = solve_basis(None, inputs, settings)
    except (NoPlanError, InputError):
        return None
    cold = ColdPlans(inputs, settings)
    found = prices(basis=basis)
    return check_steps(found, cold, draw, steps), check_cliffs(basis, cold, draw, cliffs)
