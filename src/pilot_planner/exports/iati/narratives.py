"""What the descriptions of the activity say, in sentences."""

from __future__ import annotations

from pilot_planner.exports.currency import rate_in_words
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.results import women_reached
from pilot_planner.studies.planning.loosened import headline
from pilot_planner.studies.planning.own_rules import OWN_RULES


def general(dossier: Dossier) -> str:
    """Notice and legal gate first, then what the activity is."""
    plan = dossier.plan
    months = plan.design.programme.duration_months
    hosts = _listed([host.name for host in plan.hosts])
    looser = [headline(plan.loosened), *(one.sentence for one in plan.loosened)] if plan.loosened else []
    return "\n\n".join(
        [
            dossier.notice,
            *looser,
            *([f"{OWN_RULES}.", *(one.sentence for one in plan.own_rules)] if plan.own_rules else []),
            f"A pilot of {months} months in {hosts}. {plan.design.why}",
            "Employers pay the full contract value into escrow, workers draw their wages on their own cards, and a "
            "graduated income tax after payday replaces every other levy. Independent oversight follows the money. The "
            "activity begins only when every condition listed here is met.",
            f"Plan {plan.plan_id}, made {dossier.made_on} by pilot-planner {dossier.version}, inputs {dossier.input_hash}.",
        ]
    )


def objectives(dossier: Dossier) -> str:
    """The results framework in one line each."""
    return "\n".join(f"{result.level.capitalize()} {result.ref}: {result.statement}." for result in dossier.results)


def target_groups(dossier: Dossier) -> str:
    """Who is to benefit, by sex, where and in which work. Head counts only."""
    plan = dossier.plan
    people = round(plan.metrics["people_reached"])
    women = round(women_reached(plan))
    sectors = {row.text("sector"): row.text("name") for row in plan.inputs.rows("lists/sectors.csv")}
    work = _listed(list(dict.fromkeys(sectors[one.sector].lower() for one in plan.placements)))
    return (
        f"{people:,} workers from DPRK, of whom {women:,} women and {people - women:,} men (estimated from the share of "
        f"women in each sector), placed over the programme in {_listed([host.name for host in plan.hosts])}, in {work}; "
        f"{plan.metrics['worker_months']:,.0f} months of protected work. Their families, whom they may send goods to. "
        "The plan holds head counts and no personal data."
    )


def money(dossier: Dossier, outside: list[str]) -> str:
    """How the figures of money are to be read."""
    ask = dossier.budget.ask(dossier.terms.rules)
    fee = f", and with the fee of the fund's agent, {ask.agent_fee:,.2f} USD" if ask.agent_fee else ""
    said = [
        f"The budget is the whole operating cost, {ask.total:,.2f} USD. Planned disbursements are what donors are asked "
        f"for, {ask.contribution:,.2f} USD: the budget less the levy on employers, {ask.levy:,.2f} USD{fee}.",
        "Workers' wages are their own money and stand in no figure here.",
        "Percentages by country are of the budget; what is spent for the whole programme is spread over the hosts in "
        "proportion to what is spent in each.",
        rate_in_words(dossier.terms.currency),
        f"What is spent in {_listed(outside)} does not count as official development assistance (DAC list of recipients)."
        if outside
        else "",
    ]
    return "\n".join(part for part in said if part)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "no country"
