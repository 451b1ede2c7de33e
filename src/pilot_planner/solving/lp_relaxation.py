"""A programme kept alive in HiGHS as a linear relaxation: bounds change, the basis stays."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.errors import SolverError
from pilot_planner.programme.build import Programme
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.sparse_rows import Array, Rows
from pilot_planner.solving.threads import a_pool_of

Basis = Any
"""A basis as HiGHS keeps it."""
LpStatus = Literal["optimal", "infeasible", "unbounded", "stopped", "cut"]

_INTEGER_TOLERANCE = 1e-6
_LEAST_SECONDS = 0.01
_ROOM_ABOVE_WORST = 1e-3
DUAL, PRIMAL = 1, 4
"""HiGHS's numbers of its simplex strategies."""
_PATIENCE = 2
"""Iterations for each row and column before a solve with a cutoff begins anew without; most take a tenth of one."""
NO_LIMIT = 2**31 - 1
"""HiGHS's number for as many iterations as it takes."""
_NO_SCALING, _USUAL_SCALING = 0, 2
"""HiGHS's numbers of ways to scale rows and columns."""


class NoVerdictError(SolverError):
    """A linear programme ended without a verdict, whatever was tried: nothing is known about it."""


@dataclass(frozen=True, slots=True)
class LpResult:
    """The end of one linear programme, always a minimisation. ``cut``: it is proven to be no better than ``value``, which
    was asked for, and was not solved to the end."""

    status: LpStatus
    value: float
    solution: Sequence[float]


