"""The gate of a design as a condition: without the decision nobody else arrives, and money that falls due later waits."""

from __future__ import annotations

from decimal import Decimal

from pilot_planner.exports.proposal.section_builder import cents, day
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.tranches import tranches
from pilot_planner.studies.robust.gate import GatePlan
from pilot_planner.text.labels import listed
from pilot_planner.text.number_format import whole_percent


def condition(dossier: Dossier, found: GatePlan) -> str:
    """What the decision at the gate binds, in words that all files share."""
    if found.month == 0:
        return "Nothing is signed and nothing is paid before it is known what the gate asks for."
    first = (
        f"To go on after month {found.month} needs the decision at the gate: without it nobody else arrives and nothing "
        "more is signed."
    )
    planned = tranches(dossier)
    waiting = [one for one in planned if one.on_gate]
    if not waiting:
        return f"{first} No money falls due after it."
    asked, late = (sum((one.usd for one in some), Decimal(0)) for some in (planned, waiting))
    due = listed([f"{cents(one.usd)} USD due by {day(one.start)}" for one in waiting])
    return (
        f"{first} {due}, {whole_percent(float(late / asked))} of what is asked, {'is' if len(waiting) == 1 else 'are'} paid "
        "on that decision only; where it is to stop everywhere, no more of it than stopping in order costs."
    )
