"""Would a firm still hire? What an hour costs at each placement, and how many local people firms must employ."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pilot_planner.case.employers import demand_steps, hiring_share, hourly_cost_ratio, local_staff_room
from pilot_planner.case.evidence import Evidence
from pilot_planner.data.wording import listed
from pilot_planner.text.labels import counted, shown
from pilot_planner.text.number_format import count

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class EmployerSide:
    """Employers of one placement.

    Attributes:
        hourly_cost_ratio: what an hour costs them over an hour of a comparable local worker.
        still_hire: share of employers' demand that is still there at that cost; None where the inputs have no steps.
        margin_usd_month: the most that a month is worth to them less what they pay; USD.
        local_staff_needed: local colleagues whom the worker cap needs under the host's rule; None where it has none.
        local_staff_room: foreigners whom all known employees of the sector allow; None where nobody has told how many.
    """

    iso3: str
    name: str
    sector: str
    worker_cap: int
    hourly_cost_ratio: float
    still_hire: float | None
    margin_usd_month: float
    local_staff_needed: float | None
    local_staff_room: float | None


def employer_sides(plan: Plan) -> tuple[EmployerSide, ...]:
    """Every placement of the plan, in its order."""
    names = {host.iso3: host.name for host in plan.hosts}
    offers = {one.key: one.offer for one in plan.case.placements}
    # A memory of its own: what is told beside a plan is nothing that its figures rest on.
    evidence = Evidence(plan.inputs)
    steps = demand_steps(evidence, "hiring")
    known = not evidence.missing
    found = []
    for one in plan.placements:
        offer = offers[one.iso3, one.sector]
        ratio = hourly_cost_ratio(plan.design, offer)
        margin = (plan.case.rates.employer_value * offer.local_cost_share - 1.0) * offer.full.contract_value
        foreign = plan.inputs.number("hosts", one.iso3, "foreign_worker_quota_share")
        found.append(
            EmployerSide(
                iso3=one.iso3,
                name=names[one.iso3],
                sector=one.sector,
                worker_cap=one.worker_cap,
                hourly_cost_ratio=ratio,
                still_hire=hiring_share(ratio, steps) if known else None,
                margin_usd_month=margin,
                local_staff_needed=one.worker_cap * (1.0 - foreign) / foreign if foreign else None,
                local_staff_room=local_staff_room(evidence, "local_staff", one.iso3, one.sector),
            )
        )
    return tuple(found)


def employer_rows(plan: Plan) -> list[dict[str, Any]]:
    """The same as rows of plain values."""
    return [{one.name: getattr(side, one.name) for one in fields(side)} for side in employer_sides(plan)]


HEADS = (
    "Placement",
    "Hour against local",
    "Would still hire",
    "Worth less cost",
    "Local staff needed",
    "Room beside all",
)
ABOUT = (
    "An hour's cost over a local one, share of demand still there, USD a month, persons; a dash: no rule, or nobody knows"
)


def table_cells(plan: Plan) -> list[list[str]]:
    """Cells below ``HEADS``, as every page and file shows them."""
    return [
        [
            f"{one.name}, {one.sector.replace('_', ' ')}",
            f"{one.hourly_cost_ratio:.2f}",
            shown(one.still_hire, "share"),
            f"{one.margin_usd_month:,.0f}".replace("-", "−"),
            shown(one.local_staff_needed, "persons"),
            shown(one.local_staff_room, "persons"),
        ]
        for one in employer_sides(plan)
    ]


def sentence(plan: Plan) -> str:
    """Whether firms would still hire, whether the plan reckons with it, and what rules on local staff ask for."""
    sides = employer_sides(plan)
    if not sides:
        return "Nobody works in this plan, so no firm is asked to hire."
    return " ".join(part for part in (_hiring(plan, sides), _local_staff(sides)) if part)


def _hiring(plan: Plan, sides: tuple[EmployerSide, ...]) -> str:
    told = [(one.still_hire, one) for one in sides if one.still_hire is not None]
    if not told:
        return "The inputs do not say at which cost firms would stop to hire."
    share, least = min(told, key=lambda pair: pair[0])
    where = f"{least.name} ({least.sector.replace('_', ' ')})"
    if share >= 1.0:
        words = "At every placement an hour costs so little more than local pay that all firms are reckoned to hire."
    else:
        words = (
            f"Fewest firms would still hire in {where}: an hour costs {least.hourly_cost_ratio:.2f} times a local one, and "
            f"{100 * share:.0f} % of the demand is reckoned to be there at that cost (judged, grade C)."
        )
    if plan.design.responses.demand:
        return f"{words} The plan asks for no more than that."
    short = [one for share, one in told if one.worker_cap > share * _demand(plan, one)]
    if not short:
        return f"{words} Every worker cap fits in what is left."
    lacking = listed(f"{one.name} ({one.sector.replace('_', ' ')})" for one in short)
    caps = "its worker cap is" if len(short) == 1 else "worker caps are"
    return f"{words} In {lacking} {caps} above what is left: employers there would have to be found first."


def _demand(plan: Plan, side: EmployerSide) -> float:
    return next(one.demand for one in plan.case.placements if one.key == (side.iso3, side.sector))


def _local_staff(sides: tuple[EmployerSide, ...]) -> str:
    ruled = [one for one in sides if one.local_staff_needed is not None]
    if not ruled:
        return ""
    needed = sum(one.local_staff_needed or 0.0 for one in ruled)
    unknown = [one for one in ruled if one.local_staff_room is None]
    words = f"By hosts' rules on local staff all caps need {count(needed)} local colleagues at these employers."
    over = [one for one in ruled if one.local_staff_room is not None and one.worker_cap > one.local_staff_room]
    if over:
        where = listed(f"{one.name} ({one.sector.replace('_', ' ')})" for one in over)
        words += f" In {where} the whole sector has too few: the cap needs an exemption."
    if unknown:
        of = counted(len(ruled), "placement")
        words += f" How many people the sector employs is not known for {len(unknown)} of {of}."
    return words
