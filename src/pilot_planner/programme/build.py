"""From a case to a whole programme: structural rows, then the rows of every limit of the design."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pilot_planner.case.calendar import Period
from pilot_planner.case.case import Case
from pilot_planner.case.near_misses import least_changes, near_misses
from pilot_planner.data.amounts import least, somewhere, where, whole
from pilot_planner.design.writing import written
from pilot_planner.errors import NoPlanError
from pilot_planner.programme.after_signature import after_signature, is_over, not_staffed, room_for_rounding
from pilot_planner.programme.decisions import decide
from pilot_planner.programme.limits import find_limit
from pilot_planner.programme.limits.pay import channel_expressions
from pilot_planner.programme.limits.registry import Side
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row, RowSense
from pilot_planner.programme.quantities import Quantities

__all__ = ["Programme", "Row", "RowSense", "build", "build_accounts", "build_signed", "channel_rows"]


def build(case: Case) -> Programme:
    """The whole programme of a case: structure first, then one set of rows for each bound of the design.

    Raises NoPlanError when no placement is eligible, or one that the design requires is not, before anything is solved.
    """
    if not case.placements:
        raise NoPlanError([_nothing_eligible(case)])
    required = (*case.design.required, *not_staffed(case))
    faults = [reason for name in required if (reason := cannot_be_chosen(case, name))]
    if faults:
        raise NoPlanError(faults)
    d = decide(case)
    p = Programme(case, d, Quantities(case, d))
    p.rows += after_signature(p, _structure(p)) if case.history.over else _structure(p)
    _add_limits(p)
    return p


def build_signed(case: Case) -> Programme:
    """Columns, cost, running balance and limits: what a plan that is kept as it is has to hold, for less work."""
    p = build_accounts(case)
    _add_limits(p)
    return p


def _add_limits(p: Programme) -> None:
    """Rows of every bound of the design."""
    case = p.case
    for key, bounds in case.design.limits.items():
        limit = find_limit(key, case.design)
        if limit is None:
            continue
        sides: list[tuple[Side, float | None]] = [("min", bounds.min), ("max", bounds.max)]
        for side, bound in sides:
            if bound is None:
                continue
            for row in limit.rows(p, side, bound):
                p.limit_rows.append(row)
                if not row.implied and not is_over(case, row):
                    sense: RowSense = "<=" if side == "max" else ">="
                    side_of_row = row.right_side + room_for_rounding(p, row.expression(), side)
                    p.rows.append(Row(row.name, row.expression(), sense, side_of_row, row))


def build_accounts(case: Case) -> Programme:
    """Columns, cost and running balance only: what figures of a plan that is kept as it is rest on, for less work."""
    d = decide(case)
    p = Programme(case, d, Quantities(case, d))
    p.rows += _money_rows(p)
    return p


def _nothing_eligible(case: Case) -> str:
    counts: dict[str, int] = {}
    for verdict in case.verdicts:
        for floor in verdict.reasons:
            counts[floor] = counts.get(floor, 0) + 1
    worst = sorted(counts.items(), key=lambda item: -item[1])[:3]
    words = ", ".join(f"{floor} ({count} of {len(case.verdicts)})" for floor, count in worst)
    return f"no placement passes every rights floor, so there is nothing to plan; most placements fail: {words}"


def cannot_be_chosen(case: Case, name: str) -> str:
    """Why a host or placement that the design requires cannot be chosen; empty where it can."""
    host, _, part = name.partition(".")
    if part in {verdict.sector for verdict in case.verdicts}:
        why = "; ".join(
            reason for one in case.verdicts if (one.iso3, one.sector) == (host, part) for reason in one.reasons.values()
        )
        return f"{name} is required but cannot be staffed: {why}{_let_in(case, host, part)}" if why else ""
    near = near_misses(case)[host]
    if near.kind == "passes":
        return ""
    why = near.sentence[:1].lower() + near.sentence[1:].removesuffix(".")
    return f"{host} is required but none of its placements can be staffed: {why}{_let_in(case, host, near.sector)}"


def _let_in(case: Case, host: str, sector: str) -> str:
    """The least change that would let a placement in, with the settings that make it; empty where none is known."""
    change = least_changes(case, [(host, sector)]).get((host, sector)) if sector else None
    if change is None:
        return ""
    settings = " ".join(f"--set {path}={written(value)}" for path, value in change.settings.items())
    return f"; {change.sentence} ({settings})"


def _structure(p: Programme) -> Iterator[Row]:
    """Rows that hold in every design. Each yields nothing where its columns do not exist."""
    # Keeps the column in the programme where nothing costs anything: solvers drop columns that stand in no row.
    yield Row("always", Linear.of(p.d.programme), "=", 1.0)
    for host in p.case.hosts:
        h = host.iso3
        yield Row(f"one_level.{h}", p.q.chosen(h), "<=", 1.0)
        for t in p.q.numbers:
            team = Linear.of(p.d.inspectors[h, t])
            for level in p.case.levels:
                team.add_term(p.d.level[h, level.level], -level.minimum_inspectors)
            yield Row(f"team.{h}.{t}", team, ">=", 0.0)
        yield from _placement_rows(p, h)
        yield from at_work_rows(p, h)
        yield from channel_rows(p, h)
    yield from _money_rows(p)
    yield from _peak_rows(p)
    yield from _solo_rows(p)
    yield from _required_rows(p)


def _money_rows(p: Programme) -> Iterator[Row]:
    """Cost of each period from its cells, and the running balance from period to period."""
    costs = {t: Linear.of(column, -1.0) for t, column in p.d.cost.items()}
    for (_, t), total in p.cost_totals.items():
        costs[t].add(total)
    for t, cost in costs.items():
        yield Row(f"cost.{t}", cost, "=", 0.0)
    for period in p.case.periods:
        t = period.number
        change = Linear({p.d.balance[t]: 1.0, p.d.cost[t]: 1.0})
        if t > 1:
            change.add_term(p.d.balance[t - 1], -1.0)
        for h in p.q.hosts:
            change.add(p.q.pay("programme_levy", h, t), -1.0)
        arrived = _arrived(p.case, period)
        yield Row(f"balance_of.{t}", change, "=", arrived)


def _arrived(case: Case, period: Period) -> float:
    """USD of donors of a period: pledged, or received where it is over."""
    if period.number <= case.history.over:
        return case.history.received.get(period.number, 0.0)
    return sum(where(_arrives(one.month, period), one.usd, 0.0) for one in case.design.funding.pledges)


def _placement_rows(p: Programme, h: str) -> Iterator[Row]:
    """People at each placement: openings, ramp, balance, caps."""
    for level in p.case.levels:
        sectors = Linear({p.d.open[h, one.sector, level.level]: 1.0 for one in p.case.placements_of(h)})
        yield Row(f"opens.{h}.{level.level}", sectors.add_term(p.d.level[h, level.level], -1.0), ">=", 0.0)
    smallest = float(p.case.design.programme.min_placement)
    staying = 1.0 - p.case.rates.attrition
    working = p.q.numbers[p.case.lead :]
    last_open = p.case.last_open(h)
    for placement in p.case.placements_of(h):
        s = placement.sector
        cap = p.d.cap[h, s]
        demand = whole(placement.demand)
        yield Row(f"cap_least.{h}.{s}", Linear.of(cap) - p.q.opened(h, s) * smallest, ">=", 0.0)
        yield Row(f"cap_most.{h}.{s}", Linear.of(cap) - p.q.opened(h, s) * demand, "<=", 0.0)
        for level in p.case.levels:
            name = level.level
            opened = p.d.open[h, s, name]
            chosen = p.d.level[h, name]
            yield Row(f"open_in_chosen.{h}.{s}.{name}", Linear({opened: 1.0, chosen: -1.0}), "<=", 0.0)
            for t in working:
                workers = p.d.workers[h, s, name, t]
                ramp = least(demand, p.q.ramp(placement, t))
                yield Row(f"ramp.{h}.{s}.{name}.{t}", Linear({workers: 1.0, opened: -ramp}), "<=", 0.0)
                balance = Linear({workers: 1.0, p.d.arrivals[h, s, name, t]: -1.0})
                if p.case.lead < t - 1 < last_open:
                    balance.add_term(p.d.workers[h, s, name, t - 1], -staying)
                yield Row(f"balance.{h}.{s}.{name}.{t}", balance, "=", 0.0)
            # To the end of the agreement; where that is before anybody could work, nothing is opened.
            last = p.d.workers[h, s, name, max(last_open, working[0])]
            yield Row(f"staffed.{h}.{s}.{name}", Linear({last: 1.0, opened: -smallest}), ">=", 0.0)
        for t in working:
            people = Linear({p.d.workers[h, s, level.level, t]: 1.0 for level in p.case.levels})
            yield Row(f"cap_holds.{h}.{s}.{t}", people.add_term(cap, -1.0), "<=", 0.0)


def at_work_rows(p: Programme, h: str, stopped: Collection[str] = ()) -> Iterator[Row]:
    """A chosen host has workers in every period after set-up: no office stands empty.

    At least as many as the fastest of its opened sectors can reach by then, up to the smallest placement, so whatever is
    opened can do it. Sectors that can reach no more than any other of the host share one row. In the last period
    ``staffed`` and ``opens`` ask for no less. ``stopped``: sectors in which nobody can work.
    """
    running = [one for one in p.case.placements_of(h) if one.sector not in stopped]
    if not running:
        return
    smallest = float(p.case.design.programme.min_placement)
    for t in p.q.numbers[p.case.lead : max(p.case.last_open(h) - 1, 0)]:
        reached = {one.sector: least(smallest, p.q.reach(one)[t]) for one in running}
        # A stopped sector may be the only one that is opened, and then nobody can be asked for.
        shared = 0.0 if stopped else least(*reached.values())
        for level in p.case.levels:
            name = level.level
            people = Linear({p.d.workers[h, one.sector, name, t]: 1.0 for one in running})
            if somewhere(shared):
                column = p.d.level[h, name]
                yield Row(f"at_work.{h}.{name}.{t}", Linear(people.terms | {column: -shared}), ">=", 0.0)
            for s, fewest in reached.items():
                if somewhere(fewest > shared):
                    column = p.d.open[h, s, name]
                    yield Row(f"at_work.{h}.{s}.{name}.{t}", Linear(people.terms | {column: -fewest}), ">=", 0.0)


def channel_rows(p: Programme, h: str) -> Iterator[Row]:
    """Pay channels within what the workers want and the law lets them take, and no less than their room lets them."""
    for level in p.case.levels:
        for t in p.q.numbers[p.case.lead :]:
            for name, left in channel_expressions(p, h, level.level, t).items():
                yield Row(f"{name}.{h}.{level.level}.{t}", left, ">=", 0.0)


def _arrives(month: float, period: Period) -> bool:
    """Whether money of that programme month can be spent from this period on and not before.

    Month 0 is before the start and month 12 ends before period 5 of a quarterly programme begins, so money can be
    spent in the first period that begins after its month has ended.
    """
    return (period.first_month - period.months <= month) & (month < period.first_month)


def _peak_rows(p: Programme) -> Iterator[Row]:
    for t in p.q.numbers[p.case.lead :]:
        people = Linear.total(p.q.workers(h, t) for h in p.q.hosts)
        yield Row(f"peak.{t}", people.add_term(p.d.peak, -1.0), "<=", 0.0)


def _solo_rows(p: Programme) -> Iterator[Row]:
    """A host is solo only while no other one is chosen."""
    for h, solo in p.d.solo.items():
        for other in p.q.hosts:
            if other != h:
                yield Row(f"solo.{h}.{other}", Linear.of(solo) + p.q.chosen(other), "<=", 1.0)


def _required_rows(p: Programme) -> Iterator[Row]:
    """What the design insists on: hosts, placements, levels."""
    for name in dict.fromkeys(p.case.design.required):
        host, _, part = name.partition(".")
        if not part:
            chosen = p.q.chosen(host)
        elif (host, part) in p.d.level:
            chosen = Linear.of(p.d.level[host, part])
        else:
            chosen = p.q.opened(host, part)
        yield Row(f"required.{name}", chosen, ">=", 1.0)
