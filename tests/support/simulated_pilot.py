"""A signed plan that is run period by period in a truth that nobody who decides can see.

A truth is drawn once: how many of those who should arrive do, how many leave, what wages and prices are, how many visits are
made. What happens follows from it and from what was decided for the period; only the actuals are handed out.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pilot_planner.case.calendar import period_days
from pilot_planner.data.actuals import Actuals, table_named
from pilot_planner.data.reading import Row
from pilot_planner.studies.after_signature.learning import lessons_of
from pilot_planner.studies.after_signature.replan import replan
from pilot_planner.studies.after_signature.standing import Standing, standing
from pilot_planner.studies.after_signature.template import template_rows
from pilot_planner.studies.planning.plan import Plan

PARTS = (
    "income_tax",
    "host_tax",
    "employee_contributions",
    "employer_contributions",
    "foreign_worker_fee",
    "programme_levy",
)


@dataclass(frozen=True)
class Truth:
    """Factors on what the plan expects; 1 is as planned.

    ``arrive`` and ``wage`` by placement, ``price`` by cost line, ``visits`` by host; ``leave`` on the plan's attrition.
    """

    arrive: dict[tuple[str, str], float]
    wage: dict[tuple[str, str], float]
    price: dict[str, float]
    visits: dict[str, float]
    leave: float


def draw(plan: Plan, seed: int) -> Truth:
    """A truth from the ranges of the plan's own inputs, each for itself: intake, leaving, wages, visits, unit costs."""
    dice = random.Random(seed)

    def factor(*address: str) -> float:
        estimate = plan.inputs.find(*address)
        if estimate is None or not estimate.base:
            return 1.0
        return dice.triangular(estimate.low, estimate.high, estimate.base) / estimate.base

    places = [(one.iso3, one.sector) for one in plan.placements]
    return Truth(
        arrive={place: min(1.0, factor("placements", *place, "intake_quarter")) for place in places},
        wage={place: factor("placements", *place, "market_wage") for place in places},
        price={line.line_id: factor("cost_lines", line.line_id) for line in plan.case.cost_lines},
        visits=dict.fromkeys(plan.accounts.levels, factor("programme", "visits_per_inspector_month")),
        leave=factor("programme", "attrition_yearly"),
    )


def as_expected(plan: Plan) -> Truth:
    """The truth in which everything is as planned."""
    places = [(one.iso3, one.sector) for one in plan.placements]
    lines = [line.line_id for line in plan.case.cost_lines]
    ones = dict.fromkeys
    return Truth(ones(places, 1.0), ones(places, 1.0), ones(lines, 1.0), ones(plan.accounts.levels, 1.0), 1.0)


Decided = dict[str, float]
"""Columns of a plan by their name."""
Policy = Callable[["SimulatedPilot", int], Decided]
"""Given the pilot and the period that begins: what is decided for it."""


