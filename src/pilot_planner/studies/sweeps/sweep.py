"""Many runs of one design, fast: only what a run changes is computed again.

What a plan needs is kept and reused where it holds: inputs (formulas that rest on a changed value are computed
again, the others stay), the programme (a changed bound of a limit changes the rows of that limit), the live HiGHS
object and the search (see ``solving/warm_start.py``). Where nothing can be reused, a run is made as ``make_plan`` makes it.
"""

from __future__ import annotations

import copy
import json
import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.case.case import Case, make_case, with_other_ceilings
from pilot_planner.data.derivation import derive
from pilot_planner.data.estimates import Address, Estimate
from pilot_planner.data.formulas import references
from pilot_planner.data.inputs import Inputs, bounds_of
from pilot_planner.design.loading import validated
from pilot_planner.design.rights import held_to_law
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.errors import InputError, NoPlanError, SolverError
from pilot_planner.programme.build import Programme, Row, RowSense, build, channel_rows
from pilot_planner.programme.limits import Side, find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS, ratios_of
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.solving.warm_start import KeptSession, same_structure
from pilot_planner.studies.planning.setup import names_at_fault
from pilot_planner.studies.sweeps.batch import Batch

INPUTS = "inputs."

Values = Mapping[str, Any]

_KEPT_INPUTS = 64
_KEPT_PROGRAMMES = 8
_KEPT_SESSIONS = 4


@dataclass(frozen=True, slots=True)
class Result:
    """One run. ``status``: optimal, time_limit, infeasible, unbounded, refused (with the reason) or failed."""

    status: str
    objective: float | None = None
    gap: float | None = None
    hosts: str = ""
    metrics: dict[str, float | None] | None = None
    reason: str = ""


