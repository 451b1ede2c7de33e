"""The chance of a plan, a plan for a chance and what evidence is worth, in CPU time; beside an earlier version in part.

Run: python -m benchmarks.chance [DRAWS] [FOLDER OF AN EARLIER VERSION]
"""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import line, median_seconds
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.robust.confident_plan import confidence_curve, plan_for
from pilot_planner.studies.uncertainty.chance import chance_of
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.studies.uncertainty.value_of_information import evppi
from pilot_planner.studies.uncertainty.what_to_find_out import CANDIDATES

FEW, MANY = 10, 60
EARLIER = """
import sys, time
from pilot_planner import load_inputs
from STUDIES.risk import evaluate, solve_and_hold
from STUDIES.provenance import behind
from STUDIES.risk_draws import draw, uncertain_values
from STUDIES.risk_trial import Trial
from STUDIES.setup import set_up
few, many, recourse = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "run"
design, inputs = set_up(None, None, None)
plan, held = solve_and_hold(design, inputs)
drawn = draw(uncertain_values(behind(plan.case, plan.accounts), inputs)[0], many, 1)
trial = Trial(design, inputs, held)
for number in range(few):
    evaluate(trial, number, drawn.row(number), recourse)
begin = time.process_time()
for number in range(few, many):
    evaluate(trial, number, drawn.row(number), recourse)
print((time.process_time() - begin) / (many - few))
""".replace("STUDIES", "pilot_planner.studies")


def earlier(folder: str, reading: str) -> float:
    """CPU seconds a draw of an earlier version, warmed up."""
    code = [sys.executable, "-c", EARLIER, str(FEW), str(MANY), reading]
    around = {**os.environ, "PYTHONPATH": str(Path(folder) / "src")}
    return float(subprocess.run(code, cwd=folder, env=around, capture_output=True, text=True, check=True).stdout)


def worth_of_all(benefits: Any, coordinates: Any) -> None:
    """The value of each family and event, once for points and once for amounts, as the study asks for it."""
    for column in coordinates.T:
        evppi(benefits, column)
        evppi(benefits, column)


def main(draws: int, folder: str) -> None:
    plan = make_plan()
    cpu = partial(median_seconds, clock=time.process_time)
    for reading in ("signed", "run"):
        own = cpu(lambda reading=reading: chance_of(plan, draws, run=reading == "run"))
        peer = None if not folder else draws * earlier(folder, reading)
        line(f"{draws:,} draws of base as {reading}, all in", own, "earlier version", peer)
    line("a plan for 0.8 over 200 draws", cpu(lambda: plan_for(confidence=0.8, fresh_draws=200), 1))
    line("the curve at eight confidences", cpu(confidence_curve, 1))
    known = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts)).draw(draws, 1)
    # What the plans are worth in each draw does not matter to the time.
    benefits = np.random.default_rng(1).standard_normal((draws, CANDIDATES))
    line(f"value of {len(known.families)} families", cpu(lambda: worth_of_all(benefits, known.coordinates)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, sys.argv[2] if len(sys.argv) > 2 else "")
