"""Safeguards against the eleven indicators of forced labour, and the oversight and audit that make them real."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from pilot_planner.exports.proposal.blocks import Bullets, Paragraph, Part, Section, text
from pilot_planner.exports.proposal.section_builder import Draft, cents, line, paragraph, quantity, table
from pilot_planner.exports.proposal.sections import chapter
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.planning.limit_status import shown as bound_in_words
from pilot_planner.studies.planning.own_rules import OWN_RULES
from pilot_planner.text.labels import in_words, listed, shown
from pilot_planner.text.number_format import count, percent

_FACTS = re.compile(r"\s*\(([PV]\d+(?:, [PV]\d+)*)\)")
_FACT = re.compile(r"[PV]\d+")


def safeguards(draft: Draft) -> Section:
    """The eleven indicators of the ILO: today, the answer, how it is checked, what in this plan enforces it."""
    rows = []
    for row in draft.plan.inputs.rows("facts/ilo_indicators.csv"):
        today = row.text("today")
        facts = [fact for one in _FACT.findall(today) if (fact := draft.fact(one)) is not None]
        marks = list(dict.fromkeys([fact.mark for fact in facts] or [draft.marks.source(row.text("source_id"))]))
        said: tuple[Part, ...] = tuple(part for mark in marks for part in (" ", mark))
        number = row["indicator_no"]
        rows.append(
            line(
                f"{number:g}. {row.text('ilo_indicator')}"
                if isinstance(number, (int, float))
                else row.text("ilo_indicator"),
                text(_FACTS.sub("", today), said),
                row.text("safeguard"),
                row.text("verification"),
                enforced_by(draft, row.text("limit_keys")),
            )
        )
    words = text(
        f"The ILO knows {in_words(len(rows))} indicators of forced labour, and the situation today meets them all. "
        f"Each has an answer that can be checked; the last column says which limit or rule of this plan holds it.",
        *(f" {one.sentence}" for one in draft.plan.loosened),
    )
    return Section(
        "Safeguards",
        (
            paragraph(words, kind="lead"),
            table(
                f"The {in_words(len(rows))} indicators of forced labour and what answers them",
                [
                    ("Indicator", 13),
                    ("Today", 21),
                    ("Safeguard", 25),
                    ("How it is checked", 21),
                    ("What in the plan enforces it", 20),
                ],
                rows,
                small=True,
            ),
            *_own_rules(draft),
        ),
    )


def _own_rules(draft: Draft) -> tuple[Paragraph | Bullets, ...]:
    """Limits that the design wrote itself, one in a line."""
    rules = draft.plan.own_rules
    if not rules:
        return ()
    return (paragraph(f"{OWN_RULES}:"), Bullets(tuple(text(one.sentence) for one in rules)))


def enforced_by(draft: Draft, keys: str) -> str:
    """The limits and rules of this design behind some keys, in words; those that it does not set fall away."""
    told = [words for key in keys.split(";") if (words := _rule(draft, key.strip().removesuffix(" (design)")))]
    joined = "; ".join(dict.fromkeys(told))
    return joined[:1].upper() + joined[1:] if joined else f"The conditions of {chapter('conditions')}"


def _rule(draft: Draft, key: str) -> str:
    design = draft.plan.design
    match key:
        case "wage_parity":
            return f"pay at {100 * design.pay.wage_parity:.0f} % of local wages or more"
        case "contract_hours":
            return f"{design.pay.weekly_hours:g} hours a week, overtime {design.pay.overtime_ceiling:g} at most"
        case "min_placement":
            return f"no placement below {design.programme.min_placement} workers"
        case "exclusions":
            left = [draft.sector(one) for one in design.exclusions if one in draft.sectors]
            return f"left out: {listed(left)}" if left else ""
        case "floors.wage_evidence":
            return "no placement without evidence on wages"
    limit = find_limit(key, design)
    bounds = design.bounds(key)
    if limit is None or (bounds.min is None and bounds.max is None):
        return ""
    sides = [
        f"at {word} {bound_in_words(bound, limit.unit)}"
        for word, bound in (("least", bounds.min), ("most", bounds.max))
        if bound is not None
    ]
    label = limit.label[:1].lower() + limit.label[1:] if limit.label[1:2].islower() else limit.label
    return f"{label} {' and '.join(sides)}"


def oversight(draft: Draft) -> Section:
    """Who watches on the ground, who watches the watchers, how often, and at what cost."""
    plan = draft.plan
    share = plan.ratios.get("oversight_cost_share")
    inspectors = max(
        (
            math.fsum(row.inspectors for row in plan.accounts.oversight if row.period == period.number)
            for period in plan.case.periods
        ),
        default=0.0,
    )
    rows = []
    for host in plan.hosts:
        of_host = [row for row in plan.accounts.oversight if row.iso3 == host.iso3]
        dense = [row.workers_per_inspector for row in of_host if row.workers_per_inspector]
        required = math.fsum(row.visits_required for row in of_host)
        possible = math.fsum(min(row.visits_required, row.visits_possible) for row in of_host)
        rows.append(
            line(
                host.name,
                host.oversight_level,
                quantity(max((row.inspectors for row in of_host), default=0.0)),
                count(max(dense)) if dense else "–",
                count(required),
                percent(possible / required) if required else "–",
            )
        )
    audits = _audits(draft)
    return Section(
        "Oversight and audit",
        (
            paragraph(
                text(
                    f"At most {quantity(round(inspectors, 1))} full-time inspectors work at a time, "
                    "in mixed teams. They visit sites and dormitories without notice and speak to workers alone and in "
                    "Korean. What they and the auditors cost is ",
                    f"{percent(share)} of the whole ",
                    draft.marks.figure("oversight_cost_share"),
                    ".",
                ),
                kind="lead",
            ),
            table(
                "Inspectors and unannounced visits",
                [
                    ("Host", 22),
                    ("Level", 16),
                    ("Inspectors at most", 15, True),
                    ("Workers to one, at most", 17, True),
                    ("Visits asked for", 15, True),
                    ("Can be made", 15, True),
                ],
                rows,
                text(
                    "Visits over the whole programme. Full-time equivalents; a fraction is a post shared with another "
                    "duty. ",
                    draft.marks.figure("inspector_months"),
                ),
            ),
            table(
                f"Audit plan, with what it costs (USD, prices of {plan.design.programme.price_year})",
                [("What", 42), ("By whom", 22), ("How much", 20, True), ("Cost", 16, True)],
                [*audits[0], line("All oversight and audit", "", "", cents(audits[1]), kind="total")],
                text(
                    "Of the lines of the budget, those whose purpose is to see where workers’ money goes and how they "
                    "are treated."
                ),
            ),
            paragraph(
                "Findings have consequences that are agreed beforehand. An employer who holds a passport or a card "
                "gets no new workers; a site with a proven case of "
                "violence leaves the pilot; flows that audits cannot explain stop the release of tax; and the pilot "
                "ends where an audit finds forced labour that is "
                "not remedied. Reports of audits are published, without anything that would lead to a person."
            ),
        ),
    )


_BY = {
    "inspectors": "Lead agency, mixed teams",
    "inspection_travel": "Lead agency",
    "site_audits": "Independent audit firm",
    "escrow_audit": "Independent external auditor",
    "home_verification_team": "Lead agency, verification at home",
    "home_verification_travel": "Lead agency, verification at home",
    "tax_use_verification": "Third-party monitor",
}


def _audits(draft: Draft) -> tuple[list, Decimal]:  # type: ignore[type-arg]
    budget = draft.dossier.budget
    wanted = {one.line_id for one in draft.plan.case.cost_lines if one.oversight}
    rows, total = [], Decimal(0)
    for cost_line in dict.fromkeys(one.cost_line for one in budget.lines if one.cost_line in wanted):
        of_line = [one for one in budget.lines if one.cost_line == cost_line]
        amount = sum((one.amount for one in of_line), Decimal(0))
        total += amount
        unit = of_line[0].unit
        how_much = math.fsum(one.quantity for one in of_line)
        rows.append(
            line(
                of_line[0].what,
                _BY.get(cost_line, "Lead agency"),
                f"{shown(how_much, 'USD')}" if unit == "share" else f"{quantity(round(how_much, 1))} {_thing(unit)}",
                cents(amount),
            )
        )
    return rows, total


def _thing(unit: str) -> str:
    """``USD/visit`` counts visits."""
    thing = unit.rpartition("/")[2].replace("-", " ")
    return thing if thing.endswith("s") else f"{thing}s"
