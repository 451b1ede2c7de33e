"""The linear programme of one plan: with every choice held, what a limit's bound is worth and where that holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from pilot_planner.case.case import with_other_ceilings
from pilot_planner.design.schema import LimitBounds
from pilot_planner.errors import NoPlanError, SolverError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.limits import LimitRow, Side
from pilot_planner.solving.warm_start import ChangingRelaxation, same_structure
from pilot_planner.studies.explain.price_records import NOTHING
from pilot_planner.studies.planning.accounts import Accounts
from pilot_planner.studies.planning.limit_status import standings
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.sweeps.sweep import exchanged

SMALL = 1e-5
"""Relative change of a bound for the one-sided checks."""
_ON_LINE = 1e-4
"""Relative difference up to which a re-solved optimum lies on the line of its price."""
_ON_CURVE = 0.01
"""The same for a bound that is multiplied: there the price changes with the bound and is told to hold to a hundredth."""
_EXACT_END = 1e-3
_EXACT_END_OF_CURVES = 0.02
"""Relative: where a curve leaves its tangent by a hundredth need not be known to a thousandth."""
_MOST_STEPS = 16
_NOISE = 1e-11


class HeldProgramme:
    """A plan's linear programme, kept live: hosts, levels, sectors and whole posts as they are, caps continuous."""

    def __init__(self, plan: Plan, solution: Sequence[float]) -> None:
        self.plan = plan
        self.programme = plan.programme
        self.design = self.programme.case.design
        self.sign = -1.0 if self.programme.maximise else 1.0
        caps = set(self.programme.d.cap.values())
        self.held = {
            j: (float(round(solution[j])), float(round(solution[j])))
            for j, column in enumerate(self.programme.d.columns)
            if column.integer and j not in caps
        }
        self.live = ChangingRelaxation(self.programme)
        self.live.set_bounds(self.held)
        result = self.live.run(self.design.solver.time_limit)
        if result.status != "optimal":
            raise SolverError("the linear programme of the plan could not be solved, so its limits have no prices")
        self.value = result.value
        self.solution = tuple(result.solution)
        self.duals = self.live.row_duals()
        self.at = {row.name: place for place, row in enumerate(self.programme.rows)}
        self.levels = Accounts(plan.accounts.levels, (), (), (), (), ())
        self.found = self.solution
        self._changed_last: tuple[tuple[str, Side, float], Programme] | None = None
        self._same = True

    def is_linear(self, key: str, side: Side) -> bool:
        """Whether the bound is a right side, so that the price is the same all along its range."""
        return all(row.denominator is None and not row.implied for row in self.rows(key, side))

    def rows(self, key: str, side: Side) -> list[LimitRow]:
        return [row for row in self.programme.limit_rows if row.key == key and row.side == side]

    # --- the derivative ---

    def _changed(self, key: str, side: Side, bound: float) -> Programme:
        """The same programme with another bound of one limit."""
        asked = (key, side, bound)
        if self._changed_last is None or self._changed_last[0] != asked:
            old = self.design.limits.get(key, LimitBounds())
            new = LimitBounds.model_construct(
                min=bound if side == "min" else old.min, max=bound if side == "max" else old.max
            )
            design = self.design.model_copy(update={"limits": {**self.design.limits, key: new}})
            made = exchanged(self.programme, design, [key], self.levels.levels)
            # What is exchanged in place has the same rows and columns.
            self._same = made is not None
            self._changed_last = (asked, made or build(with_other_ceilings(self.programme.case, design)))
        return self._changed_last[1]

    def by_duals(self, key: str, side: Side, bound: float) -> float:
        """Change of the objective metric per unit of the bound, from the duals of every row that the bound is in."""
        step = max(abs(bound), 1.0) * SMALL
        other = self._changed(key, side, bound + step)
        total = 0.0
        for row in other.rows:
            place = self.at.get(row.name)
            if place is None:
                continue
            dual = self.duals[place]
            before = self.programme.rows[place]
            if dual == 0.0 or row is before:
                continue
            right = row.right_side - before.right_side
            left = row.expression.value(self.solution) - before.expression.value(self.solution)
            total += dual * (right - left)
        return self.sign * total / step

    def one_sided(self, key: str, side: Side, bound: float, step: float, per: float) -> float:
        """Change of the objective metric per ``per`` of the bound when it moves by ``step``, by solving again."""
        if side == "max" and bound + step < 0 and bound >= 0:
            return 0.0
        value = self._optimum(key, side, bound + step)
        return math.nan if value is None else self.sign * (value - self.value) / step * per

    def _optimum(self, key: str, side: Side, bound: float) -> float | None:
        """The linear programme's optimum (as a minimum) with another bound; None where it has none."""
        try:
            other = self._changed(key, side, bound)
        except NoPlanError:
            return None
        if not (self._same or same_structure(self.live.programme, other)):
            return None
        self.live.take_over(other)
        self.live.set_bounds(self.held)
        try:
            result = self.live.run(self.design.solver.time_limit)
        except SolverError:
            return None
        self.found = tuple(result.solution)
        return result.value if result.status == "optimal" else None

    # --- where it holds ---

    def holds(
        self, key: str, side: Side, bound: float, loosen: float, slopes: tuple[float, float], per: float
    ) -> tuple[float | None, float | None, str]:
        """Bounds between which the price of either direction holds, and what binds beyond on the loosening side."""
        directions = (loosen, -loosen)
        ends = [
            self._end(key, side, bound, direction, slope, per) for direction, slope in zip(directions, slopes, strict=True)
        ]
        reached = ends[0]
        then = "" if reached is None else self._binding_beyond(key, side, reached + loosen * max(abs(reached), per) * 0.01)
        open_ends = [direction * math.inf if end is None else end for end, direction in zip(ends, directions, strict=True)]
        low, high = sorted(open_ends)
        return (None if math.isinf(low) else low), (None if math.isinf(high) else high), then

    def _end(self, key: str, side: Side, bound: float, direction: float, slope: float, per: float) -> float | None:
        """How far the bound can move before the optimum leaves the line.

        None when it does not within ten times the bound (or ten steps, whichever is more) or as far as the bound can go,
        and where the price is nothing, which has no range. What is told has been solved and lies on the line.
        """
        if not math.isfinite(slope) or abs(slope) * per <= NOTHING:
            return None
        linear = self.is_linear(key, side)
        close, exact = (_ON_LINE, _EXACT_END) if linear else (_ON_CURVE, _EXACT_END_OF_CURVES)

        def off(distance: float) -> float:
            """How far the optimum is off the line, as a share of what the price says; infinite where there is none."""
            value = self._optimum(key, side, bound + direction * distance)
            if value is None:
                return math.inf
            expected = self.value + self.sign * slope * direction * distance
            beyond = abs(value - expected) - _NOISE * max(1.0, abs(self.value))
            return max(0.0, beyond) / (abs(slope) * distance)

        size = max(abs(bound), per)
        limit = bound if direction < 0 and bound > 0 else size * 10.0
        near, far = 0.0, min(size * 0.01, limit)
        while (share := off(far)) <= close:
            if far >= limit:
                return None
            # A smooth curve leaves its tangent in proportion.
            growth = 3.0 if linear or not share else min(4.0, max(1.2, 1.2 * close / share))
            near, far = far, min(far * growth, limit)
        return bound + direction * _crossing(off, close, near, (far, share), exact)

    def _binding_beyond(self, key: str, side: Side, bound: float) -> str:
        """Labels of limits that bind just beyond the end and not now."""
        if self._optimum(key, side, bound) is None:
            return ""
        programme = self._changed(key, side, bound)
        now = {(one.key, one.scope) for one in self.plan.limits if one.binding}
        beyond = standings(programme, self.found, self.levels)
        new = [one for one in beyond if one.binding and (one.key, one.scope) not in now and one.key != key]
        return ", ".join(dict.fromkeys(_named(one.label, one.scope) for one in new))


