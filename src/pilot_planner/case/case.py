"""The case that a programme is built from: every number it needs, computed once, with what it rests on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from pilot_planner.case.baselines import Today, today
from pilot_planner.case.calendar import Period, periods, working_months
from pilot_planner.case.costing import CostLine, check_price_year, cost_lines
from pilot_planner.case.debt import contract_gain, owed
from pilot_planner.case.diversion import rate_at_visits, stake_of
from pilot_planner.case.eligibility import (
    Floor,
    MonthlyOffer,
    Reason,
    Verdict,
    admission_floor,
    demand_reasons,
    excluded,
    host_floors,
    host_reasons,
    lawful_admission,
    no_offer,
    pay_floors,
    pay_reasons,
)
from pilot_planner.case.employers import demand_share, local_staff_room
from pilot_planner.case.evidence import Evidence
from pilot_planner.case.history import NOTHING_YET, History, history_of
from pilot_planner.case.host_side import lacks_workers, willingness_gain
from pilot_planner.case.pay import Pay, PayRates, gross_wage, monthly_pay
from pilot_planner.case.rates import Rates, rates_of
from pilot_planner.case.tax import TaxSchedule, tax_schedule
from pilot_planner.data.amounts import is_drawn, least, most, somewhere, where, whole
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, Waiver

_GENERAL_BASKET = "WLD"
"""Key of the in-kind basket used where a host has no reading of its own."""


@dataclass(frozen=True, slots=True)
class HostCase:
    """A host with at least one eligible placement.

    ``shortage``: workers that its economy is said to lack; None where unknown, or where the design does not limit it.
    ``diversion_multiplier`` scales the diversion of cards and goods; ``basket`` is the value of the whole in-kind
    basket, USD per worker-month; ``permits`` is what the host issues a year, None where unknown.
    """

    iso3: str
    name: str
    willingness: float
    diversion_multiplier: float
    basket: float
    permits: float | None
    shortage: float | None = None


@dataclass(frozen=True, slots=True)
class PlacementCase:
    """An eligible placement. Tuples run over periods; amounts are USD per worker employed through the period.

    Attributes:
        pay: pay of one worker.
        goods_ceiling: most that one worker may be given in kind: C095 share, USD ceiling and basket, by month.
        demand: workers whom employers could take, persons.
        intake: workers who can start in one period, persons.
        permits: of the sector's own quota, None where it has none.
        shortage: workers that the sector is said to lack there; None where unknown, or where the design does not limit it.
        assumed_capacity: whether the demand is assumed (grade C) instead of known from permits or head counts.
    """

    iso3: str
    sector: str
    offer: MonthlyOffer
    pay: tuple[Pay, ...]
    goods_ceiling: tuple[float, ...]
    demand: float
    intake: float
    permits: float | None
    assumed_capacity: bool
    site_size: float
    women_share: float
    today: Today
    shortage: float | None = None
    local_staff_room: float | None = None
    """Foreigners whom a rule on local staff allows in the sector, persons; None where unknown or not limited."""
    contract_gain: float | None = None
    """What one worker gains over the whole contract, fees and debt before departure taken off, USD; None: not limited."""
    lacks_workers: bool = False
    """Whether employers of the sector, or of the host, are known to lack workers."""
    willingness_gain: float = 0.0
    """By how much the host is the more willing for what a worker-month here brings it; 0 where the design lets nothing."""

    stake_factor: float = 1.0
    """What the level's rate of diversion from cards is multiplied by for what is at stake; 1 where it answers to nothing."""

    @property
    def key(self) -> tuple[str, str]:
        return self.iso3, self.sector


@dataclass(frozen=True, slots=True)
class LevelCase:
    """An oversight level: diversion rates (shares), verified share of the tax, visits, audits and posts per host."""

    level: str
    card_diversion: float
    in_kind_diversion: float
    verified_tax_share: float
    visits_per_site_month: float
    audits_per_site_year: float
    minimum_inspectors: float
    posts: dict[str, float]


