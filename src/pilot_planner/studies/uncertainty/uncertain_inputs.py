"""What is uncertain in a plan, and draws of it.

Low, base and high of an estimate are read as P5, mode and P95 of a PERT distribution. Values that would move together
are one family: they share one coordinate, and each takes its own value there. The families:

- ``wages.H``: every wage that employers pay in host H (its mean wage, the market wage of each sector);
- ``minimum_wage.H``: the minimum wages of host H and its sectors;
- ``staff_costs``: what staff on international scales cost, at every grade;
- ``demand_steps``: at which costs employers stop to hire, and how many of them;
- ``oversight.X``: an indicator X of oversight levels (diversion, visits, posts ...), all levels together;
- every other value is a family of its own, under its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from pilot_planner.data.estimates import Address, Estimate
from pilot_planner.data.events import Event, events_of, states
from pilot_planner.data.inputs import Inputs, bounds_of
from pilot_planner.studies.uncertainty.sampling import pert_quantile

P5, P95 = 0.05, 0.95
NOT_DRAWN = ("boolean", "text", "tier")
"""Units of values that are so or are not so: no draw lies between two of them."""

_FINE = 1e-8
"""To what the place of a mode is found: finer than quantiles are known."""
_STEPS = 60
_CLOSE = 1e-4


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A value that is drawn.

    Attributes:
        low, base, high: of the estimate: P5, mode and P95.
        least, most: ends of the PERT distribution that has these quantiles.
        floor, ceiling: hard bounds of the indicator; a draw beyond one is put on it, so quantiles within stay.
        fit: ``quantiles``, or why the ends are others (see ``pert_ends``).
    """

    path: str
    family: str
    low: float
    base: float
    high: float
    unit: str
    least: float
    most: float
    floor: float | None
    ceiling: float | None
    fit: str

    def at(self, shares: Any) -> Any:
        """Values at these shares of the distribution."""
        found = pert_quantile(shares, self.least, self.base, self.most)
        if self.floor is None and self.ceiling is None:
            return found
        return np.clip(found, self.floor, self.ceiling)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is not drawn, and why."""

    path: str
    base: float | None
    unit: str
    reason: str


def family_of(address: Address) -> str:
    """The family of an address; its own path where it stands alone."""
    table, indicator = address[0], address[-1]
    if table in ("hosts", "placements") and indicator in ("avg_monthly_wage", "market_wage"):
        return f"wages.{address[1]}"
    if table in ("hosts", "placements") and indicator == "minimum_wage":
        return f"minimum_wage.{address[1]}"
    if table == "unit_costs" and indicator.startswith("staff_"):
        return "staff_costs"
    if table == "programme" and indicator.startswith("demand_step_"):
        return "demand_steps"
    if table == "oversight":
        return f"oversight.{indicator}"
    return ".".join(address)


def uncertain_values(
    estimates: Iterable[Estimate], inputs: Inputs, events: tuple[Event, ...] | None = None
) -> tuple[tuple[Uncertain, ...], tuple[Fixed, ...]]:
    """What is drawn and what is fixed among the roots of these estimates, by path. What has a formula follows.

    ``events``: those of the inputs, where somebody has them.
    """
    settled = states(events_of(inputs) if events is None else events)
    drawn: list[Uncertain] = []
    fixed: list[Fixed] = []
    for one in sorted(estimates, key=lambda one: one.path):
        if one.address in settled and one.low != one.high:
            fixed.append(Fixed(one.path, one.base, one.unit, f"is a state: {settled[one.address]}"))
        elif not one.formula:
            value = uncertain_value(one, inputs)
            if value is None:
                fixed.append(Fixed(one.path, one.base, one.unit, _why_fixed(one)))
            else:
                drawn.append(value)
    return tuple(drawn), tuple(fixed)


def uncertain_value(one: Estimate, inputs: Inputs) -> Uncertain | None:
    """An estimate as it is drawn; None where it has no range, or is so or is not so."""
    if _why_fixed(one) or one.low is None or one.base is None or one.high is None:
        return None
    least, most, fit = pert_ends(one.low, one.base, one.high)
    floor, ceiling = bounds_of(one, inputs.hard_bounds)
    family = family_of(one.address)
    return Uncertain(one.path, family, one.low, one.base, one.high, one.unit, least, most, floor, ceiling, fit)


def _why_fixed(one: Estimate) -> str:
    if one.low is None or one.base is None or one.high is None:
        return "absent"
    if one.unit in NOT_DRAWN:
        return "is so or is not so"
    return "" if one.low < one.high else "no range is given"


def pert_ends(low: float, base: float, high: float) -> tuple[float, float, str]:
    """Ends of the PERT distribution whose P5, mode and P95 are these, and how they were found.

    The place of the mode between the ends follows from where the base lies between low and high; the width then from
    high less low. Fallbacks:

    - ``base_is_low``, ``base_is_high``: nothing is known beyond the base on that side, so it is the end there; the
      other end is put where the other quantile fits;
    - ``as_ends``: no fit was found; low and high are the ends.
    """
    width = high - low
    place = (base - low) / width
    if place <= 0.0:
        return low, low + width / _quantiles(0.0)[1], "base_is_low"
    if place >= 1.0:
        return high - width / (1.0 - _quantiles(1.0)[0]), high, "base_is_high"
    mode = _mode(place)
    first, last = _quantiles(mode)
    if abs((mode - first) / (last - first) - place) > _CLOSE:
        return low, high, "as_ends"
    whole = width / (last - first)
    return low - first * whole, low + (1.0 - first) * whole, "quantiles"


@lru_cache(maxsize=4096)
def _mode(place: float) -> float:
    """Mode of the PERT distribution on 0 to 1 that lies at ``place`` between its P5 and P95, by the Illinois method.

    False position, where an end that stays twice counts half (Dowell and Jarratt 1971): six steps where halving takes 26.
    """

    def off(mode: float) -> float:
        first, last = _quantiles(mode)
        return (mode - first) / (last - first) - place

    lower, upper = 0.0, 1.0
    below, above = off(lower), off(upper)
    mode, kept = lower, 0
    for _ in range(_STEPS):
        before, mode = mode, (lower * above - upper * below) / (above - below)
        found = off(mode)
        if abs(mode - before) <= _FINE or found == 0.0:
            break
        if found < 0.0:
            lower, below, above, kept = mode, found, above / 2.0 if kept < 0 else above, -1
        else:
            upper, above, below, kept = mode, found, below / 2.0 if kept > 0 else below, 1
    return mode


@lru_cache(maxsize=1 << 16)
def _quantiles(mode: float) -> tuple[float, float]:
    first, last = pert_quantile(np.array([P5, P95]), 0.0, mode, 1.0)
    return float(first), float(last)


def families_of(values: Sequence[Uncertain]) -> tuple[str, ...]:
    """The families, in the order of their names."""
    return tuple(sorted({one.family for one in values}))


def quantiles(values: Sequence[float], shares: Mapping[str, float]) -> dict[str, float]:
    """Quantiles by name; empty where there are no values."""
    return {name: float(np.quantile(values, share)) for name, share in shares.items()} if len(values) else {}
