"""Would the state take a plan's offer? The largest share of today's take that it meets, and how often that is enough.

The state is taken to accept what it gets (tax that reaches it, diverted income, fees before departure, what else it is
granted) where that is at least a share rho of what it takes today from the same workers. Nobody has measured rho: it is
drawn with everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pilot_planner.errors import CancelledError
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.chance import DRAWS, Share
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.studies.uncertainty.trial import Trial, hold
from pilot_planner.text.number_format import money, percent

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class StateOffer:
    """What a plan offers the state.

    Attributes:
        receipts, reservation: USD over the whole programme: what it gets, the least that it would accept.
        share_met: ``receipts`` over what it takes today: the largest rho at which it would take the offer; None where it
            takes nothing today, and nothing holds it back.
        share_asked: rho at its base value.
        taken: whether it would at base values.
        chance: the share of draws in which it would, nothing being decided again.
    """

    receipts: float
    reservation: float
    share_met: float | None
    share_asked: float
    taken: bool
    chance: Share

    @property
    def sentence(self) -> str:
        """The offer in words."""
        low, high = self.chance.interval
        within = f"{100.0 * low:.0f} to {100.0 * high:.0f} of 100"
        odds = f"in {self.chance.count:,} of {self.chance.draws:,} draws ({within}) it would"
        if self.share_met is None:
            return f"The state takes nothing from these workers today and gets {money(self.receipts)} USD; {odds} take part."
        verdict = "would" if self.taken else "would not"
        return (
            f"The state gets {money(self.receipts)} USD, {percent(self.share_met)} of what it takes today from the same "
            f"workers: it would take part if it asked for no more than that share. At {percent(self.share_asked)}, which is "
            f"judged, it {verdict}; {odds} take part."
        )

    def document(self) -> dict[str, Any]:
        """As a plain document."""
        return {
            "receipts": self.receipts,
            "reservation": self.reservation,
            "share_met": self.share_met,
            "share_asked": self.share_asked,
            "taken": self.taken,
            "chance": self.chance.document(),
            "sentence": self.sentence,
        }


def state_offer(plan: Plan, draws: int = DRAWS, seed: int = 1, progress: Progress | None = None) -> StateOffer:
    """What a plan offers the state, at base values and in draws of its evidence.

    Raises CancelledError when ``progress`` returns False.
    """
    known = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts))
    trial = Trial(plan.design, plan.inputs, hold(plan.programme, plan.solution))
    taken = done = 0
    for settings, values, numbers in groups(known.draw(draws, seed), plan.design):
        if progress is not None and not progress(f"the state's offer: {done:,} of {draws:,} draws", done / draws):
            raise CancelledError(f"stopped after {done:,} of {draws:,} draws")
        one = DrawnPlan(trial.under(settings), values, len(numbers))
        receipts, least = (
            one.each(one.programme.metric(name).value(one.solution)) for name in ("state_receipts", "state_reservation")
        )
        taken += int(np.count_nonzero(receipts >= least))
        done += len(numbers)
    receipts, least = plan.metrics["state_receipts"], plan.metrics["state_reservation"]
    asked = plan.case.rates.state_reservation
    today = plan.programme.q.total(plan.programme.q.state_take_today).value(plan.solution)
    met = receipts / today if today > _NOTHING else None
    return StateOffer(receipts, least, met, asked, receipts >= least, Share(taken, draws))
