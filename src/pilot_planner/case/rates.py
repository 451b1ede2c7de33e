"""Rates that hold everywhere: attrition, uptake, losses, what parties ask for."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.evidence import Evidence
from pilot_planner.case.host_side import refund_share
from pilot_planner.data.estimates import Bound, Estimate
from pilot_planner.design.schema import Design


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates that hold everywhere; shares unless the name says otherwise."""

    attrition: float
    """Of the workers, per period."""
    return_share: float
    """Of those who leave or finish, whose journey home or onward the programme pays."""
    in_kind_uptake: float
    family_uptake: float
    parcel_usd: float
    family_diversion: float
    misuse_of_released_tax: float
    misuse_of_unverified_tax: float
    system_loss: float
    protection_cases_per_worker_month: float
    grievances_per_worker_month: float
    visits_per_inspector_month: float
    predeparture_fee_usd: float
    card_saving: float
    """Share of card pay left on the card at the journey home."""
    procurement_kickback: float
    """Of what baskets and parcels cost, lost to kickbacks on purchase, by who buys."""
    contribution_refund: float
    """Of social contributions, what hosts refund to workers who go home; 0 where the design has no refund."""
    host_service_cost: float
    """Of the host's own services, USD per worker-month."""
    vacancy_value: float
    """To the host, of a dollar of gross wages in work for which it lacks workers."""
    state_reservation: float
    """Least share of what it takes today for which the state would take part."""
    fungibility: float
    """Share of rightly used tax that frees other money of the state."""
    employer_value: float
    """Most that an employer would pay for this work over the cost of a comparable local worker."""
    donor_alternative: float
    """Dollars that reach people for each dollar that donors spend elsewhere."""
    ban_evasion: tuple[float, float, float]
    clarified_ban_evasion: float
    """Of today's work abroad, what goes on under a ban as its advocates want it."""
    clarified_ban_cost: float
    """Of enforcing it in one host, USD a month."""


def rates_of(design: Design, evidence: Evidence) -> Rates:
    """The rates of a design on these inputs."""

    def rate(name: str, topic: str) -> float:
        return evidence.need(topic, "programme", name)

    yearly = rate("attrition_yearly", "attrition")
    evasion = evidence.inputs.find("programme", "ban_evasion_share")
    evidence.note("imperfect_ban", "programme", "ban_evasion_share")
    per_thousand = 1.0 / 1000.0
    channel = design.pay.family_channel
    family = "family_diversion_monitored" if channel == "monitored" else "family_diversion"
    released = "tax_misuse_published" if design.tax.published else "tax_misuse_dark"
    return Rates(
        attrition=1.0 - (1.0 - yearly) ** (design.programme.period_months / _MONTHS_A_YEAR),
        return_share=rate("return_share", "returns"),
        in_kind_uptake=rate("in_kind_uptake", "uptake"),
        family_uptake=0.0 if channel == "closed" else rate("family_uptake", "uptake"),
        parcel_usd=evidence.need("uptake", "family_parcels", "standard_monthly"),
        family_diversion=0.0 if channel == "closed" else rate(family, "diversion"),
        misuse_of_released_tax=rate(released, "tax"),
        misuse_of_unverified_tax=rate("tax_misuse_dark", "tax"),
        system_loss=rate("system_loss_rate", "system_loss"),
        protection_cases_per_worker_month=rate("protection_cases_per_1000_worker_months", "protection") * per_thousand,
        grievances_per_worker_month=rate("grievances_per_1000_worker_months", "protection") * per_thousand,
        visits_per_inspector_month=rate("visits_per_inspector_month", "oversight"),
        predeparture_fee_usd=rate("predeparture_fee", "predeparture"),
        card_saving=rate("card_saving_share", "saving"),
        procurement_kickback=rate(f"procurement_kickback_{_BUYER_RATE[design.pay.procurement]}", "procurement"),
        contribution_refund=refund_share(design, evidence),
        host_service_cost=rate("host_service_cost", "host_services"),
        vacancy_value=rate("vacancy_value_share", "vacancies"),
        state_reservation=rate("state_reservation_share", "state_reservation"),
        fungibility=rate("released_tax_fungibility", "fungibility"),
        employer_value=rate("employer_value_ratio", "employer_value"),
        donor_alternative=rate("donor_alternative", "donor_alternative"),
        clarified_ban_evasion=rate("clarified_ban_evasion_share", "clarified_ban"),
        clarified_ban_cost=rate("clarified_ban_cost", "clarified_ban"),
        ban_evasion=(_or_nothing(evasion, "low"), _or_nothing(evasion, "base"), _or_nothing(evasion, "high")),
    )


_BUYER_RATE = {"employers": "rate", "neutral": "neutral"}


def _or_nothing(estimate: Estimate | None, bound: Bound) -> float:
    """A bound of an estimate; 0 where it is absent."""
    value = None if estimate is None else estimate.at(bound)
    return 0.0 if value is None else value


_MONTHS_A_YEAR = 12
