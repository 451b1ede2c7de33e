"""Constraints of an analyst's own, written in PuLP, and the design that holds them as rules of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.overrides import relocated
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.programme.build import build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.programme import Programme
from pilot_planner.studies.planning.setup import Settings, set_up

if TYPE_CHECKING:
    import pulp

_LONGEST = 60
_SIDES: dict[int, tuple[str, ...]] = {-1: ("max",), 0: ("min", "max"), 1: ("min",)}
"""Bounds that PuLP's senses set."""


class Variables:
    """What a constraint may name: PuLP variables by host (ISO3), sector, oversight level and period (from 1).

    Attributes:
        level: ``[host, level]``, binary: the pilot runs in the host at this level.
        open: ``[host, sector, level]``, binary: the sector is opened there.
        cap: ``[host, sector]``, whole: worker cap in the host agreement, persons.
        arrivals: ``[host, sector, level, period]``: workers who start, persons.
        workers: ``[host, sector, level, period]``: workers employed, persons.
        in_kind, family: ``[host, level, period]``: net pay taken as goods, sent as parcels, USD.
        inspectors: ``[host, period]``: full-time equivalents.
        cost, balance: ``[period]``: operating cost; balance at the end of the period, USD.

    There are variables for placements that pass the rights floors, and for workers and pay in periods after set-up.
    """

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._problem = to_pulp(programme)
        by_name = self._problem.variablesDict()
        columns = programme.d.columns

        def of[K](places: Mapping[K, int]) -> dict[K, pulp.LpVariable]:
            return {key: by_name[columns[j].name] for key, j in places.items()}

        d = programme.d
        self.level: dict[tuple[str, str], pulp.LpVariable] = of(d.level)
        self.open: dict[tuple[str, str, str], pulp.LpVariable] = of(d.open)
        self.cap: dict[tuple[str, str], pulp.LpVariable] = of(d.cap)
        self.arrivals: dict[tuple[str, str, str, int], pulp.LpVariable] = of(d.arrivals)
        self.workers: dict[tuple[str, str, str, int], pulp.LpVariable] = of(d.workers)
        self.in_kind: dict[tuple[str, str, int], pulp.LpVariable] = of(d.in_kind)
        self.family: dict[tuple[str, str, int], pulp.LpVariable] = of(d.family)
        self.inspectors: dict[tuple[str, int], pulp.LpVariable] = of(d.inspectors)
        self.cost: dict[int, pulp.LpVariable] = of(d.cost)
        self.balance: dict[int, pulp.LpVariable] = of(d.balance)
        tables = (self.level, self.open, self.cap, self.arrivals, self.workers, self.in_kind, self.family)
        every: list[Mapping[Any, pulp.LpVariable]] = [*tables, self.inspectors, self.cost, self.balance]
        self.names = frozenset(str(one.name) for table in every for one in table.values())
        """Names of all of them, as they stand in ``programme.mps``."""

    def metric(self, name: str) -> pulp.LpAffineExpression:
        """A metric as an expression. Raises KeyError, which lists the names, for what is none."""
        if name not in METRICS or name == "peak_workers":
            raise KeyError(f"{name!r} is no metric; there are {', '.join(one for one in METRICS if one != 'peak_workers')}")
        return self._expression(self._programme.metric(name))

    def cost_of(self, host: str, period: int) -> pulp.LpAffineExpression:
        """Operating cost of a host (``PRG``: shared) in a period, USD."""
        return self._expression(self._programme.cost_totals.get((host, period), Linear()))

    def _expression(self, linear: Linear) -> pulp.LpAffineExpression:
        import pulp

        columns, by_name = self._programme.d.columns, self._problem.variablesDict()
        constant = linear.terms.get(self._programme.d.programme, 0.0)
        terms = {j: value for j, value in linear.terms.items() if j != self._programme.d.programme}
        return pulp.lpSum(value * by_name[columns[j].name] for j, value in terms.items()) + constant


@dataclass(frozen=True)
class Constraint:
    """A PuLP constraint with what people read of it.

    Attributes:
        constraint: an expression with ``<=``, ``>=`` or ``==``.
        sentence: what it says, with {side} and {bound} in it; empty: its name.
        unit: of the bound.
        kind: money, capacity or safeguard; safeguards are offered last when something has to give way.
    """

    constraint: pulp.LpAffineExpression
    sentence: str = ""
    unit: str = "count"
    kind: Literal["money", "capacity", "safeguard"] = "capacity"
    owner: str = "analyst"
    protects: str = ""


Constraints = Callable[[Variables], Mapping[str, Any]]
"""Takes the variables and gives constraints by name: PuLP's own, or each as a ``Constraint``."""


def with_constraints(
    constraints: Constraints,
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
) -> tuple[Design, Inputs]:
    """A design that holds constraints of one's own as rules, and its inputs.

    Every call takes such a design: ``prices``, ``diagnose``, ``why_not``, ``trade_offs``. Raises InputError with every
    constraint that cannot be used.
    """
    design, ready = set_up(model, inputs, settings)
    variables = Variables(build(make_case(design, ready)))
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, one in constraints(variables).items():
        told = one if isinstance(one, Constraint) else Constraint(one)
        fault = _at_fault(str(name), told.constraint, variables.names)
        if fault is not None:
            faults.append(fault)
            continue
        found |= _as_settings(str(name), told)
    try:
        made = set_up(design, ready, found)
    except InputError as error:
        names = [path.removeprefix("rules.") for path in found if path.startswith("rules.")]
        places = {f"{table}.{name}": Place(f"constraints.{name}") for name in names for table in ("rules", "limits")}
        faults += relocated(error.faults, places)
    if faults:
        raise InputError(dict.fromkeys(faults))
    return made


def _at_fault(name: str, constraint: Any, known: frozenset[str]) -> Fault | None:
    place = Place(f"constraints.{name[:_LONGEST]}")
    if not hasattr(constraint, "sense") or not hasattr(constraint, "items") or constraint.sense is None:
        what = "is no constraint" if not isinstance(constraint, bool) else f"is {constraint} whatever is planned"
        return Fault(place, what, "a PuLP expression with <=, >= or ==", "compare an expression with a number")
    try:
        terms = _terms(constraint)
    except ValueError as error:
        # PuLP keeps numbers of variables by their problem, and that may be gone.
        return Fault(place, f"cannot be read ({error})", "variables that were handed in", "take them from the argument")
    strange = [one for one in terms if one not in known]
    if strange:
        what = f"names {strange[0]!r}, which is none of the variables of this programme"
        return Fault(place, what, "variables that were handed in", "take them from the argument")
    if not any(terms.values()):
        return Fault(place, "names no variable", "an expression of the programme's variables", "leave it out or correct it")
    if not all(math.isfinite(value) for value in (*terms.values(), constraint.constant)):
        return Fault(place, "has a number that is none", "finite numbers", "correct it")
    return None


def _terms(constraint: Any) -> dict[str, float]:
    return {str(variable.name): float(value) for variable, value in constraint.items()}


def _as_settings(name: str, told: Constraint) -> dict[str, Any]:
    rule = {
        "sentence": told.sentence or f"Constraint {name}: its left side is {{side}} {{bound}}.",
        "unit": told.unit,
        "kind": told.kind,
        "owner": told.owner,
        "protects": told.protects,
        "columns": {column: value for column, value in _terms(told.constraint).items() if value != 0.0},
    }
    bound = -float(told.constraint.constant) + 0.0
    limits = {f"limits.{name}.{side}": bound for side in _SIDES[told.constraint.sense or 0]}
    return {f"rules.{name}": rule, **limits}
