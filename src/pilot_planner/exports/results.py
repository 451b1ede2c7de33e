"""The results framework of a plan: impact, outcomes, outputs, each with indicators, baselines and targets.

Statements, baselines and stated targets come from ``facts/results_framework.csv``; every other target is a figure of the
plan itself, with a milestone at the end of each year where the plan tells one.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from pilot_planner.case.calendar import Period, periods
from pilot_planner.data.inputs import number_of
from pilot_planner.data.reading import Row
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import rounded_parts

FILE = "facts/results_framework.csv"


@dataclass(frozen=True, slots=True)
class TargetPart:
    """The part of a target for one group of people, in whole persons or worker-months.

    ``dimension`` is ``sex`` or ``host``; ``group`` is ``female``, ``male`` or an ISO3 code.
    """

    dimension: str
    group: str
    value: float


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator is to reach from ``start`` to ``end``, both included.

    ``parts`` are whole numbers that add up to the rounded target within each dimension; empty where the plan tells none.
    """

    start: dt.date
    end: dt.date
    value: float
    parts: tuple[TargetPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured of a result.

    Attributes:
        unit: ``share`` is a number from 0 to 1.
        baseline: value today; None where nothing comparable exists, and ``baseline_source_id`` is then empty.
        targets: one for each year in which the plan tells one, the last at the end of the programme.
        from_plan: the figure of the plan that the target is; empty where it is stated, with ``target_source_id``.
        safeguards: numbers of the ILO indicators of forced labour whose safeguard this measures.
    """

    name: str
    unit: str
    ascending: bool
    disaggregation: tuple[str, ...]
    baseline: float | None
    baseline_year: int | None
    baseline_source_id: str
    targets: tuple[Target, ...]
    from_plan: str
    target_source_id: str
    verification: str
    frequency: str
    responsible: str
    safeguards: tuple[int, ...] = ()

    @property
    def is_share(self) -> bool:
        return self.unit == "share"

    def published(self, value: float) -> Decimal:
        """A value as it is published: shares in per cent, people and their months whole, all else to two decimals."""
        step = Decimal(1) if self.unit in _COUNTED else Decimal("0.01")
        exact = Decimal(repr(value * 100.0 if self.is_share else value))
        return exact.quantize(step, ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Result:
    """An impact, outcome or output. ``weight`` is the impact weight of an output, of 1; None elsewhere."""

    ref: str
    level: str
    parent: str
    statement: str
    assumptions: str
    risk_rating: str
    weight: float | None
    indicators: tuple[Indicator, ...]


def results_framework(plan: Plan) -> tuple[Result, ...]:
    """All results, in the order of the file. Raises InputError where a row names a figure that no plan has."""
    rows: dict[str, list[Row]] = {}
    for row in plan.inputs.rows(FILE):
        rows.setdefault(row.text("ref"), []).append(row)
    figures = _figures(plan)
    faults = [
        Fault(
            Place(f"{plan.inputs.origin}/{FILE}", row.number, "target_from"),
            f"{row.text('target_from')!r} is not a figure of a plan",
            "a metric, a ratio, visit_coverage, women_reached or lost_pay_share",
            "correct it, or state a target",
        )
        for row in plan.inputs.rows(FILE)
        if row.text("target_from") and row.text("target_from") not in figures
    ]
    if faults:
        raise InputError(faults)
    return tuple(
        Result(
            ref=ref,
            level=of_one[0].text("level"),
            parent=of_one[0].text("parent"),
            statement=of_one[0].text("statement"),
            assumptions=" ".join(row.text("assumptions") for row in of_one if row.text("assumptions")),
            risk_rating=of_one[0].text("risk_rating"),
            weight=number_of(of_one[0]["weight"]),
            indicators=tuple(_indicator(plan, row, figures) for row in of_one if _can_be_measured(row, figures)),
        )
        for ref, of_one in rows.items()
    )


def _can_be_measured(row: Row, figures: dict[str, float | None]) -> bool:
    """A ratio whose denominator is nought in this plan is no target."""
    return not row.text("target_from") or figures[row.text("target_from")] is not None


def _indicator(plan: Plan, row: Row, figures: dict[str, float | None]) -> Indicator:
    name = row.text("target_from")
    stated = number_of(row["target"])
    value = figures[name] if name else stated
    if value is None:
        raise InputError(
            [Fault(Place(f"{plan.inputs.origin}/{FILE}", row.number, "target"), "is empty", "a target", "state one")]
        )
    years = _years(plan)
    by_year = _BY_YEAR.get(name)
    series = by_year(plan) if by_year else {}
    groups = tuple(part.strip() for part in row.text("disaggregation").split(";") if part.strip())
    return Indicator(
        name=row.text("indicator"),
        unit=row.text("unit"),
        ascending=bool(row["ascending"]),
        disaggregation=groups,
        baseline=round(_BASELINES[name](plan), _BASELINE_DIGITS) if name in _BASELINES else number_of(row["baseline"]),
        baseline_year=int(year) if (year := number_of(row["baseline_year"])) is not None else None,
        baseline_source_id=row.text("baseline_source_id"),
        targets=tuple(
            Target(
                start,
                end,
                series.get(year, value) if number < len(years) else value,
                _parts(plan, name, groups, end) if series else (),
            )
            for number, (year, (start, end)) in enumerate(years.items(), start=1)
            if number == len(years) or year in series
        ),
        from_plan=name,
        target_source_id=row.text("target_source_id"),
        verification=row.text("verification"),
        frequency=row.text("frequency"),
        responsible=row.text("responsible"),
        safeguards=tuple(int(number) for number in row.text("safeguards").split(";") if number.strip()),
    )


def _figures(plan: Plan) -> dict[str, float | None]:
    """Every figure that may be a target: those of the plan, and three that only the framework needs."""
    covered = [
        min(1.0, row.visits_possible / row.visits_required) for row in plan.accounts.oversight if row.visits_required > 0
    ]
    income = plan.metrics["worker_income"]
    return {
        **plan.metrics,
        **plan.ratios,
        "visit_coverage": min(covered) if covered else None,
        "women_reached": women_reached(plan),
        "lost_pay_share": plan.metrics["diverted_income"] / income if income > 0 else None,
    }


def women_reached(plan: Plan, until: int | None = None) -> float:
    """Women among the persons who arrive up to a period (all of them by default), by the share of women in each sector."""
    share = {placement.key: placement.women_share for placement in plan.case.placements}
    return math.fsum(
        row.arrivals * share[row.iso3, row.sector] for row in plan.accounts.workforce if until is None or row.period <= until
    )


def _parts(plan: Plan, name: str, groups: tuple[str, ...], until: dt.date) -> tuple[TargetPart, ...]:
    """A figure that counts people or their months by sex and by host, up to a day."""
    women = {placement.key: placement.women_share for placement in plan.case.placements}
    last = max(period.number for period in periods(plan.design.programme) if period.start <= until)
    by_host = {host.iso3: 0.0 for host in plan.hosts}
    female = 0.0
    for row in (row for row in plan.accounts.workforce if row.period <= last):
        amount = row.workers * plan.design.programme.period_months if name == "worker_months" else row.arrivals
        share = women[row.iso3, row.sector]
        female += amount * share
        by_host[row.iso3] += amount * share if name == "women_reached" else amount
    found: list[TargetPart] = []
    total = math.fsum(by_host.values())
    if "sex" in groups:
        of_women = round(female)
        found += [TargetPart("sex", "female", of_women), TargetPart("sex", "male", round(total) - of_women)]
    if "host" in groups and len(by_host) > 1:
        numbers = rounded_parts(list(by_host.values()), 0, total)
        found += [TargetPart("host", iso3, number) for iso3, number in zip(by_host, numbers, strict=True)]
    return tuple(found)


def _years(plan: Plan) -> dict[int, tuple[dt.date, dt.date]]:
    """First and last day of each year of the programme."""
    found: dict[int, tuple[dt.date, dt.date]] = {}
    for period in periods(plan.design.programme):
        start, _ = found.get(period.year, (period.start, period.start))
        found[period.year] = (start, period_end(period))
    return found


def year_of(target: Target, programme_start: dt.date) -> int:
    """The year of the programme, from 1, that a target is for."""
    months = (target.start.year - programme_start.year) * 12 + target.start.month - programme_start.month
    return months // 12 + 1


def period_end(period: Period) -> dt.date:
    """The last day of a period."""
    months = period.start.year * 12 + period.start.month - 1 + period.months
    return dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)


def _worker_months(plan: Plan) -> dict[int, float]:
    """Worker-months up to the end of each year."""
    return _running(plan, {row.period: 0.0 for row in plan.accounts.workforce}, months=True)


def _people(plan: Plan) -> dict[int, float]:
    """Persons who arrived up to the end of each year."""
    return _running(plan, {row.period: 0.0 for row in plan.accounts.workforce}, months=False)


def _running(plan: Plan, by_period: dict[int, float], months: bool) -> dict[int, float]:
    for row in plan.accounts.workforce:
        by_period[row.period] += row.workers * plan.design.programme.period_months if months else row.arrivals
    found: dict[int, float] = {}
    for period in periods(plan.design.programme):
        found[period.year] = math.fsum(amount for number, amount in by_period.items() if number <= period.number)
    return found


def _women(plan: Plan) -> dict[int, float]:
    """Women who arrived up to the end of each year."""
    return {period.year: women_reached(plan, period.number) for period in periods(plan.design.programme)}


_COUNTED = frozenset({"persons", "worker-months"})
_BY_YEAR = {"worker_months": _worker_months, "people_reached": _people, "women_reached": _women}
"""Figures that grow over the years, with their milestones."""

_BASELINES: dict[str, Callable[[Plan], float]] = {
    "worker_share_of_contract_value": lambda plan: plan.status_quo.worker_share[1],
    "state_take_share_of_gross_wage": lambda plan: plan.status_quo.state_share[1],
}
"""Baselines that are the plan's own status quo, so that no file tells another today than its neighbours."""
_BASELINE_DIGITS = 4
"""Hundredths of a per cent: the evidence tells no more."""
