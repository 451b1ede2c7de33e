"""Which limits of an impossible design cannot hold together: a minimal set, each test of it proven by solving."""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.case.case import Case, make_case
from pilot_planner.design.schema import LimitBounds
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.limits import Kind, Side, find_limit
from pilot_planner.solving.elastic import TOLERANCE, Bound
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.plan import Progress

ORDER: tuple[Kind, ...] = ("money", "capacity", "safeguard", "legal")
"""In which limits are told and repairs offered; legal ones never are."""


class Conflicts:
    """The bounds of one design that has no plan, and which of them are to blame."""

    def __init__(self, case: Case, programme: Programme, bounds: Sequence[Bound], progress: Progress) -> None:
        """``bounds``: those of the design that have rows of their own in its programme."""
        self._case = case
        self._programme = programme
        self._bounds = sorted(bounds, key=_weight, reverse=True)
        self._progress = progress

    def shortest(self) -> list[Bound]:
        """A minimal set of bounds that cannot hold together: without any one of them there is a plan."""
        found = self._grown(self._bounds)
        if len(found) > _SHORT:
            # Which minimal conflict is found depends on the order; of two, the shorter one says more.
            found = min(found, self._grown(self._bounds[::-1]), key=len)
        return found

    def possible(self, kept: Sequence[Bound]) -> bool:
        """Whether a plan holds all of ``kept``, whatever happens to the other bounds."""
        return self._under(kept).status != "infeasible"

    def _grown(self, bounds: list[Bound]) -> list[Bound]:
        """Grown by a bound that the last plan breaks until there is no plan, then left without one bound after the other.

        Where there is a choice the last of ``bounds`` are taken in first and the first of them left out first: a conflict
        is told by money and capacity, not by safeguards, where it can be.
        """
        kept: list[Bound] = []
        breaks: list[set[Bound]] = []
        while (outcome := self._under(kept)).status != "infeasible":
            self._progress("looking for what conflicts", 0.15 * len(kept) / len(bounds))
            broken = self._broken(outcome.solution).difference(kept)
            if not broken:
                # Broken by less than can be told apart: all together then, which have no plan.
                kept = list(bounds)
                break
            breaks.append(broken)
            # What every plan has broken so far is likely to be part of it; of those the last in order.
            kept.append(max(broken, key=lambda one: (sum(one in others for others in breaks), bounds.index(one))))
        # A limit that no plan has met may have none even alone, which says most.
        for bound in bounds:
            if bound not in kept and all(bound in others for others in breaks) and not self.possible([bound]):
                return [bound]
        for place, bound in enumerate([one for one in bounds if one in kept]):
            self._progress("looking for what conflicts", 0.15 + 0.15 * place / len(bounds))
            rest = [other for other in kept if other != bound]
            # A plan that breaks none of them is known already, or it is looked for.
            if all(others.intersection(rest) for others in breaks) and not self.possible(rest):
                kept = rest
        return sorted(kept, key=_weight)

    def _under(self, kept: Sequence[Bound]) -> Outcome:
        """The best plan that holds all of ``kept`` and no other bound, by our own search whatever the design asks for."""

        def held(key: str, side: Side, bound: float | None) -> float | None:
            return bound if (key, side) in kept or (key, side) not in self._bounds else None

        design = self._case.design
        limits = {
            key: LimitBounds.model_construct(min=held(key, "min", old.min), max=held(key, "max", old.max))
            for key, old in design.limits.items()
        }
        solver = design.solver.model_copy(update={"name": "highs", "engine": "structure"})
        freed = design.model_copy(update={"limits": limits, "solver": solver})
        return Session(build(make_case(freed, self._case.inputs))).solve()

    def _broken(self, solution: Sequence[float]) -> set[Bound]:
        """The bounds that a plan of other bounds breaks; none where there is no plan to look at."""
        found: set[Bound] = set()
        for row in self._programme.rows if solution else ():
            if row.limit is not None:
                room = TOLERANCE * max(1.0, abs(row.right_side))
                over = row.expression.value(solution) - row.right_side
                if (over if row.sense == "<=" else -over) > room:
                    found.add((row.limit.key, row.limit.side))
        return found


_SHORT = 2
"""Bounds of a conflict that no other order betters: one limit that alone has no plan is found in any order."""


def _weight(bound: Bound) -> int:
    """Place of a bound's kind in the order in which repairs are offered."""
    limit = find_limit(bound[0])
    return 0 if limit is None else ORDER.index(limit.kind_of(bound[1]))
