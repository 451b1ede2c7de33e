"""The one status quo: what a worker-month abroad brings whom today, low to high, by component and an hour.

Every page, print and document that says "today" of a contract dollar, a share or an hour takes it from here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pilot_planner.case.baselines import Today, today
from pilot_planner.case.evasion import CHANNELS, COMPONENTS, WHERE, components, cost
from pilot_planner.case.evidence import Evidence
from pilot_planner.data.estimates import BOUNDS, Bound
from pilot_planner.data.inputs import Inputs
from pilot_planner.text.number_format import money

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan

STUDIED_AT = ("RUS", "construction")
"""Where hours were studied, and what is told where nobody works in a plan."""
_WEEKS_A_MONTH = 52.0 / 12.0

Range = tuple[float, float, float]
"""Low, base, high."""


@dataclass(frozen=True, slots=True)
class StatusQuo:
    """Of such workers abroad today, per worker-month.

    Attributes:
        about: of whom it is told.
        paid: what firms pay, USD; ``keeps``, ``state`` and ``others`` are its parts.
        worker_share, state_share, others_share: of what firms pay.
        evasion: USD of each component of what others take; ``rest`` is what managers and the firm keep.
        hours: a week. ``per_hour`` and ``per_hour_plan``: what a worker keeps of one, USD; None where nobody works.
    """

    about: str
    paid: float
    keeps: Range
    state: Range
    others: Range
    worker_share: Range
    state_share: Range
    others_share: Range
    evasion: dict[str, float]
    rest: float
    by_channel: dict[str, dict[str, float]]
    hours: Range
    per_hour: Range
    per_hour_plan: float | None

    def document(self) -> dict[str, Any]:
        """As a plain document."""
        return {**asdict(self), "sentences": list(self.sentences)}

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who gets what of a dollar, what is not known of it, and what an hour brings."""
        dollar = (
            f"Of 100 cents that a firm pays for {self.about}, workers keep {_cents(self.worker_share)}, the state takes "
            f"{_cents(self.state_share)}, and tuition, brokers, bribes, company costs and managers "
            f"{_cents(self.others_share)}."
        )
        unknown = (
            "No source says what firms pay: it is taken as what is kept, remitted and spent on evasion, "
            f"{money(self.paid)} USD a month. The 2,000 to 3,000 USD of the policy article are what the "
            "hours of builders in Russia were worth."
        )
        hour = (
            f"An hour brings a worker {self.per_hour[1]:.2f} USD today ({self.per_hour[0]:.2f} to {self.per_hour[2]:.2f}), "
            f"at the {self.hours[1]:.0f} hours a week that builders in Russia told of"
        )
        if self.per_hour_plan is not None:
            hour += f", and {self.per_hour_plan:.2f} USD under the plan"
        return dollar, unknown, f"{hour}."


def _cents(share: Range) -> str:
    low, base, high = (f"{100.0 * end:.0f}" for end in share)
    return f"{base} ({low} to {high})"


class _At(Evidence):
    """Inputs read at one end of their ranges."""

    def __init__(self, inputs: Inputs, bound: Bound) -> None:
        super().__init__(inputs)
        self._bound = bound

    def number(self, topic: str, *address: str) -> float | None:
        return self.inputs.number(*address, bound=self._bound)

    def need(self, topic: str, *address: str) -> float:
        found = self.number(topic, *address)
        return super().need(topic, *address) if found is None else found


def status_quo(plan: Plan) -> StatusQuo:
    """The status quo of the placements of a plan; of builders in Russia where nobody works in it."""
    months: dict[tuple[str, str], float] = {}
    for row in plan.accounts.workforce:
        worked = row.workers * plan.case.periods[row.period - 1].months
        months[row.iso3, row.sector] = months.get((row.iso3, row.sector), 0.0) + worked
    weights = {key: worked for key, worked in months.items() if worked > 0.0}
    about = "work of such workers abroad today" if weights else "work of builders in Russia today"
    inputs = plan.inputs
    low, base, high = (_mean(inputs, bound, weights or {STUDIED_AT: 1.0}) for bound in BOUNDS)
    kept = (low.worker_keeps, base.worker_keeps, high.worker_keeps)
    taken = (low.state_takes, base.state_takes, high.state_takes)
    others = (low.others_take, base.others_take, high.others_take)

    def flow(name: str) -> float | None:
        return inputs.number("status_quo", name, *WHERE)

    evasion = components(flow)
    hours = _range(inputs, "status_quo", "weekly_hours", *STUDIED_AT)
    return StatusQuo(
        about=about,
        paid=base.contract_value,
        keeps=kept,
        state=taken,
        others=others,
        worker_share=_share(kept, taken, others),
        state_share=_share(taken, kept, others),
        others_share=_share(others, kept, taken),
        evasion=evasion,
        rest=max(0.0, base.others_take - sum(evasion.values())),
        by_channel={
            channel: {component: cost(flow, component, channel) for component in COMPONENTS} for channel in CHANNELS
        },
        hours=hours,
        per_hour=(_hourly(kept[0], hours[2]), _hourly(kept[1], hours[1]), _hourly(kept[2], hours[0])),
        per_hour_plan=_per_hour_of(plan),
    )


def _range(inputs: Inputs, *address: str) -> Range:
    low, base, high = (inputs.number(*address, bound=bound) or 0.0 for bound in BOUNDS)
    return low, base, high


def _mean(inputs: Inputs, bound: Bound, weights: dict[tuple[str, str], float]) -> Today:
    evidence, whole = _At(inputs, bound), sum(weights.values())
    found = [(today(evidence, *key), weight / whole) for key, weight in weights.items()]
    keeps, state, others = (
        sum(weight * getattr(one, part) for one, weight in found) for part in ("worker_keeps", "state_takes", "others_take")
    )
    return Today(keeps + state + others, keeps, state, others)


def _share(own: Range, one: Range, other: Range) -> Range:
    """Of the sum: least where the others are at their most."""
    return (
        _over(own[0], own[0] + one[2] + other[2]),
        _over(own[1], own[1] + one[1] + other[1]),
        _over(own[2], own[2] + one[0] + other[0]),
    )


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


def _hourly(month: float, weekly: float) -> float:
    return _over(month, weekly * _WEEKS_A_MONTH)


def _per_hour_of(plan: Plan) -> float | None:
    net, pay = plan.ratios["net_pay_per_worker_month"], plan.design.pay
    return None if net is None else _hourly(net, pay.weekly_hours + pay.overtime_hours)


def evasion_sentence(plan: Plan) -> str:
    """What evasion costs today by component, and what is left of it under a plan."""
    one = plan.status_quo
    told = ", ".join(f"{COMPONENTS[name].lower()} {money(usd)}" for name, usd in one.evasion.items())
    taken = plan.metrics["diverted_income"] / plan.metrics["worker_months"] if plan.metrics["worker_months"] else 0.0
    return (
        f"Evasion costs {money(sum(one.evasion.values()))} USD of a worker-month today, in USD: {told} (judged, grade C). "
        "Under the plan none of it is paid: a permit replaces the visa. What may still be taken from workers after payday "
        f"is put at {money(taken)} USD a worker-month."
    )
