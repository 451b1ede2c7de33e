"""What outcomes over draws add up to: the measure of a plan, its bands, and the chance that limits and floors break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pilot_planner.solving.stochastic.cvar import MeanRisk, tail_mean
from pilot_planner.studies.robust.scenarios import Outcome
from pilot_planner.studies.uncertainty.proportions import wilson
from pilot_planner.studies.uncertainty.summary import BANDS, bands, counted
from pilot_planner.studies.uncertainty.uncertain_inputs import quantiles

_NOTHING = 1e-7
"""A mean shortfall, in shares of a bound, that is a solver's rounding."""


@dataclass(frozen=True)
class Fares:
    """One plan over one set of draws, in the unit and direction of the objective.

    Attributes:
        measure: (1 - weight) x mean + weight x tail mean of the score: what the hedged plan is best in.
        mean_score, tail_score: its two parts; the tail is the worst share of the draws.
        mean_objective, tail_objective: the same of the objective alone, nothing priced.
        score: P10, P50 and P90.
        bands: P10, P50 and P90 of every metric and ratio.
        broken: chance that each limit is missed, and how far (P50 and P90 of draws that miss it), in its unit.
        floors: chance that each rights floor fails where the plan has signed.
        stopped: chance that a signed placement is not run, by placement.
        prices: mean over draws of what is paid for each limit that is missed, in the unit of the objective.
    """

    draws: int
    measure: float
    mean_score: float
    tail_score: float
    mean_objective: float
    tail_objective: float
    score: dict[str, float]
    bands: dict[str, dict[str, float]]
    share_any_limit_broken: float
    share_any_floor_broken: float
    share_any_limit_broken_interval: tuple[float, float]
    share_any_floor_broken_interval: tuple[float, float]
    broken: list[dict[str, Any]]
    floors: dict[str, float]
    stopped: dict[str, float]
    prices: dict[str, float]

    def document(self) -> dict[str, Any]:
        return asdict(self)


def add_up(outcomes: Sequence[Outcome], objective: str, sign: float, risk: MeanRisk, prices: dict[str, float]) -> Fares:
    """Sums over the outcomes of one plan. ``sign``: 1 where the objective is made small, -1 where it is made large."""
    count = len(outcomes)
    losses = [sign * one.score for one in outcomes]
    plain = [sign * (one.figures[objective] or 0.0) for one in outcomes]
    floors = Counter(floor for one in outcomes for floor in one.floors)
    stopped = Counter(place for one in outcomes for place in one.stopped)
    missed = {name: sum(one.missed[name] for one in outcomes) / count for name in outcomes[0].missed}
    return Fares(
        draws=count,
        measure=sign * risk.of(losses),
        mean_score=sign * sum(losses) / count,
        tail_score=sign * tail_mean(losses, risk.tail),
        mean_objective=sign * sum(plain) / count,
        tail_objective=sign * tail_mean(plain, risk.tail),
        score=quantiles([one.score for one in outcomes], BANDS),
        bands=bands([one.figures for one in outcomes]),
        share_any_limit_broken=sum(bool(one.broken) for one in outcomes) / count,
        share_any_floor_broken=sum(bool(one.floors) for one in outcomes) / count,
        share_any_limit_broken_interval=wilson(sum(bool(one.broken) for one in outcomes), count),
        share_any_floor_broken_interval=wilson(sum(bool(one.floors) for one in outcomes), count),
        broken=counted([one.broken for one in outcomes]),
        floors=_shares(floors, count),
        stopped=_shares(stopped, count),
        prices={name: share * prices[name] for name, share in missed.items() if share > _NOTHING},
    )


def _shares(counts: Counter[str], total: int) -> dict[str, float]:
    return {name: number / total for name, number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))}
