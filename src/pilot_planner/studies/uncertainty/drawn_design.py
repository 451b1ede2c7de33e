"""What events set in a design as arrays of draws, where amounts alone depend on it: waivers and the months of pledges.

Other settings (closed hosts, periods of set-up) change which decisions there are; draws that share them are one group. Where
nothing is decided again, a host that closes changes amounts alone, and draws with and without are one group too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from pilot_planner.design.schema import Design, Waiver
from pilot_planner.studies.uncertainty.samples import Draws

BLOCK = 1000
"""Draws that are worked on together: about 15 MB of coefficients for the base design."""

Array = Any
Group = tuple[Mapping[str, Any], Mapping[str, Array], Array]
"""Draws of one structure: what events set in the design, values by path, and the numbers of the draws."""


def _as_array(path: str, signed: bool) -> bool:
    parts = path.split(".")
    if parts[0] == "closures":
        return signed
    return parts[0] == "waivers" or (parts[:2] == ["funding", "pledges"] and parts[-1] == "month")


def _own(design: Design, path: str) -> float:
    """What the design says at a path that can be an array."""
    parts = path.split(".")
    if parts[0] == "closures":
        return design.closures.get(parts[1], 1.0)
    if parts[0] == "waivers":
        return bool(getattr(design.waivers.get(parts[1], Waiver()), parts[2]))
    return design.funding.pledges[int(parts[2])].month


def groups(drawn: Draws, design: Design, size: int | None = None, signed: bool = False) -> Iterable[Group]:
    """Draws of one structure each, ``size`` at a time. ``signed``: for a plan of which nothing is decided again."""
    size = BLOCK if size is None else size
    arrays = sorted({path for settings in drawn.variants for path in settings if _as_array(path, signed)})
    table = {path: np.array([one.get(path, _own(design, path)) for one in drawn.variants]) for path in arrays}
    structures = [tuple(sorted((p, v) for p, v in one.items() if not _as_array(p, signed))) for one in drawn.variants]
    variant = np.zeros(len(drawn), dtype=np.int64) if drawn.variant is None else np.asarray(drawn.variant)
    for structure in dict.fromkeys(structures):
        its = np.flatnonzero(np.isin(variant, [place for place, one in enumerate(structures) if one == structure]))
        for start in range(0, len(its), size):
            numbers = its[start : start + size]
            part = np.ascontiguousarray(drawn.values[numbers].T)
            of_design = {path: values[variant[numbers]] for path, values in table.items()}
            yield dict(structure), dict(zip(drawn.paths, part, strict=True)) | of_design, numbers


def with_drawn_settings(design: Design, values: Mapping[str, Array]) -> Design:
    """The design with those settings as arrays, past its checks: whatever reads them takes arrays."""
    waivers, pledges, closures = dict(design.waivers), list(design.funding.pledges), dict(design.closures)
    for path, drawn in values.items():
        parts = path.split(".")
        if parts[0] == "waivers":
            waivers[parts[1]] = waivers.get(parts[1], Waiver()).model_copy(update={parts[2]: drawn})
        elif parts[:2] == ["funding", "pledges"]:
            place = int(parts[2])
            pledges[place] = pledges[place].model_copy(update={"month": drawn})
        elif parts[0] == "closures":
            closures[parts[1]] = drawn
    funding = design.funding.model_copy(update={"pledges": tuple(pledges)})
    return design.model_copy(update={"waivers": waivers, "funding": funding, "closures": closures})
