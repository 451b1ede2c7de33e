"""Rationale: what was chosen, what was rejected and why, and the floors that decided before any sum was done."""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.exports.proposal.blocks import Block, Section, Text, text
from pilot_planner.exports.proposal.section_builder import Draft, grade, line, paragraph, table
from pilot_planner.exports.proposal.sections import chapter
from pilot_planner.figures.plan import host_map
from pilot_planner.studies.explain.host_exclusion import PROTECTS, Left
from pilot_planner.studies.parties import employer_side, worker_side
from pilot_planner.text.labels import counted, inline, listed, shown
from pilot_planner.text.names import metric_label, metric_unit
from pilot_planner.text.number_format import count, money, percent

_MAP = (660, 330)
_FLOOR_NAMES = {
    "host_willingness": "Willingness of the host",
    "tip_tier": "Trafficking-in-persons tier",
    "conventions": "ILO conventions ratified",
    "agency_office": "IOM office in the host",
    "labour_inspectors": "Labour inspectors of the host",
    "lawful_admission": "Law admits such workers",
    "living_wage": "Living wage in every month",
    "gain_over_today": "Gain over what workers keep today",
    "employer_cost_ratio": "Cost to the employer",
}


def rationale(draft: Draft) -> Section:
    """The choice and its alternatives."""
    return Section("Rationale", (), (_chosen(draft), _worth(draft), _rejected(draft), _floors(draft)))


def _chosen(draft: Draft) -> Section:
    plan = draft.plan
    rows = [
        line(
            draft.host(one.iso3),
            draft.sector(one.sector),
            count(one.worker_cap),
            money(one.gross_wage_usd_month),
            money(one.net_pay_usd_month),
            grade(one.wage_grade),
            grade(one.demand_grade),
        )
        for one in plan.placements
    ]
    where = "one host" if len(plan.hosts) == 1 else counted(len(plan.hosts), "host")
    candidates = len({verdict.iso3 for verdict in plan.verdicts})
    words = (
        f"{counted(candidates, 'country', 'countries', capital=True)} were considered as hosts, each with "
        f"{counted(len(draft.sectors), 'sector')}. The plan settles on {where}, {draft.host_list}, since under the "
        f"limits of this design "
        f"no other choice gives {'more' if plan.design.objective.sense == 'max' else 'less'} "
        f"{inline(metric_label(plan.design.objective.metric))}."
    )
    why = plan.design.why.strip()
    blocks: list[Block] = [
        paragraph(words, why if not why or why.endswith(".") else f"{why}.", kind="lead"),
        draft.picture(
            "map",
            f"Candidate hosts: {draft.host_list} chosen, the others possible or excluded by a rights floor",
            host_map.summary(plan),
            host_map.figure(plan, "print", *_MAP),
            _MAP[0],
        ),
        table(
            f"Placements with their worker caps (wages in USD a month, prices of {plan.design.programme.price_year})",
            [
                ("Host", 17),
                ("Sector", 23),
                ("Worker cap", 11, True),
                ("Gross wage", 11, True),
                ("Net pay", 10, True),
                ("Wage", 14),
                ("Demand", 14),
            ],
            rows,
            text(
                "The cap is the most workers that the agreement allows at a time. The last two columns are the grades "
                "of the evidence on what "
                "employers pay and on how many workers they want. ",
                draft.marks.figure("gross_wages"),
                " ",
                draft.marks.figure("peak_workers"),
            ),
        ),
        paragraph(_levels(draft)),
    ]
    return Section("What this plan chooses", tuple(blocks))


def _worth(draft: Draft) -> Section:
    """Whether firms would still hire, and what a worker gains over the whole contract, placement by placement."""
    widths = (30, 12, 14, 14, 15, 15)
    columns = [(head, width, place > 0) for place, (head, width) in enumerate(zip(employer_side.HEADS, widths, strict=True))]
    rows = [line(*cells) for cells in employer_side.table_cells(draft.plan)]
    found: list[Block] = [table("Would a firm still hire?", columns, rows, text(employer_side.sentence(draft.plan)))]
    told = worker_side.table_cells(draft.plan)
    if told:
        heads = [
            (head, width, place > 0)
            for place, (head, width) in enumerate(zip(worker_side.HEADS, (32, 17, 17, 17, 17), strict=True))
        ]
        note = text(f"{worker_side.ABOUT}. {worker_side.sentence(draft.plan)}")
        found.append(table("What a worker gains over the whole contract", heads, [line(*one) for one in told], note))
    return Section("What the work is worth to firms and workers", tuple(found))


def _levels(draft: Draft) -> Text:
    levels: dict[str, list[str]] = {}
    for host in draft.plan.hosts:
        levels.setdefault(host.oversight_level, []).append(host.name)
    told = [f"{level} in {listed(hosts)}" for level, hosts in levels.items()]
    available = len(draft.plan.design.oversight.levels)
    start = "The level of oversight is " if available > 1 else "The design allows one level of oversight: it is "
    return text(f"{start}{listed(told)}. {chapter('oversight').capitalize()} says what that means on the ground.")


