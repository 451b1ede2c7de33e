"""A plan across draws by sets of hosts, by branching on hosts, and as one whole deterministic equivalent by HiGHS.

Run: python -m benchmarks.hedge [SECONDS OF EACH PEER] [DESIGN] [DRAWS ...]

All three in one run on the same draws, to the design's own gap; a peer that is not done when its time is over shows what it
has. The search starts, as in ``risk --hedge``, with the base plan; the making of the draws is told apart.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

from pilot_planner import load_design, load_inputs
from pilot_planner.case.case import make_case
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.build import build
from pilot_planner.programme.draws import yardstick
from pilot_planner.solving.session import Session
from pilot_planner.solving.stochastic.cvar import MeanRisk
from pilot_planner.solving.stochastic.two_stage import TwoStage
from pilot_planner.studies.robust.robust_plan import signed
from pilot_planner.studies.robust.scenarios import Candidates
from pilot_planner.studies.uncertainty.samples import draw

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

SIZES = (3, 10, 50)


def main(most_seconds: float, model: str, sizes: tuple[int, ...]) -> None:
    from whole_hedge import whole

    inputs, design = load_inputs(), load_design(model)
    wanted = design.hedge
    base = build(make_case(design, inputs))
    options = design.solver.model_copy(update={"engine": "whole"})
    without_sets = replace(base, case=replace(base.case, design=design.model_copy(update={"solver": options})))
    session = Session(base)
    solution = session.break_ties(session.solve())
    measure, start = yardstick(base, solution, wanted), signed(base, solution)
    keys = [placement.key for placement in base.case.placements]
    candidates = Candidates(design, inputs, keys, design.oversight.levels)
    uncertain, _ = candidates.uncertain()
    risk = MeanRisk(wanted.weight, wanted.tail)
    print(f"{model}, gap {wanted.gap:g} of what the base plan is worth; peers stop after {most_seconds:.0f} s")
    for count in sizes:
        drawn = draw(uncertain, count, 1)
        begin = time.perf_counter()
        draws = [candidates.draw(drawn.row(number), measure)[0] for number in range(count)]
        print(f"{count:3d} draws (made in {time.perf_counter() - begin:.1f} s)")
        begin = time.perf_counter()
        own = TwoStage(base, draws, risk, wanted.gap * measure.worth, wanted.time_limit).solve(start)
        seconds = time.perf_counter() - begin
        say("sets", own.status, seconds, own.value, own.bound, measure.worth)
        begin = time.perf_counter()
        try:
            peer = TwoStage(without_sets, draws, risk, wanted.gap * measure.worth, most_seconds).solve(start)
            ended = peer.status, time.perf_counter() - begin, peer.value, peer.bound
        except NoTimeError:
            ended = "time_limit", time.perf_counter() - begin, None, None
        say("branching", *ended, measure.worth, ended[1] / seconds)
        begin = time.perf_counter()
        status, value, bound, _ = whole(base, draws, risk, gap=wanted.gap, seconds=most_seconds)
        took = time.perf_counter() - begin
        say("whole", status, took, value, bound, measure.worth, took / seconds)


def say(name, status, seconds, value, bound, worth, ratio=None):
    shown = ["none" if one is None else f"{-one:,.0f}" for one in (value, bound)]
    gap = "none" if None in (value, bound) else f"{(value - bound) / worth:.1e}"
    end = "" if ratio is None else f"  ratio {ratio:6.1f}"
    print(
        f"  {name:9} {status:12} {seconds:7.1f} s  measure {shown[0]:>14}  bound {shown[1]:>14}  gap {gap}{end}", flush=True
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    sizes = tuple(map(int, words[2:])) or SIZES
    main(float(words[0]) if words else 300.0, words[1] if len(words) > 1 else "base", sizes)
