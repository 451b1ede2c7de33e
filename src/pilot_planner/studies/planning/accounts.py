"""From a solution to accounts: who works, where each dollar goes, escrow, budget, oversight. To the cent.

Rounding is by running totals: each channel's postings, taken in order, add up to the rounded true total, so neither
a row nor a sum is ever off by more than a cent. Gross wage and contract value are sums of posted parts, so the two
identities hold in every row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilot_planner.case.case import PlacementCase
from pilot_planner.case.take_up import TakeUp
from pilot_planner.programme.build import Programme

WORKER_DECIMALS = 6

WAGE_PARTS = ("income_tax", "host_tax", "employee_contributions", "card", "in_kind", "family")
"""Parts of the gross wage; the last three are net pay."""
EMPLOYER_PARTS = ("employer_contributions", "foreign_worker_fee", "programme_levy")
"""What an employer pays on top of the gross wage."""
NET_PARTS = WAGE_PARTS[3:]
CHANNELS = ("contract_value", *EMPLOYER_PARTS, "gross_wage", *WAGE_PARTS)
RETURNED_TAX = "returned_tax"
"""Channel of income tax that workers get back when the programme ends; only there where a design returns it."""


@dataclass(frozen=True, slots=True)
class WorkforceRow:
    """Persons of one placement in one period."""

    iso3: str
    sector: str
    oversight_level: str
    period: int
    arrivals: float
    workers: float
    worker_cap: int


@dataclass(frozen=True, slots=True)
class FlowRow:
    """USD of one channel at one placement in one period, on accrual."""

    iso3: str
    sector: str
    period: int
    channel: str
    amount_usd: Decimal


@dataclass(frozen=True, slots=True)
class EscrowRow:
    """The escrow account of one host in one period, on cash. Period 0 is before the first, T + 1 after the last.

    What is still held then stays, is returned to workers (``tax_returned``) or is released, as the design says.
    """

    iso3: str
    period: int
    opening: Decimal
    deposits: Decimal
    pay: Decimal
    contributions_and_fees: Decimal
    levy: Decimal
    tax_released: Decimal
    tax_returned: Decimal
    payments: Decimal
    closing: Decimal
    held_tax: Decimal


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One product of the budget: quantity x unit cost, unrounded."""

    iso3: str
    period: int
    cost_line: str
    unsdg_category: str
    driver: str
    quantity: float
    unit: str
    unit_cost_usd: float
    amount_usd: float
    source_id: str
    grade: str


@dataclass(frozen=True, slots=True)
class OversightRow:
    """Inspectors and visits of one host in one period. Workers per inspector is None where there are no inspectors."""

    iso3: str
    period: int
    inspectors: float
    visits_required: float
    visits_possible: float
    workers_per_inspector: float | None


@dataclass(frozen=True)
class Accounts:
    """All accounts of one plan."""

    levels: dict[str, str]
    workforce: tuple[WorkforceRow, ...]
    flows: tuple[FlowRow, ...]
    escrow: tuple[EscrowRow, ...]
    budget: tuple[BudgetRow, ...]
    oversight: tuple[OversightRow, ...]

    @property
    def tax_returned(self) -> Decimal:
        """USD of held income tax that workers get back when the programme ends."""
        return sum((row.tax_returned for row in self.escrow), Decimal(0))

    def total(self, *channels: str) -> Decimal:
        """USD of some channels, all placements and periods."""
        return sum((row.amount_usd for row in self.flows if row.channel in channels), Decimal(0))


def exact_flows(programme: Programme, solution: Sequence[float]) -> dict[tuple[str, str, int, str], float]:
    """USD by host, sector, period and channel before they are rounded; totals of channels are not among them."""
    rows = _Book(programme, solution).exact_flows()
    return {(*placement.key, t, channel): usd for placement, t, exact in rows for channel, usd in exact.items()}


def cents(usd: float) -> Decimal:
    """An amount that was booked, to the cent."""
    return Decimal(repr(usd)).quantize(_CENT)


def make_accounts(programme: Programme, solution: Sequence[float]) -> Accounts:
    """Every account of the plan that ``solution`` is."""
    book = _Book(programme, solution)
    flows = tuple(book.flows())
    return Accounts(
        levels=book.levels,
        workforce=tuple(book.workforce()),
        flows=flows,
        escrow=tuple(book.escrow(flows)),
        budget=tuple(book.budget()),
        oversight=tuple(book.oversight()),
    )