def _rejected(draft: Draft) -> Section:
    left = draft.dossier.studies.left_out
    others = [one for one in left if one.status in ("worse", "impossible")]
    excluded = [one for one in left if one.status == "excluded"]
    blocks: list[Block] = []
    if others:
        blocks.append(
            paragraph(
                f"{counted(len(others), 'other country', 'other countries', capital=True)} passed every floor and still "
                f"{'is' if len(others) == 1 else 'are'} not in the plan.",
                *(_worse(draft, one) for one in others if one.status == "worse"),
                _impossible(draft, [one for one in others if one.status == "impossible"]),
            )
        )
    else:
        blocks.append(paragraph("No country outside the plan passes every floor."))
    if excluded:
        blocks.append(
            paragraph(
                f"{counted(len(excluded), 'country', 'countries', capital=True)} fail a floor that protects workers before "
                "any sum is done. Annex D names for each what it fails and the least that would let it in."
            )
        )
    return Section("What was rejected, and why", tuple(blocks))


def excluded_countries(draft: Draft) -> Section | None:
    """Annex: every country that fails a floor, with what it fails and the least that would let it in."""
    excluded = [one for one in draft.dossier.studies.left_out if one.status == "excluded"]
    if not excluded:
        return None
    made = table(
        f"{counted(len(excluded), 'country', 'countries', capital=True)} excluded before any sum was done",
        [("Country", 16), ("What it fails, in its nearest sector", 52), ("What would let it in", 32)],
        [
            line(draft.host(one.iso3), one.fails, _let_in(one))
            for one in sorted(excluded, key=lambda one: draft.host(one.iso3))
        ],
        text("A value that nobody has found out is unknown, and unknown does not pass."),
        small=True,
    )
    return Section("Countries excluded", (made,), annex=True)


def _let_in(one: Left) -> str:
    """The least change that would let a host in, verified, and what it would be worth where that is solved."""
    if not one.change:
        return "–" if not one.nearest else "Evidence has to be found first."
    return " ".join(part for part in (f"{_first_up(one.change)}.", one.worth_sentence) if part)


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _impossible(draft: Draft, left: Sequence[Left]) -> str:
    names = listed([draft.host(one.iso3) for one in left], word="or")
    return f"With {names} no plan meets all limits of this design." if left else ""


def _worse(draft: Draft, one: Left) -> str:
    metric = draft.plan.design.objective.metric
    unit, label = metric_unit(metric), inline(metric_label(metric))
    name = draft.host(one.iso3)
    if one.objective is None or one.loss is None:
        return ""
    hosts = listed([draft.host(code) for code in one.hosts.split("+")])
    best = draft.plan.outcome.objective or 0.0
    if one.loss <= _AS_GOOD * abs(best):
        return f"A plan with {name} (in {hosts}) is as good."
    worse = "less" if draft.plan.design.objective.sense == "max" else "more"
    share = f", {percent(one.loss / abs(best))}" if best else ""
    alone = f"The best plan with {name}" if hosts == name else f"The best plan with {name}, in {hosts},"
    return f"{alone} has {shown(one.loss, unit)} {worse} {label}{share}."


_AS_GOOD = 1e-6


def _floors(draft: Draft) -> Section:
    floors = draft.plan.design.floors
    loosened = [one for one in draft.plan.loosened if one.setting.startswith("floors.")]
    total = len({verdict.iso3 for verdict in draft.plan.verdicts})
    rows = []
    for floor, name in _FLOOR_NAMES.items():
        held = _held(floor, getattr(floors, floor))
        if not held:
            continue
        rows.append(line(name, held, _first_up(PROTECTS[floor]), str(_fail_everywhere(draft, floor))))
    words = text(
        "Workers’ rights are limits of this plan and never weighed against cost. A country or placement that fails "
        "one of these floors is "
        "not staffed, whatever it would earn.",
        *(f" {one.sentence}" for one in loosened),
    )
    note = text(f"The last column counts the countries, of {total}, in which every placement fails the floor.")
    return Section(
        "Floors that are not for sale" if not loosened else "Floors, and where this design lowers them",
        (
            paragraph(words),
            table(
                "Rights floors of this design",
                [("Floor", 24), ("Held at", 24), ("It protects", 38), ("Fail it", 14, True)],
                rows,
                note,
            ),
        ),
    )


def _held(floor: str, value: object) -> str:
    match floor:
        case "host_willingness":
            return f"at least {value:.2f} of 1" if value else ""
        case "tip_tier":
            return f"tier {value:g} or better" if isinstance(value, float) and value < _WORST_TIER else ""
        case "labour_inspectors":
            return f"at least {value:g} per 10,000 employed" if value else ""
        case "conventions":
            return listed(list(value)) if isinstance(value, tuple) else ""
        case "gain_over_today":
            return f"at least {100 * float(str(value)):.0f} % more" if value else ""
        case "employer_cost_ratio":
            return f"at most {float(str(value)):g} times that of a local worker"
        case _:
            return "required" if value else ""


_WORST_TIER = 4.0


def _fail_everywhere(draft: Draft, floor: str) -> int:
    by_host: dict[str, list[bool]] = {}
    for verdict in draft.plan.verdicts:
        by_host.setdefault(verdict.iso3, []).append(floor in verdict.reasons)
    return sum(all(fails) for fails in by_host.values())
