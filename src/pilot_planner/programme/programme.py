"""A whole programme: columns, rows, metrics, budget, and what each means. Knows nothing of solvers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pilot_planner.case.case import Case
from pilot_planner.data.amounts import least, whole
from pilot_planner.programme.costs import CostCell, Costs, happened, make_costs
from pilot_planner.programme.decisions import Decisions
from pilot_planner.programme.limits.own import ColumnKey, column_keys
from pilot_planner.programme.limits.registry import LimitRow
from pilot_planner.programme.linear import Linear, Sums
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.quantities import Quantities

RowSense = Literal["<=", ">=", "="]


_WHEN = "when_paid"
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the programme. ``limit`` is the limit row that it comes from, None for structure."""

    name: str
    expression: Linear
    sense: RowSense
    right_side: float
    limit: LimitRow | None = None


@dataclass
class Programme:
    """A mixed-integer linear programme with the meaning of every part; knows nothing of solvers."""

    case: Case
    d: Decisions
    q: Quantities
    rows: list[Row] = field(default_factory=list)
    limit_rows: list[LimitRow] = field(default_factory=list)
    _metrics: dict[str, Linear] = field(default_factory=dict)
    _some: dict[tuple[str, ...], Sums] = field(default_factory=dict)

    @cached_property
    def _costs(self) -> Costs:
        return make_costs(self.q)

    @property
    def cost_cells(self) -> tuple[CostCell, ...]:
        """Every cell of the budget."""
        return self._costs.cells

    @property
    def cost_totals(self) -> dict[tuple[str, int], Linear]:
        """The whole budget by place and period, USD."""
        return self._costs.totals

    def metric(self, name: str) -> Linear:
        """The expression of a metric, made once."""
        if name not in self._metrics:
            self._metrics[name] = METRICS[name].express(self)
        return self._metrics[name]

    @cached_property
    def columns_by_name(self) -> dict[str, int]:
        """Where each column stands, by its name."""
        return {column.name: j for j, column in enumerate(self.d.columns)}

    @cached_property
    def column_keys(self) -> dict[int, ColumnKey]:
        """What each column belongs to: host, sector, level, period."""
        return column_keys(self)

    @property
    def when_paid(self) -> Linear:
        """Pay on cards times the period in which it is paid, USD x periods: the less, the sooner workers have their money.

        Payments of one period are told apart by less than a period and by nothing but their place in the programme, as
        multiples of the golden ratio modulo 1, of which no two sums of few are equal: which of them comes first matters
        to nobody, only that it is always the same.
        """
        if _WHEN not in self._metrics:
            d = self.d
            periods = {j: t for table in (d.workers, d.in_kind, d.family) for (*_, t), j in table.items()}
            paid = self.metric("card_pay").terms
            terms = {j: usd * (periods[j] + j * _GOLDEN % 1.0) for j, usd in paid.items() if j in periods}
            self._metrics[_WHEN] = Linear(terms)
        return self._metrics[_WHEN]

    def metric_values(self, solution: Sequence[float]) -> dict[str, float]:
        """Every metric at a solution."""
        values = self.values_of(tuple(METRICS), solution)
        # The column only bounds the peak from above; the figure is what really happens.
        values["peak_workers"] = max(self.workers_by_period(solution).values(), default=0.0)
        return values

    def workers_by_period(self, solution: Sequence[float]) -> dict[str, float]:
        """Workers of each period of work, by its number."""
        return self._in_work.values(solution)

    def values_of(self, names: tuple[str, ...], solution: Sequence[float]) -> dict[str, float]:
        """Some metrics at a solution, of which ``peak_workers`` is none: it is more than its expression."""
        if names not in self._some:
            self._some[names] = Sums({name: self.metric(name) for name in names})
        return self._some[names].values(solution)

    @cached_property
    def _in_work(self) -> Sums:
        """Workers of each period."""
        working = self.q.numbers[self.case.lead :]
        return Sums({str(t): Linear.total(self.q.workers(h, t) for h in self.q.hosts) for t in working})

    @cached_property
    def happened(self) -> dict[int, float]:
        """What was signed and what has happened, by column; empty before anything has."""
        return happened(self.q, self.case.history) if self.q.over else {}

    @property
    def objective(self) -> Linear:
        return self.metric(self.case.design.objective.metric)

    @property
    def maximise(self) -> bool:
        return self.case.design.objective.sense == "max"

    def most_workers(self) -> float:
        """An upper bound on workers of one period: the design's maximum, or all demand."""
        demand = sum(whole(placement.demand) for placement in self.case.placements)
        most = self.case.design.bounds("workers_total").max
        return demand if most is None else least(demand, most)
