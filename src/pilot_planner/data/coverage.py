"""What is solid and what is thin: shares by grade, the grade C values, what is absent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pilot_planner.data.estimates import GRADE_ORDER, Estimate
from pilot_planner.data.inputs import Inputs

_REFERENCE_TABLES = ("unit_costs", "diversion_evidence", "precedents", "status_quo", "seed_facts", "deflators")
"""Tables that plans draw on only through others; listed apart, so that they do not swamp the picture."""


@dataclass(frozen=True)
class Coverage:
    """Counts of current values by table and grade, and the values behind the weak ones."""

    by_table: dict[str, dict[str, int]]
    grade_c: tuple[Estimate, ...]
    absent: tuple[Estimate, ...]

    @property
    def totals(self) -> dict[str, int]:
        return {grade: sum(counts.get(grade, 0) for counts in self.by_table.values()) for grade in GRADE_ORDER}


def coverage(inputs: Inputs) -> Coverage:
    """How well the current values are founded. Derived grade C values are left to the values that they derive from."""
    counts: dict[str, Counter[str]] = {}
    for estimate in inputs.estimates.values():
        if estimate.unit != "text":
            counts.setdefault(estimate.address[0], Counter())[estimate.grade] += 1
    weak = [
        estimate
        for estimate in inputs.estimates.values()
        if estimate.grade == "C" and not estimate.formula and estimate.address[0] not in _REFERENCE_TABLES
    ]
    absent = [estimate for estimate in inputs.estimates.values() if estimate.grade == "absent"]
    return Coverage({table: dict(counts[table]) for table in sorted(counts)}, tuple(weak), tuple(absent))
