"""Rights floors: which placements may be staffed at all, and every reason why not, in words.

Decided before any solve. A value that is missing is unknown, and unknown does not pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Self

from pilot_planner.case.evidence import Evidence
from pilot_planner.case.pay import Pay, local_worker_cost
from pilot_planner.data.amounts import at_draw, everywhere, most, somewhere, where, whole
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design

_CONVENTION = "convention_"
Lever = tuple[str, float, str]
"""An input, the value at which the floor would hold, and both in words."""


class Reason(str):
    """Why a floor fails, in words, and how far off it is.

    Attributes:
        figure, bound: the two figures of the words; None where there are none or one is unknown.
        unknown: whether something is not known, rather than known to fail.
        lever: the evidence on the host that would let it pass; None where it is another one, or many.
    """

    __slots__ = ("bound", "figure", "lever", "unknown")
    figure: float | None
    bound: float | None
    unknown: bool
    lever: Lever | None

    def __new__(
        cls,
        words: str,
        figure: float | None = None,
        bound: float | None = None,
        unknown: bool = False,
        lever: Lever | None = None,
    ) -> Self:
        made = super().__new__(cls, words)
        made.figure, made.bound, made.unknown, made.lever = figure, bound, unknown, lever
        return made

    @property
    def gap(self) -> float:
        """How far the figure is from the bound, as a share of the bound; 1 where either is missing."""
        if self.figure is None or self.bound is None or not self.bound:
            return 1.0
        return abs(self.figure - self.bound) / abs(self.bound)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a placement passes every rights floor. ``reasons`` maps the floor that fails to words and figures."""

    iso3: str
    sector: str
    reasons: dict[str, Reason]

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

    @property
    def local_cost_share(self) -> float:
        """Full cost of a comparable local worker over the contract value of a month with work; 0 where there is none."""
        local, cost = local_worker_cost(self.market_wage, self.employer_contribution), self.full.contract_value
        return where(cost > 0.0, local / where(cost > 0.0, cost, 1.0), 0.0)


def excluded(design: Design, iso3: str, sector: str) -> bool:
    """Whether the design leaves out this sector, host or placement."""
    return design.leaves_out_host(iso3) or design.leaves_out_sector(sector) or f"{iso3}.{sector}" in design.exclusions


@dataclass(frozen=True, slots=True)
class Floor:
    """One rights floor: whether it fails, the figure that is held against it and its bound (None: unknown, or a yes or no).

    With drawn inputs each is one value for each draw.
    """

    fails: bool
    figure: float | None = None
    bound: float | None = None

    @property
    def short(self) -> float | None:
        """By how much the figure is off the bound; None where there are no two figures."""
        return None if self.figure is None or self.bound is None else abs(self.bound - self.figure)


_INSPECTORS = "labour_inspectors_per_10000_employed"


def host_floors(design: Design, evidence: Evidence, iso3: str) -> dict[str, Floor]:
    """Every floor that the design holds a host to. What is unknown fails."""
    floors, topic = design.floors, f"eligibility:{iso3}"
    least = floors.host_willingness
    willingness = evidence.number(topic, "hosts", iso3, "willingness")
    tier = evidence.number(topic, "hosts", iso3, "tip_tier")
    found = {
        "host_willingness": Floor(least > 0 if willingness is None else willingness < least, willingness, least),
        "tip_tier": Floor(True if tier is None else tier > floors.tip_tier, tier, floors.tip_tier),
    }
    for convention in floors.conventions:
        ratified = evidence.number(topic, "hosts", iso3, f"ilo_{convention.lower()}_ratified")
        found[f"convention_{convention}"] = Floor(ratified != 1)
    if floors.agency_office:
        found["agency_office"] = Floor(evidence.number(topic, "hosts", iso3, "iom_office") != 1)
    # Not read where the design does not ask, so that nothing rests on it.
    if (fewest := floors.labour_inspectors) > 0.0:
        inspectors = evidence.number(topic, "hosts", iso3, _INSPECTORS)
        found["labour_inspectors"] = Floor(True if inspectors is None else inspectors < fewest, inspectors, fewest)
    return found