def _crossing(off: Callable[[float], float], close: float, near: float, beyond: tuple[float, float], exact: float) -> float:
    """The last distance at which ``off`` is no more than ``close``, to ``exact`` of itself, from a distance ``near`` where
    it is not more and one ``beyond`` with its value. Whatever is returned has been tried.

    An optimum is convex or concave in a right side, so the line through two points beyond meets the limit between the
    crossing and the nearer one: on a piecewise linear function in the crossing itself, once both lie on the same piece.
    Where that does not help, the middle is tried.
    """
    far, over = beyond
    farther: tuple[float, float] | None = None
    for _ in range(_MOST_STEPS):
        if far - near <= exact * far:
            break
        by_line = math.nan if farther is None else _on_limit(close, (far, over), farther)
        # As near as it gets from beyond, what is a little nearer settles it.
        by_line = min(by_line, far * (1.0 - exact)) if by_line >= far * (1.0 - exact / 2.0) else by_line
        tried = by_line if near < by_line < far else (near + far) / 2.0
        found = off(tried)
        if found > close:
            farther, far, over = (far, over), tried, found
        elif tried == by_line:
            return tried
        else:
            near = tried
    return near


def _on_limit(close: float, beyond: tuple[float, float], farther: tuple[float, float]) -> float:
    """Where the line through two points, amounts beyond what is allowed, comes down to it; no number where it does not."""
    (far, over), (farthest, more) = beyond, farther
    if not math.isfinite(more):
        return math.nan
    amount = (over - close) * far
    rise = (more - close) * farthest - amount
    return far - amount * (farthest - far) / rise if rise > 0.0 else math.nan


def _named(label: str, scope: str) -> str:
    return label if scope == "programme" else f"{label} ({scope})"
