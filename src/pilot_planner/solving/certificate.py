"""The certificate of a plan: what proves that no other is better, or that there is none, for somebody else to check.

It is made after the search, from what that found: its multipliers, with the duals of every host in every state for them,
close nearly all sets of hosts; what is left is closed by a tree of nodes with the duals or the ray of each leaf. Nothing of
it is believed by ``studies/verification/exact_checker.py``, which adds everything up again in fractions.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from pilot_planner.errors import NoTimeError, SolverError
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.branch_and_bound import Bounds, BranchAndBound
from pilot_planner.solving.decomposition.host_blocks import LEFT_OUT
from pilot_planner.solving.decomposition.lagrangian_bounds import Prices
from pilot_planner.solving.decomposition.linking_columns import of_sides
from pilot_planner.solving.decomposition.multiplier_pool import Pool
from pilot_planner.solving.decomposition.set_programme import Part, States
from pilot_planner.solving.decomposition.set_search import NoSetsError, SetSearch
from pilot_planner.solving.lp_relaxation import LpResult
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.pseudo_costs import Direction, PseudoCosts
from pilot_planner.solving.sparse_rows import Array

FORMAT = "pilot-planner certificate 1"
MOST_NODES = 20_000


def certificate(programme: Programme, outcome: Outcome, solution: tuple[float, ...]) -> dict[str, Any]:
    """The certificate of a proven plan, or of there being none, as plain values; docs/structure.md says what each means.

    Raises SolverError where there is nothing to certify or the programme has too many sets of hosts, NoTimeError.
    """
    if outcome.status not in ("optimal", "infeasible"):
        raise SolverError(f"only what is proven has a certificate; this search ended {outcome.status}")
    return _Certificate(programme, outcome).made(solution)


@dataclass
class _Open:
    """A node that waits: where its tree goes, its bounds, and the bound of its parent with how it was made from that."""

    tree: dict[str, Any]
    bounds: Bounds
    parent: float = -math.inf
    made: tuple[int, Direction, float] | None = None

    def side(self, part: Part, column: int, value: float, side: Direction) -> Bounds:
        """Bounds of the child on one side of a column that is ``value`` here."""
        low, high = self.bounds.get(column, (part.lower[column], part.upper[column]))
        at = float(math.floor(value))
        return {**self.bounds, column: (low, at) if side == "below" else (at + 1.0, high)}


class _Certificate:
    def __init__(self, programme: Programme, outcome: Outcome) -> None:
        options = programme.case.design.solver
        self.programme = programme
        self.deadline = time.perf_counter() + options.time_limit
        sign = -1.0 if programme.maximise else 1.0
        try:
            self.search = SetSearch(programme, [programme.objective * sign], options)
        except NoSetsError as error:
            raise SolverError(f"there is no certificate for this design: {error}") from None
        self.sets = self.search.sets
        value = math.inf if outcome.objective is None else sign * outcome.objective
        self.target = value - (options.gap + _ROUNDING) * max(1.0, abs(value)) if math.isfinite(value) else math.inf
        """As a minimisation: no plan is below."""
        self.sign = sign
        self.nodes = 0
        self.dead: dict[str, dict[str, float]] = {}
        """Rays of hosts in states that their own rows do not allow."""
        found = self.search.run([1.0], [math.inf], options.gap, options.time_limit)
        if found.status not in ("optimal", "infeasible"):
            raise NoTimeError("the search ended before it could be certified; allow more time")

    def made(self, solution: tuple[float, ...]) -> dict[str, Any]:
        blocks = self.search.blocks
        open_sets = np.ones(self.sets.count, dtype=bool)
        multipliers = self._multipliers(open_sets)
        trees = [self._tree_of(self.sets.states(number)) for number in np.flatnonzero(open_sets).tolist()]
        hosts = {
            name: {"columns": blocks.columns_of(host).tolist(), "levels": list(blocks.levels[host])}
            for host, name in enumerate(blocks.hosts)
        }
        return {
            "format": FORMAT,
            "design": self.programme.case.design.name,
            "shape": [len(self.programme.rows), blocks.count],
            "bound": self.sign * self.target if math.isfinite(self.target) else None,
            "solution": list(solution),
            "hosts": hosts,
            "dead": self.dead,
            "multipliers": multipliers,
            "trees": trees,
        }

    # --- sums over hosts ---

    def _multipliers(self, open_sets: Array) -> list[dict[str, Any]]:
        """Multipliers that close sets which none before closed; ``open_sets`` is what is left of them."""
        kept = []
        pool: Pool = self.search.pool
        for rows, impossible in (*((one, False) for one in pool.multipliers()), *((one, True) for one in pool.rays())):
            if not open_sets.any():
                break
            weights = np.zeros(1) if impossible else np.ones(1)
            prices = self.search.pricing.prices(weights, np.append(rows, 0.0))
            left = np.flatnonzero(open_sets)
            duals = self._ask(prices, self.sets.used(left))
            link = self.search.blocks.link
            start = prices.settled + of_sides(prices.multipliers, link.lower, link.upper)
            bounds = start + self.sets.sums(prices)
            size = 1.0 + float(np.abs(prices.multipliers[:-1]).sum())
            closed = open_sets & (bounds > (_RAY * size if impossible else self._enough))
            if not closed.any():
                continue
            open_sets &= ~closed
            used = set(self.sets.used(np.flatnonzero(closed)))
            kept.append(
                {
                    "impossible": impossible,
                    "rows": self._of_links(prices.multipliers),
                    "hosts": {self._state(*key): one for key, one in duals.items() if key in used and one},
                }
            )
        return kept

    @property
    def _enough(self) -> float:
        """A bound in floating point must be a little above what is to be proven in fractions."""
        return self.target + _ROUNDING / 2 * max(1.0, abs(self.target)) if math.isfinite(self.target) else math.inf

    def _ask(self, prices: Prices, wanted: list[tuple[int, int]]) -> dict[tuple[int, int], dict[str, float]]:
        """Fill in values of hosts in states, and keep the duals that give them, by row."""
        found: dict[tuple[int, int], dict[str, float]] = {}
        for key in wanted:
            left = self._left()
            value, duals = self.search.pricing.value_with_duals(*key, prices.reduced, left)
            prices.values[key] = value
            numbers = self.search.blocks.block(*key).numbers.tolist() if len(duals) else []
            rows = {str(row): y for row, y in zip(numbers, duals.tolist(), strict=True) if y != 0.0}
            if math.isinf(value) and value > 0.0:
                self.dead[self._state(*key)] = rows
            else:
                found[key] = rows
        return found

    def _of_links(self, multipliers: Array) -> dict[str, float]:
        linking = self.search.blocks.linking.tolist()
        count = len(linking) - self.search.blocks.axes
        return {str(linking[place]): float(y) for place, y in enumerate(multipliers[:count].tolist()) if y != 0.0}

    def _state(self, host: int, state: int) -> str:
        return f"{self.search.blocks.hosts[host]}:{state}"

    def _left(self) -> float:
        left = self.deadline - time.perf_counter()
        if left <= 0.0:
            raise NoTimeError("the time limit passed before the certificate was complete; solver.time_limit gives it more")
        return left

    # --- nodes of one set ---

    def _tree_of(self, states: States) -> dict[str, Any]:
        named = {self.search.blocks.hosts[host]: state for host, state in states if state != LEFT_OUT}
        part = self.search.fresh_part(states)
        if not part.possible:
            return {"set": named, "tree": _EMPTY}
        part.set_costs_of(self.search.axes[0])
        branching = BranchAndBound(part, 0.0, self._left())
        tightened = list(branching.rounded_rows())
        for number, row, room in tightened:
            part.set_row_bounds(number, -math.inf, row.right_side - room)
        return {"set": named, "tree": self._grown(part, branching)}

    def _grown(self, part: Part, branching: BranchAndBound) -> dict[str, Any]:
        top: dict[str, Any] = {}
        costs = PseudoCosts()
        waiting = [_Open(top, {})]
        while waiting:
            node = waiting.pop()
            self._count_node()
            result = self._relaxed(part, node.bounds)
            if node.made is not None:
                costs.learn(*node.made, min(max(result.value - node.parent, 0.0), self._missing(node.parent)))
            if result.status == "infeasible":
                ray = part.whole_ray(self._left())
                node.tree.update(_EMPTY if ray is None else self._leaf(part, ray, impossible=True))
                continue
            split = [] if result.value >= self._enough else self._to_branch(part, branching, result.solution, node.bounds)
            if not split:
                node.tree.update(self._leaf(part, np.asarray(part.row_duals()), impossible=False))
                continue

            def trial(column: int, side: Direction, node: _Open = node, solution: Any = result.solution) -> float:
                return self._relaxed(part, node.side(part, column, solution[column], side)).value

            column = costs.best(split, result.solution, result.value, self._missing(result.value), trial)
            value = result.solution[column]
            node.tree.update(column=int(part.columns[column]), at=math.floor(value), below={}, above={})
            for side in ("below", "above"):
                bounds = node.side(part, column, value, side)
                waiting.append(_Open(node.tree[side], bounds, result.value, (column, side, value)))
        return top

    def _missing(self, bound: float) -> float:
        """By how much a bound has to rise until its node is closed; a size to compare by where nothing is."""
        return self._enough - bound if math.isfinite(self._enough) else max(1.0, abs(bound))

    def _count_node(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise SolverError(
                f"no certificate was made: it would have more than {MOST_NODES:,} nodes, where a whole-number search of "
                "one set of hosts takes very many; the plan itself was proven by that search, and 'pilot-planner verify' "
                "puts it to other solvers"
            )

    def _relaxed(self, part: Part, bounds: Bounds) -> LpResult:
        part.set_bounds(bounds)
        result = part.run(self._left())
        if result.status not in ("optimal", "infeasible"):
            raise NoTimeError("the time limit passed before the certificate was complete; solver.time_limit gives it more")
        return result

    def _to_branch(self, part: Part, branching: BranchAndBound, solution: Any, bounds: Bounds) -> list[int]:
        """Columns of the first rank in the order of decisions that are not whole."""
        split = [j for j in part.integers if abs(solution[j] - round(solution[j])) > _WHOLE]
        split = [j for j in split if solution[j] > bounds.get(j, (part.lower[j], 0.0))[0]]
        first = min((branching.rank[j] for j in split), default=0)
        return [j for j in split if branching.rank[j] == first]

    def _leaf(self, part: Part, duals: Array, *, impossible: bool) -> dict[str, Any]:
        pricing = self.search.pricing
        costs = np.zeros(self.search.blocks.count) if impossible else self.search.axes[0]
        links = pricing.shared.repaired(part.of_links(duals), costs)
        own = {str(number): y for number, y in part.own_duals(duals).items() if self._has_side(number, y)}
        return {"impossible": impossible, "rows": {**self._of_links(links), **own}}

    def _has_side(self, row: int, y: float) -> bool:
        sense = self.programme.rows[row].sense
        return sense == "=" or (y > 0.0) == (sense == ">=")


_EMPTY: dict[str, Any] = {"impossible": True, "rows": {}}
_ROUNDING = 1e-8
_RAY = 1e-6
_WHOLE = 1e-7
