"""Which tiny case shows the rows of each limit, and the LP text of it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tiny import line, tiny_case

from pilot_planner.programme.build import build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.programme.limits import LIMITS, find_limit

FOLDER = Path(__file__).resolve().parents[1] / "programme" / "golden"

GENERAL = ("levy_income", "women_share")
"""One metric and one ratio that have no function of their own."""

_COST = (line("coordination", "programme_months", 1000.0), line("journey_out", "arrivals", 400.0, "5"))


@dataclass(frozen=True)
class Shown:
    """The bounds of the two sides and what the case must have for the rows to appear."""

    min: float | None = None
    max: float | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)


# Two periods of six months, one host, one sector, no costs: unless a limit needs more to show what it says.
_SMALLEST: dict[str, Any] = {"hosts": ("AAA",), "cost_lines": ()}
_TWO_PERIODS = {"programme.period_months": 6}
_TWO_HOSTS = {"hosts": ("AAA", "BBB")}

SHOWN: dict[str, Shown] = {
    "card_share": Shown(min=0.95, max=0.97),
    "family_share": Shown(min=0.01, max=0.0025),
    "funding": Shown(
        min=500.0,
        settings={
            "programme.period_months": 4,
            "funding.pledges": [
                {"donor": "at the start", "month": 0, "usd": 6000},
                {"donor": "in set-up", "month": 4, "usd": 7000},
                {"donor": "too late", "month": 9, "usd": 8000},
            ],
        },
        case={"cost_lines": _COST},
    ),
    "funds_at_risk_share": Shown(min=0.01, max=0.06, case=_TWO_HOSTS),
    "host_funds_at_risk_share": Shown(max=0.06, case=_TWO_HOSTS),
    "host_share": Shown(max=0.6, case=_TWO_HOSTS),
    "hosts": Shown(min=2, max=1, case=_TWO_HOSTS),
    # Of 800 USD net a month: a tenth is 80 a month, below the basket of 100.
    "in_kind_share": Shown(min=0.05, max=0.1),
    "in_kind_usd_month": Shown(min=30.0, max=60.0),
    "inspectors_host": Shown(min=3, max=4, case=_TWO_HOSTS),
    "inspectors_total": Shown(min=3, max=5, case=_TWO_HOSTS),
    "levy_income": Shown(min=5000.0, max=9000.0),
    "mean_willingness": Shown(min=0.4, max=0.45, case=_TWO_HOSTS),
    "operating_cost": Shown(min=10_000.0, max=50_000.0, case={"cost_lines": _COST}),
    "permits": Shown(
        max=0.25,
        case={"sectors": ("work", "trade", "guess"), "quotas": {"trade": 40.0}, "assumed": ("guess",)},
    ),
    "contract_gain": Shown(
        min=500.0,
        case={"sectors": ("work", "trade"), "contract_gains": {"work": 900.0, "trade": 100.0}},
    ),
    "local_staff_quota": Shown(
        max=0.5,
        case={"sectors": ("work", "trade"), "beside_local_staff": {"trade": 40.0}},
    ),
    "labour_shortage": Shown(
        max=0.5,
        case={"sectors": ("work", "trade"), "lacking": {"trade": 40.0, "AAA": 100.0}},
    ),
    "sectors_per_host": Shown(min=2, max=1, case={"sectors": ("work", "trade")}),
    "visit_coverage": Shown(min=0.9),
    "women_share": Shown(min=0.3, max=0.6, case=_TWO_HOSTS),
    "worker_months": Shown(min=100.0, max=400.0, case=_TWO_HOSTS),
    "workers_per_inspector": Shown(max=25.0),
    # Three periods of four months: the minimum holds in the third only, which reaches month 12.
    "workers_total": Shown(min=20.0, max=60.0, settings={"programme.period_months": 4}, case=_TWO_HOSTS),
}

_CEILINGS = {("in_kind_share", "max"): 80.0, ("in_kind_usd_month", "max"): 60.0}
"""What these bounds make of the ceiling of goods in a month, which a case sets and a programme only reads."""


def sides() -> list[tuple[str, str]]:
    """Every key and side that must have a golden file."""
    return [(key, side) for key in (*LIMITS, *GENERAL) for side in (find_limit(key, None) or LIMITS[key]).sides]


def file_of(key: str, side: str) -> Path:
    return FOLDER / f"{key}.{side}.lp"


def lp_text(key: str, side: str) -> str:
    """The programme of the tiny case with only this limit, as PuLP writes it."""
    ceiling = {"goods_month": {"AAA": _CEILINGS[key, side]}} if (key, side) in _CEILINGS else {}
    return _text(SHOWN[key], {f"limits.{key}.{side}": getattr(SHOWN[key], side)}, ceiling)


def text_without(key: str) -> str:
    """The same without the limit."""
    return _text(SHOWN[key], {}, {})


def _text(shown: Shown, limit: dict[str, Any], ceiling: dict[str, Any]) -> str:
    settings = {**_TWO_PERIODS, **shown.settings, **limit}
    options = {**_SMALLEST, **shown.case, **ceiling}
    problem = to_pulp(build(tiny_case(settings, **options)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tiny.lp"
        problem.writeLP(str(file))
        return file.read_text(encoding="utf-8")