@dataclass(frozen=True)
class Case:
    """One design on one set of inputs. ``verdicts`` covers every host and sector, eligible or not.

    ``history``: what happened after the signature in periods that are over; hosts and levels are then those that were
    signed, and pay of these periods is what was paid.
    """

    design: Design
    inputs: Inputs
    evidence: Evidence
    periods: tuple[Period, ...]
    schedule: TaxSchedule
    hosts: tuple[HostCase, ...]
    placements: tuple[PlacementCase, ...]
    levels: tuple[LevelCase, ...]
    rates: Rates
    cost_lines: tuple[CostLine, ...]
    verdicts: tuple[Verdict, ...]
    history: History = NOTHING_YET

    @property
    def lead(self) -> int:
        return self.design.programme.lead_periods

    def last_open(self, iso3: str) -> int:
        """The last period in which anybody may work in a host: the last of all, unless the host ends the agreement."""
        return self.design.last_open(iso3)

    def placements_of(self, iso3: str) -> list[PlacementCase]:
        return [placement for placement in self.placements if placement.iso3 == iso3]

    def host(self, iso3: str) -> HostCase:
        return next(host for host in self.hosts if host.iso3 == iso3)


def make_case(design: Design, inputs: Inputs, like: Case | None = None) -> Case:
    """Apply a design to inputs: wages, tax, floors, amounts per period, unit costs. No solver is involved.

    ``like`` is a case of the same design: what it says of hosts about which nothing has changed is taken from it. Raises
    InputError when the design names what the inputs do not have (schedule, price year, sectors).
    """
    check_price_year(design, inputs)
    evidence = Evidence(inputs)
    schedule = tax_schedule(inputs, design.tax.schedule)
    calendar = periods(design.programme)
    verdicts: list[Verdict] = []
    placements: list[PlacementCase] = []
    stands = like if like is not None and like.design is design else None
    known = {} if stands is None else _unchanged(stands, inputs)
    for host in inputs.rows("lists/hosts.csv"):
        iso3 = host.text("iso3")
        if stands is not None and iso3 in known:
            verdicts += known[iso3]
            placements += stands.placements_of(iso3)
            continue
        of_host = host_reasons(design, evidence, iso3)
        for row in inputs.rows("lists/sectors.csv"):
            sector = row.text("sector")
            verdict, placement = _placement(design, inputs, evidence, schedule, calendar, iso3, sector, of_host)
            verdicts.append(verdict)
            if placement is not None:
                placements.append(placement)
    if stands is not None and known:
        evidence.take_over(stands.evidence, {one.iso3 for one in stands.verdicts if one.iso3 not in known})
    history = history_of(inputs)
    if history.over:
        placements = [_as_paid(one, history) for one in placements if one.iso3 in history.levels]
    chosen = tuple(dict.fromkeys(placement.iso3 for placement in placements))
    made = Case(
        design=design,
        inputs=inputs,
        evidence=evidence,
        periods=calendar,
        schedule=schedule,
        hosts=tuple(_host(design, inputs, evidence, iso3) for iso3 in chosen),
        placements=tuple(placements),
        levels=tuple(_level(design, evidence, level) for level in _levels(design, history)),
        rates=rates_of(design, evidence),
        cost_lines=cost_lines(design, evidence, chosen),
        verdicts=tuple(verdicts),
        history=history,
    )
    evidence.ensure()
    return made


def _levels(design: Design, history: History) -> tuple[str, ...]:
    """Oversight levels that may be chosen: after the signature, those that were."""
    if not history.over:
        return design.oversight.levels
    return tuple(dict.fromkeys(history.levels.values()))


def _as_paid(placement: PlacementCase, history: History) -> PlacementCase:
    """A placement whose pay in periods that are over is what was paid."""
    paid = tuple(history.pay_of_one(*placement.key, t) for t in range(1, history.over + 1))
    return replace(placement, pay=(*paid, *placement.pay[history.over :]))