class _Running:
    """Rounds a series to cents so that every partial sum is the rounded true one."""

    def __init__(self) -> None:
        self._exact: dict[str, float] = {}
        self._posted: dict[str, int] = {}

    def post(self, series: str, amount: float) -> Decimal:
        exact = self._exact.get(series, 0.0) + max(0.0, amount)
        cents = round(exact * 100)
        posted = cents - self._posted.get(series, 0)
        self._exact[series], self._posted[series] = exact, cents
        return Decimal(posted).scaleb(-2)


class _Book:
    """Reads one solution of one programme."""

    def __init__(self, programme: Programme, solution: Sequence[float]) -> None:
        self.p = programme
        self.x = solution
        self.case = programme.case
        self.numbers = programme.q.numbers
        self.over = programme.q.over
        self.working = self.numbers[self.case.lead :]
        self.levels = {h: level for (h, level), column in programme.d.level.items() if solution[column] > _TAKEN}
        self.placements = [
            placement for placement in self.case.placements if placement.iso3 in self.levels and self._cap(placement) > 0
        ]

    def _cap(self, placement: PlacementCase) -> int:
        return round(self.x[self.p.d.cap[placement.key]])

    def _workers(self, placement: PlacementCase, t: int) -> float:
        return self.x[self.p.d.workers[*placement.key, self.levels[placement.iso3], t]]

    def workforce(self) -> Iterator[WorkforceRow]:
        for placement in self.placements:
            level = self.levels[placement.iso3]
            for t in self.working:
                arrivals = self.x[self.p.d.arrivals[*placement.key, level, t]]
                yield WorkforceRow(
                    iso3=placement.iso3,
                    sector=placement.sector,
                    oversight_level=level,
                    period=t,
                    arrivals=round(arrivals, WORKER_DECIMALS),
                    workers=round(self._workers(placement, t), WORKER_DECIMALS),
                    worker_cap=self._cap(placement),
                )

    def exact_flows(self) -> Iterator[tuple[PlacementCase, int, dict[str, float]]]:
        """USD of each placement and period by channel, unrounded; totals of channels are not among them."""
        splits = {(h, t): self._split(h, t) for h in self.levels for t in self.working}
        for placement in self.placements:
            for t in self.working:
                pay = placement.pay[t - 1] * self._workers(placement, t)
                goods, parcels = splits[placement.iso3, t][placement.sector]
                yield (
                    placement,
                    t,
                    {
                        "income_tax": pay.income_tax,
                        "host_tax": pay.host_tax,
                        "employee_contributions": pay.employee_contributions,
                        "in_kind": goods,
                        "family": parcels,
                        "card": pay.net_pay - goods - parcels,
                        "employer_contributions": pay.employer_contributions,
                        "foreign_worker_fee": pay.foreign_worker_fee,
                        "programme_levy": pay.programme_levy,
                    },
                )

    def flows(self) -> Iterator[FlowRow]:
        running = _Running()
        for placement, t, exact in self.exact_flows():
            posted = {channel: running.post(channel, amount) for channel, amount in exact.items()}
            if t <= self.over:
                posted = {channel: self._paid(placement, t, channel) for channel in posted}
            posted["gross_wage"] = sum((posted[part] for part in WAGE_PARTS), Decimal(0))
            posted["contract_value"] = posted["gross_wage"] + sum((posted[part] for part in EMPLOYER_PARTS), Decimal(0))
            for channel in CHANNELS:
                yield FlowRow(placement.iso3, placement.sector, t, channel, posted[channel])
            if self._returned and t == self.working[-1]:
                back = self._tax(placement) * self._held_share(placement.iso3)
                amount = running.post(f"{RETURNED_TAX}.{placement.iso3}", back)
                yield FlowRow(placement.iso3, placement.sector, t, RETURNED_TAX, amount)

    def _paid(self, placement: PlacementCase, t: int, channel: str) -> Decimal:
        """What was paid in a period that is over, as it was booked."""
        return cents(self.case.history.pay.get((*placement.key, t, channel), 0.0))

    @property
    def _returned(self) -> bool:
        tax = self.case.design.tax
        return tax.held_at_end == "returned" and tax.release != "all"

    def _tax(self, placement: PlacementCase) -> float:
        """USD of income tax of a placement, all periods."""
        return math.fsum(placement.pay[t - 1].income_tax * self._workers(placement, t) for t in self.working)

    def _held_share(self, h: str) -> float:
        """Share of a host's tax that is still held when the programme ends."""
        if not self.over:
            return 1.0 - self._released_share(self.levels[h])
        q = self.p.q
        held, paid = (
            sum(of(h, t).value(self.x) for t in self.working) for of in (q.held, lambda h, t: q.pay("income_tax", h, t))
        )
        return held / paid if paid > 0.0 else 0.0

    def _split(self, h: str, t: int) -> dict[str, tuple[float, float]]:
        """Goods and parcels of each sector, USD: the host's totals split so that no worker's bounds are broken."""
        level = self.levels[h]
        rooms = {
            placement.sector: self.p.q.take_up(placement, t).times(self._workers(placement, t))
            for placement in self.placements
            if placement.iso3 == h
        }
        goods, parcels = self.x[self.p.d.in_kind[h, level, t]], self.x[self.p.d.family[h, level, t]]
        return dict(zip(rooms, split(goods, parcels, list(rooms.values())), strict=True))

    def escrow(self, flows: Sequence[FlowRow]) -> Iterator[EscrowRow]:
        zero = Decimal(0)
        sums: dict[tuple[str, int, str], Decimal] = {}
        for row in flows:
            key = (row.iso3, row.period, row.channel)
            sums[key] = sums.get(key, zero) + row.amount_usd
        released = _Running()
        last = self.numbers[-1]
        for h, level in self.levels.items():
            share = self._released_share(level)
            closing = held = zero
            for t in range(last + 2):

                def of(*channels: str, period: int = t, host: str = h) -> Decimal:
                    return sum((sums.get((host, period, channel), zero) for channel in channels), zero)

                opening = closing
                deposits = of("contract_value", period=t + 1)
                pay = of(*NET_PARTS)
                dues = of("employer_contributions", "employee_contributions", "foreign_worker_fee", "host_tax")
                levy = of("programme_levy")
                collected = of("income_tax", period=t - 1)
                deposits, paid_out = self._booked(h, t, deposits, released.post(h, float(collected) * share))
                held += collected - paid_out
                returned = zero
                if t == last + 1:
                    match self.case.design.tax.held_at_end:
                        case "returned":
                            returned, held = held, zero
                        case "released":
                            paid_out, held = paid_out + held, zero
                payments = pay + dues + levy + paid_out + returned
                closing = opening + deposits - payments
                yield EscrowRow(h, t, opening, deposits, pay, dues, levy, paid_out, returned, payments, closing, held)

    def _booked(self, h: str, t: int, deposits: Decimal, paid_out: Decimal) -> tuple[Decimal, Decimal]:
        """Deposits and released tax of a period; where it is over, as they were booked."""
        history = self.case.history
        if 1 <= t <= self.over:
            deposits = cents(history.deposits.get((h, t), 0.0))
        if 1 < t <= self.over + 1 and self.case.design.tax.release != "none":
            paid_out = cents(history.verified.get((h, t - 1), 0.0))
        return deposits, paid_out

    def _released_share(self, level: str) -> float:
        """Share of the collected tax that leaves escrow."""
        match self.case.design.tax.release:
            case "all":
                return 1.0
            case "none":
                return 0.0
            case _:
                return next(one.verified_tax_share for one in self.case.levels if one.level == level)

    def budget(self) -> Iterator[BudgetRow]:
        for cell in self.p.cost_cells:
            quantity = cell.quantity.value(self.x)
            if abs(quantity) < _NOTHING:
                continue
            yield BudgetRow(
                iso3=cell.host,
                period=cell.period,
                cost_line=cell.line.line_id,
                unsdg_category=cell.line.unsdg_category,
                driver=cell.line.driver,
                quantity=quantity,
                unit=cell.line.unit,
                unit_cost_usd=cell.unit_cost,
                amount_usd=quantity * cell.unit_cost,
                source_id=cell.line.source_id,
                grade=cell.line.grade_at(cell.host),
            )

    def oversight(self) -> Iterator[OversightRow]:
        q = self.p.q
        for h in self.levels:
            for t in self.numbers:
                inspectors = q.inspectors(h, t).value(self.x)
                workers = q.workers(h, t).value(self.x)
                yield OversightRow(
                    iso3=h,
                    period=t,
                    inspectors=inspectors,
                    visits_required=q.visits_required(h, t).value(self.x),
                    visits_possible=q.visits_possible(h, t).value(self.x),
                    workers_per_inspector=workers / inspectors if inspectors > _NOTHING else None,
                )


