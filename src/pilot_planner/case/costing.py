"""Unit costs of the ingredients list, in the design's price year and by host where the evidence tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.evidence import Evidence
from pilot_planner.data.estimates import worst_grade
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, Place

PROGRAMME_WIDE = "PRG"
"""Stands for no single host in budgets."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the ingredients list.

    Attributes:
        unit_cost: USD per unit of ``driver`` in the price year; a share where the driver is in USD.
        by_host: unit cost of hosts whose own price is known.
        level: oversight level that the line belongs to; empty for all.
        in_indirect_base: whether donors let the line into the base of indirect cost (contingency is out).
        oversight: whether the line pays for inspection, audit or verification.
    """

    line_id: str
    what: str
    driver: str
    level: str
    unsdg_category: str
    in_indirect_base: bool
    oversight: bool
    unit: str
    unit_cost: float
    by_host: dict[str, float]
    source_id: str
    grade: str
    grade_by_host: dict[str, str]

    def price(self, host: str) -> float:
        return self.by_host.get(host, self.unit_cost)

    def grade_at(self, host: str) -> str:
        return self.grade_by_host.get(host, self.grade)


def cost_lines(design: Design, evidence: Evidence, hosts: tuple[str, ...]) -> tuple[CostLine, ...]:
    """Every line of ``estimates/cost_lines.csv`` for these hosts."""
    lines = []
    for row in evidence.inputs.rows("estimates/cost_lines.csv"):
        if row["status"] != "current":
            continue
        line_id = row.text("cost_line")
        if line_id.startswith(_NEUTRAL) and design.pay.procurement != "neutral":
            continue
        topic = f"cost:{line_id}"
        base = evidence.need(topic, "cost_lines", line_id)
        index = _index(design, evidence, topic, row["price_basis"])
        indicator = row.text("host_indicator")
        by_host: dict[str, float] = {}
        grades: dict[str, str] = {}
        if indicator:
            factor = row["host_factor"]
            for iso3 in hosts:
                own = evidence.number(f"{topic}:{iso3}", "hosts", iso3, indicator)
                if own is not None:
                    by_host[iso3] = own * (float(factor) if isinstance(factor, int | float) else 1.0) * index
                    grades[iso3] = evidence.inputs.estimates["hosts", iso3, indicator].grade
        estimate = evidence.inputs.estimates["cost_lines", line_id]
        lines.append(
            CostLine(
                line_id=line_id,
                what=row.text("what"),
                driver=row.text("driver"),
                level=row.text("level"),
                unsdg_category=row.text("unsdg_category"),
                in_indirect_base=bool(row["in_indirect_base"]),
                oversight=bool(row["oversight"]),
                unit=row.text("unit"),
                unit_cost=base * index,
                by_host=by_host,
                source_id=estimate.source_id,
                grade=worst_grade([estimate.grade]),
                grade_by_host=grades,
            )
        )
    return tuple(lines)


_NEUTRAL = "neutral_procurement_"
"""Lines that are there only where a neutral body buys baskets and parcels."""


def _index(design: Design, evidence: Evidence, topic: str, price_basis: object) -> float:
    """Prices of the design's year over prices of the year of the quote; 1 where the quote is taken as it is."""
    if not isinstance(price_basis, int):
        return 1.0
    then = evidence.need(topic, "deflators", str(price_basis))
    return evidence.need(topic, "deflators", str(design.programme.price_year)) / then


def check_price_year(design: Design, inputs: Inputs) -> None:
    """Raises InputError when the deflators do not reach the design's price year."""
    if inputs.number("deflators", str(design.programme.price_year)) is None:
        raise InputError(
            [
                Fault(
                    Place("programme.price_year"),
                    f"{design.programme.price_year} has no deflator",
                    "a year of inputs/estimates/deflators.csv",
                    "choose another price year or add the deflator",
                )
            ]
        )
