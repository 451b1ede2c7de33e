"""What a solve ended with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Status = Literal["optimal", "time_limit", "infeasible", "unbounded"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one solve, in the sense of the design (a maximised metric is not turned).

    Attributes:
        status: ``optimal`` only when the gap asked for is proven.
        objective: value of the best plan found; None where there is none.
        bound: no plan can be better than this; None where there is none.
        solution: one value per column of the programme; empty where there is no plan.
        seconds: wall time of the solver.
        bound_told: whether the search gave the bound itself. Else it follows from the gap that the solver was asked
            for and says it has reached, which is an assumption and must be called so.
    """

    status: Status
    objective: float | None
    bound: float | None
    solution: tuple[float, ...]
    seconds: float
    bound_told: bool = True

    @property
    def has_plan(self) -> bool:
        return bool(self.solution)

    @property
    def gap(self) -> float | None:
        """|bound - objective| over |objective|; None without a plan."""
        if self.objective is None or self.bound is None:
            return None
        if math.isclose(self.objective, self.bound, rel_tol=0.0, abs_tol=1e-9):
            return 0.0
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-9)
