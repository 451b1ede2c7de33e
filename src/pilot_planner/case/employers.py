"""What employers answer to: what an hour costs them against local pay, and how many local people they must employ."""

from __future__ import annotations

from pilot_planner.case.eligibility import MonthlyOffer
from pilot_planner.case.evidence import Evidence
from pilot_planner.data.amounts import least, most, where
from pilot_planner.design.schema import Design

Steps = tuple[tuple[float, float], ...]
"""Steps of demand, the cheapest first: up to which cost ratio, and the share of demand that is still there."""

_CLOSE = 1e-12
"""Relative: a cost that is a step's own to the last digit belongs to it."""


def hourly_cost_ratio(design: Design, offer: MonthlyOffer) -> float:
    """What an hour of the work costs the employer over an hour of a comparable local worker; 0 where that costs nothing."""
    hours = 1.0 + design.pay.overtime_hours / design.pay.weekly_hours
    share = offer.local_cost_share * hours
    return where(share > 0.0, 1.0 / where(share > 0.0, share, 1.0), 0.0)


def demand_steps(evidence: Evidence, topic: str) -> Steps:
    """The steps ``demand_step_1_ratio``, ``demand_step_1_share``, ``demand_step_2_ratio`` ... of the inputs.

    As many as stand there. A dearer step never has more of the demand than a cheaper one, in no draw.
    """
    known, found = set(evidence.below("programme")), []
    ratio, share, number = 0.0, 1.0, 1
    while number == 1 or f"demand_step_{number}_ratio" in known:
        ratio = most(ratio, evidence.need(topic, "programme", f"demand_step_{number}_ratio"))
        share = least(share, evidence.need(topic, "programme", f"demand_step_{number}_share"))
        found.append((ratio, share))
        number += 1
    return tuple(found)


def hiring_share(ratio: float, steps: Steps) -> float:
    """Share of the demand that is still there where an hour costs so many times what a local one does; 0 beyond all steps.

    >>> [hiring_share(ratio, ((1.05, 1.0), (1.25, 0.5))) for ratio in (1.0, 1.05, 1.06, 1.3)]
    [1.0, 1.0, 0.5, 0.0]
    """
    found = 0.0
    for up_to, share in reversed(steps):
        found = where(ratio <= up_to * (1.0 + _CLOSE), share, found)
    return found


def demand_share(design: Design, evidence: Evidence, topic: str, offer: MonthlyOffer | None) -> float:
    """The share of employers' demand that is still there at what an hour costs; 1 where it answers to nothing."""
    if not design.responses.demand or offer is None:
        return 1.0
    return hiring_share(hourly_cost_ratio(design, offer), demand_steps(evidence, topic))


def local_staff_room(evidence: Evidence, topic: str, iso3: str, sector: str) -> float | None:
    """Foreign workers whom a host's rule on local staff allows beside everybody whom the sector employs, persons.

    q / (1 - q) times the sector's employees, less the foreigners who are known to be there; q: most of an employer's staff
    who may be foreign. None where there is no such rule, or nobody has told how many the sector employs.
    """
    foreign = evidence.number(topic, "hosts", iso3, "foreign_worker_quota_share")
    local = evidence.number(topic, "placements", iso3, sector, "sector_employees")
    if foreign is None or local is None:
        return None
    present = evidence.number(topic, "placements", iso3, sector, "foreign_workers_present")
    per_local = where(foreign < 1.0, foreign / where(foreign < 1.0, 1.0 - foreign, 1.0), _ENDLESS)
    return most(0.0, per_local * local - (0.0 if present is None else present))


_ENDLESS = 1e9
"""Foreigners for each local worker where a rule lets all staff be foreign: more than anybody asks for."""
