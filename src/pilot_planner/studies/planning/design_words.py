"""What a design decides without seeming to, in sentences: the kind of its ceiling on cost, and its grid of periods."""

from __future__ import annotations

from typing import Literal

from pilot_planner.design.schema import Design
from pilot_planner.text.number_format import with_unit

CeilingKind = Literal["operating_cost", "net_donor_ask", "both"]

CEILING_ABOUT = {
    "operating_cost": "operating cost, before the programme's levies are taken off",
    "net_donor_ask": "what donors are asked for, after the programme's levies are taken off",
}


def ceiling_kind(design: Design) -> CeilingKind | None:
    """What the ceiling of a design is about; None where it has none."""
    about_cost, about_ask = (design.bounds(key).max is not None for key in CEILING_ABOUT)
    if about_cost and about_ask:
        return "both"
    return "operating_cost" if about_cost else "net_donor_ask" if about_ask else None


def ceiling_in_words(design: Design) -> str:
    """Which kind of ceiling a design has."""
    kind = ceiling_kind(design)
    if kind is None:
        return "This design sets no ceiling, neither on operating cost nor on what donors are asked for."
    if kind == "both":
        both = " and ".join(f"{with_unit(design.bounds(key).max, 'USD')} on {about}" for key, about in CEILING_ABOUT.items())
        return f"This design has two ceilings: {both}."
    return f"The ceiling of {with_unit(design.bounds(kind).max, 'USD')} is on {CEILING_ABOUT[kind]} (limits.{kind}.max)."


def grid_in_words(design: Design) -> str:
    """What the length of a period does to every figure of a plan."""
    programme = design.programme
    months, lead = programme.period_months, programme.lead_periods * programme.period_months
    grid = "periods of one month" if months == 1 else f"periods of {months} months"
    set_up = "one month" if lead == 1 else f"{lead} months"
    return (
        f"Everything is counted in {grid}, {set_up} of set-up first, and the grid moves the result: set-up lasts whole "
        "periods, hiring counts from its end, pledges and costs meet at the end of periods, and whoever starts in a period "
        "works all of it. Longer periods mostly give less. Compare designs on one grid only."
    )
