"""Edits of estimates by a person: the same rules as for the files, every fault in one pass, and the edits as settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pilot_planner.data import plausibility
from pilot_planner.data.estimates import BOUNDS, Bound, Estimate
from pilot_planner.data.inputs import Inputs
from pilot_planner.errors import Fault, InputError

Triple = tuple[float | None, float | None, float | None]
"""Low, base and high."""

_SAME = 1e-12
"""Relative: spreadsheets keep fifteen to seventeen digits."""


@dataclass(frozen=True)
class Tried:
    """What became of edits.

    Attributes:
        inputs: with those edits that could be made; None where nothing can be made of them.
        faults: errors, which refuse the edits that they name.
        warnings: what a person should look at.
    """

    inputs: Inputs | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def try_edits(inputs: Inputs, changes: Mapping[str, float]) -> Tried:
    """Put edits on top of inputs and check them as files are checked.

    ``changes`` maps paths, with or without a bound at the end, to values. An edit at fault is left out and the others
    are looked at all the same, so that every fault is told at once.
    """
    left = dict(changes)
    faults: list[Fault] = []
    changed: Inputs | None = None
    while changed is None:
        try:
            changed = inputs.with_values(left)
        except InputError as error:
            faults += error.faults
            named = {fault.place.file.removeprefix("inputs.") for fault in error.faults}
            bad = {path for path in left if any(_of_one(path, name) for name in named)}
            if not bad:
                return Tried(None, tuple(faults), ())
            left = {path: value for path, value in left.items() if path not in bad}
    before = set(plausibility.check(inputs))
    found = [fault for fault in plausibility.check(changed) if fault not in before]
    found += plausibility.out_of_proportion(changed)
    faults += [fault for fault in found if fault.severity == "error"]
    return Tried(changed, tuple(faults), tuple(fault for fault in found if fault.severity == "warning"))


def _of_one(path: str, name: str) -> bool:
    """Whether two paths are of the same estimate, or of a bound of it."""
    return path == name or without_bound(path)[0] == without_bound(name)[0]


def without_bound(path: str) -> tuple[str, Bound | None]:
    """The path of the estimate, and the bound that it ends with, if any."""
    front, _, last = path.rpartition(".")
    for bound in BOUNDS:
        if last == bound and front:
            return front, bound
    return path, None


def triple(estimate: Estimate) -> Triple:
    """Low, base and high of an estimate."""
    return estimate.low, estimate.base, estimate.high


def same(first: Triple, second: Triple) -> bool:
    """Whether two ranges are the same but for what a spreadsheet rounds away."""
    return all(
        a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=_SAME))
        for a, b in zip(first, second, strict=True)
    )


def as_settings(estimate: Estimate, wanted: Triple) -> dict[str, float]:
    """The fewest settings that give an estimate this range: the whole value where low, base and high are one number.

    Raises ValueError for a range with a gap, which no setting can make.
    """
    low, base, high = wanted
    if low is None or base is None or high is None:
        raise ValueError("low, base and high are needed")
    if same(wanted, triple(estimate)):
        return {}
    if low == base == high:
        return {estimate.path: base}
    if estimate.base is None or estimate.formula:
        return {estimate.path: base, f"{estimate.path}.low": low, f"{estimate.path}.high": high}
    pairs = zip(BOUNDS, wanted, triple(estimate), strict=True)
    return {f"{estimate.path}.{bound}": new for bound, new, old in pairs if new is not None and new != old}


def without_estimate(changes: Mapping[str, float], path: str) -> dict[str, float]:
    """The changes but for those of one estimate."""
    return {name: value for name, value in changes.items() if name != path and without_bound(name)[0] != path}