def host_reasons(design: Design, evidence: Evidence, iso3: str) -> dict[str, Reason]:
    """Floors that a host fails, whatever the sector."""
    floors = design.floors
    topic = f"eligibility:{iso3}"
    reasons: dict[str, Reason] = {}

    fails = {name for name, floor in host_floors(design, evidence, iso3).items() if everywhere(floor.fails)}
    if "host_willingness" in fails:
        reasons["host_willingness"] = _willingness(design, evidence, iso3)
    tier = evidence.number(topic, "hosts", iso3, "tip_tier")
    if tier is None:
        at = _of_host(
            evidence,
            iso3,
            "tip_tier",
            floors.tip_tier,
            f"a trafficking-in-persons tier known to be {floors.tip_tier:g} or better",
        )
        reasons["tip_tier"] = Reason("trafficking-in-persons tier is unknown", unknown=True, lever=at)
    elif "tip_tier" in fails:
        tier = at_draw(tier, 0)
        shown = evidence.inputs.label("tier", tier)
        at = _of_host(
            evidence,
            iso3,
            "tip_tier",
            floors.tip_tier,
            f"trafficking-in-persons tier {floors.tip_tier:g} instead of {shown}",
        )
        words = f"trafficking-in-persons tier {shown} is worse than {floors.tip_tier:g}"
        reasons["tip_tier"] = Reason(words, tier, floors.tip_tier, lever=at)

    for convention in floors.conventions:
        ratified = evidence.number(topic, "hosts", iso3, f"ilo_{convention.lower()}_ratified")
        if f"convention_{convention}" in fails:
            word = "is not known to be ratified" if ratified is None else "is not ratified"
            at = _of_host(
                evidence, iso3, f"ilo_{convention.lower()}_ratified", 1.0, f"ratification of ILO convention {convention}"
            )
            words = f"ILO convention {convention} {word}"
            reasons[f"{_CONVENTION}{convention}"] = Reason(words, unknown=ratified is None, lever=at)

    if floors.agency_office:
        office = evidence.number(topic, "hosts", iso3, "iom_office")
        if "agency_office" in fails:
            words = "no IOM office" if office == 0 else "an IOM office is not known of"
            at = _of_host(evidence, iso3, "iom_office", 1.0, "an IOM office")
            reasons["agency_office"] = Reason(words, unknown=office is None, lever=at)
    if "labour_inspectors" in fails:
        reasons["labour_inspectors"] = _labour_inspectors(design, evidence, iso3)
    return reasons


def of_floor(reason: str) -> str:
    """The floor of the design that a key of ``Verdict.reasons`` belongs to."""
    return "conventions" if reason.startswith(_CONVENTION) else reason


def _of_host(evidence: Evidence, iso3: str, indicator: str, value: float, words: str) -> Lever | None:
    known = evidence.inputs.find("hosts", iso3, indicator) is not None
    return (f"hosts.{iso3}.{indicator}", value, words) if known else None


def _labour_inspectors(design: Design, evidence: Evidence, iso3: str) -> Reason:
    least, of = design.floors.labour_inspectors, "labour inspectors per 10,000 employed"
    found = _told(evidence.number(f"eligibility:{iso3}", "hosts", iso3, _INSPECTORS))
    if found is None:
        at = _of_host(evidence, iso3, _INSPECTORS, least, f"{least:g} {of} or more, known")
        return Reason(f"the number of {of} is unknown", unknown=True, lever=at)
    at = _of_host(evidence, iso3, _INSPECTORS, least, f"{least:g} {of} instead of {found:g}")
    return Reason(f"{found:g} {of} are fewer than {least:g}", found, least, lever=at)


def _willingness(design: Design, evidence: Evidence, iso3: str) -> Reason:
    found = _told(evidence.number(f"eligibility:{iso3}", "hosts", iso3, "willingness"))
    least = design.floors.host_willingness
    if found is None:
        at = _of_host(evidence, iso3, "willingness", least, f"a willingness known to be {least:.2f} or more")
        return Reason("willingness of the host is unknown", unknown=True, lever=at)
    at = _of_host(evidence, iso3, "willingness", least, f"a willingness of {least:.2f} instead of {found:.2f}")
    return Reason(f"willingness {found:.2f} is below {least:.2f}", found, least, lever=at)


