"""Linear quantities by host and period: people, pay by channel, losses, tax, visits.

Everything that metrics, limits, cost drivers and figures count is one of these, so a total means the same
everywhere. Quantities are on accrual: they belong to the period in which the work was done.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection
from functools import cached_property
from typing import Literal

from pilot_planner.case.baselines import TodayPart
from pilot_planner.case.case import Case, LevelCase, PlacementCase
from pilot_planner.case.host_side import host_revenue
from pilot_planner.case.pay import Pay
from pilot_planner.case.take_up import TakeUp, take_up
from pilot_planner.data.amounts import least, most, somewhere, where, whole
from pilot_planner.programme.decisions import Decisions
from pilot_planner.programme.linear import Linear

PayPart = Literal[
    "gross_wage",
    "income_tax",
    "host_tax",
    "employee_contributions",
    "employer_contributions",
    "foreign_worker_fee",
    "programme_levy",
    "net_pay",
    "contract_value",
]

_MONTHS_A_YEAR = 12

WorkerRate = Callable[[PlacementCase, LevelCase, int], float]
"""Amount per worker employed through a period: placement, level, index of the period (from 0)."""


class Quantities:
    """Quantities of one case over its decisions. Every method returns a fresh or shared Linear: do not change it."""

    def __init__(self, case: Case, decisions: Decisions) -> None:
        self.case = case
        self.d = decisions
        self._memory: dict[tuple[str, str, int], Linear] = {}
        self._reach: dict[tuple[str, str], dict[int, float]] = {}
        self._take_up: dict[tuple[str, str, int], TakeUp] = {}

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        return tuple(host.iso3 for host in self.case.hosts)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Period numbers, set-up included."""
        return tuple(period.number for period in self.case.periods)

    @property
    def over(self) -> int:
        """Number of the last period that is over; 0 before anything has happened."""
        return self.case.history.over

    def _people(self, placement: PlacementCase, t: int) -> tuple[float, float]:
        """Persons who arrived and were employed in a period that is over."""
        return self.case.history.people.get((*placement.key, t), (0.0, 0.0))

    def happened(self, h: str, amount: float) -> Linear:
        """What has happened in a host, as an expression: it belongs to the level that was signed there."""
        return Linear().add_term(self.d.level[h, self.case.history.levels[h]], amount)

    def ramp(self, placement: PlacementCase, t: int) -> float:
        """Most persons that intake lets a placement employ in a period, from where it stands when the last one was over."""
        if self.over > self.case.lead:
            return self._people(placement, self.over)[1] + placement.intake * (t - self.over)
        return placement.intake * (t - self.case.lead)

    @cached_property
    def _placements(self) -> dict[str, list[PlacementCase]]:
        return {h: self.case.placements_of(h) for h in self.hosts}

    def total(self, part: Callable[[str, int], Linear]) -> Linear:
        """Sum of a quantity over all hosts and periods."""
        return Linear.total(part(h, t) for h in self.hosts for t in self.numbers)

    def months(self, t: int) -> int:
        return self.case.periods[t - 1].months

    # --- hosts and people ---

    def chosen(self, h: str) -> Linear:
        """1 when the pilot runs in the host."""
        return Linear({self.d.level[h, level.level]: 1.0 for level in self.case.levels})

    def opened(self, h: str, s: str) -> Linear:
        """1 when the sector is opened in the host."""
        return Linear({self.d.open[h, s, level.level]: 1.0 for level in self.case.levels})

    def _over_workers(self, name: str, h: str, t: int, rate: WorkerRate) -> Linear:
        """Sum of rate x workers over sectors and levels; remembered by name."""
        key = (name, h, t)
        if key not in self._memory:
            result = Linear()
            if t > self.case.lead:
                for placement in self._placements[h]:
                    for level in self.case.levels:
                        column = self.d.workers[h, placement.sector, level.level, t]
                        result.add_term(column, rate(placement, level, t - 1))
            self._memory[key] = result
        return self._memory[key]

    def workers(self, h: str, t: int) -> Linear:
        """Persons employed in the period."""
        return self._over_workers("workers", h, t, lambda p, level, i: 1.0)

    def women(self, h: str, t: int) -> Linear:
        """Women employed in the period, by the share of the sector."""
        return self._over_workers("women", h, t, lambda p, level, i: p.women_share)

    def worker_months(self, h: str, t: int) -> Linear:
        return self._over_workers("worker_months", h, t, lambda p, level, i: float(self.months(t)))

    def arrivals(self, h: str, t: int) -> Linear:
        """Persons who start in the period."""
        if t <= self.case.lead:
            return Linear()
        return Linear(
            {self.d.arrivals[h, p.sector, level.level, t]: 1.0 for p in self._placements[h] for level in self.case.levels}
        )

    def reach(self, placement: PlacementCase) -> dict[int, float]:
        """Most persons that demand, intake and attrition let a placement employ in each period of work."""
        if placement.key not in self._reach:
            demand, people, found = whole(placement.demand), 0.0, {}
            for t in self.numbers[self.case.lead :]:
                if t <= self.over:
                    found[t] = people = self._people(placement, t)[1]
                    continue
                people = least(demand, (1.0 - self.case.rates.attrition) * people + placement.intake)
                found[t] = people
            self._reach[placement.key] = found
        return self._reach[placement.key]

    def returns(self, h: str, t: int) -> Linear:
        """Persons whose journey is paid in the period: of those who left since the last one, and of everybody at the end.

        Where the host ends the agreement, of everybody in the period after. Whoever goes on to other work at own cost, or
        asks for protection, is not among them (``return_share``).
        """
        result, paid = Linear(), self.case.rates.return_share
        if t - 1 > self.case.lead:
            everybody = t - 1 == self.case.last_open(h)
            result.add(self.workers(h, t - 1), where(everybody, paid, self.case.rates.attrition * paid))
        if t == self.numbers[-1]:
            result.add(self.workers(h, t), paid)
        return result

    # --- pay ---

    def pay(self, part: PayPart, h: str, t: int) -> Linear:
        """USD of one part of pay."""
        return self._over_workers(part, h, t, lambda p, level, i: _part(p.pay[i], part))

    def notice_wages(self, h: str, t: int) -> Linear:
        """USD of one more period of gross wages, owed in the period after the host has ended the agreement."""
        ended = self.case.lead < t - 1 == self.case.last_open(h)
        return self.pay("gross_wage", h, t - 1) * where(ended, 1.0, 0.0) if somewhere(ended) else Linear()

    def in_kind(self, h: str, t: int) -> Linear:
        """USD of net pay taken as goods and services."""
        return self._channel(self.d.in_kind, h, t)

    def family(self, h: str, t: int) -> Linear:
        """USD of net pay sent as family parcels."""
        return self._channel(self.d.family, h, t)

    def take_up(self, placement: PlacementCase, t: int) -> TakeUp:
        """What one worker takes in kind and as parcels in a period, USD."""
        key = (*placement.key, t)
        if key not in self._take_up:
            self._take_up[key] = take_up(self.case, placement, t - 1)
        return self._take_up[key]

    @cached_property
    def has_idle_room(self) -> bool:
        """Whether any placement is asked for more room than its workers want."""
        return self.has_idle_room_in(self.hosts)

    def has_idle_room_in(self, hosts: Collection[str]) -> bool:
        """The same of the placements of some hosts."""
        working = self.numbers[self.case.lead :]
        placements = [one for one in self.case.placements if one.iso3 in hosts]
        every = (self.take_up(placement, t) for placement in placements for t in working)
        return any(
            somewhere((one.idle_in_kind > 0.0) | (one.idle_family > 0.0) | (one.least_in_kind > 0.0)) for one in every
        )

    def of_other_ceilings(self, case: Case) -> Quantities:
        """The same where only ceilings of pay differ; right where neither has idle room."""
        other = copy.copy(self)
        other.case, other._take_up = case, {}
        for remembered in ("_placements", "has_idle_room"):
            other.__dict__.pop(remembered, None)
        return other

    def in_kind_room(self, h: str, t: int) -> Linear:
        """USD of room for goods and services, at face value: what is taken, and what is asked for and stands empty."""
        return self.in_kind(h, t) + self._over_workers("idle", h, t, lambda p, level, i: self.take_up(p, i + 1).idle_in_kind)

    def family_room(self, h: str, t: int) -> Linear:
        """USD of room for family parcels, at face value."""
        idle = self._over_workers("idle_parcels", h, t, lambda p, level, i: self.take_up(p, i + 1).idle_family)
        return self.family(h, t) + idle

    def card(self, h: str, t: int) -> Linear:
        """USD of net pay on workers' own cards: what is not taken in kind or sent home."""
        return self.pay("net_pay", h, t) - self.in_kind(h, t) - self.family(h, t)

    def _channel(self, columns: dict[tuple[str, str, int], int], h: str, t: int) -> Linear:
        if t <= self.case.lead:
            return Linear()
        return Linear({columns[h, level.level, t]: 1.0 for level in self.case.levels})

    def family_parcels(self, h: str, t: int) -> Linear:
        """Parcels sent."""
        return self.family(h, t) * (1.0 / self.case.rates.parcel_usd)

    # --- hosts ---

    def host_revenue(self, h: str, t: int) -> Linear:
        """USD that the host government gets: its income tax, contributions of both sides less refunds, its fee."""
        return self._over_workers(
            "host_revenue", h, t, lambda p, level, i: host_revenue(p.pay[i], self.case.rates.contribution_refund)
        )

    def refunded(self, h: str, t: int) -> Linear:
        """USD of the period's social contributions that the host refunds to workers who go home."""
        share = self.case.rates.contribution_refund
        return self._over_workers(
            "refunded",
            h,
            t,
            lambda p, level, i: share * (p.pay[i].employee_contributions + p.pay[i].employer_contributions),
        )

    def vacancies(self, h: str, t: int) -> Linear:
        """Persons employed in work for which the host is known to lack workers."""
        return self._over_workers("vacancies", h, t, lambda p, level, i: float(p.lacks_workers))

    def vacancy_wages(self, h: str, t: int) -> Linear:
        """USD of gross wages in such work."""
        return self._over_workers("vacancy_wages", h, t, lambda p, level, i: p.lacks_workers * p.pay[i].gross_wage)

    def willing_months(self, h: str, t: int) -> Linear:
        """Worker-months, each weighted by the willingness of the host."""
        least_of = self.case.host(h).willingness
        return self._over_workers(
            "willing", h, t, lambda p, level, i: float(self.months(t)) * least(1.0, least_of + p.willingness_gain)
        )

    # --- losses ---

    def diverted(self, h: str, t: int) -> Linear:
        """USD expected to be taken from workers after payday, over all channels.

        The host's multiplier does not touch family parcels: that loss happens at home.
        """
        key = ("diverted", h, t)
        if key not in self._memory:
            multiplier = self.case.host(h).diversion_multiplier
            rates = self.case.rates
            result = Linear().add(
                self._over_workers(
                    "diverted_if_card", h, t, lambda p, level, i: _card_rate(level, multiplier) * p.pay[i].net_pay
                )
            )
            if any(somewhere(one.stake_factor > 1.0) for one in self._placements[h]):
                result.add(self._over_workers("diverted_for_stake", h, t, self._for_stake(multiplier)))
            if t > self.case.lead:
                for level in self.case.levels:
                    card = _card_rate(level, multiplier)
                    goods = least(1.0, level.in_kind_diversion * multiplier)
                    result.add_term(self.d.in_kind[h, level.level, t], goods - card)
                    result.add_term(self.d.family[h, level.level, t], rates.family_diversion - card)
            self._memory[key] = result
        return self._memory[key]

    def _for_stake(self, multiplier: float) -> WorkerRate:
        """USD of one worker's pay that are taken on top, since so much is at stake: of all net pay, whatever its channel.

        So it does not depend on who takes goods; and never so much that more than everything were taken of any channel.
        """
        parcels = self.case.rates.family_diversion

        def rate(p: PlacementCase, level: LevelCase, i: int) -> float:
            card = _card_rate(level, multiplier)
            goods = least(1.0, level.in_kind_diversion * multiplier)
            room = 1.0 - most(card, goods, parcels)
            return least(room, (p.stake_factor - 1.0) * card) * p.pay[i].net_pay

        return rate

    # --- tax ---

    def released(self, h: str, t: int) -> Linear:
        """USD of income tax whose social use is verified and which is released."""
        if self.case.design.tax.release == "none":
            return Linear()
        if t <= self.over:
            return self.happened(h, self.case.history.verified.get((h, t), 0.0))
        return self._over_workers("released", h, t, lambda p, level, i: level.verified_tax_share * p.pay[i].income_tax)

    def held(self, h: str, t: int) -> Linear:
        """USD of income tax that is not verified: held in escrow, or released all the same if the design says so."""
        return self.pay("income_tax", h, t) - self.released(h, t)

    def at_the_end(self, rule: Literal["returned", "released"], h: str, t: int) -> Linear:
        """USD of the period's tax that is still held when the programme ends and is then returned, or released."""
        tax = self.case.design.tax
        return self.held(h, t) if tax.held_at_end == rule and tax.release != "all" else Linear()

    def transferred(self, h: str, t: int) -> Linear:
        """USD of income tax that reaches the state, during the programme or at its end."""
        if self.case.design.tax.release == "all":
            return self.pay("income_tax", h, t)
        return self.released(h, t) + self.at_the_end("released", h, t)

    def misused(self, h: str, t: int) -> Linear:
        """USD of released tax expected to miss its social purpose; what is held cannot be misused."""
        rates = self.case.rates
        result = (self.released(h, t) + self.at_the_end("released", h, t)) * rates.misuse_of_released_tax
        if self.case.design.tax.release == "all":
            result.add(self.held(h, t), rates.misuse_of_unverified_tax)
        return result

    # --- oversight ---

    def inspectors(self, h: str, t: int) -> Linear:
        """Inspectors on the ground, full-time equivalents."""
        return Linear.of(self.d.inspectors[h, t])

    def inspector_months(self, h: str, t: int) -> Linear:
        return Linear.of(self.d.inspectors[h, t], float(self.months(t)))

    def visits_required(self, h: str, t: int) -> Linear:
        """Visits that the oversight level asks for: sites x visits per site-month x months."""
        if t <= self.over:
            return self.happened(h, self.case.history.visits.get((h, t), (0.0, 0.0))[0])
        return self._over_workers(
            "visits", h, t, lambda p, level, i: level.visits_per_site_month * self.months(t) / p.site_size
        )

    def visits_possible(self, h: str, t: int) -> Linear:
        """Visits that the inspectors can make; that were made where the period is over."""
        if t <= self.over:
            return self.happened(h, self.case.history.visits.get((h, t), (0.0, 0.0))[1])
        return self.inspector_months(h, t) * self.case.rates.visits_per_inspector_month

    def audit_visits(self, h: str, t: int) -> Linear:
        """Independent audits of sites."""
        return self._over_workers(
            "audits", h, t, lambda p, level, i: level.audits_per_site_year * self.months(t) / _MONTHS_A_YEAR / p.site_size
        )

    # --- employers ---

    def employer_worth(self, h: str, t: int) -> Linear:
        """USD that employers would pay at most for the same work: so many times the cost of comparable local workers in
        the same months."""
        value = self.case.rates.employer_value
        return self._over_workers(
            "employer_worth", h, t, lambda p, level, i: value * p.offer.local_cost_share * p.pay[i].contract_value
        )

    # --- today ---

    def today(self, part: TodayPart, h: str, t: int, going_on: float = 1.0) -> Linear:
        """USD of a part of the same workers' months without the pilot: those abroad as today, the others at home.

        ``going_on`` is the share of today's work abroad that goes on, as under a ban that is evaded.
        """
        return self._over_workers(
            f"today_{part}_{going_on}",
            h,
            t,
            lambda p, level, i: p.today.mean(part, going_on * p.today.displaced) * self.months(t),
        )

    def kept_today(self, h: str, t: int) -> Linear:
        """USD that the same workers keep in the same months today, abroad or at home."""
        return self.today("worker_keeps", h, t)

    def state_take_today(self, h: str, t: int) -> Linear:
        """USD that the state takes today from those of the workers who would be abroad anyway."""
        return self.today("state_takes", h, t)

    def abroad_today(self, part: TodayPart, h: str, t: int) -> Linear:
        """USD of a part of the same months if every one of these workers were abroad today."""
        return self._over_workers(f"abroad_{part}", h, t, lambda p, level, i: p.today.mean(part, 1.0) * self.months(t))

    def months_displaced(self, h: str, t: int) -> Linear:
        """Of the worker-months, those that would be worked abroad today anyway."""
        return self._over_workers("displaced", h, t, lambda p, level, i: p.today.displaced * self.months(t))


def _part(pay: Pay, part: PayPart) -> float:
    amount: float = getattr(pay, part)
    return amount


def _card_rate(level: LevelCase, multiplier: float) -> float:
    return least(1.0, level.card_diversion * multiplier)
