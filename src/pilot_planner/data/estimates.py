"""An estimate: one number that we believe, with its range, unit, year, source, grade and, if derived, its formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Bound = Literal["low", "base", "high"]
Address = tuple[str, ...]
"""Table, key columns and indicator: ``("placements", "MNG", "construction", "market_wage")``."""

BOUNDS: tuple[Bound, ...] = ("low", "base", "high")

ADDRESS_COLUMNS: dict[str, tuple[str, ...]] = {
    "hosts": ("iso3", "indicator"),
    "placements": ("iso3", "sector", "indicator"),
    "sectors": ("sector", "indicator"),
    "oversight": ("level", "indicator"),
    "programme": ("indicator",),
    "in_kind_baskets": ("iso3", "item"),
    "family_parcels": ("parcel",),
    "unit_costs": ("cost_id",),
    "cost_lines": ("cost_line",),
    "status_quo": ("flow", "iso3", "sector"),
    "precedents": ("precedent", "ratio"),
    "funding_pledges": ("indicator",),
    "deflators": ("year_id",),
    "diversion_evidence": ("diversion_id",),
    "events": ("iso3", "event"),
    "studies": ("study",),
    "seed_facts": ("fact_id",),
}
"""The columns that name an estimate, by table; the column ``indicator`` is looked up in ``lists/indicators.csv``."""

GRADE_ORDER = ("A", "B", "C", "absent")
"""Best first. A: read in a statistic or first-hand text; B: secondary or derived from A; C: recalled or judged."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One current value. ``low <= base <= high`` unless absent, in which case all three are None.

    Attributes:
        address: table, keys, indicator.
        low, base, high: in ``unit``; read as P5, mode and P95 where risk is studied.
        year: of the latest reading; None where the source gives none.
        reading: range, single, one_sided, midpoint, derived, text, absent, or ``set`` when a user set it.
        grade: A, B, C or absent.
        formula: over other estimates; empty for what was read or judged.
        row: in its file, counted as a spreadsheet does.
    """

    address: Address
    low: float | None
    base: float | None
    high: float | None
    unit: str
    year: int | None
    reading: str
    source_id: str
    grade: str
    formula: str
    note: str
    row: int

    @property
    def path(self) -> str:
        """The dotted path that ``--set inputs.PATH=VALUE`` takes."""
        return ".".join(self.address)

    def at(self, bound: Bound) -> float | None:
        return {"low": self.low, "base": self.base, "high": self.high}[bound]


def worst_grade(grades: list[str]) -> str:
    """The weakest of some grades; A for an empty list, since nothing weak is in it."""
    return max(grades, key=GRADE_ORDER.index, default="A")
