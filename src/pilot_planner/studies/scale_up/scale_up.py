"""What wider adoption would take and cost: host by host, size by size, phase by phase.

The limits that make a pilot a pilot are lifted (``scale.lifted`` of the design); safeguards, permits, law, demand and
what a host itself admits stay. Every programme here is proven best for its own question. Nothing here is a forecast: it
is what the same rules and the same evidence would allow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pilot_planner.case.case import Case, make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.loading import validated
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, NoPlanError, NoTimeError, Place
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.execution.finished_lumps import Finished, identity
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.limit_status import shown
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.scale_up.letting_in import floor_lifts
from pilot_planner.studies.scale_up.records import Cheapest, Phase, Scale, ScaleRun, Shortfall, grouped
from pilot_planner.studies.scale_up.session import Questions
from pilot_planner.studies.scale_up.sizing import (
    Solved,
    binds,
    changes,
    floors,
    gates,
    kept_solved,
    run_of_size,
    seed_fact,
    solve,
)
from pilot_planner.text.number_format import count, money, percent

DEFAULT_PHASES = 3
FEWEST_PHASES = 2


def scale(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    phases: int = DEFAULT_PHASES,
    progress: Progress | None = None,
    out: str | Path | None = None,
) -> Scale:
    """What wider adoption would take.

    1. for 1 to all eligible hosts: the largest programme, at that size the cheapest, and the cheapest programmes of
       the design's ``scale.shares`` of its worker-months;
    2. what changes in what binds from size to size, and the size at which a worker-month is cheapest;
    3. the shortfall against all who are believed to work abroad, and what keeps it there;
    4. ``phases`` phases from the design itself to all eligible hosts, with gates between.

    ``out``: folder that keeps each programme that is solved, so that the same call goes on from there after a stop; None
    keeps nothing.

    Raises NoPlanError when no size has a programme, or the design itself has none; InputError for fewer than two phases;
    CancelledError (with the tuple of ``ScaleRun`` of the sizes that are finished) when ``progress`` returns False.
    """
    if phases < FEWEST_PHASES:
        what = f"{phases} phases"
        raise InputError([Fault(Place("phases"), what, "2 or more", "the first is the pilot, the last all eligible hosts")])
    design, ready = set_up(model, inputs, settings)
    with Finished(out, identity("scale", design, ready, phases=phases)) as kept:
        return _Study(design, ready, progress, kept).run(phases)


class _Study:
    def __init__(self, design: Design, inputs: Inputs, progress: Progress | None, kept: Finished) -> None:
        self.kept = kept
        self.design = design
        self.inputs = inputs
        self.case = make_case(design, inputs)
        self.runs: list[ScaleRun] = []
        self.tell = Telling(progress, lambda: tuple(self.runs) or None)
        self.eligible = len(self.case.hosts)
        self.lifted = [(key, side) for key, _, side in (bound.partition(".") for bound in design.scale.lifted)]

    def run(self, phases: int) -> Scale:
        self.tell("the design itself", 0.0)
        pilot = kept_solved(self.kept, self.case, lambda: solve(self.case))
        if pilot is None:
            raise NoPlanError(["no plan meets all limits of this design"])
        first = max(1, math.ceil(self.design.bounds("hosts").min or 0.0))
        sizes = range(min(first, self.eligible), self.eligible + 1)
        runs = self.runs
        largest: Solved | None = None
        self.questions = Questions(self._case(self.eligible, 0.0), self.kept)
        for place, size in enumerate(sizes):
            self.tell(f"programmes in at most {size} hosts", 0.8 * place / len(sizes))
            # What fits into fewer hosts fits into these, so a search may begin with the largest programme so far.
            largest = self.questions.largest(self._case(size), size, largest)
            runs += self._of_size(size, largest)
        if largest is None or largest.metrics["worker_months"] <= 0.0:
            raise NoPlanError(["no programme meets the limits that stay, whatever its size"])
        self.tell("the size at which a worker-month is cheapest", 0.8)
        cheapest = self._cheapest(largest)
        self.tell("phases", 0.9)
        return Scale(
            runs=tuple(runs),
            changes=tuple(changes(runs)),
            cheapest=cheapest,
            shortfall=self._shortfall(largest),
            phases=tuple(self._phases(pilot, largest, phases)),
            lifted=tuple(self._lifted()),
            kept=tuple(sorted(self._kept())),
        )

    # --- sizes ---

    def _settings(self, hosts: int, least: float | None = None) -> dict[str, Any]:
        """What turns the design into the question for one size: the largest programme, or the cheapest of ``least``."""
        found: dict[str, Any] = {
            f"limits.{key}.{side}": None for key, side in self.lifted if getattr(self.design.bounds(key), side) is not None
        }
        found["limits.hosts.max"] = float(hosts)
        smallest = self.design.bounds("worker_months").min or 0.0
        found["limits.worker_months.min"] = smallest
        if least is None:
            return found | {"objective.metric": "worker_months", "objective.sense": "max"}
        found["limits.worker_months.min"] = max(least, smallest)
        return found | {"objective.metric": "operating_cost", "objective.sense": "min"}

    def _case(self, hosts: int, least: float | None = None) -> Case:
        """The case of one size: the limits that differ touch no pay, tax, floor or unit cost, so the rest is shared."""
        return replace(self.case, design=validated(self.design.model_dump(), self._settings(hosts, least)))

    def _of_size(self, size: int, largest: Solved | None) -> Iterator[ScaleRun]:
        """The smaller programmes of a size, then its largest.

        They are solved from the larger to the smaller: each has enough worker-months for the next.
        """
        found: list[ScaleRun] = [run_of_size(size, 1.0, self._settings(size), largest)]
        larger = largest
        for share in reversed(self.design.scale.shares if largest is not None else ()):
            least = share * (found[0].worker_months or 0.0)
            larger = self.questions.cheapest(self._case(size, least), size, least, larger)
            found.append(run_of_size(size, share, self._settings(size, least), larger))
        yield from reversed(found)

    def _lifted(self) -> Iterator[str]:
        for key, side in self.lifted:
            bound = getattr(self.design.bounds(key), side)
            limit = find_limit(key, self.design)
            if bound is not None and limit is not None:
                yield f"{limit.label}: {'at most' if side == 'max' else 'at least'} {shown(bound, limit.unit)}"
        most = self.design.bounds("hosts").max
        if most is not None:
            yield f"Host countries: at most {most:g}; here each number in turn"

    def _kept(self) -> Iterator[str]:
        """Limits of which a bound stays."""
        gone = {*self.lifted, ("hosts", "max")}
        for key, bounds in self.design.limits.items():
            if any(getattr(bounds, side) is not None and (key, side) not in gone for side in ("min", "max")):
                yield key

    # --- economies of scale ---

    def _cheapest(self, largest: Solved) -> Cheapest:
        """The least cost per worker-month by Dinkelbach's method: the best programme at cost less price x worker-months,
        with the price set to the ratio found, until nothing is below zero by more than ``_ROOM``."""
        programme = largest.programme
        cost, months = programme.metric("operating_cost"), programme.metric("worker_months")
        solution: Sequence[float] = largest.solution
        ratio = cost.value(solution) / months.value(solution)
        for _ in range(_MOST_STEPS):
            better = self.questions.below(ratio, _ROOM, largest)
            if not better:
                break
            solution = better
            ratio = cost.value(solution) / months.value(solution)
        else:
            raise NoTimeError(f"the cheapest size was not proven in {_MOST_STEPS} steps")
        least = months.value(solution)
        hosts = "+".join(sorted(h for (h, _), column in programme.d.level.items() if solution[column] > _TAKEN))
        full = largest.metrics["worker_months"]
        at_full = largest.metrics["operating_cost"] / full
        if least >= full * (1.0 - 1e-6):
            sentence = f"Cost per worker-month falls up to the largest programme: {money(ratio)} USD."
        else:
            sentence = (
                f"Cost per worker-month stops falling at {count(least)} worker-months ({hosts}): {money(ratio)} USD there, "
                f"{money(at_full)} USD at the largest programme of {count(full)}."
            )
        smallest = max(self.design.bounds("worker_months").min or 0.0, 1.0)
        return Cheapest(least, ratio, hosts, 2.0 * _ROOM / smallest, sentence)

    # --- shortfall ---

    def _shortfall(self, largest: Solved) -> Shortfall:
        workers_abroad = seed_fact(self.inputs, "P007")
        countries = seed_fact(self.inputs, "P008")
        workers = largest.metrics["peak_workers"]
        candidates = len(dict.fromkeys(verdict.iso3 for verdict in self.case.verdicts))
        excluding = tuple(floors(self.case))
        demand = float(sum(int(placement.demand) for placement in self.case.placements))
        held = binds(largest.standing)
        lifts = tuple(floor_lifts(self.case))
        named = ", ".join(f"{one.floor.replace('_', ' ')} {one.hosts} ({one.alone} by it alone)" for one in excluding)
        sentences = (
            f"The largest programme employs {count(workers)} at once in {len(largest.hosts)} countries: "
            f"{percent(workers / workers_abroad)} of the {count(workers_abroad)} believed to work in {count(countries)} "
            f"countries; {count(workers_abroad - workers)} stay outside it.",
            f"{candidates - self.eligible} of {candidates} candidate hosts have no placement that passes every rights "
            f"floor on known evidence. Hosts that each of these excludes in every placement considered: {named}.",
            f"In the {self.eligible} hosts that pass, employers ask for {count(demand)} workers; what holds the programme "
            f"below that: {'; '.join(grouped(held))}.",
        )
        return Shortfall(
            workers_abroad=workers_abroad,
            countries_abroad=countries,
            workers=workers,
            hosts=len(largest.hosts),
            candidates=candidates,
            eligible=self.eligible,
            floors=excluding,
            demand=demand,
            held_by=held,
            lets_in=lifts,
            sentences=(*sentences, *(one.sentence for one in lifts)),
        )

    # --- phases ---

    def _phases(self, pilot: Solved, largest: Solved, number: int) -> Iterator[Phase]:
        """The pilot, then the cheapest programmes of evenly growing worker-months, then the largest one."""
        start, end = pilot.metrics["worker_months"], largest.metrics["worker_months"]
        names = ("worker_months", "operating_cost", "worker_income", "state_revenue")
        so_far = dict.fromkeys(names, 0.0)
        before = pilot
        for k in range(1, number + 1):
            if k == 1:
                solved, title = pilot, "The pilot: the design itself"
            elif k == number:
                solved, title = largest, "All eligible hosts: the largest programme"
            else:
                least = start + (end - start) * (k - 1) / (number - 1)
                solved = self._between(least, before.hosts)
                title = f"The cheapest programme of {count(least)} worker-months"
            so_far = {name: so_far[name] + solved.metrics[name] for name in names}
            yield Phase(
                number=k,
                title=title,
                hosts="+".join(solved.hosts),
                new_hosts="+".join(h for h in solved.hosts if k == 1 or h not in before.hosts),
                left_hosts="+".join(h for h in before.hosts if h not in solved.hosts),
                status=solved.outcome.status,
                workers=solved.metrics["peak_workers"],
                **{name: solved.metrics[name] for name in names},
                **{f"{name}_so_far": so_far[name] for name in names},
                gates=() if k == 1 else tuple(gates(k, before, self.inputs)),
            )
            before = solved

    def _between(self, least: float, hosts: Sequence[str]) -> Solved:
        """The cheapest programme of a size that stays where the phase before was; where none can, the cheapest."""
        case = self._case(self.eligible, least)
        solved = self.questions.that_keeps(case, self.eligible, least, hosts)
        if solved is None:
            raise NoPlanError([f"no programme between the phases has {count(least)} worker-months"])
        return solved


_MOST_STEPS = 50
_ROOM = 1.0
"""USD by which a programme may beat the cheapest size's price, over all its worker-months."""
_TAKEN = 0.5