def admission_floor(design: Design, evidence: Evidence, iso3: str, sector: str) -> Floor:
    """Whether a placement fails the floor on lawful admission (see ``lawful_admission``)."""
    if not design.floors.lawful_admission:
        return Floor(False)
    topic = f"eligibility:{iso3}"
    admits = evidence.number(topic, "placements", iso3, sector, "law_admits")
    barred = False
    if admits is None:
        admits = evidence.number(topic, "hosts", iso3, "law_admits_workers")
        if somewhere(admits == 1):
            sectors = [row.text("sector") for row in evidence.inputs.rows("lists/sectors.csv")]
            laws = [evidence.inputs.number("placements", iso3, one, "law_admits") for one in sectors]
            barred = reduce(or_, [one == 0 for one in laws if one is not None], barred)
    return Floor((admits != 1) | barred)


def lawful_admission(design: Design, evidence: Evidence, iso3: str, sector: str) -> dict[str, Reason]:
    """Whether the law of the host admits such workers; what is said of the placement overrules the host.

    Where the law bars some sectors of a host, what it says of another one is unknown until somebody has looked.
    """
    if not everywhere(admission_floor(design, evidence, iso3, sector).fails):
        return {}
    topic = f"eligibility:{iso3}"
    path: tuple[str, ...] = ("placements", iso3, sector, "law_admits")
    admits = evidence.number(topic, *path)
    if admits is None:
        path = ("hosts", iso3, "law_admits_workers")
        admits = evidence.number(topic, *path)
        if everywhere(admits == 1) and (barred := _barred_sectors(evidence, iso3)):
            words = f"whether the law admits such workers is unknown: it bars others of this host ({', '.join(barred)})"
            return {"lawful_admission": Reason(words, unknown=True)}
    known = evidence.inputs.find(*path) is not None
    at = (".".join(path), 1.0, "a law that admits such workers") if known else None
    if admits is None:
        words = "whether the law admits such workers is unknown"
        return {"lawful_admission": Reason(words, unknown=True, lever=at)}
    return {"lawful_admission": Reason("the law of the host does not admit such workers", lever=at)}


def _barred_sectors(evidence: Evidence, iso3: str) -> list[str]:
    """Sectors of a host that its law is known to bar."""
    sectors = (row.text("sector") for row in evidence.inputs.rows("lists/sectors.csv"))
    return [one for one in sectors if evidence.inputs.number("placements", iso3, one, "law_admits") == 0]


def pay_floors(design: Design, evidence: Evidence, iso3: str, sector: str, offer: MonthlyOffer) -> dict[str, Floor]:
    """Every floor on pay that the design holds a placement to: USD a month, or the ratio of two costs."""
    floors, topic = design.floors, f"eligibility:{iso3}"
    net = offer.leanest.net_pay
    found: dict[str, Floor] = {}
    if floors.living_wage:
        living = evidence.number(topic, "hosts", iso3, "living_wage")
        found["living_wage"] = Floor(True if living is None else net < living, net, living)
    wanted = (1.0 + floors.gain_over_today) * kept_today(evidence, topic, iso3, sector)
    found["gain_over_today"] = Floor(net < wanted, net, wanted)
    local = local_worker_cost(offer.market_wage, offer.employer_contribution)
    if everywhere(local <= 0.0):
        found["employer_cost_ratio"] = Floor(True)
    else:
        # A local worker who costs nothing leaves any other one endlessly dear.
        ratio = where(local > 0.0, offer.full.contract_value / where(local > 0.0, local, 1.0), math.inf)
        found["employer_cost_ratio"] = Floor(ratio > floors.employer_cost_ratio, ratio, floors.employer_cost_ratio)
    return found


def pay_reasons(design: Design, evidence: Evidence, iso3: str, sector: str, offer: MonthlyOffer) -> dict[str, Reason]:
    """Floors that fail on what the worker gets and on what an employer would pay."""
    found: dict[str, Reason] = {}
    for name, floor in pay_floors(design, evidence, iso3, sector, offer).items():
        if not everywhere(floor.fails):
            continue
        shown = Floor(True, _told(floor.figure), _told(floor.bound))
        words = _words_on_pay(name, shown, design, at_draw(offer.full.contract_value, 0))
        known = shown.figure is not None and shown.bound is not None
        found[name] = Reason(words, shown.figure, shown.bound) if known else Reason(words, unknown=name == "living_wage")
    return found


