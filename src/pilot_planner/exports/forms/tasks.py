"""The tasks of a plan with their days: what a Gantt chart and its table show."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from pilot_planner.case.calendar import Period
from pilot_planner.exports.proposal.section_builder import body_name
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.results import period_end
from pilot_planner.exports.tranches import tranches
from pilot_planner.figures.plan.gantt import Task
from pilot_planner.text.names import host_names, sector_names
from pilot_planner.text.number_format import money

_HALF = 0.5
"""Fewer people than this are nobody: plans are not whole numbers."""
_LEAST_MONTHS_FOR_REVIEW = 12
"""A programme that is shorter is evaluated once, at its end."""


def tasks(dossier: Dossier) -> tuple[Task, ...]:
    """Set-up, arrivals and work of each placement, oversight, reviews, journeys home, money; by part of the work."""
    return (*_set_up(dossier), *_work(dossier), *_watching(dossier), *_money(dossier))


def _set_up(dossier: Dossier) -> Iterator[Task]:
    periods = dossier.plan.case.periods
    lead = periods[max(0, min(dossier.plan.design.programme.lead_periods, len(periods)) - 1)]
    for host in dossier.plan.hosts:
        name = f"{host.name}: agreement, office, staff"
        yield Task("Set-up", name, dossier.start, period_end(lead))


def _work(dossier: Dossier) -> Iterator[Task]:
    periods = {one.number: one for one in dossier.plan.case.periods}
    hosts, sectors = host_names(dossier.plan.inputs), sector_names(dossier.plan.inputs)
    for one in dossier.plan.placements:
        rows = [row for row in dossier.plan.accounts.workforce if (row.iso3, row.sector) == (one.iso3, one.sector)]
        name = f"{hosts.get(one.iso3, one.iso3)}, {sectors.get(one.sector, one.sector)}"
        for what, numbers in (
            ("arrivals", [row.period for row in rows if row.arrivals >= _HALF]),
            ("work", [row.period for row in rows if row.workers >= _HALF]),
        ):
            if numbers:
                yield Task("Placement", f"{name}: {what}", periods[min(numbers)].start, period_end(periods[max(numbers)]))
    home = [row.period for row in dossier.plan.accounts.budget if row.driver == "returns" and row.quantity >= _HALF]
    if home:
        within = [periods[min(max(number, min(periods)), max(periods))] for number in home]
        yield Task("Placement", "Journeys home or onward", min(one.start for one in within), dossier.end)


def _watching(dossier: Dossier) -> Iterator[Task]:
    plan = dossier.plan
    periods = plan.case.periods
    at_work = [one for one in periods if _workers(dossier, one) >= _HALF]
    if at_work:
        yield Task("Oversight", "Inspections, interviews, hotline", at_work[0].start, period_end(at_work[-1]))
        yield Task("Oversight", "Social audits, audit of the escrow flow", at_work[0].start, period_end(at_work[-1]))
    middle = periods[(len(periods) + 1) // 2 - 1]
    if plan.design.programme.duration_months >= _LEAST_MONTHS_FOR_REVIEW and middle is not periods[-1]:
        day = period_end(middle)
        yield Task("Oversight", "Independent mid-term review", day, day)
    yield Task("Oversight", "Final evaluation, accounts closed", periods[-1].start, dossier.end)


def _workers(dossier: Dossier, period: Period) -> float:
    return math.fsum(row.workers for row in dossier.plan.accounts.workforce if row.period == period.number)


def _money(dossier: Dossier) -> Iterator[Task]:
    for one in tranches(dossier):
        donor = body_name(one.donor or dossier.terms.donor.name)
        day: dt.date = one.start
        yield Task("Money", f"{donor}: {money(float(one.usd))} USD due", day, day)
