"""Time of a plan by sets of hosts, against our branch and bound on the whole programme and HiGHS alone on it.

Run: python -m benchmarks.sets [short]

Everything is CPU time in one thread, so that other work on the machine counts little; peers run in a process of their own.
"""

import math
import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from many_hosts import many_hosts

_WAIT = 300.0
"""Seconds after which a peer on the whole programme is told to stop; its time then counts as at least that."""
_LATE = 60.0
"""Seconds after which one that does not is ended."""


def seconds(work, repeats: int = 3) -> tuple[float, object]:
    """Median CPU time, and what the last run gave."""
    times, result = [], None
    for _ in range(repeats):
        started = time.process_time()
        result = work()
        times.append(time.process_time() - started)
    return statistics.median(times), result


def solve(programme, engine: str):
    """The plan by one engine: ``sets``, ``branching`` (ours, on the whole programme) or ``whole`` (HiGHS alone)."""
    case = programme.case
    options = case.design.solver.model_copy(
        update={"engine": "whole" if engine == "whole" else "structure", "time_limit": _WAIT}
    )
    programme = replace(programme, case=replace(case, design=case.design.model_copy(update={"solver": options})))
    session = Session(programme)
    if engine == "branching":
        return session.solve_by_structure()
    return session.solve()


def apart(programme, peer: str, repeats: int) -> tuple[float, str, float | None, float | None]:
    """CPU seconds of a peer, its status, objective and gap; in a process of its own, which ends where the peer does not."""
    end, other = multiprocessing.Pipe(duplex=False)
    before = children_seconds()

    def work() -> None:
        try:
            taken, outcome = seconds(lambda: solve(programme, peer), repeats)
        except NoTimeError:
            other.send(None)
        else:
            other.send((taken, outcome.status, outcome.objective, outcome.gap))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    try:
        found = end.recv() if end.poll(_WAIT * repeats + _LATE) else None
    finally:
        process.terminate()
        process.join()
    return found or (children_seconds() - before, "time_limit", None, None)


def children_seconds() -> float:
    """CPU seconds of the processes that were begun here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(name: str, programme, peers: tuple[str, ...]) -> None:
    own, outcome = seconds(lambda: solve(programme, "sets"))
    print(
        f"{name:42s} {len(programme.rows):6d} x {len(programme.d.columns):6d}   sets {own:7.3f} s  {outcome.status}", end=""
    )
    for peer in peers:
        taken, status, objective, gap = apart(programme, peer, 3 if own < 0.3 else 1)
        if status != "optimal":
            told = "no plan" if gap is None else f"gap {gap:.1%}"
            print(f"   {peer} {told} after {taken:.0f} s, ratio > {taken / own:.0f}", end="", flush=True)
            continue
        same = outcome.objective is None or math.isclose(outcome.objective, objective, rel_tol=3e-6)
        print(f"   {peer} {taken:8.3f} s ratio {taken / own:6.1f}{'' if same else ' DIFFERENT'}", end="", flush=True)
    print(flush=True)


def main(short: bool) -> None:
    inputs = load_inputs()
    wide = {"floors.host_willingness": 0.0, "limits.mean_willingness.min": 0.0}
    for name, settings in {"base": {}, "wide_eligibility": wide, "one host": {"limits.hosts.max": 1}}.items():
        design = load_design(None, settings)
        compare(name, build(make_case(design, inputs)), ("branching", "whole"))
    compare("10 hosts x 4 sectors x 8 quarters", build(many_hosts(inputs, 10, 4)), ("branching", "whole"))
    budgets = (12e6,) if short else (6e6, 12e6, 24e6)
    for budget in budgets:
        settings = {"limits.operating_cost.max": budget, "funding.pledges": [{"donor": "a", "month": 0, "usd": budget}]}
        programme = build(many_hosts(inputs, 40, 9, settings))
        compare(f"40 x 9 x 8 quarters, {budget / 1e6:.0f} m USD", programme, () if short else ("whole",))
    if not short:
        months = {"programme.duration_months": 36, "programme.period_months": 1}
        for hosts in (40, 100):
            compare(f"{hosts} hosts x 20 sectors x 36 months", build(many_hosts(inputs, hosts, 20, months)), ("whole",))


if __name__ == "__main__":
    main(sys.argv[1:] == ["short"])
