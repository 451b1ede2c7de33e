"""What a running pilot teaches: inputs that were observed, with what was believed, what was seen and what follows.

Conjugate priors, so that every figure can be worked out by hand:

- a share of persons counted (leavers of those there): beta prior, binomial data;
- a rate of events (visits, grievances, protection cases over the months in which they came): gamma prior, Poisson data;
- a price or wage: normal prior, and a normal mean of the periods observed, each as uncertain as the prior itself, since how
  much prices stray from period to period is not known.

A prior has the base value as its mean and a standard deviation such that low and high are its 5th and 95th percentile as
those of a normal. Without data the posterior is the prior. Nothing is taken over silently: ``Lessons.inputs`` makes inputs
of it for who asks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pilot_planner.case.history import History, history_of_actuals
from pilot_planner.data.actuals import Actuals, number
from pilot_planner.data.inputs import Inputs
from pilot_planner.programme.costs import DIRECT, PROJECT
from pilot_planner.studies.after_signature.forecast import programme_left
from pilot_planner.studies.planning.plan import Plan

Method = Literal["beta-binomial", "gamma-Poisson", "normal"]
SOURCE = "own measurement"
_BETWEEN = 2.0 * 1.6448536269514722
"""Standard deviations of a normal between its 5th and its 95th percentile."""
_MONTHS_A_YEAR = 12
_LEAST = 1e-9
_OURS = 0.5
"""Weight of the data from which on an input counts as measured."""
Range = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One input that was observed.

    Attributes:
        prior, posterior: low, base and high, in the unit of the input.
        observed: what was seen, in the same unit; ``count``: of how many persons, events' months or periods.
        weight: of the data in the posterior, from 0 to 1.
        source, grade: of the posterior: the better of prior and data where data weighs at least half.
    """

    path: str
    unit: str
    method: Method
    prior: Range
    observed: float | None
    count: float
    posterior: Range
    weight: float
    source: str
    grade: str


@dataclass(frozen=True)
class Lessons:
    """Everything that was learned by the end of the last period that is over."""

    lessons: tuple[Lesson, ...]

    def inputs(self, inputs: Inputs) -> Inputs:
        """Inputs with every posterior that data has moved; they name it among what was set on top of the files."""
        values: dict[str, float] = {}
        for one in self.lessons:
            if one.weight > 0.0:
                values |= {f"{one.path}.{bound}": value for bound, value in zip(_BOUNDS, one.posterior, strict=True)}
        return inputs.with_values(values) if values else inputs

    def records(self) -> list[dict[str, Any]]:
        """One row per input."""
        return [asdict(one) for one in self.lessons]


_BOUNDS = ("low", "base", "high")


def deviation(prior: Range) -> float:
    """Standard deviation of a prior."""
    return (prior[2] - prior[0]) / _BETWEEN


def share_counted(prior: Range, hits: float, of: float) -> tuple[Range, float]:
    """Posterior of a share after ``hits`` of ``of`` persons, and the weight of the data.

    Beta(a, b) with a / (a + b) = base; then Beta(a + hits, b + of - hits).
    """
    from scipy.stats import beta

    mean, spread = min(max(prior[1], _LEAST), 1.0 - _LEAST), deviation(prior)
    if of <= 0.0 or spread <= 0.0:
        return prior, 0.0
    size = max(_LEAST, mean * (1.0 - mean) / spread**2 - 1.0)
    a, b = mean * size + hits, (1.0 - mean) * size + of - hits
    low, high = (float(one) for one in beta.ppf((0.05, 0.95), a, b))
    base = a / (a + b)
    return (min(low, base), base, max(high, base)), of / (size + of)


def rate_counted(prior: Range, events: float, time: float) -> tuple[Range, float]:
    """Posterior of events per unit of time after ``events`` in ``time``, and the weight of the data.

    Gamma(shape, rate) with shape / rate = base; then Gamma(shape + events, rate + time).
    """
    from scipy.stats import gamma

    mean, spread = prior[1], deviation(prior)
    if time <= 0.0 or spread <= 0.0 or mean <= 0.0:
        return prior, 0.0
    rate = mean / spread**2
    shape, after = mean * rate + events, rate + time
    low, high = (float(one) for one in gamma.ppf((0.05, 0.95), shape, scale=1.0 / after))
    base = shape / after
    return (min(low, base), base, max(high, base)), time / after


def price_observed(prior: Range, observed: float, periods: int) -> tuple[Range, float]:
    """Posterior of a price after its mean over some periods, and the weight of the data: n of n + 1."""
    if periods <= 0:
        return prior, 0.0
    weight = periods / (periods + 1.0)
    base = prior[1] + weight * (observed - prior[1])
    narrower = math.sqrt(1.0 - weight)
    return (base - narrower * (prior[1] - prior[0]), base, base + narrower * (prior[2] - prior[1])), weight


