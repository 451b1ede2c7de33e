"""Would they take part? What the state and workers get against today, and what other sums for the state would mean.

The workforce of the plan is held. A sum asked for the state is raised by the design's own schedule with other rates:
the same thresholds, nothing on the first bracket, marginal rates that never fall, a top rate that some preset schedule
already has. Among such schedules workers are left the most, and of those the one is taken that spares the lowest paid.
These are answers for a negotiation. Every dollar more for the state is a dollar less for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pilot_planner.case.case import PlacementCase
from pilot_planner.case.tax import Bracket, TaxSchedule, tax_schedule
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import NoPlanError
from pilot_planner.solving.lexicographic_lp import SmallRow, least_in_turn
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.parties.state_offer import StateOffer, state_offer
from pilot_planner.studies.planning.plan import Plan, make_plan
from pilot_planner.studies.planning.setup import Settings
from pilot_planner.text.number_format import money, percent
from pilot_planner.text.result_tables import Rows, Tabled

NO_INVITATION = "None of these sums is a proposal: every dollar more for the state is a dollar less for workers."


@dataclass(frozen=True, slots=True)
class PlacementPay:
    """One placement, USD per worker-month: what the state and a worker get under the plan and today."""

    iso3: str
    sector: str
    worker_months: float
    worker_plan: float
    worker_today: float
    state_plan: float
    state_today: float


@dataclass(frozen=True, slots=True)
class Offer:
    """The schedule for one sum asked for the state.

    Attributes:
        sum_asked: USD over the whole programme; what the schedule raises is ``revenue``.
        status: ``found``, or ``out of reach`` where no such schedule raises the sum; the rest is then None or empty.
        rates: marginal rates, one for each bracket of ``Participation.thresholds``.
        net_pay: USD per worker-month, all placements; ``pay`` has it by placement (``ISO3.sector``).
        floors_held: whether living wage and gain over today hold in the leanest month of every placement.
        broken: rights floors that do not, with the placement and the amounts.
    """

    label: str
    sum_asked: float
    status: str
    rates: tuple[float, ...]
    revenue: float | None
    net_pay: float | None
    pay: dict[str, float]
    floors_held: bool | None
    broken: tuple[str, ...]
    schedule: TaxSchedule | None
    sentence: str

    def record(self) -> dict[str, Any]:
        """One row, without what a table cannot hold."""
        return {
            "label": self.label,
            "sum_asked": self.sum_asked,
            "status": self.status,
            **{f"rate_{place}": rate for place, rate in enumerate(self.rates, start=1)},
            "revenue": self.revenue,
            "net_pay": self.net_pay,
            "floors_held": None if self.floors_held is None else ("true" if self.floors_held else "false"),
            "broken": "; ".join(self.broken),
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Participation(Tabled):
    """What the state and workers get, and the schedules for other sums. ``nobody_gains`` is the sum, USD, at which
    workers together keep what they keep today; ``out_of_reach_above`` the most that any such schedule raises."""

    plan: Plan
    placements: tuple[PlacementPay, ...]
    total: PlacementPay
    thresholds: tuple[float, ...]
    deduction: float
    top_rate: float
    top_rate_from: str
    offers: tuple[Offer, ...]
    largest_with_floors: Offer
    out_of_reach_above: float
    nobody_gains: float
    state: StateOffer
    sentences: tuple[str, ...]

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"schedules": self.records, "placements": lambda: [asdict(one) for one in self.placements]}

    def records(self) -> list[dict[str, Any]]:
        """One row per sum, the largest that keeps every rights floor last; the same columns in all."""
        blank = {f"rate_{place}": None for place in range(1, len(self.thresholds) + 1)}
        rows = [one.record() for one in (*self.offers, self.largest_with_floors)]
        order = ["label", "sum_asked", "status", *blank, "revenue", "net_pay", "floors_held", "broken", "sentence"]
        return [{name: (blank | row)[name] for name in order} for row in rows]


def participation(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Participation:
    """The state's take and workers' pay, plan against today, and the schedules for a row of sums.

    1. the design's plan; 2. each placement against today; 3. for each sum the schedule that leaves workers the most;
    4. the sum at which nobody gains, and the largest that keeps every rights floor; 5. whether the state would take what the
    plan offers, with the chance of it.
    Raises NoPlanError when there is no plan, or one that employs nobody.
    """
    plan = make_plan(model, inputs, settings, progress)
    return _Study(plan).run(progress)


@dataclass(frozen=True, slots=True)
class _Cell:
    """Worker-months of one placement at one wage: months with work, or stand-by months."""

    placement: PlacementCase
    worker_months: float
    gross: float
    before_tax: float
    """Net pay before the income tax, USD a month."""


class _Study:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.case = plan.case
        self.cells = [cell for cell in _cells(plan) if cell.worker_months > 0.0]
        self.placements = list(dict.fromkeys(cell.placement.key for cell in self.cells))
        self.by_key = {cell.placement.key: cell.placement for cell in self.cells}
        self.months = sum(cell.worker_months for cell in self.cells)
        if not self.cells:
            raise NoPlanError(["the plan of this design employs nobody, so there is no pay to share"])
        self.own = self.case.schedule
        self.top_rate, self.top_rate_from = _highest_rate(plan.inputs)
        self.income = [
            sum(cell.worker_months * self._slice(cell.gross, bracket) for cell in self.cells)
            for bracket in self.own.brackets
        ]
        """Taxable income in each bracket, USD over the whole programme."""

    def run(self, progress: Progress | None = None) -> Participation:
        rows = tuple(self._row(key) for key in self.placements)
        total = self._total(rows)
        today = total.state_today * self.months
        revenue = total.state_plan * self.months
        asked = [(_label(share), share * today) for share in self.plan.design.participation.shares_of_today]
        asked.append(("the plan's revenue", revenue))
        offers = tuple(self._offer(label, amount) for label, amount in asked)
        nobody = total.worker_plan * self.months + revenue - total.worker_today * self.months
        most = self.top_rate * sum(self.income[1:])
        largest = self._largest()
        state = state_offer(self.plan, progress=progress)
        return Participation(
            plan=self.plan,
            placements=rows,
            total=total,
            thresholds=tuple(bracket.lower for bracket in self.own.brackets),
            deduction=self.own.deduction,
            top_rate=self.top_rate,
            top_rate_from=self.top_rate_from,
            offers=offers,
            largest_with_floors=largest,
            out_of_reach_above=most,
            nobody_gains=nobody,
            state=state,
            sentences=(state.sentence, *self._sentences(total, largest, nobody, most)),
        )

    # --- plan against today ---

    def _row(self, key: tuple[str, str]) -> PlacementPay:
        cells = [cell for cell in self.cells if cell.placement.key == key]
        months = sum(cell.worker_months for cell in cells)
        tax = sum(cell.worker_months * self.own.tax(cell.gross) for cell in cells) / months
        before = sum(cell.worker_months * cell.before_tax for cell in cells) / months
        today = self.by_key[key].today
        return PlacementPay(*key, months, before - tax, today.worker_keeps, tax, today.state_takes)

    def _total(self, rows: tuple[PlacementPay, ...]) -> PlacementPay:
        def mean(name: str) -> float:
            return float(sum(row.worker_months * getattr(row, name) for row in rows)) / self.months

        names = ("worker_plan", "worker_today", "state_plan", "state_today")
        return PlacementPay("", "", self.months, *(mean(name) for name in names))

    # --- schedules ---

    def _slice(self, gross: float, bracket: Bracket) -> float:
        """The part of a month's taxable income that lies in a bracket."""
        taxable = max(0.0, gross - self.own.deduction)
        end = taxable if bracket.upper is None else min(taxable, bracket.upper)
        return max(0.0, end - bracket.lower)

    def _slices(self, gross: float) -> list[float]:
        return [self._slice(gross, bracket) for bracket in self.own.brackets]

    def _offer(self, label: str, asked: float) -> Offer:
        rates = self._rates(asked, floors=True) or self._rates(asked, floors=False)
        if rates is None:
            sentence = (
                f"No schedule with these thresholds and a top rate of {percent(self.top_rate)} raises {money(asked)} USD "
                f"({label}) from these wages."
            )
            return Offer(label, asked, "out of reach", (), None, None, {}, None, (), None, sentence)
        return self._described(label, asked, rates)

    def _rates(self, asked: float, floors: bool) -> list[float] | None:
        """Rates that raise the sum and leave workers the most; the lower brackets spared first."""
        per_month = asked / self.months
        income = [amount / self.months for amount in self.income]
        found = self._solve([SmallRow(tuple(income), lower=per_month)], income, floors)
        return None if found is None else self._exact(found, asked)

    def _largest(self) -> Offer:
        """The largest sum that keeps every rights floor in the leanest month of every placement."""
        rates = self._solve([], [-amount / self.months for amount in self.income], floors=True)
        if rates is None:
            raise AssertionError("without any tax the floors of a plan's placements hold")
        asked = self._revenue(rates)
        return self._described("the largest that keeps every rights floor", asked, rates)

    def _solve(self, rows: list[SmallRow], aim: list[float], floors: bool) -> list[float] | None:
        count = len(self.own.brackets)
        bounds = [(0.0, 0.0)] + [(0.0, self.top_rate)] * (count - 1)
        rising = [
            SmallRow(tuple(1.0 if j == place + 1 else -1.0 if j == place else 0.0 for j in range(count)), lower=0.0)
            for place in range(count - 1)
        ]
        held = list(self._floor_rows()) if floors else []
        # Brackets with income from the lowest up, then those that nobody reaches.
        order = sorted(range(1, count), key=lambda place: (self.income[place] <= 0.0, place))
        spare = [[1.0 if j == place else 0.0 for j in range(count)] for place in order]
        found = least_in_turn(bounds, [*rising, *rows, *held], [aim, *spare], self.plan.design.solver)
        return None if found is None else self._tidy(found)

    def _floor_rows(self) -> Iterator[SmallRow]:
        for placement in self.by_key.values():
            lean = placement.offer.leanest
            room = lean.net_pay + lean.income_tax - max((least for _, least in self._floors(placement)), default=0.0)
            yield SmallRow(tuple(self._slices(lean.gross_wage)), upper=room)

    def _tidy(self, rates: tuple[float, ...]) -> list[float]:
        """No noise of the solver: within the bounds, never falling."""
        tidy: list[float] = []
        for rate in rates:
            inside = next((end for end in (0.0, self.top_rate) if abs(rate - end) < _NOISE), rate)
            tidy.append(max(min(inside, self.top_rate), tidy[-1] if tidy else 0.0))
        return tidy

    def _exact(self, rates: list[float], asked: float) -> list[float]:
        """The rate between the ends that carries most income moved by rounding, so that the sum is met to the cent."""
        free = [j for j, rate in enumerate(rates) if j and 0.0 < rate < self.top_rate and self.income[j] > 0.0]
        if not free:
            return rates
        place = max(free, key=lambda j: self.income[j])
        moved = list(rates)
        moved[place] += (asked - self._revenue(rates)) / self.income[place]
        return self._tidy(tuple(moved))

    def _revenue(self, rates: list[float]) -> float:
        return sum(rate * amount for rate, amount in zip(rates, self.income, strict=True))

    def _described(self, label: str, asked: float, rates: list[float]) -> Offer:
        brackets = tuple(replace(bracket, rate=rate) for bracket, rate in zip(self.own.brackets, rates, strict=True))
        schedule = replace(
            self.own, schedule_id="asked", name=f"Schedule for {label}", brackets=brackets, source_id="planner_derivation"
        )
        revenue = self._revenue(rates)
        before = sum(cell.worker_months * cell.before_tax for cell in self.cells)
        net = (before - revenue) / self.months
        pay = {".".join(key): self._pay(key, rates) for key in self.placements}
        broken = tuple(self._broken(rates))
        held = "every rights floor still holds" if not broken else f"rights floors break: {'; '.join(broken)}"
        shown = " / ".join(f"{100 * rate:.1f}" for rate in rates)
        sentence = (
            f"{money(revenue)} USD for the state ({label}) takes rates of {shown} % and leaves a worker {money(net)} USD a "
            f"month; {held}."
        )
        return Offer(label, asked, "found", tuple(rates), revenue, net, pay, not broken, broken, schedule, sentence)

    def _pay(self, key: tuple[str, str], rates: list[float]) -> float:
        cells = [cell for cell in self.cells if cell.placement.key == key]
        months = sum(cell.worker_months for cell in cells)
        return sum(cell.worker_months * (cell.before_tax - self._tax(cell.gross, rates)) for cell in cells) / months

    def _tax(self, gross: float, rates: list[float]) -> float:
        return sum(rate * part for rate, part in zip(rates, self._slices(gross), strict=True))

    # --- rights floors ---

    def _floors(self, placement: PlacementCase) -> Iterator[tuple[str, float]]:
        """Rights floors on net pay in the leanest month, USD."""
        floors = self.plan.design.floors
        h = placement.iso3
        if floors.living_wage:
            yield "living wage", self.case.evidence.need(f"eligibility:{h}", "hosts", h, "living_wage")
        yield f"today plus {floors.gain_over_today:.0%}", (1.0 + floors.gain_over_today) * placement.today.worker_keeps

    def _broken(self, rates: list[float]) -> Iterator[str]:
        for key in self.placements:
            placement = self.by_key[key]
            lean = placement.offer.leanest
            net = lean.net_pay + lean.income_tax - self._tax(lean.gross_wage, rates)
            for name, least in self._floors(placement):
                if net < least - _CENT / 2.0:
                    yield f"{'.'.join(key)} {money(net)} USD in the leanest month, below {name} {money(least)} USD"

    # --- words ---

    def _sentences(self, total: PlacementPay, largest: Offer, nobody: float, most: float) -> Iterator[str]:
        state = "less" if total.state_plan < total.state_today else "more"
        worker = "more" if total.worker_plan > total.worker_today else "less"
        yield (
            f"Of each worker-month abroad the state takes {money(total.state_today)} USD today and gets "
            f"{money(total.state_plan)} USD in tax under the plan, "
            f"{money(abs(total.state_today - total.state_plan))} USD {state}; a worker keeps {money(total.worker_today)} "
            f"USD today and {money(total.worker_plan)} USD under the plan, "
            f"{money(abs(total.worker_plan - total.worker_today))} USD {worker}."
        )
        yield (
            f"At {money(nobody)} USD for the state ({money(nobody / self.months)} USD of a worker-month) workers together "
            "would keep no more than today: nobody would gain."
        )
        yield (
            f"With nothing on the first bracket and a top rate of {percent(self.top_rate)} ({self.top_rate_from}) these "
            f"wages yield {money(most)} USD at most."
        )
        amount = largest.revenue or 0.0
        yield (
            f"The largest sum that keeps living wage and gain over today in every month is {money(amount)} USD "
            f"({money(amount / self.months)} USD of a worker-month). It is a bound, not an aim."
        )
        yield NO_INVITATION