def _unchanged(like: Case, inputs: Inputs) -> dict[str, list[Verdict]]:
    """Verdicts by host, of hosts of which these inputs say what those of a case say; none where more than hosts differ."""
    before = like.inputs
    if len(inputs.estimates) != len(before.estimates) or inputs.rows(_SECTORS) != before.rows(_SECTORS):
        return {}
    changed: set[str] = set()
    for address, estimate in inputs.estimates.items():
        if before.estimates.get(address) is not estimate:
            if address[0] not in _OF_HOSTS:
                return {}
            changed.add(address[1])
    found: dict[str, list[Verdict]] = {}
    for verdict in like.verdicts:
        if verdict.iso3 not in changed:
            found.setdefault(verdict.iso3, []).append(verdict)
    return found


_SECTORS = "lists/sectors.csv"
_OF_HOSTS = ("hosts", "placements")
"""Tables of estimates whose keys begin with the host that they are about, and that are read for no other host."""


def _placement(
    design: Design,
    inputs: Inputs,
    evidence: Evidence,
    schedule: TaxSchedule,
    calendar: tuple[Period, ...],
    iso3: str,
    sector: str,
    of_host: dict[str, Reason],
) -> tuple[Verdict, PlacementCase | None]:
    """All reasons of a placement, and its numbers if there are none."""
    verdict, offer = _verdict(design, inputs, evidence, schedule, iso3, sector, of_host)
    topic = f"demand:{iso3}.{sector}"
    demand = _demand(design, evidence, iso3, sector, offer)
    quarterly = evidence.number(topic, "placements", iso3, sector, "intake_quarter")
    if not verdict.eligible or offer is None or demand is None or quarterly is None:
        return verdict, None
    pay, ceiling = _by_period(design, evidence, calendar, iso3, sector, offer)
    now = today(evidence, iso3, sector)
    return verdict, PlacementCase(
        iso3=iso3,
        sector=sector,
        offer=offer,
        pay=pay,
        goods_ceiling=ceiling,
        demand=demand,
        intake=quarterly * design.programme.period_months / _MONTHS_A_QUARTER,
        permits=evidence.number(topic, "placements", iso3, sector, "foreign_worker_quota"),
        assumed_capacity=inputs.estimates["placements", iso3, sector, "demand"].grade == "C",
        site_size=evidence.need(f"sites:{sector}", "sectors", sector, "site_size"),
        women_share=_women_share(evidence, iso3, sector),
        today=now,
        shortage=_shortage(design, evidence, topic, "placements", iso3, sector, "labour_shortage"),
        local_staff_room=_local_staff(design, evidence, topic, iso3, sector),
        contract_gain=_contract_gain(design, evidence, calendar, pay, now.worker_keeps),
        lacks_workers=lacks_workers(evidence, iso3, sector),
        willingness_gain=willingness_gain(design, evidence, offer.full),
        stake_factor=stake_of(evidence).times(offer.full.net_pay, now.worker_keeps) if design.responses.diversion else 1.0,
    )


def _verdict(
    design: Design,
    inputs: Inputs,
    evidence: Evidence,
    schedule: TaxSchedule,
    iso3: str,
    sector: str,
    of_host: dict[str, Reason],
) -> tuple[Verdict, MonthlyOffer | None]:
    """All reasons of a placement, and what it would pay where that can be worked out."""
    reasons: dict[str, Reason] = {}
    if excluded(design, iso3, sector):
        reasons["exclusion"] = Reason("excluded by the design")
    reasons |= of_host
    reasons |= lawful_admission(design, evidence, iso3, sector)
    offer = _offer(design, evidence, schedule, iso3, sector)
    if offer is None:
        reasons["wage_evidence"] = Reason(no_offer(inputs, iso3, sector), unknown=True)
    else:
        reasons |= pay_reasons(design, evidence, iso3, sector, offer)
    topic = f"demand:{iso3}.{sector}"
    demand = _demand(design, evidence, iso3, sector, offer)
    quarterly = evidence.number(topic, "placements", iso3, sector, "intake_quarter")
    share = demand_share(design, evidence, topic, offer)
    reasons |= demand_reasons(design, inputs, iso3, sector, demand, quarterly, share)
    return Verdict(iso3, sector, reasons), offer


