"""Graduated income tax: marginal brackets after a standard deduction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pilot_planner.data.amounts import least, most, where
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.errors import Fault, InputError, Place


@dataclass(frozen=True, slots=True)
class Bracket:
    """``rate`` (share) applies to taxable income between ``lower`` and ``upper`` (USD a month; None: no end)."""

    lower: float
    upper: float | None
    rate: float


@dataclass(frozen=True, slots=True)
class TaxSchedule:
    """A schedule on monthly income, USD. ``deduction`` is free of tax before any bracket applies."""

    schedule_id: str
    name: str
    deduction: float
    brackets: tuple[Bracket, ...]
    source_id: str
    grade: str

    def tax(self, gross: float) -> float:
        """Tax on a month's gross wage, USD.

        Each bracket's rate applies only to the income inside it, so a higher wage never means less net pay.

        >>> steps = (Bracket(0, 200, 0.0), Bracket(200, 500, 0.05), Bracket(500, None, 0.10))
        >>> TaxSchedule("s", "S", 0.0, steps, "", "C").tax(600)
        25.0
        """
        taxable = most(0.0, gross - self.deduction)
        return sum(
            where(
                taxable > bracket.lower,
                bracket.rate * (least(taxable, bracket.upper) if bracket.upper is not None else taxable)
                - bracket.rate * bracket.lower,
                0.0,
            )
            for bracket in self.brackets
        )

    @property
    def top_rate(self) -> float:
        return max((bracket.rate for bracket in self.brackets), default=0.0)


_USES_ALLOWED = ("preset", "compare")


def schedule_ids(inputs: Inputs) -> list[str]:
    """Schedules that a design may name."""
    return [
        row.text("schedule_id")
        for row in inputs.rows("facts/tax_schedules.csv")
        if row["type"] == "graduated" and row["use"] in _USES_ALLOWED
    ]


def tax_schedule(inputs: Inputs, schedule_id: str) -> TaxSchedule:
    """The schedule of that name. Raises InputError when it is unknown, incomplete or only a baseline."""
    allowed = schedule_ids(inputs)
    if schedule_id not in allowed:
        fix = did_you_mean(schedule_id, allowed, fallback=f"use one of {', '.join(allowed)}")
        raise InputError(
            [Fault(Place("tax.schedule"), f"{schedule_id!r} cannot be used as a schedule", "a complete graduated one", fix)]
        )
    row = next(row for row in inputs.rows("facts/tax_schedules.csv") if row["schedule_id"] == schedule_id)
    return TaxSchedule(
        schedule_id=schedule_id,
        name=row.text("name"),
        deduction=_usd(row["standard_deduction_usd_month"]),
        brackets=tuple(_brackets(inputs, schedule_id)),
        source_id=row.text("source_id"),
        grade=row.text("grade"),
    )


def _brackets(inputs: Inputs, schedule_id: str) -> Iterable[Bracket]:
    for row in inputs.rows("facts/tax_brackets.csv"):
        if row["schedule_id"] == schedule_id:
            upper = row["upper_usd_month"]
            yield Bracket(
                _usd(row["lower_usd_month"]), None if upper is None else float(upper), float(row["marginal_rate"] or 0)
            )


def _usd(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
