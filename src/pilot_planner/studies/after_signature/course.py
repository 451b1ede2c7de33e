"""The course of a signed pilot, period by period, in four questions, with the band of what may still come.

Are people where they were planned to be, does pay stay with workers, are visits made, does the money last. Each has the
plan, what happened, and what comes if nothing is decided anew. Bands are over draws of the uncertain inputs that the rest
still rests on; decisions are held, and what is over is the same in every draw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from pilot_planner.case.calendar import period_days
from pilot_planner.case.case import Case
from pilot_planner.data.actuals import number
from pilot_planner.data.amounts import least
from pilot_planner.errors import CancelledError
from pilot_planner.programme.programme import Programme
from pilot_planner.programme.quantities import Quantities
from pilot_planner.studies.after_signature.differences import Split
from pilot_planner.studies.after_signature.funds import Funds
from pilot_planner.studies.after_signature.replan import Answer
from pilot_planner.studies.after_signature.standing import Line, Standing
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.accounts import NET_PARTS, make_accounts
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.chance import Share
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.samples import Draws, uncertainty
from pilot_planner.studies.uncertainty.trial import Trial, hold
from pilot_planner.text.names import host_names, place_in_words, sector_names

DRAWS = 400
BAND = (10, 90)
"""Percentiles of the draws between which a band lies."""
_NO_PAY = 1e-9
_HALF_A_VISIT = 0.5
_SHORT = 0.005
"""USD below the floor of the balance that are rounding."""

_LEAD = "programme.lead_periods"
_DRAWN = ("kept", "visits", "balance")

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One figure by period; None where there is none.

    Attributes:
        unit: persons, a share, count or USD.
        plan: as signed. ``now``: what happened in periods that are over, then what comes if nothing is decided anew.
        low, high: the band (``BAND``) of periods that are not over; of people there is none, since they are what is decided.
        asked: of visits, how many the oversight level asks for; else empty.
    """

    unit: str
    plan: Values
    now: Values
    low: Values
    high: Values
    asked: Values = ()


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """Persons at work at one placement: planned and there in the last period that is over, and planned and coming at the
    end."""

    name: str
    planned: float
    there: float
    planned_end: float
    coming: float


