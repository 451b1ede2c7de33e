"""Twenty rules that a board might ask for: as a design writes them, and the same written in PuLP by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pulp

from pilot_planner.programme.build import Programme
from pilot_planner.studies.planning.plan import Plan

ALLOWED = {"hosts.allowed": ["KAZ", "MNG"]}
"""Two hosts are enough for every rule, and the whole programme takes a second then."""


class Hand:
    """A programme's problem with its variables by what their names say; amounts from the case, worker by worker."""

    def __init__(self, plan: Plan) -> None:
        self.programme: Programme = plan.programme
        self.problem = plan.problem.copy()
        self.v: dict[tuple[str, ...], Any] = {tuple(one.name.split(".")): one for one in self.problem.variables()}
        self.placements = {one.key: one for one in plan.case.placements}
        self.periods = [one.number for one in plan.case.periods]
        self.work = self.periods[plan.case.lead :]
        self.last = self.periods[-1]

    def all(self, kind: str) -> Iterator[tuple[tuple[str, ...], Any]]:
        for key, one in self.v.items():
            if key[0] == kind:
                yield key[1:], one

    def workers(
        self, each: Callable[[Any, int], float], h: str = "", s: str = "", level: str = "", periods: Any = ()
    ) -> pulp.LpAffineExpression:
        """Sum over workers of an amount per worker and period (from 0), in one host, sector, level or some periods."""
        return pulp.lpSum(
            each(self.placements[host, sector], int(t) - 1) * one
            for (host, sector, at, t), one in self.all("workers")
            if h in ("", host) and s in ("", sector) and level in ("", at) and (not periods or int(t) in periods)
        )

    def sum(self, kind: str, h: str = "", s: str = "", periods: Any = ()) -> pulp.LpAffineExpression:
        return pulp.lpSum(
            one
            for key, one in self.all(kind)
            if h in ("", key[0]) and (not s or key[1] == s) and (not periods or int(key[-1]) in periods)
        )

    def expression(self, linear: Any) -> pulp.LpAffineExpression:
        columns = self.programme.d.columns
        by_name = {".".join(key): one for key, one in self.v.items()}
        return pulp.lpSum(value * by_name[columns[j].name] for j, value in linear.terms.items())


@dataclass(frozen=True)
class BoardRule:
    """A rule as data, its bounds, and the same by hand."""

    key: str
    rule: dict[str, Any]
    bounds: dict[str, float]
    by_hand: Callable[[Hand], list[Any]]

    @property
    def settings(self) -> dict[str, Any]:
        said = {"sentence": f"{self.key.replace('_', ' ').capitalize()}: {{side}} {{bound}}.", "kind": "capacity"}
        limits = {f"limits.{self.key}.{side}": bound for side, bound in self.bounds.items()}
        return {f"rules.{self.key}": said | self.rule, **limits}


def _one(_: Any, __: int) -> float:
    return 1.0


def _months(_: Any, __: int) -> float:
    return 3.0


def _women(one: Any, _: int) -> float:
    return 3.0 * one.women_share


def _net(one: Any, t: int) -> float:
    return one.pay[t].net_pay


def _tax(one: Any, t: int) -> float:
    return one.pay[t].income_tax


def _metric(name: str, **more: Any) -> dict[str, Any]:
    return {"metric": name, **more}


HOSTS = ("KAZ", "MNG")
YEAR = [1, 2, 3, 4]

