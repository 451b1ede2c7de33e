"""A design and inputs, and the same question asked in another way: other order, other names, another unit of money."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.reading import Row
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.errors import NoPlanError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.limits import find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.session import Session

_LISTS = ("lists/hosts.csv", "lists/sectors.csv")
_BRACKETS, _SCHEDULES = "facts/tax_brackets.csv", "facts/tax_schedules.csv"


@dataclass(frozen=True)
class Answer:
    """The best plan in figures: objective, cost after ties are broken, and who works where."""

    programme: Programme
    solution: tuple[float, ...]
    objective: float
    cost: float
    levels: dict[str, str]

    @property
    def staffed(self) -> bool:
        """Whether each chosen host employs somebody in every period of work."""
        q = self.programme.q
        working = q.numbers[self.programme.case.lead :]
        return all(q.workers(h, t).value(self.solution) > 1e-6 for h in self.levels for t in working)


def answer(design: Design, inputs: Inputs) -> Answer | None:
    """None where there is no plan."""
    try:
        programme = build(make_case(design, inputs))
    except NoPlanError:
        return None
    session = Session(programme)
    outcome = session.solve()
    if not outcome.has_plan:
        return None
    solution = session.break_ties(outcome)
    levels = {h: level for (h, level), column in programme.d.level.items() if solution[column] > 0.5}
    cost = programme.metric("operating_cost").value(solution)
    return Answer(programme, solution, float(outcome.objective or 0.0), cost, levels)


def with_limits(design: Design, limits: Mapping[str, LimitBounds]) -> Design:
    return design.model_copy(update={"limits": {**design.limits, **limits}})


# --- order and names ---


def in_other_order(inputs: Inputs, draw: random.Random) -> Inputs:
    """Hosts, sectors and every estimate in another order."""
    tables = dict(inputs.tables)
    for path in _LISTS:
        tables[path] = tuple(draw.sample(tables[path], len(tables[path])))
    estimates = draw.sample(list(inputs.estimates.items()), len(inputs.estimates))
    return replace(inputs, tables=tables, estimates=dict(estimates))


def limits_in_other_order(design: Design, draw: random.Random) -> Design:
    return design.model_copy(update={"limits": dict(draw.sample(list(design.limits.items()), len(design.limits)))})


def renamed(design: Design, inputs: Inputs, draw: random.Random) -> tuple[Design, Inputs, dict[str, str]]:
    """Codes of hosts handed round among them, in design and inputs, and a design that is called otherwise; new by old."""
    codes = [row.text("iso3") for row in inputs.rows("lists/hosts.csv")]
    new = dict(zip(codes, draw.sample(codes, len(codes)), strict=True))

    def called(name: str) -> str:
        host, dot, rest = name.partition(".")
        return f"{new.get(host, host)}{dot}{rest}"

    tables = {
        path: tuple(
            Row(row.number, {**row.cells, "iso3": new.get(str(row.cells["iso3"]), row.cells["iso3"])})
            if "iso3" in row.cells
            else row
            for row in rows
        )
        for path, rows in inputs.tables.items()
    }
    estimates = {}
    for address, one in inputs.estimates.items():
        place = 2 if address[0] == "status_quo" else 1
        other = tuple(new.get(part, part) if at == place else part for at, part in enumerate(address))
        estimates[other] = replace(one, address=other)
    other_design = design.model_copy(
        update={
            "name": "another_name",
            "title": "Another title",
            "why": "Another reason.",
            "exclusions": tuple(map(called, design.exclusions)),
            "required": tuple(map(called, design.required)),
            "waivers": {new[host]: waiver for host, waiver in design.waivers.items()},
        }
    )
    return other_design, replace(inputs, tables=tables, estimates=estimates), new


# --- money ---


def in_other_money(design: Design, inputs: Inputs, times: float) -> tuple[Design, Inputs]:
    """The same in a currency of which a dollar is ``times``."""

    def of(value: Any) -> Any:
        return value * times if isinstance(value, int | float) and not isinstance(value, bool) else value

    estimates = {
        address: replace(one, low=of(one.low), base=of(one.base), high=of(one.high)) if one.unit.startswith("USD") else one
        for address, one in inputs.estimates.items()
    }
    tables = dict(inputs.tables)
    for path in (_BRACKETS, _SCHEDULES):
        tables[path] = tuple(
            Row(row.number, {name: of(cell) if "_usd" in name else cell for name, cell in row.cells.items()})
            for row in tables[path]
        )
    limits = {
        key: LimitBounds.model_construct(min=of(bounds.min), max=of(bounds.max)) if in_money(key, design) else bounds
        for key, bounds in design.limits.items()
    }
    pledges = tuple(one.model_copy(update={"usd": one.usd * times}) for one in design.funding.pledges)
    other = design.model_copy(update={"limits": limits, "funding": design.funding.model_copy(update={"pledges": pledges})})
    return other, replace(inputs, estimates=estimates, tables=tables)


_PER_USD = ("operating_cost_per_usd_secured",)
"""Told in USD, and a ratio of two amounts of money."""


def in_money(key: str, design: Design) -> bool:
    """Whether the bounds of a limit, or the figure of a metric, are amounts of money."""
    limit = find_limit(key, design)
    unit = METRICS[key].unit if key in METRICS else "" if limit is None else limit.unit
    return unit == "USD" and key not in _PER_USD


# --- looser ---

_FLOORS_DOWN = {
    "host_willingness": 0.0,
    "tip_tier": 4.0,
    "conventions": (),
    "agency_office": False,
    "lawful_admission": False,
    "living_wage": False,
    "gain_over_today": 0.0,
    "employer_cost_ratio": 2.0,
}
_CHOSEN_BY_WORKERS = ("in_kind_share", "in_kind_usd_month", "family_share", "card_share")
"""Bounds that decide what workers find room for and therefore take: another answer, not a larger choice."""


def looser(design: Design, draw: random.Random) -> tuple[str, Design]:
    """One bound of a limit, or one floor, that allows more, and its name."""
    ways: list[tuple[str, Design]] = []
    for key, bounds in design.limits.items():
        if key in _CHOSEN_BY_WORKERS:
            continue
        step = draw.choice((0.05, 0.3, 2.0))
        if bounds.max is not None:
            # A bound of 0 has no share to grow by.
            most = bounds.max * (1.0 + step) if bounds.max > 0 else bounds.max + step
            ways.append((f"{key}.max", with_limits(design, {key: LimitBounds.model_construct(min=bounds.min, max=most)})))
        if bounds.min is not None:
            least = bounds.min * (1.0 - min(1.0, step)) if bounds.min > 0 else bounds.min - step * 1e6
            ways.append((f"{key}.min", with_limits(design, {key: LimitBounds.model_construct(min=least, max=bounds.max)})))
        ways.append((key, with_limits(design, {key: LimitBounds()})))
    for floor, value in _FLOORS_DOWN.items():
        floors = design.floors.model_copy(update={floor: value})
        ways.append((f"floors.{floor}", design.model_copy(update={"floors": floors})))
    return draw.choice(ways)


def holds_already(found: Answer, draw: random.Random) -> dict[str, LimitBounds]:
    """Limits on metrics that the best plan meets, a hair to spare: no better plan can come of them."""
    limits: dict[str, LimitBounds] = {}
    own = found.programme.case.design.limits
    for name in draw.sample(sorted(METRICS), 4):
        if name in own or name == found.programme.case.design.objective.metric:
            continue
        value = found.programme.metric(name).value(found.solution)
        room = 1e-6 * max(1.0, abs(value))
        side = draw.choice(METRICS[name].senses)
        limits[name] = LimitBounds(min=value - room) if side == "min" else LimitBounds(max=value + room)
    return limits