def _demand(design: Design, evidence: Evidence, iso3: str, sector: str, offer: MonthlyOffer | None) -> float | None:
    """Workers whom employers could take at what the design makes them cost, persons; None where unknown."""
    topic = f"demand:{iso3}.{sector}"
    demand = evidence.number(topic, "placements", iso3, sector, "demand")
    if demand is None or not design.responses.demand:
        return demand
    return demand * demand_share(design, evidence, topic, offer)


def floors_of(case: Case) -> dict[str, Floor]:
    """Every rights floor that a host or placement of the case is held to, by name (``living_wage.MNG.construction``)."""
    design, evidence = case.design, Evidence(case.inputs)
    found: dict[str, Floor] = {}
    for host in case.hosts:
        found |= {f"{name}.{host.iso3}": floor for name, floor in host_floors(design, evidence, host.iso3).items()}
    for placement in case.placements:
        h, s = placement.key
        own = {"lawful_admission": admission_floor(design, evidence, h, s)}
        own |= pay_floors(design, evidence, h, s, placement.offer)
        found |= {f"{name}.{h}.{s}": floor for name, floor in own.items()}
    return found


def verdict_on(design: Design, inputs: Inputs, schedule: TaxSchedule, iso3: str, sector: str) -> Verdict:
    """The verdict on one placement, as ``make_case`` decides it, for less work."""
    evidence = Evidence(inputs)
    of_host = host_reasons(design, evidence, iso3)
    verdict, _ = _verdict(design, inputs, evidence, schedule, iso3, sector, of_host)
    evidence.ensure()
    return verdict


_MONTHS_A_QUARTER = 3
_MONTHS_A_YEAR = 12


def _women_share(evidence: Evidence, iso3: str, sector: str) -> float:
    topic = f"women:{iso3}.{sector}"
    own = evidence.number(topic, "placements", iso3, sector, "women_share")
    return own if own is not None else evidence.need(topic, "sectors", sector, "women_share")


def _offer(design: Design, evidence: Evidence, schedule: TaxSchedule, iso3: str, sector: str) -> MonthlyOffer | None:
    """Monthly pay in a month with work and in a stand-by month; None where wage or a charge is unknown."""
    topic = f"pay:{iso3}.{sector}"
    market = evidence.number(topic, "placements", iso3, sector, "market_wage")
    employer = evidence.number(topic, "hosts", iso3, "employer_contribution_rate")
    employee = evidence.number(topic, "hosts", iso3, "employee_contribution_rate")
    host_tax = evidence.number(topic, "hosts", iso3, "host_tax_rate")
    fee = evidence.number(topic, "hosts", iso3, "foreign_worker_fee")
    if market is None or employer is None or employee is None or host_tax is None or fee is None:
        return None
    minimum = evidence.number(topic, "placements", iso3, sector, "minimum_wage")
    if minimum is None:
        minimum = evidence.number(topic, "hosts", iso3, "minimum_wage")
    waiver = design.waivers.get(iso3, Waiver())
    rates = PayRates(
        employer_contribution=employer,
        employee_contribution=employee,
        host_tax=where(waiver.host_tax, 0.0, host_tax),
        foreign_worker_fee=where(waiver.foreign_worker_fee, 0.0, fee / _MONTHS_A_YEAR),
        programme_levy=design.levies.programme_levy,
    )
    pay = design.pay
    gross = gross_wage(market, pay.wage_parity, minimum, pay.overtime_hours / pay.weekly_hours, pay.overtime_premium)
    full = monthly_pay(gross, schedule, rates)
    seasonal = _season(evidence, iso3, sector)[0] < _MONTHS_A_YEAR
    leanest = full
    if somewhere(seasonal):
        standby = most(pay.standby_share * gross, 0.0 if minimum is None else minimum)
        leanest = monthly_pay(where(seasonal, standby, gross), schedule, rates)
    return MonthlyOffer(full, leanest, market, employer)


