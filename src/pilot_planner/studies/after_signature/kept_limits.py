"""Limits that cannot be kept any more after what has happened, and how little of each has to be given up.

Legal limits, rights floors and what was signed never give way. Of the others money and promises of size give way before
safeguards, and as little as possible: the least sum of changes, in shares of the bounds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.design.schema import Design
from pilot_planner.programme.after_signature import is_over
from pilot_planner.programme.limits import Kind, Side, find_limit
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.elastic_programme import TOLERANCE, Bound, ElasticProgramme, Stretched
from pilot_planner.studies.explain.steps import step_of, unit_of
from pilot_planner.studies.planning.limit_status import shown, standing_of

_LAST_FIRST: tuple[tuple[Kind, ...], ...] = (("safeguard",), ("money", "capacity"))
"""What gives way last stands first."""
_OUTWARD = 1e-6
"""Relative: a bound that was found by a solver is moved so much further, so that the next solve finds it kept."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A bound that cannot be kept any more: ``old`` as designed, ``new`` the nearest that can."""

    key: str
    side: Side
    kind: Kind
    unit: str
    old: float
    new: float
    sentence: str

    @property
    def path(self) -> str:
        """As ``--set`` takes it."""
        return f"limits.{self.key}.{self.side}"


def given_up(programme: Programme, never: Collection[str]) -> tuple[GivenUp, ...]:
    """The least that has to give way so that there is a plan; empty where that is not enough, or nothing has to.

    ``never``: keys of limits that bind whatever it costs. Raises NoTimeError.
    """
    design = programme.case.design
    sides: tuple[Side, ...] = ("min", "max")
    steps = {(key, side): step_of(unit_of(key, design)) for key in design.limits for side in sides}
    found: list[GivenUp] = []
    for place, kinds in enumerate(_LAST_FIRST):
        # With what gives way before it out of the way, no more of these kinds goes than has to.
        sooner = [kind for some in _LAST_FIRST[place + 1 :] for kind in some]
        rows = [row for row in programme.rows if _kind(design, row, never) not in sooner]
        elastic = ElasticProgramme(replace(programme, rows=rows), steps, design.solver.time_limit)
        free = [bound for bound in elastic.bounds if _kind_of(design, bound, never) in kinds]
        if not free:
            continue
        least = elastic.least(free)
        if least is None:
            return ()
        lost = [_told(programme, bound, least) for bound in free if least.stretch[bound] > TOLERANCE]
        programme = _loosened(programme, lost)
        found += lost
    return tuple(found)


def _loosened(programme: Programme, lost: Collection[GivenUp]) -> Programme:
    """The programme with bounds that were given up moved to where they can be kept."""
    new = {(one.key, one.side): one.new for one in lost}
    return replace(programme, rows=[_moved(row, new) for row in programme.rows])


def _moved(row: Row, new: Mapping[Bound, float]) -> Row:
    if row.limit is None or (row.limit.key, row.limit.side) not in new:
        return row
    limit = replace(row.limit, bound=new[row.limit.key, row.limit.side])
    return replace(row, limit=limit, expression=limit.expression(), right_side=limit.right_side)


def as_settings(some: Collection[GivenUp]) -> dict[str, Any]:
    """The new bounds as ``--set`` takes them."""
    return {one.path: one.new for one in some}


def _kind(design: Design, row: Row, never: Collection[str]) -> Kind | None:
    return None if row.limit is None else _kind_of(design, (row.limit.key, row.limit.side), never)


def _kind_of(design: Design, bound: Bound, never: Collection[str]) -> Kind | None:
    """The kind of a bound that may give way; None where it may not."""
    limit = None if bound[0] in never else find_limit(bound[0], design)
    return None if limit is None else limit.kind_of(bound[1])


def _told(programme: Programme, bound: Bound, found: Stretched) -> GivenUp:
    key, side = bound
    design = programme.case.design
    limit = find_limit(key, design)
    if limit is None:
        raise KeyError(key)
    rows = [row for row in programme.limit_rows if (row.key, row.side) == bound and not is_over(programme.case, row)]
    standing = [one for row in rows if (one := standing_of(row, limit, found.solution)) is not None]
    reached = [one.value for one in standing]
    turn = 1.0 if side == "max" else -1.0
    old = float(getattr(design.bounds(key), side))
    worst = max(reached) if side == "max" else min(reached)
    new = worst + turn * _OUTWARD * max(1.0 if limit.unit == "USD" else abs(worst), abs(worst))
    text = f"{limit.says(side, shown(old, limit.unit))} It cannot be kept any more; {shown(_face(new), limit.unit)} can."
    return GivenUp(key, side, limit.kind_of(side), limit.unit, old, new, text)


def _face(value: float) -> float:
    return float(f"{value:.4g}")
