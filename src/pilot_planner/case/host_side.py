"""What a host government gets of a pilot, and how that may move it. Pure functions of one placement."""

from __future__ import annotations

from pilot_planner.case.evidence import Evidence
from pilot_planner.case.pay import Pay
from pilot_planner.data.amounts import least, somewhere, where
from pilot_planner.design.schema import Design


def refund_share(design: Design, evidence: Evidence) -> float:
    """Of social contributions, the share that hosts refund to workers who go home."""
    if not design.levies.refund_contributions:
        return 0.0
    return evidence.need("refund", "programme", "refundable_contribution_share")


def lacks_workers(evidence: Evidence, iso3: str, sector: str) -> bool:
    """Whether employers of the sector, or of the host, are known to lack workers.

    How many does not matter here, so no figure rests on it unless it is none.
    """
    readings = (("placements", iso3, sector, "labour_shortage"), ("hosts", iso3, "labour_shortage_workers"))
    for address in readings:
        one = evidence.inputs.find(*address)
        if one is None or one.base is None:
            continue
        if somewhere(one.base > 0.0):
            return True
        evidence.note("vacancies", *address)
    return False


def host_revenue(month: Pay, refunded: float) -> float:
    """USD that a host government gets of a month of work: its income tax, contributions less refunds, its fee."""
    contributions = month.employee_contributions + month.employer_contributions
    return month.host_tax + (1.0 - refunded) * contributions + month.foreign_worker_fee


def willingness_gain(design: Design, evidence: Evidence, month: Pay) -> float:
    """By how much a host is the more willing for the revenue of one worker-month, where the design lets it respond.

    Two pieces, then flat: steeply up to a first revenue, less so up to a second. Floors on willingness never count it:
    whether officials would protect a worker who complains is not for sale.
    """
    if not design.responses.willingness:
        return 0.0

    def rate(name: str) -> float:
        return evidence.need("response", "programme", f"willingness_{name}")

    first, full = rate("first_revenue"), rate("full_revenue")
    at_first, at_full = rate("first_gain"), rate("full_gain")
    revenue = host_revenue(month, refund_share(design, evidence))
    return piece(revenue, 0.0, first, at_first) + piece(revenue, first, full, at_full - at_first)


def piece(value: float, start: float, end: float, gain: float) -> float:
    """What is gained of ``gain`` between two ends; all of it from ``end`` on."""
    width = end - start
    share = where(width > 0.0, (value - start) / where(width > 0.0, width, 1.0), where(value >= end, 1.0, 0.0))
    return gain * least(1.0, where(share > 0.0, share, 0.0))
