"""Make the outlines of the host map from the base map that comes with plotly.js.

    npm pack plotly.js@4.1.1 && tar xzf plotly.js-4.1.1.tgz package/dist/plotly-geo-assets.js
    python tools/make_outlines.py package/dist/plotly-geo-assets.js

Countries only, without Antarctica; lines simplified by Douglas and Peucker's method, so that neighbours still share
their border; one decimal of a degree, outer rings clockwise. Inner rings are left out: what
lies in them is drawn on top.
"""

import itertools
import json
import math
import subprocess
import sys
from pathlib import Path

OUTLINES = Path(__file__).parents[1] / "src" / "pilot_planner" / "figures" / "outlines" / "countries.geojson"
LEFT_OUT = ("ATA",)
DECIMALS = 1
TOLERANCE = 0.12
"""Degrees by which a simplified line may miss the true one: less than a pixel of a map on a page."""
READ = """
global.window = global;
const assets = require(process.argv[1]);
process.stdout.write(JSON.stringify((globalThis.PlotlyGeoAssets || assets).topojson.world_110m));
"""


def arcs(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield simplified(points)


def simplified(points):
    """The line without the points that lie within the tolerance of it."""
    kept, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    closed = points[0] == points[-1]
    if closed and len(points) > 3:
        far = max(range(len(points)), key=lambda place: math.dist(points[0], points[place]))
        kept.add(far)
        stack = [(0, far), (far, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        (x1, y1), (x2, y2) = points[first], points[last]
        length = math.hypot(x2 - x1, y2 - y1)

        def away(place, x1=x1, y1=y1, dx=x2 - x1, dy=y2 - y1, length=length):
            x, y = points[place]
            return abs(dx * (y - y1) - dy * (x - x1)) / length if length else math.hypot(x - x1, y - y1)

        far = max(range(first + 1, last), key=away)
        if away(far) > TOLERANCE:
            kept.add(far)
            stack += [(first, far), (far, last)]
    return [points[place] for place in sorted(kept)]


def ring(numbers, lines):
    points = []
    for number in numbers:
        line = lines[number] if number >= 0 else lines[~number][::-1]
        points += line if not points else line[1:]
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in points]
    found = [point for place, point in enumerate(rounded) if place == 0 or point != rounded[place - 1]]
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(found))
    return found if area <= 0 else found[::-1]


def main(assets):
    command = ["node", "-e", READ, str(Path(assets).resolve())]
    text = subprocess.run(command, check=True, capture_output=True).stdout  # nosec B603 # a fixed text, run by hand, no shell
    topology = json.loads(text)
    lines = list(arcs(topology))
    rings = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        outer = [ring(polygon[0], lines) for polygon in polygons]
        rings.setdefault(geometry["id"], []).extend(one for one in outer if len(one) > 3)
    features = [
        {
            "type": "Feature",
            "id": iso3,
            "properties": {},
            "geometry": {"type": "MultiPolygon", "coordinates": [[one] for one in found]},
        }
        for iso3, found in sorted(rings.items())
        if found and iso3 not in LEFT_OUT
    ]
    document = {"type": "FeatureCollection", "features": features}
    OUTLINES.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(features)} outlines, {OUTLINES.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
