"""The work plan, period by period, as the plan's own workforce and budget have it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from pilot_planner.case.calendar import Period
from pilot_planner.exports.proposal.blocks import Bullets, Section, text
from pilot_planner.exports.proposal.section_builder import Draft, line, month, paragraph, table
from pilot_planner.exports.proposal.sections import chapter
from pilot_planner.exports.results import period_end
from pilot_planner.exports.tranches import tranches
from pilot_planner.reports.gate_text import branch_sentence, signed_now, worth_of_gate
from pilot_planner.text.labels import counted, listed, rounded_parts
from pilot_planner.text.number_format import count, money

_LEAST_MONTHS_FOR_REVIEW = 12
"""A programme that is shorter is evaluated once, at its end."""


def work_plan(draft: Draft) -> Section:
    """Set-up, arrivals, audits, review, evaluation, journeys home."""
    plan = draft.plan
    periods = plan.case.periods
    rows = []
    # Whole people who add up to those who are told elsewhere.
    arrive = rounded_parts([_sum(draft, one, "arrivals") for one in periods], 0)
    for period, arrivals in zip(periods, arrive, strict=True):
        ends = period_end(period)
        same_year = period.start.year == ends.year
        dates = (
            f"{month(period.start).split(' ')[0] if same_year else month(period.start)} to {month(ends)}"
            if period.months > 1
            else month(ends)
        )
        workers = _sum(draft, period, "workers")
        rows.append(
            line(
                str(period.number),
                dates,
                _milestones(draft, period),
                count(arrivals) if arrivals >= _HALF else "–",
                count(workers) if workers >= _HALF else "–",
                _quantity(draft, "audit_visits", period),
                _quantity(draft, "returns", period),
            )
        )
    word = draft.period
    return Section(
        "Work plan",
        (
            paragraph(
                f"The plan runs in {counted(len(periods), word)}, from {month(draft.dossier.start)} to "
                f"{month(draft.dossier.end)}. Nobody travels before the conditions of "
                f"{chapter('conditions')} are met; the dates move with them as a whole.",
                kind="lead",
            ),
            table(
                f"Work plan by {word}",
                [
                    (word.capitalize(), 9),
                    ("Dates", 17),
                    ("What happens", 38),
                    ("Arrive", 9, True),
                    ("At work", 9, True),
                    ("Social audits", 9, True),
                    ("Leave", 9, True),
                ],
                rows,
                text(
                    "Persons; social audits are visits of the independent firm. Those who leave in the last period "
                    "are all who still work then. ",
                    draft.marks.figure("people_reached"),
                ),
                small=True,
            ),
        ),
        _gate(draft),
    )


def _gate(draft: Draft) -> tuple[Section, ...]:
    """What is decided at the gate, by what, and what that is worth; nothing where the design has none."""
    found = draft.dossier.studies.gate
    if found is None:
        return ()
    when = "before anything is signed" if found.month == 0 else f"after month {found.month}"
    return (
        Section(
            f"The gate {when}",
            (
                paragraph(signed_now(found), kind="lead"),
                Bullets(tuple(text(branch_sentence(one)) for one in found.branches)),
                paragraph(worth_of_gate(found), f"What the decision binds stands in {chapter('conditions')}."),
            ),
        ),
    )


_HALF = 0.5


def _sum(draft: Draft, period: Period, name: str) -> float:
    return math.fsum(getattr(row, name) for row in draft.plan.accounts.workforce if row.period == period.number)


def _quantity(draft: Draft, driver: str, period: Period) -> str:
    """Of one line of the budget with this driver: all such lines have the same quantity."""
    last = draft.plan.case.periods[-1].number
    lines = [
        row
        for row in draft.plan.accounts.budget
        if row.driver == driver and (row.period == period.number or (period.number == last and row.period > last))
    ]
    first = {row.cost_line for row in lines[:1]}
    amount = math.fsum(row.quantity for row in lines if row.cost_line in first)
    return count(amount) if amount >= _HALF else "–"


def _milestones(draft: Draft, period: Period) -> str:
    told = [*_set_up(draft, period), *_arrivals(draft, period), *_money(draft, period), *_reviews(draft, period)]
    sentence = "; ".join(told) or "Work, visits, audits and reports as planned"
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _set_up(draft: Draft, period: Period) -> Iterator[str]:
    if period.number == 1:
        yield f"office, staff and escrow in {draft.host_list}; host agreements signed; employers and workers selected"
    elif period.number <= draft.plan.design.programme.lead_periods:
        yield "set-up goes on: accreditation of inspectors, contracts with employers, orientation"


def _arrivals(draft: Draft, period: Period) -> Iterator[str]:
    periods = draft.plan.case.periods
    arriving = [one.number for one in periods if _sum(draft, one, "arrivals") >= _HALF]
    if not arriving:
        return
    if period.number == arriving[0]:
        yield "first arrivals, orientation, first payday on own cards"
    elif period.number in arriving:
        opened = _opened(draft, period)
        opens = f"; {listed(opened)} {'opens' if len(opened) == 1 else 'open'}" if opened else ""
        yield f"arrivals go on{opens}"
    if period.number == arriving[0] + 1:
        fate = "released" if draft.plan.design.tax.release != "none" else "held"
        yield f"first publication of tax collected and {fate}"
    most = max(periods, key=lambda one: _sum(draft, one, "workers"))
    if period.number == most.number:
        yield "most workers at a time"


def _money(draft: Draft, period: Period) -> Iterator[str]:
    due = [one.usd for one in tranches(draft.dossier) if _due(draft, one.start) == period.number]
    if due:
        yield f"donors’ tranche of {money(float(sum(due)))} USD is needed"


def _reviews(draft: Draft, period: Period) -> Iterator[str]:
    programme = draft.plan.design.programme
    count_of = len(draft.plan.case.periods)
    last, middle = count_of, (count_of + 1) // 2
    if programme.duration_months >= _LEAST_MONTHS_FOR_REVIEW and period.number == middle != last:
        yield "independent mid-term review decides on going on"
    gate = draft.plan.design.gate
    if gate is not None and period.first_month <= gate.month <= period.last_month:
        yield (
            f"gate after month {gate.month}: it is decided, by what is known then, to go on, to shift to fewer hosts or to "
            "stop in order; no later tranche is paid before"
        )
    if period.number == last - 1 > programme.lead_periods:
        yield "settlement with each worker prepared: balance, papers, journey"
    if period.number == last:
        yield "journeys home or onward, balances paid out; final independent evaluation; accounts closed"


def _due(draft: Draft, day: dt.date) -> int:
    """The period before whose end money of that day must be there; the first for money at the start."""
    before = [one.number for one in draft.plan.case.periods if one.start < day]
    return max(before, default=1)


def _opened(draft: Draft, period: Period) -> list[str]:
    """Placements that take their first workers in a period, unless they were named when all began."""
    found = []
    for one in draft.plan.placements:
        started = min(
            (
                row.period
                for row in draft.plan.accounts.workforce
                if (row.iso3, row.sector) == (one.iso3, one.sector) and row.arrivals >= _HALF
            ),
            default=0,
        )
        if started == period.number:
            found.append(f"{draft.sector(one.sector)} in {draft.host(one.iso3)}")
    return found
