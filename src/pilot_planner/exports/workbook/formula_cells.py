"""Values that carry the formula that makes them: a reader that works nothing out sees the same numbers as one that does."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pilot_planner.reports.safe_workbook import cell_name

Value = float | str
CENT_TOLERANCE = 0.005
"""Half a cent: amounts of money closer than this are the same."""
_MOST_ARGUMENTS = 200
"""Of one function; Excel takes 255."""
_NOISE = 9
"""Decimals of money beyond which floating-point numbers mean nothing."""


@dataclass(frozen=True, slots=True)
class Live:
    """A formula, without its equals sign, and its value. Texts of users are never part of a formula."""

    formula: str
    value: Value
    atom: bool = False

    @property
    def number(self) -> float:
        return float(self.value)

    def __add__(self, other: Live) -> Live:
        return Live(f"{self.formula}+{other.formula}", self.number + other.number)

    def __sub__(self, other: Live) -> Live:
        return Live(f"{self.formula}-{_closed(other)}", self.number - other.number)

    def __mul__(self, other: Live) -> Live:
        return Live(f"{_closed(self)}*{_closed(other)}", self.number * other.number)

    def over(self, other: Live) -> Live:
        """The quotient; nought where there is nothing to divide by."""
        below = other.number
        formula = f"IF({other.formula}=0,0,{_closed(self)}/{_closed(other)})"
        return Live(formula, self.number / below if below else 0.0, atom=True)


@dataclass(frozen=True, slots=True)
class Cell(Live):
    """A cell that was written, as other formulas see it. Rows and columns count from 0."""

    sheet: str = ""
    row: int = 0
    column: int = 0


def cell(sheet: str, row: int, column: int, value: Value) -> Cell:
    """A cell at its place."""
    return Cell(f"'{sheet}'!{cell_name(row, column)}", value, True, sheet, row, column)


def number(value: float | Decimal) -> Live:
    """A number that stands in a formula."""
    return Live(repr(float(value)), float(value), atom=True)


def span(cells: Sequence[Cell]) -> str:
    """The range from the first to the last of some cells, fixed."""
    first, last = cells[0], cells[-1]
    top, bottom = (_fixed(one.row, one.column) for one in (first, last))
    return f"'{first.sheet}'!{top}:{bottom}"


def total(cells: Iterable[Cell]) -> Live:
    """SUM of cells; neighbours in a row or column become ranges."""
    known = list(cells)
    if not known:
        return number(0)
    parts = [run[0].formula if len(run) == 1 else _range(run) for run in _runs(known)]
    while len(parts) > _MOST_ARGUMENTS:
        parts = [f"SUM({','.join(some)})" for some in itertools.batched(parts, _MOST_ARGUMENTS)]
    return Live(f"SUM({','.join(parts)})", math.fsum(one.number for one in known), atom=True)


def sum_where(amounts: Sequence[Cell], *conditions: tuple[Sequence[Cell], Cell]) -> Live:
    """SUMIFS of a column: where each column of keys has the key. Rows of the range that are in no list have no keys."""
    keys = ",".join(f"{span(column)},{key.formula}" for column, key in conditions)
    chosen = (
        amount.number
        for place, amount in enumerate(amounts)
        if all(str(column[place].value) == str(key.value) for column, key in conditions)
    )
    return Live(f"SUMIFS({span(amounts)},{keys})", math.fsum(chosen), atom=True)


def rounded(one: Live, digits: int = 2) -> Live:
    """ROUND, half away from nought, as spreadsheets do."""
    step = Decimal(1).scaleb(-digits)
    exact = Decimal(repr(round(one.number, _NOISE)))
    return Live(f"ROUND({one.formula},{digits})", float(exact.quantize(step, ROUND_HALF_UP)), atom=True)


def whole_part(one: Live) -> Live:
    """INT of what is not negative."""
    return Live(f"INT({one.formula})", float(math.floor(round(one.number, _NOISE))), atom=True)


def most(cells: Sequence[Cell]) -> Live:
    """MAX of neighbours."""
    return Live(f"MAX({_range(cells)})", max((one.number for one in cells), default=0.0), atom=True)


def products(first: Sequence[Cell], second: Sequence[Cell]) -> Live:
    """SUMPRODUCT of two columns."""
    value = math.fsum(one.number * other.number for one, other in zip(first, second, strict=True))
    return Live(f"SUMPRODUCT({_range(first)},{_range(second)})", value, atom=True)


def same(left: Live, right: Live, otherwise: str) -> Live:
    """``OK`` where two amounts are equal to the cent."""
    text = "OK" if abs(left.number - right.number) < CENT_TOLERANCE else otherwise
    return Live(f'IF(ABS({_closed(left)}-{_closed(right)})<{CENT_TOLERANCE},"OK","{otherwise}")', text, atom=True)


def at_most(left: Live, right: Live, otherwise: str, room: float) -> Live:
    """``OK`` where one number is not above another by more than ``room``."""
    text = "OK" if left.number <= right.number + room else otherwise
    return Live(f'IF({_closed(left)}<={_closed(right)}+{room:g},"OK","{otherwise}")', text, atom=True)


def counted(cells: Sequence[Cell], *texts: str) -> Live:
    """How many cells have one of some texts."""
    formula = "+".join(f'COUNTIF({span(cells)},"{text}")' for text in texts)
    return Live(formula, float(sum(one.value in texts for one in cells)))


def shared_out(columns: Sequence[Sequence[Cell]], rate: Live, digits: int = 2) -> list[list[Live]]:
    """Amounts of columns times a rate, rounded by running totals, column by column: together they are the rounded total.

    Rows that a column skips must hold nothing in it.
    """
    found: list[list[Live]] = []
    full: list[str] = []
    reached, before = 0.0, number(0)
    for amounts in columns:
        found.append([])
        for one in amounts:
            reached = math.fsum((reached, one.number))
            through = ",".join([*full, f"'{one.sheet}'!{_fixed_row(amounts[0])}:{cell_name(one.row, one.column)}"])
            upto = rounded(Live(f"SUM({through})*{_closed(rate)}", reached * rate.number), digits)
            step = upto - before if before.formula != "0.0" else upto
            found[-1].append(Live(step.formula, round(step.number, _NOISE), step.atom))
            before = upto
        full.append(span(amounts))
    return found


def _closed(one: Live) -> str:
    return one.formula if one.atom else f"({one.formula})"


def _fixed(row: int, column: int) -> str:
    name = cell_name(row, column)
    letters = name.rstrip("0123456789")
    return f"${letters}${row + 1}"


def _fixed_row(one: Cell) -> str:
    letters = cell_name(one.row, one.column).rstrip("0123456789")
    return f"{letters}${one.row + 1}"


def _range(cells: Sequence[Cell]) -> str:
    return f"{cells[0].formula}:{cell_name(cells[-1].row, cells[-1].column)}"


def _runs(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells in the order given, cut where the next is neither below nor to the right of the last."""
    runs: list[list[Cell]] = [[cells[0]]]
    for one, other in itertools.pairwise(cells):
        run = runs[-1]
        step = (other.row - one.row, other.column - one.column)
        straight = len(run) == 1 or step == (run[-1].row - run[-2].row, run[-1].column - run[-2].column)
        if other.sheet == one.sheet and step in ((1, 0), (0, 1)) and straight:
            run.append(other)
        else:
            runs.append([other])
    return runs