_CENT = Decimal("0.01")
_TAKEN = 0.5
_NOTHING = 1e-9
_DUST = 1e-12
"""Room, relative to all that is taken, below which there is none: sixteen digits of amounts that were subtracted."""
_FLAT = 1e-15
"""Area, relative to the square of all room, below which a triangle holds nothing that its neighbours do not."""

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Above:
    """What may be taken above the least, USD: in kind, as parcels, both together."""

    in_kind: float
    family: float
    together: float

    @classmethod
    def least(cls, room: TakeUp) -> _Above:
        goods, parcels = _least(room)
        # Without this the rounding of two equal amounts would count as room, and weights be ratios of such rest.
        dust = _DUST * max(1.0, room.together)
        more, sent, both = room.in_kind - goods, room.family - parcels, room.together - goods - parcels
        return cls(*(0.0 if one <= dust else one for one in (more, sent, both)))


def _least(room: TakeUp) -> Corner:
    return room.least_in_kind, room.least_family


def _sum(one: Corner, other: Corner) -> Corner:
    return one[0] + other[0], one[1] + other[1]


def split(goods: float, parcels: float, rooms: Sequence[TakeUp]) -> list[Corner]:
    """Goods and parcels of each part, USD, that add up to the totals and keep to the bounds of each: the least of each
    part, and above it as ``_corner_weights`` says."""
    least = [_least(room) for room in rooms]
    above = [_Above.least(room) for room in rooms]
    weights = _corner_weights(
        max(0.0, goods - math.fsum(one for one, _ in least)), max(0.0, parcels - math.fsum(one for _, one in least)), above
    )
    return [_sum(_combine(weights, more), one) for more, one in zip(above, least, strict=True)]


