"""Where a signed pilot stands: plan, actual, difference and forecast by line, placement, channel and indicator.

Money is in cents: actual amounts are what was booked, differences are exact, and the three parts of a difference (people,
price, mix) add up to it. The forecast is the plan, plus what has differed so far, plus what will differ because people are
not where they were planned to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from pilot_planner.data.actuals import Actuals, number
from pilot_planner.programme.limits import find_limit
from pilot_planner.programme.programme import Programme
from pilot_planner.studies.after_signature.differences import Split, split
from pilot_planner.studies.after_signature.forecast import as_it_goes_on, programme_left
from pilot_planner.studies.after_signature.funds import Funds, funds_of
from pilot_planner.studies.after_signature.template import whole_cents
from pilot_planner.studies.planning.accounts import CHANNELS, WORKER_DECIMALS, Accounts, cents, exact_flows, make_accounts
from pilot_planner.studies.planning.limit_status import LimitStanding, standing_of
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.result_tables import Rows, Tabled

_BROKEN = 1e-6
"""Slack, relative to max(1, |bound|), that is none."""

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the plan beside what happened.

    Attributes:
        subject: ``people``, ``pay``, ``cost``, ``escrow`` or ``oversight``.
        place: host, or host and sector; ``PRG`` for what is shared.
        item: channel, cost line or count.
        unit: USD (then every amount is a Decimal in cents), persons, months, posts or count.
        plan_to_date, actual_to_date: sums over the periods that are over; of posts and persons the last of them.
        so_far: what is reported of the period that is not over yet; None where nothing is.
        plan, forecast: of the whole programme; of posts and persons in the last period.
    """

    subject: str
    place: str
    item: str
    unit: str
    plan_to_date: Decimal | float
    actual_to_date: Decimal | float
    so_far: Decimal | float | None
    plan: Decimal | float
    forecast: Decimal | float

    @property
    def difference(self) -> Decimal | float:
        """Actual less plan, to date."""
        return self.actual_to_date - self.plan_to_date  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator of the results framework: the last measurement, and the target of the plan."""

    indicator: str
    unit: str
    target: float | None
    period: int | None
    actual: float | None
    counted: int | None


@dataclass(frozen=True)
class Standing(Tabled):
    """Where a pilot stands.

    Attributes:
        over, reported, last: the last period that is over, the last one reported in part, the last of the programme.
        lines, indicators: figure by figure.
        splits: each difference of pay (by placement) and of cost (by line) in people, price and mix.
        broken: limits that were not kept in a period that is over; ``ahead``: that will not be, if nothing is decided anew.
        metrics: (plan, forecast) of every metric.
        funds: money received, spent, committed and left, and the next tranche.
        programme, solution: what is forecast, for who asks further.
    """

    plan: Plan
    actuals: Actuals
    over: int
    reported: int
    last: int
    lines: tuple[Line, ...]
    indicators: tuple[IndicatorLine, ...]
    splits: tuple[Split, ...]
    broken: tuple[LimitStanding, ...]
    ahead: tuple[LimitStanding, ...]
    metrics: Mapping[str, tuple[float, float]]
    funds: Funds
    programme: Programme
    solution: tuple[float, ...]

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"figures": self.records}

    def records(self) -> list[dict[str, Any]]:
        """One row per figure."""
        return [asdict(one) | {"difference": one.difference} for one in self.lines]

    def total(self, subject: str, item: str | None = None) -> Line:
        """All lines of a subject (and item) in money, added up."""
        some = [one for one in self.lines if one.subject == subject and item in (None, one.item)]
        names = ("plan_to_date", "actual_to_date", "plan", "forecast")
        sums = {name: sum((getattr(one, name) for one in some), Decimal(0)) for name in names}
        return Line(subject, "all", item or "all", "USD", so_far=None, **sums)

    def document(self) -> dict[str, Any]:
        """What ``actuals report --json`` prints."""
        return {
            "plan_id": self.plan.plan_id,
            "periods": {"over": self.over, "reported": self.reported, "last": self.last},
            "lines": [_plain(row) for row in self.records()],
            "indicators": [asdict(one) for one in self.indicators],
            "differences": [_plain(asdict(one)) for one in self.splits],
            "limits_broken": [_limit(one) for one in self.broken],
            "limits_ahead": [_limit(one) for one in self.ahead],
            "metrics": {name: {"plan": before, "forecast": now} for name, (before, now) in self.metrics.items()},
            "funds": _plain(asdict(self.funds)),
            "corrections": [
                {"table": name, **{column: row[column] for column in row.cells}} for name, row in self.actuals.corrections()
            ],
        }


def standing(plan: Plan, actuals: Actuals) -> Standing:
    """Where a signed plan stands after what has happened. ``actuals`` are checked (``load_actuals``).

    Raises NoPlanError where a placement in which people work fails a rights floor on these inputs.
    """
    programme = programme_left(plan, actuals)
    solution = as_it_goes_on(plan, programme)
    book = _Book(plan, actuals, programme, solution)
    broken, ahead = book.limits()
    metrics = programme.metric_values(solution)
    return Standing(
        plan=plan,
        actuals=actuals,
        over=actuals.over,
        reported=actuals.reported,
        last=len(plan.case.periods),
        lines=tuple(book.lines()),
        indicators=tuple(book.indicators()),
        splits=tuple(book.splits()),
        broken=tuple(broken),
        ahead=tuple(ahead),
        metrics={name: (plan.programme.metric_values(plan.solution)[name], now) for name, now in metrics.items()},
        funds=funds_of(plan, actuals, programme, solution),
        programme=programme,
        solution=solution,
    )


class _Book:
    """Plan and forecast side by side. Amounts by (subject, place, item), then by period."""

    def __init__(self, plan: Plan, actuals: Actuals, programme: Programme, solution: tuple[float, ...]) -> None:
        self.plan, self.actuals, self.programme, self.x = plan, actuals, programme, solution
        self.over, self.last = actuals.over, len(plan.case.periods)
        self.forecast = plan.accounts if programme is plan.programme else make_accounts(programme, solution)

    # --- figure by figure ---

    def lines(self) -> Iterator[Line]:
        planned, coming = (
            _Exact(self.plan.programme, self.plan.solution, self.plan.accounts),
            _Exact(self.programme, self.x, self.forecast),
        )
        posted = {"pay": _pay(self.plan.accounts), "escrow": self._escrow()}
        for subject in ("pay", "cost", "escrow"):
            before = planned.of(subject)
            told = posted[subject] if subject in posted else {key: _in_cents(of) for key, of in before.items()}
            yield from self._money(subject, told, before, coming.of(subject))
        yield from self._people()
        yield from self._oversight()

    def _money(
        self,
        subject: str,
        posted: Mapping[Place, dict[int, Decimal]],
        planned: Mapping[Place, dict[int, float]],
        coming: Mapping[Place, dict[int, float]],
    ) -> Iterator[Line]:
        """Amounts of the plan in cents, the same unrounded, and what is forecast."""
        booked = self._booked(subject)
        for key in dict.fromkeys([*posted, *coming, *booked]):
            before, exact, after = posted.get(key, {}), planned.get(key, {}), coming.get(key, {})
            told = {t: cents(usd) for t, usd in booked.get(key, {}).items()}
            to_date = sum((usd for t, usd in before.items() if t <= self.over), _ZERO)
            actual = sum((usd for t, usd in told.items() if t <= self.over), _ZERO)
            changes = [after.get(t, 0.0) - exact.get(t, 0.0) for t in self._left]
            more = cents(round(sum(changes), 2))
            whole = sum(before.values(), _ZERO)
            yield Line(
                subject=subject,
                place=key[0],
                item=key[1],
                unit="USD",
                plan_to_date=to_date,
                actual_to_date=actual,
                so_far=told.get(self.over + 1),
                plan=whole,
                forecast=whole + actual - to_date + more,
            )

    @property
    def _left(self) -> range:
        return range(self.over + 1, self.last + 1)

    def _booked(self, subject: str) -> dict[Place, dict[int, float]]:
        """What was entered, by place and item, then by period; those that are not over too."""
        table, item = {"pay": ("pay", "channel"), "cost": ("costs", "code"), "escrow": ("escrow", "flow")}[subject]
        found: dict[Place, dict[int, float]] = {}
        for row in self.actuals.current(table):
            name = row.text(item)
            if subject == "cost":
                name = self.actuals.line_of.get(name, name)
            place = f"{row.text('iso3')}.{row.text('sector')}" if subject == "pay" else row.text("iso3")
            if subject == "pay" and name in _TOTALS:
                continue
            periods = found.setdefault((place, name), {})
            period = int(number(row, "period"))
            periods[period] = periods.get(period, 0.0) + number(row, "amount")
        return found

    def _escrow(self) -> dict[Place, dict[int, Decimal]]:
        """Deposits of the plan's escrow account, and tax by the period of which it is verified."""
        found: dict[Place, dict[int, Decimal]] = {}
        for row in self.plan.accounts.escrow:
            if 1 <= row.period <= self.last:
                verified = self.plan.programme.q.released(row.iso3, row.period).value(self.plan.solution)
                found.setdefault((row.iso3, "deposits"), {})[row.period] = row.deposits
                found.setdefault((row.iso3, "tax_verified"), {})[row.period] = whole_cents(verified)
        return found

    def _people(self) -> Iterator[Line]:
        planned = {(row.iso3, row.sector, row.period): row for row in self.plan.accounts.workforce}
        coming = {(row.iso3, row.sector, row.period): row for row in self.forecast.workforce}
        told = {
            (row.text("iso3"), row.text("sector"), int(number(row, "period"))): row for row in self.actuals.current("people")
        }
        for h, s in dict.fromkeys((h, s) for h, s, _ in [*planned, *coming]):
            for item in ("arrivals", "workers"):
                summed = item == "arrivals"

                def of(
                    rows: Mapping[Any, Any], until: int, item: str = item, summed: bool = summed, h: str = h, s: str = s
                ) -> float:
                    periods = range(1, until + 1) if summed else range(until, until + 1)
                    values = (_value(rows.get((h, s, t)), item) for t in periods)
                    return round(sum(values), WORKER_DECIMALS)

                now = told.get((h, s, self.over + 1))
                yield Line(
                    subject="people",
                    place=f"{h}.{s}",
                    item=item,
                    unit="persons",
                    plan_to_date=of(planned, self.over),
                    actual_to_date=of(told, self.over),
                    so_far=None if now is None else number(now, item),
                    plan=of(planned, self.last),
                    forecast=of(coming, self.last),
                )

    def _oversight(self) -> Iterator[Line]:
        planned = {(row.iso3, row.period): row for row in self.plan.accounts.oversight}
        coming = {(row.iso3, row.period): row for row in self.forecast.oversight}
        told = {(row.text("iso3"), int(number(row, "period"))): row for row in self.actuals.current("oversight")}
        names = {"inspectors": "inspectors", "visits_asked": "visits_required", "visits_made": "visits_possible"}
        for h in dict.fromkeys(h for h, _ in planned):
            for item, name in names.items():
                first = (lambda until: until) if item == "inspectors" else (lambda until: 1)
                over = range(first(self.over), self.over + 1)
                every = range(first(self.last), self.last + 1)
                now = told.get((h, self.over + 1))
                yield Line(
                    subject="oversight",
                    place=h,
                    item=item,
                    unit="posts" if item == "inspectors" else "count",
                    plan_to_date=round(sum(_value(planned.get((h, t)), name) for t in over), WORKER_DECIMALS),
                    actual_to_date=round(sum(_value(told.get((h, t)), item) for t in over), WORKER_DECIMALS),
                    so_far=None if now is None else number(now, item),
                    plan=round(sum(_value(planned[h, t], name) for t in every), WORKER_DECIMALS),
                    forecast=round(sum(_value(coming[h, t], name) for t in every), WORKER_DECIMALS),
                )

    def indicators(self) -> Iterator[IndicatorLine]:
        from pilot_planner.programme.metrics import METRICS

        measured: dict[str, Any] = {}
        for row in sorted(self.actuals.current("indicators"), key=lambda one: number(one, "period")):
            measured[row.text("indicator")] = row
        figures = {**self.plan.metrics, **self.plan.ratios}
        for row in self.plan.inputs.rows("facts/results_framework.csv"):
            last = measured.get(row.text("indicator"))
            source = row.text("target_from")
            told = row.cells["target"]
            target = figures.get(source) if source else float(told) if isinstance(told, int | float) else None
            counted = None if last is None or last["counted"] is None else int(number(last, "counted"))
            yield IndicatorLine(
                indicator=row.text("indicator"),
                unit=row.text("unit") if source not in METRICS else METRICS[source].unit,
                target=target,
                period=None if last is None else int(number(last, "period")),
                actual=None if last is None else number(last, "value"),
                counted=counted,
            )

    # --- why ---

    def splits(self) -> Iterator[Split]:
        """Differences to date: pay of all placements together by channel, cost of each line by host."""
        if not self.over:
            return
        quantities: dict[bool, dict[str, float]] = {True: {}, False: {}}
        for planned, accounts in ((True, self.plan.accounts), (False, self.forecast)):
            for row in accounts.workforce:
                if row.period <= self.over:
                    place = f"{row.iso3}.{row.sector}"
                    months = row.workers * self.plan.programme.q.months(row.period)
                    quantities[planned][place] = quantities[planned].get(place, 0.0) + months
        lines = list(self.lines())
        for channel in dict.fromkeys(one.item for one in lines if one.subject == "pay"):
            some = [one for one in lines if one.subject == "pay" and one.item == channel]
            yield split("pay", channel, some, quantities[True], quantities[False])
        driven: dict[bool, dict[str, dict[str, float]]] = {True: {}, False: {}}
        for planned, accounts in ((True, self.plan.accounts), (False, self.forecast)):
            for cell in accounts.budget:
                if cell.period <= self.over:
                    of_line = driven[planned].setdefault(cell.cost_line, {})
                    of_line[cell.iso3] = of_line.get(cell.iso3, 0.0) + cell.quantity
        for line in dict.fromkeys(one.item for one in lines if one.subject == "cost"):
            some = [one for one in lines if one.subject == "cost" and one.item == line]
            yield split("cost", line, some, driven[True].get(line, {}), driven[False].get(line, {}))

    # --- limits ---

    def limits(self) -> tuple[list[LimitStanding], list[LimitStanding]]:
        """Limits that were not kept in a period that is over, and that will not be."""
        left_out = {host.iso3 for host in self.programme.case.hosts} - self.forecast.levels.keys()
        broken: list[LimitStanding] = []
        ahead: dict[tuple[str, str, str], LimitStanding] = {}
        for row in self.programme.limit_rows:
            limit = find_limit(row.key, self.programme.case.design)
            if limit is None or row.scope.split(".")[0] in left_out:
                continue
            found = standing_of(row, limit, self.x)
            if found is None or found.slack >= -_BROKEN * max(1.0, abs(found.bound)):
                continue
            if row.period is not None and row.period <= self.over:
                broken.append(found)
            else:
                ahead.setdefault((row.key, row.side, row.scope), found)
        return broken, list(ahead.values())

    @cached_property
    def levels(self) -> Mapping[str, str]:
        return self.forecast.levels


