"""Today's economics of one worker-month at a placement: what the worker keeps, the state takes, others take.

Not everybody whom the pilot would employ works abroad today. A share does (``displaced``), as such workers do at present;
the rest is at home, where the state has nothing of the work that it would lose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pilot_planner.case.eligibility import kept_today
from pilot_planner.case.evasion import WHERE, components
from pilot_planner.case.evidence import Evidence
from pilot_planner.data.amounts import most

TodayPart = Literal["contract_value", "worker_keeps", "state_takes", "others_take"]


@dataclass(frozen=True, slots=True)
class Today:
    """A worker-month abroad today, USD: the three parts after ``contract_value`` add up to it.

    ``displaced`` is the share of the pilot's workers who would be abroad anyway; ``worker_at_home`` is what one of the
    others keeps in a month at home.
    """

    contract_value: float
    worker_keeps: float
    state_takes: float
    others_take: float
    displaced: float = 1.0
    worker_at_home: float = 0.0

    def mean(self, part: TodayPart, abroad: float) -> float:
        """A part of one of the pilot's worker-months where the share ``abroad`` of them would be abroad, USD."""
        there: float = abroad * getattr(self, part)
        return there + (1.0 - abroad) * self.worker_at_home if part == "worker_keeps" else there


def today(evidence: Evidence, iso3: str, sector: str) -> Today:
    """The status quo at a placement: its own reading where there is one, else the general one of its sector.

    Others (managers, brokers, universities, police) get what is left of the contract price, and at least what evasion
    costs.
    """
    topic = f"status_quo:{iso3}.{sector}"

    def reading(name: str) -> float | None:
        own = evidence.number(topic, "placements", iso3, sector, name)
        return own if own is not None else evidence.number(topic, "sectors", sector, name)

    keeps = kept_today(evidence, topic, iso3, sector)
    price = reading("contract_price_today")
    contract = 0.0 if price is None else price
    state = evidence.number(topic, "placements", iso3, sector, "state_take_today")
    if state is None:
        share = reading("state_take_share_today")
        state = 0.0 if share is None else contract * share
    displaced = evidence.number(topic, "hosts", iso3, "displacement")
    evasion = sum(components(lambda flow: evidence.number(topic, "status_quo", flow, *WHERE)).values())
    others = most(contract - keeps - state, evasion)
    return Today(
        keeps + state + others,
        keeps,
        state,
        others,
        # Where nobody has looked, all count as abroad today, so that no gain is claimed.
        displaced=1.0 if displaced is None else displaced,
        worker_at_home=evidence.need(topic, "programme", "worker_keeps_at_home"),
    )