class LiveRelaxation:
    """The linear relaxation of a programme in one HiGHS object.

    Handed over once, then changed in place: a re-solve after a change of bounds starts from the last
    basis, which is what makes branching and sweeps fast. The objective is a minimisation.
    """

    presolve = "choose"
    strategy = DUAL
    """Usual options of HiGHS; small programmes are faster without a presolve."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        rows = Rows.of(programme.rows)
        self.lower = np.array([-np.inf if c.lower is None else c.lower for c in programme.d.columns])
        self.upper = np.array([np.inf if c.upper is None else c.upper for c in programme.d.columns])
        self.integers = [j for j, column in enumerate(programme.d.columns) if column.integer]
        self._start(self._costs_of(programme), rows, programme.case.design.solver)

    def _start(self, costs: Any, rows: Rows, options: Solver) -> None:
        """Hand columns and rows over to HiGHS."""
        import highspy

        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(costs), rows.count
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = costs, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = rows.lower, rows.upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = rows.start.astype(np.int32)
        lp.a_matrix_.index_ = rows.column.astype(np.int32)
        lp.a_matrix_.value_ = rows.value
        # Devex pricing would be a third faster, and often ends without a verdict on infeasible programmes: not worth it.
        model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        model.setOptionValue("output_flag", False)
        self._threads = options.threads
        model.setOptionValue("random_seed", options.seed)
        if model.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS does not take the programme")
        self._highs = model
        self._asks_for_whole = False
        """Whether some columns are whole in the object as it stands."""
        self._set: dict[str, object] = {}
        """Options as they were set last: each call to the solver takes about a hundredth of a small programme."""
        self._known_worst: tuple[Any, Any, Any, float] | None = None
        self._costs = costs
        self._changed: dict[int, tuple[float, float]] = {}
        self.widened: set[int] = set()
        """Rows in which columns stand that the programme does not have."""
        self.solves = 0
        self.searched: tuple[object, Any] | None = None
        """A programme and what searches worked out about it, which the next search of the same programme takes up."""
        self._starts: list[Basis] = []
        self._ended: list[Basis] | None = None
        self._as_usual()

    def set_bounds(self, bounds: Mapping[int, tuple[float, float]]) -> None:
        """Bounds of some columns; every other column gets back its own."""
        wanted = {j: (self.lower[j], self.upper[j]) for j in self._changed if j not in bounds}
        wanted.update({j: pair for j, pair in bounds.items() if self._changed.get(j) != pair})
        if wanted:
            columns = np.fromiter(wanted, dtype=np.int32, count=len(wanted))
            low = np.array([pair[0] for pair in wanted.values()], dtype=np.float64)
            high = np.array([pair[1] for pair in wanted.values()], dtype=np.float64)
            self._highs.changeColsBounds(len(wanted), columns, low, high)
        self._changed = dict(bounds)

    def set_objective(self, objective: Linear) -> None:
        """Another objective, to be minimised."""
        costs = np.zeros(len(self.lower))
        for column, coefficient in objective.terms.items():
            costs[column] = coefficient
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        self._costs = costs

    def value(self, solution: Sequence[float]) -> float:
        """The objective, as it is minimised, at a solution."""
        return float(self._costs @ np.asarray(solution))

    def _costs_of(self, programme: Programme) -> Any:
        sign = -1.0 if programme.maximise else 1.0
        costs = np.zeros(len(programme.d.columns))
        for column, coefficient in programme.objective.terms.items():
            costs[column] = sign * coefficient
        return costs

    def _worst(self) -> float:
        """No solution within the bounds of the columns has a larger objective than this, rounding allowed for."""
        costs, known = self._costs, self._known_worst
        # Another objective or other bounds are always other arrays.
        if known is not None and known[0] is costs and known[1] is self.lower and known[2] is self.upper:
            return known[3]
        used = np.flatnonzero(costs)
        ends = np.where(costs[used] > 0.0, self.upper[used], self.lower[used])
        worst = float(costs[used] @ ends) + 1.0 + _ROOM_ABOVE_WORST * float(np.abs(costs).sum())
        self._known_worst = (costs, self.lower, self.upper, worst)
        return worst

    def _may_be_endless(self) -> bool:
        """Whether the bounds of the columns let the objective fall without end."""
        ends = np.where(self._costs > 0.0, self.lower, np.where(self._costs < 0.0, self.upper, 0.0))
        return not np.isfinite(ends).all()

    def _option(self, name: str, value: object) -> None:
        if self._set.get(name) != value:
            self._highs.setOptionValue(name, value)
            self._set[name] = value

    def add_row(self, expression: Linear, lower: float, upper: float) -> int:
        """One more row: lower <= expression <= upper. Returns its number."""
        columns = np.fromiter(expression.terms, dtype=np.int32, count=len(expression.terms))
        values = np.fromiter(expression.terms.values(), dtype=np.float64, count=len(expression.terms))
        self._highs.addRow(lower, upper, len(columns), columns, values)
        return int(self._highs.getNumRow()) - 1

    def set_row_bounds(self, row: int, lower: float, upper: float) -> None:
        """Other bounds for a row, by its number: rows of the programme in order, then those that were added."""
        self._highs.changeRowBounds(row, lower, upper)

    def add_column(self, cost: float, lower: float, upper: float, rows: Mapping[int, float]) -> int:
        """One more continuous column with its coefficients in some rows. Returns its number."""
        numbers = np.fromiter(rows, dtype=np.int32, count=len(rows))
        values = np.fromiter(rows.values(), dtype=np.float64, count=len(rows))
        self._highs.addCol(cost, lower, upper, len(numbers), numbers, values)
        self.lower = np.append(self.lower, lower)
        self.upper = np.append(self.upper, upper)
        self._costs = np.append(self._costs, cost)
        self.widened.update(rows)
        return len(self.lower) - 1

    def row_duals(self) -> Sequence[float]:
        """d objective / d right side of every row after the last run, as a minimisation."""
        return list(self._highs.getSolution().row_dual)

    def ray(self, rows: int) -> Array | None:
        """Multipliers of the first rows that prove that there is no solution, after a run that found none, if kept."""
        _, known, values = self._highs.getDualRay()
        found = np.asarray(values)[:rows] if known else np.zeros(0)
        size = float(np.abs(found).max(initial=0.0))
        return found / size if size > 0.0 and np.isfinite(size) else None

    def sought_ray(self, rows: int, seconds: float) -> Array | None:
        """The same, where the last run kept none: it may have ended by a bound of the objective, of which this has none."""
        known = self.ray(rows)
        if known is not None:
            return known
        count = len(self._costs)
        columns = np.arange(count, dtype=np.int32)
        self._highs.changeColsCost(count, columns, np.zeros(count))
        self._option("objective_bound", math.inf)
        self._option("simplex_iteration_limit", NO_LIMIT)
        self._option("presolve", "off")
        self._option("simplex_strategy", DUAL)
        self.forget()
        self._attempt(time.perf_counter() + seconds)
        found = self.ray(rows)
        self._as_usual()
        self._highs.changeColsCost(count, columns, self._costs)
        return found

    def remove_last_rows(self, count: int) -> None:
        """Take back the last rows that were added."""
        if count:
            rows = self._highs.getNumRow()
            self._highs.deleteRows(count, np.arange(rows - count, rows, dtype=np.int32))

    def run(self, seconds: float, cutoff: float = math.inf) -> LpResult:
        """Solve from the last basis, for at most so many seconds, or until it is proven to be above ``cutoff``.

        Beside the time it saves, a cutoff keeps the dual simplex off a programme without an answer, whose objective runs
        away: HiGHS can take a minute to call one infeasible.
        """
        if self._starts:
            self._highs.setBasis(self._starts.pop(0))
        result = self._solved(seconds, cutoff)
        if self._ended is not None:
            self._ended.append(self._highs.getBasis())
        return result

    @contextmanager
    def series(self, starts: Sequence[Basis]) -> Iterator[list[Basis]]:
        """Solves in turn from these bases. Gives the list in which the bases that they end with are collected."""
        self._starts, self._ended = list(starts), []
        try:
            yield self._ended
        finally:
            self._starts, self._ended = [], None

    def run_held(self, seconds: float) -> LpResult:
        """Solve from nothing, columns that are held at one value taken out before.

        From a basis in which such a column stands it may end off by a ten-millionth, and coefficients of tens of
        thousands make something of that.
        """
        usual = self.presolve
        self.use("on", self.strategy)
        self.forget()
        try:
            return self._solved(seconds, math.inf)
        finally:
            self.use(usual, self.strategy)

    def _solved(self, seconds: float, cutoff: float) -> LpResult:
        import highspy

        self.solves += 1
        deadline = time.perf_counter() + seconds
        verdict = highspy.HighsModelStatus
        # A dual objective beyond the worst that columns allow proves that there is no solution.
        worst = self._worst()
        self._option("objective_bound", min(cutoff, worst))
        self._option("simplex_iteration_limit", _PATIENCE * self._size())
        status = self._attempt(deadline)
        if status == verdict.kIterationLimit:
            # Near its bound the dual simplex can go round for ever: a fresh start without one ends at once.
            self.forget()
            self._option("objective_bound", math.inf)
            self._option("simplex_iteration_limit", NO_LIMIT)
            status = self._attempt(deadline)
        # Rarely a hot start ends without a verdict, or presolve cannot tell infeasible from unbounded. That there is no
        # end is believed when it is said a second time from nothing, and never where the columns themselves end it.
        doubted = (verdict.kUnknown, verdict.kUnboundedOrInfeasible, verdict.kSolveError, verdict.kNotset)
        endless = 0
        for retry in self._other_ways:
            endless += status == verdict.kUnbounded
            if status not in doubted and (status != verdict.kUnbounded or (endless > 1 and self._may_be_endless())):
                break
            retry()
            status = self._attempt(deadline)
        self._as_usual()
        match status:
            case verdict.kOptimal:
                value = self._highs.getInfo().objective_function_value
                return LpResult("optimal", value, self._highs.getSolution().col_value)
            case verdict.kInfeasible:
                return LpResult("infeasible", np.inf, ())
            case verdict.kUnbounded if self._may_be_endless():
                return LpResult("unbounded", -np.inf, ())
            case verdict.kObjectiveBound:
                return LpResult("cut", cutoff, ()) if cutoff <= worst else LpResult("infeasible", np.inf, ())
            case verdict.kTimeLimit | verdict.kIterationLimit:
                return LpResult("stopped", -np.inf, ())
            case _:
                raise NoVerdictError(f"HiGHS ended with {self._highs.modelStatusToString(status)}")

    def _size(self) -> int:
        return int(self._highs.getNumRow()) + int(self._highs.getNumCol())

    def _attempt(self, deadline: float) -> object:
        # HiGHS counts the time of linear programmes from when the object was made, of integer searches from their start.
        before = 0.0 if self._asks_for_whole else self._highs.getRunTime()
        left = max(deadline - time.perf_counter(), _LEAST_SECONDS)
        self._highs.setOptionValue("time_limit", before + left)
        with a_pool_of(self._threads) as threads:
            self._option("threads", threads)
            self._highs.run()
        return self._highs.getModelStatus()

    def forget(self) -> None:
        """Start the next solve from nothing."""
        self._highs.clearSolver()

    def _without_presolve(self) -> None:
        """Without presolve; with it where it is usually off."""
        self._highs.clearSolver()
        self._option("presolve", "on" if self.presolve == "off" else "off")

    def _by_primal_simplex(self) -> None:
        self._highs.clearSolver()
        self._option("presolve", "off")
        self._option("simplex_strategy", PRIMAL)

    def _with_small_costs(self) -> None:
        """Where costs are millions and the objective ends near 0, primal and dual may differ by rounding alone."""
        self._highs.clearSolver()
        largest = float(np.abs(self._costs).max(initial=1.0))
        self._option("objective_bound", math.inf)
        self._option("user_objective_scale", -max(0, round(math.log2(largest))))

    def _without_scaling(self) -> None:
        self._highs.clearSolver()
        self._option("simplex_scale_strategy", _NO_SCALING)

    def _by_interior_point(self) -> None:
        self._highs.clearSolver()
        self._option("solver", "ipm")

    @property
    def _other_ways(self) -> Iterator[Callable[[], None]]:
        """What to change in turn, each on top of those before, where a solve ended without a verdict."""
        yield from (self.forget, self._without_presolve, self._by_primal_simplex)
        yield from (self._with_small_costs, self._without_scaling, self._by_interior_point)

    def use(self, presolve: str, strategy: int) -> None:
        """Other usual options of HiGHS from now on."""
        self.presolve, self.strategy = presolve, strategy
        self._as_usual()

    def _as_usual(self) -> None:
        self._option("presolve", self.presolve)
        self._option("simplex_strategy", self.strategy)
        self._option("simplex_scale_strategy", _USUAL_SCALING)
        self._option("solver", "choose")
        self._option("user_objective_scale", 0)

    def fractional(self, solution: Sequence[float]) -> list[int]:
        """Integer columns that are not whole at a solution."""
        return [j for j in self.integers if abs(solution[j] - round(solution[j])) > _INTEGER_TOLERANCE]
