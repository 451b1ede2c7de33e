"""Formulas of derived estimates: arithmetic over other estimates, evaluated without ``eval``.

Grammar: numbers, ``+ - * /``, parentheses, ``min()``, ``max()``, and references:

    hosts.avg_monthly_wage                      same key as the row that carries the formula
    placements[MNG,construction].market_wage    explicit key
    unit_costs[staff_p3_year]                   tables with one value per key
    median(hosts.employer_contribution_rate)    over all hosts where it was read, not derived

The base is the formula at the bases; low and high are its extremes over all corners of the references' ranges,
which is exact for formulas that are monotone in each reference.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pilot_planner.data.amounts import everywhere, is_drawn, least, median, most
from pilot_planner.data.estimates import ADDRESS_COLUMNS, BOUNDS, Address, Bound

_MOST_REFERENCES = 8
"""Corners double with each reference; more than 256 of them means that the formula should be split."""


_MOST_CHARACTERS = 1_000


class FormulaError(ValueError):
    """The formula cannot be read, or a reference in it has no value."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that a formula needs. ``pooled`` means the median over all keys of that indicator."""

    address: Address
    pooled: bool = False


Lookup = Callable[[Reference], Mapping[Bound, float]]
Values = Sequence[float]
"""One number per reference of a formula, in the order of ``references``."""

Step = Callable[[Values], float]


@dataclass(frozen=True, slots=True)
class _Relative:
    """A reference as written: explicit keys, or None for those of the row that carries the formula."""

    table: str
    keys: tuple[str, ...] | None
    indicator: str | None
    pooled: bool = False

    def at(self, home: Address) -> Reference:
        keys = _same_keys(self.table, home) if self.keys is None else self.keys
        last = () if self.indicator is None else (self.indicator,)
        return Reference((self.table, *keys, *last), self.pooled)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A formula read once: what it needs and how to compute it."""

    needs: tuple[_Relative, ...]
    compute: Step


def references(formula: str, home: Address) -> tuple[Reference, ...]:
    """Every value that ``formula`` needs when it stands at ``home``, once each, in order of appearance."""
    return tuple(relative.at(home) for relative in _compile(formula).needs)


def evaluate(formula: str, home: Address, lookup: Lookup) -> dict[Bound, float]:
    """Low, base and high of ``formula`` standing at ``home``.

    Raises FormulaError for a formula that cannot be read, a missing reference, a division by zero or a result
    without end.
    """
    compiled = _compile(formula)
    if len(compiled.needs) > _MOST_REFERENCES:
        raise FormulaError(f"has {len(compiled.needs)} references, more than {_MOST_REFERENCES}")
    values = [lookup(relative.at(home)) for relative in compiled.needs]
    try:
        base = compiled.compute([value["base"] for value in values])
        if is_drawn(base):
            return dict.fromkeys(BOUNDS, _with_an_end(base))
        corners = [
            compiled.compute(corner) for corner in itertools.product(*({value["low"], value["high"]} for value in values))
        ]
    except ZeroDivisionError:
        raise FormulaError("divides by zero") from None
    except RecursionError:
        raise FormulaError("is nested too deeply") from None
    if not all(map(math.isfinite, [*corners, base])):
        raise FormulaError("gives a number without end")
    return {"low": min(*corners, base), "base": base, "high": max(*corners, base)}


def pooled_median(values: list[Mapping[Bound, float]]) -> dict[Bound, float]:
    """Median of lows, of bases and of highs."""
    return {bound: median([value[bound] for value in values]) for bound in BOUNDS}


@lru_cache(maxsize=4096)
def _compile(formula: str) -> _Compiled:
    if len(formula) > _MOST_CHARACTERS:
        raise FormulaError(f"has {len(formula):,} characters, more than {_MOST_CHARACTERS:,}")
    try:
        with warnings.catch_warnings():
            # Python warns of dubious program text; a formula that is not arithmetic is refused below.
            warnings.simplefilter("ignore")
            tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("cannot be read as arithmetic") from None
    needs: dict[_Relative, int] = {}
    try:
        compute = _step(tree.body, needs)
    except RecursionError:
        raise FormulaError("is nested too deeply") from None
    return _Compiled(tuple(needs), compute)


def _step(node: ast.expr, needs: dict[_Relative, int]) -> Step:
    """A function that computes one node; references are noted in ``needs`` and read by their place in it."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            constant = _finite(number)
            return lambda values: constant
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _step(operand, needs)
            return lambda values: -inner(values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            combine, first, second = _OPERATORS[type(op)], _step(left, needs), _step(right, needs)
            return lambda values: combine(first(values), second(values))
        case ast.Call(func=ast.Name(id="median"), args=[inner_node], keywords=[]):
            return _read(replace(_relative(inner_node), pooled=True), needs)
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=[_, _, *_] as args, keywords=[]):
            choose, parts = (least if name == "min" else most), [_step(arg, needs) for arg in args]
            return lambda values: choose(*(part(values) for part in parts))
        case ast.Attribute() | ast.Subscript():
            return _read(_relative(node), needs)
        case _:
            raise FormulaError(f"uses {ast.unparse(node)!r}, which formulas do not allow")


_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _with_an_end(values: float) -> float:
    """One value for each draw; drawn bounds are values themselves, so there are no corners."""
    if not everywhere(np.isfinite(values)):
        raise FormulaError("gives a number without end in some draw")
    return values


def _finite(number: float) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise FormulaError("has a number that is too large")
    return value


def _read(relative: _Relative, needs: dict[_Relative, int]) -> Step:
    place = needs.setdefault(relative, len(needs))
    return lambda values: values[place]


def _relative(node: ast.expr) -> _Relative:
    match node:
        case ast.Attribute(value=ast.Name(id=table), attr=indicator):
            return _Relative(_table(table), None, indicator)
        case ast.Attribute(value=ast.Subscript(value=ast.Name(id=table), slice=keys), attr=indicator):
            return _Relative(_table(table), _keys(keys), indicator)
        case ast.Subscript(value=ast.Name(id=table), slice=keys):
            return _Relative(_table(table), _keys(keys), None)
        case _:
            raise FormulaError(f"uses {ast.unparse(node)!r}, which is not a reference")


def _table(name: str) -> str:
    if name not in ADDRESS_COLUMNS:
        raise FormulaError(f"refers to {name!r}, which is not a table of estimates")
    return name


def _same_keys(table: str, home: Address) -> tuple[str, ...]:
    """The keys of a row of another table that are those of the row at ``home``."""
    own = dict(zip(ADDRESS_COLUMNS[home[0]], home[1:], strict=True))
    return tuple(own.get(column, "") for column in ADDRESS_COLUMNS[table] if column != "indicator")


def _keys(node: ast.expr) -> tuple[str, ...]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    keys = []
    for part in parts:
        match part:
            case ast.Name(id=name):
                keys.append(name)
            case ast.Constant(value=str() | int() as value):
                keys.append(str(value))
            case _:
                raise FormulaError(f"uses {ast.unparse(part)!r} as a key")
    return tuple(keys)
