"""Runs per second of a study at fixed hosts, against making every run anew with PuLP and HiGHS's own search.

Run: python -m benchmarks.what_if [RUNS]
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.timing import line
from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.setup import set_up
from pilot_planner.studies.what_if import what_if

ONLY = "MNG"
SUBSET = 20
HEAD = 'title = "Budget and wage"\nwhy = "How fast runs are."\n'
BUDGET, WAGE = "limits.operating_cost.max", f"inputs.placements.{ONLY}.construction.market_wage"


def anew(design, inputs, cases, engine) -> float:
    """Runs per second when inputs, case, programme and problem are made again for every run."""
    begin = time.perf_counter()
    for values in cases:
        own, ready = set_up(design, inputs, {**values, "solver.engine": engine})
        programme = build(make_case(own, ready))
        session = Session(programme)
        programme.metric_values(session.break_ties(session.solve()))
    return len(cases) / (time.perf_counter() - begin)


def swept(file, design, inputs, workers) -> float:
    """Runs per second of the study, its folder included."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        result = what_if(file, design, inputs, out=Path(folder) / "out", workers=workers)
        seconds = time.perf_counter() - begin
    assert result.complete
    assert set(result.summary["statuses"]) == {"optimal"}
    return len(result.records) / seconds


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


def main(runs: int) -> None:
    inputs = load_inputs()
    base = load_design("one_host")
    others = [row.text("iso3") for row in inputs.rows("lists/hosts.csv") if row.text("iso3") != ONLY]
    design, _ = set_up(base, inputs, {"exclusions": [*base.exclusions, *others]})
    share = [place / (SUBSET - 1) for place in range(SUBSET)]
    # Wages run the other way at every second place, so that the subset covers the whole grid.
    cases = [{BUDGET: 6e6 + 6e6 * s, WAGE: 640 + 130 * (s if n % 2 else 1 - s)} for n, s in enumerate(share)]
    whole = anew(design, inputs, cases, "whole")
    own = anew(design, inputs, cases, "structure")
    print(f"runs per second, hosts fixed ({ONLY})")
    print(f"  anew, PuLP and HiGHS whole ({SUBSET} runs)     {whole:8.1f}")
    print(f"  anew, PuLP and our own search ({SUBSET} runs)  {own:8.1f}")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("grid", "sample"):
            file = study(Path(folder), name, runs)
            one = swept(file, design, inputs, 1)
            two = swept(file, design, inputs, 2)
            print(
                f"  {name} of {runs}, 1 worker   {one:8.1f}   ratio to whole {one / whole:6.1f}, to our own {one / own:5.1f}"
            )
            print(f"  {name} of {runs}, 2 workers  {two:8.1f}   ratio to 1 worker {two / one:5.2f}")
            line(f"  {name} of {runs}, 1 worker", runs / one, "whole, by its rate", runs / whole)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