def _season(evidence: Evidence, iso3: str, sector: str) -> tuple[float, float]:
    """Length of the season in months and the calendar month in which it begins; the whole year where a sector has none."""
    topic = f"pay:{iso3}.{sector}"
    building = evidence.need(topic, "sectors", sector, "building_season")
    if not somewhere(building):
        return float(_MONTHS_A_YEAR), 1.0
    length = evidence.number(topic, "hosts", iso3, "construction_season_months")
    first = evidence.number(topic, "hosts", iso3, "season_first_month")
    months = float(_MONTHS_A_YEAR) if length is None else length
    if is_drawn(building):
        months = where(building != 0.0, months, float(_MONTHS_A_YEAR))
    return months, (1.0 if first is None else whole(first))


def _by_period(
    design: Design, evidence: Evidence, calendar: tuple[Period, ...], iso3: str, sector: str, offer: MonthlyOffer
) -> tuple[tuple[Pay, ...], tuple[float, ...]]:
    """Pay of one worker, and the most that may be in kind, in each period."""
    length, first = _season(evidence, iso3, sector)
    pay = []
    for period in calendar:
        with_work = working_months(period, length, first)
        pay.append(offer.full * with_work + offer.leanest * (period.months - with_work))
    return tuple(pay), _goods_ceiling(design, evidence, calendar, iso3, sector, offer)


def _goods_ceiling(
    design: Design, evidence: Evidence, calendar: tuple[Period, ...], iso3: str, sector: str, offer: MonthlyOffer
) -> tuple[float, ...]:
    """The most of one worker's pay that may be in kind, in each period."""
    length, first = _season(evidence, iso3, sector)
    basket = _basket(evidence, iso3)
    share = design.bounds("in_kind_share").max
    usd = design.bounds("in_kind_usd_month").max

    def ceiling(month: Pay) -> float:
        parts = [basket, month.net_pay]
        parts += [share * month.net_pay] if share is not None else []
        parts += [usd] if usd is not None else []
        return least(*parts)

    goods = []
    for period in calendar:
        with_work = working_months(period, length, first)
        goods.append(with_work * ceiling(offer.full) + (period.months - with_work) * ceiling(offer.leanest))
    return tuple(goods)


def with_diversion(case: Case, responds: bool) -> Case:
    """The case with diversion that answers to the plan, or with constant rates; the evidence of the case notes nothing."""
    evidence = Evidence(case.inputs)
    responses = case.design.responses.model_copy(update={"diversion": responds})
    design = case.design.model_copy(update={"responses": responses})
    stake = stake_of(evidence) if responds else None
    placements = tuple(
        replace(one, stake_factor=1.0 if stake is None else stake.times(one.offer.full.net_pay, one.today.worker_keeps))
        for one in case.placements
    )
    rates = tuple(_level(design, evidence, one.level) for one in case.levels)
    levels = tuple(
        replace(one, card_diversion=rate.card_diversion, in_kind_diversion=rate.in_kind_diversion)
        for one, rate in zip(case.levels, rates, strict=True)
    )
    evidence.ensure()
    return replace(case, design=design, placements=placements, levels=levels)


