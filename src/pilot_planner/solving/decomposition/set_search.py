"""The exact search by sets of hosts: bounds from multipliers close nearly all of them, the rest is solved.

Every set has a bound from each of the multipliers found so far and counts with the best of them. The set with the lowest
bound is next: its linear programme gives multipliers at which its own bound is exact and others' are tighter, its search
over openings and caps a plan. It ends when no set left could improve the best plan by more than the gap.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.branch_and_bound import Bounds, Cancelled
from pilot_planner.solving.decomposition.host_blocks import Blocks
from pilot_planner.solving.decomposition.host_sets import NoSetsError, Sets
from pilot_planner.solving.decomposition.lagrangian_bounds import Pricing
from pilot_planner.solving.decomposition.multiplier_pool import Pool
from pilot_planner.solving.decomposition.set_mip import least_of_set
from pilot_planner.solving.decomposition.set_programme import Part, States
from pilot_planner.solving.sparse_rows import Array

_KEPT_PARTS = 48
"""Live programmes of sets that are kept for the next question."""
_WORTH_PRICING = 2
"""With fewer sets left than this, they are solved without another bound."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A set after its search: nodes that were closed with their values, as in ``branching.Search``."""

    states: States
    closed: tuple[tuple[float, Bounds], ...]


@dataclass
class SetsFound:
    """The end of a search by sets, as a minimisation. ``status`` as in ``branching.Search``.

    ``settled`` are the sets that were searched; ``open`` those that only their bound closed, with that bound. ``room``: the
    absolute gap that was asked for.
    """

    status: str = "infeasible"
    value: float = math.inf
    bound: float = math.inf
    solution: tuple[float, ...] = ()
    states: States = ()
    solved: int = 0
    nodes: int = 0
    room: float = 0.0
    settled: list[Settled] = field(default_factory=list)
    open: list[tuple[float, States]] = field(default_factory=list)


