"""Marks that lead from a figure to its sources and their grades: ``F`` for figures of the plan, ``S`` for sources."""

from __future__ import annotations

from dataclasses import dataclass, field

from pilot_planner.data.estimates import Estimate
from pilot_planner.exports.proposal.blocks import Mark
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.provenance import behind

DERIVATION = "planner_derivation"
"""The source of what is worked out from other inputs: those are named instead of it."""
WEAK = "C"
GRADES = ("A", "B", "C", "absent")
_FROM_BUDGET = ("oversight_cost_share", "staff_and_office_share", "indirect_share", "onboarding_cost_per_arrival")
_FROM_WORKFORCE = ("first_quarter_intake_share", "workers_per_inspector")


@dataclass
class Marks:
    """Numbers marks in the order in which the text first uses them."""

    plan: Plan
    figures: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    _grades: dict[str, str] = field(default_factory=dict)
    _behind: dict[str, tuple[Estimate, ...]] = field(default_factory=dict)

    def figure(self, name: str) -> Mark:
        """The mark of a metric or ratio of the plan."""
        return Mark(f"F{self.figures.setdefault(name, len(self.figures) + 1)}")

    def source(self, source_id: str, grade: str = "") -> Mark:
        """The mark of a source; ``grade`` is of what was taken from it here, and the weakest is kept."""
        known = self._grades.get(source_id) or self._of_plan(source_id)
        self._grades[source_id] = weakest([one for one in (known, grade) if one])
        return Mark(f"S{self.sources.setdefault(source_id, len(self.sources) + 1)}")

    def grade_of(self, source_id: str) -> str:
        """The weakest grade of what was taken from a source; empty where it was not graded."""
        return self._grades.get(source_id) or self._of_plan(source_id)

    def estimates_behind(self, name: str) -> tuple[Estimate, ...]:
        """What a metric or ratio rests on, through formulas."""
        if name not in self._behind:
            topics = dict.fromkeys(topic for metric in metrics_in(name) for topic in METRICS[metric].rests_on)
            self._behind[name] = tuple(behind(self.plan.case, self.plan.accounts, *topics)) if topics else ()
        return self._behind[name]

    def grade_of_figure(self, name: str) -> str:
        """The weakest grade among what a metric or ratio rests on."""
        return weakest([one.grade for one in self.estimates_behind(name)])

    def sources_of_figure(self, name: str) -> tuple[Mark, ...]:
        """Marks of what a figure rests on, the weakest evidence first."""
        grades: dict[str, str] = {}
        for one in self.estimates_behind(name):
            if one.source_id != DERIVATION:
                grades[one.source_id] = weakest([grades.get(one.source_id, ""), one.grade])
        return self.of_all(grades)

    def of_all(self, grades: dict[str, str]) -> tuple[Mark, ...]:
        """Marks of sources by their grade."""
        return tuple(sorted((self.source(one, grade) for one, grade in grades.items()), key=number_of))

    def _of_plan(self, source_id: str) -> str:
        return next((row.grade for row in self.plan.sources if row.source_id == source_id), "")


def metrics_in(name: str) -> tuple[str, ...]:
    """The metrics that a figure is made of."""
    if name in METRICS:
        return (name,)
    if name in RATIOS:
        return (RATIOS[name].numerator, RATIOS[name].denominator)
    if name in _FROM_BUDGET:
        return ("operating_cost",)
    return ("worker_months", "inspector_months") if name in _FROM_WORKFORCE else ()


def weakest(grades: list[str]) -> str:
    """The weakest of some grades; empty without any."""
    known = [grade for grade in grades if grade in GRADES]
    return max(known, key=GRADES.index) if known else ""


def number_of(mark: Mark) -> int:
    """Its number within its letter."""
    return int(mark.key[1:])
