"""Rights floors: which placements may be staffed at all, and every reason why not, in words.

Decided before any solve. A value that is missing is unknown, and unknown does not pass.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.evidence import Evidence
from pilot_planner.case.pay import Pay, local_worker_cost
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a placement passes every rights floor. ``reasons`` maps the floor that fails to words."""

    iso3: str
    sector: str
    reasons: dict[str, str]

    @property
    def eligible(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class MonthlyOffer:
    """What a placement would pay in a month with work and in the leanest month; None where it cannot be computed."""

    full: Pay
    leanest: Pay
    market_wage: float
    employer_contribution: float


def excluded(design: Design, iso3: str, sector: str) -> bool:
    """Whether the design leaves out this sector, host or placement."""
    return bool({sector, iso3, f"{iso3}.{sector}"} & set(design.exclusions))


def host_reasons(design: Design, evidence: Evidence, iso3: str) -> dict[str, str]:
    """Floors that a host fails, whatever the sector."""
    floors = design.floors
    topic = f"eligibility:{iso3}"
    reasons: dict[str, str] = {}

    willingness = evidence.number(topic, "hosts", iso3, "willingness")
    if willingness is None:
        if floors.host_willingness > 0:
            reasons["host_willingness"] = "willingness of the host is unknown"
    elif willingness < floors.host_willingness:
        reasons["host_willingness"] = f"willingness {willingness:.2f} is below {floors.host_willingness:.2f}"

    tier = evidence.number(topic, "hosts", iso3, "tip_tier")
    if tier is None:
        reasons["tip_tier"] = "trafficking-in-persons tier is unknown"
    elif tier > floors.tip_tier:
        shown = evidence.inputs.label("tier", tier)
        reasons["tip_tier"] = f"trafficking-in-persons tier {shown} is worse than {floors.tip_tier:g}"

    for convention in floors.conventions:
        ratified = evidence.number(topic, "hosts", iso3, f"ilo_{convention.lower()}_ratified")
        if ratified != 1:
            word = "is not known to be ratified" if ratified is None else "is not ratified"
            reasons[f"convention_{convention}"] = f"ILO convention {convention} {word}"

    if floors.agency_office:
        office = evidence.number(topic, "hosts", iso3, "iom_office")
        if office != 1:
            reasons["agency_office"] = "no IOM office" if office == 0 else "an IOM office is not known of"
    return reasons


def lawful_admission(design: Design, evidence: Evidence, iso3: str, sector: str) -> dict[str, str]:
    """Whether the law of the host admits such workers; what is said of the placement overrules the host.

    Where the law bars some sectors of a host, what it says of another one is unknown until somebody has looked.
    """
    if not design.floors.lawful_admission:
        return {}
    topic = f"eligibility:{iso3}"
    admits = evidence.number(topic, "placements", iso3, sector, "law_admits")
    if admits is None:
        admits = evidence.number(topic, "hosts", iso3, "law_admits_workers")
        if admits == 1 and (barred := _barred_sectors(evidence, iso3)):
            known = ", ".join(barred)
            return {
                "lawful_admission": f"whether the law admits such workers is unknown: it bars others of this host ({known})"
            }
    if admits is None:
        return {"lawful_admission": "whether the law admits such workers is unknown"}
    return {} if admits == 1 else {"lawful_admission": "the law of the host does not admit such workers"}


def _barred_sectors(evidence: Evidence, iso3: str) -> list[str]:
    """Sectors of a host that its law is known to bar."""
    sectors = (row.text("sector") for row in evidence.inputs.rows("lists/sectors.csv"))
    return [one for one in sectors if evidence.inputs.number("placements", iso3, one, "law_admits") == 0]


def pay_reasons(
    design: Design, inputs: Inputs, evidence: Evidence, iso3: str, sector: str, offer: MonthlyOffer
) -> dict[str, str]:
    """Floors on what the worker gets and on what an employer would pay."""
    floors = design.floors
    reasons: dict[str, str] = {}
    topic = f"eligibility:{iso3}"
    net = offer.leanest.net_pay

    if floors.living_wage:
        living = evidence.number(topic, "hosts", iso3, "living_wage")
        if living is None:
            reasons["living_wage"] = "living wage is unknown"
        elif net < living:
            reasons["living_wage"] = (
                f"net pay {net:,.0f} USD in the leanest month is below the living wage {living:,.0f} USD"
            )

    today = kept_today(evidence, topic, iso3, sector)
    wanted = (1.0 + floors.gain_over_today) * today
    if net < wanted:
        reasons["gain_over_today"] = (
            f"net pay {net:,.0f} USD in the leanest month is below {wanted:,.0f} USD, what such workers keep today plus "
            f"{floors.gain_over_today:.0%}"
        )

    local = local_worker_cost(offer.market_wage, offer.employer_contribution)
    if local <= 0.0:
        reasons["employer_cost_ratio"] = "a local worker would cost nothing, so no employer pays for one from abroad"
    elif (ratio := offer.full.contract_value / local) > floors.employer_cost_ratio:
        reasons["employer_cost_ratio"] = (
            f"contract value {offer.full.contract_value:,.0f} USD a month is {ratio:.2f} times the cost of a local worker, "
            f"above {floors.employer_cost_ratio:.2f}"
        )
    return reasons


def kept_today(evidence: Evidence, topic: str, iso3: str, sector: str) -> float:
    """What such a worker keeps today, USD a month: of the placement where known, else the general reading."""
    placement = evidence.number(topic, "placements", iso3, sector, "worker_keeps_today")
    general = evidence.need(topic, "programme", "worker_keeps_today")
    return max(placement or 0.0, general)