class SetSearch:
    """A programme taken apart, ready to be asked for the best plan of any weighting of some axes under bounds on them."""

    def __init__(self, programme: Programme, axes: Sequence[Linear], options: Solver) -> None:
        """Raises NoSetsError where the table of sets would be too long."""
        self.programme, self.options = programme, options
        self.blocks = Blocks(programme, axes)
        self.axes = np.array([_row(axis, self.blocks.count) for axis in axes])
        self.sets = Sets(self.blocks)
        self.pricing = Pricing(self.blocks, self.axes, options)
        constant = self.axes[:, self.blocks.fixed] @ self.blocks.lower[self.blocks.fixed]
        self.pool = Pool(self.blocks, self.sets, constant)
        self._parts: OrderedDict[States, Part] = OrderedDict()
        self._place_of = {number: place for place, number in enumerate(self.blocks.linking.tolist())}
        self._of_choice = set(self.blocks.choice.tolist())
        self._asked_again = False
        """Whether other sides were taken over: what one question proves is then kept for the next one."""

    @property
    def aim(self) -> tuple[Array, Array]:
        """Weights and bounds that ask for the first axis alone, the others free."""
        weights = np.zeros(len(self.axes))
        weights[0] = 1.0
        return weights, np.full(len(self.axes), np.inf)

    # --- parts of the table ---

    def without(self, host: str) -> Array:
        """Lower bounds that say nothing, and leave out every set in which a host is not."""
        number = self.blocks.hosts.index(host)
        there = np.append(self.sets.host == number, False)[self.sets.members].any(axis=1)
        return np.where(there, -np.inf, np.inf)

    # --- another programme ---

    def same_axes(self, axes: Sequence[Linear]) -> bool:
        """Whether these are the axes of the search."""
        count = self.axes.shape[1]
        return len(axes) == len(self.axes) and all(
            max(axis.terms, default=0) < count and np.array_equal(_row(axis, count), row)
            for axis, row in zip(axes, self.axes, strict=True)
        )

    def take_over(self, programme: Programme) -> bool:
        """Go on with a programme that differs in right sides of linking rows alone; False where more than that differs.

        Blocks, multipliers and live programmes stay; what was proven is proven again for the new sides.
        """
        if not self._only_sides(programme):
            return False
        blocks = self.blocks
        lower, upper = blocks.sides_of(programme)
        blocks.link = replace(blocks.link, lower=lower, upper=upper)
        blocks.programme = self.programme = programme
        self.options = programme.case.design.solver
        self._asked_again = True
        self.pool.forget_the_dead()
        for states in [states for states, part in self._parts.items() if not part.takes_over(lower, upper)]:
            del self._parts[states]
        return True

    def _only_sides(self, programme: Programme) -> bool:
        """Whether a programme differs in sides of linking rows that are not of levels alone, and in nothing else."""
        before = self.programme
        aims = (programme.objective, before.objective)
        if programme.d is not before.d or len(programme.rows) != len(before.rows) or programme.maximise != before.maximise:
            return False
        if aims[0] is not aims[1] and aims[0].terms != aims[1].terms:
            return False
        for number, (old, new) in enumerate(zip(before.rows, programme.rows, strict=True)):
            if old is new:
                continue
            place = self._place_of.get(number)
            if place is None or old.sense != new.sense or old.expression.terms != new.expression.terms:
                return False
            if old.right_side != new.right_side and place in self._of_choice:
                return False
        return True

    # --- the search ---

    def part(self, states: States) -> Part:
        """The live programme of a set."""
        part = self._parts.get(states)
        if part is None:
            part = self._parts[states] = self.fresh_part(states)
            if len(self._parts) > _KEPT_PARTS:
                self._parts.popitem(last=False)
        self._parts.move_to_end(states)
        return part

    def fresh_part(self, states: States) -> Part:
        """The same as it is before anything was solved on it, and nobody else's."""
        return Part(self.blocks, states, self.blocks.link.lower, self.blocks.link.upper, self.options)

    def run(
        self,
        weights: Sequence[float] | Array,
        upper: Sequence[float] | Array,
        gap: float,
        seconds: float,
        cancelled: Cancelled | None = None,
        incumbent: float = math.inf,
        *,
        room: float = 0.0,
        known: Array | None = None,
    ) -> SetsFound:
        """The least weighted sum of the axes; nothing at or above ``incumbent`` is of interest.

        ``room`` is an absolute gap beside the relative one. ``known`` are lower bounds that hold for this question, one for
        each set: infinite for those that are not asked about.
        """
        w, high = np.asarray(weights, dtype=float), np.asarray(upper, dtype=float)
        deadline = time.perf_counter() + seconds
        stopped = cancelled or (lambda: False)
        found = SetsFound(value=incumbent, room=room)
        if not self.sets.count:
            return found
        best = self.pool.bounds(w, high)
        if known is not None:
            best = np.maximum(best, known)
        closed = math.inf
        order: Array | None = None
        while True:
            number = int(np.argmin(best))
            bound = float(best[number])
            if np.isneginf(bound) and np.count_nonzero(np.isneginf(best)) > 1:
                order = self._guess(w) if order is None else order
                number = int(np.argmin(np.where(np.isneginf(best), order, np.inf)))
            if not _worth(bound, found, gap):
                break
            if stopped() or time.perf_counter() > deadline:
                return self._end(found, "stopped", min(bound, closed), best)
            states = self.sets.states(number)
            status, least, duals = self._settle(states, w, high, gap, deadline, stopped, found)
            if status in ("stopped", "unbounded"):
                least = -math.inf if status == "unbounded" else bound
                return self._end(found, status, min(least, closed), best)
            closed = min(closed, least)
            best[number] = np.inf
            axes_matter = duals is None or duals[-len(w) :].any()
            if status == "infeasible" and (np.isposinf(high).all() or not axes_matter):
                self.pool.dead[number] = True
            left = np.flatnonzero(best < _cutoff(found, gap))
            proof = status == "infeasible"
            # A proof that covers its own set holds for later questions too, which then need not solve the set again.
            lasting = proof and self._asked_again
            if duals is not None and (len(left) >= _WORTH_PRICING or lasting):
                prices = self.pricing.prices(np.zeros_like(w) if proof else w, duals)
                asked = np.append(left, number) if lasting else left
                self.pricing.ask(prices, self.sets.used(asked), deadline - time.perf_counter())
                best = np.maximum(best, self.pool.add(prices, w, high))
        return self._end(found, "optimal" if found.solution else "infeasible", min(closed, bound), best)

    @contextmanager
    def going_on(self, part: Part, what: str, most: int = 1) -> Iterator[None]:
        """Linear programmes of a kind, the first ``most`` of which begin where those of the last question ended."""
        if not self._asked_again:
            yield
            return
        with part.series(part.bases.get(what, [])) as ended:
            yield
        part.bases[what] = ended[:most]

    def _guess(self, weights: Array) -> Array:
        """First bounds, without multipliers: only the order in which sets are tried depends on them."""
        prices = self.pricing.prices(weights, np.zeros(self.blocks.link.count))
        self.pricing.guess(prices)
        return self.sets.sums(prices)

    def _settle(
        self,
        states: States,
        weights: Array,
        upper: Array,
        gap: float,
        deadline: float,
        cancelled: Cancelled,
        found: SetsFound,
    ) -> tuple[str, float, Array | None]:
        """Search one set; its status, a bound of what it holds, and multipliers for the others."""
        part = self.part(states)
        if not part.possible:
            return "infeasible", math.inf, None
        part.set_bounds({})
        part.bound_axes(self.axes, upper)
        part.set_costs_of(weights @ self.axes)
        found.solved += 1
        with self.going_on(part, "relaxed"):
            relaxed = part.run(deadline - time.perf_counter(), found.value + _TIES * max(1.0, abs(found.value)))
        if relaxed.status == "infeasible":
            return "infeasible", math.inf, part.link_ray()
        if relaxed.status == "cut":
            # Duals at the cutoff would do for a bound, those at the optimum are better.
            found.settled.append(Settled(states, ((relaxed.value, {}),)))
            again = part.run(deadline - time.perf_counter())
            if again.status == "infeasible":
                return "infeasible", math.inf, part.link_ray()
            return "closed", relaxed.value, part.link_duals() if again.status == "optimal" else None
        if relaxed.status != "optimal":
            return relaxed.status, relaxed.value, None
        duals = part.link_duals()
        if not _worth(relaxed.value, found, gap):
            found.settled.append(Settled(states, ((relaxed.value, {}),)))
            return "closed", relaxed.value, duals
        search = least_of_set(part, gap, deadline - time.perf_counter(), cancelled, found.value, room=found.room)
        found.nodes += search.nodes
        found.settled.append(Settled(states, search.closed))
        if search.solution:
            found.value, found.solution, found.states = search.value, part.whole(search.solution), states
        if search.status in ("stopped", "unbounded"):
            return search.status, search.bound, None
        # A search that found nothing proves that the set has nothing below what was known before.
        return "closed", min([found.value, *(value for value, _ in search.closed)]), duals

    def _end(self, found: SetsFound, status: str, bound: float, best: Array) -> SetsFound:
        found.status = status
        found.bound = min(found.value, bound) if found.solution or status != "infeasible" else math.inf
        if found.solution:
            near = np.flatnonzero(best <= found.value + _TIES * max(1.0, abs(found.value))).tolist()
            found.open = [(float(best[number]), self.sets.states(number)) for number in near]
        return found


def _row(axis: Linear, count: int) -> Array:
    """Coefficients of an axis, one for each column."""
    row = np.zeros(count)
    row[list(axis.terms)] = list(axis.terms.values())
    return row


def _cutoff(found: SetsFound, gap: float) -> float:
    return found.value - max(gap * abs(found.value), found.room) if math.isfinite(found.value) else math.inf


def _worth(bound: float, found: SetsFound, gap: float) -> bool:
    """Whether a set with this bound could still improve the best plan by more than the gap."""
    return bound < _cutoff(found, gap)


_TIES = 2e-3
"""Relative: above the largest tie tolerance that a design may have."""

__all__ = ["NoSetsError", "SetSearch", "SetsFound", "Settled"]