class Memory[K, V]:
    """The last few things that were made, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = self._kept[key] = make()
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return made


class ChangingInputs:
    """Inputs with other values, again and again. Gives what ``Inputs.with_values`` gives, in less time.

    ``drawn`` says that the values are draws of what was read, which medians over hosts follow, and no scenarios.
    """

    def __init__(self, inputs: Inputs, *, drawn: bool = False) -> None:
        self.inputs = inputs
        self.drawn = drawn
        self._bounds = inputs.hard_bounds
        self._users: dict[Address, list[Address]] = defaultdict(list)
        self._pool_users: dict[tuple[str, str], list[Address]] = defaultdict(list)
        for address, estimate in inputs.estimates.items():
            if estimate.formula:
                for reference in references(estimate.formula, address):
                    if reference.pooled:
                        self._pool_users[reference.address[0], reference.address[-1]].append(address)
                    else:
                        self._users[reference.address].append(address)

    def with_values(self, changes: Mapping[str, float]) -> Inputs:
        """Raises InputError as ``Inputs.with_values`` does."""
        if not changes:
            return self.inputs
        targets = {tuple(path.split(".")): float(value) for path, value in changes.items()}
        if not all(self._is_plain(address, value) for address, value in targets.items()):
            return self.inputs.with_values({path: float(value) for path, value in changes.items()}, drawn=self.drawn)
        estimates = dict(self.inputs.estimates)
        for address, value in targets.items():
            old = estimates[address]
            estimates[address] = replace(old, low=value, base=value, high=value, reading="set", formula="")
        stale = self._resting_on(targets) - targets.keys()
        fresh = {address: one for address, one in estimates.items() if address not in stale}
        readings = {address: self.inputs.estimates[address] for address in (() if self.drawn else targets)}
        readings |= self.inputs.readings
        derived, faults = derive(estimates, self.inputs.origin, fresh, readings)
        if faults:
            raise InputError(faults)
        merged = {key: value for key, value in self.inputs.changes.items() if key[0] not in targets}
        merged |= {(address, ""): value for address, value in targets.items()}
        return replace(self.inputs, estimates=derived, changes=merged, readings=readings)

    def plain(self, path: str, value: float) -> bool:
        """Whether a value of an input is a whole one within its bounds."""
        return self._is_plain(tuple(path.split(".")), value)

    def _is_plain(self, address: Address, value: float) -> bool:
        """Whether it is a whole value within its bounds; everything else is left to ``Inputs.with_values``."""
        estimate = self.inputs.estimates.get(address)
        if estimate is None or estimate.unit == "text" or not math.isfinite(value):
            return False
        low, high = bounds_of(estimate, self._bounds)
        return (low is None or value >= low) and (high is None or value <= high)

    def _resting_on(self, changed: Iterable[Address]) -> set[Address]:
        found: set[Address] = set()
        waiting = list(changed)
        while waiting:
            address = waiting.pop()
            of_pool = self._pool_users[address[0], address[-1]] if self.drawn else ()
            for user in (*self._users[address], *of_pool):
                if user not in found:
                    found.add(user)
                    waiting.append(user)
        return found


def without_excluded(design: Design, inputs: Inputs) -> Inputs:
    """The inputs without hosts and sectors that the design leaves out whatever their numbers are."""

    def kept(address: Address, _: Estimate) -> bool:
        return address[0] not in ("hosts", "placements") or not design.leaves_out_host(address[1])

    tables = dict(inputs.tables)
    for path, column, left_out in (
        ("lists/hosts.csv", "iso3", design.leaves_out_host),
        ("lists/sectors.csv", "sector", design.leaves_out_sector),
    ):
        tables[path] = tuple(row for row in inputs.rows(path) if not left_out(row.text(column)))
    estimates = {address: one for address, one in inputs.estimates.items() if kept(address, one)}
    return replace(inputs, tables=tables, estimates=estimates)


_TAKE_UP = tuple(
    (key, side) for key in ("in_kind_share", "in_kind_usd_month", "card_share", "family_share") for side in ("min", "max")
)
"""Bounds that enter what a worker is paid through."""
_WITH_COLUMNS = (("host_share", "max"),)
"""Bounds that have columns of their own."""
_SIZE_OF_LIFTS = (("workers_total", "max"),)
"""Bounds that enter, beside their own rows, those that a column lifts: where there are such."""


def with_other_bounds(programme: Programme, design: Design) -> Programme | None:
    """The programme of ``design``, which differs from the programme's own in bounds of limits only.

    None where anything else differs, or more would change than the rows of those limits and ceilings of pay.
    """
    own = programme.case.design
    before = own.limits
    if list(before) != list(design.limits) or own.model_copy(update={"limits": design.limits}) != design:
        return None
    changed = [key for key in before if before[key] != design.limits[key]]
    return exchanged(programme, design, changed)


def built_with_bounds(programme: Programme, design: Design) -> Programme | None:
    """The same built anew, from all that its case knows; None where more than bounds differ, or what is read for them."""
    own = programme.case.design
    read = [each.bounds(_READ_WHERE_SET).max is None for each in (own, design)]
    if read[0] != read[1] or own.model_copy(update={"limits": design.limits}) != design:
        return None
    return build(with_other_ceilings(programme.case, design))


_READ_WHERE_SET = "labour_shortage"
"""A limit whose evidence is read where a design sets it."""


def exchanged(
    programme: Programme, design: Design, changed: Sequence[str], hosts: Collection[str] | None = None
) -> Programme | None:
    """The programme of a design that is known to differ in bounds of the ``changed`` limits alone; None as above.

    With ``hosts`` ceilings of pay follow in these only: right for whoever holds that nobody works in any other.
    """
    before = programme.case.design.limits

    def any_of(sides: Iterable[tuple[str, str]]) -> bool:
        return any(getattr(before[key], side) != getattr(design.limits[key], side) for key, side in sides if key in changed)

    if any_of(_WITH_COLUMNS) or (any_of(_SIZE_OF_LIFTS) and any(row.lifted_by is not None for row in programme.limit_rows)):
        return None
    fresh = copy.copy(programme)
    fresh.rows, fresh.limit_rows = list(programme.rows), list(programme.limit_rows)
    if any_of(_TAKE_UP):
        fresh.case = with_other_ceilings(programme.case, design, hosts)
        fresh.q = programme.q.of_other_ceilings(fresh.case)
        within = [host.iso3 for host in fresh.case.hosts if hosts is None or host.iso3 in hosts]
        if programme.q.has_idle_room or fresh.q.has_idle_room_in(within):
            return None  # what room costs is in many rows
        new = {row.name: row for h in within for row in channel_rows(fresh, h)}
        fresh.rows = [
            row if (other := new.get(row.name)) is None or other.expression.terms == row.expression.terms else other
            for row in fresh.rows
        ]
    else:
        fresh.case = replace(programme.case, design=design)
    for key in changed:
        if not _exchange(fresh, key, before[key], design.limits[key]):
            return None
    return fresh


def _exchange(programme: Programme, key: str, before: LimitBounds, after: LimitBounds) -> bool:
    """Put the rows of a limit with its new bounds where the old ones stand; False if they do not fit."""
    limit = find_limit(key, programme.case.design)
    if limit is None:
        return False
    sides: tuple[tuple[Side, float | None, float | None], ...] = (
        ("min", before.min, after.min),
        ("max", before.max, after.max),
    )
    for side, old_bound, bound in sides:
        if old_bound == bound:
            continue
        if old_bound is None or bound is None:
            return False
        standing = [n for n, row in enumerate(programme.limit_rows) if row.key == key and row.side == side]
        made = list(limit.rows(programme, side, bound))
        if [programme.limit_rows[n].name for n in standing] != [row.name for row in made]:
            return False
        for n, row in zip(standing, made, strict=True):
            programme.limit_rows[n] = row
        by_name = {row.name: row for row in made if not row.implied}
        sense: RowSense = "<=" if side == "max" else ">="
        for n, old in enumerate(programme.rows):
            if old.limit is not None and old.limit.key == key and old.name in by_name:
                row = by_name[old.name]
                programme.rows[n] = Row(row.name, row.expression(), sense, row.right_side, row)
    return True


def without_bounds(design: Design) -> str:
    """Everything that a design says but the bounds of its limits: what has to be the same for ``with_other_bounds``."""
    tree = design.model_dump(mode="json")
    tree["limits"] = {key: [one.min is None, one.max is None] for key, one in design.limits.items()}
    return json.dumps(tree)


class Programmes:
    """Programmes of one design on one set of inputs. Settings are dotted paths to values, as ``--set`` takes them."""

    def __init__(self, design: Design, inputs: Inputs, known: Programme | None = None) -> None:
        """``known`` is the programme of the design as it is, where somebody has it."""
        self.design = design
        self._tree = design.model_dump()
        self._changing = ChangingInputs(inputs)
        self._named: Memory[tuple[Any, ...], list[Any]] = Memory(_KEPT_INPUTS)
        self._inputs: Memory[tuple[Any, ...], Inputs] = Memory(_KEPT_INPUTS)
        self._known: Memory[tuple[Any, ...], Programme] = Memory(_KEPT_PROGRAMMES)
        self._built: list[Programme] = [] if known is None else [known]
        self._last = None if known is None else known.case
        self._batch = Batch(inputs, self._changing.plain, with_other_bounds)
        if known is not None:
            self._known.get(_ABOUT_NOTHING, lambda: known)

    def of(self, values: Values) -> Programme:
        """The programme with these values. Raises InputError and NoPlanError as a plan of them would."""
        of_inputs = _of_inputs(values)
        of_design = {path: value for path, value in values.items() if not path.startswith(INPUTS)}
        design = held_to_law(validated(_copied(self._tree), of_design, lawful=True)) if of_design else self.design
        faults = self._named.get(_names(design), lambda: names_at_fault(design, self._changing.inputs))
        if faults:
            raise InputError(faults)
        rest = {path: value for path, value in of_design.items() if not is_bound(path)}
        about = (tuple(sorted(of_inputs.items())), repr(sorted(rest.items())))
        drawn = (
            self._batch.of(about[1], _scenario(of_inputs), design, lambda inputs: without_excluded(design, inputs))
            if of_inputs
            else None
        )
        if drawn is not None:
            return drawn
        kept = self._known.get(about, lambda: self._build(design, of_inputs))
        if kept.case.design == design:
            return kept
        return with_other_bounds(kept, design) or built_with_bounds(kept, design) or self._build(design, of_inputs)

    def expect(self, runs: Iterable[Values]) -> None:
        """Values that are about to be asked for: programmes of those that differ in inputs are made together."""
        self._batch.expect(_scenario(_of_inputs(values)) for values in runs)

    def _build(self, design: Design, of_inputs: Mapping[str, float]) -> Programme:
        key = (design.exclusions, design.hosts, design.sectors, tuple(sorted(of_inputs.items())))
        inputs = self._inputs.get(key, lambda: without_excluded(design, self._changing.with_values(of_inputs)))
        case = make_case(design, inputs, self._last)
        self._last = case
        for kept in self._built:
            if _says_the_same(kept.case, case):
                return kept
        programme = build(case)
        self._built = [programme, *self._built[: _KEPT_PROGRAMMES - 1]]
        return programme


_ABOUT_NOTHING = ((), "[]")


def _of_inputs(values: Values) -> dict[str, float]:
    return {path.removeprefix(INPUTS): value for path, value in values.items() if path.startswith(INPUTS)}


def _scenario(of_inputs: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((path, float(value)) for path, value in of_inputs.items()))


def _says_the_same(first: Case, second: Case) -> bool:
    """Whether two cases make the same programme: everything that is read when it is built is equal."""
    alike = first.design is second.design or first.design == second.design
    return alike and all(getattr(first, name) == getattr(second, name) for name in _BUILT_FROM)


_BUILT_FROM = ("periods", "hosts", "placements", "levels", "rates", "cost_lines")


class Sweep:
    """Runs of one design on one set of inputs. Settings of a run are dotted paths to values, as ``--set`` takes them."""

    def __init__(self, design: Design, inputs: Inputs, metrics: Iterable[str]) -> None:
        self.metrics = tuple(metrics)
        self._programmes = Programmes(design, inputs)
        self._sessions: list[KeptSession] = []

    def expect(self, runs: Iterable[Values]) -> None:
        """Values of runs that come next."""
        self._programmes.expect(runs)

    def forget_searches(self) -> None:
        """Let the next run start from nothing, so that what it finds does not depend on the runs before."""
        self._sessions.clear()

    def run(self, values: Values) -> Result:
        """Solve with these values. Never raises for what the values or the solver do."""
        try:
            programme = self._programmes.of(values)
        except InputError as error:
            return Result("refused", reason="; ".join(str(fault) for fault in error.faults))
        except NoPlanError as error:
            return Result("infeasible", reason=str(error))
        try:
            session = self._session(programme)
            outcome = session.solve()
            if not outcome.has_plan:
                return Result(outcome.status)
            return self._result(programme, outcome, session.break_ties(outcome, anew=False))
        except SolverError as error:
            # A search that timed out or failed may have left the live object between two states.
            self._sessions = [one for one in self._sessions if one.programme is not programme]
            return Result("time_limit" if "stopped after" in str(error) else "failed", reason=str(error))

    def _session(self, programme: Programme) -> Session:
        """A session that holds the programme: a kept one of the same structure if there is one."""
        options = programme.case.design.solver
        if options.name != "highs" or options.engine != "structure":
            return Session(programme)
        for place, session in enumerate(self._sessions):
            same = session.options.threads == options.threads and session.options.seed == options.seed
            if same and same_structure(session.programme, programme):
                self._sessions.insert(0, self._sessions.pop(place))
                if session.programme is not programme:
                    session.take_over(programme)
                return session
        session = KeptSession(programme)
        self._sessions = [session, *self._sessions[: _KEPT_SESSIONS - 1]]
        return session

    def _result(self, programme: Programme, outcome: Outcome, solution: tuple[float, ...]) -> Result:
        needed = {name for name in self.metrics if name in METRICS}
        needed |= {name for key in self.metrics if key in RATIOS for name in _parts(key)}
        if "peak_workers" in needed:
            values = programme.metric_values(solution)
        else:
            values = programme.values_of(tuple(sorted(needed)), solution)
        ratios = _ratios(values)
        hosts = sorted({h for (h, _), column in programme.d.level.items() if solution[column] > _TAKEN})
        return Result(
            status=outcome.status,
            objective=outcome.objective,
            gap=outcome.gap,
            hosts="+".join(hosts),
            metrics={name: values[name] if name in METRICS else ratios[name] for name in self.metrics},
        )


_TAKEN = 0.5


def _parts(ratio: str) -> tuple[str, str]:
    return RATIOS[ratio].numerator, RATIOS[ratio].denominator


def _ratios(values: Mapping[str, float]) -> dict[str, float | None]:
    """Ratios of what was computed; those of other metrics come out undefined and are not asked for."""
    return ratios_of(dict.fromkeys(METRICS, 0.0) | dict(values))


def is_bound(path: str) -> bool:
    """Whether a path is a bound of a limit."""
    parts = path.split(".")
    return len(parts) == _PARTS_OF_A_BOUND and parts[0] == "limits" and parts[2] in ("min", "max")


_PARTS_OF_A_BOUND = 3


def _copied(tree: dict[str, Any]) -> dict[str, Any]:
    """The tables copied, the values in them shared: ``validated`` puts settings into the tables."""
    return {key: _copied(value) if isinstance(value, dict) else value for key, value in tree.items()}


def _names(design: Design) -> tuple[Any, ...]:
    """Everything in a design that names something, so that designs that agree in it need to be checked once."""
    limits = tuple((key, bounds.min is None, bounds.max is None) for key, bounds in design.limits.items())
    axes = tuple((axis.metric, axis.sense) for axis in design.tradeoffs.axes)
    aim = (design.objective.metric, design.objective.sense)
    lists = (design.exclusions, tuple(design.waivers), design.oversight.levels, design.floors.conventions)
    own = (repr(design.rules), design.hosts, design.sectors, design.programme.periods)
    return (limits, aim, axes, *lists, *own, design.required, design.scale.lifted, design.tax.schedule)