RULES = [
    BoardRule(
        "women_in_each_host",
        {"unit": "share", "per": ["host"], "of": [_metric("women_worker_months")], "over": [_metric("worker_months")]},
        {"min": 0.35},
        lambda m: [m.workers(_women, h) >= 0.35 * m.workers(_months, h) for h in HOSTS],
    ),
    BoardRule(
        "money_of_the_first_year",
        {"unit": "share", "of": [_metric("operating_cost", periods=YEAR)], "over": [_metric("operating_cost")]},
        {"max": 0.4},
        lambda m: [pulp.lpSum(m.v["cost", str(t)] for t in YEAR) <= 0.4 * m.sum("cost")],
    ),
    BoardRule(
        "building_at_most_a_third",
        {"unit": "share", "of": [_metric("worker_months", sectors=["construction"])], "over": [_metric("worker_months")]},
        {"max": 0.33},
        lambda m: [m.workers(_months, s="construction") <= 0.33 * m.workers(_months)],
    ),
    BoardRule(
        "workers_of_a_sector",
        {"unit": "persons", "per": ["sector", "period"], "of": [_metric("workers")]},
        {"max": 500},
        lambda m: [
            m.workers(_one, s=s, periods=[t]) <= 500 for s in dict.fromkeys(s for _, s in m.placements) for t in m.work
        ],
    ),
    BoardRule(
        "kazakhstan_small",
        {"unit": "persons", "per": ["period"], "hosts": ["KAZ"], "of": [_metric("workers")]},
        {"max": 400},
        lambda m: [m.workers(_one, "KAZ", periods=[t]) <= 400 for t in m.work],
    ),
    BoardRule(
        "whatever_opens_is_large",
        {"unit": "months", "per": ["host", "sector"], "of": [_metric("worker_months")]},
        {"min": 6_000},
        lambda m: [
            m.workers(_months, h, s) >= 6_000 * pulp.lpSum(one for key, one in m.all("open") if key[:2] == (h, s))
            for h, s in m.placements
        ],
    ),
    BoardRule(
        "exactly_a_hundred_and_fifty_builders",
        {"unit": "persons", "hosts": ["MNG"], "sectors": ["construction"], "of": [_metric("worker_cap")]},
        {"min": 150, "max": 150},
        lambda m: [m.v["cap", "MNG", "construction"] == 150],
    ),
    BoardRule(
        "one_intensive_host",
        {"unit": "count", "levels": ["intensive"], "of": [_metric("hosts_chosen")]},
        {"max": 1},
        lambda m: [pulp.lpSum(one for key, one in m.all("level") if key[1] == "intensive") <= 1],
    ),
    BoardRule(
        "income_from_kazakhstan",
        {"unit": "share", "of": [_metric("worker_income", hosts=["KAZ"])], "over": [_metric("worker_income")]},
        {"max": 0.4},
        lambda m: [m.workers(_net, "KAZ") <= 0.4 * m.workers(_net)],
    ),
    BoardRule(
        "cost_of_a_host",
        {"unit": "USD", "per": ["host"], "of": [_metric("operating_cost")]},
        {"max": 4_000_000},
        lambda m: [
            pulp.lpSum(m.expression(cell.amount) for cell in m.programme.cost_cells if cell.host == h) <= 4_000_000
            for h in HOSTS
        ],
    ),
    BoardRule(
        "mongolia_earns_more",
        {
            "unit": "USD",
            "of": [_metric("worker_income", hosts=["MNG"]), _metric("worker_income", hosts=["KAZ"], times=-2.0)],
        },
        {"min": 0},
        lambda m: [m.workers(_net, "MNG") - 2 * m.workers(_net, "KAZ") >= 0],
    ),
    BoardRule(
        "cards_of_the_last_quarter",
        {"unit": "USD", "periods": [8], "of": [_metric("card_pay")]},
        {"max": 1_500_000},
        lambda m: [m.workers(_net, periods=[8]) - m.sum("in_kind", periods=[8]) - m.sum("family", periods=[8]) <= 1_500_000],
    ),
    BoardRule(
        "tax_of_a_quarter",
        {"unit": "USD", "per": ["period"], "of": [_metric("state_revenue")]},
        {"max": 150_000},
        lambda m: [m.workers(_tax, periods=[t]) <= 150_000 for t in m.work],
    ),
    BoardRule(
        "inspectors_in_each_host",
        {"unit": "months", "per": ["host"], "of": [_metric("inspector_months")]},
        {"min": 130},
        lambda m: [
            3 * m.sum("inspectors", h) >= 130 * pulp.lpSum(one for key, one in m.all("level") if key[0] == h) for h in HOSTS
        ],
    ),
    BoardRule(
        "few_openings",
        {"unit": "count", "of": [_metric("sectors_opened")]},
        {"max": 3},
        lambda m: [m.sum("open") <= 3],
    ),
    BoardRule(
        "reached_in_the_first_year",
        {"unit": "persons", "periods": YEAR, "of": [_metric("people_reached")]},
        {"max": 700},
        lambda m: [m.sum("arrivals", periods=YEAR) <= 700],
    ),
    BoardRule(
        "tax_over_wages_in_each_placement",
        {
            "unit": "share",
            "per": ["host", "sector"],
            "of": [_metric("state_revenue")],
            "over": [_metric("gross_wages")],
        },
        {"max": 0.05},
        lambda m: [
            m.workers(_tax, h, s) <= 0.05 * m.workers(lambda one, t: one.pay[t].gross_wage, h, s) for h, s in m.placements
        ],
    ),
    BoardRule(
        "arrivals_of_a_quarter",
        {"unit": "persons", "per": ["period"], "of": [_metric("people_reached")]},
        {"max": 220},
        lambda m: [m.sum("arrivals", periods=[t]) <= 220 for t in m.work],
    ),
    BoardRule(
        "enhanced_where_women_work",
        {
            "unit": "months",
            "levels": ["enhanced", "intensive"],
            "of": [_metric("women_worker_months")],
        },
        {"min": 9_000},
        lambda m: [m.workers(_women, level="enhanced") + m.workers(_women, level="intensive") >= 9_000],
    ),
    BoardRule(
        "asked_of_donors_at_first",
        {"unit": "USD", "periods": [1, 2, 3], "of": [_metric("net_donor_ask")]},
        {"max": 3_600_000},
        lambda m: [
            pulp.lpSum(m.v["cost", str(t)] for t in (1, 2, 3))
            - m.workers(lambda one, t: one.pay[t].programme_levy, periods=[1, 2, 3])
            <= 3_600_000
        ],
    ),
]

IMPOSSIBLE = [
    BoardRule(
        "women_nearly_all",
        {"unit": "share", "per": ["host"], "of": [_metric("women_worker_months")], "over": [_metric("worker_months")]},
        {"min": 0.95},
        lambda m: [m.workers(_women, h) >= 0.95 * m.workers(_months, h) for h in HOSTS],
    ),
    BoardRule(
        "everybody_at_once",
        {"unit": "persons", "periods": [3], "of": [_metric("workers")]},
        {"min": 1_500},
        lambda m: [m.workers(_one, periods=[3]) >= 1_500],
    ),
]
