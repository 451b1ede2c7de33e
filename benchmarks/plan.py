"""Time of a plan, step by step, and of its solve against raw HiGHS reading the exported MPS.

Run: python -m benchmarks.plan
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import highspy

from benchmarks.timing import line, median_seconds
from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.programme.build import build
from pilot_planner.programme.files import MPS, programme_texts
from pilot_planner.reports.plan_folder import write_plan
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.plan import make_plan

SIZES = {"base": {}, "full size": {"floors.host_willingness": 0.0, "limits.mean_willingness.min": 0.0}}


def raw_highs(file: Path, gap: float) -> float:
    """Seconds of HiGHS alone on an MPS file, with its own settings apart from the gap and one thread."""
    solver = highspy.Highs()
    solver.silent()
    solver.readModel(str(file))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.0)
    solver.setOptionValue("threads", 1)
    return median_seconds(solver.run, repeats=1)


def steps(name: str, settings: dict) -> None:
    print(f"\n{name}")
    inputs = load_inputs()
    design = load_design(None, settings)
    plan = make_plan(design, inputs)
    case = make_case(design, inputs)
    programme = build(case)
    print(
        f"  {len(case.hosts)} hosts, {len(case.placements)} placements, {len(programme.rows)} rows, "
        f"{len(programme.d.columns)} columns; {plan.status}, gap {plan.outcome.gap:.1e}"
    )
    line("  load and check inputs", median_seconds(load_inputs))
    line("  eligibility and pay", median_seconds(lambda: make_case(design, inputs)))
    line("  build", median_seconds(lambda: build(case)))
    line("  hand over to PuLP and HiGHS", median_seconds(lambda: Session(programme).live))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / MPS
        file.write_bytes(programme_texts(programme)[MPS])
        mine = median_seconds(lambda: Session(programme).solve())
        line("  solve (hand-over included)", mine, "raw HiGHS on the MPS", raw_highs(file, design.solver.gap))
        line("  write the plan folder", median_seconds(lambda: write_plan(plan, Path(folder) / "plan")))


def whole_command() -> None:
    command = [sys.executable, "-m", "pilot_planner", "plan"]
    line(
        "\nwhole command: pilot-planner plan",
        median_seconds(lambda: subprocess.run(command, capture_output=True, check=True)),
    )


if __name__ == "__main__":
    for size, changed in SIZES.items():
        steps(size, changed)
    whole_command()
