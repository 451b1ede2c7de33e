"""How each limit stands in a plan: its value, its slack, whether it binds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pilot_planner.programme.build import Programme
from pilot_planner.programme.limits import Kind, Limit, LimitRow, Side, find_limit
from pilot_planner.programme.linear import Linear
from pilot_planner.studies.planning.accounts import Accounts

_BINDING = 1e-6
"""Slack, relative to max(1, |bound|), below which a limit binds."""
_NOTHING = 1e-6
_AS_TIGHT = 1e-6
"""Slacks that differ by less than this, relative to max(1, |bound|), are equally tight."""


@dataclass(frozen=True, slots=True)
class LimitStanding:
    """One limit in one scope, where it is tightest.

    Attributes:
        period: the period in which it is tightest; None for limits on the whole programme.
        value, slack: in the limit's unit; slack is never negative in a plan, beyond rounding.
        owner: who sets the bound; ``evidence`` for bounds that the inputs set.
    """

    key: str
    label: str
    scope: str
    kind: Kind
    unit: str
    sense: Side
    bound: float
    value: float
    slack: float
    binding: bool
    period: int | None
    owner: str
    sentence: str
    protects: str


def standings(programme: Programme, solution: Sequence[float], accounts: Accounts) -> tuple[LimitStanding, ...]:
    """Every limit of the design, then those that the evidence sets; limits of hosts not chosen are left out."""
    left_out = {host.iso3 for host in programme.case.hosts} - accounts.levels.keys()
    found: dict[tuple[str, Side, str], list[LimitStanding]] = {}
    for row in programme.limit_rows:
        if row.scope.split(".")[0] in left_out:
            continue
        limit = find_limit(row.key, programme.case.design)
        if limit is None:
            continue
        standing = standing_of(row, limit, solution)
        if standing is None:
            continue
        found.setdefault((row.key, row.side, row.scope), []).append(standing)
    tightest = (one for standing in found.values() if (one := first_tightest(standing)) is not None)
    return (*tightest, *_evidence_limits(programme, solution, accounts))


def first_tightest(standing: Sequence[LimitStanding]) -> LimitStanding | None:
    """The first of those that are equally tight, so that rounding of another engine or seed names no other period."""
    sizes = [one.slack / max(1.0, abs(one.bound)) for one in standing]
    return next((one for one, size in zip(standing, sizes, strict=True) if size <= min(sizes) + _AS_TIGHT), None)


def standing_of(row: LimitRow, limit: Limit, solution: Sequence[float]) -> LimitStanding | None:
    """How one row stands. None where the limit has nothing to hold on: no workers to divide by, or lifted."""
    if row.lifted_by is not None and solution[row.lifted_by] > 0.5:
        return None
    value = row.numerator.value(solution)
    if row.denominator is not None:
        below = row.denominator.value(solution)
        if abs(below) < _NOTHING:
            return None
        value /= below
    slack = row.bound - value if row.side == "max" else value - row.bound
    binding = abs(slack) <= _BINDING * max(1.0, abs(row.bound))
    binding = binding or (row.whole_unit > 0.0 and slack < row.whole_unit * (1.0 - _BINDING))
    return LimitStanding(
        key=row.key,
        label=limit.label,
        scope=row.scope,
        kind=limit.kind_of(row.side),
        unit=limit.unit,
        sense=row.side,
        bound=row.bound,
        value=value,
        slack=slack,
        binding=binding,
        period=row.period,
        owner=limit.owner,
        sentence=limit.says(row.side, shown(row.bound, limit.unit)),
        protects=limit.protects,
    )


def shown(value: float, unit: str) -> str:
    """A bound for a sentence: ``12,000,000 USD``, ``6 %``, ``250 persons``."""
    match unit:
        case "share":
            return f"{100 * value:g} %"
        case "score":
            return f"{value:g}"
        case "count" | "persons" | "posts" | "months":
            return f"{value:,.10g}"
        case "USD":
            return f"{value:,.0f} USD".replace("-", "−")
        case _:
            return f"{value:,.10g} {unit}"


def _evidence_limits(programme: Programme, solution: Sequence[float], accounts: Accounts) -> Iterable[LimitStanding]:
    """Bounds that the inputs set: employers' demand, intake, and what workers choose."""
    case, q = programme.case, programme.q
    working = q.numbers[case.lead :]
    for placement in case.placements:
        h, s = placement.key
        level = accounts.levels.get(h)
        if level is None or solution[programme.d.cap[h, s]] < 1:
            continue
        scope = f"{h}.{s}"
        peak = max(solution[programme.d.workers[h, s, level, t]] for t in working)
        demand = float(int(placement.demand))
        yield _of_evidence(
            "demand", "Employers' demand", scope, "capacity", "persons", demand, peak,
            f"Employers in {scope} ask for at most {demand:,.0f} workers.", "plans that employers can fill",
        )  # fmt: skip
        start = max(solution[programme.d.arrivals[h, s, level, t]] for t in working)
        yield _of_evidence(
            "intake", "Intake in a period", scope, "capacity", "persons", placement.intake, start,
            f"At most {placement.intake:,.0f} workers can start in {scope} in one period.",
            "arrivals that can be selected, briefed and housed in time",
        )  # fmt: skip
    for h, level in accounts.levels.items():
        for label, columns, part in (
            ("Goods and services that workers choose", programme.d.in_kind, "in_kind"),
            ("Parcels that workers choose", programme.d.family, "family"),
        ):
            taken = Linear({columns[h, level, t]: 1.0 for t in working}).value(solution)
            most = sum(_chosen(programme, h, level, t, part, solution) for t in working)
            yield _of_evidence(
                f"uptake_{part}", label, h, "safeguard", "USD", most, taken,
                f"Workers in {h} are expected to choose at most {shown(most, 'USD')} of it.", "a choice that stays free",
            )  # fmt: skip


def _chosen(programme: Programme, h: str, level: str, t: int, part: str, solution: Sequence[float]) -> float:
    return sum(
        float(getattr(programme.q.take_up(placement, t), part))
        * solution[programme.d.workers[h, placement.sector, level, t]]
        for placement in programme.case.placements_of(h)
    )


def _of_evidence(
    key: str, label: str, scope: str, kind: Kind, unit: str, bound: float, value: float, sentence: str, protects: str
) -> LimitStanding:
    slack = bound - value
    return LimitStanding(
        key=key,
        label=label,
        scope=scope,
        kind=kind,
        unit=unit,
        sense="max",
        bound=bound,
        value=value,
        slack=slack,
        binding=slack <= _BINDING * max(1.0, abs(bound)),
        period=None,
        owner="evidence",
        sentence=sentence,
        protects=protects,
    )
