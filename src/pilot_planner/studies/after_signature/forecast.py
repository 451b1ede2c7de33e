"""What comes if nothing is decided anew: what has happened, then the rest of the plan from where people are now."""

from __future__ import annotations

from pilot_planner.case.case import make_case
from pilot_planner.data.actuals import Actuals, with_actuals
from pilot_planner.programme.build import build
from pilot_planner.programme.programme import Programme
from pilot_planner.studies.planning.plan import Plan


def programme_left(plan: Plan, actuals: Actuals) -> Programme:
    """The programme of a signed plan in which what is over is fixed; the plan's own where nothing is over.

    Raises NoPlanError where a placement in which people work fails a rights floor.
    """
    if actuals.over == 0:
        return plan.programme
    return build(make_case(plan.design, with_actuals(plan.inputs, actuals)))


def as_it_goes_on(plan: Plan, programme: Programme) -> tuple[float, ...]:
    """The solution of ``programme`` that keeps the plan: hosts, caps, posts and arrivals as planned.

    People who are there stay or leave at the plan's rate; nobody arrives above a cap. Pay in kind and parcels keep their
    share of the net pay that the plan has in each host and period.
    """
    history = programme.case.history
    if not history.over:
        return plan.solution
    planned = {column.name: value for column, value in zip(plan.programme.d.columns, plan.solution, strict=True)}
    d, case = programme.d, programme.case
    x = [planned.get(column.name, 0.0) for column in d.columns]
    for column, value in programme.happened.items():
        x[column] = value
    working = [t for t in programme.q.numbers if t > max(history.over, case.lead)]
    for placement in case.placements:
        h, s = placement.key
        level = history.levels[h]
        cap = x[d.cap[h, s]]
        people = history.people.get((h, s, history.over), (0.0, 0.0))[1]
        for t in working:
            ended = case.lead < t - 1 == case.last_open(h)
            there = 0.0 if ended else (1.0 - case.rates.attrition) * people
            key = (h, s, level, t)
            before = planned.get(d.columns[d.workers[key]].name, 0.0)
            same = people == planned.get(f"workers.{h}.{s}.{level}.{t - 1}", 0.0)
            x[d.arrivals[key]] = min(x[d.arrivals[key]], max(0.0, cap - there))
            people = before if same else there + x[d.arrivals[key]]
            x[d.workers[key]] = people
    _channels(plan, programme, x, working)
    _sums(programme, x)
    return tuple(x)


def _channels(plan: Plan, programme: Programme, x: list[float], working: list[int]) -> None:
    """Goods and parcels follow net pay."""
    q, d = programme.q, programme.d
    for h, level in programme.case.history.levels.items():
        if (h, level) not in d.level:
            continue
        for t in working:
            net = q.pay("net_pay", h, t).value(x)
            before = plan.programme.q.pay("net_pay", h, t).value(plan.solution)
            share = net / before if before > 0.0 else 0.0
            share = 1.0 if abs(share - 1.0) < _SAME else share
            for columns in (d.in_kind, d.family):
                x[columns[h, level, t]] *= share


def _sums(programme: Programme, x: list[float]) -> None:
    """Columns that only add others up: cost, balance, the peak."""
    d = programme.d
    for t, column in d.cost.items():
        x[column] = 0.0
        x[column] = sum(total.value(x) for (_, period), total in programme.cost_totals.items() if period == t)
    for row in programme.rows:
        if row.name.startswith("balance_of."):
            column = d.balance[int(row.name.removeprefix("balance_of."))]
            x[column] = 0.0
            x[column] = row.right_side - row.expression.value(x)
    x[d.peak] = max(programme.workers_by_period(x).values(), default=0.0)


_SAME = 1e-12
"""Relative: net pay that was worked out in another order."""