def _told(amount: float | None) -> float | None:
    """What words say where something fails in all of many draws: the figure of the first of them."""
    return None if amount is None else at_draw(amount, 0)


def _words_on_pay(name: str, floor: Floor, design: Design, contract_value: float) -> str:
    match name:
        case "living_wage" if floor.bound is None:
            return "living wage is unknown"
        case "living_wage":
            return f"net pay {floor.figure:,.0f} USD in the leanest month is below the living wage {floor.bound:,.0f} USD"
        case "gain_over_today":
            return (
                f"net pay {floor.figure:,.0f} USD in the leanest month is below {floor.bound:,.0f} USD, what such workers "
                f"keep today plus {design.floors.gain_over_today:.0%}"
            )
        case _ if floor.figure is None:
            return "a local worker would cost nothing, so no employer pays for one from abroad"
        case _:
            return (
                f"contract value {contract_value:,.0f} USD a month is {floor.figure:.2f} times the cost of a "
                f"local worker, above {floor.bound:.2f}"
            )


def kept_today(evidence: Evidence, topic: str, iso3: str, sector: str) -> float:
    """What such a worker keeps today, USD a month: of the placement where known, else the general reading."""
    placement = evidence.number(topic, "placements", iso3, sector, "worker_keeps_today")
    general = evidence.need(topic, "programme", "worker_keeps_today")
    return general if placement is None else most(placement, general)


_NEEDED_FOR_PAY = {
    "employer_contribution_rate": "the employers' contribution rate",
    "employee_contribution_rate": "the employees' contribution rate",
    "host_tax_rate": "the host's income tax",
    "foreign_worker_fee": "the fee on foreign workers",
}


def no_offer(inputs: Inputs, iso3: str, sector: str) -> str:
    """What is missing of the numbers that pay is made of."""
    if inputs.number("placements", iso3, sector, "market_wage") is None:
        return f"no wage evidence ({missing_behind(inputs, 'placements', iso3, sector, 'market_wage')} is missing)"
    unknown = [words for name, words in _NEEDED_FOR_PAY.items() if inputs.number("hosts", iso3, name) is None]
    return f"{listed(unknown)} {'is' if len(unknown) == 1 else 'are'} unknown, so pay cannot be worked out"


def missing_behind(inputs: Inputs, *address: str) -> str:
    """What has to be found for a value that is not known: itself, or what its formula is made of."""
    behind = [inputs.estimates[one] for one in inputs.operands(address)]
    missing = [one.path for one in behind if one.base is None and not one.formula]
    return " and ".join(missing) or ".".join(address)


def demand_reasons(
    design: Design, inputs: Inputs, iso3: str, sector: str, demand: float | None, quarterly: float | None, share: float = 1.0
) -> dict[str, Reason]:
    """Whether employers could take the smallest placement; ``quarterly``: workers who can start in a quarter.

    ``share``: of the demand in the inputs, what is left of it in ``demand`` at what an hour costs.
    """
    smallest = design.programme.min_placement
    if demand is None or quarterly is None:
        missing = "employers' demand" if demand is None else "how many workers can start in a quarter"
        where = missing_behind(inputs, "placements", iso3, sector, "demand" if demand is None else "intake_quarter")
        return {"demand": Reason(f"{missing} is unknown ({where} is missing)", unknown=True)}
    if somewhere(whole(demand) >= smallest):
        return {}
    demand, share = at_draw(demand, 0), at_draw(share, 0)
    words = f"demand of {demand:,.0f} is below the smallest placement of {smallest}"
    if share <= 0.0:
        words = "an hour costs so much against local pay that no employer is known to hire"
        return {"demand": Reason(words, demand, float(smallest))}
    wanted = float(math.ceil(smallest / share))
    at = (
        f"placements.{iso3}.{sector}.demand",
        wanted,
        f"demand for {wanted:,.0f} workers instead of {demand / share:,.0f}",
    )
    return {"demand": Reason(words, demand, float(smallest), lever=at)}
