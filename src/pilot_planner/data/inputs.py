"""All inputs as one frozen record, and copies of it with other values for what-ifs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from pilot_planner.data.amounts import most
from pilot_planner.data.derivation import derive, operands
from pilot_planner.data.estimates import Address, Bound, Estimate
from pilot_planner.data.nearest_name import nearest
from pilot_planner.data.reading import LARGEST, Row
from pilot_planner.data.units import range_of
from pilot_planner.errors import Fault, InputError, Place

HardBounds = Mapping[tuple[str, str], tuple[float | None, float | None]]

_MOST_SUGGESTIONS = 10
"""Where more paths are unknown, they are so for one reason, and looking for near names takes long."""


@dataclass(frozen=True)
class Inputs:
    """Everything of an ``inputs/`` folder.

    Attributes:
        origin: the folder, as the user would name it.
        tables: the rows of every file, by its path inside the folder (``estimates/hosts.csv``).
        estimates: the current value at every address, derived ones included.
        changes: what was set on top of the files: (address, bound or ``""`` for all three) to value.
        readings: the estimates as the files have them, at the addresses where something was set.
    """

    origin: str
    tables: Mapping[str, tuple[Row, ...]]
    estimates: Mapping[Address, Estimate]
    warnings: tuple[Fault, ...] = ()
    changes: Mapping[tuple[Address, str], float] = field(default_factory=dict)
    readings: Mapping[Address, Estimate] = field(default_factory=dict)

    def rows(self, path: str) -> tuple[Row, ...]:
        return self.tables[path]

    def find(self, *address: str) -> Estimate | None:
        """The current estimate at an address, or None where the table has no such row."""
        return self.estimates.get(address)

    def number(self, *address: str, bound: Bound = "base") -> float | None:
        """The value at an address; None when there is no row or the value is absent."""
        estimate = self.estimates.get(address)
        return None if estimate is None else estimate.at(bound)

    def need(self, *address: str) -> float:
        """The base value at an address that the tool cannot do without. Raises InputError when it is not there."""
        value = self.number(*address)
        if value is None:
            path, file = ".".join(address), f"{self.origin}/estimates/{address[0]}.csv"
            row = self.estimates[address].row if address in self.estimates else None
            raise InputError(
                [Fault(Place(file, row, None if row is None else "base"), f"{path} has no value", "a value", "add it")]
            )
        return value

    def label(self, unit: str, value: float) -> str:
        """A coded value in words (``2 watch list``), as ``lists/codes.csv`` has it; the number itself where it has none."""
        for row in self.rows("lists/codes.csv"):
            if row.text("unit") == unit and row["code"] == value:
                return row.text("label")
        return f"{value:g}"

    @cached_property
    def hash(self) -> str:
        """SHA-256 of every row of every file and of what was set on top, in a fixed order."""
        digest = hashlib.sha256()
        for path in sorted(self.tables):
            digest.update(path.encode())
            for row in self.tables[path]:
                digest.update(repr(tuple(row.cells.items())).encode())
        for change in sorted(self.changes.items()):
            digest.update(repr(change).encode())
        return digest.hexdigest()

    @cached_property
    def hard_bounds(self) -> HardBounds:
        """Hard bounds by (table, indicator), from ``lists/indicators.csv``."""
        return {
            (row.text("table"), row.text("indicator")): (number_of(row["minimum"]), number_of(row["maximum"]))
            for row in self.rows("lists/indicators.csv")
        }

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path that ``--set inputs.PATH=VALUE`` accepts, without the ``inputs.`` in front."""
        return tuple(sorted(estimate.path for estimate in self.estimates.values() if estimate.unit != "text"))

    def operands(self, address: Address) -> list[Address]:
        """Every address that the value at ``address`` rests on, through all formulas, itself first."""
        return operands(self.estimates, address, self.readings)

    def followers(self, address: Address) -> list[Address]:
        """Every address whose value follows when the one at ``address`` is set."""
        scenario = {address, *self.readings}
        return [
            other
            for other, estimate in self.estimates.items()
            if estimate.formula and other != address and address in operands(self.estimates, other, scenario)
        ]

    def with_values(self, changes: Mapping[str, float], *, drawn: bool = False) -> Inputs:
        """A copy in which estimates have other values; what is derived from them follows.

        ``changes`` maps a path (``placements.MNG.construction.market_wage``, with ``.low``, ``.base`` or ``.high``
        at its end to set one bound only) to a value in the estimate's own unit. A whole value replaces bounds that
        were set before it. Raises InputError with every path that does not exist and every value out of its bounds.

        A scenario of one host says nothing of another: medians over hosts stay those of what was read. ``drawn`` says
        that the values are draws of what was read, which their medians follow.
        """
        merged = dict(self.changes)
        faults: list[Fault] = []
        for path, value in changes.items():
            target = self._target(path, suggest=len(faults) < _MOST_SUGGESTIONS)
            if isinstance(target, Fault):
                faults.append(target)
                continue
            address, bound = target
            fault = self._out_of_bounds(path, address, value)
            if fault is not None:
                faults.append(fault)
                continue
            if not bound:
                merged = {key: old for key, old in merged.items() if key[0] != address}
            merged[address, bound] = value
        values = dict(self.estimates)
        for (address, bound), value in merged.items():
            values[address] = _with_value(values[address], bound, value)
        # A whole value is in order by itself: what breaks the order is a bound that was set on top of it.
        faults += [
            fault for address, bound in merged if bound and (fault := _disordered(values[address], bound)) is not None
        ]
        if faults:
            raise InputError(faults)
        set_now = [] if drawn else [address for address, _ in merged]
        readings = {address: self.estimates[address] for address in set_now} | dict(self.readings)
        derived, faults = derive(values, self.origin, readings=readings)
        if faults:
            raise InputError(faults)
        return replace(self, estimates=derived, changes=merged, readings=readings)

    def with_draws(self, values: Mapping[str, Any], *, scenarios: bool = False) -> Inputs:
        """A copy in which some estimates have one value for each of many draws; what is derived from them follows.

        ``values`` maps a path to an array of draws, all of one length, in the estimate's own unit. Whatever is computed
        from such inputs has draws on its last axis. Medians over hosts follow draws of what was read; with ``scenarios``
        each draw is a scenario of its own, which says nothing of other hosts. Raises InputError as ``with_values`` does, for
        a value that is out of its bounds in any draw.
        """
        faults: list[Fault] = []
        estimates, dictionary = dict(self.estimates), self.hard_bounds
        for path, drawn in values.items():
            address = tuple(path.split("."))
            known = self.estimates.get(address)
            if known is None or known.unit == "text":
                faults.append(Fault(Place(f"inputs.{path}"), "no such input", "the path of an estimate", "correct the path"))
                continue
            low, high = bounds_of(known, dictionary)
            under, over = float(np.min(drawn)), float(np.max(drawn))
            if not most(abs(under), abs(over)) <= LARGEST or not _within(under, over, low, high):
                what = f"draws from {under:g} to {over:g} are out of bounds"
                faults.append(Fault(Place(f"inputs.{path}"), what, in_words(low, high), "draw within the bounds"))
            estimates[address] = _with_value(known, "", drawn)
        if faults:
            raise InputError(faults)
        of_scenarios = {tuple(path.split(".")) for path in values} if scenarios else set()
        readings = {address: self.estimates[address] for address in of_scenarios} | dict(self.readings)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            derived, faults = derive(estimates, self.origin, readings=readings)
        if faults:
            raise InputError(faults)
        return replace(self, estimates=derived, readings=readings)

    def _target(self, path: str, suggest: bool) -> tuple[Address, str] | Fault:
        parts = tuple(path.split("."))
        for address, bound in ((parts, ""), (parts[:-1], parts[-1])):
            known = self.estimates.get(address)
            if known is not None and known.unit != "text" and bound in ("", "low", "base", "high"):
                return address, bound
        close = nearest(path, self.paths) if suggest else []
        fix = f"nearest: {', '.join('inputs.' + name for name in close)}" if close else "see 'pilot-planner check --values'"
        return Fault(Place(f"inputs.{path}"), "no such input", "the path of an estimate", fix)

    def _out_of_bounds(self, path: str, address: Address, value: float) -> Fault | None:
        if not abs(value) <= LARGEST:  # so put, it refuses 'not a number' as well
            expected = f"a number of at most {LARGEST:,.0f}"
            return Fault(Place(f"inputs.{path}"), f"{value:g} cannot be used", expected, "correct it")
        low, high = bounds_of(self.estimates[address], self.hard_bounds)
        if (low is not None and value < low) or (high is not None and value > high):
            return Fault(Place(f"inputs.{path}"), f"{value:g} is out of bounds", in_words(low, high), "correct it")
        return None


