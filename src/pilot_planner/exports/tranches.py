"""When donors are asked to pay: the ask, laid on the months in which the design counts on money."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pilot_planner.case.calendar import months_after
from pilot_planner.design.schema import TO_BE_FOUND
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.sanitise import xml_text


@dataclass(frozen=True, slots=True)
class Tranche:
    """USD to be paid from ``start`` on, to the cent.

    Attributes:
        donor: the one that the design names; empty: the one asked.
        on_gate: it falls due after the gate of the design, so it is paid on the decision there only.
    """

    donor: str
    start: dt.date
    end: dt.date
    usd: Decimal
    on_gate: bool = False


def tranches(dossier: Dossier) -> tuple[Tranche, ...]:
    """The contribution that is asked for, in the order in which the design counts on it.

    Early tranches come in full, so that no money is spent before it has arrived; the last is what is left to ask, since a
    programme's own levy pays part of it and pledges are planned with a margin. Without pledges, or beyond them, the rest is
    asked for at the start.
    """
    rest = dossier.budget.ask(dossier.terms.rules).contribution
    found: list[Tranche] = []
    for pledge in sorted(dossier.plan.design.funding.pledges, key=lambda one: one.month):
        usd = min(rest, Decimal(str(pledge.usd)).quantize(Decimal("0.01")))
        if usd > 0:
            found.append(_tranche(dossier, pledge.donor, pledge.month, usd))
            rest -= usd
    if rest > 0:
        found.insert(0, _tranche(dossier, TO_BE_FOUND, 0, rest))
    return tuple(found)


def on_gate(tranche: Tranche) -> str:
    """What stands behind a tranche that waits for the decision at the gate."""
    return " (on the decision at the gate)" if tranche.on_gate else ""


def _tranche(dossier: Dossier, donor: str, month: int, usd: Decimal) -> Tranche:
    name = xml_text(donor).strip()
    named = "" if name in (TO_BE_FOUND, dossier.terms.donor.name) else name
    start = months_after(dossier.start, month)
    end = months_after(start, dossier.plan.design.programme.period_months) - dt.timedelta(days=1)
    gate = dossier.plan.design.gate
    return Tranche(named, start, end, usd, gate is not None and month >= gate.month)