def with_other_ceilings(case: Case, design: Design, hosts: Collection[str] | None = None) -> Case:
    """The case of a design that differs from the case's own in limits alone: only ceilings of pay in kind follow them.

    With ``hosts`` in these only, for whoever asks about no other.
    """
    read = ("in_kind_share", "in_kind_usd_month")
    if all(design.bounds(key).max == case.design.bounds(key).max for key in read):
        return replace(case, design=design)
    placements = tuple(
        replace(one, goods_ceiling=_goods_ceiling(design, case.evidence, case.periods, one.iso3, one.sector, one.offer))
        if hosts is None or one.iso3 in hosts
        else one
        for one in case.placements
    )
    return replace(case, design=design, placements=placements)


def _basket(evidence: Evidence, iso3: str) -> float:
    """Value of all in-kind items, USD per worker-month: the host's own readings, the general ones for the rest."""
    total = 0.0
    for item in evidence.below("in_kind_baskets", _GENERAL_BASKET):
        own = evidence.number(f"basket:{iso3}", "in_kind_baskets", iso3, item)
        if own is None:
            own = evidence.need(f"basket:{iso3}", "in_kind_baskets", _GENERAL_BASKET, item)
        total += own
    return total


def _shortage(design: Design, evidence: Evidence, topic: str, *address: str) -> float | None:
    """Workers that are said to be lacking; not read where the design sets no limit on it, so that nothing rests on it."""
    return None if design.bounds("labour_shortage").max is None else evidence.number(topic, *address)


def _contract_gain(
    design: Design, evidence: Evidence, calendar: tuple[Period, ...], pay: tuple[Pay, ...], kept_today: float
) -> float | None:
    """Gain over the whole contract; not read where the design sets no floor for it, so that nothing rests on it."""
    if design.bounds("contract_gain").min is None:
        return None
    return contract_gain(owed(evidence, "debt"), pay, kept_today, calendar[design.programme.lead_periods :]).gain


def _local_staff(design: Design, evidence: Evidence, topic: str, iso3: str, sector: str) -> float | None:
    """Room under a rule on local staff; not read where the design sets no limit on it, so that nothing rests on it."""
    if design.bounds("local_staff_quota").max is None:
        return None
    return local_staff_room(evidence, topic, iso3, sector)


def _host(design: Design, inputs: Inputs, evidence: Evidence, iso3: str) -> HostCase:
    row = next(row for row in inputs.rows("lists/hosts.csv") if row["iso3"] == iso3)
    willingness = evidence.number(f"willingness:{iso3}", "hosts", iso3, "willingness")
    return HostCase(
        iso3=iso3,
        name=row.text("name"),
        willingness=0.0 if willingness is None else willingness,
        diversion_multiplier=evidence.need(f"diversion:{iso3}", "hosts", iso3, "host_multiplier"),
        basket=_basket(evidence, iso3),
        permits=evidence.number(f"demand:{iso3}", "hosts", iso3, "foreign_worker_quota"),
        shortage=_shortage(design, evidence, f"demand:{iso3}", "hosts", iso3, "labour_shortage_workers"),
    )


_POSTS = ("head_of_office", "international_officer", "national_officer", "assistant", "case_worker")


def _level(design: Design, evidence: Evidence, level: str) -> LevelCase:
    def rate(name: str, topic: str) -> float:
        return evidence.need(f"{topic}:{level}", "oversight", level, name)

    visits = rate("visits_per_site_month", "oversight")

    def diverted(channel: str) -> float:
        if design.responses.diversion:
            return rate_at_visits(evidence, level, channel, visits)
        return rate(f"{channel}_diversion", "diversion")

    return LevelCase(
        level=level,
        card_diversion=diverted("card"),
        in_kind_diversion=diverted("in_kind"),
        verified_tax_share=rate("verified_tax_share", "tax"),
        visits_per_site_month=visits,
        audits_per_site_year=rate("audits_per_site_year", "oversight"),
        minimum_inspectors=rate("minimum_inspectors", "oversight"),
        posts={post: rate(f"posts_{post}", "oversight") for post in _POSTS},
    )