def _within(under: float, over: float, low: float | None, high: float | None) -> bool:
    return (low is None or under >= low) and (high is None or over <= high)


def _with_value(old: Estimate, bound: str, value: float) -> Estimate:
    """The estimate with one bound, or for ``""`` all three, set by a user."""
    return replace(
        old,
        low=value if bound in ("", "low") else old.low,
        base=value if bound in ("", "base") else old.base,
        high=value if bound in ("", "high") else old.high,
        reading="set",
        formula="",
    )


def _disordered(estimate: Estimate, bound: str) -> Fault | None:
    """What is wrong with the range of an estimate, one bound of which a user has set."""
    low, base, high = estimate.low, estimate.base, estimate.high
    place = Place(f"inputs.{estimate.path}.{bound}")
    if low is None or base is None or high is None:
        fix = f"set all three at once with inputs.{estimate.path}"
        return Fault(place, "is one bound of a value that is absent", "low, base and high", fix)
    if low <= base <= high:
        return None
    what = f"{estimate.at(bound):g} breaks low <= base <= high ({low:g}, {base:g}, {high:g})"  # type: ignore[arg-type]
    return Fault(place, what, "an ordered range", "set the other bounds as well")


def bounds_of(estimate: Estimate, dictionary: HardBounds) -> tuple[float | None, float | None]:
    """Hard bounds of an estimate: those of its indicator in the data dictionary, else what its unit says."""
    return dictionary.get((estimate.address[0], estimate.address[-1])) or range_of(estimate.unit)


def in_words(low: float | None, high: float | None) -> str:
    """Two bounds, either of which may be open, for a message."""
    if low is None or high is None:
        if low is None and high is None:
            return f"numbers of at most {LARGEST:,.0f}"
        return f"at most {high:g}" if low is None else f"at least {low:g}"
    return f"between {low:g} and {high:g}"


def number_of(cell: object) -> float | None:
    """A cell as a number; None for an empty one or words."""
    return float(cell) if isinstance(cell, int | float) else None
