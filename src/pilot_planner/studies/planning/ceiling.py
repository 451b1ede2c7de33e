"""What the ceiling of a design is about, operating cost or what donors are asked for, and what the other would give."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from pilot_planner.errors import NoTimeError
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.design_words import CEILING_ABOUT, CeilingKind, ceiling_in_words, ceiling_kind
from pilot_planner.text.number_format import with_unit

_OTHER: dict[str, Literal["operating_cost", "net_donor_ask"]] = {
    "operating_cost": "net_donor_ask",
    "net_donor_ask": "operating_cost",
}
_PROVEN_TO = 1e-9
"""Gap of the second search: its value is then the same to eight digits whatever was asked before it."""
_SEARCH = {"name": "highs", "engine": "structure", "gap": _PROVEN_TO}
_NO_BOUND = 1e15
"""USD: beyond what any programme costs. A number, since bounds that are proven by multipliers pay by it."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The ceiling of a design and the worth of the other kind.

    Attributes:
        kind: ``operating_cost``, ``net_donor_ask``, or ``both`` where the design bounds both.
        usd: the ceiling; of operating cost where both are bounded.
        metric, objective: what the plan is best in, and its value.
        other: the other kind; empty where both are bounded.
        other_status: ``optimal``, ``no_plan`` or ``not_known``; empty where both are bounded.
        other_objective: of the best plan where the same sum is a ceiling of the other kind.
        settings: what makes it so, as ``--set`` takes it.
        sentence: all of it for people.
    """

    kind: CeilingKind
    usd: float
    metric: str
    objective: float
    other: str
    other_status: str
    other_objective: float | None
    settings: dict[str, Any]
    sentence: str

    def document(self) -> dict[str, Any]:
        """As a plain document; the other value without digits that a search does not settle."""
        record = {name: getattr(self, name) for name in self.__slots__}
        if self.other_objective is not None:
            record["other_objective"] = float(f"{self.other_objective:.8g}")
        return {**record, "objective": float(f"{self.objective:.10g}")}


def beside(programme: Programme) -> list[Any]:
    """The expression that ``ceiling`` bounds, for the session that searches for the plan; none where it asks nothing."""
    kind = ceiling_kind(programme.case.design)
    return [] if kind is None or kind == "both" else [programme.metric(_OTHER[kind])]


def ceiling(programme: Programme, plan: Outcome, seconds: float, session: Session | None = None) -> Ceiling | None:
    """The ceiling of a programme's design with this best ``plan``; None where the design has none.

    The other kind is looked for as long as ``seconds``. ``session``: the one that found the plan, made with ``beside``; the
    second search then takes a fifth of its time.
    """
    objective = plan.objective or 0.0
    design = programme.case.design
    kind = ceiling_kind(design)
    if kind is None:
        return None
    metric, words = design.objective.metric, ceiling_in_words(design)
    if kind == "both":
        usd = float(design.bounds("operating_cost").max or 0.0)
        return Ceiling(kind, usd, metric, objective, "", "", None, {}, words)
    other, usd = _OTHER[kind], float(design.bounds(kind).max or 0.0)
    status, value = "not_known", None
    if plan.status == "optimal" and seconds > 0.0:
        status, value = _best_under(_without(programme, kind, seconds), kind, usd, session)
    rest = design.bounds(kind).min
    settings = {f"limits.{kind}": {} if rest is None else {"min": rest}, f"limits.{other}.max": usd}
    sentence = f"{words} {_worth(other, status, value, objective, METRICS[metric])}"
    return Ceiling(kind, usd, metric, objective, other, status, value, settings, sentence)


def _worth(other: str, status: str, value: float | None, objective: float, metric: Any) -> str:
    same = f"The same sum as a ceiling on {CEILING_ABOUT[other].partition(',')[0]} (limits.{other}.max)"
    if status == "no_plan":
        return f"{same} would leave no plan."
    if value is None:
        return f"{same}: what it would give was not found in the time."
    name = metric.label.lower()
    if abs(value - objective) <= _SAME * max(1.0, abs(objective)):
        return f"{same} would change nothing: other limits hold the plan back first."
    now, then = with_unit(objective, metric.unit), with_unit(value, metric.unit)
    if now == then:
        change = value - objective
        return f"{same} would give {with_unit(abs(change), metric.unit)} {'more' if change > 0 else 'less'} {name}."
    return f"{same} would give {then} of {name} instead of {now}."


_SAME = 1e-6


def _best_under(freed: Programme, kind: str, usd: float, session: Session | None) -> tuple[str, float | None]:
    """Status and objective of the best plan of a programme without its ceiling, and with one of the other kind."""
    bounded = freed.metric(_OTHER[kind])
    ways: list[Callable[[], Outcome | None]] = [lambda: Session(freed).solve_under(bounded, usd)]
    if session is not None:
        ways.insert(0, lambda: session.solve_beside(freed, [usd]))
    outcome: Outcome | None = None
    for way in ways:
        try:
            outcome = outcome or way()
        except NoTimeError:
            return "not_known", None
    if outcome is None or outcome.status in ("time_limit", "unbounded"):
        return "not_known", None
    return ("optimal", outcome.objective) if outcome.has_plan else ("no_plan", None)


def _without(programme: Programme, kind: str, seconds: float) -> Programme:
    """The programme with a ceiling that holds nothing, searched by sets to ``_PROVEN_TO`` for as long as ``seconds``."""
    design = programme.case.design
    solver = design.solver.model_copy(update=_SEARCH | {"time_limit": seconds})
    freed = copy.copy(programme)
    freed.case = replace(programme.case, design=design.model_copy(update={"solver": solver}))
    ceiling_row = f"limit.{kind}.max"
    freed.rows = [replace(row, right_side=_NO_BOUND) if row.name == ceiling_row else row for row in programme.rows]
    return freed
