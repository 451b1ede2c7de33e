"""Plans within a few per cent of the best that differ most from it, and from each other, in hosts, sectors or levels.

Near-optimal plans are the room that a negotiator has. Each round finds the plan, among those within the tolerance,
whose choices of host levels and sectors differ most from all that were found: maximise the smallest number of
differences, then name the plan by what differs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.ratios import ratios_of
from pilot_planner.solving.farthest import GoodEnough, differences, with_choices_of
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.plan import Plan, describe, no_plan
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.text.result_tables import Rows, Tabled

DEFAULT_WITHIN = 0.03
DEFAULT_COUNT = 5
_TAKEN = 0.5


@dataclass(frozen=True)
class Alternative:
    """A plan near the best.

    Attributes:
        differences: how many choices differ from the best plan's.
        named: what differs, in words with codes.
        levels: oversight level of each chosen host.
        placements: host and sector of each that is opened.
        settings: what ``--set`` takes to solve for this plan alone: its choices required, all others left out.
    """

    number: int
    objective: float
    loss_share: float
    hosts: str
    differences: int
    named: str
    metrics: dict[str, float]
    ratios: dict[str, float | None]
    levels: dict[str, str]
    placements: tuple[tuple[str, str], ...]
    settings: dict[str, Any]
    solution: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True)
class Alternatives(Tabled):
    """The best plan (number 0) and those that differ most from it within the tolerance.

    ``complete``: False where the caller stopped before all that were asked for were found.
    """

    within: float
    alternatives: tuple[Alternative, ...]
    session: Session = field(repr=False)
    complete: bool = True

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"alternatives": self.records}

    def plan(self, number: int) -> Plan:
        """The whole plan of one alternative."""
        one = next(other for other in self.alternatives if other.number == number)
        outcome = Outcome("optimal", one.objective, one.objective, one.solution, 0.0)
        return describe(self.session.programme, outcome, one.solution, {})

    def records(self) -> list[dict[str, Any]]:
        """One row per plan."""
        return [
            {
                "number": one.number,
                "objective": one.objective,
                "loss_share": one.loss_share,
                "hosts": one.hosts,
                "differences": one.differences,
                "named": one.named,
                **one.metrics,
                **one.ratios,
            }
            for one in self.alternatives
        ]


def alternatives(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    within: float = DEFAULT_WITHIN,
    count: int = DEFAULT_COUNT,
    progress: Progress | None = None,
) -> Alternatives:
    """Up to ``count`` plans within ``within`` (a share of the best objective) that differ most.

    Raises NoPlanError when there is no plan at all, CancelledError (with the ``Alternatives`` found so far) when
    ``progress`` returns False.
    """
    design, ready = set_up(model, inputs, settings)
    session = Session(build(make_case(design, ready)))
    best = session.solve()
    if not best.has_plan or best.objective is None:
        raise no_plan(best, design)
    return _Search(session, best, best.objective, within, progress).run(count)


class _Search:
    def __init__(self, session: Session, best: Outcome, objective: float, within: float, progress: Progress | None) -> None:
        self.programme = session.programme
        self.session = session
        self.objective = objective
        self.within = within
        self.tell = Telling(progress, lambda: Alternatives(self.within, tuple(self.found), session, complete=False))
        self.found = [self._alternative(0, session.break_ties(best))]

    def run(self, count: int) -> Alternatives:
        apart = math.inf
        good = GoodEnough.within(self.session, self.objective, self.within * abs(self.objective))
        for number in range(1, count + 1):
            self.tell(f"{number - 1} alternatives found", (number - 1) / count)
            known = [one.solution for one in self.found]
            other = good.farthest(known, apart)
            if other is None:
                break
            apart = min(
                differ.value(other) + constant for differ, constant in (differences(self.programme, one) for one in known)
            )
            self.found.append(self._alternative(number, self._improved(other)))
        return Alternatives(self.within, tuple(self.found), self.session)

    def _improved(self, solution: tuple[float, ...]) -> tuple[float, ...]:
        """The best plan with the same hosts, levels and sectors, ties broken as everywhere."""
        session = Session(with_choices_of(self.programme, solution))
        best = session.solve()
        return session.break_ties(best) if best.has_plan else self.session.tidy(solution)

    def _alternative(self, number: int, solution: tuple[float, ...]) -> Alternative:
        p = self.programme
        metrics = p.metric_values(solution)
        value = p.objective.value(solution)
        first = self.found[0].solution if number else solution
        differ, constant = differences(p, first)
        levels, placements = _levels(p, solution), tuple(sorted(_placements(p, solution)))
        return Alternative(
            number=number,
            objective=value,
            loss_share=abs(value - self.objective) / max(abs(self.objective), 1e-9),
            hosts="+".join(sorted(h for (h, _), j in p.d.level.items() if solution[j] > _TAKEN)),
            differences=round(differ.value(solution) + constant),
            named="the best plan" if number == 0 else _named(p, first, solution),
            metrics=metrics,
            ratios=ratios_of(metrics),
            levels=levels,
            placements=placements,
            settings=_pinned(p, levels, placements),
            solution=solution,
        )


def _named(p: Programme, first: tuple[float, ...], other: tuple[float, ...]) -> str:
    """What differs, in words: hosts, then levels, then sectors."""

    before, after = _levels(p, first), _levels(p, other)
    words = [f"with {h}" for h in sorted(set(after) - set(before))]
    words += [f"without {h}" for h in sorted(set(before) - set(after))]
    both = sorted(set(before) & set(after))
    words += [f"{h} {after[h]} instead of {before[h]}" for h in both if after[h] != before[h]]
    gained, lost = _placements(p, other) - _placements(p, first), _placements(p, first) - _placements(p, other)
    words += [f"{s.replace('_', ' ')} in {h}" for h, s in sorted(gained) if h in both]
    words += [f"no {s.replace('_', ' ')} in {h}" for h, s in sorted(lost) if h in both]
    return ", ".join(words) or "the same choices"


def _levels(p: Programme, solution: tuple[float, ...]) -> dict[str, str]:
    return {h: level for (h, level), j in p.d.level.items() if solution[j] > _TAKEN}


def _placements(p: Programme, solution: tuple[float, ...]) -> set[tuple[str, str]]:
    return {(h, s) for (h, s, _), j in p.d.open.items() if solution[j] > _TAKEN}


def _pinned(p: Programme, levels: dict[str, str], placements: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Settings under which only these hosts, levels and placements can be chosen, and must be."""
    design = p.case.design
    others = [host.iso3 for host in p.case.hosts if host.iso3 not in levels]
    offered = [one.key for h in levels for one in p.case.placements_of(h)]
    others += [f"{h}.{s}" for h, s in offered if (h, s) not in placements]
    required = [f"{h}.{level}" for h, level in levels.items()] + [f"{h}.{s}" for h, s in placements]
    return {
        "exclusions": list(dict.fromkeys([*design.exclusions, *others])),
        "required": list(dict.fromkeys([*design.required, *required])),
    }