_ZERO = Decimal(0)
_TOTALS = ("gross_wage", "contract_value")


def _pay(accounts: Accounts) -> dict[Place, dict[int, Any]]:
    found: dict[Place, dict[int, Any]] = {}
    for row in accounts.flows:
        if row.channel in CHANNELS and row.channel not in _TOTALS:
            found.setdefault((f"{row.iso3}.{row.sector}", row.channel), {})[row.period] = row.amount_usd
    return found


class _Exact:
    """Amounts of one solution before they are rounded, USD by place and item, then by period."""

    def __init__(self, programme: Programme, solution: tuple[float, ...], accounts: Accounts) -> None:
        self.programme, self.x, self.accounts = programme, solution, accounts

    def of(self, subject: str) -> dict[Place, dict[int, float]]:
        found: dict[Place, dict[int, float]] = {}
        for place, item, t, usd in {"pay": self._pay, "cost": self._cost, "escrow": self._escrow}[subject]():
            periods = found.setdefault((place, item), {})
            periods[t] = periods.get(t, 0.0) + usd
        return found

    def _pay(self) -> Iterator[tuple[str, str, int, float]]:
        for (h, s, t, channel), usd in exact_flows(self.programme, self.x).items():
            yield f"{h}.{s}", channel, t, usd

    def _cost(self) -> Iterator[tuple[str, str, int, float]]:
        for row in self.accounts.budget:
            yield row.iso3, row.cost_line, row.period, row.amount_usd

    def _escrow(self) -> Iterator[tuple[str, str, int, float]]:
        q = self.programme.q
        for h in self.accounts.levels:
            for t in q.numbers:
                yield h, "tax_verified", t, q.released(h, t).value(self.x)
                if t < q.numbers[-1]:
                    yield h, "deposits", t, q.pay("contract_value", h, t + 1).value(self.x)


def _in_cents(amounts: Mapping[int, Any]) -> dict[int, Decimal]:
    """Amounts by period in cents whose partial sums are the rounded true ones."""
    found, exact, posted = {}, 0.0, 0
    for t in sorted(amounts):
        exact += float(amounts[t])
        whole = round(exact * 100)
        found[t] = Decimal(whole - posted).scaleb(-2)
        posted = whole
    return found


def _value(row: Any, name: str) -> float:
    """A figure of a record or of a row of a file; 0 where there is none."""
    if row is None:
        return 0.0
    return float(getattr(row, name)) if hasattr(row, name) else number(row, name)


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _of(one) for name, one in record.items()}


def _of(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case dt.date():
            return value.isoformat()
        case Mapping():
            return _plain(value)
        case _:
            return value


def _limit(one: LimitStanding) -> dict[str, Any]:
    names: Iterable[str] = ("key", "scope", "kind", "unit", "sense", "bound", "value", "slack", "period", "sentence")
    return {name: getattr(one, name) for name in names}
