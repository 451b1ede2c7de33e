"""Seconds of the risk study of the base design, with one worker and with two.

Run: python -m benchmarks.risk [DRAWS]
"""

import sys
import time

from pilot_planner import load_inputs
from pilot_planner.studies.risk import risk


def seconds(inputs, draws: int, workers: int, recourse: bool) -> float:
    begin = time.perf_counter()
    found = risk(inputs=inputs, draws=draws, workers=workers, recourse=recourse)
    assert len(found.draws) == draws
    return time.perf_counter() - begin


def main(draws: int) -> None:
    inputs = load_inputs()
    print(f"{draws:,} draws of the base design, named draws and tornado included")
    for workers in (1, 2):
        for recourse in (False, True):
            words = "with recourse" if recourse else "no recourse"
            took = seconds(inputs, draws, workers, recourse)
            print(f"  {workers} worker{'s' if workers > 1 else ' '}, {words:14} {took:8.1f} s  {draws / took:8.1f} draws/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
