"""One draw of a two-stage programme: what is signed is given, what follows is chosen, limits may be missed at a price.

First stage, the same in every draw: levels, openings, caps (and ``solo``, which follows from the levels). Second stage,
for each draw: arrivals, workers, pay channels, inspectors (whole posts may be shared). What a draw makes impossible:

- structure and legal limits hold in every draw;
- a placement that fails a rights floor, or whose demand and intake cannot staff it, is not run: nobody works there;
- any other limit may be missed. What is missed, in shares of the bound, has a price: the limit's *shortfall*.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pilot_planner.design.schema import Hedge
from pilot_planner.programme.build import at_work_rows
from pilot_planner.programme.limits import LimitRow, Side, find_limit
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row

Bound = tuple[str, Side]
"""One side of one limit."""

_NOTHING = 1e-9
_FIRST_STAGE_ROWS = ("one_level.", "opens.", "open_in_chosen.", "cap_least.", "cap_most.", "solo.")


@dataclass(frozen=True)
class Yardstick:
    """How draws are measured; all from the base plan at base values, so that every plan is measured alike.

    Attributes:
        worth: size of the base plan's objective, in the unit of the metric.
        sizes: what missing a row by its whole bound amounts to, in units of the row, by its name.
        prices: what missing a bound wholly costs, in the unit of the metric.
    """

    worth: float
    sizes: Mapping[str, float]
    prices: Mapping[Bound, float]


def yardstick(programme: Programme, solution: Sequence[float], hedge: Hedge) -> Yardstick:
    """The yardstick of a base plan.

    A row of a total is sized by its bound (a bound of 0 by the plan's operating cost where it is money, else by one
    unit). A row of a ratio is sized by bound x denominator: the denominator itself where it is data, else the largest
    among the rows of that bound in the base plan.
    """
    worth = max(abs(programme.objective.value(solution)), 1.0)
    cost = programme.metric("operating_cost").value(solution)
    rows = [row.limit for row in programme.rows if row.limit is not None and is_soft(programme, row)]
    usual: dict[Bound, float] = {}
    for row in rows:
        if row.denominator is not None:
            bound = (row.key, row.side)
            usual[bound] = max(usual.get(bound, 0.0), row.denominator.value(solution))
    sizes = {}
    prices: dict[Bound, float] = {}
    for row in rows:
        limit = find_limit(row.key, programme.case.design)
        unit = "" if limit is None else limit.unit
        size = abs(row.bound) or (max(cost, 1.0) if unit == "USD" else 1.0)
        sizes[row.name] = size * _denominator(programme, row, usual)
        kind = "capacity" if limit is None else limit.kind_of(row.side)
        by_kind = getattr(hedge.shortfall, kind)
        prices[row.key, row.side] = worth * float(hedge.shortfall_of.get(row.key, by_kind))
    return Yardstick(worth, sizes, prices)


def _denominator(programme: Programme, row: LimitRow, usual: Mapping[Bound, float]) -> float:
    if row.denominator is None:
        return 1.0
    if row.denominator.terms.keys() <= {programme.d.programme}:
        return max(sum(row.denominator.terms.values()), _NOTHING)
    found = usual[row.key, row.side]
    return found if found > _NOTHING else 1.0


def is_soft(programme: Programme, row: Row) -> bool:
    """Whether a draw may miss a row: a policy limit that is not law and does not concern signatures alone."""
    if row.limit is None:
        return False
    limit = find_limit(row.limit.key, programme.case.design)
    return limit is not None and limit.kind_of(row.limit.side) != "legal" and not _signed(programme, row)


def signed_rows(programme: Programme) -> list[Row]:
    """Rows of signatures alone: levels, openings, and caps against demand as it is known when things are signed."""
    return [row for row in programme.rows if _signed(programme, row)]


def _signed(programme: Programme, row: Row) -> bool:
    d = programme.d
    if row.name.startswith(_FIRST_STAGE_ROWS):
        return True
    return row.limit is not None and row.expression.terms.keys() <= {*d.level.values(), *d.open.values(), *d.solo.values()}


@dataclass(frozen=True)
class Draw:
    """One draw as a linear programme over the columns of its programme and one shortfall for each bound.

    Attributes:
        stopped: placements that are not run, and why.
        rows: rows of the second stage, soft ones without their shortfall. Rows of signatures alone are not among them:
            they hold at base values, when things are signed.
        shortfalls: by bound: the numbers of the rows (in ``rows``) that it loosens, with its coefficient there.
        loss: what is made small: the objective, less is better, without prices.
    """

    programme: Programme
    stopped: Mapping[tuple[str, str], str]
    rows: tuple[Row, ...]
    shortfalls: Mapping[Bound, Mapping[int, float]]
    prices: Mapping[Bound, float]
    loss: Linear

    def missed(self, solution: Sequence[float]) -> dict[Bound, float]:
        """How far each bound is missed, in shares of it; 0 where it holds."""
        return {
            bound: max(0.0, *(self._excess(place, size, solution) for place, size in rows.items()))
            for bound, rows in self.shortfalls.items()
        }

    def _excess(self, place: int, size: float, solution: Sequence[float]) -> float:
        row = self.rows[place]
        return (row.expression.value(solution) - row.right_side) / -size

    def closed(self) -> list[int]:
        """Columns that are 0 because their placement is not run."""
        d = self.programme.d
        return [j for table in (d.workers, d.arrivals) for (h, s, _, _), j in table.items() if (h, s) in self.stopped]


def make_draw(programme: Programme, failing: Mapping[tuple[str, str], str], measure: Yardstick) -> Draw:
    """A draw of a programme that was built on drawn values; ``failing``: placements that fail a rights floor, and which."""
    stopped = dict(failing)
    case = programme.case
    for placement in case.placements:
        reached = programme.q.reach(placement)[case.periods[-1].number]
        if placement.key not in stopped and reached < case.design.programme.min_placement:
            stopped[placement.key] = "demand"
    rows: list[Row] = []
    shortfalls: dict[Bound, dict[int, float]] = {}
    halted = dict.fromkeys(h for h, _ in stopped)
    left_out = (*(f"staffed.{h}.{s}." for h, s in stopped), *(f"at_work.{h}." for h in halted))
    kept = [row for row in programme.rows if not _signed(programme, row) and not row.name.startswith(left_out)]
    for h in halted:
        kept += at_work_rows(programme, h, [sector for host, sector in stopped if host == h])
    for row in kept:
        if row.limit is not None and is_soft(programme, row):
            bound, size = (row.limit.key, row.limit.side), measure.sizes[row.name]
            if measure.prices[bound] == 0.0:
                continue  # what costs nothing to miss holds nothing
            shortfalls.setdefault(bound, {})[len(rows)] = -size if row.sense == "<=" else size
        rows.append(row)
    loss = programme.objective * (-1.0 if programme.maximise else 1.0)
    return Draw(programme, stopped, tuple(rows), shortfalls, measure.prices, loss)


def placements_failing(places: Collection[str], keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Placements that fail a floor, from names such as ``living_wage.MNG.construction`` or ``host_willingness.KAZ``."""
    found: dict[tuple[str, str], str] = {}
    for name in places:
        floor, _, where = name.partition(".")
        for h, s in keys:
            if where in (h, f"{h}.{s}"):
                found.setdefault((h, s), floor)
    return found
