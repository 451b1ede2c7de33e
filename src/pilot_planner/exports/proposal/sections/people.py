"""The target group: who takes part, by host, sector and sex, and who else gains or loses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pilot_planner.exports.proposal.blocks import Block, Section, text
from pilot_planner.exports.proposal.section_builder import Draft, line, paragraph, table
from pilot_planner.exports.results import women_reached
from pilot_planner.figures.plan import workforce_over_time
from pilot_planner.text.labels import counted, rounded_parts, shown
from pilot_planner.text.number_format import count, percent


@dataclass(frozen=True, slots=True)
class Group:
    """People who start work at one placement at any time, whole persons that add up over all placements."""

    iso3: str
    sector: str
    people: int
    women: int
    worker_months: float


def groups(draft: Draft) -> tuple[Group, ...]:
    """Every placement, by sex by the share of women that the sector is known for."""
    plan = draft.plan
    months = plan.design.programme.period_months
    shares = {placement.key: placement.women_share for placement in plan.case.placements}
    keys = [(one.iso3, one.sector) for one in plan.placements]
    arrivals = [math.fsum(row.arrivals for row in plan.accounts.workforce if (row.iso3, row.sector) == key) for key in keys]
    people = [round(one) for one in rounded_parts(arrivals, 0, math.fsum(arrivals))]
    # Of arrivals and not of their whole numbers, as the results framework has it: one sum everywhere.
    expected = [shares[key] * number for key, number in zip(keys, arrivals, strict=True)]
    women = [round(one) for one in rounded_parts(expected, 0, women_reached(plan))]
    worked = [
        months * math.fsum(row.workers for row in plan.accounts.workforce if (row.iso3, row.sector) == key) for key in keys
    ]
    return tuple(
        Group(*key, number, female, months_of)
        for key, number, female, months_of in zip(keys, people, women, worked, strict=True)
    )


def target_group(draft: Draft) -> Section:
    """Counts by host, sector and sex, and how they come and go."""
    plan, marks = draft.plan, draft.marks
    found = groups(draft)
    people, women = sum(one.people for one in found), sum(one.women for one in found)
    worked = rounded_parts([one.worker_months for one in found], 0)
    rows = [
        line(
            draft.host(one.iso3),
            draft.sector(one.sector),
            count(one.people),
            count(one.women),
            count(one.people - one.women),
            count(months),
        )
        for one, months in zip(found, worked, strict=True)
    ]
    rows.append(line("All", "", count(people), count(women), count(people - women), count(math.fsum(worked)), kind="total"))
    share = percent(plan.ratios.get("women_share"))
    blocks: list[Block] = [
        paragraph(
            text(
                f"The pilot is for adult nationals of the DPRK who choose to work abroad. {count(people)} people start "
                f"work over "
                f"{plan.design.programme.duration_months} months ",
                marks.figure("people_reached"),
                ", at most ",
                draft.figure("peak_workers"),
                " at a time; ",
                f"{count(women)} of them are women and {count(people - women)} men, if sectors hire as they do now ",
                marks.figure("women_share"),
                ".",
            ),
            kind="lead",
        ),
        paragraph(
            "They are selected by a neutral body by published criteria, pay nothing for it, are told in Korean that "
            "they may refuse and "
            "may leave, and sign one contract that states wage, hours, deductions and tax. Nobody is dismissed before "
            "the end; who leaves earlier "
            "is replaced, and every journey home or onward is paid.",
        ),
        table(
            "People who start work, by host, sector and sex",
            [
                ("Host", 22),
                ("Sector", 28),
                ("People", 12, True),
                ("Women", 12, True),
                ("Men", 12, True),
                ("Worker-months", 14, True),
            ],
            rows,
            text(
                f"Women do {share} of the months of work. The share of women in a sector is judged from what is known "
                f"of its workforce today "
                "(grade C, to be replaced); it is a forecast and no quota. Planned as head counts: the programme's "
                "registry, and not this plan, "
                "holds who they are.",
            ),
        ),
        draft.picture(
            "workforce",
            workforce_over_time.headline(plan),
            workforce_over_time.summary(plan),
            workforce_over_time.figure(plan, "print", 660),
        ),
        paragraph(_others(draft)),
    ]
    return Section("Target group", tuple(blocks))


def _others(draft: Draft):  # type: ignore[no-untyped-def]
    plan = draft.plan
    family = plan.accounts.total("family")
    local = "Local colleagues are protected by equal pay: nobody is hired below the wage of comparable local workers."
    caps = sum(one.worker_cap for one in plan.placements)
    quota = f"All caps together allow {count(caps)} workers at {counted(len(plan.placements), 'placement')}."
    if family > 0:
        return text(
            f"Families at home receive goods worth {shown(float(family), 'USD')} over the whole programme, as far as "
            f"workers choose to send them ",
            draft.marks.figure("family_pay"),
            f". {local} {quota}",
        )
    return text(f"Families at home gain through what workers bring back; no parcels are planned. {local} {quota}")
