"""Flow of funds: wage money and donor money, side by side and never added."""

from __future__ import annotations

from decimal import Decimal

from pilot_planner.case.evasion import CHANNELS, COMPONENTS
from pilot_planner.exports.proposal.blocks import Section, Table, text
from pilot_planner.exports.proposal.section_builder import Draft, amount, cents, line, paragraph, table
from pilot_planner.figures.plan import contract_value_sankey
from pilot_planner.studies.parties.host_side import sentence as host_sentence
from pilot_planner.studies.planning.contract_value_split import plan_dollar
from pilot_planner.text.labels import rounded_parts

_RECEIVERS = {"worker": "workers and their families", "state": "the state", "others": "host, insurers, programme"}


def flow_of_funds(draft: Draft) -> Section:
    """Where the contract value goes; and the two purses, kept apart."""
    plan = draft.plan
    total = plan.accounts.total("contract_value")
    parts = plan_dollar(plan)
    cents_of = rounded_parts([part.cents for part in parts], 1, 100.0)
    amounts = _amounts(draft)
    rows = [
        line(part.label, _RECEIVERS[part.receiver], f"{cent:.1f}", cents(amounts[part.name]))
        for part, cent in zip(parts, cents_of, strict=True)
    ]
    rows.append(line("Contract value", "", "100.0", cents(total), kind="total"))
    ask = draft.dossier.budget.ask(draft.dossier.terms.rules)
    return Section(
        "Flow of funds",
        (
            paragraph(
                text(
                    "Two purses are kept apart throughout. What firms pay for work, ",
                    draft.figure("contract_value"),
                    ", belongs to workers and to those whom law entitles to a part. What donors give pays for "
                    "protection and control. The only bridge "
                    "is the levy on gross wages, which lowers what donors are asked for. Adding the two would count "
                    "wages as aid.",
                ),
                kind="lead",
            ),
            draft.picture(
                "flow",
                contract_value_sankey.headline(plan),
                contract_value_sankey.summary(plan),
                contract_value_sankey.figure(plan, "print", 660),
                660,
            ),
            table(
                f"Where the contract value goes ({draft.prices})",
                [("Part", 34), ("Goes to", 30), ("Cents of a dollar", 15, True), ("USD", 21, True)],
                rows,
                text(
                    "Workers’ and employers’ money, through escrow. On accrual: the period in which the work is done. ",
                    draft.marks.figure("contract_value"),
                ),
            ),
            paragraph(host_sentence(plan)),
            table(
                f"Donors’ purse ({draft.prices})",
                [("Item", 70), ("USD", 30, True)],
                [
                    line("Operating cost of the programme", cents(ask.total)),
                    *([line("Less: programme levy, from the purse above", cents(-ask.levy))] if ask.levy else []),
                    *([line("Fee of the fund’s agent", cents(ask.agent_fee))] if ask.agent_fee else []),
                    line("Asked of donors", cents(ask.contribution), kind="total"),
                ],
                text("No wage, tax or contribution is paid from this purse. ", draft.marks.figure("net_donor_ask")),
            ),
            _evasion(draft),
        ),
    )


def _evasion(draft: Draft) -> Table:
    """What evasion costs by component and channel, and under this plan."""
    one = draft.plan.status_quo
    rows = [
        line(
            COMPONENTS[name],
            *(amount(one.by_channel[channel][name], "USD") for channel in CHANNELS),
            amount(usd, "USD"),
            amount(0.0, "USD"),
        )
        for name, usd in one.evasion.items()
    ]
    return table(
        f"What evading the ban costs in a worker-month ({draft.prices})",
        [
            ("Paid to others", 25),
            *((label.capitalize(), 15, True) for label in CHANNELS.values()),
            ("All channels", 15, True),
            ("This plan", 15, True),
        ],
        rows,
        text("Judged (grade C): nobody has measured the parts. Studied in Russia, taken for all hosts."),
        small=True,
    )


def _amounts(draft: Draft) -> dict[str, Decimal]:
    """USD of each part of the contract dollar, tax split into what is released and what is still held."""
    accounts = draft.plan.accounts
    found = {name: accounts.total(name) for name in {row.channel for row in accounts.flows}}
    last = {row.iso3: row.held_tax for row in accounts.escrow}
    held = min(sum(last.values(), Decimal(0)), found.get("income_tax", Decimal(0)))
    returned = accounts.tax_returned
    released = found.get("income_tax", Decimal(0)) - held - returned
    return found | {"tax_released": released, "tax_held": held, "tax_returned": returned}
