"""Outlines of countries on a flat page, so that a map needs no tiles, no base map and no request to anybody."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Ring = tuple[tuple[float, float], ...]

NOTE = "Boundaries follow the United Nations' maps and imply no endorsement."
"""To be printed where a map is."""


@dataclass(frozen=True, slots=True)
class View:
    """A part of the world in Equal Earth projection: central meridian and bounds in degrees."""

    centre: float
    west: float
    east: float
    south: float
    north: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top on the page."""
        middle = (self.south + self.north) / 2.0
        left, right = (self.place(lon, middle)[0] for lon in (self.west, self.east))
        bottom, top = (self.place(self.centre, lat)[1] for lat in (self.south, self.north))
        return left, right, bottom, top

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point of the globe is on the page.

        Equal Earth: B. Šavrič, T. Patterson and B. Jenny, International Journal of Geographical Information Science
        33 (2019), 454-465.
        """
        a1, a2, a3, a4 = _EQUAL_EARTH
        away = math.radians(longitude - self.centre)
        theta = math.asin(math.sqrt(3.0) / 2.0 * math.sin(math.radians(latitude)))
        slope = 9 * a4 * theta**8 + 7 * a3 * theta**6 + 3 * a2 * theta**2 + a1
        x = 2.0 * math.sqrt(3.0) * away * math.cos(theta) / (3.0 * slope)
        return x, a4 * theta**9 + a3 * theta**7 + a2 * theta**3 + a1 * theta


_EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)

OLD_WORLD = View(centre=60.0, west=-20.0, east=142.0, south=-36.0, north=64.0)
WORLD = View(centre=10.0, west=-170.0, east=190.0, south=-56.0, north=78.0)


@cache
def outlines(view: View) -> dict[str, tuple[Ring, ...]]:
    """Rings of every country that is in view, by ISO 3166 alpha-3 code, on the page; rings that the cut would tear
    apart are left out."""
    text = files("pilot_planner.figures").joinpath("outlines/countries.geojson").read_text(encoding="utf-8")
    left, right, bottom, top = view.bounds
    found = {}
    for feature in json.loads(text)["features"]:
        rings = []
        for (degrees,) in feature["geometry"]["coordinates"]:
            ring = [view.place(_turned(lon, view.centre), lat) for lon, lat in degrees]
            xs, ys = [x for x, _ in ring], [y for _, y in ring]
            torn = max(xs) - min(xs) > math.pi
            seen = max(xs) > left - _RIM and min(xs) < right + _RIM and max(ys) > bottom - _RIM and min(ys) < top + _RIM
            if seen and not torn:
                rings.append(tuple((round(x, 4), round(y, 4)) for x, y in ring))
        if rings:
            found[feature["id"]] = tuple(rings)
    return found


_RIM = 0.6
"""Beyond the bounds that is kept, for pages that are wider than the view."""


def _turned(longitude: float, centre: float) -> float:
    """The longitude within half a turn of the central meridian."""
    while longitude > centre + 180.0:
        longitude -= 360.0
    while longitude < centre - 180.0:
        longitude += 360.0
    return longitude


def largest(rings: tuple[Ring, ...]) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of the largest ring: where a country's label belongs."""

    def extent(ring: Ring) -> tuple[float, float, float, float]:
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        return min(xs), max(xs), min(ys), max(ys)

    return max((extent(ring) for ring in rings), key=lambda one: (one[1] - one[0]) * (one[3] - one[2]))
