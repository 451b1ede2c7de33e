"""A programme in fractions: rows, bounds that follow from them, what multipliers prove. Shares nothing with a search."""

from __future__ import annotations

import math
from fractions import Fraction

from pilot_planner.programme.programme import Programme

Side = Fraction | None
"""None: without end."""
Terms = dict[int, Fraction]
Box = tuple[list[Side], list[Side]]
"""Lower and upper bounds of all columns."""
_ROUNDS = 60


class ExactProgramme:
    """Every number of a programme as the fraction that it is; a minimisation, columns with one value taken out of rows."""

    def __init__(self, programme: Programme) -> None:
        self.maximise = programme.maximise
        columns = programme.d.columns
        self.lower: list[Side] = [None if c.lower is None else Fraction(c.lower) for c in columns]
        self.upper: list[Side] = [None if c.upper is None else Fraction(c.upper) for c in columns]
        self.whole = [c.integer for c in columns]
        self.plain_rows = [
            ({j: Fraction(value) for j, value in row.expression.terms.items() if value != 0.0}, row.sense, row.right_side)
            for row in programme.rows
        ]
        sign = -1 if self.maximise else 1
        self.objective: Terms = {j: sign * Fraction(value) for j, value in programme.objective.terms.items()}
        self._take_out_fixed()

    def _take_out_fixed(self) -> None:
        """Rows and objective without columns that have one value; sides of rows of whole things rounded inwards."""
        fixed = {j: low for j, low in enumerate(self.lower) if low is not None and low == self.upper[j]}
        self.rows: list[Terms] = []
        self.sides: list[tuple[Side, Side]] = []
        for terms, sense, right in self.plain_rows:
            free = {j: value for j, value in terms.items() if j not in fixed}
            low: Side = None
            high: Side = None
            if math.isfinite(right):
                side = Fraction(right) - sum((value * fixed[j] for j, value in terms.items() if j in fixed), Fraction(0))
                low, high = None if sense == "<=" else side, None if sense == ">=" else side
                if free and all(self.whole[j] and value.denominator == 1 for j, value in free.items()):
                    low = None if low is None else Fraction(math.ceil(low))
                    high = None if high is None else Fraction(math.floor(high))
            self.rows.append(free)
            self.sides.append((low, high))
        self.constant = sum((value * fixed[j] for j, value in self.objective.items() if j in fixed), Fraction(0))
        self.costs: Terms = {j: value for j, value in self.objective.items() if j not in fixed}

    def narrow(self, box: Box, rows: list[int]) -> bool:
        """Pass bounds on through rows, in place; False where they cross, so that there is no solution."""
        for _ in range(_ROUNDS):
            moved = False
            for number in rows:
                low, high = self.sides[number]
                for side, sign in ((high, 1), (low, -1)):
                    if side is None:
                        continue
                    ended = self.narrow_by(box, self.rows[number], sign * side, sign)
                    if ended is None:
                        return False
                    moved = moved or ended
            if not moved:
                break
        return True

    def narrow_by(self, box: Box, terms: Terms, side: Fraction, sign: int) -> bool | None:
        """One row, sign x terms <= side. None where it cannot hold; else whether a bound moved far."""
        least, endless = Fraction(0), []
        ends: dict[int, Fraction] = {}
        for j, value in terms.items():
            end = box[0][j] if sign * value > 0 else box[1][j]
            if end is None:
                endless.append(j)
            elif end:
                ends[j] = sign * value * end
                least += ends[j]
        if not endless and least > side:
            return None
        moved = False
        for j in endless if len(endless) == 1 else () if endless else terms:
            value = sign * terms[j]
            limit = (side - least + ends.get(j, Fraction(0))) / value
            upwards = value > 0
            old = box[1][j] if upwards else box[0][j]
            limit = (
                Fraction(math.floor(limit) if upwards else math.ceil(limit)) if self.whole[j] else _outwards(limit, upwards)
            )
            if old is None or (limit < old if upwards else limit > old):
                box[1 if upwards else 0][j] = limit
                other = box[0][j] if upwards else box[1][j]
                if other is not None and (other > limit if upwards else other < limit):
                    return None
                moved = moved or old is None or abs(old - limit) > _WORTH * max(Fraction(1), abs(old))
        return moved

    def reduced(self, costs: Terms, multipliers: Terms) -> tuple[Terms, Side]:
        """Costs less what multipliers take, and what these earn on their sides; None where a sign has no side."""
        reduced, earned = dict(costs), Fraction(0)
        for number, y in multipliers.items():
            if y == 0:
                continue
            side = self.sides[number][0 if y > 0 else 1]
            if side is None:
                return reduced, None
            earned += y * side
            for j, value in self.rows[number].items():
                reduced[j] = reduced.get(j, Fraction(0)) - y * value
        return reduced, earned

    def least(self, costs: Terms, columns: list[int], box: Box) -> Side:
        """The least of a linear function over a box; None where it has no end."""
        total = Fraction(0)
        for j in columns:
            cost = costs.get(j)
            if cost:
                end = box[0][j] if cost > 0 else box[1][j]
                if end is None:
                    return None
                total += cost * end
        return total


def _outwards(value: Fraction, upwards: bool) -> Fraction:
    """A number of few digits at or beyond a fraction, so that fractions do not grow from row to row."""
    near = float(value)
    if Fraction(near) != value and (near < value if upwards else near > value):
        near = math.nextafter(near, math.inf if upwards else -math.inf)
    return Fraction(near)


_WORTH = Fraction(1, 10**6)
"""Bounds that move by less are not passed on further."""
