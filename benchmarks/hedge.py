"""A plan across draws by branching and cuts, against the whole deterministic equivalent by HiGHS in the same run.

Run: python -m benchmarks.hedge [SECONDS OF THE PEER]
"""

import sys
import time
from pathlib import Path

from pilot_planner import load_design, load_inputs
from pilot_planner.case.case import make_case
from pilot_planner.programme.build import build
from pilot_planner.programme.draws import yardstick
from pilot_planner.solving.session import Session
from pilot_planner.solving.tail import MeanRisk
from pilot_planner.solving.two_stage import TwoStage
from pilot_planner.studies.hedge_draws import Candidates
from pilot_planner.studies.risk_draws import draw

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

SIZES = (3, 10, 50)


def main(most_seconds: float) -> None:
    from whole_hedge import whole

    inputs, design = load_inputs(), load_design()
    wanted = design.hedge
    base = build(make_case(design, inputs))
    session = Session(base)
    measure = yardstick(base, session.break_ties(session.solve()), wanted)
    keys = [placement.key for placement in base.case.placements]
    candidates = Candidates(design, inputs, keys, design.oversight.levels)
    uncertain, _ = candidates.uncertain()
    risk = MeanRisk(wanted.weight, wanted.tail)
    print(f"gap {wanted.gap:g} of what the base plan is worth; the peer stops after {most_seconds:.0f} s")
    for count in SIZES:
        drawn = draw(uncertain, count, 1)
        begin = time.perf_counter()
        draws = [candidates.draw(drawn.row(number), measure)[0] for number in range(count)]
        made = time.perf_counter() - begin
        begin = time.perf_counter()
        own = TwoStage(base, draws, risk, wanted.gap * measure.worth, most_seconds).solve()
        seconds = time.perf_counter() - begin
        begin = time.perf_counter()
        status, value, bound, _ = whole(base, draws, risk, gap=wanted.gap, seconds=most_seconds)
        peer = time.perf_counter() - begin
        print(f"{count:3d} draws (made in {made:.1f} s)")
        print(f"  own   {own.status:10} {seconds:8.1f} s  measure {-own.value:14,.0f}  bound {-own.bound:14,.0f}")
        shown = "none" if value is None else f"{-value:14,.0f}"
        limit = "none" if bound is None else f"{-bound:14,.0f}"
        print(f"  whole {status:10} {peer:8.1f} s  measure {shown}  bound {limit}  ratio {peer / seconds:6.1f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 300.0)
