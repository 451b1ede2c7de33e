"""Limits that a design writes itself (``[rules.KEY]``): parts of metrics by host, sector, level and period, added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pilot_planner.design.own_limits import Dimension, OwnLimit, Part, Term
from pilot_planner.programme.limits.registry import PROGRAMME_SCOPE, Limit, LimitRow, Side
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme

DIMENSIONS: tuple[Dimension, ...] = ("host", "sector", "level", "period")
_BY_ALL = frozenset(DIMENSIONS)
_BY_CHANNEL: frozenset[Dimension] = frozenset({"host", "level", "period"})
_BY_COST: frozenset[Dimension] = frozenset({"host", "period"})

CHOICES: dict[str, tuple[str, frozenset[Dimension]]] = {
    "worker_cap": ("persons", frozenset({"host", "sector"})),
    "hosts_chosen": ("count", frozenset({"host", "level"})),
    "sectors_opened": ("count", frozenset({"host", "sector", "level"})),
}
"""What a rule may count beside metrics: worker caps of host agreements, hosts, sectors opened in a host. Unit; kept by."""

MAY_BE_NEGATIVE = frozenset(
    {
        "net_donor_ask",
        "income_gain",
        "state_loss",
        "net_state_gain",
        "worker_gain",
        "state_gain",
        "employer_gain",
        "donor_gain",
        "host_gain",
    }
)
"""Nothing can be held against these: a ratio turns its sense where they fall below 0."""

_KEPT_BY: dict[str, frozenset[Dimension]] = {
    **dict.fromkeys(
        (
            "card_pay",
            "in_kind_pay",
            "family_pay",
            "diverted_income",
            "secured_income",
            "balance_at_return",
            "expected_state_take",
            "effective_state_benefit",
            "state_receipts",
            "state_gain",
            "worker_gain",
            "funds_at_risk",
            "procurement_loss",
        ),
        _BY_CHANNEL,
    ),
    **dict.fromkeys(("operating_cost", "net_donor_ask", "donor_gain", "inspector_months"), _BY_COST),
    "peak_workers": frozenset(),
    **{name: by for name, (_, by) in CHOICES.items()},
}


def kept_by(metric: str) -> frozenset[Dimension]:
    """Dimensions by which a metric (or choice) can be told apart.

    Pay channels are planned for a host and not by sector; inspectors and cost know neither sector nor level.
    """
    return _KEPT_BY.get(metric, _BY_ALL)


def countable() -> list[str]:
    """Every name that a term may have. The fullest period has no parts, and ``workers`` by period says the same."""
    return [*(name for name in METRICS if name != "peak_workers"), *CHOICES]


def unit_of_term(metric: str) -> str:
    """Unit of a metric or choice."""
    return CHOICES[metric][0] if metric in CHOICES else METRICS[metric].unit


@dataclass(frozen=True, slots=True)
class Scope:
    """What counts: None stands for all."""

    host: frozenset[str] | None = None
    sector: frozenset[str] | None = None
    level: frozenset[str] | None = None
    period: frozenset[int] | None = None

    def narrowed(self, part: Part) -> Scope:
        return Scope(
            _both(self.host, part.hosts),
            _both(self.sector, part.sectors),
            _both(self.level, part.levels),
            _both(self.period, part.periods),
        )

    def holds(self, key: ColumnKey) -> bool:
        """Whether a column counts. One that does not say counts nowhere in particular."""
        pairs = ((self.host, key.host), (self.sector, key.sector), (self.level, key.level), (self.period, key.period))
        return all(wanted is None or one in wanted for wanted, one in pairs)


def _both[T](kept: frozenset[T] | None, more: Sequence[T]) -> frozenset[T] | None:
    if not more:
        return kept
    return frozenset(more) if kept is None else kept & frozenset(more)


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """What a column belongs to; None where it belongs to none in particular."""

    host: str | None = None
    sector: str | None = None
    level: str | None = None
    period: int | None = None


def column_keys(p: Programme) -> dict[int, ColumnKey]:
    """The keys of every column that has some."""
    d = p.d
    found: dict[int, ColumnKey] = {}
    for people in (d.workers, d.arrivals):
        found |= {j: ColumnKey(h, s, level, t) for (h, s, level, t), j in people.items()}
    for channel in (d.in_kind, d.family):
        found |= {j: ColumnKey(h, None, level, t) for (h, level, t), j in channel.items()}
    found |= {j: ColumnKey(h, None, None, t) for (h, t), j in d.inspectors.items()}
    found |= {j: ColumnKey(h, s) for (h, s), j in d.cap.items()}
    found |= {j: ColumnKey(h, s, level) for (h, s, level), j in d.open.items()}
    found |= {j: ColumnKey(h, None, level) for (h, level), j in d.level.items()}
    return found | {j: ColumnKey(period=t) for t, j in d.cost.items()}


def own_limit(key: str, rule: OwnLimit) -> Limit:
    """The limit that a rule makes; its rows are those of every other limit."""

    def rows(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
        yield from _Rows(p, key, rule).of(side, bound)

    label = rule.label or key.replace("_", " ").capitalize()
    return Limit(
        key=key,
        label=label,
        unit=rule.unit,
        kind=rule.kind,
        owner=rule.owner,
        sentence=rule.sentence,
        protects=rule.protects or "a rule of this design's own",
        sides=("min", "max"),
        rows=rows,
        ceiling=rule.ceiling,
    )


class _Rows:
    """The rows of one rule in one programme."""

    def __init__(self, p: Programme, key: str, rule: OwnLimit) -> None:
        self.p, self.key, self.rule = p, key, rule
        self.within = Scope().narrowed(rule)

    def of(self, side: Side, bound: float) -> Iterator[LimitRow]:
        if self.rule.columns:
            known = self.p.columns_by_name
            named = Linear({known[name]: value for name, value in self.rule.columns.items() if name in known})
            yield LimitRow(self.key, side, PROGRAMME_SCOPE, named, bound)
            return
        by_place = any(name in self.rule.per for name in ("host", "sector", "level"))
        for names, scope in self._combinations():
            period = next(iter(scope.period)) if "period" in self.rule.per and scope.period else None
            numerator = self._sum(self.rule.of, scope)
            if self.rule.over:
                yield LimitRow(self.key, side, names, numerator, bound, self._sum(self.rule.over, scope), period=period)
            elif not numerator and period is not None and not self.rule.periods:
                continue  # before anybody can work there is nothing to ask for
            elif side == "max" or not by_place:
                yield LimitRow(self.key, side, names, numerator, bound, period=period, whole_unit=self._whole)
            else:
                for where, there in self._where_it_runs(names, scope):
                    yield LimitRow(self.key, side, where, numerator, bound, there, period=period)

    @property
    def _whole(self) -> float:
        """Caps, hosts and openings come in whole numbers."""
        return 1.0 if all(one.metric in CHOICES and one.times == 1.0 for one in self.rule.of) else 0.0

    def _combinations(self) -> Iterator[tuple[str, Scope]]:
        """Every place and period in which the rule holds, with the name of the place."""
        p, per = self.p, self.rule.per
        placements = {one.key for one in p.case.placements}
        hosts = [h for h in p.q.hosts if self.within.host is None or h in self.within.host]
        sectors = dict.fromkeys(s for h, s in sorted(placements) if self.within.sector is None or s in self.within.sector)
        levels = [one.level for one in p.case.levels if self.within.level is None or one.level in self.within.level]
        periods = [t for t in p.q.numbers if self.within.period is None or t in self.within.period]
        for h, s, level, t in product(
            hosts if "host" in per else [None],
            sectors if "sector" in per else [None],
            levels if "level" in per else [None],
            periods if "period" in per else [None],
        ):
            if h is not None and s is not None and (h, s) not in placements:
                continue
            names = ".".join(one for one in (h, s, level) if one is not None) or PROGRAMME_SCOPE
            yield names, self.within.narrowed(_part(h, s, level, t))

    def _where_it_runs(self, names: str, scope: Scope) -> Iterator[tuple[str, Linear]]:
        """1 where the place is in the plan, so that a least amount is asked of what is chosen alone."""
        d = self.p.d
        for h in self.p.q.hosts:
            if scope.host is not None and h not in scope.host:
                continue
            if "sector" in self.rule.per:
                columns = [j for (host, *_), j in d.open.items() if host == h]
            else:
                columns = [j for (host, _), j in d.level.items() if host == h]
            without_time = Scope(scope.host, scope.sector if "sector" in self.rule.per else None, scope.level)
            there = Linear({j: 1.0 for j in columns if without_time.holds(self.p.column_keys[j])})
            if there:
                yield names if "host" in self.rule.per else f"{h}.{names}", there

    def _sum(self, terms: Sequence[Term], scope: Scope) -> Linear:
        return Linear.total(part_of(self.p, one.metric, scope.narrowed(one)) * one.times for one in terms)


def _part(h: str | None, s: str | None, level: str | None, t: int | None) -> Part:
    return Part.model_construct(
        hosts=() if h is None else (h,),
        sectors=() if s is None else (s,),
        levels=() if level is None else (level,),
        periods=() if t is None else (t,),
    )


def part_of(p: Programme, metric: str, scope: Scope) -> Linear:
    """A metric as far as it falls into a scope."""
    special = _SPECIAL.get(metric)
    if special is not None:
        return special(p, scope)
    return _filtered(p, p.metric(metric), scope)


def _filtered(p: Programme, whole: Linear, scope: Scope) -> Linear:
    if scope == Scope():
        return whole
    keys = p.column_keys
    return Linear({j: value for j, value in whole.terms.items() if j in keys and scope.holds(keys[j])})


def _cost(p: Programme, scope: Scope) -> Linear:
    """Cost of a host is that of its own cells; what is shared belongs to none."""
    if scope.host is None:
        return _filtered(p, p.metric("operating_cost"), scope)
    hosts, periods = scope.host, scope.period
    cells = p.cost_totals.items()
    return Linear.total(cost for (h, t), cost in cells if h in hosts and (periods is None or t in periods))


def _ask(p: Programme, scope: Scope) -> Linear:
    return _cost(p, scope) - part_of(p, "levy_income", scope)


def _donor_gain(p: Programme, scope: Scope) -> Linear:
    return part_of(p, "worker_gain", scope) - _ask(p, scope) * p.case.rates.donor_alternative


def _workers(p: Programme, scope: Scope) -> Linear:
    """Those of the last period, or of the one that is named."""
    periods = scope.period or frozenset({p.q.numbers[-1]})
    employed = Linear.total(p.q.workers(h, t) for h in p.q.hosts for t in periods)
    return _filtered(p, employed, Scope(scope.host, scope.sector, scope.level))


def _counted(columns: Callable[[Programme], Sequence[int]]) -> Callable[[Programme, Scope], Linear]:
    return lambda p, scope: Linear({j: 1.0 for j in columns(p) if scope.holds(p.column_keys[j])})


_SPECIAL: dict[str, Callable[[Programme, Scope], Linear]] = {
    "operating_cost": _cost,
    "net_donor_ask": _ask,
    "donor_gain": _donor_gain,
    "workers": _workers,
    "worker_cap": _counted(lambda p: list(p.d.cap.values())),
    "hosts_chosen": _counted(lambda p: list(p.d.level.values())),
    "sectors_opened": _counted(lambda p: list(p.d.open.values())),
}