def _label(share: float) -> str:
    return "today's take" if share == 1.0 else f"{share:.0%} of today's take"


_CENT = 0.01
_NOISE = 1e-7


def _cells(plan: Plan) -> Iterator[_Cell]:
    """Worker-months of each placement of the plan in months with work and in stand-by months."""
    placements = {placement.key: placement for placement in plan.case.placements}
    months: dict[tuple[str, str], list[float]] = {}
    for row in plan.accounts.workforce:
        placement = placements[row.iso3, row.sector]
        length = plan.case.periods[row.period - 1].months
        full, lean = placement.offer.full.gross_wage, placement.offer.leanest.gross_wage
        with_work = float(length)
        if full - lean > _NOISE:
            # A period's wage is full wage x months with work + stand-by wage x the other months.
            with_work = (placement.pay[row.period - 1].gross_wage - lean * length) / (full - lean)
        of = months.setdefault(placement.key, [0.0, 0.0])
        of[0] += row.workers * with_work
        of[1] += row.workers * (length - with_work)
    for key, counts in months.items():
        offer = placements[key].offer
        for amount, pay in zip(counts, (offer.full, offer.leanest), strict=True):
            yield _Cell(placements[key], amount if amount > _NOISE else 0.0, pay.gross_wage, pay.net_pay + pay.income_tax)


def _highest_rate(inputs: Inputs) -> tuple[float, str]:
    """The highest marginal rate among the preset schedules of the inputs, and the schedule that has it."""
    presets = [
        tax_schedule(inputs, row.text("schedule_id"))
        for row in inputs.rows("facts/tax_schedules.csv")
        if row["type"] == "graduated" and row["use"] == "preset"
    ]
    highest = max(presets, key=lambda schedule: schedule.top_rate)
    return highest.top_rate, highest.name
