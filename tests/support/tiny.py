"""The smallest case worth solving, built by hand from round numbers: what a test says can be worked out on paper.

Two hosts (AAA, BBB), one sector (work), one level (basic), three periods of four months of which the first is
set-up. Every number of one month stands in the tables below; amounts per period are four times that.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pilot_planner.case.baselines import Today
from pilot_planner.case.calendar import periods
from pilot_planner.case.case import Case, HostCase, LevelCase, PlacementCase
from pilot_planner.case.costing import CostLine
from pilot_planner.case.eligibility import MonthlyOffer, Verdict
from pilot_planner.case.evidence import Evidence
from pilot_planner.case.pay import Pay
from pilot_planner.case.rates import Rates
from pilot_planner.case.tax import Bracket, TaxSchedule
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.loading import validated
from pilot_planner.design.schema import Design

_DESIGN: dict[str, Any] = {
    "name": "tiny",
    "title": "Tiny",
    "why": "A case that can be worked out on paper.",
    "exclusions": [],
    "programme": {
        "start_date": "2027-01-01",
        "price_year": 2026,
        "duration_months": 12,
        "period_months": 4,
        "lead_periods": 1,
        "full_strength_month": 12,
        "min_placement": 10,
        "whole_posts": False,
    },
    "objective": {"metric": "worker_income", "sense": "max"},
    "limits": {},
    "floors": {
        "host_willingness": 0.0,
        "tip_tier": 2,
        "conventions": [],
        "agency_office": False,
        "lawful_admission": False,
        "living_wage": False,
        "gain_over_today": 0.0,
        "employer_cost_ratio": 2.0,
    },
    "pay": {
        "wage_parity": 1.0,
        "weekly_hours": 48,
        "overtime_hours": 0,
        "overtime_ceiling": 12,
        "overtime_premium": 1.25,
        "standby_share": 0.5,
        "family_channel": "open",
    },
    "tax": {"schedule": "TINY", "release": "verified", "published": True},
    "waivers": {},
    "levies": {"programme_levy": 0.025},
    "funding": {"pledges": []},
    "oversight": {"levels": ["basic"]},
    "tradeoffs": {
        "axes": [{"metric": "operating_cost", "sense": "min"}, {"metric": "worker_income", "sense": "max"}],
    },
    "scale": {"lifted": ["operating_cost.max"], "shares": [0.5]},
    "participation": {"shares_of_today": [1.0, 0.5]},
    "solver": {
        "name": "highs",
        "engine": "structure",
        "gap": 0.0,
        "time_limit": 60,
        "threads": 1,
        "seed": 1,
        "tie_tolerance": 1e-9,
    },
}

SCHEDULE = TaxSchedule("TINY", "Tiny", 0.0, (Bracket(0.0, None, 0.1),), "nobody", "C")

MONTH = {
    # net pay 800, contract value 1,325
    "AAA": Pay(1000.0, 100.0, 50.0, 50.0, 200.0, 100.0, 25.0),
    # net pay 700, contract value 920
    "BBB": Pay(800.0, 60.0, 40.0, 0.0, 80.0, 20.0, 20.0),
}
GOODS_MONTH = {"AAA": 100.0, "BBB": 80.0}
TODAY = Today(contract_value=1500.0, worker_keeps=200.0, state_takes=650.0, others_take=650.0)

_HOSTS = {
    "AAA": HostCase("AAA", "Aland", willingness=0.5, diversion_multiplier=1.0, basket=100.0, permits=400.0),
    "BBB": HostCase("BBB", "Beland", willingness=0.25, diversion_multiplier=2.0, basket=80.0, permits=None),
}

LEVELS = {
    "basic": LevelCase(
        level="basic",
        card_diversion=0.10,
        in_kind_diversion=0.05,
        verified_tax_share=0.5,
        visits_per_site_month=1.0,
        audits_per_site_year=3.0,
        minimum_inspectors=2.0,
        posts={
            "head_of_office": 1.0,
            "international_officer": 0.0,
            "national_officer": 2.0,
            "assistant": 0.0,
            "case_worker": 0.0,
        },
    ),
    "close": LevelCase(
        level="close",
        card_diversion=0.04,
        in_kind_diversion=0.02,
        verified_tax_share=0.75,
        visits_per_site_month=2.0,
        audits_per_site_year=6.0,
        minimum_inspectors=3.0,
        posts={
            "head_of_office": 1.0,
            "international_officer": 1.0,
            "national_officer": 2.0,
            "assistant": 1.0,
            "case_worker": 1.0,
        },
    ),
}

_RATES = Rates(
    attrition=0.25,
    return_share=1.0,
    in_kind_uptake=0.5,
    family_uptake=0.25,
    parcel_usd=40.0,
    family_diversion=0.3,
    misuse_of_released_tax=0.2,
    misuse_of_unverified_tax=0.9,
    system_loss=0.02,
    protection_cases_per_worker_month=0.01,
    grievances_per_worker_month=0.05,
    visits_per_inspector_month=10.0,
    predeparture_fee_usd=500.0,
    card_saving=0.5,
    procurement_kickback=0.06,
    contribution_refund=0.0,
    host_service_cost=20.0,
    vacancy_value=0.1,
    state_reservation=0.25,
    fungibility=0.5,
    donor_alternative=0.75,
    employer_value=2.0,
    ban_evasion=(0.1, 0.2, 0.3),
    clarified_ban_evasion=0.1,
    clarified_ban_cost=1000.0,
)


def line(
    line_id: str,
    driver: str,
    unit_cost: float,
    category: str = "1",
    by_host: Mapping[str, float] | None = None,
    in_indirect_base: bool = True,
) -> CostLine:
    """A cost line with nothing but what the arithmetic needs."""
    own = dict(by_host or {})
    return CostLine(
        line_id=line_id,
        what=line_id,
        driver=driver,
        level="",
        unsdg_category=category,
        in_indirect_base=in_indirect_base,
        oversight=driver == "inspector_months",
        unit="unit",
        unit_cost=unit_cost,
        by_host=own,
        source_id="nobody",
        grade="C",
        grade_by_host=dict.fromkeys(own, "B"),
    )


COST_LINES = (
    line("coordination", "programme_months", 1000.0),
    line("setup", "host_setups", 5000.0, "3", {"BBB": 4000.0}),
    line("head", "head_of_office_months", 2000.0),
    line("inspection", "inspector_months", 3000.0),
    line("journey_out", "arrivals", 400.0, "5"),
    line("journey_home", "returns", 300.0, "5"),
    line("card", "worker_months", 2.0, "4"),
    line("goods", "in_kind_value", 0.1, "4"),
    line("custody", "escrow_flow", 0.01, "4"),
    line("evaluation", "direct_cost", 0.05, "4"),
    line("reserve", "direct_cost", 0.02, "7", in_indirect_base=False),
    line("indirect", "project_cost", 0.07, "8", in_indirect_base=False),
)

USD_DRIVERS = ("in_kind_value", "family_value", "escrow_flow", "income_tax", "direct_cost", "project_cost")
"""Drivers whose unit cost is a share, not dollars."""


def tiny_design(settings: Mapping[str, Any] | None = None) -> Design:
    """The tiny design with dotted paths set on top, as ``--set`` does it."""
    return validated(copy.deepcopy(_DESIGN), settings or {})


def no_inputs() -> Inputs:
    """Inputs with nothing in them: a case built by hand reads none."""
    return Inputs(origin="nowhere", tables={}, estimates={})


def tiny_case(
    settings: Mapping[str, Any] | None = None,
    *,
    hosts: tuple[str, ...] = ("AAA", "BBB"),
    sectors: tuple[str, ...] = ("work",),
    cost_lines: tuple[CostLine, ...] = COST_LINES,
    demand: float = 100.0,
    intake: float = 50.0,
    quotas: Mapping[str, float] | None = None,
    lacking: Mapping[str, float] | None = None,
    beside_local_staff: Mapping[str, float] | None = None,
    contract_gains: Mapping[str, float] | None = None,
    assumed: tuple[str, ...] = (),
    goods_month: Mapping[str, float] | None = None,
    rates: Mapping[str, Any] | None = None,
    money: float = 1.0,
    displaced: float = 1.0,
    at_home: float = 0.0,
) -> Case:
    """The tiny case.

    Args:
        settings: dotted paths of the design.
        hosts, sectors: which there are; every sector pays the same in a host.
        demand, intake: of every placement; the intake is per period.
        quotas: permits of a sector's own, by sector.
        lacking: workers that a host or a sector is said to lack, by ISO3 or sector.
        contract_gains: what a worker gains over the whole contract, USD, by sector.
        beside_local_staff: foreigners whom a rule on local staff allows, by sector.
        assumed: sectors whose demand is assumed.
        goods_month: most pay in kind of a worker-month, by host.
        rates: other values for fields of ``Rates``.
        money: what every amount in USD is multiplied by, pledges and limits of the design apart.
        displaced: share of the workers who would be abroad today anyway.
        at_home: what one of the others keeps in a month at home, USD.
    """
    design = tiny_design(settings)
    calendar = periods(design.programme)
    inputs = no_inputs()
    goods = {**GOODS_MONTH, **(goods_month or {})}

    def placement(iso3: str, sector: str) -> PlacementCase:
        month = MONTH[iso3] * money
        return PlacementCase(
            iso3=iso3,
            sector=sector,
            offer=MonthlyOffer(month, month, month.gross_wage, 0.2),
            pay=tuple(month * period.months for period in calendar),
            goods_ceiling=tuple(goods[iso3] * money * period.months for period in calendar),
            demand=demand,
            intake=intake,
            permits=(quotas or {}).get(sector),
            shortage=(lacking or {}).get(sector),
            contract_gain=(contract_gains or {}).get(sector),
            local_staff_room=(beside_local_staff or {}).get(sector),
            lacks_workers=iso3 in (lacking or {}) or sector in (lacking or {}),
            assumed_capacity=sector in assumed,
            site_size=25.0,
            women_share=0.5,
            today=Today(
                TODAY.contract_value * money,
                TODAY.worker_keeps * money,
                TODAY.state_takes * money,
                TODAY.others_take * money,
                displaced,
                at_home * money,
            ),
        )

    every_rate = replace(_RATES, **(rates or {}))
    return Case(
        design=design,
        inputs=inputs,
        evidence=Evidence(inputs),
        periods=calendar,
        schedule=SCHEDULE,
        hosts=tuple(replace(_HOSTS[h], basket=_HOSTS[h].basket * money, shortage=(lacking or {}).get(h)) for h in hosts),
        placements=tuple(placement(h, s) for h in hosts for s in sectors),
        levels=tuple(LEVELS[name] for name in design.oversight.levels),
        rates=replace(
            every_rate,
            parcel_usd=every_rate.parcel_usd * money,
            host_service_cost=every_rate.host_service_cost * money,
            predeparture_fee_usd=every_rate.predeparture_fee_usd * money,
        ),
        cost_lines=tuple(_times(one, money) for one in cost_lines),
        verdicts=tuple(Verdict(h, s, {}) for h in hosts for s in sectors),
    )


def _times(one: CostLine, money: float) -> CostLine:
    if one.driver in USD_DRIVERS:
        return one
    return replace(one, unit_cost=one.unit_cost * money, by_host={host: cost * money for host, cost in one.by_host.items()})
