"""Openings and caps under settled hosts and levels, by Benders cuts: tangents of the draws' losses in a master programme.

The master chooses openings and caps, holds the base programme, and takes each draw's loss to be at least every tangent
found so far. Its value is a bound; the losses at its choice are the truth and give the next tangents. First with
openings and caps continuous, which is fast and closes most sets; then whole.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pilot_planner.errors import NoTimeError
from pilot_planner.programme.draws import Draw
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.highs_arrays import ArrayProgramme, to_arrays
from pilot_planner.solving.lp_relaxation import LpResult
from pilot_planner.solving.stochastic.cvar import MeanRisk
from pilot_planner.solving.stochastic.recourse import FirstStage, Recourse, elsewhere, signed_columns

Told = Callable[[str], None]
"""Called with what is being done; raises to stop."""

_UNIT = 1e3
"""The master counts losses in thousandths of the largest, so that they and people are of one size."""
_PART = 0.25
"""Of the room of the search: what the master itself may leave unproven."""


@dataclass
class Race:
    """The best first stage so far and what could still beat it."""

    risk: MeanRisk
    room: float
    deadline: float
    first: FirstStage | None = None
    value: float = math.inf
    losses: tuple[float, ...] = ()

    def offer(self, first: FirstStage, losses: Sequence[float]) -> float:
        """Take a first stage if it is the best; its value."""
        value = self.risk.of(losses)
        if value < self.value:
            self.first, self.value, self.losses = first, value, tuple(losses)
        return value

    def could_win(self, bound: float) -> bool:
        return bound < self.value - self.room

    def left(self) -> float:
        """Seconds. Raises NoTimeError when there are none."""
        left = self.deadline - time.perf_counter()
        if left <= 0.0:
            raise NoTimeError("stopped at the time limit before any plan across draws was found; allow more time")
        return left


class Cuts:
    """The master of one set of hosts and levels, and the programmes of its draws."""

    def __init__(
        self,
        base: Programme,
        draws: Sequence[Draw],
        levels: Mapping[str, str],
        least: Sequence[float],
        race: Race,
        told: Told,
    ) -> None:
        """``least``: a lower bound of each draw's loss under these levels."""
        options = base.case.design.solver
        self.levels, self.race, self.told = levels, race, told
        self.programmes = [Recourse.settled(draw, levels, options) for draw in draws]
        self.signed = signed_columns(base, levels)
        self.unit = max(1.0, max(abs(loss) for loss in least)) / _UNIT
        arrays = to_arrays(base.d.columns, base.rows, elsewhere(base, levels))
        for h, level in levels.items():
            arrays.lower[arrays.places[base.d.level[h, level]]] = 1.0
        self.places = np.array([arrays.places[j] for j in self.signed.values()], dtype=np.int64)
        weight, count = race.risk.weight, len(draws)
        self.losses = [arrays.add_column((1.0 - weight) / count, loss / self.unit, math.inf) for loss in least]
        edge = arrays.add_column(weight, min(least) / self.unit, math.inf)
        for loss in self.losses:
            over = arrays.add_column(weight / (race.risk.tail * count), 0.0, math.inf)
            arrays.add_row({over: 1.0, loss: -1.0, edge: 1.0}, 0.0, math.inf)
        self.master = ArrayProgramme(arrays, options)

    def solve(self) -> float:
        """Offer the race what is found; a bound of everything under these levels."""
        bound = self._continuous()
        return max(bound, self._whole()) if self.race.could_win(bound) else bound

    def _continuous(self) -> float:
        room, best = self.race.room * _PART, math.inf
        seen: set[bytes] = set()
        while True:
            result = self._run()
            if result is None:
                return math.inf
            bound = result.value * self.unit
            if not self.race.could_win(bound):
                return bound
            point = np.array(result.solution)[self.places]
            if point.tobytes() in seen:
                return bound  # what is left between the two is rounding
            seen.add(point.tobytes())
            best = min(best, self.race.risk.of(self._cut(point)))
            if best - bound <= room:
                return bound

    def _whole(self) -> float:
        self.master.ask_for_whole_numbers(self.race.room * _PART / self.unit)
        seen: set[bytes] = set()
        while True:
            result = self._run()
            if result is None:
                return math.inf
            bound = self.master.proven() * self.unit
            if not self.race.could_win(bound):
                return bound
            point = np.round(np.array(result.solution)[self.places])
            if point.tobytes() in seen:
                return bound
            seen.add(point.tobytes())
            caps = {(h, s): int(cap) for (kind, h, s), cap in zip(self.signed, point, strict=True) if kind == "cap" and cap}
            value = self.race.offer(FirstStage(dict(self.levels), caps), self._cut(point))
            if value - bound <= self.race.room:
                return bound

    def _run(self) -> LpResult | None:
        """The master's answer; None where no openings and caps under these levels hold every limit at base values."""
        self.told(f"openings and caps in {'+'.join(sorted(self.levels)) or 'no host'}")
        result = self.master.run(self.race.left())
        if result.status == "stopped":
            raise NoTimeError("stopped before openings and caps were settled; allow more time")
        return None if result.status == "infeasible" else result

    def _cut(self, point: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
        """The losses at a point; their tangents go into the master."""
        numbers = list(self.signed.values())
        values = dict(zip(numbers, map(float, point), strict=True))
        rows, losses = [], []
        for programme, column in zip(self.programmes, self.losses, strict=True):
            loss = programme.at(values, self.race.left()).value
            slopes = programme.slopes(numbers) / self.unit
            rows.append(([column, *self.places], [1.0, *-slopes], loss / self.unit - float(slopes @ point), math.inf))
            losses.append(loss)
        self.master.add_rows(rows)
        return losses
