"""Tables and pictures of the chapters that are templates: the theory of change, partners with their money, monitoring."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pilot_planner.exports.budget import BODY, RESULT
from pilot_planner.exports.proposal.blocks import Block, Section, text
from pilot_planner.exports.proposal.prose import chapter_of
from pilot_planner.exports.proposal.section_builder import Draft, body_name, cents, line, table
from pilot_planner.figures.plan import theory_of_change
from pilot_planner.text.labels import EN_DASH
from pilot_planner.text.number_format import percent


def _picture(draft: Draft) -> Block:
    statements = [theory_of_change.Statement(one.ref, one.level, one.parent, one.statement) for one in draft.dossier.results]
    return draft.picture(
        "theory_of_change",
        theory_of_change.headline(statements),
        theory_of_change.summary(statements),
        theory_of_change.figure(statements, "print", 660),
    )


def _causal_links(draft: Draft) -> Block | None:
    rows = [
        line(one.statement, one.assumptions, one.risk_rating, one.indicators[0].name if one.indicators else "")
        for one in draft.dossier.results
        if one.assumptions
    ]
    if not rows:
        return None
    return table(
        "What each link assumes, and where it would show first that it does not hold",
        [("Result", 26), ("Assumption", 40), ("Risk", 9), ("First sign", 25)],
        rows,
        small=True,
    )


def _partners(draft: Draft) -> Block:
    """Who does what with how much: partners of the terms, and the lead organisation with all that nobody else carries."""
    dossier = draft.dossier
    by_body = {one.heading: one for one in dossier.budget.on_form(BODY)}
    bodies = {body: partner for partner in dossier.terms.partners for body in partner.carries}
    shares: dict[str, tuple[list[str], Decimal]] = {}
    for heading, one in by_body.items():
        if not one.amount:
            continue
        partner = bodies.get(heading)
        name = body_name(partner.name if partner else dossier.terms.organisation.name)
        tasks, total = shares.get(name, ([], Decimal(0)))
        shares[name] = ([*tasks, one.name], total + one.amount)
    whole = dossier.budget.total
    parts = {body_name(partner.name): partner.part for partner in dossier.terms.partners if partner.part}
    rows = [
        line(
            name,
            text("; ".join(tasks), f". {parts[name]}." if name in parts else "."),
            cents(total),
            percent(float(total / whole)),
        )
        for name, (tasks, total) in shares.items()
    ]
    rows += [line(name, part, cents(0), percent(0.0)) for name, part in parts.items() if name not in shares]
    rows.append(line("All", "", cents(whole), percent(1.0), kind="total"))
    return table(
        "Who does what, with how much (USD)",
        [("Body", 24), ("Task", 46), ("Amount", 18, True), ("Share", 12, True)],
        rows,
        text("Sums of the lines of the budget. What no partner carries stays with the lead organisation."),
    )


def _by_result(draft: Draft) -> Block:
    """The budget by output and by who spends it."""
    budget = draft.dossier.budget
    bodies = [one for one in budget.on_form(BODY) if one.amount]
    sums: dict[tuple[str, str], Decimal] = {}
    for of_line in budget.lines:
        key = budget.heading_of(of_line, RESULT), budget.heading_of(of_line, BODY)
        sums[key] = sums.get(key, Decimal(0)) + of_line.amount
    rows = [
        line(
            f"{one.heading} {one.name}",
            *(cents(amount) if (amount := sums.get((one.heading, body.heading))) else EN_DASH for body in bodies),
            cents(one.amount),
        )
        for one in budget.on_form(RESULT)
        if one.amount
    ]
    rows.append(line("All", *(cents(one.amount) for one in bodies), cents(budget.total), kind="total"))
    width = 74 / (len(bodies) + 1)
    return table(
        "The budget by output and by the body that spends it (USD)",
        [("Output", 26), *((one.name, width, True) for one in bodies), ("All", width, True)],
        rows,
        text("Outputs are those of the results framework. Each line of the budget stands in one row and one column."),
        small=True,
    )


def _monitoring(draft: Draft) -> Block:
    """What is measured how often, by whom."""
    by_frequency: dict[str, dict[str, list[str]]] = {}
    for result in draft.dossier.results:
        for one in result.indicators:
            by_frequency.setdefault(one.frequency, {}).setdefault(one.responsible, []).append(f"{result.ref} {one.name}")
    order = {word: place for place, word in enumerate(("monthly", "quarterly", "yearly"))}
    rows = [
        line(frequency.capitalize(), who, "; ".join(names))
        for frequency, bodies in sorted(by_frequency.items(), key=lambda item: order.get(item[0], len(order)))
        for who, names in bodies.items()
    ]
    return table(
        "Monitoring plan",
        [("How often", 12), ("By whom", 26), ("Indicators", 62)],
        rows,
        text("Baselines, targets, milestones and means of verification stand in the results framework."),
        small=True,
    )


DRAWN: dict[str, Callable[[Draft], Block | None]] = {
    "theory_of_change": _picture,
    "causal_links": _causal_links,
    "partners": _partners,
    "by_result": _by_result,
    "monitoring": _monitoring,
}
"""What a template may name in double brackets."""

TEMPLATES = (
    "lessons",
    "theory_of_change",
    "governance",
    "inclusion",
    "protection",
    "value_for_money",
    "sustainability",
    "monitoring",
)
"""Chapters that are templates."""

WRITERS: dict[str, Callable[[Draft], Section]] = {name: chapter_of(name, DRAWN) for name in TEMPLATES}
