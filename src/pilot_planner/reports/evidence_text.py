"""What to find out first, in words and rows: the same on the Inputs page, in print and in the documents."""

from __future__ import annotations

import math

from pilot_planner.studies.uncertainty.value_of_information import Worth
from pilot_planner.studies.uncertainty.what_to_find_out import Evidence, Known, Study
from pilot_planner.text.labels import counted, inline, shown
from pilot_planner.text.names import Names, family_label, host_names, metric_label, metric_unit, sector_names

TITLE = "What we would measure first, and what it is worth"
NOT_WORKED_OUT = (
    "What knowing more before signing is worth was not worked out for this file within the time that the design allows; the "
    "command “pilot-planner evidence” works it out."
)
ERRORS = "± two standard errors of so many draws. Where that is as wide as the figure, no order can be claimed."
JUDGED = (
    "What a study brings is a judged share (grade C) of the value of the most valuable thing that it finds, and nobody has "
    "priced the studies yet."
)
STUDY_HEADS = ("Study", "Cost, USD", "Draws of 100 more", "Worth less cost, USD")


def names_of(found: Evidence) -> Names:
    """Hosts and sectors by code."""
    return host_names(found.plan.inputs) | sector_names(found.plan.inputs)


def ceiling(found: Evidence) -> str:
    """How sure the plan is among its rivals, and the most that any study can bring."""
    best = max(found.chances)
    surest = "; it is the surest" if found.chances[0] == best else f", the surest of them in {100.0 * best:.0f}"
    amount = "" if found.ceiling.amount is None else f", and {_amount(found.ceiling.amount)} {_unit(found)} more on average"
    return (
        f"This plan was seen beside {counted(len(found.chances) - 1, 'rival')} in {found.draws:,} draws: as run it holds in "
        f"{100.0 * found.chances[0]:.0f} of 100{surest}. Whoever knew everything before signing, and chose among them, "
        f"would have a plan that holds in {points(found.ceiling.points)} of 100 draws more{amount}. No study can bring "
        "more by choosing among them."
    )


def told_apart(one: Known) -> bool:
    """Whether its worth can be told from nothing."""
    return one.points.found or (one.amount is not None and one.amount.found)


def known_rows(found: Evidence, most: int) -> list[tuple[str, ...]]:
    """What knowing is worth, the most valuable first, as far as it can be told from nothing."""
    names = names_of(found)
    return [
        (family_label(one.name, names), points(one.points), *(() if one.amount is None else (_amount(one.amount),)))
        for one in [one for one in found.known if told_apart(one)][:most]
    ]


def rest(found: Evidence) -> str:
    """How many figures are worth nothing that so many draws can tell."""
    count = sum(not told_apart(one) for one in found.known)
    return f"{count} of {len(found.known)} families of figures and events cannot be told from nothing."


def study_rows(found: Evidence) -> list[tuple[str, ...]]:
    """Studies with their cost, the one that is worth most beyond its cost first."""
    return [(one.what, f"{one.cost:,.0f}", f"{100.0 * one.points:.1f}", _net(one)) for one in found.studies]


def _net(one: Study) -> str:
    if one.net is None or one.error is None:
        return ""
    return f"{one.net:,.0f} ± {2.0 * one.error:,.0f}".replace("-", "\u2212")


def first_to_find_out(found: Evidence) -> str:
    """The study that is worth most beyond its cost, in a sentence for whoever decides; that there is none, where so."""
    worth_it = [one for one in found.studies if one.points > 0.0 and (one.net is None or one.net > 2.0 * (one.error or 0.0))]
    if not found.studies:
        return "The inputs name no study that could find out more before signing."
    if not worth_it:
        count = counted(len(found.studies), "study", "studies")
        were = "was" if len(found.studies) == 1 else "were"
        return f"Of {count} that {were} looked at none can be told to be worth its cost by the choice of plan alone."
    first = worth_it[0]
    worth = "" if first.net is None or first.worth is None else f" and {_of_aim(first.worth, found)} more"
    return (
        f"First to find out: {_inline(first.what)}, for {first.cost:,.0f} USD. By its answer the better plan "
        f"is signed: {100.0 * first.points:.1f} of 100 draws more hold{worth} on average. To know everything would add "
        f"{100.0 * found.ceiling.points.value:.1f}."
    )


def points(one: Worth) -> str:
    """Draws of 100, with two standard errors."""
    return f"{100.0 * one.value:.1f} ± {200.0 * one.error:.1f}"


def known_heads(found: Evidence) -> tuple[str, ...]:
    """Heads of ``known_rows``; where less of the objective is better, draws are all that is counted."""
    metric = found.plan.design.objective.metric
    aim = () if found.ceiling.amount is None else (f"{metric_label(metric)}, {metric_unit(metric)}",)
    return ("Known before signing", "Draws of 100 more", *aim)


def _unit(found: Evidence) -> str:
    metric = found.plan.design.objective.metric
    return f"{metric_unit(metric)} of {inline(metric_label(metric))}"


def _amount(one: Worth) -> str:
    return f"{one.value:,.0f} ± {2.0 * one.error:,.0f}"


def _of_aim(value: float, found: Evidence) -> str:
    metric = found.plan.design.objective.metric
    # Two digits: it is an estimate whose error is told beside it in the table.
    told = round(value, 1 - math.floor(math.log10(max(1.0, abs(value)))))
    return f"about {shown(told, metric_unit(metric))} of {inline(metric_label(metric))}"


def _inline(what: str) -> str:
    return f"{what[:1].lower()}{what[1:]}"
