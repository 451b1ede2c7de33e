"""Bounds on the chance of signatures that are settled in part: in how many draws any operation is left.

A signature settles hosts, levels, openings and caps. Where only some of it is settled, each draw may choose the rest for
itself, openings in parts and caps up to what may be signed. Whatever is signed in full does no better in any draw, so the
draws that have no operation even then are lost for every signature below: linear programmes prove it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from pilot_planner.errors import NoTimeError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.draws import signed_rows
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.elastic_programme import TOLERANCE, ElasticProgramme
from pilot_planner.solving.stochastic.drawn_lp import DrawnLp, make_table
from pilot_planner.solving.stochastic.recourse import elsewhere
from pilot_planner.studies.execution.finished_lumps import Finished
from pilot_planner.studies.explain.steps import step_of, unit_of
from pilot_planner.studies.uncertainty.as_run import columns_as_run, not_run, rows_as_run

Array = Any
Placement = tuple[str, str]

_LOOKED = TypeAdapter(list[tuple[int, bool]])
_UNKNOWN, _HOLDS, _FAILS = 0, 1, -1


@dataclass(frozen=True)
class Settled:
    """A signature, settled in part: levels of all its hosts, and of their placements which are opened and which are not."""

    levels: tuple[tuple[str, str], ...]
    openings: tuple[tuple[Placement, bool], ...] = ()

    def with_opening(self, placement: Placement, opened: bool) -> Settled:
        return Settled(self.levels, (*self.openings, (placement, opened)))

    def open_placements(self, programme: Programme) -> list[Placement]:
        """Placements of its hosts of which it is not settled whether they are opened."""
        known, hosts = dict(self.openings), dict(self.levels)
        return [one.key for one in programme.case.placements if one.iso3 in hosts and one.key not in known]


def fixed_columns(programme: Programme, settled: Settled) -> dict[int, float]:
    """Columns whose value a settled part decides, by number."""
    d, levels, openings = programme.d, dict(settled.levels), dict(settled.openings)
    fixed = dict.fromkeys(elsewhere(programme, levels), 0.0)
    fixed |= {d.level[h, level]: 1.0 for h, level in levels.items()}
    fixed |= {j: 1.0 for h, j in d.solo.items() if set(levels) == {h}}
    for (h, s, level), j in d.open.items():
        if levels.get(h) == level and (h, s) in openings:
            fixed[j] = float(openings[h, s])
    closed = {key for key, opened in openings.items() if not opened}
    fixed |= {j: 0.0 for key, j in d.cap.items() if key in closed}
    for table in (d.workers, d.arrivals):
        fixed |= {j: 0.0 for (h, s, _, _), j in table.items() if (h, s) in closed}
    return fixed


class SignatureBounds:
    """Counts draws in which any operation is left, and remembers what it saw of each settled part."""

    def __init__(
        self,
        base: Programme,
        typical: Sequence[float],
        drawn: Sequence[tuple[Programme, Array]],
        deadline: float,
        kept: Finished | None = None,
    ) -> None:
        """``typical``: a plan of the base programme, by which limits are sized.

        ``drawn``: programmes in draws, and the numbers of these draws; events that change the design make several.
        ``kept``: what was seen before a stop.
        """
        self.base, self.deadline, self._kept = base, deadline, kept or Finished(None, {})
        self.draws = sum(len(numbers) for _, numbers in drawn)
        self._groups = [self._group(programme, numbers, typical) for programme, numbers in drawn]
        self._place = {draw: (g, at) for g, one in enumerate(self._groups) for at, draw in enumerate(one.numbers.tolist())}
        self._seen: dict[Settled, Array] = {}
        self._failed = np.zeros(self.draws)
        """How often each draw failed: those that fail often are asked first."""
        self.solved = 0

    def _group(self, drawn: Programme, numbers: Array, typical: Sequence[float]) -> _Group:
        stopped = not_run(drawn, len(numbers))
        signatures = _signature_rows(self.base, drawn)
        names = {row.name for row in signatures}
        own = [row for row in rows_as_run(drawn, stopped) if row.name not in names and not row.name.startswith("cap_most.")]
        columns = _with_base_signatures(self.base, columns_as_run(drawn, stopped))
        return _Group(drawn, numbers, [*self._loosened(own, typical), *signatures], columns)

    def _loosened(self, rows: Sequence[Row], typical: Sequence[float]) -> list[Row]:
        """Limits give as much as counts as holding elsewhere, so that rounding loses no draw."""
        design = self.base.case.design
        keys = dict.fromkeys((row.limit.key, row.limit.side) for row in self.base.rows if row.limit is not None)
        steps = {bound: step_of(unit_of(bound[0], design)) for bound in keys}
        elastic = ElasticProgramme(self.base, steps, design.solver.time_limit, typical)
        weights = {name: one for its in elastic.named_weights().values() for name, one in its.items()}
        sizes = {name: elastic.sizes[bound] for bound, its in elastic.named_weights().items() for name in its}
        return [
            replace(row, right_side=row.right_side - TOLERANCE * weights[row.name] * sizes[row.name])
            if row.name in weights
            else row
            for row in rows
        ]

    def known(self, settled: Settled) -> int:
        """The most draws that can hold, from what was seen so far."""
        seen = self._seen.get(settled)
        return self.draws if seen is None else self.draws - int((seen == _FAILS).sum())

    def most(self, settled: Settled, enough: int, above: Settled | None = None) -> int:
        """The most draws that can hold; looked at until all are seen or fewer than ``enough`` are left.

        ``above``: what less is settled of, whose lost draws are lost here too. Raises NoTimeError.
        """
        seen = self._seen.setdefault(settled, np.zeros(self.draws, dtype=np.int8))
        if above is not None and above in self._seen:
            seen[self._seen[above] == _FAILS] = _FAILS
        left = np.flatnonzero(seen == _UNKNOWN)
        if self.known(settled) < enough or not len(left):
            return self.known(settled)
        for draw, fails in self._kept.next_step("bound", lambda: self._look(seen, settled, enough, left), _LOOKED):
            if seen[draw] == _UNKNOWN:
                self._note(seen, draw, fails)
        return self.known(settled)

    def _note(self, seen: Array, draw: int, fails: bool) -> None:
        seen[draw] = _FAILS if fails else _HOLDS
        self._failed[draw] += fails

    def _look(self, seen: Array, settled: Settled, enough: int, left: Array) -> list[tuple[int, bool]]:
        """Draws that were looked at, and whether no operation is left in them."""
        found: list[tuple[int, bool]] = []
        live: dict[int, DrawnLp] = {}
        for draw in left[np.argsort(-self._failed[left], kind="stable")].tolist():
            if self.known(settled) < enough:
                break
            if seen[draw] != _UNKNOWN:
                continue
            group, at = self._place[draw]
            if group not in live:
                live[group] = self._groups[group].live(settled)
            fails = bool(live[group].table.impossible[at]) or self._fails(live[group], at)
            self._note(seen, draw, fails)
            found.append((draw, fails))
        return found

    def _fails(self, lp: DrawnLp, at: int) -> bool:
        seconds = self.deadline - time.perf_counter()
        if seconds <= 0.0:
            raise NoTimeError("stopped at the time limit")
        lp.take(at)
        status = lp.run(seconds).status
        if status == "stopped":
            raise NoTimeError("stopped at the time limit")
        self.solved += 1
        return status == "infeasible"


@dataclass(frozen=True)
class _Group:
    """Draws of one design: its programme in them, their numbers, and what is asked of each."""

    programme: Programme
    numbers: Array
    rows: list[Row]
    columns: list[Column]

    def live(self, settled: Settled) -> DrawnLp:
        table = make_table(self.columns, self.rows, fixed_columns(self.programme, settled), (), len(self.numbers))
        return DrawnLp(table, np.zeros(len(table.places)), self.programme.case.design.solver)


def _signature_rows(base: Programme, drawn: Programme) -> list[Row]:
    """Rows of what is signed alone, caps included, as they stand when it is signed, in the columns of another programme."""
    number = {column.name: j for j, column in enumerate(drawn.d.columns)}
    d = base.d
    signed = {*d.level.values(), *d.open.values(), *d.cap.values(), *d.solo.values(), d.programme}
    names = {row.name for row in signed_rows(base)}
    rows = [row for row in base.rows if row.name in names or row.expression.terms.keys() <= signed]
    return [
        replace(row, expression=Linear({number[d.columns[j].name]: one for j, one in row.expression.terms.items()}))
        for row in rows
    ]


def _with_base_signatures(base: Programme, columns: Sequence[Column]) -> list[Column]:
    """What is signed keeps the bounds that it has at base values."""
    d = base.d
    signed = {d.columns[j].name: d.columns[j] for t in (d.level, d.open, d.cap, d.solo) for j in t.values()}
    return [signed.get(one.name, one) for one in columns]
