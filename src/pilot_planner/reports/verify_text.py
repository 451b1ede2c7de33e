"""What referees say of a plan, in plain words."""

from __future__ import annotations

from rich.console import Console

from pilot_planner.solving.arithmetic import TOLERANCE
from pilot_planner.studies.verification.exact_checker import Checked
from pilot_planner.studies.verification.verify import Verification

_SUMMARY = {
    "agrees": "Every referee agrees.",
    "undecided": "Nothing contradicts the plan, but a referee ran out of time (solver.time_limit gives it more) or all err.",
    "disagrees": "The referees DISAGREE. Do not rely on this plan; please report it with the design and the inputs.",
}


def print_verification(found: Verification, console: Console) -> None:
    """One line for the plan, one for each referee, and what follows."""
    aim = f"{found.sense} {found.metric}"
    if found.objective is None:
        console.print(f"{found.design}: {found.engine} says {found.status} ({aim}).")
    else:
        console.print(f"{found.design}: {aim} is {found.objective:,.2f} by {found.engine}, {found.status}.")
    if found.broken is not None:
        word = "holds" if found.broken <= TOLERANCE else "BREAKS"
        console.print(f"By plain arithmetic the plan {word} every row (largest relative miss {max(0.0, found.broken):.1e}).")
    for one in found.answers:
        console.print(f"{one.sentence} ({one.seconds:.2f} s)")
    if found.certificate is not None:
        console.print(_of_certificate(found.certificate))
    if found.verdict == "agrees" and any(one.verdict == "errs" for one in found.answers):
        console.print("A referee errs, as said above; the plan stands, and every other referee agrees.")
    else:
        console.print(_SUMMARY[found.verdict])


def _of_certificate(checked: Checked) -> str:
    if not checked.holds:
        return f"The certificate does NOT prove the plan: {'; '.join(checked.faults)}."
    nodes = f"{checked.by_nodes:,} by {checked.leaves:,} nodes"
    sets = f"{checked.sets:,} sets of hosts, {checked.by_sums:,} closed by sums and {nodes}"
    if checked.objective is None:
        return f"The certificate proves in exact fractions that no plan meets all limits ({sets})."
    return f"The certificate proves in exact fractions that no plan passes {checked.bound:,.2f} ({sets})."
