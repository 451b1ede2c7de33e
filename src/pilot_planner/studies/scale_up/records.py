"""What a study of scale finds: sizes, what changes between them, the shortfall, phases and their gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from pilot_planner.text.result_tables import Rows, Tabled

Binding = tuple[str, str]
"""A limit that binds, in words, and where: ``("Share of permits, at most", "KAZ.construction")``."""


def grouped(bindings: Iterable[Binding]) -> tuple[str, ...]:
    """Those of one limit together: ``Share of permits, at most (KAZ.construction, MNG.construction)``."""
    where: dict[str, list[str]] = {}
    for label, scope in bindings:
        where.setdefault(label, []).append(scope)
    return tuple(f"{label} ({', '.join(sorted(scopes))})" for label, scopes in where.items())


@dataclass(frozen=True, slots=True)
class ScaleRun:
    """The best programme of one size.

    Attributes:
        hosts_allowed: most hosts of this size.
        share: of the size's largest worker-months; 1 is the largest programme.
        status: ``optimal`` where proven; ``time_limit`` where the best found is given; ``infeasible`` where no programme
            of this size meets the limits, and everything below is None or empty.
        oversight_posts: inspectors in the fullest period, full-time equivalents.
        binds: limits that hold it back, each with the place where it does.
        settings: what ``make_plan`` takes to solve for this programme again (None lifts a bound).
    """

    hosts_allowed: int
    share: float
    status: str
    hosts: str
    worker_months: float | None
    workers: float | None
    operating_cost: float | None
    cost_per_worker_month: float | None
    oversight_posts: float | None
    funds_at_risk_share: float | None
    worker_income: float | None
    state_revenue: float | None
    binds: tuple[Binding, ...]
    settings: dict[str, Any]

    @property
    def count_of_hosts(self) -> int:
        return len(self.hosts.split("+")) if self.hosts else 0

    def record(self) -> dict[str, Any]:
        """One row, without what a table cannot hold."""
        row = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "settings"}
        return row | {"binds": "; ".join(grouped(self.binds))}


@dataclass(frozen=True, slots=True)
class Change:
    """From one size to the next: worker-months added and the cost of each, and what begins or ceases to bind."""

    before: str
    after: str
    worker_months: float
    cost_of_each: float | None
    now: tuple[Binding, ...]
    no_longer: tuple[Binding, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The size at which a worker-month is cheapest, with all eligible hosts allowed; no other size does better by more
    than ``within`` USD."""

    worker_months: float
    cost_per_worker_month: float
    hosts: str
    within: float
    sentence: str


@dataclass(frozen=True, slots=True)
class FloorCount:
    """Hosts that one rights floor excludes in all their placements, and those that would have one if only it fell."""

    floor: str
    hosts: int
    alone: int


@dataclass(frozen=True, slots=True)
class FloorLift:
    """What stands between hosts and the programme at one rights floor; no floor is proposed to fall.

    Attributes:
        hosts: ISO3 codes of hosts that fail it in their nearest sector.
        alone: of these, hosts that fail nothing else there.
        lets_in: the least change that would let each of those in, in words, by host; without those for which evidence has to
            be found first.
    """

    floor: str
    hosts: tuple[str, ...]
    alone: tuple[str, ...]
    lets_in: dict[str, str]
    sentence: str


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The largest programme against all who are believed to work abroad (seed facts P007 and P008)."""

    workers_abroad: float
    countries_abroad: float
    workers: float
    hosts: int
    candidates: int
    eligible: int
    floors: tuple[FloorCount, ...]
    demand: float
    held_by: tuple[Binding, ...]
    lets_in: tuple[FloorLift, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """What must be shown before a phase opens. ``planned`` is what the phase before plans where it is worst."""

    phase: int
    indicator: str
    sense: str
    threshold: float | None
    planned: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: a programme of the design's length, set up anew, after the one before. Totals are its own and so far."""

    number: int
    title: str
    hosts: str
    new_hosts: str
    left_hosts: str
    status: str
    workers: float
    worker_months: float
    operating_cost: float
    worker_income: float
    state_revenue: float
    worker_months_so_far: float
    operating_cost_so_far: float
    worker_income_so_far: float
    state_revenue_so_far: float
    gates: tuple[Gate, ...]


@dataclass(frozen=True)
class Scale(Tabled):
    """Everything that wider adoption would take, as far as the evidence allows."""

    runs: tuple[ScaleRun, ...]
    changes: tuple[Change, ...]
    cheapest: Cheapest
    shortfall: Shortfall
    phases: tuple[Phase, ...]
    lifted: tuple[str, ...]
    kept: tuple[str, ...]

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {
            "sizes": self.records,
            "changes": lambda: [asdict(one) for one in self.changes],
            "phases": lambda: [{k: v for k, v in asdict(one).items() if k != "gates"} for one in self.phases],
            "gates": lambda: [asdict(gate) for one in self.phases for gate in one.gates],
        }

    @property
    def full(self) -> ScaleRun:
        """The largest programme with all eligible hosts."""
        return self.runs[-1]

    def records(self) -> list[dict[str, Any]]:
        """One row per size."""
        return [run.record() for run in self.runs]
