"""Derived estimates follow the values they are made of."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from pilot_planner.data.estimates import BOUNDS, Address, Bound, Estimate
from pilot_planner.data.formulas import FormulaError, Reference, evaluate, pooled_median, references
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.errors import Fault, Place

_LONGEST_CHAIN = 50
"""Formulas that rest on formulas that rest on formulas: more could not be followed by a reader."""

_MOST_SUGGESTIONS = 20
"""Where more formulas fail, they fail for one reason, and looking for near names takes long."""


def derive(
    estimates: Mapping[Address, Estimate],
    origin: str,
    done: Mapping[Address, Estimate] | None = None,
    readings: Mapping[Address, Estimate] | None = None,
) -> tuple[dict[Address, Estimate], list[Fault]]:
    """Recompute every estimate that has a formula; returns all estimates and the faults of formulas.

    ``done`` are estimates that are right as they are, of which formulas are not computed again. ``readings`` are the
    estimates as they were read where a scenario has set another value: a median over hosts is taken of what was read,
    since what somebody supposes of one host is no evidence of another.
    """
    worker = _Derivation(estimates, origin, readings or {})
    worker.done.update(done or {})
    for address in estimates:
        worker.value(address)
    return worker.done, worker.faults


def operands(estimates: Mapping[Address, Estimate], address: Address, scenario: Container[Address] = ()) -> list[Address]:
    """Every address that the value at ``address`` rests on, through all formulas, itself first.

    ``scenario`` are addresses with a value that a scenario has set, which no median over hosts takes (see ``derive``).
    """
    found: dict[Address, None] = {}
    waiting = [address]
    while waiting:
        current = waiting.pop()
        estimate = estimates.get(current)
        if estimate is None or current in found:
            continue
        found[current] = None
        if estimate.formula:
            for reference in references(estimate.formula, current):
                if reference.pooled:
                    waiting += [one for one in _pool(estimates, reference.address) if one not in scenario]
                else:
                    waiting.append(reference.address)
    return list(found)


def _pool(estimates: Mapping[Address, Estimate], address: Address) -> list[Address]:
    table, indicator = address[0], address[-1]
    return [
        other
        for other, estimate in estimates.items()
        if other[0] == table and other[-1] == indicator and not estimate.formula and estimate.base is not None
    ]


def _bounds(estimate: Estimate) -> dict[Bound, float]:
    """The range of an estimate; 0 for a bound that is absent."""
    return {bound: 0.0 if (value := estimate.at(bound)) is None else value for bound in BOUNDS}


class _AbsentError(FormulaError):
    """A formula refers to a value that is not known."""


class _Derivation:
    """One pass over all formulas, each address once, circles refused."""

    def __init__(self, estimates: Mapping[Address, Estimate], origin: str, readings: Mapping[Address, Estimate]) -> None:
        self.estimates = estimates
        self.read = {**estimates, **readings}
        self.origin = origin
        self.done: dict[Address, Estimate] = {}
        self.faults: list[Fault] = []
        self.under_way: set[Address] = set()
        self.medians: dict[Address, dict[Bound, float]] = {}

    def value(self, address: Address) -> Estimate:
        if address in self.done:
            return self.done[address]
        estimate = self.estimates[address]
        if not estimate.formula:
            self.done[address] = estimate
            return estimate
        if address in self.under_way:
            raise FormulaError(f"goes round in a circle through {estimate.path}")
        if len(self.under_way) >= _LONGEST_CHAIN:
            raise FormulaError(f"rests on a chain of more than {_LONGEST_CHAIN} formulas")
        self.under_way.add(address)
        try:
            values = evaluate(estimate.formula, address, self._lookup)
            self.done[address] = replace(estimate, low=values["low"], base=values["base"], high=values["high"])
        except FormulaError as error:
            if isinstance(error, _AbsentError) and estimate.base is None:
                # Made of what is not known yet, and nothing stored says otherwise: not known either.
                self.done[address] = replace(estimate, grade="absent", reading="absent")
                return self.done[address]
            self.faults.append(
                Fault(
                    Place(f"{self.origin}/estimates/{address[0]}.csv", estimate.row, "formula"),
                    f"the formula {estimate.formula!r} {error}",
                    "arithmetic over values that exist",
                    "correct the formula or add the value it needs",
                )
            )
            self.done[address] = estimate
        finally:
            self.under_way.discard(address)
        return self.done[address]

    def _lookup(self, reference: Reference) -> Mapping[Bound, float]:
        if reference.pooled:
            return self._median(reference.address)
        path = ".".join(reference.address)
        if reference.address not in self.estimates:
            table = reference.address[0]
            known = (other.path for other in self.estimates.values() if other.address[0] == table)
            hint = did_you_mean(path, known) if len(self.faults) < _MOST_SUGGESTIONS else "see above"
            raise FormulaError(f"refers to {path}, which has no row ({hint})")
        estimate = self.value(reference.address)
        if estimate.low is None or estimate.base is None or estimate.high is None:
            raise _AbsentError(f"refers to {path}, which is absent")
        return {"low": estimate.low, "base": estimate.base, "high": estimate.high}

    def _median(self, address: Address) -> Mapping[Bound, float]:
        key = (address[0], address[-1])
        if key not in self.medians:
            pool = [self.read[other] for other in _pool(self.read, address)]
            if not pool:
                raise FormulaError(f"takes the median of {address[0]}.{address[-1]}, which nowhere has a reading")
            self.medians[key] = pooled_median([_bounds(one) for one in pool])
        return self.medians[key]
