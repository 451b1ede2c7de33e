"""What cliffs are looked for along: limits, waivers and inputs of a plan, each in both directions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pilot_planner.data.inputs import Inputs
from pilot_planner.programme.limits import Side, find_limit
from pilot_planner.studies.explain.cliff_words import Place
from pilot_planner.studies.explain.shadow_prices import Basis, is_monotone, sides_of
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.sweeps.sweep import INPUTS

Which = Literal["near", "all"]

_DIGITS = 2
"""Digits of a value that a cliff is told with; three for sums, since thousands of dollars are decided on."""
_DIGITS_OF_SUMS = 3
_FLAGS = ("boolean",)
_FLOORS_READ = "eligibility"
"""Topic of the evidence that decides whether a host may be chosen at all."""
_FIRST = ("willingness",)
"""Read by a floor and by a limit, a judgement, and what every plan here stands on: looked at before all other inputs."""


@dataclass(frozen=True, slots=True)
class Way:
    """One value in one direction: from where, how finely, how far, and whether further means tighter or looser."""

    place: Place
    value: float
    direction: float
    resolution: float
    end: float
    monotone: str = ""

    @property
    def is_flag(self) -> bool:
        return self.place.unit in _FLAGS


def ways_of(basis: Basis, which: Which) -> Iterator[Way]:
    """Every value in both directions: limits that bind, waivers and floors of the hosts chosen, then all other inputs."""
    limits, inputs = list(_of_limits(basis, which)), list(_of_inputs(basis))
    multiplied = {row.key for row in basis.plan.programme.limit_rows if row.denominator is not None}
    cheap = [one for one in limits if one.place.path.split(".")[1] not in multiplied]
    first = [one for one in inputs if one.place.path.rsplit(".", 1)[-1] in _FIRST]
    yield from _of_waivers(basis)
    yield from (one for one in first if one.monotone != "looser")
    yield from cheap
    yield from (one for one in limits if one not in cheap)
    yield from (one for one in inputs if one not in first)
    yield from (one for one in first if one.monotone == "looser")


def _of_limits(basis: Basis, which: Which) -> Iterator[Way]:
    """Right sides first: they cost next to nothing."""
    programme, design = basis.plan.programme, basis.plan.design
    binding = {(one.key, one.sense) for one in basis.plan.limits if one.binding}
    implied = {(row.key, row.side) for row in programme.limit_rows if row.implied}
    multiplied = {(row.key, row.side) for row in programme.limit_rows if row.denominator is not None}
    wanted: list[tuple[str, Side, float]] = [
        (key, side, bound)
        for key, bounds in design.limits.items()
        for side, bound in sides_of(bounds)
        if bound is not None and (which == "all" or (key, side) in binding | implied)
    ]
    wanted.sort(key=lambda one: ((one[0], one[1]) in multiplied, (one[0], one[1]) not in binding))
    for key, side, bound in wanted:
        limit = find_limit(key, design)
        if limit is None:
            continue
        place = Place(f"limits.{key}.{side}", limit.label, limit.unit, limit.says(side, "{}"))
        size = _resolution(limit.unit, bound)
        for direction in (-1.0, 1.0):
            tighter = (direction > 0) == (side == "min")
            monotone = ("tighter" if tighter else "looser") if is_monotone(programme, key, side) else ""
            yield Way(place, bound, direction, size, _end(limit.unit, bound, direction, None, None), monotone)


def _of_waivers(basis: Basis) -> Iterator[Way]:
    for host in basis.plan.hosts:
        waiver = basis.plan.design.waivers.get(host.iso3)
        for name, held in {} if waiver is None else waiver.model_dump().items():
            if held is True:
                path = f"waivers.{host.iso3}.{name}"
                place = Place(path, f"{host.name}, waiver of the {name.replace('_', ' ')}", "boolean", "")
                yield Way(place, 1.0, -1.0, 1.0, 0.0)


def _of_inputs(basis: Basis) -> Iterator[Way]:
    """Roots of what the plan rests on: judgements that carry a host, then what floors read, then the most uncertain."""
    plan = basis.plan
    case = plan.case
    hosts = {host.iso3 for host in plan.hosts}
    floors = {
        address for host in sorted(hosts) for address in case.evidence.used(f"{_FLOORS_READ}:{host}") if len(address) > 1
    }
    bounds = plan.inputs.hard_bounds
    roots = [one for one in behind(case, plan.accounts) if not one.formula and one.base is not None]
    roots = [one for one in roots if one.unit != "text" and one.address[0] not in ("deflators", "seed_facts")]

    def width(low: float | None, base: float | None, high: float | None) -> float:
        return 0.0 if not base or low is None or high is None else (high - low) / abs(base)

    roots.sort(
        key=lambda one: (
            one.address[-1] not in _FIRST,
            one.address not in floors,
            -width(one.low, one.base, one.high),
            one.path,
        )
    )
    for one in roots:
        base = float(one.base or 0.0)
        place = Place(f"{INPUTS}{one.path}", _words(plan.inputs, one.address), one.unit, "")
        if one.unit in _FLAGS:
            yield Way(place, base, -1.0 if base else 1.0, 1.0, 0.0 if base else 1.0)
            continue
        low, high = bounds.get((one.address[0], one.address[-1]), (None, None))
        size = 1.0 if one.unit == "tier" else _resolution(one.unit, base)
        for direction in (-1.0, 1.0):
            # What only limits and floors read can do no more than tighten them when it falls.
            monotone = ("tighter" if direction < 0 else "looser") if one.address[-1] in _FIRST else ""
            yield Way(place, base, direction, size, _end(one.unit, base, direction, low, high), monotone)


def _words(inputs: Inputs, address: Sequence[str]) -> str:
    """``Mongolia, construction: market wage``."""
    names = {str(row["iso3"]): str(row["name"]) for row in inputs.rows("lists/hosts.csv")}
    keys = [names.get(key, key.replace("_", " ")) for key in address[1:-1]]
    what = address[-1].replace("_", " ")
    return f"{', '.join(keys)}: {what}" if keys else what


def _resolution(unit: str, value: float) -> float:
    """One in the last digit that is told."""
    if unit in ("count", "posts", "persons", "months"):
        return 1.0
    digits = _DIGITS_OF_SUMS if unit == "USD" and abs(value) >= _SUM else _DIGITS
    size = abs(value) if value else (_SUM if unit == "USD" else 1.0)
    return float(10.0 ** (math.floor(math.log10(size)) + 1 - digits))


_SUM = 1e5


def _end(unit: str, value: float, direction: float, low: float | None, high: float | None) -> float:
    """How far it makes sense to look: the bounds of the value, 0, 1 for shares, else three times what it is."""
    if direction < 0:
        least = 0.0 if value > 0.0 or (unit != "USD" and value >= 0.0) else value - 100.0 * _resolution(unit, value)
        return least if low is None else max(low, least)
    most = 1.0 if unit in ("share", "score", "score_0_1") and value <= 1.0 else 3.0 * max(abs(value), _least_size(unit))
    return most if high is None else min(high, most)


def _least_size(unit: str) -> float:
    return _SUM if unit == "USD" else 1.0