def lessons_of(plan: Plan, actuals: Actuals) -> Lessons:
    """What the periods that are over teach about the inputs of a signed plan."""
    return Lessons(tuple(_Teacher(plan, actuals).lessons()))


class _Teacher:
    def __init__(self, plan: Plan, actuals: Actuals) -> None:
        self.plan, self.inputs, self.actuals = plan, plan.inputs, actuals
        self.history: History = history_of_actuals(actuals)
        self.months = plan.design.programme.period_months

    def lessons(self) -> Iterator[Lesson]:
        yield from self._leaving()
        yield from self._rates()
        yield from self._wages()
        yield from self._prices()

    def _lesson(self, path: str, method: Method, observed: float | None, count: float, found: tuple[Range, float]) -> Lesson:
        estimate = self.inputs.estimates[tuple(path.split("."))]
        posterior, weight = found
        ours = weight >= _OURS
        return Lesson(
            path=path,
            unit=estimate.unit,
            method=method,
            prior=self._prior(path),
            observed=observed,
            count=count,
            posterior=posterior,
            weight=weight,
            source=SOURCE if ours else estimate.source_id,
            grade="A" if ours else estimate.grade,
        )

    def _prior(self, path: str) -> Range:
        estimate = self.inputs.estimates[tuple(path.split("."))]
        return (estimate.low or 0.0, estimate.base or 0.0, estimate.high or 0.0)

    def _leaving(self) -> Iterator[Lesson]:
        """Leavers of those who were there; a year's share by compounding, as the plan reads it."""
        path, there, left = "programme.attrition_yearly", 0.0, 0.0
        for row in self.actuals.current("people"):
            t = int(number(row, "period"))
            if t <= self.history.over:
                there += self.history.people.get((row.text("iso3"), row.text("sector"), t - 1), (0.0, 0.0))[1]
                left += number(row, "leavers")
        parts = self.months / _MONTHS_A_YEAR
        low, base, high = (1.0 - (1.0 - one) ** parts for one in self._prior(path))
        found, weight = share_counted((low, base, high), min(left, there), there)
        if weight == 0.0:
            yield self._lesson(path, "beta-binomial", None, there, (self._prior(path), 0.0))
            return
        first, middle, last = (1.0 - (1.0 - one) ** (1.0 / parts) for one in found)
        observed = 1.0 - (1.0 - min(left, there) / there) ** (1.0 / parts)
        yield self._lesson(path, "beta-binomial", observed, there, ((first, middle, last), weight))

    def _rates(self) -> Iterator[Lesson]:
        over = [row for row in self.actuals.current("oversight") if number(row, "period") <= self.history.over]
        posts = sum(number(row, "inspectors") for row in over) * self.months
        people = sum(workers for _, workers in self.history.people.values()) * self.months
        for path, column, time in (
            ("programme.visits_per_inspector_month", "visits_made", posts),
            ("programme.grievances_per_1000_worker_months", "grievances", people / 1000.0),
            ("programme.protection_cases_per_1000_worker_months", "protection_cases", people / 1000.0),
        ):
            events = sum(number(row, column) for row in over)
            found = rate_counted(self._prior(path), events, time)
            yield self._lesson(path, "gamma-Poisson", events / time if time > 0.0 else None, time, found)

    def _wages(self) -> Iterator[Lesson]:
        """The market wage moves as gross pay does against the plan's for the same period."""
        for placement in self.plan.case.placements:
            h, s = placement.key
            if (h, s) not in self.history.caps:
                continue
            ratios = []
            for t in range(1, self.history.over + 1):
                paid, planned = self.history.pay_of_one(h, s, t).gross_wage, placement.pay[t - 1].gross_wage
                if paid > 0.0 and planned > 0.0:
                    ratios.append(paid / planned)
            yield self._price(f"placements.{h}.{s}.market_wage", ratios)

    def _prices(self) -> Iterator[Lesson]:
        """Unit costs of lines that all hosts share, as booked over the quantity that there was."""
        programme = programme_left(self.plan, self.actuals)
        planned = {line.line_id: line for line in self.plan.case.cost_lines}
        ratios: dict[str, dict[int, list[float]]] = {}
        for cell in programme.cost_cells if programme.q.over else ():
            line = planned[cell.line.line_id]
            if cell.period > programme.q.over or line.by_host or line.driver in (DIRECT, PROJECT) or line.unit_cost <= 0.0:
                continue
            ratios.setdefault(line.line_id, {}).setdefault(cell.period, []).append(cell.unit_cost / line.unit_cost)
        for line_id, by_period in ratios.items():
            yield self._price(f"cost_lines.{line_id}", [sum(some) / len(some) for some in by_period.values()])

    def _price(self, path: str, ratios: list[float]) -> Lesson:
        prior = self._prior(path)
        if not ratios:
            return self._lesson(path, "normal", None, 0, (prior, 0.0))
        observed = prior[1] * sum(ratios) / len(ratios)
        return self._lesson(path, "normal", observed, len(ratios), price_observed(prior, observed, len(ratios)))
