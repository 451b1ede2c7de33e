"""How the pilot works, mechanism by mechanism, each with the size that this plan gives it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pilot_planner.exports.proposal.blocks import Block, Section, text
from pilot_planner.exports.proposal.section_builder import Draft, cents, grade, line, paragraph, table
from pilot_planner.exports.proposal.sections import chapter
from pilot_planner.studies.planning.diversion_beside import sentence as diversion_sentence
from pilot_planner.studies.planning.tax_use import procurement_sentence
from pilot_planner.studies.planning.tax_use import sentence as tax_use_sentence
from pilot_planner.text.labels import listed, shown
from pilot_planner.text.number_format import count, money, percent


def mechanisms(draft: Draft) -> Section:
    """Only the mechanisms that this plan uses."""
    return Section("How the pilot works", (), tuple(_all(draft)))


def _all(draft: Draft) -> Iterator[Section]:
    plan = draft.plan
    yield _escrow(draft)
    yield _cards(draft)
    if plan.accounts.total("in_kind") > 0:
        yield _in_kind(draft)
    if plan.accounts.total("family") > 0:
        yield _parcels(draft)
    yield _tax(draft)


def _escrow(draft: Draft) -> Section:
    plan = draft.plan
    months = plan.design.programme.period_months
    rows = []
    for host in plan.hosts:
        of_host = [row for row in plan.accounts.escrow if row.iso3 == host.iso3]
        most = max((row.opening + row.deposits for row in of_host), default=Decimal(0))
        deposits = sum((row.deposits for row in of_host), Decimal(0))
        held = of_host[-1].held_tax if of_host else Decimal(0)
        rows.append(line(host.name, cents(deposits), cents(most), cents(held)))
    words = text(
        f"Firms deposit the full contract value into an escrow account in their host, {_ahead(months)} ahead: ",
        draft.figure("contract_value"),
        " over the programme. Out of it come wages, contributions, fees, the levy and the tax, each by a published "
        "order and by nobody else. "
        "An employer who has not paid gets no workers for the next period, and one who holds a passport or a card "
        "gets none at all.",
    )
    return Section(
        "Escrow",
        (
            paragraph(words),
            table(
                "Escrow accounts (USD)",
                [
                    ("Host", 28),
                    ("Deposited in all", 24, True),
                    ("Most held at a time", 24, True),
                    ("Tax still held at the end", 24, True),
                ],
                rows,
                text(
                    "Money in escrow belongs to workers, employers’ insurers and the tax account; donors never pay "
                    "into it. ",
                    draft.marks.figure("contract_value"),
                ),
            ),
        ),
    )


def _ahead(months: int) -> str:
    return {1: "one month", 3: "one quarter", 6: "half a year", 12: "one year"}.get(months, f"{months} months")


def _cards(draft: Draft) -> Section:
    plan = draft.plan
    at_return = plan.ratios.get("balance_at_return_per_person")
    bounds = plan.design.bounds("card_share")
    floor = f" At every placement at least {percent(bounds.min)} of net pay goes this way." if bounds.min else ""
    return Section(
        "Workers’ own cards",
        (
            paragraph(
                text(
                    f"Each of the {count(plan.metrics['people_reached'])} workers has a debit card of their own, with "
                    f"the passport in the same pocket. ",
                    draft.figure("card_pay"),
                    f" of net pay arrives on cards, {percent(plan.ratios.get('card_share'))} of all ",
                    draft.marks.figure("card_share"),
                    f".{floor} What is not spent stays on the card and is the worker’s at the journey home",
                    f": about {money(at_return)} USD a person " if at_return else "",
                    *((draft.marks.figure("balance_at_return_per_person"),) if at_return else ()),
                    ".",
                ),
                text(
                    "The weak point is after payday, when somebody may demand a share. The plan reckons with it: ",
                    draft.figure("diverted_income"),
                    " of what workers are paid is expected to be taken from them in spite of all safeguards. ",
                    diversion_sentence(plan),
                ),
            ),
        ),
    )


def _in_kind(draft: Draft) -> Section:
    plan = draft.plan
    share = plan.ratios.get("in_kind_share")
    limits = [
        f"{percent(ceiling)} of net pay" for ceiling in (plan.design.bounds("in_kind_share").max,) if ceiling is not None
    ] + [
        f"{money(ceiling)} USD a month" for ceiling in (plan.design.bounds("in_kind_usd_month").max,) if ceiling is not None
    ]
    cap = f" Nobody takes more than {' or '.join(limits)} in goods." if limits else ""
    cost = _cost_of(draft, "in_kind_value")
    return Section(
        "Goods and services by choice",
        (
            paragraph(
                text(
                    "Workers who ask for it take a part of their pay as food, housing, health care or other services "
                    "from the agency in the host. ",
                    draft.figure("in_kind_pay"),
                    f" is expected to be taken, {percent(share)} of net pay ",
                    draft.marks.figure("in_kind_share"),
                    f", at face value and out of wages; room for it costs donors {shown(float(cost), 'USD')}.{cap} "
                    "It is offered and never imposed: money is open to everybody each month. Convention C095 allows "
                    "payment in kind in part only.",
                )
            ),
        ),
    )


def _parcels(draft: Draft) -> Section:
    plan = draft.plan
    if plan.design.pay.family_channel == "closed":
        closed = "No parcels are sent to families: the channel is closed in this plan, and no room is kept or paid for."
        return Section("Parcels to families", (paragraph(closed),))
    monitored = plan.design.pay.family_channel == "monitored"
    channel = (
        "UN staff inside the DPRK follow the parcels and visit receiving families at random"
        if monitored
        else "no UN staff can follow the parcels inside the DPRK as things stand, so that a larger part is reckoned as lost"
    )
    cost = _cost_of(draft, "family_value")
    delivery = "Delivery and monitoring" if monitored else "Delivery"
    return Section(
        "Parcels to families",
        (
            paragraph(
                text(
                    "Workers may send a part of their pay home as goods instead of money; nobody has to. They are expected "
                    "to choose ",
                    draft.figure("family_pay"),
                    f", {percent(plan.ratios.get('family_share'))} of net pay; {channel}. {delivery} for the room that is "
                    f"kept costs donors {shown(float(cost), 'USD')}. A parcel never depends on how a worker behaves.",
                )
            ),
        ),
    )


def _cost_of(draft: Draft, driver: str) -> Decimal:
    return sum((one.amount for one in draft.dossier.budget.lines if one.driver == driver), Decimal(0))


def _tax(draft: Draft) -> Section:
    plan = draft.plan
    schedule = plan.case.schedule
    rows = []
    for bracket in schedule.brackets:
        upto = "and more" if bracket.upper is None else f"to {bracket.upper:,.0f}"
        rows.append(line(f"{bracket.lower:,.0f} {upto}", percent(bracket.rate)))
    free = f" after {money(schedule.deduction)} USD that are free of tax" if schedule.deduction else ""
    income_tax = plan.accounts.total("income_tax")
    average = float(income_tax) / plan.metrics["gross_wages"] if plan.metrics["gross_wages"] else None
    blocks: list[Block] = [
        paragraph(
            text(
                "One graduated income tax takes the place of the remittance. It is collected by the escrow agent only "
                "after the wage has reached "
                f"the worker, by the schedule below and by nobody else. It comes to {percent(average)} of gross wages, ",
                draft.figure("state_revenue"),
                ".",
            ),
            _release(draft),
        ),
        table(
            "Income tax by monthly wage",
            [(f"Part of the monthly wage{free}, USD", 60), ("Rate", 40, True)],
            rows,
            text(f"{schedule.name}; grade {grade(schedule.grade)} ", draft.marks.source(schedule.source_id, schedule.grade)),
        ),
    ]
    told = (tax_use_sentence(draft.plan), procurement_sentence(draft.plan))
    blocks += [paragraph(one) for one in told if one]
    dues = _dues(draft)
    if dues:
        blocks.append(paragraph(dues))
    return Section("A tax in place of the remittance", tuple(blocks))


_AT_THE_END = {
    "kept": "",
    "returned": " What is still held when the programme ends is returned to the workers who paid it.",
    "released": " What is still held when the programme ends is released once its use has been verified after all.",
}


def _release(draft: Draft):  # type: ignore[no-untyped-def]
    plan = draft.plan
    ends = _AT_THE_END[plan.design.tax.held_at_end]
    released, held = plan.metrics["released_revenue"], plan.metrics["held_revenue"]
    uses = "health care, education and social welfare"
    match plan.design.tax.release:
        case "verified":
            return text(
                f"It is released in the measure in which its use for {uses} has been verified: ",
                draft.figure("released_revenue"),
                ". The rest, ",
                draft.figure("held_revenue"),
                ", stays in escrow until it can be shown"
                + ("; every transfer is published by amount, date and receiver." if plan.design.tax.published else ".")
                + ends,
            )
        case "none":
            return text(
                f"None of it is released during the pilot: {shown(released + held, 'USD')} stays in escrow until its "
                f"use for {uses} can be verified.{ends}"
            )
        case _:
            return text(
                f"All of it is released, verified or not: the use of {shown(released, 'USD')} for {uses} can be shown, "
                f"that of "
                f"{shown(held, 'USD')} cannot. The funds at risk of this plan count both."
            )


def _dues(draft: Draft):  # type: ignore[no-untyped-def]
    plan = draft.plan
    parts = []
    for channel, words in (
        ("host_tax", "the host’s own income tax"),
        ("employee_contributions", "workers’ contributions to social insurance"),
        ("employer_contributions", "employers’ contributions"),
        ("foreign_worker_fee", "the host’s fee on foreign workers"),
        ("programme_levy", "the programme’s levy on gross wages"),
    ):
        amount = plan.accounts.total(channel)
        if amount > 0:
            parts.append(f"{words} {shown(float(amount), 'USD')}")
    waived = [
        host.name
        for host in plan.hosts
        if (w := plan.design.waivers.get(host.iso3)) and (w.foreign_worker_fee or w.host_tax)
    ]
    waiver = (
        f" The plan counts on a waiver in {listed(waived)}, which {chapter('conditions')} lists as a condition."
        if waived
        else ""
    )
    if not parts:
        return text(waiver)
    return text(f"Out of the contract value also come {listed(parts)}.{waiver}")