@dataclass(frozen=True)
class Course:
    """Where a pilot stands, as plain records: what the page Progress and reports show.

    Attributes:
        ends: last day of each period. ``over``, ``reported``: as in ``Standing``.
        people, kept, visits, balance: the four questions. ``kept``: share of net pay that was not found to be taken from
            workers, and later is not expected to be; ``balance``: USD in hand at the end of a period.
        on_card: share of net pay that was paid to cards, (planned, actual) to date; None before anything was paid.
        missed: visits asked and not made, by host, in periods that are over, the most first.
        lasts: in which share of draws money lasts to the end if nothing is decided anew.
        metrics: (plan, forecast) of every metric.
    """

    plan_id: str
    title: str
    period_months: int
    ends: tuple[dt.date, ...]
    over: int
    reported: int
    people: Series
    kept: Series
    visits: Series
    balance: Series
    on_card: tuple[float | None, float | None]
    missed: tuple[tuple[str, float], ...]
    places: tuple[PlaceNow, ...]
    funds: Funds
    broken: tuple[str, ...]
    limits_ahead: tuple[str, ...]
    splits: tuple[Split, ...]
    corrections: int
    lasts: Share
    metrics: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step from the income of workers as signed to that of another plan, USD in cents."""

    label: str
    note: str
    usd: Decimal
    decided: bool


@dataclass(frozen=True)
class Steps:
    """Net pay of workers as signed, if nothing is decided anew, and as decided anew; the steps between sum exactly."""

    signed: Decimal
    left_alone: Decimal
    anew: Decimal
    steps: tuple[Step, ...]

    @property
    def moves(self) -> bool:
        """Whether any step is more than the cents that rounding leaves."""
        return any(abs(one.usd) >= 1 for one in self.steps)


def course_of(now: Standing, draws: int = DRAWS, seed: int = 1, progress: Progress | None = None) -> Course:
    """The course of a pilot from where it stands.

    ``draws``: how many the bands are taken from, with ``seed``. Raises CancelledError when ``progress`` returns False.
    """
    plan = now.plan
    bands, lasts = _ahead(plan, now.programme, now.solution, draws, seed, progress)
    before, after = _figures(plan.programme, plan.solution), _figures(now.programme, now.solution)
    after["taken"][: now.over] = _found(now)
    series = {name: _series(name, before, after, bands, now.over) for name in ("people", "kept", "visits", "balance")}
    hosts = host_names(plan.inputs)
    return Course(
        plan_id=plan.plan_id,
        title=plan.design.title,
        period_months=plan.design.programme.period_months,
        ends=tuple(period_days(plan.design.programme, period.number)[1] for period in plan.case.periods),
        over=now.over,
        reported=now.reported,
        **series,
        on_card=_on_card(now),
        missed=tuple(_missed(now, hosts)),
        places=tuple(_places(now)),
        funds=now.funds,
        broken=tuple(one.sentence for one in now.broken),
        limits_ahead=tuple(one.sentence for one in now.ahead),
        splits=now.splits,
        corrections=len(now.actuals.corrections()),
        lasts=lasts,
        metrics=dict(now.metrics),
    )


def lasting(plan: Plan, draws: int = DRAWS, seed: int = 1, progress: Progress | None = None) -> Share:
    """In which share of draws the money of a plan lasts: of that which was signed, or of an answer of ``replan``."""
    return _ahead(plan, plan.programme, plan.solution, draws, seed, progress)[1]


def income_steps(now: Standing, answer: Answer) -> Steps:
    """From workers' income as signed to that of an answer: what happened, what follows from it, what is decided.

    What happened is split as every difference is, in people, price and mix; what follows is by host, what is decided by
    placement. Raises ValueError for an answer without a plan.
    """
    if answer.plan is None:
        raise ValueError("this answer has no plan")
    lines = [line for line in now.lines if line.subject == "pay" and line.item in NET_PARTS]
    steps = [*_happened(now), *_follows(now, lines), *_decided(now, lines, answer.plan)]
    signed = sum((Decimal(line.plan) for line in lines), Decimal(0))
    alone = sum((Decimal(line.forecast) for line in lines), Decimal(0))
    anew = alone + sum((step.usd for step in steps if step.decided), Decimal(0))
    return Steps(signed, alone, anew, tuple(_without_dust([step for step in steps if step.usd])))


def _without_dust(steps: list[Step]) -> Iterator[Step]:
    """Steps of less than a dollar, which come of rounding, are counted with the largest of their kind."""
    for decided in (False, True):
        some = [step for step in steps if step.decided == decided]
        small = sum((step.usd for step in some if abs(step.usd) < 1), Decimal(0))
        large = [step for step in some if abs(step.usd) >= 1]
        first = max(large, key=lambda step: abs(step.usd), default=None)
        if first is None:
            yield from some
        for step in large:
            yield replace(step, usd=step.usd + small) if step is first else step


def _happened(now: Standing) -> Iterator[Step]:
    net = [one for one in now.splits if one.subject == "pay" and one.item in NET_PARTS]
    people = [line for line in now.lines if (line.subject, line.item) == ("people", "workers")]
    fewer = round(sum(float(line.difference) for line in people))
    parts = (
        ("People at work so far", "" if not fewer else f"{fewer:+,} now", "people"),
        ("Pay of each so far", "", "price"),
        ("Where they work so far", "", "mix"),
    )
    for label, note, name in parts:
        yield Step(label, note, sum((getattr(one, name) for one in net), Decimal(0)), decided=False)


def _follows(now: Standing, lines: Sequence[Line]) -> Iterator[Step]:
    hosts = host_names(now.plan.inputs)
    later: dict[str, Decimal] = {}
    for line in lines:
        h = line.place.split(".")[0]
        later[h] = later.get(h, Decimal(0)) + Decimal(line.forecast) - Decimal(line.plan) - Decimal(line.difference)
    for h, usd in sorted(later.items(), key=lambda one: -abs(one[1])):
        yield Step(f"What follows in {hosts.get(h, h)}", "until the end", usd, decided=False)


def _decided(now: Standing, lines: Sequence[Line], plan: Plan) -> Iterator[Step]:
    names = {**host_names(plan.inputs), **sector_names(plan.inputs)}
    change: dict[str, Decimal] = {}
    for line in lines:
        change[line.place] = change.get(line.place, Decimal(0)) - Decimal(line.forecast) + Decimal(line.actual_to_date)
    for row in plan.accounts.flows:
        if row.channel in NET_PARTS and row.period > now.over:
            place = f"{row.iso3}.{row.sector}"
            change[place] = change.get(place, Decimal(0)) + row.amount_usd
    for place, usd in sorted(change.items(), key=lambda one: -abs(one[1])):
        yield Step(place_in_words(place, names), "we decide", usd, decided=True)


# --- the four questions ---


def _figures(programme: Programme, solution: Sequence[Any]) -> dict[str, list[Any]]:
    """Each figure by period: numbers, or arrays of draws."""
    q = programme.q
    return {
        "people": [_sum(q, "workers", t, solution) for t in q.numbers],
        "net": [sum(q.pay("net_pay", h, t).value(solution) for h in q.hosts) for t in q.numbers],
        "taken": [_sum(q, "diverted", t, solution) for t in q.numbers],
        "visits": [_sum(q, "visits_possible", t, solution) for t in q.numbers],
        "asked": [_sum(q, "visits_required", t, solution) for t in q.numbers],
        "balance": [solution[programme.d.balance[t]] for t in q.numbers],
    }


def _sum(q: Quantities, name: str, t: int, solution: Sequence[Any]) -> Any:
    return sum(getattr(q, name)(h, t).value(solution) for h in q.hosts)


def _kept(net: Any, taken: Any) -> Any:
    """Share of net pay that is not taken."""
    there = np.maximum(net, _NO_PAY)
    return np.where(net > _NO_PAY, 1.0 - taken / there, np.nan)


def _values(name: str, of: dict[str, list[Any]]) -> list[Any]:
    if name == "kept":
        return [_kept(net, taken) for net, taken in zip(of["net"], of["taken"], strict=True)]
    return of[name]


def _series(
    name: str,
    before: dict[str, list[Any]],
    after: dict[str, list[Any]],
    bands: dict[str, list[tuple[float, float]]],
    over: int,
) -> Series:
    units = {"people": "persons", "kept": "share", "visits": "count", "balance": "USD"}
    drawn = bands.get(name, [(np.nan, np.nan)] * len(before[name if name != "kept" else "net"]))
    ends = [(_known(a), _known(b)) if t > over else (None, None) for t, (a, b) in enumerate(drawn, start=1)]
    return Series(
        unit=units[name],
        plan=tuple(_known(one) for one in _values(name, before)),
        now=tuple(_known(one) for one in _values(name, after)),
        low=tuple(a for a, _ in ends),
        high=tuple(b for _, b in ends),
        asked=tuple(_known(one) for one in after["asked"]) if name == "visits" else (),
    )


def _known(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number


def _ahead(
    plan: Plan, programme: Programme, solution: Sequence[float], draws: int, seed: int, progress: Progress | None
) -> tuple[dict[str, list[tuple[float, float]]], Share]:
    """Bands by period, and in which draws money lasts, of decisions that are held."""
    case = programme.case
    design, inputs = case.design, case.inputs
    known = uncertainty(design, inputs, behind(case, make_accounts(programme, solution)))
    trial = Trial(design, inputs, hold(programme, solution))
    floor = design.bounds("funding").min or 0.0
    found: dict[str, list[list[Any]]] = {name: [[] for _ in case.periods] for name in _DRAWN}
    done = good = 0
    for settings, values, numbers in groups(_of_now(known.draw(draws, seed), case), design):
        if progress is not None and not progress("drawing what may come", done / draws):
            raise CancelledError(f"stopped after {done} draws")
        one = DrawnPlan(trial.under(settings), values, len(numbers))
        of = _figures(one.accounts, one.solution)
        for name, rows in found.items():
            for row, value in zip(rows, _values(name, of), strict=True):
                row.append(np.broadcast_to(value, len(numbers)))
        lowest = least(*of["balance"][min(case.history.over, len(case.periods) - 1) :])
        good += int((np.broadcast_to(lowest, len(numbers)) >= floor - _SHORT).sum())
        done += len(numbers)
    bands = {name: [_band(np.concatenate(row)) for row in rows] for name, rows in found.items()}
    return bands, Share(good, done)


def _of_now(drawn: Draws, case: Case) -> Draws:
    """Without draws in which work begins late, where it has begun."""
    if case.history.over <= case.lead or drawn.variant is None:
        return drawn
    late = [place for place, settings in enumerate(drawn.variants) if _LEAD in settings]
    its = np.flatnonzero(~np.isin(drawn.variant, late))
    some = {name: getattr(drawn, name)[its] for name in ("coordinates", "values", "variant")}
    return replace(drawn, **some, factors={}, events=(), happened=None)


def _band(drawn: Any) -> tuple[float, float]:
    there = drawn[~np.isnan(drawn)]
    if not len(there):
        return np.nan, np.nan
    low, high = np.percentile(there, BAND)
    return float(low), float(high)


# --- to date ---


def _on_card(now: Standing) -> tuple[float | None, float | None]:
    net = [line for line in now.lines if line.subject == "pay" and line.item in NET_PARTS]

    def share(name: str) -> float | None:
        whole = sum(float(getattr(line, name)) for line in net)
        card = sum(float(getattr(line, name)) for line in net if line.item == "card")
        return card / whole if whole > _NO_PAY else None

    return share("plan_to_date"), share("actual_to_date")


def _found(now: Standing) -> list[float]:
    """USD of net pay that was found to have been taken, by period that is over; no number where nothing was reported.

    The programme counts what its rates expect there: what was found is a count of its own.
    """
    found: dict[int, float] = {}
    for row in now.actuals.current("oversight"):
        if row["diversion_found"] is not None:
            found[int(number(row, "period"))] = found.get(int(number(row, "period")), 0.0) + number(row, "diversion_found")
    return [found.get(t, np.nan) for t in range(1, now.over + 1)]


def _missed(now: Standing, hosts: dict[str, str]) -> list[tuple[str, float]]:
    of = {(line.place, line.item): float(line.actual_to_date) for line in now.lines if line.subject == "oversight"}
    short = [
        (hosts.get(h, h), usd - of.get((h, "visits_made"), 0.0)) for (h, item), usd in of.items() if item == "visits_asked"
    ]
    return sorted(((h, by) for h, by in short if by > 0.5), key=lambda one: -one[1])


def _places(now: Standing) -> list[PlaceNow]:
    names = {**host_names(now.plan.inputs), **sector_names(now.plan.inputs)}
    found = [
        PlaceNow(
            place_in_words(line.place, names),
            float(line.plan_to_date),
            float(line.actual_to_date),
            float(line.plan),
            float(line.forecast),
        )
        for line in now.lines
        if (line.subject, line.item) == ("people", "workers")
    ]
    return sorted(found, key=lambda one: -abs(one.planned - one.there))
