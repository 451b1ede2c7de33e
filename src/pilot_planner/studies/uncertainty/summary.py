"""What draws add up to: how often and by how much, bands, swings of single families, what matters most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pilot_planner.studies.planning.accounts import Accounts
from pilot_planner.studies.planning.limit_status import LimitStanding, standings
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.uncertainty.as_run import Answer
from pilot_planner.studies.uncertainty.drawn_plan import Outlook, figures_of_draws
from pilot_planner.studies.uncertainty.proportions import CONFIDENCE, wilson
from pilot_planner.studies.uncertainty.samples import Draws, Uncertainty
from pilot_planner.studies.uncertainty.sobol import Importance, importance
from pilot_planner.studies.uncertainty.trial import Figures, Trial, limit_name
from pilot_planner.studies.uncertainty.uncertain_inputs import quantiles
from pilot_planner.text.names import LOWEST_BALANCE, UNITS

BANDS = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
EXCESS = {"p50": 0.5, "p90": 0.9}
_MAIN = ("worker_income", "operating_cost", "funds_at_risk_share", "state_revenue")
_MAIN_COUNT = 4
_SCORES = ("host_willingness", "employer_cost_ratio", "tip_tier")


def unit_of_floor(floor: str) -> str:
    """The unit in which a rights floor is missed: scores and ratios, else pay."""
    return "score" if floor in _SCORES else "USD a month"


@dataclass(frozen=True)
class Seen:
    """What became of a plan in one draw: as it is signed, and as it is run (None where not asked for)."""

    planned: Outlook
    answer: Answer | None


@dataclass(frozen=True)
class DrawRow:
    """One draw, from 1, among all draws of its study, and what became of the plan in it."""

    number: int
    drawn: Draws = field(repr=False, compare=False)
    planned: Outlook
    answer: Answer | None

    @property
    def values(self) -> dict[str, float]:
        """Drawn values by path."""
        return self.drawn.row(self.number - 1)

    @property
    def events(self) -> tuple[str, ...]:
        """Events that happen."""
        return self.drawn.happening(self.number - 1)

    def record(self) -> dict[str, Any]:
        """A flat record: drawn values by path, figures as ``planned.X`` and ``recourse.X``."""
        flat: dict[str, Any] = {"draw": self.number, **self.values, "events": " ".join(self.events)}
        flat["broken_limits"] = " ".join(self.planned.broken)
        flat["broken_floors"] = " ".join(self.planned.floors)
        flat |= {f"planned.{name}": value for name, value in self.planned.figures.items()}
        if self.answer is not None:
            flat["recourse.status"] = self.answer.status
            flat["recourse.conflict"] = "; ".join(self.answer.conflict)
            flat |= {f"recourse.{name}": self.answer.figures.get(name) for name in self.planned.figures}
        return flat


@dataclass(frozen=True, slots=True)
class Swing:
    """A family at its low and its high, all else at base, no recourse: main figures by name."""

    family: str
    paths: tuple[str, ...]
    at_low: Figures
    at_high: Figures
    width: float
    """Of the objective."""


def add_up(rows: Sequence[DrawRow], plan: Plan, trial: Trial, recourse: bool) -> dict[str, Any]:
    """Shares of draws that break each limit and floor, the excess among those, and bands of every figure.

    Beside each share stands the interval in which it lies as far as so many draws can tell (``proportions.wilson``).
    """
    count = len(rows)
    base = trial.programme_of_draws({})
    standing = standings(base, trial.solution(base), Accounts(trial.held.levels, (), (), (), (), ()))
    limits = _limits(rows, standing)
    floors = counted([row.planned.floors for row in rows])
    of_design = {one["limit"] for one in limits if one["owner"] != "evidence"}
    any_limit = sum(not of_design.isdisjoint(row.planned.broken) for row in rows)
    any_floor = sum(bool(row.planned.floors) for row in rows)
    holds = sum(row.planned.holds for row in rows)
    result: dict[str, Any] = {
        "base": {name: plan.metrics.get(name, plan.ratios.get(name)) for name in UNITS if name != LOWEST_BALANCE},
        "confidence": CONFIDENCE,
        "no_recourse": {
            "share_holds": holds / count,
            "share_holds_interval": wilson(holds, count),
            "share_any_limit_broken": any_limit / count,
            "share_any_limit_broken_interval": wilson(any_limit, count),
            "share_any_floor_broken": any_floor / count,
            "share_any_floor_broken_interval": wilson(any_floor, count),
            "limits": limits,
            "floors": floors,
            "bands": bands([row.planned.figures for row in rows]),
        },
    }
    if recourse:
        answers = [row.answer for row in rows if row.answer is not None]
        found = [answer.figures for answer in answers if answer.status == "optimal"]
        without = [answer for answer in answers if answer.status == "infeasible"]
        conflicts = Counter(name for answer in without for name in answer.conflict)
        result["recourse"] = {
            "share_holds": len(found) / count,
            "share_holds_interval": wilson(len(found), count),
            "share_without_answer": len(without) / count,
            "share_without_answer_interval": wilson(len(without), count),
            "without_answer": len(without),
            "conflicts": dict(sorted(conflicts.items(), key=lambda one: (-one[1], one[0]))),
            "bands": bands(found),
        }
    return result


def _limits(rows: Sequence[DrawRow], standing: Sequence[LimitStanding]) -> list[dict[str, Any]]:
    """Every limit of the plan, the one that breaks most often first."""
    breaks = {one["name"]: one for one in counted([row.planned.broken for row in rows])}
    none = {"share_broken": 0.0, "interval": wilson(0, len(rows)), "excess": {}}
    known = {limit_name(one): one for one in standing}
    found = []
    for name in dict.fromkeys([*known, *breaks]):
        key, side, scope = name.split(".", 2)
        one = known.get(name)
        found.append(
            {
                "limit": name,
                "key": key,
                "side": side,
                "scope": scope,
                "label": key if one is None else one.label,
                "sentence": "" if one is None else one.sentence,
                "bound": None if one is None else one.bound,
                "unit": "" if one is None else one.unit,
                "owner": "" if one is None else one.owner,
                **{part: breaks.get(name, none)[part] for part in none},
            }
        )
    return sorted(found, key=lambda one: -one["share_broken"])


def counted(found: Sequence[Mapping[str, float | None]]) -> list[dict[str, Any]]:
    """How often each name occurs, the interval of that share, and quantiles of the amounts beside it."""
    amounts: dict[str, list[float | None]] = {}
    for one in found:
        for name, amount in one.items():
            amounts.setdefault(name, []).append(amount)
    rows = [
        {
            "name": name,
            "share_broken": len(values) / len(found),
            "interval": wilson(len(values), len(found)),
            "excess": quantiles([value for value in values if value is not None], EXCESS),
        }
        for name, values in amounts.items()
    ]
    return sorted(rows, key=lambda one: (-float(str(one["share_broken"])), str(one["name"])))


def bands(figures: Sequence[Figures]) -> dict[str, dict[str, float]]:
    """P10, P50 and P90 of every figure that is defined everywhere it is asked for."""
    found = {}
    for name in UNITS:
        values = [value for one in figures if (value := one.get(name)) is not None]
        if values:
            found[name] = quantiles(values, BANDS)
    return found


def main_figures(objective: str) -> tuple[str, ...]:
    """The objective and three more."""
    return tuple(dict.fromkeys((objective, *_MAIN)))[:_MAIN_COUNT]


def swings(trial: Trial, known: Uncertainty, main: Sequence[str]) -> tuple[Swing, ...]:
    """Each family at its low and at its high, each event before and after; by the width of the objective, then of others."""
    families = known.movable
    ends = [known.at({family: end}) for family in families for end in ("low", "high")]
    at_ends = _at_ends(trial, ends, main)
    found = []
    for family, low, at_low, at_high in zip(families, ends[::2], at_ends[::2], at_ends[1::2], strict=True):
        found.append(Swing(family, tuple(sorted(low)), at_low, at_high, _width(at_low, at_high, main[0])))
    before = _figures(trial, {}, 1, main)[0]
    for event in known.events:
        values, settings = known.after(event)
        after = _figures(trial.under(settings), {path: np.array([one]) for path, one in values.items()}, 1, main)[0]
        paths = (*sorted(settings), *sorted(values))
        found.append(Swing(event.name, paths, before, after, _width(before, after, main[0])))
    most = {name: max((_width(one.at_low, one.at_high, name) for one in found), default=0.0) for name in main}

    def order(one: Swing) -> tuple[float, float, str]:
        others = sum(_width(one.at_low, one.at_high, name) / most[name] for name in main[1:] if most[name] > 0.0)
        return (-one.width, -others, one.family)

    return tuple(sorted(found, key=order))


def _at_ends(trial: Trial, ends: Sequence[Mapping[str, float]], main: Sequence[str]) -> list[Figures]:
    """Figures where each of these sets of inputs is what it says and all else at base: all of them are one block of draws.

    None of the inputs has a formula, so that what rests on them follows.
    """
    paths = sorted({path for one in ends for path in one})
    base = {path: trial.inputs.find(*path.split(".")) for path in paths}
    values = {
        path: np.array([one.get(path, estimate.base) for one in ends], dtype=float)
        for path, estimate in base.items()
        if estimate is not None
    }
    return _figures(trial, values, len(ends), main)


def _figures(trial: Trial, values: Mapping[str, Any], draws: int, names: Sequence[str]) -> list[Figures]:
    if not draws:
        return []
    programme = trial.accounts_of_draws(values)
    every = figures_of_draws(programme, trial.solution(programme), draws)
    return [{name: figures[name] for name in names} for figures in every]


def _width(low: Figures, high: Figures, name: str) -> float:
    return abs((high[name] or 0.0) - (low[name] or 0.0))


def what_matters(
    drawn: Draws, rows: Sequence[DrawRow], names: Sequence[str], seed: int
) -> dict[str, dict[str, Importance | None]]:
    """The share of the variance of figures of the plan as it is that each family explains by itself."""
    figures = {name: [row.planned.figures[name] for row in rows] for name in dict.fromkeys(names)}
    return importance(drawn.families, drawn.coordinates, figures, seed)