class SimulatedPilot:
    """One pilot in one truth. ``x`` is what has happened, by column of the signed plan's programme."""

    def __init__(self, plan: Plan, truth: Truth) -> None:
        self.plan, self._truth = plan, truth
        self.signed = columns(plan)
        self.last_decided = self.signed
        self.signed_places = [(one.iso3, one.sector) for one in plan.placements]
        self.x = dict(self.signed)
        self.over = 0
        self._rows = template_rows(plan)
        self._fixed = {name for name in self._rows if name in ("signed", "ledger", "commitments")}

    def run(self, policy: Policy, through: int | None = None) -> SimulatedPilot:
        """Let periods pass; the policy decides at the beginning of each."""
        last = len(self.plan.case.periods) if through is None else through
        while self.over < last:
            self._happen(self.over + 1, policy(self, self.over + 1))
        return self

    @property
    def actuals(self) -> Actuals:
        """What has been reported so far."""
        rows = {
            name: [cells for cells in some if name in self._fixed or cells.get("period", 0) <= self.over]
            for name, some in self._rows.items()
        }
        return Actuals(
            "simulated",
            {name: tuple(Row(n, cells) for n, cells in enumerate(some, start=2)) for name, some in rows.items()},
        )

    def standing(self) -> Standing:
        return standing(self.plan, self.actuals)

    # --- one period ---

    def _happen(self, t: int, decided: Decided) -> None:
        for name, value in decided.items():
            if name.rpartition(".")[2] == str(t) and name.partition(".")[0] in ("inspectors", "in_kind", "family"):
                self.x[name] = value
        pay = {one.key: one for one in self.plan.case.placements}
        for h, s in self._truth.arrive:
            self._people(h, s, t, decided)
        self.over = t
        for h, level in self.plan.accounts.levels.items():
            self._host(h, level, t, pay, decided)
        self._costs(t)
        told = period_days(self.plan.design.programme, t)[1]
        self._fill("reports", {"period": t}, {"reported_to": told.isoformat(), "closed": True})
        for cells in self._rows["funds"]:
            if cells["period"] == t:
                donors = self.plan.design.funding.pledges
                months = self.plan.design.programme.period_months
                cells["amount"] = sum(
                    one.usd for one in donors if -(-one.month // months) + 1 == t and one.donor == cells["donor"]
                )

    def _name(self, kind: str, h: str, s: str, t: int) -> str:
        return f"{kind}.{h}.{s}.{self.plan.accounts.levels[h]}.{t}"

    def _people(self, h: str, s: str, t: int, decided: Decided) -> None:
        if t <= self.plan.case.lead:
            return
        before = self.x[self._name("workers", h, s, t - 1)] if t - 1 > self.plan.case.lead else 0.0
        leavers = min(1.0, self._truth.leave * self.plan.case.rates.attrition) * before
        wanted = decided.get(self._name("arrivals", h, s, t), 0.0)
        room = max(0.0, self.signed[f"cap.{h}.{s}"] - (before - leavers))
        arrivals = min(wanted * self._truth.arrive[h, s], room)
        workers = before - leavers + arrivals
        self.x[self._name("arrivals", h, s, t)], self.x[self._name("workers", h, s, t)] = arrivals, workers
        key = {"iso3": h, "sector": s, "period": t}
        people = {"arrivals": arrivals, "leavers": leavers, "workers": workers}
        self._fill("people", key, {name: round(value, 6) for name, value in people.items()})

    def _host(self, h: str, level: str, t: int, pay: dict[Any, Any], decided: Decided) -> None:
        net, share, tax = {}, {}, 0.0
        if t > self.plan.case.lead:
            for place in self._truth.arrive:
                if place[0] == h:
                    one = pay[place].pay[t - 1] * (self.x[self._name("workers", *place, t)] * self._truth.wage[place])
                    net[place] = one
            planned = sum(
                pay[place].pay[t - 1].net_pay * decided.get(self._name("workers", *place, t), 0.0) for place in net
            )
            for channel in ("in_kind", "family"):
                amount = decided.get(f"{channel}.{h}.{level}.{t}", 0.0)
                share[channel] = amount / planned if planned > 0 else 0.0
                self.x[f"{channel}.{h}.{level}.{t}"] = share[channel] * sum(one.net_pay for one in net.values())
        for (_, s), one in net.items():
            amounts = {part: round(getattr(one, part), 2) for part in PARTS}
            amounts |= {channel: round(share[channel] * one.net_pay, 2) for channel in share}
            amounts["card"] = round(one.net_pay - amounts["in_kind"] - amounts["family"], 2)
            gross = sum(amounts[part] for part in ("card", "in_kind", "family", *PARTS[:3]))
            amounts["gross_wage"] = round(gross, 2)
            amounts["contract_value"] = round(gross + sum(amounts[part] for part in PARTS[3:]), 2)
            tax += amounts["income_tax"]
            for channel, usd in amounts.items():
                self._fill("pay", {"iso3": h, "sector": s, "period": t, "channel": channel}, {"amount": usd})
        verified = next(one.verified_tax_share for one in self.plan.case.levels if one.level == level)
        self._fill("escrow", {"iso3": h, "period": t, "flow": "tax_verified"}, {"amount": int(tax * verified * 100) / 100})
        deposits = round(sum(one.contract_value for one in net.values()), 2)
        self._fill("escrow", {"iso3": h, "period": t, "flow": "deposits"}, {"amount": deposits})
        q, vector = self.plan.programme.q, self._vector()
        asked, possible = (of(h, t).value(vector) for of in (q.visits_required, q.visits_possible))
        found = {
            "inspectors": self.x[f"inspectors.{h}.{t}"],
            "visits_asked": asked,
            "visits_made": possible * self._truth.visits[h],
            "diversion_found": 0.0,
        }
        cells = {name: round(value, 6) for name, value in found.items()} | {"grievances": 0, "protection_cases": 0}
        self._fill("oversight", {"iso3": h, "period": t}, cells)

    def _costs(self, t: int) -> None:
        vector = self._vector()
        spent: dict[tuple[str, str], float] = {}
        for cell in self.plan.programme.cost_cells:
            if cell.period == t and (cell.host == "PRG" or cell.host in self.plan.accounts.levels):
                usd = cell.amount.value(vector) * self._truth.price[cell.line.line_id]
                spent[cell.host, cell.line.line_id] = spent.get((cell.host, cell.line.line_id), 0.0) + usd
        self._rows["costs"] = [cells for cells in self._rows["costs"] if cells["period"] != t]
        names = [field.name for field in table_named("costs").fields]
        for (h, line), usd in spent.items():
            cells = {"iso3": h, "period": t, "code": line, "amount": round(usd, 2), "currency": "USD"}
            self._rows["costs"].append({name: cells.get(name) for name in names})

    def _vector(self) -> list[float]:
        return [self.x[column.name] for column in self.plan.programme.d.columns]

    def _fill(self, table: str, key: dict[str, Any], cells: dict[str, Any]) -> None:
        for row in self._rows[table]:
            if all(row[name] == value for name, value in key.items()):
                row.update(cells)


def columns(plan: Plan) -> Decided:
    """A plan's solution by the names of its columns."""
    return {column.name: value for column, value in zip(plan.programme.d.columns, plan.solution, strict=True)}


def left_alone(pilot: SimulatedPilot, t: int) -> Decided:
    """The signed plan, whatever happens."""
    return pilot.signed


def rule_of_thumb(pilot: SimulatedPilot, t: int) -> Decided:
    """What a careful manager does without a programme: take on whoever is missing, and posts in the planned ratio."""
    plan = pilot.plan
    decided = dict(pilot.signed)
    staying = 1.0 - plan.case.rates.attrition
    for placement in plan.case.placements:
        h, s = placement.key
        name = f"{h}.{s}.{plan.accounts.levels.get(h)}.{t}"
        if t <= plan.case.lead or f"workers.{name}" not in decided or (h, s) not in pilot.signed_places:
            continue
        before = pilot.x.get(f"workers.{h}.{s}.{plan.accounts.levels[h]}.{t - 1}", 0.0) if t - 1 > plan.case.lead else 0.0
        missing = max(0.0, pilot.signed[f"workers.{name}"] - staying * before)
        decided[f"arrivals.{name}"] = min(missing, placement.intake)
        decided[f"workers.{name}"] = staying * before + decided[f"arrivals.{name}"]
    for h, level in plan.accounts.levels.items():
        places = [f"{h}.{s}.{level}.{t}" for i, s in pilot.signed_places if i == h]
        planned, there = (sum(some.get(f"workers.{one}", 0.0) for one in places) for some in (pilot.signed, decided))
        ratio = there / planned if planned > 0.0 else 1.0
        for name in (f"inspectors.{h}.{t}", f"in_kind.{h}.{level}.{t}", f"family.{h}.{level}.{t}"):
            if name in decided:
                decided[name] *= ratio
    return decided


WITH_RESERVE = (
    "operating_cost.max", "workers_per_inspector.max", "funds_at_risk_share.max", "host_funds_at_risk_share.max",
    "visit_coverage.min", "mean_willingness.min", "in_kind_share.min", "family_share.min",
)  # fmt: skip
RESERVE = 0.03
"""Share of a bound by which the rest is planned inside it."""


def with_reserve(pilot: SimulatedPilot, t: int) -> Decided:
    """The rest decided anew, a little inside its bounds: what is planned at a bound is missed in every other truth."""
    design, wanted = pilot.plan.design, {}
    for path in WITH_RESERVE:
        key, side = path.split(".")
        bound = getattr(design.bounds(key), side)
        if bound is not None:
            wanted[f"limits.{path}"] = bound * (1.0 + RESERVE if side == "min" else 1.0 - RESERVE)
    return decided_anew(pilot, t, wanted)


def decided_anew(pilot: SimulatedPilot, t: int, settings: dict[str, float] | None = None) -> Decided:
    """The rest decided anew at the beginning of each period; what was decided last where there is no plan."""
    if pilot.over == 0:
        return pilot.signed
    actuals = pilot.actuals
    for lessons in (lessons_of(pilot.plan, actuals), None):
        answer = replan(pilot.plan, actuals, settings, ("go_on",), lessons=lessons).of("go_on")
        if answer.plan is not None:
            pilot.last_decided = columns(answer.plan)
            break
    return pilot.last_decided


POLICIES: dict[str, Policy] = {
    "left_alone": left_alone,
    "rule_of_thumb": rule_of_thumb,
    "decided_anew": decided_anew,
    "with_reserve": with_reserve,
}


def outcome(plan: Plan, seed: int, policy: str) -> dict[str, float]:
    """How a pilot ends: limits that were not kept in some period or over the whole, and secured income, USD."""
    now = SimulatedPilot(plan, draw(plan, seed)).run(POLICIES[policy]).standing()
    missed: dict[tuple[str, str, str], float] = {}
    pledged = sum(one.usd for one in plan.design.funding.pledges)
    for one in (*now.broken, *now.ahead):
        size = abs(one.bound) or pledged
        missed[one.key, one.sense, one.scope] = max(missed.get((one.key, one.sense, one.scope), 0.0), -one.slack / size)
    safeguards = {(one.key, one.sense, one.scope) for one in (*now.broken, *now.ahead) if one.kind in ("safeguard", "legal")}
    return {
        "broken_limits": len(missed),
        "broken_by_a_hundredth": sum(share > 0.01 for share in missed.values()),
        "missed": sum(missed.values()),
        "broken_safeguards": len(safeguards),
        "broken_rows": len(now.broken) + len(now.ahead),
        "secured_income": now.metrics["secured_income"][1],
        "operating_cost": now.metrics["operating_cost"][1],
        "worker_months": now.metrics["worker_months"][1],
    }
