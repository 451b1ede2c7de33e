"""Random designs over the shipped inputs, small enough for a whole search, odd enough to find a wrong one."""

from __future__ import annotations

import random
from typing import Any

from many_hosts import many_hosts

from pilot_planner.case.case import Case, make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.studies.planning.setup import set_up

_AIMS = (
    ("worker_income", "max"),
    ("secured_income", "max"),
    ("operating_cost", "min"),
    ("net_donor_ask", "min"),
    ("worker_months", "max"),
    ("people_reached", "max"),
    ("people_reached", "min"),
    ("state_revenue", "min"),
    ("state_revenue", "max"),
    ("funds_at_risk", "min"),
    ("expected_state_take", "min"),
    ("income_gain", "max"),
    ("inspector_months", "min"),
    ("peak_workers", "min"),
    ("women_worker_months", "max"),
    ("card_pay", "max"),
    ("levy_income", "max"),
    ("operating_cost", "max"),
)
_SECTORS = (
    "construction",
    "textiles_garments",
    "food_seafood_processing",
    "health_care",
    "agriculture",
    "other_manufacturing",
    "shipbuilding",
)
_LEVELS = (["standard"], ["intensive"], ["standard", "intensive"], ["standard", "enhanced", "intensive"])
_MORE = (
    {"limits.host_share.max": 0.7},
    {"limits.women_share.min": 0.15},
    {"limits.operating_cost_per_worker_month.max": 900},
    {"limits.net_donor_ask.max": 7e6},
    {"limits.state_revenue.min": 2e5},
    {"limits.released_revenue.min": 1e5},
    {"limits.inspector_months.max": 150},
    {"limits.hosts.min": 2, "limits.hosts.max": 3},
    {"limits.sectors_per_host.max": 2},
    {"limits.sectors_per_host.min": 2},
    {"limits.card_share.max": 0.89},
    {"limits.in_kind_usd_month.min": 45},
    {"limits.family_share.max": 0.02},
    {"limits.expected_state_take.max": 4e5},
    {"limits.peak_workers.max": 600},
    {"limits.workers_total.min": 700},
    {"tax.release": "all"},
    {"tax.release": "none"},
    {"waivers.MNG.foreign_worker_fee": False},
    {"pay.family_channel": "monitored"},
)


def random_settings(seed: int) -> dict[str, Any]:
    """Settings on top of the base design; the same for the same seed."""
    draw = random.Random(seed)
    metric, sense = draw.choice(_AIMS)
    months = draw.choice((3, 6))
    kept = set(draw.sample(_SECTORS, draw.randint(2, 5)))
    settings: dict[str, Any] = {
        "exclusions": ["it_services", "mining", "logging_forestry", "restaurants", *sorted(set(_SECTORS) - kept)],
        "programme.period_months": months,
        "programme.duration_months": draw.choice((12, 12, 24)),
        "programme.whole_posts": draw.random() < 0.2,
        "programme.min_placement": draw.choice((10, 20, 60)),
        "objective.metric": metric,
        "objective.sense": sense,
        "oversight.levels": draw.choice(_LEVELS),
        "floors.host_willingness": draw.choice((0.0, 0.2, 0.3, 0.3)),
        "limits.hosts.max": draw.randint(1, 3),
        "limits.operating_cost.max": draw.choice((6e6, 8e6, 12e6, 20e6)),
        "limits.workers_total.min": draw.choice((0, 100, 200)),
        "limits.worker_months.min": draw.choice((0, 500, 1500)),
        "limits.funds_at_risk_share.max": draw.choice((0.06, 0.08, 0.2)),
        "limits.mean_willingness.min": draw.choice((0.0, 0.3, 0.4)),
        "limits.host_funds_at_risk_share.max": draw.choice((0.08, 0.2)),
        "funding.pledges": [
            {"donor": "a", "month": 0, "usd": draw.choice((6e6, 12e6))},
            {"donor": "b", "month": draw.choice((6, 12)), "usd": 6e6},
        ],
        "solver.gap": 1e-8,
    }
    for more in draw.sample(_MORE, draw.randint(0, 2)):
        settings |= more
    return settings


_PERIODS = ((12, 3), (24, 3), (24, 6), (24, 4), (24, 2), (12, 1), (24, 1))
"""Months of the programme and of a period: 4 to 24 periods."""


def random_case(seed: int, inputs: Inputs) -> Case | None:
    """A case of a random design: every other one on the shipped inputs, the others on stirred ones; None where nothing is
    eligible."""
    draw = random.Random(seed)
    months, period = draw.choice(_PERIODS)
    settings = random_settings(seed) | {"programme.duration_months": months, "programme.period_months": period}
    if seed % 2:
        settings |= {"floors.host_willingness": 0.0}
        return many_hosts(inputs, draw.randint(2, 6), draw.randint(1, 3), settings, seed)
    design, ready = set_up(None, inputs, settings)
    case = make_case(design, ready)
    return case if case.placements else None
