"""Runs of a study against making every run anew with PuLP: budgets by wages at fixed and at free hosts.

Run: python -m benchmarks.what_if [RUNS]

One worker is measured by CPU time, since other work on the machine then counts little; two workers by the clock. The peers
are timed on a few runs spread over the grid, and their time for all runs is that rate times the number of runs.
"""

import math
import sys
import tempfile
import time
from pathlib import Path

from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.sweeps.what_if import what_if

ONLY = "MNG"
FULL = 1000
SUBSET = 12
HEAD = 'title = "Budget and wage"\nwhy = "How fast runs are."\n'
BUDGET, WAGE = "limits.operating_cost.max", f"inputs.placements.{ONLY}.construction.market_wage"


def anew(design, inputs, cases, engine, ties) -> tuple[float, list]:
    """Seconds a run, and objectives, when inputs, case, programme and problem are made again for every run.

    Without ``ties`` the peer stops at the first optimal plan: less than a run of a study gives.
    """
    begin, objectives = time.process_time(), []
    for values in cases:
        own, ready = set_up(design, inputs, {**values, "solver.engine": engine})
        programme = build(make_case(own, ready))
        session = Session(programme)
        outcome = session.solve()
        if outcome.has_plan:
            programme.metric_values(session.break_ties(outcome) if ties else outcome.solution)
        objectives.append(outcome.objective)
    return (time.process_time() - begin) / len(cases), objectives


def swept(file, design, inputs, workers=1) -> tuple[float, float, list]:
    """CPU seconds of this process and seconds by the clock for a run of the study, its folder included; its records."""
    with tempfile.TemporaryDirectory() as folder:
        begin, clock = time.process_time(), time.perf_counter()
        result = what_if(file, design, inputs, out=Path(folder) / "out", workers=workers)
        used, seconds = time.process_time() - begin, time.perf_counter() - clock
    assert result.complete
    return used / len(result.records), seconds / len(result.records), list(result.records)


def study(folder: Path, name: str, runs: int) -> Path:
    """A grid of budgets by wages, or as many draws, all of them different."""
    wages = 25
    grid = (
        f'[[vary]]\npath = "{BUDGET}"\nfrom = 6e6\nto = 1.2e7\nsteps = {max(2, runs // wages)}\n'
        f'[[vary]]\npath = "{WAGE}"\nfrom = 640\nto = 770\nsteps = {wages}\n'
    )
    sample = (
        f'mode = "sample"\ndraws = {runs}\n[[vary]]\npath = "{BUDGET}"\nfrom = 6e6\nto = 1.2e7\n'
        f'[[vary]]\npath = "{WAGE}"\nfrom = 640\nto = 770\n'
    )
    file = folder / f"{name}.toml"
    file.write_text(HEAD + (grid if name == "grid" else sample), encoding="utf-8")
    return file


def compare(name, design, inputs, runs, subset, samples) -> None:
    """Grids and samples of a design against both peers; all of one run of this program."""
    print(f"{name}: ms CPU a run; peers on {subset} runs of the grid", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        one, _, records = swept(study(Path(folder), "grid", runs), design, inputs)
        step = max(1, len(records) // subset)
        picked = [records[(n * step + n * 7 % step) % len(records)] for n in range(subset)]
        cases = [{path: record[path] for path in (BUDGET, WAGE)} for record in picked]
        peers = {}
        for peer, engine, ties in (
            ("PuLP and HiGHS on the whole programme", "whole", True),
            ("the same, any optimal plan", "whole", False),
            ("our own search, made anew", "structure", True),
        ):
            peers[peer], objectives = anew(design, inputs, cases, engine, ties)
            same = all(
                mine["objective"] == other or math.isclose(mine["objective"], other, rel_tol=3e-6)
                for mine, other in zip(picked, objectives, strict=True)
            )
            print(f"  {peer:40s} {peers[peer] * 1e3:8.1f}{'' if same else '   DIFFERENT'}", flush=True)
        found = {f"grid of {len(records)}": one}
        if samples:
            found[f"sample of {runs}"] = swept(study(Path(folder), "sample", runs), design, inputs)[0]
        for kind, seconds in found.items():
            ratios = "".join(f"   {peer}: {taken / seconds:6.1f}" for peer, taken in peers.items())
            print(f"  {kind:40s} {seconds * 1e3:8.1f}   ratios{ratios}", flush=True)
        if samples:
            file = study(Path(folder), "sample", runs)
            clocks = [swept(file, design, inputs, workers)[1] for workers in (1, 2)]
            print(f"  two workers against one, by the clock     {clocks[0] / clocks[1]:8.2f}", flush=True)


def main(runs: int) -> None:
    inputs = load_inputs()
    free = load_design("one_host")
    others = [row.text("iso3") for row in inputs.rows("lists/hosts.csv") if row.text("iso3") != ONLY]
    fixed, _ = set_up(free, inputs, {"exclusions": [*free.exclusions, *others]})
    short = runs < FULL
    compare(f"hosts fixed ({ONLY})", fixed, inputs, runs, SUBSET // 2 if short else SUBSET, samples=True)
    compare("hosts free, at most one", free, inputs, runs, SUBSET // 4 if short else SUBSET, samples=False)
    if not short:
        compare("hosts free, the base design", load_design(), inputs, runs, SUBSET, samples=False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL)
