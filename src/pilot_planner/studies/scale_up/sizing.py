"""Parts of the study of scale: one programme of a size, what binds in it, what excludes hosts, gates between phases."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from pilot_planner.case.case import Case
from pilot_planner.data.inputs import Inputs
from pilot_planner.errors import Fault, InputError, NoPlanError, Place
from pilot_planner.programme.build import build
from pilot_planner.programme.programme import Programme
from pilot_planner.programme.ratios import ratios_of
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.finished_lumps import Finished
from pilot_planner.studies.planning.accounts import Accounts, make_accounts
from pilot_planner.studies.planning.limit_status import LimitStanding, shown, standings
from pilot_planner.studies.scale_up.records import Binding, Change, FloorCount, Gate, ScaleRun, grouped
from pilot_planner.text.number_format import count, money

_SIZE = ("hosts", "worker_months")
"""Limits that set the size that is asked about: that they bind says nothing."""

_GATES = (
    ("funds_at_risk_share", "max"),
    ("host_funds_at_risk_share", "max"),
    ("visit_coverage", "min"),
    ("workers_per_inspector", "max"),
    ("card_share", "min"),
)
_GATES_IN_WORDS = ("audit", "protection cases", "hotline")
"""Words by which the checks of the ILO indicators on grievances and audits are known."""


@dataclass(frozen=True)
class Solved:
    """A programme with its best solution."""

    programme: Programme
    outcome: Outcome
    solution: tuple[float, ...]
    accounts: Accounts
    metrics: dict[str, float]
    standing: tuple[LimitStanding, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(sorted(self.accounts.levels))


def solve(case: Case, keep: Sequence[str] = ()) -> Solved | None:
    """The best programme of a case that runs in the hosts ``keep`` at least; None where there is none."""
    programme = build(case)
    session = Session(programme)
    for h in keep:
        session.live.add_row(programme.q.chosen(h), 1.0, math.inf)
    return solved_by(session, session.solve_by_structure() if keep else session.solve())


def solved_by(session: Session, outcome: Outcome) -> Solved | None:
    """What a session has found, with ties broken; None where it found nothing."""
    if outcome.status == "unbounded":
        raise NoPlanError(["the size of the programme has no end under these limits, so there is no largest one"])
    if not outcome.has_plan:
        return None
    return described(session.programme, outcome, session.break_ties(outcome))


_KEPT = TypeAdapter(tuple[Outcome, tuple[float, ...]] | None)


def kept_solved(kept: Finished, case: Case, make: Callable[[], Solved | None]) -> Solved | None:
    """What ``make`` gives, or gave before a stop; programmes of a study always come in the same order."""
    made: list[Solved | None] = []

    def answer() -> tuple[Outcome, tuple[float, ...]] | None:
        made.append(make())
        return None if made[0] is None else (made[0].outcome, made[0].solution)

    found = kept.next_step("programme", answer, _KEPT)
    if made or found is None:
        return made[0] if made else None
    return described(build(case), *found)


def described(programme: Programme, outcome: Outcome, solution: tuple[float, ...]) -> Solved:
    """What there is to say of a solution."""
    accounts = make_accounts(programme, solution)
    metrics = programme.metric_values(solution)
    return Solved(programme, outcome, solution, accounts, metrics, standings(programme, solution, accounts))


def run_of_size(size: int, share: float, settings: Mapping[str, Any], solved: Solved | None) -> ScaleRun:
    """The row of one size."""
    if solved is None:
        nothing = dict.fromkeys(
            (
                "worker_months",
                "workers",
                "operating_cost",
                "cost_per_worker_month",
                "oversight_posts",
                "funds_at_risk_share",
                "worker_income",
                "state_revenue",
            )
        )
        return ScaleRun(size, share, "infeasible", "", **nothing, binds=(), settings=dict(settings))
    metrics = solved.metrics
    ratios = ratios_of(metrics)
    posts: dict[int, float] = {}
    for row in solved.accounts.oversight:
        posts[row.period] = posts.get(row.period, 0.0) + row.inspectors
    return ScaleRun(
        hosts_allowed=size,
        share=share,
        status=solved.outcome.status,
        hosts="+".join(solved.hosts),
        worker_months=metrics["worker_months"],
        workers=metrics["peak_workers"],
        operating_cost=metrics["operating_cost"],
        cost_per_worker_month=ratios["operating_cost_per_worker_month"],
        oversight_posts=max(posts.values(), default=0.0),
        funds_at_risk_share=ratios["funds_at_risk_share"],
        worker_income=metrics["worker_income"],
        state_revenue=metrics["state_revenue"],
        binds=binds(solved.standing),
        settings=dict(settings),
    )


def binds(standing: Sequence[LimitStanding]) -> tuple[Binding, ...]:
    """Limits that bind, but for those that set the size."""
    found = (
        (f"{one.label}, {'at most' if one.sense == 'max' else 'at least'}", one.scope)
        for one in standing
        if one.binding and one.key not in _SIZE
    )
    return tuple(dict.fromkeys(found))


def changes(runs: Sequence[ScaleRun]) -> Iterator[Change]:
    """From size to size at the largest programmes, and from share to share where all hosts are allowed."""
    largest = [run for run in runs if run.share == 1.0 and run.status != "infeasible"]
    growing = [run for run in runs if run.hosts_allowed == runs[-1].hosts_allowed and run.status != "infeasible"]
    for before, after in (*itertools.pairwise(largest), *itertools.pairwise(growing)):
        now = tuple(one for one in after.binds if one not in before.binds)
        no_longer = tuple(one for one in before.binds if one not in after.binds)
        more = (after.worker_months or 0.0) - (before.worker_months or 0.0)
        dearer = (after.operating_cost or 0.0) - (before.operating_cost or 0.0)
        each = dearer / more if more > _NO_MONTHS else None
        price = "" if each is None else f" at {money(each)} USD each"
        parts = [f"{count(more)} more worker-months{price}"]
        parts += [f"now binds: {'; '.join(grouped(now))}"] if now else []
        parts += [f"no longer binds: {'; '.join(grouped(no_longer))}"] if no_longer else []
        parts += ["nothing changes in what binds"] if not now and not no_longer else []
        yield Change(
            before=_name(before),
            after=_name(after),
            worker_months=more,
            cost_of_each=each,
            now=now,
            no_longer=no_longer,
            sentence=f"From {_name(before)} to {_name(after)}: {'. '.join(_capital(part) for part in parts)}.",
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_NO_MONTHS = 1e-3


def _name(run: ScaleRun) -> str:
    hosts = f"{run.hosts_allowed} host{'s' if run.hosts_allowed != 1 else ''}"
    return f"the largest in {hosts}" if run.share == 1.0 else f"{run.share:.0%} of the largest in {hosts}"


def floors(case: Case) -> Iterator[FloorCount]:
    """Rights floors by the hosts that they exclude; exclusions of the design and unknown evidence are counted too."""
    of_host: dict[str, list[set[str]]] = {}
    for verdict in case.verdicts:
        of_host.setdefault(verdict.iso3, []).append(set(verdict.reasons))
    # Sectors that the design leaves out everywhere say nothing about a host.
    considered = {h: [one for one in all_of if "exclusion" not in one] or all_of for h, all_of in of_host.items()}
    floors = dict.fromkeys(floor for all_of in considered.values() for reasons in all_of for floor in sorted(reasons))
    counts = []
    for floor in floors:
        excluded = [h for h, all_of in considered.items() if all(floor in reasons for reasons in all_of)]
        alone = [h for h in excluded if any(reasons == {floor} for reasons in considered[h])]
        if excluded:
            counts.append(FloorCount(floor, len(excluded), len(alone)))
    yield from sorted(counts, key=lambda one: (-one.hosts, one.floor))


def seed_fact(inputs: Inputs, fact: str) -> float:
    """The figure of a fact of the founding texts."""
    base = inputs.estimates["seed_facts", fact].base
    if base is None:
        raise InputError([Fault(Place("facts/seed_facts.csv"), f"{fact} has no base", "a number", "add it")])
    return base


def gates(phase: int, before: Solved, inputs: Inputs) -> Iterator[Gate]:
    """What the phase before must have shown: the design's own safeguards with their bounds, then checks in words."""
    for key, side in _GATES:
        rows = [one for one in before.standing if (one.key, one.sense) == (key, side)]
        if rows:
            worst = min(rows, key=lambda one: one.slack)
            text = (
                f"{worst.label}: {'at most' if side == 'max' else 'at least'} {shown(worst.bound, worst.unit)}, as measured"
            )
            yield Gate(phase, key, side, worst.bound, worst.value, f"{text} over phase {phase - 1}.")
    for row in inputs.rows("facts/ilo_indicators.csv"):
        check = row.text("verification")
        if any(word in check.lower() for word in _GATES_IN_WORDS):
            yield Gate(phase, row.text("ilo_indicator"), "text", None, None, check)
