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
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pilot_planner.data.estimates import ADDRESS_COLUMNS, BOUNDS, Address, Bound

_MOST_REFERENCES = 8
"""Corners double with each reference; more than 256 of them means that the formula should be split."""


class FormulaError(ValueError):
    """The formula cannot be read, or a reference in it has no value."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that a formula needs. ``pooled`` means the median over all keys of that indicator."""

    address: Address
    pooled: bool = False


Lookup = Callable[[Reference], Mapping[Bound, float]]


def references(formula: str, home: Address) -> tuple[Reference, ...]:
    """Every value that ``formula`` needs when it stands at ``home``, once each, in order of appearance."""
    found: dict[Reference, None] = {}

    def note(reference: Reference) -> float:
        found[reference] = None
        return math.nan  # goes through every operation, division included

    try:
        _walk(_parse(formula).body, home, note)
    except ZeroDivisionError:
        raise FormulaError("divides by zero") from None
    return tuple(found)


def evaluate(formula: str, home: Address, lookup: Lookup) -> dict[Bound, float]:
    """Low, base and high of ``formula`` standing at ``home``.

    Raises FormulaError for a formula that cannot be read, a missing reference or a division by zero.
    """
    tree = _parse(formula)
    needed = references(formula, home)
    if len(needed) > _MOST_REFERENCES:
        raise FormulaError(f"has {len(needed)} references, more than {_MOST_REFERENCES}")
    values = {reference: lookup(reference) for reference in needed}
    try:
        base = _walk(tree.body, home, lambda reference: values[reference]["base"])
        corners = [
            _walk(tree.body, home, dict(zip(needed, corner, strict=True)).__getitem__)
            for corner in itertools.product(*({values[r]["low"], values[r]["high"]} for r in needed))
        ]
    except ZeroDivisionError:
        raise FormulaError("divides by zero") from None
    return {"low": min(*corners, base), "base": base, "high": max(*corners, base)}


def pooled_median(values: list[Mapping[Bound, float]]) -> dict[Bound, float]:
    """Median of lows, of bases and of highs."""
    return {bound: statistics.median(value[bound] for value in values) for bound in BOUNDS}


@lru_cache(maxsize=4096)
def _parse(formula: str) -> ast.Expression:
    try:
        return ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("cannot be read as arithmetic") from None


def _walk(node: ast.expr, home: Address, value_of: Callable[[Reference], float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_walk(operand, home, value_of)
        case ast.BinOp(left=left, op=operator, right=right):
            return _binary(operator, _walk(left, home, value_of), _walk(right, home, value_of))
        case ast.Call(func=ast.Name(id="median"), args=[inner], keywords=[]):
            return value_of(Reference(_address(inner, home), pooled=True))
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=args, keywords=[]) if args:
            numbers = [_walk(arg, home, value_of) for arg in args]
            return min(numbers) if name == "min" else max(numbers)
        case ast.Attribute() | ast.Subscript():
            return value_of(Reference(_address(node, home)))
        case _:
            raise FormulaError(f"uses {ast.unparse(node)!r}, which formulas do not allow")


def _binary(operator: ast.operator, left: float, right: float) -> float:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case _:
            raise FormulaError("uses an operator other than + - * /")


def _address(node: ast.expr, home: Address) -> Address:
    match node:
        case ast.Attribute(value=ast.Name(id=table), attr=indicator):
            return (table, *_same_keys(table, home), indicator)
        case ast.Attribute(value=ast.Subscript(value=ast.Name(id=table), slice=keys), attr=indicator):
            return (table, *_keys(keys), indicator)
        case ast.Subscript(value=ast.Name(id=table), slice=keys):
            return (table, *_keys(keys))
        case _:
            raise FormulaError(f"uses {ast.unparse(node)!r}, which is not a reference")


def _same_keys(table: str, home: Address) -> tuple[str, ...]:
    columns = ADDRESS_COLUMNS.get(table)
    if columns is None:
        raise FormulaError(f"refers to {table!r}, which is not a table of estimates")
    own = dict(zip(ADDRESS_COLUMNS[home[0]], home[1:], strict=True))
    return tuple(own.get(column, "") for column in columns if column != "indicator")


def _keys(node: ast.expr) -> tuple[str, ...]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    keys = []
    for part in parts:
        match part:
            case ast.Name(id=name):
                keys.append(name)
            case ast.Constant(value=value):
                keys.append(str(value))
            case _:
                raise FormulaError(f"uses {ast.unparse(part)!r} as a key")
    return tuple(keys)
