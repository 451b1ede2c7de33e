"""How time and memory of a proven plan by sets of hosts grow with hosts and with periods.

Run: python -m benchmarks.growth [short]

Every size runs in a process of its own: CPU seconds of the search, hand-over included, the median of three where that is
short, and the peak memory of the whole process, libraries and inputs included. The whole run draws docs/pictures/growth.svg.
"""

import json
import math
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from pilot_planner.data.loading import load_inputs
from pilot_planner.figures.core.base_layout import base_axis, frame, value_axis, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.svg_renderer import to_svg
from pilot_planner.figures.core.theme import palette
from pilot_planner.programme.build import build
from pilot_planner.solving.decomposition.set_search import SetSearch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from many_hosts import many_hosts

TOP = Path(__file__).parents[1]
PICTURE = TOP / "docs" / "pictures" / "growth.svg"
SIZES = {"hosts": (10, 20, 40, 80, 160), "periods": (4, 8, 12, 24, 36)}
SHORT = {"hosts": (10, 20, 40), "periods": (4, 8, 12)}
SHORT_RUN = 10.0
"""Seconds; what takes less is timed three times."""
WAIT = 600.0


def case(kind: str, size: int):
    """A stirred case: hosts x 4 sectors x 8 quarters, or 10 hosts x 4 sectors x months."""
    inputs = load_inputs()
    if kind == "hosts":
        return many_hosts(inputs, size, 4)
    months = {"programme.duration_months": size, "programme.period_months": 1, "programme.full_strength_month": size}
    return many_hosts(inputs, 10, 4, months | {"limits.worker_months.min": 500})


def one(kind: str, size: int) -> dict:
    """Time and memory of one size."""
    programme = build(case(kind, size))
    sign = -1.0 if programme.maximise else 1.0
    options = programme.case.design.solver
    taken: list[float] = []
    while not taken or (taken[0] < SHORT_RUN and len(taken) < 3):
        begin = time.process_time()
        end = SetSearch(programme, [programme.objective * sign], options).run([1.0], [math.inf], options.gap, WAIT)
        taken.append(time.process_time() - begin)
    assert end.status == "optimal", end.status
    return {
        "size": size,
        "columns": len(programme.d.columns),
        "seconds": statistics.median(taken),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "solved": end.solved,
    }


def exponent(found: list[dict], name: str) -> float:
    """Slope of a straight line through the logarithms of all sizes."""
    return statistics.linear_regression(
        [math.log(row["size"]) for row in found], [math.log(row[name]) for row in found]
    ).slope


def measured(kind: str, sizes: tuple[int, ...]) -> list[dict]:
    found = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.growth", "one", kind, str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=TOP)
        found.append(json.loads(done.stdout))
        print(
            f"  {size:4d} {kind}: {found[-1]['columns']:7d} columns {found[-1]['seconds']:8.3f} s"
            f" {found[-1]['peak']:6.0f} MB   {found[-1]['solved']} sets solved",
            flush=True,
        )
    print(f"  exponent in {kind}: time {exponent(found, 'seconds'):.2f}, memory {exponent(found, 'peak'):.2f}", flush=True)
    return found


def picture(found: dict[str, list[dict]]) -> Chart:
    """Seconds above, megabytes below, hosts and periods side by side, all on scales of logarithms."""
    colours = palette("light")
    chart = frame("light", 520, left=56, right=24, top=56, bottom=48)
    across, up = ((0.0, 0.44), (0.56, 1.0)), ((0.58, 1.0), (0.0, 0.38))
    panel = 0
    for column, (kind, rows) in enumerate(found.items()):
        for row, (name, title, unit) in enumerate((("seconds", "CPU time", "s"), ("peak", "Peak memory", "MB"))):
            panel += 1
            number = "" if panel == 1 else str(panel)
            sizes = [math.log10(one["size"]) for one in rows]
            values = [math.log10(one[name]) for one in rows]
            ticks = _ticks(min(values), max(values))
            low, high = min(ticks[0], min(values)) - 0.05, max(ticks[-1], max(values)) + 0.1
            chart.add_trace(
                trace(
                    "scatter",
                    x=sizes,
                    y=values,
                    xaxis=f"x{number}",
                    yaxis=f"y{number}",
                    mode="lines+markers",
                    line={"color": colours.accent, "width": 1.5},
                    marker={"symbol": "circle", "size": 7, "color": colours.accent},
                    hoverinfo="skip",
                    cliponaxis=False,
                )
            )
            labels = {"tickvals": sizes, "ticktext": [str(one["size"]) for one in rows]}
            places = {"tickvals": ticks, "ticktext": [f"{10**tick:g}" for tick in ticks]}
            wide, tall = across[column], up[row]
            room = (sizes[-1] - sizes[0]) * 0.06
            span = [sizes[0] - room, sizes[-1] + room]
            of_x = base_axis(colours, range=span, domain=list(wide), anchor=f"y{number}", **labels)
            of_y = value_axis(colours, range=[low, high], domain=list(tall), anchor=f"x{number}", **places)
            chart.update_layout(**{f"xaxis{number}": of_x, f"yaxis{number}": of_y})
            words = f"<b>{title}, {unit}</b>, by {kind}: exponent {exponent(rows, name):.2f}"
            write(chart, words, wide[0], tall[1], at="left bottom", shift=(-36.0, 10.0))
    return chart


def _ticks(low: float, high: float) -> list[float]:
    """Logarithms of 1, 2 and 5 times powers of ten about a range: all of them, or the powers alone where there are many."""
    first, last = math.floor(low), math.ceil(high)
    steps = (1, 2, 5) if high - low < 2 else (1,)
    every = [power + math.log10(step) for power in range(first, last + 1) for step in steps]
    inside = [tick for tick in every if low <= tick <= high]
    below, above = [tick for tick in every if tick < low], [tick for tick in every if tick > high]
    return [*below[-1:], *inside, *above[:1]]


def main(words: list[str]) -> None:
    if words[:1] == ["one"]:
        print(json.dumps(one(words[1], int(words[2]))))
        return
    short = words == ["short"]
    found = {kind: measured(kind, sizes) for kind, sizes in (SHORT if short else SIZES).items()}
    if not short:
        PICTURE.write_text(to_svg(picture(found), 760) + "\n", encoding="utf-8")
        print(f"  drawn: {PICTURE.relative_to(TOP)}")


if __name__ == "__main__":
    main(sys.argv[1:])
