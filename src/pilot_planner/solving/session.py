"""One programme, handed over once and solved as often as needed."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pilot_planner.errors import NoTimeError, SolverError, WrongPlanError
from pilot_planner.programme.build import Programme
from pilot_planner.programme.decisions import Decisions
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.arithmetic import Arithmetic
from pilot_planner.solving.branch_and_bound import BranchAndBound, Cancelled, Search
from pilot_planner.solving.decomposition.one_set import best_of_others, bound_of_others, others_pass
from pilot_planner.solving.decomposition.set_search import NoSetsError, SetSearch, SetsFound
from pilot_planner.solving.decomposition.tie_breaking import broken_ties
from pilot_planner.solving.lexicographic_order import LEAST_FOR_TIES, aims_in_order, best_in_turn, no_worse, tie_room
from pilot_planner.solving.lp_relaxation import LiveRelaxation
from pilot_planner.solving.outcome import Outcome, Status
from pilot_planner.solving.rounding import Tidier
from pilot_planner.solving.solvers import solve_with, told_bound, told_status
from pilot_planner.solving.sparse_rows import Array

if TYPE_CHECKING:
    import pulp


class Session:
    """A programme in PuLP with the solver and engine of its design."""

    def __init__(self, programme: Programme, beside: Sequence[Linear] = ()) -> None:
        """``beside``: expressions that ``solve_beside`` bounds when the plan is known; until then they are free."""
        self.programme = programme
        self._beside = tuple(beside)
        self.options = programme.case.design.solver
        self._live: LiveRelaxation | None = None
        self._last: Search | None = None
        self._sets: SetSearch | None = None
        self._found: SetsFound | None = None
        self._tidier: tuple[Decisions, Tidier] | None = None
        self._arithmetic: Arithmetic | None = None

    @cached_property
    def problem(self) -> pulp.LpProblem:
        """The programme in PuLP."""
        problem = to_pulp(self.programme)
        if len(problem.variables()) != len(self.programme.d.columns):
            raise SolverError("the problem handed over does not have one variable per column")
        return problem

    @property
    def live(self) -> LiveRelaxation:
        """The linear relaxation in HiGHS, made when first needed."""
        if self._live is None:
            self._live = LiveRelaxation(self.programme)
        return self._live

    def solve(self, cancelled: Cancelled | None = None) -> Outcome:
        """Solve for the design's objective. Raises SolverError when the solver fails without a verdict.

        By sets of hosts where the engine is ``structure`` and the programme has few enough of them; a live relaxation
        that somebody may have changed is searched as it stands.
        """
        if self.options.name != "highs" or self.options.engine != "structure":
            return self._whole()
        if self._live is None and (search := self._by_sets()) is not None:
            return self._solve_by_sets(search, cancelled)
        return self.solve_by_structure(cancelled)

    def solve_under(self, expression: Linear, upper: float) -> Outcome:
        """The best plan in which an expression is at most ``upper``: for a question beside the design's own limits."""
        sign = -1.0 if self.programme.maximise else 1.0
        if self._live is None and self.options.name == "highs" and self.options.engine == "structure":
            try:
                search = SetSearch(self.programme, [self.programme.objective * sign, expression], self.options)
            except NoSetsError:
                pass
            else:
                started = time.perf_counter()
                found = search.run([1.0, 0.0], [math.inf, upper], self.options.gap, self.options.time_limit)
                seconds = time.perf_counter() - started
                return self._outcome(found.status, found.value, found.bound, found.solution, seconds)
        self.live.add_row(expression, -math.inf, upper)
        try:
            return self.solve_by_structure()
        finally:
            self.live.remove_last_rows(1)

    def solve_with(self, host: str) -> Outcome:
        """The best plan that must use a host: for a question beside the design's own limits."""
        whole = self._live is not None or self.options.name != "highs" or self.options.engine != "structure"
        search = None if whole else self._by_sets()
        if search is None:
            return self.solve_under(self.programme.q.chosen(host) * -1.0, -1.0)
        started = time.perf_counter()
        seconds = self.options.time_limit
        found = search.run(*search.aim, self.options.gap, seconds, known=search.without(host))
        return self._outcome(found.status, found.value, found.bound, found.solution, time.perf_counter() - started)

    def _by_sets(self) -> SetSearch | None:
        if self._sets is None:
            sign = -1.0 if self.programme.maximise else 1.0
            try:
                self._sets = SetSearch(self.programme, [self.programme.objective * sign, *self._beside], self.options)
            except NoSetsError:
                return None
        return self._sets

    def solve_beside(self, programme: Programme, upper: Sequence[float]) -> Outcome | None:
        """The best plan of a programme that differs in sides of rows alone, with the expressions beside at most ``upper``.

        It goes on with what the search by sets has proven, which takes a fraction of a search of its own, and is for the
        end: the session is that of the other programme then. None where nothing was searched by sets, or more differs.
        """
        search = self._sets
        if search is None or self._found is None or not search.take_over(programme):
            return None
        self.programme, self.options = programme, programme.case.design.solver
        started = time.perf_counter()
        weights = [1.0] + [0.0] * len(upper)
        found = search.run(weights, [math.inf, *upper], self.options.gap, self.options.time_limit)
        self._found = found
        return self._outcome(found.status, found.value, found.bound, found.solution, time.perf_counter() - started)

    def bounds_of_sets(self) -> Array | None:
        """No plan in a set of hosts has a better objective (as a minimisation) than this; None where nothing was searched
        by sets. In the order of the table of sets, which depends on rows of levels alone."""
        return None if self._sets is None else self._sets.pool.bounds(*self._sets.aim)

    def _solve_by_sets(self, search: SetSearch, cancelled: Cancelled | None) -> Outcome:
        started = time.perf_counter()
        found = search.run(*search.aim, self.options.gap, self.options.time_limit, cancelled)
        self._found = found
        return self._outcome(found.status, found.value, found.bound, found.solution, time.perf_counter() - started)

    def bound_of_others(self, levels: Mapping[str, str], target: float | None = None) -> float:
        """What no plan with other hosts or levels than these (level by host) passes, in the sense of the design.

        After a search by sets that ended; else infinite, which says nothing. With a ``target`` the search goes on, if it
        has to, until they are known not to pass it or one of them does.
        """
        sign = -1.0 if self.programme.maximise else 1.0
        if self._sets is None or self._found is None or self._found.status != "optimal":
            return -sign * math.inf
        bound = bound_of_others(self._sets, self._found, levels)
        if target is not None and bound < sign * target and not others_pass(self._sets, levels, sign * target):
            return target
        return sign * bound

    def best_of_others(self, levels: Mapping[str, str]) -> float:
        """What the best plan with other hosts or levels than these is worth, in the sense of the design, if sets tell."""
        sign = -1.0 if self.programme.maximise else 1.0
        if self._sets is None or self._found is None or self._found.status != "optimal":
            return -sign * math.inf
        return sign * best_of_others(self._sets, levels)

    def solve_by_structure(self, cancelled: Cancelled | None = None, known: Sequence[float] = ()) -> Outcome:
        """Our own branch and bound on the live relaxation, with every row that was added to it, from a known solution."""
        started = time.perf_counter()
        search = BranchAndBound(self.live, self.options.gap, self.options.time_limit, cancelled).run(known=known)
        self._last, self._found = search, None
        return self._outcome(search.status, search.value, search.bound, search.solution, time.perf_counter() - started)

    def _outcome(self, status: str, value: float, bound: float, solution: tuple[float, ...], seconds: float) -> Outcome:
        """The end of a search, in the sense of the design."""
        sign = -1.0 if self.programme.maximise else 1.0
        match status:
            case "infeasible":
                return Outcome("infeasible", None, None, (), seconds)
            case "unbounded":
                return Outcome("unbounded", None, None, (), seconds)
            case "stopped" if not solution:
                raise NoTimeError(f"stopped after {seconds:.1f} s before any plan was found; allow more time")
            case _:
                self.ensure(solution)
                ended: Status = "optimal" if status == "optimal" else "time_limit"
                return Outcome(ended, sign * value, sign * bound, solution, seconds)

    def _whole(self) -> Outcome:
        problem = self.problem
        started = time.perf_counter()
        stats = solve_with(problem, self.options)
        seconds = time.perf_counter() - started
        status = told_status(stats)
        if not stats.has_solution:
            if status == "infeasible":
                return Outcome(status, None, None, (), seconds)
            # A presolve may end without telling infeasible from unbounded, and a verdict of unbounded may be wrong; the
            # relaxation can tell.
            relaxed = self.live.run(max(LEAST_FOR_TIES, self.options.time_limit - seconds)).status
            if relaxed in ("infeasible", "unbounded"):
                return Outcome(relaxed, None, None, (), seconds)
            if status == "unbounded":
                raise SolverError(
                    f"the solver {self.options.name!r} says that the objective has no end, and the linear relaxation refutes"
                    " it; set solver.name to 'highs' and solver.engine to 'structure'"
                )
            raise NoTimeError(f"the solver stopped after {seconds:.1f} s without any plan ({stats.status_str})")
        solution = self._exact(tuple(float(variable.varValue or 0.0) for variable in self.problem.variables()))
        objective = self.programme.objective.value(solution)
        bound, told = self._bound(status, objective, told_bound(stats, self.options.name))
        return Outcome(status, objective, bound, solution, seconds, told)

    def _exact(self, solution: tuple[float, ...]) -> tuple[float, ...]:
        """A solver's solution with whole numbers that are whole, the rest solved again where it missed anything.

        Solvers take 0.999999 for 1, and programs of their own write seven digits. Raises WrongPlanError where the whole
        numbers have no solution.
        """
        if self._checked.worst(solution).relative > _NOISE:
            live = self.live
            live.set_bounds({j: (float(round(solution[j])), float(round(solution[j]))) for j in live.integers})
            result = live.run_held(self.options.time_limit)
            live.set_bounds({})
            if result.status == "optimal":
                solution = tuple(result.solution)
        self._checked.ensure(solution)
        return solution

    def _bound(self, status: Status, objective: float, told: float | None) -> tuple[float, bool]:
        """What no plan passes, and whether a search gave it.

        As the solver told it, else as the gap that it says it reached has it (which nobody gave), else as the relaxation
        gives it.
        """
        sign = -1.0 if self.programme.maximise else 1.0
        if told is not None:
            return sign * told, True
        if status == "optimal":
            return objective - sign * self.options.gap * abs(objective), False
        relaxed = self.live.run(max(LEAST_FOR_TIES, self.options.time_limit))
        return sign * relaxed.value, True

    def break_ties(self, best: Outcome, *, anew: bool = True) -> tuple[float, ...]:
        """Among plans as good as ``best``, the cheapest, and among those the one with the largest card share.

        First the cheapest choice of hosts, levels, sectors and posts, by branch and bound on cost; then, with these
        held and nobody hired above the caps found, cost and card share by linear programmes. The objective may fall
        by the design's tie tolerance. Caps come out as the smallest whole numbers that hold. With ``anew`` the same choices
        give the same plan to the last digit whatever was solved before; without, the linear programmes begin where the
        last ones ended, which is faster and the same within the tie tolerance.
        """
        p = self.programme
        proven = p.objective.value(best.solution)
        deadline = time.perf_counter() + max(LEAST_FOR_TIES, self.options.time_limit - best.seconds)
        if self._sets is not None and self._found is not None:
            left = deadline - time.perf_counter()
            return self._settled(broken_ties(self._sets, p, self._found, proven, left, anew=anew), best)
        solution = self._cheapest_choices(best.solution, proven, deadline)
        try:
            aims, left = aims_in_order(p), deadline - time.perf_counter()
            caps = p.d.cap.values()
            found = best_in_turn(self.live, caps, solution, aims, proven, self.options, left, anew=anew)
            return self._settled(found, best)
        finally:
            self.live.set_objective(p.objective * (-1.0 if p.maximise else 1.0))

    def _settled(self, solution: tuple[float, ...], best: Outcome) -> tuple[float, ...]:
        """A plan after its ties were broken, tidied; the best one as it was found where that misses what it held."""
        try:
            return self.tidy(solution)
        except WrongPlanError:
            return self.tidy(best.solution)

    def _cheapest_choices(self, best: tuple[float, ...], proven: float, deadline: float) -> tuple[float, ...]:
        """The cheapest plan as good as the best, choices free.

        After a search of ours only the nodes that it closed near the optimum can hold such a plan, which are few; after
        a solver's own search all of the programme is searched.
        """
        p, live = self.programme, self.live
        sign = -1.0 if p.maximise else 1.0
        room = tie_room(proven, self.options)
        below = None if self._last is None else self._last.near(room)
        cost = p.metric("operating_cost")
        live.add_row(p.objective, *no_worse(proven, sign, room))
        live.set_objective(cost)
        try:
            search = BranchAndBound(live, self.options.gap, deadline - time.perf_counter())
            found = search.run(incumbent=cost.value(best), below=below)
        finally:
            live.remove_last_rows(1)
            live.set_objective(p.objective * sign)
            live.set_bounds({})
        return found.solution or best

    def tidy(self, solution: tuple[float, ...]) -> tuple[float, ...]:
        """Whole numbers where they belong, no noise below the solver's tolerance, smallest caps that hold.

        Raises WrongPlanError where that misses a row: nobody sees it.
        """
        if self._tidier is None or self._tidier[0] is not self.programme.d:
            self._tidier = (self.programme.d, Tidier(self.programme))
        tidied = self._tidier[1].tidy(solution, self.programme)
        self.ensure(tidied)
        return tidied

    def ensure(self, solution: Sequence[float]) -> None:
        """Raises WrongPlanError where a solution misses a row, a bound or a whole number of the programme."""
        self._checked.ensure(solution)

    @property
    def _checked(self) -> Arithmetic:
        if self._arithmetic is None:
            self._arithmetic = Arithmetic(self.programme)
        return self._arithmetic.of(self.programme)


_NOISE = 1e-9
"""Relative: rows that are missed by less are met."""
