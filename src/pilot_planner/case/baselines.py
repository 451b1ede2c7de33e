"""Today's economics of one worker-month at a placement: what the worker keeps, the state takes, others take."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.eligibility import kept_today
from pilot_planner.case.evidence import Evidence
from pilot_planner.data.amounts import most


@dataclass(frozen=True, slots=True)
class Today:
    """Status quo per worker-month, USD. The four parts other than ``contract_value`` add up to it."""

    contract_value: float
    worker_keeps: float
    state_takes: float
    others_take: float


def today(evidence: Evidence, iso3: str, sector: str) -> Today:
    """The status quo at a placement: its own reading where there is one, else the general one of its sector.

    Others (managers, brokers, tuition, bribes) get what is left of the contract price.
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
    contract = most(contract, keeps + state)
    return Today(contract, keeps, state, contract - keeps - state)