def _corners(room: _Above) -> list[Corner]:
    """Corners of what can be taken in kind and as parcels, in order round the region, the origin first."""
    return [
        (0.0, 0.0),
        (room.in_kind, 0.0),
        (room.in_kind, room.together - room.in_kind),
        (room.together - room.family, room.family),
        (0.0, room.family),
    ]


def _corner_weights(goods: float, parcels: float, rooms: Sequence[_Above]) -> list[float]:
    """Weights that make (goods, parcels) from the corners of the summed region.

    Each region's corners add up, corner by corner, to those of the sum, so the same weights on each region's own
    corners split the totals without breaking any ceiling. Totals that are beyond it by a solver's rounding count as at it.
    """
    whole = _Above(
        math.fsum(room.in_kind for room in rooms),
        math.fsum(room.family for room in rooms),
        math.fsum(room.together for room in rooms),
    )
    goods = min(goods, whole.in_kind, whole.together)
    parcels = min(parcels, whole.family, whole.together - goods)
    corners = _corners(whole)
    best, least = [1.0, 0.0, 0.0, 0.0, 0.0], math.inf
    for first in range(1, len(corners) - 1):
        (ax, ay), (bx, by) = corners[first], corners[first + 1]
        area = ax * by - bx * ay
        if area <= _FLAT * whole.together**2:
            continue
        a, b = (goods * by - bx * parcels) / area, (ax * parcels - goods * ay) / area
        outside = max(0.0, -a) + max(0.0, -b) + max(0.0, a + b - 1.0)
        if outside < least:
            weights = [0.0] * len(corners)
            weights[first], weights[first + 1] = max(0.0, a), max(0.0, b)
            weights[0] = max(0.0, 1.0 - a - b)
            best, least = weights, outside
    if math.isinf(least):
        # Only one channel has any room: the region is a line, and the totals lie on it.
        far = max(range(len(corners)), key=lambda corner: sum(corners[corner]))
        length = sum(corners[far])
        if length > 0.0:
            best[far] = min(1.0, (goods + parcels) / length)
            best[0] = 1.0 - best[far]
    return best


def _combine(weights: Sequence[float], room: _Above) -> Corner:
    corners = _corners(room)
    return (
        math.fsum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True)),
        math.fsum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True)),
    )
